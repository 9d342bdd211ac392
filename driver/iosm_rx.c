// SPDX-License-Identifier: GPL-2.0-only
/*
 * The NAPI poll: here packets are received.
 *
 *   iosm_rx_poll() -> iosm_rx_data() -> iosm_rx_block() -> iosm_rx_deliver()
 *	-> napi_gro_receive()
 *
 * One interrupt, one poll: it takes message completions, control messages, uplink
 * completions and downlink blocks, and looks at the device info last. Packets are
 * copied out of the block, so a block goes back to the modem at once, nothing is
 * pinned by a slow reader, and the stack never sees memory that the modem can
 * still write.
 */
#include "iosm_rx.h"

#include <linux/dma-mapping.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/checksum.h>

#include "iosm.h"
#include "iosm_netdev.h"
#include "iosm_run.h"
#include "iosm_trace.h"

#define IOSM_RX_AGGR_ENTRIES	64
#define IOSM_RX_AGGR_SIZE	16384
#define IOSM_RX_LITE_ENTRIES	512
#define IOSM_RX_LITE_SIZE	2048

/* Interrupts of a modem that has more all the time may come this much later. */
#define IOSM_RX_ACCUMULATION_US	1250

/* Up to here a packet gets a small buffer: half a kilobyte with what is around it. */
#define IOSM_RX_SMALL		128
#define IOSM_RX_SMALL_HEAD	(SKB_DATA_ALIGN(NET_SKB_PAD + IOSM_RX_SMALL) + \
				 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

static struct iosm_pipe *iosm_rx_pipe(struct iosm_run *run)
{
	return &run->pipes[IOSM_PIPE_DL(IOSM_CHANNEL_IP)];
}

static __be16 iosm_rx_protocol(const struct sk_buff *skb)
{
	switch (skb->data[0] >> 4) {
	case 4:
		return htons(ETH_P_IP);
	case 6:
		return htons(ETH_P_IPV6);
	default:
		return 0;
	}
}

/*
 * What a packet weighs in a socket's queue is its buffer, and the stack's own for small
 * packets have 704 bytes, or a kilobyte in older kernels: much for a voice sample, and
 * a burst of them is lost for want of socket memory.
 */
static struct sk_buff *iosm_rx_small_skb(void)
{
	struct sk_buff *skb;
	void *head;

	head = kmalloc(IOSM_RX_SMALL_HEAD, GFP_ATOMIC | __GFP_NOWARN);
	if (!head)
		return NULL;
	skb = slab_build_skb(head);
	if (!skb) {
		kfree(head);
		return NULL;
	}
	skb_reserve(skb, NET_SKB_PAD);
	return skb;
}

static struct sk_buff *iosm_rx_alloc_skb(struct iosm_dev *iosm, u32 length)
{
	return length > IOSM_RX_SMALL ? napi_alloc_skb(&iosm->napi, length) :
					iosm_rx_small_skb();
}

/* Hand one packet up. A drop costs this packet only. */
static void iosm_rx_deliver(struct iosm_run *run,
			    const struct iosm_mux_datagram *datagram)
{
	struct iosm_session *session = &run->mux.sessions[datagram->session];
	struct iosm_dev *iosm = run->iosm;
	struct net_device *netdev;
	struct sk_buff *skb;

	netdev = rcu_dereference(session->netdev);
	if (!netdev || !READ_ONCE(session->receives)) {
		iosm_count(iosm, IOSM_CNT_DL_DROP_NO_SESSION);
		return;
	}

	skb = iosm_rx_alloc_skb(iosm, datagram->length);
	if (!skb) {
		iosm_count(iosm, IOSM_CNT_DL_DROP_NO_MEMORY);
		iosm_netdev_count_rx_drop(netdev);
		return;
	}
	/* Summed while it is copied: nobody has to go through it again for that. */
	skb->csum = csum_partial_copy_nocheck(run->rx.block->data + datagram->offset,
					      skb_put(skb, datagram->length),
					      datagram->length);
	skb->ip_summed = CHECKSUM_COMPLETE;
	skb->protocol = iosm_rx_protocol(skb);
	if (!skb->protocol) {
		iosm_count(iosm, IOSM_CNT_DL_DROP_NOT_IP);
		iosm_netdev_count_rx_drop(netdev);
		kfree_skb(skb);
		return;
	}
	trace_iosm_packet_receive(iosm, session->id, skb->len);
	skb->dev = netdev;
	skb->priority = datagram->service_class;
	skb_reset_mac_header(skb);
	iosm_netdev_count_rx(netdev, skb->len);
	napi_gro_receive(&iosm->napi, skb);
}

