#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem is silent when the system goes to sleep, crashes just before, has lost its power and
# boots, or does not leave D3hot until it is reset or has been left alone for a while: it sleeps all
# the same, without delay, and the modem works afterwards without anybody's doing. With
# traffic in the background.
#
# modem: lite
# iommu: lite
# limit: 200
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
flood_starts
defer modem power free
echo 1 >/sys/power/pm_print_times
defer sh -c 'echo 0 >/sys/power/pm_print_times'

# Earlier failures, of another scenario, do not count after a reset by somebody else.
function_reset
run_again
links_open "0 3"
# pm_print_times says what all callbacks took but the first, "prepare".
tracing=/sys/kernel/tracing
traced()
{
	grep -q function_graph $tracing/available_tracers 2>/dev/null
}

! traced || {
	echo iosm_power_prepare >$tracing/set_ftrace_filter
	echo function_graph >$tracing/current_tracer
	defer sh -c "echo nop >$tracing/current_tracer; echo >$tracing/set_ftrace_filter"
}

# prepare_us: of the last sleep
prepare_us()
{
	sed -n -E 's/.* ([0-9]+)(\.[0-9]+)? us .*iosm_power_prepare.*/\1/p' $tracing/trace | sort -n | tail -n 1
}

for what in stuck stuck-until-reset hang crash boot; do
	exec 7<>"$AT0" || fail "the port opens"
	event "s2idle, modem: $what"
	mark
	case $what in
	hang)
		modem stage hang
		;;
	crash)
		modem stage crash
		;;
	boot)
		# A loss of power that nothing announces: what the driver rang until it
		# looks would be a breach that no driver can help.
		flood_pauses
		sleep 0.5
		modem boot-time 3000
		modem reset
		modem boot-time 0
		;;
	stuck*)
		flood_pauses
		modem power stuck
		;;
	esac
	! traced || echo >$tracing/trace
	read -r start _ </proc/uptime
	check "the system sleeps and wakes (modem: $what)" system_sleep s2idle platform
	woken
	read -r end _ </proc/uptime
	within_time $((${end%.*} - ${start%.*})) 6 "seconds for that"
	[ $what != stuck ] || {
		wait_for 15 "the modem does not answer" modem_absent
		modem power free
	}
	flood_goes_on
	works_again "0 3" 40
	is "$(cat "$PCI/power_state")" D0 "the system takes it for powered"
	[ $what != stuck ] || unlike "$(dmesg_since)" "iosm $ADDRESS: modem was reset" "no reset was needed"
	[ $what != stuck-until-reset ] ||
		like "$(dmesg_since)" "iosm $ADDRESS: modem was reset" "by the driver's reset"
	modem power free
	check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
	exec 7<&-
	dmesg_since | sed -n "s/.*iosm $ADDRESS:.*returned 0 after \([0-9]*\) usecs.*/\1/p" | sort -n >took
	within_time "$(sed -n '$p' took)" 2000000 "microseconds of the slowest callback"
	! traced || within_time "$(prepare_us)" 2000000 "microseconds until the driver was at rest before"
	rm -f took
done
flood_ends
check "data flows" data "0 3" --count 50
exec 7<>"$AT0" && check "a port answers" port_answers
done_testing
