// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver's downlink decoder against the dumps of the mux specification, every
 * truncation of them, every byte of them bent, and random blocks. A block stands in memory
 * of exactly its size, so that the sanitizer sees each read beyond it.
 */
#include <stdlib.h>

#include "../../driver/iosm_mux_decode.h"
#include "tap.h"
#include "vectors.h"

#define SEEN_MAX	8
#define FUZZ_ROUNDS	300000
#define FUZZ_SEED	7560

struct seen {
	unsigned int datagrams, commands, bad_datagrams, bad_tables, bad_blocks, steps;
	struct iosm_mux_datagram datagram[SEEN_MAX];
	struct iosm_mux_downlink_command command[SEEN_MAX];
	uint8_t packet[SEEN_MAX][2048];
	uint64_t sum;
	bool started;
};

static void walk_data(struct seen *seen, const uint8_t *block, uint32_t len)
{
	struct iosm_mux_data_iter iter;
	struct iosm_mux_datagram datagram;
	enum iosm_mux_step step;

	seen->started = iosm_mux_data_start(&iter, block, len);
	if (!seen->started)
		return;
	while ((step = iosm_mux_data_next(&iter, &datagram)) != IOSM_MUX_STEP_END) {
		seen->steps++;
		if (step == IOSM_MUX_STEP_BAD_BLOCK) {
			seen->bad_blocks++;
			return;
		}
		seen->bad_tables += step == IOSM_MUX_STEP_BAD_TABLE;
		seen->bad_datagrams += step == IOSM_MUX_STEP_BAD_DATAGRAM;
		if (step != IOSM_MUX_STEP_ITEM)
			continue;
		for (uint32_t i = 0; i < datagram.length; i++)
			seen->sum += block[datagram.offset + i];
		if (seen->datagrams < SEEN_MAX && datagram.length <= sizeof(seen->packet[0])) {
			seen->datagram[seen->datagrams] = datagram;
			memcpy(seen->packet[seen->datagrams], block + datagram.offset,
			       datagram.length);
		}
		seen->datagrams++;
	}
}

static void walk_commands(struct seen *seen, const uint8_t *block, uint32_t len)
{
	struct iosm_mux_command_iter iter;
	struct iosm_mux_downlink_command command;
	enum iosm_mux_step step;

	seen->started = iosm_mux_command_start(&iter, block, len);
	if (!seen->started)
		return;
	while ((step = iosm_mux_command_next(&iter, &command)) == IOSM_MUX_STEP_ITEM) {
		seen->steps++;
		if (seen->commands < SEEN_MAX)
			seen->command[seen->commands] = command;
		seen->commands++;
	}
	seen->bad_blocks += step == IOSM_MUX_STEP_BAD_BLOCK;
}

/* What the receive path does with a block, whatever it is. */
static void walk(struct seen *seen, const void *data, size_t len)
{
	uint8_t *block = malloc(len ? len : 1);
	uint32_t credits;
	uint8_t session;

	memset(seen, 0, sizeof(*seen));
	memcpy(block, data, len);
	switch (iosm_mux_kind(block, len)) {
	case IOSM_MUX_KIND_DATA:
		walk_data(seen, block, len);
		break;
	case IOSM_MUX_KIND_COMMAND:
		walk_commands(seen, block, len);
		break;
	case IOSM_MUX_KIND_CREDITS:
		seen->started = iosm_mux_credits(block, len, &session, &credits);
		break;
	case IOSM_MUX_KIND_UNKNOWN:
		break;
	}
	free(block);
}

static void expect_packet(struct tap *tap, const struct seen *seen, unsigned int i,
			  unsigned int session, const char *name)
{
	struct vector packet;

	vector_load(&packet, name, 0);
	tap_equal(tap, seen->datagram[i].session, session, "%s: session", name);
	tap_bytes(tap, seen->packet[i], seen->datagram[i].length, packet.data, packet.len,
		  "%s: bytes", name);
}

static void test_data(struct tap *tap, const char *name)
{
	struct vector vector;
	struct seen seen;

	vector_load(&vector, name, 0xa5);
	walk(&seen, vector.data, vector.len);
	tap_equal(tap, seen.datagrams, 3, "%s: datagrams", name);
	tap_equal(tap, seen.bad_datagrams + seen.bad_tables + seen.bad_blocks, 0, "%s: no defect",
		  name);
	expect_packet(tap, &seen, 0, 0, "packet_p1");
	expect_packet(tap, &seen, 1, 0, "packet_p2");
	expect_packet(tap, &seen, 2, 1, "packet_p3");
}

