// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The modem's decoder of uplink blocks against the dumps of the mux specification, then
 * against every way to bend them.
 */
#include <stdlib.h>

#include "../../vmodem/bytes.h"
#include "../../vmodem/check.h"
#include "../../vmodem/mux_decode.h"
#include "../../vmodem/record.h"
#include "tap.h"
#include "vectors.h"

#define SEEN_MAX	64
#define FUZZ_ROUNDS	200000
#define FUZZ_SEED	20240607

struct seen_datagram {
	unsigned int session, service_class, next_count;
	size_t len;
	uint8_t packet[2048];
};

struct seen_command {
	unsigned int session;
	uint32_t command, transaction;
	size_t parameters_len;
	uint8_t parameters[64];
};

struct seen_level {
	unsigned int session;
	uint32_t level;
};

/* A decoder and what came out of it since the last start(). */
struct fixture {
	struct tap tap;
	struct check *check;
	struct mux_decoder *decoder;
	unsigned int datagrams, commands, levels;
	struct seen_datagram datagram[SEEN_MAX];
	struct seen_command command[SEEN_MAX];
	struct seen_level level[SEEN_MAX];
	uint64_t sum;		/* of all bytes handed out: makes the sanitizer look at them */
	uint64_t breaches_before;
	uint64_t rule_before[128];
};

static void see_datagram(void *self, const struct mux_datagram *datagram)
{
	struct fixture *fixture = self;
	struct seen_datagram *seen = &fixture->datagram[fixture->datagrams % SEEN_MAX];

	for (size_t i = 0; i < datagram->len; i++)
		fixture->sum += datagram->packet[i];
	fixture->datagrams++;
	*seen = (struct seen_datagram){
		.session = datagram->session,
		.service_class = datagram->service_class,
		.next_count = datagram->next_count,
		.len = datagram->len,
	};
	if (datagram->len <= sizeof(seen->packet))
		memcpy(seen->packet, datagram->packet, datagram->len);
}

static void see_queue_level(void *self, unsigned int session, uint32_t level)
{
	struct fixture *fixture = self;

	fixture->level[fixture->levels++ % SEEN_MAX] =
		(struct seen_level){ .session = session, .level = level };
}

static void see_command(void *self, const struct mux_uplink_command *command)
{
	struct fixture *fixture = self;
	struct seen_command *seen = &fixture->command[fixture->commands % SEEN_MAX];

	for (size_t i = 0; i < command->parameters_len; i++)
		fixture->sum += command->parameters[i];
	fixture->commands++;
	*seen = (struct seen_command){
		.session = command->session,
		.command = command->command,
		.transaction = command->transaction,
		.parameters_len = command->parameters_len,
	};
	if (command->parameters_len <= sizeof(seen->parameters))
		memcpy(seen->parameters, command->parameters, command->parameters_len);
}

static void start(struct fixture *fixture, bool aggregation, unsigned int padding)
{
	fixture->decoder->aggregation = aggregation;
	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++)
		fixture->decoder->sessions[i] =
			(struct mux_decode_session){ .open = true, .padding = padding };
	mux_decode_restart(fixture->decoder);
	fixture->datagrams = 0;
	fixture->commands = 0;
	fixture->levels = 0;
	fixture->breaches_before = check_total(fixture->check);
	for (unsigned int rule = 0; rule < 128; rule++)
		fixture->rule_before[rule] = check_count(fixture->check, rule);
}

/* An exact copy on the heap: the sanitizer sees any byte read behind it. */
static void decode(struct fixture *fixture, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, data, len);
	mux_decode(fixture->decoder, copy, len);
	free(copy);
}

static uint64_t breaches(const struct fixture *fixture)
{
	return check_total(fixture->check) - fixture->breaches_before;
}

static uint64_t breaches_of(const struct fixture *fixture, enum check_rule rule)
{
	return check_count(fixture->check, rule) - fixture->rule_before[rule];
}

/* Exactly one breach since start(), of @rule. */
static void expect_only(struct fixture *fixture, enum check_rule rule, const char *name)
{
	tap_ok(&fixture->tap, breaches_of(fixture, rule) == 1 && breaches(fixture) == 1,
	       "%s: C%02d and nothing else (%llu of %llu)", name, rule,
	       (unsigned long long)breaches_of(fixture, rule),
	       (unsigned long long)breaches(fixture));
}

