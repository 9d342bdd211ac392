// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mux sessions.
 *
 * Network devices only say that they are up or down; one work item turns that into
 * commands, one at a time, and waits for the answers where nobody holds RTNL. The
 * first session opens the IP channel, the last one closes it.
 */
#include "iosm_session.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "iosm.h"
#include "iosm_netdev.h"
#include "iosm_run.h"
#include "iosm_trace.h"

/* "ip link set up" waits this long for the modem, usually some milliseconds. */
#define IOSM_SESSION_UP_WAIT_MS		250

/* Pause before an open that the modem left unanswered is tried again; doubled. */
#define IOSM_SESSION_RETRY_MS		2000
#define IOSM_SESSION_RETRY_DOUBLINGS	4U

/* No modem grants more than this in earnest; keeps the sum from overflowing. */
#define IOSM_SESSION_CREDITS_MAX	S32_MAX

static void iosm_session_schedule(struct iosm_run *run)
{
	queue_work(run->iosm->mux_wq, &run->mux.worker);
}

static struct device *iosm_session_dev(const struct iosm_session *session)
{
	return iosm_device(session->run->iosm);
}

/*
 * A system that goes to sleep meanwhile neither takes the answer nor the modem's time
 * for it.
 */
static void iosm_session_wait(struct iosm_run *run)
{
	struct iosm_mux_request *request = &run->mux.request;

	do {
		wait_event_timeout(run->wait,
				   READ_ONCE(request->done) ||
				   iosm_run_dead(run),
				   msecs_to_jiffies(IOSM_SESSION_TIMEOUT_MS));
		if (READ_ONCE(request->done) || iosm_run_dead(run))
			return;
	} while (iosm_msg_wait_awake(run));
	iosm_rx_catch_up(run->iosm);
}

/* Send a command, wait for the answer that repeats its transaction and session. */
static int iosm_session_call(struct iosm_session *session, u32 type,
			     u32 answer_type, const void *param,
			     u32 param_length,
			     struct iosm_mux_downlink_command *answer)
{
	struct iosm_run *run = session->run;
	struct iosm_mux_request *request = &run->mux.request;
	struct iosm_mux_uplink_command command = {
		.type = type,
		.session = session->id,
		.param = param,
		.param_length = param_length,
	};
	bool done;
	int err;

	iosm_msg_wait_awake(run);
	if (iosm_run_dead(run))
		return -ENODEV;

	spin_lock_bh(&run->tx.lock);
	command.transaction = run->mux.transaction++;
	request->active = true;
	request->done = false;
	request->type = answer_type;
	request->transaction = command.transaction;
	request->session = session->id;
	err = iosm_tx_command(run, &command);
	spin_unlock_bh(&run->tx.lock);

	if (!err)
		iosm_session_wait(run);

	spin_lock_bh(&run->tx.lock);
	done = request->done;
	*answer = request->answer;
	request->active = false;
	spin_unlock_bh(&run->tx.lock);

	if (err)
		return err;
	if (done)
		return 0;
	if (iosm_run_dead(run))
		return -ENODEV;
	iosm_run_unanswered(run);
	return -ETIMEDOUT;
}

static int iosm_session_check_answer(struct iosm_session *session,
				     const struct iosm_mux_downlink_command *answer,
				     u32 *ul_head_pad)
{
	struct iosm_wire_open_session_resp resp;
	u32 code;

	memcpy(&resp, answer->param, sizeof(resp));
	code = le32_to_cpu(resp.code);
	*ul_head_pad = le32_to_cpu(resp.ul_head_pad);

	if (answer->param_length < sizeof(resp)) {
		dev_err(iosm_session_dev(session),
			"session %u: answer of %u bytes is too short\n",
			session->id, answer->param_length);
		return -EPROTO;
	}
	if (code) {
		dev_err(iosm_session_dev(session),
			"session %u: modem refused to open it (code %u)\n",
			session->id, code);
		return -EIO;
	}
	if (*ul_head_pad > IOSM_MUX_UL_HEAD_PAD_MAX) {
		dev_err(iosm_session_dev(session),
			"session %u: modem asks for %u bytes of padding, more than %u\n",
			session->id, *ul_head_pad, IOSM_MUX_UL_HEAD_PAD_MAX);
		return -EPROTO;
	}
	return 0;
}

