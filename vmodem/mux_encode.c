// SPDX-License-Identifier: GPL-2.0-or-later
/* Downlink blocks of both mux dialects: see mux_encode.h. */
#include "mux_encode.h"

#include <string.h>

#include "../driver/iosm_wire.h"
#include "bytes.h"

#define PUT8(at, type, member, value) ((at)[offsetof(type, member)] = (uint8_t)(value))
#define PUT16(at, type, member, value) \
	put_le16((at) + offsetof(type, member), (uint16_t)(value))
#define PUT32(at, type, member, value) \
	put_le32((at) + offsetof(type, member), (uint32_t)(value))

#define HEADER	sizeof(struct iosm_wire_adbh)
#define TABLE	sizeof(struct iosm_wire_adth)
#define ENTRY	sizeof(struct iosm_wire_datagram)

/* The 16 bytes of an ADGH count as padding (section 6). */
#define PADDING_FREE	16u

static size_t align4(size_t bytes)
{
	return (bytes + 3) & ~(size_t)3;
}

static bool same_table(const struct mux_encode_entry *a, const struct mux_encode_entry *b)
{
	return a->session == b->session && a->hint == b->hint;
}

static bool has_table(const struct mux_encode_plan *plan, const struct mux_encode_entry *entry)
{
	for (unsigned int i = 0; i < plan->count; i++)
		if (same_table(&plan->entries[i], entry))
			return true;
	return false;
}

void mux_encode_plan_start(struct mux_encode_plan *plan, size_t capacity)
{
	plan->capacity = capacity < MUX_ENCODE_MAX ? capacity : MUX_ENCODE_MAX;
	plan->bytes = HEADER;
	plan->count = 0;
}

bool mux_encode_plan_add(struct mux_encode_plan *plan, const struct mux_encode_entry *entry)
{
	size_t needed = ENTRY + align4(entry->padding + entry->len);

	if (plan->count == MUX_ENCODE_DATAGRAMS || entry->padding + entry->len > UINT16_MAX)
		return false;
	if (!has_table(plan, entry))
		needed += TABLE;
	if (needed > plan->capacity - plan->bytes)
		return false;
	plan->bytes += needed;
	plan->entries[plan->count++] = *entry;
	return true;
}

/* Tables come in the order of their keys. */
static int table_key(const struct mux_encode_entry *entry)
{
	return (int)(entry->session * 2 + entry->hint);
}

/* Any entry of the table that follows the one with key @after; NULL behind the last. */
static const struct mux_encode_entry *next_table(const struct mux_encode_plan *plan, int after)
{
	const struct mux_encode_entry *best = NULL;

	for (unsigned int i = 0; i < plan->count; i++) {
		const struct mux_encode_entry *entry = &plan->entries[i];

		if (table_key(entry) > after && (!best || table_key(entry) < table_key(best)))
			best = entry;
	}
	return best;
}

static size_t tables_size(const struct mux_encode_plan *plan)
{
	const struct mux_encode_entry *table = NULL;
	size_t bytes = plan->count * ENTRY;
	int key = -1;

	while ((table = next_table(plan, key))) {
		bytes += TABLE;
		key = table_key(table);
	}
	return bytes;
}

/* Datagrams table by table, each on a 4-byte boundary. Returns the end of the last one. */
static size_t write_datagrams(struct mux_encode_plan *plan, uint8_t *block, size_t at)
{
	const struct mux_encode_entry *table;
	size_t end = at;
	int key = -1;

	while ((table = next_table(plan, key))) {
		key = table_key(table);
		for (unsigned int i = 0; i < plan->count; i++) {
			struct mux_encode_entry *entry = &plan->entries[i];

			if (!same_table(entry, table))
				continue;
			entry->at = (uint32_t)align4(end);
			end = entry->at + entry->padding;
			memcpy(block + end, entry->packet, entry->len);
			end += entry->len;
		}
	}
	return end;
}

static size_t write_table(const struct mux_encode_plan *plan, uint8_t *block, size_t at,
			  const struct mux_encode_entry *table)
{
	uint8_t *header = block + at;
	size_t length = TABLE;

	for (unsigned int i = 0; i < plan->count; i++) {
		const struct mux_encode_entry *entry = &plan->entries[i];
		uint8_t *slot = header + length;

		if (!same_table(entry, table))
			continue;
		PUT32(slot, struct iosm_wire_datagram, index, entry->at);
		PUT16(slot, struct iosm_wire_datagram, length, entry->padding + entry->len);
		length += ENTRY;
	}
	PUT32(header, struct iosm_wire_adth, signature, IOSM_MUX_ADTH);
	PUT16(header, struct iosm_wire_adth, table_length, length);
	PUT8(header, struct iosm_wire_adth, session, table->session);
	PUT8(header, struct iosm_wire_adth, ip_hint, table->hint);
	return at + length;
}

