# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Round trips while a TCP connection fills a slow uplink.

queue "$LINK" fq_codel
# TCP makes packets larger for a near peer; that of a mobile network is far away.
near=$(sysctl -n net.ipv4.tcp_tso_rtt_log)
sysctl -qw net.ipv4.tcp_tso_rtt_log=0
for rate in 50 5; do
	echo "@name $rate"
	modem shape up-rate=${rate}M up-hold=2 >/dev/null || exit
	before=$(bus_events) bytes=$(carried uplink bytes)
	stream up $((3 * WINDOW)) 0 &
	sleep 1
	round_trips $((20 * WINDOW)) 0.1
	wait
	events_per_megabyte $(($(bus_events) - before)) $(($(carried uplink bytes) - bytes))
	modem shape off >/dev/null
done
sysctl -qw net.ipv4.tcp_tso_rtt_log="$near"
