// SPDX-License-Identifier: GPL-2.0-only
/*
 * Message ring.
 *
 * Callers post from process context and wait; the poll completes. The modem
 * completes in order, possibly long after a caller gave up: requests are counted
 * objects that belong to their slot until then. Positions are kept privately and
 * mirrored out; the modem's tail is read once and checked against them.
 */
#include "iosm_msg.h"

#include <linux/slab.h>

#include "iosm.h"
#include "iosm_run.h"
#include "iosm_trace.h"

/**
 * iosm_msg_init() - an empty ring
 * @msg: to initialise
 *
 * Context: Process.
 */
void iosm_msg_init(struct iosm_msg *msg)
{
	spin_lock_init(&msg->lock);
}

/**
 * iosm_msg_put() - drop a reference
 * @request: request or NULL
 *
 * Context: Any.
 */
void iosm_msg_put(struct iosm_msg_request *request)
{
	if (request && refcount_dec_and_test(&request->ref))
		kfree(request);
}

/**
 * iosm_msg_destroy() - release what the modem never completed
 * @msg: ring that the modem does not touch any more and that nobody waits on
 *
 * Context: Process.
 */
void iosm_msg_destroy(struct iosm_msg *msg)
{
	unsigned int i;

	for (i = 0; i < IOSM_MSG_ENTRIES; i++) {
		iosm_msg_put(msg->slots[i]);
		msg->slots[i] = NULL;
	}
}

/**
 * iosm_msg_done() - has the modem consumed the message?
 * @request: request
 *
 * Context: Any.
 * Return: true when it has; its status is valid then.
 */
bool iosm_msg_done(const struct iosm_msg_request *request)
{
	/* Pairs with the release in iosm_msg_complete(). */
	return smp_load_acquire(&request->done);
}

static bool iosm_msg_full(const struct iosm_msg *msg)
{
	u32 next = (READ_ONCE(msg->host_head) + 1) % IOSM_MSG_ENTRIES;

	return next == READ_ONCE(msg->dev_tail);
}

static bool iosm_msg_about_host_sleep(const union iosm_wire_msg *entry)
{
	return entry->sleep.type == IOSM_MSG_SLEEP &&
	       entry->sleep.target == IOSM_MSG_SLEEP_HOST;
}

static bool iosm_msg_may_pass(const struct iosm_msg *msg,
			      const union iosm_wire_msg *entry)
{
	return !READ_ONCE(msg->held) || iosm_msg_about_host_sleep(entry);
}

/**
 * iosm_msg_hold() - have messages wait until the system is awake again
 * @run: run of the modem
 * @hold: true: from now on only those about the host's sleep pass; false: all do
 *
 * Context: Process.
 */
void iosm_msg_hold(struct iosm_run *run, bool hold)
{
	spin_lock_bh(&run->msg.lock);
	WRITE_ONCE(run->msg.held, hold);
	spin_unlock_bh(&run->msg.lock);
	if (!hold)
		wake_up_all(&run->wait);
}

static int iosm_msg_post(struct iosm_run *run, const union iosm_wire_msg *entry,
			 struct iosm_msg_request *request)
{
	struct iosm_msg *msg = &run->msg;

	spin_lock_bh(&msg->lock);
	if (!iosm_msg_may_pass(msg, entry)) {
		spin_unlock_bh(&msg->lock);
		return -ERESTART;
	}
	if (iosm_msg_full(msg)) {
		spin_unlock_bh(&msg->lock);
		return -EAGAIN;
	}
	refcount_inc(&request->ref);
	msg->slots[msg->host_head] = request;
	run->shm->msg[msg->host_head] = *entry;
	WRITE_ONCE(msg->host_head, (msg->host_head + 1) % IOSM_MSG_ENTRIES);
	/* The entry must be in memory before the head that announces it. */
	dma_wmb();
	WRITE_ONCE(run->shm->msg_head, cpu_to_le32(msg->host_head));
	/* Behind iosm_msg_hold() no message rings any more. */
	iosm_sleep_ring(run, IOSM_HP_MSG);
	spin_unlock_bh(&msg->lock);
	return 0;
}

/**
 * iosm_msg_wait_awake() - wait until the modem knows that the host is awake
 * @run: run of the modem
 *
 * Context: Process, may sleep as long as the system does.
 * Return: true when there was something to wait for.
 */
bool iosm_msg_wait_awake(struct iosm_run *run)
{
	if (!READ_ONCE(run->msg.held))
		return false;
	wait_event(run->wait, !READ_ONCE(run->msg.held) || iosm_run_dead(run));
	return true;
}

static void iosm_msg_wait_to_pass(struct iosm_run *run,
				  const union iosm_wire_msg *entry)
{
	wait_event(run->wait, iosm_msg_may_pass(&run->msg, entry) ||
			      iosm_run_dead(run));
}

static bool iosm_msg_wait_for_room(struct iosm_run *run, unsigned long deadline)
{
	long left = deadline - jiffies;

	if (left <= 0)
		return false;
	wait_event_timeout(run->wait,
			   !iosm_msg_full(&run->msg) || iosm_run_dead(run), left);
	return true;
}

/* Post as soon as there is room, or the system is awake again. */
static int iosm_msg_post_wait(struct iosm_run *run,
			      const union iosm_wire_msg *entry,
			      struct iosm_msg_request *request)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(IOSM_MSG_TIMEOUT_MS);
	int err;

	while ((err = iosm_msg_post(run, entry, request))) {
		if (err == -ERESTART)
			iosm_msg_wait_to_pass(run, entry);
		else if (!iosm_msg_wait_for_room(run, deadline))
			return -EBUSY;
		if (iosm_run_dead(run))
			return -ENODEV;
	}
	return 0;
}

