// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of the modem.
 *
 *   DOWN -> ROM -> STARTING -> RUNNING -> DOWN
 *
 * with FLASHING, CRASHED, DUMP_READY and GONE beside it. The worker looks at the
 * execution stage, makes or ends the run, and decides when to look again. Others
 * only say what they want (hold, release) or that something has happened (kick).
 *
 * A modem that crashed or does not start is reset, as devlink's "auto_recover"
 * allows: at once the first time, then after longer and longer pauses, and not for
 * ever. A run that lasts, somebody else's reset or "devlink health recover" start
 * that anew.
 */
#include "iosm_life.h"

#include <linux/kobject.h>

#include "iosm.h"
#include "iosm_reset.h"
#include "iosm_run.h"
#include "iosm_trace.h"

/*
 * A booting modem does not interrupt when it is ready. It is looked at after each
 * hundredth of the time that it has taken so far.
 */
#define IOSM_LIFE_BOOT_LOOK_MIN_MS	5U
#define IOSM_LIFE_BOOT_LOOK_MAX_MS	2000U

#define IOSM_LIFE_SLOW_LOOK_MS		1000

/* A crashed modem gets this long to have its core dump ready. */
#define IOSM_LIFE_DUMP_MS		5000
#define IOSM_LIFE_DUMP_LOOK_MS		100

/* A function that is gone gets this long to come back by itself. */
#define IOSM_LIFE_GONE_MS		5000
#define IOSM_LIFE_GONE_LOOK_MIN_MS	1000U
#define IOSM_LIFE_GONE_LOOK_MAX_MS	10000U

/* Pause before a failed start or a reset is tried again; doubled each time. */
#define IOSM_LIFE_RETRY_MS		1000
#define IOSM_LIFE_RETRY_DOUBLINGS	5

/* Failed starts that call for a reset, and resets that are enough. */
#define IOSM_LIFE_STARTS_MAX		2
#define IOSM_LIFE_RESETS_MAX		6

/* Where all resets were in vain, or none is allowed, somebody else may act. */
#define IOSM_LIFE_IDLE_LOOK_MS		10000

/* The host itself could not start the modem; that says nothing about the modem. */
#define IOSM_LIFE_HOST_PAUSE_MS		5000

/* So many changes in a row are news; the next ones come too fast to be. */
#define IOSM_LIFE_NEWS			40
#define IOSM_LIFE_NEWS_JIFFIES		(30 * HZ)

/*
 * Before Linux 6.18 nobody hears that the bus could not recover from an error. The
 * longest recovery resets twice, and waits for the function 70 s each time.
 */
#define IOSM_LIFE_ERROR_MS		180000

/* A run that lasted this long makes earlier failures forgotten. */
#define IOSM_LIFE_STABLE_MS		30000

/**
 * iosm_life_uevent() - tell user space what the modem does
 * @iosm: device
 * @text: value of IOSM_EVENT
 *
 * Context: Process.
 */
void iosm_life_uevent(struct iosm_dev *iosm, const char *text)
{
	char event[48];
	char *envp[2] = { event };

	snprintf(event, sizeof(event), "IOSM_EVENT=%s", text);
	kobject_uevent_env(&iosm_device(iosm)->kobj, KOBJ_CHANGE, envp);
}

/**
 * iosm_life_wanted() - shall the modem be up?
 * @iosm: device
 *
 * Context: Any.
 * Return: false when nothing may be begun.
 */
bool iosm_life_wanted(const struct iosm_dev *iosm)
{
	return !READ_ONCE(iosm->life.holds) && !READ_ONCE(iosm->life.frozen);
}

/**
 * iosm_life_interrupt() - end the worker's sleep
 * @iosm: device
 *
 * Context: Any, hard interrupt included.
 */
void iosm_life_interrupt(struct iosm_dev *iosm)
{
	atomic_inc(&iosm->life.kicks);
	if (wq_has_sleeper(&iosm->life.wait))
		wake_up_all(&iosm->life.wait);
}

