// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages: open and close, fragments in both directions at every boundary, every
 * protocol error, and the echo that carries messages of every size.
 */
#include "mbim_fixture.h"

#define COMMAND_HEADER	48

/* A SUBSCRIBE_LIST set for one service with as many CIDs as make @len bytes in all. */
static MbimMessage *long_command(size_t len)
{
	static guint32 cids[8192];
	MbimEventEntry entry = { .cids_count = (guint32)((len - COMMAND_HEADER - 12 - 20) / 4),
				 .cids = cids };
	const MbimEventEntry *list[] = { &entry, NULL };

	for (size_t i = 0; i < entry.cids_count; i++)
		cids[i] = 9;
	memcpy(&entry.device_service_id, MBIM_UUID_BASIC_CONNECT, 16);
	return mbim_message_device_service_subscribe_list_set_new(1, list, NULL);
}

/* Writes fragment @current of @message, cut at @limit; returns its length. */
static size_t fragment(uint8_t *out, const uint8_t *message, size_t len, size_t limit,
		       uint32_t current)
{
	size_t room = limit - 20, left = len - 20;
	uint32_t total = (uint32_t)((left + room - 1) / room);
	size_t start = current * room;
	size_t payload = left - start < room ? left - start : room;

	memcpy(out, message, 12);
	put_le32(out + 4, (uint32_t)(20 + payload));
	put_le32(out + 12, total);
	put_le32(out + 16, current);
	memcpy(out + 20, message + 20 + start, payload);
	return 20 + payload;
}

static uint32_t fragments_of(size_t len, size_t limit)
{
	return (uint32_t)((len - 20 + limit - 21) / (limit - 20));
}

static void send_fragment(struct fixture *f, const uint8_t *message, size_t len, size_t limit,
			  uint32_t current)
{
	uint8_t out[4096];

	send_raw(f, out, fragment(out, message, len, limit, current));
}

/* --- open, close, errors of whole messages ------------------------------- */

static void send_words(struct fixture *f, uint32_t type, uint32_t length, uint32_t transaction,
		       uint32_t word, size_t len)
{
	uint8_t message[20] = { 0 };

	put_le32(message, type);
	put_le32(message + 4, length);
	put_le32(message + 8, transaction);
	put_le32(message + 12, word);
	send_raw(f, message, len);
}

static void expect_done(struct fixture *f, uint32_t type, uint32_t transaction, uint32_t status,
			const char *what)
{
	const struct fake_message *sent = fake_take(&f->channel);

	if (!tap_ok(&f->tap, sent && sent->len == 16, "%s: one answer", what))
		return;
	tap_equal(&f->tap, get_le32(sent->data), type, "%s: type", what);
	tap_equal(&f->tap, get_le32(sent->data + 4), 16, "%s: length", what);
	tap_equal(&f->tap, get_le32(sent->data + 8), transaction, "%s: transaction", what);
	tap_equal(&f->tap, get_le32(sent->data + 12), status, "%s: status", what);
}

static void open_and_close(struct fixture *f)
{
	MbimMessage *m = mbim_message_device_caps_query_new(NULL);

	send_message(f, m);
	expect_error(f, f->transaction, 5, "command before open");
	send_words(f, 2, 12, 7, 0, 12);
	expect_done(f, 0x80000002, 7, 0, "close while closed");
	send_words(f, 1, 16, 8, 63, 16);
	expect_done(f, 0x80000001, 8, 0x15, "open with a limit of 63");
	send_message(f, mbim_message_device_caps_query_new(NULL));
	expect_error(f, f->transaction, 5, "command after a refused open");
	send_words(f, 1, 16, 9, 64, 16);
	expect_done(f, 0x80000001, 9, 0, "open with a limit of 64");
	send_words(f, 1, 16, 10, 4096, 16);
	expect_done(f, 0x80000001, 10, 0, "open while open");
	send_words(f, 1, 12, 11, 0, 12);
	expect_error(f, 11, 3, "open without a limit");
	send_words(f, 1, 20, 12, 4096, 20);
	expect_error(f, 12, 3, "open with more");
	send_words(f, 2, 16, 13, 0, 16);
	expect_error(f, 13, 3, "close with more");
	send_words(f, 0x80000003, 16, 14, 0, 16);
	expect_error(f, 14, 6, "a message of the function");
	send_words(f, 0x55, 16, 15, 0, 16);
	expect_error(f, 15, 6, "an unknown type");
	send_words(f, 4, 16, 16, 7, 16);
	no_message(f, "host error");
	tap_equal(&f->tap, (long long)check_total(f->check), 0, "no breach so far");
	send_words(f, 2, 13, 17, 0, 12);
	expect_error(f, 17, 3, "longer than the transfer");
	send_words(f, 2, 12, 18, 0, 16);
	expect_error(f, 18, 3, "shorter than the transfer");
	send_words(f, 2, 12, 19, 0, 11);
	send_raw(f, "", 0);
	no_message(f, "no message at all");
	tap_equal(&f->tap, (long long)check_count(f->check, CHECK_PORT_MBIM_LENGTH), 4,
		  "four breaches are counted");
	send_words(f, 3, 16, 20, 1, 16);
	expect_error(f, 20, 3, "a command too short for its header");
}

