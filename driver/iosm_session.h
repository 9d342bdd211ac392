/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mux sessions: open, close, flow control, credits.
 */
#ifndef IOSM_SESSION_H
#define IOSM_SESSION_H

#include <linux/timer.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "iosm_mux_decode.h"
#include "iosm_wire.h"

struct iosm_run;
struct net_device;
struct sk_buff;

/* Reaction time that the modem is granted for one mux command. */
#define IOSM_SESSION_TIMEOUT_MS		1000

/**
 * struct iosm_session - one IP session
 * @run: run that it belongs to
 * @id: MBIM session id and link id
 * @netdev: device that is up on this session, or NULL; written under the transmit
 *	lock, read by the poll; iosm_rx_sync() ends its use
 * @wanted: the device is up; transmit lock
 * @renew: the device went down since the session was opened: close it before
 *	anything else; transmit lock
 * @open: the modem has opened the session; transmit lock
 * @receives: downlink of the session is taken: from the modem's answer on, before
 *	@open; written under the transmit lock, read by the poll
 * @unclosed: the modem has not confirmed the last close; owned by the mux worker
 * @refused: the modem refused the last open; owned by the mux worker
 * @error: why the session did not open, or 0; transmit lock
 * @flow_stopped: the modem said stop; transmit lock
 * @credits: bytes that may be sent, where the uplink needs credits; transmit lock
 * @ul_head_pad: bytes in front of each uplink packet; transmit lock
 * @level_told: the modem knows that the session waits for credits; transmit lock
 * @waiting: bytes that were encoded, and not taken by the modem yet; transmit lock
 * @parked: one packet that could not be sent; the queue is stopped meanwhile;
 *	transmit lock
 */
struct iosm_session {
	struct iosm_run *run;
	u8 id;
	struct net_device __rcu *netdev;
	bool wanted;
	bool renew;
	bool open;
	bool receives;
	bool unclosed;
	bool refused;
	int error;
	bool flow_stopped;
	s64 credits;
	u32 ul_head_pad;
	bool level_told;
	u32 waiting;
	struct sk_buff *parked;
};

/**
 * struct iosm_mux_request - the command that waits for an answer
 * @active: somebody waits
 * @done: @answer is valid
 * @type: of the answer
 * @transaction: of the command
 * @session: of the command
 * @answer: of the modem
 *
 * All members: transmit lock.
 */
struct iosm_mux_request {
	bool active;
	bool done;
	u32 type;
	u32 transaction;
	u8 session;
	struct iosm_mux_downlink_command answer;
};

/**
 * struct iosm_mux - all sessions of a run
 * @sessions: by id
 * @worker: opens and closes channel and sessions
 * @retry: starts @worker again after an open that failed
 * @retries: such opens since the last that went well; owned by @worker
 * @links: network device of each session, or NULL; RTNL
 * @registered: the WWAN core knows the run; life worker
 * @offered: the WWAN core has made its own link, or given it up, and users may; RTNL
 * @channel_open: the IP channel is open; owned by @worker
 * @transaction: id of the next command; transmit lock
 * @request: at most one command at a time waits for its answer
 */
struct iosm_mux {
	struct iosm_session sessions[IOSM_MUX_SESSIONS];
	struct net_device *links[IOSM_MUX_SESSIONS];
	bool registered;
	bool offered;
	struct work_struct worker;
	struct timer_list retry;
	unsigned int retries;
	bool channel_open;
	u32 transaction;
	struct iosm_mux_request request;
};

void iosm_mux_init(struct iosm_run *run);
void iosm_mux_stop(struct iosm_run *run);
int iosm_session_up(struct iosm_session *session, struct net_device *netdev);
void iosm_session_down(struct iosm_session *session);
void iosm_session_command(struct iosm_run *run,
			  const struct iosm_mux_downlink_command *command);
void iosm_session_grant(struct iosm_run *run, u8 id, u32 credits);

#endif /* IOSM_SESSION_H */
