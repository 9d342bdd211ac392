#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Large packets that become datagrams on their way to the modem: each of them is whole,
# with the right lengths, numbers and checksums, whichever way the session is sent.
#
# modem: lite
# modem: aggregation
# modem-once: credits

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up

# segments SESSIONS BYTES
segments()
{
	data "$1" --segments 16 --window 48 --count 480 --min "$2" --max "$2"
}

links_open "0 1 5"
check "of a size that leaves room for many in a block" segments "0 1 5" 300
check "of an odd size" segments "0 5" 777
check "as large as they may be" segments "0 1 5" 1452
check "among others" data "0 1" --count 100
done_testing
