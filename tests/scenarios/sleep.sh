#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem sleeps whenever it may and wakes for every packet: with sparse traffic
# nothing is lost, and when nothing is to be done nobody wakes it.
#
# modem: lite
# modem-full: aggregation

. "${0%/*}/lib.sh"
need_program port_echo
use_modem
modem_up
links_open 0
modem sleep idle 50
defer modem sleep idle 100

asleep()
{
	modem_is sleep asleep
}

wait_for 5 "the modem sleeps when it is idle" asleep
sleeps=$(counter sleeps) wakes=$(counter wakes_by_host)
check "a ping every 0.4 s is answered" ping -n -c 10 -i 0.4 -W 5 -I "$LINK" "$(gateway4 0)"
like "$OUTPUT" ' 10 received, 0% packet loss' "all of them"
wait_for 5 "it sleeps again" asleep
within $(($(counter sleeps) - sleeps)) 8 12 "times it slept in that time"
within $(($(counter wakes_by_host) - wakes)) 8 12 "times the host woke it"

# Quiet: what it wakes up for would be seen in its counters.
modem counters | grep -E '^(doorbell|interrupts|wakes)' >quiet.before
defer rm -f quiet.before quiet.after
sleep 2
modem counters | grep -E '^(doorbell|interrupts|wakes)' >quiet.after
check "two quiet seconds: no doorbell, no interrupt" diff quiet.before quiet.after

# A message by the modem itself
wakes=$(counter wakes_by_device)
modem at-echo 0 on
defer modem at-echo 0 off
check "a port wakes it as well" port_echo "$AT0" cycle 3
wait_for 5 "it sleeps again" asleep
modem wake
wait_for 5 "it wakes by itself" test "$(counter wakes_by_device)" -gt "$wakes"
wait_for 5 "and sleeps again" asleep
check "the next ping is answered" pings 0
done_testing
