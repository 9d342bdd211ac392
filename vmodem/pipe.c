// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's side of the descriptor rings. Positions are private and mirrored out;
 * descriptors and uplink data are copied before anything is decided on them. A host that
 * breaks its head index loses that pipe until it closes it; a bad descriptor is skipped.
 */
#include "pipe.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "check.h"
#include "control.h"
#include "dma.h"
#include "fault.h"
#include "modem.h"
#include "record.h"

#define MESSAGES_A_ROUND	64
#define POLL_FIRST_US		1000	/* section 6.4: every 1 to 10 ms */
#define POLL_LAST_US		8000

static bool is_downlink(const struct pipe *pipe)
{
	return pipe->number & 1;
}

static struct pipe *uplink_of(struct channel *channel)
{
	return &channel->modem->pipes.pipe[IOSM_PIPE_UL(channel->id)];
}

static struct pipe *downlink_of(struct channel *channel)
{
	return &channel->modem->pipes.pipe[IOSM_PIPE_DL(channel->id)];
}

static struct channel *channel_of(struct pipe *pipe)
{
	return &pipe->modem->pipes.channel[pipe->number / 2];
}

/* The two channels that share pipes 0 and 1 are never open together. */
static const struct channel_protocol *protocol_of(const struct channel *channel)
{
	static const struct channel_protocol nobody;
	const struct channel_protocol *protocol =
		channel->loader ? channel->modem->pipes.loader : channel->protocol;

	return protocol ? protocol : &nobody;
}

static void *self_of(const struct channel *channel)
{
	return channel->loader ? channel->modem->pipes.loader_self : channel->self;
}

static bool usable(const struct pipe *pipe)
{
	return pipe->open && !pipe->broken && !pipe->stopped && modem_may_touch(pipe->modem);
}

/* ---- index words ---- */

/* Descriptors between the private tail and the host's head; 0 when the head can't be trusted. */
static uint32_t read_outstanding(struct pipe *pipe)
{
	struct modem *modem = pipe->modem;
	uint32_t head;

	if (dma_load32(modem->dma, "pipe head", modem->pipes.heads + 4ull * pipe->number, &head))
		return 0;
	if (head >= pipe->entries) {
		check_breach(modem->check, CHECK_PIPE_HEAD_RANGE, "pipe %u: head %u of %u",
			     pipe->number, head, pipe->entries);
		pipe->broken = true;
		return 0;
	}
	if (!index_advance(pipe->tail, pipe->head_seen, head, pipe->entries)) {
		check_breach(modem->check, CHECK_PIPE_HEAD_MOVE,
			     "pipe %u: head from %u to %u, tail %u", pipe->number, pipe->head_seen,
			     head, pipe->tail);
		pipe->broken = true;
		return 0;
	}
	pipe->head_seen = head;
	return (head + pipe->entries - pipe->tail) % pipe->entries;
}

static uint32_t known_outstanding(const struct pipe *pipe)
{
	return (pipe->head_seen + pipe->entries - pipe->tail) % pipe->entries;
}

/* What a downlink pipe may use; a fault makes the device wait until the host rings for it. */
static uint32_t buffers_offered(struct pipe *pipe)
{
	return pipe->modem->pipes.only_rung ? known_outstanding(pipe) : read_outstanding(pipe);
}

static void publish_tail(struct pipe *pipe)
{
	struct modem *modem = pipe->modem;
	uint64_t address = modem->pipes.tails + 4ull * pipe->number;
	uint32_t before;

	if (pipe->published == pipe->tail)
		return;
	if (!dma_load32(modem->dma, "pipe tail", address, &before) && before != pipe->published)
		check_breach(modem->check, CHECK_PIPE_TAIL_WRITTEN, "pipe %u: %u instead of %u",
			     pipe->number, before, pipe->published);
	if (!dma_store32(modem->dma, "pipe tail", address, pipe->tail))
		pipe->published = pipe->tail;
}