/* Give a buffer back to the modem. */
static void iosm_rx_repost(struct iosm_run *run, struct iosm_buffer *buffer)
{
	struct iosm_rx *rx = &run->rx;

	dma_sync_single_for_device(iosm_device(run->iosm), buffer->dma,
				   rx->buffers.size, DMA_FROM_DEVICE);
	iosm_pipe_put(iosm_rx_pipe(run), buffer->dma, rx->buffers.size, buffer);
	rx->unrung++;
}

/* Returns the number of commands. */
static int iosm_rx_commands(struct iosm_run *run, const void *block, u32 length)
{
	struct iosm_mux_downlink_command command;
	struct iosm_mux_command_iter iter;
	enum iosm_mux_step step;
	int commands = 0;

	if (!iosm_mux_command_start(&iter, block, length)) {
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_COMMAND);
		return 0;
	}
	while ((step = iosm_mux_command_next(&iter, &command)) ==
	       IOSM_MUX_STEP_ITEM) {
		iosm_session_command(run, &command);
		commands++;
	}
	if (step != IOSM_MUX_STEP_END)
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_COMMAND);
	return commands;
}

static void iosm_rx_credits(struct iosm_run *run, const void *block, u32 length)
{
	u32 credits;
	u8 session;

	if (iosm_mux_credits(block, length, &session, &credits))
		iosm_session_grant(run, session, credits);
	else
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_COMMAND);
}

/* True when the block is data: it stays open as run->rx.block. */
static bool iosm_rx_sort(struct iosm_run *run, struct iosm_buffer *buffer,
			 u32 length, int *work)
{
	struct iosm_rx *rx = &run->rx;

	iosm_count(run->iosm, IOSM_CNT_DL_BLOCKS);
	switch (iosm_mux_kind(buffer->data, length)) {
	case IOSM_MUX_KIND_DATA:
		if (iosm_mux_data_start(&rx->iter, buffer->data, length)) {
			rx->block = buffer;
			return true;
		}
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_BLOCK);
		break;
	case IOSM_MUX_KIND_COMMAND:
		*work += iosm_rx_commands(run, buffer->data, length);
		break;
	case IOSM_MUX_KIND_CREDITS:
		iosm_rx_credits(run, buffer->data, length);
		break;
	case IOSM_MUX_KIND_UNKNOWN:
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_BLOCK);
		break;
	}
	return false;
}

/* Take the next completed buffer; its size and status are read once. */
static void iosm_rx_next_buffer(struct iosm_run *run, int *work)
{
	struct iosm_pipe_slot slot;
	struct iosm_buffer *buffer;
	u32 word, length;
	bool whole;

	word = iosm_pipe_peek(iosm_rx_pipe(run), &slot);
	whole = iosm_pipe_whole(iosm_rx_pipe(run), word);
	iosm_pipe_take_message(iosm_rx_pipe(run), word);
	(*work)++;
	buffer = slot.cookie;
	length = word & IOSM_TD_SIZE_MASK;
	trace_iosm_downlink(run->iosm, iosm_rx_pipe(run)->index, length);
	dma_sync_single_for_cpu(iosm_device(run->iosm), buffer->dma,
				run->rx.buffers.size, DMA_FROM_DEVICE);

	if (!whole || length > slot.length)
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_STATUS);
	else if (iosm_rx_sort(run, buffer, length, work))
		return;
	iosm_rx_repost(run, buffer);
}

