/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Downlink blocks of both mux dialects, datagrams and commands in, bytes out.
 *
 * Pure: what is written depends on the arguments alone, every byte of a block is
 * written, unused ones as zero. The layouts are those of the mux specification,
 * sections 3 to 6; section 9 says what the existing driver accepts.
 */
#ifndef VMODEM_MUX_ENCODE_H
#define VMODEM_MUX_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most bytes of a block: tables hold 16-bit lengths, buffers are 16 KiB as a rule. */
#define MUX_ENCODE_MAX		65536u
/* Bounds the tables of one block; 28-byte packets fill 16 KiB with about 300. */
#define MUX_ENCODE_DATAGRAMS	512u

/* One packet of an aggregated block. */
struct mux_encode_entry {
	unsigned int session;
	unsigned int padding;	/* head padding that the host asked for */
	uint8_t hint;		/* 0 IPv4, 1 IPv6; 0 too if the host wants no hints */
	const uint8_t *packet;
	size_t len;
	uint32_t at;		/* private: datagram index */
};

/*
 * An aggregated block that is being planned: entries are taken until the buffer is
 * full, then written. One table a session and hint.
 */
struct mux_encode_plan {
	size_t capacity;
	size_t bytes;		/* what the block takes so far */
	unsigned int count;
	struct mux_encode_entry entries[MUX_ENCODE_DATAGRAMS];
};

void mux_encode_plan_start(struct mux_encode_plan *plan, size_t capacity);
/** mux_encode_plan_add() - returns false when the entry does not fit any more. */
bool mux_encode_plan_add(struct mux_encode_plan *plan, const struct mux_encode_entry *entry);

/**
 * mux_encode_data_block() - write the planned block.
 * @block: plan->capacity bytes
 * @tables_last: behind the data instead of in front of it
 *
 * Returns the block's length.
 */
size_t mux_encode_data_block(struct mux_encode_plan *plan, uint8_t *block, uint16_t sequence,
			     bool tables_last);

/* Bytes that one packet needs in a block of its own. */
size_t mux_encode_data_block_size(unsigned int padding, size_t len);
size_t mux_encode_lite_datagram_size(unsigned int padding, size_t len);

/** mux_encode_lite_datagram() - ADGH and packet. Returns the block's length. */
size_t mux_encode_lite_datagram(uint8_t *block, const struct mux_encode_entry *entry,
				uint8_t next_count);

/* Largest command block: both headers and the longest parameters. */
#define MUX_ENCODE_PARAMETERS_MAX	64u
#define MUX_ENCODE_COMMAND_MAX		(36u + MUX_ENCODE_PARAMETERS_MAX)

struct mux_encode_command {
	unsigned int session;
	uint32_t command;
	uint32_t transaction;
	const void *parameters;
	size_t parameters_len;
};

/** mux_encode_command_lite() - CMDH. Returns the block's length. */
size_t mux_encode_command_lite(uint8_t *block, const struct mux_encode_command *command);
/** mux_encode_command_aggregation() - ACBH and CMDH. Returns the block's length. */
size_t mux_encode_command_aggregation(uint8_t *block, const struct mux_encode_command *command,
				      uint16_t sequence);

/** mux_encode_credits() - FCTH. Returns the block's length. */
size_t mux_encode_credits(uint8_t *block, unsigned int session, uint32_t bytes);

#endif /* VMODEM_MUX_ENCODE_H */
