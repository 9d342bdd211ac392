#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Uplink by credits: a session sends what it was granted, waits for more without a loss,
# and the others do not wait with it.
#
# modem: credits

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up

modem credit-window 4000
defer modem credit-window 110000
links_open "0 3"
check "small grants suffice for all" udp_echo --count 300 "$LINK=0" "$WWAN-3=3"
modem credit-window 0
udp_echo --count 60 --window 30 --min 1000 --wait 20000 "$WWAN-3=3" >waiting 2>&1 &
waiting=$!
defer rm -f waiting
defer kill $waiting
out_of_credits()
{
	[ "$(mux_now 3 credits)" -lt 1500 ]
}
wait_for 5 "session 3 uses its credits up" out_of_credits
before=$(mux_now 3 uplink)
modem credits 0 200000
check "session 0 flows with its own" udp_echo --count 50 "$LINK=0"
within $(($(mux_now 3 uplink) - before)) 0 3 "packets of session 3 meanwhile"
check "who sends over session 3 waits" kill -0 $waiting
modem credits 3 500000
modem credit-window 110000
wait $waiting
report $? "session 3 goes on and has lost nothing" || diag "$(cat waiting)"
unlike "$(modem breaches)" '^C93 ' "no session sent more than it had"
done_testing
