#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A life by chance: crashes, resets, bus errors, losses of the link, unplugging, sleep,
# removal, links and ports that come and go, one after the other, one while the other is
# still being dealt with, or two at a time, under traffic on 8 sessions and two ports; readers wait
# at the third now and then.
# Afterwards everything works, nothing hangs, no memory is missing.
#
# LIFE_EVENTS says how many, LIFE_SEED which: the same seed makes the same events, whose
# interleaving is up to the machine.
#
# modem: lite
# limit: 360
# kernels: one

. "${0%/*}/lib.sh"
. "${0%/*}/lib-memory.sh"
. "${0%/*}/lib-life.sh"
need_program udp_echo port_echo
SEED=${LIFE_SEED:-1}
COUNT=${LIFE_EVENTS:-12}
diag "$COUNT events of seed $SEED"
use_modem
modem_up
alone
ports_echo
echo $((30 * ${SLOW:-1})) >/proc/sys/kernel/hung_task_timeout_secs
defer sh -c 'echo 120 >/proc/sys/kernel/hung_task_timeout_secs'
: >faults
defer rm -f faults flood churn.0 churn.1

traffic_start()
{
	links_raise >/dev/null 2>&1
	udp_echo --flood "$LINK=0" life1=1 life2=2 life3=3 life4=4 life5=5 life6=6 life7=7 >flood 2>&1 &
	FLOOD=$!
	port_echo "$AT0" churn >churn.0 2>&1 &
	CHURN0=$!
	port_echo "$AT1" churn >churn.1 2>&1 &
	CHURN1=$!
}

traffic_end()
{
	kill "$FLOOD" "$CHURN0" "$CHURN1"
	for _job in $FLOOD $CHURN0 $CHURN1; do
		wait "$_job" || cat flood churn.0 churn.1 >>faults
	done
	for _session in $LINKS; do
		ip link del "life$_session" 2>/dev/null
	done
	ip link set "$LINK" down
}
defer traffic_end

# The one thing that a person must do, of what may happen here: a driver that has seen six
# resets in a row fail, with no run of 30 s between them, leaves the modem alone.
given_up()
{
	devlink health diagnose "pci/$ADDRESS" reporter fw 2>/dev/null | grep -q 'resets: 7'
}

back()
{
	modem_complete && return
	! given_up || {
		BY_HAND=$((BY_HAND + 1))
		event_by_hand
	}
	return 1
}

seconds()
{
	cut -d. -f1 /proc/uptime
}

# recovered: the modem is back; that may take the longest of the driver's pauses
recovered()
{
	until_true 60 back && return
	fail "the modem is back after event $number ($what)"
	diag "$(modem status)"
	diag "$(devlink health diagnose "pci/$ADDRESS" reporter fw)"
	diag "$(dmesg | tail -n 40)"
	done_testing
}

# events FROM TO
events()
{
	number=$1
	while [ "$number" -le "$2" ]; do
		begin_event "$number"
		choose_event
		what=$EVENT
		roll 4
		companion=
		[ $ROLL -ne 0 ] || {
			choose_companion
			companion=$EVENT
		}
		roll 2
		patient=$ROLL
		start=$(seconds)
		# It may look away since an event of before that nobody waited for.
		! modem_complete || lock_proving 1
		echo "event $number $what $companion" >/dev/kmsg
		{
			[ -z "$companion" ] || "event_$companion" "$number.1" &
			"event_$what" "$number"
			[ -z "$companion" ] || wait $!
		} >/dev/null 2>&1
		took=$(($(seconds) - start))
		[ $took -le "$SLOWEST" ] || SLOWEST=$took
		nap
		if [ "$patient" = 1 ]; then
			recovered
			lock_proving 1
			links_raise >/dev/null 2>&1
		fi
		diag "event $number: $what${companion:+ with $companion}, $took s, $(($(seconds) - start)) s with what followed"
		number=$((number + 1))
	done
}

# stuck: tasks that wait for the same in the kernel, without end
in_kernel()
{
	grep -l '^State:.D' /proc/[0-9]*/status 2>/dev/null
}

stuck()
{
	in_kernel | sort >stuck.before
	sleep 2
	in_kernel | sort | comm -12 stuck.before - | while IFS= read -r _status; do
		cat "${_status%/*}/comm" "${_status%/*}/stack"
	done
	rm -f stuck.before
}

# As the first events leave more behind than later ones: caches fill.
SLOWEST=0
BY_HAND=0
boots=$(counter resets)
traffic_start
events 1 $((COUNT / 5))
recovered
traffic_end
memory_taken
traffic_start
events $((COUNT / 5 + 1)) "$COUNT"
recovered
diag "$BY_HAND recoveries by hand after six resets in a row"
traffic_end
within_time $SLOWEST 40 "seconds for the slowest event"
diag "$(cat flood churn.0 churn.1)"
boots=$(($(counter resets) - boots))
diag "the modem began anew $boots times"
check "often enough: a third of the events and more" [ $boots -ge $((COUNT / 3)) ]
is "$(cat faults)" "" "nothing wrong came, and the system always slept"
is "$(stuck)" "" "nothing hangs"
memory_same 512 256 256
links_open "0 $LINKS"
check "data flows on 8 sessions" data "0 $LINKS" --count 20
for port in "$AT0" "$AT1" "$MBIM"; do
	check "the port $port works" port_echo "$port" cycle 3
done
done_testing
