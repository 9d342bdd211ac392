// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device sleep: one small object with one lock stands between everybody who wants
 * the head doorbell and the modem, which may sleep.
 */
#include "iosm_sleep.h"

#include <linux/jiffies.h>

#include "iosm.h"
#include "iosm_run.h"
#include "iosm_trace.h"

/* A modem wakes up within some milliseconds; 500 ms are its limit. */
#define IOSM_SLEEP_RETRY_MS	100
#define IOSM_SLEEP_RETRIES	5
#define IOSM_SLEEP_WAKE_MS	(IOSM_SLEEP_RETRY_MS * (IOSM_SLEEP_RETRIES + 1))

static void iosm_sleep_retry(struct timer_list *timer);

/**
 * iosm_sleep_init() - a modem that has just started is awake
 * @sleep: to initialise
 *
 * Context: Process.
 */
void iosm_sleep_init(struct iosm_sleep *sleep)
{
	spin_lock_init(&sleep->lock);
	timer_setup(&sleep->retry, iosm_sleep_retry, 0);
	sleep->steps = (struct iosm_sleep_steps){};
}

/**
 * iosm_sleep_stop() - nobody waits for the modem to wake up any more
 * @sleep: of a dead run
 *
 * Context: Process, may sleep.
 */
void iosm_sleep_stop(struct iosm_sleep *sleep)
{
	timer_shutdown_sync(&sleep->retry);
}

static void iosm_sleep_do(struct iosm_run *run, enum iosm_sleep_action action,
			  enum iosm_hp_ident ident)
{
	struct iosm_dev *iosm = run->iosm;

	lockdep_assert_held(&run->sleep.lock);
	/* A doorbell in the boot stage kills the modem. */
	if (iosm_run_dead(run))
		return;

	switch (action) {
	case IOSM_SLEEP_DO_NOTHING:
		break;
	case IOSM_SLEEP_DO_RING:
		iosm_mmio_ring(iosm, IOSM_DOORBELL_HP, ident);
		break;
	case IOSM_SLEEP_DO_WAKE:
		iosm_count(iosm, IOSM_CNT_WAKE_REQUESTS);
		iosm_mmio_ring(iosm, IOSM_DOORBELL_SLEEP, IOSM_SLEEP_WAKE);
		mod_timer(&run->sleep.retry,
			  jiffies + msecs_to_jiffies(IOSM_SLEEP_RETRY_MS));
		break;
	case IOSM_SLEEP_DO_ACK_SLEEP:
		iosm_count(iosm, IOSM_CNT_DEVICE_SLEEPS);
		iosm_mmio_ring(iosm, IOSM_DOORBELL_SLEEP, IOSM_SLEEP_ACK_SLEEP);
		break;
	case IOSM_SLEEP_DO_ACK_ACTIVE:
		iosm_mmio_ring(iosm, IOSM_DOORBELL_SLEEP, IOSM_SLEEP_ACK_ACTIVE);
		break;
	case IOSM_SLEEP_DO_ACK_ACTIVE_RING:
		iosm_mmio_ring(iosm, IOSM_DOORBELL_SLEEP, IOSM_SLEEP_ACK_ACTIVE);
		iosm_mmio_ring(iosm, IOSM_DOORBELL_HP, IOSM_HP_WAKE);
		break;
	case IOSM_SLEEP_DO_FORCE_SLEEP:
		iosm_mmio_ring(iosm, IOSM_DOORBELL_SLEEP,
			       IOSM_SLEEP_FORCE_SLEEP);
		break;
	case IOSM_SLEEP_DO_FORCE_ACTIVE:
		iosm_mmio_ring(iosm, IOSM_DOORBELL_SLEEP,
			       IOSM_SLEEP_FORCE_ACTIVE);
		iosm_mmio_ring(iosm, IOSM_DOORBELL_HP, IOSM_HP_WAKE);
		break;
	}
}

static void iosm_sleep_event(struct iosm_run *run, enum iosm_sleep_event event,
			     enum iosm_hp_ident ident)
{
	lockdep_assert_held(&run->sleep.lock);
	iosm_sleep_do(run, iosm_sleep_step(&run->sleep.steps, event), ident);
}

static void iosm_sleep_retry(struct timer_list *timer)
{
	struct iosm_sleep *sleep =
		container_of(timer, struct iosm_sleep, retry);
	struct iosm_run *run = container_of(sleep, struct iosm_run, sleep);
	unsigned int unanswered = 0;

	/* Its answer may stand there, and only its interrupt be lost. */
	napi_schedule(&run->iosm->napi);
	spin_lock(&sleep->lock);
	if (!iosm_run_dead(run) && sleep->steps.waking) {
		unanswered = ++sleep->unanswered;
		if (unanswered <= IOSM_SLEEP_RETRIES)
			iosm_sleep_event(run, IOSM_SLEEP_EV_NO_ANSWER,
					 IOSM_HP_WAKE);
	}
	spin_unlock(&sleep->lock);

	if (unanswered > IOSM_SLEEP_RETRIES)
		iosm_run_fail(run, "it does not wake up");
}

/**
 * iosm_sleep_ring() - ring the head doorbell, waking the modem first if it sleeps
 * @run: run of the modem
 * @ident: who rings
 *
 * What the doorbell announces must have been published before.
 *
 * Context: Process or softirq.
 */