static int iosm_session_send_close(struct iosm_session *session)
{
	struct iosm_mux_downlink_command answer;

	return iosm_session_call(session, IOSM_MUX_CLOSE_SESSION,
				 IOSM_MUX_CLOSE_SESSION_RESP, NULL, 0, &answer);
}

static int iosm_session_send_open(struct iosm_session *session, u32 *ul_head_pad)
{
	const struct iosm_wire_open_session param = {
		.dl_head_pad = cpu_to_le32(IOSM_MUX_DL_HEAD_PAD),
	};
	struct iosm_run *run = session->run;
	struct iosm_mux_downlink_command answer;
	int err;

	/* A new session starts without credits, free to send. */
	spin_lock_bh(&run->tx.lock);
	session->credits = 0;
	session->flow_stopped = false;
	session->level_told = false;
	spin_unlock_bh(&run->tx.lock);

	err = iosm_session_call(session, IOSM_MUX_OPEN_SESSION,
				IOSM_MUX_OPEN_SESSION_RESP, &param,
				sizeof(param), &answer);
	if (!err)
		err = iosm_session_check_answer(session, &answer, ul_head_pad);
	if (err == -ETIMEDOUT) {
		dev_err(iosm_session_dev(session),
			"session %u: modem did not answer the open within %u ms\n",
			session->id, IOSM_SESSION_TIMEOUT_MS);
		iosm_life_uevent(run->iosm, "MDM_TIMEOUT");
		iosm_life_kick(run->iosm);
	}
	/* It may still open it, or has; leave nothing half open behind. */
	if (err == -ETIMEDOUT || err == -EPROTO)
		session->unclosed = iosm_session_send_close(session);
	return err;
}

/* Who waits for the link has an error by now; the link may come up all the same. */
static void iosm_session_retry_later(struct iosm_mux *mux)
{
	unsigned int doublings = min(mux->retries,
				     IOSM_SESSION_RETRY_DOUBLINGS);

	mux->retries++;
	mod_timer(&mux->retry,
		  jiffies + msecs_to_jiffies(IOSM_SESSION_RETRY_MS << doublings));
}

static void iosm_session_retry(struct timer_list *timer)
{
	struct iosm_mux *mux = container_of(timer, struct iosm_mux, retry);
	struct iosm_run *run = container_of(mux, struct iosm_run, mux);
	unsigned int i;

	if (iosm_run_dead(run))
		return;
	spin_lock(&run->tx.lock);
	for (i = 0; i < IOSM_MUX_SESSIONS; i++)
		if (mux->sessions[i].wanted)
			mux->sessions[i].error = 0;
	spin_unlock(&run->tx.lock);
	iosm_session_schedule(run);
}

static void iosm_session_do_open(struct iosm_session *session)
{
	struct iosm_run *run = session->run;
	struct net_device *netdev;
	u32 ul_head_pad = 0;
	int err;

	err = iosm_session_send_open(session, &ul_head_pad);
	/*
	 * It may be open still: the modem never took a close, or opened it and said
	 * otherwise.
	 */
	if (err == -EIO && (session->unclosed || session->refused)) {
		session->unclosed = iosm_session_send_close(session);
		if (!session->unclosed)
			err = iosm_session_send_open(session, &ul_head_pad);
	}
	session->refused = err == -EIO;
	if (!err)
		session->unclosed = false;

	spin_lock_bh(&run->tx.lock);
	/* Who came up meanwhile starts anew and has no error yet. */
	session->error = session->renew ? 0 : err;
	session->open = !err;
	WRITE_ONCE(session->receives, !err);
	session->ul_head_pad = ul_head_pad;
	netdev = rcu_dereference_protected(session->netdev,
					   lockdep_is_held(&run->tx.lock));
	if (netdev && session->open && !session->renew) {
		netif_carrier_on(netdev);
		netif_tx_wake_all_queues(netdev);
	}
	spin_unlock_bh(&run->tx.lock);
	wake_up_all(&run->wait);
	if (!err)
		run->mux.retries = 0;
	else if (!iosm_run_dead(run))
		iosm_session_retry_later(&run->mux);
}

