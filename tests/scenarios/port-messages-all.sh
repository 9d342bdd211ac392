#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Messages of every size there is pass the MBIM port unchanged, up to the channel's largest:
# the buffer that the driver gives the modem for one.
#
# modem-once: lite
# limit: 480

. "${0%/*}/lib.sh"
need_program port_echo
use_modem
modem_up
modem mbim-echo on
defer modem mbim-echo off
# The specification's channel table: 32768 bytes for MBIM; port-too-long refuses one more.
check "messages of all sizes up to 32768 come back" port_echo "$MBIM" sizes 32768 all
is "$OUTPUT" "32768 sizes up to 32768" "none was left out"
done_testing