static void test_single(struct tap *tap)
{
	struct vector vector;
	struct seen seen;

	vector_load(&vector, "mux_lite_p3", 0);
	walk(&seen, vector.data, vector.len);
	tap_equal(tap, seen.datagrams, 1, "single datagram");
	expect_packet(tap, &seen, 0, 1, "packet_p3");
}

static void test_command(struct tap *tap, const char *name, uint32_t type, uint32_t transaction,
			 unsigned int session, unsigned int params)
{
	struct vector vector;
	struct seen seen;

	vector_load(&vector, name, 0);
	walk(&seen, vector.data, vector.len);
	tap_equal(tap, seen.commands, 1, "%s: one command", name);
	tap_equal(tap, seen.bad_blocks, 0, "%s: no defect", name);
	tap_equal(tap, seen.command[0].type, type, "%s: type", name);
	tap_equal(tap, seen.command[0].transaction, transaction, "%s: transaction", name);
	tap_equal(tap, seen.command[0].session, session, "%s: session", name);
	tap_equal(tap, seen.command[0].param_length, params, "%s: parameters", name);
	if (params >= 4)
		tap_bytes(tap, seen.command[0].param, params,
			  vector.data + vector.len - params, params, "%s: parameter bytes", name);
}

static void test_credits(struct tap *tap)
{
	struct vector vector;
	uint32_t credits = 0;
	uint8_t session = 0;

	vector_load(&vector, "mux_dl_credits", 0);
	tap_ok(tap, iosm_mux_kind(vector.data, vector.len) == IOSM_MUX_KIND_CREDITS,
	       "credits: kind");
	tap_ok(tap, iosm_mux_credits(vector.data, vector.len, &session, &credits),
	       "credits: accepted");
	tap_equal(tap, session, 1, "credits: session");
	tap_equal(tap, credits, 65536, "credits: bytes");
	tap_ok(tap, !iosm_mux_credits(vector.data, vector.len - 1, &session, &credits),
	       "credits: a byte short is refused");
	vector.data[6] = 8;
	tap_ok(tap, !iosm_mux_credits(vector.data, vector.len, &session, &credits),
	       "credits: session 8 is refused");
	vector.data[6] = 1;
	vector.data[7] = 2;
	tap_ok(tap, !iosm_mux_credits(vector.data, vector.len, &session, &credits),
	       "credits: value of 2 bytes is refused");
}

static void put32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

/* One defect costs what it stands in, and no more. Offsets: mux specification, 12.6. */
static void test_defects(struct tap *tap)
{
	struct vector good, bad;
	struct seen seen;

	vector_load(&good, "mux_dl_aggregation", 0);

	bad = good;
	put32(bad.data + 0x20, 0xfffffff0);
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.datagrams, 2, "index out of the block: the other two arrive");
	tap_equal(tap, seen.bad_datagrams, 1, "index out of the block: one defect");

	bad = good;
	bad.data[0x24] = 16;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.datagrams, 2, "datagram of padding only: the other two arrive");

	bad = good;
	put32(bad.data + 0x20, 8);
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.bad_datagrams, 1, "index inside the block header");

	bad = good;
	bad.data[0x16] = 8;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.datagrams, 1, "session 8: the other table's datagram arrives");
	tap_equal(tap, seen.bad_tables, 1, "session 8: one table lost");

	bad = good;
	memcpy(bad.data + 0x10, "FCTH", 4);
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.datagrams, 1, "another kind of table in the chain is skipped");

	bad = good;
	put32(bad.data + 0x38, 0x10);
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.bad_blocks, 1, "a chain that goes back ends the walk");
	tap_equal(tap, seen.datagrams, 2, "a chain that goes back: what came before arrived");

	bad = good;
	put32(bad.data + 0x0c, 0);
	walk(&seen, bad.data, bad.len);
	tap_ok(tap, !seen.started, "no table: defective block");

	bad = good;
	bad.data[0x14] = 15;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.bad_tables, 1, "table shorter than its header");

	bad = good;
	bad.data[0x15] = 0xff;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.bad_blocks, 1, "table that reaches over the next one ends the walk");
	tap_equal(tap, seen.datagrams, 0, "table that reaches over the next one: nothing arrives");

	/* The last table, longer than the block: it is lost, what came before is not. */
	bad = good;
	bad.data[0x35] = 0xff;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.bad_tables, 1, "last table longer than the block");
	tap_equal(tap, seen.datagrams, 2, "last table longer than the block: the others arrive");

	/* All entries name one datagram: together more than the block holds. */
	bad = good;
	bad.data[0x24] = 0xa0;
	memcpy(bad.data + 0x28, bad.data + 0x20, 8);
	put32(bad.data + 0x20, 0x30);
	put32(bad.data + 0x28, 0x30);
	bad.data[0x2c] = 0xa0;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.datagrams, 1, "overlapping datagrams: the first arrives");
	tap_equal(tap, seen.bad_blocks, 1, "overlapping datagrams: no more than the block holds");

	vector_load(&bad, "mux_lite_p3", 0);
	bad.data[4] = 15;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.bad_datagrams, 1, "single: length below the header");
	bad.data[4] = 0xff;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.bad_datagrams, 1, "single: length beyond the block");

	vector_load(&bad, "mux_dl_aggregation_stop", 0);
	put32(bad.data + 0x18, 0x10);
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.commands, 0, "command chain that points at itself is refused");
	vector_load(&bad, "mux_dl_lite_stop", 0);
	bad.data[4] = 21;
	walk(&seen, bad.data, bad.len);
	tap_equal(tap, seen.commands, 0, "command longer than the block is refused");
}

