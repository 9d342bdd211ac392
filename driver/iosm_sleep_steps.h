/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device sleep: the host's half of the handshake as a pure function, so that user
 * space can explore every interleaving of the very same code with a modem.
 * Transitions H3 to H8 of the host interface specification, section 11.2.
 */
#ifndef IOSM_SLEEP_STEPS_H
#define IOSM_SLEEP_STEPS_H

#include "iosm_pure.h"

/**
 * struct iosm_sleep_steps - state of the handshake
 * @asleep: the host has acknowledged sleep; no head doorbell may be rung
 * @waking: a wake-up request was sent and not yet answered
 * @held: a head doorbell waits for the modem to wake
 */
struct iosm_sleep_steps {
	bool asleep;
	bool waking;
	bool held;
};

enum iosm_sleep_event {
	IOSM_SLEEP_EV_RING,		/* somebody wants the head doorbell */
	IOSM_SLEEP_EV_WANTS_SLEEP,	/* notification 1 */
	IOSM_SLEEP_EV_IS_ACTIVE,	/* notification 0 */
	IOSM_SLEEP_EV_NO_ANSWER,	/* a wake-up request went unanswered */
};

enum iosm_sleep_action {
	IOSM_SLEEP_DO_NOTHING,
	IOSM_SLEEP_DO_RING,		/* head doorbell, now */
	IOSM_SLEEP_DO_WAKE,		/* sleep doorbell: wake up */
	IOSM_SLEEP_DO_ACK_SLEEP,	/* sleep doorbell: sleep acknowledged */
	IOSM_SLEEP_DO_ACK_ACTIVE,	/* sleep doorbell: active acknowledged */
	IOSM_SLEEP_DO_ACK_ACTIVE_RING,	/* the same, then the held head doorbell */
};

static inline enum iosm_sleep_action
iosm_sleep_step(struct iosm_sleep_steps *s, enum iosm_sleep_event event)
{
	bool held = s->held;

	switch (event) {
	case IOSM_SLEEP_EV_RING:
		if (!s->asleep)
			return IOSM_SLEEP_DO_RING;
		s->held = true;
		if (s->waking)
			return IOSM_SLEEP_DO_NOTHING;
		s->waking = true;
		return IOSM_SLEEP_DO_WAKE;
	case IOSM_SLEEP_EV_WANTS_SLEEP:
		if (s->asleep)
			return IOSM_SLEEP_DO_NOTHING;
		s->asleep = true;
		return IOSM_SLEEP_DO_ACK_SLEEP;
	case IOSM_SLEEP_EV_IS_ACTIVE:
		if (!s->asleep)
			return IOSM_SLEEP_DO_NOTHING;
		s->asleep = false;
		s->waking = false;
		s->held = false;
		return held ? IOSM_SLEEP_DO_ACK_ACTIVE_RING :
			      IOSM_SLEEP_DO_ACK_ACTIVE;
	case IOSM_SLEEP_EV_NO_ANSWER:
		/*
		 * The host reads the notification when it is interrupted: a modem
		 * that wakes and at once asks for sleep again looks as if it had
		 * never woken. Only asking again resolves that.
		 */
		return s->waking ? IOSM_SLEEP_DO_WAKE : IOSM_SLEEP_DO_NOTHING;
	}
	return IOSM_SLEEP_DO_NOTHING;
}

#endif /* IOSM_SLEEP_STEPS_H */
