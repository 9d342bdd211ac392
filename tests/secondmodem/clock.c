// SPDX-License-Identifier: GPL-2.0-or-later
#include <time.h>

#include "clock.h"

static struct timer *timers;

uint64_t clock_now(void)
{
	static uint64_t start;
	struct timespec now;
	uint64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = now.tv_sec * SEC + now.tv_nsec;
	if (!start)
		start = ns - 1;
	return ns - start;
}

void timer_set(struct timer *timer, uint64_t ns)
{
	if (!timer->known) {
		timer->known = true;
		timer->next = timers;
		timers = timer;
	}
	timer->at = clock_now() + ns;
	timer->armed = true;
}

void timer_need(struct timer *timer, uint64_t ns)
{
	if (!timer->armed)
		timer_set(timer, ns);
}

void timer_stop(struct timer *timer)
{
	timer->armed = false;
}

int64_t clock_next(void)
{
	uint64_t now = clock_now(), first = UINT64_MAX;

	for (struct timer *timer = timers; timer; timer = timer->next)
		if (timer->armed && timer->at < first)
			first = timer->at;
	if (first == UINT64_MAX)
		return -1;
	return first > now ? (int64_t)(first - now) : 0;
}

void clock_run(void)
{
	uint64_t now = clock_now();

	for (struct timer *timer = timers; timer; timer = timer->next) {
		if (timer->armed && timer->at <= now) {
			timer->armed = false;
			timer->fire();
		}
	}
}
