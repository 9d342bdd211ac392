// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of the host: open, close, commands. What the commands mean is in the files
 * that mbim_service.c names, what goes back to the host in mbim_send.c.
 */
#include "mbim.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "channel.h"
#include "check.h"
#include "mbim_internal.h"
#include "record.h"

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
	struct mbim_bytes out = mbim_start_buffer(mbim, MBIM_COMMAND_HEADER);
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
		mbim_send_done(mbim, command, status, &out);
	mbim_notify_flush(mbim);
}

/* A whole COMMAND, its lengths checked. */
static void take_command(void *self, const uint8_t *message, size_t len)
{
	struct mbim *mbim = self;
	struct mbim_command command = {
		.transaction = get_le32(message + 8),
		.cid = get_le32(message + 36),
		.type = get_le32(message + 40),
	};
	int index = mbim_service_index(mbim, message + 20);

	if (index >= 0)
		command.service = mbim_services[index];
	memcpy(command.uuid, message + 20, MBIM_UUID);
	record_event(mbim->record, "mbim", "command",
		     "\"transaction\":%u,\"service\":\"%s\",\"cid\":%u,\"set\":%u,\"bytes\":%zu",
		     command.transaction, command.service ? command.service->name : "unknown",
		     command.cid, command.type, len - MBIM_COMMAND_HEADER);
	mbim_cancel_transaction(mbim, command.transaction);
	if (mbim->silent) {
		mbim->silent--;
		return;
	}
	run_command(mbim, &command, message + MBIM_COMMAND_HEADER, len - MBIM_COMMAND_HEADER);
}

static void join_error(void *self, uint32_t transaction, uint32_t error)
{
	mbim_send_error(self, transaction, error);
}

static const struct mbim_joiner_ops joiner_ops = {
	.message = take_command,
	.error = join_error,
};

/* Forget what belonged to the host that was here before. */
static void forget_host(struct mbim *mbim)
{
	mbim->open = false;
	mbim_cancel_all(mbim);
	mbim_joiner_clear(&mbim->joiner);
	mbim_filters_clear(mbim);
	mbim_stk_forget(mbim);
	loop_timer_cancel(&mbim->scan_timer);
	mbim_sar_forget(mbim);
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
		mbim_send_error(mbim, transaction, MBIM_ERROR_LENGTH_MISMATCH);
		return;
	}
	limit = get_le32(message + 12);
	if (limit < MBIM_LIMIT_MIN) {
		mbim_send_short(mbim, MBIM_OPEN_DONE, transaction, MBIM_STATUS_INVALID_PARAMETERS);
		return;
	}
	forget_host(mbim);
	mbim->open = true;
	mbim->limit = limit < MBIM_LIMIT_MAX ? limit : MBIM_LIMIT_MAX;
	mbim->version = MBIM_EX_1;
	mbim_default_subscriptions(mbim);
	mbim_send_short(mbim, MBIM_OPEN_DONE, transaction, MBIM_STATUS_NONE);
	mbim_notify_opened(mbim);
}

/* Sessions stay: users connect with one program and look with the next. */
static void take_close(struct mbim *mbim, const uint8_t *message, size_t len)
{
	uint32_t transaction = get_le32(message + 8);

	if (len != MBIM_HEADER) {
		mbim_send_error(mbim, transaction, MBIM_ERROR_LENGTH_MISMATCH);
		return;
	}
	forget_host(mbim);
	mbim_send_short(mbim, MBIM_CLOSE_DONE, transaction, MBIM_STATUS_NONE);
}

static void take_fragment(struct mbim *mbim, const uint8_t *message, size_t len)
{
	uint32_t transaction = get_le32(message + 8);

	if (!mbim->open)
		mbim_send_error(mbim, transaction, MBIM_ERROR_NOT_OPENED);
	else if (len < MBIM_FRAGMENT_HEADER)
		mbim_send_error(mbim, transaction, MBIM_ERROR_LENGTH_MISMATCH);
	else if (len > mbim->limit)
		mbim_send_error(mbim, transaction, MBIM_ERROR_MAX_TRANSFER);
	else
		mbim_join(&mbim->joiner, message, len);
}

static void take_host_error(struct mbim *mbim, const uint8_t *message, size_t len)
{
	uint32_t error = len >= 16 ? get_le32(message + 12) : MBIM_ERROR_UNKNOWN;

	record_event(mbim->record, "mbim", "host_error", "\"transaction\":%u,\"error\":%u",
		     get_le32(message + 8), error);
	mbim_cancel_transaction(mbim, get_le32(message + 8));
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
		mbim_send_error(mbim, get_le32(message + 8), MBIM_ERROR_UNKNOWN);
	}
}

/* One transfer is one message or fragment. */
static void uplink(void *self, const uint8_t *data, size_t len)
{
	struct mbim *mbim = self;

	if (mbim->echo) {
		mbim_push(mbim, data, len);
		return;
	}
	if (len < MBIM_HEADER) {
		check_breach(mbim->check, CHECK_PORT_MBIM_LENGTH, "%zu bytes are no message", len);
		return;
	}
	if (get_le32(data + 4) != len) {
		check_breach(mbim->check, CHECK_PORT_MBIM_LENGTH,
			     "%zu bytes came of a message of %u", len, get_le32(data + 4));
		mbim_send_error(mbim, get_le32(data + 8), MBIM_ERROR_LENGTH_MISMATCH);
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
	mbim_scan_init(mbim);
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
