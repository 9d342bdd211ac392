#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem leaves the bus under traffic: its slot is switched off and a modem is plugged
# in again, its button is pressed, its link goes down without a word. Each time it is back
# by itself as soon as it can be.
#
# modem: lite
# limit: 240
# kernels: one

. "${0%/*}/lib.sh"
. "${0%/*}/lib-life.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents_listen
slot=/sys/bus/pci/slots/$((MODEM + 1))
[ -w "$slot/power" ] || skip "there is no slot that can be switched off"
modem at-echo 0 on
defer modem at-echo 0 off
flood_starts

links_open "0 3"
for how in "power off" button; do
	exec 7<>"$AT0" || fail "the port opens"
	lock_proving 0
	if [ "$how" = button ]; then
		check "the button is pressed" press_button
	else
		check "the slot is switched off under traffic" sh -c "echo 0 >$slot/power"
	fi
	wait_for 15 "the modem is gone from the bus" unplugged
	check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
	exec 7<&-
	event "slot switched off ($how), from plugging in"
	check "a modem is plugged in" plug_in
	works_again "0 3"
	lock_proving 1
done

exec 7<>"$AT0" || fail "the port opens"
: >events.txt
mark
modem link down
wait_for 10 "the loss of the link is noticed" uevent_seen CD_READY_LINK_DOWN
wait_for 5 "ports and links are gone" modem_absent
check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
exec 7<&-
like "$(dmesg_since)" 'iosm .*link down' "the kernel's log says so"
sleep 2
event "link lost without a word, from its return"
modem link up
works_again "0 3"
flood_ends
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
