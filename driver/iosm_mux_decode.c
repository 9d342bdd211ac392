// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mux decoder: the one gate through which every downlink block passes.
 *
 * The modem may write into a block while it is decoded. So each header is copied
 * out once; only the copy is checked and used. Offsets that link tables or
 * commands must advance, which bounds every loop by the size of the block. A
 * defect costs the datagram or table it stands in, not its neighbours, unless
 * the way to the neighbours is what is broken.
 */
#include "iosm_mux_decode.h"

static bool iosm_mux_fits(u32 length, u32 offset, u32 size)
{
	return offset <= length && size <= length - offset;
}

/*
 * Copy a header out; barrier() keeps the compiler from reading it again. Inline, as a copy of
 * a size that is known is a few moves.
 */
static __always_inline bool iosm_mux_copy(void *to, const void *block,
					  u32 length, u32 offset, u32 size)
{
	if (!iosm_mux_fits(length, offset, size))
		return false;
	memcpy(to, (const u8 *)block + offset, size);
	barrier();
	return true;
}

/**
 * iosm_mux_kind() - tell what a downlink block is
 * @block: first byte
 * @length: bytes received
 *
 * Context: any.
 * Return: the kind; IOSM_MUX_KIND_UNKNOWN also for a block without signature.
 */
enum iosm_mux_kind iosm_mux_kind(const void *block, u32 length)
{
	__le32 signature;

	if (!iosm_mux_copy(&signature, block, length, 0, sizeof(signature)))
		return IOSM_MUX_KIND_UNKNOWN;

	switch (le32_to_cpu(signature)) {
	case IOSM_MUX_ADBH:
	case IOSM_MUX_ADGH:
		return IOSM_MUX_KIND_DATA;
	case IOSM_MUX_ACBH:
	case IOSM_MUX_CMDH:
		return IOSM_MUX_KIND_COMMAND;
	case IOSM_MUX_FCTH:
		return IOSM_MUX_KIND_CREDITS;
	default:
		return IOSM_MUX_KIND_UNKNOWN;
	}
}

/**
 * iosm_mux_data_start() - begin to walk a data block
 * @iter: position, initialised here
 * @block: ADBH or ADGH block; must stay readable until the walk is over
 * @length: bytes received
 *
 * Context: any.
 * Return: false when the block's header is defective.
 */
bool iosm_mux_data_start(struct iosm_mux_data_iter *iter, const void *block,
			 u32 length)
{
	struct iosm_wire_adbh header;
	u32 table;

	memset(iter, 0, sizeof(*iter));
	iter->block = block;

	/* Both formats have a header of 16 bytes. */
	if (!iosm_mux_copy(&header, block, length, 0, sizeof(header)))
		return false;

	if (le32_to_cpu(header.signature) == IOSM_MUX_ADGH) {
		iter->length = length;
		iter->single = true;
		return true;
	}

	iter->length = min(length, le32_to_cpu(header.block_length));
	iter->payload = iter->length;
	table = le32_to_cpu(header.first_table);
	if (table < sizeof(header) || !iosm_mux_fits(iter->length, table, 1))
		return false;
	iter->table = table;
	return true;
}

static enum iosm_mux_step
iosm_mux_next_single(struct iosm_mux_data_iter *iter,
		     struct iosm_mux_datagram *datagram)
{
	struct iosm_wire_adgh header;
	u32 length;

	iter->single = false;
	if (!iosm_mux_copy(&header, iter->block, iter->length, 0, sizeof(header)))
		return IOSM_MUX_STEP_BAD_BLOCK;

	length = le16_to_cpu(header.length);
	if (length <= sizeof(header) || length > iter->length ||
	    header.session >= IOSM_MUX_SESSIONS)
		return IOSM_MUX_STEP_BAD_DATAGRAM;

	/* The header counts as the 16 bytes of head padding (section 6). */
	datagram->offset = sizeof(header);
	datagram->length = length - sizeof(header);
	datagram->session = header.session;
	datagram->service_class = header.service_class;
	return IOSM_MUX_STEP_ITEM;
}

/* Enter the table at iter->table and link iter->table to the one behind it. */
static enum iosm_mux_step iosm_mux_enter_table(struct iosm_mux_data_iter *iter)
{
	struct iosm_wire_adth header;
	u32 table = iter->table;
	u32 length, next;

