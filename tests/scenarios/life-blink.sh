#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem answers nothing on the bus for a while, and keeps all its state: it did not hear
# that its run is over. Until the driver has told it so, it still uses the memory of that run;
# where an IOMMU is in the way, the modem complains of memory that was taken from it.
#
# modem: lite
# iommu: lite
# limit: 60
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
flood_starts

links_open "0 3"
exec 7<>"$AT0" || fail "the port opens"
mark
modem link mute
wait_for 10 "that is noticed" uevent_seen CD_READY_LINK_DOWN
wait_for 5 "ports and links are gone" modem_absent
check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
exec 7<&-
event "no answer for a while, from the first answer"
modem link up
works_again "0 3"
unlike "$(dmesg_since)" 'modem was reset' "no reset was needed"
flood_ends
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
