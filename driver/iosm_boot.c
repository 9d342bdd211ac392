// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IPC status handshake.
 *
 * The modem interrupts only when it enters "running", and that interrupt may come
 * at any time or get lost. So every wait listens for the interrupt and looks at
 * the register as well, first often, then less often, and ends at once when the
 * driver is asked to stop or the modem leaves stage RUN.
 */
#include "iosm_boot.h"

#include <linux/jiffies.h>

#include "iosm.h"
#include "iosm_run.h"

#define IOSM_BOOT_UNINIT_MS	100
#define IOSM_BOOT_OTHER_MS	1000
#define IOSM_BOOT_INIT_MS	10000
#define IOSM_BOOT_INIT_AGAIN_MS	100
#define IOSM_BOOT_RUNNING_MS	10000

/* Looks at the register start after 1 ms and slow down to this. */
#define IOSM_BOOT_LOOK_MAX_MS	20

static bool iosm_boot_reached(struct iosm_dev *iosm, u32 status)
{
	struct iosm_run *run = iosm->run;

	if (iosm_mmio_ipc_status(iosm) != status)
		return false;
	/* The device info must say so too, before it replaces the registers. */
	if (status == IOSM_IPC_RUNNING)
		return le32_to_cpu(READ_ONCE(run->shm->info.ipc_status)) == status;
	return true;
}

static int iosm_boot_wait(struct iosm_dev *iosm, u32 status,
			  unsigned int timeout_ms, bool leaving)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(timeout_ms);
	unsigned int look_ms = 1;
	int kicks;

	for (;;) {
		/* An interrupt behind the look at the register ends the wait. */
		kicks = iosm_life_kicks(iosm);
		if (iosm_boot_reached(iosm, status))
			return 0;
		/* Who takes the device away may have cut the registers too. */
		if (!leaving && !iosm_life_wanted(iosm))
			return -EINTR;
		if (iosm_mmio_gone(iosm))
			return -ENODEV;
		if (!leaving && iosm_mmio_stage(iosm) != IOSM_STAGE_RUN)
			return -EIO;
		if (time_after(jiffies, deadline))
			return -ETIMEDOUT;
		iosm_life_wait(iosm, kicks, look_ms, leaving);
		look_ms = min(look_ms * 2, IOSM_BOOT_LOOK_MAX_MS);
	}
}

/* One that recovers, or has an error, may need longer than one that works. */
static unsigned int iosm_boot_uninit_ms(struct iosm_dev *iosm)
{
	switch (iosm_mmio_ipc_status(iosm)) {
	case IOSM_IPC_INIT:
	case IOSM_IPC_RUNNING:
		return IOSM_BOOT_UNINIT_MS;
	default:
		return IOSM_BOOT_OTHER_MS;
	}
}

/**
 * iosm_boot_to_uninit() - have the modem stop all access to memory
 * @iosm: device
 * @leaving: the caller is on its way down: a stop does not end the wait
 *
 * Context: Life worker, may sleep up to IOSM_BOOT_OTHER_MS.
 * Return: 0; -ETIMEDOUT when the modem did not confirm; -ENODEV when it is gone;
 * unless leaving -EIO when it left stage RUN, -EINTR when the driver is asked to stop.
 */
int iosm_boot_to_uninit(struct iosm_dev *iosm, bool leaving)
{
	unsigned int limit_ms = iosm_boot_uninit_ms(iosm);
	int err;

	iosm_mmio_ring(iosm, IOSM_DOORBELL_IPC, IOSM_IPC_UNINIT);
	err = iosm_boot_wait(iosm, IOSM_IPC_UNINIT, limit_ms, leaving);
	if (err == -ETIMEDOUT)
		dev_warn(iosm_device(iosm),
			 "modem does not confirm that its IPC stopped\n");
	return err;
}

/*
 * A modem that has only just reached stage RUN may miss the doorbell; it takes one
 * that is repeated (host interface, section 10.3).
 */
static int iosm_boot_to_init(struct iosm_dev *iosm)
{
	unsigned int waited_ms = 0;
	int err;

	do {
		iosm_mmio_ring(iosm, IOSM_DOORBELL_IPC, IOSM_IPC_INIT);
		err = iosm_boot_wait(iosm, IOSM_IPC_INIT,
				     IOSM_BOOT_INIT_AGAIN_MS, false);
		waited_ms += IOSM_BOOT_INIT_AGAIN_MS;
	} while (err == -ETIMEDOUT && waited_ms < IOSM_BOOT_INIT_MS &&
		 iosm_mmio_ipc_status(iosm) == IOSM_IPC_UNINIT);
	/* It may have got there behind the last look. */
	if (err == -ETIMEDOUT && iosm_mmio_ipc_status(iosm) == IOSM_IPC_INIT)
		return 0;
	return err;
}

/**
 * iosm_boot_to_running() - start the modem's IPC
 * @iosm: device in stage RUN; its run is made and NAPI enabled
 *
 * A modem that still runs for somebody else, an earlier kernel or a run that ended
 * badly, is told to stop first. Until it has, it reaches no memory.
 *
 * Context: Life worker, may sleep for seconds.
 * Return: 0; -ETIMEDOUT; -EIO when the modem left stage RUN; -ENODEV when it is
 * gone; -EINTR when the driver is asked to stop.
 */
int iosm_boot_to_running(struct iosm_dev *iosm)
{
	int err;

	if (iosm_mmio_ipc_status(iosm) != IOSM_IPC_UNINIT) {
		err = iosm_boot_to_uninit(iosm, false);
		if (err)
			return err;
	}

	pci_set_master(iosm->pdev);
	err = iosm_boot_to_init(iosm);
	if (err)
		return err;

	iosm_mmio_set_context(iosm, iosm->run->shm_dma);
	iosm_mmio_ring(iosm, IOSM_DOORBELL_IPC, IOSM_IPC_RUNNING);
	return iosm_boot_wait(iosm, IOSM_IPC_RUNNING, IOSM_BOOT_RUNNING_MS,
			      false);
}
