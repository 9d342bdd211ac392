// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes of an AT port: lines in, result codes out (ITU-T V.250). What the commands
 * mean is in the tables of at_*.c.
 */
#include "at.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "at_internal.h"
#include "control.h"
#include "record.h"

#define BACKSPACE	'\b'
#define CTRL_Z		0x1a	/* ends what a prompt asked for */
#define ESC		0x1b	/* gives it up */

/* --- out ----------------------------------------------------------------- */

static void push(struct at *at, const void *data, size_t len)
{
	int err = sendq_push(&at->queue, data, len);

	if (err && err != -ENOTCONN)
		record_say(at->record, "AT port %u: %zu bytes for the host are lost: %s",
			   at->port, len, strerror(-err));
}

void at_flush(struct at *at)
{
	if (at->out_len)
		push(at, at->out, at->out_len);
	at->out_len = 0;
}

void at_put(struct at *at, const char *data, size_t len)
{
	while (len) {
		size_t room = sizeof(at->out) - at->out_len;
		size_t part = len < room ? len : room;

		memcpy(at->out + at->out_len, data, part);
		at->out_len += part;
		data += part;
		len -= part;
		if (at->out_len == sizeof(at->out))
			at_flush(at);
	}
}

static void put_text(struct at *at, const char *text)
{
	at_put(at, text, strlen(text));
}

void at_info(struct at *at, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (at->verbose)
		put_text(at, "\r\n");
	put_text(at, text);
	put_text(at, "\r\n");
}

static const char *cme_text(int code)
{
	static const struct {
		int code;
		const char *text;
	} texts[] = {
		{ AT_NOT_ALLOWED, "operation not allowed" },
		{ AT_NOT_SUPPORTED, "operation not supported" },
		{ AT_SIM_NOT_INSERTED, "SIM not inserted" },
		{ AT_SIM_PIN, "SIM PIN required" },
		{ AT_SIM_PUK, "SIM PUK required" },
		{ AT_SIM_FAILURE, "SIM failure" },
		{ AT_SIM_BUSY, "SIM busy" },
		{ AT_INCORRECT_PASSWORD, "incorrect password" },
		{ AT_MEMORY_FULL, "memory full" },
		{ AT_NO_NETWORK, "no network service" },
		{ AT_BAD_PARAMETERS, "incorrect parameters" },
		{ AT_GPRS_CAUSE + 26, "insufficient resources" },
		{ AT_GPRS_CAUSE + 27, "missing or unknown APN" },
		{ AT_GPRS_CAUSE + 28, "unknown PDP address or PDP type" },
		{ AT_GPRS_CAUSE + 29, "user authentication failed" },
		{ AT_GPRS_CAUSE + 30, "activation rejected by GGSN, Serving GW or PDN GW" },
		{ AT_GPRS_CAUSE + 31, "activation rejected, unspecified" },
		{ AT_GPRS_CAUSE + 32, "service option not supported" },
		{ AT_GPRS_CAUSE + 33, "requested service option not subscribed" },
		{ AT_GPRS_CAUSE + 34, "service option temporarily out of order" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].code == code)
			return texts[i].text;
	return "unspecified GPRS error";
}

static void put_code(struct at *at, const char *word, const char *number)
{
	if (!at->verbose) {
		put_text(at, number);
		put_text(at, "\r");
		return;
	}
	put_text(at, "\r\n");
	put_text(at, word);
	put_text(at, "\r\n");
}

static void put_result(struct at *at, int result)
{
	if (result == AT_SILENT || (at->quiet && result <= 0))
		return;
	if (result == AT_OK)
		put_code(at, "OK", "0");
	else if (result == AT_NO_CARRIER)
		put_code(at, "NO CARRIER", "3");
	else if (result >= AT_CMS_BASE)
		at_info(at, "+CMS ERROR: %d", result - AT_CMS_BASE);
	else if (result > 0 && at->cme == 1)
		at_info(at, "+CME ERROR: %d", result);
	else if (result > 0 && at->cme == 2)
		at_info(at, "+CME ERROR: %s", cme_text(result));
	else
		put_code(at, "ERROR", "4");
}

