// SPDX-License-Identifier: GPL-2.0-only
/*
 * One run of the modem's firmware: made when the modem starts, quiesced and
 * destroyed when it stops, for whatever reason. All of it happens in the life
 * worker.
 */
#include "iosm_run.h"

#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "iosm.h"
#include "iosm_boot.h"
#include "iosm_netdev.h"

/* A pipe of which nothing is taken for so long makes the modem suspect. */
#define IOSM_RUN_STALL_JIFFIES	(2 * HZ)

/**
 * iosm_run_dead() - is the run over?
 * @run: run
 *
 * Context: Any.
 * Return: true when the modem must not be asked anything any more.
 */
bool iosm_run_dead(const struct iosm_run *run)
{
	return READ_ONCE(run->dead);
}

/**
 * iosm_run_fail() - end the run because of something the modem did
 * @run: run
 * @reason: for people
 *
 * The life worker does the rest.
 *
 * Context: Process or softirq.
 */
void iosm_run_fail(struct iosm_run *run, const char *reason)
{
	if (cmpxchg(&run->failure, NULL, reason))
		return;
	iosm_life_kick(run->iosm);
}

/**
 * iosm_run_die() - from now on nothing is asked of the modem, and no wait lasts
 * @run: run
 *
 * When it returns, no doorbell is rung any more.
 *
 * Context: Process or softirq.
 */
void iosm_run_die(struct iosm_run *run)
{
	spin_lock_bh(&run->sleep.lock);
	WRITE_ONCE(run->dead, true);
	spin_unlock_bh(&run->sleep.lock);
	wake_up_all(&run->wait);
}

/**
 * iosm_run_unanswered() - the modem let a time limit pass
 * @run: run
 *
 * While the run is ending, once is enough: a silent modem must not cost its limit
 * again for every port and session. While the system sleeps it is the host that does
 * not listen.
 *
 * Context: Process.
 */
void iosm_run_unanswered(struct iosm_run *run)
{
	/* Pairs with the release in iosm_power_resume(). */
	if (!smp_load_acquire(&run->suspended) && READ_ONCE(run->leaving))
		iosm_run_die(run);
}

/* Uplink pipe with something that the modem has not taken for longer and longer. */
static bool iosm_run_pipe_stalls(struct iosm_run *run, unsigned int channel)
{
	struct iosm_pipe *pipe = &run->pipes[IOSM_PIPE_UL(channel)];
	u32 tail = READ_ONCE(pipe->dev_tail);

	if (tail != run->stall_tails[channel])
		run->stall_looks[channel] = 0;
	else
		run->stall_looks[channel]++;
	run->stall_tails[channel] = tail;
	/* One that answers all the same is asked less and less often. */
	return is_power_of_2(run->stall_looks[channel]);
}

static bool iosm_run_pipe_busy(struct iosm_run *run, unsigned int channel)
{
	struct iosm_pipe *pipe = &run->pipes[IOSM_PIPE_UL(channel)];

	return READ_ONCE(pipe->open) &&
	       READ_ONCE(pipe->published) != READ_ONCE(pipe->dev_tail);
}

static void iosm_run_stall(struct timer_list *timer)
{
	struct iosm_run *run = container_of(timer, struct iosm_run, stall);
	bool busy = false, stalls = false;
	unsigned int i;

	if (iosm_run_dead(run))
		return;
	/* Pairs with that in iosm_run_expect(): what was sent is seen, or the timer is. */
	smp_mb();
	for (i = 0; i < IOSM_CHANNELS; i++) {
		if (!iosm_run_pipe_busy(run, i))
			continue;
		busy = true;
		stalls |= iosm_run_pipe_stalls(run, i);
	}
	if (!busy)
		return;
	mod_timer(&run->stall, jiffies + IOSM_RUN_STALL_JIFFIES);
	/* It may have gone on, and only its interrupt be lost. */
	napi_schedule(&run->iosm->napi);
	if (stalls && !READ_ONCE(run->suspended)) {
		WRITE_ONCE(run->doubt, true);
		iosm_life_kick(run->iosm);
	}
}

/**
 * iosm_run_expect() - the modem was sent something, and shall take it
 * @run: run
 *
 * Context: Process or softirq.
 */
void iosm_run_expect(struct iosm_run *run)
{
	/* Pairs with that in iosm_run_stall(). */
	smp_mb();
	/* A stopped run's timer is shut down and stays so. */
	if (!timer_pending(&run->stall))
		mod_timer(&run->stall, jiffies + IOSM_RUN_STALL_JIFFIES);
}

/**
 * iosm_run_violation() - the modem wrote an impossible index
 * @run: run
 * @pipe: pipe number, or IOSM_RUN_MSG_RING
 * @value: what the modem wrote
 *
 * Context: Softirq, NAPI poll.
 */
void iosm_run_violation(struct iosm_run *run, int pipe, u32 value)
{
	iosm_count(run->iosm, IOSM_CNT_RING_VIOLATIONS);
	if (pipe == IOSM_RUN_MSG_RING)
		dev_err(iosm_device(run->iosm),
			"modem wrote impossible tail %u of the message ring\n",
			value);
	else
		dev_err(iosm_device(run->iosm),
			"modem wrote impossible tail %u of pipe %d\n", value,
			pipe);
	iosm_run_fail(run, "a ring was corrupted by the modem");
}

