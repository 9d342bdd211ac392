/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An MBIM function with a network behind it and the test as its host. Requests are made
 * and answers read by libmbim.
 */
#ifndef TESTS_UNIT_MBIM_FIXTURE_H
#define TESTS_UNIT_MBIM_FIXTURE_H

#include <libmbim-glib.h>

#include "../../vmodem/bytes.h"
#include "../../vmodem/check.h"
#include "../../vmodem/control.h"
#include "../../vmodem/identity.h"
#include "../../vmodem/loop.h"
#include "../../vmodem/mbim.h"
#include "../../vmodem/network.h"
#include "../../vmodem/record.h"
#include "fake_channel.h"
#include "tap.h"

struct fixture {
	struct tap tap;
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct control *control;
	struct network *network;
	struct mbim *mbim;
	struct channel channel;
	const struct channel_protocol *protocol;
	guint32 transaction;
	unsigned int restarts;		/* that the host asked for */
	enum mbim_restart restart;	/* the last one of them */
};

/* The identity of the specification's dumps. */
static const struct identity dump_identity = {
	.manufacturer = "Test", .model = "Test", .firmware = "18601.5001.00.01.17.34",
	.hardware = "V1.0.4", .imei = "867191040000017",
};

static inline void count_restart(void *self, enum mbim_restart how)
{
	struct fixture *f = self;

	f->restarts++;
	f->restart = how;
}

static inline void fixture_start(struct fixture *f, const struct identity *identity,
				 uint16_t version)
{
	memset(f, 0, sizeof(*f));
	f->loop = loop_new();
	f->record = record_open(NULL);
	f->check = check_new(f->record);
	f->control = control_new(f->loop, f->record);
	f->network = network_new(&(struct network_config){
		.loop = f->loop, .record = f->record, .control = f->control });
	f->mbim = mbim_new(&(struct mbim_config){
		.loop = f->loop, .record = f->record, .check = f->check, .control = f->control,
		.network = f->network, .identity = identity, .version = version,
		.restart = count_restart, .restart_self = f });
	fake_init(&f->channel, 32768);
	f->protocol = mbim_protocol();
	f->protocol->opened(f->mbim, &f->channel);
}

static inline void fixture_stop(struct fixture *f)
{
	f->protocol->closed(f->mbim);
	mbim_free(f->mbim);
	network_free(f->network);
	control_free(f->control);
	check_free(f->check);
	record_close(f->record);
	loop_free(f->loop);
	fake_clear(&f->channel);
}

static inline int fixture_end(struct fixture *f)
{
	fixture_stop(f);
	return tap_done(&f->tap);
}

/* A control command that must succeed; what follows from it at once has been sent. */
static inline void control(struct fixture *f, const char *line)
{
	char answer[1024];

	if (control_execute(f->control, line, answer, sizeof(answer)))
		tap_ok(&f->tap, false, "control command \"%s\": %s", line, answer);
	loop_run_once(f->loop, 0);
}

/* Bytes of the host, in memory exactly as long as they are. */
static inline void send_raw(struct fixture *f, const void *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, data, len);
	f->protocol->uplink(f->mbim, copy, len);
	free(copy);
}

static inline void send_message(struct fixture *f, MbimMessage *request)
{
	guint32 len;
	const guint8 *data;

	mbim_message_set_transaction_id(request, ++f->transaction);
	data = mbim_message_get_raw(request, &len, NULL);
	send_raw(f, data, len);
	mbim_message_unref(request);
}

/* The next message of the function as libmbim's, NULL if there is none. */
static inline MbimMessage *next_message(struct fixture *f)
{
	const struct fake_message *sent = fake_take(&f->channel);

	return sent ? mbim_message_new(sent->data, (guint32)sent->len) : NULL;
}

/*
 * Does the loop's work for @ms, and what is due then: a busy machine may have spent the
 * whole time elsewhere.
 */
static inline void run_for(struct fixture *f, unsigned int ms)
{
	gint64 end = g_get_monotonic_time() + (gint64)ms * 1000;

	while (g_get_monotonic_time() < end)
		loop_run_once(f->loop, 1);
	for (int round = 0; round < 3; round++)
		loop_run_once(f->loop, 0);
}

