// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hook of writes to host memory. It builds the values that pass it, lets the armed
 * faults have them, and then chaos.
 */
#include "fault.h"

#include <stdlib.h>
#include <string.h>

#include "../driver/iosm_wire.h"
#include "bytes.h"
#include "check.h"
#include "dma.h"
#include "fault_internal.h"
#include "irq.h"
#include "modem.h"
#include "record.h"

/* A write to host memory on its way. */
struct write {
	const char *what;
	uint64_t address;
	uint8_t *data;
	size_t len;
	int pipe;
	struct fault_place places[FAULT_PLACES_MAX];
	unsigned int place_count;
};

/* ---- changing one value ---- */

static uint32_t get(const uint8_t *data, unsigned int bytes)
{
	if (bytes == 1)
		return data[0];
	return bytes == 2 ? get_le16(data) : get_le32(data);
}

static void put(uint8_t *data, unsigned int bytes, uint32_t value)
{
	if (bytes == 1)
		data[0] = (uint8_t)value;
	else if (bytes == 2)
		put_le16(data, (uint16_t)value);
	else
		put_le32(data, value);
}

static uint32_t changed(struct fault *fault, struct fault_change change, uint32_t value)
{
	switch (change.op) {
	case FAULT_SET:
		return change.value;
	case FAULT_ADD:
		return value + change.value;
	case FAULT_FLIP:
		return value ^ change.value;
	default:
		return fault_draw(fault, 0);
	}
}

static uint32_t changed_bits(struct fault *fault, const struct fault_kind *kind,
			     struct fault_change change, uint32_t word)
{
	uint32_t mask = kind->bits ? (1u << kind->bits) - 1 : UINT32_MAX;
	uint32_t part = changed(fault, change, word >> kind->shift & mask) & mask;

	return (word & ~(mask << kind->shift)) | part << kind->shift;
}

/* Whether a host that believes the value may have to break rules. */
static bool misleads(const struct fault_value *value)
{
	const struct fault_kind *kind = value->kind;

	/* Among any bytes of that pipe are the mux's headers. */
	if (kind->point == FAULT_AT_DATA)
		return value->pipe == IOSM_PIPE_DL(IOSM_CHANNEL_IP);
	return kind->point != FAULT_AT_INTERRUPT && kind->point != FAULT_AT_MESSAGE &&
	       kind->point != FAULT_AT_DOWNLINK;
}

void fault_tell(struct fault *fault, const struct fault_value *value, const char *how,
		uint32_t before, uint32_t after)
{
	fault->applied++;
	if (misleads(value))
		check_excuse(fault->modem->check, true);
	record_event(fault->modem->record, "fault", "applied",
		     "\"name\":\"%s\",\"how\":\"%s\",\"before\":%u,\"after\":%u", value->name, how,
		     before, after);
}

static bool read_host(struct fault *fault, uint64_t address, uint32_t *word)
{
	return dma_mapped(fault->modem->dma, address, 4, false) &&
	       !dma_load32(fault->modem->dma, "fault", address, word);
}

/* Its own address may be wrong by intent, but must not be held against the host. */
static bool write_host(struct fault *fault, uint64_t address, const uint8_t *data, size_t len)
{
	int result;

	if (!dma_mapped(fault->modem->dma, address, len, true))
		return false;
	fault->writing = true;
	if (len == 4)
		result = dma_store32(fault->modem->dma, "fault", address, get_le32(data));
	else
		result = dma_write(fault->modem->dma, "fault", address, data, len);
	fault->writing = false;
	return !result;
}

static void arm_late(struct fault *fault)
{
	uint64_t now_us = loop_now_us(fault->modem->loop), first_us = UINT64_MAX;

	for (unsigned int i = 0; i < FAULT_LATE_MAX; i++) {
		if (fault->late[i].len && fault->late[i].due_us < first_us)
			first_us = fault->late[i].due_us;
	}
	if (first_us == UINT64_MAX)
		loop_timer_cancel(&fault->late_timer);
	else
		loop_timer_arm(&fault->late_timer, first_us > now_us ? first_us - now_us : 0);
}

static void change_late(struct fault *fault, const struct fault_value *value, uint32_t word,
			uint32_t late_us)
{
	for (unsigned int i = 0; i < FAULT_LATE_MAX; i++) {
		struct fault_late *late = &fault->late[i];

		if (late->len)
			continue;
		*late = (struct fault_late){
			.due_us = loop_now_us(fault->modem->loop) + late_us,
			.address = value->address, .base = value->base,
			.what = value->kind->what, .kind = value->kind,
			.pipe = value->pipe, .len = (uint8_t)value->bytes,
		};
		put(late->data, value->bytes, word);
		arm_late(fault);
		return;
	}
}

