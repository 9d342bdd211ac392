// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Uplink credits (capability bit 21): the modem grants each session bytes, packets
 * without headers and padding use them up. Grants keep a window topped up.
 *
 * A grant can be lost: the existing driver clears a session's credits when the thread
 * that waits for the open session response wakes up, which may be long after the grants
 * behind that response were read. A session that sends nothing is therefore reminded a
 * few times. So there are two counts: the least that the host has, to grant in time, and
 * the most, to judge it by.
 *
 * In aggregation the existing driver sends without looking at its credits (section 10):
 * there a lack is no breach.
 */
#include "check.h"
#include "mux_internal.h"
#include "record.h"

#define CREDIT_WINDOW		65536u
#define REMIND_FIRST_US		100000u
/* 100, 300, 700 and 1500 ms after the open: by then a host waits no more. */
#define REMINDERS		4u

void mux_credits_grant(struct mux_session *session, uint32_t bytes)
{
	struct mux *mux = session->mux;
	uint8_t block[sizeof(struct iosm_wire_value_table)];
	size_t len = mux_encode_credits(block, session->id, bytes);

	session->credits_least += bytes;
	session->credits_most += bytes;
	record_event(mux->config.record, "mux", "credits", "\"session\":%u,\"bytes\":%u",
		     session->id, bytes);
	mux_downlink_command(mux, block, len, 0);
}

/* What is missing from the window, nothing at worst. */
static void top_up(struct mux_session *session)
{
	int64_t missing = (int64_t)session->mux->credit_window - session->credits_least;

	mux_credits_grant(session, missing > 0 ? (uint32_t)missing : 0);
}

static void remind(struct loop_timer *timer)
{
	struct mux_session *session = timer->owner;

	session->credits_least = 0;
	top_up(session);
	if (++session->reminders < REMINDERS)
		loop_timer_arm(timer, (uint64_t)REMIND_FIRST_US << session->reminders);
}

void mux_credits_init(struct mux_session *session)
{
	session->mux->credit_window = CREDIT_WINDOW;
	loop_timer_init(session->mux->config.loop, &session->remind_timer, remind, session);
}

void mux_credits_opened(struct mux_session *session)
{
	if (!session->mux->config.credits)
		return;
	top_up(session);
	session->reminders = 0;
	loop_timer_arm(&session->remind_timer, REMIND_FIRST_US);
}

void mux_credits_closed(struct mux_session *session)
{
	session->credits_least = 0;
	session->credits_most = 0;
	loop_timer_cancel(&session->remind_timer);
}

/*
 * The existing driver goes on after a stop only when a grant follows the go (section 10).
 * An empty one will do.
 */
void mux_credits_go(struct mux_session *session)
{
	if (session->mux->config.credits)
		top_up(session);
}

static void check_credits(struct mux_session *session, size_t bytes)
{
	if (session->credits_most >= 0)
		return;
	if (!session->mux->config.aggregation)
		check_breach(session->mux->config.check, CHECK_MUX_CREDITS,
			     "session %u: %zu bytes, %lld too many", session->id, bytes,
			     (long long)-session->credits_most);
	session->credits_most = 0;
}

void mux_credits_used(struct mux_session *session, size_t bytes)
{
	struct mux *mux = session->mux;

	if (!mux->config.credits)
		return;
	loop_timer_cancel(&session->remind_timer);
	session->credits_most -= (int64_t)bytes;
	session->credits_least -= (int64_t)bytes;
	check_credits(session, bytes);
	if (session->credits_least < 0)
		session->credits_least = 0;
	/* A quarter is used: the host never sees the end of a window that is in use. */
	if (mux->credit_window && session->credits_least <= (int64_t)mux->credit_window / 4 * 3)
		top_up(session);
}