/* --- fragments of the host ------------------------------------------------ */

static void join_sizes(struct fixture *f)
{
	static const size_t limits[] = { 64, 65, 100, 512, 4096 };

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		size_t limit = limits[i];
		unsigned int wrong = 0, count = 0;

		open_function(f, 4096);
		/* Around one, two, three and four fragments, each possible length. */
		for (size_t len = 84; len < 4 * limit && len < 13000; len += 4) {
			MbimMessage *request = long_command(len);
			const guint8 *raw;
			const struct fake_message *sent;
			guint32 got;

			mbim_message_set_transaction_id(request, ++f->transaction);
			raw = mbim_message_get_raw(request, &got, NULL);
			for (uint32_t k = 0; k < fragments_of(got, limit); k++) {
				if (fake_waiting(&f->channel))
					wrong++;
				send_fragment(f, raw, got, limit, k);
			}
			sent = fake_take(&f->channel);
			if (!sent || get_le32(sent->data + 8) != f->transaction ||
			    get_le32(sent->data + 40))
				wrong++;
			count++;
			mbim_message_unref(request);
			fake_clear(&f->channel);
		}
		tap_equal(&f->tap, wrong, 0, "limit %zu: %u joined commands", limit, count);
	}
}

static const guint8 *three_fragments(struct fixture *f, MbimMessage **request, guint32 *len)
{
	*request = long_command(1000);
	mbim_message_set_transaction_id(*request, ++f->transaction);
	return mbim_message_get_raw(*request, len, NULL);
}

static void join_errors(struct fixture *f)
{
	uint8_t piece[512];
	MbimMessage *request;
	const guint8 *raw;
	guint32 len;

	raw = three_fragments(f, &request, &len);
	tap_equal(&f->tap, fragments_of(len, 512), 2, "two fragments");
	send_fragment(f, raw, len, 512, 1);
	expect_error(f, f->transaction, 2, "the second one first");
	send_fragment(f, raw, len, 400, 0);
	send_fragment(f, raw, len, 400, 2);
	expect_error(f, f->transaction, 2, "the third one second");
	send_fragment(f, raw, len, 400, 1);
	expect_error(f, f->transaction, 2, "after it was given up");
	send_fragment(f, raw, len, 400, 0);
	send_fragment(f, raw, len, 400, 0);
	expect_error(f, f->transaction, 4, "the first one twice");
	send_fragment(f, raw, len, 400, 0);
	send_fragment(f, raw, len, 512, 1);
	expect_error(f, f->transaction, 2, "another number of fragments");
	fragment(piece, raw, len, 512, 0);
	put_le32(piece + 12, 0);
	send_raw(f, piece, 512);
	expect_error(f, f->transaction, 2, "no fragments at all");
	fragment(piece, raw, len, 512, 0);
	put_le32(piece + 16, 2);
	send_raw(f, piece, 512);
	expect_error(f, f->transaction, 2, "fragment 2 of 2");
	fragment(piece, raw, len, 512, 0);
	put_le32(piece + 44, len);
	send_raw(f, piece, 512);
	send_fragment(f, raw, len, 512, 1);
	expect_error(f, f->transaction, 3, "less than the buffer's length");
	fragment(piece, raw, len, 512, 0);
	put_le32(piece + 44, 500);
	send_raw(f, piece, 512);
	send_fragment(f, raw, len, 512, 1);
	expect_error(f, f->transaction, 3, "more than the buffer's length");
	fragment(piece, raw, len, 512, 0);
	put_le32(piece + 44, 100);
	send_raw(f, piece, 512);
	expect_error(f, f->transaction, 3, "more in the first fragment alone");
	fragment(piece, raw, len, 512, 0);
	put_le32(piece + 44, 0xffffffff);
	send_raw(f, piece, 512);
	expect_error(f, f->transaction, 8, "a buffer of 4 GiB");
	fragment(piece, raw, len, 512, 0);
	put_le32(piece + 4, 47);
	send_raw(f, piece, 47);
	expect_error(f, f->transaction, 3, "a first fragment without its header");
	mbim_message_unref(request);
	no_message(f, "errors");
}

