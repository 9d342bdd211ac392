#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# All eight sessions at once: each carries its own packets, both families, and the
# modem counts them where they belong.
#
# modem: lite
# modem: credits
# modem: aggregation
# modem: xmm7360
# level: quick

. "${0%/*}/lib.sh"
use_modem
modem_up

uplink_packets()
{
	modem mux | awk -v id="$1" '$1 == "session" && $2 == id {
		for (i = 3; i <= NF; i++) if ($i == "uplink") print $(i + 1) }'
}

check "eight links are made and raised" links_open 0 1 2 3 4 5 6 7
is "$(modem mux | grep -c '^session [0-7] open ')" 8 "the modem has eight open sessions"
for session in 0 1 2 3 4 5 6 7; do
	link=$(link_name "$session")
	sent=$(uplink_packets "$session")
	received=$(statistic "$link" rx_packets)
	check "session $session answers every ping" pings "$session"
	is "$(($(uplink_packets "$session") - sent))" 6 "its six packets went by session $session"
	is "$(($(statistic "$link" rx_packets) - received))" 6 "its six answers came on $link"
done
for session in 0 1 2 3 4 5 6 7; do
	pings "$session" 20 >"ping.$session" 2>&1 &
	eval "ping_$session=\$!"
	defer rm -f "ping.$session"
done
for session in 0 1 2 3 4 5 6 7; do
	eval "wait \$ping_$session"
	report $? "session $session answers every ping while the others do" || diag "$(cat "ping.$session")"
done
links_close 0 1 2 3 4 5 6 7
is "$(modem mux | grep -c '^session [0-7] closed ')" 8 "the modem has eight closed sessions"
done_testing
