# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# shellcheck disable=SC2034 # some of this is for who sources it
#
# Events of a modem's life, for life-random.sh. Sourced after lib.sh.
#
# Each leaves the machine so that the driver can have the modem back by itself, and
# waits for no more than its own end. All that is left to chance comes from roll, which
# begin_event makes a matter of the seed and of the event's number alone. Most errors are
# no one's fault: another event may have taken away what this one works on.

# Relative frequency and name of each event.
EVENTS="
6 crash
6 dump
6 hang
2 by_hand
6 function_reset
6 bus_reset
3 resets
3 error_correctable
3 error_non_fatal
4 error_fatal
5 link_loss
4 slot_off
1 slot_button
6 rebind
5 reload
6 sleep_devices
6 sleep_platform
2 sleep_deep
3 sleep_crash
5 sleep_power_lost
1 hibernate
4 late_boot
4 links
3 mtu
4 netns
3 reader
3 doze
3 late_answers
2 no_answers
"

# Those that need nothing of the lab, which is not to be talked to while the system sleeps.
COMPANIONS="function_reset bus_reset rebind links mtu netns by_hand"

LINKS="1 2 3 4 5 6 7"

begin_event()
{
	CHANCE=$((((SEED * 1000003 + $1) * 2654435761 + 1) & 0xffffffff))
	roll 2
	roll 2
}

# roll N: sets ROLL to one of 0...N-1 (xorshift)
roll()
{
	CHANCE=$((CHANCE ^ ((CHANCE << 13) & 0xffffffff)))
	CHANCE=$((CHANCE ^ (CHANCE >> 17)))
	CHANCE=$((CHANCE ^ ((CHANCE << 5) & 0xffffffff)))
	ROLL=$(((CHANCE >> 4) % $1))
}

# choose_event: sets EVENT
choose_event()
{
	_sum=0
	for _word in $EVENTS; do
		case $_word in
		[0-9]*) _sum=$((_sum + _word)) ;;
		esac
	done
	roll $_sum
	for _word in $EVENTS; do
		case $_word in
		[0-9]*)
			ROLL=$((ROLL - _word))
			;;
		*)
			EVENT=$_word
			[ $ROLL -ge 0 ] || return
			;;
		esac
	done
}

# choose_companion: sets EVENT
choose_companion()
{
	# shellcheck disable=SC2086 # a list
	set -- $COMPANIONS
	roll $#
	shift $ROLL
	EVENT=$1
}

# nap: up to 0.4 s
nap()
{
	roll 5
	sleep 0.$ROLL
}

# ---- crashes ----

event_crash()
{
	modem stage crash
}

event_dump()
{
	modem stage cd-ready
}

event_hang()
{
	modem stage hang
}

event_by_hand()
{
	devlink health recover "pci/$ADDRESS" reporter fw
}

# ---- resets and errors of the bus ----

reset_by()
{
	echo "$1" >"$PCI/reset_method"
	function_reset
	echo default >"$PCI/reset_method"
}

event_function_reset()
{
	reset_by flr
}

event_bus_reset()
{
	reset_by bus
}

event_resets()
{
	for _ in 1 2 3; do
		function_reset
		nap
	done
}

# inject ERROR: at the port above the modem
inject()
{
	_reply=$(labctl "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"pcie_aer_inject_error rp$MODEM $1\"}}")
	echo "$_reply"
	case $_reply in
	*OK*) ;;
	*) return 1 ;;
	esac
}

event_error_correctable()
{
	inject RCVR
}

event_error_non_fatal()
{
	inject COMP_ABORT
}

event_error_fatal()
{
	inject MALF_TLP
}

# ---- the modem goes and comes ----

# A modem that comes back before the loss was seen is one that nobody could help to touch
# while it boots.
event_link_loss()
{
	modem link down
	until_true 20 modem_absent
	sleep 0.5
	nap
	modem link up
}

unplugged()
{
	! [ -e "$PCI" ] && modem_is client none
}

