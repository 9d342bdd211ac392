// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uplink: what the modem has taken.
 *
 * Its blocks are free again, byte queue limits hear of its packets, and its speed is
 * learnt: what is in a block can't be overtaken any more. So the slower a modem takes
 * blocks, the smaller they are, and the less may wait for it (iosm_window.h).
 */
#include "iosm_tx.h"

#include <linux/bitops.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>

#include "iosm_run.h"
#include "iosm_tx_announce.h"
#include "iosm_tx_blocks.h"

/**
 * struct iosm_tx_done - what has left the host since the last time
 * @waiting: bytes of all packets
 * @sessions: one bit for each session of those
 * @packets: by session
 * @bytes: by session
 */
struct iosm_tx_done {
	u32 waiting;
	u32 sessions;
	u32 packets[IOSM_MUX_SESSIONS];
	u32 bytes[IOSM_MUX_SESSIONS];
};

/* Of each session, for who asks whether others have something on its way. */
static void iosm_tx_count_taken(struct iosm_run *run, const struct iosm_tx_done *done)
{
	struct iosm_session *session;
	u32 left;

	lockdep_assert_held(&run->tx.lock);
	for (left = done->sessions; left; left &= left - 1) {
		session = &run->mux.sessions[__ffs(left)];
		session->waiting -= min(done->bytes[session->id], session->waiting);
	}
}

/* The modem has consumed a block. */
static void iosm_tx_complete(struct iosm_tx *tx, struct iosm_tx_block *block,
			     struct iosm_tx_done *done)
{
	unsigned int i;
	u32 left;

	done->waiting += block->waiting;
	done->sessions |= block->sessions;
	for (left = block->sessions; left; left &= left - 1) {
		i = __ffs(left);
		done->packets[i] += block->packets[i];
		done->bytes[i] += block->bytes[i];
	}
	iosm_tx_free_block(tx, block);
}

/*
 * Byte queue limits see by what completes at once whether the modem had run dry: they
 * never grow when they are told block by block.
 */
static void iosm_tx_tell_limits(struct iosm_run *run,
				const struct iosm_tx_done *done)
{
	struct net_device *netdev;
	unsigned int i;
	u32 left;

	for (left = done->sessions; left; left &= left - 1) {
		i = __ffs(left);
		if (!done->packets[i])
			continue;
		netdev = rcu_dereference_protected(run->mux.sessions[i].netdev,
						   lockdep_is_held(&run->tx.lock));
		if (netdev)
			netdev_completed_queue(netdev, done->packets[i],
					       done->bytes[i]);
	}
}

/* The modem took @bytes of packets since the last time, or since it was rung out of a pause. */
static void iosm_tx_learn(struct iosm_tx *tx, u32 bytes)
{
	u64 now = ktime_get_ns();
	u64 elapsed_us = div_u64(now - tx->took_at, NSEC_PER_USEC);

	lockdep_assert_held(&tx->lock);
	tx->took_at = now;
	iosm_window_take(&tx->window, bytes, min_t(u64, elapsed_us, U32_MAX),
			 !iosm_tx_busy(tx));
}

/**
 * iosm_tx_poll() - take back what the modem has consumed, send what waits
 * @run: run
 *
 * Context: Softirq, NAPI poll only.
 */
void iosm_tx_poll(struct iosm_run *run)
{
	struct iosm_tx *tx = &run->tx;
	struct iosm_tx_done done = {};
	struct iosm_pipe_slot slot;
	unsigned int blocks, i;

	spin_lock(&tx->lock);
	blocks = tx->open ? iosm_pipe_completed(tx->pipe) : 0;
	for (i = 0; i < blocks; i++) {
		iosm_pipe_peek(tx->pipe, &slot);
		iosm_pipe_take(tx->pipe);
		iosm_tx_complete(tx, slot.cookie, &done);
	}
	if (blocks) {
		iosm_tx_tell_limits(run, &done);
		iosm_tx_count_taken(run, &done);
		iosm_tx_learn(tx, done.waiting);
		iosm_tx_restart(run);
	}
	spin_unlock(&tx->lock);
}

/**
 * iosm_tx_forget_session() - no packet belongs to the session's device any more
 * @run: run
 * @id: session
 *
 * Blocks on their way keep the packets but no longer account for them.
 *
 * Context: Process; transmit lock held.
 */
void iosm_tx_forget_session(struct iosm_run *run, u8 id)
{
	struct iosm_tx *tx = &run->tx;
	unsigned int i;

	lockdep_assert_held(&tx->lock);
	iosm_turns_leave(&tx->turns, id);
	tx->paused &= ~BIT(id);
	run->mux.sessions[id].waiting = 0;
	for (i = 0; i < IOSM_TX_MAX_BLOCKS; i++) {
		tx->blocks[i].packets[id] = 0;
		tx->blocks[i].bytes[id] = 0;
	}
}
