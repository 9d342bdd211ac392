#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem crashes under traffic, several times: ports and links go away, nothing else
# does, and all is back without anybody's doing. The same when somebody resets it.
#
# modem: lite
# modem-full: aggregation
# modem-full: xmm7360
# iommu: aggregation
# limit: 120

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents >>events.txt &
defer kill $!
defer rm -f events.txt events.txt.ready
wait_for 5 "uevents are listened to" test -e events.txt.ready || bail "no uevents"
modem at-echo 0 on
defer modem at-echo 0 off
udp_echo --flood "$LINK=0" "$WWAN-4=4" >flood 2>&1 &
flood=$!
defer rm -f flood
defer kill $flood

# begun_again UEVENT: the driver has seen the end of the run, and made another
begun_again()
{
	wait_for 5 "uevent $1" grep -q "$ADDRESS.*IOSM_EVENT=$1" events.txt
	wait_for 30 "ports and link are back" modem_complete
	modem_up
	links_open "0 4"
	data_flows "0 4"
}

# hold_port: a process that has the port open until it is told to write; sets holder
hold_port()
{
	rm -f held
	port_echo "$AT0" held >held 2>&1 &
	holder=$!
	wait_for 5 "the port is open" grep -qx open held
}

links_open "0 4"
defer rm -f held
for what in cd-ready crash reset; do
	check "data flows" udp_echo --count 50 "$LINK=0" "$WWAN-4=4"
	hold_port
	mark
	event "$what under traffic"
	case $what in
	reset)
		check "the device is reset" function_reset
		begun_again MDM_READY
		;;
	crash)
		modem stage crash
		begun_again CRASH
		;;
	cd-ready)
		modem stage cd-ready
		begun_again CD_READY
		;;
	esac
	[ $what = reset ] ||
		like "$(dmesg_since)" 'iosm .*crash' "the kernel's log says so"
	kill -USR1 $holder
	wait $holder
	is "$(cat held)" "open
write ENODEV" "writing to the port that was open"
done
kill $flood
wait $flood
report $? "nothing wrong came in that time" || diag "$(cat flood)"
check "data flows" udp_echo --count 100 "$LINK=0" "$WWAN-4=4"
check "a port works" port_echo "$AT0" cycle 5
done_testing
