// SPDX-License-Identifier: GPL-2.0-or-later
/* The shaper with a clock of its own: what comes out, when, and the same each time. */
#include "../../vmodem/shaper.h"

#include <stdlib.h>

#include "../../vmodem/loop.h"
#include "../../vmodem/network.h"
#include "../../vmodem/settings.h"
#include "tap.h"

#define PACKETS_MAX	4096u

/* Both ends: what left the shaper and when. */
struct ends {
	uint64_t now_us;
	struct loop *loop;
	struct shaper *shaper;
	struct carrier carrier;		/* the shaper's face to the network */
	struct downlink downlink;	/* the shaper's face to the carrier */
	unsigned int up, down;
	uint64_t down_us[PACKETS_MAX];
	uint32_t down_id[PACKETS_MAX];
};

static int take_down(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct ends *ends = self;

	(void)session;
	(void)len;
	if (ends->down == PACKETS_MAX)
		return -1;
	memcpy(&ends->down_id[ends->down], packet, 4);
	ends->down_us[ends->down++] = ends->now_us;
	return 0;
}

static void take_up(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct ends *ends = self;

	(void)session;
	(void)packet;
	(void)len;
	ends->up++;
}

static void nothing(void *self)
{
	(void)self;
}

static void begin(struct ends *ends)
{
	static const struct carrier_ops ops = { .name = "ends", .uplink = take_up, .free = nothing };
	struct downlink downlink = { .packet = take_down, .self = ends };

	memset(ends, 0, sizeof(*ends));
	ends->now_us = 1000000;
	ends->loop = loop_new();
	loop_set_clock(ends->loop, &ends->now_us);
	ends->shaper = shaper_new(ends->loop, NULL, downlink);
	ends->downlink = shaper_downlink(ends->shaper);
	ends->carrier = shaper_carrier(ends->shaper, (struct carrier){ .ops = &ops, .self = ends });
}

static void finish(struct ends *ends)
{
	ends->carrier.ops->free(ends->carrier.self);
	loop_free(ends->loop);
}

static void set(struct ends *ends, const char *settings)
{
	char error[160];

	if (shaper_set(ends->shaper, settings, error, sizeof(error)))
		printf("Bail out! %s: %s\n", settings, error);
}

/* Lets @us pass in steps of @step. */
static void pass(struct ends *ends, uint64_t us, uint64_t step)
{
	for (uint64_t end_us = ends->now_us + us; ends->now_us < end_us; ends->now_us += step)
		loop_run_once(ends->loop, 0);
	loop_run_once(ends->loop, 0);
}

static int send_down(struct ends *ends, uint32_t id, size_t len)
{
	uint8_t packet[1500] = { 0 };

	memcpy(packet, &id, 4);
	return ends->downlink.packet(ends->downlink.self, 0, packet, len);
}

static void test_nothing_set(struct tap *tap)
{
	struct ends ends;

	begin(&ends);
	send_down(&ends, 1, 100);
	tap_equal(tap, ends.down, 1, "without settings a packet passes at once");
	tap_equal(tap, ends.down_us[0], 1000000, "in no time");
	tap_ok(tap, send_down(&ends, 1, 0) < 0, "an empty packet is refused");
	finish(&ends);
}

static void test_delay(struct tap *tap)
{
	struct ends ends;

	begin(&ends);
	set(&ends, "down-delay=30.5");
	send_down(&ends, 1, 100);
	ends.carrier.ops->uplink(ends.carrier.self, 0, (const uint8_t *)"E", 1);
	tap_equal(tap, ends.up, 1, "a downlink delay does not hold the uplink");
	pass(&ends, 100000, 100);
	tap_equal(tap, ends.down_us[0] - 1000000, 30500, "30.5 ms later it comes out");
	set(&ends, "session=1,delay=5000");
	send_down(&ends, 2, 100);
	pass(&ends, 31000, 100);
	tap_equal(tap, ends.down, 2, "another session's delay changes nothing");
	finish(&ends);
}

static void test_rate(struct tap *tap)
{
	struct ends ends;

	begin(&ends);
	set(&ends, "rate=8M,queue=50");
	for (uint32_t i = 0; i < 100; i++)
		send_down(&ends, i, 1000);
	pass(&ends, 200000, 100);
	tap_equal(tap, ends.down, 50, "the queue holds 50 packets, the others are dropped");
	tap_equal(tap, ends.down_us[0] - 1000000, 1000, "1000 bytes take 1 ms at 8 Mbit/s");
	tap_equal(tap, ends.down_us[49] - 1000000, 50000, "50 of them 50 ms");
	tap_equal(tap, ends.down_id[49], 49, "in order");
	send_down(&ends, 200, 1000);
	pass(&ends, 2000, 100);
	tap_equal(tap, ends.down, 51, "an idle link takes the next one");
	finish(&ends);
}

static uint64_t busy_us(const struct ends *ends)
{
	return ends->carrier.ops->busy_us(ends->carrier.self);
}

static void test_hold(struct tap *tap)
{
	uint8_t packet[1000] = { 0 };
	struct ends ends;

	begin(&ends);
	set(&ends, "up-rate=8M");
	for (unsigned int i = 0; i < 5; i++)
		ends.carrier.ops->uplink(ends.carrier.self, 2, packet, sizeof(packet));
	tap_equal(tap, busy_us(&ends), 0, "5 ms wait, and without a hold there is room");
	set(&ends, "up-hold=3.5");
	tap_equal(tap, busy_us(&ends), 1500, "with 3.5 ms of it there is some in 1.5 ms");
	pass(&ends, 1500, 100);
	tap_equal(tap, busy_us(&ends), 0, "and then there is");
	set(&ends, "up-rate=none");
	tap_equal(tap, busy_us(&ends), 0, "without a rate nothing waits");
	finish(&ends);
}

