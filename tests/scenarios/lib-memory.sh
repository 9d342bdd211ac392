# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
#
# How much memory the kernel uses, for scenarios that look for leaks. Sourced after lib.sh.

# memory_read: three numbers in KiB. What is in use and in none of the kernel's accounts: what
# drivers allocate themselves, DMA memory and receive buffers among it; pages on a CPU's own
# list are free. What slabs hold of what a driver allocates from. And what kmalloc() took from
# no slab, as it was too large for one. Slabs themselves, more or less full, are no measure.
memory_read()
{
	awk '
		FILENAME == "/proc/zoneinfo" { if ($1 == "count:") pages -= $2 * 4; next }
		FILENAME == "/proc/slabinfo" {
			if (NF < 15) next
			large -= $15 * $6 * 4
			if (/^(kmalloc-[0-9]|dma-kmalloc|skbuff)/) objects += $2 * $4
			next
		}
		/^MemTotal:/ { pages += $2 }
		/^(MemFree|Buffers|Cached|AnonPages|Slab|KernelStack|PageTables|SecPageTables|Percpu):/ {
			pages -= $2
		}
		/^Slab:/ { large += $2 }
		END { print pages, int(objects / 1024), large }' /proc/slabinfo /proc/meminfo /proc/zoneinfo
}

# shrink: of the slabs that a CPU has for itself all objects count as in use, until they are
# given back
shrink()
{
	for _cache in /sys/kernel/slab/*; do
		[ -L "$_cache" ] || [ ! -w "$_cache/shrink" ] || echo 1 >"$_cache/shrink"
	done
}

# memory_settled: the least of each number in a second, as what is about to be freed by RCU
# and work queues is no leak
memory_settled()
{
	shrink
	for _ in 1 2 3 4 5; do
		echo 3 >/proc/sys/vm/drop_caches
		memory_read
		sleep 0.2
	done | awk '{ for (i = 1; i <= 3; i++) if (NR == 1 || $i < least[i]) least[i] = $i }
		END { print least[1], least[2], least[3] }'
}

# memory_taken: what is in use now, for memory_same
memory_taken()
{
	MEMORY=$(memory_settled)
	cp /proc/slabinfo slabinfo.before
	defer rm -f slabinfo.before
}

# memory_grew NUMBER: of the three, in KiB from the first to the second list of them
memory_grew()
{
	echo "$MEMORY $MEMORY_NOW" | cut -d' ' -f"$1,$(($1 + 3))" | (
		read -r _before _after
		echo $((_after - _before))
	)
}

# memory_same [PAGES OBJECTS LARGE]: tests: since memory_taken, ten rounds earlier, nothing was
# left behind but so many KiB. What differs by chance, as pages that daemons touch, is some tens
# of KiB; a leak of one buffer of 16 KiB a round is 160. On a kernel that keeps what was freed
# for a while, and notes on all that was not, it is more: there kmemleak looks for leaks.
memory_same()
{
	_times=1
	[ ! -e /sys/kernel/debug/kmemleak ] || _times=4
	MEMORY_NOW=$(memory_settled)
	within "$(memory_grew 1)" -100000 $((${1:-128} * _times)) "KiB more pages"
	within "$(memory_grew 2)" -100000 $((${2:-128} * _times)) "KiB more objects of general caches"
	within "$(memory_grew 3)" -100000 $((${3:-128} * _times)) "KiB more of what is too large for them"
	diag "caches that grew most, in KiB:"
	diag "$(awk 'NR == FNR { before[$1] = $2 * $4; next } $1 in before {
		print int(($2 * $4 - before[$1]) / 1024), $1 }' slabinfo.before /proc/slabinfo | sort -rn | head -n 5)"
}
