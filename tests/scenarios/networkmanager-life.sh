#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What happens to a modem, with the connection that a laptop's owner has: ModemManager's, which
# NetworkManager asked for. It goes on, or comes back by itself, and carries data.
#
# root: mm
# modem: mbimex2
# driver: ours
# limit: 500

. "${0%/*}/lib.sh"
. "${0%/*}/lib-life.sh"
. "${0%/*}/lib-mm.sh"
use_nm

carries()
{
	nm_active && ping -n -q -c 1 -W 2 10.64.0.1
}

happen()
{
	case $1 in
	crash) modem stage crash ;;
	"silent death") modem stage hang ;;
	"function level reset") reset_by flr ;;
	"bus reset") reset_by bus ;;
	"fatal bus error") event_error_fatal ;;
	"suspend-to-idle, power lost")
		modem sleep-loses-power on
		system_sleep s2idle platform
		modem sleep-loses-power off
		;;
	"suspend to RAM, power lost") suspend_to_ram ;;
	hibernation) system_sleep disk core ;;
	"slot switched off, and a modem plugged in") event_slot_off ;;
	"link lost without a word") event_link_loss ;;
	"module loaded anew") event_reload ;;
	esac
}

wait_for 120 "the connection comes up by itself" carries
before=$(mm_path)
addresses=$(ip -o address show "$LINK")
event "suspend-to-idle, modem keeps its state"
check "the system sleeps and wakes" system_sleep s2idle platform
woken
wait_for 10 "the connection carries data" carries
is "$(mm_path)" "$before" "ModemManager has the same modem"
is "$(ip -o address show "$LINK")" "$addresses" "$LINK has its addresses"

for what in crash "silent death" "function level reset" "bus reset" "fatal bus error" \
	"slot switched off, and a modem plugged in" "link lost without a word" \
	"module loaded anew" "suspend-to-idle, power lost" hibernation \
	"suspend to RAM, power lost"; do
	before=$(mm_path)
	event "$what"
	check "$what" happen "$what"
	wait_for 60 "ModemManager has a new modem" mm_new "$before"
	wait_for 120 "the connection comes back by itself" carries
	read -r now _ </proc/uptime
	diag "$what: $(echo "$SINCE $now" | awk '{ printf "%.1f s to working data", $2 - $1 }')"
done
done_testing
