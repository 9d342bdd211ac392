# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Round trips beside another session's flood of 600 Mbit/s.

links "0 1" || exit
burst flood 600000 $((3000 * WINDOW)) 1 &
sleep 1
round_trips $((20 * WINDOW)) 0.1
wait
unlink "0 1"
