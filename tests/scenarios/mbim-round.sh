#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a person does with mbimcli and iproute2, from the first question to the hang-up:
# two sessions with the addresses and MTU that MBIM tells, both families, no loss.
#
# modem: lite
# modem-full: aggregation

. "${0%/*}/lib.sh"
use_modem
modem_up

transaction=1

# mbim OPTION: one question; the port's MBIM session stays open between them
mbim()
{
	transaction=$((transaction + 10))
	if [ "$transaction" = 11 ]; then
		ANSWER=$(timeout 20 mbimcli -d "$MBIM" --no-close "$1" 2>&1)
	else
		ANSWER=$(timeout 20 mbimcli -d "$MBIM" --no-open="$transaction" --no-close "$1" 2>&1)
	fi || {
		_status=$?
		ANSWER="$1 ended with $_status: $ANSWER"
		return 1
	}
}

# ask OPTION PATTERN DESCRIPTION
ask()
{
	mbim "$1"
	like "$ANSWER" "$2" "$3"
}

# field FAMILY NAME: from the IP configuration in ANSWER
field()
{
	printf '%s\n' "$ANSWER" | awk -v family="$1" -v name="$2" -F "'" '
		/configuration available/ { mine = index($0, family) }
		mine && index($0, name) && !index($0, "available") { print $2; exit }'
}

# configure SESSION LINK: from the answer to the query of its IP configuration
configure()
{
	_fault=0
	mbim --query-ip-configuration="$1" || diag "$ANSWER"
	like "$ANSWER" "IPv4 configuration available: '[^']*address[^']*gateway[^']*mtu" \
		"session $1 has an IPv4 configuration"
	like "$ANSWER" "IPv6 configuration available: '[^']*address[^']*gateway[^']*mtu" \
		"session $1 has an IPv6 configuration"
	check "the MTU of $2 is $(field IPv4 MTU)" \
		ip link set dev "$2" mtu "$(field IPv4 MTU)"
	is "$(field IPv6 MTU)" "$(field IPv4 MTU)" "both families have the same MTU"
	ip link set dev "$2" addrgenmode none
	check "$2 is raised" ip link set dev "$2" up
	check "$2 has the address $(field IPv4 'IP [0]')" \
		ip addr add dev "$2" "$(field IPv4 'IP [0]')"
	check "$2 has the address $(field IPv6 'IP [0]')" \
		ip addr add dev "$2" "$(field IPv6 'IP [0]')" nodad
	wait_for 5 "$2 has a carrier" link_carrier "$2"
	gateway_4=$(field IPv4 Gateway)
	gateway_6=$(field IPv6 Gateway)
}

# ping_both LINK: by the gateways that configure found
ping_both()
{
	for _gateway in "$gateway_4" "$gateway_6"; do
		is "$(answers 10 "$1" "$_gateway")" 10 "$_gateway answers over $1, no loss"
	done
}

# The other scenarios find every session connected; this one makes its connections.
connect_again()
{
	modem radio software off
	modem radio software on
	until_true 10 sh -c "modemctl -n $MODEM network | grep -q '^session 1: active'"
}
defer connect_again
modem disconnect 0
modem disconnect 1
modem mtu 1 1420
defer modem mtu 1 1500

ask --query-device-caps "Max sessions: '8'" "the modem offers eight sessions"
like "$ANSWER" "Device ID: '[0-9]{15}'" "it has an IMEI"
ask --query-subscriber-ready-status "Ready state: 'initialized'" "the SIM is ready"
like "$ANSWER" "Subscriber ID: '[0-9]+'" "it has an IMSI"
ask --set-radio-state=off "Software radio state: 'off'" "the radio goes off"
ask --query-registration-state "Register state: '(deregistered|unknown)'" "no network without it"
ask --set-radio-state=on "Software radio state: 'on'" "the radio goes on"
ask --query-radio-state "Hardware radio state: 'on'" "its hardware switch is on"
registered()
{
	mbim --query-registration-state &&
		printf '%s\n' "$ANSWER" | grep -q "Register state: 'home'"
}
wait_for 10 "the modem registers in its home network" registered
like "$ANSWER" "Provider ID: '[0-9]+'" "the network has a name"
ask --query-signal-state "RSSI \[0-31,99\]: '[0-9]+'" "there is a signal"
ask --attach-packet-service "Packet service state: 'attached'" "packet service is attached"
modem disconnect 0 2>/dev/null
modem disconnect 1 2>/dev/null

ask --connect=session-id=0,access-string=internet,ip-type=ipv4v6 \
	"Activation state: 'activated'" "session 0 connects"
configure 0 "$LINK"
defer link_down 0
ping_both "$LINK"

ask --connect=session-id=1,access-string=internet,ip-type=ipv4v6 \
	"Activation state: 'activated'" "session 1 connects"
check "ip link add ... type wwan linkid 1" \
	ip link add dev "$WWAN-1" parentdev "$WWAN" type wwan linkid 1
defer ip link del "$WWAN-1"
configure 1 "$WWAN-1"
is "$(cat "/sys/class/net/$WWAN-1/mtu")" 1420 "the MTU is what the network said"
ping_both "$WWAN-1"
check "session 0 still answers" pings 0
check "the largest packet passes, 1420 bytes" \
	ping -n -q -c 3 -W 5 -M 'do' -s $((1420 - 28)) -I "$WWAN-1" "$gateway_4"
check_fails "one byte more does not" '(too long|larger than)' \
	ping -n -c 1 -W 1 -M 'do' -s $((1420 - 27)) -I "$WWAN-1" "$gateway_4"

ask --disconnect=1 "Activation state: 'deactivated'" "session 1 disconnects"
check_fails "nobody answers over it" '100% packet loss' \
	ping -n -q -c 1 -W 1 -I "$WWAN-1" "$gateway_4"
check "session 0 still answers" pings 0
ask --disconnect=0 "Activation state: 'deactivated'" "session 0 disconnects"
check "the modem is closed and a new client finds it" \
	timeout 20 mbimcli -d "$MBIM" --query-signal-state
done_testing
