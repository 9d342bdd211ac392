/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Uplink blocks, as the files of the uplink see them.
 */
#ifndef IOSM_TX_BLOCKS_H
#define IOSM_TX_BLOCKS_H

#include <linux/lockdep.h>

#include "iosm_run.h"

/**
 * iosm_tx_block_size() - size of a data block
 * @run: running run
 *
 * Asked for each packet.
 *
 * Context: Any.
 * Return: bytes.
 */
static inline u32 iosm_tx_block_size(const struct iosm_run *run)
{
	return run->aggregation ? IOSM_TX_AGGR_SIZE : IOSM_TX_LITE_SIZE;
}

/**
 * iosm_tx_take_block() - take a free data block
 * @tx: uplink
 *
 * Lite takes one for each packet.
 *
 * Context: Transmit lock held.
 * Return: block; NULL when none is free.
 */
static inline struct iosm_tx_block *iosm_tx_take_block(struct iosm_tx *tx)
{
	lockdep_assert_held(&tx->lock);
	return tx->free_block_count ? tx->free_blocks[--tx->free_block_count] :
				      NULL;
}

struct iosm_tx_block *iosm_tx_take_command(struct iosm_tx *tx);
void iosm_tx_post(struct iosm_run *run, struct iosm_tx_block *block, u32 length);
void iosm_tx_finish_block(struct iosm_run *run);
void iosm_tx_free_block(struct iosm_tx *tx, struct iosm_tx_block *block);
void iosm_tx_fill_pool(struct iosm_tx *tx);
int iosm_tx_alloc_blocks(struct iosm_run *run);

#endif /* IOSM_TX_BLOCKS_H */
