#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module loaded and unloaded 20 times: each time all comes and all goes, and the
# second ten rounds cost no memory.
#
# modem: lite
# limit: 240

. "${0%/*}/lib.sh"
use_modem
modem_up
alone

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

round()
{
	unload_driver && load_driver && until_true 20 modem_complete
}

fault=0
number=0
while [ $number -lt 20 ]; do
	number=$((number + 1))
	round || fault=$((fault + 1))
	[ $number != 10 ] || {
		pages=$(settled pages)
		slab=$(settled slab)
		objects=$(settled objects)
		cp /proc/slabinfo slabinfo.before
	}
done
defer rm -f slabinfo.before
is $fault 0 "20 rounds, each with all ports and links at its end"
# What ten rounds may leave behind: half filled slabs and pages of the cache that are
# being read differ by chance. A leak of one 32 KiB buffer a round is more than this.
within $(($(settled pages) - pages)) -100000 256 "KiB more pages after ten rounds more"
within $(($(settled slab) - slab)) -100000 256 "KiB more slab"
within $(($(settled objects) - objects)) -100000 128 "KiB more objects of general caches"
diag "caches that grew most, in KiB:"
diag "$(awk 'NR == FNR { before[$1] = $2 * $4; next } $1 in before {
	print int(($2 * $4 - before[$1]) / 1024), $1 }' slabinfo.before /proc/slabinfo | sort -rn | head -n 5)"
done_testing
