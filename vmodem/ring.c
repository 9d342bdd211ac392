// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each entry is copied out of host memory, judged, performed and completed: status first,
 * then the tail, then the interrupt (rule M7). Performing and completing are two steps so
 * that answers can come late, or never, while the order of the ring is kept.
 */
#include "ring.h"

#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "control.h"
#include "dma.h"
#include "modem.h"
#include "record.h"

#define MESSAGES_A_ROUND 32

bool index_advance(uint32_t tail, uint32_t seen, uint32_t head, uint32_t entries)
{
	uint32_t outstanding = (seen + entries - tail) % entries;
	uint32_t advance = (head + entries - seen) % entries;

	return outstanding + advance < entries;
}

static const char *type_name(unsigned int type)
{
	switch (type) {
	case IOSM_MSG_OPEN_PIPE:
		return "open";
	case IOSM_MSG_CLOSE_PIPE:
		return "close";
	case IOSM_MSG_ABORT_PIPE:
		return "abort";
	case IOSM_MSG_SLEEP:
		return "sleep";
	case IOSM_MSG_FEATURE_SET:
		return "feature";
	default:
		return "unknown";
	}
}

static const char *const slot_names[RING_TYPES] = { "open", "close", "sleep", "feature" };

static int slot_of(unsigned int type)
{
	switch (type) {
	case IOSM_MSG_OPEN_PIPE:
		return 0;
	case IOSM_MSG_CLOSE_PIPE:
	case IOSM_MSG_ABORT_PIPE:
		return 1;
	case IOSM_MSG_SLEEP:
		return 2;
	case IOSM_MSG_FEATURE_SET:
		return 3;
	default:
		return -1;
	}
}

/* ---- completing ---- */

static struct ring_completion *oldest(struct ring *ring)
{
	return ring->queue_count ? &ring->queue[ring->queue_first] : NULL;
}

static int write_status(struct modem *modem, const struct ring_completion *done)
{
	uint64_t entry = modem->ring.entries_address +
			 (uint64_t)done->index * sizeof(union iosm_wire_msg);

	return dma_store32(modem->dma, "message status",
			   entry + offsetof(union iosm_wire_msg, common.status), done->status);
}

static void complete(struct modem *modem, struct ring_completion done)
{
	struct ring *ring = &modem->ring;

	ring->queue_first = (ring->queue_first + 1) % ring->entries;
	ring->queue_count--;
	ring->tail = (done.index + 1) % ring->entries;
	/* Unanswered: the host learns of it when a later one moves the tail past it. */
	if (!done.status)
		return;
	record_event(modem->record, "msg", "complete", "\"type\":\"%s\",\"index\":%u,\"status\":%u",
		     type_name(done.type), done.index, done.status);
	if (write_status(modem, &done) ||
	    dma_store32(modem->dma, "message tail", ring->tail_address, ring->tail))
		return;
	irq_raise(&modem->irq, ring->vector);
	if (done.type == IOSM_MSG_SLEEP && done.status == IOSM_MSG_SUCCESS)
		sleep_message_done(modem, done.target, done.state);
}

static void complete_due(struct modem *modem)
{
	struct ring *ring = &modem->ring;
	uint64_t now_us = loop_now_us(modem->loop);
	struct ring_completion *first;

	while (ring->active && !dma_canceled(modem->dma) && (first = oldest(ring))) {
		if (first->due_us > now_us) {
			loop_timer_arm(&ring->late_timer, first->due_us - now_us);
			return;
		}
		complete(modem, *first);
	}
}

static void late_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;

	if (modem->power.hung)
		return;
	/* Asleep it must not touch the ring. */
	sleep_activity(modem);
	complete_due(modem);
}

static void finish(struct modem *modem, uint32_t index, const union iosm_wire_msg *message,
		   uint32_t status)
{
	struct ring *ring = &modem->ring;
	uint32_t place = (ring->queue_first + ring->queue_count) % ring->entries;

	ring->queue[place] = (struct ring_completion){
		.index = index,
		.status = status,
		.type = message->common.type,
		.target = message->sleep.target,
		.state = message->sleep.state,
		.due_us = loop_now_us(modem->loop) + ring->late_us,
	};
	ring->queue_count++;
}

