#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Ports opened, used and closed a hundred times, with a modem that answers fast, slowly,
# and with unread messages left behind.
#
# modem: lite
# modem-full: xmm7360
# iommu-full: lite
# limit: 120

. "${0%/*}/lib.sh"
need_program port_echo
use_modem
modem_up

if [ -n "$MBIM" ]; then
	echo=mbim-echo port=$MBIM
elif [ -c "$RPC" ]; then
	echo=rpc-echo port=$RPC
else
	echo="at-echo 0" port=$AT0
fi
# shellcheck disable=SC2086 # two words
modem $echo on
# shellcheck disable=SC2086
defer modem $echo off
modem at-echo 1 on
defer modem at-echo 1 off

check "100 times" port_echo "$port" cycle 100
check "100 times another port" port_echo "$AT1" cycle 100
for count in 1 3 20 1 3 20 1 3 20; do
	port_echo "$port" write-close $count || fail "closing with unread answers"
done
check "unread answers are gone with the one who did not read them" port_echo "$port" nonblock
modem late-message 25
defer modem late-message 0
check "100 times with answers that come 25 ms late" port_echo "$port" cycle 100
modem late-message 400
check "twice with answers that come 400 ms late" port_echo "$port" cycle 2
modem late-message 0
check "10 times after that" port_echo "$port" cycle 10
no_pipe()
{
	[ -z "$(modem pipes)" ]
}
wait_for 5 "the modem has no open pipe" no_pipe
done_testing
