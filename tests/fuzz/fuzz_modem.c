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

#include "../../vmodem/at_internal.h"
#include "../../vmodem/mbim_internal.h"
#include "../host/inside.h"

#define MEMORY_USED	(256u << 10)	/* where deeds happen; deeds may name the rest */
#define DEEDS_MAX	400
#define CHANNEL_ENTRIES	8
#define CHANNEL_BUFFER	4096
#define MESSAGE_MAX	1024

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

/* ---- messages of the channels ---- */

static void send(struct host *host, unsigned int channel, const uint8_t *data, uint32_t len)
{
	struct host_ring *ring = &host->rings[IOSM_PIPE_UL(channel)];
	uint32_t tail;

	if (!len || !ring->open || host->used + len + 64 > MEMORY_SIZE)
		return;
	tail = get32(host, pipe_tail(host, IOSM_PIPE_UL(channel)));
	if ((ring->head + 1) % ring->entries != tail)
		uplink(host, IOSM_PIPE_UL(channel), data, len);
}

static uint32_t take_bytes(struct input *input, uint8_t *data, uint32_t room)
{
	uint32_t len = take_number(input, 1);

	if (len > room)
		len = room;
	for (uint32_t i = 0; i < len; i++)
		data[i] = (uint8_t)take_number(input, 1);
	return len;
}

/* Any bytes at all. */
static void send_bytes(struct input *input, struct host *host)
{
	static const uint8_t channels[] = { IOSM_CHANNEL_IP, IOSM_CHANNEL_MBIM, IOSM_CHANNEL_AT0,
					    IOSM_CHANNEL_RPC, IOSM_CHANNEL_TRACE,
					    IOSM_CHANNEL_AT1 };
	unsigned int channel = channels[take_below(input, sizeof(channels))];
	uint8_t data[256];

	send(host, channel, data, take_bytes(input, data, sizeof(data)));
}

/* A number that is right, or one in sixteen times whatever the input says. */
static uint32_t mostly(struct input *input, uint32_t right)
{
	return take_number(input, 1) % 16 ? right : take_number(input, 4);
}

/* Services and commands are those that the modem has. */
static void send_mbim(struct input *input, struct host *host)
{
	const struct mbim_service *service = mbim_services[take_below(input, MBIM_SERVICES)];
	uint8_t data[MESSAGE_MAX] = { 0 };
	uint32_t type = take_below(input, 8), info = 0, words[5], header = 48;

	/* OPEN is needed for all others; CLOSE and HOST_ERROR are rare. */
	type = type == 0 ? 1 : type == 1 ? 2 : type == 2 ? 4 : 3;
	if (type != 3) {
		header = type == 2 ? 12 : 16;
	} else {
		memcpy(data + 20, service->uuid, 16);
		words[0] = mostly(input, service->cids[take_below(input, (uint32_t)service->count)].cid);
		memcpy(data + 36, words, 4);
		data[40] = take_number(input, 1) & 1;
		info = take_bytes(input, data + 48, sizeof(data) - 48) & ~3u;
		memcpy(data + 44, &info, 4);
		words[3] = mostly(input, 1);
		words[4] = mostly(input, 0);
		memcpy(data + 12, words + 3, 8);
	}
	if (type == 1)
		data[13] = 16;
	words[0] = mostly(input, type);
	words[1] = mostly(input, header + info);
	words[2] = take_number(input, 1);
	memcpy(data, words, 12);
	send(host, IOSM_CHANNEL_MBIM, data, header + info);
}

/* The @turn-th name in the modem's own tables, from the start again behind the last one. */
static const char *at_name(uint32_t turn)
{
	for (;;) {
		for (const struct at_entry *const *table = at_tables; *table; table++) {
			for (const struct at_entry *entry = *table; entry->name; entry++) {
				if (!turn--)
					return entry->name;
			}
		}
	}
}

/* Mostly a command that the modem has; else no command, or what a prompt waits for. */
static void send_at(struct input *input, struct host *host)
{
	static const char *const others[] = {
		"AT", "", "\x1a", "07911326040000F001000B911326880736F4",
	};
	static const char *const joints[] = { "", "=", "?", "=?", "=1", "=0", "=\"", ";+" };
	uint8_t data[MESSAGE_MAX];
	uint32_t what = take_number(input, 1), turn = take_number(input, 1);
	bool other = !(what & 0x38);
	size_t len = (size_t)snprintf((char *)data, sizeof(data), "%s%s%s", other ? "" : "AT",
				      other ? others[turn % 4] : at_name(turn), joints[what & 7]);

	len += take_bytes(input, data + len, 512);
	if (!(what & 0x80))
		data[len++] = '\r';
	send(host, what & 0x40 ? IOSM_CHANNEL_AT1 : IOSM_CHANNEL_AT0, data, (uint32_t)len);
}

