// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guest memory in all its shapes: without a descriptor (the modem has to ask, and must
 * serve the client meanwhile), cut into windows, and taken away.
 */
#include "host.h"

#include <sys/socket.h>

#define MBIM_UL	IOSM_PIPE_UL(IOSM_CHANNEL_MBIM)
#define MBIM_DL	IOSM_PIPE_DL(IOSM_CHANNEL_MBIM)

static const uint32_t mbim_open[4] = { 1, 16, 1, 4096 };

static unsigned int nested_good;

/* What a guest's CPU may do while the modem waits for its memory. */
static void read_register(struct host *host)
{
	struct {
		uint64_t offset;
		uint32_t region, count;
	} access = { IOSM_SCRATCH_STAGE, 2, 4 };
	struct {
		struct header header;
		uint8_t body[20];
	} reply;
	uint32_t stage;
	size_t have = 0;

	client_send(host, 7777, CMD_REGION_READ, 0, &access, sizeof(access), NULL, 0);
	while (have < sizeof(reply)) {
		ssize_t count = recv(host->fd, (uint8_t *)&reply + have, sizeof(reply) - have, 0);

		if (count <= 0)
			return;
		have += (size_t)count;
	}
	memcpy(&stage, reply.body + 16, 4);
	nested_good += reply.header.id == 7777 && stage == IOSM_STAGE_RUN;
}

static void test_unshared(struct tap *tap)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	struct host host;
	uint8_t answer[4096];

	modem_start(&host, "--sleep-idle", "0", NULL);
	host.unshared = true;
	client_hello(&host);
	tap_ok(tap, boot(&host), "boot without shared memory");
	tap_ok(tap, host.asked > 10, "the modem asks for it");
	tap_ok(tap, open_channel(&host, IOSM_CHANNEL_MBIM, 16, 4096), "open a channel");
	uplink(&host, MBIM_UL, mbim_open, sizeof(mbim_open));
	tap_ok(tap, downlink(&host, MBIM_DL, answer, sizeof(answer)) >= 16, "and use it");

	host.asked = 0;
	host.while_asked = read_register;
	tap_equal(tap, message(&host, &feature), 1, "the client is served while the modem waits");
	tap_ok(tap, host.asked > 2 && nested_good == host.asked, "every time (%u of %u)",
	       nested_good, host.asked);
	host.while_asked = NULL;
	tap_equal(tap, breaches(&host, 0), 0, "no breach");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

static void reset_once(struct host *host)
{
	host->while_asked = NULL;
	client_send(host, 4242, CMD_RESET, 0, NULL, 0, NULL, 0);
}

static void uninit_once(struct host *host)
{
	host->while_asked = NULL;
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_UNINIT);
}

static void flr_once(struct host *host)
{
	struct {
		uint64_t offset;
		uint32_t region, count;
		uint16_t value;
	} flr = { 0x78, CONFIG_REGION, 2, 0xa810 };

	host->while_asked = NULL;
	client_send(host, 4243, CMD_REGION_WRITE, NO_REPLY, &flr, 18, NULL, 0);
}

static void storm(struct host *host)
{
	host->while_asked = NULL;
	for (unsigned int i = 0; i < 100; i++)
		doorbell(host, i % 2 ? IOSM_DOORBELL_HP : IOSM_DOORBELL_SLEEP, 2);
}

/* The ground is pulled away in the middle of an access. */
static void test_interrupted(struct tap *tap)
{
	static const struct {
		void (*what)(struct host *host);
		const char *name;
	} cases[] = {
		{ reset_once, "DEVICE_RESET" }, { uninit_once, "doorbell 1 = 0" },
		{ flr_once, "function level reset" }, { storm, "a storm of doorbells" },
	};
	union iosm_wire_msg feature = msg_feature(0x80);
	struct host host;

	modem_start(&host, "--sleep-idle", "0", NULL);
	host.unshared = true;
	client_hello(&host);
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!boot(&host))
			tap_ok(tap, false, "boot");
		host.while_asked = cases[i].what;
		msg_post(&host, &feature);
		serve(&host, 50);
		tap_ok(tap, !host.while_asked, "%s while the modem waits for memory",
		       cases[i].name);
		enable(&host);
		doorbell(&host, IOSM_DOORBELL_IPC, IOSM_IPC_UNINIT);
		tap_ok(tap, wait_status(&host, 0), "and it lives");
	}
	boot(&host);
	msg_post(&host, &feature);
	client_close(&host);
	client_hello(&host);
	tap_ok(tap, boot(&host), "the client dies while the modem waits for it");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

/* Windows of one page each in another order, and one that is read-only. */
static void test_windows(struct tap *tap)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	struct host host;
	bool mapped = true;

	modem_start(&host, "--sleep-idle", "0", NULL);
	client_hello(&host);
	unmap(&host, MEMORY_BASE, MEMORY_SIZE);
	for (uint64_t i = 0; i < 256; i++) {
		uint64_t at = (i * 67 % 256) * 4096;

		mapped &= !map(&host, MEMORY_BASE + at, 4096, host.memfd, at, 3);
	}
	tap_ok(tap, mapped, "256 windows of a page");
	take(&host, 4096 - 1024);	/* the shared block crosses one */
	tap_ok(tap, boot(&host), "structures across windows");
	tap_ok(tap, open_channel(&host, IOSM_CHANNEL_MBIM, 32, 12000), "rings and buffers too");
	tap_equal(tap, breaches(&host, 0), 0, "no breach");

	unmap(&host, host.block & ~4095ull, 8192);
	msg_post(&host, &feature);
	read32(&host, 2, 0);
	pause_ms(20);
	tap_ok(tap, breaches(&host, CHECK_DMA_OUTSIDE_MAP) > 0, "memory that went is a breach");
	tap_equal(tap, modem_end(&host), 3, "clean end");

	modem_start(&host, "--sleep-idle", "0", NULL);
	client_hello(&host);
	unmap(&host, MEMORY_BASE, MEMORY_SIZE);
	map(&host, MEMORY_BASE, MEMORY_SIZE, host.memfd, 0, 1);
	enable(&host);
	boot_to(&host, 1);
	doorbell(&host, 1, 2);
	tap_ok(tap, !wait_irq(&host, 100), "it does not run in read-only memory");
	tap_equal(tap, breaches(&host, CHECK_DMA_OUTSIDE_MAP), 1, "which is a breach");
	tap_equal(tap, modem_end(&host), 3, "clean end");
}

int main(void)
{
	struct tap tap = { 0 };

	test_unshared(&tap);
	test_interrupted(&tap);
	test_windows(&tap);
	return tap_done(&tap);
}
