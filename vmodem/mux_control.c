// SPDX-License-Identifier: GPL-2.0-or-later
/* Control commands of the mux, faults among them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "mux_internal.h"
#include "record.h"

static int want_words(struct control_reply *reply, int argc, int least, int most)
{
	if (argc - 1 >= least && argc - 1 <= most)
		return 0;
	return control_fail(reply, least == most ? "expected %d words" : "expected %d to %d words",
			    least, most);
}

/* Reads a session id; returns NULL and fails @reply otherwise. */
static struct mux_session *want_session(struct mux *mux, struct control_reply *reply,
					const char *word)
{
	uint64_t id;

	if (!control_number(reply, word, IOSM_MUX_SESSIONS - 1, &id))
		return NULL;
	return &mux->sessions[id];
}

static int explain(struct control_reply *reply, int error)
{
	switch (error) {
	case 0:
		return 0;
	case -ENOTCONN:
		return control_fail(reply, "the session is not open");
	case -EBUSY:
		return control_fail(reply, "too many commands wait for an answer");
	default:
		return control_fail(reply, "%s", strerror(-error));
	}
}

static int run_flow(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	struct mux_session *session;
	int result = want_words(reply, argc, 2, 2);

	if (result)
		return result;
	session = want_session(mux, reply, argv[1]);
	if (!session)
		return -EINVAL;
	if (strcmp(argv[2], "stop") && strcmp(argv[2], "go"))
		return control_fail(reply, "expected stop or go, not \"%s\"", argv[2]);
	return explain(reply, mux_command_flow(mux, session->id, !strcmp(argv[2], "stop")));
}

static int run_link_status(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	struct mux_session *session;
	int result = want_words(reply, argc, 1, 1);

	if (result)
		return result;
	session = want_session(mux, reply, argv[1]);
	if (!session)
		return -EINVAL;
	return explain(reply, mux_command_link_status(mux, session->id));
}

static int run_credits(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	struct mux_session *session;
	uint64_t bytes;
	int result = want_words(reply, argc, 2, 2);

	if (result)
		return result;
	session = want_session(mux, reply, argv[1]);
	if (!session || !control_number(reply, argv[2], UINT32_MAX, &bytes))
		return -EINVAL;
	if (!mux_session_open(session))
		return explain(reply, -ENOTCONN);
	mux_credits_grant(session, (uint32_t)bytes);
	return 0;
}

static int run_credit_window(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	uint64_t bytes;
	int result = want_words(reply, argc, 1, 1);

	if (result)
		return result;
	if (!control_number(reply, argv[1], 1u << 30, &bytes))
		return -EINVAL;
	mux->credit_window = (uint32_t)bytes;
	return 0;
}

static int run_ul_padding(void *self, struct control_reply *reply, int argc, char **argv)
{
	uint64_t bytes;
	int result = want_words(reply, argc, 1, 1);

	if (result)
		return result;
	if (!control_number(reply, argv[1], UINT32_MAX, &bytes))
		return -EINVAL;
	mux_set_ul_padding(self, (unsigned int)bytes);
	return 0;
}

static int run_dl_layout(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	int result = want_words(reply, argc, 1, 1);

	if (result)
		return result;
	if (strcmp(argv[1], "first") && strcmp(argv[1], "last"))
		return control_fail(reply, "expected first or last, not \"%s\"", argv[1]);
	mux->tables_last = !strcmp(argv[1], "last");
	return 0;
}

static const struct {
	const char *name;
	enum mux_fault_kind kind;
	bool value;
} fault_names[] = {
	{ "none", MUX_FAULT_NONE, false },
	{ "lose", MUX_FAULT_LOSE, false },
	{ "mute", MUX_FAULT_MUTE, false },
	{ "delay", MUX_FAULT_DELAY, true },
	{ "code", MUX_FAULT_CODE, true },
	{ "transaction", MUX_FAULT_TRANSACTION, false },
	{ "session", MUX_FAULT_SESSION, true },
	{ "short", MUX_FAULT_SHORT, false },
	{ "twice", MUX_FAULT_TWICE, false },
};

static int set_fault(struct control_reply *reply, struct mux_fault *fault, int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(fault_names) / sizeof(fault_names[0]); i++) {
		uint64_t value = 0;

		if (strcmp(argv[2], fault_names[i].name))
			continue;
		if (argc != (fault_names[i].value ? 4 : 3))
			return control_fail(reply, "\"%s\" takes %s", argv[2],
					    fault_names[i].value ? "a number" : "no number");
		if (argc == 4 && !control_number(reply, argv[3], UINT32_MAX, &value))
			return -EINVAL;
		if (fault_names[i].kind == MUX_FAULT_CODE && !value)
			return control_fail(reply, "code 0 means success");
		fault->kind = fault_names[i].kind;
		fault->value = (uint32_t)value;
		return 0;
	}
	return control_fail(reply, "no fault \"%s\"", argv[2]);
}

