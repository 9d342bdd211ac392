#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Datagrams of every kind of size, from one byte to the MTU, over all eight sessions in
# both families: none lost, none changed, none in another's place; with the sockets'
# default buffers.
#
# modem: lite
# modem: aggregation
# modem-full: credits
# modem-full: xmm7360
# iommu-full: lite
# iommu: aggregation
# limit: 120

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up

sessions="0 1 2 3 4 5 6 7"

links_open "$sessions" || bail "no links"
check "1000 datagrams of each session and family, 1 byte to the MTU" \
	data "$sessions" --count 1000
diag "$OUTPUT"
for session in $sessions; do
	link=$(link_name "$session")
	is "$(statistic "$link" tx_dropped) $(statistic "$link" tx_errors) $(statistic "$link" rx_errors)" \
		"0 0 0" "$link counts no drop and no error"
done
check "the smallest and the largest side by side" \
	data "$sessions" --count 2
check "bursts of 32 of full size, of each session and family at once" \
	data "$sessions" --burst --window 32 --count 64 --min 1400
check "bursts of 64 of one byte" \
	data "0 7" --burst --window 64 --count 128 --min 1 --max 1
done_testing