static void join_limits(struct fixture *f)
{
	MbimMessage *request;
	const guint8 *raw;
	guint32 len;

	open_function(f, 400);
	raw = three_fragments(f, &request, &len);
	send_fragment(f, raw, len, 401, 0);
	expect_error(f, f->transaction, 8, "one byte over the limit");
	send_fragment(f, raw, len, 400, 0);
	send_fragment(f, raw, len, 400, 1);
	no_message(f, "not whole yet");
	open_function(f, 4096);
	send_fragment(f, raw, len, 400, 2);
	expect_error(f, f->transaction - 1, 2, "open forgets fragments");
	/* Several messages at a time, up to what the function keeps. */
	for (uint32_t i = 0; i < 9; i++) {
		mbim_message_set_transaction_id(request, 0x1000 + i);
		send_fragment(f, raw, len, 400, 0);
	}
	expect_error(f, 0x1008, 6, "one message too many at a time");
	for (uint32_t k = 1; k < 3; k++) {
		for (uint32_t i = 0; i < 8; i++) {
			mbim_message_set_transaction_id(request, 0x1000 + i);
			send_fragment(f, raw, len, 400, k);
		}
	}
	tap_equal(&f->tap, (long long)fake_waiting(&f->channel), 8, "eight messages joined at a time");
	fake_clear(&f->channel);
	mbim_message_set_transaction_id(request, 0x2000);
	loop_run_once(f->loop, 0);
	send_fragment(f, raw, len, 400, 0);
	run_for(f, 500);
	send_fragment(f, raw, len, 400, 1);
	run_for(f, 850);
	no_message(f, "0.85 s of silence, 1.35 s in all");
	wait_for(f);
	expect_error(f, 0x2000, 1, "1.25 s of silence");
	send_fragment(f, raw, len, 400, 0);
	f->protocol->closed(f->mbim);
	f->protocol->opened(f->mbim, &f->channel);
	send_fragment(f, raw, len, 400, 1);
	expect_error(f, 0x2000, 2, "a closed pipe forgets fragments");
	mbim_message_unref(request);
}

/* --- fragments of the function -------------------------------------------- */

/* Joins what the function sent into @out, checking each header. */
static size_t join_answer(struct fixture *f, uint8_t *out, size_t limit, unsigned int *wrong)
{
	const struct fake_message *first = fake_take(&f->channel), *sent = first;
	uint32_t total = first ? get_le32(first->data + 12) : 0;
	size_t len = 20;

	for (uint32_t current = 0; current < total; current++) {
		if (!sent || sent->len > limit || sent->len <= 20 ||
		    get_le32(sent->data) != get_le32(first->data) ||
		    get_le32(sent->data + 4) != sent->len ||
		    get_le32(sent->data + 8) != get_le32(first->data + 8) ||
		    get_le32(sent->data + 12) != total ||
		    get_le32(sent->data + 16) != current ||
		    (current + 1 < total && sent->len != limit)) {
			*wrong += 1;
			return 0;
		}
		memcpy(out + len, sent->data + 20, sent->len - 20);
		len += sent->len - 20;
		if (current + 1 < total)
			sent = fake_take(&f->channel);
	}
	memcpy(out, first->data, 12);
	put_le32(out + 4, (uint32_t)len);
	put_le32(out + 12, 1);
	put_le32(out + 16, 0);
	return len;
}

