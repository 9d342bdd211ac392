// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uplink: when the modem is told of blocks.
 *
 * When nothing is on its way, the open block goes out at the end of a burst; while
 * the modem is busy, packets gather in it until it is full, a session has to wait for
 * the modem, or that has taken all others: latency when idle, large blocks under load.
 *
 * Doorbells are paced (iosm_pace.h), and the flush timer keeps that time.
 */
#include "iosm_tx_announce.h"

#include <linux/hrtimer.h>
#include <linux/ktime.h>

#include "iosm.h"
#include "iosm_run.h"
#include "iosm_tx_blocks.h"

static void iosm_tx_flush_at(struct iosm_tx *tx, u64 due)
{
	if (hrtimer_is_queued(&tx->flush) && tx->flush_at <= due)
		return;
	tx->flush_at = due;
	hrtimer_start(&tx->flush, ns_to_ktime(due), HRTIMER_MODE_ABS_SOFT);
}

/**
 * iosm_tx_announce() - hand everything over and ring
 * @run: run with an open uplink
 * @urgent: at once; otherwise when the doorbell is due
 *
 * A busy modem learns of finished blocks before it runs dry, while the open one grows;
 * of that as well when a session has to wait, or it would run dry of what it knows.
 *
 * Context: Softirq or process; BH disabled, transmit lock held.
 */
void iosm_tx_announce(struct iosm_run *run, bool urgent)
{
	struct iosm_tx *tx = &run->tx;
	bool held = iosm_tx_held(tx);
	u64 now, due;
	bool busy;

	lockdep_assert_held(&tx->lock);
	if (!tx->current_block && !tx->unrung)
		return;
	now = ktime_get_ns();
	busy = iosm_tx_busy(tx);
	due = iosm_pace_due(&tx->pace, busy, tx->unrung || held);
	if (!urgent && due > now) {
		iosm_tx_flush_at(tx, due);
		return;
	}
	if (urgent || !busy || !tx->unrung || held)
		iosm_tx_finish_block(run);
	tx->unrung = false;
	iosm_pace_rang(&tx->pace, now);
	if (!busy)
		tx->took_at = now;
	iosm_pipe_publish(tx->pipe);
	iosm_sleep_ring(run, IOSM_HP_UL_DATA);
	iosm_run_expect(run);
	if (tx->current_block)
		iosm_tx_flush_at(tx, now + IOSM_PACE_BUSY_NS);
}

/**
 * iosm_tx_hand_over() - announce whatever waits for a better moment
 * @run: run
 *
 * Context: Softirq, NAPI poll only.
 */
void iosm_tx_hand_over(struct iosm_run *run)
{
	struct iosm_tx *tx = &run->tx;

	spin_lock(&tx->lock);
	if (tx->open)
		iosm_tx_announce(run, true);
	spin_unlock(&tx->lock);
}

static enum hrtimer_restart iosm_tx_flush(struct hrtimer *timer)
{
	struct iosm_tx *tx = container_of(timer, struct iosm_tx, flush);
	struct iosm_run *run = container_of(tx, struct iosm_run, tx);

	spin_lock(&tx->lock);
	if (tx->open)
		iosm_tx_announce(run, false);
	spin_unlock(&tx->lock);
	return HRTIMER_NORESTART;
}

/**
 * iosm_tx_announce_init() - nothing waits to be announced
 * @tx: closed uplink
 *
 * Context: Process.
 */
void iosm_tx_announce_init(struct iosm_tx *tx)
{
	hrtimer_setup(&tx->flush, iosm_tx_flush, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
}

/**
 * iosm_tx_announce_stop() - nothing is announced any more
 * @tx: uplink that was closed: nobody starts the timer again
 *
 * Context: Process, may sleep.
 */
void iosm_tx_announce_stop(struct iosm_tx *tx)
{
	hrtimer_cancel(&tx->flush);
}
