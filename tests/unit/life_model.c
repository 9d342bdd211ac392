// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The world around the driver's life state machine: threads as contexts of this process, the
 * kernel's wait queue and work item, and the rest of the driver as far as it matters.
 */
#include "life_model.h"

#include <stdlib.h>
#include <ucontext.h>

#include "../../driver/iosm_reset.h"

#define STACK_BYTES	(12 * 1024)

/* Looks that are not at once, in one story. */
#define TIMERS_MAX	4

enum thread_state {
	THREAD_READY,
	THREAD_ASLEEP,		/* until woken */
	THREAD_ASLEEP_TIMED,	/* or until its time is over */
	THREAD_IDLE,		/* the worker without work */
	THREAD_WAITS,		/* for may_go() */
	THREAD_DONE,
};

/* Of a thread all that decides what it does next: it is the same with the same @seen. */
struct thread {
	enum thread_state state;
	bool queued;		/* is in the wait queue */
	bool woken;
	bool timed_out;
	bool between;		/* two actions */
	u64 seen;
	u64 seen_before;	/* it began to wait */
};

/* What steps read and write. Compared as bytes. */
struct shared {
	struct iosm_dev iosm;
	struct iosm_run run;
	struct iosm_shm shm;
	struct thread threads[LIFE_THREADS];
	u64 now;
	u64 timer_at;
	u64 error_since;
	unsigned int timers;
	bool timer;
	bool pending;
	bool runs;		/* the worker is in its function */
	bool destroyed;
	bool online;
	bool frozen;		/* iosm_life_freeze() has returned */
	unsigned long held;	/* iosm_life_hold() has returned */
	unsigned int users;	/* of the run; it is not freed before they have gone */
};

/* One there is; others are copies of it, to return to. */
struct life_world {
	struct shared shared;
	const char *failure;
	const char *next[LIFE_THREADS];
	bool (*may_go[LIFE_THREADS])(void);
	ucontext_t contexts[LIFE_THREADS];
	size_t used[LIFE_THREADS];	/* bytes of its stack, from its end */
	char frames[];			/* these bytes, in a copy */
};

static struct life_world now;
static struct shared * const world = &now.shared;
static char stacks[LIFE_THREADS][STACK_BYTES] __attribute__((aligned(64)));

static struct {
	const struct life_story *story;
	enum life_fault fault;
	bool freezes;		/* somebody does in this story */
	void (*work)(struct work_struct *work);
	ucontext_t scheduler;
	unsigned int current;
	bool inside;		/* a thread runs, not the explorer */
} life;

static void fail(const char *what)
{
	if (!now.failure)
		now.failure = what;
}

static void expect(bool so, const char *otherwise)
{
	if (!so)
		fail(otherwise);
}

/* ---- threads ---- */

static struct thread *this_thread(void)
{
	return &world->threads[life.current];
}