/* The answers to a few commands of different lengths, at every limit there can be. */
static void split_limits(struct fixture *f)
{
	static const uint32_t cids[] = { 1, 2, 9, 12, 16 };
	static uint8_t whole[5][4096], joined[4096];
	size_t lengths[5];
	unsigned int wrong = 0, count = 0;

	open_function(f, 4096);
	for (size_t i = 0; i < 5; i++) {
		const struct fake_message *sent;

		f->transaction = 100;
		send_message(f, mbim_message_command_new(0, MBIM_SERVICE_BASIC_CONNECT, cids[i], 0));
		sent = fake_take(&f->channel);
		lengths[i] = sent->len;
		memcpy(whole[i], sent->data, sent->len);
	}
	for (uint32_t limit = 64; limit <= 260; limit++) {
		send_words(f, 1, 16, 1, limit, 16);
		fake_clear(&f->channel);
		for (size_t i = 0; i < 5; i++) {
			size_t len;

			f->transaction = 100;
			send_message(f, mbim_message_command_new(0, MBIM_SERVICE_BASIC_CONNECT,
								 cids[i], 0));
			if (fake_waiting(&f->channel) != fragments_of(lengths[i], limit))
				wrong++;
			len = join_answer(f, joined, limit, &wrong);
			if (len != lengths[i] || memcmp(joined, whole[i], len))
				wrong++;
			count++;
			fake_clear(&f->channel);
		}
	}
	tap_equal(&f->tap, wrong, 0, "%u answers, whole again", count);
}

/* Fragments of indications have an id that nothing else has. */
static void split_indication(struct fixture *f)
{
	static uint8_t joined[4096];
	g_autofree gchar *id = NULL, *name = NULL, *roaming = NULL;
	unsigned int wrong = 0;
	uint32_t first, second;
	MbimRegisterState state = 99;
	MbimMessage *m;
	size_t len;

	open_function(f, 64);
	control(f, "registration roaming");
	first = get_le32(f->channel.sent[f->channel.taken].data + 8);
	len = join_answer(f, joined, 64, &wrong);
	tap_equal(&f->tap, wrong, 0, "an indication in fragments of 64");
	m = mbim_message_new(joined, (guint32)len);
	tap_ok(&f->tap, mbim_message_register_state_notification_parse(m, NULL, &state, NULL, NULL,
			NULL, &id, &name, &roaming, NULL, NULL), "libmbim parses it");
	tap_equal(&f->tap, state, 4, "roaming");
	mbim_message_unref(m);
	fake_clear(&f->channel);
	control(f, "registration home");
	second = get_le32(f->channel.sent[f->channel.taken].data + 8);
	tap_ok(&f->tap, first && second && first != second, "an id for each");
	fake_clear(&f->channel);
	open_function(f, 4096);
	control(f, "signal 3");
	tap_equal(&f->tap, get_le32(f->channel.sent[f->channel.taken].data + 8), 0,
		  "id 0 for a whole one");
	fake_clear(&f->channel);
}

/* Where the host's buffers are smaller than what it agreed to, they decide. */
static void small_buffers(struct fixture *f)
{
	static uint8_t joined[4096];
	unsigned int wrong = 0;

	open_function(f, 4096);
	f->channel.buffer_size = 100;
	send_message(f, mbim_message_device_services_query_new(NULL));
	tap_equal(&f->tap, (long long)join_answer(f, joined, 100, &wrong) > 100 && !wrong, 1,
		  "buffers of 100 bytes");
	f->channel.buffer_size = 32768;
	fake_clear(&f->channel);
}

/* --- the switches for tests of drivers ------------------------------------ */

static void echo(struct fixture *f)
{
	static uint8_t message[32768];
	unsigned int wrong = 0;

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 7 + (i >> 8));
	control(f, "mbim-echo on");
	for (size_t len = 0; len <= sizeof(message); len += len < 200 ? 1 : 251) {
		const struct fake_message *sent;

		send_raw(f, message, len);
		sent = fake_take(&f->channel);
		if (!sent || sent->len != len || memcmp(sent->data, message, len))
			wrong++;
		fake_clear(&f->channel);
	}
	send_raw(f, message, sizeof(message));
	tap_ok(&f->tap, f->channel.count == 1 && f->channel.sent[0].len == 32768 &&
	       !memcmp(f->channel.sent[0].data, message, 32768), "32768 bytes");
	tap_equal(&f->tap, wrong, 0, "messages of all kinds of size come back unchanged");
	fake_clear(&f->channel);
	control(f, "mbim-echo off");
	open_function(f, 4096);
}

