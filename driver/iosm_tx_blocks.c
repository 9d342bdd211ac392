// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uplink blocks: the pool, and the way of a block through it.
 *
 * A data block is free; then open, while packets are encoded into it (iosm_tx.c); then
 * finished and the modem's, until that has taken it and it is free again. Blocks of
 * commands and reports have a pool of their own: no data can take what those need.
 */
#include "iosm_tx_blocks.h"

#include <linux/bitops.h>
#include <linux/dma-mapping.h>
#include <linux/if_ether.h>

#include "iosm.h"
#include "iosm_run.h"
#include "iosm_trace.h"

#define IOSM_TX_COMMAND_SIZE	128

static_assert(IOSM_TX_COMMAND_SIZE >= IOSM_MUX_COMMAND_MAX);

static unsigned int iosm_tx_block_count(const struct iosm_run *run)
{
	return run->aggregation ? IOSM_TX_AGGR_BLOCKS : IOSM_TX_LITE_BLOCKS;
}

/**
 * iosm_tx_take_command() - take a free block for a command or a report
 * @tx: uplink
 *
 * Context: Transmit lock held.
 * Return: block; NULL when the modem does not consume those sent before.
 */
struct iosm_tx_block *iosm_tx_take_command(struct iosm_tx *tx)
{
	lockdep_assert_held(&tx->lock);
	return tx->free_command_count ?
		tx->free_commands[--tx->free_command_count] : NULL;
}

/**
 * iosm_tx_post() - hand a finished block to the modem
 * @run: run
 * @block: block that was taken
 * @length: bytes of it
 *
 * iosm_tx_announce() shows it.
 *
 * Context: Transmit lock held.
 */
void iosm_tx_post(struct iosm_run *run, struct iosm_tx_block *block, u32 length)
{
	struct iosm_tx *tx = &run->tx;

	lockdep_assert_held(&tx->lock);
	dma_sync_single_for_device(iosm_device(run->iosm), block->dma, length,
				   DMA_TO_DEVICE);
	trace_iosm_uplink(run->iosm, tx->pipe->index, length);
	iosm_pipe_put(tx->pipe, block->dma, length, block);
	tx->unrung = true;
	iosm_count(run->iosm, IOSM_CNT_UL_BLOCKS);
}

/**
 * iosm_tx_finish_block() - finish the open block, if any, and hand it to the modem
 * @run: run
 *
 * Context: Transmit lock held.
 */
void iosm_tx_finish_block(struct iosm_run *run)
{
	struct iosm_tx *tx = &run->tx;
	struct iosm_tx_block *block = tx->current_block;
	struct iosm_session *session;
	u32 level[IOSM_MUX_SESSIONS];
	unsigned int i;

	lockdep_assert_held(&tx->lock);
	if (!block)
		return;

	/* What the driver holds back is the queue, and at least a packet where it stopped that. */
	for (i = 0; i < IOSM_MUX_SESSIONS; i++) {
		session = &run->mux.sessions[i];
		level[i] = tx->paused & BIT(i) ? ETH_DATA_LEN : 0;
		if (session->parked)
			level[i] = session->parked->len;
	}
	tx->current_block = NULL;
	iosm_tx_post(run, block,
		     iosm_mux_block_finish(&tx->layout, tx->data_sequence++,
					   level));
}

/**
 * iosm_tx_free_block() - the block is the host's again
 * @tx: uplink
 * @block: what the modem has consumed
 *
 * Context: Transmit lock held.
 */
void iosm_tx_free_block(struct iosm_tx *tx, struct iosm_tx_block *block)
{
	u32 left;

	lockdep_assert_held(&tx->lock);
	for (left = block->sessions; left; left &= left - 1) {
		block->packets[__ffs(left)] = 0;
		block->bytes[__ffs(left)] = 0;
	}
	block->sessions = 0;
	block->waiting = 0;
	if (block->command)
		tx->free_commands[tx->free_command_count++] = block;
	else
		tx->free_blocks[tx->free_block_count++] = block;
}

/**
 * iosm_tx_fill_pool() - all blocks are free
 * @tx: uplink with memory for them, and its pipe opened anew
 *
 * Context: Transmit lock held.
 */
void iosm_tx_fill_pool(struct iosm_tx *tx)
{
	unsigned int i;

	lockdep_assert_held(&tx->lock);
	tx->free_block_count = 0;
	tx->free_command_count = 0;
	for (i = 0; i < tx->data_buffers.count; i++) {
		tx->blocks[i].data = tx->data_buffers.buffer[i].data;
		tx->blocks[i].dma = tx->data_buffers.buffer[i].dma;
		iosm_tx_free_block(tx, &tx->blocks[i]);
	}
	for (i = 0; i < tx->command_buffers.count; i++) {
		tx->commands[i].data = tx->command_buffers.buffer[i].data;
		tx->commands[i].dma = tx->command_buffers.buffer[i].dma;
		tx->commands[i].command = true;
		iosm_tx_free_block(tx, &tx->commands[i]);
	}
}

/**
 * iosm_tx_alloc_blocks() - memory for all blocks
 * @run: run; nothing is done if it has that already
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int iosm_tx_alloc_blocks(struct iosm_run *run)
{
	struct device *dev = iosm_device(run->iosm);
	struct iosm_tx *tx = &run->tx;
	int err;

	err = iosm_buffers_alloc(&tx->data_buffers, dev,
				 iosm_tx_block_count(run),
				 iosm_tx_block_size(run), DMA_TO_DEVICE);
	if (err)
		return err;
	return iosm_buffers_alloc(&tx->command_buffers, dev, IOSM_TX_COMMANDS,
				  IOSM_TX_COMMAND_SIZE, DMA_TO_DEVICE);
}

/**
 * iosm_tx_destroy() - free the blocks
 * @run: run; the modem does not touch the blocks any more
 *
 * Context: Process.
 */
void iosm_tx_destroy(struct iosm_run *run)
{
	iosm_buffers_free(&run->tx.data_buffers);
	iosm_buffers_free(&run->tx.command_buffers);
}
