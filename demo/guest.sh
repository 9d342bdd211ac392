#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The demonstration's part in the guest: from the PCI device to packets over
# two sessions. Each step says what it does, shows the commands and what they
# print, and ends the demonstration if it did not work. Addresses and sizes are
# those that the modem gives.

PORT=/dev/wwan0mbim0
PORT_SECONDS=60
PINGS=6
result=				# a line for each session
TRID=				# of the next MBIM message; empty: not open yet

step()
{
	number=$((${number:-0} + 1))
	printf '\n%d. %s\n' "$number" "$*"
}

fail()
{
	printf '\nThis step failed: %s\n' "$*"
	echo "The kernel's last messages:"
	dmesg | tail -n 20
	exit 1
}

indent()
{
	sed 's/^/     /'
}

# show COMMAND...: print it as one would type it, run it, print what it says;
# $answer keeps that
show()
{
	printf '   # %s\n' "$*"
	answer=$("$@" 2>&1)
	set -- $?
	[ -z "$answer" ] || printf '%s\n' "$answer" | indent
	return "$1"
}

run()
{
	show "$@" || fail "$*"
}

# says PATTERN WHAT: what the last command said must have it
says()
{
	printf '%s\n' "$answer" | grep -q -e "$1" || fail "it does not say: $2"
}

# mbim OPTION: one mbimcli command. The first one opens the port's MBIM session,
# each leaves it open for the next, as closing it would disconnect.
mbim()
{
	run mbimcli -d "$PORT" ${TRID:+"--no-open=$TRID"} --no-close "$1"
	TRID=$(printf '%s\n' "$answer" | sed -n "s/.*TRID: '\([0-9]*\)'.*/\1/p")
	[ -n "$TRID" ] || fail "no transaction to go on with"
}

# ip_value 4|6 NAME: a value of the IP configuration in $answer
ip_value()
{
	printf '%s\n' "$answer" | awk -F"'" -v family="IPv$1 " -v name="$2: " '
		/ configuration available: / { mine = index($0, family) }
		mine && index($1, name) { print $2; exit }'
}

# configure SESSION DEVICE: connects, asks the modem for the IP configuration
# and gives it to the device
configure()
{
	mbim "--connect=session-id=$1,access-string=internet,ip-type=ipv4v6"
	says "Activation state: 'activated'" "the session is activated"
	mbim "--query-ip-configuration=$1"
	address_4=$(ip_value 4 'IP [0]') gateway_4=$(ip_value 4 Gateway) dns_4=$(ip_value 4 'DNS [0]')
	address_6=$(ip_value 6 'IP [0]') gateway_6=$(ip_value 6 Gateway) dns_6=$(ip_value 6 'DNS [0]')
	mtu=$(ip_value 4 MTU)
	for value in "$address_4" "$gateway_4" "$dns_4" "$address_6" "$gateway_6" "$dns_6" "$mtu"; do
		[ -n "$value" ] || fail "the IP configuration of session $1 is not complete"
	done
	[ "$(ip_value 6 MTU)" = "$mtu" ] || fail "session $1 has two MTUs"
	run ip link set dev "$2" mtu "$mtu" up
	run ip -4 address add "$address_4" dev "$2"
	run ip -6 address add "$address_6" dev "$2"
	# The metrics keep the two sessions' default routes apart.
	run ip -4 route add default via "$gateway_4" dev "$2" metric $((700 + $1))
	run ip -6 route add default via "$gateway_6" dev "$2" metric $((700 + $1))
}

# ping_start DEVICE ADDRESS SIZE: SIZE is that of the payload. One packet a
# second: ping waits just that long for the last answer, and an emulated machine
# may stand still for a while.
ping_start()
{
	running=$((${running:-0} + 1))
	set -- ping -n -q -c "$PINGS" -i 1 -M 'do' -s "$3" -I "$1" "$2"
	printf '   # %s &\n' "$*"
	"$@" >"/tmp/ping.$running" 2>&1 &
}

# ping_session DEVICE: as configure has left it; the larger packets fill the MTU
ping_session()
{
	running=0
	ping_start "$1" "$gateway_4" 56
	ping_start "$1" "$dns_4" $((mtu - 28))
	ping_start "$1" "$gateway_6" 56
	ping_start "$1" "$dns_6" $((mtu - 48))
	wait
	for index in $(seq "$running"); do
		answer=$(cat "/tmp/ping.$index")
		printf '%s\n' "$answer" | indent
		says "$PINGS received, 0% packet loss" "no packet was lost"
		pings=$((${pings:-0} + PINGS))
	done
	result="$result
  $1: $address_4 and $address_6, MTU $mtu"
}

step "The modem on the PCI bus"
run lspci -nnk -d ::0d40
says '\[8086:7[53]60\]' "an Intel modem"
says 'Kernel driver in use: iosm' "the driver iosm has it"

step "The driver's own messages; its ports appear when the modem runs"
seconds=0
until [ -c "$PORT" ]; do
	[ "$seconds" -lt "$PORT_SECONDS" ] || fail "no $PORT within $PORT_SECONDS s"
	sleep 1
	seconds=$((seconds + 1))
done
echo "   # dmesg | grep -e iosm -e wwan"
dmesg | grep -e iosm -e wwan | indent
run ls -l "$PORT"

step "mbimcli opens the MBIM port and asks what the modem can do"
mbim --query-device-caps
says 'Device capabilities retrieved' "device capabilities"

step "The SIM and the mobile network"
mbim --query-subscriber-ready-status
says "Ready state: 'initialized'" "the SIM is ready"
mbim --query-registration-state
says "Register state: '\(home\|roaming\|partner\)'" "the modem is registered"
mbim --attach-packet-service
says "Packet service state: 'attached'" "attached to the packet service"

step "Session 0, on the network device that is there from the start"
configure 0 wwan0

step "Ping over wwan0: the gateway, and packets as large as the MTU to a host beyond it"
ping_session wwan0

step "Session 1, on a link of its own"
run ip link add dev wwan0-1 parentdev wwan0 type wwan linkid 1
configure 1 wwan0-1

step "Ping over wwan0-1"
ping_session wwan0-1

step "What the network devices have counted"
for device in wwan0 wwan0-1; do
	run ip -s link show dev "$device"
done

step "And down again"
mbim --disconnect=1
run mbimcli -d "$PORT" --no-open="$TRID" --disconnect=0
run ip link del dev wwan0-1
run ip link set dev wwan0 down

printf '\nTwo sessions, addresses and MTU as the modem gave them:%s\n' "$result"
printf 'All of %d pings were answered.\n' "$pings"
