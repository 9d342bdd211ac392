// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A host gone mad: random registers, doorbells, indexes, messages, descriptors, windows and
 * resets. Whatever it does, the modem lives, answers, and runs again for a sane driver.
 * The seed is fixed; SEED=N in the environment tries another one.
 */
#include "host.h"

#include <stdlib.h>
#include <unistd.h>

static uint64_t state;

static uint32_t any(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return limit ? (uint32_t)(state >> 16) % limit : (uint32_t)(state >> 16);
}

static uint64_t any_address(struct host *host)
{
	switch (any(8)) {
	case 0:
		return 0;
	case 1:
		return (uint64_t)any(0) << 32 | any(0);
	case 2:
		return MEMORY_BASE + MEMORY_SIZE - any(64);
	case 3:
		return host->block + any(0xd10);
	default:
		return MEMORY_BASE + any(MEMORY_SIZE);
	}
}

static void mad_register(struct host *host)
{
	static const uint32_t regions[] = { 0, 2, 2, 7, 1 };
	uint32_t region = regions[any(5)], len = 1u << any(4);
	uint64_t offset = any(region == 7 ? 0x160 : 0x100), value = any(0);
	uint8_t data[8];

	/* A function level reset is a case of its own. */
	if (region == 7 && offset <= 0x79 && offset + len > 0x79)
		return;
	if (any(2))
		region_read(host, region, offset, data, len);
	else
		region_write(host, region, offset, &value, len, region != 7);
}

static void mad_message(struct host *host)
{
	static const uint8_t types[] = { 1, 1, 1, 2, 2, 3, 4, 4, 0xf0, 0, 0x7f };
	union iosm_wire_msg message = { 0 };

	message.open.ring = any_address(host) & ~7ull;
	message.open.entries = (uint16_t)(any(4) ? any(64) : any(65536));
	message.open.pipe = (uint8_t)any(26);
	message.open.accumulation_us = any(3) ? 0 : any(0);
	message.common.type = types[any(sizeof(types))];
	if (any(3) && message.common.type != 1)
		memset(message.common.specific, 0, 10);
	msg_post(host, &message);
}

static void mad_index(struct host *host)
{
	uint32_t value = any(4) ? any(64) : any(0);

	put32(host, any(3) ? pipe_head(host, any(24)) : any(2) ? msg_head(host) :
	      pipe_tail(host, any(24)), value);
}

static void mad_memory(struct host *host)
{
	for (uint32_t i = any(4000); i; i--)
		host->memory[any(MEMORY_SIZE)] = (uint8_t)any(256);
}

static void mad_descriptors(struct host *host)
{
	unsigned int pipe = any(14);

	if (!host->rings[pipe].open)
		return;
	for (uint32_t i = any(10); i; i--)
		descriptor(host, pipe, any_address(host), any(4) ? any(5000) : any(0),
			   any(10) ? 0 : any(0));
	publish(host, pipe);
}

static void mad_window(struct host *host)
{
	uint64_t at = (uint64_t)any(MEMORY_SIZE / 4096) * 4096;

	if (any(2))
		unmap(host, MEMORY_BASE, MEMORY_SIZE);
	else
		map(host, MEMORY_BASE + at, MEMORY_SIZE - at, host->memfd, at, any(4));
}

static void act(struct host *host)
{
	switch (any(20)) {
	case 0:
		mad_register(host);
		break;
	case 1:
	case 2:
	case 3:
		mad_message(host);
		break;
	case 4:
		mad_index(host);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		mad_descriptors(host);
		break;
	case 9:
		mad_memory(host);
		break;
	case 10:
		if (!any(8))
			mad_window(host);
		break;
	case 11:
		doorbell(host, 2, any(10));
		break;
	case 12:
		if (!any(20))
			doorbell(host, 1, any(4));
		break;
	default:
		doorbell(host, 0, any(12));
	}
}

/* A run that starts well, so that the madness gets far. */
static bool sane_start(struct host *host)
{
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	unmap(host, MEMORY_BASE, MEMORY_SIZE);
	for (uint64_t at = 0; at < MEMORY_SIZE; at += 4096)
		unmap(host, MEMORY_BASE + at, MEMORY_SIZE - at);
	memset(host->memory, 0, MEMORY_SIZE);
	host->used = 0;
	if (map(host, MEMORY_BASE, MEMORY_SIZE, host->memfd, 0, 3))
		return false;
	return boot(host) && open_channel(host, IOSM_CHANNEL_MBIM, 16, 4096) &&
	       open_channel(host, IOSM_CHANNEL_IP, 32, 2048) &&
	       open_channel(host, IOSM_CHANNEL_AT0, 8, 2048);
}

int main(void)
{
	const char *seed = getenv("SEED");
	struct tap tap = { 0 };
	struct host host;
	unsigned int starts = 0;

	state = (seed ? strtoull(seed, NULL, 0) : 1) * 0x9e3779b97f4a7c15ull + 1;
	modem_start(&host, "--sleep-idle", "2", "--instant", "--connected", "all", NULL);
	client_hello(&host);
	for (unsigned int round = 0; round < 60; round++) {
		starts += sane_start(&host);
		for (unsigned int i = 0; i < 300; i++)
			act(&host);
		read32(&host, CONFIG_REGION, 0);
	}
	tap_equal(&tap, starts, 60, "after each madness a sane start succeeds");
	tap_ok(&tap, breaches(&host, 0) > 100, "the checker saw it (%lld breaches)",
	       breaches(&host, 0));
	tap_equal(&tap, modem_end(&host), 3, "clean end");
	return tap_done(&tap);
}
