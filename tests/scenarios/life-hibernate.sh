#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Hibernation: an image of memory is made, down to the last test level: there is no disk to
# write it to. Ports and links go away before it and are back behind it by themselves,
# under traffic.
#
# modem: lite
# limit: 120
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
grep -q test_resume /sys/power/disk || skip "this kernel does not hibernate"
use_modem
modem_up
alone
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
links_open "0 3"
flood_starts
exec 7<>"$AT0" || bail "the port does not open"
check "the port answers" port_answers

event "hibernation, test level core"
check "the system hibernates down to its last processor and wakes" system_sleep disk core
woken
works_again "0 3"
check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
exec 7<&-
flood_ends
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
