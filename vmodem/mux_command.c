// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What host and modem say to each other in band: sessions, flow control, link status
 * (mux specification, sections 5, 10 and 11).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "check.h"
#include "mux_internal.h"
#include "record.h"

/* Response codes. Only that 0 means success is known. */
enum {
	CODE_OK = 0,
	CODE_SESSION_ID = 1,
	CODE_ALREADY_OPEN = 2,
	CODE_NOT_OPEN = 3,
	CODE_PARAMETERS = 4,
};

/* A link status report is opaque to the host; four bytes, "the link is up". */
#define LINK_STATUS_UP	1u

/* Any number that a host's own counter is unlikely to have reached. */
#define FIRST_TRANSACTION	0x80000000u

/* A response that waits for its time, see MUX_FAULT_DELAY. */
struct mux_delayed {
	struct mux_delayed *next;
	struct mux *mux;
	struct loop_timer timer;
	size_t len;
	struct mux_encode_command response;
	uint8_t parameters[sizeof(struct iosm_wire_open_session_resp)];
};

/* Section 5.1. */
static uint32_t number_flow(const struct mux *mux, bool stop)
{
	if (!mux->config.aggregation)
		return IOSM_MUX_LITE_FLOW_CTL;
	return stop ? IOSM_MUX_AGGR_FLOW_CTL_STOP : IOSM_MUX_AGGR_FLOW_CTL_GO;
}

static uint32_t number_link_status(const struct mux *mux)
{
	return mux->config.aggregation ? IOSM_MUX_AGGR_LINK_STATUS : IOSM_MUX_LITE_LINK_STATUS;
}

static void send_command(struct mux *mux, const struct mux_encode_command *command,
			 uint32_t request)
{
	uint8_t block[MUX_ENCODE_COMMAND_MAX];
	size_t len;

	record_event(mux->config.record, "mux", "downlink_command",
		     "\"session\":%u,\"command\":%u,\"transaction\":%u", command->session,
		     command->command, command->transaction);
	if (mux->config.aggregation)
		len = mux_encode_command_aggregation(block, command, mux->command_sequence++);
	else
		len = mux_encode_command_lite(block, command);
	mux_downlink_command(mux, block, len, request);
}

/* The host takes the response for the open of this session. */
static void announce(struct mux *mux, const struct mux_encode_command *response)
{
	struct mux_session *session;

	if (response->command != IOSM_MUX_OPEN_SESSION_RESP ||
	    response->session >= IOSM_MUX_SESSIONS || get_le32(response->parameters))
		return;
	session = &mux->sessions[response->session];
	if (!mux_session_open(session) || session->announced)
		return;
	session->announced = true;
	mux_credits_opened(session);
}

static void delayed_free(struct mux_delayed *delayed)
{
	struct mux_delayed **link = &delayed->mux->delayed;

	while (*link != delayed)
		link = &(*link)->next;
	*link = delayed->next;
	loop_timer_cancel(&delayed->timer);
	free(delayed);
}

static void delay_over(struct loop_timer *timer)
{
	struct mux_delayed *delayed = timer->owner;

	send_command(delayed->mux, &delayed->response, 0);
	announce(delayed->mux, &delayed->response);
	delayed_free(delayed);
}

static void respond_later(struct mux *mux, const struct mux_encode_command *response,
			  uint32_t delay_ms)
{
	struct mux_delayed *delayed = calloc(1, sizeof(*delayed));

	if (!delayed)
		return;
	delayed->mux = mux;
	delayed->response = *response;
	memcpy(delayed->parameters, response->parameters, response->parameters_len);
	delayed->response.parameters = delayed->parameters;
	delayed->next = mux->delayed;
	mux->delayed = delayed;
	loop_timer_init(mux->config.loop, &delayed->timer, delay_over, delayed);
	loop_timer_arm(&delayed->timer, (uint64_t)delay_ms * 1000);
}