static int iosm_msg_result(struct iosm_run *run, const char *what,
			   struct iosm_msg_request *request)
{
	struct iosm_dev *iosm = run->iosm;

	if (iosm_msg_done(request)) {
		if (request->status == IOSM_MSG_SUCCESS)
			return 0;
		iosm_count(iosm, IOSM_CNT_MSG_ERRORS);
		dev_err(iosm_device(iosm), "modem refused to %s (status %u)\n",
			what, request->status);
		return -EIO;
	}
	if (iosm_run_dead(run))
		return -ENODEV;

	WRITE_ONCE(request->late, true);
	iosm_count(iosm, IOSM_CNT_MSG_TIMEOUTS);
	dev_err(iosm_device(iosm), "modem did not answer within %u ms: %s\n",
		IOSM_MSG_TIMEOUT_MS, what);
	iosm_life_uevent(iosm, "MDM_TIMEOUT");
	iosm_run_unanswered(run);
	if (!READ_ONCE(run->suspended) &&
	    atomic_inc_return(&run->msg.silent) >= IOSM_MSG_SILENT_MAX)
		iosm_run_fail(run, "it does not answer messages");
	iosm_life_kick(iosm);
	return -ETIMEDOUT;
}

/**
 * iosm_msg_call() - send one message and wait for its completion
 * @run: run of the modem, NAPI enabled
 * @entry: message; its status must be IOSM_MSG_PENDING
 * @what: for people: "open pipe 4"
 * @late: out, may be NULL: on -ETIMEDOUT a reference to the request, with which
 *	the caller can tell later whether the modem has consumed the message; left as
 *	it is when the message was not even sent, because the modem did not wake up
 *
 * A sleeping modem is woken first, which does not count as time of the message.
 *
 * Context: Process, may sleep up to IOSM_MSG_TIMEOUT_MS, twice that with a full
 * ring, more with a modem that is slow to wake or a system that sleeps; ends at
 * once when the run dies.
 * Return: 0; -EIO when the modem refused; -ETIMEDOUT when it was silent; -EBUSY
 * when the ring stayed full; -ENODEV when the run is dead; -ENOMEM.
 */
int iosm_msg_call(struct iosm_run *run, const union iosm_wire_msg *entry,
		  const char *what, struct iosm_msg_request **late)
{
	enum iosm_hp_ident ident = IOSM_HP_WAKE;
	struct iosm_msg_request *request;
	bool posted;
	int err;

	if (iosm_run_dead(run))
		return -ENODEV;
	if (iosm_msg_about_host_sleep(entry))
		ident = IOSM_HP_MSG;

	request = kzalloc_obj(*request);
	if (!request)
		return -ENOMEM;
	refcount_set(&request->ref, 1);

	iosm_msg_wait_to_pass(run, entry);
	err = iosm_sleep_wake(run, ident);
	if (err == -ETIMEDOUT)
		iosm_run_unanswered(run);
	if (!err)
		err = iosm_msg_post_wait(run, entry, request);
	posted = !err;
	if (posted) {
		/* It may have fallen asleep before the doorbell. */
		if (iosm_sleep_wake(run, ident) == -ETIMEDOUT)
			iosm_run_unanswered(run);
		wait_event_timeout(run->wait,
				   iosm_msg_done(request) || iosm_run_dead(run),
				   msecs_to_jiffies(IOSM_MSG_TIMEOUT_MS));
		if (!iosm_msg_done(request) && !iosm_run_dead(run))
			iosm_rx_catch_up(run->iosm);
		err = iosm_msg_result(run, what, request);
	}
	trace_iosm_msg(run->iosm, what, err);

	if (posted && err == -ETIMEDOUT && late)
		*late = request;
	else
		iosm_msg_put(request);
	return err;
}

static void iosm_msg_complete(struct iosm_run *run, u32 index)
{
	struct iosm_msg *msg = &run->msg;
	struct iosm_msg_request *request = msg->slots[index];

	msg->slots[index] = NULL;
	request->status =
		le32_to_cpu(READ_ONCE(run->shm->msg[index].common.status));
	atomic_set(&msg->silent, 0);
	/* Pairs with the acquire in iosm_msg_done(). */
	smp_store_release(&request->done, true);
	if (READ_ONCE(request->late))
		iosm_count(run->iosm, IOSM_CNT_MSG_LATE);
	iosm_msg_put(request);
}

/**
 * iosm_msg_poll() - take completions
 * @run: run of the modem
 *
 * Context: Softirq, NAPI poll only.
 */
void iosm_msg_poll(struct iosm_run *run)
{
	u32 tail = le32_to_cpu(READ_ONCE(run->shm->msg_tail));
	struct iosm_msg *msg = &run->msg;
	u32 completed, posted;

	if (tail == msg->dev_tail || msg->broken)
		return;

	spin_lock(&msg->lock);
	posted = (msg->host_head - msg->dev_tail) % IOSM_MSG_ENTRIES;
	completed = (tail - msg->dev_tail) % IOSM_MSG_ENTRIES;
	if (tail >= IOSM_MSG_ENTRIES || completed > posted) {
		msg->broken = true;
		spin_unlock(&msg->lock);
		iosm_run_violation(run, IOSM_RUN_MSG_RING, tail);
		return;
	}

	/* The status was written before the tail that we have read. */
	dma_rmb();
	while (msg->dev_tail != tail) {
		iosm_msg_complete(run, msg->dev_tail);
		WRITE_ONCE(msg->dev_tail,
			   (msg->dev_tail + 1) % IOSM_MSG_ENTRIES);
	}
	spin_unlock(&msg->lock);
	wake_up_all(&run->wait);
}
