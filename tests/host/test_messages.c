// SPDX-License-Identifier: GPL-2.0-or-later
/* The message ring: host interface, section 5. */
#include "host.h"

static void test_types(struct tap *tap, struct host *host)
{
	union iosm_wire_msg abort = msg_close(12);
	union iosm_wire_msg two = msg_feature(0x80);

	abort.close.type = IOSM_MSG_ABORT_PIPE;
	tap_equal(tap, open_pipe(host, 12, 8), IOSM_MSG_SUCCESS, "open the uplink pipe");
	tap_equal(tap, open_pipe(host, 13, 8), IOSM_MSG_SUCCESS, "open the downlink pipe");
	offer(host, 13, 7, 256);
	doorbell(host, 0, 9);
	abort.close.pipe = 13;
	tap_equal(tap, message(host, &abort), IOSM_MSG_SUCCESS, "abort");
	tap_equal(tap, get32(host, pipe_tail(host, 13)), 7, "returns all buffers");
	tap_equal(tap, get32(host, host->rings[13].address + 8) >> 24, IOSM_TD_ABORTED,
		  "as aborted");
	tap_equal(tap, close_pipe(host, 12), IOSM_MSG_SUCCESS, "close");
	tap_equal(tap, close_pipe(host, 13), IOSM_MSG_SUCCESS, "close");
	tap_equal(tap, open_pipe(host, 12, 4), IOSM_MSG_SUCCESS, "open again");
	tap_equal(tap, close_pipe(host, 12), IOSM_MSG_SUCCESS, "close again");
	two.common.status = IOSM_MSG_ERROR;
	tap_equal(tap, message(host, &two), IOSM_MSG_SUCCESS, "an initial status of 2 is accepted");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

/* Three times around the ring, alone and in batches. */
static void test_wrap(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	unsigned int good = 0;

	for (unsigned int i = 0; i < 150; i++)
		good += message(host, &feature) == IOSM_MSG_SUCCESS;
	tap_equal(tap, good, 150, "150 messages one by one");
	for (unsigned int i = 0; i < 4; i++) {
		uint32_t last = 0;

		for (unsigned int n = 0; n < 100; n++)
			last = msg_post(host, &feature);
		if (msg_wait(host, last) != IOSM_MSG_SUCCESS)
			good = 0;
	}
	tap_equal(tap, good, 150, "400 messages in batches of 100");
}

static void test_errors(struct tap *tap, struct host *host)
{
	uint64_t ring = take(host, 64 * 16);
	union iosm_wire_msg odd = msg_feature(0x80);
	union iosm_wire_msg open = msg_open(ring, 24, 64, 0), close = msg_close(6);
	const struct {
		enum check_rule rule;
		union iosm_wire_msg message;
		uint32_t status;
		const char *name;
	} cases[] = {
		{ CHECK_MSG_PIPE, open, 2, "open of pipe 24" },
		{ CHECK_MSG_OPEN_ENTRIES, msg_open(ring, 6, 1, 0), 2, "a ring of 1" },
		{ CHECK_MSG_OPEN_RING, msg_open(0, 6, 64, 0), 2, "a ring at 0" },
		{ CHECK_MSG_OPEN_RING, msg_open(ring + 4, 6, 64, 0), 2, "an unaligned ring" },
		{ CHECK_DMA_OUTSIDE_MAP, msg_open(0x1000, 6, 64, 0), 2, "an unmapped ring" },
		{ CHECK_DMA_OUTSIDE_MAP, msg_open(MEMORY_BASE + MEMORY_SIZE - 64, 6, 64, 0), 2,
		  "a ring over the end" },
		{ CHECK_MSG_CLOSE_CLOSED, close, 2, "close of a closed pipe" },
		{ CHECK_MSG_SLEEP, msg_sleep(2, 0), 2, "sleep of target 2" },
		{ CHECK_MSG_SLEEP, msg_sleep(0, 2), 2, "host state 2" },
		{ CHECK_MSG_SLEEP, msg_sleep(1, 3), 2, "device state 3" },
		{ CHECK_MSG_FEATURE, msg_feature(0x81), 2, "feature bit 0" },
		{ CHECK_MSG_HOST_SLEEP, msg_sleep(0, 1), 1, "leaving a sleep never entered" },
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		modem_command(host, NULL, "breaches clear");
		tap_equal(tap, message(host, &cases[i].message), cases[i].status, "%s",
			  cases[i].name);
		tap_ok(tap, breaches(host, cases[i].rule) == 1 && breaches(host, 0) == 1,
		       "is breach C%02d alone", cases[i].rule);
	}
	modem_command(host, NULL, "breaches clear");
	odd.common.type = 0x77;
	odd.common.status = 1;
	tap_equal(tap, message(host, &odd), IOSM_MSG_ERROR, "an unknown type");
	tap_ok(tap, breaches(host, CHECK_MSG_TYPE) == 1 && breaches(host, CHECK_MSG_STATUS) == 1,
	       "with a completion status");
	odd = msg_sleep(1, 0);
	odd.sleep.reserved1 = 1;
	message(host, &odd);
	odd = close;
	odd.close.reserved2[1] = 1;
	message(host, &odd);
	tap_equal(tap, breaches(host, CHECK_MSG_RESERVED), 2, "reserved bytes");

	modem_command(host, NULL, "breaches clear");
	open_pipe(host, 6, 8);
	put32(host, pipe_head(host, 7), 3);
	open = msg_open(ring, 7, 64, 0);
	message(host, &open);
	tap_equal(tap, breaches(host, CHECK_MSG_OPEN_HEAD), 1, "open with a stale head");
	message(host, &open);
	tap_equal(tap, breaches(host, CHECK_MSG_OPEN_TWICE), 1, "open of an open pipe");
	open = msg_open(ring + 32 * 16, 8, 8, 0);
	message(host, &open);
	tap_equal(tap, breaches(host, CHECK_MSG_OPEN_OVERLAP), 1, "a ring inside another");
	tap_equal(tap, breaches(host, 0), 3, "and nothing else");
	close_pipe(host, 6);
	close_pipe(host, 7);
}

static void test_hold(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80), close = msg_close(12), open;
	uint32_t held, next;

	modem_command(host, NULL, "breaches clear");
	tap_ok(tap, modem_command(host, NULL, "hold-message feature 2"), "hold-message");
	tap_equal(tap, message(host, &feature), IOSM_MSG_SUCCESS, "the first one is answered");
	held = msg_post(host, &feature);
	pause_ms(60);
	tap_equal(tap, get32(host, msg_tail(host)), held, "the second not");
	next = msg_post(host, &feature);
	tap_equal(tap, msg_wait(host, next), IOSM_MSG_SUCCESS, "the third one is");
	tap_equal(tap, msg_wait(host, held), IOSM_MSG_PENDING, "the second never will be");

	modem_command(host, NULL, "hold-message open");
	open = msg_open(take(host, 128), 12, 8, 0);
	msg_post(host, &open);
	tap_equal(tap, message(host, &close), IOSM_MSG_SUCCESS, "close after an open without answer");
	modem_command(host, NULL, "hold-message open");
	msg_post(host, &open);
	tap_equal(tap, message(host, &open), IOSM_MSG_SUCCESS, "or the same open again");
	modem_command(host, NULL, "hold-message close");
	msg_post(host, &close);
	tap_equal(tap, message(host, &close), IOSM_MSG_SUCCESS, "close after a close without answer");
	tap_equal(tap, message(host, &open), IOSM_MSG_SUCCESS, "and open");
	tap_equal(tap, message(host, &close), IOSM_MSG_SUCCESS, "and close");
	tap_equal(tap, breaches(host, 0), 0, "no breach: the modem was at fault");
	tap_ok(tap, !modem_command(host, NULL, "hold-message nonsense"), "an unknown type");
	tap_ok(tap, !modem_command(host, NULL, "hold-message open -1"), "a bad number");
}