static void iosm_session_do_close(struct iosm_session *session)
{
	struct iosm_run *run = session->run;
	int err;

	err = iosm_session_send_close(session);
	session->unclosed = err;
	if (err && err != -ENODEV)
		dev_warn(iosm_session_dev(session),
			 "session %u: modem did not close it (%pe)\n",
			 session->id, ERR_PTR(err));

	spin_lock_bh(&run->tx.lock);
	session->open = false;
	WRITE_ONCE(session->receives, false);
	session->renew = false;
	spin_unlock_bh(&run->tx.lock);
	wake_up_all(&run->wait);
}

static int iosm_session_open_channel(struct iosm_run *run)
{
	int err;

	err = iosm_tx_open(run);
	if (err)
		return err;
	err = iosm_rx_open(run);
	if (err) {
		iosm_tx_close(run);
		return err;
	}
	run->mux.channel_open = true;
	return 0;
}

static void iosm_session_close_channel(struct iosm_run *run)
{
	run->mux.channel_open = false;
	iosm_tx_close(run);
	iosm_rx_close(run);
}

static void iosm_session_fail(struct iosm_session *session, int err)
{
	struct iosm_run *run = session->run;

	spin_lock_bh(&run->tx.lock);
	/* Who came up meanwhile has no error yet. */
	session->error = session->renew ? 0 : err;
	spin_unlock_bh(&run->tx.lock);
	wake_up_all(&run->wait);
	iosm_session_retry_later(&run->mux);
}

/* One step towards what the network device wants; true: look again. */
static bool iosm_session_settle(struct iosm_session *session)
{
	struct iosm_run *run = session->run;
	bool close, open;
	int err;

	spin_lock_bh(&run->tx.lock);
	if (!session->open)
		session->renew = false;
	close = session->open && (session->renew || !session->wanted);
	open = !session->open && session->wanted && !session->error;
	spin_unlock_bh(&run->tx.lock);

	if (close) {
		iosm_session_do_close(session);
		return true;
	}
	if (!open)
		return false;
	if (!run->mux.channel_open) {
		err = iosm_session_open_channel(run);
		if (err) {
			iosm_session_fail(session, err);
			return false;
		}
	}
	iosm_session_do_open(session);
	return true;
}

static bool iosm_session_any(struct iosm_run *run)
{
	struct iosm_session *session;
	bool any = false;
	unsigned int i;

	spin_lock_bh(&run->tx.lock);
	for (i = 0; i < IOSM_MUX_SESSIONS; i++) {
		session = &run->mux.sessions[i];
		any |= session->open || (session->wanted && !session->error);
	}
	spin_unlock_bh(&run->tx.lock);
	return any;
}

static void iosm_session_work(struct work_struct *work)
{
	struct iosm_mux *mux = container_of(work, struct iosm_mux, worker);
	struct iosm_run *run = container_of(mux, struct iosm_run, mux);
	bool again;
	unsigned int i;

	do {
		again = false;
		for (i = 0; i < IOSM_MUX_SESSIONS; i++)
			again |= iosm_session_settle(&mux->sessions[i]);
	} while (again && !iosm_run_dead(run));

	if (mux->channel_open && !iosm_session_any(run))
		iosm_session_close_channel(run);
}

/**
 * iosm_mux_init() - all sessions closed
 * @run: run
 *
 * Context: Process.
 */
void iosm_mux_init(struct iosm_run *run)
{
	unsigned int i;

	for (i = 0; i < IOSM_MUX_SESSIONS; i++) {
		run->mux.sessions[i].run = run;
		run->mux.sessions[i].id = i;
	}
	INIT_WORK(&run->mux.worker, iosm_session_work);
	timer_setup(&run->mux.retry, iosm_session_retry, 0);
}

/**
 * iosm_mux_stop() - close what is open
 * @run: run without network devices
 *
 * Context: Life worker, may sleep.
 */
void iosm_mux_stop(struct iosm_run *run)
{
	timer_shutdown_sync(&run->mux.retry);
	flush_work(&run->mux.worker);
	if (run->mux.channel_open)
		iosm_session_close_channel(run);
}