static void expect_packet(struct fixture *fixture, unsigned int at, unsigned int session,
			  const char *packet)
{
	const struct seen_datagram *seen = &fixture->datagram[at];
	struct vector vector;

	vector_load(&vector, packet, 0);
	tap_equal(&fixture->tap, seen->session, session, "datagram %u: session", at);
	tap_equal(&fixture->tap, seen->service_class, 0, "datagram %u: service class", at);
	tap_bytes(&fixture->tap, seen->packet, seen->len, vector.data, vector.len,
		  "datagram %u: %s", at, packet);
}

static void test_data_block(struct fixture *fixture, const char *name, unsigned int padding,
			    unsigned int levels, uint8_t fill)
{
	struct vector vector;

	vector_load(&vector, name, fill);
	start(fixture, true, padding);
	decode(fixture, vector.data, vector.len);
	tap_equal(&fixture->tap, fixture->datagrams, 3, "%s, fill %#x: datagrams", name, fill);
	expect_packet(fixture, 0, 0, "packet_p1");
	expect_packet(fixture, 1, 0, "packet_p2");
	expect_packet(fixture, 2, 1, "packet_p3");
	tap_equal(&fixture->tap, fixture->levels, levels, "%s: queue levels", name);
	for (unsigned int i = 0; i < levels; i++) {
		tap_equal(&fixture->tap, fixture->level[i].session, i, "level %u: session", i);
		tap_equal(&fixture->tap, fixture->level[i].level, 0, "level %u: value", i);
	}
	if (fill)
		expect_only(fixture, CHECK_MUX_STALE_BYTES, name);
	else
		tap_equal(&fixture->tap, breaches(fixture), 0, "%s: no breach", name);
}

static void test_lite_datagram(struct fixture *fixture, const char *name, unsigned int session,
			       unsigned int next_count, const char *packet)
{
	struct vector vector;

	vector_load(&vector, name, 0);
	start(fixture, false, 16);
	decode(fixture, vector.data, vector.len);
	tap_equal(&fixture->tap, fixture->datagrams, 1, "%s: datagrams", name);
	tap_equal(&fixture->tap, fixture->datagram[0].next_count, next_count, "%s: next count",
		  name);
	expect_packet(fixture, 0, session, packet);
	tap_equal(&fixture->tap, breaches(fixture), 0, "%s: no breach", name);
}

static void test_lite_queue_level(struct fixture *fixture)
{
	struct vector vector;

	vector_load(&vector, "mux_ul_lite_queue_level", 0);
	start(fixture, false, 16);
	decode(fixture, vector.data, vector.len);
	tap_equal(&fixture->tap, fixture->levels, 1, "Lite queue level");
	tap_equal(&fixture->tap, fixture->level[0].session, 1, "Lite queue level: session");
	tap_equal(&fixture->tap, fixture->level[0].level, 1, "Lite queue level: value");
	tap_equal(&fixture->tap, breaches(fixture), 0, "Lite queue level: no breach");
}

struct command_case {
	const char *name;
	bool aggregation;
	unsigned int session;
	uint32_t command, transaction;
	size_t parameters_len;
	const char *parameters;
	bool length16;
};

#define OPEN_PARAMETERS	"\0\0\0\0\x10\0\0\0"

static const struct command_case command_cases[] = {
	{ "mux_ul_lite_open", false, 0, 1, 0, 8, OPEN_PARAMETERS, false },
	{ "mux_ul_lite_close", false, 1, 3, 2, 0, "", false },
	{ "mux_ul_lite_flow_ack", false, 1, 6, 0x55, 0, "", false },
	{ "mux_ul_lite_link_status_response", false, 1, 8, 0x57, 4, "\0\0\0\0", false },
	{ "mux_ul_aggregation_open", true, 0, 1, 0, 8, OPEN_PARAMETERS, false },
	{ "mux_ul_aggregation_open_length16", true, 0, 1, 0, 8, OPEN_PARAMETERS, true },
	{ "mux_ul_aggregation_open_1_length16", true, 1, 1, 1, 8, OPEN_PARAMETERS, true },
	{ "mux_ul_aggregation_close", true, 1, 3, 2, 0, "", false },
	{ "mux_ul_aggregation_close_length16", true, 1, 3, 2, 0, "", true },
	{ "mux_ul_aggregation_flow_ack", true, 1, 7, 0x55, 0, "", false },
	{ "mux_ul_aggregation_flow_ack_length16", true, 1, 7, 0x55, 0, "", true },
	{ "mux_ul_aggregation_link_status_response", true, 1, 9, 0x57, 4, "\0\0\0\0", false },
};

