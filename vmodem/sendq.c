// SPDX-License-Identifier: GPL-2.0-or-later
/* The bounded queue in front of channel_send(): first in, first out, nothing is lost silently. */
#include "channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct sendq_message {
	struct sendq_message *next;
	size_t len;
	uint8_t data[];
};

void sendq_init(struct sendq *queue, size_t limit_bytes)
{
	memset(queue, 0, sizeof(*queue));
	queue->last = &queue->first;
	queue->limit_bytes = limit_bytes;
}

void sendq_open(struct sendq *queue, struct channel *channel)
{
	sendq_clear(queue);
	queue->channel = channel;
}

static int keep(struct sendq *queue, const void *data, size_t len)
{
	struct sendq_message *message;

	if (len > queue->limit_bytes - queue->bytes)
		return -ENOBUFS;
	message = malloc(sizeof(*message) + len);
	if (!message)
		return -ENOBUFS;
	message->next = NULL;
	message->len = len;
	if (len)
		memcpy(message->data, data, len);
	*queue->last = message;
	queue->last = &message->next;
	queue->bytes += len;
	return 0;
}

int sendq_push(struct sendq *queue, const void *data, size_t len)
{
	int result;

	if (!queue->channel)
		return -ENOTCONN;
	if (!queue->first) {
		result = channel_send(queue->channel, data, len);
		if (result != -EAGAIN)
			return result;
	}
	return keep(queue, data, len);
}

static void drop_first(struct sendq *queue)
{
	struct sendq_message *message = queue->first;

	queue->first = message->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->bytes -= message->len;
	free(message);
}

void sendq_flush(struct sendq *queue)
{
	/* A message that no buffer of the host can take would block all others for ever. */
	while (queue->channel && queue->first &&
	       channel_send(queue->channel, queue->first->data, queue->first->len) != -EAGAIN)
		drop_first(queue);
}

void sendq_clear(struct sendq *queue)
{
	queue->channel = NULL;
	while (queue->first)
		drop_first(queue);
}
