/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam between the pipes and the protocols that run over them.
 *
 * A channel is an uplink and a downlink pipe (host interface, section 7). ring.c
 * moves messages between the guest's descriptors and the protocol behind the
 * channel: mux, mbim, at, rpc. One descriptor carries one whole message, both
 * ways; nothing here cuts or joins.
 */
#ifndef VMODEM_CHANNEL_H
#define VMODEM_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

struct channel;		/* owned by ring.c */

/* What a protocol offers to ring.c. Any member may be NULL. */
struct channel_protocol {
	const char *name;

	/* Both pipes are open; the protocol may send as soon as buffers arrive. */
	void (*opened)(void *self, struct channel *channel);

	/*
	 * One uplink message of @len bytes, a private copy that nobody changes.
	 * The protocol may send from here.
	 */
	void (*uplink)(void *self, const uint8_t *data, size_t len);

	/*
	 * How long the next uplink message has to stay in the host's ring; 0: it may come
	 * now.
	 */
	uint64_t (*busy_us)(void *self);

	/*
	 * Downlink buffers became free after channel_send() had refused for want
	 * of one.
	 */
	void (*writable)(void *self);

	/* A pipe was closed, or the modem was reset: forget what is half done. */
	void (*closed)(void *self);
};

/**
 * channel_send() - put one message into the next downlink buffer.
 * @channel: as handed to opened(); must not be used after closed()
 * @data: message
 * @len: bytes; 0 is a legal, empty message
 *
 * Returns 0; -EAGAIN when the host offers no buffer or the device sleeps (it is
 * woken; writable() follows); -EMSGSIZE when the host's buffer is smaller than the
 * message (nothing was sent, the buffer stays offered).
 */
int channel_send(struct channel *channel, const void *data, size_t len);

/** channel_space() - downlink buffers that the host offers and that are still empty. */
unsigned int channel_space(struct channel *channel);

/** channel_buffer_size() - bytes of the next offered downlink buffer, 0 if none is offered. */
size_t channel_buffer_size(struct channel *channel);

/*
 * A bounded queue in front of channel_send() for protocols whose messages are
 * few and must not be lost (MBIM, AT): sendq_push() sends at once or keeps a
 * copy; call sendq_flush() from writable() and sendq_clear() from closed().
 */
struct sendq {
	struct channel *channel;	/* NULL: closed */
	struct sendq_message *first;
	struct sendq_message **last;
	size_t bytes;
	size_t limit_bytes;
};

void sendq_init(struct sendq *queue, size_t limit_bytes);
void sendq_open(struct sendq *queue, struct channel *channel);
/** sendq_push() - returns 0, -ENOTCONN when closed, -ENOBUFS over the limit, -EMSGSIZE as channel_send(). */
int sendq_push(struct sendq *queue, const void *data, size_t len);
void sendq_flush(struct sendq *queue);
void sendq_clear(struct sendq *queue);

#endif /* VMODEM_CHANNEL_H */