#define COMMAND_CASES	(sizeof(command_cases) / sizeof(command_cases[0]))

static void test_command(struct fixture *fixture, const struct command_case *expected)
{
	const struct seen_command *seen = &fixture->command[0];
	struct vector vector;

	vector_load(&vector, expected->name, 0);
	start(fixture, expected->aggregation, 16);
	decode(fixture, vector.data, vector.len);
	if (!tap_equal(&fixture->tap, fixture->commands, 1, "%s: commands", expected->name))
		return;
	tap_equal(&fixture->tap, seen->session, expected->session, "%s: session", expected->name);
	tap_equal(&fixture->tap, seen->command, expected->command, "%s: number", expected->name);
	tap_equal(&fixture->tap, seen->transaction, expected->transaction, "%s: transaction",
		  expected->name);
	tap_bytes(&fixture->tap, seen->parameters, seen->parameters_len, expected->parameters,
		  expected->parameters_len, "%s: parameters", expected->name);
	if (expected->length16)
		expect_only(fixture, CHECK_MUX_COMMAND_LENGTH_16, expected->name);
	else
		tap_equal(&fixture->tap, breaches(fixture), 0, "%s: no breach", expected->name);
}

/* One byte of a vector changed: what is reported, and how many datagrams come through. */
struct bend {
	const char *name;
	const char *vector;
	bool aggregation;
	size_t at;
	uint8_t value;
	enum check_rule rule;
	int datagrams;		/* or commands */
};

#define UL16	"mux_ul_aggregation_padding16"
#define OPEN	"mux_ul_aggregation_open"

