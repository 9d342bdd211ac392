/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam between the mux and the world behind the mobile network.
 *
 * mux.c hands every uplink IP packet of an open session to network.c, which knows
 * whether that session has an active bearer and passes the packet on to the
 * carrier. A carrier answers with downlink packets.
 *
 *	echo		every address answers
 *	flood, sink	a generator of downlink packets, and an end for uplink packets
 *	tun		network devices in a network namespace of their own
 *	nat		the machine's network, by libslirp, without any rights
 *
 * The shaper stands between network and carrier and looks like a carrier to the one and
 * like a downlink to the other.
 */
#ifndef VMODEM_CARRIER_H
#define VMODEM_CARRIER_H

#include <stddef.h>
#include <stdint.h>

struct control;
struct control_reply;
struct loop;
struct network_ip;
struct record;

/* Where a carrier or the network delivers downlink packets: implemented by mux.c. */
struct downlink {
	/*
	 * Returns 0; -EAGAIN when the session's queue is full or stopped (the
	 * packet is dropped and counted by the mux); -ENOTCONN when the session is
	 * not open; -EMSGSIZE for an empty packet or one above 65535 bytes. The packet
	 * is copied.
	 */
	int (*packet)(void *self, unsigned int session, const uint8_t *packet, size_t len);
	/* Bytes that wait for the host in the session's queue. May be NULL: unknown. */
	size_t (*backlog)(void *self, unsigned int session);
	void *self;
};

/* What a carrier offers. Only uplink and free must be there. */
struct carrier_ops {
	const char *name;
	/*
	 * The bearer of @session becomes active with @ip, whose addresses the carrier may
	 * change. Returns 0, or a negative errno: the network refuses the bearer.
	 */
	int (*attach)(void *self, unsigned int session, struct network_ip *ip);
	/* The bearer is gone; only after a successful attach(). */
	void (*detach)(void *self, unsigned int session);
	/* One IP packet from the host. @session has an active bearer. */
	void (*uplink)(void *self, unsigned int session, const uint8_t *packet, size_t len);
	/*
	 * How long the modem leaves in the host's ring what the host has for it, as there is
	 * no room for it here; 0: it takes all. May be NULL.
	 */
	uint64_t (*busy_us)(void *self);
	/* Counters, for the command "carrier". */
	void (*show)(void *self, struct control_reply *reply);
	void (*free)(void *self);
};

struct carrier {
	const struct carrier_ops *ops;
	void *self;
};

struct carrier_config {
	struct loop *loop;
	struct record *record;
	struct control *control;	/* NULL: no control commands */
	struct downlink downlink;
};

/**
 * carrier_make() - make the carrier that @spec names: NAME[,KEY=VALUE]...
 * @error: says what is wrong, in one line, when the result is negative
 *
 * Returns 0 or a negative errno.
 */
int carrier_make(struct carrier *carrier, const struct carrier_config *config, const char *spec,
		 char *error, size_t error_size);

/** carrier_control() - the command "carrier" for @carrier, which must live as long as @control. */
void carrier_control(const struct carrier *carrier, struct control *control);

#endif /* VMODEM_CARRIER_H */
