/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mux decoder: (pointer, length) to datagrams and commands.
 *
 * Pure code: no kernel object, no allocation, no lock. It also builds in user
 * space, where unit tests and fuzzers feed it.
 */
#ifndef IOSM_MUX_DECODE_H
#define IOSM_MUX_DECODE_H

#include "iosm_pure.h"
#include "iosm_wire.h"

/* Bytes in front of every packet of an aggregated block; asked for at open. */
#define IOSM_MUX_DL_HEAD_PAD	16

/* Most parameter bytes that any downlink command has. */
#define IOSM_MUX_PARAM_MAX	12

enum iosm_mux_kind {
	IOSM_MUX_KIND_DATA,		/* ADBH or ADGH */
	IOSM_MUX_KIND_COMMAND,		/* ACBH or CMDH */
	IOSM_MUX_KIND_CREDITS,		/* FCTH */
	IOSM_MUX_KIND_UNKNOWN,
};

/**
 * struct iosm_mux_datagram - one packet inside a downlink block
 * @offset: of the packet, from the start of the block, in bytes
 * @length: of the packet in bytes; offset + length lies inside the block
 * @session: below IOSM_MUX_SESSIONS
 * @service_class: priority given by the modem
 */
struct iosm_mux_datagram {
	u32 offset;
	u32 length;
	u8 session;
	u8 service_class;
};

/**
 * struct iosm_mux_data_iter - position inside a data block
 * @block: first byte of the block
 * @length: bytes received
 * @table: offset of the next table to visit, 0: none
 * @entry: offset of the next datagram entry
 * @entries: entries left in the current table
 * @payload: bytes of datagrams that the block can still hold
 * @session: of the current table
 * @single: the block is a single datagram that was not handed out yet
 */
struct iosm_mux_data_iter {
	const void *block;
	u32 length;
	u32 table;
	u32 entry;
	u32 entries;
	u32 payload;
	u8 session;
	bool single;
};

/* What iosm_mux_data_next() found. */
enum iosm_mux_step {
	IOSM_MUX_STEP_ITEM,		/* one datagram, or one command */
	IOSM_MUX_STEP_END,		/* nothing is left */
	IOSM_MUX_STEP_BAD_DATAGRAM,	/* one entry skipped, go on */
	IOSM_MUX_STEP_BAD_TABLE,	/* one table skipped, go on */
	IOSM_MUX_STEP_BAD_BLOCK,	/* the rest of the block is lost */
};

/**
 * struct iosm_mux_downlink_command - one downlink command, copied out of the block
 * @type: number; its meaning depends on the dialect (mux specification, 5.1)
 * @transaction: id of the request that is answered, or of the modem's own
 * @session: not range checked
 * @param_length: bytes of @param that the modem sent, at most IOSM_MUX_PARAM_MAX
 * @param: parameters, zero behind @param_length
 */
struct iosm_mux_downlink_command {
	u32 type;
	u32 transaction;
	u8 session;
	u8 param_length;
	u8 param[IOSM_MUX_PARAM_MAX];
};

/**
 * struct iosm_mux_command_iter - position inside a command block
 * @block: first byte of the block
 * @length: bytes received
 * @next: offset of the next command header, 0: none
 * @aggregated: the block is an ACBH
 * @first: no command was handed out yet
 */
struct iosm_mux_command_iter {
	const void *block;
	u32 length;
	u32 next;
	bool aggregated;
	bool first;
};

enum iosm_mux_kind iosm_mux_kind(const void *block, u32 length);

bool iosm_mux_data_start(struct iosm_mux_data_iter *iter, const void *block,
			 u32 length);
enum iosm_mux_step iosm_mux_data_next(struct iosm_mux_data_iter *iter,
				      struct iosm_mux_datagram *datagram);

bool iosm_mux_command_start(struct iosm_mux_command_iter *iter,
			    const void *block, u32 length);
enum iosm_mux_step iosm_mux_command_next(struct iosm_mux_command_iter *iter,
					 struct iosm_mux_downlink_command *command);

bool iosm_mux_credits(const void *block, u32 length, u8 *session, u32 *credits);

#endif /* IOSM_MUX_DECODE_H */
