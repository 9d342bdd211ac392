#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# NetworkManager finds a gsm profile when it starts, as at boot: the connection comes up by
# itself, with addresses, a default route and name servers that resolve names; it comes back
# when the network has hung up.
#
# root: mm
# modem: mbimex2
# limit: 240

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_nm
wait_for 120 "the connection comes up by itself" nm_active
like "$(ip -4 route show default)" "dev $LINK" "the default route is the modem's, in IPv4"
like "$(ip -6 route show default)" "dev $LINK" "and in IPv6"
server=$(sed -n 's/^nameserver //p' /etc/resolv.conf | head -n 1)
like "$server" '[0-9]' "/etc/resolv.conf has the network's name server"
# The echo network's name server: each name is the gateway's, but those below invalid.
is "$(getent ahostsv4 host.example | awk '{ print $1; exit }')" 10.64.0.1 \
	"a name is resolved over the modem"
is "$(getent ahostsv6 host.example | awk '{ print $1; exit }')" 2001:db8:64::1 "in IPv6 too"
check_fails "one that does not exist is none" '' getent hosts host.invalid
check "the name answers a ping" ping -n -q -c 3 -W 5 host.example
check "the network hangs up" modem disconnect 0 38
wait_for 60 "the connection comes back by itself" nm_active
is "$(getent ahostsv4 again.example | awk '{ print $1; exit }')" 10.64.0.1 "names are resolved again"
check "nmcli takes it down" nmcli connection down modem
check_fails "without the modem no name is" '' getent ahostsv4 more.example
done_testing
