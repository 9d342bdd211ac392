#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two modems in one machine: each has its own names and its own traffic, and neither
# notices what happens to the other.
#
# modem: lite + xmm7360
# modem-full: aggregation + credits

. "${0%/*}/lib.sh"
need_program udp_echo port_echo
use_modem 1
modem_up
own=$ADDRESS
use_modem 2
modem_up

# Names are given in the order of start, and others may have started before: these two start
# anew as the only ones, one after the other.
for device in $(modem_addresses); do
	[ -e "/sys/bus/pci/devices/$device/driver" ] || continue
	[ "$device" = "$own" ] || [ "$device" = "$ADDRESS" ] ||
		defer sh -c "echo $device >/sys/bus/pci/drivers/iosm/bind"
	echo "$device" >/sys/bus/pci/drivers/iosm/unbind
done
bind
modem_up
first=$WWAN first_link=$LINK first_modem=$MODEM first_pci=$PCI first_at=$AT0
modem at-echo 0 on
defer modem at-echo 0 off
links_open "0 1"
use_modem 1
bind
modem_up
modem at-echo 0 on
defer modem at-echo 0 off
links_open "0 1"

is "$first $WWAN" "wwan0 wwan1" "they are wwan0 and wwan1"
is "$LINK $first_link" "$WWAN $first" "the default links have the devices' names"
check "both carry data at once" udp_echo --count 300 "$LINK=0" "$WWAN-1=1" "$first_link=0" "$first-1=1"
port_echo "$first_at" cycle 30 >other 2>&1 &
other=$!
defer rm -f other
check "a port of one" port_echo "$AT0" cycle 30
wait $other
report $? "and one of the other at the same time" || diag "$(cat other)"
udp_echo --count 2000 "$LINK=0" "$WWAN-1=1" >traffic 2>&1 &
traffic=$!
defer rm -f traffic
echo "${first_pci##*/}" >/sys/bus/pci/drivers/iosm/unbind
defer sh -c "echo ${first_pci##*/} >/sys/bus/pci/drivers/iosm/bind"
check "the other is unbound and its links are gone" test ! -e "/sys/class/net/$first-1"
wait $traffic
report $? "traffic does not notice" || diag "$(cat traffic)"
is "$(modemctl -n "$first_modem" status | sed -n 's/^ipc //p')" 0 "the other modem is at rest"
check "this one still carries data" udp_echo --count 100 "$LINK=0" "$WWAN-1=1"
done_testing
