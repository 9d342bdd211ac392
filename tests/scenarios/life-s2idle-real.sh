#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Suspend-to-idle without a test level: the system waits until a key at the console wakes
# it. A modem that kept its state goes on where it was; one whose power was cut works
# anew by itself. Where the platform speaks of the modem it wants messages for that.
#
# modem: lite
# iommu: lite
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
links_open "0 3"
exec 7<>"$AT0" || bail "the port does not open"
check "the port answers" port_answers
flood_starts

times_slept()
{
	cat /sys/power/suspend_stats/success
}

slept=$(times_slept) told=$(host_sleeps)
! messages_wanted || told=$((told + 1))
event "suspend-to-idle, state kept"
check "the system sleeps until a key wakes it" suspend_to_idle
woken
is "$(times_slept)" $((slept + 1)) "it slept"
check "the port that was open answers" port_answers
data_flows "0 3"
is "$(host_sleeps)" "$told" "the modem was told as the platform wants it"
is "$(grep "$ADDRESS" events.txt)" "" "user space heard of nothing"

modem sleep-loses-power on
defer modem sleep-loses-power off
event "suspend-to-idle, power lost"
check "the system sleeps until a key wakes it" suspend_to_idle
woken
works_again "0 3"
is "$(times_slept)" $((slept + 2)) "it slept"
check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
exec 7<&-
flood_ends
check "data flows" data "0 3" --count 50
done_testing