void at_finish(struct at *at, int result)
{
	put_result(at, result);
	at_flush(at);
}

/* --- in ------------------------------------------------------------------ */

static void record_line(struct at *at, const char *line)
{
	char shown[64];
	size_t i;

	/* Only what cannot break the JSON. */
	for (i = 0; line[i] && i < sizeof(shown) - 1; i++)
		shown[i] = isalnum((unsigned char)line[i]) || strchr("+=?,;:.-_*#&@ ", line[i]) ?
			   line[i] : '\'';
	shown[i] = '\0';
	record_event(at->record, "at", "command", "\"port\":%u,\"line\":\"%s\"", at->port, shown);
}

static void execute(struct at *at)
{
	char *body = at->line;

	record_line(at, body);
	strcpy(at->last, body);
	at->any_last = true;
	while (*body == ' ')
		body++;
	/* V.250, 5.2.1: what does not begin with AT is no command line. */
	if (strncasecmp(body, "AT", 2)) {
		at_flush(at);
		return;
	}
	put_result(at, at_run(at, body + 2));
	at_flush(at);
}

static void line_done(struct at *at)
{
	at->line[at->len] = '\0';
	at->len = 0;
	if (at->too_long) {
		at->too_long = false;
		put_result(at, AT_ERROR);
		at_flush(at);
		return;
	}
	if (at->line[0])
		execute(at);
}

static void repeat_last(struct at *at)
{
	at->len = 0;
	if (!at->any_last) {
		put_result(at, AT_ERROR);
		return;
	}
	strcpy(at->line, at->last);
	execute(at);
}

/* Behind a prompt: everything up to ^Z, whatever lines it has (TS 27.005, 3.5.1). */
static void take_prompted(struct at *at, char byte)
{
	int (*take)(struct at *at, const char *text) = at->prompt;
	int result;

	if (byte != CTRL_Z && byte != ESC) {
		if (at->len == AT_LINE_MAX)
			at->too_long = true;
		else if ((unsigned char)byte > ' ')
			at->line[at->len++] = byte;
		return;
	}
	at->line[at->len] = '\0';
	at->len = 0;
	at->prompt = NULL;
	result = byte == ESC ? AT_OK : at->too_long ? AT_ERROR : take(at, at->line);
	at->too_long = false;
	put_result(at, result);
	at_flush(at);
}

static void take_byte(struct at *at, char byte)
{
	if (at->echo)
		at_put(at, &byte, 1);
	if (at->prompt) {
		take_prompted(at, byte);
		return;
	}
	if (byte == '\r') {
		line_done(at);
		return;
	}
	if (byte == BACKSPACE) {
		at->len -= at->len > 0;
		return;
	}
	/* Line feeds and other control characters do not count (V.250, 5.2.2). */
	if ((unsigned char)byte < ' ')
		return;
	if (at->len == AT_LINE_MAX) {
		at->too_long = true;
		return;
	}
	at->line[at->len++] = byte;
	if (at->len == 2 && !strncasecmp(at->line, "A/", 2))
		repeat_last(at);
}

