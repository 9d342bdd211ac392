// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When the driver rings: few doorbells for a sender that does not stop, at once for one
 * that has paused.
 */
#include "../../driver/iosm_pace.h"
#include "tap.h"

#define MS	1000000ULL

/* Doorbells of a sender with a packet each @each_ns for @ns, whom the modem never keeps busy. */
static unsigned int doorbells(struct iosm_pace *p, u64 from, u64 ns, u64 each_ns)
{
	unsigned int count = 0;
	u64 now, due, flush = 0;

	for (now = from; now < from + ns; now += each_ns) {
		/* The timer was armed for a packet that had to wait. */
		if (flush && flush <= now) {
			iosm_pace_rang(p, flush);
			count++;
			flush = 0;
		}
		due = iosm_pace_due(p, false, false);
		if (due > now) {
			flush = due;
			continue;
		}
		iosm_pace_rang(p, now);
		count++;
		flush = 0;
	}
	return count;
}

/* Longest wait for a doorbell of packets that come each @each_ns. */
static u64 longest_wait(struct iosm_pace *p, u64 from, u64 ns, u64 each_ns)
{
	u64 now, due, longest = 0;

	for (now = from; now < from + ns; now += each_ns) {
		due = max(iosm_pace_due(p, false, false), now);
		longest = max(longest, due - now);
		iosm_pace_rang(p, due);
	}
	return longest;
}

static void test_stream(struct tap *tap)
{
	static const u64 each_us[] = { 10, 100, 1000 };
	struct iosm_pace p = { 0 };
	unsigned int i, count;

	for (i = 0; i < sizeof(each_us) / sizeof(each_us[0]); i++) {
		count = doorbells(&p, (i + 1) * 10000 * MS, 1500 * MS, each_us[i] * 1000);
		tap_ok(tap, count >= 990 && count <= 1010,
		       "a packet each %llu us for 1.5 s: %u doorbells, 1000 paced and 8 saved",
		       (unsigned long long)each_us[i], count);
	}
}

static void test_sparse(struct tap *tap)
{
	struct iosm_pace p = { 0 };

	tap_equal(tap, longest_wait(&p, 10000 * MS, 1000 * MS, 20 * MS), 0,
		  "sparse packets do not wait");
	tap_equal(tap, longest_wait(&p, 20000 * MS, 1000 * MS, 2 * MS), 0,
		  "nor does one each 2 ms");
}

/* A request after a pause goes out at once, and a few more do. */
static void test_saved(struct tap *tap)
{
	struct iosm_pace p = { 0 };
	u64 now = 1000 * MS;
	unsigned int i;

	for (i = 0; iosm_pace_due(&p, false, false) <= now && i < 100; i++)
		iosm_pace_rang(&p, now);
	tap_equal(tap, i, IOSM_PACE_SAVED_NS / IOSM_PACE_NS + 1,
		  "after a pause those that it saved, and one");
	tap_equal(tap, iosm_pace_due(&p, false, false), now + IOSM_PACE_NS,
		  "the next one a pace later");
	now += 20 * IOSM_PACE_NS;
	tap_ok(tap, iosm_pace_due(&p, false, false) <= now, "a pause saves anew");
}

/* Urgent ones are not asked; those after them wait one pace at most. */
static void test_urgent(struct tap *tap)
{
	struct iosm_pace p = { 0 };
	u64 now = 1000 * MS;
	unsigned int i;

	for (i = 0; i < 1000; i++)
		iosm_pace_rang(&p, now);
	tap_equal(tap, iosm_pace_due(&p, false, false), now + IOSM_PACE_NS,
		  "1000 urgent doorbells cost those after them one pace");
}

static void test_busy(struct tap *tap)
{
	struct iosm_pace p = { 0 };
	u64 now = 1000 * MS;

	iosm_pace_rang(&p, now);
	tap_equal(tap, iosm_pace_due(&p, true, true), now + IOSM_PACE_NS,
		  "a busy modem learns of finished blocks a pace later");
	tap_equal(tap, iosm_pace_due(&p, true, false), now + IOSM_PACE_BUSY_NS,
		  "of the open one when it sits on its completions");
	tap_ok(tap, iosm_pace_due(&p, false, false) <= now, "an idle one at once");
}

int main(void)
{
	struct tap tap = { 0 };

	test_stream(&tap);
	test_sparse(&tap);
	test_saved(&tap);
	test_urgent(&tap);
	test_busy(&tap);
	return tap_done(&tap);
}
