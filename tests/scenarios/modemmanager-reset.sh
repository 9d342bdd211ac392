#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem is reset, by ModemManager and from outside, and crashes, while ModemManager has it
# connected: each time it comes back by itself, as a new modem that connects again.
#
# root: mm
# root: mm12
# modem: mbimex2
# limit: 400

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_mm
defer link_lower "$LINK"

for what in command reset crash; do
	mm_registered
	mm_connect apn=internet,ip-type=ipv4
	bearer_pings 4
	old=$(mm_path)
	case $what in
	command) mm_do "ModemManager resets the modem" --reset ;;
	reset) check "the function is reset" function_reset ;;
	crash) check "the modem crashes" modem stage crash ;;
	esac
	wait_for "$MM_SECONDS" "ModemManager has a new modem" mm_new "$old"
	wait_for "$MM_SECONDS" "which is ready" mm_in disabled enabled registered
	modem_up
done
mm_registered
mm_connect apn=internet,ip-type=ipv4
bearer_pings 4
mm_do "disconnects" --simple-disconnect
done_testing
