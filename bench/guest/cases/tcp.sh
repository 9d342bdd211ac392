# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# TCP to and from the network beyond the modem, one connection.

queue "$LINK" fq_codel
for way in down up; do
	echo "@name $way"
	before=$(bus_events) bytes=$(carried ${way}link bytes)
	stream $way "$WINDOW" 0
	events_per_megabyte $(($(bus_events) - before)) $(($(carried ${way}link bytes) - bytes))
done
