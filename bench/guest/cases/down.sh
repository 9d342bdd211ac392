# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# A flood from the modem, as many packets as it and the guest can; they end where the stack begins.

queue "$LINK" pfifo
ingress_drop "$LINK"
for size in 64 1400; do
	echo "@name $size"
	before=$(bus_events) bytes=$(carried downlink bytes)
	packets=$(carried downlink packets) seen=$(received "$LINK")
	modem flood rate=max size=$size session=0 >/dev/null
	tally "$WINDOW" "$LINK"
	modem flood off >/dev/null
	until_true 3 queue_empty
	due=$(($(carried downlink packets) - packets + seen))
	until_true 2 received_all "$LINK" $due
	value lost $((due - $(received "$LINK")))
	events_per_megabyte $(($(bus_events) - before)) $(($(carried downlink bytes) - bytes))
done
ingress_pass "$LINK"
