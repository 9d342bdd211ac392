/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mobile network behind the modem: registration, signal, bearers and the IP
 * configuration of each session. It knows no channel and no wire format; mbim.c and
 * at.c translate it for clients, mux.c brings it the packets.
 */
#ifndef VMODEM_NETWORK_H
#define VMODEM_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "carrier.h"

struct network;
struct record;

#define NETWORK_SESSIONS	8
#define NETWORK_MTU		1500

enum network_ip_type {
	NETWORK_IPV4 = 1,
	NETWORK_IPV6 = 2,
	NETWORK_IPV4V6 = 3,
};

/* The IP configuration of one session; addresses in network byte order. */
struct network_ip {
	enum network_ip_type type;
	uint8_t ipv4[4], ipv4_gateway[4], ipv4_dns[2][4];
	unsigned int ipv4_prefix;
	uint8_t ipv6[16], ipv6_gateway[16], ipv6_dns[2][16];
	unsigned int ipv6_prefix;
	uint32_t mtu;
};

enum network_change {
	NETWORK_CHANGED_RADIO		= 1 << 0,
	NETWORK_CHANGED_REGISTRATION	= 1 << 1,
	NETWORK_CHANGED_PACKET_SERVICE	= 1 << 2,
	NETWORK_CHANGED_SIGNAL		= 1 << 3,
	NETWORK_CHANGED_BEARER		= 1 << 4,	/* session in the second argument */
	NETWORK_CHANGED_IP		= 1 << 5,	/* session in the second argument */
};

/* Whoever wants to know of changes (mbim.c for its indications). */
struct network_observer {
	void (*changed)(void *self, unsigned int changes, unsigned int session);
	void *self;
	struct network_observer *next;	/* private to network.c */
};

/**
 * network_uplink() - one IP packet of the host on @session, called by mux.c.
 *
 * Dropped and counted when the session has no active bearer, as in a real modem.
 */
void network_uplink(struct network *network, unsigned int session,
		    const uint8_t *packet, size_t len);

#endif /* VMODEM_NETWORK_H */
