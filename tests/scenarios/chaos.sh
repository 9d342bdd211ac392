#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The modem does by chance what it can do wrong, under traffic and with its ports in use. What
# that costs is the driver's business: it ends runs and begins others as it sees fit. The
# kernel stays sound, and all works again when the modem does. Only when six resets in a row
# did not help somebody has to say that the next may.
#
# modem: lite
# modem-full: aggregation
# limit: 300
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo
use_modem
modem_up
alone
# What chance has used up of the driver's resets is not for the next scenario to miss.
bound_anew()
{
	unbind
	bind
}
defer bound_anew
modem at-echo 0 on
defer modem at-echo 0 off
defer rm -f flood churn.out
lower()
{
	ip link del "$WWAN-4"
	link_lower "$LINK"
}
defer lower
defer modem fault chaos off

applied()
{
	modem fault | sed -n 's/^applied //p'
}

given_up()
{
	devlink health diagnose "pci/$ADDRESS" reporter fw | grep -q 'resets: 7'
}

# A run that ends takes the links with it.
raised()
{
	modem_complete || return
	[ -e "/sys/class/net/$WWAN-4" ] || link_add 4 || return
	link_up 4 1 && link_up 0 1
}

# struck TIMES: so often something went wrong since the count in $before, or the driver has
# had enough; links are raised all the while
struck()
{
	raised >/dev/null 2>&1
	given_up || [ $(($(applied) - before)) -ge "$1" ]
}

# A lie about a session holds until it is opened anew, as by a program that connects again: one
# by one, as the last one would take the channel along. Once, as then nobody lies any more.
connected_again()
{
	[ "$connects" = 0 ] || return
	state=$(modem mux | tr '\n' ';')
	link_lower "$WWAN-4"
	link_up 4 || return
	link_lower "$LINK"
	link_up 0 || return
	connects=1
}

works()
{
	! given_up || devlink health recover "pci/$ADDRESS" reporter fw
	raised || return
	udp_echo --count 5 "$LINK=0" "$WWAN-4=4" || {
		connected_again
		return 1
	}
	port_echo "$AT0" cycle 1
}

for seed in 1 2 3 4; do
	wait_for 20 "links are made and raised" raised || done_testing
	udp_echo --flood "$LINK=0" "$WWAN-4=4" >flood 2>&1 &
	flood=$!
	port_echo "$AT0" churn >churn.out 2>&1 &
	churn=$!
	before=$(applied) connects=0
	modem fault chaos $seed >/dev/null
	wait_for 30 "chaos $seed strikes" struck 25
	modem fault chaos off >/dev/null
	kill $flood $churn 2>/dev/null
	wait $flood $churn
	diag "$(applied) faults; $(modem status | tr '\n' ' ')"
	wait_for 60 "all works when chaos $seed is over" works || {
		diag "$(works 2>&1)"
		diag "$(modem status | tr '\n' ' ')"
		diag "$(devlink health diagnose "pci/$ADDRESS" reporter fw)"
		diag "$(dmesg | tail -n 30)"
	}
	[ "$connects" = 0 ] || diag "sessions were opened anew: $state"
done
check "data flows on both sessions" data "0 4" --count 50
done_testing