/* The tables follow each other; returns their end. */
static size_t write_tables(const struct mux_encode_plan *plan, uint8_t *block, size_t at)
{
	const struct mux_encode_entry *table = next_table(plan, -1);

	PUT32(block, struct iosm_wire_adbh, first_table, at);
	while (table) {
		const struct mux_encode_entry *next = next_table(plan, table_key(table));
		size_t end = write_table(plan, block, at, table);

		if (next)
			PUT32(block + at, struct iosm_wire_adth, next_table, end);
		at = end;
		table = next;
	}
	return at;
}

size_t mux_encode_data_block(struct mux_encode_plan *plan, uint8_t *block, uint16_t sequence,
			     bool tables_last)
{
	size_t end;

	memset(block, 0, plan->bytes);
	if (tables_last) {
		end = align4(write_datagrams(plan, block, HEADER));
		end = write_tables(plan, block, end);
	} else {
		end = write_datagrams(plan, block, HEADER + tables_size(plan));
		write_tables(plan, block, HEADER);
	}
	PUT32(block, struct iosm_wire_adbh, signature, IOSM_MUX_ADBH);
	PUT16(block, struct iosm_wire_adbh, sequence, sequence);
	PUT32(block, struct iosm_wire_adbh, block_length, end);
	return end;
}

size_t mux_encode_data_block_size(unsigned int padding, size_t len)
{
	return HEADER + TABLE + ENTRY + align4(padding + len);
}

static size_t lite_padding(unsigned int padding)
{
	return padding > PADDING_FREE ? padding - PADDING_FREE : 0;
}

size_t mux_encode_lite_datagram_size(unsigned int padding, size_t len)
{
	return sizeof(struct iosm_wire_adgh) + lite_padding(padding) + len;
}

size_t mux_encode_lite_datagram(uint8_t *block, const struct mux_encode_entry *entry,
				uint8_t next_count)
{
	size_t length = mux_encode_lite_datagram_size(entry->padding, entry->len);

	memset(block, 0, length - entry->len);
	PUT32(block, struct iosm_wire_adgh, signature, IOSM_MUX_ADGH);
	PUT16(block, struct iosm_wire_adgh, length, length);
	PUT8(block, struct iosm_wire_adgh, session, entry->session);
	PUT8(block, struct iosm_wire_adgh, ip_hint, entry->hint);
	PUT8(block, struct iosm_wire_adgh, next_count, next_count);
	memcpy(block + length - entry->len, entry->packet, entry->len);
	return length;
}

size_t mux_encode_command_lite(uint8_t *block, const struct mux_encode_command *command)
{
	const size_t header = sizeof(struct iosm_wire_cmdh_lite);
	size_t length = header + command->parameters_len;

	memset(block, 0, header);
	PUT32(block, struct iosm_wire_cmdh_lite, signature, IOSM_MUX_CMDH);
	PUT16(block, struct iosm_wire_cmdh_lite, length, length);
	PUT8(block, struct iosm_wire_cmdh_lite, session, command->session);
	PUT32(block, struct iosm_wire_cmdh_lite, command, command->command);
	PUT32(block, struct iosm_wire_cmdh_lite, transaction, command->transaction);
	if (command->parameters_len)
		memcpy(block + header, command->parameters, command->parameters_len);
	return length;
}

/* The command stands right behind the header: the existing driver looks nowhere else. */
size_t mux_encode_command_aggregation(uint8_t *block, const struct mux_encode_command *command,
				      uint16_t sequence)
{
	uint8_t *at = block + sizeof(struct iosm_wire_acbh);
	const size_t header = sizeof(struct iosm_wire_cmdh_aggr);
	size_t length = header + command->parameters_len;
	size_t total = sizeof(struct iosm_wire_acbh) + length;

	memset(block, 0, total - command->parameters_len);
	PUT32(block, struct iosm_wire_acbh, signature, IOSM_MUX_ACBH);
	PUT16(block, struct iosm_wire_acbh, sequence, sequence);
	PUT32(block, struct iosm_wire_acbh, block_length, total);
	PUT32(block, struct iosm_wire_acbh, first_command, sizeof(struct iosm_wire_acbh));
	PUT32(at, struct iosm_wire_cmdh_aggr, signature, IOSM_MUX_CMDH);
	PUT16(at, struct iosm_wire_cmdh_aggr, length, length);
	PUT8(at, struct iosm_wire_cmdh_aggr, session, command->session);
	PUT32(at, struct iosm_wire_cmdh_aggr, command, command->command);
	PUT32(at, struct iosm_wire_cmdh_aggr, transaction, command->transaction);
	if (command->parameters_len)
		memcpy(at + header, command->parameters, command->parameters_len);
	return total;
}

size_t mux_encode_credits(uint8_t *block, unsigned int session, uint32_t bytes)
{
	const size_t length = sizeof(struct iosm_wire_value_table);

	memset(block, 0, length);
	PUT32(block, struct iosm_wire_value_table, signature, IOSM_MUX_FCTH);
	PUT16(block, struct iosm_wire_value_table, length, length);
	PUT8(block, struct iosm_wire_value_table, session, session);
	PUT8(block, struct iosm_wire_value_table, value_length, 4);
	PUT32(block, struct iosm_wire_value_table, value, bytes);
	return length;
}
