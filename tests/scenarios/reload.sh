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
	[ $number != 10 ] || memory_taken
done
is $fault 0 "20 rounds, each with all ports and links at its end"
memory_same
done_testing
