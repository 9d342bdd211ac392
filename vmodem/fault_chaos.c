// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chaos: faults by chance. One generator makes every decision, in the order in which values
 * pass the hooks; so the same seed and the same host make the same trace.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault_internal.h"
#include "modem.h"
#include "record.h"

#define RATE_USUAL	20
#define PAUSE_US	100000	/* at most between two faults out of nothing */

static const char *const class_names[FAULT_CLASSES] = {
	[FAULT_INDEX] = "index", [FAULT_SIZE] = "size", [FAULT_ADDRESS] = "address",
	[FAULT_STATUS] = "status", [FAULT_INFO] = "info", [FAULT_SLEEP] = "sleep",
	[FAULT_DOWNLINK] = "downlink", [FAULT_HEADER] = "header", [FAULT_DATA] = "data", [FAULT_REGISTER] = "register",
	[FAULT_INTERRUPT] = "interrupt", [FAULT_DOORBELL] = "doorbell", [FAULT_LATE] = "late",
	[FAULT_LATE_DATA] = "late-data",
};

const char *fault_class_name(enum fault_class class)
{
	return class_names[class];
}

void fault_chaos_usual(struct fault_chaos *chaos)
{
	*chaos = (struct fault_chaos){ .rate = RATE_USUAL, .weight = {
		[FAULT_INDEX] = 10, [FAULT_SIZE] = 10, [FAULT_ADDRESS] = 5, [FAULT_STATUS] = 10,
		[FAULT_INFO] = 2, [FAULT_SLEEP] = 5, [FAULT_DOWNLINK] = 5, [FAULT_HEADER] = 20, [FAULT_DATA] = 5,
		[FAULT_REGISTER] = 2, [FAULT_INTERRUPT] = 10, [FAULT_DOORBELL] = 5,
		[FAULT_LATE] = 20, [FAULT_LATE_DATA] = 5,
	} };
}

static bool set_weight(struct fault_chaos *chaos, const char *word)
{
	const char *equals = strchr(word, '=');
	char *end;

	for (unsigned int i = 0; equals && i < FAULT_CLASSES; i++) {
		unsigned long weight;

		if (strlen(class_names[i]) != (size_t)(equals - word) ||
		    strncmp(class_names[i], word, (size_t)(equals - word)))
			continue;
		errno = 0;
		weight = strtoul(equals + 1, &end, 10);
		if (equals[1] < '0' || equals[1] > '9' || *end || errno || weight > 1000000)
			return false;
		chaos->weight[i] = (uint32_t)weight;
		return true;
	}
	return false;
}

static uint32_t total(const struct fault_chaos *chaos)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < FAULT_CLASSES; i++)
		sum += chaos->weight[i];
	return sum;
}

bool fault_chaos_weights(struct fault_chaos *chaos, const char *text)
{
	char *copy = strdup(text), *rest = NULL;
	bool good = copy && *copy;

	for (char *word = copy ? strtok_r(copy, ",", &rest) : NULL; word && good;
	     word = strtok_r(NULL, ",", &rest)) {
		if (!strcmp(word, "none"))
			memset(chaos->weight, 0, sizeof(chaos->weight));
		else
			good = set_weight(chaos, word);
	}
	free(copy);
	return good && total(chaos);
}

/* xorshift64*: short, the same everywhere, good enough to spoil things. */
uint32_t fault_draw(struct fault *fault, uint32_t limit)
{
	uint32_t drawn;

	fault->state ^= fault->state >> 12;
	fault->state ^= fault->state << 25;
	fault->state ^= fault->state >> 27;
	drawn = (uint32_t)(fault->state * 0x2545f4914f6cdd1dull >> 32);
	return limit ? drawn % limit : drawn;
}

bool fault_strike(struct fault *fault)
{
	return fault->chaos.on && fault_draw(fault, 1000) < fault->chaos.rate;
}

