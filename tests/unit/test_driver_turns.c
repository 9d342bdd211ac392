// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which session of the driver sends next: a modem with room for a few packets, which takes
 * one at a time, and sessions with packets of every size.
 */
#include "../../driver/iosm_turns.h"
#include "tap.h"

#define ALL	((1U << IOSM_MUX_SESSIONS) - 1)

/**
 * struct bench - sessions that share a modem
 * @turns: the driver's
 * @length: bytes of each session's packets; 0 for one that sends nothing
 * @offers: so many times it offers a packet for each one that the modem takes
 * @parked: sessions whose packet waits, one bit each
 * @sent: bytes of each session
 * @ring: bytes that the modem has not taken
 * @room: most of them
 */
struct bench {
	struct iosm_turns turns;
	u32 length[IOSM_MUX_SESSIONS];
	unsigned int offers[IOSM_MUX_SESSIONS];
	u32 parked;
	u64 sent[IOSM_MUX_SESSIONS];
	u32 ring;
	u32 room;
};

/* As iosm_tx_send() does it. */
static bool send_packet(struct bench *b, u8 id)
{
	u32 length = b->length[id];

	iosm_turns_try(&b->turns, id);
	if (b->ring && b->ring + length > b->room) {
		iosm_turns_wait(&b->turns, id);
		return false;
	}
	b->ring += length;
	b->sent[id] += length;
	iosm_turns_sent(&b->turns, id, length);
	return true;
}

/* A packet comes from the stack, as iosm_tx_xmit() gets it. */
static void offer(struct bench *b, u8 id)
{
	if (!b->length[id] || b->parked & 1U << id)
		return;
	if (!iosm_turns_may_send(&b->turns, id, b->ring) || !send_packet(b, id))
		b->parked |= 1U << id;
}

/* The modem has taken @bytes: those that wait go in turn, as in iosm_tx_restart(). */
static void take(struct bench *b, u32 bytes)
{
	u32 left = b->parked;
	u8 id;

	b->ring -= min(bytes, b->ring);
	iosm_turns_begin(&b->turns);
	for (; left; left &= ~(1U << id)) {
		id = iosm_turns_next(&b->turns, left);
		if (send_packet(b, id))
			b->parked &= ~(1U << id);
		iosm_turns_contend(&b->turns, id);
		if (iosm_turns_waits(&b->turns, id))
			break;
	}
}

static void run(struct bench *b, unsigned int rounds)
{
	unsigned int i, id, n, first;

	for (i = 0; i < rounds; i++) {
		for (first = 0; first < IOSM_MUX_SESSIONS; first++) {
			id = (first + i) % IOSM_MUX_SESSIONS;
			for (n = 0; n < max(b->offers[id], 1U); n++)
				offer(b, id);
		}
		take(b, 1400);
	}
}

static void begin(struct bench *b)
{
	*b = (struct bench){ .room = 4200 };
}

/* Least and most that a session of @ids has sent, in percent of its share. */
static void check_shares(struct tap *tap, const struct bench *b, u32 ids, const char *what)
{
	u64 least = UINT64_MAX, most = 0;
	unsigned int id;

	for (id = 0; id < IOSM_MUX_SESSIONS; id++) {
		if (!(ids & 1U << id))
			continue;
		least = min(least, b->sent[id]);
		most = max(most, b->sent[id]);
	}
	tap_ok(tap, least * 100 >= most * 95, "%s: the least is %llu %% of the most", what,
	       most ? (unsigned long long)(least * 100 / most) : 0);
}

static void test_equal(struct tap *tap)
{
	struct bench b;
	unsigned int id;

	begin(&b);
	for (id = 0; id < IOSM_MUX_SESSIONS; id++)
		b.length[id] = 1400;
	run(&b, 20000);
	check_shares(tap, &b, ALL, "eight equal sessions");
}

static void test_sizes(struct tap *tap)
{
	static const u32 lengths[IOSM_MUX_SESSIONS] = { 40, 100, 300, 576, 800, 1000, 1280, 1400 };
	struct bench b;
	unsigned int id;

	begin(&b);
	memcpy(b.length, lengths, sizeof(lengths));
	for (id = 0; id < IOSM_MUX_SESSIONS; id++)
		b.offers[id] = 10;
	run(&b, 20000);
	check_shares(tap, &b, ALL, "packets of 40 to 1400 bytes");
}

/* One that offers more often gets no more. */
static void test_greedy(struct tap *tap)
{
	struct bench b;

	begin(&b);
	b.length[2] = 1400;
	b.length[5] = 1400;
	b.length[7] = 700;
	b.offers[2] = 20;
	run(&b, 20000);
	check_shares(tap, &b, 1 << 2 | 1 << 5 | 1 << 7, "one that always has more");
}