/*
 * The accumulation time of the open message bounds how often the pipe interrupts: the first
 * completion after a pause is told at once, the following ones at most that much later.
 */
static void interrupt(struct pipe *pipe)
{
	struct modem *modem = pipe->modem;
	uint64_t now_us = loop_now_us(modem->loop);
	uint64_t next_us = pipe->last_irq_us + pipe->accumulation_us;

	if (pipe->irq_timer.armed)
		return;
	if (pipe->accumulation_us && next_us > now_us) {
		loop_timer_arm(&pipe->irq_timer, next_us - now_us);
		return;
	}
	pipe->last_irq_us = now_us;
	irq_raise(&modem->irq, pipe->vector);
}

static void irq_expired(struct loop_timer *timer)
{
	struct pipe *pipe = timer->owner;

	if (!pipe->open || !modem_may_touch(pipe->modem))
		return;
	pipe->last_irq_us = loop_now_us(pipe->modem->loop);
	irq_raise(&pipe->modem->irq, pipe->vector);
}

void pipes_interrupt(struct modem *modem)
{
	for (unsigned int i = 0; i < IOSM_PIPES; i++) {
		struct loop_timer *timer = &modem->pipes.pipe[i].irq_timer;

		if (!timer->armed)
			continue;
		loop_timer_cancel(timer);
		irq_expired(timer);
	}
}

static void advance(struct pipe *pipe)
{
	pipe->tail = (pipe->tail + 1) % pipe->entries;
	pipe->next_valid = false;
}

/* ---- descriptors ---- */

static uint64_t descriptor_address(const struct pipe *pipe)
{
	return pipe->ring + (uint64_t)pipe->tail * sizeof(struct iosm_wire_td);
}

static uint32_t descriptor_size(const struct iosm_wire_td *td)
{
	return le32toh(td->size_status) & IOSM_TD_SIZE_MASK;
}

static bool descriptor_valid(struct pipe *pipe, const struct iosm_wire_td *td)
{
	struct check *check = pipe->modem->check;
	uint32_t size = descriptor_size(td);
	uint32_t status = le32toh(td->size_status) >> IOSM_TD_STATUS_SHIFT;
	uint32_t limit = boot_loader(pipe->modem) ? PIPE_BUFFER_MAX_LOADER : PIPE_BUFFER_MAX;
	bool valid = true;

	if (!size || size > limit) {
		check_breach(check, CHECK_TD_SIZE, "pipe %u, descriptor %u: %u bytes",
			     pipe->number, pipe->tail, size);
		valid = false;
	}
	if (!td->address) {
		check_breach(check, CHECK_TD_ADDRESS, "pipe %u, descriptor %u", pipe->number,
			     pipe->tail);
		valid = false;
	}
	/* These two are breaches that the transfer survives. */
	if (status)
		check_breach(check, CHECK_TD_STATUS, "pipe %u, descriptor %u: status %u",
			     pipe->number, pipe->tail, status);
	if (td->following)
		check_breach(check, CHECK_TD_FOLLOWING, "pipe %u, descriptor %u: 0x%08x",
			     pipe->number, pipe->tail, le32toh(td->following));
	return valid;
}

static int read_descriptor(struct pipe *pipe, struct iosm_wire_td *td)
{
	return dma_read(pipe->modem->dma, "descriptor", descriptor_address(pipe), td, sizeof(*td));
}

static int complete_descriptor(struct pipe *pipe, uint32_t len, enum iosm_td_status status)
{
	uint64_t word = descriptor_address(pipe) + offsetof(struct iosm_wire_td, size_status);
	int result = dma_store32(pipe->modem->dma, "descriptor", word,
				 len | (uint32_t)status << IOSM_TD_STATUS_SHIFT);

	if (!result)
		advance(pipe);
	return result;
}

