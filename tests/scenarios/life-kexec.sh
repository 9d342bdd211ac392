#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Under traffic the system starts another kernel by kexec: the modem has let go of
# memory by then, and works with the new kernel's driver by itself. This script runs
# twice, the second time in the new kernel.
#
# kexec: lite
# limit: 180

. "${0%/*}/lib.sh"
need_program udp_echo port_echo kexec
use_modem

if grep -q lab.second /proc/cmdline; then
	modem_up
	event "kexec, time of the new kernel until then included"
	SINCE=0
	links_open "0 3"
	data_flows "0 3"
	counted=$(sed -n 's/.*lab.second=\([0-9,]*\).*/\1/p' /proc/cmdline)
	is "$(counter resets),$(counter cut_off)" "$counted" \
		"the modem was stopped before it lost the memory, and not by a reset"
	modem at-echo 0 on
	defer modem at-echo 0 off
	check "data flows" data "0 3" --count 50
	check "a port works" port_echo "$AT0" cycle 3
	done_testing
fi

modem_up
links_open "0 3"
for _path in /sys/block/vd*; do
	read -r name <"$_path/serial"
	case $name in
	kernel | initrd) cat "/dev/${_path##*/}" >"$name" ;;
	esac
done
[ -s kernel ] && [ -s initrd ] || skip "this machine has no kernel to start"
udp_echo --flood "$LINK=0" "$WWAN-3=3" >/dev/null 2>&1 &
exec 7<>"$AT0" || bail "the port does not open"
check "data flows" data "0 3" --count 20
labports hold
kexec kernel initrd "$(cat /proc/cmdline) lab.second=$(counter resets),$(counter cut_off)"
labports release
bail "no other kernel was started"
