#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Removal under the load of 8 sessions and of all ports, which are opened, written to, read and
# closed: links are deleted, moved to a network namespace that goes away when who sent there ends,
# the driver is unbound with a link elsewhere. Nothing hangs, nothing is left, and it works again when bound.
#
# modem: lite
# limit: 240
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo
use_modem
modem_up
alone
ports_echo
space=life$$
ip netns add $space || bail "no network namespaces"
defer ip netns del $space
udp_echo --flood "$LINK=0" "$WWAN-1=1" "$WWAN-2=2" "$WWAN-3=3" "$WWAN-4=4" "$WWAN-5=5" "$WWAN-6=6" "$WWAN-7=7" >flood 2>&1 &
flood=$!
defer rm -f flood flood.there churn.out
defer kill $flood
churners=
for port in "$AT0" "$AT1" "$MBIM"; do
	port_echo "$port" churn >>churn.out 2>&1 &
	churners="$churners $!"
	defer kill $!
done

in_space()
{
	ip netns exec "$space" "$@"
}

move()
{
	ip link set "$WWAN-$1" netns "$space" &&
		in_space ip link set "$WWAN-$1" up &&
		in_space ip addr add "10.64.$1.2/30" dev "$WWAN-$1"
}

links_open "0 1 2 3 4 5 6 7"
check "two links move under traffic" move 1
check "and the other" move 2
check "one carries data there" in_space ping -n -q -c 3 -i 0.05 -W 5 "$(gateway4 1)"
in_space ip link set lo up
ip netns exec "$space" udp_echo --flood "$WWAN-1=1" "$WWAN-2=2" >flood.there 2>&1 &
there=$!
defer kill $there
busy()
{
	[ "$(in_space cat "/sys/class/net/$WWAN-1/statistics/rx_packets")" -gt 100 ]
}
wait_for 10 "traffic flows there" busy
check "a link is deleted under traffic" ip link del "$WWAN-7"
check "the namespace loses its name" ip netns del $space
kill $there
wait $there
report $? "nothing wrong came there" || diag "$(cat flood.there)"
wait_for 5 "their sessions are closed" sessions_are "0 3 4 5 6"
check "another namespace" ip netns add $space
check "a link is made again" link_add 1
check "and moves" move 1

read -r start _ </proc/uptime
check "the driver is unbound under traffic" unbind
read -r end _ </proc/uptime
within_time $((${end%.*} - ${start%.*})) 5 "seconds for that"
check "nothing is left here" modem_absent
is "$(in_space ip -o link show | cut -d: -f2 | xargs)" lo "and nothing there"
event "bound again after an unbind under load"
check "it is bound" bind
modem_up
for churner in $churners; do
	kill "$churner"
	wait "$churner"
	report $? "a port's user got nothing that was not due"
done
diag "$(cat churn.out)"
links_open "0 1 2 3 4 5 6 7"
data_flows "0 1 2 3 4 5 6 7"
kill $flood
wait $flood
report $? "nothing wrong came in that time" || diag "$(cat flood)"
check "data flows" data "0 1 2 3 4 5 6 7" --count 20
for port in "$AT0" "$AT1" "$MBIM"; do
	check "the port $port works" port_echo "$port" cycle 3
done
done_testing
