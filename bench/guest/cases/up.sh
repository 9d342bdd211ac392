# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# As many packets as the modem takes, from packet sockets and from UDP sockets.

queue "$LINK" pfifo
for how in packet udp; do
	for size in 64 1400; do
		echo "@name $how.$size"
		before=$(bus_events) bytes=$(carried uplink bytes) packets=$(carried uplink packets)
		blast $how "$WINDOW" $size "$LINK=0" >blast.out
		sent=$(sed -n 's/^@sent //p' blast.out)
		grep -v '^@sent' blast.out
		until_true 2 carried_since uplink $((packets + sent))
		value lost $((packets + sent - $(carried uplink packets)))
		events_per_megabyte $(($(bus_events) - before)) $(($(carried uplink bytes) - bytes))
	done
done
