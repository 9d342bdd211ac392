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

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up

# answers SESSION...: each returns what is sent
answers()
{
	# shellcheck disable=SC2046 # a list
	udp_echo --count 20 --wait 1000 $(flows "$@")
}

check "links 3 and 6 are made and raised" links_open 3 6
is "$(sessions_open)" "3 6" "the modem has the sessions 3 and 6 open"
check "sessions 3 and 6 carry data" answers 3 6
links_close 3
wait_for 5 "session 3 is closed" sessions_are "6"
check "session 6 carries data" answers 6
check "links 7, 1 and 4 are made and raised" links_open 7 1 4
is "$(sessions_open)" "1 4 6 7" "the modem has the sessions 1, 4, 6 and 7 open"
check "they carry data" answers 7 1 6 4
links_close 6 1
check "link 0 is raised" links_open 0
wait_for 5 "the modem has the sessions 0, 4 and 7 open" sessions_are "0 4 7"
check "they carry data" answers 0 4 7
links_close 7 0 4
wait_for 5 "the modem has no open session any more" sessions_are ""
check "session 5 alone opens the channel again" links_open 5
check "it carries data" answers 5
done_testing
