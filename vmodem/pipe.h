/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pipes: descriptor rings in host memory, and channels: an uplink and a downlink pipe with
 * a protocol behind them (host interface, sections 6 and 7).
 */
#ifndef VMODEM_PIPE_H
#define VMODEM_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../driver/iosm_wire.h"
#include "channel.h"
#include "loop.h"

struct control;
struct modem;

#define PIPE_CHANNELS		(IOSM_PIPES / 2)
#define PIPE_BUFFER_MAX		(1u << 20)	/* the largest in the table of section 7 */
#define PIPE_BUFFER_MAX_LOADER	IOSM_TD_SIZE_MASK	/* an image in one message */

struct pipe {
	struct modem *modem;
	unsigned int number;
	bool open;
	bool broken;		/* a breach made its ring useless until it is closed */
	bool in_doubt;		/* a message about it was not answered, or refused: open or closed to the host */
	bool stopped;		/* fault: the device does not serve it */
	uint64_t ring;
	uint32_t entries;
	unsigned int vector;
	uint32_t accumulation_us;
	uint32_t tail;		/* private; mirrored to the host */
	uint32_t published;	/* what was last written to the host's tail array */
	uint32_t head_seen;
	struct iosm_wire_td next;	/* downlink: private copy of the descriptor at @tail */
	bool next_valid;
	uint64_t last_irq_us;
	struct loop_timer irq_timer;
	struct loop_timer held_timer;	/* uplink: the protocol wants more then */
	uint64_t messages, bytes;
};

struct channel {
	struct modem *modem;
	unsigned int id;
	const struct channel_protocol *protocol;
	void *self;
	bool loader;		/* the boot loader's protocol is behind it now */
	bool open;		/* both pipes are */
	bool waiting;		/* channel_send() was refused */
	uint64_t refused;
};

struct pipes {
	struct pipe pipe[IOSM_PIPES];
	struct channel channel[PIPE_CHANNELS];
	/* Behind channel 0 while a boot loader runs (boot document, section 2). */
	const struct channel_protocol *loader;
	void *loader_self;
	uint64_t heads, tails;		/* addresses of the index arrays */
	uint8_t *fetched;		/* one uplink message */
	size_t fetched_size;
	bool only_rung;			/* fault: downlink heads are read only after a doorbell */
	uint32_t poll_us;
	struct loop_timer poll_timer;	/* looks for downlink buffers while data waits */
};

void pipes_init(struct modem *modem);
void pipes_destroy(struct modem *modem);
void pipes_control(struct modem *modem, struct control *control);
void pipes_start(struct modem *modem, uint64_t heads, uint64_t tails);
void pipes_stop(struct modem *modem);

/** pipes_scan() - serve all pipes. Returns true when there is more to do. */
bool pipes_scan(struct modem *modem);
/** pipes_waiting() - data waits for downlink buffers. */
bool pipes_waiting(const struct modem *modem);

/** channel_send_past_faults() - a message of an open channel that has met its fault already. */
void channel_send_past_faults(struct channel *channel, const void *data, size_t len);

/** pipes_interrupt() - raise at once what accumulation holds back. */
void pipes_interrupt(struct modem *modem);

/* The messages about one pipe; each returns the completion status. */
uint32_t pipe_open(struct modem *modem, unsigned int number, uint64_t ring, uint32_t entries,
		   uint32_t vector, uint32_t accumulation_us);
uint32_t pipe_close(struct modem *modem, unsigned int number);
uint32_t pipe_abort(struct modem *modem, unsigned int number);
/** pipe_doubt() - the host will not know whether its message was heard. */
void pipe_doubt(struct modem *modem, unsigned int number);

#endif /* VMODEM_PIPE_H */
