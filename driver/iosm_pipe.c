// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pipes.
 *
 * One producer and one consumer a ring, no lock: the producer owns host_head, the
 * consumer dev_tail, and each sees the other's position with acquire and release.
 * Addresses and lengths that matter are kept in private slots; what the modem
 * could write into the descriptors is never believed, but for the size and status
 * of a downlink transfer, which is read once and checked.
 */
#include "iosm_pipe.h"

#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include "iosm.h"
#include "iosm_run.h"

/* Opens refused one after the other before a close is tried. */
#define IOSM_PIPE_REFUSALS_MAX	2

/**
 * iosm_pipe_init() - prepare a closed pipe
 * @pipe: to initialise, zeroed
 * @run: run that it belongs to
 * @index: pipe number
 *
 * Context: Process.
 */
void iosm_pipe_init(struct iosm_pipe *pipe, struct iosm_run *run, u8 index)
{
	pipe->run = run;
	pipe->index = index;
}

static size_t iosm_pipe_ring_bytes(const struct iosm_pipe *pipe)
{
	return array_size(pipe->entries, sizeof(*pipe->ring));
}

/**
 * iosm_pipe_destroy() - free the ring
 * @pipe: pipe that neither the modem nor the poll touches any more
 *
 * Context: Process.
 */
void iosm_pipe_destroy(struct iosm_pipe *pipe)
{
	iosm_msg_put(pipe->late);
	pipe->late = NULL;
	kvfree(pipe->slots);
	pipe->slots = NULL;
	if (pipe->ring)
		dma_free_coherent(iosm_device(pipe->run->iosm),
				  iosm_pipe_ring_bytes(pipe), pipe->ring,
				  pipe->ring_dma);
	pipe->ring = NULL;
}

static int iosm_pipe_alloc(struct iosm_pipe *pipe, u16 entries)
{
	if (pipe->ring)
		return 0;

	pipe->entries = entries;
	pipe->slots = kvcalloc(entries, sizeof(*pipe->slots), GFP_KERNEL);
	if (!pipe->slots)
		return -ENOMEM;
	pipe->ring = dma_alloc_coherent(iosm_device(pipe->run->iosm),
					iosm_pipe_ring_bytes(pipe),
					&pipe->ring_dma, GFP_KERNEL);
	if (pipe->ring)
		return 0;
	kvfree(pipe->slots);
	pipe->slots = NULL;
	return -ENOMEM;
}

/* Both words belong to the host while the pipe is closed. */
static void iosm_pipe_reset(struct iosm_pipe *pipe)
{
	struct iosm_shm *shm = pipe->run->shm;

	pipe->host_head = 0;
	pipe->published = 0;
	pipe->dev_tail = 0;
	pipe->broken = false;
	pipe->torn = false;
	memset(pipe->slots, 0, pipe->entries * sizeof(*pipe->slots));
	memset(pipe->ring, 0, iosm_pipe_ring_bytes(pipe));
	WRITE_ONCE(shm->heads[pipe->index], 0);
	WRITE_ONCE(shm->tails[pipe->index], 0);
}

static int iosm_pipe_send_close(struct iosm_pipe *pipe)
{
	union iosm_wire_msg entry = {
		.close = {
			.pipe = pipe->index,
			.type = IOSM_MSG_CLOSE_PIPE,
		},
	};
	char what[24];
	int err;

	pipe->closing = true;
	snprintf(what, sizeof(what), "close pipe %u", pipe->index);
	err = iosm_msg_call(pipe->run, &entry, what, &pipe->late);
	/* A modem that refuses to close what it never opened uses nothing. */
	if (err == -EIO && !pipe->confirmed)
		err = 0;
	pipe->closing = err;
	return err;
}

/*
 * After an answer that went wrong the modem may have the pipe open that it refuses to open
 * again and again.
 */
static int iosm_pipe_close_doubted(struct iosm_pipe *pipe)
{
	if (pipe->refusals < IOSM_PIPE_REFUSALS_MAX)
		return 0;
	pipe->refusals = 0;
	return iosm_pipe_send_close(pipe);
}

static int iosm_pipe_send_open(struct iosm_pipe *pipe, u32 accumulation_us)
{
	union iosm_wire_msg entry = {
		.open = {
			.ring = cpu_to_le64(pipe->ring_dma),
			.entries = cpu_to_le16(pipe->entries),
			.pipe = pipe->index,
			.type = IOSM_MSG_OPEN_PIPE,
			.accumulation_us = cpu_to_le32(accumulation_us),
		},
	};
	struct iosm_msg_request *late = NULL;
	char what[24];
	int err;

	snprintf(what, sizeof(what), "open pipe %u", pipe->index);
	err = iosm_msg_call(pipe->run, &entry, what, &late);
	/* Without a request nothing was sent: the modem did not wake up. */
	if (err != -ETIMEDOUT || !late)
		return err;

	/* The modem may still open it. A close behind the open ends that. */
	iosm_msg_put(late);
	iosm_pipe_send_close(pipe);
	return err;
}