/* Large packets against small ones: half of the bytes each. */
static void test_trains(struct tap *tap)
{
	struct bench b;

	begin(&b);
	b.room = 65536;
	b.length[0] = 22400;
	b.length[1] = 100;
	b.offers[1] = 300;
	run(&b, 60000);
	check_shares(tap, &b, 1 << 0 | 1 << 1, "packets of 22400 and of 100 bytes");
}

/* Who was silent for long begins where the others are, and they go on. */
static void test_silence(struct tap *tap)
{
	struct bench b;

	begin(&b);
	b.length[1] = 1400;
	run(&b, 5000);
	b.length[4] = 1400;
	memset(b.sent, 0, sizeof(b.sent));
	run(&b, 1000);
	check_shares(tap, &b, 1 << 1 | 1 << 4, "one that comes after 5000 packets of the other");
}

/* Who got much while it was alone is not punished when another one comes. */
static void test_alone(struct tap *tap)
{
	struct bench b;
	unsigned int i;

	begin(&b);
	b.length[3] = 1400;
	for (i = 0; i < 1000; i++) {
		offer(&b, 3);
		b.ring = 0;
	}
	b.length[0] = 1400;
	memset(b.sent, 0, sizeof(b.sent));
	run(&b, 1000);
	check_shares(tap, &b, 1 << 0 | 1 << 3, "one that was alone for 1000 packets");
}

/* A session that is gone holds up nobody. */
static void test_leave(struct tap *tap)
{
	struct iosm_turns t = { .session = { 3, 7 } };

	t.queueing = 1 << 0;
	t.contending = 1 << 0 | 1 << 1;
	tap_ok(tap, !iosm_turns_may_send(&t, 1, true), "one waits for another");
	iosm_turns_leave(&t, 0);
	tap_ok(tap, iosm_turns_may_send(&t, 1, true), "not when that one is gone");
	t.session[1] = 2 * IOSM_TURNS_AHEAD;
	tap_ok(tap, iosm_turns_may_send(&t, 1, true), "however far ahead of it");
	t.queueing = 1 << 2;
	t.contending = 1 << 2;
	iosm_turns_clear(&t);
	tap_ok(tap, iosm_turns_may_send(&t, 1, true), "nobody waits after a new start");
}

static void test_next(struct tap *tap)
{
	struct iosm_turns t = { .session = { 5, 3, 9, 3 } };

	tap_equal(tap, iosm_turns_next(&t, 0), IOSM_MUX_SESSIONS, "nobody waits");
	tap_equal(tap, iosm_turns_next(&t, 0xf), 1, "the least turn, the lower session first");
	tap_equal(tap, iosm_turns_next(&t, 0x5), 0, "only of those that wait");
	tap_ok(tap, iosm_turns_may_send(&t, 2, true), "who is ahead of nobody may send");
	t.contending = 1 << 1;
	t.session[2] = 3 + IOSM_TURNS_AHEAD;
	tap_ok(tap, !iosm_turns_may_send(&t, 2, true), "who is two packets ahead waits");
	tap_ok(tap, iosm_turns_may_send(&t, 2, false), "but for an idle modem");
	t.queueing = 1 << 1;
	tap_ok(tap, !iosm_turns_may_send(&t, 0, false), "nobody overtakes one that waits for room");
	t.session[0] = 2;
	tap_ok(tap, iosm_turns_may_send(&t, 0, true), "but who comes before it");
	t.now = 4;
	tap_ok(tap, !iosm_turns_may_send(&t, 0, true), "a long silence is no reason to");
}

/* A lone session's queue may stop without a parked packet; of several nobody's may. */
static void test_shared(struct tap *tap)
{
	struct iosm_turns t = { .now = 0 };

	tap_ok(tap, !iosm_turns_shared(&t, 2), "nobody else is there");
	t.queueing = 1 << 2;
	t.contending = 1 << 2;
	tap_ok(tap, !iosm_turns_shared(&t, 2), "it competes with nobody but itself");
	tap_ok(tap, iosm_turns_shared(&t, 3), "it does with another");
	t.queueing = 0;
	tap_ok(tap, iosm_turns_shared(&t, 3), "one that has just got its turn still competes");
	iosm_turns_leave(&t, 2);
	tap_ok(tap, !iosm_turns_shared(&t, 3), "not when it has no packet any more");
}

int main(void)
{
	struct tap tap = { 0 };

	test_next(&tap);
	test_equal(&tap);
	test_sizes(&tap);
	test_greedy(&tap);
	test_trains(&tap);
	test_silence(&tap);
	test_alone(&tap);
	test_leave(&tap);
	test_shared(&tap);
	return tap_done(&tap);
}
