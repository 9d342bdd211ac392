#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A modem that answers from within the doorbell: nothing that it does is missed, however
# early it comes.
#
# modem: instant

. "${0%/*}/lib.sh"
need_program udp_echo port_echo
use_modem
modem_up

round=0
fault=0
while [ $round -lt 10 ]; do
	round=$((round + 1))
	unbind
	bind
	until_true 5 modem_complete || fault=$((fault + 1))
done
is $fault 0 "bound 10 times, complete each time"
modem_up
links_open "0 4"
check "data flows" udp_echo --count 500 "$LINK=0" "$WWAN-4=4"
modem mbim-echo on
defer modem mbim-echo off
check "the MBIM port works" port_echo "$MBIM" sizes 1000
check "opened and closed 50 times" port_echo "$MBIM" cycle 50
done_testing
