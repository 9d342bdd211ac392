/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Control ports: MBIM, AT, XMMRPC.
 */
#ifndef IOSM_PORT_H
#define IOSM_PORT_H

#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <linux/wwan.h>

#include "iosm_buffers.h"

struct iosm_channel;
struct iosm_pipe;
struct iosm_run;

/* Messages that may wait for a reader; the modem waits with the others. */
#define IOSM_PORT_UNREAD_MAX	64

/**
 * struct iosm_port - one control channel with its character device
 * @run: run that it belongs to
 * @channel: constants of the channel; NULL: the model has no such port
 * @wwan: port of the WWAN core, or NULL
 * @ul: uplink pipe
 * @dl: downlink pipe
 * @lock: protects @ul_open, @blocked, @waiting and the producer side of @ul
 * @ul_open: writes are possible
 * @blocked: the WWAN core was told to hold writers back
 * @waiting: messages of writers that raced with a ring that became full
 * @dl_open: the poll may take messages; written with the poll kept away
 * @buffers: memory of downlink messages
 * @unread: messages that were handed up; a reference is kept until nobody else has
 *	one, which is when the message was read; owned by the poll
 * @unread_oldest: slot of the first one in @unread; owned by the poll
 * @unread_next: slot of the next message in @unread; owned by the poll
 * @unread_look_ms: pause before the next look; owned by the poll
 * @look: has the poll look whether a slow reader has gone on, or memory is back
 * @reserve: a buffer for the next message after the poll could not allocate one
 * @reserve_work: allocates @reserve where sleeping is allowed
 */
struct iosm_port {
	struct iosm_run *run;
	const struct iosm_channel *channel;
	struct wwan_port *wwan;
	struct iosm_pipe *ul;
	struct iosm_pipe *dl;
	spinlock_t lock; /* writers and the poll */
	bool ul_open;
	bool blocked;
	struct sk_buff_head waiting;
	bool dl_open;
	struct iosm_buffers buffers;
	struct sk_buff *unread[IOSM_PORT_UNREAD_MAX];
	unsigned int unread_oldest;
	unsigned int unread_next;
	unsigned int unread_look_ms;
	struct timer_list look;
	struct sk_buff *reserve;
	struct work_struct reserve_work;
};

void iosm_ports_init(struct iosm_run *run);
void iosm_ports_destroy(struct iosm_run *run);
int iosm_ports_create(struct iosm_run *run);
void iosm_ports_remove(struct iosm_run *run);
void iosm_ports_poll(struct iosm_run *run);

#endif /* IOSM_PORT_H */
