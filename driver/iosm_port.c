// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control ports. One write is one uplink message, one downlink message is one read
 * (or several, with a small read buffer); nothing is cut or joined here.
 */
#include "iosm_port.h"

#include <linux/dma-mapping.h>

#include "iosm.h"
#include "iosm_run.h"
#include "iosm_trace.h"

/* While a reader is slow, the poll looks whether it has gone on: less and less. */
#define IOSM_PORT_UNREAD_LOOK_MS	20
#define IOSM_PORT_UNREAD_LOOK_MAX_MS	640U

/* Without memory for a message, the poll tries again after this long. */
#define IOSM_PORT_MEMORY_LOOK_MS	100

/* Written data gets this long to leave before a port closes. */
#define IOSM_PORT_DRAIN_MS	500

/**
 * struct iosm_channel - constants of a control channel
 * @name: for people
 * @type: port type of the WWAN core
 * @ul_entries: uplink descriptors
 * @dl_entries: downlink descriptors
 * @message_max: largest message in either direction, bytes
 */
struct iosm_channel {
	const char *name;
	enum wwan_port_type type;
	u16 ul_entries;
	u16 dl_entries;
	u32 message_max;
};

static const struct iosm_channel iosm_channels[IOSM_CHANNELS] = {
#ifndef IOSM_NO_XMMRPC
	[IOSM_CHANNEL_RPC] = {
		.name = "RPC",
		.type = WWAN_PORT_XMMRPC,
		.ul_entries = 16,
		.dl_entries = 8,
		.message_max = 32768,
	},
#endif
	[IOSM_CHANNEL_AT0] = {
		.name = "AT 0",
		.type = WWAN_PORT_AT,
		.ul_entries = 16,
		.dl_entries = 16,
		.message_max = 2048,
	},
	[IOSM_CHANNEL_AT1] = {
		.name = "AT 1",
		.type = WWAN_PORT_AT,
		.ul_entries = 16,
		.dl_entries = 16,
		.message_max = 2048,
	},
	[IOSM_CHANNEL_MBIM] = {
		.name = "MBIM",
		.type = WWAN_PORT_MBIM,
		.ul_entries = 16,
		.dl_entries = 8,
		.message_max = 32768,
	},
};

static struct device *iosm_port_dev(const struct iosm_port *port)
{
	return iosm_device(port->run->iosm);
}

/* Map a message and give it to the modem; the doorbell is the caller's. */
static int iosm_port_post(struct iosm_port *port, struct sk_buff *skb)
{
	dma_addr_t dma;

	lockdep_assert_held(&port->lock);
	dma = dma_map_single(iosm_port_dev(port), skb->data, skb->len,
			     DMA_TO_DEVICE);
	if (dma_mapping_error(iosm_port_dev(port), dma))
		return -ENOMEM;
	trace_iosm_uplink(port->run->iosm, port->ul->index, skb->len);
	iosm_pipe_put(port->ul, dma, skb->len, skb);
	iosm_pipe_publish(port->ul);
	return 0;
}

/* Hold writers back before the ring is full, let them go when it is not. */
static void iosm_port_update_flow(struct iosm_port *port)
{
	bool full = !iosm_pipe_space(port->ul) ||
		    !skb_queue_empty(&port->waiting);

	lockdep_assert_held(&port->lock);
	if (full == port->blocked)
		return;
	port->blocked = full;
	if (full)
		wwan_port_txoff(port->wwan);
	else
		wwan_port_txon(port->wwan);
}

static int iosm_port_send(struct iosm_port *port, struct sk_buff *skb)
{
	int err = 0;

	lockdep_assert_held(&port->lock);
	if (!port->ul_open)
		return -ENODEV;
	if (!iosm_pipe_space(port->ul) || !skb_queue_empty(&port->waiting))
		__skb_queue_tail(&port->waiting, skb);
	else
		err = iosm_port_post(port, skb);
	if (!err)
		iosm_port_update_flow(port);
	return err;
}

