/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When to ring for what was encoded, as pure functions, so that user space can count the
 * doorbells of senders of every kind.
 *
 * A modem that consumes faster than the stack sends is never busy, and would be rung for
 * every packet. So doorbells are paced: each is worth IOSM_PACE_NS, a pause saves a few
 * of them, and a sender that goes on gets one each IOSM_PACE_NS. A busy modem is told of
 * finished blocks at the same pace, before it has taken all others, and of the open one if
 * a session has to wait. Else its completions bring the open block's doorbell, unless it
 * sits on them for IOSM_PACE_BUSY_NS.
 */
#ifndef IOSM_PACE_H
#define IOSM_PACE_H

#include "iosm_pure.h"

/* Time between the doorbells of a sender that does not stop, and what a pause saves. */
#define IOSM_PACE_NS		1500000ULL
#define IOSM_PACE_SAVED_NS	(8 * IOSM_PACE_NS)

#define IOSM_PACE_BUSY_NS	5000000ULL

/**
 * struct iosm_pace - what doorbells were rung
 * @spent: until when doorbells were used up; ns
 * @rung_at: last doorbell; ns
 */
struct iosm_pace {
	u64 spent;
	u64 rung_at;
};

/**
 * iosm_pace_due() - when is the next doorbell due?
 * @p: pace
 * @busy: the modem has something that it will complete
 * @finished: it was not told of a block that is not to grow any more
 *
 * Return: ns; at once when that is not after now.
 */
static inline u64 iosm_pace_due(const struct iosm_pace *p, bool busy,
				bool finished)
{
	if (busy)
		return p->rung_at + (finished ? IOSM_PACE_NS : IOSM_PACE_BUSY_NS);
	return max(p->spent, IOSM_PACE_SAVED_NS) - IOSM_PACE_SAVED_NS;
}

/**
 * iosm_pace_rang() - the doorbell was rung
 * @p: pace
 * @now: ns
 *
 * Who is urgent may overdraw, but nobody waits longer than one pace for it.
 */
static inline void iosm_pace_rang(struct iosm_pace *p, u64 now)
{
	p->spent = clamp(p->spent, now, now + IOSM_PACE_SAVED_NS) + IOSM_PACE_NS;
	p->rung_at = now;
}

#endif /* IOSM_PACE_H */
