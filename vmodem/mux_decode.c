// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Uplink blocks of both mux dialects: see mux_decode.h.
 *
 * Every byte of a block is claimed by what it belongs to. Two owners are an overlap;
 * bytes that nobody owns, and bytes owned as padding or as reserved, must be zero. The
 * existing driver leaves stale kernel memory there (defect D94), hence a rule apart.
 */
#include "mux_decode.h"

#include <string.h>

#include "bytes.h"
#include "check.h"

#define FIELD16(at, type, member) get_le16((at) + offsetof(type, member))
#define FIELD32(at, type, member) get_le32((at) + offsetof(type, member))

#define TABLE_MIN	sizeof(struct iosm_wire_adth)	/* shorter than any table */
#define PADDING_FREE	16u	/* padding that the 16-byte ADGH stands for (section 6) */

enum claim {
	CLAIM_NONE,
	CLAIM_ZERO,	/* padding, alignment, reserved */
	CLAIM_USED,
};

unsigned int mux_uplink_padding_lite(unsigned int n)
{
	return n > PADDING_FREE ? n - PADDING_FREE : 0;
}

/* Section 6: above 16 the host takes 16 off here too, unlike in the downlink. */
unsigned int mux_uplink_padding_aggregation(unsigned int n)
{
	return n > PADDING_FREE ? n - PADDING_FREE : n;
}

void mux_decode_restart(struct mux_decoder *decoder)
{
	decoder->data_sequence.known = false;
	decoder->command_sequence.known = false;
}

/* The first byte from @at on that is claimed otherwise, @end if none is; 8 at a time. */
static size_t claimed_until(const struct mux_decoder *decoder, size_t at, size_t end,
			    enum claim claim)
{
	const uint64_t same = claim * 0x0101010101010101ull;
	uint64_t word;

	for (; end - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, decoder->claims + at, sizeof(word));
		if (word != same)
			break;
	}
	while (at < end && decoder->claims[at] == claim)
		at++;
	return at;
}

/* The caller has checked that the range lies inside the block. */
static bool claim(struct mux_decoder *decoder, size_t from, size_t len, const char *what)
{
	size_t taken = claimed_until(decoder, from, from + len, CLAIM_NONE);

	if (taken < from + len) {
		check_breach(decoder->check, CHECK_MUX_OVERLAP,
			     "%s at %#zx, %zu bytes: byte %#zx is taken", what, from, len, taken);
		return false;
	}
	memset(decoder->claims + from, CLAIM_USED, len);
	return true;
}

static void expect_zero(struct mux_decoder *decoder, size_t from, size_t len)
{
	memset(decoder->claims + from, CLAIM_ZERO, len);
}

/* Hints are optional; only a value that is no hint at all can be called stale. */
static void expect_hint(struct mux_decoder *decoder, size_t at)
{
	if (decoder->block[at] > 1)
		expect_zero(decoder, at, 1);
}

/* Only for blocks whose structure is sound: else the rest would be reported twice. */
static void check_stale(const struct mux_decoder *decoder)
{
	size_t first = 0, count = 0;

	for (size_t i = 0; i < decoder->len; i++) {
		i = claimed_until(decoder, i, decoder->len, CLAIM_USED);
		if (i == decoder->len || !decoder->block[i])
			continue;
		if (!count++)
			first = i;
	}
	if (count)
		check_breach(decoder->check, CHECK_MUX_STALE_BYTES,
			     "%zu of %zu bytes of a %.4s block, first %#04x at %#zx", count,
			     decoder->len, (const char *)decoder->block, decoder->block[first],
			     first);
}

static void check_sequence(struct mux_decoder *decoder, struct mux_sequence *sequence)
{
	uint16_t now = FIELD16(decoder->block, struct iosm_wire_adbh, sequence);
	uint16_t expected = (uint16_t)(sequence->last + 1);

	if (sequence->known && now != expected)
		check_breach(decoder->check, CHECK_MUX_SEQUENCE, "%.4s block %u, expected %u",
			     (const char *)decoder->block, now, expected);
	sequence->known = true;
	sequence->last = now;
}

static bool check_short(const struct mux_decoder *decoder, size_t needed)
{
	if (decoder->len >= needed)
		return true;
	check_breach(decoder->check, CHECK_MUX_SHORT, "%zu bytes, a %.4s block has %zu at least",
		     decoder->len, (const char *)decoder->block, needed);
	return false;
}

