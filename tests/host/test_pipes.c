// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptor rings and what runs over them: host interface, section 6; rules M6, M8 to M10. */
#include "host.h"

#define IP_UL	IOSM_PIPE_UL(IOSM_CHANNEL_IP)
#define IP_DL	IOSM_PIPE_DL(IOSM_CHANNEL_IP)
#define MBIM_UL	IOSM_PIPE_UL(IOSM_CHANNEL_MBIM)
#define MBIM_DL	IOSM_PIPE_DL(IOSM_CHANNEL_MBIM)

static const uint32_t mbim_open[4] = { 1, 16, 1, 4096 };

static bool mbim_opens(struct host *host)
{
	uint8_t answer[4096];
	uint32_t type;

	uplink(host, MBIM_UL, mbim_open, sizeof(mbim_open));
	/* Indications may come before it. */
	for (unsigned int i = 0; i < 20; i++) {
		if (downlink(host, MBIM_DL, answer, sizeof(answer)) < 16)
			return false;
		memcpy(&type, answer, 4);
		if (type == 0x80000001)
			return true;
	}
	return false;
}

static void test_mbim(struct tap *tap, struct host *host)
{
	tap_ok(tap, open_channel(host, IOSM_CHANNEL_MBIM, 32, 4096), "the MBIM channel opens");
	tap_ok(tap, mbim_opens(host), "and answers");
	tap_ok(tap, wait32(host, pipe_tail(host, MBIM_UL), 1), "the uplink descriptor is consumed");
	tap_equal(tap, close_pipe(host, MBIM_UL), 1, "close uplink");
	tap_equal(tap, close_pipe(host, MBIM_DL), 1, "close downlink");
	tap_ok(tap, open_channel(host, IOSM_CHANNEL_MBIM, 32, 4096) && mbim_opens(host),
	       "opened again it starts at index 0");
	close_pipe(host, MBIM_UL);
	close_pipe(host, MBIM_DL);
}

static void test_ip(struct tap *tap, struct host *host)
{
	uint8_t block[2048];
	unsigned int good = 0;

	tap_ok(tap, open_channel(host, IOSM_CHANNEL_IP, 200, 2048), "the IP channel opens");
	tap_ok(tap, open_session(host), "session 0 opens");
	for (uint16_t i = 0; i < 100; i++) {
		uplink(host, IP_UL, block, ping(block, i, (uint16_t)(i * 14)));
		good += pong(host, (uint16_t)(i * 14)) == i;
	}
	tap_equal(tap, good, 100, "pings of all sizes come back unchanged");
}

/* The host offers nothing for a while and never rings for what it gives then (rule M8). */
static void test_no_buffers(struct tap *tap, struct host *host)
{
	uint8_t block[256];
	unsigned int good = 0;
	uint16_t sequence = 1000;

	/* 199 were offered, 101 are used: take the rest. */
	for (unsigned int i = 0; i < 98; i++) {
		uplink(host, IP_UL, block, ping(block, sequence, 8));
		good += pong(host, 8) == sequence++;
	}
	tap_equal(tap, good, 98, "the last buffer of the ring is used");
	for (unsigned int i = 0; i < 40; i++)
		uplink(host, IP_UL, block, ping(block, (uint16_t)(sequence + i), 8));
	wait32(host, pipe_tail(host, IP_UL), host->rings[IP_UL].head);
	pause_ms(30);
	tap_equal(tap, get32(host, pipe_tail(host, IP_DL)), host->rings[IP_DL].tail,
		  "without buffers nothing is written");
	good = 0;
	offer(host, IP_DL, 60, 2048);
	for (unsigned int i = 0; i < 40; i++)
		good += pong(host, 8) == (int)(sequence + i);
	tap_equal(tap, good, 40, "buffers without a doorbell are found, no data was lost");
	tap_equal(tap, breaches(host, 0), 0, "no breach until here");
}

