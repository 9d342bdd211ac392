/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both sides of the device sleep handshake as one small state, and all that can happen
 * to it next. The host's side is the driver's own source; the modem's side is written
 * from the host interface specification, sections 11 and 12.
 */
#ifndef TESTS_UNIT_SLEEP_MODEL_H
#define TESTS_UNIT_SLEEP_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "../../driver/iosm_sleep_steps.h"

/* Doorbell writes on their way to the modem; the host's processor waits when it is full. */
#define MODEL_FIFO	4

/* States that can follow one state. */
#define MODEL_NEXT_MAX	32

enum model_modem {
	MODEL_ACTIVE,
	MODEL_SLEEP_REQUESTED,
	MODEL_ASLEEP,
	MODEL_WAKE_REQUESTED,
	MODEL_FORCED,
};

enum model_bell {
	MODEL_BELL_ACK_ACTIVE = IOSM_SLEEP_ACK_ACTIVE,
	MODEL_BELL_ACK_SLEEP = IOSM_SLEEP_ACK_SLEEP,
	MODEL_BELL_WAKE = IOSM_SLEEP_WAKE,
	MODEL_BELL_FORCE_SLEEP = IOSM_SLEEP_FORCE_SLEEP,
	MODEL_BELL_FORCE_ACTIVE = IOSM_SLEEP_FORCE_ACTIVE,
	MODEL_BELL_HEAD,	/* doorbell 0, with any identifier */
};

/* What iosm_power.c does, step by step; "off" is where nothing of the driver runs. */
enum model_pm {
	MODEL_PM_RUN,
	MODEL_PM_FORCE,		/* the poll is stopped */
	MODEL_PM_FORCE_OFF,
	MODEL_PM_FORCE_BACK,	/* the poll runs again */
	MODEL_PM_TELL,		/* wants to tell that the host sleeps */
	MODEL_PM_TOLD,		/* waits for the answer */
	MODEL_PM_TELL_STOP,
	MODEL_PM_TELL_OFF,
	MODEL_PM_TELL_BACK,	/* wants to tell that it is back */
	MODEL_PM_TOLD_BACK,
};

/* Answer to the message about the host's sleep. */
enum model_answer {
	MODEL_ANSWER_NONE,
	MODEL_ANSWER_GIVEN,	/* the modem has moved its tail */
	MODEL_ANSWER_TAKEN,	/* the poll has seen that */
};

/* Only bytes, all of them set: states are compared with memcmp(). */
struct model {
	/* struct iosm_sleep_steps */
	uint8_t asleep, waking, held, suspended, forced, notification;
	uint8_t poll;		/* 0 idle, else 1 + the word that it has read */
	uint8_t pm;
	uint8_t pipe, message;	/* published, and not yet seen by the modem */
	uint8_t pipe_bell, message_bell;	/* published, the doorbell comes next */
	uint8_t told;		/* 1, 2: message that the host sleeps, is back, in the ring */
	uint8_t answer;
	uint8_t modem;
	uint8_t word;		/* sleep notification in shared memory */
	uint8_t quiet;		/* the host sleeps, the modem was told */
	uint8_t interrupt;	/* raised, the poll has not begun */
	uint8_t bells;
	uint8_t fifo[MODEL_FIFO];
};

/* Faults to put into the host's side, to see that the explorer finds them. */
enum model_fault {
	MODEL_FAULT_NONE,
	MODEL_FAULT_RING_ASLEEP,	/* rings without waking */
	MODEL_FAULT_NO_WAKE,		/* postpones, never asks for wake-up */
	MODEL_FAULT_HELD_LOST,		/* awake again: forgets what was postponed */
	MODEL_FAULT_BELL_BEFORE_ACK,	/* postponed doorbell goes before the acknowledge */
	MODEL_FAULT_NO_RETRY,		/* a wake-up request is made once only */
	MODEL_FAULT_NO_ACK,		/* never acknowledges "active" */
	MODEL_FAULT_RESUME_FORGETS,	/* back from sleep: forgets what was postponed */
	MODEL_FAULT_FORCED_LOOKS,	/* believes the word of a modem in forced sleep */
	MODEL_FAULT_NO_LOOK,	/* back from sleep: waits for the next interrupt */
	MODEL_FAULT_COUNT,
};

/**
 * struct model_next - one thing that can happen
 * @state: afterwards
 * @what: for people
 * @stimulus: somebody wants something new; without it everything must come to rest
 * @breach: what the modem must never see, or NULL
 */
struct model_next {
	struct model state;
	const char *what;
	bool stimulus;
	const char *breach;
};

void model_init(struct model *model);
unsigned int model_next(const struct model *model, enum model_fault fault,
			struct model_next next[MODEL_NEXT_MAX]);
bool model_retry(const struct model *model, enum model_fault fault, struct model_next *next);
bool model_at_rest(const struct model *model);

#endif /* TESTS_UNIT_SLEEP_MODEL_H */
