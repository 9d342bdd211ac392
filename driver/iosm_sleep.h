/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device sleep: the handshake by which the modem powers its link down, and the
 * head doorbell, which must never reach a sleeping modem.
 */
#ifndef IOSM_SLEEP_H
#define IOSM_SLEEP_H

#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>

#include "iosm_sleep_steps.h"
#include "iosm_wire.h"

struct iosm_run;

/**
 * struct iosm_sleep - power state of the modem's side of the link
 * @lock: protects all members; innermost lock of the driver
 * @steps: state of the handshake
 * @unanswered: wake-up requests in a row that the modem did not answer
 * @retry: repeats the wake-up request
 */
struct iosm_sleep {
	spinlock_t lock; /* everybody who rings, and the poll */
	struct iosm_sleep_steps steps;
	unsigned int unanswered;
	struct timer_list retry;
};

void iosm_sleep_init(struct iosm_sleep *sleep);
void iosm_sleep_stop(struct iosm_sleep *sleep);
void iosm_sleep_ring(struct iosm_run *run, enum iosm_hp_ident ident);
int iosm_sleep_wake(struct iosm_run *run, enum iosm_hp_ident ident);
void iosm_sleep_suspend(struct iosm_run *run);
void iosm_sleep_resume(struct iosm_run *run);
void iosm_sleep_force(struct iosm_run *run);
void iosm_sleep_force_end(struct iosm_run *run);
void iosm_sleep_notified(struct iosm_run *run, u32 notification);

#endif /* IOSM_SLEEP_H */
