// SPDX-License-Identifier: GPL-2.0-only
/*
 * System sleep and hibernation.
 *
 * A modem that keeps its state goes on as if nothing had happened: its run stays,
 * with ports, network devices and open files. One that lost power, was reset or did
 * not answer gets a new run when everything else is awake again.
 *
 * Between "prepare" and "complete" the life worker is frozen: nothing is made or
 * ended while devices sleep. Sleep is never refused, and costs at most the time
 * limits of one wake-up and one message.
 *
 * Hibernation is different: the image must hold no memory that the modem uses,
 * and another kernel may start the modem before the image is back. So the run ends
 * before the image is made, and a new one is made behind it.
 */
#include "iosm_power.h"

#include <linux/acpi.h>
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/suspend.h>

#include "iosm.h"
#include "iosm_run.h"

/* The firmware of the platform says how: host interface, section 12.4. */
static const guid_t iosm_power_guid =
	GUID_INIT(0xbad01b75, 0x22a8, 0x4f48,
		  0x87, 0x92, 0xbd, 0xde, 0x94, 0x67, 0x74, 0x7d);

#define IOSM_POWER_DSM_REVISION		0
#define IOSM_POWER_DSM_FUNCTION		3
#define IOSM_POWER_DSM_D3		3

static enum iosm_sleep_path iosm_power_sleep_path(struct iosm_dev *iosm)
{
	enum iosm_sleep_path path = IOSM_SLEEP_PATH_FORCE;
	acpi_handle handle = ACPI_HANDLE(iosm_device(iosm));
	union acpi_object *object;

	if (!handle)
		return path;
	object = acpi_evaluate_dsm(handle, &iosm_power_guid,
				   IOSM_POWER_DSM_REVISION,
				   IOSM_POWER_DSM_FUNCTION, NULL);
	if (!object)
		return path;
	if (object->type == ACPI_TYPE_INTEGER &&
	    object->integer.value == IOSM_POWER_DSM_D3)
		path = IOSM_SLEEP_PATH_MESSAGE;
	ACPI_FREE(object);
	return path;
}

static int iosm_power_tell(struct iosm_run *run, u8 state, const char *what)
{
	const union iosm_wire_msg entry = {
		.sleep = {
			.target = IOSM_MSG_SLEEP_HOST,
			.state = state,
			.type = IOSM_MSG_SLEEP,
		},
	};

	return iosm_msg_call(run, &entry, what, NULL);
}

static int iosm_power_say_sleep(struct iosm_run *run)
{
	/* Held first: no message rings a modem that this one takes for awake. */
	iosm_msg_hold(run, true);
	iosm_sleep_suspend(run);
	return iosm_power_tell(run, IOSM_MSG_HOST_ENTERS_SLEEP,
			       "accept that the host sleeps");
}

static int iosm_power_say_awake(struct iosm_run *run)
{
	int err;

	err = iosm_power_tell(run, IOSM_MSG_HOST_LEFT_SLEEP,
			      "see that the host is back");
	if (err)
		return err;
	iosm_sleep_resume(run);
	iosm_msg_hold(run, false);
	return 0;
}

static void iosm_power_end_run(struct iosm_run *run, const char *reason)
{
	iosm_run_die(run);
	iosm_run_fail(run, reason);
}

/* Registers, not shared memory: a modem that lost power did not change that. */
static bool iosm_power_state_kept(struct iosm_dev *iosm)
{
	return iosm_mmio_intact(iosm) &&
	       iosm_mmio_stage(iosm) == IOSM_STAGE_RUN &&
	       iosm_mmio_ipc_status(iosm) == IOSM_IPC_RUNNING;
}

static void iosm_power_up_work(struct work_struct *work)
{
	struct iosm_dev *iosm = container_of(work, struct iosm_dev, power_up);
	bool up;

	pci_set_power_state(iosm->pdev, PCI_D0);
	/* That is no error where the function refused. */
	up = iosm->pdev->current_state == PCI_D0;
	iosm->power_refused = !up;
	/* Pairs with the acquire in iosm_power_rises(): the power state is final. */
	smp_store_release(&iosm->power_rises, false);
	if (up)
		iosm_life_kick(iosm);
}

/* While the life worker is at rest. */
static void iosm_power_cancel_up(struct iosm_dev *iosm)
{
	cancel_work_sync(&iosm->power_up);
	WRITE_ONCE(iosm->power_rises, false);
}

/**
 * iosm_power_rises() - is the function being powered up?
 * @iosm: device
 *
 * Meanwhile the PCI core takes it for powered before it has looked.
 *
 * Context: Life worker.
 * Return: true until what iosm_power_up() began has come to its end.
 */
bool iosm_power_rises(struct iosm_dev *iosm)
{
	/* Pairs with the release in iosm_power_up_work(). */
	return smp_load_acquire(&iosm->power_rises);
}

/**
 * iosm_power_up() - have the PCI core put the function into D0
 * @iosm: device without a run; where that succeeds the life worker is kicked
 *
 * Not in the life worker itself: the PCI core takes pci_bus_sem for it, under which its
 * error handling waits for the worker. Nothing is done in the call after a failure: that
 * look at the function may reset it, which does not go together.
 *
 * Context: Life worker.
 */
