// SPDX-License-Identifier: GPL-2.0-or-later
/* A queue of copied messages: see mux_queue.h. */
#include "mux_queue.h"

#include <stdlib.h>
#include <string.h>

void mux_queue_init(struct mux_queue *queue)
{
	*queue = (struct mux_queue){ .last = &queue->first };
}

struct mux_message *mux_queue_push(struct mux_queue *queue, const void *data, size_t len)
{
	struct mux_message *message = malloc(sizeof(*message) + len);

	if (!message)
		return NULL;
	*message = (struct mux_message){ .len = len };
	memcpy(message->data, data, len);
	*queue->last = message;
	queue->last = &message->next;
	queue->messages++;
	queue->bytes += len;
	return message;
}

void mux_queue_pop(struct mux_queue *queue)
{
	struct mux_message *message = queue->first;

	queue->first = message->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->messages--;
	queue->bytes -= message->len;
	free(message);
}

void mux_queue_clear(struct mux_queue *queue)
{
	while (queue->first)
		mux_queue_pop(queue);
}