static void test_late(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	uint64_t start_ms = now_ms();
	uint32_t first, last = 0;

	modem_command(host, NULL, "late-message 120");
	first = msg_post(host, &feature);
	for (unsigned int i = 0; i < 126; i++)
		last = msg_post(host, &feature);
	tap_equal(tap, msg_wait(host, first), IOSM_MSG_SUCCESS, "a late answer");
	tap_ok(tap, now_ms() - start_ms >= 115, "is late");
	tap_equal(tap, msg_wait(host, last), IOSM_MSG_SUCCESS, "a full ring of them in order");
	modem_command(host, NULL, "late-message 0");
	tap_equal(tap, message(host, &feature), IOSM_MSG_SUCCESS, "then quick again");
}

static void test_heads(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);

	modem_command(host, NULL, "breaches clear");
	put32(host, msg_head(host), IOSM_MSG_ENTRIES);
	doorbell(host, 0, 0);
	read32(host, 2, 0);
	pause_ms(5);
	tap_equal(tap, breaches(host, CHECK_MSG_HEAD_RANGE), 1, "a head of 128");
	doorbell(host, 0, 0);
	read32(host, 2, 0);
	tap_equal(tap, breaches(host, 0), 1, "the ring is not looked at again");
	doorbell(host, 1, 0);
	wait_status(host, 0);
	tap_ok(tap, boot(host), "until the next run");

	modem_command(host, NULL, "late-message 60000");
	msg_post(host, &feature);
	msg_post(host, &feature);
	while (modem_value(host, "counters", "messages") != 4)
		;
	put32(host, msg_head(host), host->msg_head - 1);
	doorbell(host, 0, 0);
	read32(host, 2, 0);
	pause_ms(5);
	tap_equal(tap, breaches(host, CHECK_MSG_HEAD_MOVE), 1, "a head that went back");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--sleep-idle", "0", NULL);
	client_hello(&host);
	tap_ok(&tap, boot(&host), "boot");
	test_types(&tap, &host);
	test_wrap(&tap, &host);
	test_errors(&tap, &host);
	test_hold(&tap, &host);
	test_late(&tap, &host);
	test_heads(&tap, &host);
	tap_equal(&tap, modem_end(&host), 3, "clean end");
	return tap_done(&tap);
}
