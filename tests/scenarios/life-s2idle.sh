#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The system sleeps and the modem keeps its state: nothing goes away. What was open before
# works after, packets that wait in the meantime go out, user space hears of nothing. Down
# to the test levels only: emulation has nothing that wakes a system from suspend-to-idle.
# Where the platform speaks of the modem (tests/platform.asl) it wants messages for that.
#
# modem-once: lite
# iommu: aggregation

. "${0%/*}/lib.sh"
need_program udp_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
links_open "0 3"
check "data flows" data "0 3" --count 20
exec 7<>"$AT0" || bail "the port does not open"
check "the port answers" port_answers
host_sleeps=$(host_sleeps)
link_before=$(ip -o link show "$LINK" | cut -d: -f1)
echo 1 >/sys/power/pm_print_times
defer sh -c 'echo 0 >/sys/power/pm_print_times'
flood_starts
: >events.txt
mark

for how in "s2idle devices" "s2idle platform" "deep core"; do
	# shellcheck disable=SC2086 # two words
	check "the system sleeps and wakes ($how)" system_sleep $how
	check "the port that was open answers" port_answers
	check "links are up" sh -c "[ \$(cat /sys/class/net/$LINK/carrier /sys/class/net/$WWAN-3/carrier | paste -sd,) = 1,1 ]"
	check "sessions are open" sessions_are "0 3"
done
flood_ends
wanted=$host_sleeps
! messages_wanted || wanted=$((wanted + 3))
is "$(host_sleeps)" "$wanted" "the modem was told as the platform wants it"
modem sleep idle 20
defer modem sleep idle 100
wait_for 5 "the modem sleeps by itself" modem_is sleep asleep
check "the system sleeps with a modem that sleeps" system_sleep s2idle platform
check "data flows" data "0 3" --count 50
check "the port answers" port_answers
is "$(grep "$ADDRESS" events.txt)" "" "user space heard of nothing"
is "$(ip -o link show "$LINK" | cut -d: -f1)" "$link_before" "the link is the same"
dmesg_since | sed -n "s/.*iosm $ADDRESS:.*returned 0 after \([0-9]*\) usecs.*/\1/p" | sort -n >took
defer rm -f took
within_time "$(sed -n '$p' took)" 2000000 "microseconds of the slowest of $(wc -l <took) callbacks"
unlike "$(dmesg_since)" "iosm $ADDRESS: [^P]" "no word in the kernel's log"
done_testing
