/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What driver/iosm_life.c needs of the kernel, and of the rest of the driver, in user space.
 * Included before it, in place of the headers that the Makefile makes empty.
 *
 * Each access to what threads share is a step: before it any other thread may run. Steps
 * are in one order for all, as if the processor kept it.
 */
#ifndef TESTS_UNIT_LIFE_KERNEL_H
#define TESTS_UNIT_LIFE_KERNEL_H

#include <stdio.h>

#include "iosm_user.h"
#include "../../driver/iosm_wire.h"

/* The real ones are about the whole driver; what of them is needed stands below. */
#define IOSM_H
#define IOSM_RUN_H
#define IOSM_TRACE_H

/* ---- steps; life_model.c ---- */

/* Before an access that others may see, or that sees what others did; @where may be NULL. */
void life_step(const void *where, const char *what);
/* What the running thread has seen decides what it does next. */
void life_saw(const void *value, size_t size);
u64 life_now(void);

#define READ_ONCE(x) __extension__({					\
	life_step(&(x), "reads " #x);					\
	__typeof__(x) value_ = (x);					\
	life_saw(&value_, sizeof(value_));				\
	value_; })
#define WRITE_ONCE(x, value) __extension__({				\
	life_step(&(x), "writes " #x);					\
	(x) = (value); })
#define smp_mb__before_atomic()			((void)0)
#define smp_mb__after_atomic()			((void)0)
#define smp_load_acquire(pointer)		READ_ONCE(*(pointer))
#define smp_store_release(pointer, value)	WRITE_ONCE(*(pointer), value)
#define xchg(pointer, value) __extension__({				\
	life_step(pointer, "exchanges " #pointer);			\
	__typeof__(*(pointer)) old_ = *(pointer);			\
	life_saw(&old_, sizeof(old_));					\
	*(pointer) = (value);						\
	old_; })

typedef struct {
	int counter;
} atomic_t;

#define atomic_read(v)		READ_ONCE((v)->counter)
#define atomic_read_acquire(v)	READ_ONCE((v)->counter)
#define atomic_inc(v) __extension__({					\
	life_step(v, "increments " #v);					\
	(v)->counter++; })
#define atomic_inc_return(v) __extension__({				\
	life_step(v, "increments " #v);					\
	int new_ = ++(v)->counter;					\
	life_saw(&new_, sizeof(new_));					\
	new_; })

#define BIT(nr)		(1UL << (nr))
void set_bit(unsigned int nr, unsigned long *bits);
void clear_bit(unsigned int nr, unsigned long *bits);
bool test_bit(unsigned int nr, const unsigned long *bits);

/* ---- time; a millisecond is a jiffy ---- */

#define HZ			1000
#define jiffies			((unsigned long)life_now())
#define get_jiffies_64()	life_now()
#define msecs_to_jiffies(ms)	((unsigned long)(ms))
#define jiffies64_to_msecs(j)	(j)
#define time_before64(a, b)	((int64_t)((a) - (b)) < 0)
#define div_u64(a, b)		((a) / (b))
#define clamp_t(t, v, a, b)	min_t(t, max((t)(v), (t)(a)), b)

/* ---- waiting; there is one queue ---- */

typedef struct {
	char unused;
} wait_queue_head_t;

void life_begin_wait(void);
void life_prepare_to_wait(void);
bool life_sleep(bool timed);	/* true when the time is over */
void life_finish_wait(void);
bool wq_has_sleeper(wait_queue_head_t *queue);
void wake_up_all(wait_queue_head_t *queue);

#define init_waitqueue_head(queue)	((void)(queue))
#define wait_event(queue, condition) do {				\
	life_begin_wait();						\
	for (;;) {							\
		life_prepare_to_wait();					\
		if (condition)						\
			break;						\
		life_sleep(false);					\
	}								\
	life_finish_wait();						\
} while (0)
#define wait_event_timeout(queue, condition, limit) do {		\
	(void)(limit);							\
	life_begin_wait();						\
	for (;;) {							\
		life_prepare_to_wait();					\
		if ((condition) || life_sleep(true))			\
			break;						\
	}								\
	life_finish_wait();						\
} while (0)

/* ---- work; there is one item ---- */

struct workqueue_struct;

struct work_struct {
	char unused;
};

struct delayed_work {
	struct work_struct work;
};

#define container_of(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))
#define to_delayed_work(item)	container_of(item, struct delayed_work, work)

void life_init_work(void (*function)(struct work_struct *work), struct delayed_work *item);
void mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *work, unsigned long delay);
void queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
			unsigned long delay);
void cancel_delayed_work_sync(struct delayed_work *work);

#define INIT_DELAYED_WORK(item, function)	life_init_work(function, item)
/* Any that is not NULL: no one looks into it. */
#define alloc_ordered_workqueue(...)		((struct workqueue_struct *)1)
#define destroy_workqueue(wq)			((void)(wq))

/* ---- what has no part in this ---- */

struct task_struct;

struct lockdep_map {
	char unused;
};

struct lock_class_key {
	char unused;
};

struct ratelimit_state {
	char unused;
};

struct device {
	struct kobject {
		char unused;
	} kobj;
};

enum { KOBJ_CHANGE };

#define lockdep_init_map(map, name, key, subclass)	((void)(map), (void)(key))
#define lock_map_acquire(map)		((void)(map))
#define lock_map_release(map)		((void)(map))
#define ratelimit_state_init(limit, interval, burst)	((void)(limit))
#define __ratelimit(limit)		((void)(limit), true)
#define ERR_PTR(err)			((void *)(intptr_t)(err))
#define dev_name(device)		((void)(device), "modem")

static inline void life_say(const struct device *device, const char *format, ...)
{
	(void)device;
	(void)format;
}

#define dev_err		life_say
#define dev_warn	life_say
#define dev_info	life_say

static inline void kobject_uevent_env(struct kobject *object, int action, char *envp[])
{
	(void)object;
	(void)action;
	(void)envp;
}

/* ---- the rest of the driver, as life_model.c plays it ---- */

#include "../../driver/iosm_health.h"
#include "../../driver/iosm_life.h"

struct iosm_shm {
	struct iosm_wire_device_info info;
};

struct iosm_run {
	struct iosm_shm *shm;
	const char *failure;
	bool suspended;
};

struct iosm_dev {
	struct device device;
	struct iosm_life life;
	struct iosm_run *run;
};

static inline struct device *iosm_device(struct iosm_dev *iosm)
{
	return &iosm->device;
}

#define trace_iosm_state(iosm, state)	((void)(state))

u32 iosm_mmio_stage(struct iosm_dev *iosm);
u32 iosm_mmio_ipc_status(struct iosm_dev *iosm);
bool iosm_mmio_present(struct iosm_dev *iosm);
bool iosm_power_rises(struct iosm_dev *iosm);
bool iosm_run_settle(struct iosm_dev *iosm);
int iosm_run_start(struct iosm_dev *iosm);
void iosm_run_stop(struct iosm_dev *iosm, bool orderly);
void iosm_run_check(struct iosm_run *run);
bool iosm_run_dead(const struct iosm_run *run);

#endif /* TESTS_UNIT_LIFE_KERNEL_H */
