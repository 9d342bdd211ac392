#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Removal under the load of 8 sessions and of ports that are opened, written to and closed:
# links are deleted, moved to a network namespace that goes away, the driver is unbound
# with a link elsewhere. Nothing hangs, nothing is left, and it works again when bound.
#
# modem: lite
# limit: 240
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo
use_modem
modem_up
modem at-echo 0 on
defer modem at-echo 0 off
space=life$$
ip netns add $space || bail "no network namespaces"
defer ip netns del $space
udp_echo --flood "$LINK=0" "$WWAN-1=1" "$WWAN-2=2" "$WWAN-3=3" "$WWAN-4=4" "$WWAN-5=5" "$WWAN-6=6" "$WWAN-7=7" >flood 2>&1 &
flood=$!
defer rm -f flood
defer kill $flood

keep_writing()
{
	while :; do
		port_echo "$AT0" write-close 20 || sleep 0.05
	done
}

keep_writing >/dev/null 2>&1 &
writer=$!
defer kill $writer

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
check "a link is deleted under traffic" ip link del "$WWAN-7"
check "the namespace is deleted, with links in it" ip netns del $space
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
kill $writer
wait $writer 2>/dev/null
links_open "0 1 2 3 4 5 6 7"
data_flows "0 1 2 3 4 5 6 7"
kill $flood
wait $flood
report $? "nothing wrong came in that time" || diag "$(cat flood)"
check "data flows" data "0 1 2 3 4 5 6 7" --count 20
check "a port works" port_echo "$AT0" cycle 3
done_testing
