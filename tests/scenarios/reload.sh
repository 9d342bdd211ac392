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

fault=0

ten_rounds()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		unload_driver && load_driver && until_true 20 modem_complete || fault=$((fault + 1))
	done
}

memory_kept_by ten_rounds
is $fault 0 "20 rounds, each with all ports and links at its end"
done_testing
