// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Downlink: one bounded queue a session, and when what is sent.
 *
 * Commands go at once and before all data. Packets that arrive in one round of the loop
 * are sent together at its end: a lone packet does not wait, a burst shares a block.
 * While the host offers no buffer they gather, and the block becomes larger.
 */
#include <errno.h>
#include <string.h>

#include "mux_internal.h"
#include "record.h"

/* Packets of one session in a row in the Lite dialect. */
#define LITE_BURST	16u

static void count_sent(struct mux_session *session)
{
	session->counters.downlink_packets++;
	session->counters.downlink_bytes += session->queue.first->len;
	mux_queue_pop(&session->queue);
}

static void drop_oversize(struct mux_session *session)
{
	session->counters.downlink_drops_oversize++;
	record_event(session->mux->config.record, "mux", "downlink_oversize",
		     "\"session\":%u,\"bytes\":%zu", session->id, session->queue.first->len);
	mux_queue_pop(&session->queue);
}

static struct mux_encode_entry entry_of(const struct mux_session *session,
					const struct mux_message *message)
{
	return (struct mux_encode_entry){
		.session = session->id,
		.padding = session->dl_padding,
		.hint = session->ip_hints && message->data[0] >> 4 == 6,
		.packet = message->data,
		.len = message->len,
	};
}

static bool apply_poke(struct mux *mux, size_t len)
{
	const struct mux_poke *poke = &mux->poke;

	if (!poke->len || poke->offset > len || poke->len > len - poke->offset)
		return false;
	memcpy(mux->block + poke->offset, poke->data, poke->len);
	return true;
}

/* mux->block holds @len bytes of data. */
static int send_block(struct mux *mux, size_t len, unsigned int packets)
{
	bool poked = apply_poke(mux, len);
	int result = channel_send(mux->channel, mux->block, len);

	if (result == -EAGAIN)
		mux->blocked = true;
	if (result)
		return result;
	if (poked) {
		record_event(mux->config.record, "fault", "dl_poke", "\"offset\":%zu",
			     mux->poke.offset);
		mux->poke.len = 0;
	}
	record_event(mux->config.record, "mux", "downlink_block", "\"bytes\":%zu,\"packets\":%u",
		     len, packets);
	return 0;
}

/* What the host's next buffer holds; the dialect's usual size while none is offered. */
static size_t capacity(const struct mux *mux)
{
	size_t size = channel_buffer_size(mux->channel);

	if (!size)
		size = mux->config.aggregation ? MUX_AGGREGATION_BLOCK_MAX : MUX_LITE_BLOCK_MAX;
	return size < MUX_ENCODE_MAX ? size : MUX_ENCODE_MAX;
}

/* Take one packet a session in turn until no first packet fits. */
static void plan_block(struct mux *mux, unsigned int taken[IOSM_MUX_SESSIONS])
{
	const struct mux_message *next[IOSM_MUX_SESSIONS];
	bool more = true;

	mux_encode_plan_start(&mux->plan, capacity(mux));
	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++)
		next[i] = mux->sessions[i].queue.first;
	while (more) {
		more = false;
		for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++) {
			unsigned int id = (mux->turn + i) % IOSM_MUX_SESSIONS;
			struct mux_encode_entry entry;

			if (!next[id])
				continue;
			entry = entry_of(&mux->sessions[id], next[id]);
			if (!mux_encode_plan_add(&mux->plan, &entry)) {
				next[id] = NULL;
				continue;
			}
			next[id] = next[id]->next;
			taken[id]++;
			more = true;
		}
	}
}

/* Packets at the head of a queue that not even an empty block would hold. */
static bool drop_unfit(struct mux *mux)
{
	size_t room = capacity(mux);
	bool dropped = false;

	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++) {
		struct mux_session *session = &mux->sessions[i];
		const struct mux_message *first = session->queue.first;

		if (!first)
			continue;
		if (session->dl_padding + first->len <= UINT16_MAX &&
		    mux_encode_data_block_size(session->dl_padding, first->len) <= room)
			continue;
		drop_oversize(session);
		dropped = true;
	}
	return dropped;
}

/* The session that was served first is the last one next time. */
static void pass_turn(struct mux *mux, unsigned int id)
{
	mux->turn = (id + 1) % IOSM_MUX_SESSIONS;
}

static void count_block(struct mux *mux, const unsigned int taken[IOSM_MUX_SESSIONS])
{
	unsigned int first = mux->turn;

	while (!taken[first])
		first = (first + 1) % IOSM_MUX_SESSIONS;
	pass_turn(mux, first);
	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++)
		for (unsigned int n = taken[i]; n; n--)
			count_sent(&mux->sessions[i]);
}

