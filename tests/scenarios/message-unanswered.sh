#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A modem that leaves one message unanswered: whoever waits for that gets an error that
# says so, within the time limit, and everything else lives.
#
# modem: lite
# modem-full: aggregation

. "${0%/*}/lib.sh"
need_program port_echo udp_echo
use_modem
modem_up
modem mbim-echo on
defer modem mbim-echo off
modem at-echo 0 on
defer modem at-echo 0 off
links_open "0 1"

mark
modem hold-message open 1
check_fails "opening a port whose message is never answered: ETIMEDOUT" \
	'^open ETIMEDOUT' port_echo "$AT0" one 10
like "$(dmesg_since)" 'iosm .*did not answer' "the kernel's log says why"
check "another port works" port_echo "$MBIM" sizes 100
check "data flows" udp_echo --count 50 "$LINK=0" "$WWAN-1=1"

mark
modem mux-fault open mute
link_add 2
defer link_del 2
ip link set "$WWAN-2" up 2>/dev/null
# The driver tries again in two seconds, which is soon on a slow machine.
said()
{
	modem mux-fault open mute
	dmesg_since | grep -qE 'iosm .*(did not answer|timeout|time.?out)'
}
wait_for 5 "a session whose opening is never answered is told to be so" said
is "$(link_carrier "$WWAN-2" && echo carrier)" "" "its link has no carrier"
check "data of the others flows" udp_echo --count 50 "$LINK=0" "$WWAN-1=1"
modem mux-fault open none
ip link set "$WWAN-2" down
check "the session opens at the next try" link_up 2
check "it carries data" udp_echo --count 50 "$WWAN-2=2"
links_close "0 1"
link_down 2
wait_for 5 "all sessions are closed" sessions_are ""
done_testing