/**
 * iosm_run_unmade() - the modem completed a transfer that it did not make
 * @run: run
 * @pipe: pipe number
 *
 * Context: Softirq, NAPI poll.
 */
void iosm_run_unmade(struct iosm_run *run, int pipe)
{
	iosm_count(run->iosm, IOSM_CNT_RING_VIOLATIONS);
	dev_err(iosm_device(run->iosm),
		"modem completed a transfer of pipe %d that it did not make\n",
		pipe);
	iosm_run_fail(run, "a ring was corrupted by the modem");
}

static void iosm_run_fill_context(struct iosm_run *run)
{
	struct iosm_wire_context *context = &run->shm->context;
	dma_addr_t base = run->shm_dma;

	context->device_info =
		cpu_to_le64(base + offsetof(struct iosm_shm, info));
	context->heads = cpu_to_le64(base + offsetof(struct iosm_shm, heads));
	context->tails = cpu_to_le64(base + offsetof(struct iosm_shm, tails));
	context->msg_head =
		cpu_to_le64(base + offsetof(struct iosm_shm, msg_head));
	context->msg_tail =
		cpu_to_le64(base + offsetof(struct iosm_shm, msg_tail));
	context->msg_ring = cpu_to_le64(base + offsetof(struct iosm_shm, msg));
	context->msg_entries = cpu_to_le16(IOSM_MSG_ENTRIES);
}

static struct iosm_run *iosm_run_alloc(struct iosm_dev *iosm)
{
	struct iosm_run *run;
	unsigned int i;

	run = kvzalloc_obj(*run);
	if (!run)
		return NULL;
	run->iosm = iosm;
	run->shm = dma_alloc_coherent(iosm_device(iosm), sizeof(*run->shm),
				      &run->shm_dma, GFP_KERNEL);
	if (!run->shm) {
		kvfree(run);
		return NULL;
	}

	init_waitqueue_head(&run->wait);
	timer_setup(&run->stall, iosm_run_stall, 0);
	iosm_run_fill_context(run);
	iosm_msg_init(&run->msg);
	iosm_sleep_init(&run->sleep);
	for (i = 0; i < IOSM_RUN_PIPES; i++)
		iosm_pipe_init(&run->pipes[i], run, i);
	iosm_tx_init(run);
	iosm_mux_init(run);
	iosm_ports_init(run);
	return run;
}

/* The modem must have let go of all memory: no bus master. */
static void iosm_run_free(struct iosm_run *run)
{
	unsigned int i;

	iosm_ports_destroy(run);
	iosm_tx_destroy(run);
	iosm_rx_destroy(run);
	for (i = 0; i < IOSM_RUN_PIPES; i++)
		iosm_pipe_destroy(&run->pipes[i]);
	iosm_msg_destroy(&run->msg);
	dma_free_coherent(iosm_device(run->iosm), sizeof(*run->shm), run->shm,
			  run->shm_dma);
	kvfree(run);
}

static u32 iosm_run_capabilities(struct iosm_dev *iosm, u32 version)
{
	return version >= IOSM_VERSION_WITH_CAPS ?
		iosm_mmio_capabilities(iosm) : 0;
}

/*
 * The dialect holds as long as the run, and in a wrong one nothing is ever answered: one read
 * that goes wrong must not be enough for that.
 */
static int iosm_run_choose_dialect(struct iosm_run *run)
{
	struct iosm_dev *iosm = run->iosm;
	u32 version = iosm_mmio_version(iosm);
	u32 caps = iosm_run_capabilities(iosm, version);

	if (version == IOSM_ALL_ONES || iosm_mmio_version(iosm) != version ||
	    iosm_run_capabilities(iosm, version) != caps)
		return -EIO;

	run->aggregation = caps & (IOSM_CAP_UL_AGGREGATION |
				   IOSM_CAP_DL_AGGREGATION);
	run->credits = caps & IOSM_CAP_UL_CREDITS;
	dev_info(iosm_device(iosm),
		 "modem runs: IPC version %#x, capabilities %#x, mux %s%s\n",
		 version, caps, run->aggregation ? "aggregation" : "Lite",
		 run->credits ? " with credits" : "");
	return 0;
}

static int iosm_run_set_features(struct iosm_run *run)
{
	const union iosm_wire_msg features = {
		.feature = {
			.features = IOSM_MSG_FEATURE_CRASH_INBAND,
			.type = IOSM_MSG_FEATURE_SET,
		},
	};

	return iosm_msg_call(run, &features, "set features", NULL);
}

/**
 * iosm_run_check() - ask a modem that takes nothing for a sign of life
 * @run: run; nothing is done if there is no doubt about it
 *
 * Short of air time or of memory it may leave its pipes alone for long, but it
 * answers messages. One that does not may have died without an interrupt.
 *
 * Context: Life worker, may sleep.
 */
