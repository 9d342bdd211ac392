#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Links made and deleted over and over while packets flow over them and over others.
#
# modem: lite
# modem-full: aggregation
# iommu-full: aggregation
# limit: 240

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up

links_open "0 5"
udp_echo --flood "$LINK=0" "$WWAN-1=1" "$WWAN-2=2" "$WWAN-5=5" >flood 2>&1 &
flood=$!
defer rm -f flood
defer kill $flood
defer link_del 1
defer link_del 2
fault=0
round=0
while [ $round -lt 20 ]; do
	round=$((round + 1))
	link_add 1 && link_up 1 && link_add 2 && link_up 2 || fault=$((fault + 1))
	link_del 1 || fault=$((fault + 1))
	[ $((round % 3)) -ne 0 ] || link_down 5
	[ $((round % 3)) -ne 0 ] || link_up 5 || fault=$((fault + 1))
	link_del 2 || fault=$((fault + 1))
done
is $fault 0 "20 rounds of making, raising and deleting under traffic"
kill $flood
wait $flood
report $? "nothing wrong came in that time" || diag "$(cat flood)"
diag "$(cat flood)"
wait_for 5 "the deleted ones are closed" sessions_are "0 5"
check "links 0 and 5 carry data" udp_echo --count 200 "$LINK=0" "$WWAN-5=5"
check "the default link is deleted" ip link del "$LINK"
check "and made again" ip link add dev "$LINK" parentdev "$WWAN" type wwan linkid 0
check "and raised" link_up 0
check "it carries data" udp_echo --count 200 "$LINK=0" "$WWAN-5=5"
done_testing
