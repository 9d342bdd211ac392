// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hostile guest for libFuzzer: each input is a modem and what is done to it. The first
 * byte says which modem and how far a sane driver brings it; then come deeds, one byte for
 * which and some for its arguments: register accesses of any kind, bytes anywhere in guest
 * memory, messages, descriptors, indexes, windows, resets, time, and whole messages of the
 * channels, so that all that is behind them meets nonsense, too.
 *
 * The modem must not crash, hang, leak or touch what it should not: the sanitizers see that.
 */
#include <stdlib.h>

#include "../host/inside.h"

#define MEMORY_USED	(256u << 10)	/* where deeds happen; deeds may name the rest */
#define DEEDS_MAX	400
#define CHANNEL_ENTRIES	8
#define CHANNEL_BUFFER	4096

struct input {
	const uint8_t *data;
	size_t len;
};

static uint32_t take_number(struct input *input, unsigned int bytes)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < bytes && input->len; i++) {
		value |= (uint32_t)*input->data++ << 8 * i;
		input->len--;
	}
	return value;
}

static uint32_t take_below(struct input *input, uint32_t limit)
{
	return take_number(input, limit > 256 ? 4 : 1) % limit;
}

/* Mostly an address that exists: one in eight may be anything. */
static uint64_t take_address(struct input *input, struct host *host)
{
	uint32_t value = take_number(input, 4);

	switch (value >> 29) {
	case 0:
		return (uint64_t)value << 32 | take_number(input, 4);
	case 1:
		return host->block + value % 0xd10;
	case 2:
		return MEMORY_BASE + MEMORY_SIZE - value % 64;
	default:
		return MEMORY_BASE + value % MEMORY_USED;
	}
}

/* ---- deeds ---- */

static void read_register(struct input *input, struct host *host)
{
	static const uint32_t regions[] = { 0, 2, 7, 1 };
	uint8_t data[16];
	uint32_t len = 1 + take_below(input, sizeof(data)), region = regions[take_below(input, 4)];

	region_read(host, region, take_number(input, 2) % 4096, data, len);
}

static void write_register(struct input *input, struct host *host)
{
	static const uint32_t regions[] = { 0, 2, 2, 7 };
	uint32_t len = 1 + take_below(input, 8), region = regions[take_below(input, 4)];
	uint64_t offset = region == 7 ? take_number(input, 2) % 4096 : take_number(input, 1) * 4;
	uint8_t data[8] = { 0 };

	for (uint32_t i = 0; i < len; i++)
		data[i] = (uint8_t)take_number(input, 1);
	region_write(host, region, offset, data, len, true);
}

static void write_memory(struct input *input, struct host *host)
{
	uint64_t address = take_address(input, host);
	uint32_t len = 1 + take_below(input, 32);

	for (uint32_t i = 0; i < len; i++) {
		uint8_t byte = (uint8_t)take_number(input, 1);

		if (address + i >= MEMORY_BASE && address + i < MEMORY_BASE + MEMORY_SIZE)
			host->memory[address + i - MEMORY_BASE] = byte;
	}
}

static void write_index(struct input *input, struct host *host)
{
	uint32_t which = take_below(input, 2 * IOSM_PIPES + 2), value = take_number(input, 1);

	if (value == 0xff)
		value = take_number(input, 4);
	if (!host->block)
		return;
	if (which < IOSM_PIPES)
		put32(host, pipe_head(host, which), value);
	else if (which < 2 * IOSM_PIPES)
		put32(host, pipe_tail(host, which - IOSM_PIPES), value);
	else
		put32(host, which & 1 ? msg_head(host) : msg_tail(host), value);
}

static void post_message(struct input *input, struct host *host)
{
	static const uint8_t types[] = { 1, 1, 2, 3, 4, 0xf0 };
	union iosm_wire_msg message = { 0 };
	uint32_t which = take_number(input, 1);

	message.open.ring = take_address(input, host);
	message.open.entries = (uint16_t)take_number(input, which & 0x80 ? 2 : 1);
	message.open.pipe = (uint8_t)take_number(input, 1);
	message.common.type = which & 0x40 ? (uint8_t)which : types[which % sizeof(types)];
	message.open.vector = take_number(input, 1);
	message.open.accumulation_us = take_number(input, 2);
	if (host->block)
		msg_post(host, &message);
}

static void post_descriptor(struct input *input, struct host *host)
{
	unsigned int pipe = take_below(input, IOSM_PIPES);
	uint64_t address = take_address(input, host);
	uint32_t size = take_number(input, 2), more = take_number(input, 1);

	if (!host->rings[pipe].open)
		return;
	if (more & 1)
		size |= take_number(input, 2) << 16;
	descriptor(host, pipe, address, size, more & 2 ? take_number(input, 4) : 0);
	publish(host, pipe);
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_UL_DATA);
}