/* ---- performing ---- */

static bool all_zero(const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

/* Section 5.2: what each type leaves at zero. */
static bool reserved_zero(const union iosm_wire_msg *message)
{
	switch (message->common.type) {
	case IOSM_MSG_CLOSE_PIPE:
	case IOSM_MSG_ABORT_PIPE:
	case IOSM_MSG_FEATURE_SET:
		return all_zero(message, offsetof(union iosm_wire_msg, close.pipe)) &&
		       all_zero(message->close.reserved2, sizeof(message->close.reserved2));
	case IOSM_MSG_SLEEP:
		return !message->sleep.reserved0 && !message->sleep.reserved1 &&
		       all_zero(message->sleep.reserved2, sizeof(message->sleep.reserved2));
	default:
		return true;
	}
}

static void judge(struct modem *modem, uint32_t index, const union iosm_wire_msg *message)
{
	uint32_t status = le32toh(message->common.status);
	unsigned int type = message->common.type;

	if (!reserved_zero(message))
		check_breach(modem->check, CHECK_MSG_RESERVED, "%s message at index %u",
			     type_name(type), index);
	/* Real modems take a 2 as well as a 0 (field notes, "Message ring"). */
	if (status != IOSM_MSG_PENDING && status != IOSM_MSG_ERROR)
		check_breach(modem->check, CHECK_MSG_STATUS, "%s message at index %u, status %u",
			     type_name(type), index, status);
	if (modem->sleep.host_asleep &&
	    !(type == IOSM_MSG_SLEEP && message->sleep.target == IOSM_MSG_SLEEP_HOST))
		check_breach(modem->check, CHECK_MSG_HOST_ASLEEP, "%s message at index %u",
			     type_name(type), index);
}

static uint32_t perform_feature(struct modem *modem, unsigned int features)
{
	if (features & ~(unsigned int)IOSM_MSG_FEATURE_CRASH_INBAND) {
		check_breach(modem->check, CHECK_MSG_FEATURE, "features 0x%02x", features);
		return IOSM_MSG_ERROR;
	}
	return IOSM_MSG_SUCCESS;
}

static uint32_t perform(struct modem *modem, const union iosm_wire_msg *message)
{
	switch (message->common.type) {
	case IOSM_MSG_OPEN_PIPE:
		return pipe_open(modem, message->open.pipe, le64toh(message->open.ring),
				 le16toh(message->open.entries), le32toh(message->open.vector),
				 le32toh(message->open.accumulation_us));
	case IOSM_MSG_CLOSE_PIPE:
		return pipe_close(modem, message->close.pipe);
	case IOSM_MSG_ABORT_PIPE:
		return pipe_abort(modem, message->close.pipe);
	case IOSM_MSG_SLEEP:
		return sleep_message(modem, message->sleep.target, message->sleep.state);
	case IOSM_MSG_FEATURE_SET:
		return perform_feature(modem, message->feature.features);
	default:
		check_breach(modem->check, CHECK_MSG_TYPE, "type 0x%02x", message->common.type);
		return IOSM_MSG_ERROR;
	}
}

/*
 * A message that a fault leaves unanswered, or refuses. A close still ends all access: the
 * host frees the ring whatever the answer (section 6.5). To the host the pipe may be in
 * either state then.
 */
static uint32_t perform_not(struct modem *modem, const union iosm_wire_msg *message,
			    uint32_t status)
{
	unsigned int type = message->common.type;
	bool told = status != IOSM_MSG_PENDING;

	record_event(modem->record, "fault", told ? "refuse_message" : "hold_message",
		     "\"type\":\"%s\"", type_name(type));
	if (type == IOSM_MSG_CLOSE_PIPE)
		pipe_close(modem, message->close.pipe);
	if (type == IOSM_MSG_CLOSE_PIPE || type == IOSM_MSG_OPEN_PIPE)
		pipe_doubt(modem, message->close.pipe);
	return status;
}

/* Whether it is the turn of this message. */
static bool turn(unsigned int counts[RING_TYPES], unsigned int type)
{
	int slot = slot_of(type);

	return slot >= 0 && counts[slot] && !--counts[slot];
}

static uint32_t perform_or_not(struct modem *modem, const union iosm_wire_msg *message)
{
	struct ring *ring = &modem->ring;

	if (turn(ring->hold, message->common.type))
		return perform_not(modem, message, IOSM_MSG_PENDING);
	if (turn(ring->refuse, message->common.type))
		return perform_not(modem, message, IOSM_MSG_ERROR);
	return perform(modem, message);
}

static void record_message(struct modem *modem, uint32_t index, const union iosm_wire_msg *message)
{
	unsigned int type = message->common.type;

	if (type == IOSM_MSG_SLEEP)
		record_event(modem->record, "msg", "sleep",
			     "\"index\":%u,\"target\":%u,\"state\":%u", index,
			     message->sleep.target, message->sleep.state);
	else if (type == IOSM_MSG_OPEN_PIPE)
		record_event(modem->record, "msg", "open",
			     "\"index\":%u,\"pipe\":%u,\"entries\":%u,\"vector\":%u,\"accumulation_us\":%u",
			     index, message->open.pipe, le16toh(message->open.entries),
			     le32toh(message->open.vector),
			     le32toh(message->open.accumulation_us));
	else
		record_event(modem->record, "msg", type_name(type),
			     "\"index\":%u,\"type\":%u,\"argument\":%u", index, type,
			     message->close.pipe);
}

static enum boot_moment moment(const union iosm_wire_msg *message)
{
	if (message->common.type == IOSM_MSG_OPEN_PIPE)
		return BOOT_MOMENT_PIPE_OPENS;
	if (message->common.type != IOSM_MSG_SLEEP || message->sleep.target != IOSM_MSG_SLEEP_HOST)
		return BOOT_MOMENT_NONE;
	return message->sleep.state == IOSM_MSG_HOST_ENTERS_SLEEP ? BOOT_MOMENT_HOST_SLEEPS :
								    BOOT_MOMENT_HOST_WAKES;
}

static int take_one(struct modem *modem)
{
	struct ring *ring = &modem->ring;
	union iosm_wire_msg message;
	uint32_t index = ring->next;
	int result;

	result = dma_read(modem->dma, "message", ring->entries_address +
			  (uint64_t)index * sizeof(message), &message, sizeof(message));
	if (result)
		return result;
	ring->next = (index + 1) % ring->entries;
	if (!ring->received++)
		boot_first_message(modem);
	record_message(modem, index, &message);
	judge(modem, index, &message);
	boot_moment(modem, moment(&message));
	finish(modem, index, &message, perform_or_not(modem, &message));
	return 0;
}

static int read_head(struct modem *modem, uint32_t *head)
{
	struct ring *ring = &modem->ring;
	int result = dma_load32(modem->dma, "message head", ring->head_address, head);

	if (result)
		return result;
	if (*head >= ring->entries) {
		check_breach(modem->check, CHECK_MSG_HEAD_RANGE, "head %u of %u entries", *head,
			     ring->entries);
		ring->broken = true;
		return -EINVAL;
	}
	if (!index_advance(ring->tail, ring->head_seen, *head, ring->entries)) {
		check_breach(modem->check, CHECK_MSG_HEAD_MOVE, "head from %u to %u, tail %u",
			     ring->head_seen, *head, ring->tail);
		ring->broken = true;
		return -EINVAL;
	}
	ring->head_seen = *head;
	return 0;
}

/* Returns true when the round's share is used up and more may wait. */
static bool scan_messages(struct modem *modem)
{
	struct ring *ring = &modem->ring;
	unsigned int left = MESSAGES_A_ROUND;
	uint32_t head;

	if (!ring->active || ring->broken || !dma_allowed(modem->dma))
		return false;
	if (read_head(modem, &head))
		return false;
	while (ring->next != head && left && !take_one(modem))
		left--;
	complete_due(modem);
	return ring->next != head && !left;
}

void ring_scan_now(struct modem *modem)
{
	bool more;

	if (modem->power.hung || !modem->ring.active)
		return;
	more = scan_messages(modem);
	/* The message that wakes the host up stands in the ring; its pipes wait for it. */
	if (modem_may_touch(modem))
		more |= pipes_scan(modem);
	if (more && !dma_canceled(modem->dma))
		ring_scan_soon(modem);
}

void ring_scan_soon(struct modem *modem)
{
	if (modem->ring.active && !modem->ring.scan_timer.armed)
		loop_timer_arm(&modem->ring.scan_timer, 0);
}

static void scan_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;

	dma_resume(modem->dma);
	ring_scan_now(modem);
	power_settle(modem);
}

