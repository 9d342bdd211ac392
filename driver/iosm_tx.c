// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uplink of the IP channel: here packets are sent.
 *
 *   iosm_tx_xmit() -> iosm_tx_send() -> iosm_tx_send_one() or _segments()
 *		    -> iosm_tx_announce() -> iosm_sleep_ring()
 *
 * Packets are encoded where the stack hands them over, straight into a block that
 * the modem will read (iosm_tx_blocks.c). The stack says which packet is the last one
 * for now; then the modem is told, if it is time to (iosm_tx_announce.c).
 *
 * A packet that can't be sent now - no room, no credits, the modem said stop - is
 * parked in its session and the session's queue stopped. Whatever ends the reason
 * calls iosm_tx_restart(). Sessions share the room by bytes (iosm_turns.h). Of one that
 * has the modem for itself the queue is stopped before a packet has to be parked.
 */
#include "iosm_tx.h"

#include <linux/bitops.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>

#include "iosm.h"
#include "iosm_gso.h"
#include "iosm_netdev.h"
#include "iosm_run.h"
#include "iosm_trace.h"
#include "iosm_tx_announce.h"
#include "iosm_tx_blocks.h"

/**
 * struct iosm_tx_place - where a packet goes
 * @block: block with room for it
 * @offset: of the packet in the block
 */
struct iosm_tx_place {
	struct iosm_tx_block *block;
	u32 offset;
};

/**
 * iosm_tx_max_mtu() - largest packet that always fits into a block
 * @run: running run
 *
 * Context: Any.
 * Return: bytes.
 */
unsigned int iosm_tx_max_mtu(const struct iosm_run *run)
{
	return iosm_tx_block_size(run) -
	       (run->aggregation ? IOSM_MUX_AGGR_OVERHEAD :
				   IOSM_MUX_LITE_OVERHEAD);
}

/**
 * iosm_tx_counts_credits() - do packets wait for credits of the modem?
 * @run: running run
 *
 * They do in Lite; credits do not bind aggregation.
 *
 * Context: Any.
 * Return: true when they do.
 */
bool iosm_tx_counts_credits(const struct iosm_run *run)
{
	return run->credits && !run->aggregation;
}

/* Copy a packet and compute its checksum on the way, as skb_checksum_help() does. */
static void iosm_tx_copy(const struct sk_buff *skb, void *to)
{
	__sum16 sum;
	int start;

	if (skb->ip_summed != CHECKSUM_PARTIAL) {
		skb_copy_bits(skb, 0, to, skb->len);
		return;
	}
	start = skb_checksum_start_offset(skb);
	skb_copy_bits(skb, 0, to, start);
	sum = csum_fold(skb_copy_and_csum_bits(skb, start, to + start,
					       skb->len - start));
	/* 0 would mean "no checksum" to UDP. */
	sum = sum ?: CSUM_MANGLED_0;
	/* The modem's head padding may be odd. */
	memcpy(to + start + skb->csum_offset, &sum, sizeof(sum));
}

/* Most bytes of a block that a datagram takes. */
static u32 iosm_tx_cost(u32 length)
{
	return length + IOSM_MUX_AGGR_OVERHEAD;
}

/* @train: bytes of blocks that this packet and what belongs to it will take */
static bool iosm_tx_place_aggr(struct iosm_session *session, u32 length,
			       u32 train, u8 service_class,
			       struct iosm_tx_place *place)
{
	struct iosm_run *run = session->run;
	struct iosm_tx *tx = &run->tx;
	u32 pad = session->ul_head_pad;
	u32 size;

	if (tx->current_block &&
	    !iosm_mux_block_fits(&tx->layout, session->id, pad, length))
		iosm_tx_finish_block(run);

	if (!tx->current_block) {
		if (!tx->free_block_count)
			return false;
		size = iosm_window_block(&tx->window, iosm_tx_cost(length), train,
					 tx->free_block_count);
		tx->current_block = iosm_tx_take_block(tx);
		iosm_mux_block_begin(&tx->layout, tx->current_block->data,
				     min(size, IOSM_TX_AGGR_SIZE));
	}
	place->block = tx->current_block;
	place->offset = iosm_mux_block_add(&tx->layout, session->id, pad,
					   length, service_class);
	return true;
}

static bool iosm_tx_place_lite(struct iosm_session *session, u32 length,
			       u8 service_class, struct iosm_tx_place *place)
{
	place->block = iosm_tx_take_block(&session->run->tx);
	if (!place->block)
		return false;
	place->offset = iosm_mux_lite_begin(place->block->data, session->id,
					    session->ul_head_pad, length,
					    service_class);
	return true;
}