/* Wait once more for the answer that did not come in time. */
static int iosm_pipe_await_close(struct iosm_pipe *pipe)
{
	struct iosm_run *run = pipe->run;

	wait_event_timeout(run->wait,
			   iosm_msg_done(pipe->late) || iosm_run_dead(run),
			   msecs_to_jiffies(IOSM_MSG_TIMEOUT_MS));
	if (!iosm_msg_done(pipe->late))
		return iosm_run_dead(run) ? -ENODEV : -ETIMEDOUT;
	pipe->closing = pipe->confirmed &&
			pipe->late->status != IOSM_MSG_SUCCESS;
	iosm_msg_put(pipe->late);
	pipe->late = NULL;
	return 0;
}

/**
 * iosm_pipe_reclaim() - see an unconfirmed close through
 * @pipe: closed pipe
 *
 * A modem that has refused twice to close what it uses is started anew.
 *
 * Context: Process, may sleep up to IOSM_MSG_TIMEOUT_MS, twice; the pipe's owner.
 * Return: 0 when ring and buffers are the host's; otherwise the modem may still use
 * them: -ETIMEDOUT, -ENODEV when the run is dead, or as iosm_msg_call().
 */
int iosm_pipe_reclaim(struct iosm_pipe *pipe)
{
	int err;

	if (!pipe->closing)
		return 0;
	if (pipe->late) {
		err = iosm_pipe_await_close(pipe);
		if (err || !pipe->closing)
			return err;
	}
	err = iosm_pipe_send_close(pipe);
	if (err == -EIO)
		iosm_run_fail(pipe->run, "it refuses to close a pipe");
	return err;
}

/**
 * iosm_pipe_open() - have the modem open the pipe
 * @pipe: closed pipe
 * @entries: descriptors; the same value at every open of a run
 * @accumulation_us: how long the modem may wait for more before it interrupts
 *
 * Context: Process, may sleep; the pipe's owner, with the poll kept away.
 * Return: 0; -ETIMEDOUT, -EIO, -EBUSY, -ENODEV as iosm_msg_call(), also when a
 * close of earlier is still unanswered; -ENOMEM.
 */
int iosm_pipe_open(struct iosm_pipe *pipe, u16 entries, u32 accumulation_us)
{
	int err;

	err = iosm_pipe_reclaim(pipe);
	if (err)
		return err;
	err = iosm_pipe_alloc(pipe, entries);
	if (err)
		return err;
	pipe->confirmed = false;
	err = iosm_pipe_close_doubted(pipe);
	if (err)
		return err;
	iosm_pipe_reset(pipe);
	err = iosm_pipe_send_open(pipe, accumulation_us);
	pipe->open = !err;
	pipe->confirmed = !err;
	pipe->refusals = err == -EIO ? pipe->refusals + 1 : 0;
	return err;
}

/**
 * iosm_pipe_close() - have the modem close the pipe
 * @pipe: open or closed pipe; the poll must not use it any more
 *
 * Context: Process, may sleep; the pipe's owner.
 * Return: 0 when ring and buffers are the host's again. Otherwise the modem may
 * go on using them until it has consumed the close or the run has ended.
 */
int iosm_pipe_close(struct iosm_pipe *pipe)
{
	if (!pipe->open)
		return pipe->closing ? -EBUSY : 0;
	pipe->open = false;
	return iosm_pipe_send_close(pipe);
}

/* Once for each packet: a division costs more than all the rest of it. */
static u32 iosm_pipe_next(const struct iosm_pipe *pipe, u32 index)
{
	return index + 1 < pipe->entries ? index + 1 : 0;
}

/**
 * iosm_pipe_space() - descriptors that can be filled
 * @pipe: open pipe
 *
 * Context: Producer.
 * Return: number of iosm_pipe_put() calls allowed.
 */
unsigned int iosm_pipe_space(const struct iosm_pipe *pipe)
{
	/* Pairs with the release in iosm_pipe_take(): the slot is free. */
	u32 tail = smp_load_acquire(&pipe->dev_tail);
	u32 used = (pipe->host_head + pipe->entries - tail) % pipe->entries;

	return pipe->entries - 1 - used;
}

/**
 * iosm_pipe_put() - fill the next descriptor
 * @pipe: open pipe with space
 * @dma: bus address; the buffer is the modem's until it is taken back
 * @length: bytes, at most IOSM_TD_SIZE_MASK
 * @cookie: handed back by iosm_pipe_take()
 *
 * Context: Producer.
 */
