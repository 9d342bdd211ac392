/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Uplink of the IP channel.
 */
#ifndef IOSM_TX_H
#define IOSM_TX_H

#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>

#include "iosm_buffers.h"
#include "iosm_mux_encode.h"
#include "iosm_pace.h"
#include "iosm_turns.h"
#include "iosm_window.h"
#include "iosm_wire.h"

struct iosm_run;
struct iosm_session;
struct iosm_pipe;

/* Blocks for data and, apart from them, for commands and reports. */
#define IOSM_TX_AGGR_BLOCKS	16
#define IOSM_TX_AGGR_SIZE	16384U
#define IOSM_TX_LITE_BLOCKS	128
#define IOSM_TX_LITE_SIZE	2048
#define IOSM_TX_COMMANDS	32
#define IOSM_TX_MAX_BLOCKS	IOSM_TX_LITE_BLOCKS

/* Completions may wait so long for each other: nobody waits for them. */
#define IOSM_TX_ACCUMULATION_US	1250

#define IOSM_TX_AGGR_ENTRIES	(IOSM_TX_AGGR_BLOCKS + IOSM_TX_COMMANDS + 1)
#define IOSM_TX_LITE_ENTRIES	(IOSM_TX_LITE_BLOCKS + IOSM_TX_COMMANDS + 1)

/**
 * struct iosm_tx_block - one uplink block, free or on its way
 * @data: what the CPU sees
 * @dma: what the modem sees
 * @command: a command or a report, from the pool of those
 * @waiting: bytes of packets, for the window
 * @sessions: one bit for each session with packets
 * @packets: by session, for byte queue limits
 * @bytes: by session, for byte queue limits
 */
struct iosm_tx_block {
	void *data;
	dma_addr_t dma;
	bool command;
	u32 waiting;
	u32 sessions;
	u16 packets[IOSM_MUX_SESSIONS];
	u32 bytes[IOSM_MUX_SESSIONS];
};

/**
 * struct iosm_tx - uplink of the IP channel
 * @lock: protects all members and the transmit side of all sessions
 * @pipe: uplink pipe
 * @open: the pipe is open
 * @unrung: something was published that no doorbell has announced
 * @data_sequence: of the next data block
 * @command_sequence: of the next command block
 * @window: bounds what waits for the modem
 * @turns: who sends next when there is too little room
 * @paused: sessions, one bit each, whose queue is stopped with nothing parked
 * @current_block: block under construction, or NULL
 * @layout: of @current_block
 * @took_at: when the modem last took a block, or was rung out of a pause; ns
 * @pace: when to ring
 * @flush: announces what waits when its doorbell is due
 * @flush_at: when @flush expires; ns
 * @data_buffers: memory of the data blocks
 * @command_buffers: memory of the command blocks
 * @blocks: all data blocks
 * @commands: all command blocks
 * @free_blocks: stack of free data blocks
 * @free_commands: stack of free command blocks
 * @free_block_count: height of @free_blocks
 * @free_command_count: height of @free_commands
 */
struct iosm_tx {
	spinlock_t lock; /* transmitters, the poll, the flush timer, the session worker */
	struct iosm_pipe *pipe;
	bool open;
	bool unrung;
	u16 data_sequence;
	u16 command_sequence;
	struct iosm_window window;
	struct iosm_turns turns;
	u32 paused;
	struct iosm_tx_block *current_block;
	struct iosm_mux_block layout;
	u64 took_at;
	struct iosm_pace pace;
	struct hrtimer flush;
	u64 flush_at;
	struct iosm_buffers data_buffers;
	struct iosm_buffers command_buffers;
	struct iosm_tx_block blocks[IOSM_TX_MAX_BLOCKS];
	struct iosm_tx_block commands[IOSM_TX_COMMANDS];
	struct iosm_tx_block *free_blocks[IOSM_TX_MAX_BLOCKS];
	struct iosm_tx_block *free_commands[IOSM_TX_COMMANDS];
	unsigned int free_block_count;
	unsigned int free_command_count;
};

/* Packets: iosm_tx.c */
netdev_tx_t iosm_tx_xmit(struct sk_buff *skb, struct net_device *netdev);
unsigned int iosm_tx_max_mtu(const struct iosm_run *run);
bool iosm_tx_counts_credits(const struct iosm_run *run);
void iosm_tx_restart(struct iosm_run *run);
void iosm_tx_flow_stop(struct iosm_session *session);
void iosm_tx_flow_go(struct iosm_session *session);

/* The channel: iosm_tx_channel.c */
void iosm_tx_init(struct iosm_run *run);
int iosm_tx_open(struct iosm_run *run);
void iosm_tx_close(struct iosm_run *run);
int iosm_tx_command(struct iosm_run *run,
		    const struct iosm_mux_uplink_command *command);

/* What the modem has taken: iosm_tx_complete.c */
void iosm_tx_poll(struct iosm_run *run);
void iosm_tx_forget_session(struct iosm_run *run, u8 id);

/* Announcing: iosm_tx_announce.c */
void iosm_tx_hand_over(struct iosm_run *run);

/* Blocks: iosm_tx_blocks.c */
void iosm_tx_destroy(struct iosm_run *run);

#endif /* IOSM_TX_H */
