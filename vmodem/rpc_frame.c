// SPDX-License-Identifier: GPL-2.0-or-later
#include "rpc_frame.h"

#include <assert.h>
#include <string.h>

#include "bytes.h"

#define TAG_INTEGER	0x02
#define TAG_STRING	0x55	/* units of 1 byte; 0x56: 2, 0x57: 4 */
#define LONG_BYTES	6	/* tag, length 4, value */

#define OFFSET_LENGTH	4
#define OFFSET_ID	10
#define OFFSET_WORD	16
#define HEADER		20

/* --- in ------------------------------------------------------------------ */

struct cursor {
	const uint8_t *p, *end;
};

static size_t left(const struct cursor *cursor)
{
	return (size_t)(cursor->end - cursor->p);
}

/* An integer of 1, 2 or 4 bytes, big endian. */
static bool get_integer(struct cursor *cursor, uint32_t *value)
{
	size_t len;

	if (left(cursor) < 2 || cursor->p[0] != TAG_INTEGER)
		return false;
	len = cursor->p[1];
	if ((len != 1 && len != 2 && len != 4) || left(cursor) < 2 + len)
		return false;
	*value = 0;
	for (size_t i = 0; i < len; i++)
		*value = *value << 8 | cursor->p[2 + i];
	cursor->p += 2 + len;
	return true;
}

/* A length below 0x80, or 0x80 + k and k bytes, little endian. */
static bool get_units(struct cursor *cursor, uint32_t *units)
{
	size_t bytes;

	if (!left(cursor))
		return false;
	*units = *cursor->p++;
	if (*units < 0x80)
		return true;
	bytes = *units - 0x80;
	if (bytes > 4 || left(cursor) < bytes)
		return false;
	*units = 0;
	for (size_t i = 0; i < bytes; i++)
		*units |= (uint32_t)cursor->p[i] << 8 * i;
	cursor->p += bytes;
	return true;
}

static bool get_string(struct cursor *cursor, struct rpc_argument *argument)
{
	unsigned int shift = *cursor->p++ - TAG_STRING;
	uint32_t units, padded, pad;
	uint64_t len;

	if (!get_units(cursor, &units) || !get_integer(cursor, &padded) ||
	    !get_integer(cursor, &pad))
		return false;
	len = (uint64_t)units << shift;
	if (len + pad > left(cursor))
		return false;
	argument->data = cursor->p;
	argument->len = (size_t)len;
	cursor->p += len + pad;
	return true;
}

static bool get_argument(struct cursor *cursor, struct rpc_argument *argument)
{
	memset(argument, 0, sizeof(*argument));
	if (cursor->p[0] >= TAG_STRING && cursor->p[0] <= TAG_STRING + 2)
		return get_string(cursor, argument);
	return get_integer(cursor, &argument->number);
}

static bool get_arguments(struct rpc_call *call, struct cursor *cursor)
{
	while (left(cursor)) {
		if (call->count == RPC_ARGUMENTS ||
		    !get_argument(cursor, &call->arguments[call->count]))
			return false;
		call->count++;
	}
	return true;
}

bool rpc_parse(struct rpc_call *call, const uint8_t *frame, size_t len)
{
	struct cursor cursor = { frame + OFFSET_LENGTH, frame + len };
	uint32_t length, word, again;

	call->count = 0;
	if (len < HEADER || get_le32(frame) != len - 4)
		return false;
	if (!get_integer(&cursor, &length) || length != len - 4 ||
	    cursor.p != frame + OFFSET_ID)
		return false;
	if (!get_integer(&cursor, &call->id) || cursor.p != frame + OFFSET_WORD)
		return false;
	word = get_be32(cursor.p);
	cursor.p += 4;
	call->async = word == RPC_ASYNC;
	if (!call->async && word != RPC_SYNC)
		return false;
	if (call->async && (!get_integer(&cursor, &again) || again != word))
		return false;
	return get_arguments(call, &cursor);
}

/* --- out ----------------------------------------------------------------- */

static uint8_t *grow(struct rpc_frame *frame, size_t len)
{
	uint8_t *p = frame->data + frame->len;

	assert(len <= sizeof(frame->data) - frame->len);
	frame->len += len;
	return p;
}

static void write_long(uint8_t *p, uint32_t value)
{
	p[0] = TAG_INTEGER;
	p[1] = 4;
	put_be32(p + 2, value);
}

void rpc_begin(struct rpc_frame *frame, uint32_t id, uint32_t word)
{
	frame->len = HEADER;
	write_long(frame->data + OFFSET_ID, id);
	put_be32(frame->data + OFFSET_WORD, word);
}

void rpc_put_long(struct rpc_frame *frame, uint32_t value)
{
	write_long(grow(frame, LONG_BYTES), value);
}

void rpc_put_string(struct rpc_frame *frame, const void *data, size_t len)
{
	size_t pad = -len & 3;
	uint8_t *p;

	assert(len < 0x80);
	p = grow(frame, 2);
	p[0] = TAG_STRING;
	p[1] = (uint8_t)len;
	rpc_put_long(frame, (uint32_t)(len + pad));
	rpc_put_long(frame, (uint32_t)pad);
	p = grow(frame, len + pad);
	memset(p, 0, len + pad);
	if (len)
		memcpy(p, data, len);
}

void rpc_end(struct rpc_frame *frame)
{
	if (frame->len == HEADER)
		rpc_put_long(frame, 0);
	put_le32(frame->data, (uint32_t)frame->len - 4);
	write_long(frame->data + OFFSET_LENGTH, (uint32_t)frame->len - 4);
}
