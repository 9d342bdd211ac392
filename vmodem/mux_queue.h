/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A first-in first-out queue of copied messages: commands, or a session's packets. */
#ifndef VMODEM_MUX_QUEUE_H
#define VMODEM_MUX_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct mux_message {
	struct mux_message *next;
	uint32_t transaction;	/* of a request: its answer is awaited once it is sent; else 0 */
	size_t len;
	uint8_t data[];
};

struct mux_queue {
	struct mux_message *first;
	struct mux_message **last;
	size_t messages;
	size_t bytes;
};

void mux_queue_init(struct mux_queue *queue);
/** mux_queue_push() - copies @data. Returns the message, NULL without memory. */
struct mux_message *mux_queue_push(struct mux_queue *queue, const void *data, size_t len);
/** mux_queue_pop() - drop the first message; there must be one. */
void mux_queue_pop(struct mux_queue *queue);
void mux_queue_clear(struct mux_queue *queue);

#endif /* VMODEM_MUX_QUEUE_H */
