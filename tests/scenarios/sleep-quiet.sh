#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A connection without traffic lets the modem sleep: eight sessions and an open port, and in a
# minute nobody wakes it, rings it or is interrupted by it.
#
# modem-once: lite
# modem-once: aggregation
# driver: ours
# limit: 240

. "${0%/*}/lib.sh"
use_modem
modem_up
links_open "0 1 2 3 4 5 6 7"
exec 7<>"$MBIM" || bail "the port does not open"
modem sleep idle 50
defer modem sleep idle 100

asleep()
{
	modem_is sleep asleep
}

counted()
{
	modem counters | grep -E '^(doorbell|interrupts|wakes|sleeps)'
}

# What the links say of themselves when they come up ends in a few seconds.
still()
{
	asleep && _before=$(counted) && sleep 5 && [ "$(counted)" = "$_before" ]
}

wait_for 60 "the links have said what they say when they come up" still
counted >quiet.before
defer rm -f quiet.before quiet.after
sleep 60
counted >quiet.after
check "a quiet minute: nobody woke it, no doorbell, no interrupt" diff quiet.before quiet.after
exec 7<&-
check "data flows" data "0 7" --count 5
done_testing