/* A response that the host must not take for an answer does not announce the session. */
static void respond(struct mux *mux, struct mux_encode_command *response, struct mux_fault fault)
{
	switch (fault.kind) {
	case MUX_FAULT_MUTE:
		return;
	case MUX_FAULT_DELAY:
		respond_later(mux, response, fault.value);
		return;
	case MUX_FAULT_TRANSACTION:
		response->transaction += 1 + fault.value;
		send_command(mux, response, 0);
		return;
	case MUX_FAULT_SESSION:
		response->session = fault.value;
		send_command(mux, response, 0);
		return;
	case MUX_FAULT_SHORT:
		response->parameters_len = 0;
		send_command(mux, response, 0);
		return;
	case MUX_FAULT_TWICE:
		send_command(mux, response, 0);
		break;
	default:
		break;
	}
	send_command(mux, response, 0);
	announce(mux, response);
}

static void respond_open(struct mux *mux, const struct mux_uplink_command *request, uint32_t code,
			 struct mux_fault fault)
{
	uint8_t parameters[sizeof(struct iosm_wire_open_session_resp)] = { 0 };
	struct mux_encode_command response = {
		.session = request->session,
		.command = IOSM_MUX_OPEN_SESSION_RESP,
		.transaction = request->transaction,
		.parameters = parameters,
		.parameters_len = sizeof(parameters),
	};

	put_le32(parameters + offsetof(struct iosm_wire_open_session_resp, code), code);
	put_le32(parameters + offsetof(struct iosm_wire_open_session_resp, ul_head_pad),
		 mux->ul_padding);
	respond(mux, &response, fault);
}

static void respond_close(struct mux *mux, const struct mux_uplink_command *request,
			  uint32_t code, struct mux_fault fault)
{
	uint8_t parameters[sizeof(struct iosm_wire_close_session_resp)];
	struct mux_encode_command response = {
		.session = request->session,
		.command = IOSM_MUX_CLOSE_SESSION_RESP,
		.transaction = request->transaction,
		.parameters = parameters,
		.parameters_len = sizeof(parameters),
	};

	put_le32(parameters, code);
	respond(mux, &response, fault);
}

static struct mux_fault take_fault(struct mux *mux, struct mux_fault *fault)
{
	struct mux_fault taken = *fault;

	if (taken.kind != MUX_FAULT_NONE)
		record_event(mux->config.record, "fault", "mux_response", "\"kind\":%d,\"value\":%u",
			     taken.kind, taken.value);
	fault->kind = MUX_FAULT_NONE;
	return taken;
}

static bool session_valid(struct mux *mux, const struct mux_uplink_command *command)
{
	if (command->session < IOSM_MUX_SESSIONS)
		return true;
	check_breach(mux->config.check, CHECK_MUX_SESSION_ID, "session %u in command %u",
		     command->session, command->command);
	return false;
}

static void session_reset(struct mux_session *session)
{
	session->mux->decoder.sessions[session->id].open = false;
	session->announced = false;
	session->in_doubt = false;
	session->stopped = false;
	session->stop_acked = false;
	session->grace_block = 0;
	session->queue_level = 0;
	mux_queue_clear(&session->queue);
	mux_credits_closed(session);
	for (unsigned int i = 0; i < MUX_REQUESTS; i++)
		if (session->mux->requests[i].session == session->id)
			session->mux->requests[i].orphan = true;
}

/* What an open session asks for (section 5.2). Returns a response code. */
static uint32_t check_open_parameters(struct mux *mux, const struct mux_uplink_command *command)
{
	const uint8_t *parameters = command->parameters;
	unsigned int flow = parameters[offsetof(struct iosm_wire_open_session, flow_ctl)];
	unsigned int hints = parameters[offsetof(struct iosm_wire_open_session, ip_hints)];
	uint32_t padding =
		get_le32(parameters + offsetof(struct iosm_wire_open_session, dl_head_pad));

	if (get_le16(parameters + offsetof(struct iosm_wire_open_session, reserved)))
		check_breach(mux->config.check, CHECK_MUX_STALE_BYTES,
			     "reserved parameters of an open session");
	if (flow > 1 || hints > 1 || padding > MUX_DL_PADDING_MAX)
		check_breach(mux->config.check, CHECK_MUX_OPEN_PARAMETERS,
			     "session %u: flow control %u, hints %u, head padding %u",
			     command->session, flow, hints, padding);
	return padding > MUX_DL_PADDING_MAX ? CODE_PARAMETERS : CODE_OK;
}

