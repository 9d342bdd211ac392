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

# settled COMMAND: the least that it says in a second, as what is about to be freed by
# RCU and work queues is no leak
settled()
{
	_least=
	for _ in 1 2 3 4 5; do
		echo 3 >/proc/sys/vm/drop_caches
		_now=$("$1")
		[ -n "$_least" ] && [ "$_now" -ge "$_least" ] || _least=$_now
		sleep 0.2
	done
	echo "$_least"
}