/* Take datagrams out of the open block; true: the block is done. */
static bool iosm_rx_block(struct iosm_run *run, int budget, int *work)
{
	struct iosm_mux_datagram datagram;

	while (*work < budget) {
		switch (iosm_mux_data_next(&run->rx.iter, &datagram)) {
		case IOSM_MUX_STEP_ITEM:
			iosm_rx_deliver(run, &datagram);
			break;
		case IOSM_MUX_STEP_BAD_DATAGRAM:
			iosm_count(run->iosm, IOSM_CNT_DL_BAD_DATAGRAM);
			break;
		case IOSM_MUX_STEP_BAD_TABLE:
			iosm_count(run->iosm, IOSM_CNT_DL_BAD_TABLE);
			break;
		case IOSM_MUX_STEP_BAD_BLOCK:
			iosm_count(run->iosm, IOSM_CNT_DL_BAD_BLOCK);
			return true;
		case IOSM_MUX_STEP_END:
			return true;
		}
		(*work)++;
	}
	return false;
}

/*
 * Announce the refill. The modem looks at the head whenever it is short of
 * buffers or is told of something else, so it is enough to tell it before
 * half of the ring is unannounced.
 */
static void iosm_rx_refill(struct iosm_run *run)
{
	struct iosm_rx *rx = &run->rx;

	if (!rx->unrung)
		return;
	iosm_pipe_publish(iosm_rx_pipe(run));
	if (rx->unrung < iosm_rx_pipe(run)->entries / 2)
		return;
	rx->unrung = 0;
	iosm_sleep_ring(run, IOSM_HP_DL_REFILL);
}

static int iosm_rx_data(struct iosm_run *run, int budget)
{
	struct iosm_rx *rx = &run->rx;
	unsigned int completed;
	int work = 0;

	/* Pairs with the release in iosm_rx_open(): the pipe is ready. */
	if (!smp_load_acquire(&rx->open))
		return 0;

	completed = iosm_pipe_completed(iosm_rx_pipe(run));
	while (work < budget) {
		if (!rx->block) {
			/* What the tail of a broken pipe says is wrong. */
			if (!completed-- || iosm_rx_pipe(run)->broken)
				break;
			iosm_rx_next_buffer(run, &work);
			continue;
		}
		if (iosm_rx_block(run, budget, &work)) {
			iosm_rx_repost(run, rx->block);
			rx->block = NULL;
		}
	}
	iosm_rx_refill(run);
	return min(work, budget);
}

/* A modem that does not run any more is the life worker's business. */
static void iosm_rx_device_info(struct iosm_run *run)
{
	const struct iosm_wire_device_info *info = &run->shm->info;
	u32 sleep;

	if (!READ_ONCE(run->online) || iosm_run_dead(run))
		return;
	if (le32_to_cpu(READ_ONCE(info->stage)) != IOSM_STAGE_RUN ||
	    le32_to_cpu(READ_ONCE(info->ipc_status)) != IOSM_IPC_RUNNING) {
		iosm_life_kick(run->iosm);
		return;
	}
	sleep = le32_to_cpu(READ_ONCE(info->sleep));
	/* What waits for a doorbell goes before the modem does. */
	if (sleep == IOSM_DEVICE_WANTS_SLEEP)
		iosm_tx_hand_over(run);
	iosm_sleep_notified(run, sleep);
}

/**
 * iosm_rx_poll() - serve all rings
 * @napi: of the device
 * @budget: most datagrams and blocks to handle
 *
 * Context: Softirq.
 * Return: datagrams and blocks handled.
 */
int iosm_rx_poll(struct napi_struct *napi, int budget)
{
	struct iosm_dev *iosm = container_of(napi, struct iosm_dev, napi);
	struct iosm_run *run = iosm->run;
	int work;

	/* Resume looks at everything again. */
	if (READ_ONCE(run->suspended)) {
		napi_complete_done(napi, 0);
		return 0;
	}
	rcu_read_lock();
	iosm_msg_poll(run);
	iosm_ports_poll(run);
	iosm_tx_poll(run);
	work = iosm_rx_data(run, budget);
	iosm_rx_device_info(run);
	rcu_read_unlock();

	if (work < budget)
		napi_complete_done(napi, work);
	return work;
}