/* Nothing is lost or reordered while the host offers no buffer. */
static void backlog(struct fixture *f)
{
	uint8_t message[100];
	unsigned int wrong = 0;

	control(f, "mbim-echo on");
	fake_clear(&f->channel);
	f->channel.space = 0;
	for (uint32_t i = 0; i < 50; i++) {
		memset(message, (int)i, sizeof(message));
		send_raw(f, message, i + 1);
	}
	tap_equal(&f->tap, (long long)f->channel.count, 0, "no buffer, no message");
	f->channel.space = 20;
	f->protocol->writable(f->mbim);
	tap_equal(&f->tap, (long long)f->channel.count, 20, "as many as there are buffers");
	f->channel.space = 1000;
	f->protocol->writable(f->mbim);
	for (uint32_t i = 0; i < 50; i++)
		if (f->channel.sent[i].len != i + 1 || f->channel.sent[i].data[0] != i)
			wrong++;
	tap_equal(&f->tap, wrong, 0, "50 messages in order");
	f->channel.space = 100000;
	fake_clear(&f->channel);
	control(f, "mbim-echo off");
}

static void silent_and_late(struct fixture *f)
{
	MbimMessage *m;

	control(f, "mbim-silent 2");
	send_message(f, mbim_message_device_caps_query_new(NULL));
	send_message(f, mbim_message_device_caps_query_new(NULL));
	no_message(f, "two commands");
	send_message(f, mbim_message_device_caps_query_new(NULL));
	tap_equal(&f->tap, (long long)fake_waiting(&f->channel), 1, "the third one is answered");
	fake_clear(&f->channel);
	control(f, "mbim-delay 30");
	send_message(f, mbim_message_device_caps_query_new(NULL));
	send_message(f, mbim_message_radio_state_query_new(NULL));
	no_message(f, "late answers");
	m = wait_message(f);
	tap_ok(&f->tap, m && mbim_message_get_transaction_id(m) == f->transaction - 1, "the first one");
	mbim_message_unref(m);
	m = wait_message(f);
	tap_ok(&f->tap, m && mbim_message_get_transaction_id(m) == f->transaction, "the second one");
	mbim_message_unref(m);
	send_message(f, mbim_message_device_caps_query_new(NULL));
	open_function(f, 4096);
	run_for(f, 50);
	no_message(f, "open cancels what is late");
	/* A host that closed the port and opened it again gets the late answer. */
	send_message(f, mbim_message_device_caps_query_new(NULL));
	f->protocol->closed(f->mbim);
	f->protocol->opened(f->mbim, &f->channel);
	m = wait_message(f);
	tap_ok(&f->tap, m && mbim_message_get_transaction_id(m) == f->transaction,
	       "the port reopened in between");
	mbim_message_unref(m);
	send_message(f, mbim_message_device_caps_query_new(NULL));
	f->protocol->closed(f->mbim);
	run_for(f, 50);
	f->protocol->opened(f->mbim, &f->channel);
	no_message(f, "the port was closed at that time");
	send_message(f, mbim_message_device_caps_query_new(NULL));
	f->transaction--;
	send_message(f, mbim_message_radio_state_query_new(NULL));
	m = wait_message(f);
	tap_ok(&f->tap, m && mbim_message_command_done_get_cid(m) == MBIM_CID_BASIC_CONNECT_RADIO_STATE,
	       "an id that comes again is the newer command's");
	mbim_message_unref(m);
	run_for(f, 50);
	no_message(f, "the older one");
	control(f, "mbim-delay 0");
}

static void restart(struct fixture *f)
{
	open_function(f, 4096);
	network_reset(f->network);
	loop_run_once(f->loop, 0);
	no_message(f, "restart");
	send_message(f, mbim_message_device_caps_query_new(NULL));
	expect_error(f, f->transaction, 5, "command after a restart");
	open_function(f, 4096);
}

int main(void)
{
	struct fixture f;

	fixture_start(&f, NULL, 0);
	open_and_close(&f);
	join_sizes(&f);
	join_errors(&f);
	join_limits(&f);
	split_limits(&f);
	split_indication(&f);
	small_buffers(&f);
	echo(&f);
	backlog(&f);
	silent_and_late(&f);
	restart(&f);
	return fixture_end(&f);
}
