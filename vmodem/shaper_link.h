/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One direction of one session in the shaper. */
#ifndef VMODEM_SHAPER_LINK_H
#define VMODEM_SHAPER_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

#define SHAPER_QUEUE_DEFAULT	1000u
/* What a link holds at most, whatever its delay. */
#define SHAPER_BYTES_MAX	(32u << 20)

struct shaper_settings {
	uint64_t rate;			/* bit/s; 0: no limit */
	uint64_t queue;			/* packets */
	uint64_t hold_us;		/* so much may wait for the rate; 0: any */
	uint64_t delay_us, jitter_us;
	uint64_t loss_ppm;
};

struct shaper_counters {
	uint64_t passed, lost, overflowed;
};

struct shaper_packet;

struct shaper_link {
	struct shaper_settings settings;
	struct shaper_counters counters;
	uint64_t random;		/* state; never 0 */
	uint64_t free_ns;		/* when the link can start with another packet */
	uint64_t last_us;		/* when the last packet that is held leaves */
	size_t bytes;
	size_t queued;			/* packets that the link has not finished with ... */
	struct shaper_packet *first_queued;	/* ... from this one on */
	struct shaper_packet *first, **last;
	struct loop_timer timer;
	unsigned int session;
	/* Returns 0 or a negative errno, as a downlink. */
	int (*deliver)(void *self, unsigned int session, const uint8_t *packet, size_t len);
	void *self;
};

/** shaper_link_init() - @link is zero but for session, deliver and self. */
void shaper_link_init(struct shaper_link *link, struct loop *loop);
/** shaper_link_set() - for packets that come from now on. */
void shaper_link_set(struct shaper_link *link, const struct shaper_settings *settings);
void shaper_link_seed(struct shaper_link *link, uint64_t seed);
/**
 * shaper_link_packet() - deliver, keep (a copy) or drop a packet.
 *
 * Returns 0; -EAGAIN when it had no room; what deliver() said when it went straight through.
 */
int shaper_link_packet(struct shaper_link *link, const uint8_t *packet, size_t len);
/**
 * shaper_link_busy_us() - how long until the link wants another packet.
 *
 * 0 when it takes one now, as every link does that has no hold.
 */
uint64_t shaper_link_busy_us(const struct shaper_link *link);
/** shaper_link_clear() - forget what is held. */
void shaper_link_clear(struct shaper_link *link);

#endif /* VMODEM_SHAPER_LINK_H */
