# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Eight connections, one a session.

all="0 1 2 3 4 5 6 7"
links "$all" || exit
ways=down
# Its full queue of a session other than 0 stops the machine.
[ "$LAB_DRIVER" = intree ] || ways="down up"
for way in $ways; do
	echo "@name $way"
	# shellcheck disable=SC2086 # a list
	stream $way "$WINDOW" $all
done
unlink "$all"
