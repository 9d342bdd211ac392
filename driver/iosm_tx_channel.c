// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uplink of the IP channel beside its packets: open, close, commands.
 */
#include "iosm_tx.h"

#include <linux/spinlock.h>

#include "iosm.h"
#include "iosm_run.h"
#include "iosm_trace.h"
#include "iosm_tx_announce.h"
#include "iosm_tx_blocks.h"

/**
 * iosm_tx_init() - prepare a closed uplink
 * @run: run
 *
 * Context: Process.
 */
void iosm_tx_init(struct iosm_run *run)
{
	struct iosm_tx *tx = &run->tx;

	spin_lock_init(&tx->lock);
	tx->pipe = &run->pipes[IOSM_PIPE_UL(IOSM_CHANNEL_IP)];
	iosm_tx_announce_init(tx);
}

/**
 * iosm_tx_open() - open the uplink pipe
 * @run: run
 *
 * Context: Session worker, may sleep.
 * Return: 0 or an errno as iosm_pipe_open().
 */
int iosm_tx_open(struct iosm_run *run)
{
	struct iosm_tx *tx = &run->tx;
	unsigned int i;
	int err;

	err = iosm_tx_alloc_blocks(run);
	if (err)
		return err;
	err = iosm_pipe_open(tx->pipe,
			     run->aggregation ? IOSM_TX_AGGR_ENTRIES :
						IOSM_TX_LITE_ENTRIES,
			     IOSM_TX_ACCUMULATION_US);
	if (err)
		return err;

	spin_lock_bh(&tx->lock);
	iosm_tx_fill_pool(tx);
	iosm_window_init(&tx->window);
	iosm_turns_clear(&tx->turns);
	tx->paused = 0;
	for (i = 0; i < IOSM_MUX_SESSIONS; i++)
		run->mux.sessions[i].waiting = 0;
	tx->open = true;
	spin_unlock_bh(&tx->lock);
	return 0;
}

/**
 * iosm_tx_close() - close the uplink pipe
 * @run: run; nothing is done if it is closed
 *
 * Context: Session worker or life worker, may sleep.
 */
void iosm_tx_close(struct iosm_run *run)
{
	struct iosm_tx *tx = &run->tx;

	spin_lock_bh(&tx->lock);
	tx->open = false;
	tx->unrung = false;
	tx->current_block = NULL;
	spin_unlock_bh(&tx->lock);

	iosm_tx_announce_stop(tx);
	iosm_rx_sync(run->iosm);
	if (!iosm_pipe_close(tx->pipe))
		iosm_tx_destroy(run);
}

/**
 * iosm_tx_command() - send a command or an answer
 * @run: run
 * @command: what to send
 *
 * Goes behind everything that was encoded before, and at once.
 *
 * Context: BH disabled; transmit lock held.
 * Return: 0; -ENOTCONN when the channel is closed; -ENOBUFS when the modem does
 * not consume the commands sent before.
 */
int iosm_tx_command(struct iosm_run *run,
		    const struct iosm_mux_uplink_command *command)
{
	struct iosm_tx *tx = &run->tx;
	struct iosm_tx_block *block;
	u32 length;

	lockdep_assert_held(&tx->lock);
	if (!tx->open)
		return -ENOTCONN;
	block = iosm_tx_take_command(tx);
	if (!block)
		return -ENOBUFS;

	trace_iosm_mux_send(run->iosm, command->session, command->type,
			    command->transaction);
	iosm_tx_finish_block(run);
	if (run->aggregation)
		length = iosm_mux_command_aggregated(block->data,
						     tx->command_sequence++,
						     command);
	else
		length = iosm_mux_command_lite(block->data, command);
	iosm_tx_post(run, block, length);
	iosm_count(run->iosm, IOSM_CNT_UL_COMMANDS);
	iosm_tx_announce(run, true);
	return 0;
}
