// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver's bound on what waits for the modem, against modems of every speed: little
 * may wait, and none may run dry for it. Time goes in steps of 10 us; there is always
 * more to send.
 */
#include <limits.h>

#include "../../driver/iosm_window.h"
#include "tap.h"

#define STEP_US		10U
#define PACKET		1400U

/**
 * struct bench - a modem, and a host that looks at its completions
 * @rate: what leaves the modem, in bytes per ms
 * @hold: bytes that the modem takes before they can leave
 * @look_us: from a completion to the host's look at it
 * @alone: one session has the modem for itself: its queue stops, no packet is parked
 */
struct bench {
	unsigned int rate;
	unsigned int hold;
	unsigned int look_us;
	bool alone;
	/* modem */
	unsigned int ring;
	unsigned int held;
	unsigned int sent;
	unsigned int fraction;
	/* host */
	struct iosm_window window;
	unsigned int completed;
	unsigned int look_in;
	unsigned int took_us;
	unsigned int now_us;
	unsigned int most;
};

static bool host_may_send(struct bench *b)
{
	return b->alone ? !iosm_window_stops(&b->window) :
			  iosm_window_admits(&b->window, PACKET);
}

static void host_fill(struct bench *b)
{
	if (!b->ring)
		b->took_us = b->now_us;
	while (host_may_send(b)) {
		b->window.waiting += PACKET;
		b->ring += PACKET;
		/* As many buffers as there are. */
		if (b->ring >= IOSM_WINDOW_MAX)
			break;
	}
}

static void host_look(struct bench *b)
{
	unsigned int completed = b->completed;

	b->completed = 0;
	iosm_window_take(&b->window, completed, b->now_us - b->took_us, !b->ring);
	b->took_us = b->now_us;
	host_fill(b);
}

static void modem_step(struct bench *b)
{
	unsigned int leaves;

	b->fraction += b->rate * STEP_US;
	leaves = b->fraction / 1000;
	b->fraction %= 1000;
	leaves = min(leaves, b->held);
	b->held -= leaves;
	b->sent += leaves;
	while (b->ring && b->held < b->hold) {
		b->ring -= PACKET;
		b->held += PACKET;
		b->completed += PACKET;
	}
}

/* Runs for @ms; b->sent and b->most are those of the last half. */
static void run(struct bench *b, unsigned int ms)
{
	unsigned int steps = ms * 1000 / STEP_US, i;

	for (i = 0; i < steps; i++) {
		if (i == steps / 2) {
			b->sent = 0;
			b->most = 0;
		}
		b->now_us += STEP_US;
		modem_step(b);
		if (b->completed && !b->look_in)
			b->look_in = b->look_us;
		b->look_in -= min(b->look_in, STEP_US);
		if (b->completed && !b->look_in)
			host_look(b);
		b->most = max(b->most, b->ring);
	}
}

static void begin(struct bench *b, unsigned int mbit_s, unsigned int look_us, bool alone)
{
	*b = (struct bench){ .rate = mbit_s * 125, .look_us = look_us, .alone = alone };
	b->hold = max(2 * b->rate, PACKET);
	iosm_window_init(&b->window);
	host_fill(b);
}

/* @ms: the last half of them counts */
static void check(struct tap *tap, struct bench *b, unsigned int ms, const char *what)
{
	unsigned int most = max(2 * IOSM_WINDOW_US / 1000 * b->rate, 3 * PACKET);

	run(b, ms);
	tap_ok(tap, b->sent >= b->rate * ms / 2 / 100 * 97, "%s: %u Mbit/s of %u are sent", what,
	       b->sent * 2 / ms / 125, b->rate / 125);
	tap_ok(tap, b->most <= most, "%s: at most %u bytes wait, bound %u", what, b->most, most);
}

static const char *who(bool alone)
{
	return alone ? "one session" : "several";
}

static void test_rates(struct tap *tap, bool alone)
{
	static const unsigned int rates[] = { 1, 5, 50, 150, 300 };
	struct bench b;
	unsigned int i;

	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		char what[60];

		snprintf(what, sizeof(what), "%s, full uplink of %u Mbit/s", who(alone), rates[i]);
		begin(&b, rates[i], 1000, alone);
		check(tap, &b, 4000, what);
	}
}

/* The radio gets worse, then better. */
static void test_change(struct tap *tap, bool alone)
{
	struct bench b;

	begin(&b, 50, 1000, alone);
	run(&b, 2000);
	b.rate = 5 * 125;
	b.hold = 2 * b.rate;
	check(tap, &b, 600, "300 ms after 50 have become 5");
	b.rate = 150 * 125;
	b.hold = 2 * b.rate;
	check(tap, &b, 200, "100 ms after 5 have become 150");
}