static u64 mix(u64 hash, const void *value, size_t size)
{
	const uint8_t *bytes = value;
	u64 word;

	for (size_t i = 0; i < size; i += sizeof(word)) {
		word = 0;
		memcpy(&word, bytes + i, min(size - i, sizeof(word)));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return hash;
}

/* Where a thread is follows from where it has been and from what it saw there. */
static void leave(enum thread_state state, const char *next)
{
	this_thread()->state = state;
	this_thread()->seen = mix(this_thread()->seen, &next, sizeof(next));
	now.next[life.current] = next;
	/* Of this function there is less than that. */
	now.used[life.current] = stacks[life.current] + STACK_BYTES -
				 (char *)__builtin_frame_address(0) + 512;
	swapcontext(&now.contexts[life.current], &life.scheduler);
}

/* Only the worker knows these, or nobody changes them in this story. */
static bool is_private(const void *where)
{
	const struct iosm_life *state = &world->iosm.life;

	return where == &state->state || where == &state->pardon ||
	       (where == &state->frozen && !life.freezes);
}

void life_step(const void *where, const char *what)
{
	if (life.inside && !is_private(where))
		leave(THREAD_READY, what);
}

void life_saw(const void *value, size_t size)
{
	if (life.inside)
		this_thread()->seen = mix(this_thread()->seen, value, size);
}

static void wait_until(bool (*may_go)(void), const char *what)
{
	now.may_go[life.current] = may_go;
	leave(THREAD_WAITS, what);
}

u64 life_now(void)
{
	life_step(NULL, "looks at the clock");
	life_saw(&world->now, sizeof(world->now));
	return world->now;
}

/* ---- bits ---- */

void set_bit(unsigned int nr, unsigned long *bits)
{
	life_step(NULL, "sets a bit of holds");
	if (life.fault != LIFE_FAULT_NO_HOLD)
		*bits |= BIT(nr);
}

void clear_bit(unsigned int nr, unsigned long *bits)
{
	life_step(NULL, "clears a bit of holds");
	if (world->held & BIT(nr))
		expect(world->now >= world->error_since + 180000,
		       "the hold for an error ends before its time");
	*bits &= ~BIT(nr);
	world->held &= *bits;
}

bool test_bit(unsigned int nr, const unsigned long *bits)
{
	return READ_ONCE(*bits) & BIT(nr);
}

/* ---- the wait queue ---- */

/* A wait remembers nothing of its rounds. */
void life_begin_wait(void)
{
	this_thread()->seen_before = this_thread()->seen;
}

void life_prepare_to_wait(void)
{
	this_thread()->seen = this_thread()->seen_before;
	life_step(NULL, "queues itself to wait");
	this_thread()->queued = true;
	this_thread()->woken = false;
}

bool life_sleep(bool timed)
{
	leave(timed ? THREAD_ASLEEP_TIMED : THREAD_ASLEEP, "wakes up");
	return this_thread()->timed_out;
}

void life_finish_wait(void)
{
	this_thread()->seen = this_thread()->seen_before;
	this_thread()->seen_before = 0;
	this_thread()->queued = false;
	this_thread()->woken = false;
	this_thread()->timed_out = false;
}

bool wq_has_sleeper(wait_queue_head_t *queue)
{
	bool any = false;

	(void)queue;
	life_step(NULL, "looks for sleepers");
	for (unsigned int i = 0; i < LIFE_THREADS; i++)
		any |= world->threads[i].queued;
	life_saw(&any, sizeof(any));
	return any;
}

void wake_up_all(wait_queue_head_t *queue)
{
	(void)queue;
	life_step(NULL, "wakes all sleepers");
	for (unsigned int i = 0; i < LIFE_THREADS; i++) {
		if (!world->threads[i].queued || life.fault == LIFE_FAULT_NO_WAKE)
			continue;
		world->threads[i].woken = true;
		world->threads[i].queued = false;
	}
}

/* ---- the work item ---- */

void life_init_work(void (*function)(struct work_struct *work), struct delayed_work *item)
{
	(void)item;
	life.work = function;
}

static void queue(unsigned long delay)
{
	world->timer = delay && life.fault != LIFE_FAULT_NO_TIMER;
	world->timer_at = world->timer ? world->now + delay : 0;
	world->pending = !delay;
}

void mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *work, unsigned long delay)
{
	(void)wq;
	(void)work;
	life_step(NULL, "queues the work anew");
	if (life.fault != LIFE_FAULT_KICK_LOST || !world->runs)
		queue(delay);
}

void queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
			unsigned long delay)
{
	(void)wq;
	(void)work;
	life_step(NULL, "queues the work");
	if ((!world->pending && !world->timer) || life.fault == LIFE_FAULT_LOOK_FIRST)
		queue(delay);
}

static bool worker_rests(void)
{
	return !world->runs;
}

void cancel_delayed_work_sync(struct delayed_work *work)
{
	(void)work;
	life_step(NULL, "takes the work from its queue");
	world->pending = false;
	world->timer = false;
	world->timer_at = 0;
	wait_until(worker_rests, "has waited for the worker");
}

/* Read by it without a step. */
static u64 what_worker_owns(void)
{
	const struct iosm_life *state = &world->iosm.life;
	u64 owned[] = {
		world->now, (uintptr_t)world->iosm.run, state->state, state->stage, state->since,
		state->not_before, state->short_runs, state->failures, state->resets,
	};

	return mix(0, owned, sizeof(owned));
}