/* Does the loop's work until a message waits; a test that fails waits for 10 s. */
static inline void wait_for(struct fixture *f)
{
	gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

	while (!fake_waiting(&f->channel) && g_get_monotonic_time() < end)
		loop_run_once(f->loop, 1);
}

static inline MbimMessage *wait_message(struct fixture *f)
{
	wait_for(f);
	return next_message(f);
}

/*
 * Sends @request (built from @error) and takes the answer, which must be an unfragmented
 * COMMAND_DONE for it with @status. Nothing else may have come before it.
 */
static inline MbimMessage *ask(struct fixture *f, MbimMessage *request, guint32 status,
			       const char *what)
{
	g_autoptr(GError) error = NULL;
	MbimMessage *answer;
	guint32 cid = mbim_message_command_get_cid(request);
	MbimService service = mbim_message_command_get_service(request);

	send_message(f, request);
	answer = next_message(f);
	if (!tap_ok(&f->tap, answer && mbim_message_validate(answer, &error),
		    "%s: libmbim takes the answer", what)) {
		printf("# %s\n", error ? error->message : "no answer");
		exit(tap_done(&f->tap));
	}
	tap_ok(&f->tap, mbim_message_get_message_type(answer) == MBIM_MESSAGE_TYPE_COMMAND_DONE &&
	       mbim_message_get_transaction_id(answer) == f->transaction &&
	       mbim_message_command_done_get_service(answer) == service &&
	       mbim_message_command_done_get_cid(answer) == cid, "%s: answer to the command", what);
	tap_equal(&f->tap, mbim_message_command_done_get_status_code(answer), status,
		  "%s: status", what);
	return answer;
}

/* The next message must be an indication of Basic Connect's @cid. */
static inline MbimMessage *indication_of(struct fixture *f, MbimService service, guint32 cid,
					 const char *what)
{
	g_autoptr(GError) error = NULL;
	MbimMessage *message = next_message(f);

	if (!tap_ok(&f->tap, message && mbim_message_validate(message, &error) &&
		    mbim_message_get_message_type(message) == MBIM_MESSAGE_TYPE_INDICATE_STATUS &&
		    mbim_message_indicate_status_get_service(message) == service &&
		    mbim_message_indicate_status_get_cid(message) == cid,
		    "%s: indication", what)) {
		if (message)
			printf("# %s\n", mbim_message_get_printable(message, "#", FALSE));
		exit(tap_done(&f->tap));
	}
	return message;
}

static inline MbimMessage *indication(struct fixture *f, guint32 cid, const char *what)
{
	return indication_of(f, MBIM_SERVICE_BASIC_CONNECT, cid, what);
}

static inline void no_message(struct fixture *f, const char *what)
{
	MbimMessage *message = next_message(f);

	if (!tap_ok(&f->tap, !message, "%s: nothing more comes", what)) {
		printf("# %s\n", mbim_message_get_printable(message, "#", FALSE));
		mbim_message_unref(message);
	}
}

static inline void open_function(struct fixture *f, guint32 limit)
{
	MbimMessage *answer;

	send_message(f, mbim_message_open_new(0, limit));
	answer = next_message(f);
	tap_ok(&f->tap, answer &&
	       mbim_message_get_message_type(answer) == MBIM_MESSAGE_TYPE_OPEN_DONE &&
	       mbim_message_get_transaction_id(answer) == f->transaction &&
	       mbim_message_open_done_get_status_code(answer) == MBIM_STATUS_ERROR_NONE, "open");
	if (answer)
		mbim_message_unref(answer);
}

/* The next message must be a FUNCTION_ERROR. */
static inline void expect_error(struct fixture *f, guint32 transaction, guint32 code,
				const char *what)
{
	const struct fake_message *sent = fake_take(&f->channel);

	if (!tap_ok(&f->tap, sent && sent->len == 16 && get_le32(sent->data) == 0x80000004,
		    "%s: function error", what))
		return;
	tap_equal(&f->tap, get_le32(sent->data + 8), transaction, "%s: its transaction", what);
	tap_equal(&f->tap, get_le32(sent->data + 12), code, "%s: its code", what);
}

#endif /* TESTS_UNIT_MBIM_FIXTURE_H */
