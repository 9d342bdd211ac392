#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem crashes under traffic, several times: ports and links go away, nothing else
# does, and after a reset all is back without touching the module.
#
# modem: lite
# modem: aggregation
# modem: xmm7360
# machine: plain iommu
# limit: 120

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents >events.txt &
defer kill $!
defer rm -f events.txt events.txt.ready
wait_for 5 "uevents are listened to" test -e events.txt.ready || bail "no uevents"
modem at-echo 0 on
defer modem at-echo 0 off
udp_echo --flood "$LINK=0" "$WWAN-4=4" >flood 2>&1 &
flood=$!
defer rm -f flood
defer kill $flood

for stage in crash cd-ready crash; do
	links_open "0 4"
	check "data flows" udp_echo --count 50 "$LINK=0" "$WWAN-4=4"
	exec 7<>"$AT0" || fail "the port opens"
	mark
	modem stage $stage
	wait_for 5 "$stage: ports and links are gone" modem_absent
	like "$(dmesg_since)" 'iosm .*crash' "the kernel's log says so"
	if [ $stage = crash ]; then
		wait_for 3 "uevent CRASH" grep -q "$ADDRESS.*IOSM_EVENT=CRASH" events.txt
	else
		wait_for 3 "uevent CD_READY" grep -q "$ADDRESS.*IOSM_EVENT=CD_READY" events.txt
	fi
	check_fails "writing to the port that was open" '.' sh -c 'echo AT >&7'
	exec 7<&-
	check "the device is reset" function_reset
	wait_for 20 "ports and link are back" modem_complete
	modem_up
done
links_open "0 4"
kill $flood
wait $flood
report $? "nothing wrong came in that time" || diag "$(cat flood)"
check "data flows" udp_echo --count 100 "$LINK=0" "$WWAN-4=4"
check "a port works" port_echo "$AT0" cycle 5
done_testing