/* Find room for a packet; false: there is none. */
static bool iosm_tx_place(struct iosm_session *session, u32 length, u32 train,
			  u8 service_class, struct iosm_tx_place *place)
{
	lockdep_assert_held(&session->run->tx.lock);
	return session->run->aggregation ?
		iosm_tx_place_aggr(session, length, train, service_class,
				   place) :
		iosm_tx_place_lite(session, length, service_class, place);
}

/* The packet stands at its place: account for it, post what is complete. */
static void iosm_tx_placed(struct iosm_session *session,
			   const struct iosm_tx_place *place, u32 length,
			   struct net_device *netdev)
{
	struct iosm_tx_block *block = place->block;
	struct iosm_run *run = session->run;

	block->sessions |= BIT(session->id);
	block->packets[session->id]++;
	block->bytes[session->id] += length;
	block->waiting += length;
	session->waiting += length;
	run->tx.window.waiting += length;
	if (run->credits)
		session->credits -= length;
	netdev_sent_queue(netdev, length);
	iosm_netdev_count_tx(netdev, length);
	if (!run->aggregation)
		iosm_tx_post(run, block, place->offset + length);
}

static bool iosm_tx_has_credits(const struct iosm_session *session, u32 length)
{
	return !iosm_tx_counts_credits(session->run) ||
	       session->credits >= length;
}

static bool iosm_tx_send_one(struct iosm_session *session,
			     const struct sk_buff *skb,
			     struct net_device *netdev)
{
	struct iosm_tx_place place;

	if (!iosm_tx_place(session, skb->len, iosm_tx_cost(skb->len),
			   skb->priority, &place))
		return false;
	iosm_tx_copy(skb, place.block->data + place.offset);
	iosm_tx_placed(session, &place, skb->len, netdev);
	return true;
}

/* A large packet goes as a whole or not yet: is there room for all of it? */
static bool iosm_tx_has_room(const struct iosm_tx *tx, const struct iosm_gso *gso,
			     bool aggregation)
{
	u32 segments = iosm_gso_segments(gso);
	u32 per_block = 1;

	if (aggregation)
		per_block = clamp_t(u32, IOSM_TX_AGGR_SIZE /
					 iosm_tx_cost(gso->headers + gso->size),
				    1, IOSM_MUX_BLOCK_DATAGRAMS);
	return tx->free_block_count >= DIV_ROUND_UP(segments, per_block);
}

static bool iosm_tx_send_segments(struct iosm_session *session,
				  const struct sk_buff *skb,
				  struct net_device *netdev)
{
	struct iosm_run *run = session->run;
	struct iosm_tx_place place;
	struct iosm_gso gso;
	u32 length, train;

	if (!iosm_gso_begin(&gso, skb) ||
	    !iosm_tx_has_room(&run->tx, &gso, run->aggregation))
		return false;
	train = iosm_gso_segments(&gso) *
		iosm_tx_cost(gso.headers + gso.size);
	while ((length = iosm_gso_next_length(&gso)) &&
	       iosm_tx_place(session, length, train, skb->priority, &place)) {
		iosm_gso_next(&gso, place.block->data + place.offset);
		iosm_tx_placed(session, &place, length, netdev);
		train -= iosm_tx_cost(gso.headers + gso.size);
	}
	return true;
}

/* Encode one packet; false: not now. The packet stays the caller's. */
static bool iosm_tx_send(struct iosm_session *session, struct sk_buff *skb,
			 struct net_device *netdev)
{
	struct iosm_tx *tx = &session->run->tx;
	bool sent;

	lockdep_assert_held(&tx->lock);
	iosm_turns_try(&tx->turns, session->id);
	if (session->flow_stopped || !iosm_tx_has_credits(session, skb->len))
		return false;
	sent = iosm_window_admits(&tx->window, skb->len) &&
	       (skb_is_gso(skb) ? iosm_tx_send_segments(session, skb, netdev) :
				  iosm_tx_send_one(session, skb, netdev));
	if (!sent) {
		iosm_turns_wait(&tx->turns, session->id);
		return false;
	}
	iosm_turns_sent(&tx->turns, session->id, skb->len);
	trace_iosm_packet_send(session->run->iosm, session->id, skb->len);
	skb_tx_timestamp(skb);
	return true;
}

/* Tell a Lite modem how much waits for its credits. */
static void iosm_tx_report_level(struct iosm_session *session, u32 waiting)
{
	struct iosm_run *run = session->run;
	struct iosm_tx_block *block;

	if (run->aggregation || session->level_told ||
	    iosm_tx_has_credits(session, waiting))
		return;
	block = iosm_tx_take_command(&run->tx);
	if (!block)
		return;
	session->level_told = true;
	iosm_tx_post(run, block,
		     iosm_mux_lite_level(block->data, session->id, waiting));
}