static bool iosm_session_settled(struct iosm_session *session)
{
	struct iosm_tx *tx = &session->run->tx;
	bool settled;

	spin_lock_bh(&tx->lock);
	settled = session->error || (session->open && !session->renew);
	spin_unlock_bh(&tx->lock);
	return settled || iosm_run_dead(session->run);
}

/**
 * iosm_session_up() - a network device came up
 * @session: its session
 * @netdev: carrier off; it goes on when the modem has opened the session
 *
 * A modem that answers quickly, as they do, has opened the session when this
 * returns; a slow one does not hold up RTNL.
 *
 * Context: Process, under RTNL, may sleep up to IOSM_SESSION_UP_WAIT_MS.
 * Return: 0; an errno when the modem has refused.
 */
int iosm_session_up(struct iosm_session *session, struct net_device *netdev)
{
	struct iosm_run *run = session->run;
	int err;

	ASSERT_RTNL();
	if (!READ_ONCE(run->online) || iosm_run_dead(run))
		return -ENODEV;

	spin_lock_bh(&run->tx.lock);
	session->wanted = true;
	session->error = 0;
	rcu_assign_pointer(session->netdev, netdev);
	spin_unlock_bh(&run->tx.lock);

	iosm_session_schedule(run);
	wait_event_timeout(run->wait, iosm_session_settled(session),
			   msecs_to_jiffies(IOSM_SESSION_UP_WAIT_MS));

	spin_lock_bh(&run->tx.lock);
	err = session->error;
	if (!err && iosm_run_dead(run))
		err = -ENODEV;
	spin_unlock_bh(&run->tx.lock);
	if (err)
		iosm_session_down(session);
	return err;
}

/**
 * iosm_session_down() - a network device went down
 * @session: its session
 *
 * When it returns, nothing uses the network device any more. The modem is told
 * afterwards.
 *
 * Context: Process, under RTNL, may sleep.
 */
void iosm_session_down(struct iosm_session *session)
{
	struct iosm_run *run = session->run;
	struct net_device *netdev;
	struct sk_buff *parked;

	ASSERT_RTNL();
	spin_lock_bh(&run->tx.lock);
	netdev = rcu_dereference_protected(session->netdev,
					   lockdep_is_held(&run->tx.lock));
	session->wanted = false;
	session->renew = true;
	RCU_INIT_POINTER(session->netdev, NULL);
	parked = session->parked;
	session->parked = NULL;
	iosm_tx_forget_session(run, session->id);
	spin_unlock_bh(&run->tx.lock);

	if (parked)
		iosm_netdev_count_tx_drop(netdev);
	kfree_skb(parked);
	iosm_rx_sync(run->iosm);
	iosm_session_schedule(run);
}

static void iosm_session_answer(struct iosm_run *run, u32 type,
				const struct iosm_mux_downlink_command *to,
				const void *param, u32 param_length)
{
	const struct iosm_mux_uplink_command command = {
		.type = type,
		.transaction = to->transaction,
		.session = to->session,
		.param = param,
		.param_length = param_length,
	};

	lockdep_assert_held(&run->tx.lock);
	if (iosm_tx_command(run, &command))
		iosm_count(run->iosm, IOSM_CNT_UL_DROP_NO_COMMAND_BUFFER);
}

static void iosm_session_flow(struct iosm_run *run,
			      const struct iosm_mux_downlink_command *command,
			      u32 mask, u32 answer_type)
{
	struct iosm_session *session = &run->mux.sessions[command->session];

	if (mask == IOSM_MUX_FLOW_STOP_ALL)
		iosm_tx_flow_stop(session);
	else if (mask == IOSM_MUX_FLOW_GO)
		iosm_tx_flow_go(session);
	iosm_session_answer(run, answer_type, command, NULL, 0);
}

/* The mask where it was sent; what the command's number means where not. */
static u32 iosm_session_mask(const struct iosm_mux_downlink_command *command,
			     u32 otherwise)
{
	__le32 mask;

	if (command->param_length < sizeof(mask))
		return otherwise;
	memcpy(&mask, command->param, sizeof(mask));
	return le32_to_cpu(mask);
}