/* Returns how many of @count packets came out. */
static unsigned int run_lossy(struct ends *ends, const char *settings, uint32_t count)
{
	begin(ends);
	set(ends, settings);
	for (uint32_t i = 0; i < count; i++) {
		send_down(ends, i, 100);
		pass(ends, 1000, 500);
	}
	pass(ends, 1000000, 500);
	finish(ends);
	return ends->down;
}

static void test_loss(struct tap *tap)
{
	static struct ends one, two, other;
	unsigned int count = run_lossy(&one, "loss=10,delay=20,jitter=15,seed=7", 4000);

	tap_ok(tap, count > 3500 && count < 3700, "10 %% of 4000 packets are lost: %u are left",
	       count);
	run_lossy(&two, "loss=10,delay=20,jitter=15,seed=7", 4000);
	tap_bytes(tap, one.down_id, sizeof(one.down_id), two.down_id, sizeof(two.down_id),
		  "the same seed loses the same packets");
	tap_ok(tap, !memcmp(one.down_us, two.down_us, sizeof(one.down_us)),
	       "and delays the others the same");
	run_lossy(&other, "loss=10,delay=20,jitter=15,seed=8", 4000);
	tap_ok(tap, memcmp(one.down_id, other.down_id, sizeof(one.down_id)) != 0,
	       "another seed loses others");
	tap_equal(tap, run_lossy(&two, "loss=100", 100), 0, "loss of 100 %% loses all");
}

static void test_jitter(struct tap *tap)
{
	static struct ends ends;
	uint64_t least = UINT64_MAX, most = 0;
	bool ordered = true;

	run_lossy(&ends, "delay=20,jitter=15", 2000);
	for (unsigned int i = 0; i < ends.down; i++) {
		uint64_t sent_us = 1000000 + (uint64_t)ends.down_id[i] * 1000;
		uint64_t delay_us = ends.down_us[i] - sent_us;

		least = delay_us < least ? delay_us : least;
		most = delay_us > most ? delay_us : most;
		ordered &= !i || ends.down_id[i] > ends.down_id[i - 1];
	}
	tap_ok(tap, ends.down == 2000 && ordered, "jitter loses nothing and keeps the order");
	tap_ok(tap, least >= 5000 && most <= 35500 && most - least > 15000,
	       "the delay goes from %llu to %llu us", (unsigned long long)least,
	       (unsigned long long)most);
}

static void test_detach(struct tap *tap)
{
	struct ends ends;

	begin(&ends);
	set(&ends, "delay=10");
	send_down(&ends, 1, 100);
	ends.carrier.ops->detach(ends.carrier.self, 0);
	pass(&ends, 20000, 1000);
	tap_equal(tap, ends.down, 0, "what was on its way goes with the bearer");
	set(&ends, "delay=0");
	send_down(&ends, 2, 100);
	tap_equal(tap, ends.down, 1, "settings can be taken back");
	finish(&ends);
}

static void test_wrong(struct tap *tap)
{
	static const char *const wrong[] = {
		"", "rate", "rate=", "rate=0", "rate=-1", "rate=10X", "rate=2000G", "delay=60001",
		"delay=1.2345", "delay=.5", "loss=100.1", "loss=1e3", "queue=0", "queue=1.5",
		"session=8", "session=", "seed=x", "colour=red", "up-session=1", "sideways-rate=1M",
	};
	char error[160];
	struct ends ends;

	begin(&ends);
	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		error[0] = '\0';
		tap_ok(tap, shaper_set(ends.shaper, wrong[i], error, sizeof(error)) < 0 && error[0],
		       "\"%s\": %s", wrong[i], error);
	}
	tap_ok(tap, shaper_set(ends.shaper, "delay=10,loss=x", error, sizeof(error)) < 0,
	       "a list that is half right");
	send_down(&ends, 1, 100);
	tap_equal(tap, ends.down, 1, "changes nothing");
	finish(&ends);
}

static void test_numbers(struct tap *tap)
{
	uint64_t value = 0;

	tap_ok(tap, settings_rate("64k", &value) && value == 64000, "64k");
	tap_ok(tap, settings_rate("2.5G", &value) && value == 2500000000, "2.5G");
	tap_ok(tap, settings_rate("1500", &value) && value == 1500, "1500");
	tap_ok(tap, settings_rate("1000G", &value) && value == SETTINGS_RATE_MAX, "1000G");
	tap_ok(tap, !settings_rate("1.5", &value) && !settings_rate("k", &value) &&
	       !settings_rate("99999999999999999999999999999999999999999G", &value),
	       "rates that are none");
	tap_ok(tap, settings_decimal("0.25", 4, 1000000, &value) && value == 2500, "0.25 with 4 digits");
	tap_ok(tap, !settings_decimal("0.2.5", 4, 1000000, &value), "two points");
}

int main(void)
{
	struct tap tap = { 0 };

	test_nothing_set(&tap);
	test_delay(&tap);
	test_rate(&tap);
	test_hold(&tap);
	test_loss(&tap);
	test_jitter(&tap);
	test_detach(&tap);
	test_wrong(&tap);
	test_numbers(&tap);
	return tap_done(&tap);
}