static void iosm_tx_park(struct iosm_session *session, struct sk_buff *skb,
			 struct net_device *netdev)
{
	lockdep_assert_held(&session->run->tx.lock);
	trace_iosm_packet_park(session->run->iosm, session->id, skb->len);
	session->parked = skb;
	session->run->tx.paused &= ~BIT(session->id);
	netif_stop_queue(netdev);
	iosm_tx_report_level(session, skb->len);
}

/* A raw socket may ask for a checksum wherever it likes. */
static bool iosm_tx_checksum_ok(const struct sk_buff *skb)
{
	int start;

	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return true;
	start = skb_checksum_start_offset(skb);
	return start >= 0 && start <= skb_headlen(skb) &&
	       start + skb->csum_offset + sizeof(__sum16) <= skb->len;
}

/* Largest datagram that the packet makes; no limit is kept by what makes none. */
static u32 iosm_tx_datagram_max(const struct sk_buff *skb)
{
	struct iosm_gso gso;

	if (!skb_is_gso(skb))
		return skb->len;
	return iosm_gso_begin(&gso, skb) ? iosm_gso_next_length(&gso) : U32_MAX;
}

/* A packet socket sends what it likes under any protocol. */
static bool iosm_tx_is_ip(const struct sk_buff *skb)
{
	u8 buffer;
	const u8 *first = skb_header_pointer(skb, 0, sizeof(buffer), &buffer);

	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return first && *first >> 4 == 4 &&
		       skb->len >= sizeof(struct iphdr);
	case htons(ETH_P_IPV6):
		return first && *first >> 4 == 6 &&
		       skb->len >= sizeof(struct ipv6hdr);
	default:
		return false;
	}
}

/* Drop what no modem could make sense of, before it takes room in a block. */
static bool iosm_tx_acceptable(struct iosm_run *run, struct sk_buff *skb)
{
	if (!iosm_tx_is_ip(skb) || !iosm_tx_checksum_ok(skb)) {
		iosm_count(run->iosm, IOSM_CNT_UL_DROP_NOT_IP);
		return false;
	}
	if (iosm_tx_datagram_max(skb) > iosm_tx_max_mtu(run)) {
		iosm_count(run->iosm, IOSM_CNT_UL_DROP_OVERSIZE);
		return false;
	}
	return true;
}

/*
 * No more can be sent before the modem takes something, and it may not know of what
 * there is.
 */
static bool iosm_tx_starved(const struct iosm_tx *tx)
{
	return (tx->unrung && !tx->free_block_count) ||
	       (iosm_tx_held(tx) && !iosm_tx_busy(tx));
}

static void iosm_tx_go_on(struct iosm_run *run)
{
	struct iosm_tx *tx = &run->tx;
	struct net_device *netdev;
	u32 left = tx->paused;

	lockdep_assert_held(&tx->lock);
	tx->paused = 0;
	for (; left; left &= left - 1) {
		netdev = rcu_dereference_protected(run->mux.sessions[__ffs(left)].netdev,
						   lockdep_is_held(&tx->lock));
		if (netdev)
			netif_wake_queue(netdev);
	}
}

/*
 * Stop the queue of a session that has the modem for itself before its next packet would be
 * parked: in the queueing discipline a better one can overtake it. Where several compete
 * it is parked packets that tell whose turn it is, so nobody stays paused; one does as soon as
 * anything of it waits, or has its queue stopped for byte queue limits and would not be seen.
 */
static void iosm_tx_pause(struct iosm_session *session, struct net_device *netdev)
{
	struct iosm_tx *tx = &session->run->tx;

	lockdep_assert_held(&tx->lock);
	if (tx->paused) {
		iosm_tx_go_on(session->run);
		return;
	}
	if (session->waiting != tx->window.waiting ||
	    iosm_turns_shared(&tx->turns, session->id) ||
	    !iosm_window_stops(&tx->window))
		return;
	tx->paused = BIT(session->id);
	netif_stop_queue(netdev);
}

/**
 * iosm_tx_xmit() - send one packet
 * @skb: packet; consumed unless NETDEV_TX_BUSY is returned
 * @netdev: network device of a session
 *
 * Context: BH disabled, queue lock of @netdev held.
 * Return: NETDEV_TX_OK; NETDEV_TX_BUSY only when somebody ignores the stopped
 * queue.
 */
