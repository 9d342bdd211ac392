# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
#
# What the driver has allocated for a modem with one link that is up: least of a few tries, as
# the rest of the system allocates too.

least=
for _ in 1 2 3; do
	driver_down
	before=$(used_kib)
	driver_up || exit
	used=$(($(used_kib) - before))
	[ -n "$least" ] && [ "$least" -le "$used" ] || least=$used
done
value kib "$least"