/**
 * iosm_rx_look() - have the poll look at all rings
 * @iosm: device with a run
 *
 * Context: Process.
 */
void iosm_rx_look(struct iosm_dev *iosm)
{
	local_bh_disable();
	napi_schedule(&iosm->napi);
	local_bh_enable();
}

/**
 * iosm_rx_sync() - wait until the poll has seen what the caller wrote
 * @iosm: device with a run
 *
 * When it returns, a poll that may not have seen it is over, and no packet of that
 * poll is held back by GRO any more.
 *
 * Context: Process, may sleep.
 */
void iosm_rx_sync(struct iosm_dev *iosm)
{
	mutex_lock(&iosm->napi_lock);
	napi_disable(&iosm->napi);
	napi_enable(&iosm->napi);
	mutex_unlock(&iosm->napi_lock);

	/* An interrupt in between found the poll disabled. */
	iosm_rx_look(iosm);
}

/**
 * iosm_rx_catch_up() - take everything that the modem has said so far
 * @iosm: device with a run
 *
 * For who is about to judge that it said nothing: an interrupt may be lost, or the
 * poll late.
 *
 * Context: Process, may sleep.
 */
void iosm_rx_catch_up(struct iosm_dev *iosm)
{
	iosm_rx_look(iosm);
	iosm_rx_sync(iosm);
}

/**
 * iosm_rx_open() - open the downlink pipe and offer all buffers
 * @run: run
 *
 * Context: Session worker, may sleep.
 * Return: 0 or an errno as iosm_pipe_open().
 */
int iosm_rx_open(struct iosm_run *run)
{
	struct iosm_pipe *pipe = iosm_rx_pipe(run);
	struct iosm_rx *rx = &run->rx;
	u16 entries = IOSM_RX_LITE_ENTRIES;
	u32 size = IOSM_RX_LITE_SIZE;
	unsigned int i;
	int err;

	if (run->aggregation) {
		entries = IOSM_RX_AGGR_ENTRIES;
		size = IOSM_RX_AGGR_SIZE;
	}
	err = iosm_buffers_alloc(&rx->buffers, iosm_device(run->iosm),
				 entries - 1, size, DMA_FROM_DEVICE);
	if (err)
		return err;
	err = iosm_pipe_open(pipe, entries, IOSM_RX_ACCUMULATION_US);
	if (err)
		return err;

	for (i = 0; i < rx->buffers.count; i++)
		iosm_rx_repost(run, &rx->buffers.buffer[i]);
	iosm_pipe_publish(pipe);
	rx->unrung = 0;
	/* Pairs with the acquire in iosm_rx_data(). */
	smp_store_release(&rx->open, true);
	iosm_sleep_ring(run, IOSM_HP_DL_DATA_INIT);
	/* A modem that looks at the heads itself may have been faster. */
	iosm_rx_look(run->iosm);
	return 0;
}

/**
 * iosm_rx_close() - close the downlink pipe
 * @run: run; nothing is done if it is closed
 *
 * Context: Session worker or life worker, may sleep.
 */
void iosm_rx_close(struct iosm_run *run)
{
	struct iosm_rx *rx = &run->rx;

	WRITE_ONCE(rx->open, false);
	iosm_rx_sync(run->iosm);
	rx->block = NULL;
	if (!iosm_pipe_close(iosm_rx_pipe(run)))
		iosm_rx_destroy(run);
}

/**
 * iosm_rx_destroy() - free the buffers
 * @run: run; the modem does not touch the buffers any more
 *
 * Context: Process.
 */
void iosm_rx_destroy(struct iosm_run *run)
{
	iosm_buffers_free(&run->rx.buffers);
}
