// SPDX-License-Identifier: GPL-2.0-or-later
/* Both sleeps: host interface, sections 11 and 12; rule M11. */
#include "host.h"

#define MBIM_UL	IOSM_PIPE_UL(IOSM_CHANNEL_MBIM)
#define MBIM_DL	IOSM_PIPE_DL(IOSM_CHANNEL_MBIM)

static const uint32_t mbim_open[4] = { 1, 16, 1, 4096 };

static void settle(struct host *host)
{
	read32(host, 2, 0);
}

static bool is(struct host *host, const char *state)
{
	char answer[ANSWER_SIZE], line[64];
	uint64_t end_ms = now_ms() + 1000;

	snprintf(line, sizeof(line), "\nsleep %s", state);
	do {
		settle(host);
		modem_command(host, answer, "status");
		if (strstr(answer, line))
			return true;
	} while (now_ms() < end_ms);
	return false;
}

/* The modem asks to sleep and the host agrees. */
static bool to_sleep(struct host *host)
{
	if (!wait32(host, sleep_word(host), 1))
		return false;
	doorbell(host, 2, IOSM_SLEEP_ACK_SLEEP);
	return is(host, "asleep");
}

static void wake_by_host(struct host *host)
{
	doorbell(host, 2, IOSM_SLEEP_WAKE);
	wait32(host, sleep_word(host), 0);
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
}

