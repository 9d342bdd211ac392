/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two AT ports with a network behind them and the test as the host of the first one.
 */
#ifndef TESTS_UNIT_AT_FIXTURE_H
#define TESTS_UNIT_AT_FIXTURE_H

#include "../../vmodem/at.h"
#include "../../vmodem/control.h"
#include "../../vmodem/identity.h"
#include "../../vmodem/loop.h"
#include "../../vmodem/network.h"
#include "../../vmodem/record.h"
#include "fake_channel.h"
#include "tap.h"

struct fixture {
	struct tap tap;
	struct loop *loop;
	struct record *record;
	struct control *control;
	struct network *network;
	struct at *at;
	struct at *second;
	struct at *third;		/* NULL: there is none */
	struct channel channel;
	const struct channel_protocol *protocol;
};

static inline void start(struct fixture *f)
{
	struct at_config config;

	memset(f, 0, sizeof(*f));
	f->loop = loop_new();
	f->record = record_open(NULL);
	f->control = control_new(f->loop, f->record);
	f->network = network_new(&(struct network_config){
		.loop = f->loop, .record = f->record, .control = f->control });
	config = (struct at_config){
		.loop = f->loop, .record = f->record, .control = f->control,
		.network = f->network };
	f->at = at_new(&config);
	config.port = 1;
	config.first = f->at;
	config.identity = &identity_xmm7360;
	config.xmm7360 = true;
	f->second = at_new(&config);
	fake_init(&f->channel, 2048);
	f->protocol = at_protocol();
	f->protocol->opened(f->at, &f->channel);
}

static inline int stop(struct fixture *f)
{
	f->protocol->closed(f->at);
	at_free(f->third);
	at_free(f->second);
	at_free(f->at);
	network_free(f->network);
	control_free(f->control);
	record_close(f->record);
	loop_free(f->loop);
	fake_clear(&f->channel);
	return tap_done(&f->tap);
}

static inline void send_text(struct fixture *f, const char *text)
{
	size_t len = strlen(text);
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, text, len);
	f->protocol->uplink(f->at, copy, len);
	free(copy);
}

/* All that was sent since the last call, in one string. */
static inline const char *received(struct fixture *f)
{
	static char text[65536];
	const struct fake_message *sent;
	size_t len = 0;

	for (sent = fake_take(&f->channel); sent; sent = fake_take(&f->channel)) {
		memcpy(text + len, sent->data, sent->len);
		len += sent->len;
	}
	text[len] = '\0';
	fake_clear(&f->channel);
	return text;
}

static inline void show(const char *name, const char *text)
{
	printf("# %s: \"", name);
	for (; *text; text++) {
		if (*text == '\r')
			printf("\\r");
		else if (*text == '\n')
			printf("\\n");
		else
			putchar(*text);
	}
	printf("\"\n");
}

static inline void expect(struct fixture *f, const char *expected, const char *what)
{
	const char *got = received(f);

	if (!tap_ok(&f->tap, !strcmp(got, expected), "%s", what)) {
		show("got", got);
		show("expected", expected);
	}
}

/* Sends a line as clients do and expects information lines with CR LF around each, and OK. */
static inline void ask(struct fixture *f, const char *line, const char *expected)
{
	char text[2100];

	snprintf(text, sizeof(text), "%s\r\n", line);
	send_text(f, text);
	expect(f, expected, line);
}

static inline void ok(struct fixture *f, const char *line)
{
	ask(f, line, "\r\nOK\r\n");
}

static inline void error(struct fixture *f, const char *line)
{
	ask(f, line, "\r\nERROR\r\n");
}

static inline void execute(struct fixture *f, const char *line)
{
	char answer[1024];

	if (control_execute(f->control, line, answer, sizeof(answer)))
		tap_ok(&f->tap, false, "control command \"%s\": %s", line, answer);
}

#endif /* TESTS_UNIT_AT_FIXTURE_H */
