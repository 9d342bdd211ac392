/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mux encoder: datagrams and commands to blocks.
 *
 * Pure code like the decoder: it lays out and writes headers; the caller copies
 * the packets to the offsets it is told.
 */
#ifndef IOSM_MUX_ENCODE_H
#define IOSM_MUX_ENCODE_H

#include "iosm_pure.h"
#include "iosm_wire.h"

/* Real firmware is known to take 64 datagrams in a block of 16 KiB. */
#define IOSM_MUX_BLOCK_DATAGRAMS	64

/* Largest uplink head padding that we accept from a modem, in bytes. */
#define IOSM_MUX_UL_HEAD_PAD_MAX	64

/* Largest command block in either dialect, in bytes. */
#define IOSM_MUX_COMMAND_MAX		64

/* What one packet needs in an aggregated block beside itself, at most. */
#define IOSM_MUX_AGGR_OVERHEAD \
	(sizeof(struct iosm_wire_adbh) + sizeof(struct iosm_wire_adth) + \
	 sizeof(struct iosm_wire_datagram) + sizeof(struct iosm_wire_qlth) + \
	 IOSM_MUX_UL_HEAD_PAD_MAX + 4)

/* The same for a Lite block. */
#define IOSM_MUX_LITE_OVERHEAD \
	(sizeof(struct iosm_wire_adgh) + IOSM_MUX_UL_HEAD_PAD_MAX)

/**
 * struct iosm_mux_entry - one datagram of an open block
 * @index: offset of its head padding, from the start of the block
 * @length: head padding and packet, in bytes
 * @session: below IOSM_MUX_SESSIONS
 * @service_class: priority
 */
struct iosm_mux_entry {
	u32 index;
	u16 length;
	u8 session;
	u8 service_class;
};

/**
 * struct iosm_mux_block - an aggregated data block under construction
 * @buffer: where it is built
 * @size: bytes of @buffer
 * @used: bytes written so far, headers and data
 * @sessions: bit per session that has a datagram
 * @count: datagrams so far
 * @entry: the datagrams
 *
 * The tables are written behind the data when the block is finished; until then
 * their size is kept free.
 */
struct iosm_mux_block {
	void *buffer;
	u32 size;
	u32 used;
	u8 sessions;
	u8 count;
	struct iosm_mux_entry entry[IOSM_MUX_BLOCK_DATAGRAMS];
};

void iosm_mux_block_begin(struct iosm_mux_block *block, void *buffer, u32 size);
bool iosm_mux_block_fits(const struct iosm_mux_block *block, u8 session,
			 u32 head_pad, u32 length);
u32 iosm_mux_block_add(struct iosm_mux_block *block, u8 session, u32 head_pad,
		       u32 length, u8 service_class);
u32 iosm_mux_block_finish(struct iosm_mux_block *block, u16 sequence,
			  const u32 level_bytes[IOSM_MUX_SESSIONS]);

u32 iosm_mux_lite_begin(void *buffer, u8 session, u32 head_pad, u32 length,
			u8 service_class);
u32 iosm_mux_lite_level(void *buffer, u8 session, u32 level_bytes);

/**
 * struct iosm_mux_uplink_command - a command or an answer to be encoded
 * @type: number in the dialect
 * @transaction: id; an answer repeats the modem's
 * @session: interface id
 * @param: parameters, or NULL
 * @param_length: bytes of @param
 */
struct iosm_mux_uplink_command {
	u32 type;
	u32 transaction;
	u8 session;
	const void *param;
	u32 param_length;
};

u32 iosm_mux_command_lite(void *buffer,
			  const struct iosm_mux_uplink_command *command);
u32 iosm_mux_command_aggregated(void *buffer, u16 sequence,
				const struct iosm_mux_uplink_command *command);

#endif /* IOSM_MUX_ENCODE_H */
