/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Message ring: requests to the modem's IPC and their completions.
 */
#ifndef IOSM_MSG_H
#define IOSM_MSG_H

#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "iosm_wire.h"

struct iosm_run;

/* Reaction time that the modem is granted for one message. */
#define IOSM_MSG_TIMEOUT_MS	500

/* A modem that leaves this many messages in a row unanswered is broken. */
#define IOSM_MSG_SILENT_MAX	4

/**
 * struct iosm_msg_request - one message on its way
 * @ref: one reference for the ring slot, one for the caller
 * @done: the modem has consumed the message
 * @late: its time was over before that
 * @status: &enum iosm_msg_status, valid once @done
 *
 * The slot keeps its reference until the modem has consumed the entry, however
 * late that is.
 */
struct iosm_msg_request {
	refcount_t ref;
	bool done;
	bool late;
	u32 status;
};

/**
 * struct iosm_msg - the host's side of the ring
 * @lock: protects @host_head and @slots
 * @host_head: next entry to fill
 * @dev_tail: next entry the modem completes; owned by the poll, racy readers see
 *	less room than there is
 * @broken: the modem wrote an impossible tail; owned by the poll
 * @held: the modem thinks that the host sleeps: only the message that tells it
 *	otherwise may be posted; written by system sleep, under @lock
 * @silent: messages in a row that were not answered in time
 * @slots: request of each entry between @dev_tail and @host_head
 */
struct iosm_msg {
	spinlock_t lock; /* producers among each other and the poll */
	u32 host_head;
	u32 dev_tail;
	bool broken;
	bool held;
	atomic_t silent;
	struct iosm_msg_request *slots[IOSM_MSG_ENTRIES];
};

void iosm_msg_init(struct iosm_msg *msg);
void iosm_msg_destroy(struct iosm_msg *msg);
int iosm_msg_call(struct iosm_run *run, const union iosm_wire_msg *entry,
		  const char *what, struct iosm_msg_request **late);
void iosm_msg_hold(struct iosm_run *run, bool hold);
bool iosm_msg_wait_awake(struct iosm_run *run);
bool iosm_msg_done(const struct iosm_msg_request *request);
void iosm_msg_put(struct iosm_msg_request *request);
void iosm_msg_poll(struct iosm_run *run);

#endif /* IOSM_MSG_H */
