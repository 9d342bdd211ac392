/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fragments: cutting long messages for the host and joining those of the host.
 */
#ifndef VMODEM_MBIM_FRAME_H
#define VMODEM_MBIM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

#define MBIM_LIMIT_MIN		64	/* smallest transfer that makes sense */
#define MBIM_LIMIT_MAX		4096	/* largest message that clients expect */
#define MBIM_MESSAGE_MAX	65536	/* largest joined message */
#define MBIM_ASSEMBLIES		8	/* messages being joined at a time */
#define MBIM_FRAGMENT_GAP_US	1250000

/* Takes one message or fragment. */
typedef void (*mbim_emit)(void *self, const uint8_t *message, size_t len);

/**
 * mbim_split() - cut an unfragmented COMMAND_DONE or INDICATE_STATUS to @limit bytes.
 * @message: changed on the way: its headers become those of the fragments
 *
 * A message that fits is emitted as it is.
 */
void mbim_split(uint8_t *message, size_t len, size_t limit, mbim_emit emit, void *self);

struct mbim_joiner;

/* One message being joined. */
struct mbim_assembly {
	struct mbim_joiner *joiner;
	bool used;
	uint32_t transaction;
	uint32_t total, next;
	size_t expected;		/* bytes of the joined message */
	size_t len;
	uint8_t *message;
	struct loop_timer timer;
};

struct mbim_joiner_ops {
	/* A whole COMMAND as one unfragmented message. */
	void (*message)(void *self, const uint8_t *message, size_t len);
	/* What is joined under @transaction is given up; @error is a protocol error. */
	void (*error)(void *self, uint32_t transaction, uint32_t error);
};

struct mbim_joiner {
	const struct mbim_joiner_ops *ops;
	void *self;
	struct mbim_assembly assemblies[MBIM_ASSEMBLIES];
};

void mbim_joiner_init(struct mbim_joiner *joiner, struct loop *loop,
		      const struct mbim_joiner_ops *ops, void *self);

/**
 * mbim_join() - take one COMMAND or a fragment of one.
 * @len: checked by the caller against the message's own length, at least
 *	MBIM_FRAGMENT_HEADER
 */
void mbim_join(struct mbim_joiner *joiner, const uint8_t *fragment, size_t len);

/** mbim_joiner_clear() - forget everything half joined, without an error. */
void mbim_joiner_clear(struct mbim_joiner *joiner);

#endif /* VMODEM_MBIM_FRAME_H */
