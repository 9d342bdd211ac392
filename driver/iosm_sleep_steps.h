/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device sleep: the host's half of the handshake as a pure function, so that user
 * space can explore every interleaving of the very same code with a modem.
 * Transitions H3 to H8 of the host interface specification, section 11.2, and what
 * section 12 adds for a system that sleeps.
 */
#ifndef IOSM_SLEEP_STEPS_H
#define IOSM_SLEEP_STEPS_H

#include "iosm_pure.h"
#include "iosm_wire.h"

/**
 * struct iosm_sleep_steps - state of the handshake
 * @asleep: the host has acknowledged sleep; no head doorbell may be rung
 * @waking: a wake-up request was sent and not yet answered
 * @held: a head doorbell waits for the modem to wake, or for the host to resume
 * @suspended: the system sleeps: only messages may ring
 * @forced: the modem was put to sleep without a handshake: nothing may ring
 * @notification: last notification handled, raw
 */
struct iosm_sleep_steps {
	bool asleep;
	bool waking;
	bool held;
	bool suspended;
	bool forced;
	u32 notification;
};

enum iosm_sleep_event {
	IOSM_SLEEP_EV_RING,		/* somebody wants the head doorbell */
	IOSM_SLEEP_EV_RING_MSG,		/* the same, for the message ring */
	IOSM_SLEEP_EV_WANTS_SLEEP,	/* notification 1 */
	IOSM_SLEEP_EV_IS_ACTIVE,	/* notification 0 */
	IOSM_SLEEP_EV_NO_ANSWER,	/* a wake-up request went unanswered */
	IOSM_SLEEP_EV_SUSPEND,		/* the system goes to sleep */
	IOSM_SLEEP_EV_RESUME,		/* it is back, and the modem was told so */
	IOSM_SLEEP_EV_FORCE_SLEEP,	/* it goes to sleep, without a handshake */
	IOSM_SLEEP_EV_FORCE_ACTIVE,	/* it is back from that */
};

enum iosm_sleep_action {
	IOSM_SLEEP_DO_NOTHING,
	IOSM_SLEEP_DO_RING,		/* head doorbell, now */
	IOSM_SLEEP_DO_WAKE,		/* sleep doorbell: wake up */
	IOSM_SLEEP_DO_ACK_SLEEP,	/* sleep doorbell: sleep acknowledged */
	IOSM_SLEEP_DO_ACK_ACTIVE,	/* sleep doorbell: active acknowledged */
	IOSM_SLEEP_DO_ACK_ACTIVE_RING,	/* the same, then the held head doorbell */
	IOSM_SLEEP_DO_FORCE_SLEEP,	/* sleep doorbell: sleep at once */
	IOSM_SLEEP_DO_FORCE_ACTIVE,	/* sleep doorbell: be active; head doorbell */
};

static inline enum iosm_sleep_action
iosm_sleep_step_ring(struct iosm_sleep_steps *s)
{
	if (!s->asleep)
		return IOSM_SLEEP_DO_RING;
	s->held = true;
	if (s->waking || s->forced)
		return IOSM_SLEEP_DO_NOTHING;
	s->waking = true;
	return IOSM_SLEEP_DO_WAKE;
}

static inline enum iosm_sleep_action
iosm_sleep_step(struct iosm_sleep_steps *s, enum iosm_sleep_event event)
{
	bool held = s->held;

	switch (event) {
	case IOSM_SLEEP_EV_RING:
		if (!s->suspended)
			return iosm_sleep_step_ring(s);
		s->held = true;
		return IOSM_SLEEP_DO_NOTHING;
	case IOSM_SLEEP_EV_RING_MSG:
		return iosm_sleep_step_ring(s);
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
	case IOSM_SLEEP_EV_SUSPEND:
		s->suspended = true;
		return IOSM_SLEEP_DO_NOTHING;
	case IOSM_SLEEP_EV_RESUME:
		s->suspended = false;
		s->held = false;
		return held ? iosm_sleep_step_ring(s) : IOSM_SLEEP_DO_NOTHING;
	case IOSM_SLEEP_EV_FORCE_SLEEP:
		/* The modem may show that it sleeps, which is no new request. */
		s->notification = IOSM_DEVICE_WANTS_SLEEP;
		s->suspended = true;
		s->asleep = true;
		s->waking = false;
		s->forced = true;
		return IOSM_SLEEP_DO_FORCE_SLEEP;
	case IOSM_SLEEP_EV_FORCE_ACTIVE:
		*s = (struct iosm_sleep_steps){ .notification = s->notification };
		return IOSM_SLEEP_DO_FORCE_ACTIVE;
	}
	return IOSM_SLEEP_DO_NOTHING;
}

/**
 * iosm_sleep_note() - take the sleep notification of the device info
 * @s: state
 * @notification: as read; one that was handled before is no event
 *
 * Of a modem in forced sleep the word tells nothing: section 12.3 leaves open
 * whether it changes.
 *
 * Return: what to do.
 */
static inline enum iosm_sleep_action
iosm_sleep_note(struct iosm_sleep_steps *s, u32 notification)
{
	if (notification == s->notification || s->forced)
		return IOSM_SLEEP_DO_NOTHING;
	s->notification = notification;
	switch (notification) {
	case IOSM_DEVICE_ACTIVE:
		return iosm_sleep_step(s, IOSM_SLEEP_EV_IS_ACTIVE);
	case IOSM_DEVICE_WANTS_SLEEP:
		return iosm_sleep_step(s, IOSM_SLEEP_EV_WANTS_SLEEP);
	default:
		return IOSM_SLEEP_DO_NOTHING;
	}
}

/**
 * iosm_sleep_unforce() - end a forced sleep
 * @s: state
 * @notification: as the word is now, before the modem has seen the doorbell
 *
 * That value is old: it changes when the modem sees the doorbell, and the poll may
 * look before.
 *
 * Return: what to do.
 */
static inline enum iosm_sleep_action
iosm_sleep_unforce(struct iosm_sleep_steps *s, u32 notification)
{
	s->notification = notification;
	return iosm_sleep_step(s, IOSM_SLEEP_EV_FORCE_ACTIVE);
}

#endif /* IOSM_SLEEP_STEPS_H */
