#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A session whose close the modem never got can be opened again, while others go on: the
# modem refuses to open what it has open, until it is closed. So can one that it has opened and
# said otherwise.
#
# modem-once: lite
# modem-once: aggregation
# driver: ours

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up
links_open "0 3"

closed_by_timeout()
{
	dmesg_since | grep -q 'session 3: .*did not'
}

mark
modem mux-fault close lose
ip link set "$WWAN-3" down
wait_for 5 "the kernel's log says that the modem did not close it" closed_by_timeout
modem mux-fault close none
check "data of the other flows" udp_echo --count 50 "$LINK=0"
check "the session opens again" link_up 3
check "both carry data" udp_echo --count 50 "$LINK=0" "$WWAN-3=3"
link_lower "$WWAN-3"
wait_for 5 "it is closed" sessions_are 0

said_so()
{
	dmesg_since | grep -q 'session 3: modem refused to open it'
}

# refused WHY: a test: the link does not come up; "ip" may not wait for that
refused()
{
	mark
	ip link set "$WWAN-3" up 2>/dev/null
	wait_for 5 "$1" said_so
	ip link set "$WWAN-3" down
}

modem mux-fault open code 7
refused "the modem refuses to open it"
modem mux-fault open code 7
check "it opens, though the modem refuses once more" link_up 3
check "both carry data" udp_echo --count 50 "$LINK=0" "$WWAN-3=3"
link_lower "$WWAN-3"
wait_for 5 "it is closed" sessions_are 0

defer modem fault off
modem fault open-code 1
refused "an open whose answer goes wrong fails"
is "$(sessions_open)" "0 3" "the modem has opened the session"
check "the session is closed, and opens" link_up 3
check "both carry data" udp_echo --count 50 "$LINK=0" "$WWAN-3=3"
links_close 3
wait_for 5 "it is closed" sessions_are 0
done_testing