static void session_open(struct mux_session *session, const struct mux_uplink_command *command)
{
	const uint8_t *parameters = command->parameters;
	struct mux_decode_session *decode = &session->mux->decoder.sessions[session->id];

	session_reset(session);
	session->dl_padding =
		get_le32(parameters + offsetof(struct iosm_wire_open_session, dl_head_pad));
	session->ip_hints = parameters[offsetof(struct iosm_wire_open_session, ip_hints)] == 1;
	decode->padding = session->mux->ul_padding;
	decode->open = true;
	record_event(session->mux->config.record, "mux", "open_session",
		     "\"session\":%u,\"dl_padding\":%u,\"ul_padding\":%u", session->id,
		     session->dl_padding, decode->padding);
}

static uint32_t try_open(struct mux *mux, const struct mux_uplink_command *command)
{
	struct mux_session *session;
	uint32_t code;

	if (!session_valid(mux, command))
		return CODE_SESSION_ID;
	if (command->parameters_len < sizeof(struct iosm_wire_open_session))
		return CODE_PARAMETERS;
	session = &mux->sessions[command->session];
	/* After a lost response the host has every right to ask again. */
	if (mux_session_open(session) && session->announced) {
		if (!session->in_doubt)
			check_breach(mux->config.check, CHECK_MUX_OPEN_TWICE, "session %u",
				     session->id);
		return CODE_ALREADY_OPEN;
	}
	code = check_open_parameters(mux, command);
	if (code == CODE_OK)
		session_open(session, command);
	return code;
}

static bool dies(struct mux *mux)
{
	return mux->config.dies && mux->config.dies(mux->config.dies_self);
}

/* Not every host can tell from the response in what state the session is. */
static void doubt(struct mux *mux, const struct mux_uplink_command *command)
{
	if (session_valid(mux, command))
		mux->sessions[command->session].in_doubt = true;
}

static void handle_open(struct mux *mux, const struct mux_uplink_command *command)
{
	struct mux_fault fault = take_fault(mux, &mux->open_fault);
	uint32_t code;

	if (fault.kind == MUX_FAULT_LOSE || dies(mux))
		return;
	if (fault.kind == MUX_FAULT_CODE)
		doubt(mux, command);
	code = fault.kind == MUX_FAULT_CODE ? fault.value : try_open(mux, command);
	respond_open(mux, command, code, fault);
}

static uint32_t try_close(struct mux *mux, const struct mux_uplink_command *command)
{
	struct mux_session *session;

	if (!session_valid(mux, command))
		return CODE_SESSION_ID;
	session = &mux->sessions[command->session];
	if (!mux_session_open(session)) {
		if (!session->in_doubt)
			check_breach(mux->config.check, CHECK_MUX_CLOSED_COMMAND,
				     "close of session %u, which is not open", session->id);
		session->in_doubt = false;
		return CODE_NOT_OPEN;
	}
	record_event(mux->config.record, "mux", "close_session", "\"session\":%u", session->id);
	session_reset(session);
	return CODE_OK;
}

static void handle_close(struct mux *mux, const struct mux_uplink_command *command)
{
	struct mux_fault fault = take_fault(mux, &mux->close_fault);
	uint32_t code;

	if (fault.kind == MUX_FAULT_LOSE) {
		doubt(mux, command);
		return;
	}
	code = fault.kind == MUX_FAULT_CODE ? fault.value : try_close(mux, command);
	respond_close(mux, command, code, fault);
}

/* One timer for all: armed for the request that is due first. */
static void arm_request_timer(struct mux *mux)
{
	uint64_t now = loop_now_us(mux->config.loop), first = UINT64_MAX;

	for (unsigned int i = 0; i < MUX_REQUESTS; i++) {
		const struct mux_request *request = &mux->requests[i];

		if (request->used && request->sent && request->due_us < first)
			first = request->due_us;
	}
	if (first == UINT64_MAX)
		loop_timer_cancel(&mux->request_timer);
	else
		loop_timer_arm(&mux->request_timer, first > now ? first - now : 0);
}

