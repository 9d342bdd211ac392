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

# memory_now [PAGES OBJECTS LARGE]: reads again; false if more KiB than these are in use than
# memory_taken found. What differs by chance, as pages that daemons touch, is some tens of KiB;
# a leak of one buffer of 16 KiB in each of ten rounds is 160. On a kernel that keeps what was
# freed for a while, and notes on all that was not, it is more: there kmemleak looks for leaks.
memory_now()
{
	_times=1
	[ ! -e /sys/kernel/debug/kmemleak ] || _times=4
	MOST_PAGES=$((${1:-128} * _times)) MOST_OBJECTS=$((${2:-128} * _times)) MOST_LARGE=$((${3:-128} * _times))
	MEMORY_NOW=$(memory_settled)
	read -r MORE_PAGES MORE_OBJECTS MORE_LARGE <<-EOT
		$(echo "$MEMORY $MEMORY_NOW" | awk '{ print $4 - $1, $5 - $2, $6 - $3 }')
	EOT
	[ "$MORE_PAGES" -le "$MOST_PAGES" ] && [ "$MORE_OBJECTS" -le "$MOST_OBJECTS" ] &&
		[ "$MORE_LARGE" -le "$MOST_LARGE" ]
}

# memory_report: tests: what the last memory_now found
memory_report()
{
	within "$MORE_PAGES" -100000 "$MOST_PAGES" "KiB more pages"
	within "$MORE_OBJECTS" -100000 "$MOST_OBJECTS" "KiB more objects of general caches"
	within "$MORE_LARGE" -100000 "$MOST_LARGE" "KiB more of what is too large for them"
	diag "caches that grew most, in KiB:"
	diag "$(awk 'NR == FNR { before[$1] = $2 * $4; next } $1 in before {
		print int(($2 * $4 - before[$1]) / 1024), $1 }' slabinfo.before /proc/slabinfo | sort -rn | head -n 5)"
}

# memory_same [PAGES OBJECTS LARGE]: tests: since memory_taken nothing was left behind
memory_same()
{
	memory_now "$@"
	memory_report
}

# memory_kept_by COMMAND: tests: the second time that COMMAND plays ten rounds of something, it
# leaves nothing behind. If it did, that must come a third time: a leak does, chance does not.
memory_kept_by()
{
	"$1"
	memory_taken
	"$1"
	memory_now || {
		diag "$MORE_PAGES, $MORE_OBJECTS and $MORE_LARGE KiB more; ten rounds to see whether they go on"
		memory_taken
		"$1"
		memory_now
	}
	memory_report
}
