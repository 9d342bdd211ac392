// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data blocks to the host, laid out in every way that the format allows.
 */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "chip.h"
#include "mood.h"
#include "mux.h"
#include "pipe.h"
#include "report.h"

#define DATAGRAMS_MAX	300
#define BLOCK_MAX	65536
#define PACKETS_MAX	8192

struct packet {
	struct packet *next;
	uint8_t id;
	size_t size;
	uint8_t data[];
};

struct table {
	uint8_t id;
	unsigned int count;
	size_t at;
};

struct datagram {
	const uint8_t *data;
	size_t size, at;
	unsigned int table;
};

/* A block in the making: datagrams in the order in which the host shall see them. */
static struct layout {
	struct table tables[DATAGRAMS_MAX];
	struct datagram datagrams[DATAGRAMS_MAX];
	unsigned int table_count, datagram_count;
	size_t used;			/* at most, wherever everything lies */
} layout;

static struct packet *first, **last = &first;
static unsigned int waiting;
static uint16_t sequence;
static uint8_t block[BLOCK_MAX];

void down_packet(uint8_t id, const uint8_t *data, size_t size)
{
	struct packet *packet;

	if (waiting >= PACKETS_MAX) {
		note("network", "packets pile up, one is dropped");
		return;
	}
	packet = malloc(sizeof(*packet) + size);
	if (!packet)
		return;
	*packet = (struct packet){ .id = id, .size = size };
	memcpy(packet->data, data, size);
	*last = packet;
	last = &packet->next;
	waiting++;
}

static void drop_first(void)
{
	struct packet *packet = first;

	first = packet->next;
	if (!first)
		last = &first;
	waiting--;
	free(packet);
}

void down_drop(uint8_t id)
{
	struct packet **link = &first;

	while (*link) {
		struct packet *packet = *link;

		if (packet->id != id) {
			link = &packet->next;
			continue;
		}
		*link = packet->next;
		waiting--;
		free(packet);
	}
	last = link;
}

bool down_pending(void)
{
	return first;
}

/* ---- single datagrams ---- */

static void send_single(uint8_t id, const uint8_t *data, size_t size)
{
	uint32_t padding = sessions[id].down_padding > 16 ? sessions[id].down_padding - 16 : 0;
	size_t total = 16 + padding + size;

	if (total > pipe_room(MUX_DOWN) || total > 65535) {
		note("network", "a packet of %zu bytes does not fit into a buffer of %zu", size, pipe_room(MUX_DOWN));
		return;
	}
	memset(block, 0, 16);
	put32(block, ADGH);
	put16(block + 4, total);
	block[6] = id;
	memset(block + 16, mood(JUNK), padding);
	memcpy(block + 16 + padding, data, size);
	pipe_put(MUX_DOWN, block, total);
}

/* ---- aggregated blocks ---- */

static unsigned int table_for(uint8_t id)
{
	if (!percent(SPLIT))
		for (unsigned int i = layout.table_count; i-- > 0;)
			if (layout.tables[i].id == id)
				return i;
	return layout.table_count;
}

/*
 * A datagram that goes into an earlier table than the one before it of the same session
 * would overtake it; table_for takes a session's last one.
 */
static bool add(uint8_t id, const uint8_t *data, size_t size, size_t room)
{
	size_t gap = mood(GAP) + 3, need = 8 + sessions[id].down_padding + size + gap;
	unsigned int number = table_for(id);

	if (number == layout.table_count)
		need += 16 + gap;
	if (layout.datagram_count == DATAGRAMS_MAX || layout.used + need > room)
		return false;
	if (number == layout.table_count)
		layout.tables[layout.table_count++] = (struct table){ .id = id };
	layout.tables[number].count++;
	layout.datagrams[layout.datagram_count++] = (struct datagram){ data, size, 0, number };
	layout.used += need;
	return true;
}

static size_t place(size_t *end, size_t size, size_t align)
{
	size_t at = *end + (mood(GAP) ? chance(mood(GAP) + 1) / 4 * 4 : 0);

	at = (at + align - 1) / align * align;
	*end = at + size;
	return at;
}

static void place_table(size_t *end, unsigned int number)
{
	struct table *table = &layout.tables[number];

	table->at = place(end, 16 + 8 * table->count, 4);
}

static void place_datagram(size_t *end, struct datagram *datagram)
{
	uint32_t padding = sessions[layout.tables[datagram->table].id].down_padding;

	datagram->at = place(end, padding + datagram->size, mood(ALIGN));
}

