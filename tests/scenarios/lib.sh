# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# shellcheck disable=SC2034 # much of this is for who sources it
#
# What scenarios share: TAP, waiting for events, undoing, and the names of the
# modem they work on. Sourced; runs in the guest.
#
#	. "${0%/*}/lib.sh"
#	use_modem			# the modem given by MODEMS, first word
#	is "$(cat file)" "text" "the file says so"
#	wait_for 5 "the port is there" test -c "$MBIM" || exit
#	defer rm -f file		# done at the end, last one first
#	done_testing

set -u
here=$(dirname -- "$0")
PATH=$here/guest:$here/../guest:$PATH
TEST_COUNT=0
TEST_FAILED=0
TEST_DONE=0
DEFERRED=

# ---- TAP ----

# report STATUS DESCRIPTION: returns STATUS
report()
{
	TEST_COUNT=$((TEST_COUNT + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $TEST_COUNT - $2"
	else
		TEST_FAILED=$((TEST_FAILED + 1))
		echo "not ok $TEST_COUNT - $2"
	fi
	return "$1"
}

diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass()
{
	report 0 "$1"
}

fail()
{
	report 1 "$1"
}

# is GOT WANTED DESCRIPTION
is()
{
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got:    $1"
		diag "wanted: $2"
		return 1
	fi
}

# like TEXT PATTERN DESCRIPTION: a pattern of grep -E
like()
{
	if printf '%s\n' "$1" | grep -qE -e "$2"; then
		pass "$3"
	else
		fail "$3"
		diag "got:    $1"
		diag "wanted: $2"
		return 1
	fi
}

# unlike TEXT PATTERN DESCRIPTION
unlike()
{
	if printf '%s\n' "$1" | grep -qE -e "$2"; then
		fail "$3"
		diag "got:      $1"
		diag "unwanted: $2"
		return 1
	fi
	pass "$3"
}

# within VALUE LEAST MOST DESCRIPTION
within()
{
	if [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; then
		pass "$4 ($1)"
	else
		fail "$4"
		diag "got $1, wanted $2 to $3"
		return 1
	fi
}

# within_time VALUE MOST DESCRIPTION: a bound that shows who waits for something that does
# not come. How long something takes is for the benchmark: here all the machine's
# processors may be busy with other machines.
within_time()
{
	within "$1" 0 $(($2 * ${SLOW:-1})) "$3"
}

# check DESCRIPTION COMMAND...: the command succeeds; what it says is shown if not
check()
{
	local _what=$1 _status
	shift
	if OUTPUT=$("$@" 2>&1); then
		pass "$_what"
	else
		_status=$?
		fail "$_what"
		diag "$* ended with $_status"
		[ -z "$OUTPUT" ] || diag "$OUTPUT"
		return 1
	fi
}

# check_fails DESCRIPTION PATTERN COMMAND...: it fails and says why
check_fails()
{
	local _what=$1 _pattern=$2
	shift 2
	if OUTPUT=$("$@" 2>&1); then
		fail "$_what"
		diag "$* succeeded: $OUTPUT"
		return 1
	fi
	like "$OUTPUT" "$_pattern" "$_what"
}

# skip REASON: the whole scenario cannot be run here
skip()
{
	[ "$TEST_COUNT" -eq 0 ] || bail "skip after a first result"
	echo "1..0 # SKIP $*"
	TEST_DONE=1
	exit 0
}

# bail TEXT: no way to go on
bail()
{
	fail "$*"
	done_testing
}

done_testing()
{
	echo "1..$TEST_COUNT"
	TEST_DONE=1
	[ "$TEST_FAILED" -eq 0 ]
	exit
}

# ---- order ----

# defer COMMAND...: do it at the end, whatever happens
defer()
{
	_words=
	for _word in "$@"; do
		_words="$_words '$(printf '%s' "$_word" | sed "s/'/'\\\\''/g")'"
	done
	DEFERRED="$_words
$DEFERRED"
}

clean_up()
{
	_status=$?
	trap '' INT TERM
	trap - EXIT
	[ -z "$DEFERRED" ] || eval "$DEFERRED" >/dev/null 2>&1
	[ "$TEST_DONE" = 1 ] || {
		echo "# the scenario ended early, with status $_status"
		[ "$_status" -ne 0 ] || _status=1
	}
	exit "$_status"
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# until_true SECONDS COMMAND...: true as soon as the command is, false when it was not
# in that time, which is longer on a machine that the runner calls slow. The command may
# wait for something itself.
until_true()
{
	local _now _end _pause=0.05

	read -r _now _ </proc/uptime
	_end=$((${_now%.*} + $1 * ${SLOW:-1} + 1))
	shift
	while ! "$@" >/dev/null 2>&1; do
		read -r _now _ </proc/uptime
		[ "${_now%.*}" -lt "$_end" ] || return 1
		# Looking costs processor time, which other machines need as well.
		sleep $_pause
		case $_pause in
		0.05) _pause=0.1 ;;
		*) _pause=0.2 ;;
		esac
	done
}

# wait_for SECONDS DESCRIPTION COMMAND...: the same as a test
wait_for()
{
	local _seconds=$1 _what=$2

	shift 2
	if until_true "$_seconds" "$@"; then
		pass "$_what"
	else
		fail "$_what"
		diag "not within $_seconds s: $*"
		return 1
	fi
}

# need_program NAME...: those of tests/guest are not always beside a scenario
need_program()
{
	for _program in "$@"; do
		command -v "$_program" >/dev/null || skip "the program $_program is not here (tests/run brings it)"
	done
}

# ---- the kernel's log ----

MARKS=0

# mark: what the kernel says from now on is what dmesg_since tells
mark()
{
	MARKS=$((MARKS + 1))
	MARK="mark $$.$MARKS"
	echo "$MARK" >/dev/kmsg
}

dmesg_since()
{
	dmesg | awk -v mark="$MARK" 'index($0, mark) { seen = 1; next } seen'
}

# logged PATTERN: has the kernel's log had it since the mark?
logged()
{
	dmesg_since | grep -q "$1"
}

# ---- modems ----

# Those of the machine in the lab's order: by address, as each has its own port.
modem_addresses()
{
	for _device in /sys/bus/pci/devices/*; do
		read -r _vendor <"$_device/vendor"
		read -r _model <"$_device/device"
		case $_vendor:$_model in
		0x8086:0x7560 | 0x8086:0x7360)
			echo "${_device##*/}"
			;;
		esac
	done
}

# use_modem [POSITION]: sets MODEM (number for modemctl), ADDRESS (of PCI), MODEL.
# MODEMS holds the numbers of the modems that are meant for this scenario.
use_modem()
{
	# shellcheck disable=SC2086 # a list
	set -- "${1:-1}" ${MODEMS:-0 1 2 3}
	shift "$1"
	MODEM=${1:-0}
	ADDRESS=$(modem_addresses | sed -n "$((MODEM + 1))p")
	[ -n "$ADDRESS" ] || bail "this machine has no modem $MODEM"
	PCI=/sys/bus/pci/devices/$ADDRESS
	read -r MODEL <"$PCI/device"
	MODEL=${MODEL#0x}
	MUX=$(modem status | sed -n 's/^mux //p')
	# The usual fq_codel drops what has waited some milliseconds in it, as everything
	# has on a slow emulated machine: that would be a loss that no driver can help.
	echo pfifo >/proc/sys/net/core/default_qdisc
	find_modem
}

# find_modem: sets WWAN (wwan0), LINK (the default link) and the ports' nodes MBIM,
# AT0, AT1, RPC; false if there is no such device now.
find_modem()
{
	WWAN='' LINK='' MBIM='' AT0='' AT1='' RPC=''
	for _path in "$PCI"/wwan/wwan*; do
		[ -e "$_path" ] || return 1
		WWAN=${_path##*/}
	done
	# Other links may be there, and names need not tell: the default one has id 0.
	LINK=$(ip -d -o link show | sed -n "s/^[0-9]*: \([^:@]*\).*wwan linkid 0 .*parentdev $WWAN .*/\1/p")
	[ -n "$LINK" ] || return 1
	AT0=/dev/${WWAN}at0 AT1=/dev/${WWAN}at1
	if [ "$MODEL" = 7560 ]; then
		MBIM=/dev/${WWAN}mbim0
	else
		RPC=/dev/${WWAN}xmmrpc0
	fi
}

# modem WORDS...: one command to the modem
modem()
{
	modemctl -n "$MODEM" "$@"
}

# counter NAME: one of the modem's
counter()
{
	modem counters | sed -n "s/^$1 //p"
}

# modem_is WHAT VALUE: a line of its status
modem_is()
{
	modem status | grep -qxF "$1 $2"
}

kernel_before()
{
	[ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | sed -n 1p)" != "$1" ]
}

# ports_wanted: the names of the ports that belong to the model on this kernel
ports_wanted()
{
	if [ "$MODEL" = 7560 ]; then
		echo "at0 at1 mbim0"
	elif kernel_before 6.2; then
		echo "at0 at1"	# the port type XMMRPC came with 6.2
	else
		echo "at0 at1 xmmrpc0"
	fi
}

modem_complete()
{
	find_modem || return 1
	for _port in $(ports_wanted); do
		[ -c "/dev/$WWAN$_port" ] || return 1
	done
}

modem_absent()
{
	! [ -e "$PCI/wwan" ] || ! ls "$PCI"/wwan/* >/dev/null 2>&1
}

# modem_up: waits until all ports and the default link are there
modem_up()
{
	until_true 20 modem_complete ||
		bail "the modem $MODEM ($ADDRESS) has no ports and link within 20 s"
}

unbind()
{
	echo "$ADDRESS" >/sys/bus/pci/drivers/iosm/unbind
}

bind()
{
	echo "$ADDRESS" >/sys/bus/pci/drivers/iosm/bind
}

function_reset()
{
	echo 1 >"$PCI/reset"
}

# alone: the driver gets this modem only, until the end; then names do not depend on
# which modem starts first when the module is loaded
alone()
{
	for _address in $(modem_addresses); do
		[ "$_address" != "$ADDRESS" ] || continue
		_device=/sys/bus/pci/devices/$_address
		defer sh -c "echo $_address >/sys/bus/pci/drivers_probe"
		defer sh -c "echo >$_device/driver_override"
		echo none >"$_device/driver_override"
		[ ! -e "$_device/driver" ] || echo "$_address" >"$_device/driver/unbind"
	done
	[ "$WWAN" = wwan0 ] && return
	unbind
	bind
	modem_up
}

# ---- the system's sleep ----

# messages_wanted: the platform wants the modem told of the system's sleep (tests/platform.asl)
messages_wanted()
{
	[ -e /sys/firmware/acpi/tables/SSDT ]
}

# host_sleeps: how often the modem was told by message that the host sleeps
host_sleeps()
{
	counter host_sleeps
}

# system_sleep s2idle|deep|disk LEVEL: down to LEVEL of /sys/power/pm_test, and back at once:
# "devices" before interrupts are off, "platform" with the functions in D3hot, "core"
# with one processor left
system_sleep()
{
	echo 0 >/sys/module/suspend/parameters/pm_test_delay
	echo "$2" >/sys/power/pm_test || return
	_state=mem
	if [ "$1" = disk ]; then
		_state=disk
	else
		echo "$1" >/sys/power/mem_sleep
	fi
	_slept=0
	labports hold
	echo "$_state" >/sys/power/state || _slept=1
	labports release
	echo none >/sys/power/pm_test
	return "$_slept"
}

# suspend_to_ram: S3, until the alarm clock rings. QEMU resets all devices for that, and its
# firmware forgets to set up the chipset again: then no later alarm or power-off works.
suspend_to_ram()
{
	_chipset=
	for _where in 1f.0=40 1f.0=44 1f.0=f0 00.0=60; do
		_device=00:${_where%=*} _register=${_where#*=}.l
		_chipset="$_chipset setpci -s $_device $_register=$(setpci -s "$_device" "$_register");"
	done
	echo deep >/sys/power/mem_sleep
	labports hold
	rtcwake -m mem -s 6
	_slept=$?
	labports release
	eval "$_chipset"
	return $_slept
}

# suspend_to_idle: in earnest, until somebody types at the console
suspend_to_idle()
{
	exec 6</dev/ttyS0
	echo enabled >/sys/class/tty/ttyS0/power/wakeup
	echo s2idle >/sys/power/mem_sleep
	labask knock on
	_slept=0
	labports hold
	echo mem >/sys/power/state || _slept=1
	labports release
	labask knock off
	exec 6<&-
	return $_slept
}

# hibernate: into an image on the swap space, until the machine is switched on again
hibernate()
{
	echo shutdown >/sys/power/disk
	labask again
	_slept=0
	labports hold
	echo disk >/sys/power/state || _slept=1
	rm -f /run/labctl.ready
	labports release
	return $_slept
}

# plug_in: the modem, after its slot was switched off
plug_in()
{
	labctl "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"vfio-user-pci\", \"id\": \"modem$MODEM\", \"bus\": \"rp$MODEM\", \"socket\": {\"type\": \"unix\", \"path\": \"/lab/modem$MODEM/vfio\"}}}"
}

# lock_proving 0|1: whether lockdep looks for locks in the wrong order, where the kernel can.
# Native hotplug of Linux 7.3 takes its reset_lock and pci_rescan_remove_lock in both orders
# while a slot is switched off or on, whatever stands in it. lockdep says so once and is
# silent for ever: it looks away until the modem is back, and scenarios that unbind prove the
# driver.
lock_proving()
{
	[ ! -w /proc/sys/kernel/prove_locking ] || echo "$1" >/proc/sys/kernel/prove_locking
}

# press_button: of the modem's slot, which asks the system to let go of it
press_button()
{
	labctl "{\"execute\": \"device_del\", \"arguments\": {\"id\": \"modem$MODEM\"}}"
}

load_driver()
{
	if [ "${LAB_DRIVER:-}" = intree ]; then
		modprobe iosm
	else
		insmod /job/driver.ko
	fi
}

unload_driver()
{
	rmmod iosm
}

# ---- what must go on, or come back ----

# uevents_listen: uevents go into events.txt
uevents_listen()
{
	uevents >>events.txt &
	defer kill $!
	defer rm -f events.txt events.txt.ready
	wait_for 5 "uevents are listened to" test -e events.txt.ready || bail "no uevents"
}

# uevent_seen TEXT
uevent_seen()
{
	grep -q "$ADDRESS.*IOSM_EVENT=$1\>" events.txt
}

# run_again [SECONDS]: a test: since events.txt was emptied there has been a new run of
# the modem, and ports and links are there
run_again()
{
	read -r _from _ </proc/uptime
	wait_for "${1:-20}" "the modem runs anew" uevent_seen MDM_READY
	modem_up
	read -r _to _ </proc/uptime
	diag "$(echo "$_from $_to" | awk '{ printf "%.1f s until ports and links were there", $2 - $1 }')"
	: >events.txt
}

# event WHAT: it happens now; what user space hears of it goes into an empty events.txt
event()
{
	EVENT=$1
	: >events.txt
	read -r SINCE _ </proc/uptime
}

# woken: the system has been asleep since the event; the time counts from now on
woken()
{
	read -r SINCE _ </proc/uptime
}

# data_flows "SESSION...": a test: links carry data; says how long that took since the event
data_flows()
{
	check "data flows" data "$1" --count 1
	read -r _now _ </proc/uptime
	diag "$EVENT: $(echo "$SINCE $_now" | awk '{ printf "%.1f s to working data", $2 - $1 }')"
}

# works_again "SESSION..." [SECONDS]: a test: a new run of the modem since the event, and data
works_again()
{
	run_again "${2:-20}"
	links_open "$1"
	data_flows "$1"
}

# flood_starts: traffic on sessions 0 and 3 from now on, process $flood, while there are links
flood_starts()
{
	udp_echo --flood "$LINK=0" "$WWAN-3=3" >flood 2>&1 &
	flood=$!
	defer rm -f flood
	defer kill $flood
	# A test may end while it pauses.
	defer kill -CONT $flood
}

flood_pauses()
{
	kill -STOP $flood
}

flood_goes_on()
{
	kill -CONT $flood
}

# flood_ends: a test: of what came back in that time nothing was wrong
flood_ends()
{
	kill $flood
	wait $flood
	report $? "nothing wrong came in that time" || diag "$(cat flood)"
}

# ports_echo: the modem returns what it is sent at its MBIM and AT ports; undone at the end
ports_echo()
{
	for _number in 0 1; do
		modem at-echo $_number on
		defer modem at-echo $_number off
	done
	modem mbim-echo on
	defer modem mbim-echo off
}

# port_answers: over descriptor 7, with at-echo on
port_answers()
{
	_sent="AT+$$.$(cut -d' ' -f1 /proc/uptime)"
	printf '%s\r' "$_sent" >&7 &&
		_got=$(timeout $((5 * ${SLOW:-1})) dd bs=256 count=1 <&7 2>/dev/null) &&
		[ "$_got" = "$(printf '%s\r' "$_sent")" ]
}

# ---- links ----
#
# The echo network's addresses: host .2 and gateway .1 in 10.64.SESSION.0/30, the
# same in 2001:db8:64:SESSION::/64.

link_name()
{
	if [ "$1" = 0 ]; then
		echo "$LINK"
	else
		echo "$WWAN-$1"
	fi
}

# link_add SESSION: makes the link; the default one is there
link_add()
{
	[ "$1" = 0 ] || ip link add dev "$WWAN-$1" parentdev "$WWAN" type wwan linkid "$1"
}

link_del()
{
	[ "$1" = 0 ] || ip link del "$WWAN-$1"
}

link_carrier()
{
	[ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]
}

# link_words SESSION: for "ip -batch": up with the network's addresses
link_words()
{
	_link=$(link_name "$1")
	[ ! -e "/proc/sys/net/ipv6/conf/$_link" ] || {
		echo 0 >"/proc/sys/net/ipv6/conf/$_link/router_solicitations"
		echo 1 >"/proc/sys/net/ipv6/conf/$_link/addr_gen_mode"
	}
	echo "link set $_link up"
	echo "addr replace 10.64.$1.2/30 dev $_link"
	echo "addr replace 2001:db8:64:$1::2/64 dev $_link nodad"
}

# link_up SESSION [SECONDS]: until packets can pass. With --connected the network has a bearer
# for every session.
link_up()
{
	link_words "$1" | ip -batch - && until_true "${2:-5}" link_carrier "$(link_name "$1")"
}

# links_up "SESSION...": makes and raises them, in two calls of ip, as a program's start is slow
# in a machine that is emulated
links_up()
{
	for _session in $1; do
		[ "$_session" = 0 ] ||
			echo "link add dev $WWAN-$_session parentdev $WWAN type wwan linkid $_session"
	done | ip -batch - || return
	for _session in $1; do
		link_words "$_session"
	done | ip -batch - || return
	for _session in $1; do
		until_true 5 link_carrier "$(link_name "$_session")" || return
	done
}

# link_lower NAME
link_lower()
{
	[ ! -e "/sys/class/net/$1" ] || {
		ip link set "$1" down
		ip addr flush dev "$1"
	}
}

link_down()
{
	link_lower "$(link_name "$1")"
}

# links_open "SESSION...": a test: makes and raises them; undone at the end
links_open()
{
	for _session in $1; do
		# By name: later the scenario may look at another modem.
		[ "$_session" = 0 ] || defer ip link del "$WWAN-$_session"
		defer link_lower "$(link_name "$_session")"
	done
	_output=$(links_up "$1" 2>&1) || {
		fail "links are made and raised: $1"
		diag "$_output"
		return 1
	}
	pass "links made and raised: $1"
}

# links_close "SESSION..."
links_close()
{
	for _session in $1; do
		link_down "$_session"
		link_del "$_session"
	done
}

gateway4()
{
	echo "10.64.$1.1"
}

gateway6()
{
	echo "2001:db8:64:$1::1"
}

# answers COUNT LINK ADDRESS: of so many pings. One by one: ping waits for the last of several
# only twice as long as for the slowest before it.
answers()
{
	_answers=0
	for _ in $(seq "$1"); do
		! ping -n -q -c 1 -W 5 -I "$2" "$3" >/dev/null || _answers=$((_answers + 1))
	done
	echo $_answers
}

# pings SESSION [COUNT]: each of them answered, in both families
pings()
{
	_link=$(link_name "$1")
	for _to in "$(gateway4 "$1")" "$(gateway6 "$1")"; do
		_answered=$(answers "${2:-3}" "$_link" "$_to")
		[ "$_answered" = "${2:-3}" ] || {
			echo "$_to answers $_answered of ${2:-3} pings"
			return 1
		}
	done
}

# data "SESSION..." [OPTION...]: sends datagrams over all of these sessions and compares
# what comes back (guest/udp_echo.c)
data()
{
	_sessions=$1
	shift
	for _session in $_sessions; do
		set -- "$@" "$(link_name "$_session")=$_session"
	done
	udp_echo "$@" && return
	# Who has lost it?
	for _session in $_sessions; do
		_link=$(link_name "$_session")
		modem mux | grep "^session $_session "
		ip -s -s link show dev "$_link" | sed 1,2d
		tc -s qdisc show dev "$_link"
	done
	grep -E '^(Ip|Udp):' /proc/net/snmp
	awk '$2 != 0' /proc/net/snmp6
	return 1
}

# sessions_open: those that the modem has open, in one line
sessions_open()
{
	modem mux | sed -n -E 's/^session ([0-7]) (open|stopped) .*/\1/p' | paste -sd' ' -
}

sessions_are()
{
	[ "$(sessions_open)" = "$1" ]
}

# mux_field FILE SESSION NAME: a number from what "modem mux" said
mux_field()
{
	awk -v id="$2" -v name="$3" '$1 == "session" && $2 == id {
		for (i = 3; i < NF; i++) if ($i == name) { print $(i + 1); exit } }' "$1"
}

# mux_now SESSION NAME
mux_now()
{
	modem mux | mux_field - "$1" "$2"
}

# statistic LINK NAME
statistic()
{
	cat "/sys/class/net/$1/statistics/$2"
}
