// SPDX-License-Identifier: GPL-2.0-or-later
/* The hooks of what is no memory: registers that are read, interrupts, doorbells. */
#include <string.h>

#include "bytes.h"
#include "fault_internal.h"
#include "irq.h"
#include "modem.h"
#include "regs.h"

static bool overlaps(const struct fault_kind *kind, uint32_t offset, uint32_t len)
{
	return !kind->bytes || (offset < (uint32_t)kind->offset + kind->bytes &&
				kind->offset < offset + len);
}

/* The first fault that is armed at @point, for @id, and due. */
static struct fault_armed *armed_at(struct fault *fault, enum fault_point point, uint32_t id,
				    struct fault_armed *copy)
{
	for (unsigned int i = 0; i < FAULT_ARMED_MAX; i++) {
		struct fault_armed *armed = &fault->armed[i];

		if (!armed->kind || armed->kind->point != point || armed->kind->id != id)
			continue;
		*copy = *armed;
		if (fault_due(fault, armed))
			return copy;
	}
	return NULL;
}

const struct fault_kind *fault_any_kind(struct fault *fault, enum fault_point point,
					uint32_t offset, uint32_t len)
{
	const struct fault_kind *found[FAULT_ARMED_MAX];
	unsigned int count = 0;

	for (unsigned int i = 0; i < fault_kind_count && count < FAULT_ARMED_MAX; i++) {
		const struct fault_kind *kind = &fault_kinds[i];

		if (kind->point != point)
			continue;
		if (point == FAULT_AT_REGISTER ? overlaps(kind, offset, len) :
		    point == FAULT_AT_DOWNLINK || kind->id == offset)
			found[count++] = kind;
	}
	return fault_choose(fault, found, count);
}

/* What no longer answers reads as all ones. */
static struct fault_change as_read(struct fault_change change)
{
	return change.op == FAULT_LOST ? (struct fault_change){ FAULT_SET, UINT32_MAX } : change;
}

static void spoil_register(struct fault *fault, const struct fault_kind *kind,
			   struct fault_change change, uint8_t *image)
{
	const struct fault_value value = {
		.kind = kind, .name = kind->name, .data = image + kind->offset, .bytes = 4,
	};

	fault_apply(fault, &value, as_read(change), 0);
	for (unsigned int at = 4; !kind->bytes && at < REGS_BAR2_SIZE; at += 4)
		memcpy(image + at, image, 4);
}

void fault_register(struct fault *fault, uint8_t *image, uint32_t offset, uint32_t len)
{
	for (unsigned int i = 0; fault->armed_count && i < FAULT_ARMED_MAX; i++) {
		struct fault_armed armed = fault->armed[i];

		if (armed.kind && armed.kind->point == FAULT_AT_REGISTER &&
		    overlaps(armed.kind, offset, len) && fault_due(fault, &fault->armed[i]))
			spoil_register(fault, armed.kind, armed.change, image);
	}
	fault_update(fault);
	if (fault_strike(fault)) {
		const struct fault_kind *kind = fault_any_kind(fault, FAULT_AT_REGISTER, offset, len);

		if (kind)
			spoil_register(fault, kind, fault_any_change(fault), image);
	}
}

/* The word that holds @at may begin before, or end behind, what the host reads of it. */
static void spoil_config(struct fault *fault, const struct fault_armed *armed, uint32_t at,
			 uint32_t offset, uint8_t *data, uint32_t len)
{
	uint8_t raw[4];
	const struct fault_value value = {
		.kind = armed->kind, .name = armed->kind->name, .data = raw, .bytes = 4,
	};

	pciconf_read(&fault->modem->conf, at, raw, sizeof(raw));
	fault_apply(fault, &value, as_read(armed->change), 0);
	for (uint32_t i = 0; i < len; i++) {
		if (offset + i >= at && offset + i < at + sizeof(raw))
			data[i] = raw[offset + i - at];
	}
}

/* No matter of chance: firmware and kernel read this space, and drivers only behind them. */
void fault_config(struct fault *fault, uint32_t offset, uint8_t *data, uint32_t len)
{
	for (unsigned int i = 0; fault->armed_count && i < FAULT_ARMED_MAX; i++) {
		struct fault_armed armed = fault->armed[i];
		uint32_t at;

		if (!armed.kind || armed.kind->point != FAULT_AT_CONFIG)
			continue;
		at = (armed.kind->offset + armed.offset) & (PCICONF_SIZE - sizeof(uint32_t));
		if (offset < at + 4 && at < offset + len && fault_due(fault, &fault->armed[i]))
			spoil_config(fault, &armed, at, offset, data, len);
	}
	fault_update(fault);
}

void fault_raise(struct fault *fault, unsigned int vector)
{
	fault->writing = true;
	irq_raise(&fault->modem->irq, vector);
	fault->writing = false;
}

static void irq_expired(struct loop_timer *timer)
{
	struct fault *fault = timer->owner;

	for (unsigned int vector = 0; vector < IRQ_VECTORS; vector++) {
		if (fault->late_irqs & 1u << vector)
			fault_raise(fault, vector);
	}
	fault->late_irqs = 0;
}

