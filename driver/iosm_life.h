/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of the modem: one state machine, one worker.
 */
#ifndef IOSM_LIFE_H
#define IOSM_LIFE_H

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
 * struct iosm_life - state machine
 * @wq: ordered queue of @work
 * @work: the one worker; also the timer of its next look at the modem
 * @wait: woken by interrupts, kicks and a change of @wanted
 * @kicks: number of interrupts and kicks; a sleeper compares
 * @state: written by the worker
 * @wanted: the modem shall be up; written by probe, remove and power management
 * @since: jiffies at which @state was entered; owned by the worker
 * @not_before: jiffies before which no start is tried; owned by the worker
 * @failures: runs in a row that ended badly; owned by the worker
 */
struct iosm_life {
	struct workqueue_struct *wq;
	struct delayed_work work;
	wait_queue_head_t wait;
	atomic_t kicks;
	enum iosm_state state;
	bool wanted;
	unsigned long since;
	unsigned long not_before;
	unsigned int failures;
};

int iosm_life_init(struct iosm_dev *iosm);
void iosm_life_destroy(struct iosm_dev *iosm);
void iosm_life_start(struct iosm_dev *iosm);
void iosm_life_stop(struct iosm_dev *iosm);
void iosm_life_kick(struct iosm_dev *iosm);
void iosm_life_interrupt(struct iosm_dev *iosm);
bool iosm_life_wanted(const struct iosm_dev *iosm);
void iosm_life_wait(struct iosm_dev *iosm, unsigned int ms, bool leaving);
void iosm_life_uevent(struct iosm_dev *iosm, const char *text);

#endif /* IOSM_LIFE_H */
