#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sessions are independent of each other: only 3 and 6 open, and all of them opened and
# closed in an order that is neither up nor down.
#
# modem: lite
# modem: credits
# modem: aggregation
# modem: xmm7360
# level: quick

. "${0%/*}/lib.sh"
use_modem
modem_up

open_sessions()
{
	modem mux | sed -n 's/^session \([0-7]\) open .*/\1/p' | tr '\n' ' '
}

check "links 3 and 6 are made and raised" links_open 3 6
is "$(open_sessions)" "3 6 " "the modem has the sessions 3 and 6 open"
for session in 3 6; do
	check "session $session answers every ping" pings "$session" 10
done
links_close 3
check "session 6 answers after 3 was closed" pings 6
check "links 7, 1 and 4 are made and raised" links_open 7 1 4
is "$(open_sessions)" "1 4 6 7 " "the modem has the sessions 1, 4, 6 and 7 open"
for session in 7 1 6 4; do
	check "session $session answers every ping" pings "$session"
done
links_close 6 1
check "link 0 is raised" links_open 0
for session in 0 4 7; do
	check "session $session answers every ping" pings "$session"
done
links_close 7 0 4
is "$(open_sessions)" "" "the modem has no open session"
done_testing