/**
 * iosm_life_kick() - have the worker look at the modem now
 * @iosm: device
 *
 * Context: Any.
 */
void iosm_life_kick(struct iosm_dev *iosm)
{
	iosm_life_interrupt(iosm);
	mod_delayed_work(iosm->life.wq, &iosm->life.work, 0);
}

/**
 * iosm_life_kicks() - what iosm_life_wait() compares
 * @iosm: device
 *
 * Context: Any; before the caller looks at what it waits for.
 * Return: number of interrupts and kicks so far.
 */
int iosm_life_kicks(const struct iosm_dev *iosm)
{
	return atomic_read_acquire(&iosm->life.kicks);
}

/**
 * iosm_life_wait() - sleep until something happens
 * @iosm: device
 * @kicks: of iosm_life_kicks(): what has happened since then ends the sleep
 * @ms: at most this long
 * @leaving: the caller is on its way down: a stop does not end the sleep
 *
 * Context: Life worker.
 */
void iosm_life_wait(struct iosm_dev *iosm, int kicks, unsigned int ms,
		    bool leaving)
{
	struct iosm_life *life = &iosm->life;

	wait_event_timeout(life->wait,
			   atomic_read(&life->kicks) != kicks ||
			   (!leaving && !iosm_life_wanted(iosm)),
			   max(msecs_to_jiffies(ms), 1UL));
}

/* Returns true when people should hear of it. */
static bool iosm_life_enter(struct iosm_dev *iosm, enum iosm_state state,
			    const char *uevent)
{
	struct iosm_life *life = &iosm->life;

	if (life->state == state)
		return false;
	WRITE_ONCE(life->state, state);
	trace_iosm_state(iosm, state);
	life->since = get_jiffies_64();
	if (!uevent || !__ratelimit(&life->news))
		return false;
	iosm_life_uevent(iosm, uevent);
	return true;
}

/* Milliseconds in the present state. */
static u64 iosm_life_age_ms(const struct iosm_life *life)
{
	return jiffies64_to_msecs(get_jiffies_64() - life->since);
}

static bool iosm_life_lasted(const struct iosm_life *life, unsigned int ms)
{
	return iosm_life_age_ms(life) > ms;
}

/* The pause after the @count-th failure. */
static unsigned int iosm_life_pause_ms(unsigned int count)
{
	return IOSM_LIFE_RETRY_MS << min(count - 1,
					 (unsigned int)IOSM_LIFE_RETRY_DOUBLINGS);
}

static void iosm_life_pause(struct iosm_life *life, unsigned int count)
{
	life->not_before = get_jiffies_64() +
			   msecs_to_jiffies(iosm_life_pause_ms(count));
}

/* Milliseconds until the pause is over, or 0. */
static unsigned int iosm_life_paused(const struct iosm_life *life)
{
	u64 now = get_jiffies_64();

	if (!(life->failures || life->resets) ||
	    !time_before64(now, life->not_before))
		return 0;
	return jiffies64_to_msecs(life->not_before - now) + 1;
}

static void iosm_life_forget(struct iosm_life *life)
{
	life->short_runs = 0;
	life->failures = 0;
	life->resets = 0;
}

static unsigned int iosm_life_give_up(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;

	if (life->resets == IOSM_LIFE_RESETS_MAX)
		dev_err(iosm_device(iosm),
			"%u resets did not help; switch the modem off and on, or try \"devlink health recover\"\n",
			life->resets);
	life->resets = IOSM_LIFE_RESETS_MAX + 1;
	return IOSM_LIFE_IDLE_LOOK_MS;
}

