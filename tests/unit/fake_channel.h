/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A channel whose host side is the test: what a protocol sends is kept, in order. One
 * per program; it takes the place of the pipes' channel_send() and its sisters.
 */
#ifndef TESTS_UNIT_FAKE_CHANNEL_H
#define TESTS_UNIT_FAKE_CHANNEL_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../vmodem/channel.h"

#define FAKE_MESSAGES	256

struct fake_message {
	size_t len;
	uint8_t *data;
};

struct channel {
	struct fake_message sent[FAKE_MESSAGES];
	size_t count;		/* sent */
	size_t taken;		/* by fake_take() */
	size_t buffer_size;
	unsigned int space;	/* buffers that the host offers */
};

int channel_send(struct channel *channel, const void *data, size_t len)
{
	struct fake_message *message = &channel->sent[channel->count];

	if (!channel->space)
		return -EAGAIN;
	if (len > channel->buffer_size)
		return -EMSGSIZE;
	if (channel->count == FAKE_MESSAGES)
		abort();
	channel->space--;
	message->len = len;
	/* Exactly as long as the message, so that reading beyond it is seen. */
	message->data = malloc(len ? len : 1);
	if (len)
		memcpy(message->data, data, len);
	channel->count++;
	return 0;
}

unsigned int channel_space(struct channel *channel)
{
	return channel->space;
}

size_t channel_buffer_size(struct channel *channel)
{
	return channel->space ? channel->buffer_size : 0;
}

/* The next message that was not taken yet, NULL if there is none. */
static inline const struct fake_message *fake_take(struct channel *channel)
{
	return channel->taken < channel->count ? &channel->sent[channel->taken++] : NULL;
}

static inline size_t fake_waiting(const struct channel *channel)
{
	return channel->count - channel->taken;
}

static inline void fake_clear(struct channel *channel)
{
	for (size_t i = 0; i < channel->count; i++)
		free(channel->sent[i].data);
	channel->count = 0;
	channel->taken = 0;
}

static inline void fake_init(struct channel *channel, size_t buffer_size)
{
	memset(channel, 0, sizeof(*channel));
	channel->buffer_size = buffer_size;
	channel->space = 100000;
}

#endif /* TESTS_UNIT_FAKE_CHANNEL_H */
