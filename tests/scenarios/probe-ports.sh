#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# After probe a modem has its ports and one link, with the names and properties that
# libmbim and ModemManager go by, and they go away with the driver.
#
# modem: lite
# modem: aggregation
# modem: xmm7360

. "${0%/*}/lib.sh"
need_program uevents
use_modem
# Bound anew: an earlier scenario may have made the default link by hand.
unbind
bind
modem_up

# The function
is "$(basename "$(readlink "$PCI/driver")")" iosm "the driver iosm is bound"
is "$(modem status | sed -n 's/^ipc //p')" 2 "the modem's IPC runs"
like "$(modem status)" '^bus-master on' "bus mastering is on"
like "$(modem status)" '^msi on' "MSI is on"

# The WWAN device
like "$WWAN" '^wwan[0-9]+$' "the WWAN device is $WWAN"
is "$(cat "/sys/class/wwan/$WWAN/index")" "${WWAN#wwan}" "its index is that of its name"
is "$(sed -n 's/^DEVTYPE=//p' "/sys/class/wwan/$WWAN/uevent")" wwan_dev "its type is wwan_dev"

# Ports: names, types, nodes
ports=
for path in "/sys/class/wwan/$WWAN/$WWAN"*; do
	ports="$ports ${path##*/"$WWAN"}"
done
is "${ports# }" "$(ports_wanted)" "ports: $(ports_wanted)"
for port in $(ports_wanted); do
	case $port in
	at*) type=AT ;;
	mbim*) type=MBIM ;;
	xmmrpc*) type=XMMRPC ;;
	esac
	path=/sys/class/wwan/$WWAN$port
	is "$(cat "$path/type")" "$type" "$WWAN$port is of type $type"
	is "$(sed -n 's/^DEVTYPE=//p' "$path/uevent")" wwan_port "$WWAN$port is a wwan_port"
	is "$(stat -c %t:%T "/dev/$WWAN$port")" \
		"$(sed 's/:/ /' "$path/dev" | { read -r major minor; printf '%x:%x' "$major" "$minor"; })" \
		"/dev/$WWAN$port has its numbers"
done

# The default link
is "$(ls "/sys/class/wwan/$WWAN/net")" "$LINK" "one link, $LINK"
details=$(ip -d link show dev "$LINK")
like "$details" '<POINTOPOINT,NOARP>' "it is POINTOPOINT and NOARP, and down"
like "$details" ' mtu 1500 ' "its MTU is 1500"
like "$details" 'wwan linkid 0 ' "its link id is 0"
like "$details" "parentdev $WWAN( |\$)" "its parent is $WWAN"
is "$(cat "/sys/class/net/$LINK/type")" 65534 "it has no link-layer header"
is "$(cat "/sys/class/net/$LINK/addr_len")" 0 "it has no address"
is "$(sed -n 's/^DEVTYPE=//p' "/sys/class/net/$LINK/uevent")" wwan "its uevents say wwan"
is "$(cat "/sys/class/net/$LINK/name_assign_type")" 1 "its name was enumerated"

# Gone with the driver, and back
uevents >events.txt &
defer kill $!
wait_for 5 "uevents are listened to" test -e events.txt.ready || bail "no uevents"
defer rm -f events.txt events.txt.ready
defer bind
unbind
check "no port and no link is left when the driver is unbound" modem_absent
is "$(ls "/dev/$WWAN"* 2>/dev/null)" "" "no node is left"
wait_for 5 "uevent MDM_NOT_READY" grep -q "$ADDRESS.*IOSM_EVENT=MDM_NOT_READY" events.txt
is "$(modem status | sed -n 's/^ipc //p')" 0 "the modem's IPC was ended"
like "$(modem status)" '^bus-master off' "bus mastering is off"
bind
modem_up
wait_for 5 "uevent MDM_READY" grep -q "$ADDRESS.*IOSM_EVENT=MDM_READY" events.txt
is "$(grep "$ADDRESS" events.txt | sed -n 's/.*IOSM_EVENT=\([A-Z_]*\).*/\1/p' | tr '\n' ' ')" \
	"MDM_NOT_READY MDM_READY " "no other IOSM_EVENT"
check "all ports and the link are back" modem_complete
done_testing