static bool check_session(const struct mux_decoder *decoder, unsigned int session)
{
	if (session < IOSM_MUX_SESSIONS)
		return true;
	check_breach(decoder->check, CHECK_MUX_SESSION_ID, "session %u in a %.4s block", session,
		     (const char *)decoder->block);
	return false;
}

/* Is @next a place for another table or command of at least @size bytes behind @last? */
static bool check_link(const struct mux_decoder *decoder, uint32_t last, uint32_t next,
		       size_t size)
{
	if (next < sizeof(struct iosm_wire_adbh) || next > decoder->len ||
	    decoder->len - next < size) {
		check_breach(decoder->check, CHECK_MUX_INDEX, "index %#x in a block of %zu bytes",
			     next, decoder->len);
		return false;
	}
	if (next <= last) {
		check_breach(decoder->check, CHECK_MUX_CHAIN, "from %#x to %#x", last, next);
		return false;
	}
	if (next & 3)
		check_breach(decoder->check, CHECK_MUX_ALIGNMENT, "index %#x", next);
	return true;
}

static size_t ip_length(const uint8_t *packet, size_t len)
{
	if (packet[0] >> 4 == 4)
		return len < 20 ? 0 : get_be16(packet + 2);
	return len < 40 ? 0 : 40u + get_be16(packet + 4);
}

static bool check_ip(const struct mux_decoder *decoder, const struct mux_datagram *datagram)
{
	unsigned int version = datagram->packet[0] >> 4;
	size_t length;

	if (version != 4 && version != 6) {
		check_breach(decoder->check, CHECK_MUX_NOT_IP,
			     "session %u, %zu bytes, first byte %#04x", datagram->session,
			     datagram->len, datagram->packet[0]);
		return false;
	}
	length = ip_length(datagram->packet, datagram->len);
	if (length != datagram->len) {
		check_breach(decoder->check, CHECK_MUX_IP_LENGTH,
			     "session %u: IPv%u header says %zu, datagram has %zu bytes",
			     datagram->session, version, length, datagram->len);
		return false;
	}
	return true;
}

/*
 * @from and @length: head padding and packet, inside the block and claimed. Returns false
 * when they don't hold a packet.
 */
static bool deliver(struct mux_decoder *decoder, struct mux_datagram *datagram, size_t from,
		    size_t length, unsigned int padding)
{
	if (length <= padding) {
		check_breach(decoder->check, CHECK_MUX_DATAGRAM_RANGE,
			     "session %u: %zu bytes with %u bytes of head padding",
			     datagram->session, length, padding);
		return false;
	}
	expect_zero(decoder, from, padding);
	datagram->packet = decoder->block + from + padding;
	datagram->len = length - padding;
	if (check_ip(decoder, datagram))
		decoder->datagram(decoder->self, datagram);
	return true;
}

static bool check_open(const struct mux_decoder *decoder, unsigned int session, size_t length)
{
	if (decoder->sessions[session].open)
		return true;
	check_breach(decoder->check, CHECK_MUX_CLOSED_DATA, "session %u, %zu bytes", session,
		     length);
	return false;
}

/* ADGH block (section 4.3). */
static void decode_lite_datagram(struct mux_decoder *decoder)
{
	const uint8_t *block = decoder->block;
	const size_t header = sizeof(struct iosm_wire_adgh);
	struct mux_datagram datagram = { 0 };
	size_t length;

	if (!check_short(decoder, header))
		return;
	length = FIELD16(block, struct iosm_wire_adgh, length);
	if (length != decoder->len)
		check_breach(decoder->check, CHECK_MUX_BLOCK_LENGTH, "ADGH says %zu of %zu bytes",
			     length, decoder->len);
	if (length < header || length > decoder->len)
		return;
	datagram.session = block[offsetof(struct iosm_wire_adgh, session)];
	datagram.service_class = block[offsetof(struct iosm_wire_adgh, service_class)];
	datagram.next_count = block[offsetof(struct iosm_wire_adgh, next_count)];
	if (!check_session(decoder, datagram.session) ||
	    !check_open(decoder, datagram.session, length - header))
		return;
	claim(decoder, 0, length, "ADGH");
	expect_hint(decoder, offsetof(struct iosm_wire_adgh, ip_hint));
	expect_zero(decoder, offsetof(struct iosm_wire_adgh, reserved), 6);
	if (deliver(decoder, &datagram, header, length - header,
		    mux_uplink_padding_lite(decoder->sessions[datagram.session].padding)))
		check_stale(decoder);
}

