/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of the modem: one state machine, one worker.
 */
#ifndef IOSM_LIFE_H
#define IOSM_LIFE_H

#include <linux/lockdep.h>
#include <linux/ratelimit.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct iosm_dev;

/**
 * enum iosm_state - where the modem is
 * @IOSM_STATE_DOWN: not in use
 * @IOSM_STATE_ROM: boot ROM, or the modem boots from its own flash
 * @IOSM_STATE_STARTING: stage RUN, IPC coming up
 * @IOSM_STATE_RUNNING: ports and network devices exist
 * @IOSM_STATE_FLASHING: a boot loader runs
 * @IOSM_STATE_CRASHED: firmware crashed
 * @IOSM_STATE_DUMP_READY: firmware crashed, its core dump can be fetched
 * @IOSM_STATE_GONE: the function does not answer
 */
enum iosm_state {
	IOSM_STATE_DOWN,
	IOSM_STATE_ROM,
	IOSM_STATE_STARTING,
	IOSM_STATE_RUNNING,
	IOSM_STATE_FLASHING,
	IOSM_STATE_CRASHED,
	IOSM_STATE_DUMP_READY,
	IOSM_STATE_GONE,
};

/**
 * enum iosm_hold - who wants the modem down
 * @IOSM_HOLD_UNBOUND: the driver is not bound yet, or no more
 * @IOSM_HOLD_RESET: the PCI core resets the function
 * @IOSM_HOLD_ERROR: the PCI core recovers from a bus error
 * @IOSM_HOLD_HIBERNATION: an image of memory is made or restored
 */
enum iosm_hold {
	IOSM_HOLD_UNBOUND,
	IOSM_HOLD_RESET,
	IOSM_HOLD_ERROR,
	IOSM_HOLD_HIBERNATION,
};

/**
 * struct iosm_life - state machine
 * @wq: ordered queue of @work
 * @work: the one worker; also the timer of its next look at the modem
 * @obeying: for lockdep: held by the worker, taken by who waits for it
 * @wait: woken by interrupts, kicks and the worker's end; the worker sleeps on it, and who
 *	waits for the worker
 * @kicks: number of interrupts and kicks; a sleeper compares
 * @asked: number of changes of @holds and @frozen that somebody waits for
 * @obeyed: @asked as the worker saw it when it last began, written when it ends
 * @state: written by the worker
 * @holds: bits of &enum iosm_hold; the modem shall be up when there are none
 * @frozen: the system sleeps; the worker neither makes nor ends a run, unless told
 *	to by @holds
 * @resetter: task that resets the function on behalf of the worker, or NULL
 * @news: limits messages and uevents of a modem that changes all the time
 * @stage: execution stage at the last look without a run; owned by the worker
 * @since: 64-bit jiffies at which @state was entered; owned by the worker
 * @error_until: jiffies at which %IOSM_HOLD_ERROR ends by itself; written by who holds
 * @not_before: 64-bit jiffies before which no start is tried; owned by the worker
 * @short_runs: runs in a row that ended by themselves before they lasted; owned by
 *	the worker
 * @failures: runs and starts in a row that ended badly; owned by the worker
 * @resets: resets since the last run that lasted; owned by the worker
 * @left: it failed, and a reset was not allowed; owned by the worker
 * @pardon: @resets and @failures shall be forgotten: somebody else has done something
 */
struct iosm_life {
	struct workqueue_struct *wq;
	struct delayed_work work;
	struct lockdep_map obeying;
	wait_queue_head_t wait;
	atomic_t kicks;
	atomic_t asked;
	int obeyed;
	enum iosm_state state;
	unsigned long holds;
	bool frozen;
	struct task_struct *resetter;
	struct ratelimit_state news;
	u32 stage;
	u64 since;
	unsigned long error_until;
	u64 not_before;
	unsigned int short_runs;
	unsigned int failures;
	unsigned int resets;
	bool left;
	bool pardon;
};

int iosm_life_init(struct iosm_dev *iosm);
void iosm_life_destroy(struct iosm_dev *iosm);
void iosm_life_forbid(struct iosm_dev *iosm, enum iosm_hold why);
void iosm_life_hold(struct iosm_dev *iosm, enum iosm_hold why);
void iosm_life_release(struct iosm_dev *iosm, enum iosm_hold why);
void iosm_life_freeze(struct iosm_dev *iosm);
void iosm_life_thaw(struct iosm_dev *iosm);
void iosm_life_pardon(struct iosm_dev *iosm);
void iosm_life_kick(struct iosm_dev *iosm);
void iosm_life_interrupt(struct iosm_dev *iosm);
bool iosm_life_wanted(const struct iosm_dev *iosm);
int iosm_life_kicks(const struct iosm_dev *iosm);
void iosm_life_wait(struct iosm_dev *iosm, int kicks, unsigned int ms,
		    bool leaving);
void iosm_life_uevent(struct iosm_dev *iosm, const char *text);

#endif /* IOSM_LIFE_H */
