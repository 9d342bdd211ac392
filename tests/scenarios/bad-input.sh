#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What cannot be done is refused with the error that a user expects, and nothing is lost.
#
# modem: lite
# modem-full: aggregation

. "${0%/*}/lib.sh"
need_program udp_echo port_echo
use_modem
modem_up
links_open "0 1"

check_fails "linkid 8 is invalid" '(Invalid argument|session id)' \
	ip link add dev "$WWAN-8" parentdev "$WWAN" type wwan linkid 8
check_fails "linkid 4294967295 is invalid" '(Invalid argument|session id)' \
	ip link add dev "$WWAN-8" parentdev "$WWAN" type wwan linkid 4294967295
check_fails "a linkid in use is busy" '(busy|in use)' \
	ip link add dev "$WWAN-x" parentdev "$WWAN" type wwan linkid 1
check_fails "the default link's is in use as well" '(busy|in use)' \
	ip link add dev "$WWAN-x" parentdev "$WWAN" type wwan linkid 0
check_fails "a name in use exists" 'File exists' \
	ip link add dev "$WWAN-1" parentdev "$WWAN" type wwan linkid 2
check_fails "an unknown parent is refused" '.' \
	ip link add dev "$WWAN-2" parentdev wwan77 type wwan linkid 2
# shellcheck disable=SC2012 # names without surprises
is "$(ls /sys/class/wwan/"$WWAN"/net | sort | paste -sd' ' -)" \
	"$(printf '%s\n' "$LINK" "$WWAN-1" | sort | paste -sd' ' -)" "there are the two links, no more"
check "session 2 is free all the same" link_add 2
link_del 2

# A port opened twice is one port for both
modem at-echo 0 on
defer modem at-echo 0 off
exec 7<>"$AT0"
report $? "a port is opened"
check "and a second time" port_echo "$AT0" one 20
exec 7<&-
check "and again when the first has left" port_echo "$AT0" cycle 3
check_fails "a port that does not exist" '^open ENOENT' port_echo "/dev/${WWAN}at7" one 20
check "nothing was lost: data flows" udp_echo --count 100 "$LINK=0" "$WWAN-1=1"
done_testing