static void raise_late(struct fault *fault, unsigned int vector, uint32_t late_us)
{
	fault->late_irqs |= 1u << vector % IRQ_VECTORS;
	if (!fault->irq_timer.armed)
		loop_timer_arm(&fault->irq_timer, late_us);
}

/* Returns whether the interrupt goes out now. */
static bool spoil_interrupt(struct fault *fault, const struct fault_kind *kind,
			    struct fault_change change, uint32_t late_us, unsigned int *vector)
{
	uint8_t raw[4];
	const struct fault_value value = {
		.kind = kind, .name = kind->name, .data = raw, .bytes = 4,
	};

	put_le32(raw, *vector);
	if (!strcmp(kind->name, "interrupt-twice")) {
		fault_tell(fault, &value, "again", *vector, *vector);
		raise_late(fault, *vector, late_us ? late_us : 1);
		return true;
	}
	if (late_us) {
		fault_tell(fault, &value, "late", *vector, *vector);
		raise_late(fault, *vector, late_us);
		return false;
	}
	if (!fault_apply(fault, &value, change, 0))
		return false;
	*vector = get_le32(raw);
	return true;
}

static bool by_chance(struct fault *fault, const struct fault_kind *kind, unsigned int *vector)
{
	const struct fault_change change = fault_any_change(fault);

	return spoil_interrupt(fault, kind, change, fault_lateness(fault), vector);
}

bool fault_filter_irq(void *self, unsigned int *vector)
{
	struct fault *fault = self;
	struct fault_armed armed;
	const struct fault_kind *kind;
	bool goes = true;

	if (fault->writing)
		return true;
	if (armed_at(fault, FAULT_AT_INTERRUPT, 0, &armed))
		goes = spoil_interrupt(fault, armed.kind, armed.change, armed.late_us, vector);
	if (goes && fault_strike(fault)) {
		kind = fault_any_kind(fault, FAULT_AT_INTERRUPT, 0, 0);
		if (kind)
			goes = by_chance(fault, kind, vector);
	}
	return goes;
}

static struct fault_bell *first_bell(struct fault *fault)
{
	struct fault_bell *first = NULL;

	for (unsigned int i = 0; i < FAULT_BELLS_MAX; i++) {
		struct fault_bell *bell = &fault->bells[i];

		if (bell->due_us && (!first || bell->due_us < first->due_us))
			first = bell;
	}
	return first;
}

static void arm_bells(struct fault *fault)
{
	const struct fault_bell *first = first_bell(fault);
	uint64_t now_us = loop_now_us(fault->modem->loop);

	if (first)
		loop_timer_arm(&fault->bell_timer, first->due_us > now_us ? first->due_us - now_us : 0);
	else
		loop_timer_cancel(&fault->bell_timer);
}

/* What is heard may end the IPC, and with it whatever else is to be heard. */
static void bell_expired(struct loop_timer *timer)
{
	struct fault *fault = timer->owner;
	uint64_t now_us = loop_now_us(fault->modem->loop);
	struct fault_bell *first;

	while ((first = first_bell(fault)) && first->due_us <= now_us) {
		struct fault_bell bell = *first;

		first->due_us = 0;
		regs_heard(fault->modem, bell.number, bell.value);
	}
	arm_bells(fault);
}

/* Returns false when too many wait already. */
static bool hear_late(struct fault *fault, unsigned int number, uint32_t word, uint32_t late_us)
{
	for (unsigned int i = 0; i < FAULT_BELLS_MAX; i++) {
		if (fault->bells[i].due_us)
			continue;
		fault->bells[i] = (struct fault_bell){
			.due_us = loop_now_us(fault->modem->loop) + late_us,
			.number = number, .value = word,
		};
		arm_bells(fault);
		return true;
	}
	return false;
}

bool fault_doorbell(struct fault *fault, unsigned int number, uint32_t *word)
{
	const struct fault_kind *kind = NULL;
	struct fault_change change;
	uint32_t late_us = 0;
	struct fault_armed armed;
	uint8_t raw[4];
	struct fault_value value = { .data = raw, .bytes = 4 };

	if (armed_at(fault, FAULT_AT_DOORBELL, number, &armed)) {
		kind = armed.kind;
		change = armed.change;
		late_us = armed.late_us;
	} else if (fault_strike(fault)) {
		kind = fault_any_kind(fault, FAULT_AT_DOORBELL, number, 0);
		change = fault_any_change(fault);
		late_us = fault_lateness(fault);
	}
	fault_update(fault);
	if (!kind)
		return true;
	value.kind = kind;
	value.name = kind->name;
	if (late_us && hear_late(fault, number, *word, late_us)) {
		fault_tell(fault, &value, "late", *word, *word);
		return false;
	}
	put_le32(raw, *word);
	if (!fault_apply(fault, &value, change, 0))
		return false;
	*word = get_le32(raw);
	return true;
}

void fault_event_init(struct fault *fault)
{
	loop_timer_init(fault->modem->loop, &fault->irq_timer, irq_expired, fault);
	loop_timer_init(fault->modem->loop, &fault->bell_timer, bell_expired, fault);
}

void fault_event_forget(struct fault *fault)
{
	loop_timer_cancel(&fault->irq_timer);
	loop_timer_cancel(&fault->bell_timer);
	memset(fault->bells, 0, sizeof(fault->bells));
	fault->late_irqs = 0;
}
