#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A message that is too long for a port is refused with EMSGSIZE, and takes nothing
# with it: nothing of it arrives, and the next one does.
#
# modem: lite
# modem-full: xmm7360

. "${0%/*}/lib.sh"
need_program port_echo
use_modem
modem_up

# try NODE MAX
try()
{
	_name=${1##*/}
	for _size in $(($2 + 1)) $(($2 * 2)); do
		check_fails "$_name: $_size bytes are refused" '^write EMSGSIZE' \
			port_echo "$1" one "$_size"
		like "$OUTPUT" 'the next one passes' "$_name: the next message passes"
	done
	check "$_name: $2 bytes pass" port_echo "$1" one "$2"
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
