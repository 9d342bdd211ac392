#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A modem that takes nothing more from a port holds its writers back, and loses nothing:
# a full port refuses with EAGAIN, polls as not writable, and goes on where it stopped.
#
# modem: lite

. "${0%/*}/lib.sh"
need_program port_echo udp_echo
use_modem
modem_up
modem mbim-echo on
defer modem mbim-echo off
pipe=12				# the MBIM channel's uplink
modem stop-pipe $pipe
defer modem stop-pipe $pipe go

port_echo "$MBIM" fill 1000 >filled 2>&1 &
writer=$!
defer rm -f filled
defer kill $writer
wait_for 10 "the writer is held back" grep -q 'taken$' filled || diag "$(cat filled)"
within "$(sed -n 's/ taken$//p' filled)" 1 1000 "messages taken before that"
links_open 0
check "data flows meanwhile" udp_echo --count 50 "$LINK=0"
modem stop-pipe $pipe go
kill -USR1 $writer
wait $writer
report $? "all of them come back when the modem goes on" || diag "$(cat filled)"
is "$(sed -n 's/ returned$//p' filled)" "$(sed -n 's/ taken$//p' filled)" "as many as were taken"
done_testing
