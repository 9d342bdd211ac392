#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The network stops one session: that one waits and loses nothing, the others flow; link
# status reports are answered.
#
# modem: lite
# modem-once: aggregation
# modem-full: xmm7360

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up
links_open "1 2 5"

stopped()
{
	modem mux | grep -q "^session $1 stopped "
}

modem flow 2 stop
wait_for 5 "session 2 is stopped" stopped 2
udp_echo --count 40 --window 20 --wait 20000 "$WWAN-2=2" >waiting 2>&1 &
waiting=$!
defer rm -f waiting
defer kill $waiting
before=$(modem mux | awk '$2 == 2 { print $5 }')
check "sessions 1 and 5 flow meanwhile" udp_echo --count 300 "$WWAN-1=1" "$WWAN-5=5"
is "$(modem mux | awk '$2 == 2 { print $5 }')" "$before" "session 2 sends nothing"
check "the one who sends over session 2 waits" kill -0 $waiting
modem flow 2 go
wait $waiting
report $? "session 2 goes on and has lost nothing" || diag "$(cat waiting)"
round=0
while [ $round -lt 10 ]; do
	round=$((round + 1))
	modem flow 1 stop
	modem flow 1 go
done
check "session 1 flows after ten stops" udp_echo --count 100 --wait 5000 "$WWAN-1=1"

# Stopped when it is closed, it opens free
modem flow 5 stop
wait_for 5 "session 5 is stopped" stopped 5
link_down 5
wait_for 5 "session 5 is closed" sessions_are "1 2"
link_up 5
check "session 5 flows when it is opened again" udp_echo --count 50 "$WWAN-5=5"

for session in 1 2 5; do
	modem link-status $session
done
# The checker gives an answer one second.
sleep 1.3
unlike "$(modem breaches)" '^C(90|99) ' "flow commands and link status reports are answered"
check "all flow" udp_echo --count 50 "$WWAN-1=1" "$WWAN-2=2" "$WWAN-5=5"
done_testing
