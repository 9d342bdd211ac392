#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Messages of all sizes pass each port unchanged, whole and one at a time.
#
# modem: lite
# modem-once: xmm7360
# iommu: lite

. "${0%/*}/lib.sh"
need_program port_echo
use_modem
modem_up

# try NODE MAX
try()
{
	_name=${1##*/}
	check "$_name: messages of all sizes up to $2 come back" port_echo "$1" sizes "$2"
	diag "$OUTPUT"
	check "$_name: a message read piece by piece, 1 byte at the end" \
		port_echo "$1" pieces $(($2 / 2 + 1)) $(($2 / 4))
	check "$_name: non-blocking reads and poll" port_echo "$1" nonblock
}

if [ -n "$MBIM" ]; then
	modem mbim-echo on
	defer modem mbim-echo off
	try "$MBIM" 32768
elif [ -c "$RPC" ]; then
	modem rpc-echo on
	defer modem rpc-echo off
	try "$RPC" 32768
fi
for port in 0 1; do
	modem at-echo $port on
	defer modem at-echo $port off
	try "/dev/${WWAN}at$port" 2048
done
done_testing
