#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# TCP over a connection that ModemManager made, in both directions: iperf3 talks to a server
# in another network namespace, which the mobile network reaches by session 1. Then an IPv6
# prefix that only the network's router tells.
#
# root: mm
# root: mm12
# modem: mbimex2
# limit: 180

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_mm
defer link_lower "$LINK"
mm_registered

# far COMMAND...: in the other namespace
far()
{
	ip netns exec far "$@"
}

mm_connect apn=internet,ip-type=ipv4
bearer_pings 4
ip netns add far
defer ip netns del far
check "a second session, by mbimcli beside ModemManager" timeout 60 \
	mbimcli -d "$MBIM" -p --connect=session-id=1,access-string=ims,ip-type=ipv4
defer mbimcli -d "$MBIM" -p --disconnect=1
check "its link is in another namespace" sh -c "
	ip link add dev $WWAN-1 parentdev $WWAN type wwan linkid 1 &&
	ip link set $WWAN-1 netns far && ip netns exec far ip link set lo up &&
	ip netns exec far ip link set $WWAN-1 up &&
	ip netns exec far ip addr add 10.64.1.2/30 dev $WWAN-1 &&
	ip netns exec far ip route add default dev $WWAN-1"
check "the first has a route to it" ip route add 10.64.1.2 dev "$LINK"
wait_for 10 "they reach each other" ping -n -q -c 1 -W 2 -I "$LINK" 10.64.1.2
far iperf3 -s -D -I /run/iperf3.pid >/dev/null
defer sh -c 'kill "$(cat /run/iperf3.pid)"'

# carries WHAT [OPTION...]: a test: TCP for 5 s, all of it for the far end
carries()
{
	_what=$1
	shift
	_report=$(timeout 60 iperf3 -J -c 10.64.1.2 -t 5 "$@" 2>&1)
	_bytes=$(printf '%s' "$_report" |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["end"]["sum_received"]["bytes"])')
	diag "$_what: $_bytes bytes in 5 s"
	[ "${_bytes:-0}" -gt 1000000 ] 2>/dev/null || {
		fail "TCP goes $_what"
		diag "$_report"
		return 1
	}
	pass "TCP goes $_what"
}

before=$(modem carrier | sed -n 's/^routed: //p')
carries up
carries down -R
after=$(modem carrier | sed -n 's/^routed: //p')
check "it went over the modem" [ $((after - before)) -gt 1000 ]
mm_do "disconnects" --simple-disconnect
wait_for 10 "it says so" mm_in registered
link_lower "$LINK"

# From here on the bearer tells no address that could be used.
modem ipv6-address link-local
defer modem ipv6-address global
echo 1 >"/proc/sys/net/ipv6/conf/$LINK/router_solicitations"
mm_connect apn=internet,ip-type=ipv6
is "$(bearer_value ipv6-config.method)" dhcp "the IPv6 address is the host's own affair"
like "$(bearer_value ipv6-config.address)" '^fe80::' "the bearer tells an interface identifier"

advertised()
{
	ip -6 addr show dev "$LINK" scope global | grep -q 'inet6 2001:db8:64:'
}

check "$LINK is up" ip link set dev "$LINK" addrgenmode none up
wait_for 10 "it has a carrier" link_carrier "$LINK"
# With its address the kernel asks for a router.
check "it has that address" \
	ip addr replace "$(bearer_value ipv6-config.address)/64" dev "$LINK" nodad
wait_for 20 "the router has told the prefix" advertised
check "a host beyond it answers" ping -n -q -c 3 -W 5 -I "$LINK" 2001:db8:1::1
mm_do "disconnects" --simple-disconnect
done_testing