	iter->table = 0;
	if (!iosm_mux_copy(&header, iter->block, iter->length, table,
			   sizeof(header)))
		return IOSM_MUX_STEP_BAD_BLOCK;

	/* A table may not stand inside another one: no entry counts twice. */
	length = le16_to_cpu(header.table_length);
	next = le32_to_cpu(header.next_table);
	if (next && (next < table + sizeof(header) || next - table < length))
		return IOSM_MUX_STEP_BAD_BLOCK;
	iter->table = next;

	if (le32_to_cpu(header.signature) != IOSM_MUX_ADTH ||
	    header.session >= IOSM_MUX_SESSIONS || length < sizeof(header) ||
	    !iosm_mux_fits(iter->length, table, length))
		return IOSM_MUX_STEP_BAD_TABLE;

	iter->session = header.session;
	iter->entry = table + sizeof(header);
	iter->entries = (length - sizeof(header)) /
			sizeof(struct iosm_wire_datagram);
	return IOSM_MUX_STEP_END;
}

static enum iosm_mux_step
iosm_mux_next_entry(struct iosm_mux_data_iter *iter,
		    struct iosm_mux_datagram *datagram)
{
	struct iosm_wire_datagram entry;
	u32 index, length;

	if (!iosm_mux_copy(&entry, iter->block, iter->length, iter->entry,
			   sizeof(entry)))
		return IOSM_MUX_STEP_BAD_BLOCK;
	iter->entry += sizeof(entry);
	iter->entries--;

	index = le32_to_cpu(entry.index);
	length = le16_to_cpu(entry.length);
	if (index < sizeof(struct iosm_wire_adbh) ||
	    length <= IOSM_MUX_DL_HEAD_PAD ||
	    !iosm_mux_fits(iter->length, index, length))
		return IOSM_MUX_STEP_BAD_DATAGRAM;

	/* All datagrams together are not larger than the block they stand in. */
	if (length > iter->payload)
		return IOSM_MUX_STEP_BAD_BLOCK;
	iter->payload -= length;

	datagram->offset = index + IOSM_MUX_DL_HEAD_PAD;
	datagram->length = length - IOSM_MUX_DL_HEAD_PAD;
	datagram->session = iter->session;
	datagram->service_class = entry.service_class;
	return IOSM_MUX_STEP_ITEM;
}

/**
 * iosm_mux_data_next() - take one step through a data block
 * @iter: position
 * @datagram: filled in for IOSM_MUX_STEP_ITEM, otherwise undefined
 *
 * After IOSM_MUX_STEP_END or IOSM_MUX_STEP_BAD_BLOCK the walk is over; after the
 * other two defects it goes on. The number of steps is bounded by the length of
 * the block.
 *
 * Context: any.
 * Return: what was found.
 */
enum iosm_mux_step iosm_mux_data_next(struct iosm_mux_data_iter *iter,
				      struct iosm_mux_datagram *datagram)
{
	enum iosm_mux_step step;

	if (iter->single)
		return iosm_mux_next_single(iter, datagram);

	while (!iter->entries) {
		if (!iter->table)
			return IOSM_MUX_STEP_END;
		step = iosm_mux_enter_table(iter);
		if (step != IOSM_MUX_STEP_END)
			return step;
	}
	return iosm_mux_next_entry(iter, datagram);
}

/**
 * iosm_mux_command_start() - begin to walk a command block
 * @iter: position, initialised here
 * @block: ACBH or CMDH block; must stay readable until the walk is over
 * @length: bytes received
 *
 * The block length field is not used: the sender may count the header only.
 *
 * Context: any.
 * Return: false when the block's header is defective.
 */
bool iosm_mux_command_start(struct iosm_mux_command_iter *iter,
			    const void *block, u32 length)
{
	struct iosm_wire_acbh header;

	memset(iter, 0, sizeof(*iter));
	iter->block = block;
	iter->length = length;
	iter->first = true;

	if (!iosm_mux_copy(&header, block, length, 0, sizeof(header)))
		return false;

	iter->aggregated = le32_to_cpu(header.signature) == IOSM_MUX_ACBH;
	if (!iter->aggregated)
		return true;

	iter->next = le32_to_cpu(header.first_command);
	return iter->next >= sizeof(header);
}