event_slot_off()
{
	lock_proving 0
	echo 0 >"/sys/bus/pci/slots/$((MODEM + 1))/power"
	until_true 15 unplugged
	nap
	plug_in
}

event_slot_button()
{
	lock_proving 0
	press_button
	until_true 15 unplugged
	plug_in
}

event_rebind()
{
	unbind
	nap
	bind
}

event_reload()
{
	unload_driver
	nap
	load_driver
}

event_late_boot()
{
	roll 15
	modem boot-time $((ROLL * 100))
	function_reset
	modem boot-time 0
}

# ---- sleep of the system and of the modem ----

# slept KIND LEVEL: sleep is never refused
slept()
{
	system_sleep "$1" "$2" || echo "the system did not sleep ($1 $2)" >>faults
}

event_sleep_devices()
{
	slept s2idle devices
}

event_sleep_platform()
{
	slept s2idle platform
}

event_sleep_deep()
{
	slept deep core
}

event_sleep_crash()
{
	roll 3
	case $ROLL in
	0) modem stage crash ;;
	1) modem stage cd-ready ;;
	2) modem stage hang ;;
	esac
	slept s2idle platform
}

event_sleep_power_lost()
{
	modem sleep-loses-power on
	slept s2idle platform
	modem sleep-loses-power off
}

event_hibernate()
{
	! grep -q test_resume /sys/power/disk || slept disk core
}

event_doze()
{
	roll 3
	case $ROLL in
	0) modem sleep now ;;
	1) modem sleep idle 2 ;;
	2) modem wake ;;
	esac
	nap
	modem sleep idle 100
}

# ---- links and ports ----

# links_raise: all that can be
links_raise()
{
	find_modem || return 0
	for _session in 0 $LINKS; do
		_link=life$_session
		if [ "$_session" = 0 ]; then
			_link=$LINK
		else
			echo "link add dev $_link parentdev $WWAN type wwan linkid $_session"
		fi
		echo "link set $_link up"
		echo "addr replace 10.64.$_session.2/30 dev $_link"
		echo "addr replace 2001:db8:64:$_session::2/64 dev $_link nodad"
	done | ip -force -batch -
}

# One of them, often the default one.
choose_link()
{
	roll 12
	EVENT_LINK=life$((ROLL < 8 ? ROLL : 0))
	[ "$EVENT_LINK" != life0 ] || EVENT_LINK=$LINK
}

event_links()
{
	for _ in 1 2 3 4; do
		choose_link
		ip link del "$EVENT_LINK"
		nap
		links_raise
		ip link add dev wwan0 parentdev "$WWAN" type wwan linkid 0
	done
}

event_mtu()
{
	for _ in 1 2 3; do
		choose_link
		roll 221
		ip link set "$EVENT_LINK" mtu $((1280 + ROLL))
		ip link set "$EVENT_LINK" down
		ip link set "$EVENT_LINK" up
	done
}

# The namespace's links go when the kernel comes to that, and their sessions with them.
link_0_there()
{
	[ -e "/sys/class/net/$LINK" ] || ip link add dev wwan0 parentdev "$WWAN" type wwan linkid 0
}

event_netns()
{
	_space=life$$.$1
	choose_link
	ip netns add "$_space"
	ip link set "$EVENT_LINK" netns "$_space" &&
		ip -n "$_space" link set "$EVENT_LINK" up
	nap
	ip netns del "$_space"
	[ "$EVENT_LINK" != "$LINK" ] || until_true 20 link_0_there
}

# Somebody who waits for what does not come.
event_reader()
{
	timeout 5 cat "$MBIM" >/dev/null &
}

# ---- messages ----

event_late_answers()
{
	roll 400
	modem late-message $ROLL
	links_raise
	modem late-message 0
}

event_no_answers()
{
	roll 4
	case $ROLL in
	0) modem hold-message open 1 ;;
	1) modem hold-message close 1 ;;
	2) modem hold-message sleep 1 ;;
	3) modem hold-message feature 1 ;;
	esac
	reset_by flr
}