static void worker_thread(void)
{
	for (;;) {
		leave(THREAD_IDLE, "begins");
		expect(!world->destroyed, "the worker runs behind its end");
		world->pending = false;
		world->runs = true;
		this_thread()->seen = what_worker_owns();
		life.work(&world->iosm.life.work.work);
		life_step(NULL, "ends");
		world->runs = false;
		this_thread()->seen = 0;
	}
}

/* ---- the rest of the driver ---- */

u32 iosm_mmio_stage(struct iosm_dev *iosm)
{
	(void)iosm;
	return IOSM_STAGE_RUN;
}

u32 iosm_mmio_ipc_status(struct iosm_dev *iosm)
{
	(void)iosm;
	return world->online ? IOSM_IPC_RUNNING : IOSM_IPC_UNINIT;
}

bool iosm_mmio_present(struct iosm_dev *iosm)
{
	(void)iosm;
	return true;
}

bool iosm_power_rises(struct iosm_dev *iosm)
{
	(void)iosm;
	return false;
}

bool iosm_run_settle(struct iosm_dev *iosm)
{
	(void)iosm;
	return true;
}

static void expect_wanted(void)
{
	expect(!world->held, "a start while the modem is held down");
	expect(!world->frozen, "a start while the system sleeps");
}

static bool no_users(void)
{
	return !world->users;
}

void iosm_run_stop(struct iosm_dev *iosm, bool orderly)
{
	(void)orderly;
	life_step(NULL, "stops the run");
	expect(!world->frozen || iosm->life.holds, "a run ends while the system sleeps");
	world->online = false;
	iosm->run = NULL;
	wait_until(no_users, "frees the run");
	memset(&world->run, 0, sizeof(world->run));
	memset(&world->shm, 0, sizeof(world->shm));
}

/* As iosm_boot_wait() does, with a modem that needs two looks. */
int iosm_run_start(struct iosm_dev *iosm)
{
	u64 seen = this_thread()->seen;

	life_step(NULL, "makes a run");
	expect_wanted();
	world->run.shm = &world->shm;
	iosm->run = &world->run;
	for (unsigned int looks = 0; looks < 2; looks++) {
		int kicks = iosm_life_kicks(iosm);

		if (!iosm_life_wanted(iosm)) {
			iosm_run_stop(iosm, true);
			return -EINTR;
		}
		if (looks == 0)
			iosm_life_wait(iosm, kicks, 20, false);
		expect_wanted();
		/* Nothing of this round is known in the next. */
		this_thread()->seen = mix(seen, &looks, sizeof(looks));
	}
	world->online = true;
	world->shm.info.stage = cpu_to_le32(IOSM_STAGE_RUN);
	world->shm.info.ipc_status = cpu_to_le32(IOSM_IPC_RUNNING);
	return 0;
}

void iosm_run_check(struct iosm_run *run)
{
	(void)run;
}

bool iosm_run_dead(const struct iosm_run *run)
{
	(void)run;
	return false;
}

bool iosm_health_report(struct iosm_dev *iosm, const char *what)
{
	(void)iosm;
	(void)what;
	return true;
}

void iosm_health_spend(struct iosm_dev *iosm)
{
	(void)iosm;
}

void iosm_health_restored(struct iosm_dev *iosm)
{
	(void)iosm;
}

int iosm_reset(struct iosm_dev *iosm, unsigned int attempt)
{
	(void)iosm;
	(void)attempt;
	life_step(NULL, "resets the modem");
	expect_wanted();
	return 0;
}

bool iosm_reset_reaches(struct iosm_dev *iosm)
{
	(void)iosm;
	return true;
}

/* ---- those who are not the worker ---- */

static void do_hold(enum iosm_hold why)
{
	/* One that comes to its limit now may end until this one has returned. */
	world->held &= ~BIT(why);
	if (why == IOSM_HOLD_ERROR)
		world->error_since = world->now;
	iosm_life_hold(&world->iosm, why);
	world->held |= BIT(why);
	expect(!world->iosm.run && !world->online, "held down, and there is a run");
}