/* Reset a modem that does not come back without, if that is allowed. */
static unsigned int iosm_life_recover(struct iosm_dev *iosm, const char *what)
{
	struct iosm_life *life = &iosm->life;
	unsigned int paused;
	int err;

	life->left = !iosm_health_report(iosm, what);
	if (life->left)
		return IOSM_LIFE_IDLE_LOOK_MS;
	if (life->resets >= IOSM_LIFE_RESETS_MAX)
		return iosm_life_give_up(iosm);
	paused = iosm_life_paused(life);
	if (paused)
		return paused;

	/*
	 * Who waits for the worker in a callback of the PCI core has the device lock, for
	 * which a reset only tries: it waits for none of what the reset takes behind it.
	 */
	lock_map_release(&life->obeying);
	err = iosm_reset(iosm, life->resets);
	lock_map_acquire(&life->obeying);
	if (err == -EAGAIN)
		return IOSM_LIFE_SLOW_LOOK_MS;
	if (err)
		dev_warn(iosm_device(iosm), "reset failed (%pe)\n", ERR_PTR(err));
	iosm_health_spend(iosm);
	life->failures = 0;
	life->resets++;
	iosm_life_pause(life, life->resets);
	iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
	return 1;
}

/* It was told to stop its IPC, and has not: it may still reach its memory. */
static bool iosm_life_stuck(struct iosm_dev *iosm)
{
	return iosm_mmio_stage(iosm) == IOSM_STAGE_RUN &&
	       iosm_mmio_ipc_status(iosm) != IOSM_IPC_UNINIT;
}

static void iosm_life_count_failure(struct iosm_life *life)
{
	life->failures++;
	iosm_life_pause(life, life->failures);
}

/*
 * A run ended badly, or none came about. A new start is worth a pause and a try, but
 * not with a modem that does not even stop.
 */
static unsigned int iosm_life_failed(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;

	if (iosm_life_stuck(iosm)) {
		life->failures = IOSM_LIFE_STARTS_MAX;
		iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
		return iosm_life_recover(iosm, "modem does not stop");
	}
	iosm_life_count_failure(life);
	iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
	/* A pause that is over already must not mean that nobody looks. */
	return iosm_life_paused(life) ?: 1;
}

static bool iosm_life_modem_failed(int err)
{
	return err == -ETIMEDOUT || err == -EIO || err == -ENODEV;
}

static unsigned int iosm_life_do_start(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;
	unsigned int paused;
	int err;

	if (life->failures >= IOSM_LIFE_STARTS_MAX)
		return iosm_life_recover(iosm, "modem does not start");
	paused = life->failures ? iosm_life_paused(life) : 0;
	if (paused)
		return paused;

	iosm_life_enter(iosm, IOSM_STATE_STARTING, NULL);
	err = iosm_run_start(iosm);
	if (!err) {
		iosm_life_enter(iosm, IOSM_STATE_RUNNING, "MDM_READY");
		iosm_health_restored(iosm);
		return 0;
	}
	if (err == -EINTR)
		return 0;
	dev_err(iosm_device(iosm), "modem did not start (%pe)\n", ERR_PTR(err));
	if (!iosm_life_modem_failed(err)) {
		iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
		return IOSM_LIFE_HOST_PAUSE_MS;
	}
	if (!life->failures)
		iosm_life_uevent(iosm, err == -ETIMEDOUT ? "MDM_TIMEOUT" :
							   "CD_READY_LINK_DOWN");
	return iosm_life_failed(iosm);
}

static unsigned int iosm_life_boot(struct iosm_dev *iosm)
{
	if (iosm_life_enter(iosm, IOSM_STATE_ROM, "ROM_READY"))
		dev_info(iosm_device(iosm), "modem is booting\n");
	return clamp_t(u64, div_u64(iosm_life_age_ms(&iosm->life), 100),
		       IOSM_LIFE_BOOT_LOOK_MIN_MS, IOSM_LIFE_BOOT_LOOK_MAX_MS);
}

static unsigned int iosm_life_crash(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;

	if (iosm_life_enter(iosm, IOSM_STATE_CRASHED, "CRASH"))
		dev_err(iosm_device(iosm), "modem crashed\n");
	if (!iosm_life_lasted(life, IOSM_LIFE_DUMP_MS))
		return IOSM_LIFE_DUMP_LOOK_MS;
	return iosm_life_recover(iosm, "modem crashed");
}

