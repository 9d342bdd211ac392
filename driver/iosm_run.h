/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of the modem's firmware.
 */
#ifndef IOSM_RUN_H
#define IOSM_RUN_H

#include <linux/cache.h>
#include <linux/timer.h>
#include <linux/wait.h>

#include "iosm_msg.h"
#include "iosm_pipe.h"
#include "iosm_port.h"
#include "iosm_rx.h"
#include "iosm_session.h"
#include "iosm_sleep.h"
#include "iosm_tx.h"
#include "iosm_wire.h"

struct iosm_dev;

#define IOSM_RUN_PIPES	(2 * IOSM_CHANNELS)

/* Stands for the message ring where a pipe is named. */
#define IOSM_RUN_MSG_RING	(-1)

/**
 * struct iosm_shm - memory shared with the modem
 * @context: addresses of the other parts; written before the modem starts
 * @msg_head: message ring, next entry the host fills
 * @heads: pipes, next descriptor the host fills
 * @info: written by the modem
 * @msg_tail: written by the modem
 * @tails: written by the modem; by the host while the pipe is closed
 * @msg: message ring; requests of the host, status of the modem
 *
 * What each side writes stands on cache lines of its own.
 */
struct iosm_shm {
	struct iosm_wire_context context;
	__le32 msg_head;
	__le32 heads[IOSM_PIPES];

	struct iosm_wire_device_info info ____cacheline_aligned;
	__le32 msg_tail;
	__le32 tails[IOSM_PIPES];

	union iosm_wire_msg msg[IOSM_MSG_ENTRIES] ____cacheline_aligned;
};

/**
 * struct iosm_run - everything that belongs to one run of the firmware
 * @iosm: device
 * @shm: shared memory
 * @shm_dma: bus address of @shm
 * @aggregation: the mux speaks the aggregation dialect; constant once running
 * @credits: uplink needs credits of the modem; constant once running
 * @online: ports and network devices may exist; the modem is expected to run
 * @leaving: the run is being ended; who is silent now is not waited for again
 * @dead: nothing more may be asked of the modem, every wait ends; set once
 * @suspended: the system sleeps; the poll keeps away from the rings
 * @failure: why the run must end, or NULL; set once
 * @wait: woken by completions of every kind and by @dead
 * @stall: looks whether the modem takes what it was sent
 * @stall_tails: positions of the uplink pipes at the last look; owned by @stall
 * @stall_looks: looks since they moved; owned by @stall
 * @doubt: it did not; the life worker asks it for a sign of life
 * @msg: message ring
 * @sleep: device sleep
 * @pipes: by pipe number
 * @rx: downlink of the IP channel
 * @tx: uplink of the IP channel
 * @mux: mux sessions
 * @ports: control ports, by channel
 */
struct iosm_run {
	struct iosm_dev *iosm;
	struct iosm_shm *shm;
	dma_addr_t shm_dma;
	bool aggregation;
	bool credits;
	bool online;
	bool leaving;
	bool dead;
	bool suspended;
	const char *failure;
	wait_queue_head_t wait;
	struct timer_list stall;
	u32 stall_tails[IOSM_CHANNELS];
	unsigned int stall_looks[IOSM_CHANNELS];
	bool doubt;
	struct iosm_msg msg;
	struct iosm_sleep sleep;
	struct iosm_pipe pipes[IOSM_RUN_PIPES];
	struct iosm_rx rx;
	struct iosm_tx tx;
	struct iosm_mux mux;
	struct iosm_port ports[IOSM_CHANNELS];
};

int iosm_run_start(struct iosm_dev *iosm);
void iosm_run_stop(struct iosm_dev *iosm, bool orderly);
bool iosm_run_settle(struct iosm_dev *iosm);
void iosm_run_give_up(struct iosm_dev *iosm);
bool iosm_run_dead(const struct iosm_run *run);
void iosm_run_die(struct iosm_run *run);
void iosm_run_unanswered(struct iosm_run *run);
void iosm_run_expect(struct iosm_run *run);
void iosm_run_check(struct iosm_run *run);
void iosm_run_fail(struct iosm_run *run, const char *reason);
void iosm_run_violation(struct iosm_run *run, int pipe, u32 value);
void iosm_run_unmade(struct iosm_run *run, int pipe);

#endif /* IOSM_RUN_H */
