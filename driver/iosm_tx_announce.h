/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Uplink: telling the modem of blocks, as the files of the uplink see it.
 */
#ifndef IOSM_TX_ANNOUNCE_H
#define IOSM_TX_ANNOUNCE_H

#include "iosm_run.h"

/**
 * iosm_tx_busy() - has the modem something to take?
 * @tx: open uplink
 *
 * Asked for each packet.
 *
 * Context: Transmit lock held.
 * Return: true when something was announced that it will complete.
 */
static inline bool iosm_tx_busy(const struct iosm_tx *tx)
{
	return tx->pipe->published != READ_ONCE(tx->pipe->dev_tail);
}

/**
 * iosm_tx_held() - has a session to wait until the modem takes something?
 * @tx: open uplink
 *
 * Context: Transmit lock held.
 * Return: true when there was no room for one, or a queue was stopped lest there be none.
 */
static inline bool iosm_tx_held(const struct iosm_tx *tx)
{
	return tx->turns.queueing || tx->paused;
}

void iosm_tx_announce(struct iosm_run *run, bool urgent);
void iosm_tx_announce_init(struct iosm_tx *tx);
void iosm_tx_announce_stop(struct iosm_tx *tx);

#endif /* IOSM_TX_ANNOUNCE_H */