/* The dump survives the reset: it is the boot ROM that hands it out. */
static unsigned int iosm_life_dump_ready(struct iosm_dev *iosm)
{
	if (iosm_life_enter(iosm, IOSM_STATE_DUMP_READY, "CD_READY"))
		dev_err(iosm_device(iosm), "modem crashed, core dump ready\n");
	return iosm_life_recover(iosm, "modem crashed, core dump ready");
}

static unsigned int iosm_life_gone(struct iosm_dev *iosm, u32 stage)
{
	struct iosm_life *life = &iosm->life;

	if (iosm_life_enter(iosm, IOSM_STATE_GONE, "CD_READY_LINK_DOWN"))
		dev_err(iosm_device(iosm),
			"modem does not answer (stage %#x): link down or power lost\n",
			stage);
	/* Its power is not a reset's to change while the PCI core changes it. */
	if (!iosm_life_lasted(life, IOSM_LIFE_GONE_MS) ||
	    iosm_power_rises(iosm) || !iosm_reset_reaches(iosm))
		return clamp_t(u64, div_u64(iosm_life_age_ms(life), 10),
			       IOSM_LIFE_GONE_LOOK_MIN_MS,
			       IOSM_LIFE_GONE_LOOK_MAX_MS);
	return iosm_life_recover(iosm, "modem does not answer");
}

/*
 * One that was given up, and that somebody has switched off and on, is worth one try
 * more whenever it gets to stage RUN. So is one that nobody may reset, but once: it is to
 * be reset when that is allowed again, not tried for ever.
 */
static void iosm_life_note_stage(struct iosm_life *life, u32 stage)
{
	bool anew = stage == IOSM_STAGE_RUN && life->stage != stage;

	life->stage = stage;
	if (!anew)
		return;
	if (life->resets > IOSM_LIFE_RESETS_MAX ||
	    (life->left && life->failures >= IOSM_LIFE_STARTS_MAX))
		life->failures = IOSM_LIFE_STARTS_MAX - 1;
	life->left = false;
}

/* A modem without a run: what does its stage ask for? */
static unsigned int iosm_life_look(struct iosm_dev *iosm)
{
	u32 stage = IOSM_ALL_ONES;

	if (iosm_mmio_present(iosm) && iosm_run_settle(iosm))
		stage = iosm_mmio_stage(iosm);
	/* Somebody may have cut it off meanwhile, who has the worker called again. */
	if (!iosm_life_wanted(iosm))
		return 0;
	iosm_life_note_stage(&iosm->life, stage);
	switch (stage) {
	case IOSM_STAGE_RUN:
		return iosm_life_do_start(iosm);
	case IOSM_STAGE_BOOT:
		return iosm_life_boot(iosm);
	case IOSM_STAGE_PSI:
	case IOSM_STAGE_EBL:
		iosm_life_enter(iosm, IOSM_STATE_FLASHING, NULL);
		return IOSM_LIFE_SLOW_LOOK_MS;
	case IOSM_STAGE_CRASH:
		return iosm_life_crash(iosm);
	case IOSM_STAGE_CD_READY:
		return iosm_life_dump_ready(iosm);
	default:
		return iosm_life_gone(iosm, stage);
	}
}

/* Register and device info both tell; a crash may show in either first. */
static const char *iosm_life_complaint(struct iosm_dev *iosm, u32 *stage)
{
	const struct iosm_wire_device_info *info = &iosm->run->shm->info;
	const char *failure = READ_ONCE(iosm->run->failure);

	*stage = iosm_mmio_stage(iosm);
	if (*stage != IOSM_STAGE_RUN)
		return "it left stage RUN";
	if (iosm_mmio_ipc_status(iosm) != IOSM_IPC_RUNNING)
		return "its IPC stopped";
	if (le32_to_cpu(READ_ONCE(info->stage)) != IOSM_STAGE_RUN ||
	    le32_to_cpu(READ_ONCE(info->ipc_status)) != IOSM_IPC_RUNNING)
		return "its device info says that it stopped";
	if (!failure && iosm_run_dead(iosm->run))
		return "it did not answer when the system went to sleep";
	return failure;
}

