// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of the modem.
 *
 *   DOWN -> ROM -> STARTING -> RUNNING -> DOWN
 *
 * with FLASHING, CRASHED, DUMP_READY and GONE beside it. The worker looks at the
 * execution stage, makes or ends the run, and decides when to look again. Others
 * only say what they want (start, stop) or that something has happened (kick).
 */
#include "iosm_life.h"

#include <linux/kobject.h>

#include "iosm.h"
#include "iosm_run.h"
#include "iosm_trace.h"

/* Looks at a booting modem: it does not interrupt when it is ready. */
#define IOSM_LIFE_BOOT_LOOK_MS		20
#define IOSM_LIFE_BOOT_EAGER_MS		60000
#define IOSM_LIFE_SLOW_LOOK_MS		1000

/* Pause before a failed start is tried again; doubled each time. */
#define IOSM_LIFE_RETRY_MS		1000
#define IOSM_LIFE_RETRY_DOUBLINGS	5

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
 * Return: false when everything must end.
 */
bool iosm_life_wanted(const struct iosm_dev *iosm)
{
	return READ_ONCE(iosm->life.wanted);
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
 * iosm_life_wait() - sleep until something happens
 * @iosm: device
 * @ms: at most this long
 * @leaving: the caller is on its way down: a stop does not end the sleep
 *
 * Context: Life worker.
 */
void iosm_life_wait(struct iosm_dev *iosm, unsigned int ms, bool leaving)
{
	struct iosm_life *life = &iosm->life;
	int kicks = atomic_read(&life->kicks);

	wait_event_timeout(life->wait,
			   atomic_read(&life->kicks) != kicks ||
			   (!leaving && !iosm_life_wanted(iosm)),
			   max(msecs_to_jiffies(ms), 1UL));
}

static void iosm_life_enter(struct iosm_dev *iosm, enum iosm_state state,
			    const char *uevent)
{
	struct iosm_life *life = &iosm->life;

	if (life->state == state)
		return;
	WRITE_ONCE(life->state, state);
	trace_iosm_state(iosm, state);
	life->since = jiffies;
	if (uevent)
		iosm_life_uevent(iosm, uevent);
}

static unsigned int iosm_life_retry_ms(const struct iosm_life *life)
{
	unsigned int doublings = min(life->failures,
				     IOSM_LIFE_RETRY_DOUBLINGS + 1U) - 1;

	return IOSM_LIFE_RETRY_MS << doublings;
}

static unsigned int iosm_life_failed(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;

	if (life->state == IOSM_STATE_RUNNING &&
	    time_after(jiffies, life->since +
				msecs_to_jiffies(IOSM_LIFE_STABLE_MS)))
		life->failures = 0;
	life->failures++;
	life->not_before = jiffies + msecs_to_jiffies(iosm_life_retry_ms(life));
	iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
	return IOSM_LIFE_SLOW_LOOK_MS;
}

static unsigned int iosm_life_do_start(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;
	int err;

	if (life->failures && time_before(jiffies, life->not_before))
		return min_t(unsigned long, IOSM_LIFE_SLOW_LOOK_MS,
			     jiffies_to_msecs(life->not_before - jiffies) + 1);

	iosm_life_enter(iosm, IOSM_STATE_STARTING, NULL);
	err = iosm_run_start(iosm);
	if (!err) {
		iosm_life_enter(iosm, IOSM_STATE_RUNNING, "MDM_READY");
		return 0;
	}
	if (err == -EINTR)
		return 0;
	if (!life->failures)
		iosm_life_uevent(iosm, err == -ETIMEDOUT ? "MDM_TIMEOUT" :
							   "CD_READY_LINK_DOWN");
	iosm_life_failed(iosm);
	dev_err(iosm_device(iosm), "modem did not start (%pe); next try in %u ms\n",
		ERR_PTR(err), iosm_life_retry_ms(life));
	return IOSM_LIFE_SLOW_LOOK_MS;
}

static unsigned int iosm_life_boot(struct iosm_dev *iosm)
{
	struct iosm_life *life = &iosm->life;

	if (life->state != IOSM_STATE_ROM)
		dev_info(iosm_device(iosm), "modem is booting\n");
	iosm_life_enter(iosm, IOSM_STATE_ROM, "ROM_READY");
	if (time_before(jiffies, life->since +
				 msecs_to_jiffies(IOSM_LIFE_BOOT_EAGER_MS)))
		return IOSM_LIFE_BOOT_LOOK_MS;
	return IOSM_LIFE_SLOW_LOOK_MS;
}

static unsigned int iosm_life_crash(struct iosm_dev *iosm, u32 stage)
{
	struct iosm_life *life = &iosm->life;
	bool dump = stage == IOSM_STAGE_CD_READY;
	enum iosm_state state = dump ? IOSM_STATE_DUMP_READY :
				       IOSM_STATE_CRASHED;

	if (life->state != state)
		dev_err(iosm_device(iosm),
			dump ? "modem crashed, core dump ready; reset it to go on\n" :
			       "modem crashed\n");
	iosm_life_enter(iosm, state, dump ? "CD_READY" : "CRASH");
	return IOSM_LIFE_SLOW_LOOK_MS;
}

static unsigned int iosm_life_gone(struct iosm_dev *iosm, u32 stage)
{
	if (iosm->life.state != IOSM_STATE_GONE)
		dev_err(iosm_device(iosm),
			"modem does not answer (stage %#x): link down or power lost\n",
			stage);
	iosm_life_enter(iosm, IOSM_STATE_GONE, "CD_READY_LINK_DOWN");
	return IOSM_LIFE_SLOW_LOOK_MS;
}

/* A modem without a run: what does its stage ask for? */
static unsigned int iosm_life_look(struct iosm_dev *iosm)
{
	u32 stage = IOSM_ALL_ONES;

	if (iosm_mmio_present(iosm))
		stage = iosm_mmio_stage(iosm);
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
	case IOSM_STAGE_CD_READY:
		return iosm_life_crash(iosm, stage);
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
	return failure;
}

static unsigned int iosm_life_watch(struct iosm_dev *iosm)
{
	const char *complaint;
	u32 stage;

	complaint = iosm_life_complaint(iosm, &stage);
	if (!complaint)
		return 0;

	dev_err(iosm_device(iosm), "run of the modem ends: %s\n", complaint);
	iosm_run_stop(iosm, false);
	if (stage == IOSM_STAGE_RUN)
		return iosm_life_failed(iosm);
	iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
	return iosm_life_look(iosm);
}

static void iosm_life_work(struct work_struct *work)
{
	struct iosm_life *life =
		container_of(to_delayed_work(work), struct iosm_life, work);
	struct iosm_dev *iosm = container_of(life, struct iosm_dev, life);
	unsigned int again_ms;

	if (!iosm_life_wanted(iosm)) {
		if (iosm->run)
			iosm_run_stop(iosm, iosm_mmio_stage(iosm) ==
					    IOSM_STAGE_RUN);
		iosm_life_enter(iosm, IOSM_STATE_DOWN, NULL);
		life->failures = 0;
		return;
	}
	again_ms = iosm->run ? iosm_life_watch(iosm) : iosm_life_look(iosm);
	if (again_ms)
		queue_delayed_work(life->wq, &life->work,
				   msecs_to_jiffies(again_ms));
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
	struct iosm_life *life = &iosm->life;

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
 * iosm_life_start() - the modem shall be up
 * @iosm: device
 *
 * Returns at once; the worker does what is needed whenever the modem is ready.
 *
 * Context: Process.
 */
void iosm_life_start(struct iosm_dev *iosm)
{
	WRITE_ONCE(iosm->life.wanted, true);
	iosm_life_kick(iosm);
}

/**
 * iosm_life_stop() - the modem shall be down, now
 * @iosm: device
 *
 * When it returns there is no run and the modem does not touch memory.
 *
 * Context: Process, may sleep; the caller must not hold RTNL.
 */
void iosm_life_stop(struct iosm_dev *iosm)
{
	WRITE_ONCE(iosm->life.wanted, false);
	iosm_life_kick(iosm);
	flush_delayed_work(&iosm->life.work);
}