static int iosm_port_tx(struct wwan_port *wwan, struct sk_buff *skb)
{
	struct iosm_port *port = wwan_port_get_drvdata(wwan);
	int err;

	if (!READ_ONCE(port->run->online) || iosm_run_dead(port->run))
		return -ENODEV;
	if (skb->len > port->channel->message_max)
		return -EMSGSIZE;
	if (!skb->len) {
		consume_skb(skb);
		return 0;
	}
	if (skb_linearize(skb))
		return -ENOMEM;

	spin_lock_bh(&port->lock);
	err = iosm_port_send(port, skb);
	spin_unlock_bh(&port->lock);
	if (err)
		return err;
	iosm_sleep_ring(port->run, IOSM_HP_UL_CTRL);
	iosm_run_expect(port->run);
	return 0;
}

static void iosm_port_offer(struct iosm_port *port, struct iosm_buffer *buffer)
{
	dma_sync_single_for_device(iosm_port_dev(port), buffer->dma,
				   port->buffers.size, DMA_FROM_DEVICE);
	iosm_pipe_put(port->dl, buffer->dma, port->buffers.size, buffer);
}

static int iosm_port_open_dl(struct iosm_port *port)
{
	const struct iosm_channel *channel = port->channel;
	unsigned int i;
	int err;

	err = iosm_buffers_alloc(&port->buffers, iosm_port_dev(port),
				 channel->dl_entries - 1, channel->message_max,
				 DMA_FROM_DEVICE);
	if (err)
		return err;
	err = iosm_pipe_open(port->dl, channel->dl_entries, 0);
	if (err)
		return err;
	for (i = 0; i < port->buffers.count; i++)
		iosm_port_offer(port, &port->buffers.buffer[i]);
	iosm_pipe_publish(port->dl);
	port->unread_look_ms = IOSM_PORT_UNREAD_LOOK_MS;
	/* Pairs with the acquire in iosm_port_poll_dl(). */
	smp_store_release(&port->dl_open, true);
	iosm_sleep_ring(port->run, IOSM_HP_DL_CTRL_INIT);
	/* A modem that looks at the heads itself may have been faster. */
	iosm_rx_look(port->run->iosm);
	return 0;
}

static int iosm_port_open_ul(struct iosm_port *port)
{
	int err;

	err = iosm_pipe_open(port->ul, port->channel->ul_entries, 0);
	if (err)
		return err;
	spin_lock_bh(&port->lock);
	port->ul_open = true;
	port->blocked = false;
	wwan_port_txon(port->wwan);
	spin_unlock_bh(&port->lock);
	return 0;
}

static bool iosm_port_drained(struct iosm_port *port)
{
	bool drained;

	spin_lock_bh(&port->lock);
	drained = iosm_pipe_space(port->ul) == port->ul->entries - 1 &&
		  skb_queue_empty(&port->waiting);
	spin_unlock_bh(&port->lock);
	return drained || iosm_run_dead(port->run);
}

/* Free what the modem did not consume; it has closed the pipe, or is no more. */
static void iosm_port_free_ul(struct iosm_port *port)
{
	struct iosm_pipe *ul = port->ul;
	struct iosm_pipe_slot slot;

	spin_lock_bh(&port->lock);
	__skb_queue_purge(&port->waiting);
	spin_unlock_bh(&port->lock);
	while (ul->dev_tail != ul->published) {
		iosm_pipe_peek(ul, &slot);
		iosm_pipe_take(ul);
		dma_unmap_single(iosm_port_dev(port), slot.dma, slot.length,
				 DMA_TO_DEVICE);
		kfree_skb(slot.cookie);
	}
}

static void iosm_port_close_ul(struct iosm_port *port)
{
	if (!port->ul_open)
		return;
	wait_event_timeout(port->run->wait, iosm_port_drained(port),
			   msecs_to_jiffies(IOSM_PORT_DRAIN_MS));
	spin_lock_bh(&port->lock);
	port->ul_open = false;
	spin_unlock_bh(&port->lock);
	iosm_rx_sync(port->run->iosm);
	if (!iosm_pipe_close(port->ul))
		iosm_port_free_ul(port);
}