static void iosm_session_link_status(struct iosm_run *run, u32 answer_type,
				     const struct iosm_mux_downlink_command *command)
{
	const struct iosm_wire_link_status_resp param = {};

	iosm_session_answer(run, answer_type, command, &param, sizeof(param));
}

static void iosm_session_take_answer(struct iosm_run *run,
				     const struct iosm_mux_downlink_command *command)
{
	struct iosm_mux_request *request = &run->mux.request;

	if (!request->active || request->done ||
	    request->type != command->type ||
	    request->transaction != command->transaction ||
	    request->session != command->session) {
		iosm_count(run->iosm, IOSM_CNT_DL_UNEXPECTED_ANSWER);
		return;
	}
	request->answer = *command;
	/* What it has for the session may follow before the worker looks. */
	if (command->type == IOSM_MUX_OPEN_SESSION_RESP)
		WRITE_ONCE(run->mux.sessions[command->session].receives, true);
	WRITE_ONCE(request->done, true);
	wake_up_all(&run->wait);
}

static void iosm_session_command_lite(struct iosm_run *run,
				      const struct iosm_mux_downlink_command *command)
{
	switch (command->type) {
	case IOSM_MUX_LITE_FLOW_CTL:
		iosm_session_flow(run, command,
				  iosm_session_mask(command,
						    IOSM_MUX_FLOW_STOP_ALL),
				  IOSM_MUX_LITE_FLOW_CTL_ACK);
		break;
	case IOSM_MUX_LITE_LINK_STATUS:
		iosm_session_link_status(run, IOSM_MUX_LITE_LINK_STATUS_RESP,
					 command);
		break;
	default:
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_COMMAND);
	}
}

static void iosm_session_command_aggr(struct iosm_run *run,
				      const struct iosm_mux_downlink_command *command)
{
	u32 mask;

	switch (command->type) {
	case IOSM_MUX_AGGR_FLOW_CTL_STOP:
	case IOSM_MUX_AGGR_FLOW_CTL_GO:
		/* The number tells the direction; the mask may narrow it. */
		mask = command->type == IOSM_MUX_AGGR_FLOW_CTL_STOP ?
			IOSM_MUX_FLOW_STOP_ALL : IOSM_MUX_FLOW_GO;
		iosm_session_flow(run, command, iosm_session_mask(command, mask),
				  IOSM_MUX_AGGR_FLOW_CTL_ACK);
		break;
	case IOSM_MUX_AGGR_LINK_STATUS:
		iosm_session_link_status(run, IOSM_MUX_AGGR_LINK_STATUS_RESP,
					 command);
		break;
	default:
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_COMMAND);
	}
}

/**
 * iosm_session_command() - handle one downlink command
 * @run: run
 * @command: decoded command
 *
 * Context: Softirq, NAPI poll.
 */
void iosm_session_command(struct iosm_run *run,
			  const struct iosm_mux_downlink_command *command)
{
	iosm_count(run->iosm, IOSM_CNT_DL_COMMANDS);
	trace_iosm_mux_receive(run->iosm, command->session, command->type,
			       command->transaction);
	if (command->session >= IOSM_MUX_SESSIONS) {
		iosm_count(run->iosm, IOSM_CNT_DL_BAD_COMMAND);
		return;
	}

	spin_lock(&run->tx.lock);
	if (command->type == IOSM_MUX_OPEN_SESSION_RESP ||
	    command->type == IOSM_MUX_CLOSE_SESSION_RESP)
		iosm_session_take_answer(run, command);
	else if (run->aggregation)
		iosm_session_command_aggr(run, command);
	else
		iosm_session_command_lite(run, command);
	spin_unlock(&run->tx.lock);
}

/**
 * iosm_session_grant() - the modem grants credits
 * @run: run
 * @id: session
 * @credits: bytes added
 *
 * Context: Softirq, NAPI poll.
 */
void iosm_session_grant(struct iosm_run *run, u8 id, u32 credits)
{
	struct iosm_session *session = &run->mux.sessions[id];

	spin_lock(&run->tx.lock);
	session->credits = min_t(s64, session->credits + credits,
				 IOSM_SESSION_CREDITS_MAX);
	session->level_told = false;
	iosm_tx_restart(run);
	spin_unlock(&run->tx.lock);
}
