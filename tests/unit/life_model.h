/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The driver's life state machine (driver/iosm_life.c itself) with its worker, threads that
 * hold the modem down and kick, and a modem that is always ready: as a world in which one
 * thread makes one step at a time.
 */
#ifndef TESTS_UNIT_LIFE_MODEL_H
#define TESTS_UNIT_LIFE_MODEL_H

#include "life_kernel.h"

/* What others than the worker do. */
enum life_op {
	LIFE_END,
	LIFE_HOLD,		/* then nothing runs until LIFE_RELEASE of the same */
	LIFE_RELEASE,
	LIFE_FREEZE,
	LIFE_THAW,
	LIFE_FAIL,		/* the run's failure is noticed */
	LIFE_KICK,
	LIFE_INTERRUPT,
	LIFE_SECOND,		/* a second passes */
	LIFE_LIMIT,		/* until the hold for an error has ended by itself */
	LIFE_DESTROY,
};

struct life_action {
	enum life_op op;
	enum iosm_hold why;
};

#define LIFE_USERS	2
#define LIFE_ACTIONS	8

/* What happens in an exploration; at its begin the worker is about to start the modem. */
struct life_story {
	const char *name;
	struct life_action users[LIFE_USERS][LIFE_ACTIONS];
};

/* Faults of what the driver builds on, to see that the explorer finds them. */
enum life_fault {
	LIFE_FAULT_NONE,
	LIFE_FAULT_KICK_LOST,	/* a kick while the worker runs is lost */
	LIFE_FAULT_LOOK_FIRST,	/* the next look takes a kick's place */
	LIFE_FAULT_NO_WAKE,	/* nobody is woken */
	LIFE_FAULT_NO_TIMER,	/* a look that is not at once never comes */
	LIFE_FAULT_NO_HOLD,	/* holds are not noted */
	LIFE_FAULT_COUNT,
};

/* The worker, then the users; what else can happen has the numbers behind them. */
#define LIFE_WORKER	LIFE_USERS
#define LIFE_THREADS	(LIFE_USERS + 1)
#define LIFE_TIMER	LIFE_THREADS	/* the worker's time has come */
#define LIFE_TIMEOUT	(LIFE_TIMER + 1)	/* so has that of its wait */
#define LIFE_MOVES	(LIFE_TIMEOUT + 1)

struct life_world;

void life_begin(const struct life_story *story, enum life_fault fault);
struct life_world *life_keep(void);
void life_return(const struct life_world *kept);
bool life_can(unsigned int move);
const char *life_move(unsigned int move);	/* returns what will be done next there */
u64 life_key(void);
const char *life_failure(void);
const char *life_unfinished(void);

#endif /* TESTS_UNIT_LIFE_MODEL_H */
