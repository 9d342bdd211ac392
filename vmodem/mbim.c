// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of the MBIM function: open, close, commands in and answers out. What the
 * commands mean is in the files that mbim_service.c names.
 */
#include "mbim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "channel.h"
#include "check.h"
#include "mbim_internal.h"
#include "record.h"

/* --- out ----------------------------------------------------------------- */

static void push(void *self, const uint8_t *message, size_t len)
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

static void send_short(struct mbim *mbim, uint32_t type, uint32_t transaction, uint32_t value)
{
	uint8_t message[16];

	put_le32(message, type);
	put_le32(message + 4, sizeof(message));
	put_le32(message + 8, transaction);
	put_le32(message + 12, value);
	record_event(mbim->record, "mbim", "send",
		     "\"type\":%u,\"transaction\":%u,\"value\":%u", type, transaction, value);
	push(mbim, message, sizeof(message));
}

static void send_error(struct mbim *mbim, uint32_t transaction, uint32_t error)
{
	send_short(mbim, MBIM_FUNCTION_ERROR, transaction, error);
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

	mbim_split(delayed->message, delayed->len, transfer_limit(mbim), push, mbim);
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

/* Room for an information buffer behind @header bytes of mbim->message. */
static struct mbim_bytes start_buffer(struct mbim *mbim, size_t header)
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

/* Send the answer to @command whose information buffer lies in @out. */
static void send_done(struct mbim *mbim, const struct mbim_command *command, uint32_t status,
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
			   push, mbim);
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
	struct mbim_bytes out = start_buffer(mbim, MBIM_INDICATE_HEADER);
	size_t len;

	if (!mbim->open || !(mbim->subscribed[service] & 1u << cid))
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
	mbim_split(mbim->message, len, transfer_limit(mbim), push, mbim);
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
	struct mbim_bytes out = start_buffer(mbim, MBIM_COMMAND_HEADER);

	encode(mbim, &out, pending->session);
	send_done(mbim, &pending->command, status, &out);
	pending_remove(mbim, pending);
}

static void cancel_pending(struct mbim *mbim)
{
	while (mbim->pending)
		pending_remove(mbim, mbim->pending);
	delayed_clear(mbim);
}

/* A transaction id that comes again belongs to the newer command (1.4). */
static void cancel_transaction(struct mbim *mbim, uint32_t transaction)
{
	struct mbim_pending *pending = mbim->pending;

	while (pending) {
		struct mbim_pending *next = pending->next;

		if (pending->command.transaction == transaction)
			pending_remove(mbim, pending);
		pending = next;
	}
}

/* --- in ------------------------------------------------------------------ */

static mbim_handler find_handler(const struct mbim *mbim, const struct mbim_command *command)
{
	const struct mbim_cid *cid = NULL;

	if (command->service)
		cid = mbim_find_cid(mbim, command->service, command->cid);
	if (!cid)
		return NULL;
	return command->type ? cid->set : cid->query;
}

static void run_command(struct mbim *mbim, const struct mbim_command *command,
			const uint8_t *buffer, size_t len)
{
	mbim_handler handler = find_handler(mbim, command);
	struct mbim_bytes out = start_buffer(mbim, MBIM_COMMAND_HEADER);
	struct mbim_reader in;
	uint32_t status = MBIM_STATUS_NO_DEVICE_SUPPORT;

	mbim_read(&in, buffer, len);
	mbim->busy = true;
	if (command->type > 1)
		status = MBIM_STATUS_INVALID_PARAMETERS;
	else if (handler)
		status = handler(mbim, command, &in, &out);
	mbim->busy = false;
	if (status != MBIM_STATUS_PENDING)
		send_done(mbim, command, status, &out);
	mbim_notify_flush(mbim);
}

/* A whole COMMAND, its lengths checked. */
static void take_command(void *self, const uint8_t *message, size_t len)
{
	struct mbim *mbim = self;
	struct mbim_command command = {
		.transaction = get_le32(message + 8),
		.service = mbim_find_service(message + 20),
		.cid = get_le32(message + 36),
		.type = get_le32(message + 40),
	};

	memcpy(command.uuid, message + 20, MBIM_UUID);
	record_event(mbim->record, "mbim", "command",
		     "\"transaction\":%u,\"service\":\"%s\",\"cid\":%u,\"set\":%u,\"bytes\":%zu",
		     command.transaction, command.service ? command.service->name : "unknown",
		     command.cid, command.type, len - MBIM_COMMAND_HEADER);
	cancel_transaction(mbim, command.transaction);
	if (mbim->silent) {
		mbim->silent--;
		return;
	}
	run_command(mbim, &command, message + MBIM_COMMAND_HEADER, len - MBIM_COMMAND_HEADER);
}

static void join_error(void *self, uint32_t transaction, uint32_t error)
{
	send_error(self, transaction, error);
}

static const struct mbim_joiner_ops joiner_ops = {
	.message = take_command,
	.error = join_error,
};

/* Forget what belonged to the host that was here before. */
static void forget_host(struct mbim *mbim)
{
	mbim->open = false;
	cancel_pending(mbim);
	mbim_joiner_clear(&mbim->joiner);
	mbim_filters_clear(mbim);
	mbim_stk_forget(mbim);
	mbim_notify_closed(mbim);
}

void mbim_restarted(struct mbim *mbim)
{
	forget_host(mbim);
}