/* The chain of tables goes forward; where they lie among the datagrams is free. */
static size_t place_all(void)
{
	unsigned int order[DATAGRAMS_MAX], table = 0;
	size_t end = 16;

	for (unsigned int i = 0; i < layout.datagram_count; i++) {
		unsigned int j = mood(SHUFFLE) ? chance(i + 1) : i;

		order[i] = order[j];
		order[j] = i;
	}
	while (mood(TABLES) == 0 && table < layout.table_count)
		place_table(&end, table++);
	for (unsigned int i = 0; i < layout.datagram_count; i++) {
		if (mood(TABLES) == 2 && table < layout.table_count && chance(3) == 0)
			place_table(&end, table++);
		place_datagram(&end, &layout.datagrams[order[i]]);
	}
	while (table < layout.table_count)
		place_table(&end, table++);
	return end;
}

static void write_table(unsigned int number)
{
	struct table *table = &layout.tables[number];
	uint8_t *at = block + table->at, *entry = at + 16;

	put32(at, ADTH);
	put16(at + 4, 16 + 8 * table->count);
	at[6] = table->id;
	at[7] = mood(JUNK) != 0;
	put32(at + 8, number + 1 < layout.table_count ? layout.tables[number + 1].at : 0);
	memset(at + 12, mood(JUNK), 4);
	for (unsigned int i = 0; i < layout.datagram_count; i++) {
		struct datagram *datagram = &layout.datagrams[i];
		uint32_t padding = sessions[table->id].down_padding;

		if (datagram->table != number)
			continue;
		put32(entry, datagram->at);
		put16(entry + 4, padding + datagram->size);
		entry[6] = mood(JUNK) ? 7 : 0;
		entry[7] = 0;
		memcpy(block + datagram->at + padding, datagram->data, datagram->size);
		entry += 8;
	}
}

static void send_layout(void)
{
	size_t size = place_all();

	memset(block, mood(JUNK), size);
	put32(block, ADBH);
	put16(block + 4, 0);
	put16(block + 6, sequence++);
	put32(block + 8, size);
	put32(block + 12, layout.table_count ? layout.tables[0].at : 0);
	for (unsigned int i = 0; i < layout.table_count; i++)
		write_table(i);
	pipe_put(MUX_DOWN, block, size);
}

static void layout_clear(void)
{
	layout.table_count = layout.datagram_count = 0;
	layout.used = 16;
}

/* send_aggregated: false: not even one fits with all that is around it */
static bool send_aggregated(void)
{
	size_t room = pipe_room(MUX_DOWN);
	unsigned int count = 0;

	layout_clear();
	if (room > BLOCK_MAX)
		room = BLOCK_MAX;
	for (struct packet *packet = first; packet && count < (unsigned int)mood(BLOCK_DATAGRAMS);
	     packet = packet->next) {
		if (!add(packet->id, packet->data, packet->size, room))
			break;
		count++;
	}
	if (!count)
		return false;
	send_layout();
	while (count--)
		drop_first();
	return true;
}

/* ---- what carries nothing ---- */

static uint8_t closed_session(void)
{
	uint8_t id = chance(SESSIONS);

	for (unsigned int i = 0; i < SESSIONS && sessions[id].open; i++)
		id = (id + 1) % SESSIONS;
	return id;
}

static void send_odd(void)
{
	static const uint8_t packet[20] = { 0x45, 0, 0, 20, 0, 0, 0, 0, 64, 255 };
	uint8_t id = closed_session();
	unsigned int what = chance(3);

	layout_clear();
	if (!sessions[id].open && what == 0) {
		if (options.aggregation) {
			add(id, packet, sizeof(packet), pipe_room(MUX_DOWN));
			send_layout();
		} else {
			send_single(id, packet, sizeof(packet));
		}
	} else if (options.aggregation && what == 1) {
		layout.tables[layout.table_count++] = (struct table){ .id = first->id };
		send_layout();
	} else if (options.aggregation) {
		send_layout();
	}
}

void down_serve(void)
{
	while (first && pipe_room(MUX_DOWN)) {
		if (percent(ODD_BLOCKS))
			send_odd();
		if (!pipe_room(MUX_DOWN))
			return;
		if (options.aggregation == !percent(FOREIGN) && send_aggregated())
			continue;
		send_single(first->id, first->data, first->size);
		drop_first();
	}
}
