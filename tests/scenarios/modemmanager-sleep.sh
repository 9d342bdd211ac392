#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The system sleeps while ModemManager has the modem connected, and the modem keeps its
# state: the same modem, the same bearer, the same addresses carry data afterwards.
# ModemManager is not told of the sleep, as this guest has no logind.
#
# root: mm
# root: mm12
# modem: mbimex2
# limit: 180

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_mm
defer link_lower "$LINK"
mm_registered
mm_connect apn=internet,ip-type=ipv4v6
bearer_pings 6
bearer_pings 4
modem_before=$(mm_path)
addresses_before=$(ip -o address show "$LINK")
for level in devices platform; do
	check "the system sleeps and wakes ($level)" system_sleep s2idle "$level"
	is "$(mm_path)" "$modem_before" "ModemManager has the same modem"
	is "$(connected_bearers)" "$BEARER" "and the same bearer connected"
	is "$(ip -o address show "$LINK")" "$addresses_before" "$LINK has its addresses"
	check "IPv4 goes on" ping -n -q -c 3 -i 0.1 -W 5 -I "$LINK" "$GATEWAY"
done
like "$(mm_value modem.generic.state)" connected "ModemManager says connected"
mm_do "disconnects" --simple-disconnect
done_testing