/* Returns whether there may be more to do. */
static bool send_aggregated(struct mux *mux)
{
	unsigned int taken[IOSM_MUX_SESSIONS] = { 0 };
	size_t len;
	int result;

	plan_block(mux, taken);
	if (!mux->plan.count)
		return drop_unfit(mux);
	len = mux_encode_data_block(&mux->plan, mux->block, mux->data_sequence, mux->tables_last);
	result = send_block(mux, len, mux->plan.count);
	/* The buffer that turned up is smaller than the usual one: plan again for it. */
	if (result == -EMSGSIZE)
		return channel_buffer_size(mux->channel) &&
		       channel_buffer_size(mux->channel) < len;
	if (result)
		return false;
	mux->data_sequence++;
	count_block(mux, taken);
	return true;
}

/* One packet. Returns what channel_send() did; too large a packet is dropped. */
static int send_lite_packet(struct mux_session *session, unsigned int next_count)
{
	struct mux *mux = session->mux;
	struct mux_encode_entry entry = entry_of(session, session->queue.first);
	size_t len = mux_encode_lite_datagram_size(entry.padding, entry.len);
	int result = -EMSGSIZE;

	if (len <= capacity(mux)) {
		mux_encode_lite_datagram(mux->block, &entry, (uint8_t)next_count);
		result = send_block(mux, len, 1);
	}
	if (!result)
		count_sent(session);
	else if (result == -EMSGSIZE)
		drop_oversize(session);
	return result;
}

/* Returns whether the host still takes packets. */
static bool send_lite_burst(struct mux_session *session)
{
	size_t burst = session->queue.messages;

	if (burst > LITE_BURST)
		burst = LITE_BURST;
	while (burst--) {
		int result = send_lite_packet(session, (unsigned int)burst);

		if (result && result != -EMSGSIZE)
			return false;
		pass_turn(session->mux, session->id);
	}
	return true;
}

/* Returns whether there may be more to do. */
static bool send_lite(struct mux *mux)
{
	unsigned int first = mux->turn;
	bool more = false;

	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++) {
		struct mux_session *session = &mux->sessions[(first + i) % IOSM_MUX_SESSIONS];

		if (!send_lite_burst(session))
			return false;
		more |= session->queue.first != NULL;
	}
	return more;
}

/* Returns whether all commands are out. */
static bool send_commands(struct mux *mux)
{
	while (mux->commands.first) {
		struct mux_message *message = mux->commands.first;
		int result = channel_send(mux->channel, message->data, message->len);

		if (result == -EAGAIN) {
			mux->blocked = true;
			return false;
		}
		if (result)
			record_say(mux->config.record,
				   "mux: a command of %zu bytes did not fit the host's buffer",
				   message->len);
		if (message->transaction)
			mux_command_sent(mux, message->transaction);
		mux_queue_pop(&mux->commands);
	}
	return true;
}

void mux_downlink_flush(struct mux *mux)
{
	if (!mux->channel || !send_commands(mux))
		return;
	while (!mux->blocked && (mux->config.aggregation ? send_aggregated(mux) : send_lite(mux)))
		;
}

void mux_downlink_command(struct mux *mux, const void *block, size_t len,
			  uint32_t transaction)
{
	struct mux_message *message;

	if (!mux->channel)
		return;
	message = mux_queue_push(&mux->commands, block, len);
	if (!message)
		return;
	message->transaction = transaction;
	send_commands(mux);
}

int mux_downlink_packet(void *self, unsigned int id, const uint8_t *packet, size_t len)
{
	struct mux *mux = self;
	struct mux_session *session;

	if (id >= IOSM_MUX_SESSIONS)
		return -ENOTCONN;
	session = &mux->sessions[id];
	if (!mux_session_open(session) || !session->announced)
		return -ENOTCONN;
	if (!len || len > UINT16_MAX)
		return -EMSGSIZE;
	if (session->queue.messages >= MUX_QUEUE_PACKETS ||
	    session->queue.bytes + len > MUX_QUEUE_BYTES ||
	    !mux_queue_push(&session->queue, packet, len)) {
		session->counters.downlink_drops_full++;
		return -EAGAIN;
	}
	if (!mux->blocked && !mux->send_timer.armed)
		loop_timer_arm(&mux->send_timer, 0);
	return 0;
}

size_t mux_downlink_backlog(void *self, unsigned int id)
{
	const struct mux *mux = self;

	return id < IOSM_MUX_SESSIONS ? mux->sessions[id].queue.bytes : 0;
}

static void round_over(struct loop_timer *timer)
{
	mux_downlink_flush(timer->owner);
}

void mux_downlink_init(struct mux *mux)
{
	loop_timer_init(mux->config.loop, &mux->send_timer, round_over, mux);
	mux_queue_init(&mux->commands);
	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++)
		mux_queue_init(&mux->sessions[i].queue);
}

void mux_downlink_reset(struct mux *mux)
{
	loop_timer_cancel(&mux->send_timer);
	mux_queue_clear(&mux->commands);
	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++)
		mux_queue_clear(&mux->sessions[i].queue);
	mux->blocked = false;
	mux->data_sequence = 0;
	mux->command_sequence = 0;
}
