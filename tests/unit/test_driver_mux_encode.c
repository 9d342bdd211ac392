// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver's uplink encoder against the dumps of the mux specification. Buffers are
 * filled with a pattern first, so that a byte the encoder forgets is seen.
 */
#include <stdlib.h>

#include "../../driver/iosm_mux_encode.h"
#include "tap.h"
#include "vectors.h"

#define BLOCK_SIZE	16384
#define STALE		0xa5

static const uint32_t no_level[IOSM_MUX_SESSIONS];

static void add(struct iosm_mux_block *block, unsigned int session, uint32_t pad,
		const struct vector *packet)
{
	uint32_t offset = iosm_mux_block_add(block, session, pad, packet->len, 0);

	memcpy((uint8_t *)block->buffer + offset, packet->data, packet->len);
}

static void test_three_packets(struct tap *tap, uint32_t pad, const char *name)
{
	struct vector p1, p2, p3, expected;
	struct iosm_mux_block block;
	uint8_t *buffer = malloc(BLOCK_SIZE);
	uint32_t len;

	vector_load(&p1, "packet_p1", 0);
	vector_load(&p2, "packet_p2", 0);
	vector_load(&p3, "packet_p3", 0);
	vector_load(&expected, name, 0);

	memset(buffer, STALE, BLOCK_SIZE);
	iosm_mux_block_begin(&block, buffer, BLOCK_SIZE);
	add(&block, 0, pad, &p1);
	add(&block, 0, pad, &p2);
	add(&block, 1, pad, &p3);
	len = iosm_mux_block_finish(&block, 0, no_level);
	tap_bytes(tap, buffer, len, expected.data, expected.len, "%s", name);
	free(buffer);
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

/* Sessions 3 and 6 only (D28); levels and sequence number stand where they belong. */
static void test_sparse_sessions(struct tap *tap)
{
	uint32_t level[IOSM_MUX_SESSIONS] = { [3] = 0x1234, [6] = 0x5678 };
	struct iosm_mux_block block;
	uint8_t *buffer = malloc(BLOCK_SIZE);
	struct vector packet;
	uint32_t table, len;

	vector_load(&packet, "packet_p1", 0);
	iosm_mux_block_begin(&block, buffer, BLOCK_SIZE);
	add(&block, 6, 0, &packet);
	add(&block, 3, 0, &packet);
	add(&block, 6, 0, &packet);
	len = iosm_mux_block_finish(&block, 0xfffe, level);

	tap_equal(tap, buffer[6] | buffer[7] << 8, 0xfffe, "sparse: sequence number");
	tap_equal(tap, get32(buffer + 8), len, "sparse: block length");
	table = get32(buffer + 12);
	tap_ok(tap, !memcmp(buffer + table, "ADTH", 4) && buffer[table + 6] == 3,
	       "sparse: first table is session 3's");
	tap_equal(tap, buffer[table + 4], 24, "sparse: one entry");
	tap_equal(tap, get32(buffer + table + 16), 16 + 28, "sparse: second packet's index");
	table = get32(buffer + table + 8);
	tap_ok(tap, !memcmp(buffer + table, "QLTH", 4) && buffer[table + 6] == 3,
	       "sparse: queue level of session 3");
	tap_equal(tap, get32(buffer + table + 16), 0x1234, "sparse: level of session 3");
	table = get32(buffer + table + 8);
	tap_ok(tap, !memcmp(buffer + table, "ADTH", 4) && buffer[table + 6] == 6,
	       "sparse: then session 6's");
	tap_equal(tap, buffer[table + 4], 32, "sparse: two entries");
	table = get32(buffer + table + 8);
	tap_equal(tap, get32(buffer + table + 16), 0x5678, "sparse: level of session 6");
	tap_equal(tap, get32(buffer + table + 8), 0, "sparse: end of the chain");
	tap_equal(tap, table + 20, len, "sparse: the block ends there");
	free(buffer);
}

/* Fill until fits() says no: the block must then still hold, exactly. */
static void test_limits(struct tap *tap, uint32_t packet_len, uint32_t pad)
{
	struct iosm_mux_block block;
	uint8_t *buffer = malloc(BLOCK_SIZE);
	unsigned int session = 0;
	uint32_t offset, len;

	iosm_mux_block_begin(&block, buffer, BLOCK_SIZE);
	while (iosm_mux_block_fits(&block, session, pad, packet_len)) {
		offset = iosm_mux_block_add(&block, session, pad, packet_len, 0);
		memset(buffer + offset, 0, packet_len);
		session = (session + 1) % IOSM_MUX_SESSIONS;
	}
	len = iosm_mux_block_finish(&block, 0, no_level);
	tap_ok(tap, len <= BLOCK_SIZE && block.count <= IOSM_MUX_BLOCK_DATAGRAMS && block.count,
	       "packets of %u bytes, padding %u: %u in %u bytes", packet_len, pad, block.count, len);
	free(buffer);
}

static void test_largest(struct tap *tap)
{
	uint32_t largest = BLOCK_SIZE - IOSM_MUX_AGGR_OVERHEAD;
	struct iosm_mux_block block;
	uint8_t *buffer = malloc(BLOCK_SIZE);

	for (uint32_t pad = 0; pad <= IOSM_MUX_UL_HEAD_PAD_MAX; pad++) {
		iosm_mux_block_begin(&block, buffer, BLOCK_SIZE);
		if (!iosm_mux_block_fits(&block, 7, pad, largest)) {
			tap_ok(tap, false, "the largest packet fits with padding %u", pad);
			break;
		}
		if (pad == IOSM_MUX_UL_HEAD_PAD_MAX)
			tap_ok(tap, true, "the largest packet fits with every padding");
	}
	iosm_mux_block_begin(&block, buffer, BLOCK_SIZE);
	tap_ok(tap, !iosm_mux_block_fits(&block, 0, 0, BLOCK_SIZE), "a block's size does not fit");
	tap_ok(tap, !iosm_mux_block_fits(&block, 0, 16, 0xfff8),
	       "a datagram beyond 16 bits of length does not fit");
	free(buffer);
}

static void test_lite(struct tap *tap)
{
	static const char * const packets[] = { "packet_p1", "packet_p2", "packet_p3" };
	static const char * const blocks[] = { "mux_lite_p1", "mux_lite_p2", "mux_lite_p3" };
	struct vector packet, expected;
	uint8_t buffer[256];
	uint32_t offset;

	for (unsigned int i = 0; i < 3; i++) {
		vector_load(&packet, packets[i], 0);
		vector_load(&expected, blocks[i], 0);
		/* "Next count" is a hint that a driver without a burst can't give. */
		expected.data[9] = 0;
		memset(buffer, STALE, sizeof(buffer));
		offset = iosm_mux_lite_begin(buffer, i == 2, 16, packet.len, 0);
		memcpy(buffer + offset, packet.data, packet.len);
		tap_bytes(tap, buffer, offset + packet.len, expected.data, expected.len, "%s",
			  blocks[i]);
	}

	memset(buffer, STALE, sizeof(buffer));
	offset = iosm_mux_lite_begin(buffer, 2, 20, 40, 5);
	tap_equal(tap, offset, 20, "Lite, padding 20: 4 bytes behind the header");
	tap_equal(tap, get32(buffer + 16), 0, "Lite, padding 20: zeroed");
	tap_equal(tap, buffer[4], 60, "Lite, padding 20: length counts it");
	tap_equal(tap, buffer[8], 5, "Lite: service class");

	vector_load(&expected, "mux_ul_lite_queue_level", 0);
	tap_bytes(tap, buffer, iosm_mux_lite_level(buffer, 1, 1), expected.data, expected.len,
		  "Lite queue level");
}

struct command_case {
	const char *lite, *aggregated;
	uint16_t sequence;
	uint32_t lite_type, aggregated_type, transaction;
	uint8_t session;
	const void *param;
	uint32_t param_length;
};

static void test_commands(struct tap *tap)
{
	static const uint8_t open[8] = { [4] = 16 };
	static const uint8_t code[4];
	const struct command_case cases[] = {
		{ "mux_ul_lite_open", "mux_ul_aggregation_open", 0, 1, 1, 0, 0, open, 8 },
		{ "mux_ul_lite_close", "mux_ul_aggregation_close", 2, 3, 3, 2, 1, NULL, 0 },
		{ "mux_ul_lite_flow_ack", "mux_ul_aggregation_flow_ack", 2, 6, 7, 0x55, 1, NULL, 0 },
		{ "mux_ul_lite_link_status_response", "mux_ul_aggregation_link_status_response",
		  0, 8, 9, 0, 0, code, 4 },
	};
	struct iosm_mux_uplink_command command;
	uint8_t buffer[IOSM_MUX_COMMAND_MAX];
	struct vector expected;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct command_case *c = &cases[i];

		vector_load(&expected, c->lite, 0);
		command = (struct iosm_mux_uplink_command){
			.type = c->lite_type,
			.transaction = c->transaction,
			.session = c->session,
			.param = c->param,
			.param_length = c->param_length,
		};
		/* Link status: the numbers are the modem's, take them from the vector. */
		if (c->lite_type == 8) {
			command.transaction = get32(expected.data + 12);
			command.session = expected.data[6];
		}
		memset(buffer, STALE, sizeof(buffer));
		tap_bytes(tap, buffer, iosm_mux_command_lite(buffer, &command), expected.data,
			  expected.len, "%s", c->lite);

		vector_load(&expected, c->aggregated, 0);
		command.type = c->aggregated_type;
		if (c->aggregated_type == 9) {
			command.transaction = get32(expected.data + 16 + 16);
			command.session = expected.data[16 + 6];
		}
		memset(buffer, STALE, sizeof(buffer));
		tap_bytes(tap, buffer,
			  iosm_mux_command_aggregated(buffer, expected.data[6] | expected.data[7] << 8,
						      &command),
			  expected.data, expected.len, "%s", c->aggregated);
	}
}

int main(void)
{
	struct tap tap = { 0 };

	test_three_packets(&tap, 16, "mux_ul_aggregation_padding16");
	test_three_packets(&tap, 0, "mux_ul_aggregation_padding0");
	test_sparse_sessions(&tap);
	test_limits(&tap, 20, 0);
	test_limits(&tap, 28, 16);
	test_limits(&tap, 1500, 16);
	test_limits(&tap, 1500, 64);
	test_limits(&tap, 5431, 3);
	test_largest(&tap);
	test_lite(&tap);
	test_commands(&tap);
	return tap_done(&tap);
}
