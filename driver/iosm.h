/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Intel XMM7560/XMM7360 PCIe modem: the device.
 */
#ifndef IOSM_H
#define IOSM_H

#include <linux/netdevice.h>
#include <linux/pci.h>

#include "iosm_compat.h"
#include "iosm_health.h"
#include "iosm_life.h"
#include "iosm_mmio.h"
#include "iosm_power.h"
#include "iosm_wire.h"

struct iosm_run;

/**
 * DOC: Contexts, owners and lock order
 *
 * Two objects carry everything. &struct iosm_dev is the PCI function, from probe
 * to remove. &struct iosm_run is one run of the modem's firmware: shared memory,
 * message ring, pipes, mux, sessions, ports. The life worker alone makes and
 * destroys runs (iosm_life.c), so probe, remove, crash, reset, hibernation and power
 * loss are all paths through iosm_run_start() and iosm_run_stop(). A system that
 * sleeps and a modem that keeps its state leave the run as it is (iosm_power.c).
 *
 * Contexts:
 *
 * - life worker (ordered workqueue, may sleep): owns iosm_dev.run and the state.
 * - session worker (one work item of the run, may sleep): opens and closes the IP
 *   channel and the mux sessions.
 * - NAPI poll (softirq, iosm_rx.c): the one consumer of the message ring and of
 *   every pipe, the one producer of every open downlink pipe.
 * - ndo_start_xmit (softirq or process with BH off, iosm_tx.c) and the flush timer
 *   (softirq, iosm_tx_announce.c): produce on the uplink pipe of the IP channel, as the
 *   poll and the session worker do, all under iosm_tx.lock.
 * - port operations of the WWAN core (process, iosm_port.c): produce on the uplink
 *   pipe of their control channel, open and close its pipes.
 * - hard interrupt: schedules NAPI and wakes the life worker's waits, no more.
 * - system sleep (process, iosm_power.c): between "prepare" and "complete" the life
 *   worker is frozen, and these callbacks own the run.
 * - reset and error callbacks of the PCI core (process, device lock held,
 *   iosm_reset.c): hold the modem down, and have the worker end the run.
 *
 * A pipe has one consumer and, at any time, one producer; iosm_rx_sync() ends what
 * the poll does with a pipe before somebody else may touch it.
 *
 * Lock order, outermost first; everything to the right of "BH" is a spinlock that
 * softirqs take:
 *
 *   device lock  ->  (life worker)  ->  WWAN port ops lock | RTNL
 *   ->  iosm_dev.napi_lock
 *   ->  BH: iosm_msg.lock | iosm_tx.lock | iosm_port.lock  ->  iosm_sleep.lock
 *
 * Who holds the device lock may wait for the life worker, so the worker only tries
 * to take it. The same holds for the devlink instance lock, which the worker takes:
 * nobody waits for the worker under it.
 *
 * No two of the three above iosm_sleep.lock are held together.
 */

/* Counters: rare events and doorbells; "ethtool -S" shows them (iosm_ethtool.c). */
enum iosm_counter {
	IOSM_CNT_INTERRUPTS,
	IOSM_CNT_DOORBELLS,
	IOSM_CNT_WAKE_REQUESTS,
	IOSM_CNT_DEVICE_SLEEPS,
	IOSM_CNT_MSG_TIMEOUTS,
	IOSM_CNT_MSG_ERRORS,
	IOSM_CNT_MSG_LATE,
	IOSM_CNT_RING_VIOLATIONS,
	IOSM_CNT_UL_BLOCKS,
	IOSM_CNT_UL_COMMANDS,
	IOSM_CNT_UL_DROP_NOT_IP,
	IOSM_CNT_UL_DROP_OVERSIZE,
	IOSM_CNT_UL_DROP_NO_SESSION,
	IOSM_CNT_UL_DROP_NO_COMMAND_BUFFER,
	IOSM_CNT_DL_BLOCKS,
	IOSM_CNT_DL_COMMANDS,
	IOSM_CNT_DL_BAD_BLOCK,
	IOSM_CNT_DL_BAD_TABLE,
	IOSM_CNT_DL_BAD_DATAGRAM,
	IOSM_CNT_DL_BAD_STATUS,
	IOSM_CNT_DL_BAD_COMMAND,
	IOSM_CNT_DL_UNEXPECTED_ANSWER,
	IOSM_CNT_DL_DROP_NO_SESSION,
	IOSM_CNT_DL_DROP_NOT_IP,
	IOSM_CNT_DL_DROP_NO_MEMORY,
	IOSM_CNT_PORT_BAD_MESSAGE,
	IOSM_CNT_PORT_NO_MEMORY,
	IOSM_COUNTERS
};

/**
 * struct iosm_model - what differs between the products
 * @name: for people
 * @channels: bit per &enum iosm_channel_id that becomes a port
 */
struct iosm_model {
	const char *name;
	unsigned long channels;
};

/**
 * struct iosm_dev - one modem on the PCI bus
 * @pdev: PCI function
 * @model: constant after probe
 * @mmio: registers
 * @config: configuration space as probe left it
 * @life: state machine
 * @health: what "devlink health" knows
 * @pm_notifier: hears of hibernation
 * @power_up: has the PCI core power the function up
 * @power_rises: @power_up is queued or runs
 * @power_refused: @power_up has failed, and nothing else was tried since; @power_up while
 *	it runs, then the life worker
 * @sleep_path: how system sleep is told to the modem; constant after probe
 * @irq_off: the interrupt is disabled while the system sleeps; system sleep
 * @mux_wq: runs the session worker
 * @run: current run of the firmware or NULL; written by the life worker while NAPI
 *	is disabled, read by the poll
 * @stray: a run that is over, and whose memory the modem may still reach, or NULL; life
 *	worker
 * @napi_dev: carries @napi; one interrupt feeds all network devices
 * @napi: the consumer of every ring; enabled while there is a run
 * @napi_lock: serialises disabling and enabling of @napi
 * @counters: by &enum iosm_counter
 */
struct iosm_dev {
	struct pci_dev *pdev;
	const struct iosm_model *model;
	struct iosm_mmio mmio;
	struct pci_saved_state *config;
	struct iosm_life life;
	struct iosm_health health;
	struct notifier_block pm_notifier;
	struct work_struct power_up;
	bool power_rises;
	bool power_refused;
	enum iosm_sleep_path sleep_path;
	bool irq_off;
	struct workqueue_struct *mux_wq;
	struct iosm_run *run;
	struct iosm_run *stray;
	struct net_device *napi_dev;
	struct napi_struct napi;
	struct mutex napi_lock; /* pairs of napi_disable() and _enable() */
	atomic_long_t counters[IOSM_COUNTERS];
};

static inline void iosm_count(struct iosm_dev *iosm, enum iosm_counter counter)
{
	atomic_long_inc(&iosm->counters[counter]);
}

static inline struct device *iosm_device(struct iosm_dev *iosm)
{
	return &iosm->pdev->dev;
}

#endif /* IOSM_H */
