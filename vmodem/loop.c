// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One epoll descriptor and a sorted list of timers. There are a few dozen timers at
 * most, so a list beats anything cleverer.
 */
#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define LOOP_BATCH 32

struct loop {
	int epoll;
	bool stopping;
	const uint64_t *clock_us;	/* NULL: the system's */
	uint64_t now_us;
	struct loop_timer *timers;	/* armed, sorted by due_us */
	struct loop_timer *due;		/* expired in this round, not yet called */
	struct epoll_event batch[LOOP_BATCH];
	int batch_next, batch_count;
};

static void read_clock(struct loop *loop)
{
	struct timespec now;

	if (loop->clock_us) {
		loop->now_us = *loop->clock_us;
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	loop->now_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

struct loop *loop_new(void)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		free(loop);
		return NULL;
	}
	read_clock(loop);
	return loop;
}

void loop_set_clock(struct loop *loop, const uint64_t *clock_us)
{
	loop->clock_us = clock_us;
	read_clock(loop);
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	close(loop->epoll);
	free(loop);
}

void loop_stop(struct loop *loop)
{
	loop->stopping = true;
}

uint64_t loop_now_us(struct loop *loop)
{
	return loop->now_us;
}

/* How long to wait: until the first timer, and no longer than @limit_ms. */
static struct timespec *wait_limit(struct loop *loop, int limit_ms, struct timespec *limit)
{
	uint64_t wait_us = limit_ms < 0 ? UINT64_MAX : (uint64_t)limit_ms * 1000;

	if (loop->timers) {
		uint64_t due_us = loop->timers->due_us;
		uint64_t first_us = due_us > loop->now_us ? due_us - loop->now_us : 0;

		if (first_us < wait_us)
			wait_us = first_us;
	}
	if (wait_us == UINT64_MAX)
		return NULL;
	limit->tv_sec = (time_t)(wait_us / 1000000);
	limit->tv_nsec = (long)(wait_us % 1000000) * 1000;
	return limit;
}

/* Microsecond waits need epoll_pwait2(), Linux 5.11; round up to milliseconds before that. */
static int wait_events(struct loop *loop, const struct timespec *limit)
{
	int count = epoll_pwait2(loop->epoll, loop->batch, LOOP_BATCH, limit, NULL);

	if (count < 0 && errno == ENOSYS) {
		int ms = limit ? (int)(limit->tv_sec * 1000 + (limit->tv_nsec + 999999) / 1000000)
			       : -1;

		count = epoll_wait(loop->epoll, loop->batch, LOOP_BATCH, ms);
	}
	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	return count;
}

static void run_descriptors(struct loop *loop, int count)
{
	loop->batch_count = count;
	for (loop->batch_next = 0; loop->batch_next < loop->batch_count;) {
		struct epoll_event *event = &loop->batch[loop->batch_next++];
		struct loop_fd *watch = event->data.ptr;

		if (watch)
			watch->ready(watch, event->events);
	}
	loop->batch_count = 0;
}

/*
 * Timers that expired by now leave the armed list before the first one runs: one that
 * arms itself again waits for the next round, so descriptors always get their turn.
 */
static void run_timers(struct loop *loop)
{
	struct loop_timer **last = &loop->due;

	while (loop->timers && loop->timers->due_us <= loop->now_us) {
		*last = loop->timers;
		loop->timers = loop->timers->next;
		last = &(*last)->next;
	}
	*last = NULL;

	while (loop->due) {
		struct loop_timer *timer = loop->due;

		loop->due = timer->next;
		timer->next = NULL;
		timer->armed = false;
		timer->expired(timer);
	}
}

int loop_run_once(struct loop *loop, int timeout_ms)
{
	struct timespec limit;
	int count;

	read_clock(loop);
	count = wait_events(loop, wait_limit(loop, timeout_ms, &limit));
	if (count < 0)
		return count;
	read_clock(loop);
	run_descriptors(loop, count);
	run_timers(loop);
	return 0;
}

int loop_run(struct loop *loop)
{
	int result = 0;

	while (!loop->stopping && !result)
		result = loop_run_once(loop, -1);
	loop->stopping = false;
	return result;
}

int loop_fd_watch(struct loop *loop, struct loop_fd *watch, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		return -errno;
	watch->loop = loop;
	watch->fd = fd;
	watch->events = events;
	return 0;
}

int loop_fd_change(struct loop_fd *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (watch->events == events)
		return 0;
	if (epoll_ctl(watch->loop->epoll, EPOLL_CTL_MOD, watch->fd, &event) < 0)
		return -errno;
	watch->events = events;
	return 0;
}

void loop_fd_forget(struct loop_fd *watch)
{
	struct loop *loop = watch->loop;

	if (!loop || watch->fd < 0)
		return;
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
	/* Its owner may be freed now, but this round's batch may still name it. */
	for (int i = loop->batch_next; i < loop->batch_count; i++) {
		if (loop->batch[i].data.ptr == watch)
			loop->batch[i].data.ptr = NULL;
	}
	watch->fd = -1;
}

void loop_timer_init(struct loop *loop, struct loop_timer *timer,
		     void (*expired)(struct loop_timer *timer), void *owner)
{
	memset(timer, 0, sizeof(*timer));
	timer->loop = loop;
	timer->expired = expired;
	timer->owner = owner;
}

static bool list_remove(struct loop_timer **list, struct loop_timer *timer)
{
	for (; *list; list = &(*list)->next) {
		if (*list == timer) {
			*list = timer->next;
			timer->next = NULL;
			return true;
		}
	}
	return false;
}

void loop_timer_cancel(struct loop_timer *timer)
{
	if (!timer->armed)
		return;
	if (!list_remove(&timer->loop->timers, timer))
		list_remove(&timer->loop->due, timer);
	timer->armed = false;
}

void loop_timer_arm(struct loop_timer *timer, uint64_t delay_us)
{
	struct loop_timer **place = &timer->loop->timers;

	loop_timer_cancel(timer);
	timer->due_us = timer->loop->now_us + delay_us;
	while (*place && (*place)->due_us <= timer->due_us)
		place = &(*place)->next;
	timer->next = *place;
	*place = timer;
	timer->armed = true;
}
