/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The message ring (host interface, section 5): requests of the host, performed in order
 * and completed in order.
 */
#ifndef VMODEM_RING_H
#define VMODEM_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "../driver/iosm_wire.h"
#include "loop.h"

struct control;
struct modem;

#define RING_TYPES 4		/* open, close and abort, sleep, feature set */

struct ring_completion {
	uint32_t index;
	uint32_t status;	/* 0: left unanswered */
	uint8_t type, target, state;
	uint64_t due_us;
};

struct ring {
	bool active;
	bool broken;			/* the host broke its head index: nothing more is read */
	uint64_t head_address, tail_address, entries_address;
	uint32_t entries;
	unsigned int vector;
	uint32_t next;			/* to be performed */
	uint32_t head_seen;
	uint32_t tail;			/* next to be completed */
	uint64_t received;

	struct ring_completion *queue;	/* performed, not completed; a circle of @entries */
	uint32_t queue_first, queue_count;

	/* Faults. */
	unsigned int hold[RING_TYPES];	/* the n-th next one stays unanswered; 0: none */
	unsigned int refuse[RING_TYPES];	/* ... is answered with an error */
	uint64_t late_us;
	struct loop_timer late_timer;
	struct loop_timer scan_timer;
};

void ring_init(struct modem *modem);
void ring_destroy(struct modem *modem);
void ring_control(struct modem *modem, struct control *control);

/** ring_start() - the context block is known. Returns 0 or a negative errno. */
int ring_start(struct modem *modem, const struct iosm_wire_context *context);
void ring_stop(struct modem *modem);

/** ring_scan_soon() - look at the ring and all pipes in the next round of the loop. */
void ring_scan_soon(struct modem *modem);
/** ring_scan_now() - the same at once. */
void ring_scan_now(struct modem *modem);

/** index_advance() - whether moving a head from @seen to @head keeps it between @tail and @tail - 1. */
bool index_advance(uint32_t tail, uint32_t seen, uint32_t head, uint32_t entries);

#endif /* VMODEM_RING_H */