static void iosm_mux_copy_params(struct iosm_mux_downlink_command *command,
				 const void *block, u32 offset, u32 size)
{
	command->param_length = min_t(u32, size, IOSM_MUX_PARAM_MAX);
	memset(command->param, 0, sizeof(command->param));
	memcpy(command->param, (const u8 *)block + offset,
	       command->param_length);
	barrier();
}

static enum iosm_mux_step
iosm_mux_next_lite(struct iosm_mux_command_iter *iter,
		   struct iosm_mux_downlink_command *command)
{
	struct iosm_wire_cmdh_lite header;
	u32 length;

	if (!iosm_mux_copy(&header, iter->block, iter->length, 0,
			   sizeof(header)))
		return IOSM_MUX_STEP_BAD_BLOCK;

	length = le16_to_cpu(header.length);
	if (length < sizeof(header) || length > iter->length)
		return IOSM_MUX_STEP_BAD_BLOCK;

	command->type = le32_to_cpu(header.command);
	command->transaction = le32_to_cpu(header.transaction);
	command->session = header.session;
	iosm_mux_copy_params(command, iter->block, sizeof(header),
			     length - sizeof(header));
	return IOSM_MUX_STEP_ITEM;
}

static enum iosm_mux_step
iosm_mux_next_aggregated(struct iosm_mux_command_iter *iter,
			 struct iosm_mux_downlink_command *command)
{
	struct iosm_wire_cmdh_aggr header;
	u32 offset = iter->next;
	u32 length, next;

	iter->next = 0;
	if (!iosm_mux_copy(&header, iter->block, iter->length, offset,
			   sizeof(header)))
		return IOSM_MUX_STEP_BAD_BLOCK;

	length = le16_to_cpu(header.length);
	if (le32_to_cpu(header.signature) != IOSM_MUX_CMDH ||
	    length < sizeof(header) ||
	    !iosm_mux_fits(iter->length, offset, length))
		return IOSM_MUX_STEP_BAD_BLOCK;

	next = le32_to_cpu(header.next_command);
	if (next && (next < offset || next - offset < length))
		return IOSM_MUX_STEP_BAD_BLOCK;
	iter->next = next;

	command->type = le32_to_cpu(header.command);
	command->transaction = le32_to_cpu(header.transaction);
	command->session = header.session;
	iosm_mux_copy_params(command, iter->block, offset + sizeof(header),
			     length - sizeof(header));
	return IOSM_MUX_STEP_ITEM;
}

/**
 * iosm_mux_command_next() - take one step through a command block
 * @iter: position
 * @command: filled in for IOSM_MUX_STEP_ITEM, otherwise undefined
 *
 * Context: any.
 * Return: IOSM_MUX_STEP_ITEM for a command, IOSM_MUX_STEP_END, or
 * IOSM_MUX_STEP_BAD_BLOCK, after which the walk is over.
 */
enum iosm_mux_step iosm_mux_command_next(struct iosm_mux_command_iter *iter,
					 struct iosm_mux_downlink_command *command)
{
	bool first = iter->first;

	iter->first = false;
	if (!iter->aggregated)
		return first ? iosm_mux_next_lite(iter, command) :
			       IOSM_MUX_STEP_END;
	if (!iter->next)
		return IOSM_MUX_STEP_END;
	return iosm_mux_next_aggregated(iter, command);
}

/**
 * iosm_mux_credits() - decode a flow credit table
 * @block: FCTH block
 * @length: bytes received
 * @session: out: session that gets the credits, below IOSM_MUX_SESSIONS
 * @credits: out: credits added, in bytes
 *
 * Context: any.
 * Return: false when the table is defective.
 */
bool iosm_mux_credits(const void *block, u32 length, u8 *session, u32 *credits)
{
	struct iosm_wire_value_table table;

	if (!iosm_mux_copy(&table, block, length, 0, sizeof(table)))
		return false;
	if (table.value_length != sizeof(table.value) ||
	    table.session >= IOSM_MUX_SESSIONS)
		return false;

	*session = table.session;
	*credits = le32_to_cpu(table.value);
	return true;
}
