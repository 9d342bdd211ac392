#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whoever may administrate a network namespace of his own only gets no session of the
# system's modem for it; the system's administrator does, for every namespace.
#
# modem: lite

. "${0%/*}/lib.sh"
need_program udp_echo
use_modem
modem_up
[ -e /proc/self/ns/user ] || skip "the kernel has no user namespaces"
links_open 0

check_fails "root of a user namespace gets no session" 'of this user namespace' \
	unshare --user --map-root-user --net \
	ip link add dev "$WWAN-2" parentdev "$WWAN" type wwan linkid 2
check "the session is free" link_add 2
link_del 2

check "a network namespace" ip netns add elsewhere
defer ip netns del elsewhere
check "the administrator makes a link there" \
	ip -n elsewhere link add dev "$WWAN-2" parentdev "$WWAN" type wwan linkid 2
check "it goes up" ip -n elsewhere link set "$WWAN-2" up
until_true 5 sessions_are "0 2"
report $? "the modem has the session open"
check "data flows beside it" udp_echo --count 20 "$LINK=0"
check "the link goes" ip -n elsewhere link del "$WWAN-2"
done_testing