static unsigned int iosm_life_watch(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;
	const char *complaint;
	u32 stage;

	iosm_run_check(iosm->run);
	complaint = iosm_life_complaint(iosm, &stage);
	if (!complaint)
		return 0;

	dev_err(iosm_device(iosm), "run of the modem ends: %s\n", complaint);
	if (iosm_life_lasted(life, IOSM_LIFE_STABLE_MS))
		iosm_life_forget(life);
	iosm_run_stop(iosm, false);
	iosm_health_report(iosm, complaint);
	if (stage == IOSM_STAGE_RUN)
		return iosm_life_failed(iosm);
	/* A reset of its own is its right, one after the other is a defect. */
	if (life->short_runs++)
		iosm_life_count_failure(life);
	iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
	return iosm_life_look(iosm);
}

/* An orderly end is for a modem that runs, and that knows the host awake. */
static void iosm_life_end_run(struct iosm_dev *iosm)
{
	struct iosm_run *run = iosm->run;

	if (run)
		iosm_run_stop(iosm, !READ_ONCE(run->suspended) &&
				    iosm_mmio_stage(iosm) == IOSM_STAGE_RUN);
	iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
}

/* A hold that the bus forgot ends, and the worker finds out what is left. */
static void iosm_life_limit_error(struct iosm_life *life)
{
	unsigned long until;
	long left;

	if (!test_bit(IOSM_HOLD_ERROR, &life->holds))
		return;
	until = READ_ONCE(life->error_until);
	left = until - jiffies;
	if (left > 0) {
		queue_delayed_work(life->wq, &life->work, left);
		return;
	}
	clear_bit(IOSM_HOLD_ERROR, &life->holds);
	/* Pairs with that in iosm_life_forbid(): one that begins just now stays. */
	smp_mb__after_atomic();
	if (READ_ONCE(life->error_until) != until)
		set_bit(IOSM_HOLD_ERROR, &life->holds);
}

static void iosm_life_step(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;
	unsigned int again_ms;

	iosm_life_limit_error(life);
	if (READ_ONCE(life->holds)) {
		iosm_life_end_run(iosm);
		return;
	}
	if (READ_ONCE(life->frozen))
		return;
	if (xchg(&life->pardon, false))
		iosm_life_forget(life);
	again_ms = iosm->run ? iosm_life_watch(iosm) : iosm_life_look(iosm);
	if (again_ms)
		queue_delayed_work(life->wq, &life->work,
				   msecs_to_jiffies(again_ms));
}

static void iosm_life_work(struct work_struct *work)
{
	struct iosm_life *life =
		container_of(to_delayed_work(work), struct iosm_life, work);
	/* Pairs with the increment in iosm_life_obey(): what it asks for is seen. */
	int asked = atomic_read_acquire(&life->asked);

	lock_map_acquire(&life->obeying);
	iosm_life_step(container_of(life, struct iosm_dev, life));
	lock_map_release(&life->obeying);
	/* Pairs with the acquire in iosm_life_obey(): what was done is seen. */
	smp_store_release(&life->obeyed, asked);
	wake_up_all(&life->wait);
}

/*
 * Wait until the worker has begun after the caller's change, and ended. Flushing would
 * not do: a kick takes the item that the flush waits for out of the queue and puts it
 * behind the flush's own.
 */
static void iosm_life_obey(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;
	int asked = atomic_inc_return(&life->asked);

	lock_map_acquire(&life->obeying);
	lock_map_release(&life->obeying);
	iosm_life_kick(iosm);
	/* Pairs with the release in iosm_life_work(). */
	wait_event(life->wait, smp_load_acquire(&life->obeyed) - asked >= 0);
}

