/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Information buffers: the encoder and the decoder of MBIM's data types.
 *
 * A structure is a fixed part followed by variable data; the fixed part holds offsets
 * and sizes of that data, counted from the first byte of its own structure. Everything
 * variable is padded to 4 bytes. An item of size 0 has offset 0.
 */
#ifndef VMODEM_MBIM_BUF_H
#define VMODEM_MBIM_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a buffer grows; writing over its end is refused and remembered. */
struct mbim_bytes {
	uint8_t *data;
	size_t len, size;
	bool overflow;
};

/* One structure being written at the end of @bytes. */
struct mbim_struct {
	struct mbim_bytes *bytes;
	size_t start;			/* first byte */
	size_t cursor;			/* next fixed field */
	size_t fixed_end;
	size_t pair;			/* of an element: its offset and size in the parent */
};

/** mbim_begin() - start a structure with a zeroed fixed part of @fixed_len bytes. */
void mbim_begin(struct mbim_struct *structure, struct mbim_bytes *bytes, size_t fixed_len);

/* Fixed fields, in their order. */
void mbim_put_u16(struct mbim_struct *structure, uint16_t value);
void mbim_put_u32(struct mbim_struct *structure, uint32_t value);
void mbim_put_u64(struct mbim_struct *structure, uint64_t value);
void mbim_put_uuid(struct mbim_struct *structure, const uint8_t *uuid);
/** mbim_put_raw() - bytes inside the fixed part. */
void mbim_put_raw(struct mbim_struct *structure, const void *data, size_t len);
/** mbim_put_string() - offset and size of @utf8, which goes to the variable data as UTF-16. */
void mbim_put_string(struct mbim_struct *structure, const char *utf8);
/** mbim_put_data() - offset and size of bytes in the variable data. */
void mbim_put_data(struct mbim_struct *structure, const void *data, size_t len);
/** mbim_put_sized() - the same with the size first, as the UICC commands have it. */
void mbim_put_sized(struct mbim_struct *structure, const void *data, size_t len);
/** mbim_put_offset() - only the offset of bytes in the variable data (addresses). */
void mbim_put_offset(struct mbim_struct *structure, const void *data, size_t len);

/**
 * mbim_begin_element() - offset and size of a structure in the variable data.
 *
 * Write @element, and structures that belong to it, before mbim_end_element() notes the
 * size; nothing may be written to @parent in between.
 */
void mbim_begin_element(struct mbim_struct *parent, struct mbim_struct *element,
			size_t fixed_len);
void mbim_end_element(struct mbim_struct *element);

/** mbim_append() - bytes at the end, padded, that no offset leads to. */
void mbim_append(struct mbim_bytes *bytes, const void *data, size_t len);

/* Type-length-value items of MBIMEx 3.0, appended at the end. */
void mbim_append_tlv_string(struct mbim_bytes *bytes, const char *utf8);
void mbim_append_tlv_u16s(struct mbim_bytes *bytes, const uint16_t *values, size_t count);

/*
 * One structure being read. The first thing wrong sets @status, an MBIM status; from
 * then on everything reads as 0 or empty, so that one test at the end is enough.
 */
struct mbim_reader {
	const uint8_t *data;
	size_t len, pos;
	uint32_t status;
};

void mbim_read(struct mbim_reader *reader, const uint8_t *data, size_t len);
uint16_t mbim_get_u16(struct mbim_reader *reader);
uint32_t mbim_get_u32(struct mbim_reader *reader);
/** mbim_get_uuid() - 16 bytes inside the buffer, or zeros; never NULL. */
const uint8_t *mbim_get_uuid(struct mbim_reader *reader);
/**
 * mbim_get_string() - follow offset and size to UTF-16 and store it as UTF-8.
 * @size: of @utf8, with its terminator
 * @max_bytes: on the wire; more is MBIM_STATUS_PARAMETER_TOO_LONG
 */
void mbim_get_string(struct mbim_reader *reader, char *utf8, size_t size, size_t max_bytes);
void mbim_get_tlv_string(struct mbim_reader *reader, char *utf8, size_t size, size_t max_bytes);
/** mbim_get_element() - follow offset and size to a structure; its errors stay in @element. */
void mbim_get_element(struct mbim_reader *reader, struct mbim_reader *element);
/** mbim_get_rest() - the structure that begins at the next field and ends with the buffer. */
void mbim_get_rest(struct mbim_reader *reader, struct mbim_reader *element);
/** mbim_get_bytes() - the next @len bytes; NULL when there are fewer. */
const uint8_t *mbim_get_bytes(struct mbim_reader *reader, size_t len);
/** mbim_get_data() - follow offset and size to *@len bytes; NULL (and 0) when they lie outside or there are none. */
const uint8_t *mbim_get_data(struct mbim_reader *reader, size_t *len);
/** mbim_get_sized() - the same with the size first, as the UICC commands have it. */
const uint8_t *mbim_get_sized(struct mbim_reader *reader, size_t *len);
/** mbim_get_offset() - follow an offset to @len bytes; NULL when they lie outside. */
const uint8_t *mbim_get_offset(struct mbim_reader *reader, size_t len);

#endif /* VMODEM_MBIM_BUF_H */