static void iosm_port_look(struct timer_list *timer)
{
	struct iosm_port *port = container_of(timer, struct iosm_port,
					      look);

	napi_schedule(&port->run->iosm->napi);
}

static void iosm_port_forget_unread(struct iosm_port *port)
{
	unsigned int i;

	timer_delete_sync(&port->look);
	for (i = 0; i < IOSM_PORT_UNREAD_MAX; i++) {
		consume_skb(port->unread[i]);
		port->unread[i] = NULL;
	}
	port->unread_oldest = 0;
	port->unread_next = 0;
}

static void iosm_port_close_dl(struct iosm_port *port)
{
	if (!port->dl_open)
		return;
	WRITE_ONCE(port->dl_open, false);
	iosm_rx_sync(port->run->iosm);
	cancel_work_sync(&port->reserve_work);
	iosm_port_forget_unread(port);
	kfree_skb(port->reserve);
	port->reserve = NULL;
	if (!iosm_pipe_close(port->dl))
		iosm_buffers_free(&port->buffers);
}

static int iosm_port_start(struct wwan_port *wwan)
{
	struct iosm_port *port = wwan_port_get_drvdata(wwan);
	int err;

	if (!READ_ONCE(port->run->online) || iosm_run_dead(port->run))
		return -ENODEV;
	/* User space may be here before wwan_create_port() has returned. */
	port->wwan = wwan;

	/* What a close without answer left behind must be the host's again. */
	err = iosm_pipe_reclaim(port->ul);
	if (err)
		return err;
	iosm_port_free_ul(port);
	err = iosm_port_open_ul(port);
	if (err)
		return err;
	err = iosm_port_open_dl(port);
	if (err)
		iosm_port_close_ul(port);
	return err;
}

static void iosm_port_stop(struct wwan_port *wwan)
{
	struct iosm_port *port = wwan_port_get_drvdata(wwan);

	iosm_port_close_ul(port);
	iosm_port_close_dl(port);
}

static const struct wwan_port_ops iosm_port_ops = {
	.start = iosm_port_start,
	.stop = iosm_port_stop,
	.tx = iosm_port_tx,
};

/* Take back consumed messages, send those that waited for room. */
static void iosm_port_poll_ul(struct iosm_port *port)
{
	struct iosm_pipe_slot slot;
	struct sk_buff *skb;
	unsigned int done;
	bool sent = false;

	spin_lock(&port->lock);
	done = port->ul_open ? iosm_pipe_completed(port->ul) : 0;
	if (!port->ul_open || (!done && skb_queue_empty(&port->waiting))) {
		spin_unlock(&port->lock);
		return;
	}
	while (done--) {
		iosm_pipe_peek(port->ul, &slot);
		iosm_pipe_take(port->ul);
		dma_unmap_single(iosm_port_dev(port), slot.dma, slot.length,
				 DMA_TO_DEVICE);
		consume_skb(slot.cookie);
	}
	while (iosm_pipe_space(port->ul) &&
	       (skb = __skb_dequeue(&port->waiting))) {
		if (iosm_port_post(port, skb)) {
			iosm_count(port->run->iosm, IOSM_CNT_PORT_NO_MEMORY);
			__skb_queue_head(&port->waiting, skb);
			mod_timer(&port->look,
				  jiffies + msecs_to_jiffies(IOSM_PORT_MEMORY_LOOK_MS));
			break;
		}
		sent = true;
	}
	iosm_port_update_flow(port);
	spin_unlock(&port->lock);

	if (sent) {
		iosm_sleep_ring(port->run, IOSM_HP_UL_CTRL);
		iosm_run_expect(port->run);
	}
	wake_up_all(&port->run->wait);
}

/* NULL: no memory now; the poll is scheduled again when there is some. */
static struct sk_buff *iosm_port_alloc_skb(struct iosm_port *port, u32 length)
{
	struct sk_buff *skb;