/* QLTH as a block of its own (section 4.5). */
static void decode_lite_queue_level(struct mux_decoder *decoder)
{
	const uint8_t *block = decoder->block;
	const size_t size = sizeof(struct iosm_wire_value_table);
	unsigned int length, value_length, session;

	if (!check_short(decoder, size))
		return;
	length = FIELD16(block, struct iosm_wire_value_table, length);
	value_length = block[offsetof(struct iosm_wire_value_table, value_length)];
	session = block[offsetof(struct iosm_wire_value_table, session)];
	if (length != size || decoder->len != size || value_length != 4) {
		check_breach(decoder->check, CHECK_MUX_QUEUE_LEVEL,
			     "block of %zu bytes, length %u, value length %u", decoder->len,
			     length, value_length);
		return;
	}
	if (!check_session(decoder, session))
		return;
	claim(decoder, 0, size, "QLTH");
	expect_zero(decoder, offsetof(struct iosm_wire_value_table, reserved), 8);
	check_stale(decoder);
	decoder->queue_level(decoder->self, session,
			     FIELD32(block, struct iosm_wire_value_table, value));
}

/* CMDH as a block of its own (section 4.6). */
static void decode_lite_command(struct mux_decoder *decoder)
{
	const uint8_t *block = decoder->block;
	const size_t header = sizeof(struct iosm_wire_cmdh_lite);
	struct mux_uplink_command command;
	size_t length;

	if (!check_short(decoder, header))
		return;
	length = FIELD16(block, struct iosm_wire_cmdh_lite, length);
	if (length != decoder->len)
		check_breach(decoder->check, CHECK_MUX_BLOCK_LENGTH, "CMDH says %zu of %zu bytes",
			     length, decoder->len);
	if (length < header || length > decoder->len)
		return;
	claim(decoder, 0, length, "CMDH");
	expect_zero(decoder, offsetof(struct iosm_wire_cmdh_lite, reserved), 1);
	check_stale(decoder);
	command.session = block[offsetof(struct iosm_wire_cmdh_lite, session)];
	command.command = FIELD32(block, struct iosm_wire_cmdh_lite, command);
	command.transaction = FIELD32(block, struct iosm_wire_cmdh_lite, transaction);
	command.parameters = block + header;
	command.parameters_len = length - header;
	decoder->command(decoder->self, &command);
}

/* One entry of an ADTH. Returns false when the block's structure is broken by it. */
static bool decode_entry(struct mux_decoder *decoder, unsigned int session, const uint8_t *entry)
{
	uint32_t index = FIELD32(entry, struct iosm_wire_datagram, index);
	size_t length = FIELD16(entry, struct iosm_wire_datagram, length);
	struct mux_datagram datagram = { .session = session };

	if (index > decoder->len || length > decoder->len - index || !length) {
		check_breach(decoder->check, CHECK_MUX_DATAGRAM_RANGE,
			     "session %u: index %#x, %zu bytes in a block of %zu", session, index,
			     length, decoder->len);
		return false;
	}
	if (!claim(decoder, index, length, "datagram"))
		return false;
	if (!check_open(decoder, session, length))
		return true;
	datagram.service_class = entry[offsetof(struct iosm_wire_datagram, service_class)];
	return deliver(decoder, &datagram, index, length,
		       mux_uplink_padding_aggregation(decoder->sessions[session].padding));
}

/* ADTH at @at (section 4.2). Returns false when the block's structure is broken by it. */
static bool decode_datagram_table(struct mux_decoder *decoder, uint32_t at)
{
	const uint8_t *table = decoder->block + at;
	const size_t header = sizeof(struct iosm_wire_adth);
	const size_t entry = sizeof(struct iosm_wire_datagram);
	size_t length = FIELD16(table, struct iosm_wire_adth, table_length);
	unsigned int session = table[offsetof(struct iosm_wire_adth, session)];
	bool sound = true;

	if (length < header + entry || (length - header) % entry || length > decoder->len - at) {
		check_breach(decoder->check, CHECK_MUX_TABLE_LENGTH,
			     "length %zu at %#x in a block of %zu", length, at, decoder->len);
		return false;
	}
	if (!check_session(decoder, session) || !claim(decoder, at, length, "ADTH"))
		return false;
	expect_hint(decoder, at + offsetof(struct iosm_wire_adth, ip_hint));
	expect_zero(decoder, at + offsetof(struct iosm_wire_adth, reserved), 4);
	for (size_t i = header; i < length; i += entry) {
		expect_zero(decoder, at + i + offsetof(struct iosm_wire_datagram, reserved), 1);
		sound &= decode_entry(decoder, session, table + i);
	}
	return sound;
}

