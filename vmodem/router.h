/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The router of the echo carrier's network, as far as hosts ask for it: it answers a router
 * solicitation, so that they can make their IPv6 addresses themselves (RFC 4861, 4862, 8106).
 */
#ifndef VMODEM_ROUTER_H
#define VMODEM_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUTER_PACKET	136	/* bytes of an advertisement */

/** router_solicited() - is this sound IPv6 packet a router solicitation? */
bool router_solicited(const uint8_t *packet, size_t len);

/**
 * router_advertise() - the answer to @solicitation.
 * @packet: room for ROUTER_PACKET bytes, not that of @solicitation
 *
 * It tells the prefix, the name servers and the @mtu of @session.
 */
void router_advertise(uint8_t *packet, const uint8_t *solicitation, unsigned int session,
		      uint32_t mtu);

#endif /* VMODEM_ROUTER_H */