/* 150 blocks under one doorbell, twice around the uplink ring. */
static void test_burst(struct tap *tap, struct host *host)
{
	uint8_t block[2048];
	unsigned int good = 0;

	offer(host, IP_DL, 120, 2048);
	for (unsigned int round = 0; round < 3; round++) {
		host->used = MEMORY_SIZE - (512u << 10);	/* reuse that part for uplink data */
		for (uint16_t i = 0; i < 150; i++) {
			uint32_t len = ping(block, i, 100);
			uint64_t address = take(host, len);

			memcpy(at(host, address), block, len);
			descriptor(host, IP_UL, address, len, 0);
		}
		publish(host, IP_UL);
		doorbell(host, 0, 4);
		for (uint16_t i = 0; i < 150; i++) {
			good += pong(host, 100) == i;
			/* A used buffer is offered again at once. */
			descriptor(host, IP_DL, host->last_buffer, 2048, 0);
			publish(host, IP_DL);
		}
	}
	tap_equal(tap, good, 450, "bursts are answered completely and in order");
	tap_equal(tap, breaches(host, 0), 0, "no breach until here");
}

/* The accumulation time bounds the rate of interrupts, not the latency of the first one. */
static void test_accumulation(struct tap *tap, struct host *host)
{
	union iosm_wire_msg open;
	uint64_t ring, start_ms;
	unsigned int count = 0;

	host->rings[MBIM_UL] = (struct host_ring){ .open = true, .entries = 64 };
	ring = host->rings[MBIM_UL].address = take(host, 64 * 16);
	put32(host, pipe_head(host, MBIM_UL), 0);
	open = msg_open(ring, MBIM_UL, 64, 100000);
	tap_equal(tap, message(host, &open), 1, "open with 100 ms of accumulation");
	wait_irq(host, 20);
	start_ms = now_ms();
	uplink(host, MBIM_UL, mbim_open, 16);
	tap_ok(tap, wait_irq(host, WAIT_MS) && now_ms() - start_ms < 50,
	       "the first completion interrupts at once");
	for (unsigned int i = 0; i < 20; i++) {
		uplink(host, MBIM_UL, mbim_open, 16);
		wait32(host, pipe_tail(host, MBIM_UL), host->rings[MBIM_UL].head);
	}
	while (wait_irq(host, 150))
		count++;
	tap_ok(tap, count >= 1 && count <= 2, "20 more share one interrupt (%u)", count);
	close_pipe(host, MBIM_UL);
}

static void expect(struct tap *tap, struct host *host, enum check_rule rule, const char *name)
{
	uint64_t end_ms = now_ms() + 500;

	while (!breaches(host, rule) && now_ms() < end_ms)
		;
	tap_ok(tap, breaches(host, rule) == 1 && breaches(host, 0) == 1, "%s: C%02d alone", name,
	       rule);
	modem_command(host, NULL, "breaches clear");
}

static void test_bad_uplink(struct tap *tap, struct host *host)
{
	uint64_t address = take(host, 64);
	const struct {
		enum check_rule rule;
		uint64_t address;
		uint32_t size_status, following;
		const char *name;
	} cases[] = {
		{ CHECK_TD_SIZE, address, 0, 0, "0 bytes" },
		{ CHECK_TD_SIZE, address, (1u << 20) + 1, 0, "1 MiB and 1 byte" },
		{ CHECK_TD_ADDRESS, 0, 16, 0, "address 0" },
		{ CHECK_DMA_OUTSIDE_MAP, 0x5000, 16, 0, "an unmapped buffer" },
		{ CHECK_DMA_OUTSIDE_MAP, MEMORY_BASE + MEMORY_SIZE - 8, 16, 0,
		  "a buffer over the end" },
		{ CHECK_DMA_OUTSIDE_MAP, UINT64_MAX - 4, 16, 0, "a buffer that wraps around" },
		{ CHECK_TD_STATUS, address, 2u << 24 | 16, 0, "a status" },
		{ CHECK_TD_FOLLOWING, address, 16, 1, "a chain" },
		{ CHECK_TD_FOLLOWING, address, 16, 0x100, "reserved bytes" },
	};

	memcpy(at(host, address), mbim_open, 16);
	tap_ok(tap, open_channel(host, IOSM_CHANNEL_MBIM, 32, 4096), "a fresh MBIM channel");
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		descriptor(host, MBIM_UL, cases[i].address, cases[i].size_status,
			   cases[i].following);
		publish(host, MBIM_UL);
		doorbell(host, 0, 6);
		expect(tap, host, cases[i].rule, cases[i].name);
	}
	tap_ok(tap, mbim_opens(host), "the channel lives on");
}