	skb = alloc_skb(length, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		skb = xchg(&port->reserve, NULL);
	if (!skb) {
		iosm_count(port->run->iosm, IOSM_CNT_PORT_NO_MEMORY);
		schedule_work(&port->reserve_work);
	}
	return skb;
}

static void iosm_port_reserve(struct work_struct *work)
{
	struct iosm_port *port =
		container_of(work, struct iosm_port, reserve_work);
	struct sk_buff *skb;

	skb = alloc_skb(port->channel->message_max,
			GFP_KERNEL | __GFP_RETRY_MAYFAIL);
	if (!skb) {
		mod_timer(&port->look,
			  jiffies + msecs_to_jiffies(IOSM_PORT_MEMORY_LOOK_MS));
		return;
	}
	kfree_skb(xchg(&port->reserve, skb));
	iosm_rx_look(port->run->iosm);
}

static bool iosm_port_word_ok(const struct iosm_port *port, u32 word)
{
	return iosm_pipe_whole(port->dl, word) &&
	       (word & IOSM_TD_SIZE_MASK) <= port->channel->message_max;
}

static void iosm_port_forget_read(struct iosm_port *port)
{
	struct sk_buff **slot = &port->unread[port->unread_oldest];

	while (*slot && !skb_shared(*slot)) {
		port->unread_look_ms = IOSM_PORT_UNREAD_LOOK_MS;
		consume_skb(*slot);
		*slot = NULL;
		port->unread_oldest = (port->unread_oldest + 1) %
				      IOSM_PORT_UNREAD_MAX;
		slot = &port->unread[port->unread_oldest];
	}
}

/*
 * The WWAN core queues without limit for a reader that does not read. So keep a
 * reference to each message handed up: it was read when ours is the last one.
 * NULL: the reader has to go on first.
 */
static struct sk_buff **iosm_port_unread_slot(struct iosm_port *port)
{
	struct sk_buff **slot = &port->unread[port->unread_next];

