# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# A downlink of 4,000 packets a second, which is much less than either driver can: what an
# interrupt is worth when both carry the same.

queue "$LINK" pfifo
ingress_drop "$LINK"
for size in 64 1400; do
	echo "@name $size"
	modem flood rate=$((4000 * 8 * size)) size=$size session=0 >/dev/null
	before=$(bus_events) bytes=$(carried downlink bytes)
	tally "$WINDOW" "$LINK"
	events_per_megabyte $(($(bus_events) - before)) $(($(carried downlink bytes) - bytes))
	modem flood off >/dev/null
	until_true 3 queue_empty
done
ingress_pass "$LINK"
