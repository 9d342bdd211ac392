// SPDX-License-Identifier: GPL-2.0-or-later
/* Where things stand: headers in mux blocks, structures in host memory. */
#include <endian.h>
#include <stddef.h>
#include <string.h>

#include "../driver/iosm_wire.h"
#include "bytes.h"
#include "dma.h"
#include "fault_internal.h"
#include "modem.h"

struct places {
	struct fault_place *place;
	unsigned int count, max;
};

static void add(struct places *places, uint32_t id, size_t at)
{
	if (places->count < places->max)
		places->place[places->count++] = (struct fault_place){ id, (uint32_t)at };
}

static void add_command(struct places *places, const uint8_t *block, size_t len, size_t at,
			bool lite)
{
	size_t header = lite ? sizeof(struct iosm_wire_cmdh_lite) :
			       sizeof(struct iosm_wire_cmdh_aggr);
	size_t number = lite ? offsetof(struct iosm_wire_cmdh_lite, command) :
			       offsetof(struct iosm_wire_cmdh_aggr, command);

	if (at > len || len - at < header)
		return;
	add(places, lite ? FAULT_COMMAND_LITE : FAULT_COMMAND_AGGREGATION, at);
	switch (get_le32(block + at + number)) {
	case IOSM_MUX_OPEN_SESSION_RESP:
		add(places, FAULT_OPEN_RESPONSE, at + header);
		break;
	case IOSM_MUX_CLOSE_SESSION_RESP:
		add(places, FAULT_CLOSE_RESPONSE, at + header);
		break;
	default:
		add(places, FAULT_FLOW, at + header);
	}
}

static void add_tables(struct places *places, const uint8_t *block, size_t len)
{
	size_t at = get_le32(block + offsetof(struct iosm_wire_adbh, first_table));

	while (at && at <= len - sizeof(struct iosm_wire_adth) && places->count < places->max) {
		const uint8_t *table = block + at;
		size_t end = at + get_le16(table + offsetof(struct iosm_wire_adth, table_length));

		add(places, IOSM_MUX_ADTH, at);
		for (size_t entry = at + sizeof(struct iosm_wire_adth); entry < end && entry < len;
		     entry += sizeof(struct iosm_wire_datagram))
			add(places, FAULT_DATAGRAM, entry);
		at = get_le32(table + offsetof(struct iosm_wire_adth, next_table));
	}
}

unsigned int fault_places(const uint8_t *block, size_t len, struct fault_place *place,
			  unsigned int max)
{
	struct places places = { .place = place, .max = max };
	uint32_t signature;

	if (len < sizeof(struct iosm_wire_adbh))
		return 0;
	signature = get_le32(block);
	switch (signature) {
	case IOSM_MUX_ADBH:
		add(&places, signature, 0);
		add_tables(&places, block, len);
		break;
	case IOSM_MUX_ACBH:
		add(&places, signature, 0);
		add_command(&places, block, len,
			    get_le32(block + offsetof(struct iosm_wire_acbh, first_command)), false);
		break;
	case IOSM_MUX_CMDH:
		add_command(&places, block, len, 0, true);
		break;
	case IOSM_MUX_ADGH:
	case IOSM_MUX_FCTH:
		add(&places, signature, 0);
		break;
	}
	return places.count;
}

uint64_t fault_base(const struct modem *modem, const char *what, uint64_t address)
{
	if (!strcmp(what, "device info"))
		return modem->boot.device_info;
	if (!strcmp(what, "descriptor"))
		return address - offsetof(struct iosm_wire_td, size_status);
	if (!strcmp(what, "message status"))
		return address - offsetof(union iosm_wire_msg, common.status);
	return address;
}

static bool in_ring(const struct pipe *pipe, uint64_t address)
{
	return pipe->open && address >= pipe->ring &&
	       address - pipe->ring < (uint64_t)pipe->entries * sizeof(struct iosm_wire_td);
}

static bool serves(const struct pipe *pipe, const char *what, uint64_t address)
{
	if (!strcmp(what, "descriptor"))
		return in_ring(pipe, address);
	if (!strcmp(what, "pipe tail"))
		return address == pipe->modem->pipes.tails + 4ull * pipe->number;
	if (strcmp(what, "downlink buffer"))
		return false;
	return pipe->open && pipe->next_valid && le64toh(pipe->next.address) == address;
}

int fault_pipe(const struct modem *modem, const char *what, uint64_t address)
{
	for (int i = 0; i < IOSM_PIPES; i++) {
		if (serves(&modem->pipes.pipe[i], what, address))
			return i;
	}
	return -1;
}

static uint32_t before(uint32_t index, uint32_t entries)
{
	return (index + entries - 1) % entries;
}

uint64_t fault_word(const struct modem *modem, const struct fault_kind *kind, unsigned int number)
{
	const struct ring *ring = &modem->ring;
	const struct pipe *pipe = &modem->pipes.pipe[number];

	if (!ring->active)
		return 0;
	if (!strcmp(kind->what, "device info"))
		return modem->boot.device_info;
	if (!strcmp(kind->what, "message tail"))
		return ring->tail_address;
	if (!strcmp(kind->what, "message status"))
		return ring->entries_address +
		       (uint64_t)before(ring->tail, ring->entries) * sizeof(union iosm_wire_msg);
	if (!pipe->open)
		return 0;
	if (!strcmp(kind->what, "pipe tail"))
		return modem->pipes.tails + 4ull * number;
	return pipe->ring + (uint64_t)before(pipe->tail, pipe->entries) * sizeof(struct iosm_wire_td);
}

/* Whether @slot lies between the device's position and the host's head. */
static bool between(uint32_t slot, uint32_t tail, uint32_t head, uint32_t entries)
{
	return (slot + entries - tail) % entries < (head + entries - tail) % entries;
}

static bool descriptor_offered(struct modem *modem, uint64_t base)
{
	int number = fault_pipe(modem, "descriptor", base);
	struct pipe *pipe = number < 0 ? NULL : &modem->pipes.pipe[number];
	uint32_t head;

	if (!pipe || dma_load32(modem->dma, "pipe head", modem->pipes.heads + 4ull * pipe->number,
				&head) || head >= pipe->entries)
		return true;
	return between((uint32_t)((base - pipe->ring) / sizeof(struct iosm_wire_td)), pipe->tail,
		       head, pipe->entries);
}

static bool message_offered(struct modem *modem, uint64_t base)
{
	const struct ring *ring = &modem->ring;
	uint64_t slot = (base - ring->entries_address) / sizeof(union iosm_wire_msg);
	uint32_t head;

	if (!ring->active || base < ring->entries_address || slot >= ring->entries ||
	    dma_load32(modem->dma, "message head", ring->head_address, &head) ||
	    head >= ring->entries)
		return true;
	return between((uint32_t)slot, ring->tail, head, ring->entries);
}

bool fault_offered(struct modem *modem, const char *what, uint64_t base)
{
	if (!strcmp(what, "descriptor"))
		return descriptor_offered(modem, base);
	if (!strcmp(what, "message status"))
		return message_offered(modem, base);
	return false;
}
