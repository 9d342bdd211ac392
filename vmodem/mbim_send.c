// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages to the host: answers, now or when their time has come, indications, and the
 * list of commands that wait for their answer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "mbim_internal.h"
#include "record.h"

void mbim_push(void *self, const uint8_t *message, size_t len)
{
	struct mbim *mbim = self;
	int err = sendq_push(&mbim->queue, message, len);

	if (err && err != -ENOTCONN)
		record_say(mbim->record, "MBIM: %zu bytes for the host are lost: %s", len,
			   strerror(-err));
}

/* What one downlink transfer may hold: the host's limit, and its buffer where that is less. */
static size_t transfer_limit(struct mbim *mbim)
{
	size_t buffer = mbim->channel ? channel_buffer_size(mbim->channel) : 0;

	if (buffer >= MBIM_LIMIT_MIN && buffer < mbim->limit)
		return buffer;
	return mbim->limit;
}

void mbim_send_short(struct mbim *mbim, uint32_t type, uint32_t transaction, uint32_t value)
{
	uint8_t message[16];

	put_le32(message, type);
	put_le32(message + 4, sizeof(message));
	put_le32(message + 8, transaction);
	put_le32(message + 12, value);
	record_event(mbim->record, "mbim", "send",
		     "\"type\":%u,\"transaction\":%u,\"value\":%u", type, transaction, value);
	mbim_push(mbim, message, sizeof(message));
}

void mbim_send_error(struct mbim *mbim, uint32_t transaction, uint32_t error)
{
	mbim_send_short(mbim, MBIM_FUNCTION_ERROR, transaction, error);
}

static void delayed_remove(struct mbim_delayed *delayed)
{
	struct mbim_delayed **link = &delayed->mbim->delayed;

	while (*link != delayed)
		link = &(*link)->next;
	*link = delayed->next;
	loop_timer_cancel(&delayed->timer);
	free(delayed);
}

static void delayed_expired(struct loop_timer *timer)
{
	struct mbim_delayed *delayed = timer->owner;
	struct mbim *mbim = delayed->mbim;

	mbim_split(delayed->message, delayed->len, transfer_limit(mbim), mbim_push, mbim);
	delayed_remove(delayed);
}

static void delayed_clear(struct mbim *mbim)
{
	while (mbim->delayed)
		delayed_remove(mbim->delayed);
}

static void send_later(struct mbim *mbim, const uint8_t *message, size_t len)
{
	struct mbim_delayed *delayed = malloc(sizeof(*delayed) + len);
	struct mbim_delayed **link = &mbim->delayed;

	if (!delayed)
		return;
	delayed->mbim = mbim;
	delayed->next = NULL;
	delayed->len = len;
	memcpy(delayed->message, message, len);
	while (*link)
		link = &(*link)->next;
	*link = delayed;
	memset(&delayed->timer, 0, sizeof(delayed->timer));
	loop_timer_init(mbim->loop, &delayed->timer, delayed_expired, delayed);
	loop_timer_arm(&delayed->timer, mbim->delay_ms * 1000);
}

struct mbim_bytes mbim_start_buffer(struct mbim *mbim, size_t header)
{
	return (struct mbim_bytes){
		.data = mbim->message + header,
		.size = sizeof(mbim->message) - header,
	};
}

static void finish_header(uint8_t *message, uint32_t type, size_t len, uint32_t transaction)
{
	put_le32(message, type);
	put_le32(message + 4, (uint32_t)len);
	put_le32(message + 8, transaction);
	put_le32(message + 12, 1);
	put_le32(message + 16, 0);
}

void mbim_send_done(struct mbim *mbim, const struct mbim_command *command, uint32_t status,
		    const struct mbim_bytes *out)
{
	size_t buffer = out->len;

	if (out->overflow) {
		status = MBIM_STATUS_FAILURE;
		buffer = 0;
	}
	finish_header(mbim->message, MBIM_COMMAND_DONE, MBIM_COMMAND_HEADER + buffer,
		      command->transaction);
	memcpy(mbim->message + 20, command->uuid, MBIM_UUID);
	put_le32(mbim->message + 36, command->cid);
	put_le32(mbim->message + 40, status);
	put_le32(mbim->message + 44, (uint32_t)buffer);
	record_event(mbim->record, "mbim", "done",
		     "\"transaction\":%u,\"service\":\"%s\",\"cid\":%u,\"status\":%u,\"bytes\":%zu",
		     command->transaction, command->service ? command->service->name : "unknown",
		     command->cid, status, buffer);
	if (mbim->delay_ms)
		send_later(mbim, mbim->message, MBIM_COMMAND_HEADER + buffer);
	else
		mbim_split(mbim->message, MBIM_COMMAND_HEADER + buffer, transfer_limit(mbim),
			   mbim_push, mbim);
}