static void do_release(enum iosm_hold why)
{
	life_step(NULL, "is about to release");
	world->held &= ~BIT(why);
	iosm_life_release(&world->iosm, why);
}

/* iosm_run_fail(): by the poll, a timer or a port, all of which the run's end waits for. */
static void do_fail(void)
{
	life_step(NULL, "finds a failure of the run");
	if (!world->iosm.run)
		return;
	world->users++;
	WRITE_ONCE(world->run.failure, "it failed");
	iosm_life_kick(&world->iosm);
	life_step(NULL, "has told of the failure");
	world->users--;
}

static bool error_over(void)
{
	return !(world->iosm.life.holds & BIT(IOSM_HOLD_ERROR));
}

static void do_action(const struct life_action *action)
{
	switch (action->op) {
	case LIFE_HOLD:
		do_hold(action->why);
		break;
	case LIFE_RELEASE:
		do_release(action->why);
		break;
	case LIFE_FREEZE:
		iosm_life_freeze(&world->iosm);
		world->frozen = true;
		break;
	case LIFE_THAW:
		world->frozen = false;
		iosm_life_thaw(&world->iosm);
		break;
	case LIFE_FAIL:
		do_fail();
		break;
	case LIFE_KICK:
		iosm_life_kick(&world->iosm);
		break;
	case LIFE_INTERRUPT:
		iosm_life_interrupt(&world->iosm);
		break;
	case LIFE_SECOND:
		life_step(NULL, "a second passes");
		world->now += 1000;
		break;
	case LIFE_LIMIT:
		wait_until(error_over, "sees that the hold for an error has ended");
		break;
	case LIFE_DESTROY:
		iosm_life_destroy(&world->iosm);
		world->destroyed = true;
		break;
	case LIFE_END:
		break;
	}
}

static void user_thread(void)
{
	const struct life_action *action = life.story->users[life.current];

	for (; action->op != LIFE_END; action++) {
		/* One action does not know what another has seen. */
		this_thread()->seen = mix(0, &action, sizeof(action));
		this_thread()->between = true;
		life_step(NULL, "goes on");
		this_thread()->between = false;
		do_action(action);
	}
	leave(THREAD_DONE, "nothing");
}

/* ---- for the explorer ---- */

static void begin_thread(unsigned int number, void (*function)(void))
{
	ucontext_t *context = &now.contexts[number];

	getcontext(context);
	context->uc_stack.ss_sp = stacks[number];
	context->uc_stack.ss_size = STACK_BYTES;
	context->uc_link = NULL;
	makecontext(context, function, 0);
	/* makecontext() has put something there. */
	now.used[number] = 512;
	now.next[number] = "begins";
}

/**
 * life_begin() - a new world at the begin of a story
 */
void life_begin(const struct life_story *story, enum life_fault fault)
{
	memset(&now, 0, sizeof(now));
	life.story = story;
	life.fault = fault;
	life.freezes = false;
	for (unsigned int i = 0; i < LIFE_USERS * LIFE_ACTIONS; i++)
		life.freezes |= story->users[i / LIFE_ACTIONS][i % LIFE_ACTIONS].op == LIFE_FREEZE;
	life.inside = false;
	iosm_life_init(&world->iosm);
	iosm_life_release(&world->iosm, IOSM_HOLD_UNBOUND);
	for (unsigned int i = 0; i < LIFE_USERS; i++)
		begin_thread(i, user_thread);
	begin_thread(LIFE_WORKER, worker_thread);
	/* To where it has no work. */
	life_move(LIFE_WORKER);
}

/**
 * life_keep() - a copy of the world, to be freed
 */
struct life_world *life_keep(void)
{
	size_t size = sizeof(now), at = 0;
	struct life_world *kept;

	for (unsigned int i = 0; i < LIFE_THREADS; i++)
		size += now.used[i];
	kept = malloc(size);
	if (!kept)
		abort();
	memcpy(kept, &now, sizeof(now));
	for (unsigned int i = 0; i < LIFE_THREADS; at += now.used[i++])
		memcpy(kept->frames + at, stacks[i] + STACK_BYTES - now.used[i], now.used[i]);
	return kept;
}

