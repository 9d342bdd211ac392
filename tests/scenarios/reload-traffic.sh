#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module unloaded 20 times under full traffic, with ports open and written to: nothing
# hangs, nothing is left, the second ten rounds cost no memory, and after loading it all of it
# works.
#
# modem: aggregation
# iommu-full: lite
# limit: 360

. "${0%/*}/lib.sh"
. "${0%/*}/lib-memory.sh"
need_program udp_echo port_echo
use_modem
modem_up
alone

# A writer that has an AT port open whenever there is one.
keep_writing()
{
	while :; do
		if [ -c "$AT0" ]; then
			port_echo "$AT0" write-close 50
		else
			sleep 0.05
		fi
	done
}

traffic_begins()
{
	udp_echo --flood "$LINK=0" "$WWAN-1=1" "$WWAN-6=6" >flood 2>&1 &
	flood=$!
	keep_writing >/dev/null 2>&1 &
	writer=$!
}

# traffic_ends: a test; neither their sockets nor their memory are there after it
traffic_ends()
{
	kill $writer $flood
	wait $flood
	report $? "nothing wrong came up to round $round" || diag "$(cat flood)"
	wait $writer 2>/dev/null
	wait_for 10 "the last of the writers has ended" writers_gone
}

writers_gone()
{
	! pgrep -x port_echo
}

end_both()
{
	kill $writer $flood
}

defer rm -f flood
defer end_both
fault=0
slowest=0
round=0

wrong()
{
	fault=$((fault + 1))
	diag "round $round: $*"
}

more_came()
{
	[ "$(statistic "$LINK" rx_packets)" -gt $((sent + 20)) ]
}

one_round()
{
	round=$((round + 1))
	links_up "0 1 6" || wrong "no links"
	until_true 5 sessions_are "0 1 6" || wrong "sessions $(sessions_open)"
	sent=$(statistic "$LINK" rx_packets)
	until_true 5 more_came || wrong "no traffic"
	read -r start _ </proc/uptime
	unload_driver || wrong "the module stays"
	read -r end _ </proc/uptime
	seconds=$((${end%.*} - ${start%.*}))
	[ $seconds -le $slowest ] || slowest=$seconds
	modem_absent || wrong "something is left"
	load_driver
	until_true 20 modem_complete || wrong "not complete"
}

ten_rounds()
{
	traffic_begins
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		one_round
	done
	traffic_ends
}

memory_kept_by ten_rounds
is $fault 0 "20 rounds of unloading and loading under traffic"
within_time $slowest 8 "seconds for the slowest unloading"
links_open "0 3"
check "links carry data" udp_echo --count 200 "$LINK=0" "$WWAN-3=3"
modem at-echo 0 on
defer modem at-echo 0 off
check "the port works" port_echo "$AT0" cycle 5
done_testing
