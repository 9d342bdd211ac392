# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The same flood, read by a program.

for size in 64 1400; do
	echo "@name $size"
	modem flood rate=max size=$size session=0 >/dev/null
	drain "$WINDOW" 0
	modem flood off >/dev/null
	until_true 3 queue_empty
done