void iosm_sleep_ring(struct iosm_run *run, enum iosm_hp_ident ident)
{
	struct iosm_sleep *sleep = &run->sleep;

	spin_lock_bh(&sleep->lock);
	iosm_sleep_event(run, ident == IOSM_HP_MSG ? IOSM_SLEEP_EV_RING_MSG :
						     IOSM_SLEEP_EV_RING, ident);
	spin_unlock_bh(&sleep->lock);
}

static bool iosm_sleep_awake(struct iosm_run *run)
{
	struct iosm_sleep *sleep = &run->sleep;
	bool awake;

	spin_lock_bh(&sleep->lock);
	awake = !sleep->steps.asleep;
	spin_unlock_bh(&sleep->lock);
	return awake;
}

/* It may have found nothing to do and sleep again before the waiter looks. */
static bool iosm_sleep_woke(struct iosm_run *run)
{
	struct iosm_sleep *sleep = &run->sleep;
	bool woke;

	spin_lock_bh(&sleep->lock);
	woke = !sleep->steps.asleep || !sleep->steps.waking;
	spin_unlock_bh(&sleep->lock);
	return woke;
}

/**
 * iosm_sleep_wake() - have the modem awake
 * @run: run of the modem
 * @ident: IOSM_HP_MSG wakes it even when the system goes to sleep; for another one it
 *	is left asleep then
 *
 * It may fall asleep again as soon as it has nothing to do; the doorbell of what the
 * caller has for it wakes it again then.
 *
 * Context: Process, may sleep up to IOSM_SLEEP_WAKE_MS.
 * Return: 0; -ETIMEDOUT when it does not wake up; -ENODEV when the run is dead.
 */
int iosm_sleep_wake(struct iosm_run *run, enum iosm_hp_ident ident)
{
	if (iosm_sleep_awake(run))
		return 0;
	iosm_sleep_ring(run, ident);
	wait_event_timeout(run->wait,
			   iosm_sleep_woke(run) || iosm_run_dead(run),
			   msecs_to_jiffies(IOSM_SLEEP_WAKE_MS));
	if (iosm_run_dead(run))
		return -ENODEV;
	return iosm_sleep_woke(run) ? 0 : -ETIMEDOUT;
}

/**
 * iosm_sleep_suspend() - hold back all head doorbells but those of messages
 * @run: run of the modem
 *
 * Context: Process.
 */
void iosm_sleep_suspend(struct iosm_run *run)
{
	spin_lock_bh(&run->sleep.lock);
	iosm_sleep_event(run, IOSM_SLEEP_EV_SUSPEND, IOSM_HP_WAKE);
	spin_unlock_bh(&run->sleep.lock);
}

/**
 * iosm_sleep_resume() - ring what iosm_sleep_suspend() held back
 * @run: run of the modem, which knows that the host is back
 *
 * Context: Process.
 */
void iosm_sleep_resume(struct iosm_run *run)
{
	spin_lock_bh(&run->sleep.lock);
	iosm_sleep_event(run, IOSM_SLEEP_EV_RESUME, IOSM_HP_WAKE);
	spin_unlock_bh(&run->sleep.lock);
}

/**
 * iosm_sleep_force() - put the modem to sleep without a handshake
 * @run: run of the modem
 *
 * Section 12.3 of the host interface specification. All head doorbells are held
 * back.
 *
 * Context: Process.
 */
void iosm_sleep_force(struct iosm_run *run)
{
	struct iosm_sleep *sleep = &run->sleep;

	spin_lock_bh(&sleep->lock);
	iosm_sleep_event(run, IOSM_SLEEP_EV_FORCE_SLEEP, IOSM_HP_WAKE);
	spin_unlock_bh(&sleep->lock);
}

/**
 * iosm_sleep_force_end() - end what iosm_sleep_force() began
 * @run: run of the modem
 *
 * The modem looks at all rings.
 *
 * Context: Process.
 */
void iosm_sleep_force_end(struct iosm_run *run)
{
	struct iosm_sleep *sleep = &run->sleep;

	spin_lock_bh(&sleep->lock);
	sleep->unanswered = 0;
	iosm_sleep_do(run,
		      iosm_sleep_unforce(&sleep->steps,
					 le32_to_cpu(READ_ONCE(run->shm->info.sleep))),
		      IOSM_HP_WAKE);
	spin_unlock_bh(&sleep->lock);
}

/**
 * iosm_sleep_notified() - handle the sleep notification of the device info
 * @run: run of the modem
 * @notification: value read once from shared memory
 *
 * Called after all rings were served, so that everything the modem announced
 * before it asked for sleep has been taken.
 *
 * Context: Softirq, NAPI poll.
 */
void iosm_sleep_notified(struct iosm_run *run, u32 notification)
{
	struct iosm_sleep *sleep = &run->sleep;

	/* Apart from the poll only a forced sleep changes it. */
	if (notification == READ_ONCE(sleep->steps.notification))
		return;

	trace_iosm_sleep(run->iosm, notification);
	spin_lock(&sleep->lock);
	if (!sleep->steps.forced && notification <= IOSM_DEVICE_WANTS_SLEEP)
		sleep->unanswered = 0;
	iosm_sleep_do(run, iosm_sleep_note(&sleep->steps, notification),
		      IOSM_HP_WAKE);
	spin_unlock(&sleep->lock);
	if (notification > IOSM_DEVICE_WANTS_SLEEP)
		dev_warn_ratelimited(iosm_device(run->iosm),
				     "unknown sleep notification %u ignored\n",
				     notification);
	if (notification == IOSM_DEVICE_ACTIVE)
		wake_up_all(&run->wait);
}
