#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# boot-time.sh STARTS: in the guest, for each driver: a modem that boots for a second and
# some, never for the same time, and somebody who waits for its MBIM port. What it takes
# is in the modem's trace; bench/boot-time reads it there.

PATH=${0%/*}:${0%/*}/guest:$PATH
starts=$1
for device in /sys/bus/pci/devices/*; do
	read -r vendor <"$device/vendor"
	read -r model <"$device/device"
	[ "$vendor:$model" != 0x8086:0x7560 ] || address=${device##*/}
done
driver=/sys/bus/pci/drivers/iosm

# start NUMBER
start()
{
	[ ! -e "$driver/$address" ] || echo "$address" >"$driver/unbind"
	modemctl boot-time $((1000 + $1 * 137 % 1000))
	modemctl reset
	timeout 60 port_echo /dev/wwan0mbim0 first &
	echo "$address" >"$driver/bind"
	wait $!
}

modemctl mbim-echo on
for which in ours intree; do
	if [ $which = intree ]; then
		rmmod iosm
		modprobe iosm
	fi
	number=0
	while [ $number -lt "$starts" ]; do
		number=$((number + 1))
		start $number || {
			echo "boot-time: start $number of the driver $which: no answer" >&2
			exit 1
		}
	done
done