void ring_init(struct modem *modem)
{
	loop_timer_init(modem->loop, &modem->ring.late_timer, late_expired, modem);
	loop_timer_init(modem->loop, &modem->ring.scan_timer, scan_expired, modem);
}

void ring_destroy(struct modem *modem)
{
	ring_stop(modem);
}

int ring_start(struct modem *modem, const struct iosm_wire_context *context)
{
	struct ring *ring = &modem->ring;

	ring_stop(modem);
	ring->entries = le16toh(context->msg_entries);
	ring->queue = calloc(ring->entries, sizeof(*ring->queue));
	if (!ring->queue)
		return -ENOMEM;
	ring->head_address = le64toh(context->msg_head);
	ring->tail_address = le64toh(context->msg_tail);
	ring->entries_address = le64toh(context->msg_ring);
	ring->vector = context->msg_vector;
	ring->active = true;
	return 0;
}

void ring_stop(struct modem *modem)
{
	struct ring *ring = &modem->ring;

	loop_timer_cancel(&ring->late_timer);
	loop_timer_cancel(&ring->scan_timer);
	free(ring->queue);
	ring->queue = NULL;
	ring->queue_first = ring->queue_count = 0;
	ring->active = ring->broken = false;
	ring->next = ring->head_seen = ring->tail = 0;
	ring->received = 0;
}