static void take_open(struct mbim *mbim, const uint8_t *message, size_t len)
{
	uint32_t transaction = get_le32(message + 8);
	uint32_t limit;

	if (len != 16) {
		send_error(mbim, transaction, MBIM_ERROR_LENGTH_MISMATCH);
		return;
	}
	limit = get_le32(message + 12);
	if (limit < MBIM_LIMIT_MIN) {
		send_short(mbim, MBIM_OPEN_DONE, transaction, MBIM_STATUS_INVALID_PARAMETERS);
		return;
	}
	forget_host(mbim);
	mbim->open = true;
	mbim->limit = limit < MBIM_LIMIT_MAX ? limit : MBIM_LIMIT_MAX;
	mbim->version = MBIM_EX_1;
	mbim_default_subscriptions(mbim);
	send_short(mbim, MBIM_OPEN_DONE, transaction, MBIM_STATUS_NONE);
	mbim_notify_opened(mbim);
}

/* Sessions stay: users connect with one program and look with the next. */
static void take_close(struct mbim *mbim, const uint8_t *message, size_t len)
{
	uint32_t transaction = get_le32(message + 8);

	if (len != MBIM_HEADER) {
		send_error(mbim, transaction, MBIM_ERROR_LENGTH_MISMATCH);
		return;
	}
	forget_host(mbim);
	send_short(mbim, MBIM_CLOSE_DONE, transaction, MBIM_STATUS_NONE);
}

static void take_fragment(struct mbim *mbim, const uint8_t *message, size_t len)
{
	uint32_t transaction = get_le32(message + 8);

	if (!mbim->open)
		send_error(mbim, transaction, MBIM_ERROR_NOT_OPENED);
	else if (len < MBIM_FRAGMENT_HEADER)
		send_error(mbim, transaction, MBIM_ERROR_LENGTH_MISMATCH);
	else if (len > mbim->limit)
		send_error(mbim, transaction, MBIM_ERROR_MAX_TRANSFER);
	else
		mbim_join(&mbim->joiner, message, len);
}

static void take_host_error(struct mbim *mbim, const uint8_t *message, size_t len)
{
	uint32_t error = len >= 16 ? get_le32(message + 12) : MBIM_ERROR_UNKNOWN;

	record_event(mbim->record, "mbim", "host_error", "\"transaction\":%u,\"error\":%u",
		     get_le32(message + 8), error);
	cancel_transaction(mbim, get_le32(message + 8));
}

static void take_message(struct mbim *mbim, const uint8_t *message, size_t len)
{
	switch (get_le32(message)) {
	case MBIM_OPEN:
		take_open(mbim, message, len);
		break;
	case MBIM_CLOSE:
		take_close(mbim, message, len);
		break;
	case MBIM_COMMAND:
		take_fragment(mbim, message, len);
		break;
	case MBIM_HOST_ERROR:
		take_host_error(mbim, message, len);
		break;
	default:
		send_error(mbim, get_le32(message + 8), MBIM_ERROR_UNKNOWN);
	}
}

/* One transfer is one message or fragment. */
static void uplink(void *self, const uint8_t *data, size_t len)
{
	struct mbim *mbim = self;

	if (mbim->echo) {
		push(mbim, data, len);
		return;
	}
	if (len < MBIM_HEADER) {
		check_breach(mbim->check, CHECK_PORT_MBIM_LENGTH, "%zu bytes are no message", len);
		return;
	}
	if (get_le32(data + 4) != len) {
		check_breach(mbim->check, CHECK_PORT_MBIM_LENGTH,
			     "%zu bytes came of a message of %u", len, get_le32(data + 4));
		send_error(mbim, get_le32(data + 8), MBIM_ERROR_LENGTH_MISMATCH);
		return;
	}
	take_message(mbim, data, len);
}

static void opened(void *self, struct channel *channel)
{
	struct mbim *mbim = self;

	mbim->channel = channel;
	sendq_open(&mbim->queue, channel);
}

static void writable(void *self)
{
	struct mbim *mbim = self;

	sendq_flush(&mbim->queue);
}

/*
 * Closing the port without CLOSE is normal (1.7), and the function does not notice: it
 * stays open. Only what sits half done in the pipes is gone.
 */
static void closed(void *self)
{
	struct mbim *mbim = self;

	mbim->channel = NULL;
	mbim_joiner_clear(&mbim->joiner);
	sendq_clear(&mbim->queue);
}

const struct channel_protocol *mbim_protocol(void)
{
	static const struct channel_protocol protocol = {
		.name = "mbim",
		.opened = opened,
		.uplink = uplink,
		.writable = writable,
		.closed = closed,
	};

	return &protocol;
}

/* --- life ---------------------------------------------------------------- */

struct mbim *mbim_new(const struct mbim_config *config)
{
	struct mbim *mbim = calloc(1, sizeof(*mbim));

	if (!mbim)
		return NULL;
	mbim->loop = config->loop;
	mbim->record = config->record;
	mbim->check = config->check;
	mbim->network = config->network;
	mbim->identity = config->identity ? config->identity : &identity_xmm7560;
	mbim->own_version = config->version ? config->version : MBIM_EX_2;
	mbim->version = MBIM_EX_1;
	mbim->limit = MBIM_LIMIT_MAX;
	sendq_init(&mbim->queue, MBIM_QUEUE_BYTES);
	mbim_joiner_init(&mbim->joiner, mbim->loop, &joiner_ops, mbim);
	mbim_contexts_init(mbim);
	mbim->restart = config->restart;
	mbim->restart_self = config->restart_self;
	mbim_sar_init(mbim);
	mbim_notify_init(mbim);
	mbim_sms_init(mbim);
	mbim_control_register(mbim, config->control);
	return mbim;
}

void mbim_free(struct mbim *mbim)
{
	if (!mbim)
		return;
	forget_host(mbim);
	sms_unobserve(network_sms(mbim->network), &mbim->sms_observer);
	network_unobserve(mbim->network, &mbim->observer);
	sendq_clear(&mbim->queue);
	free(mbim);
}
