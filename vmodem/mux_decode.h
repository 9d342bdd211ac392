/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uplink blocks of both mux dialects, bytes in, datagrams and commands out.
 *
 * The decoder reads a private copy of the block, checks every length and index
 * against it, reports breaches and hands on what is sound: one bad datagram does not
 * cost the others. It sends nothing and remembers only the sequence numbers.
 *
 * The layouts are those of the mux specification, sections 3 to 6.
 */
#ifndef VMODEM_MUX_DECODE_H
#define VMODEM_MUX_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../driver/iosm_wire.h"

struct check;

/* Larger blocks are dropped: a descriptor could name 16 MiB. */
#define MUX_DECODE_MAX		65536u

/* Sizes of the host's uplink buffers (section 1.2). */
#define MUX_LITE_BLOCK_MAX	2048u
#define MUX_AGGREGATION_BLOCK_MAX	16384u

struct mux_datagram {
	unsigned int session;
	uint8_t service_class;
	uint8_t next_count;	/* Lite only */
	const uint8_t *packet;	/* behind the head padding */
	size_t len;
};

struct mux_uplink_command {
	unsigned int session;	/* as received, may be above 7 */
	uint32_t command;
	uint32_t transaction;
	const uint8_t *parameters;
	size_t parameters_len;
};

/* What the decoder must know of a session; kept by its owner. */
struct mux_decode_session {
	bool open;
	unsigned int padding;	/* N of the open session response */
};

struct mux_decoder {
	struct check *check;
	bool aggregation;
	struct mux_decode_session sessions[IOSM_MUX_SESSIONS];

	/* Where the content goes. All must be set. */
	void *self;
	void (*datagram)(void *self, const struct mux_datagram *datagram);
	void (*queue_level)(void *self, unsigned int session, uint32_t level);
	void (*command)(void *self, const struct mux_uplink_command *command);

	/* Private to mux_decode.c. */
	struct mux_sequence {
		bool known;
		uint16_t last;
	} data_sequence, command_sequence;
	const uint8_t *block;
	size_t len;
	uint8_t claims[MUX_DECODE_MAX];	/* what each byte of the block belongs to */
};

void mux_decode(struct mux_decoder *decoder, const uint8_t *block, size_t len);

/** mux_decode_restart() - the channel was opened: any first sequence number is right. */
void mux_decode_restart(struct mux_decoder *decoder);

/* Bytes in front of an uplink packet when the response named @n (section 6). */
unsigned int mux_uplink_padding_lite(unsigned int n);
unsigned int mux_uplink_padding_aggregation(unsigned int n);

#endif /* VMODEM_MUX_DECODE_H */
