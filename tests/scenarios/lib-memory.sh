# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
#
# How much memory the kernel uses, for scenarios that look for leaks. Sourced after lib.sh.

# pages: KiB that are in use and in none of the kernel's accounts: what drivers allocate
# themselves, DMA memory and receive buffers among it. Pages on a CPU's own list are free.
pages()
{
	awk '
		FILENAME == "/proc/zoneinfo" { if ($1 == "count:") used -= $2 * 4; next }
		/^MemTotal:/ { used += $2 }
		/^(MemFree|Buffers|Cached|AnonPages|Slab|KernelStack|PageTables|SecPageTables|Percpu):/ {
			used -= $2
		}
		END { print used }' /proc/meminfo /proc/zoneinfo
}

# objects: KiB of what a driver allocates from
objects()
{
	awk '/^(kmalloc-[0-9]|dma-kmalloc|skbuff)/ { sum += $2 * $4 } END { print int(sum / 1024) }' /proc/slabinfo
}

slab()
{
	awk '/^Slab:/ { print $2 }' /proc/meminfo
}

# shrink: slabs without an object are given back, which the kernel keeps some of
shrink()
{
	for _cache in /sys/kernel/slab/*/shrink; do
		[ ! -w "$_cache" ] || echo 1 >"$_cache"
	done
}

# settled COMMAND: the least that it says in a second, as what is about to be freed by
# RCU and work queues is no leak
settled()
{
	shrink
	_least=
	for _ in 1 2 3 4 5; do
		echo 3 >/proc/sys/vm/drop_caches
		_now=$("$1")
		[ -n "$_least" ] && [ "$_now" -ge "$_least" ] || _least=$_now
		sleep 0.2
	done
	echo "$_least"
}

# memory_taken: what is in use now, for memory_same
memory_taken()
{
	PAGES=$(settled pages)
	SLAB=$(settled slab)
	OBJECTS=$(settled objects)
	cp /proc/slabinfo slabinfo.before
	defer rm -f slabinfo.before
}

# memory_same: tests: since memory_taken, ten rounds earlier, nothing was left behind. What
# half filled slabs and the pages that daemons touch differ by is some tens of KiB; a leak of
# one buffer of 16 KiB a round is 160, in the slab's account if kmalloc() made it.
memory_same()
{
	within $(($(settled pages) - PAGES)) -100000 128 "KiB more pages after ten rounds more"
	within $(($(settled slab) - SLAB)) -100000 128 "KiB more slab"
	within $(($(settled objects) - OBJECTS)) -100000 128 "KiB more objects of general caches"
	diag "caches that grew most, in KiB:"
	diag "$(awk 'NR == FNR { before[$1] = $2 * $4; next } $1 in before {
		print int(($2 * $4 - before[$1]) / 1024), $1 }' slabinfo.before /proc/slabinfo | sort -rn | head -n 5)"
}