/* A command in either dialect, its lengths mostly right. */
static void send_command(struct input *input, struct host *host)
{
	uint8_t data[MESSAGE_MAX] = { 0 };
	uint32_t what = take_number(input, 1), header = what & 1 ? 36 : 16, block[4], word;
	uint8_t *at = data + (what & 1 ? 16 : 0);
	uint32_t more = take_bytes(input, data + header, 64);

	if (!more && what & 2)
		more = 8;
	block[0] = IOSM_MUX_ACBH;
	block[1] = take_number(input, 1) << 16;
	block[2] = mostly(input, header + more);
	block[3] = mostly(input, 16);
	if (what & 1)
		memcpy(data, block, sizeof(block));
	word = IOSM_MUX_CMDH;
	memcpy(at, &word, 4);
	word = mostly(input, header + more - (what & 1 ? 16 : 0)) | (what >> 2 & 7) << 16;
	memcpy(at + 4, &word, 4);
	word = 1 + take_below(input, 9);
	memcpy(at + (what & 1 ? 12 : 8), &word, 4);
	word = take_number(input, 1);
	memcpy(at + (what & 1 ? 16 : 12), &word, 4);
	send(host, IOSM_CHANNEL_IP, data, header + more);
}

/* A packet with the start of an IP header that carriers look at, then anything. */
static uint32_t make_packet(struct input *input, uint8_t *packet)
{
	uint32_t what = take_number(input, 1), len = 20 + (what & 1 ? 20 : 0);

	packet[0] = what & 1 ? 0x60 : 0x45;
	packet[what & 1 ? 6 : 9] = (uint8_t[]){ 1, 17, 58, 6 }[what >> 1 & 3];
	memcpy(packet + (what & 1 ? 8 : 12), "\x20\x01\x0d\xb8", 4);
	len += take_bytes(input, packet + len, 200);
	packet[what & 1 ? 5 : 3] = (uint8_t)mostly(input, what & 1 ? len - 40 : len);
	return len;
}

/* One datagram, alone or in a block with one table. */
static void send_datagram(struct input *input, struct host *host)
{
	uint8_t data[MESSAGE_MAX] = { 0 };
	uint32_t what = take_number(input, 1), session = what >> 2 & 7, padding, len;
	uint32_t words[10];

	if (what & 1) {
		padding = 40 + (what & 2 ? 16 : 0);
		len = make_packet(input, data + padding);
		words[0] = IOSM_MUX_ADBH;
		words[1] = take_number(input, 1) << 16;
		words[2] = mostly(input, padding + len);
		words[3] = mostly(input, 16);
		words[4] = IOSM_MUX_ADTH;
		words[5] = mostly(input, 24) | session << 16;
		words[6] = mostly(input, 0);
		words[7] = 0;
		words[8] = mostly(input, 40);
		words[9] = mostly(input, padding - 40 + len);
		memcpy(data, words, sizeof(words));
	} else {
		padding = 16 + (what & 2 ? 16 : 0);
		len = make_packet(input, data + padding);
		words[0] = IOSM_MUX_ADGH;
		words[1] = mostly(input, padding + len) | session << 16;
		memcpy(data, words, 8);
	}
	send(host, IOSM_CHANNEL_IP, data, padding + len);
}

/* Length, id and transaction word as they must be; the arguments are the input's. */
static void send_rpc(struct input *input, struct host *host)
{
	uint8_t data[MESSAGE_MAX] = { 0 };
	uint32_t len = 20 + take_bytes(input, data + 20, 256), right = mostly(input, len - 4);

	memcpy(data, &right, 4);
	data[4] = data[10] = 2;
	data[5] = data[11] = 4;
	data[8] = (uint8_t)(right >> 8);
	data[9] = (uint8_t)right;
	data[15] = (uint8_t)take_number(input, 1);
	memcpy(data + 16, take_number(input, 1) & 1 ? "\x11\x00\x01\x01" : "\x11\x00\x01\x00",
	       4);
	send(host, IOSM_CHANNEL_RPC, data, len);
}

static void send_message(struct input *input, struct host *host)
{
	static void (*const senders[])(struct input *input, struct host *host) = {
		send_bytes, send_mbim, send_mbim, send_mbim, send_at, send_at, send_command,
		send_datagram, send_rpc,
	};

	senders[take_below(input, sizeof(senders) / sizeof(senders[0]))](input, host);
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
