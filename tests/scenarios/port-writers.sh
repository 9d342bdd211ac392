#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several writers on one port: each message arrives once, whole, and in the order in
# which its writer wrote.
#
# modem: lite

. "${0%/*}/lib.sh"
need_program port_echo
use_modem
modem_up
modem mbim-echo on
defer modem mbim-echo off

check "4 writers, 100 messages each, up to 4096 bytes" port_echo "$MBIM" writers 4 100 4096
check "2 writers, 20 messages each, up to 32768 bytes" port_echo "$MBIM" writers 2 20 32768
check "the port still works for one" port_echo "$MBIM" sizes 100
done_testing
