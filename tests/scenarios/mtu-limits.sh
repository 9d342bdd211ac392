#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A link's MTU goes up to what the modem's buffers have room for, not beyond, and raising
# it disturbs nobody.
#
# modem: aggregation
# modem-once: lite

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up
links_open 0

most=$(ip -d link show dev "$LINK" | sed -n 's/.* maxmtu \([0-9]*\).*/\1/p')
least=$(ip -d link show dev "$LINK" | sed -n 's/.* minmtu \([0-9]*\).*/\1/p')
if [ "$MUX" = lite ]; then
	within "$most" 1500 2032 "the largest MTU fits the modem's buffers"
else
	within "$most" 1500 16324 "the largest MTU fits the modem's blocks"
fi
is "$least" 68 "the smallest MTU is IPv4's"
check_fails "an MTU over the maximum is refused" '(greater than device maximum|Invalid argument)' \
	ip link set dev "$LINK" mtu $((most + 1))
check_fails "an MTU under the minimum is refused" '(less than device minimum|Invalid argument)' \
	ip link set dev "$LINK" mtu $((least - 1))
is "$(cat "/sys/class/net/$LINK/mtu")" 1500 "the MTU is what it was"

check "packets of the usual size pass" data 0 --count 20
check "the largest MTU can be set" ip link set dev "$LINK" mtu "$most"
defer ip link set dev "$LINK" mtu 1500
check "session 0 still carries data, up to 1500 bytes" data 0 --count 100 --max 1400
done_testing
