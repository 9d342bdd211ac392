/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time, and what is to be done at a time.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define US	1000ull
#define MS	1000000ull
#define SEC	1000000000ull

struct timer {
	void (*fire)(void);
	uint64_t at;
	bool armed, known;
	struct timer *next;
};

uint64_t clock_now(void);		/* ns since the start */
void timer_set(struct timer *timer, uint64_t ns);	/* from now on; later if it is armed already */
void timer_need(struct timer *timer, uint64_t ns);	/* the same, but an armed one stays */
void timer_stop(struct timer *timer);
int64_t clock_next(void);		/* ns until a timer is due, -1 if none is armed */
void clock_run(void);			/* fires what is due */

#endif
