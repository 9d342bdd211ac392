// SPDX-License-Identifier: GPL-2.0-or-later
#include "mbim_buf.h"

#include <assert.h>
#include <string.h>

#include "bytes.h"
#include "mbim_wire.h"
#include "utf8.h"

#define TLV_STRING	10
#define TLV_U16_TABLE	11

/* --- UTF-16 ---------------------------------------------------- */

static size_t utf16_bytes(const char *utf8)
{
	size_t bytes = 0;

	while (*utf8)
		bytes += utf8_next(&utf8) >= 0x10000 ? 4 : 2;
	return bytes;
}

static void utf16_write(uint8_t *p, const char *utf8)
{
	while (*utf8) {
		uint32_t code = utf8_next(&utf8);

		if (code >= 0x10000) {
			put_le16(p, (uint16_t)(0xd800 + ((code - 0x10000) >> 10)));
			p += 2;
			code = 0xdc00 + ((code - 0x10000) & 0x3ff);
		}
		put_le16(p, (uint16_t)code);
		p += 2;
	}
}

/* Returns the MBIM status; @utf8 is empty unless it is 0. */
static uint32_t utf16_read(const uint8_t *data, size_t len, char *utf8, size_t size)
{
	size_t used = 0;

	utf8[0] = '\0';
	for (size_t i = 0; i < len; i += 2) {
		uint32_t code = get_le16(data + i);

		if (!code)
			break;
		if (code >= 0xd800 && code < 0xe000) {
			uint32_t low = i + 4 <= len ? get_le16(data + i + 2) : 0;

			if (code >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
				goto invalid;
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		if (used + 4 >= size) {
			utf8[0] = '\0';
			return MBIM_STATUS_PARAMETER_TOO_LONG;
		}
		used += utf8_write(utf8 + used, code);
	}
	utf8[used] = '\0';
	return MBIM_STATUS_NONE;
invalid:
	utf8[0] = '\0';
	return MBIM_STATUS_INVALID_PARAMETERS;
}

/* --- encoder ------------------------------------------------------------- */

/* Appends @len zero bytes, padded to 4; NULL when there is no room. */
static uint8_t *grow(struct mbim_bytes *bytes, size_t len)
{
	size_t padded = (len + 3) & ~(size_t)3;
	uint8_t *p = bytes->data + bytes->len;

	if (bytes->overflow || padded > bytes->size - bytes->len) {
		bytes->overflow = true;
		return NULL;
	}
	memset(p, 0, padded);
	bytes->len += padded;
	return p;
}

void mbim_begin(struct mbim_struct *structure, struct mbim_bytes *bytes, size_t fixed_len)
{
	structure->bytes = bytes;
	structure->start = bytes->len;
	structure->cursor = bytes->len;
	structure->fixed_end = bytes->len + fixed_len;
	structure->pair = 0;
	grow(bytes, fixed_len);
}

/* The next @len bytes of the fixed part; NULL after an overflow. */
static uint8_t *fixed(struct mbim_struct *structure, size_t len)
{
	uint8_t *p = structure->bytes->data + structure->cursor;

	assert(structure->cursor + len <= structure->fixed_end);
	structure->cursor += len;
	return structure->bytes->overflow ? NULL : p;
}

void mbim_put_u16(struct mbim_struct *structure, uint16_t value)
{
	uint8_t *p = fixed(structure, 2);

	if (p)
		put_le16(p, value);
}

void mbim_put_u32(struct mbim_struct *structure, uint32_t value)
{
	uint8_t *p = fixed(structure, 4);

	if (p)
		put_le32(p, value);
}

void mbim_put_u64(struct mbim_struct *structure, uint64_t value)
{
	mbim_put_u32(structure, (uint32_t)value);
	mbim_put_u32(structure, (uint32_t)(value >> 32));
}

void mbim_put_raw(struct mbim_struct *structure, const void *data, size_t len)
{
	uint8_t *p = fixed(structure, len);

	if (p)
		memcpy(p, data, len);
}

void mbim_put_uuid(struct mbim_struct *structure, const uint8_t *uuid)
{
	mbim_put_raw(structure, uuid, MBIM_UUID);
}

/* Writes the offset that data appended now will have, and 0 for no data. */
static void put_next_offset(struct mbim_struct *structure, size_t len)
{
	mbim_put_u32(structure, len ? (uint32_t)(structure->bytes->len - structure->start) : 0);
}

void mbim_put_string(struct mbim_struct *structure, const char *utf8)
{
	size_t len = utf16_bytes(utf8);
	uint8_t *p;

	put_next_offset(structure, len);
	mbim_put_u32(structure, (uint32_t)len);
	p = grow(structure->bytes, len);
	if (p)
		utf16_write(p, utf8);
}

void mbim_put_data(struct mbim_struct *structure, const void *data, size_t len)
{
	uint8_t *p;

	put_next_offset(structure, len);
	mbim_put_u32(structure, (uint32_t)len);
	p = grow(structure->bytes, len);
	if (p && len)
		memcpy(p, data, len);
}

void mbim_put_sized(struct mbim_struct *structure, const void *data, size_t len)
{
	mbim_put_u32(structure, (uint32_t)len);
	mbim_put_offset(structure, data, len);
}

void mbim_append(struct mbim_bytes *bytes, const void *data, size_t len)
{
	uint8_t *p = grow(bytes, len);

	if (p && len)
		memcpy(p, data, len);
}

void mbim_put_offset(struct mbim_struct *structure, const void *data, size_t len)
{
	uint8_t *p;

	put_next_offset(structure, len);
	p = grow(structure->bytes, len);
	if (p && len)
		memcpy(p, data, len);
}

void mbim_begin_element(struct mbim_struct *parent, struct mbim_struct *element,
			size_t fixed_len)
{
	size_t pair = parent->cursor;

	put_next_offset(parent, fixed_len);
	mbim_put_u32(parent, 0);
	mbim_begin(element, parent->bytes, fixed_len);
	element->pair = pair;
}

void mbim_end_element(struct mbim_struct *element)
{
	if (!element->bytes->overflow)
		put_le32(element->bytes->data + element->pair + 4,
			 (uint32_t)(element->bytes->len - element->start));
}

/* Appends a TLV header and room for the value; NULL when there is none. */
static uint8_t *append_tlv(struct mbim_bytes *bytes, uint16_t type, size_t len)
{
	uint8_t *p = grow(bytes, 8 + len);

	if (!p)
		return NULL;
	put_le16(p, type);
	p[3] = (uint8_t)(-len & 3);
	put_le32(p + 4, (uint32_t)len);
	return p + 8;
}

void mbim_append_tlv_string(struct mbim_bytes *bytes, const char *utf8)
{
	uint8_t *p = append_tlv(bytes, TLV_STRING, utf16_bytes(utf8));

	if (p)
		utf16_write(p, utf8);
}

void mbim_append_tlv_u16s(struct mbim_bytes *bytes, const uint16_t *values, size_t count)
{
	uint8_t *p = append_tlv(bytes, TLV_U16_TABLE, 2 * count);

	for (size_t i = 0; p && i < count; i++)
		put_le16(p + 2 * i, values[i]);
}

/* --- decoder ------------------------------------------------------------- */

void mbim_read(struct mbim_reader *reader, const uint8_t *data, size_t len)
{
	*reader = (struct mbim_reader){ .data = data, .len = len };
}

static void fail(struct mbim_reader *reader, uint32_t status)
{
	if (!reader->status)
		reader->status = status;
}

/* The next @len bytes, or NULL. */
static const uint8_t *next(struct mbim_reader *reader, size_t len)
{
	const uint8_t *p = reader->data + reader->pos;

	if (reader->status || len > reader->len - reader->pos) {
		fail(reader, MBIM_STATUS_INVALID_PARAMETERS);
		return NULL;
	}
	reader->pos += len;
	return p;
}

uint16_t mbim_get_u16(struct mbim_reader *reader)
{
	const uint8_t *p = next(reader, 2);

	return p ? get_le16(p) : 0;
}

uint32_t mbim_get_u32(struct mbim_reader *reader)
{
	const uint8_t *p = next(reader, 4);

	return p ? get_le32(p) : 0;
}

const uint8_t *mbim_get_uuid(struct mbim_reader *reader)
{
	static const uint8_t none[MBIM_UUID];
	const uint8_t *p = next(reader, MBIM_UUID);

	return p ? p : none;
}

/* @len bytes at @offset of the structure, or NULL. */
static const uint8_t *at(struct mbim_reader *reader, uint32_t offset, size_t len)
{
	if (reader->status)
		return NULL;
	if (offset > reader->len || len > reader->len - offset) {
		fail(reader, MBIM_STATUS_INVALID_PARAMETERS);
		return NULL;
	}
	return reader->data + offset;
}

static void read_string(struct mbim_reader *reader, const uint8_t *p, size_t len,
			char *utf8, size_t size, size_t max_bytes)
{
	utf8[0] = '\0';
	if (!p || !len)
		return;
	if (len % 2)
		fail(reader, MBIM_STATUS_INVALID_PARAMETERS);
	else if (len > max_bytes)
		fail(reader, MBIM_STATUS_PARAMETER_TOO_LONG);
	else
		fail(reader, utf16_read(p, len, utf8, size));
}

void mbim_get_string(struct mbim_reader *reader, char *utf8, size_t size, size_t max_bytes)
{
	uint32_t offset = mbim_get_u32(reader);
	uint32_t len = mbim_get_u32(reader);

	/* Nothing of size 0 is looked for, wherever it is said to be. */
	read_string(reader, len ? at(reader, offset, len) : NULL, len, utf8, size, max_bytes);
}

void mbim_get_tlv_string(struct mbim_reader *reader, char *utf8, size_t size, size_t max_bytes)
{
	const uint8_t *header = next(reader, 8);
	const uint8_t *p;
	uint32_t len;

	utf8[0] = '\0';
	if (!header)
		return;
	len = get_le32(header + 4);
	p = next(reader, len);
	next(reader, header[3]);
	if (get_le16(header) != TLV_STRING || header[3] > 3)
		fail(reader, MBIM_STATUS_INVALID_PARAMETERS);
	if (!reader->status)
		read_string(reader, p, len, utf8, size, max_bytes);
}

void mbim_get_element(struct mbim_reader *reader, struct mbim_reader *element)
{
	uint32_t offset = mbim_get_u32(reader);
	uint32_t len = mbim_get_u32(reader);
	const uint8_t *p = at(reader, offset, len);

	mbim_read(element, p ? p : reader->data, p ? len : 0);
	element->status = reader->status;
}

void mbim_get_rest(struct mbim_reader *reader, struct mbim_reader *element)
{
	mbim_read(element, reader->data + reader->pos, reader->len - reader->pos);
	element->status = reader->status;
}

const uint8_t *mbim_get_bytes(struct mbim_reader *reader, size_t len)
{
	return next(reader, len);
}

static const uint8_t *get_span(struct mbim_reader *reader, uint32_t offset, uint32_t size,
			       size_t *len)
{
	const uint8_t *p = size ? at(reader, offset, size) : NULL;

	*len = p ? size : 0;
	return p;
}

const uint8_t *mbim_get_data(struct mbim_reader *reader, size_t *len)
{
	uint32_t offset = mbim_get_u32(reader);
	uint32_t size = mbim_get_u32(reader);

	return get_span(reader, offset, size, len);
}

const uint8_t *mbim_get_sized(struct mbim_reader *reader, size_t *len)
{
	uint32_t size = mbim_get_u32(reader);
	uint32_t offset = mbim_get_u32(reader);

	return get_span(reader, offset, size, len);
}

const uint8_t *mbim_get_offset(struct mbim_reader *reader, size_t len)
{
	return at(reader, mbim_get_u32(reader), len);
}
