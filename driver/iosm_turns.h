/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who sends next when there is less room than packets, as pure functions, so that user
 * space can try them with sessions of every kind.
 *
 * Start-time fair queueing: a packet's turn is where its session's last one ended, in
 * bytes, and a session that had nothing to send begins where the others are. So all get
 * the same share of what the modem takes, whatever the size of their packets, and nobody
 * is paid for having been silent.
 */
#ifndef IOSM_TURNS_H
#define IOSM_TURNS_H

#include "iosm_pure.h"
#include "iosm_wire.h"

/* So many bytes a session may be ahead of another: two packets. */
#define IOSM_TURNS_AHEAD	3072U

/**
 * struct iosm_turns - turns of all sessions
 * @now: what a session begins with that had nothing to send
 * @session: where its next packet stands
 * @queueing: sessions, one bit each, whose packet waits for room
 * @contending: sessions that had a packet waiting when the modem last took something
 */
struct iosm_turns {
	u64 now;
	u64 session[IOSM_MUX_SESSIONS];
	u32 queueing;
	u32 contending;
};

/* Nobody waits any more. */
static inline void iosm_turns_clear(struct iosm_turns *t)
{
	t->queueing = 0;
	t->contending = 0;
}

/* A session's packet waits for room. */
static inline void iosm_turns_wait(struct iosm_turns *t, u8 id)
{
	t->queueing |= 1U << id;
}

/* It is tried again, and does not wait for now. */
static inline void iosm_turns_try(struct iosm_turns *t, u8 id)
{
	t->queueing &= ~(1U << id);
}

static inline bool iosm_turns_waits(const struct iosm_turns *t, u8 id)
{
	return t->queueing & 1U << id;
}

/* The modem has taken something: those that contend now are counted anew. */
static inline void iosm_turns_begin(struct iosm_turns *t)
{
	t->contending = 0;
}

static inline void iosm_turns_contend(struct iosm_turns *t, u8 id)
{
	t->contending |= 1U << id;
}

/* Does another session wait for room, or did when the modem last took something? */
static inline bool iosm_turns_shared(const struct iosm_turns *t, u8 id)
{
	return (t->queueing | t->contending) & ~(1U << id);
}

/* The session has no packet any more. */
static inline void iosm_turns_leave(struct iosm_turns *t, u8 id)
{
	t->queueing &= ~(1U << id);
	t->contending &= ~(1U << id);
}

/**
 * iosm_turns_next() - whose turn is it?
 * @t: turns
 * @sessions: those that may be chosen, one bit each
 *
 * Return: session; IOSM_MUX_SESSIONS when @sessions is empty.
 */
static inline unsigned int iosm_turns_next(const struct iosm_turns *t,
					   u32 sessions)
{
	unsigned int next = IOSM_MUX_SESSIONS, id;

	/* Up to the last bit only: it is on each packet's path, and mostly nobody waits. */
	for (id = 0; sessions >> id; id++) {
		if (!(sessions & 1U << id))
			continue;
		if (next == IOSM_MUX_SESSIONS || t->session[id] < t->session[next])
			next = id;
	}
	return next;
}

/* Of the sessions that waited lately, the least turn of one that is not @id. */
static inline u64 iosm_turns_lowest(const struct iosm_turns *t, u8 id)
{
	unsigned int next = iosm_turns_next(t, t->contending & ~(1U << id));

	return next < IOSM_MUX_SESSIONS ? t->session[next] : U64_MAX;
}

/**
 * iosm_turns_may_send() - may a session send beside its turn?
 * @t: turns
 * @id: session that has just got a packet to send
 * @busy: the modem has something that it will complete
 *
 * Nobody overtakes one that waits for room and comes before it. And who is ahead of one that
 * lately waited lets it go first: its queue may not run before the modem has taken something.
 *
 * Return: true when it may.
 */
static inline bool iosm_turns_may_send(const struct iosm_turns *t, u8 id,
				       bool busy)
{
	unsigned int first = iosm_turns_next(t, t->queueing);
	u64 turn = t->session[id];

	if (first < IOSM_MUX_SESSIONS && t->session[first] <= max(t->now, turn))
		return false;
	return !busy || turn < IOSM_TURNS_AHEAD ||
	       turn - IOSM_TURNS_AHEAD < iosm_turns_lowest(t, id);
}

/**
 * iosm_turns_sent() - a session has sent a packet
 * @t: turns
 * @id: session
 * @length: bytes
 */
static inline void iosm_turns_sent(struct iosm_turns *t, u8 id, u32 length)
{
	u64 start = max(t->now, t->session[id]);

	t->session[id] = start + length;
	t->now = min(start, max(t->now, iosm_turns_lowest(t, id)));
}

#endif /* IOSM_TURNS_H */
