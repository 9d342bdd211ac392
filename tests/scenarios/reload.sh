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

# memory: free pages and slab's, in KiB, when what can be freed is
memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^MemFree:/ { free = $2 } /^Slab:/ { slab = $2 } END { print free, slab }' /proc/meminfo
}

# Objects of what a driver allocates from.
objects()
{
	awk '/^(kmalloc|skbuff|dma-|kmem)/ { sum += $2 * $4 } END { print int(sum / 1024) }' /proc/slabinfo
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
	if [ $number = 10 ]; then
		# shellcheck disable=SC2046 # words
		set -- $(memory) "$(objects)"
	fi
done
is $fault 0 "20 rounds, each with all ports and links at its end"
free=$1 slab=$2 objects=$3
# shellcheck disable=SC2046
set -- $(memory) "$(objects)"
# What ten rounds may leave behind: pages on per-CPU lists and slabs half filled differ
# by chance. A leak of one 32 KiB buffer or of one run object a round is more than this.
within $((free - $1)) -100000 256 "KiB less free memory after ten rounds more"
within $(($2 - slab)) -100000 256 "KiB more slab"
within $(($3 - objects)) -100000 128 "KiB more objects of general caches"
done_testing