/* A host that looks late, or a modem that completes late, needs more on its way. */
static void test_late_host(struct tap *tap, bool alone)
{
	static const unsigned int late_us[] = { 6000, 9000, 20000 };
	struct bench b;
	unsigned int i;

	for (i = 0; i < sizeof(late_us) / sizeof(late_us[0]); i++) {
		begin(&b, 150, late_us[i], alone);
		run(&b, 4000);
		tap_ok(tap, b.sent >= b.rate * 2000 / 100 * 90,
		       "%s, a host that looks %u us late: %u Mbit/s of 150", who(alone), late_us[i],
		       b.sent / 2000 / 125);
	}
}

/* A modem that has to wake up for each of a few packets is not slow. */
static void test_sparse(struct tap *tap)
{
	struct iosm_window w;
	unsigned int i;

	iosm_window_init(&w);
	for (i = 0; i < 100 && iosm_window_admits(&w, 84); i++) {
		w.waiting += 84;
		iosm_window_take(&w, 84, 20000, true);
	}
	tap_equal(tap, w.limit, IOSM_WINDOW_START, "sparse packets say nothing of the modem's speed");
}

/* Whatever it is given, it takes at once: it has no speed that could be learnt. */
static void test_fast(struct tap *tap, bool alone)
{
	struct bench b;

	begin(&b, 50, 1000, alone);
	b.hold = UINT32_MAX;
	run(&b, 1000);
	tap_equal(tap, b.window.limit, IOSM_WINDOW_MAX, "a modem that takes all at once: no bound");
}

static void test_one_packet(struct tap *tap)
{
	struct iosm_window w;

	iosm_window_init(&w);
	w.limit = IOSM_WINDOW_MIN;
	tap_ok(tap, iosm_window_admits(&w, 65536), "a large packet goes when nothing waits");
	w.waiting = 65536;
	tap_ok(tap, !iosm_window_admits(&w, 20), "nothing goes beside it");
	iosm_window_take(&w, 65536, 0, true);
	tap_ok(tap, iosm_window_admits(&w, 20) && w.limit > IOSM_WINDOW_MIN,
	       "when it was taken, there is room, and more than before");
}

/* Blocks that a train takes when each has all the packets that it has room for. */
static unsigned int blocks_of(const struct iosm_window *w, unsigned int cost, unsigned int packets,
			      unsigned int blocks, unsigned int size)
{
	unsigned int used = 0;

	while (packets && used < blocks) {
		u32 bytes = iosm_window_block(w, cost, packets * cost, blocks - used);

		packets -= min(packets, min(bytes, size) / cost);
		used++;
	}
	return packets ? UINT_MAX : used;
}

/* A train that the largest blocks have room for has room in those that a slow modem gets. */
static void test_blocks(struct tap *tap)
{
	static const unsigned int limits[] = { IOSM_WINDOW_MIN, 12500, 65536, IOSM_WINDOW_MAX };
	const unsigned int size = 16384;
	unsigned int lost = 0, tried = 0;

	for (unsigned int i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct iosm_window w = { .limit = limits[i] };

		for (unsigned int cost = 150; cost <= size; cost += 113) {
			for (unsigned int blocks = 1; blocks <= 16; blocks++) {
				unsigned int most = blocks * (size / cost);

				lost += blocks_of(&w, cost, most, blocks, size) > blocks;
				lost += blocks_of(&w, cost, most / 2 + 1, blocks, size) > blocks;
				tried++;
			}
		}
	}
	tap_ok(tap, !lost, "of %u trains %u do not fit into the free blocks", tried, lost);
}

static void test_block_sizes(struct tap *tap)
{
	struct iosm_window w = { .limit = 12500 };

	tap_equal(tap, iosm_window_block(&w, 1624, 1624, 16), 12500 / IOSM_WINDOW_BLOCKS,
		  "a modem of 50 Mbit/s: half a millisecond");
	tap_equal(tap, iosm_window_block(&w, 1624, 7 * 1624, 16), 12500 / IOSM_WINDOW_BLOCKS,
		  "a train makes them no larger when there are enough");
	tap_equal(tap, iosm_window_block(&w, 1624, 7 * 1624, 2), 4 * 1624,
		  "of seven packets the first of two blocks has four");
	w.limit = IOSM_WINDOW_MIN;
	tap_equal(tap, iosm_window_block(&w, 124, 124, 16), IOSM_WINDOW_BLOCK_MIN,
		  "a slow modem's has room for a packet");
}

int main(void)
{
	struct tap tap = { 0 };

	for (unsigned int alone = 0; alone < 2; alone++) {
		test_rates(&tap, alone);
		test_change(&tap, alone);
		test_late_host(&tap, alone);
		test_fast(&tap, alone);
	}
	test_sparse(&tap);
	test_one_packet(&tap);
	test_block_sizes(&tap);
	test_blocks(&tap);
	return tap_done(&tap);
}