static void capture(struct channel *channel, enum capture_direction direction,
		    const void *data, size_t len)
{
	if (channel->id == IOSM_CHANNEL_MBIM)
		capture_mbim(channel->modem->config.capture, direction, data, len);
}

/* ---- uplink ---- */

static bool fetch_room(struct pipes *pipes, size_t len)
{
	uint8_t *fetched;

	if (len <= pipes->fetched_size)
		return true;
	fetched = realloc(pipes->fetched, len);
	if (!fetched)
		return false;
	pipes->fetched = fetched;
	pipes->fetched_size = len;
	return true;
}

/* Returns a negative errno only when the transfer must be tried again. */
static int fetch_one(struct pipe *pipe)
{
	struct modem *modem = pipe->modem;
	struct channel *channel = channel_of(pipe);
	struct iosm_wire_td td;
	uint32_t len;
	int result = read_descriptor(pipe, &td);

	if (result == -EFAULT)
		pipe->broken = true;
	if (result)
		return result;
	len = descriptor_size(&td);
	if (!descriptor_valid(pipe, &td)) {
		advance(pipe);
		return 0;
	}
	if (!fetch_room(&modem->pipes, len))
		return -ENOMEM;
	result = dma_read(modem->dma, "uplink buffer", le64toh(td.address), modem->pipes.fetched,
			  len);
	if (result && result != -EFAULT)
		return result;
	advance(pipe);
	if (result)
		return 0;
	pipe->messages++;
	pipe->bytes += len;
	record_event(modem->record, "pipe", "uplink", "\"pipe\":%u,\"bytes\":%u", pipe->number,
		     len);
	if (channel->open && protocol_of(channel)->uplink) {
		capture(channel, CAPTURE_UPLINK, modem->pipes.fetched, len);
		protocol_of(channel)->uplink(self_of(channel), modem->pipes.fetched, len);
	}
	return 0;
}

/* True when what comes next stays in the ring, until the protocol has room. */
static bool held_back(struct pipe *pipe)
{
	const struct channel *channel = channel_of(pipe);
	const struct channel_protocol *protocol = protocol_of(channel);
	uint64_t busy_us = channel->open && protocol->busy_us ? protocol->busy_us(self_of(channel)) : 0;

	if (busy_us && !pipe->held_timer.armed)
		loop_timer_arm(&pipe->held_timer, busy_us);
	return busy_us;
}

static bool scan_uplink(struct pipe *pipe)
{
	uint32_t outstanding = read_outstanding(pipe);
	unsigned int left = MESSAGES_A_ROUND;
	int result = 0;

	if (!outstanding)
		return false;
	sleep_activity(pipe->modem);
	while (outstanding && left && usable(pipe) && !result && !held_back(pipe)) {
		result = fetch_one(pipe);
		outstanding--;
		left--;
	}
	if (!pipe->open || pipe->published == pipe->tail)
		return false;
	publish_tail(pipe);
	interrupt(pipe);
	return outstanding && !left;
}

static void held_expired(struct loop_timer *timer)
{
	struct pipe *pipe = timer->owner;

	dma_resume(pipe->modem->dma);
	if (usable(pipe) && scan_uplink(pipe) && !timer->armed)
		loop_timer_arm(timer, 0);
	power_settle(pipe->modem);
}

/* ---- downlink ---- */

/* Skips what the host spoilt; returns false when no usable buffer is offered. */
static bool next_buffer(struct pipe *pipe)
{
	bool skipped = false;

	while (!pipe->next_valid && usable(pipe)) {
		if (!known_outstanding(pipe) && !buffers_offered(pipe))
			break;
		if (read_descriptor(pipe, &pipe->next)) {
			pipe->broken = !dma_canceled(pipe->modem->dma);
			break;
		}
		if (descriptor_valid(pipe, &pipe->next)) {
			pipe->next_valid = true;
			break;
		}
		skipped = true;
		if (complete_descriptor(pipe, 0, IOSM_TD_ERROR))
			break;
	}
	if (skipped) {
		publish_tail(pipe);
		interrupt(pipe);
	}
	return pipe->next_valid && usable(pipe);
}

