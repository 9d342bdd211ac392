// SPDX-License-Identifier: GPL-2.0-or-later
/* The modem's downlink blocks, byte for byte as the mux specification has them. */
#include <stdlib.h>

#include "../../vmodem/bytes.h"
#include "../../vmodem/mux_encode.h"
#include "tap.h"
#include "vectors.h"

struct fixture {
	struct tap tap;
	struct vector p1, p2, p3;
	struct mux_encode_plan plan;
	uint8_t block[MUX_ENCODE_MAX];
};

static struct mux_encode_entry entry(const struct vector *packet, unsigned int session,
				     unsigned int padding)
{
	return (struct mux_encode_entry){
		.session = session,
		.padding = padding,
		.packet = packet->data,
		.len = packet->len,
	};
}

static bool add(struct fixture *fixture, const struct vector *packet, unsigned int session,
		unsigned int padding)
{
	struct mux_encode_entry one = entry(packet, session, padding);

	return mux_encode_plan_add(&fixture->plan, &one);
}

static void expect_vector(struct fixture *fixture, size_t len, const char *name)
{
	struct vector vector;

	vector_load(&vector, name, 0);
	tap_bytes(&fixture->tap, fixture->block, len, vector.data, vector.len, "%s", name);
}

static void plan_three(struct fixture *fixture, unsigned int padding)
{
	mux_encode_plan_start(&fixture->plan, 16384);
	add(fixture, &fixture->p1, 0, padding);
	/* Out of order on purpose: the tables are sorted. */
	add(fixture, &fixture->p3, 1, padding);
	add(fixture, &fixture->p2, 0, padding);
}

static void test_data_blocks(struct fixture *fixture)
{
	memset(fixture->block, 0xa5, sizeof(fixture->block));
	plan_three(fixture, 16);
	expect_vector(fixture, mux_encode_data_block(&fixture->plan, fixture->block, 7, false),
		      "mux_dl_aggregation");
	memset(fixture->block, 0xa5, sizeof(fixture->block));
	plan_three(fixture, 16);
	expect_vector(fixture, mux_encode_data_block(&fixture->plan, fixture->block, 7, true),
		      "mux_dl_aggregation_tables_last");
}

/* With no padding the packet stands at the datagram index (field notes). */
static void test_no_padding(struct fixture *fixture)
{
	const uint8_t *block = fixture->block;

	plan_three(fixture, 0);
	tap_equal(&fixture->tap, mux_encode_data_block(&fixture->plan, fixture->block, 0, false),
		  0x48 + 28 + 32 + 40, "no padding: block length");
	tap_equal(&fixture->tap, get_le32(block + 0x20), 0x48, "no padding: first index");
	tap_equal(&fixture->tap, get_le16(block + 0x24), 28, "no padding: first length");
	tap_bytes(&fixture->tap, block + 0x48, 28, fixture->p1.data, 28, "no padding: P1");
	tap_equal(&fixture->tap, get_le32(block + 0x40), 0x84, "no padding: third index");
	tap_bytes(&fixture->tap, block + 0x84, 40, fixture->p3.data, 40, "no padding: P3");
}

/* A host that understands hints gets one table a session and IP version. */
static void test_hints(struct fixture *fixture)
{
	struct mux_encode_entry v6 = entry(&fixture->p3, 2, 0);
	const uint8_t *block = fixture->block;

	v6.hint = 1;
	mux_encode_plan_start(&fixture->plan, 16384);
	mux_encode_plan_add(&fixture->plan, &v6);
	add(fixture, &fixture->p1, 2, 0);
	mux_encode_data_block(&fixture->plan, fixture->block, 0, false);
	tap_equal(&fixture->tap, block[0x16], 2, "hints: session of the first table");
	tap_equal(&fixture->tap, block[0x17], 0, "hints: IPv4 first");
	tap_equal(&fixture->tap, get_le32(block + 0x18), 0x28, "hints: second table");
	tap_equal(&fixture->tap, block[0x2e], 2, "hints: session of the second table");
	tap_equal(&fixture->tap, block[0x2f], 1, "hints: then IPv6");
}

/* A block takes what fits and not a byte more. */
static void test_capacity(struct fixture *fixture)
{
	size_t needed = mux_encode_data_block_size(16, 28);

	tap_equal(&fixture->tap, needed, 16 + 16 + 8 + 44, "size of a block of one packet");
	mux_encode_plan_start(&fixture->plan, needed - 1);
	tap_ok(&fixture->tap, !add(fixture, &fixture->p1, 0, 16), "one byte too few");
	mux_encode_plan_start(&fixture->plan, needed);
	tap_ok(&fixture->tap, add(fixture, &fixture->p1, 0, 16), "just enough");
	tap_equal(&fixture->tap, mux_encode_data_block(&fixture->plan, fixture->block, 0, false),
		  (long long)needed, "the block is as long as announced");
	tap_ok(&fixture->tap, !add(fixture, &fixture->p1, 0, 16), "no second one");
}