void iosm_pipe_put(struct iosm_pipe *pipe, dma_addr_t dma, u32 length,
		   void *cookie)
{
	struct iosm_pipe_slot *slot = &pipe->slots[pipe->host_head];
	struct iosm_wire_td *td = &pipe->ring[pipe->host_head];

	slot->dma = dma;
	slot->length = length;
	slot->cookie = cookie;

	td->address = cpu_to_le64(dma);
	/* Status 0, which no completed transfer has. */
	td->size_status = cpu_to_le32(length);
	td->following = 0;
	pipe->host_head = iosm_pipe_next(pipe, pipe->host_head);
}

/**
 * iosm_pipe_publish() - show the modem all filled descriptors
 * @pipe: open pipe
 *
 * The doorbell is the caller's to ring.
 *
 * Context: Producer.
 */
void iosm_pipe_publish(struct iosm_pipe *pipe)
{
	/* Pairs with the acquire in iosm_pipe_completed(): slots are filled. */
	smp_store_release(&pipe->published, pipe->host_head);
	/* Descriptors must be in memory before the head that announces them. */
	dma_wmb();
	WRITE_ONCE(pipe->run->shm->heads[pipe->index],
		   cpu_to_le32(pipe->host_head));
}

/**
 * iosm_pipe_completed() - descriptors that can be taken back
 * @pipe: pipe that was opened
 *
 * Reads the modem's tail once. An impossible one marks the pipe broken and ends
 * the run.
 *
 * Context: Consumer.
 * Return: number of iosm_pipe_take() calls allowed.
 */
unsigned int iosm_pipe_completed(struct iosm_pipe *pipe)
{
	u32 tail = le32_to_cpu(READ_ONCE(pipe->run->shm->tails[pipe->index]));
	u32 head, done, sent;

	if (tail == pipe->dev_tail || pipe->broken)
		return 0;
	/* All that follows is as new as the tail: head, status and data. */
	dma_rmb();

	/* Pairs with the release in iosm_pipe_publish(). */
	head = smp_load_acquire(&pipe->published);
	sent = (head + pipe->entries - pipe->dev_tail) % pipe->entries;
	done = (tail + pipe->entries - pipe->dev_tail) % pipe->entries;
	if (tail >= pipe->entries || done > sent) {
		pipe->broken = true;
		iosm_run_violation(pipe->run, pipe->index, tail);
		return 0;
	}
	return done;
}

/**
 * iosm_pipe_peek() - look at the next completed descriptor
 * @pipe: pipe with completed descriptors
 * @slot: out: private copy of the descriptor
 *
 * Context: Consumer.
 * Return: size and status word, read once; meaningless for uplink pipes.
 */
u32 iosm_pipe_peek(const struct iosm_pipe *pipe, struct iosm_pipe_slot *slot)
{
	*slot = pipe->slots[pipe->dev_tail];
	return le32_to_cpu(READ_ONCE(pipe->ring[pipe->dev_tail].size_status));
}

/**
 * iosm_pipe_whole() - is the next completed descriptor a whole message?
 * @pipe: downlink pipe with completed descriptors
 * @word: what iosm_pipe_peek() returned for it
 *
 * Buffers are as large as messages may be, so one that goes on in the next buffer is
 * none that anybody could use; nor is what follows it, up to its end.
 *
 * Context: Consumer.
 * Return: true when it is.
 */
bool iosm_pipe_whole(const struct iosm_pipe *pipe, u32 word)
{
	return !pipe->torn && word >> IOSM_TD_STATUS_SHIFT == IOSM_TD_END;
}

/**
 * iosm_pipe_take_message() - iosm_pipe_take() for a downlink pipe
 * @pipe: downlink pipe with completed descriptors
 * @word: what iosm_pipe_peek() returned for it
 *
 * A descriptor that is as the host left it was not completed: the modem's tail is ahead of
 * the modem, and from here on both would mean different descriptors, without end. So that
 * ends the run.
 *
 * Context: Consumer.
 */
void iosm_pipe_take_message(struct iosm_pipe *pipe, u32 word)
{
	if (word == pipe->slots[pipe->dev_tail].length && !pipe->broken) {
		pipe->broken = true;
		iosm_run_unmade(pipe->run, pipe->index);
	}
	pipe->torn = word >> IOSM_TD_STATUS_SHIFT == IOSM_TD_PARTIAL;
	iosm_pipe_take(pipe);
}

/**
 * iosm_pipe_take() - take back the next completed descriptor
 * @pipe: pipe with completed descriptors
 *
 * Context: Consumer.
 */
void iosm_pipe_take(struct iosm_pipe *pipe)
{
	/* Pairs with the acquire in iosm_pipe_space(). */
	smp_store_release(&pipe->dev_tail, iosm_pipe_next(pipe, pipe->dev_tail));
}