static void poll_later(struct pipes *pipes)
{
	if (pipes->poll_timer.armed)
		return;
	loop_timer_arm(&pipes->poll_timer, pipes->poll_us);
	pipes->poll_us = pipes->poll_us * 2 < POLL_LAST_US ? pipes->poll_us * 2 : POLL_LAST_US;
}

/*
 * Hosts need not ring for downlink buffers that they give back (section 6.4), so somebody
 * has to look; a host that sleeps announces its return.
 */
static int refuse(struct channel *channel)
{
	struct modem *modem = channel->modem;

	channel->refused++;
	channel->waiting = true;
	if (modem_may_touch(modem))
		poll_later(&modem->pipes);
	else
		sleep_wanted_by_data(modem);
	return -EAGAIN;
}

/* One descriptor: data, then the word, then the tail, then the interrupt (section 6.2). */
static int send_one(struct channel *channel, const void *data, size_t len,
		    enum iosm_td_status status)
{
	struct pipe *pipe = downlink_of(channel);
	struct modem *modem = channel->modem;
	int result;

	for (;;) {
		if (!next_buffer(pipe))
			return refuse(channel);
		if (len > descriptor_size(&pipe->next))
			return -EMSGSIZE;
		result = dma_write(modem->dma, "downlink buffer", le64toh(pipe->next.address),
				   data, len);
		if (result && result != -EFAULT)
			return refuse(channel);
		if (!result)
			break;
		/* An unmapped buffer: give it back as an error, try the next one. */
		if (complete_descriptor(pipe, 0, IOSM_TD_ERROR))
			return refuse(channel);
		publish_tail(pipe);
		interrupt(pipe);
	}
	if (complete_descriptor(pipe, (uint32_t)len, status))
		return refuse(channel);
	publish_tail(pipe);
	pipe->messages++;
	pipe->bytes += len;
	record_event(modem->record, "pipe", "downlink", "\"pipe\":%u,\"bytes\":%zu", pipe->number,
		     len);
	capture(channel, CAPTURE_DOWNLINK, data, len);
	interrupt(pipe);
	return 0;
}

int channel_send(struct channel *channel, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	enum fault_delivery delivery;
	size_t part = 0;
	int result;

	if (!channel->open)
		return -EAGAIN;
	sleep_activity(channel->modem);
	/* A message that has to wait comes here again: it meets a fault only when it goes. */
	if (!next_buffer(downlink_of(channel)))
		return refuse(channel);
	delivery = fault_delivery(channel->modem->fault, channel, data, len);
	if (delivery == FAULT_DELIVER_NOT)
		return 0;
	if (delivery == FAULT_DELIVER_PARTS && channel_space(channel) > 1 &&
	    !send_one(channel, data, len / 2, IOSM_TD_PARTIAL))
		part = len / 2;
	result = send_one(channel, part ? bytes + part : data, len - part, IOSM_TD_END);
	if (!result && delivery == FAULT_DELIVER_TWICE)
		send_one(channel, data, len, IOSM_TD_END);
	return result;
}

void channel_send_past_faults(struct channel *channel, const void *data, size_t len)
{
	sleep_activity(channel->modem);
	send_one(channel, data, len, IOSM_TD_END);
}

unsigned int channel_space(struct channel *channel)
{
	struct pipe *pipe = downlink_of(channel);

	if (!channel->open || !usable(pipe))
		return 0;
	return buffers_offered(pipe);
}

size_t channel_buffer_size(struct channel *channel)
{
	struct pipe *pipe = downlink_of(channel);

	if (!channel->open || !next_buffer(pipe))
		return 0;
	return descriptor_size(&pipe->next);
}

