#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem crashes when nobody uses it, while a port or a session is being opened, when the
# system goes to sleep and when it wakes: who waits for the modem is told at once, and
# all is back without anybody's doing.
#
# modem: lite
# iommu-full: lite
# limit: 240
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off

# seconds_of COMMAND...: how long it took, whatever came of it
seconds_of()
{
	read -r _start _ </proc/uptime
	"$@" >answer 2>&1
	read -r _end _ </proc/uptime
	echo $((${_end%.*} - ${_start%.*}))
}
defer rm -f answer

waiting()
{
	grep -qx open waits
}

port_echo "$AT1" hangup >waits 2>&1 &
reader=$!
defer rm -f waits
wait_for 5 "somebody waits at a port" waiting
event "crash, idle"
modem stage crash
works_again "0 3"
wait $reader
report $? "who waited at the port is told"
like "$(cat waits)" '^poll hang-up' "poll by a hang-up"
like "$(cat waits)" '^read ' "read by an end or an error"
diag "$(cat waits)"
links_close "0 3"
wait_for 5 "the sessions are closed" sessions_are ""

event "crash while a port opens"
modem hold-message open 1
modem crash-at open
within_time "$(seconds_of port_echo "$AT0" one 10)" 5 "seconds until who opened the port is told"
like "$(cat answer)" '^open ENODEV' "by an error"
works_again "0 3"
check "the port works" port_echo "$AT0" cycle 3

event "crash while a session opens"
modem mux-fault open mute
ip link add dev "$WWAN-5" parentdev "$WWAN" type wwan linkid 5
within_time "$(seconds_of ip link set "$WWAN-5" up)" 5 "seconds until a link is up whose session is not"
wait_for 5 "the modem is asked for the session" sessions_are "0 3 5"
modem stage crash
works_again "0 3 5"

# With messages the modem is silent in the host's face; without, it dies of a doorbell.
held=0
for moment in sleep wake; do
	held=$((held + 1))
	exec 7<>"$AT0" || fail "the port opens"
	event "crash at the system's $moment"
	! messages_wanted || modem hold-message sleep "$held"
	modem crash-at $moment
	told=$(host_sleeps)
	check "the system sleeps and wakes" system_sleep s2idle platform
	woken
	[ $moment = sleep ] || ! messages_wanted || told=$((told + 1))
	is "$(host_sleeps)" "$told" "the modem was told before, where the platform wants it"
	modem hold-message sleep 0
	works_again "0 3"
	check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
	exec 7<&-
done
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