/**
 * life_return() - to where a copy was made
 */
void life_return(const struct life_world *kept)
{
	size_t at = 0;

	memcpy(&now, kept, sizeof(now));
	for (unsigned int i = 0; i < LIFE_THREADS; at += now.used[i++])
		memcpy(stacks[i] + STACK_BYTES - now.used[i], kept->frames + at, now.used[i]);
}

/* Nobody takes minutes for a step. */
static bool minutes_may_pass(void)
{
	for (unsigned int i = 0; i < LIFE_USERS; i++)
		if (life_can(i) && !world->threads[i].between)
			return false;
	return !life_can(LIFE_WORKER) && !life_can(LIFE_TIMEOUT);
}

static bool time_may_pass(void)
{
	if (!world->timer || world->timers == TIMERS_MAX)
		return false;
	return world->timer_at < world->now + 60000 || minutes_may_pass();
}

/**
 * life_can() - may this happen next?
 */
bool life_can(unsigned int move)
{
	const struct thread *thread;

	if (move == LIFE_TIMER)
		return time_may_pass();
	if (move == LIFE_TIMEOUT) {
		thread = &world->threads[LIFE_WORKER];
		return thread->state == THREAD_ASLEEP_TIMED && !thread->woken;
	}
	thread = &world->threads[move];
	switch (thread->state) {
	case THREAD_READY:
		return true;
	case THREAD_ASLEEP:
	case THREAD_ASLEEP_TIMED:
		return thread->woken;
	case THREAD_IDLE:
		return world->pending;
	case THREAD_WAITS:
		return now.may_go[move]();
	case THREAD_DONE:
		break;
	}
	return false;
}

static void run_thread(unsigned int number)
{
	life.current = number;
	life.inside = true;
	swapcontext(&life.scheduler, &now.contexts[number]);
	life.inside = false;
}

/**
 * life_move() - it happens
 *
 * Returns what for people.
 */
const char *life_move(unsigned int move)
{
	const char *what;

	if (move == LIFE_TIMER) {
		world->now = max(world->now, world->timer_at);
		world->timer = false;
		world->timer_at = 0;
		world->pending = true;
		world->timers++;
		return "time passes until the next look";
	}
	if (move == LIFE_TIMEOUT) {
		world->threads[LIFE_WORKER].timed_out = true;
		run_thread(LIFE_WORKER);
		return "wakes up, as the time is over";
	}
	what = now.next[move];
	run_thread(move);
	return what;
}

/**
 * life_key() - worlds with the same key have the same futures
 */
u64 life_key(void)
{
	return mix(14695981039346656037ULL, world, sizeof(*world));
}

/**
 * life_failure() - what went wrong in this world, or NULL
 */
const char *life_failure(void)
{
	return now.failure;
}

/**
 * life_unfinished() - what is wrong with a world in which nothing happens but by time
 *
 * A wait that only its time limit ends was not woken by whom it waits for.
 */
const char *life_unfinished(void)
{
	const struct iosm_life *state = &world->iosm.life;

	for (unsigned int i = 0; i < LIFE_USERS; i++) {
		if (world->threads[i].state == THREAD_DONE)
			continue;
		if (world->threads[i].state == THREAD_WAITS && world->timer)
			continue;
		return "who holds the modem down waits for ever, or for the time to pass";
	}
	if (world->threads[LIFE_WORKER].state != THREAD_IDLE)
		return state->holds || state->frozen ? "the worker does not hear that it shall end" : NULL;
	if (world->destroyed)
		return NULL;
	if (state->holds == BIT(IOSM_HOLD_ERROR) && !world->timer)
		return "nothing will end the hold for an error";
	if (state->holds || state->frozen)
		return NULL;
	if (world->run.failure)
		return "the worker was told of a failure, and does not look";
	if (!world->online && !((state->failures || state->resets) && world->timer))
		return "nobody holds the modem down, and nobody starts it";
	return NULL;
}