/* Returns true when a channel still waits. */
static bool offer_buffers(struct modem *modem)
{
	bool waits = false;

	for (unsigned int id = 0; id < PIPE_CHANNELS; id++) {
		struct channel *channel = &modem->pipes.channel[id];

		if (!channel->open || !channel->waiting)
			continue;
		if (next_buffer(downlink_of(channel))) {
			channel->waiting = false;
			modem->pipes.poll_us = POLL_FIRST_US;
			if (protocol_of(channel)->writable)
				protocol_of(channel)->writable(self_of(channel));
		}
		waits |= channel->open && channel->waiting;
	}
	return waits;
}

static void poll_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;

	dma_resume(modem->dma);
	if (modem_may_touch(modem) && offer_buffers(modem))
		poll_later(&modem->pipes);
	power_settle(modem);
}

bool pipes_waiting(const struct modem *modem)
{
	for (unsigned int id = 0; id < PIPE_CHANNELS; id++) {
		if (modem->pipes.channel[id].open && modem->pipes.channel[id].waiting)
			return true;
	}
	return false;
}

bool pipes_scan(struct modem *modem)
{
	bool more = false;

	for (unsigned int id = 0; id < PIPE_CHANNELS; id++) {
		struct channel *channel = &modem->pipes.channel[id];

		if (usable(uplink_of(channel)))
			more |= scan_uplink(uplink_of(channel));
		/* Nothing needs the buffers yet, but a wrong head shows early. */
		if (usable(downlink_of(channel)))
			read_outstanding(downlink_of(channel));
	}
	if (modem_may_touch(modem) && offer_buffers(modem))
		poll_later(&modem->pipes);
	return more;
}

/* ---- opening and closing ---- */

static void channel_opened(struct channel *channel)
{
	if (channel->open || !uplink_of(channel)->open || !downlink_of(channel)->open)
		return;
	channel->open = true;
	channel->waiting = false;
	channel->loader = boot_loader(channel->modem);
	if (protocol_of(channel)->opened)
		protocol_of(channel)->opened(self_of(channel), channel);
}

static void channel_closed(struct channel *channel)
{
	if (!channel->open)
		return;
	channel->open = false;
	channel->waiting = false;
	fault_channel_closed(channel->modem->fault, channel);
	if (protocol_of(channel)->closed)
		protocol_of(channel)->closed(self_of(channel));
}

static struct pipe *named_pipe(struct modem *modem, unsigned int number)
{
	if (number < IOSM_PIPES)
		return &modem->pipes.pipe[number];
	check_breach(modem->check, CHECK_MSG_PIPE, "pipe %u", number);
	return NULL;
}

static bool overlaps(struct modem *modem, const struct pipe *pipe, uint64_t ring, uint64_t len)
{
	for (unsigned int i = 0; i < IOSM_PIPES; i++) {
		const struct pipe *other = &modem->pipes.pipe[i];
		uint64_t other_len = (uint64_t)other->entries * sizeof(struct iosm_wire_td);

		if (other != pipe && other->open && ring < other->ring + other_len &&
		    other->ring < ring + len) {
			check_breach(modem->check, CHECK_MSG_OPEN_OVERLAP, "pipes %u and %u",
				     pipe->number, i);
			return true;
		}
	}
	return false;
}

static bool open_valid(struct modem *modem, const struct pipe *pipe, uint64_t ring,
		       uint32_t entries)
{
	uint64_t len = (uint64_t)entries * sizeof(struct iosm_wire_td);
	uint32_t head;

	if (entries < 2) {
		check_breach(modem->check, CHECK_MSG_OPEN_ENTRIES, "pipe %u: %u", pipe->number,
			     entries);
		return false;
	}
	if (!ring || ring % 8) {
		check_breach(modem->check, CHECK_MSG_OPEN_RING, "pipe %u: 0x%llx", pipe->number,
			     (unsigned long long)ring);
		return false;
	}
	if (!dma_mapped(modem->dma, ring, len, true)) {
		check_breach(modem->check, CHECK_DMA_OUTSIDE_MAP,
			     "descriptor ring of pipe %u: %llu bytes at 0x%llx", pipe->number,
			     (unsigned long long)len, (unsigned long long)ring);
		return false;
	}
	if (overlaps(modem, pipe, ring, len))
		return false;
	if (!dma_load32(modem->dma, "pipe head", modem->pipes.heads + 4ull * pipe->number, &head) &&
	    head)
		check_breach(modem->check, CHECK_MSG_OPEN_HEAD, "pipe %u: head %u", pipe->number,
			     head);
	return true;
}