const struct fault_kind *fault_choose(struct fault *fault, const struct fault_kind *const *kinds,
				      unsigned int count)
{
	uint32_t sum = 0, left;

	for (unsigned int i = 0; i < count; i++)
		sum += fault->chaos.weight[kinds[i]->class];
	if (!sum)
		return NULL;
	left = fault_draw(fault, sum);
	for (unsigned int i = 0; i < count; i++) {
		uint32_t weight = fault->chaos.weight[kinds[i]->class];

		if (left < weight)
			return kinds[i];
		left -= weight;
	}
	return NULL;
}

/* Values next to the right one and at the ends of ranges find more than any others do. */
struct fault_change fault_any_change(struct fault *fault)
{
	static const uint32_t ends[] = { 0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0xffffff,
					 0x7fffffff, 0x80000000, 0xffffffff };
	struct fault_change change = { .op = FAULT_RANDOM };

	switch (fault_draw(fault, 8)) {
	case 0:
		change.op = FAULT_LOST;
		break;
	case 1:
	case 2:
		change.op = FAULT_ADD;
		change.value = fault_draw(fault, 17) - 8;
		break;
	case 3:
	case 4:
		change.op = FAULT_SET;
		change.value = ends[fault_draw(fault, sizeof(ends) / sizeof(ends[0]))];
		break;
	case 5:
		change.op = FAULT_FLIP;
		change.value = 1u << fault_draw(fault, 32);
		break;
	case 6:
		change.op = FAULT_SET;
		change.value = fault_draw(fault, 256);
		break;
	}
	return change;
}

uint32_t fault_any_delay(struct fault *fault, const struct fault_kind *kind)
{
	enum fault_class class = kind->point == FAULT_AT_WORD ? FAULT_LATE : FAULT_LATE_DATA;

	if (fault_draw(fault, total(&fault->chaos)) >= fault->chaos.weight[class])
		return 0;
	return 1 + fault_draw(fault, FAULT_DELAY_US);
}

uint32_t fault_lateness(struct fault *fault)
{
	return fault_draw(fault, 2) ? fault_draw(fault, FAULT_DELAY_US) : 0;
}

static void spoil_word(struct fault *fault, const struct fault_kind *kind)
{
	int pipe = (int)fault_draw(fault, IOSM_PIPES);
	struct fault_change change = fault_any_change(fault);

	if (modem_may_touch(fault->modem))
		fault_now(fault, kind, pipe, change);
}

static void out_of_nothing(struct fault *fault)
{
	const struct fault_kind *words[FAULT_ARMED_MAX], *kind;
	unsigned int count = 0;

	for (unsigned int i = 0; i < fault_kind_count && count < FAULT_ARMED_MAX; i++) {
		if (fault_kinds[i].point == FAULT_AT_WORD ||
		    !strcmp(fault_kinds[i].name, "interrupt"))
			words[count++] = &fault_kinds[i];
	}
	kind = fault_choose(fault, words, count);
	if (!kind)
		return;
	if (kind->point == FAULT_AT_WORD) {
		spoil_word(fault, kind);
		return;
	}
	/* It needs no host memory: it comes in any stage, and while the host sleeps. */
	if (!fault->modem->irq.allowed)
		return;
	record_event(fault->modem->record, "fault", "applied",
		     "\"name\":\"%s\",\"how\":\"out of nothing\",\"before\":0,\"after\":0",
		     kind->name);
	fault_raise(fault, fault_draw(fault, IRQ_VECTORS));
}

static void chaos_expired(struct loop_timer *timer)
{
	struct fault *fault = timer->owner;

	out_of_nothing(fault);
	loop_timer_arm(timer, 1 + fault_draw(fault, PAUSE_US));
}

void fault_chaos_start(struct fault *fault)
{
	/* Never 0, the one state that the generator does not leave. */
	fault->state = fault->chaos.seed * 0x9e3779b97f4a7c15ull + 0xd1b54a32d192ed03ull;
	if (!fault->state)
		fault->state = 1;
	if (!fault->chaos_timer.loop)
		loop_timer_init(fault->modem->loop, &fault->chaos_timer, chaos_expired, fault);
	loop_timer_cancel(&fault->chaos_timer);
	if (fault->chaos.on)
		loop_timer_arm(&fault->chaos_timer, 1 + fault_draw(fault, PAUSE_US));
	fault_update(fault);
}