static const struct bend bends[] = {
	{ "block signature", UL16, true, 0, 'X', CHECK_MUX_SIGNATURE, 0 },
	{ "reserved of ADBH", UL16, true, 4, 1, CHECK_MUX_STALE_BYTES, 3 },
	{ "block length too small", UL16, true, 8, 3, CHECK_MUX_BLOCK_LENGTH, 3 },
	{ "block length too large", UL16, true, 9, 2, CHECK_MUX_BLOCK_LENGTH, 3 },
	{ "no table", UL16, true, 12, 0, CHECK_MUX_NO_TABLE, 0 },
	{ "first table in the header", UL16, true, 12, 12, CHECK_MUX_INDEX, 0 },
	{ "first table behind the end", UL16, true, 13, 1, CHECK_MUX_INDEX, 0 },
	{ "first table far away", UL16, true, 15, 0x80, CHECK_MUX_INDEX, 0 },
	{ "table signature", UL16, true, 0xa4, 'X', CHECK_MUX_SIGNATURE, 1 },
	{ "table without entries", UL16, true, 0xa8, 16, CHECK_MUX_TABLE_LENGTH, 1 },
	{ "table shorter than its header", UL16, true, 0xa8, 8, CHECK_MUX_TABLE_LENGTH, 1 },
	{ "table with a broken entry", UL16, true, 0xa8, 28, CHECK_MUX_TABLE_LENGTH, 1 },
	{ "table behind the end", UL16, true, 0xa9, 4, CHECK_MUX_TABLE_LENGTH, 1 },
	{ "table into the next one", UL16, true, 0xd8 + 4, 24 + 8, CHECK_MUX_OVERLAP, -1 },
	{ "session 8", UL16, true, 0xaa, 8, CHECK_MUX_SESSION_ID, 1 },
	{ "session 255 of a queue level", UL16, true, 0xca, 255, CHECK_MUX_SESSION_ID, 3 },
	{ "chain to itself", UL16, true, 0xac, 0xa4, CHECK_MUX_CHAIN, 2 },
	{ "chain backwards", UL16, true, 0xac, 0x10, CHECK_MUX_CHAIN, 2 },
	{ "chain behind the end", UL16, true, 0xad, 0x80, CHECK_MUX_INDEX, 2 },
	{ "reserved of ADTH", UL16, true, 0xb1, 1, CHECK_MUX_STALE_BYTES, 3 },
	{ "hint of no IP version", UL16, true, 0xab, 2, CHECK_MUX_STALE_BYTES, 3 },
	{ "datagram behind the end", UL16, true, 0xb5, 0x10, CHECK_MUX_DATAGRAM_RANGE, 2 },
	{ "datagram too long", UL16, true, 0xb9, 0x10, CHECK_MUX_DATAGRAM_RANGE, 2 },
	{ "datagram of no length", UL16, true, 0xb8, 0, CHECK_MUX_DATAGRAM_RANGE, 2 },
	{ "datagram of padding only", UL16, true, 0xb8, 16, CHECK_MUX_DATAGRAM_RANGE, 2 },
	{ "datagram in the header", UL16, true, 0xb4, 0, CHECK_MUX_OVERLAP, 2 },
	{ "datagram into a datagram", UL16, true, 0xb8, 45, CHECK_MUX_OVERLAP, -1 },
	{ "datagram into a table", UL16, true, 0xec, 57, CHECK_MUX_OVERLAP, 2 },
	{ "reserved of an entry", UL16, true, 0xbb, 1, CHECK_MUX_STALE_BYTES, 3 },
	{ "queue level too short", UL16, true, 0xc8, 16, CHECK_MUX_QUEUE_LEVEL, 3 },
	{ "queue level not in words", UL16, true, 0xc8, 22, CHECK_MUX_QUEUE_LEVEL, 3 },
	{ "queue level behind the end", UL16, true, 0xf4, 24, CHECK_MUX_QUEUE_LEVEL, 3 },
	{ "reserved of QLTH", UL16, true, 0xd3, 1, CHECK_MUX_STALE_BYTES, 3 },
	{ "head padding", UL16, true, 0x10, 1, CHECK_MUX_STALE_BYTES, 3 },
	{ "alignment", UL16, true, 0x6b, 1, CHECK_MUX_STALE_BYTES, 3 },
	{ "no IP", UL16, true, 0x20, 0x55, CHECK_MUX_NOT_IP, 2 },
	{ "IPv4 length too large", UL16, true, 0x23, 29, CHECK_MUX_IP_LENGTH, 2 },
	{ "IPv4 length too small", UL16, true, 0x23, 27, CHECK_MUX_IP_LENGTH, 2 },
	{ "IPv6 length", UL16, true, 0x81, 1, CHECK_MUX_IP_LENGTH, 2 },
	{ "IPv6 too short", UL16, true, 0x20, 0x60, CHECK_MUX_IP_LENGTH, 2 },
	{ "ADGH length too large", "mux_lite_p1", false, 4, 45, CHECK_MUX_BLOCK_LENGTH, 0 },
	{ "ADGH length below its header", "mux_lite_p1", false, 4, 15, CHECK_MUX_BLOCK_LENGTH, 0 },
	{ "ADGH session", "mux_lite_p1", false, 6, 8, CHECK_MUX_SESSION_ID, 0 },
	{ "ADGH reserved", "mux_lite_p1", false, 15, 1, CHECK_MUX_STALE_BYTES, 1 },
	{ "ADGH in aggregation", "mux_lite_p1", true, 9, 0, CHECK_MUX_DIALECT, 0 },
	{ "ADBH in Lite", UL16, false, 6, 0, CHECK_MUX_DIALECT, 0 },
	{ "ACBH in Lite", OPEN, false, 6, 0, CHECK_MUX_DIALECT, 0 },
	{ "Lite QLTH length", "mux_ul_lite_queue_level", false, 4, 16, CHECK_MUX_QUEUE_LEVEL, 0 },
	{ "Lite QLTH value", "mux_ul_lite_queue_level", false, 7, 3, CHECK_MUX_QUEUE_LEVEL, 0 },
	{ "Lite QLTH session", "mux_ul_lite_queue_level", false, 6, 9, CHECK_MUX_SESSION_ID, 0 },
	{ "Lite QLTH reserved", "mux_ul_lite_queue_level", false, 8, 9, CHECK_MUX_STALE_BYTES, 0 },
	{ "Lite CMDH length", "mux_ul_lite_open", false, 4, 25, CHECK_MUX_BLOCK_LENGTH, 0 },
	{ "Lite CMDH below its header", "mux_ul_lite_open", false, 4, 8, CHECK_MUX_BLOCK_LENGTH, 0 },
	{ "Lite CMDH reserved", "mux_ul_lite_open", false, 7, 8, CHECK_MUX_STALE_BYTES, 1 },
	{ "ACBH length", OPEN, true, 8, 45, CHECK_MUX_BLOCK_LENGTH, 1 },
	{ "no command", OPEN, true, 12, 0, CHECK_MUX_INDEX, 0 },
	{ "command behind the end", OPEN, true, 12, 32, CHECK_MUX_INDEX, 0 },
	{ "command signature", OPEN, true, 16, 'X', CHECK_MUX_SIGNATURE, 0 },
	{ "command below its header", OPEN, true, 20, 19, CHECK_MUX_COMMAND, 0 },
	{ "command behind the block", OPEN, true, 20, 29, CHECK_MUX_COMMAND, 0 },
	{ "command chain to itself", OPEN, true, 24, 16, CHECK_MUX_CHAIN, 1 },
	{ "command chain out", OPEN, true, 24, 44, CHECK_MUX_INDEX, 1 },
	{ "command reserved", OPEN, true, 23, 1, CHECK_MUX_STALE_BYTES, 1 },
	{ "ACBH reserved", OPEN, true, 5, 1, CHECK_MUX_STALE_BYTES, 1 },
};

