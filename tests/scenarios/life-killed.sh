#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem's process dies at once, with links up and a port open: for the system a modem
# that does not answer any more, whose place reads as all ones. Ports and links go away;
# a new modem in the slot works by itself. Traffic pauses for the moment of the death:
# QEMU 11.1 can abort when its modem dies in the middle of an access.
#
# modem: lite
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents_listen
links_open "0 3"
exec 7<>"$AT0" || bail "the port does not open"
flood_starts

mark
event "the modem's process killed"
flood_pauses
wait_for 10 "the modem has nothing to do" modem_is sleep asleep
check "it is killed" labask kill "$MODEM"
wait_for 10 "another process waits for a machine" modem_is client none
flood_goes_on
wait_for 15 "ports and links are gone" modem_absent
like "$(dmesg_since)" "iosm $ADDRESS: " "the kernel's log says why"
check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
exec 7<&-
lock_proving 0
check "the slot's button is pressed" press_button
wait_for 15 "the dead modem is gone from the bus" test ! -e "$PCI"
event "a modem in the place of one whose process was killed"
wait_for 15 "a modem is plugged in" plug_in
works_again "0 3"
lock_proving 1
flood_ends
modem at-echo 0 on
defer modem at-echo 0 off
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