/* A message of a channel, with what the protocol behind it wants to see at its start. */
static void send_message(struct input *input, struct host *host)
{
	static const uint8_t channels[] = { IOSM_CHANNEL_IP, IOSM_CHANNEL_MBIM, IOSM_CHANNEL_AT0,
					    IOSM_CHANNEL_RPC, IOSM_CHANNEL_TRACE,
					    IOSM_CHANNEL_AT1 };
	unsigned int pipe = IOSM_PIPE_UL(channels[take_below(input, sizeof(channels))]);
	uint32_t len = take_number(input, 1) * 4, tail;
	struct host_ring *ring = &host->rings[pipe];
	uint8_t data[1024];

	for (uint32_t i = 0; i < len; i++)
		data[i] = (uint8_t)take_number(input, 1);
	if (!len || !ring->open || host->used + len + 64 > MEMORY_SIZE)
		return;
	/* Lengths are hard to guess: the two that most messages have are made right. */
	if (take_number(input, 1) & 1) {
		memcpy(data + 4, &len, 4);
		if (len > 12 && pipe == IOSM_PIPE_UL(IOSM_CHANNEL_IP) && !memcmp(data, "ACBH", 4))
			memcpy(data + 8, &len, 4);
	}
	tail = get32(host, pipe_tail(host, pipe));
	if ((ring->head + 1) % ring->entries != tail)
		uplink(host, pipe, data, len);
}

static void give_back(struct input *input, struct host *host)
{
	unsigned int pipe = take_below(input, IOSM_PIPES) | 1;
	struct host_ring *ring = &host->rings[pipe];
	uint32_t tail, size = 1 + take_number(input, 2) % CHANNEL_BUFFER;

	if (!ring->open)
		return;
	tail = get32(host, pipe_tail(host, pipe));
	while ((ring->head + 1) % ring->entries != tail % ring->entries &&
	       host->used + size + 64 <= MEMORY_SIZE)
		offer(host, pipe, 1, size);
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_DL_REFILL);
}

static void change_window(struct input *input, struct host *host)
{
	uint32_t what = take_number(input, 1);
	uint64_t at = (uint64_t)(take_number(input, 2) % (MEMORY_SIZE / 4096)) * 4096;

	switch (what % 4) {
	case 0:
		unmap(host, MEMORY_BASE, MEMORY_SIZE);
		break;
	case 1:
		map(host, MEMORY_BASE + at, MEMORY_SIZE - at, host->memfd, at, what >> 2 & 3);
		break;
	case 2:
		unmap(host, take_address(input, host), take_number(input, 4));
		break;
	default:
		map(host, take_address(input, host), take_number(input, 4), host->memfd,
		    take_number(input, 4), what >> 2 & 3);
	}
}

/* Faults at the same time: what lies to the host must not hurt the modem. */
static void arm_fault(struct input *input, struct host *host)
{
	char line[40], answer[ANSWER_SIZE];
	uint32_t what = take_number(input, 1);

	if (what & 1) {
		modem_command(host, answer, "fault chaos %u rate=%u", what, what);
		return;
	}
	for (unsigned int i = 0; i < sizeof(line); i++)
		line[i] = (char)take_number(input, 1);
	line[sizeof(line) - 1] = '\0';
	modem_command(host, answer, "fault %s", line);
}

static void do_one(struct input *input, struct host *host)
{
	switch (take_below(input, 20)) {
	case 0:
		read_register(input, host);
		break;
	case 1:
	case 2:
		write_register(input, host);
		break;
	case 3:
	case 4:
		write_memory(input, host);
		break;
	case 5:
		write_index(input, host);
		break;
	case 6:
	case 7:
		post_message(input, host);
		break;
	case 8:
	case 9:
		post_descriptor(input, host);
		break;
	case 10:
	case 11:
	case 12:
		send_message(input, host);
		break;
	case 13:
		give_back(input, host);
		break;
	case 14:
		change_window(input, host);
		break;
	case 15:
		arm_fault(input, host);
		break;
	case 16:
		pause_ms(take_number(input, 1) % 64);
		break;
	case 17:
		doorbell(host, take_below(input, 3), take_number(input, 1));
		break;
	case 18:
		if (!take_below(input, 4))
			request(host, CMD_RESET, NULL, 0, NULL, 0);
		break;
	default:
		doorbell(host, 0, 0);
	}
}

/* ---- one input ---- */

static void start(struct host *host, uint32_t which)
{
	char *argv[16] = { "vmodem", "--socket", "/none", "--connected", "all", "--sleep-idle", "3" };
	unsigned int count = 7;

	if (which & 1)
		argv[count++] = "--instant";
	if (which & 2)
		argv[count++] = "--credits";
	argv[count++] = "--model";
	argv[count++] = which & 4 ? "xmm7360" : "xmm7560";
	argv[count++] = "--mux";
	argv[count++] = which & 8 ? "aggregation" : "lite";
	argv[count] = NULL;
	inside_start(host, argv);
}

static void bring_up(struct host *host)
{
	static const uint8_t channels[] = { IOSM_CHANNEL_IP, IOSM_CHANNEL_RPC, IOSM_CHANNEL_AT0,
					    IOSM_CHANNEL_AT1, IOSM_CHANNEL_MBIM };

	if (!boot(host))
		return;
	for (unsigned int i = 0; i < sizeof(channels); i++)
		open_channel(host, channels[i], CHANNEL_ENTRIES, CHANNEL_BUFFER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input input = { data, len };
	uint32_t which = take_number(&input, 1);
	struct host host;

	start(&host, which);
	if (which & 0x30)
		bring_up(&host);
	else
		enable(&host);
	for (unsigned int i = 0; i < DEEDS_MAX && input.len; i++)
		do_one(&input, &host);
	pause_ms(20);
	inside_end(&host);
	return 0;
}