static void close_pipe(struct pipe *pipe)
{
	loop_timer_cancel(&pipe->irq_timer);
	loop_timer_cancel(&pipe->held_timer);
	if (!pipe->open)
		return;
	pipe->open = false;
	record_event(pipe->modem->record, "pipe", "closed",
		     "\"pipe\":%u,\"messages\":%llu,\"bytes\":%llu", pipe->number,
		     (unsigned long long)pipe->messages, (unsigned long long)pipe->bytes);
	channel_closed(channel_of(pipe));
}

uint32_t pipe_open(struct modem *modem, unsigned int number, uint64_t ring, uint32_t entries,
		   uint32_t vector, uint32_t accumulation_us)
{
	struct pipe *pipe = named_pipe(modem, number);

	if (!pipe)
		return IOSM_MSG_ERROR;
	if (pipe->open) {
		check_breach(modem->check, CHECK_MSG_OPEN_TWICE, "pipe %u", number);
		return IOSM_MSG_ERROR;
	}
	if (boot_loader(modem) && number > IOSM_PIPE_FLASH_DL) {
		check_breach(modem->check, CHECK_MSG_OPEN_STAGE, "pipe %u in stage %s", number,
			     boot_stage_name(modem->boot.stage));
		return IOSM_MSG_ERROR;
	}
	if (!open_valid(modem, pipe, ring, entries))
		return IOSM_MSG_ERROR;
	/* Rule M9: both sides start at 0 (section 4.3). */
	if (dma_store32(modem->dma, "pipe tail", modem->pipes.tails + 4ull * number, 0))
		return IOSM_MSG_ERROR;
	pipe->open = true;
	pipe->broken = pipe->in_doubt = pipe->next_valid = false;
	pipe->ring = ring;
	pipe->entries = entries;
	pipe->vector = vector;
	pipe->accumulation_us = accumulation_us;
	pipe->tail = pipe->published = pipe->head_seen = 0;
	pipe->last_irq_us = 0;
	pipe->messages = pipe->bytes = 0;
	channel_opened(channel_of(pipe));
	return IOSM_MSG_SUCCESS;
}

uint32_t pipe_close(struct modem *modem, unsigned int number)
{
	struct pipe *pipe = named_pipe(modem, number);
	bool in_doubt;

	if (!pipe)
		return IOSM_MSG_ERROR;
	in_doubt = pipe->in_doubt;
	pipe->in_doubt = false;
	if (!pipe->open && !in_doubt) {
		check_breach(modem->check, CHECK_MSG_CLOSE_CLOSED, "close of pipe %u", number);
		return IOSM_MSG_ERROR;
	}
	close_pipe(pipe);
	return IOSM_MSG_SUCCESS;
}

/* All descriptors come back as aborted; the pipe stays open. */
uint32_t pipe_abort(struct modem *modem, unsigned int number)
{
	struct pipe *pipe = named_pipe(modem, number);

	if (!pipe)
		return IOSM_MSG_ERROR;
	if (!pipe->open) {
		check_breach(modem->check, CHECK_MSG_CLOSE_CLOSED, "abort of pipe %u", number);
		return IOSM_MSG_ERROR;
	}
	if (!usable(pipe))
		return IOSM_MSG_SUCCESS;
	for (uint32_t left = read_outstanding(pipe); left; left--) {
		if (complete_descriptor(pipe, 0, IOSM_TD_ABORTED))
			break;
	}
	publish_tail(pipe);
	return IOSM_MSG_SUCCESS;
}