static void test_bend(struct fixture *fixture, const struct bend *bend)
{
	struct vector vector;

	vector_load(&vector, bend->vector, 0);
	vector.data[bend->at] = bend->value;
	start(fixture, bend->aggregation, 16);
	decode(fixture, vector.data, vector.len);
	if (bend->datagrams < 0) {
		tap_ok(&fixture->tap, breaches_of(fixture, bend->rule) > 0, "%s: C%02d among %llu",
		       bend->name, bend->rule, (unsigned long long)breaches(fixture));
		return;
	}
	expect_only(fixture, bend->rule, bend->name);
	tap_equal(&fixture->tap, fixture->datagrams + fixture->commands, bend->datagrams,
		  "%s: what is sound comes through", bend->name);
}

static void test_closed(struct fixture *fixture)
{
	struct vector vector;

	vector_load(&vector, UL16, 0);
	start(fixture, true, 16);
	fixture->decoder->sessions[1].open = false;
	decode(fixture, vector.data, vector.len);
	expect_only(fixture, CHECK_MUX_CLOSED_DATA, "packet on closed session 1");
	tap_equal(&fixture->tap, fixture->datagrams, 2, "session 0 does not suffer");

	vector_load(&vector, "mux_lite_p3", 0);
	start(fixture, false, 16);
	fixture->decoder->sessions[1].open = false;
	decode(fixture, vector.data, vector.len);
	expect_only(fixture, CHECK_MUX_CLOSED_DATA, "Lite packet on closed session 1");
}

static void test_sequence(struct fixture *fixture)
{
	struct vector data, command;

	vector_load(&data, "mux_ul_aggregation_no_levels", 0);
	vector_load(&command, OPEN, 0);
	start(fixture, true, 16);
	put_le16(data.data + 6, 0xfffe);
	put_le16(command.data + 6, 7);
	decode(fixture, data.data, data.len);
	decode(fixture, command.data, command.len);
	put_le16(data.data + 6, 0xffff);
	put_le16(command.data + 6, 8);
	decode(fixture, data.data, data.len);
	decode(fixture, command.data, command.len);
	put_le16(data.data + 6, 0);
	decode(fixture, data.data, data.len);
	tap_equal(&fixture->tap, breaches(fixture), 0, "two counters, any start, wrap at 65536");
	decode(fixture, data.data, data.len);
	expect_only(fixture, CHECK_MUX_SEQUENCE, "a repeated sequence number");
	start(fixture, true, 16);
	decode(fixture, data.data, data.len);
	tap_equal(&fixture->tap, breaches(fixture), 0, "a reopened channel starts anew");
}

/* Only the sizes are looked at. */
static void test_sizes(struct fixture *fixture)
{
	uint8_t *block = calloc(1, MUX_DECODE_MAX + 1);

	memcpy(block, "ADBH", 4);
	put_le32(block + 8, 16385);
	start(fixture, true, 16);
	decode(fixture, block, 16384);
	tap_equal(&fixture->tap, breaches_of(fixture, CHECK_MUX_BLOCK_SIZE), 0,
		  "16384 bytes are legal in aggregation");
	decode(fixture, block, 16385);
	decode(fixture, block, MUX_DECODE_MAX + 1);
	tap_equal(&fixture->tap, breaches_of(fixture, CHECK_MUX_BLOCK_SIZE), 2,
		  "16385 and more are not");
	start(fixture, false, 16);
	memcpy(block, "ADGH", 4);
	decode(fixture, block, 2048);
	tap_equal(&fixture->tap, breaches_of(fixture, CHECK_MUX_BLOCK_SIZE), 0,
		  "2048 bytes are legal in Lite");
	decode(fixture, block, 2049);
	tap_equal(&fixture->tap, breaches_of(fixture, CHECK_MUX_BLOCK_SIZE), 1, "2049 are not");
	free(block);
}