netdev_tx_t iosm_tx_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct netdev_queue *queue = netdev_get_tx_queue(netdev, 0);
	struct iosm_session *session = iosm_netdev_session(netdev);
	struct iosm_run *run = session->run;
	struct iosm_tx *tx = &run->tx;
	bool more = netdev_xmit_more();
	bool drop = false, sent = false;

	spin_lock(&tx->lock);
	if (session->parked) {
		spin_unlock(&tx->lock);
		return NETDEV_TX_BUSY;
	}
	if (!tx->open || !session->open || session->renew) {
		iosm_count(run->iosm, IOSM_CNT_UL_DROP_NO_SESSION);
		drop = true;
	} else if (!iosm_tx_acceptable(run, skb)) {
		drop = true;
	} else {
		sent = iosm_turns_may_send(&tx->turns, session->id,
					   iosm_tx_busy(tx)) &&
		       iosm_tx_send(session, skb, netdev);
		if (sent)
			iosm_tx_pause(session, netdev);
		else
			iosm_tx_park(session, skb, netdev);
	}
	/* A deferred doorbell must not outlive the burst that deferred it. */
	if (tx->open && (!more || netif_xmit_stopped(queue)))
		iosm_tx_announce(run, iosm_tx_starved(tx));
	spin_unlock(&tx->lock);

	if (drop) {
		iosm_netdev_count_tx_drop(netdev);
		dev_kfree_skb_any(skb);
	} else if (sent) {
		dev_consume_skb_any(skb);
	}
	return NETDEV_TX_OK;
}

/* Send the parked packet and let the stack go on. */
static void iosm_tx_resume_session(struct iosm_session *session)
{
	struct iosm_tx *tx = &session->run->tx;
	struct net_device *netdev;
	struct sk_buff *skb = session->parked;

	netdev = rcu_dereference_protected(session->netdev,
					   lockdep_is_held(&tx->lock));
	if (!netdev)
		return;
	if (!iosm_tx_send(session, skb, netdev)) {
		/* A grant may have been too small. */
		iosm_tx_report_level(session, skb->len);
		return;
	}
	session->parked = NULL;
	/* Whose packet it was may have more, and must find the lock free. */
	dev_consume_skb_irq(skb);
	netif_wake_queue(netdev);
}

/* Sessions whose queue waits, one bit each. */
static u32 iosm_tx_parked(const struct iosm_run *run)
{
	u32 parked = 0;
	unsigned int i;

	for (i = 0; i < IOSM_MUX_SESSIONS; i++) {
		if (run->mux.sessions[i].parked)
			parked |= BIT(i);
	}
	return parked;
}

/**
 * iosm_tx_restart() - let waiting sessions send
 * @run: run
 *
 * By turns: all get the same share of what the modem takes, in bytes.
 *
 * Context: Softirq; transmit lock held.
 */
void iosm_tx_restart(struct iosm_run *run)
{
	struct iosm_tx *tx = &run->tx;
	struct iosm_session *session;
	u32 left = iosm_tx_parked(run);
	unsigned int id;

	lockdep_assert_held(&tx->lock);
	if (!tx->open)
		return;
	iosm_turns_begin(&tx->turns);
	for (; left; left &= ~BIT(id)) {
		id = iosm_turns_next(&tx->turns, left);
		session = &run->mux.sessions[id];
		iosm_tx_resume_session(session);
		if (!session->parked || iosm_turns_waits(&tx->turns, id))
			iosm_turns_contend(&tx->turns, id);
		/* Those behind it would take the room that it waits for. */
		if (iosm_turns_waits(&tx->turns, id))
			break;
	}
	if (tx->turns.queueing || tx->turns.contending ||
	    iosm_window_goes(&tx->window))
		iosm_tx_go_on(run);
	iosm_tx_announce(run, iosm_tx_starved(tx));
}

/**
 * iosm_tx_flow_stop() - the modem wants no more of a session
 * @session: session
 *
 * What was encoded already is handed over at once.
 *
 * Context: Softirq; transmit lock held.
 */
void iosm_tx_flow_stop(struct iosm_session *session)
{
	struct iosm_run *run = session->run;

	lockdep_assert_held(&run->tx.lock);
	session->flow_stopped = true;
	if (run->tx.open)
		iosm_tx_announce(run, true);
}

/**
 * iosm_tx_flow_go() - the modem wants a session to go on
 * @session: session
 *
 * Context: Softirq; transmit lock held.
 */
void iosm_tx_flow_go(struct iosm_session *session)
{
	lockdep_assert_held(&session->run->tx.lock);
	session->flow_stopped = false;
	iosm_tx_restart(session->run);
}