/*
 * Only fragmented indications need an id of their own (1.6); bit 31 keeps them away from
 * the ids that hosts count from 1.
 */
static uint32_t indication_transaction(struct mbim *mbim, size_t len)
{
	if (len <= transfer_limit(mbim))
		return 0;
	mbim->next_fragmented = (mbim->next_fragmented + 1) | 0x80000000u;
	return mbim->next_fragmented;
}

void mbim_indicate(struct mbim *mbim, enum mbim_service_index service, uint32_t cid,
		   mbim_encoder encode, unsigned int session)
{
	struct mbim_bytes out = mbim_start_buffer(mbim, MBIM_INDICATE_HEADER);
	size_t len;

	if (!mbim->open || mbim->hidden & 1u << service ||
	    !(mbim->subscribed[service] & 1u << cid))
		return;
	encode(mbim, &out, session);
	if (out.overflow)
		return;
	len = MBIM_INDICATE_HEADER + out.len;
	finish_header(mbim->message, MBIM_INDICATE_STATUS, len, indication_transaction(mbim, len));
	memcpy(mbim->message + 20, mbim_services[service]->uuid, MBIM_UUID);
	put_le32(mbim->message + 36, cid);
	put_le32(mbim->message + 40, (uint32_t)out.len);
	record_event(mbim->record, "mbim", "indicate",
		     "\"service\":\"%s\",\"cid\":%u,\"session\":%u,\"bytes\":%zu",
		     mbim_services[service]->name, cid, session, out.len);
	mbim_split(mbim->message, len, transfer_limit(mbim), mbim_push, mbim);
}

/* --- commands that are answered later ------------------------------------ */

struct mbim_pending *mbim_pend(struct mbim *mbim, const struct mbim_command *command,
			       unsigned int session)
{
	struct mbim_pending *pending = calloc(1, sizeof(*pending));

	if (!pending)
		return NULL;
	pending->command = *command;
	pending->session = session;
	pending->next = mbim->pending;
	mbim->pending = pending;
	return pending;
}

struct mbim_pending *mbim_find_pending(struct mbim *mbim, const struct mbim_service *service,
				       uint32_t cid, unsigned int session)
{
	struct mbim_pending *pending = mbim->pending;

	while (pending && (pending->command.service != service || pending->command.cid != cid ||
			   pending->session != session))
		pending = pending->next;
	return pending;
}

static void pending_remove(struct mbim *mbim, struct mbim_pending *pending)
{
	struct mbim_pending **link = &mbim->pending;

	while (*link != pending)
		link = &(*link)->next;
	*link = pending->next;
	free(pending);
}

void mbim_complete(struct mbim *mbim, struct mbim_pending *pending, uint32_t status,
		   mbim_encoder encode)
{
	struct mbim_bytes out = mbim_start_buffer(mbim, MBIM_COMMAND_HEADER);

	encode(mbim, &out, pending->session);
	mbim_send_done(mbim, &pending->command, status, &out);
	pending_remove(mbim, pending);
}

void mbim_cancel_all(struct mbim *mbim)
{
	while (mbim->pending)
		pending_remove(mbim, mbim->pending);
	delayed_clear(mbim);
}

void mbim_cancel_transaction(struct mbim *mbim, uint32_t transaction)
{
	struct mbim_pending *pending = mbim->pending;
	struct mbim_delayed *delayed = mbim->delayed;

	while (delayed) {
		struct mbim_delayed *next = delayed->next;

		if (get_le32(delayed->message + 8) == transaction)
			delayed_remove(delayed);
		delayed = next;
	}
	while (pending) {
		struct mbim_pending *next = pending->next;

		if (pending->command.transaction == transaction)
			pending_remove(mbim, pending);
		pending = next;
	}
}