/* The block of 36 bytes that section 14 names: a queue level and nothing else. */
static void test_level_only(struct fixture *fixture)
{
	struct vector vector;
	uint8_t block[36] = "ADBH";

	vector_load(&vector, UL16, 0);
	put_le32(block + 8, 36);
	put_le32(block + 12, 16);
	memcpy(block + 16, vector.data + 0xf0, 20);
	start(fixture, true, 16);
	decode(fixture, block, sizeof(block));
	tap_equal(&fixture->tap, fixture->levels, 1, "a block of one queue level");
	tap_equal(&fixture->tap, breaches(fixture), 0, "a block of one queue level: no breach");
}

/* Field notes: headers and tables stand on 4-byte boundaries, datagrams need not. */
static void test_alignment(struct fixture *fixture)
{
	uint8_t block[256] = "ADBH";
	struct vector packet;

	vector_load(&packet, "packet_p1", 0);
	put_le32(block + 8, 16 + 1 + 28 + 3 + 24);
	put_le32(block + 12, 48);
	memcpy(block + 17, packet.data, 28);
	memcpy(block + 48, "ADTH", 4);
	put_le16(block + 52, 24);
	put_le32(block + 64, 17);
	put_le16(block + 68, 28);
	start(fixture, true, 0);
	decode(fixture, block, 72);
	tap_equal(&fixture->tap, breaches(fixture), 0, "a datagram at an odd offset is legal");
	tap_equal(&fixture->tap, fixture->datagrams, 1, "a datagram at an odd offset arrives");

	memmove(block + 49, block + 48, 24);
	block[48] = 0;
	put_le32(block + 8, 73);
	put_le32(block + 12, 49);
	start(fixture, true, 0);
	decode(fixture, block, 73);
	expect_only(fixture, CHECK_MUX_ALIGNMENT, "a table at an odd offset");
	tap_equal(&fixture->tap, fixture->datagrams, 1, "its datagram arrives");
}

