// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mux encoder: writes every byte of a block that the caller does not, so that no
 * stale memory ever reaches the modem.
 */
#include "iosm_mux_encode.h"

static u32 iosm_mux_table_bytes(u8 sessions, u32 datagrams)
{
	u32 tables = 0;

	for (; sessions; sessions &= sessions - 1)
		tables++;
	return tables * (sizeof(struct iosm_wire_adth) +
			 sizeof(struct iosm_wire_qlth)) +
	       datagrams * sizeof(struct iosm_wire_datagram);
}

/* Head padding in front of a packet of an aggregated block (section 6). */
static u32 iosm_mux_aggr_pad(u32 head_pad)
{
	return head_pad <= 16 ? head_pad : head_pad - 16;
}

/* The header of a Lite block counts as 16 bytes of head padding (section 6). */
static u32 iosm_mux_lite_pad(u32 head_pad)
{
	return head_pad <= 16 ? 0 : head_pad - 16;
}

/**
 * iosm_mux_block_begin() - open an aggregated data block
 * @block: initialised here
 * @buffer: at least 4-byte aligned; stays with the block until it is finished
 * @size: bytes of @buffer
 *
 * Context: any.
 */
void iosm_mux_block_begin(struct iosm_mux_block *block, void *buffer, u32 size)
{
	block->buffer = buffer;
	block->size = size;
	block->used = sizeof(struct iosm_wire_adbh);
	block->sessions = 0;
	block->count = 0;
}

/**
 * iosm_mux_block_fits() - does one more packet fit?
 * @block: open block
 * @session: below IOSM_MUX_SESSIONS
 * @head_pad: negotiated uplink head padding in bytes
 * @length: of the packet in bytes
 *
 * Context: any.
 * Return: true when iosm_mux_block_add() with the same arguments is allowed.
 */
bool iosm_mux_block_fits(const struct iosm_mux_block *block, u8 session,
			 u32 head_pad, u32 length)
{
	u32 datagram = iosm_mux_aggr_pad(head_pad) + length;
	u32 tables = iosm_mux_table_bytes(block->sessions | 1 << session,
					  block->count + 1);

	return block->count < IOSM_MUX_BLOCK_DATAGRAMS && datagram <= 0xffff &&
	       block->used + ALIGN(datagram, 4u) + tables <= block->size;
}

/**
 * iosm_mux_block_add() - make room for one packet
 * @block: open block in which the packet fits
 * @session: below IOSM_MUX_SESSIONS
 * @head_pad: negotiated uplink head padding in bytes
 * @length: of the packet in bytes
 * @service_class: priority
 *
 * Padding and alignment are zeroed here; the caller writes all @length bytes.
 *
 * Context: any.
 * Return: offset in the buffer to which the caller copies the packet.
 */
u32 iosm_mux_block_add(struct iosm_mux_block *block, u8 session, u32 head_pad,
		       u32 length, u8 service_class)
{
	struct iosm_mux_entry *entry = &block->entry[block->count++];
	u32 pad = iosm_mux_aggr_pad(head_pad);
	u32 aligned = ALIGN(pad + length, 4u);
	u8 *at = (u8 *)block->buffer + block->used;

	entry->index = block->used;
	entry->length = pad + length;
	entry->session = session;
	entry->service_class = service_class;

	memset(at, 0, pad);
	memset(at + pad + length, 0, aligned - pad - length);
	block->used += aligned;
	block->sessions |= 1 << session;
	return entry->index + pad;
}

static u32 iosm_mux_put_adth(struct iosm_mux_block *block, u32 at, u8 session)
{
	struct iosm_wire_datagram *out;
	struct iosm_wire_adth *table;
	u32 length, i;

	table = (void *)((u8 *)block->buffer + at);
	out = (void *)(table + 1);
	for (i = 0; i < block->count; i++) {
		const struct iosm_mux_entry *entry = &block->entry[i];

		if (entry->session != session)
			continue;
		out->index = cpu_to_le32(entry->index);
		out->length = cpu_to_le16(entry->length);
		out->service_class = entry->service_class;
		out->reserved = 0;
		out++;
	}

	length = (u8 *)out - (u8 *)table;
	memset(table, 0, sizeof(*table));
	table->signature = cpu_to_le32(IOSM_MUX_ADTH);
	table->table_length = cpu_to_le16(length);
	table->session = session;
	table->next_table = cpu_to_le32(at + length);
	return at + length;
}

static u32 iosm_mux_put_qlth(struct iosm_mux_block *block, u32 at, u8 session,
			     u32 level_bytes, bool last)
{
	struct iosm_wire_qlth *table = (void *)((u8 *)block->buffer + at);
	u32 end = at + sizeof(*table);

	memset(table, 0, sizeof(*table));
	table->signature = cpu_to_le32(IOSM_MUX_QLTH);
	table->table_length = cpu_to_le16(sizeof(*table));
	table->session = session;
	table->next_table = cpu_to_le32(last ? 0 : end);
	table->level_bytes = cpu_to_le32(level_bytes);
	return end;
}

