#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem tears a message in two, which it never has a reason to (D53): neither part goes
# up as if it were one, and the next message does.
#
# modem: lite
# modem-full: aggregation

. "${0%/*}/lib.sh"
use_modem
modem_up
modem at-echo 0 on
defer modem at-echo 0 off
exec 7<>"$AT0" || bail "the port does not open"
check "the port answers" port_answers
mark
defer modem fault off
modem fault downlink-parts pipe=5 times=1	# the first AT channel's downlink
printf 'AT+TORN=1234567890\r' >&7
wait_for 5 "its end is dropped" logged "$ADDRESS: .*message dropped (.* status 2)"
like "$(dmesg_since)" "$ADDRESS: .*message dropped \(.* status 1\)" "and its begin"
check "the next message is whole, and the next that comes" port_answers

links_open 0
check "data flows" pings 0
modem fault downlink-parts pipe=1 times=1	# that of the IP channel
is "$(answers 1 "$LINK" "$(gateway4 0)")" 0 "a torn packet is lost"
check "the next ones are not" pings 0
exec 7<&-
done_testing
