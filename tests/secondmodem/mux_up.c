// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data blocks of the host, byte by byte.
 */
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "chip.h"
#include "mux.h"
#include "report.h"

#define BLOCK_MAX	(1 << 20)
#define TABLES_MAX	1000

static uint8_t used[BLOCK_MAX];
static bool any_block;
static uint16_t sequence;

void up_stop(void)
{
	any_block = false;
}

/* is_zero: what nobody has written must not tell what was there before */
static void check_zero(const uint8_t *data, size_t at, size_t size, const char *what)
{
	for (size_t i = at; i < at + size; i++) {
		if (data[i]) {
			breach("stale", "%s, byte 0x%zx is 0x%02x", what, i, data[i]);
			return;
		}
	}
}

/* claim: an element of a block; false: it is not all in it */
static bool claim(size_t block, size_t at, size_t size, const char *what)
{
	if (at < 16 || at > block || size > block - at) {
		breach("block", "a %s at 0x%zx with %zu bytes in a block of %zu", what, at, size, block);
		return false;
	}
	for (size_t i = at; i < at + size; i++) {
		if (used[i]) {
			breach("block", "a %s at 0x%zx overlaps something at 0x%zx", what, at, i);
			return false;
		}
		used[i] = 1;
	}
	return true;
}

static struct session *session_of(uint8_t id, const char *what)
{
	if (id < SESSIONS && sessions[id].open)
		return &sessions[id];
	breach("session", "a %s for session %u, which is not open", what, id);
	return NULL;
}

static void give(uint8_t id, const uint8_t *data, size_t size, size_t padding, const char *what)
{
	if (size <= padding || !network_is_packet(data + padding, size - padding)) {
		breach("packet", "a %s of session %u is no IP packet of %zd bytes behind %zu of padding", what, id,
		       (ssize_t)(size - padding), padding);
		return;
	}
	check_zero(data, 0, padding, "head padding");
	mux_packet(id, data + padding, size - padding);
}

static void entry(const uint8_t *data, size_t size, uint8_t id, const uint8_t *at)
{
	struct session *session = session_of(id, "datagram");
	uint32_t index = get32(at), length = get16(at + 4);
	size_t padding;

	check_zero(at, 7, 1, "a table's entry");
	if (!claim(size, index, length, "datagram") || !session)
		return;
	padding = session->up_padding;
	/* Above 16 the specification has two rules that contradict each other. */
	if (padding > 16 && (length < padding || !network_is_packet(data + index + padding, length - padding)))
		padding -= 16;
	give(id, data + index, length, padding, "datagram");
}

static void table(const uint8_t *data, size_t size, size_t at)
{
	size_t length = get16(data + at + 4);
	uint8_t id = data[at + 6];

	if (length < 24 || length % 8) {
		breach("block", "a table of %zu bytes at 0x%zx", length, at);
		return;
	}
	if (!claim(size, at, length, "table"))
		return;
	check_zero(data, at + 7, 1, "a table's hint");
	check_zero(data, at + 12, 4, "a table's reserved word");
	for (size_t i = 16; i < length; i += 8)
		entry(data, size, id, data + at + i);
}

static void level(const uint8_t *data, size_t size, size_t at)
{
	if (!claim(size, at, 20, "queue level table"))
		return;
	if (get16(data + at + 4) != 20)
		breach("block", "a queue level table of %u bytes", get16(data + at + 4));
	session_of(data[at + 6], "queue level");
	check_zero(data, at + 7, 1, "a queue level table");
	check_zero(data, at + 12, 4, "a queue level table");
}

static void check_header(const uint8_t *data, size_t size)
{
	uint16_t number = get16(data + 6);

	if (get32(data + 8) != size)
		breach("block", "a block says %u bytes, its descriptor %zu", get32(data + 8), size);
	check_zero(data, 4, 2, "a block's reserved word");
	if (any_block && number != (uint16_t)(sequence + 1))
		breach("sequence", "block %u follows block %u", number, sequence);
	any_block = true;
	sequence = number;
}

void up_aggregated(const uint8_t *data, size_t size)
{
	size_t at = get32(data + 12);
	unsigned int count = 0;

	if (size > BLOCK_MAX)
		return;
	check_header(data, size);
	memset(used, 0, size);
	memset(used, 1, 16);
	if (!at)
		breach("block", "a block without a table");
	while (at) {
		if (at < 16 || size < 16 || at > size - 16 || at % 4) {
			breach("block", "a table at 0x%zx in a block of %zu", at, size);
			return;
		}
		if (get32(data + at) == ADTH)
			table(data, size, at);
		else if (get32(data + at) == QLTH)
			level(data, size, at);
		else
			breach("block", "a table with the signature 0x%08x", get32(data + at));
		at = get32(data + at + 8);
		if (++count > TABLES_MAX) {
			breach("block", "a chain of tables without an end");
			return;
		}
	}
	for (size_t i = 0; i < size; i++)
		if (!used[i])
			check_zero(data, i, 1, "between the elements");
}

static void check_burst(struct session *session, uint8_t id, uint8_t next_count)
{
	if (session->bursting && next_count + 1 != session->next_count)
		breach("next-count", "session %u: %u follow after %u", id, next_count, session->next_count);
	session->bursting = next_count != 0;
	session->next_count = next_count;
}

void up_single(const uint8_t *data, size_t size)
{
	uint8_t id = data[6];
	size_t length = get16(data + 4), padding;
	struct session *session = session_of(id, "datagram");

	if (length > size) {
		breach("block", "a datagram says %zu bytes, its descriptor %zu", length, size);
		return;
	}
	if (length != size)
		note("block", "a datagram of %zu bytes in a transfer of %zu", length, size);
	check_zero(data, 10, 6, "a datagram's header");
	if (!session)
		return;
	check_burst(session, id, data[9]);
	padding = session->up_padding > 16 ? session->up_padding - 16 : 0;
	if (length < 16)
		breach("block", "a datagram of %zu bytes", length);
	else
		give(id, data + 16, length - 16, padding, "single datagram");
}

void up_level(const uint8_t *data, size_t size)
{
	if (size != 20 || get16(data + 4) != 20 || data[7] != 4)
		breach("block", "a queue level of %u bytes with %u of value in a transfer of %zu",
		       get16(data + 4), data[7], size);
	session_of(data[6], "queue level");
	check_zero(data, 8, 8, "a queue level");
}
