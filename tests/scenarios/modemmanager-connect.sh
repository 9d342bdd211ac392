#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ModemManager connects: each IP type, with the addresses that its bearer tells; then two
# bearers at once, each on its link; and it sees the network hang up.
#
# root: mm
# root: mm12
# modem: mbimex2
# modem: mbimex1
# modem: mbimex3
# limit: 240

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_mm
default=$LINK
defer link_lower "$default"
mm_registered

disconnect()
{
	mm_do "disconnects" --simple-disconnect
	wait_for 10 "it says so" mm_in registered
	link_lower "$default"
}

for type in ipv4 ipv6 ipv4v6; do
	mm_connect "apn=internet,ip-type=$type" || continue
	is "$(bearer_value status.interface)" "$default" "$type is on the default link"
	case $type in
	*v4*) bearer_pings 4 ;;
	esac
	case $type in
	*v6*) bearer_pings 6 ;;
	esac
	disconnect
done

mm_connect apn=internet,ip-type=ipv4
bearer_pings 4
check "the network hangs up" modem disconnect 0 38
wait_for 15 "ModemManager has seen it" mm_in registered
link_lower "$default"

# ModemManager keeps a port that a plain connection has for it: where more than one is
# wanted, each is asked to have a link of its own.
mm_connect apn=internet,ip-type=ipv4,multiplex=required
like "$(bearer_value status.interface)" '^mbimmux' "a bearer has a link of its own"
bearer_pings 4
first=$BEARER
mm_connect_more apn=ims,ip-type=ipv4v6,multiplex=required
like "$(bearer_value status.interface)" '^mbimmux' "the second one too"
bearer_pings 4
bearer_pings 6
check "the second disconnects" mmcli -b "$BEARER" --disconnect
BEARER=$first
bearer_pings 4
disconnect
check_fails "the links are gone" 'does not exist|find device' ip link show "$LINK"
done_testing
