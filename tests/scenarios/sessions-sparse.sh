#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sessions are independent of each other: only 3 and 6 open, and all of them opened and
# closed in an order that is neither up nor down.
#
# modem: lite
# modem: aggregation
# modem-full: credits
# modem-full: xmm7360

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up

links_open "3 6"
is "$(sessions_open)" "3 6" "the modem has the sessions 3 and 6 open"
check "sessions 3 and 6 carry data" data "3 6" --count 20 --wait 1000
links_close 3
wait_for 5 "session 3 is closed" sessions_are "6"
check "session 6 carries data" data "6" --count 20 --wait 1000
links_open "7 1 4"
is "$(sessions_open)" "1 4 6 7" "the modem has the sessions 1, 4, 6 and 7 open"
check "they carry data" data "7 1 6 4" --count 20 --wait 1000
links_close "6 1"
links_open 0
wait_for 5 "the modem has the sessions 0, 4 and 7 open" sessions_are "0 4 7"
check "they carry data" data "0 4 7" --count 20 --wait 1000
links_close "7 0 4"
wait_for 5 "the modem has no open session any more" sessions_are ""
links_open 5
check "it carries data" data "5" --count 20 --wait 1000
done_testing