/**
 * iosm_mux_block_finish() - write the tables and the header
 * @block: open block with at least one datagram
 * @sequence: number of this data block
 * @level_bytes: for each session, bytes that wait in host memory behind the block
 *
 * Tables stand behind the data, by ascending session, each datagram table
 * followed by the queue level of its session: the order every modem has seen.
 *
 * Context: any.
 * Return: bytes of the block.
 */
u32 iosm_mux_block_finish(struct iosm_mux_block *block, u16 sequence,
			  const u32 level_bytes[IOSM_MUX_SESSIONS])
{
	struct iosm_wire_adbh *header = block->buffer;
	u32 first = block->used;
	u32 at = first;
	u8 session;

	for (session = 0; session < IOSM_MUX_SESSIONS; session++) {
		if (!(block->sessions & 1 << session))
			continue;
		at = iosm_mux_put_adth(block, at, session);
		at = iosm_mux_put_qlth(block, at, session, level_bytes[session],
				       !(block->sessions >> session >> 1));
	}

	header->signature = cpu_to_le32(IOSM_MUX_ADBH);
	header->reserved = 0;
	header->sequence = cpu_to_le16(sequence);
	header->block_length = cpu_to_le32(at);
	header->first_table = cpu_to_le32(first);
	return at;
}

/**
 * iosm_mux_lite_begin() - write the header of a single datagram
 * @buffer: at least IOSM_MUX_LITE_OVERHEAD + @length bytes
 * @session: below IOSM_MUX_SESSIONS
 * @head_pad: negotiated uplink head padding in bytes
 * @length: of the packet in bytes
 * @service_class: priority
 *
 * "Next count" stays 0: how many blocks follow is not known when the packet is
 * sent at once.
 *
 * Context: any.
 * Return: offset in the buffer to which the caller copies the packet; the block
 * ends where the packet ends.
 */
u32 iosm_mux_lite_begin(void *buffer, u8 session, u32 head_pad, u32 length,
			u8 service_class)
{
	struct iosm_wire_adgh *header = buffer;
	u32 offset = sizeof(*header) + iosm_mux_lite_pad(head_pad);

	memset(buffer, 0, offset);
	header->signature = cpu_to_le32(IOSM_MUX_ADGH);
	header->length = cpu_to_le16(offset + length);
	header->session = session;
	header->service_class = service_class;
	return offset;
}

/**
 * iosm_mux_lite_level() - write a queue level report
 * @buffer: at least 20 bytes
 * @session: below IOSM_MUX_SESSIONS
 * @level_bytes: bytes of the session that wait in the host
 *
 * Context: any.
 * Return: bytes of the block.
 */
u32 iosm_mux_lite_level(void *buffer, u8 session, u32 level_bytes)
{
	struct iosm_wire_value_table *table = buffer;

	memset(table, 0, sizeof(*table));
	table->signature = cpu_to_le32(IOSM_MUX_QLTH);
	table->length = cpu_to_le16(sizeof(*table));
	table->session = session;
	table->value_length = sizeof(table->value);
	table->value = cpu_to_le32(level_bytes);
	return sizeof(*table);
}

/**
 * iosm_mux_command_lite() - encode a command of the Lite dialect
 * @buffer: IOSM_MUX_COMMAND_MAX bytes
 * @command: what to encode
 *
 * Context: any.
 * Return: bytes of the block.
 */
u32 iosm_mux_command_lite(void *buffer,
			  const struct iosm_mux_uplink_command *command)
{
	struct iosm_wire_cmdh_lite *header = buffer;
	u32 length = sizeof(*header) + command->param_length;

	memset(header, 0, sizeof(*header));
	header->signature = cpu_to_le32(IOSM_MUX_CMDH);
	header->length = cpu_to_le16(length);
	header->session = command->session;
	header->command = cpu_to_le32(command->type);
	header->transaction = cpu_to_le32(command->transaction);
	if (command->param_length)
		memcpy(header + 1, command->param, command->param_length);
	return length;
}

/**
 * iosm_mux_command_aggregated() - encode a command of the aggregation dialect
 * @buffer: IOSM_MUX_COMMAND_MAX bytes
 * @sequence: number of this command block
 * @command: what to encode
 *
 * Context: any.
 * Return: bytes of the block.
 */
u32 iosm_mux_command_aggregated(void *buffer, u16 sequence,
				const struct iosm_mux_uplink_command *command)
{
	struct iosm_wire_acbh *block = buffer;
	struct iosm_wire_cmdh_aggr *header = (void *)(block + 1);
	u32 length = sizeof(*header) + command->param_length;

	memset(block, 0, sizeof(*block) + sizeof(*header));
	block->signature = cpu_to_le32(IOSM_MUX_ACBH);
	block->sequence = cpu_to_le16(sequence);
	block->block_length = cpu_to_le32(sizeof(*block) + length);
	block->first_command = cpu_to_le32(sizeof(*block));

	header->signature = cpu_to_le32(IOSM_MUX_CMDH);
	header->length = cpu_to_le16(length);
	header->session = command->session;
	header->command = cpu_to_le32(command->type);
	header->transaction = cpu_to_le32(command->transaction);
	if (command->param_length)
		memcpy(header + 1, command->param, command->param_length);
	return sizeof(*block) + length;
}