static int run_fault(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	int result = want_words(reply, argc, 2, 3);

	if (result)
		return result;
	if (!strcmp(argv[1], "open"))
		return set_fault(reply, &mux->open_fault, argc, argv);
	if (!strcmp(argv[1], "close"))
		return set_fault(reply, &mux->close_fault, argc, argv);
	return control_fail(reply, "expected open or close, not \"%s\"", argv[1]);
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)((at - digits) % 16) : -1;
}

/* Returns the number of bytes, or fails @reply. */
static int want_hex(struct control_reply *reply, const char *word, uint8_t *data, size_t max)
{
	size_t len = strlen(word) / 2;

	if (strlen(word) % 2 || len > max)
		return control_fail(reply, "expected at most %zu bytes of two hex digits each", max);
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(word[2 * i]), low = hex_digit(word[2 * i + 1]);

		if (high < 0 || low < 0)
			return control_fail(reply, "\"%s\" is not hexadecimal", word);
		data[i] = (uint8_t)(high << 4 | low);
	}
	return (int)len;
}

static int run_raw(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	uint8_t data[4096];
	int result = want_words(reply, argc, 1, 1);

	if (result)
		return result;
	if (!mux->channel)
		return control_fail(reply, "the channel is not open");
	result = want_hex(reply, argv[1], data, sizeof(data));
	if (result < 0)
		return result;
	mux_downlink_command(mux, data, (size_t)result, 0);
	return 0;
}

static int run_poke(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	uint64_t offset;
	int result = want_words(reply, argc, 2, 2);

	if (result)
		return result;
	if (!control_number(reply, argv[1], MUX_ENCODE_MAX, &offset))
		return -EINVAL;
	result = want_hex(reply, argv[2], mux->poke.data, sizeof(mux->poke.data));
	if (result < 0)
		return result;
	mux->poke.offset = offset;
	mux->poke.len = (size_t)result;
	return 0;
}

static void show_session(const struct mux_session *session, struct control_reply *reply)
{
	const struct mux_session_counters *counters = &session->counters;

	control_line(reply,
		     "session %u %s uplink %llu packets %llu bytes downlink %llu packets %llu bytes "
		     "queued %zu full %llu oversize %llu credits %lld level %u",
		     session->id,
		     !mux_session_open(session) ? "closed" :
		     session->stopped		? "stopped" :
						  "open",
		     (unsigned long long)counters->uplink_packets,
		     (unsigned long long)counters->uplink_bytes,
		     (unsigned long long)counters->downlink_packets,
		     (unsigned long long)counters->downlink_bytes, session->queue.messages,
		     (unsigned long long)counters->downlink_drops_full,
		     (unsigned long long)counters->downlink_drops_oversize,
		     (long long)session->credits_least, session->queue_level);
}

static int run_show(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mux *mux = self;
	int result = want_words(reply, argc, 0, 0);

	(void)argv;
	if (result)
		return result;
	control_line(reply, "dialect %s, channel %s, %llu uplink blocks",
		     mux->config.aggregation ? "aggregation" : "lite",
		     mux->channel ? "open" : "closed", (unsigned long long)mux->blocks);
	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++)
		show_session(&mux->sessions[i], reply);
	return 0;
}

void mux_control_init(struct mux *mux)
{
	static const struct {
		const char *name, *help;
		control_command run;
	} commands[] = {
		{ "mux", ": sessions of the IP channel and their counters", run_show },
		{ "flow", "SESSION stop|go: tell the host to stop or go on sending", run_flow },
		{ "link-status", "SESSION: send a link status report", run_link_status },
		{ "credits", "SESSION BYTES: grant uplink credits", run_credits },
		{ "credit-window", "BYTES: what grants keep a session topped up to",
		  run_credit_window },
		{ "ul-padding", "BYTES: uplink head padding of sessions opened from now on",
		  run_ul_padding },
		{ "dl-layout", "first|last: where the tables of downlink blocks stand",
		  run_dl_layout },
		{ "mux-fault",
		  "open|close none|lose|mute|delay MS|code N|transaction|session ID|short|twice: "
		  "what happens to the next response",
		  run_fault },
		{ "dl-raw", "HEX: send these bytes as a downlink block", run_raw },
		{ "dl-poke", "OFFSET HEX: overwrite bytes of the next downlink data block",
		  run_poke },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		control_register(mux->config.control, commands[i].name, commands[i].help,
				 commands[i].run, mux);
}
