// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Uplink credits (capability bit 21): the modem grants each session bytes, packets
 * without headers and padding use them up.
 *
 * Grants keep a window topped up. The existing driver forgets a grant that reaches it
 * while it still wakes up from the open session response (it clears the credits only
 * then), so the first window comes in two halves. In aggregation the existing driver
 * sends without looking at its credits (section 10): there a lack is no breach.
 */
#include "check.h"
#include "mux_internal.h"
#include "record.h"

#define CREDIT_WINDOW		65536u
#define SECOND_HALF_US		100000u

void mux_credits_grant(struct mux_session *session, uint32_t bytes)
{
	struct mux *mux = session->mux;
	uint8_t block[sizeof(struct iosm_wire_value_table)];
	size_t len = mux_encode_credits(block, session->id, bytes);

	session->credits += bytes;
	record_event(mux->config.record, "mux", "credits", "\"session\":%u,\"bytes\":%u",
		     session->id, bytes);
	mux_downlink_command(mux, block, len, 0);
}

static void top_up(struct mux_session *session)
{
	if (session->credits < session->mux->credit_window)
		mux_credits_grant(session,
				  (uint32_t)(session->mux->credit_window - session->credits));
}

static void second_half(struct loop_timer *timer)
{
	top_up(timer->owner);
}

void mux_credits_init(struct mux_session *session)
{
	session->mux->credit_window = CREDIT_WINDOW;
	loop_timer_init(session->mux->config.loop, &session->grant_timer, second_half, session);
}

void mux_credits_opened(struct mux_session *session)
{
	session->credits = 0;
	if (!session->mux->config.credits)
		return;
	if (session->mux->credit_window)
		mux_credits_grant(session, session->mux->credit_window / 2);
	loop_timer_arm(&session->grant_timer, SECOND_HALF_US);
}

void mux_credits_closed(struct mux_session *session)
{
	session->credits = 0;
	loop_timer_cancel(&session->grant_timer);
}

void mux_credits_used(struct mux_session *session, size_t bytes)
{
	struct mux *mux = session->mux;

	if (!mux->config.credits)
		return;
	session->credits -= (int64_t)bytes;
	if (session->credits < 0) {
		if (!mux->config.aggregation)
			check_breach(mux->config.check, CHECK_MUX_CREDITS,
				     "session %u: %zu bytes, %lld too many", session->id, bytes,
				     (long long)-session->credits);
		session->credits = 0;
	}
	/* A quarter is used: the host never sees the end of a window that is in use. */
	if (session->credits <= (int64_t)mux->credit_window / 4 * 3)
		top_up(session);
}