	iosm_port_forget_read(port);
	if (!*slot)
		return slot;
	mod_timer(&port->look, jiffies + msecs_to_jiffies(port->unread_look_ms));
	port->unread_look_ms = min(port->unread_look_ms * 2,
				   IOSM_PORT_UNREAD_LOOK_MAX_MS);
	return NULL;
}

static void iosm_port_hand_up(struct iosm_port *port, struct sk_buff *skb,
			      struct sk_buff **slot)
{
	*slot = skb_get(skb);
	port->unread_next = (port->unread_next + 1) % IOSM_PORT_UNREAD_MAX;
	wwan_port_rx(port->wwan, skb);
}

/*
 * Hand one message up. False: the message stays where it is, for want of memory or
 * of a reader, and the poll comes back when there is some.
 */
static bool iosm_port_receive(struct iosm_port *port)
{
	struct iosm_pipe_slot slot;
	u32 word = iosm_pipe_peek(port->dl, &slot);
	u32 length = word & IOSM_TD_SIZE_MASK;
	struct iosm_buffer *buffer = slot.cookie;
	struct sk_buff **unread;
	struct sk_buff *skb = NULL;

	unread = iosm_port_unread_slot(port);
	if (!unread)
		return false;
	trace_iosm_downlink(port->run->iosm, port->dl->index, length);
	if (!length || !iosm_port_word_ok(port, word)) {
		iosm_count(port->run->iosm, IOSM_CNT_PORT_BAD_MESSAGE);
		dev_err_ratelimited(iosm_port_dev(port),
				    "%s: message dropped (%u bytes, status %u)\n",
				    port->channel->name, length,
				    word >> IOSM_TD_STATUS_SHIFT);
	} else {
		skb = iosm_port_alloc_skb(port, length);
		if (!skb)
			return false;
		dma_sync_single_for_cpu(iosm_port_dev(port), buffer->dma,
					port->buffers.size, DMA_FROM_DEVICE);
		skb_put_data(skb, buffer->data, length);
	}

	iosm_pipe_take_message(port->dl, word);
	iosm_port_offer(port, buffer);
	if (skb)
		iosm_port_hand_up(port, skb, unread);
	return true;
}

static void iosm_port_poll_dl(struct iosm_port *port)
{
	unsigned int done;
	bool refilled = false;

	/* Pairs with the release in iosm_port_open_dl(): the pipe is ready. */
	if (!smp_load_acquire(&port->dl_open))
		return;
	done = iosm_pipe_completed(port->dl);
	/* What the tail of a broken pipe says is wrong. */
	while (done-- && !port->dl->broken && iosm_port_receive(port))
		refilled = true;
	if (!refilled)
		return;
	iosm_pipe_publish(port->dl);
	iosm_sleep_ring(port->run, IOSM_HP_DL_CTRL_REFILL);
}

/**
 * iosm_ports_poll() - serve the rings of all control ports
 * @run: run
 *
 * Context: Softirq, NAPI poll only.
 */
void iosm_ports_poll(struct iosm_run *run)
{
	unsigned int i;

	if (!READ_ONCE(run->online))
		return;
	for (i = 0; i < IOSM_CHANNELS; i++) {
		if (!run->ports[i].channel)
			continue;
		iosm_port_poll_ul(&run->ports[i]);
		iosm_port_poll_dl(&run->ports[i]);
	}
}

/**
 * iosm_ports_init() - prepare the ports of the model
 * @run: run
 *
 * Context: Process.
 */
void iosm_ports_init(struct iosm_run *run)
{
	struct iosm_port *port;
	unsigned int i;

	for (i = 0; i < IOSM_CHANNELS; i++) {
		port = &run->ports[i];
		port->run = run;
		port->ul = &run->pipes[IOSM_PIPE_UL(i)];
		port->dl = &run->pipes[IOSM_PIPE_DL(i)];
		spin_lock_init(&port->lock);
		skb_queue_head_init(&port->waiting);
		INIT_WORK(&port->reserve_work, iosm_port_reserve);
		timer_setup(&port->look, iosm_port_look, 0);
		if (test_bit(i, &run->iosm->model->channels) &&
		    iosm_channels[i].name)
			port->channel = &iosm_channels[i];
	}
}

/**
 * iosm_ports_create() - make the character devices
 * @run: running run
 *
 * Context: Life worker, may sleep.
 * Return: 0; an errno of the WWAN core, and no port exists.
 */
int iosm_ports_create(struct iosm_run *run)
{
	struct iosm_port *port;
	struct wwan_port *wwan;
	unsigned int i;

	for (i = 0; i < IOSM_CHANNELS; i++) {
		port = &run->ports[i];
		if (!port->channel)
			continue;
		wwan = wwan_create_port(iosm_port_dev(port),
					port->channel->type, &iosm_port_ops,
					NULL, port);
		if (IS_ERR(wwan)) {
			dev_err(iosm_port_dev(port), "%s: no port (%pe)\n",
				port->channel->name, wwan);
			iosm_ports_remove(run);
			return PTR_ERR(wwan);
		}
		port->wwan = wwan;
	}
	return 0;
}

/**
 * iosm_ports_remove() - remove the character devices
 * @run: run; nothing is done if it has none
 *
 * Open ports are closed first; their readers see a hang-up.
 *
 * Context: Life worker, may sleep.
 */
void iosm_ports_remove(struct iosm_run *run)
{
	unsigned int i;

	for (i = 0; i < IOSM_CHANNELS; i++) {
		if (!run->ports[i].wwan)
			continue;
		wwan_remove_port(run->ports[i].wwan);
		run->ports[i].wwan = NULL;
	}
}

/**
 * iosm_ports_destroy() - free what unanswered closes left behind
 * @run: run without ports; the modem does not touch memory any more
 *
 * Context: Life worker, may sleep.
 */
void iosm_ports_destroy(struct iosm_run *run)
{
	struct iosm_port *port;
	unsigned int i;

	for (i = 0; i < IOSM_CHANNELS; i++) {
		port = &run->ports[i];
		timer_shutdown_sync(&port->look);
		if (!port->channel)
			continue;
		iosm_port_free_ul(port);
		iosm_buffers_free(&port->buffers);
	}
}
