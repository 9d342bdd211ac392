#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Suspend to RAM in earnest: the modem has lost its power when the system wakes, with
# ports open and under traffic, and works again without anybody's doing.
#
# modem-once: lite

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
grep -q deep /sys/power/mem_sleep || skip "this machine has no suspend to RAM"
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
mark
event "suspend to RAM, power lost"
check "the system sleeps until the alarm rings" suspend_to_ram
woken
works_again "0 3"
read -r now _ </proc/uptime
within_time $((${now%.*} - ${SINCE%.*})) 15 "seconds until the modem is back"
like "$(dmesg_since)" "iosm $ADDRESS: run of the modem ends" "it was another run before"
check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
exec 7<&-
flood_ends
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