static void requests_due(struct loop_timer *timer)
{
	struct mux *mux = timer->owner;
	uint64_t now = loop_now_us(mux->config.loop);

	for (unsigned int i = 0; i < MUX_REQUESTS; i++) {
		struct mux_request *request = &mux->requests[i];

		if (!request->used || !request->sent || request->due_us > now)
			continue;
		request->used = false;
		if (request->orphan)
			continue;
		check_breach(mux->config.check,
			     request->link_status ? CHECK_MUX_LINK_UNANSWERED :
						    CHECK_MUX_FLOW_UNACKED,
			     "session %u, transaction %#x", request->session,
			     request->transaction);
	}
	arm_request_timer(mux);
}

void mux_command_sent(struct mux *mux, uint32_t transaction)
{
	for (unsigned int i = 0; i < MUX_REQUESTS; i++) {
		struct mux_request *request = &mux->requests[i];

		if (!request->used || request->transaction != transaction)
			continue;
		request->sent = true;
		request->due_us = loop_now_us(mux->config.loop) + MUX_REQUEST_TIMEOUT_US;
	}
	arm_request_timer(mux);
}

/* The request that @command answers; reports an answer to nothing. */
static struct mux_request *take_request(struct mux *mux, const struct mux_uplink_command *command,
					bool link_status)
{
	for (unsigned int i = 0; i < MUX_REQUESTS; i++) {
		struct mux_request *request = &mux->requests[i];

		if (request->used && request->sent && request->link_status == link_status &&
		    request->transaction == command->transaction &&
		    request->session == command->session) {
			request->used = false;
			arm_request_timer(mux);
			return request;
		}
	}
	check_breach(mux->config.check, CHECK_MUX_ACK_UNASKED,
		     "command %u, session %u, transaction %#x", command->command,
		     command->session, command->transaction);
	return NULL;
}

static bool flow_awaited(const struct mux *mux, unsigned int session)
{
	for (unsigned int i = 0; i < MUX_REQUESTS; i++) {
		const struct mux_request *request = &mux->requests[i];

		if (request->used && !request->orphan && !request->link_status &&
		    request->session == session)
			return true;
	}
	return false;
}

/* After stop, go, stop only the last ack says that the session stands still. */
static void handle_flow_ack(struct mux *mux, const struct mux_uplink_command *command)
{
	const struct mux_request *request = take_request(mux, command, false);
	struct mux_session *session;

	if (!request || request->orphan)
		return;
	session = &mux->sessions[request->session];
	session->stop_acked = request->stop && !flow_awaited(mux, session->id);
	session->grace_block = 0;
}

static void handle_link_status_response(struct mux *mux, const struct mux_uplink_command *command)
{
	take_request(mux, command, true);
}

struct mux_handler {
	uint32_t command;
	size_t parameters;	/* bytes; section 5.2 */
	void (*handle)(struct mux *mux, const struct mux_uplink_command *command);
};

static const struct mux_handler lite_handlers[] = {
	{ IOSM_MUX_OPEN_SESSION, sizeof(struct iosm_wire_open_session), handle_open },
	{ IOSM_MUX_CLOSE_SESSION, 0, handle_close },
	{ IOSM_MUX_LITE_FLOW_CTL_ACK, 0, handle_flow_ack },
	{ IOSM_MUX_LITE_LINK_STATUS_RESP, sizeof(struct iosm_wire_link_status_resp),
	  handle_link_status_response },
	{ 0 },
};

static const struct mux_handler aggregation_handlers[] = {
	{ IOSM_MUX_OPEN_SESSION, sizeof(struct iosm_wire_open_session), handle_open },
	{ IOSM_MUX_CLOSE_SESSION, 0, handle_close },
	{ IOSM_MUX_AGGR_FLOW_CTL_ACK, 0, handle_flow_ack },
	{ IOSM_MUX_AGGR_LINK_STATUS_RESP, sizeof(struct iosm_wire_link_status_resp),
	  handle_link_status_response },
	{ 0 },
};