/* ---- faults ---- */

static int count_down(struct control_reply *reply, int argc, char **argv,
		      unsigned int counts[RING_TYPES])
{
	uint64_t number = 1;

	if (argc != 2 && argc != 3)
		return control_fail(reply, "usage: %s open|close|sleep|feature [N]", argv[0]);
	if (argc == 3 && !control_number(reply, argv[2], 1000000, &number))
		return -EINVAL;
	for (unsigned int slot = 0; slot < RING_TYPES; slot++) {
		if (!strcmp(argv[1], slot_names[slot])) {
			counts[slot] = (unsigned int)number;
			return 0;
		}
	}
	return control_fail(reply, "no such type: %s", argv[1]);
}

static int command_hold(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	return count_down(reply, argc, argv, modem->ring.hold);
}

static int command_refuse(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	return count_down(reply, argc, argv, modem->ring.refuse);
}

static int command_late(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	uint64_t ms;

	if (argc != 2)
		return control_fail(reply, "usage: late-message MS");
	if (!control_number(reply, argv[1], 3600000, &ms))
		return -EINVAL;
	modem->ring.late_us = ms * 1000;
	return 0;
}

void ring_control(struct modem *modem, struct control *control)
{
	control_register(control, "hold-message",
			 "open|close|sleep|feature [N]: leave the Nth next one unanswered, 0: none",
			 command_hold, modem);
	control_register(control, "refuse-message",
			 "open|close|sleep|feature [N]: answer the Nth next one with an error, 0: none",
			 command_refuse, modem);
	control_register(control, "late-message", "MS: complete every message that much later",
			 command_late, modem);
}