/* QLTH at @at (section 4.4). Returns false when the block's structure is broken by it. */
static bool decode_queue_level_table(struct mux_decoder *decoder, uint32_t at)
{
	const uint8_t *table = decoder->block + at;
	size_t length = FIELD16(table, struct iosm_wire_qlth, table_length);
	unsigned int session = table[offsetof(struct iosm_wire_qlth, session)];

	if (length < sizeof(struct iosm_wire_qlth) || (length & 3) || length > decoder->len - at) {
		check_breach(decoder->check, CHECK_MUX_QUEUE_LEVEL,
			     "length %zu at %#x in a block of %zu", length, at, decoder->len);
		return false;
	}
	if (!check_session(decoder, session) || !claim(decoder, at, length, "QLTH"))
		return false;
	expect_zero(decoder, at + offsetof(struct iosm_wire_qlth, reserved0), 1);
	expect_zero(decoder, at + offsetof(struct iosm_wire_qlth, reserved1), 4);
	decoder->queue_level(decoder->self, session,
			     FIELD32(table, struct iosm_wire_qlth, level_bytes));
	return true;
}

static bool decode_table(struct mux_decoder *decoder, uint32_t at)
{
	uint32_t signature = get_le32(decoder->block + at);

	switch (signature) {
	case IOSM_MUX_ADTH:
		return decode_datagram_table(decoder, at);
	case IOSM_MUX_QLTH:
		return decode_queue_level_table(decoder, at);
	default:
		check_breach(decoder->check, CHECK_MUX_SIGNATURE, "table %#010x at %#x", signature,
			     at);
		return false;
	}
}

/* The next index stands at the same place in every kind of table. */
static void decode_tables(struct mux_decoder *decoder, uint32_t first)
{
	uint32_t last = 0, at = first;
	bool sound = true;

	while (at) {
		if (!check_link(decoder, last, at, TABLE_MIN))
			return;
		sound &= decode_table(decoder, at);
		last = at;
		at = FIELD32(decoder->block + at, struct iosm_wire_adth, next_table);
	}
	if (sound)
		check_stale(decoder);
}

/* ADBH block (section 4.1). */
static void decode_data_block(struct mux_decoder *decoder)
{
	const uint8_t *block = decoder->block;
	uint32_t length, first;

	if (!check_short(decoder, sizeof(struct iosm_wire_adbh)))
		return;
	check_sequence(decoder, &decoder->data_sequence);
	length = FIELD32(block, struct iosm_wire_adbh, block_length);
	first = FIELD32(block, struct iosm_wire_adbh, first_table);
	if (length != decoder->len)
		check_breach(decoder->check, CHECK_MUX_BLOCK_LENGTH, "ADBH says %u of %zu bytes",
			     length, decoder->len);
	/* The existing driver writes such blocks; their data belongs to nobody (section 14). */
	if (!first) {
		check_breach(decoder->check, CHECK_MUX_NO_TABLE, "%zu bytes", decoder->len);
		return;
	}
	claim(decoder, 0, sizeof(struct iosm_wire_adbh), "ADBH");
	expect_zero(decoder, offsetof(struct iosm_wire_adbh, reserved), 2);
	decode_tables(decoder, first);
}