bool fault_apply(struct fault *fault, const struct fault_value *value, struct fault_change change,
		 uint32_t late_us)
{
	uint32_t before, after;

	if (value->data)
		before = get(value->data, value->bytes);
	else if (!read_host(fault, value->address, &before))
		return true;
	if (change.op == FAULT_LOST) {
		if (late_us && value->kind->point == FAULT_AT_WORD && value->data)
			change_late(fault, value, before, late_us);
		fault_tell(fault, value, "lost", before, before);
		return false;
	}
	after = changed_bits(fault, value->kind, change, before);
	if (late_us && value->address) {
		change_late(fault, value, after, late_us);
		return true;
	}
	fault_tell(fault, value, "changed", before, after);
	if (value->data) {
		put(value->data, value->bytes, after);
	} else {
		uint8_t raw[4];

		put_le32(raw, after);
		write_host(fault, value->address, raw, sizeof(raw));
	}
	return true;
}

/*
 * Only while the memory still is what it was: a descriptor that the host has filled again is
 * the device's own to read, and what the modem reads must be the host's doing.
 */
static void apply_late(struct fault *fault, struct fault_late *late)
{
	struct modem *modem = fault->modem;
	const struct fault_value value = {
		.kind = late->kind, .name = late->kind->name, .pipe = late->pipe,
	};

	if (!modem_may_touch(modem))
		return;
	if (late->what && fault_offered(modem, late->what, late->base))
		return;
	if (write_host(fault, late->address, late->data, late->len))
		fault_tell(fault, &value, "late", 0, get(late->data, late->len));
}

static void late_expired(struct loop_timer *timer)
{
	struct fault *fault = timer->owner;
	uint64_t now_us = loop_now_us(fault->modem->loop);

	for (unsigned int i = 0; i < FAULT_LATE_MAX; i++) {
		struct fault_late late = fault->late[i];

		if (!late.len || late.due_us > now_us)
			continue;
		fault->late[i].len = 0;
		apply_late(fault, &late);
	}
	arm_late(fault);
}

void fault_forget_buffers(struct fault *fault, unsigned int pipe)
{
	for (unsigned int i = 0; i < FAULT_LATE_MAX; i++) {
		if (fault->late[i].len && fault->late[i].pipe == (int)pipe)
			fault->late[i].len = 0;
	}
	arm_late(fault);
}

/* ---- writes to host memory ---- */

static bool word_value(struct fault *fault, const struct fault_kind *kind, struct write *write,
		       struct fault_value *value)
{
	if (strcmp(kind->what, write->what))
		return false;
	value->base = fault_base(fault->modem, write->what, write->address);
	value->address = value->base + kind->offset;
	value->bytes = kind->bytes;
	if (value->address >= write->address && write->len >= kind->bytes &&
	    value->address - write->address <= write->len - kind->bytes)
		value->data = write->data + (value->address - write->address);
	return true;
}

static bool at_offset(struct write *write, uint32_t offset, unsigned int bytes,
		      struct fault_value *value)
{
	if (offset > write->len || write->len - offset < bytes)
		return false;
	value->data = write->data + offset;
	value->address = write->address + offset;
	value->bytes = bytes;
	return true;
}

/* @turn chooses among several headers of one kind. */
static bool header_value(const struct fault_kind *kind, struct write *write, uint32_t turn,
			 struct fault_value *value)
{
	unsigned int fits = 0;

	for (unsigned int i = 0; i < write->place_count; i++)
		fits += write->places[i].id == kind->id;
	if (!fits)
		return false;
	turn %= fits;
	for (unsigned int i = 0; i < write->place_count; i++) {
		if (write->places[i].id == kind->id && !turn--)
			return at_offset(write, write->places[i].at + kind->offset, kind->bytes,
					 value);
	}
	return false;
}

/* Returns whether @write holds a value of @kind. */
static bool find_value(struct fault *fault, const struct fault_kind *kind, struct write *write,
		       uint32_t turn, struct fault_value *value)
{
	bool buffer = !strcmp(write->what, "downlink buffer");

	*value = (struct fault_value){
		.kind = kind, .name = kind->name, .pipe = buffer ? write->pipe : -1,
	};
	switch (kind->point) {
	case FAULT_AT_WORD:
		return word_value(fault, kind, write, value);
	case FAULT_AT_HEADER:
		return buffer && write->pipe == IOSM_PIPE_DL(IOSM_CHANNEL_IP) &&
		       header_value(kind, write, turn, value);
	case FAULT_AT_MESSAGE:
		return buffer && write->pipe == (int)kind->id &&
		       at_offset(write, kind->offset, kind->bytes, value);
	case FAULT_AT_DATA:
		return buffer && at_offset(write, turn, write->len - turn < 4 ? 1 : 4, value);
	default:
		return false;
	}
}

static void look(struct fault *fault, struct write *write)
{
	write->pipe = fault_pipe(fault->modem, write->what, write->address);
	if (write->pipe == IOSM_PIPE_DL(IOSM_CHANNEL_IP) && !strcmp(write->what, "downlink buffer"))
		write->place_count = fault_places(write->data, write->len, write->places,
						  FAULT_PLACES_MAX);
}

