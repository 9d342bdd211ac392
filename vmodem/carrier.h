/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam between the mux and the world behind the mobile network.
 *
 * mux.c hands every uplink IP packet of an open session to network.c, which knows
 * whether that session has an active bearer and passes the packet on to the
 * carrier. A carrier (echo, later flood, TUN, NAT) answers with downlink packets.
 */
#ifndef VMODEM_CARRIER_H
#define VMODEM_CARRIER_H

#include <stddef.h>
#include <stdint.h>

struct loop;

/* Where a carrier or the network delivers downlink packets: implemented by mux.c. */
struct downlink {
	/*
	 * Returns 0; -EAGAIN when the session's queue is full or stopped (the
	 * packet is dropped and counted by the mux); -ENOTCONN when the session is
	 * not open; -EMSGSIZE for an empty packet or one above 65535 bytes. The packet
	 * is copied.
	 */
	int (*packet)(void *self, unsigned int session, const uint8_t *packet, size_t len);
	void *self;
};

/* What a carrier offers. */
struct carrier_ops {
	const char *name;
	/* One IP packet from the host. @session has an active bearer. */
	void (*uplink)(void *self, unsigned int session, const uint8_t *packet, size_t len);
	void (*free)(void *self);
};

struct carrier {
	const struct carrier_ops *ops;
	void *self;
};

#endif /* VMODEM_CARRIER_H */