static void test_idle(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);

	long long interrupts = modem_value(host, "counters", "interrupts");

	tap_ok(tap, wait32(host, sleep_word(host), 1), "after idle time the modem asks to sleep");
	settle(host);
	tap_equal(tap, modem_value(host, "counters", "interrupts"), interrupts + 1,
		  "with an interrupt");
	doorbell(host, 2, IOSM_SLEEP_ACK_SLEEP);
	tap_ok(tap, is(host, "asleep"), "acknowledged: asleep");
	tap_ok(tap, !wait_irq(host, 120), "no interrupt while it sleeps");
	doorbell(host, 2, IOSM_SLEEP_WAKE);
	tap_ok(tap, wait32(host, sleep_word(host), 0), "woken by the host");
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	tap_equal(tap, message(host, &feature), 1, "it works");
	tap_ok(tap, to_sleep(host), "and sleeps again");
	wake_by_host(host);
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_own_data(struct tap *tap, struct host *host)
{
	uint8_t answer[4096];

	open_channel(host, IOSM_CHANNEL_MBIM, 32, 4096);
	uplink(host, MBIM_UL, mbim_open, 16);
	tap_ok(tap, downlink(host, MBIM_DL, answer, sizeof(answer)) >= 16, "MBIM is open");
	while (!to_sleep(host))
		;
	host->rings[MBIM_DL].tail = get32(host, pipe_tail(host, MBIM_DL));
	irq_count(host);
	modem_command(host, NULL, "wake");
	tap_ok(tap, wait_irq(host, 1000) && !get32(host, sleep_word(host)), "woken by itself");
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	tap_ok(tap, is(host, "active"), "acknowledged: active");
	tap_ok(tap, modem_value(host, "counters", "wakes_by_device") > 0, "counted");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

/* Asleep the modem raises no interrupt and touches no ring (section 11.3). */
static void test_quiet(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80), open;
	const unsigned int pipe = IOSM_PIPE_UL(IOSM_CHANNEL_AT0);
	struct host_ring *ring = &host->rings[pipe];
	uint32_t index;

	*ring = (struct host_ring){ .open = true, .entries = 8, .address = take(host, 128) };
	open = msg_open(ring->address, pipe, 8, 200000);
	tap_equal(tap, message(host, &open), 1, "a pipe that accumulates for 200 ms");
	uplink(host, pipe, "\r", 1);
	tap_ok(tap, wait32(host, pipe_tail(host, pipe), 1), "its first completion is told at once");
	uplink(host, pipe, "\r", 1);
	tap_ok(tap, to_sleep(host), "asleep before they are over");
	irq_count(host);
	tap_ok(tap, !wait_irq(host, 300), "no interrupt for the pipe");
	wake_by_host(host);
	modem_command(host, NULL, "late-message 150");
	index = msg_post(host, &feature);
	tap_ok(tap, to_sleep(host), "asleep before a message is answered");
	tap_equal(tap, msg_wait(host, index), 1, "it is answered");
	tap_equal(tap, get32(host, sleep_word(host)), 0, "not without waking up");
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	modem_command(host, NULL, "late-message 0");
	tap_equal(tap, close_pipe(host, pipe), 1, "closed");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

/* The request is withdrawn when something is to be done; no acknowledge need come. */
static void test_withdraw(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);

	wait32(host, sleep_word(host), 1);
	tap_equal(tap, message(host, &feature), 1, "a message instead of an acknowledge");
	tap_equal(tap, get32(host, sleep_word(host)), 0, "withdraws the request");
	wait32(host, sleep_word(host), 1);
	msg_post(host, &feature);
	wait32(host, sleep_word(host), 0);
	doorbell(host, 2, IOSM_SLEEP_ACK_SLEEP);
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	settle(host);
	tap_equal(tap, breaches(host, 0), 0, "late acknowledges of both are legal");
	wait32(host, sleep_word(host), 1);
	doorbell(host, 2, IOSM_SLEEP_ACK_SLEEP);
	doorbell(host, 2, IOSM_SLEEP_WAKE);
	wait32(host, sleep_word(host), 0);
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	tap_equal(tap, message(host, &feature), 1, "sleep and wake in one go");

	/* A slow host: its acknowledge of a withdrawn request, and then nothing for a while. */
	wait32(host, sleep_word(host), 1);
	msg_post(host, &feature);
	wait32(host, sleep_word(host), 0);
	doorbell(host, 2, IOSM_SLEEP_ACK_SLEEP);
	tap_ok(tap, !wait32_for(host, sleep_word(host), 1, 150),
	       "no new request before the host has seen the withdrawal");
	doorbell(host, 2, IOSM_SLEEP_WAKE);
	tap_ok(tap, !wait32_for(host, sleep_word(host), 1, 80), "nor after its wake-up request");
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	tap_ok(tap, wait32(host, sleep_word(host), 1), "but then");
	doorbell(host, 2, IOSM_SLEEP_WAKE);
	wait32(host, sleep_word(host), 0);
	tap_ok(tap, is(host, "waking"), "a wake-up request instead of an acknowledge");
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_permission(struct tap *tap, struct host *host)
{
	union iosm_wire_msg stay = msg_sleep(1, 1), alone = msg_sleep(1, 2), may = msg_sleep(1, 0);

	message(host, &stay);
	tap_ok(tap, !wait32_for(host, sleep_word(host), 1, 100), "forbidden: no request");
	message(host, &alone);
	tap_ok(tap, !wait32_for(host, sleep_word(host), 1, 100), "alone: no handshake");
	message(host, &may);
	tap_ok(tap, to_sleep(host), "permitted again");
	wake_by_host(host);
}

static void test_breaches(struct tap *tap, struct host *host)
{
	tap_ok(tap, to_sleep(host), "asleep");
	doorbell(host, 0, 1);
	settle(host);
	tap_equal(tap, breaches(host, CHECK_HP_ASLEEP), 1, "doorbell 0 without a wake-up request");
	wait32(host, sleep_word(host), 0);
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	doorbell(host, 2, 3);
	settle(host);
	tap_equal(tap, breaches(host, CHECK_SLEEP_VALUE), 1, "doorbell 2 = 3");
	to_sleep(host);
	doorbell(host, 2, IOSM_SLEEP_ACK_SLEEP);
	settle(host);
	tap_equal(tap, breaches(host, CHECK_SLEEP_ACK_UNASKED), 1, "a second acknowledge");
	wait32(host, sleep_word(host), 0);
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	tap_ok(tap, is(host, "active"), "wakes the modem");
	doorbell(host, 2, IOSM_SLEEP_ACK_ACTIVE);
	settle(host);
	tap_equal(tap, breaches(host, CHECK_ACTIVE_ACK_UNASKED), 1, "active twice");
	tap_equal(tap, breaches(host, 0), 4, "four breaches in all");
	modem_command(host, NULL, "breaches clear");
}

/* Section 12.3. */
static void test_forced(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	uint32_t index;

	message(host, &feature);
	doorbell(host, 2, IOSM_SLEEP_FORCE_SLEEP);
	settle(host);
	pause_ms(5);
	irq_count(host);
	tap_ok(tap, !wait_irq(host, 150), "forced to sleep it is silent");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
	index = msg_post(host, &feature);
	settle(host);
	tap_ok(tap, !wait_irq(host, 30) && get32(host, msg_tail(host)) == index,
	       "it does not look at the ring");
	tap_equal(tap, breaches(host, CHECK_HP_FORCED), 1, "and says that it should not be asked");
	doorbell(host, 2, IOSM_SLEEP_FORCE_ACTIVE);
	tap_ok(tap, wait_irq(host, 1000), "forced active it interrupts");
	tap_equal(tap, msg_wait(host, index), 1, "and has looked at everything");
	tap_equal(tap, get32(host, sleep_word(host)), 0, "with a notification of 0");
	modem_command(host, NULL, "breaches clear");
	tap_ok(tap, to_sleep(host), "asleep");
	doorbell(host, 2, IOSM_SLEEP_FORCE_SLEEP);
	doorbell(host, 2, IOSM_SLEEP_FORCE_ACTIVE);
	tap_ok(tap, wait32(host, sleep_word(host), 0), "forced while it slept");
	tap_equal(tap, message(host, &feature), 1, "it works");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

/* Section 12.1 and 12.2. */
static void test_suspend(struct tap *tap, struct host *host)
{
	union iosm_wire_msg enter = msg_sleep(0, 0), leave = msg_sleep(0, 1);
	union iosm_wire_msg feature = msg_feature(0x80);

	message(host, &feature);
	tap_equal(tap, message(host, &enter), 1, "the host enters sleep");
	pause_ms(5);
	irq_count(host);
	uplink(host, MBIM_UL, mbim_open, 16);
	settle(host);
	tap_ok(tap, !wait_irq(host, 150), "no interrupt, whatever happens");
	tap_equal(tap, get32(host, sleep_word(host)), 0, "and no request to sleep");
	tap_ok(tap, get32(host, pipe_tail(host, MBIM_UL)) != host->rings[MBIM_UL].head,
	       "pipes are not served");
	tap_equal(tap, message(host, &leave), 1, "the host leaves sleep");
	tap_ok(tap, wait32(host, pipe_tail(host, MBIM_UL), host->rings[MBIM_UL].head),
	       "pipes are served");
	tap_equal(tap, breaches(host, 0), 0, "no breach");

	message(host, &enter);
	message(host, &feature);
	tap_equal(tap, breaches(host, CHECK_MSG_HOST_ASLEEP), 1, "a message of a host that sleeps");
	message(host, &enter);
	tap_equal(tap, breaches(host, CHECK_MSG_HOST_SLEEP), 1, "it enters sleep twice");
	message(host, &leave);
	message(host, &leave);
	tap_equal(tap, breaches(host, CHECK_MSG_HOST_SLEEP), 2, "and leaves it twice");
}

static void test_not_running(struct tap *tap, struct host *host)
{
	modem_command(host, NULL, "breaches clear");
	doorbell(host, 1, 0);
	wait_status(host, 0);
	doorbell(host, 2, 7);
	doorbell(host, 0, 0);
	settle(host);
	tap_equal(tap, breaches(host, CHECK_SLEEP_NOT_RUNNING), 1, "doorbell 2 without IPC");
	tap_equal(tap, breaches(host, CHECK_HP_NOT_RUNNING), 1, "doorbell 0 without IPC");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--sleep-idle", "20", NULL);
	client_hello(&host);
	tap_ok(&tap, boot(&host), "boot");
	test_idle(&tap, &host);
	test_breaches(&tap, &host);
	test_own_data(&tap, &host);
	test_quiet(&tap, &host);
	test_withdraw(&tap, &host);
	test_permission(&tap, &host);
	test_forced(&tap, &host);
	test_suspend(&tap, &host);
	test_not_running(&tap, &host);
	tap_equal(&tap, modem_end(&host), 3, "clean end");
	return tap_done(&tap);
}
