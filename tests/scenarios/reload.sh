#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module loaded and unloaded 20 times: each time all comes and all goes, and the
# second ten rounds cost no memory.
#
# modem: lite
# limit: 240

. "${0%/*}/lib.sh"
. "${0%/*}/lib-memory.sh"
use_modem
modem_up
alone

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
