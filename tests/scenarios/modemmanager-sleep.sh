#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The system sleeps while ModemManager has the modem connected, and the modem keeps its
# state: the same modem, the same bearer, the same addresses carry data afterwards, and nobody
# has connected anew. Down to test levels, and in earnest until a key wakes it. ModemManager is
# not told of the sleep, as this guest has no logind.
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
attempts_before=$(bearer_value stats.attempts)
like "$attempts_before" '^[1-9]' "ModemManager counts how often it connected"

# asleep LEVEL: of suspend-to-idle
asleep()
{
	if [ "$1" = real ]; then
		suspend_to_idle
	else
		system_sleep s2idle "$1"
	fi
}

for level in devices platform real; do
	check "the system sleeps and wakes ($level)" asleep "$level"
	is "$(mm_path)" "$modem_before" "ModemManager has the same modem"
	is "$(connected_bearers)" "$BEARER" "and the same bearer connected"
	is "$(ip -o address show "$LINK")" "$addresses_before" "$LINK has its addresses"
	is "$(bearer_value stats.attempts)" "$attempts_before" "which it has not connected anew"
	check "IPv4 goes on" ping -n -q -c 3 -i 0.1 -W 5 -I "$LINK" "$GATEWAY"
done
like "$(mm_value modem.generic.state)" connected "ModemManager says connected"
mm_do "disconnects" --simple-disconnect
done_testing