/**
 * iosm_life_init() - prepare the state machine, modem down
 * @iosm: device
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int iosm_life_init(struct iosm_dev *iosm)
{
	static struct lock_class_key obeying;
	struct iosm_life *life = &iosm->life;

	lockdep_init_map(&life->obeying, "iosm_life_worker", &obeying, 0);
	life->holds = BIT(IOSM_HOLD_UNBOUND);
	life->not_before = get_jiffies_64();
	ratelimit_state_init(&life->news, IOSM_LIFE_NEWS_JIFFIES, IOSM_LIFE_NEWS);
	init_waitqueue_head(&life->wait);
	INIT_DELAYED_WORK(&life->work, iosm_life_work);
	life->wq = alloc_ordered_workqueue("iosm-%s", 0,
					   dev_name(iosm_device(iosm)));
	return life->wq ? 0 : -ENOMEM;
}

/**
 * iosm_life_destroy() - free the state machine
 * @iosm: device, stopped, its interrupt freed
 *
 * Context: Process, may sleep.
 */
void iosm_life_destroy(struct iosm_dev *iosm)
{
	cancel_delayed_work_sync(&iosm->life.work);
	destroy_workqueue(iosm->life.wq);
}

/**
 * iosm_life_forbid() - nothing may be begun any more
 * @iosm: device
 * @why: as iosm_life_hold(), which has to follow
 *
 * Fully ordered against what follows.
 *
 * Context: Any.
 */
void iosm_life_forbid(struct iosm_dev *iosm, enum iosm_hold why)
{
	struct iosm_life *life = &iosm->life;

	if (why == IOSM_HOLD_ERROR) {
		WRITE_ONCE(life->error_until,
			   jiffies + msecs_to_jiffies(IOSM_LIFE_ERROR_MS));
		/* Pairs with that in iosm_life_limit_error(). */
		smp_mb__before_atomic();
	}
	set_bit(why, &life->holds);
	/* Pairs with that in iosm_mmio_present(). */
	smp_mb__after_atomic();
}

/**
 * iosm_life_hold() - the modem shall be down, now
 * @iosm: device
 * @why: ends with iosm_life_release() of the same
 *
 * When it returns there is no run, and the modem touches no memory, or memory that is
 * kept for it because it does not answer.
 *
 * Context: Process, may sleep; the caller must hold neither RTNL nor the devlink
 * lock.
 */
void iosm_life_hold(struct iosm_dev *iosm, enum iosm_hold why)
{
	iosm_life_forbid(iosm, why);
	iosm_life_obey(iosm);
}

/**
 * iosm_life_release() - the modem may be up as far as the caller is concerned
 * @iosm: device
 * @why: as it was held
 *
 * Returns at once; the worker does what is needed whenever the modem is ready.
 *
 * Context: Process.
 */
void iosm_life_release(struct iosm_dev *iosm, enum iosm_hold why)
{
	clear_bit(why, &iosm->life.holds);
	iosm_life_kick(iosm);
}

/**
 * iosm_life_freeze() - neither make nor end a run for a while
 * @iosm: device
 *
 * A start under way is undone. When it returns the worker is at rest, and leaves the
 * run to the caller; iosm_life_hold() ends the run all the same.
 *
 * Context: Process, may sleep; as iosm_life_hold().
 */
void iosm_life_freeze(struct iosm_dev *iosm)
{
	WRITE_ONCE(iosm->life.frozen, true);
	iosm_life_obey(iosm);
}

/**
 * iosm_life_thaw() - end what iosm_life_freeze() began
 * @iosm: device
 *
 * Context: Process.
 */
void iosm_life_thaw(struct iosm_dev *iosm)
{
	WRITE_ONCE(iosm->life.frozen, false);
	iosm_life_kick(iosm);
}

/**
 * iosm_life_pardon() - earlier failures do not count any more
 * @iosm: device
 *
 * Context: Process.
 */
void iosm_life_pardon(struct iosm_dev *iosm)
{
	WRITE_ONCE(iosm->life.pardon, true);
	iosm_life_kick(iosm);
}
