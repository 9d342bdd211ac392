/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: file descriptors, timers and deferred calls of one thread.
 *
 * Nothing else in the virtual modem waits. All callbacks run on the loop's
 * thread, one at a time, so no structure of the modem needs a lock.
 */
#ifndef VMODEM_LOOP_H
#define VMODEM_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

/** loop_new() - make a loop. Returns NULL with errno set when the kernel refuses. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);
/** loop_set_clock() - take the time from *@clock_us from now on: for tests that must not depend on it. */
void loop_set_clock(struct loop *loop, const uint64_t *clock_us);

/**
 * loop_run() - dispatch events until loop_stop() is called.
 *
 * Returns 0, or a negative errno when waiting itself failed.
 */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/** loop_run_once() - dispatch what is due; wait at most @timeout_ms for it (-1: no limit, 0: poll). */
int loop_run_once(struct loop *loop, int timeout_ms);

/** loop_now_us() - monotonic time in microseconds, read at the start of the running callback. */
uint64_t loop_now_us(struct loop *loop);

/* A descriptor that is watched; embedded in its owner. */
struct loop_fd {
	struct loop *loop;
	int fd;			/* -1: not watched */
	uint32_t events;	/* EPOLLIN, EPOLLOUT */
	void (*ready)(struct loop_fd *watch, uint32_t events);
	void *owner;
};

/** loop_fd_watch() - call watch->ready when any of @events happens. Returns 0 or a negative errno. */
int loop_fd_watch(struct loop *loop, struct loop_fd *watch, int fd, uint32_t events);
int loop_fd_change(struct loop_fd *watch, uint32_t events);
/** loop_fd_forget() - stop watching; does not close the descriptor. Safe from inside the callback. */
void loop_fd_forget(struct loop_fd *watch);

/* A one-shot timer; embedded in its owner, zeroed before the first use. */
struct loop_timer {
	struct loop *loop;
	uint64_t due_us;
	bool armed;
	void (*expired)(struct loop_timer *timer);
	void *owner;
	struct loop_timer *next;	/* private to loop.c */
};

void loop_timer_init(struct loop *loop, struct loop_timer *timer,
		     void (*expired)(struct loop_timer *timer), void *owner);
/** loop_timer_arm() - expire @delay_us from now; arming again moves the expiry. 0: in the next round. */
void loop_timer_arm(struct loop_timer *timer, uint64_t delay_us);
void loop_timer_cancel(struct loop_timer *timer);

#endif /* VMODEM_LOOP_H */