static const char * const all[] = {
	"mux_dl_aggregation", "mux_dl_aggregation_tables_last", "mux_lite_p1",
	"mux_dl_aggregation_open_response", "mux_dl_aggregation_stop", "mux_dl_lite_open_response",
	"mux_dl_lite_stop", "mux_dl_lite_close_response", "mux_dl_credits",
};

static void test_truncations(struct tap *tap)
{
	struct vector vector;
	struct seen seen;
	bool bounded = true;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		vector_load(&vector, all[i], 0);
		for (size_t len = 0; len < vector.len; len++) {
			walk(&seen, vector.data, len);
			bounded = bounded && seen.steps <= len;
		}
	}
	tap_ok(tap, bounded, "every truncation: no byte beyond the block, steps bounded");
}

static void test_bent_bytes(struct tap *tap)
{
	static const uint8_t values[] = { 0, 1, 7, 8, 15, 16, 17, 0x7f, 0x80, 0xff };
	struct vector vector;
	struct seen seen;
	bool bounded = true;
	uint8_t saved;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		vector_load(&vector, all[i], 0);
		for (size_t at = 4; at < vector.len; at++) {
			saved = vector.data[at];
			for (size_t v = 0; v < sizeof(values); v++) {
				vector.data[at] = values[v];
				walk(&seen, vector.data, vector.len);
				bounded = bounded && seen.steps <= vector.len;
			}
			vector.data[at] = saved;
		}
	}
	tap_ok(tap, bounded, "every byte bent: no byte beyond the block, steps bounded");
}

static void test_random(struct tap *tap)
{
	static const char * const signatures[] = { "ADBH", "ADGH", "ACBH", "CMDH", "FCTH" };
	uint8_t block[256];
	struct seen seen;
	bool bounded = true;

	srandom(FUZZ_SEED);
	for (unsigned int round = 0; round < FUZZ_ROUNDS; round++) {
		size_t len = 4 + random() % (sizeof(block) - 4);

		/* Small numbers make offsets that stay inside. */
		for (size_t i = 0; i < len; i++)
			block[i] = random() % (random() % 4 ? 64 : 256);
		memcpy(block, signatures[random() % 5], 4);
		for (size_t i = 8; i + 4 < len; i += 4)
			if (random() % 2)
				memset(block + i + 1, 0, 3);
		for (size_t i = 16; i + 16 < len; i += 16)
			if (random() % 3 == 0)
				memcpy(block + i, random() % 2 ? "ADTH" : "CMDH", 4);
		walk(&seen, block, len);
		bounded = bounded && seen.steps <= len;
	}
	tap_ok(tap, bounded, "%u random blocks: no byte beyond them, steps bounded", FUZZ_ROUNDS);
}

int main(void)
{
	struct tap tap = { 0 };

	test_data(&tap, "mux_dl_aggregation");
	test_data(&tap, "mux_dl_aggregation_tables_last");
	test_single(&tap);
	test_command(&tap, "mux_dl_aggregation_open_response", 2, 0, 0, 12);
	test_command(&tap, "mux_dl_aggregation_stop", 5, 0x55, 1, 4);
	test_command(&tap, "mux_dl_lite_open_response", 2, 0, 0, 12);
	test_command(&tap, "mux_dl_lite_close_response", 4, 2, 1, 4);
	test_command(&tap, "mux_dl_lite_stop", 5, 0x55, 1, 4);
	test_credits(&tap);
	test_defects(&tap);
	test_truncations(&tap);
	test_bent_bytes(&tap);
	test_random(&tap);
	return tap_done(&tap);
}