void iosm_run_check(struct iosm_run *run)
{
	if (!READ_ONCE(run->doubt) || !iosm_life_wanted(run->iosm))
		return;
	WRITE_ONCE(run->doubt, false);
	if (iosm_run_set_features(run) == -ETIMEDOUT)
		iosm_run_fail(run, "it takes no data and answers no messages");
}

/* Neither message is vital: a modem that refuses only saves less power. */
static void iosm_run_configure(struct iosm_run *run)
{
	const union iosm_wire_msg may_sleep = {
		.sleep = {
			.target = IOSM_MSG_SLEEP_DEVICE,
			.state = IOSM_MSG_DEVICE_MAY_SLEEP,
			.type = IOSM_MSG_SLEEP,
		},
	};

	iosm_msg_call(run, &may_sleep, "allow device sleep", NULL);
	if (iosm_life_wanted(run->iosm))
		iosm_run_set_features(run);
}

static int iosm_run_publish(struct iosm_run *run)
{
	int err;

	err = iosm_ports_create(run);
	if (err)
		return err;
	err = iosm_netdev_register(run);
	if (err)
		iosm_ports_remove(run);
	return err;
}

/**
 * iosm_run_start() - bring a modem in stage RUN to work
 * @iosm: device without a run
 *
 * Context: Life worker, may sleep.
 * Return: 0; a negative errno otherwise, and everything is as before.
 */
int iosm_run_start(struct iosm_dev *iosm)
{
	struct iosm_run *run;
	int err;

	run = iosm_run_alloc(iosm);
	if (!run)
		return -ENOMEM;

	/* The poll must be ready before the modem is asked to run: it may answer
	 * within the doorbell.
	 */
	iosm->run = run;
	napi_enable(&iosm->napi);

	err = iosm_boot_to_running(iosm);
	if (err)
		goto err_stop;
	err = iosm_run_choose_dialect(run);
	if (iosm_mmio_gone(iosm))
		err = -ENODEV;
	if (err)
		goto err_stop;
	WRITE_ONCE(run->online, true);
	iosm_run_configure(run);
	if (!iosm_life_wanted(iosm))
		err = -EINTR;
	else if (READ_ONCE(run->failure))
		err = -EIO;
	if (err)
		goto err_stop;
	err = iosm_run_publish(run);
	if (err)
		goto err_stop;
	return 0;

err_stop:
	/* What went wrong while somebody took the modem down is not the modem's failure. */
	if (!iosm_life_wanted(iosm))
		err = -EINTR;
	iosm_run_stop(iosm, true);
	return err;
}

static void iosm_run_free_stray(struct iosm_dev *iosm)
{
	iosm_run_free(iosm->stray);
	iosm->stray = NULL;
}

/**
 * iosm_run_settle() - free the memory of the last run, if the modem lets go of it
 * @iosm: device without a run
 *
 * Context: Process, may sleep: the life worker, or who has ended it.
 * Return: false when it does not, as it does not answer; there is no next run before.
 */
bool iosm_run_settle(struct iosm_dev *iosm)
{
	if (!iosm->stray)
		return true;
	if (!iosm_mmio_end_dma(iosm))
		return false;
	iosm_run_free_stray(iosm);
	return true;
}

/**
 * iosm_run_give_up() - free the memory of the last run, come what may
 * @iosm: device that the driver leaves, its life worker no more
 *
 * Context: Process, may sleep.
 */
void iosm_run_give_up(struct iosm_dev *iosm)
{
	if (!iosm_run_settle(iosm))
		iosm_run_free_stray(iosm);
}

/**
 * iosm_run_stop() - quiesce and destroy the run
 * @iosm: device; nothing is done if it has no run
 * @orderly: the modem still answers: close what is open, one by one
 *
 * The memory of one that does not answer is left to iosm_run_settle().
 *
 * Context: Life worker, may sleep; takes RTNL.
 */
void iosm_run_stop(struct iosm_dev *iosm, bool orderly)
{
	struct iosm_run *run = iosm->run;

	if (!run)
		return;

	WRITE_ONCE(run->leaving, true);
	if (!orderly)
		iosm_run_die(run);

	iosm_netdev_unregister(run);
	iosm_ports_remove(run);
	iosm_mux_stop(run);
	/* "Uninitialise" is for a modem that is awake. */
	if (!iosm_run_dead(run))
		iosm_sleep_wake(run, IOSM_HP_WAKE);
	WRITE_ONCE(run->online, false);
	iosm_run_die(run);

	/* One that was never let at memory has nothing to stop. */
	if (iosm->pdev->is_busmaster && iosm_mmio_stage(iosm) == IOSM_STAGE_RUN)
		iosm_boot_to_uninit(iosm, true);
	/* Whatever it answered, from here on it reaches no memory, if it has heard. */
	pci_clear_master(iosm->pdev);

	napi_disable(&iosm->napi);
	iosm_sleep_stop(&run->sleep);
	timer_shutdown_sync(&run->stall);
	iosm->run = NULL;
	iosm->stray = run;
	iosm_run_settle(iosm);
}
