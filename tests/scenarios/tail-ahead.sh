#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem says that it has completed transfers which it has not made. Nothing of them goes up,
# and as both would mean different descriptors from then on, the modem is started anew.
#
# modem: lite
# modem-full: aggregation

. "${0%/*}/lib.sh"
need_program udp_echo uevents port_echo
use_modem
modem_up
modem at-echo 0 on
defer modem at-echo 0 off
defer modem fault off
uevents_listen
links_open 0

# unmade PIPE: the driver says so, since the mark
unmade()
{
	dmesg_since | grep -q "$ADDRESS: modem completed a transfer of pipe $1 that it did not make"
}

# More than there are descriptors would be impossible at first sight.
many=300
[ "$MUX" = lite ] || many=50

check "data flows" data 0 --count 1
for ahead in 1 $many; do
	event "a tail that is ahead by $ahead"
	mark
	modem fault pipe-tail "+$ahead" pipe=1	# downlink of the IP channel
	answers 1 "$LINK" "$(gateway4 0)" >/dev/null
	wait_for 5 "transfers that were not made are noticed (tail $ahead ahead)" unmade 1
	works_again 0
done

event "a tail that is ahead, of a port"
mark
modem fault pipe-tail +1 pipe=5	# downlink of the first AT channel
port_echo "$AT0" cycle 1 >/dev/null 2>&1
wait_for 5 "so is one of a port" unmade 5
works_again 0
check "the port answers" port_echo "$AT0" cycle 1
done_testing