void pipe_doubt(struct modem *modem, unsigned int number)
{
	if (number < IOSM_PIPES)
		modem->pipes.pipe[number].in_doubt = true;
}

void pipes_init(struct modem *modem)
{
	struct pipes *pipes = &modem->pipes;

	for (unsigned int i = 0; i < IOSM_PIPES; i++) {
		pipes->pipe[i].modem = modem;
		pipes->pipe[i].number = i;
		loop_timer_init(modem->loop, &pipes->pipe[i].irq_timer, irq_expired,
				&pipes->pipe[i]);
		loop_timer_init(modem->loop, &pipes->pipe[i].held_timer, held_expired,
				&pipes->pipe[i]);
	}
	for (unsigned int id = 0; id < PIPE_CHANNELS; id++) {
		pipes->channel[id].modem = modem;
		pipes->channel[id].id = id;
	}
	pipes->poll_us = POLL_FIRST_US;
	loop_timer_init(modem->loop, &pipes->poll_timer, poll_expired, modem);
}

void pipes_start(struct modem *modem, uint64_t heads, uint64_t tails)
{
	modem->pipes.heads = heads;
	modem->pipes.tails = tails;
}

void pipes_stop(struct modem *modem)
{
	struct pipes *pipes = &modem->pipes;

	loop_timer_cancel(&pipes->poll_timer);
	for (unsigned int i = 0; i < IOSM_PIPES; i++) {
		close_pipe(&pipes->pipe[i]);
		pipes->pipe[i].in_doubt = false;
		pipes->pipe[i].stopped = false;
	}
}

void pipes_destroy(struct modem *modem)
{
	pipes_stop(modem);
	free(modem->pipes.fetched);
	modem->pipes.fetched = NULL;
}

/* ---- commands ---- */

static int command_stop_pipe(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	uint64_t number;

	if (argc != 2 && !(argc == 3 && !strcmp(argv[2], "go")))
		return control_fail(reply, "usage: stop-pipe PIPE [go]");
	if (!control_number(reply, argv[1], IOSM_PIPES - 1, &number))
		return -EINVAL;
	modem->pipes.pipe[number].stopped = argc == 2;
	if (argc == 3)
		ring_scan_soon(modem);
	return 0;
}

/* Whether real modems look or rely on doorbells is unknown (section 17). */
static int command_poll(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	if (argc != 2 || (strcmp(argv[1], "on") && strcmp(argv[1], "off")))
		return control_fail(reply, "usage: poll on|off");
	modem->pipes.only_rung = !strcmp(argv[1], "off");
	return 0;
}

static int command_pipes(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	(void)argv;
	if (argc != 1)
		return control_fail(reply, "usage: pipes");
	for (unsigned int i = 0; i < IOSM_PIPES; i++) {
		const struct pipe *pipe = &modem->pipes.pipe[i];

		if (pipe->open)
			control_line(reply, "pipe %u %s entries %u head %u tail %u messages %llu bytes %llu%s%s",
				     i, is_downlink(pipe) ? "downlink" : "uplink", pipe->entries,
				     pipe->head_seen, pipe->tail,
				     (unsigned long long)pipe->messages,
				     (unsigned long long)pipe->bytes,
				     pipe->broken ? " broken" : "", pipe->stopped ? " stopped" : "");
	}
	return 0;
}

void pipes_control(struct modem *modem, struct control *control)
{
	control_register(control, "stop-pipe", "PIPE [go]: serve that pipe no more, or again",
			 command_stop_pipe, modem);
	control_register(control, "poll",
			 "on|off: look for downlink buffers while data waits, or only when the host rings",
			 command_poll, modem);
	control_register(control, "pipes", ": open pipes with their positions", command_pipes,
			 modem);
}
