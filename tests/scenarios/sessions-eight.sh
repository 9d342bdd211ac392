#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# All eight sessions at once: each carries its own packets, both families, and the
# modem counts them where they belong.
#
# modem: lite
# modem: aggregation
# modem-full: credits
# modem-full: xmm7360

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up

sessions="0 1 2 3 4 5 6 7"

links_open "$sessions" || bail "no links"
is "$(sessions_open)" "$sessions" "the modem has eight open sessions"
modem mux >mux.before
defer rm -f mux.before mux.after
for session in $sessions; do
	link=$(link_name "$session")
	statistic "$link" rx_packets >"rx.$session"
	defer rm -f "rx.$session"
	check "session $session returns $((session + 1)) datagrams of both families" \
		udp_echo --count $((session + 1)) "$link=$session"
done
modem mux >mux.after
for session in $sessions; do
	packets=$((2 * (session + 1)))
	is "$(($(mux_field mux.after "$session" uplink) - $(mux_field mux.before "$session" uplink)))" \
		$packets "session $session brought its $packets packets, no more"
	is "$(($(statistic "$(link_name "$session")" rx_packets) - $(cat "rx.$session")))" \
		$packets "its $packets answers came over its link"
done
check "all together return 100 datagrams of both families each" \
	data "$sessions" --count 100
check "ping works over the last one" pings 7
links_close "$sessions"
wait_for 5 "the modem has no open session any more" sessions_are ""
done_testing
