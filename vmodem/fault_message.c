// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole downlink messages: lost, late, twice, in two parts. A late one is a copy that is kept
 * here; what is sent meanwhile overtakes it.
 */
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "check.h"
#include "dma.h"
#include "fault_internal.h"
#include "modem.h"

#define LATE_MAX_BYTES	(1u << 20)

struct fault_message {
	struct fault_message *next;	/* by time */
	uint64_t due_us;
	struct channel *channel;
	size_t len;
	uint8_t data[];
};

/* Returns whether a fault by name is due for a message of @pipe. */
static bool armed_for_pipe(struct fault *fault, unsigned int pipe, struct fault_armed *copy)
{
	for (unsigned int i = 0; fault->armed_count && i < FAULT_ARMED_MAX; i++) {
		struct fault_armed *armed = &fault->armed[i];

		if (!armed->kind || armed->kind->point != FAULT_AT_DOWNLINK ||
		    (armed->pipe >= 0 && armed->pipe != (int)pipe))
			continue;
		*copy = *armed;
		if (fault_due(fault, armed))
			return true;
	}
	return false;
}

static bool by_chance(struct fault *fault, struct fault_armed *chosen)
{
	if (!fault_strike(fault))
		return false;
	chosen->kind = fault_any_kind(fault, FAULT_AT_DOWNLINK, 0, 0);
	chosen->late_us = fault_lateness(fault);
	return chosen->kind;
}

/* ---- late ---- */

static void arm(struct fault *fault)
{
	uint64_t now_us = loop_now_us(fault->modem->loop);
	const struct fault_message *first = fault->messages;

	if (first)
		loop_timer_arm(&fault->message_timer, first->due_us > now_us ? first->due_us - now_us : 0);
	else
		loop_timer_cancel(&fault->message_timer);
}

static void drop(struct fault *fault, struct fault_message **link)
{
	struct fault_message *message = *link;

	*link = message->next;
	fault->message_bytes -= message->len;
	free(message);
}

/* Returns false when too much waits already. */
static bool keep(struct fault *fault, struct channel *channel, const void *data, size_t len,
		 uint32_t late_us)
{
	struct fault_message **link = &fault->messages, *message;

	if (len > LATE_MAX_BYTES - fault->message_bytes)
		return false;
	message = malloc(sizeof(*message) + len);
	if (!message)
		return false;
	message->due_us = loop_now_us(fault->modem->loop) + late_us;
	message->channel = channel;
	message->len = len;
	if (len)
		memcpy(message->data, data, len);
	while (*link && (*link)->due_us <= message->due_us)
		link = &(*link)->next;
	message->next = *link;
	*link = message;
	fault->message_bytes += len;
	arm(fault);
	return true;
}

/* One that finds no buffer is lost. */
static void message_expired(struct loop_timer *timer)
{
	struct fault *fault = timer->owner;
	struct fault_message *message = fault->messages;

	dma_resume(fault->modem->dma);
	fault->messages = message->next;
	fault->message_bytes -= message->len;
	channel_send_past_faults(message->channel, message->data, message->len);
	free(message);
	arm(fault);
	power_settle(fault->modem);
}

void fault_message_init(struct fault *fault)
{
	loop_timer_init(fault->modem->loop, &fault->message_timer, message_expired, fault);
}

void fault_channel_closed(struct fault *fault, const struct channel *channel)
{
	struct fault_message **link = &fault->messages;

	while (*link) {
		if ((*link)->channel == channel)
			drop(fault, link);
		else
			link = &(*link)->next;
	}
	arm(fault);
	fault_forget_buffers(fault, IOSM_PIPE_DL(channel->id));
}

void fault_message_forget(struct fault *fault)
{
	while (fault->messages)
		drop(fault, &fault->messages);
	loop_timer_cancel(&fault->message_timer);
}

/* ---- all of them ---- */

static const char *how(const struct fault_armed *armed)
{
	if (armed->late_us && armed->kind->id != FAULT_DELIVER_PARTS)
		return armed->kind->id == FAULT_DELIVER_NOT ? "late" : "again, late";
	return armed->kind->id == FAULT_DELIVER_NOT ? "lost" :
	       armed->kind->id == FAULT_DELIVER_TWICE ? "again" : "parts";
}

enum fault_delivery fault_delivery(struct fault *fault, struct channel *channel, const void *data,
				   size_t len)
{
	const unsigned int pipe = IOSM_PIPE_DL(channel->id);
	struct fault_armed chosen = { 0 };
	struct fault_value value = { 0 };

	if (!armed_for_pipe(fault, pipe, &chosen) && !by_chance(fault, &chosen))
		return FAULT_DELIVER;
	fault_update(fault);
	value.kind = chosen.kind;
	value.name = chosen.kind->name;
	fault_tell(fault, &value, how(&chosen), pipe, pipe);
	/* Of these a host has to answer some, or may take some for another's answer. */
	if (pipe == IOSM_PIPE_DL(IOSM_CHANNEL_IP))
		check_excuse(fault->modem->check, true);
	if (!chosen.late_us || chosen.kind->id == FAULT_DELIVER_PARTS ||
	    !keep(fault, channel, data, len, chosen.late_us))
		return chosen.kind->id;
	return chosen.kind->id == FAULT_DELIVER_TWICE ? FAULT_DELIVER : FAULT_DELIVER_NOT;
}
