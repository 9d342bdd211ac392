/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network devices as carrier: "session0" to "session7", in a network namespace of their own
 * that has a name, so that any program can be the network: "ip netns exec NAME iperf3 -s".
 *
 * Each device has the addresses of its session's gateway; the bearer's DNS servers are the
 * gateway too. Nothing leads out of the namespace unless somebody makes it so.
 */
#ifndef VMODEM_CARRIER_TUN_H
#define VMODEM_CARRIER_TUN_H

#include "carrier.h"

/*
 * As carrier_make(), for root only; @settings is what follows the name, NULL for nothing:
 *	netns=NAME	the namespace (default "vmodem"); made, and removed at the end, if
 *			there is none
 */
int carrier_tun_make(struct carrier *carrier, const struct carrier_config *config,
		     char *settings, char *error, size_t size);

#endif /* VMODEM_CARRIER_TUN_H */
