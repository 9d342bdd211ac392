#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A UDP checksum that computes to 0 is sent as 0xffff: 0 means that there is none, and
# IPv6 drops that. It was seen as one datagram of 65536 lost.
#
# modem: lite
# modem: aggregation

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up
links_open "0 1"
check "datagrams with the checksum 0 come back" data "0 1" --checksum-0 --count 5 --wait 1000
done_testing
