#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck source-path=SCRIPTDIR/../scenarios
# shellcheck disable=SC2034 # MODEMS is lib.sh's
#
# The driver with second modems, one after the other: ports, MBIM, eight links with both
# families, AT, sleep, crash; then all of them again after the module was loaded anew.
#
#	peer.sh [WHAT...]	of connect links at sleep suspend crash storm reload; default: all

here=$(dirname -- "$0")
cd "$here" || exit
. ./scenarios/lib.sh
PATH=$PWD/guest:$PATH

sessions="0 1 2 3 4 5 6 7"

choice()
{
	modem mood | sed -n "s/^$1 //p"
}

mbim()
{
	timeout $((20 * ${SLOW:-1})) mbimcli -d "$MBIM" "$@"
}

try_connect()
{
	[ -n "$MBIM" ] || return 0
	check "$what: it says what it is" mbim --query-device-caps
	like "$OUTPUT" "Max sessions: '8'" "$what: eight sessions"
	check "$what: SIM" mbim --query-subscriber-ready-status
	check "$what: registration" mbim --query-registration-state
	check "$what: signal" mbim --query-signal-state
	check "$what: packet service" mbim --attach-packet-service
	for session in $sessions; do
		check "$what: session $session connects" mbim --no-close \
			--connect=session-id="$session",access-string=internet,ip-type=ipv4v6
		like "$OUTPUT" "10.64.$session.1" "$what: session $session has a gateway"
	done
	check "$what: it is closed" mbim --query-radio-state
}

large_pings()
{
	for _session in $sessions; do
		for _to in "$(gateway4 "$_session")" "$(gateway6 "$_session")"; do
			ping -n -q -c 2 -i 0.02 -W 5 -s 1400 -I "$(link_name "$_session")" "$_to" &&
				ping -n -q -c 1 -W 5 -s 4000 -I "$(link_name "$_session")" "$_to" ||
				return 1
		done
	done
}

# jumbo SESSION: the largest packets that the link takes, up to what this network does
jumbo()
{
	_link=$(link_name "$1")
	_mtu=$(ip -d -o link show dev "$_link" | sed -n 's/.* maxmtu \([0-9]*\).*/\1/p')
	[ "$_mtu" -lt 9000 ] || _mtu=9000
	ip link set dev "$_link" mtu "$_mtu" || return
	ping -n -q -c 3 -i 0.02 -W 5 -M 'do' -s $((_mtu - 28)) -I "$_link" "$(gateway4 "$1")" &&
		ping -n -q -c 3 -i 0.02 -W 5 -M 'do' -s $((_mtu - 48)) -I "$_link" "$(gateway6 "$1")"
	_status=$?
	ip link set dev "$_link" mtu 1500
	return $_status
}

all_ping()
{
	for _session in $sessions; do
		pings "$_session" 3 || return 1
	done
}

try_links()
{
	links_open "$sessions" || return
	is "$(sessions_open)" "$sessions" "$what: eight sessions are open"
	check "$what: ping in both families on each" all_ping
	check "$what: large ones, and fragments" large_pings
	check "$what: packets of the largest MTU" jumbo 2
	check "$what: datagrams on all at once" data "$sessions" --count 60
	check "$what: bursts" data "0 5" --burst --window 16 --count 200
}

# at NODE: asks it, and reads until it says OK. Where there is no node, none must be made: a
# file would stand where the driver's next port belongs.
at()
{
	[ -c "$1" ] && exec 7<"$1" || return
	printf 'AT+CGMI\r' | dd of="$1" conv=nocreat,notrunc 2>/dev/null
	timeout $((5 * ${SLOW:-1})) sh -c 'all=; while :; do
		all=$all$(dd bs=256 count=1 2>/dev/null)
		case $all in *OK*) exit 0 ;; esac
	done' <&7
	_status=$?
	exec 7<&-
	return $_status
}

try_at()
{
	check "$what: AT1 answers" at "$AT1"
	[ "$MODEL" = 7360 ] || check "$what: AT0 answers" at "$AT0"
	[ -c "${RPC:-/none}" ] || return 0
	check "$what: RPC of any size" port_echo "$RPC" sizes 4096
}

has_slept()
{
	[ "$(counter sleeps)" -gt "$1" ]
}

try_sleep()
{
	[ "$(choice idle-ms)" != 0 ] || return 0
	for _round in 1 2 3 4 5; do
		before=$(counter sleeps)
		until_true 5 has_slept "$before" || break
		pings 0 1 >/dev/null || break
	done
	report $? "$what: it sleeps and is woken" || diag "$(modem status; modem counters)"
}

try_suspend()
{
	for _level in devices platform; do
		check "$what: the system goes to sleep" system_sleep s2idle $_level
		wait_for 10 "$what: session 3 answers after it" pings 3 1
	done
}

# A crash is over when the modem has booted again, which it does when it is reset.
recovered()
{
	modem_is stage run && modem_complete
}

try_crash()
{
	udp_echo --flood "$LINK=0" "$WWAN-4=4" >flood 2>&1 &
	flood=$!
	modem crash
	wait_for 30 "$what: it is back after a crash" recovered
	kill $flood
	wait $flood
	rm -f flood
	if [ -n "$MBIM" ]; then
		mbim --query-radio-state >/dev/null
	fi
	links_open "0 4"
	check "$what: and carries data" data "0 4" --count 20
	check "$what: and answers AT" at "$AT1"
}

crash_all()
{
	for _modem in $modems; do
		modemctl -n "$_modem" crash
	done
}

# storm: crashes at any moment of a start or a use
try_storm()
{
	while :; do
		link_add 6 && link_up 6 && pings 6 1
		link_del 6
		at "$AT1"
	done >/dev/null 2>&1 &
	user=$!
	udp_echo --flood "$LINK=0" >flood 2>&1 &
	flood=$!
	for pause in 1 0 0.1 0.7 0.02 0.3 1.5 0.2 2 0.05; do
		modem crash
		sleep $pause
	done
	wait_for 30 "$what: it is back after a storm" recovered ||
		diag "$(modem status; dmesg | grep iosm | tail -n 20)"
	kill $user $flood
	wait $user
	wait $flood
	report $? "$what: nothing wrong came in that time" || diag "$(cat flood)"
	rm -f flood
	link_del 6 2>/dev/null
	wait_for 30 "$what: it is back" recovered
	[ -z "$MBIM" ] || mbim --no-close --connect=session-id=0,access-string=internet,ip-type=ipv4v6 >/dev/null
	links_open "0"
	check "$what: it carries data" data "0" --count 20
}

try_reload()
{
	for _round in 1 2 3; do
		check "the module is unloaded" unload_driver
		# At last the driver finds all of them crashed.
		[ $_round != 3 ] || crash_all
		check "and loaded" load_driver
		for modem in $modems; do
			MODEMS=$modem
			use_modem
			modem_up
			links_open "0 7"
			check "modem $modem: round $_round: data" data "0 7" --count 10
		done
	done
}

try()
{
	case " $wanted " in
	*" $1 "*) "try_$1" ;;
	esac
}

need_program udp_echo port_echo
wanted=${*:-connect links at sleep suspend crash storm reload}
modems=$(seq 0 $((LAB_MODEMS - 1)))
for modem in $modems; do
	MODEMS=$modem
	use_modem
	what="modem $modem ($MODEL $MUX)"
	modem_up
	for step in connect links at sleep suspend crash storm; do
		try $step
	done
done
try reload
for modem in $modems; do
	is "$(modemctl -n "$modem" status | sed -n 's/^breaches //p')" 0 "modem $modem has no complaint"
done
done_testing