static void test_bad_heads(struct tap *tap, struct host *host)
{
	put32(host, pipe_head(host, MBIM_UL), 32);
	doorbell(host, 0, 6);
	expect(tap, host, CHECK_PIPE_HEAD_RANGE, "a head of 32 in a ring of 32");
	close_pipe(host, MBIM_UL);
	close_pipe(host, MBIM_DL);
	tap_ok(tap, open_channel(host, IOSM_CHANNEL_MBIM, 32, 4096) && mbim_opens(host),
	       "closed and opened the channel lives");

	/* Most of 31 buffers are offered still: going back by 2 can't be a step forward. */
	put32(host, pipe_head(host, MBIM_DL), host->rings[MBIM_DL].head - 2);
	doorbell(host, 0, 7);
	expect(tap, host, CHECK_PIPE_HEAD_MOVE, "a downlink head that went back");
	close_pipe(host, MBIM_UL);
	close_pipe(host, MBIM_DL);

	open_channel(host, IOSM_CHANNEL_MBIM, 32, 4096);
	put32(host, pipe_tail(host, MBIM_UL), 5);
	uplink(host, MBIM_UL, mbim_open, 16);
	expect(tap, host, CHECK_PIPE_TAIL_WRITTEN, "a tail that the host wrote");
	close_pipe(host, MBIM_UL);
	close_pipe(host, MBIM_DL);
}

static void test_bad_downlink(struct tap *tap, struct host *host)
{
	open_pipe(host, MBIM_UL, 8);
	open_pipe(host, MBIM_DL, 8);
	descriptor(host, MBIM_DL, 0x5000, 4096, 0);
	descriptor(host, MBIM_DL, take(host, 8), 8, 0);
	publish(host, MBIM_DL);
	uplink(host, MBIM_UL, mbim_open, 16);
	expect(tap, host, CHECK_DMA_OUTSIDE_MAP, "an unmapped downlink buffer");
	tap_equal(tap, get32(host, host->rings[MBIM_DL].address + 8) >> 24, IOSM_TD_ERROR,
		  "comes back as an error");
	host->rings[MBIM_DL].tail = 1;
	pause_ms(20);
	tap_equal(tap, get32(host, pipe_tail(host, MBIM_DL)), 1,
		  "a buffer that is too small stays offered");
	tap_equal(tap, breaches(host, 0), 0, "which is no breach");
	close_pipe(host, MBIM_UL);
	close_pipe(host, MBIM_DL);
}

/* A reset in the middle of traffic: no access to the old rings. */
static void test_reset(struct tap *tap, struct host *host)
{
	uint8_t block[256];

	for (unsigned int i = 0; i < 20; i++)
		uplink(host, IP_UL, block, ping(block, (uint16_t)i, 8));
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	memset(host->memory, 0xa5, MEMORY_SIZE);
	host->used = 0;
	tap_ok(tap, boot(host), "reset under traffic, boot");
	tap_ok(tap, open_channel(host, IOSM_CHANNEL_MBIM, 16, 4096) && mbim_opens(host),
	       "and the channels work");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--sleep-idle", "0", "--connected", "all", NULL);
	client_hello(&host);
	tap_ok(&tap, boot(&host), "boot");
	test_mbim(&tap, &host);
	test_ip(&tap, &host);
	test_no_buffers(&tap, &host);
	test_burst(&tap, &host);
	test_accumulation(&tap, &host);
	test_bad_uplink(&tap, &host);
	test_bad_heads(&tap, &host);
	test_bad_downlink(&tap, &host);
	test_reset(&tap, &host);
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	return tap_done(&tap);
}
