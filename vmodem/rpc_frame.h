/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of the RPC channel (MBIM document, A.1): a length, a call or message id, a
 * transaction word, then arguments in a kind of ASN.1.
 */
#ifndef VMODEM_RPC_FRAME_H
#define VMODEM_RPC_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RPC_FRAME_MAX		4096	/* of an answer */
#define RPC_ARGUMENTS		256	/* PS_ATTACH_APN_CONFIG has the most: four long records (A.2) */
#define RPC_SYNC		0x11000100u
#define RPC_ASYNC		0x11000101u
#define RPC_ACK			0x7d0u	/* message ids from here on acknowledge */

/* A number, or a string where @data is not NULL. */
struct rpc_argument {
	uint32_t number;
	const uint8_t *data;
	size_t len;
};

struct rpc_call {
	uint32_t id;
	bool async;
	struct rpc_argument arguments[RPC_ARGUMENTS];
	size_t count;
};

/** rpc_parse() - returns false when the frame is malformed in any way. */
bool rpc_parse(struct rpc_call *call, const uint8_t *frame, size_t len);

/* A frame being written. */
struct rpc_frame {
	size_t len;
	uint8_t data[RPC_FRAME_MAX];
};

/** rpc_begin() - @word: the transaction word. */
void rpc_begin(struct rpc_frame *frame, uint32_t id, uint32_t word);
void rpc_put_long(struct rpc_frame *frame, uint32_t value);
void rpc_put_string(struct rpc_frame *frame, const void *data, size_t len);
/** rpc_end() - write the lengths; a frame without arguments gets one LONG 0. */
void rpc_end(struct rpc_frame *frame);

#endif /* VMODEM_RPC_FRAME_H */