/* The smallest packets: the number of entries is what ends the block. */
static void test_many(struct fixture *fixture)
{
	unsigned int count = 0;

	mux_encode_plan_start(&fixture->plan, MUX_ENCODE_MAX);
	while (add(fixture, &fixture->p1, count % 8, 0))
		count++;
	tap_equal(&fixture->tap, count, MUX_ENCODE_DATAGRAMS, "entries of one block");
	tap_equal(&fixture->tap, mux_encode_data_block(&fixture->plan, fixture->block, 0, true),
		  16 + 8 * 16 + count * (8 + 28), "block of 512 packets in 8 tables");
}

static void test_lite(struct fixture *fixture)
{
	struct mux_encode_entry p1 = entry(&fixture->p1, 0, 16);
	struct mux_encode_entry p2 = entry(&fixture->p2, 0, 16);
	struct mux_encode_entry p3 = entry(&fixture->p3, 1, 0);
	struct mux_encode_entry padded = entry(&fixture->p1, 3, 20);

	memset(fixture->block, 0xa5, sizeof(fixture->block));
	expect_vector(fixture, mux_encode_lite_datagram(fixture->block, &p1, 1), "mux_lite_p1");
	expect_vector(fixture, mux_encode_lite_datagram(fixture->block, &p2, 0), "mux_lite_p2");
	expect_vector(fixture, mux_encode_lite_datagram(fixture->block, &p3, 0), "mux_lite_p3");
	memset(fixture->block, 0xa5, sizeof(fixture->block));
	tap_equal(&fixture->tap, mux_encode_lite_datagram(fixture->block, &padded, 0), 48,
		  "padding 20: the header counts for 16");
	tap_bytes(&fixture->tap, fixture->block + 16, 4, "\0\0\0\0", 4, "padding 20: 4 zero bytes");
	tap_bytes(&fixture->tap, fixture->block + 20, 28, fixture->p1.data, 28,
		  "padding 20: packet behind them");
}

struct command_case {
	const char *vector;
	bool aggregation;
	uint16_t sequence;
	struct mux_encode_command command;
};

static void test_commands(struct fixture *fixture)
{
	static const uint8_t opened[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0 };
	static const uint8_t zero[4], ones[4] = { 0xff, 0xff, 0xff, 0xff };
	const struct command_case cases[] = {
		{ "mux_dl_lite_open_response", false, 0, { 0, 2, 0, opened, 12 } },
		{ "mux_dl_lite_close_response", false, 0, { 1, 4, 2, zero, 4 } },
		{ "mux_dl_lite_stop", false, 0, { 1, 5, 0x55, ones, 4 } },
		{ "mux_dl_lite_go", false, 0, { 1, 5, 0x56, zero, 4 } },
		{ "mux_dl_aggregation_open_response", true, 0, { 0, 2, 0, opened, 12 } },
		{ "mux_dl_aggregation_stop", true, 0, { 1, 5, 0x55, ones, 4 } },
		{ "mux_dl_aggregation_go", true, 1, { 1, 6, 0x56, zero, 4 } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct command_case *c = &cases[i];
		size_t len;

		memset(fixture->block, 0xa5, sizeof(fixture->block));
		len = c->aggregation ?
			      mux_encode_command_aggregation(fixture->block, &c->command,
							     c->sequence) :
			      mux_encode_command_lite(fixture->block, &c->command);
		expect_vector(fixture, len, c->vector);
	}
}

int main(void)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	int status;

	vector_load(&fixture->p1, "packet_p1", 0);
	vector_load(&fixture->p2, "packet_p2", 0);
	vector_load(&fixture->p3, "packet_p3", 0);
	test_data_blocks(fixture);
	test_no_padding(fixture);
	test_hints(fixture);
	test_capacity(fixture);
	test_many(fixture);
	test_lite(fixture);
	test_commands(fixture);
	memset(fixture->block, 0xa5, sizeof(fixture->block));
	expect_vector(fixture, mux_encode_credits(fixture->block, 1, 65536), "mux_dl_credits");
	status = tap_done(&fixture->tap);
	free(fixture);
	return status;
}