/* CMDH at @at (section 4.7). Returns false when the block's structure is broken by it. */
static bool decode_aggregation_command(struct mux_decoder *decoder, uint32_t at)
{
	const uint8_t *header = decoder->block + at;
	uint32_t signature = get_le32(header);
	size_t length = FIELD16(header, struct iosm_wire_cmdh_aggr, length);
	struct mux_uplink_command command;

	if (signature != IOSM_MUX_CMDH) {
		check_breach(decoder->check, CHECK_MUX_SIGNATURE, "command %#010x at %#x",
			     signature, at);
		return false;
	}
	if (length < sizeof(struct iosm_wire_cmdh_aggr) || length > decoder->len - at) {
		check_breach(decoder->check, CHECK_MUX_COMMAND,
			     "length %zu at %#x in a block of %zu", length, at, decoder->len);
		return false;
	}
	if (!claim(decoder, at, length, "CMDH"))
		return false;
	expect_zero(decoder, at + offsetof(struct iosm_wire_cmdh_aggr, reserved), 1);
	command.session = header[offsetof(struct iosm_wire_cmdh_aggr, session)];
	command.command = FIELD32(header, struct iosm_wire_cmdh_aggr, command);
	command.transaction = FIELD32(header, struct iosm_wire_cmdh_aggr, transaction);
	command.parameters = header + sizeof(struct iosm_wire_cmdh_aggr);
	command.parameters_len = length - sizeof(struct iosm_wire_cmdh_aggr);
	decoder->command(decoder->self, &command);
	return true;
}

static void decode_commands(struct mux_decoder *decoder, uint32_t first)
{
	uint32_t last = 0, at = first;
	bool sound = true;

	do {
		if (!check_link(decoder, last, at, sizeof(struct iosm_wire_cmdh_aggr)))
			return;
		sound &= decode_aggregation_command(decoder, at);
		last = at;
		at = FIELD32(decoder->block + at, struct iosm_wire_cmdh_aggr, next_command);
	} while (at);
	if (sound)
		check_stale(decoder);
}

/* ACBH block (section 4.7). Its length is looked at by the checker only. */
static void decode_command_block(struct mux_decoder *decoder)
{
	const uint8_t *block = decoder->block;
	uint32_t length;

	if (!check_short(decoder, sizeof(struct iosm_wire_acbh)))
		return;
	check_sequence(decoder, &decoder->command_sequence);
	length = FIELD32(block, struct iosm_wire_acbh, block_length);
	if (length == sizeof(struct iosm_wire_acbh) && length != decoder->len)
		check_breach(decoder->check, CHECK_MUX_COMMAND_LENGTH_16, "16 of %zu bytes",
			     decoder->len);
	else if (length != decoder->len)
		check_breach(decoder->check, CHECK_MUX_BLOCK_LENGTH, "ACBH says %u of %zu bytes",
			     length, decoder->len);
	claim(decoder, 0, sizeof(struct iosm_wire_acbh), "ACBH");
	expect_zero(decoder, offsetof(struct iosm_wire_acbh, reserved), 2);
	decode_commands(decoder, FIELD32(block, struct iosm_wire_acbh, first_command));
}

static const struct mux_format {
	uint32_t signature;
	bool aggregation;
	void (*decode)(struct mux_decoder *decoder);
} formats[] = {
	{ IOSM_MUX_ADBH, true, decode_data_block },
	{ IOSM_MUX_ACBH, true, decode_command_block },
	{ IOSM_MUX_ADGH, false, decode_lite_datagram },
	{ IOSM_MUX_CMDH, false, decode_lite_command },
	{ IOSM_MUX_QLTH, false, decode_lite_queue_level },
};

static const struct mux_format *format_find(uint32_t signature)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].signature == signature)
			return &formats[i];
	return NULL;
}

static bool check_size(const struct mux_decoder *decoder, size_t len)
{
	size_t max = decoder->aggregation ? MUX_AGGREGATION_BLOCK_MAX : MUX_LITE_BLOCK_MAX;

	if (len > max)
		check_breach(decoder->check, CHECK_MUX_BLOCK_SIZE, "%zu bytes, at most %zu", len,
			     max);
	return len <= MUX_DECODE_MAX;
}

void mux_decode(struct mux_decoder *decoder, const uint8_t *block, size_t len)
{
	const struct mux_format *format;

	if (len < 4) {
		check_breach(decoder->check, CHECK_MUX_SHORT, "%zu bytes, no signature", len);
		return;
	}
	format = format_find(get_le32(block));
	if (!format) {
		check_breach(decoder->check, CHECK_MUX_SIGNATURE, "block %#010x, %zu bytes",
			     get_le32(block), len);
		return;
	}
	if (format->aggregation != decoder->aggregation) {
		check_breach(decoder->check, CHECK_MUX_DIALECT, "%.4s block in the %s dialect",
			     (const char *)block, decoder->aggregation ? "aggregation" : "Lite");
		return;
	}
	if (!check_size(decoder, len))
		return;
	decoder->block = block;
	decoder->len = len;
	memset(decoder->claims, CLAIM_NONE, len);
	format->decode(decoder);
}