static void uplink(void *self, const uint8_t *data, size_t len)
{
	struct at *at = self;

	if (at->silent)
		return;
	if (at->raw_echo) {
		push(at, data, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		take_byte(at, (char)data[i]);
	at_flush(at);
}

static void opened(void *self, struct channel *channel)
{
	struct at *at = self;

	at->channel = channel;
	sendq_open(&at->queue, channel);
}

static void writable(void *self)
{
	struct at *at = self;

	sendq_flush(&at->queue);
}

static void closed(void *self)
{
	struct at *at = self;

	at->channel = NULL;
	at->len = 0;
	at->too_long = false;
	at->prompt = NULL;
	at->activating = 0;
	at->out_len = 0;
	sendq_clear(&at->queue);
}

const struct channel_protocol *at_protocol(void)
{
	static const struct channel_protocol protocol = {
		.name = "at",
		.opened = opened,
		.uplink = uplink,
		.writable = writable,
		.closed = closed,
	};

	return &protocol;
}

/* --- life ---------------------------------------------------------------- */

void at_defaults(struct at *at)
{
	/* Echo off, as clients' parsers expect it of this modem (MBIM document, 4.6). */
	at->echo = false;
	at->quiet = false;
	at->verbose = true;
	at->cme = 0;
	memset(at->reporting, 0, sizeof(at->reporting));
	at->operator_format = 0;
	at->cell_reports = false;
	at->preferred_format = 0;
	at->sms_service = 0;
	memset(at->indications, 0, sizeof(at->indications));
}

static void changed(void *self, unsigned int changes, unsigned int session)
{
	struct at *at = self;

	if (changes & NETWORK_CHANGED_RESTART) {
		at_defaults(at);
		at->any_last = false;
		at->prompt = NULL;
		at->activating = 0;
		at_xmm_stop(at);
	}
	if (changes & NETWORK_CHANGED_REGISTRATION) {
		at_report_registration(at);
		at_report_cell(at);
	}
	if (changes & NETWORK_CHANGED_BEARER)
		at_context_changed(at, session);
}

/* Returns the port that "PORT on|off" names, and which of both; NULL: @reply has failed. */
static struct at *read_switch(struct at *at, struct control_reply *reply, int argc, char **argv,
			      bool *on)
{
	uint64_t port;

	if (argc != 3 || (strcmp(argv[2], "on") && strcmp(argv[2], "off"))) {
		control_fail(reply, "expected PORT on|off");
		return NULL;
	}
	if (!control_number(reply, argv[1], UINT32_MAX, &port))
		return NULL;
	*on = !strcmp(argv[2], "on");
	while (at && at->port != port)
		at = at->next;
	if (!at)
		control_fail(reply, "there is no AT port %s", argv[1]);
	return at;
}

static int command_echo(void *self, struct control_reply *reply, int argc, char **argv)
{
	bool on = false;
	struct at *at = read_switch(self, reply, argc, argv, &on);

	if (!at)
		return -EINVAL;
	at->raw_echo = on;
	return 0;
}

static int command_silent(void *self, struct control_reply *reply, int argc, char **argv)
{
	bool on = false;
	struct at *at = read_switch(self, reply, argc, argv, &on);

	if (!at)
		return -EINVAL;
	at->silent = on;
	return 0;
}

/* Each command is for all ports: the first one answers it for those that follow. */
static void join_ports(struct at *at, const struct at_config *config)
{
	struct at **link = config->first ? &config->first->next : NULL;

	if (!link) {
		control_register(config->control, "at-echo",
				 "PORT on|off: return what comes to an AT port unchanged",
				 command_echo, at);
		control_register(config->control, "at-silent",
				 "PORT on|off: leave what comes to an AT port unanswered",
				 command_silent, at);
		return;
	}
	while (*link)
		link = &(*link)->next;
	*link = at;
}

struct at *at_new(const struct at_config *config)
{
	struct at *at = calloc(1, sizeof(*at));

	if (!at)
		return NULL;
	at->record = config->record;
	at->network = config->network;
	at->identity = config->identity ? config->identity : &identity_xmm7560;
	at->xmm7360 = config->xmm7360;
	at->port = config->port;
	at->restart = config->restart;
	at->power_off = config->power_off;
	at->restart_self = config->restart_self;
	sendq_init(&at->queue, AT_QUEUE_BYTES);
	at_defaults(at);
	at->last_state = network_registration(at->network)->state;
	at->observer.changed = changed;
	at->observer.self = at;
	network_observe(at->network, &at->observer);
	at_sms_init(at);
	at_xmm_init(at, config->loop);
	join_ports(at, config);
	return at;
}

void at_free(struct at *at)
{
	if (!at)
		return;
	at_xmm_stop(at);
	sms_unobserve(network_sms(at->network), &at->sms_observer);
	network_unobserve(at->network, &at->observer);
	sendq_clear(&at->queue);
	free(at);
}
