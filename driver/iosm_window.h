/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much may wait for the modem, as pure functions, so that user space can try them
 * with modems of every speed.
 *
 * What was handed to the modem can't be overtaken: a ping behind 200 KB waits for a third
 * of a second at 5 Mbit/s. Byte queue limits count bytes, not time, and a modem whose
 * completions come together looks to them as if it had run dry each time. So what
 * waits is also bound by time: by what the modem has just taken in IOSM_WINDOW_US while
 * it always had something to take. A modem that runs dry because of this bound gets more;
 * one without any buffer of its own may still stand still for some percent of the time.
 */
#ifndef IOSM_WINDOW_H
#define IOSM_WINDOW_H

#include "iosm_pure.h"

#define IOSM_WINDOW_US		2000U

/* So long the modem has to be busy for its speed to be known. */
#define IOSM_WINDOW_SAMPLE_US	1000U

/* One full packet; a modem that runs dry for it gets two. */
#define IOSM_WINDOW_MIN		1536U
#define IOSM_WINDOW_MAX		(1024U * 1024)

/* For a modem of unknown speed: one that is faster runs dry, and gets more. */
#define IOSM_WINDOW_START	16384U

/* A block is this part of the window, but holds a packet of usual size. */
#define IOSM_WINDOW_BLOCKS	4
#define IOSM_WINDOW_BLOCK_MIN	2048U

/* A share of the difference is learnt from one sample, or given when it was too little. */
#define IOSM_WINDOW_SHARE	4

static_assert(2ULL * IOSM_WINDOW_MAX * IOSM_WINDOW_US <= U32_MAX,
	      "what is learnt from must not wrap");

/**
 * struct iosm_window - bytes that may wait for the modem
 * @limit: so many
 * @waiting: so many do: encoded, and not taken yet
 * @met: a packet or a queue had to wait because of @limit since the modem last ran dry
 * @taken: bytes that it took since the last sample without running dry
 * @busy_us: in how much time
 */
struct iosm_window {
	u32 limit;
	u32 waiting;
	bool met;
	u32 taken;
	u32 busy_us;
};

static inline void iosm_window_init(struct iosm_window *w)
{
	*w = (struct iosm_window){ .limit = IOSM_WINDOW_START };
}

/**
 * iosm_window_admits() - may a packet be encoded?
 * @w: window
 * @length: bytes
 *
 * A large packet goes when half of the window is free, or a modem would have to run dry for
 * each of them. One that must wait is remembered.
 *
 * Return: true when it may; one always may when nothing waits.
 */
static inline bool iosm_window_admits(struct iosm_window *w, u32 length)
{
	length = min(length, w->limit / 2);
	if (!w->waiting || w->waiting + length <= w->limit)
		return true;
	w->met = true;
	return false;
}

/**
 * iosm_window_stops() - has a queue to stop before its next packet?
 * @w: window
 *
 * Half of the window, as any packet may go until then. That something was in the queue is
 * taken for granted, as byte queue limits do.
 *
 * Return: true when it has; this is remembered.
 */
static inline bool iosm_window_stops(struct iosm_window *w)
{
	if (w->waiting <= w->limit / 2)
		return false;
	w->met = true;
	return true;
}

/* May a queue that was stopped go on? */
static inline bool iosm_window_goes(const struct iosm_window *w)
{
	return w->waiting <= w->limit / 2;
}

/**
 * iosm_window_take() - the modem took something
 * @w: window
 * @bytes: of what waited
 * @elapsed_us: since it last took something, or was told of it
 * @dry: nothing is left that it knows of
 */
static inline void iosm_window_take(struct iosm_window *w, u32 bytes,
				    u32 elapsed_us, bool dry)
{
	s32 target;

	w->waiting -= min(bytes, w->waiting);
	if (dry) {
		if (w->met)
			w->limit = min(w->limit + max(w->limit / IOSM_WINDOW_SHARE,
						      IOSM_WINDOW_MIN),
				       IOSM_WINDOW_MAX);
		w->met = false;
		w->taken = 0;
		w->busy_us = 0;
		return;
	}
	w->taken = min(w->taken + bytes, 2 * IOSM_WINDOW_MAX);
	w->busy_us += min(elapsed_us, 1000U * IOSM_WINDOW_SAMPLE_US);
	if (w->busy_us < IOSM_WINDOW_SAMPLE_US)
		return;
	target = min(w->taken * IOSM_WINDOW_US / w->busy_us, IOSM_WINDOW_MAX);
	w->limit += (target - (s32)w->limit) / IOSM_WINDOW_SHARE;
	w->limit = max(w->limit, IOSM_WINDOW_MIN);
	w->taken = 0;
	w->busy_us = 0;
}

/**
 * iosm_window_block() - what may a block grow to?
 * @w: window
 * @cost: bytes of a block that the next packet takes
 * @train: bytes that it and all that have to go with it take
 * @blocks: so many are free, at least one
 *
 * The modem takes a block as a whole and says so once, so that it is a part of what may
 * wait. But a train has to fit into the free blocks.
 *
 * Return: bytes; the memory of a block may be smaller.
 */
static inline u32 iosm_window_block(const struct iosm_window *w, u32 cost,
				    u32 train, u32 blocks)
{
	u32 share = DIV_ROUND_UP(train, blocks);

	return max3(roundup(share, cost), w->limit / IOSM_WINDOW_BLOCKS,
		    IOSM_WINDOW_BLOCK_MIN);
}

#endif /* IOSM_WINDOW_H */
