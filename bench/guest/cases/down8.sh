# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The flood over eight sessions.

all="0 1 2 3 4 5 6 7"
links "$all" || exit
devices=$(devices "$all")
for device in $devices; do
	ingress_drop "$device"
done
modem flood rate=max size=1400 session=all >/dev/null
# shellcheck disable=SC2086 # a list
tally "$WINDOW" $devices
modem flood off >/dev/null
until_true 5 queue_empty
ingress_pass "$LINK"
unlink "$all"