static const struct mux_handler *find_handler(const struct mux *mux, uint32_t command)
{
	const struct mux_handler *handler =
		mux->config.aggregation ? aggregation_handlers : lite_handlers;

	while (handler->handle && handler->command != command)
		handler++;
	return handler->handle ? handler : NULL;
}

/* Ids of the host's own commands; its answers carry the modem's. */
static void check_transaction(struct mux *mux, uint32_t transaction)
{
	const unsigned int slots = sizeof(mux->seen) / sizeof(mux->seen[0]);

	for (unsigned int i = 0; i < mux->seen_count && i < slots; i++)
		if (mux->seen[i] == transaction)
			check_breach(mux->config.check, CHECK_MUX_TRANSACTION, "%#x", transaction);
	mux->seen[mux->seen_count++ % slots] = transaction;
}

void mux_command_received(void *self, const struct mux_uplink_command *command)
{
	struct mux *mux = self;
	const struct mux_handler *handler = find_handler(mux, command->command);

	record_event(mux->config.record, "mux", "uplink_command",
		     "\"session\":%u,\"command\":%u,\"transaction\":%u", command->session,
		     command->command, command->transaction);
	if (!handler) {
		check_breach(mux->config.check, CHECK_MUX_COMMAND, "command %u, session %u",
			     command->command, command->session);
		return;
	}
	if (command->parameters_len != handler->parameters)
		check_breach(mux->config.check, CHECK_MUX_COMMAND,
			     "command %u with %zu bytes of parameters, expected %zu",
			     command->command, command->parameters_len, handler->parameters);
	if (command->command == IOSM_MUX_OPEN_SESSION ||
	    command->command == IOSM_MUX_CLOSE_SESSION)
		check_transaction(mux, command->transaction);
	handler->handle(mux, command);
}

static struct mux_request *new_request(struct mux *mux, unsigned int session)
{
	for (unsigned int i = 0; i < MUX_REQUESTS; i++) {
		struct mux_request *request = &mux->requests[i];

		if (request->used)
			continue;
		*request = (struct mux_request){
			.used = true,
			.session = session,
			.transaction = mux->transaction++,
		};
		if (!mux->transaction)
			mux->transaction = FIRST_TRANSACTION;
		return request;
	}
	return NULL;
}

static void send_request(struct mux *mux, const struct mux_request *request, uint32_t command,
			 uint32_t value)
{
	uint8_t parameters[4];

	put_le32(parameters, value);
	send_command(mux,
		     &(struct mux_encode_command){
			     .session = request->session,
			     .command = command,
			     .transaction = request->transaction,
			     .parameters = parameters,
			     .parameters_len = sizeof(parameters),
		     },
		     request->transaction);
}

int mux_command_flow(struct mux *mux, unsigned int id, bool stop)
{
	struct mux_session *session = &mux->sessions[id];
	struct mux_request *request;

	if (!mux_session_open(session))
		return -ENOTCONN;
	request = new_request(mux, id);
	if (!request)
		return -EBUSY;
	request->stop = stop;
	session->stopped = stop;
	session->stop_acked = false;
	send_request(mux, request, number_flow(mux, stop),
		     stop ? IOSM_MUX_FLOW_STOP_ALL : IOSM_MUX_FLOW_GO);
	if (!stop)
		mux_credits_go(session);
	return 0;
}

int mux_command_link_status(struct mux *mux, unsigned int id)
{
	struct mux_request *request;

	if (!mux_session_open(&mux->sessions[id]))
		return -ENOTCONN;
	request = new_request(mux, id);
	if (!request)
		return -EBUSY;
	request->link_status = true;
	send_request(mux, request, number_link_status(mux), LINK_STATUS_UP);
	return 0;
}

void mux_command_init(struct mux *mux)
{
	mux->transaction = FIRST_TRANSACTION;
	loop_timer_init(mux->config.loop, &mux->request_timer, requests_due, mux);
}

void mux_command_reset(struct mux *mux)
{
	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++)
		session_reset(&mux->sessions[i]);
	memset(mux->requests, 0, sizeof(mux->requests));
	loop_timer_cancel(&mux->request_timer);
	while (mux->delayed)
		delayed_free(mux->delayed);
	mux->seen_count = 0;
}
