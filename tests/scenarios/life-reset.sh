#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Somebody resets the modem's function, by FLR, by the bus and by the platform's method where
# there is one, under traffic, while ports are opened and links are made, while the modem
# starts, and while it boots: each time it is back by itself. The driver resets a modem that
# does not answer on the bus where the platform's method is there for that.
#
# modem: lite
# iommu: lite
# limit: 160
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
[ -w "$PCI/reset_method" ] || skip "this kernel has no choice of resets"
read -r methods <"$PCI/reset_method"
defer sh -c "echo default >$PCI/reset_method"
flood_starts

links_open "0 3"
ways="flr bus"
! messages_wanted || ways="$ways acpi"
for method in $ways; do
	check "there is a reset by $method" sh -c "echo $method >$PCI/reset_method" ||
		diag "methods: $methods"
	exec 7<>"$AT0" || fail "the port opens"
	event "reset by $method under traffic"
	check "reset by $method under traffic" function_reset
	works_again "0 3"
	check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
	exec 7<&-
done

case $ways in
*acpi)
	echo default >"$PCI/reset_method"
	mark
	event "no answer until the platform resets the slot"
	modem link stuck
	works_again "0 3" 40
	like "$(dmesg_since)" "iosm $ADDRESS: modem was reset .function" "by the driver"
	;;
esac

# Ports and links come and go all the time; resets in all phases of a start.
keep_using()
{
	while :; do
		port_echo "$AT0" cycle 1
		ip link add dev "$WWAN-5" parentdev "$WWAN" type wwan linkid 5 && ip link set "$WWAN-5" up
		ip link del "$WWAN-5"
	done
}

keep_using >/dev/null 2>&1 &
user=$!
defer kill $user
failed=0
for pause in 0 0.01 0.02 0.04 0.06 0.08 0.1 0.15 0.2 0.3 0.5; do
	function_reset || failed=$((failed + 1))
	sleep $pause
done
is $failed 0 "11 resets in quick order"
event "reset while it boots for 0.3 s"
modem boot-time 300
check "reset, and again while it boots" sh -c "echo 1 >$PCI/reset && sleep 0.1 && echo 1 >$PCI/reset"
modem boot-time 0
run_again
kill $user
wait $user 2>/dev/null
until_true 5 sh -c "! ip link show $WWAN-5" || ip link del "$WWAN-5"
modem_up
links_open "0 3"
flood_ends
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
