# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
#
# What the cases share: the driver in and out, and what can be counted of it.

TRACING=/sys/kernel/tracing

prepare()
{
	for _module in wwan sch_fq_codel sch_ingress cls_matchall act_gact; do
		modprobe "$_module"
	done
	for _address in $(modem_addresses); do
		echo none >"/sys/bus/pci/devices/$_address/driver_override"
	done
	# An emulated serial line costs more than what the driver complains about.
	dmesg -n 1
	# Every function of a driver can be traced while it is idle.
	echo 8192 >"$TRACING/buffer_size_kb"
	echo mono >"$TRACING/trace_clock"
	symbols '!$4'
}

say_now()
{
	read -r _uptime _ </proc/uptime
	echo "@now $_uptime"
}

# used_kib: what is neither free nor a program's nor a cache's, after what can be given
# back was. Pages on a processor's own list are free.
used_kib()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '
		FILENAME == "/proc/zoneinfo" { if ($1 == "count:") used -= $2 * 4; next }
		/^MemTotal:/ { used += $2 }
		/^(MemFree|Buffers|Cached|AnonPages|SReclaimable|PageTables):/ { used -= $2 }
		END { print used }' /proc/meminfo /proc/zoneinfo
}

# driver_up: the group's modem, and only it, with its first link up
driver_up()
{
	ADDRESS=$(modem_addresses | sed -n "$((MODEMS + 1))p")
	echo >"/sys/bus/pci/devices/$ADDRESS/driver_override"
	load_driver
	use_modem
	# A generator starts when it is told to.
	modem flood off >/dev/null 2>&1
	until_true 20 modem_complete && link_up 0 15
}

driver_down()
{
	unload_driver 2>/dev/null
	[ -z "${ADDRESS:-}" ] || echo none >"/sys/bus/pci/devices/$ADDRESS/driver_override"
}

# value NAME VALUE
value()
{
	echo "@value $1 $2"
}

queue()
{
	tc qdisc replace dev "$1" root "$2"
}

devices()
{
	for _session in $1; do
		link_name "$_session"
	done
}

# links "SESSION...": more than the first one
links()
{
	for _session in $1; do
		[ "$_session" = 0 ] || link_add "$_session"
		link_up "$_session" 15 || return
		queue "$(link_name "$_session")" pfifo
	done
}

unlink()
{
	for _session in $1; do
		[ "$_session" = 0 ] || link_del "$_session"
	done
}

# ingress_drop DEVICE: packets end where the stack begins
ingress_drop()
{
	tc qdisc replace dev "$1" clsact
	tc filter replace dev "$1" ingress matchall action drop
}

ingress_pass()
{
	tc qdisc del dev "$1" clsact
}

# ---- what the modem has counted ----

# bus_events: interrupts and doorbells
bus_events()
{
	modem counters | awk '/^(interrupts|doorbell)/ { sum += $2 } END { print sum }'
}

# carried uplink|downlink packets|bytes: over all sessions
carried()
{
	modem mux | awk -v way="$1" -v unit="$2" '$1 == "session" {
		for (i = 3; i < NF; i++) if ($i == way) sum += unit == "packets" ? $(i + 1) : $(i + 3)
	} END { print sum + 0 }'
}

received()
{
	_sum=0
	for _device in $1; do
		_sum=$((_sum + $(statistic "$_device" rx_packets)))
	done
	echo "$_sum"
}

# received_all DEVICE COUNT
received_all()
{
	[ "$(received "$1")" -ge "$2" ]
}

# carried_since WAY COUNT: has all of that been carried?
carried_since()
{
	[ "$(carried "$1" packets)" -ge "$2" ]
}

events_per_megabyte()
{
	value events_per_mb "$(awk -v events="$1" -v bytes="$2" 'BEGIN { print bytes ? events * 1e6 / bytes : 0 }')"
}

# round_trips COUNT INTERVAL
round_trips()
{
	ping -n -c "$1" -i "$2" -W 3 -I "$LINK" "$(gateway4 0)" >ping.out
	echo "@samples rtt" "$(sed -n 's/.* time=\([0-9.]*\) ms.*/\1/p' ping.out | tr '\n' ' ')"
	value unanswered $(($1 - $(grep -c 'time=' ping.out)))
}

# socket_drops: datagrams that found a socket's memory full
socket_drops()
{
	awk '/^Udp: [0-9]/ { print $6 }' /proc/net/snmp
}

# ---- tracing ----

trace_off()
{
	echo nop >"$TRACING/current_tracer"
	echo 0 >"$TRACING/events/enable"
	echo >"$TRACING/set_ftrace_filter"
}

# trace_functions PATTERN
trace_functions()
{
	trace_off
	echo "$1" >"$TRACING/set_ftrace_filter" &&
		echo function >"$TRACING/current_tracer" &&
		echo >"$TRACING/trace"
}

# doorbell_function: the one that writes the register, by its name in the module
doorbell_function()
{
	if [ "$LAB_DRIVER" = ours ]; then
		echo iosm_mmio_ring
	else
		echo ipc_doorbell_fire
	fi
}

# symbols FILTER: names for who counts instructions: functions whose line of the kernel's list
# passes awk's filter. What pads a function is none.
symbols()
{
	[ -n "${PROFILE:-}" ] || return 0
	awk "$1"' && $2 ~ /^[tTwW]$/ && $3 !~ /^__pfx_/ { print "@symbol", $1, $3, $4 }' /proc/kallsyms
}

# queue_empty: the modem has nothing for the host
queue_empty()
{
	modem mux | awk '$1 == "session" { for (i = 3; i < NF; i++) if ($i == "queued") sum += $(i + 1) } END { exit sum > 0 }'
}