void iosm_power_up(struct iosm_dev *iosm)
{
	if (iosm_power_rises(iosm))
		return;
	if (iosm->power_refused) {
		iosm->power_refused = false;
		return;
	}
	WRITE_ONCE(iosm->power_rises, true);
	schedule_work(&iosm->power_up);
}

static int iosm_power_prepare(struct device *dev)
{
	struct iosm_dev *iosm = dev_get_drvdata(dev);

	iosm_life_freeze(iosm);
	iosm_power_cancel_up(iosm);
	return 0;
}

static void iosm_power_complete(struct device *dev)
{
	iosm_life_thaw(dev_get_drvdata(dev));
}

static void iosm_power_stop_poll(struct iosm_dev *iosm)
{
	WRITE_ONCE(iosm->run->suspended, true);
	iosm_rx_sync(iosm);
	disable_irq(pci_irq_vector(iosm->pdev, 0));
	iosm->irq_off = true;
}

static int iosm_power_suspend(struct device *dev)
{
	struct iosm_dev *iosm = dev_get_drvdata(dev);
	struct iosm_run *run = iosm->run;

	if (!run)
		return 0;
	/* From here on one missed time limit is enough. */
	WRITE_ONCE(run->leaving, true);
	if (iosm_run_dead(run) || !iosm_power_state_kept(iosm)) {
		iosm_power_end_run(run, "it was down when the system went to sleep");
		iosm_power_stop_poll(iosm);
	} else if (iosm->sleep_path == IOSM_SLEEP_PATH_MESSAGE) {
		if (iosm_power_say_sleep(run))
			iosm_power_end_run(run,
					   "it did not prepare for the system's sleep");
		iosm_power_stop_poll(iosm);
	} else {
		iosm_msg_hold(run, true);
		iosm_power_stop_poll(iosm);
		iosm_sleep_force(run);
	}
	return 0;
}

static int iosm_power_wake_modem(struct iosm_dev *iosm)
{
	struct iosm_run *run = iosm->run;

	if (iosm->sleep_path == IOSM_SLEEP_PATH_MESSAGE)
		return iosm_power_say_awake(run);
	iosm_sleep_force_end(run);
	iosm_msg_hold(run, false);
	return 0;
}

static int iosm_power_resume(struct device *dev)
{
	struct iosm_dev *iosm = dev_get_drvdata(dev);
	struct iosm_run *run = iosm->run;

	/* Of a dead run too: no register is accessed of a function without configuration. */
	if (run && !iosm_power_state_kept(iosm) && !iosm_run_dead(run))
		iosm_power_end_run(run, "it lost its state while the system slept");
	if (run) {
		/* A message of before that times out now says nothing of the modem. */
		WRITE_ONCE(run->leaving, false);
		/* Pairs with the acquire in iosm_run_unanswered(). */
		smp_store_release(&run->suspended, false);
	}
	if (iosm->irq_off)
		enable_irq(pci_irq_vector(iosm->pdev, 0));
	iosm->irq_off = false;
	if (!run || iosm_run_dead(run))
		return 0;

	/*
	 * Interrupts of the time between were dropped: one of them may have been
	 * the answer to a wake-up request, which the next message waits for.
	 */
	iosm_rx_look(iosm);
	if (iosm_power_wake_modem(iosm))
		iosm_power_end_run(run, "it did not see that the system is back");
	iosm_rx_look(iosm);
	return 0;
}

const struct dev_pm_ops iosm_power_ops = {
	.prepare = pm_sleep_ptr(iosm_power_prepare),
	.complete = pm_sleep_ptr(iosm_power_complete),
	SYSTEM_SLEEP_PM_OPS(iosm_power_suspend, iosm_power_resume)
};

static int iosm_power_notify(struct notifier_block *notifier,
			     unsigned long event, void *data)
{
	struct iosm_dev *iosm = container_of(notifier, struct iosm_dev,
					     pm_notifier);

	switch (event) {
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		iosm_life_hold(iosm, IOSM_HOLD_HIBERNATION);
		break;
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		iosm_life_release(iosm, IOSM_HOLD_HIBERNATION);
		break;
	}
	return NOTIFY_OK;
}

/**
 * iosm_power_init() - learn how the platform wants the modem to sleep
 * @iosm: device with its life initialised
 *
 * Context: Process, may sleep.
 * Return: 0 or an errno of register_pm_notifier().
 */
int iosm_power_init(struct iosm_dev *iosm)
{
	INIT_WORK(&iosm->power_up, iosm_power_up_work);
	iosm->sleep_path = iosm_power_sleep_path(iosm);
	iosm->pm_notifier.notifier_call = iosm_power_notify;
	return register_pm_notifier(&iosm->pm_notifier);
}

/**
 * iosm_power_destroy() - end what iosm_power_init() began
 * @iosm: device, held down
 *
 * Context: Process, may sleep.
 */
void iosm_power_destroy(struct iosm_dev *iosm)
{
	unregister_pm_notifier(&iosm->pm_notifier);
	iosm_power_cancel_up(iosm);
}
