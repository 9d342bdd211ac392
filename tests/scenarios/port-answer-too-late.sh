#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# An answer that comes after the driver has given up harms nothing: the open fails with
# an errno that says why, memory stays whole, and the port opens when the modem is fast
# again.
#
# modem: lite
# modem-full: xmm7360

. "${0%/*}/lib.sh"
need_program port_echo udp_echo
use_modem
modem_up
port=$AT0
modem at-echo 0 on
defer modem at-echo 0 off
links_open 0

modem late-message 900
defer modem late-message 0
mark
for _ in 1 2 3; do
	check_fails "an open that is answered 900 ms late fails with ETIMEDOUT" \
		'^open ETIMEDOUT' port_echo "$port" one 10
done
like "$(dmesg_since)" 'iosm .*did not answer' "the kernel's log says why"
check "data flows meanwhile" udp_echo --count 50 "$LINK=0"
modem late-message 0
port_works()
{
	port_echo "$port" one 10
}
wait_for 10 "the port opens when the modem is fast again" port_works
check "and goes on to" port_echo "$port" cycle 20
check "data flows" udp_echo --count 50 "$LINK=0"
done_testing