static bool next_row(const struct fault_kind *kind)
{
	const struct fault_kind *next = kind + 1;

	return next < fault_kinds + fault_kind_count && !strcmp(next->name, kind->name);
}

bool fault_due(struct fault *fault, struct fault_armed *armed)
{
	if (armed->after) {
		armed->after--;
		return false;
	}
	if (armed->times != FAULT_ALWAYS && !--armed->times) {
		armed->kind = NULL;
		fault->armed_count--;
	}
	return true;
}

static bool write_armed(struct fault *fault, struct fault_armed *armed, struct write *write)
{
	const struct fault_change change = armed->change;
	const uint32_t late_us = armed->late_us;
	struct fault_value value;

	if (armed->pipe >= 0 && armed->pipe != write->pipe)
		return true;
	for (const struct fault_kind *kind = armed->kind;; kind++) {
		if (find_value(fault, kind, write, kind->point == FAULT_AT_DATA ? armed->offset : 0,
			       &value))
			return !fault_due(fault, armed) || fault_apply(fault, &value, change, late_us);
		if (!next_row(kind))
			return true;
	}
}

static bool write_chaos(struct fault *fault, struct write *write)
{
	const struct fault_kind *found[FAULT_ARMED_MAX], *kind;
	uint32_t turn = fault_draw(fault, 0);
	struct fault_change change;
	struct fault_value value;
	unsigned int count = 0;

	for (unsigned int i = 0; i < fault_kind_count && count < FAULT_ARMED_MAX; i++) {
		kind = &fault_kinds[i];
		if (kind->point == FAULT_AT_DATA && write->len)
			turn %= (uint32_t)write->len;
		if (find_value(fault, kind, write, turn, &value))
			found[count++] = kind;
	}
	kind = fault_choose(fault, found, count);
	if (!kind || !find_value(fault, kind, write, turn, &value))
		return true;
	change = fault_any_change(fault);
	return fault_apply(fault, &value, change, fault_any_delay(fault, kind));
}

static bool filter_write(void *self, const char *what, uint64_t address, uint8_t *data, size_t len)
{
	struct fault *fault = self;
	struct write write = { .what = what, .address = address, .data = data, .len = len };
	bool strikes, kept = true;

	if (fault->writing)
		return true;
	strikes = fault_strike(fault);
	if (!fault->armed_count && !strikes)
		return true;
	look(fault, &write);
	for (unsigned int i = 0; i < FAULT_ARMED_MAX && kept; i++) {
		if (fault->armed[i].kind)
			kept = write_armed(fault, &fault->armed[i], &write);
	}
	if (kept && strikes)
		kept = write_chaos(fault, &write);
	return kept;
}

/* By name it may also disturb a host that sleeps, which the modem itself never does. */
static bool within_reach(const struct modem *modem)
{
	return boot_running(modem) && dma_allowed(modem->dma) && !dma_canceled(modem->dma) &&
	       !modem->power.hung;
}

bool fault_now(struct fault *fault, const struct fault_kind *kind, int pipe,
	       struct fault_change change)
{
	struct fault_value value = {
		.kind = kind, .name = kind->name, .bytes = kind->bytes, .pipe = -1,
	};

	if (kind->point != FAULT_AT_WORD || !within_reach(fault->modem))
		return false;
	value.base = fault_word(fault->modem, kind, pipe < 0 ? 0 : (unsigned int)pipe);
	if (!value.base)
		return false;
	value.address = value.base + kind->offset;
	if (fault_offered(fault->modem, kind->what, value.base))
		return false;
	fault_apply(fault, &value, change, 0);
	fault_raise(fault, fault->modem->boot.device_info_vector);
	return true;
}

/* ---- life ---- */

void fault_update(struct fault *fault)
{
	bool wanted = fault->armed_count || fault->chaos.on;
	const struct dma_filter filter = { wanted ? filter_write : NULL, fault };

	dma_set_filter(fault->modem->dma, filter);
	irq_set_filter(&fault->modem->irq, wanted ? fault_filter_irq : NULL, fault);
}

void fault_forget(struct fault *fault)
{
	if (!fault)
		return;
	for (unsigned int i = 0; i < FAULT_LATE_MAX; i++)
		fault->late[i].len = 0;
	loop_timer_cancel(&fault->late_timer);
	fault_event_forget(fault);
	fault_message_forget(fault);
	check_excuse(fault->modem->check, false);
}

struct fault *fault_new(struct modem *modem, const struct fault_chaos *chaos)
{
	struct fault *fault = calloc(1, sizeof(*fault));

	if (!fault)
		return NULL;
	fault->modem = modem;
	fault->chaos = *chaos;
	loop_timer_init(modem->loop, &fault->late_timer, late_expired, fault);
	fault_event_init(fault);
	fault_message_init(fault);
	fault_chaos_start(fault);
	return fault;
}

void fault_free(struct fault *fault)
{
	if (!fault)
		return;
	fault_forget(fault);
	loop_timer_cancel(&fault->chaos_timer);
	free(fault);
}
