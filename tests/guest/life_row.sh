#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# life_row.sh ROW: plays one row of docs/lifecycle.md with whatever driver is loaded, with
# traffic on two sessions and a port open, and says whether the connection comes back by
# itself, after how many seconds, and if not what has to be done for it:
#
#	row crash: by itself after 5.9 s
#	row crash: after a new bind
#
# One row a machine, as a row may cost the machine:
#
#	lab/lab run --driver intree --modem "--connected all" --copy tests/scenarios/lib.sh \
#		--copy tests/scenarios/lib-life.sh --copy build/guest tests/guest/life_row.sh crash

. "${0%/*}/lib.sh"
. "${0%/*}/lib-life.sh"
row=${1:?which row?}
PATIENCE=15	# seconds that each try may take

# works: ports and links are there and carry data
works()
{
	modem_complete || return
	for _session in 0 3; do
		[ -e "/sys/class/net/$(link_name $_session)" ] || link_add $_session || return
		link_up $_session 2 || return
	done
	udp_echo --count 1 --wait 1000 "$LINK=0" "$WWAN-3=3"
}

# try WHAT COMMAND...: says so and ends if the connection works after it
try()
{
	_what=$1
	shift
	if [ $# -gt 0 ]; then
		# It may hang for ever, and is left behind then.
		"$@" >/dev/null 2>&1 &
		until_true 60 ended $! || diag "$_what: hangs"
	fi
	until_true $PATIENCE works || return 0
	kill $flood $holder 2>/dev/null
	read -r _now _ </proc/uptime
	[ $# -gt 0 ] || _what="by itself after $(echo "$SINCE $_now" | awk '{ printf "%.1f", $2 - $1 }') s"
	echo "row $row: $_what"
	TEST_DONE=1
	exit 0
}

ended()
{
	! [ -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"
}

rebind()
{
	unbind
	bind
}

reset_rebind()
{
	unbind
	function_reset
	bind
}

reload()
{
	unload_driver
	load_driver
}

reset_reload()
{
	unload_driver
	function_reset
	load_driver
}

bus_reset()
{
	echo "$1" >"$PCI/reset_method"
	function_reset
}

happen()
{
	case $row in
	s2idle-kept) system_sleep s2idle platform ;;
	s2idle-real) suspend_to_idle ;;
	s2idle-real-lost)
		modem sleep-loses-power on
		suspend_to_idle
		modem sleep-loses-power off
		;;
	s2idle-lost)
		modem sleep-loses-power on
		system_sleep s2idle platform
		modem sleep-loses-power off
		;;
	s2idle-hang)
		modem stage hang
		system_sleep s2idle platform
		;;
	s2idle-crash)
		modem crash-at sleep
		system_sleep s2idle platform
		;;
	s2idle-boot)
		kill -STOP $flood
		sleep 0.5
		modem boot-time 3000
		modem reset
		modem boot-time 0
		system_sleep s2idle platform
		kill -CONT $flood
		;;
	s2idle-wake)
		modem crash-at wake
		system_sleep s2idle platform
		;;
	s3-kept) system_sleep deep core ;;
	s3-lost) suspend_to_ram ;;
	hibernate) system_sleep disk core ;;
	crash | crash-idle) modem stage crash ;;
	dump) modem stage cd-ready ;;
	crash-open)
		modem hold-message open 1
		modem crash-at open
		port_echo "$AT1" one 10
		;;
	crash-session)
		modem mux-fault open mute
		link_add 5
		ip link set "$WWAN-5" up &
		sleep 0.3
		modem stage crash
		;;
	dead) modem stage hang ;;
	flr) bus_reset flr ;;
	bus-reset) bus_reset bus ;;
	resets)
		for _ in 1 2 3 4 5 6 7 8 9 10 11; do
			function_reset
			sleep 0.1
		done
		;;
	aer-correctable) inject RCVR ;;
	aer-non-fatal) inject COMP_ABORT ;;
	aer-fatal) inject MALF_TLP ;;
	slot-off)
		echo 0 >"/sys/bus/pci/slots/$((MODEM + 1))/power"
		until_true 20 unplugged
		until_true 20 plug_in
		;;
	unplug)
		press_button
		until_true 20 unplugged
		until_true 20 plug_in
		;;
	link-mute)
		modem link mute
		sleep 3
		modem link up
		;;
	link-lost)
		modem link down
		sleep 3
		modem link up
		;;
	killed)
		# QEMU can abort when its modem dies in the middle of an access.
		kill -STOP $flood
		until_true 5 modem_is sleep asleep
		labask kill "$MODEM"
		until_true 10 modem_is client none
		kill -CONT $flood
		sleep 3
		press_button
		until_true 20 unplugged
		until_true 20 plug_in
		;;
	late-boot)
		modem boot-time 8000
		reset_rebind
		;;
	links)
		ip netns add row
		ip link set "$WWAN-3" netns row
		ip netns del row
		unbind
		bind
		;;
	rmmod) reload ;;
	*)
		echo "life_row.sh: there is no row $row" >&2
		exit 2
		;;
	esac
}

use_modem
modem_up
holder='' flood=''
if [ "$row" != crash-idle ]; then
	until_true 10 works || bail "no connection to begin with"
	udp_echo --flood "$LINK=0" "$WWAN-3=3" >/dev/null 2>&1 &
	flood=$!
	sh -c "exec 7<>$AT0 && exec sleep 600" &
	holder=$!
fi
event "$row"
happen >/dev/null 2>&1
case $row in
s2idle-* | s3-* | hibernate) woken ;;
esac
try "by itself"
try "after a new bind" rebind
try "after a reset and a new bind" reset_rebind
try "after a reload" reload
try "after a reset and a reload" reset_reload
echo "row $row: only a reboot helps"
# shellcheck disable=SC2034 # the library's: this is no test itself
TEST_DONE=1
exit 0