/* The table of section 6. */
static void test_padding_rule(struct fixture *fixture)
{
	static const struct {
		unsigned int n, lite, aggregation;
	} rows[] = {
		{ 0, 0, 0 }, { 4, 0, 4 }, { 16, 0, 16 }, { 17, 1, 1 }, { 20, 4, 4 }, { 32, 16, 16 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tap_equal(&fixture->tap, mux_uplink_padding_lite(rows[i].n), rows[i].lite,
			  "padding %u in Lite", rows[i].n);
		tap_equal(&fixture->tap, mux_uplink_padding_aggregation(rows[i].n),
			  rows[i].aggregation, "padding %u in aggregation", rows[i].n);
	}
}

/* Every shorter version of a block must be reported and must not be read beyond its end. */
static void test_truncated(struct fixture *fixture, const char *name, bool aggregation)
{
	struct vector vector;
	unsigned int silent = 0;

	vector_load(&vector, name, 0);
	for (size_t len = 0; len < vector.len; len++) {
		start(fixture, aggregation, 16);
		decode(fixture, vector.data, len);
		silent += !breaches(fixture);
	}
	tap_equal(&fixture->tap, silent, 0, "%s: all %zu truncations reported", name, vector.len);
}

/* Any single byte of a header changed to any value: nothing may be read out of bounds. */
static void test_every_byte(struct fixture *fixture, const char *name, bool aggregation)
{
	struct vector vector;
	unsigned int most = 0;

	vector_load(&vector, name, 0);
	for (size_t at = 0; at < vector.len; at++) {
		uint8_t keep = vector.data[at];

		for (unsigned int value = 0; value < 256; value++) {
			vector.data[at] = (uint8_t)value;
			start(fixture, aggregation, 16);
			decode(fixture, vector.data, vector.len);
			if (fixture->datagrams > most)
				most = fixture->datagrams;
		}
		vector.data[at] = keep;
	}
	tap_ok(&fixture->tap, most <= 3, "%s: no byte makes more datagrams than there are", name);
}

/* xorshift: the same numbers everywhere, whatever the C library does. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void scramble(uint8_t *data, size_t *len, uint32_t *state)
{
	unsigned int changes = 1 + next_random(state) % 6;

	while (changes--) {
		size_t at = next_random(state) % *len;

		switch (next_random(state) % 4) {
		case 0:
			data[at] = (uint8_t)next_random(state);
			break;
		case 1:
			put_le16(data + at, (uint16_t)(next_random(state) % (2 * *len)));
			break;
		case 2:
			data[at] ^= (uint8_t)(1u << next_random(state) % 8);
			break;
		default:
			*len = 1 + at;
			break;
		}
	}
}

static void test_fuzz(struct fixture *fixture)
{
	static const char *const seeds[] = {
		UL16, "mux_ul_aggregation_padding0", "mux_ul_aggregation_no_levels", OPEN,
		"mux_lite_p2", "mux_ul_lite_open", "mux_ul_lite_queue_level",
	};
	struct vector seed[sizeof(seeds) / sizeof(seeds[0])];
	const size_t count = sizeof(seeds) / sizeof(seeds[0]);
	uint32_t state = FUZZ_SEED;
	unsigned int odd = 0;

	for (size_t i = 0; i < count; i++)
		vector_load(&seed[i], seeds[i], 0);
	for (unsigned int round = 0; round < FUZZ_ROUNDS; round++) {
		size_t which = next_random(&state) % count;
		uint8_t data[VECTOR_MAX + 2];
		size_t len = seed[which].len;

		memcpy(data, seed[which].data, len);
		memset(data + len, 0, 2);
		scramble(data, &len, &state);
		start(fixture, which < 4, next_random(&state) % 40);
		decode(fixture, data, len);
		odd += fixture->datagrams > 3;
	}
	tap_equal(&fixture->tap, odd, 0, "%d scrambled blocks, seed %d, never more datagrams",
		  FUZZ_ROUNDS, FUZZ_SEED);
}

static struct fixture *fixture_new(struct record *record)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->check = check_new(record);
	fixture->decoder = calloc(1, sizeof(*fixture->decoder));
	fixture->decoder->check = fixture->check;
	fixture->decoder->self = fixture;
	fixture->decoder->datagram = see_datagram;
	fixture->decoder->queue_level = see_queue_level;
	fixture->decoder->command = see_command;
	return fixture;
}

static void run(struct fixture *fixture)
{
	test_data_block(fixture, UL16, 16, 2, 0);
	test_data_block(fixture, UL16, 16, 2, 0xa5);
	test_data_block(fixture, "mux_ul_aggregation_padding0", 0, 2, 0);
	test_data_block(fixture, "mux_ul_aggregation_padding0", 0, 2, 0xa5);
	test_data_block(fixture, "mux_ul_aggregation_no_levels", 16, 0, 0);
	test_lite_datagram(fixture, "mux_lite_p1", 0, 1, "packet_p1");
	test_lite_datagram(fixture, "mux_lite_p2", 0, 0, "packet_p2");
	test_lite_datagram(fixture, "mux_lite_p3", 1, 0, "packet_p3");
	test_lite_queue_level(fixture);
	for (size_t i = 0; i < COMMAND_CASES; i++)
		test_command(fixture, &command_cases[i]);
	for (size_t i = 0; i < sizeof(bends) / sizeof(bends[0]); i++)
		test_bend(fixture, &bends[i]);
	test_closed(fixture);
	test_sequence(fixture);
	test_sizes(fixture);
	test_level_only(fixture);
	test_alignment(fixture);
	test_padding_rule(fixture);
	test_truncated(fixture, UL16, true);
	test_truncated(fixture, OPEN, true);
	test_truncated(fixture, "mux_lite_p2", false);
	test_truncated(fixture, "mux_ul_lite_open", false);
	test_truncated(fixture, "mux_ul_lite_queue_level", false);
	test_every_byte(fixture, UL16, true);
	test_every_byte(fixture, OPEN, true);
	test_every_byte(fixture, "mux_lite_p2", false);
	test_fuzz(fixture);
}

int main(void)
{
	struct record *record = record_open(NULL);
	struct fixture *fixture = fixture_new(record);
	int status;

	run(fixture);
	status = tap_done(&fixture->tap);
	check_free(fixture->check);
	free(fixture->decoder);
	free(fixture);
	record_close(record);
	return status;
}
