// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As much of an MBIM function as mbimcli needs to make connections.
 */
#include <string.h>

#include "bytes.h"
#include "channel.h"
#include "mood.h"
#include "mux.h"
#include "pipe.h"

#define OPEN		0x00000001
#define CLOSE		0x00000002
#define COMMAND		0x00000003
#define HOST_ERROR	0x00000004
#define DONE		0x80000000
#define FUNCTION_ERROR	0x80000004
#define INDICATE	0x80000007

#define NOT_OPENED	5
#define NO_SUPPORT	9
#define NO_CONTEXT	16
#define BAD_PARAMETERS	21

#define ANSWER_MAX	2048
#define MESSAGE_MAX	(ANSWER_MAX + 64)

enum { CAPS = 1, SUBSCRIBER, RADIO, PIN, REGISTER = 9, PACKET, SIGNAL, CONNECT, IP = 15, SERVICES, SUBSCRIBE = 19 };

static const uint8_t basic[16] = {
	0xa2, 0x89, 0xcc, 0x33, 0xbc, 0xbb, 0x8b, 0x4f, 0xb6, 0xb0, 0x13, 0x3e, 0xc2, 0xaa, 0xe6, 0xdf
};
static const uint8_t no_context[16] = {
	0xb4, 0x3f, 0x75, 0x8c, 0xa5, 0x60, 0x4b, 0x46, 0xb3, 0x5e, 0xc5, 0x86, 0x96, 0x41, 0xfb, 0x54
};
static const uint8_t internet[16] = {
	0x7e, 0x5e, 0x2a, 0x7e, 0x4e, 0x6f, 0x72, 0x72, 0x73, 0x6b, 0x65, 0x6e, 0x7e, 0x5e, 0x2a, 0x7e
};
static const uint32_t cids[] = { CAPS, SUBSCRIBER, RADIO, PIN, REGISTER, PACKET, SIGNAL, CONNECT, IP, SERVICES,
				 SUBSCRIBE };

static bool opened, radio_off, detached;
static uint32_t limit = 4096;

/* An information buffer in the making. */
static uint8_t buffer[ANSWER_MAX];
static size_t length;

static void add32(uint32_t value)
{
	put32(buffer + length, value);
	length += 4;
}

static void add64(uint64_t value)
{
	add32(value & 0xffffffff);
	add32(value >> 32);
}

static void pad(void)
{
	while (length % 4)
		buffer[length++] = 0;
}

static void add_bytes(const void *data, size_t size)
{
	memcpy(buffer + length, data, size);
	length += size;
	pad();
}

/* set_string: text behind all there is, and where it is into the pair at a place before */
static void set_string(size_t pair, const char *text)
{
	size_t start = length;

	for (; *text; text++) {
		put16(buffer + length, (uint8_t)*text);
		length += 2;
	}
	put32(buffer + pair, start);
	put32(buffer + pair + 4, length - start);
	pad();
}

/* ---- messages ---- */

static void send_fragments(uint8_t down, const uint8_t *message, size_t size)
{
	size_t most = limit < (uint32_t)mood(FRAGMENT) ? limit : (uint32_t)mood(FRAGMENT);
	size_t payload = most - 20, rest = size - 20;
	uint32_t count = rest ? (rest + payload - 1) / payload : 1;
	uint8_t part[MESSAGE_MAX];

	for (uint32_t i = 0; i < count; i++) {
		size_t now = rest < payload ? rest : payload;

		memcpy(part, message, 12);
		put32(part + 4, 20 + now);
		put32(part + 12, count);
		put32(part + 16, i);
		memcpy(part + 20, message + 20 + i * payload, now);
		pipe_send(down, part, 20 + now);
		rest -= now;
	}
}

/* A message with an information buffer, in fragments where it is too long. */
static void send_buffer(uint8_t down, uint32_t type, uint32_t transaction, const uint8_t *service, uint32_t cid,
			uint32_t status)
{
	uint8_t message[MESSAGE_MAX];
	size_t header = type == INDICATE ? 44 : 48;

	put32(message, type);
	put32(message + 8, transaction);
	memcpy(message + 20, service, 16);
	put32(message + 36, cid);
	if (type != INDICATE)
		put32(message + 40, status);
	put32(message + header - 4, length);
	memcpy(message + header, buffer, length);
	send_fragments(down, message, header + length);
}

static void send_short(uint8_t down, uint32_t type, uint32_t transaction, uint32_t value)
{
	uint8_t message[16];

	put32(message, type);
	put32(message + 4, sizeof(message));
	put32(message + 8, transaction);
	put32(message + 12, value);
	pipe_send(down, message, sizeof(message));
}

/* ---- commands ---- */

static uint32_t do_caps(void)
{
	static const uint32_t fields[8] = { 1, 1, 1, 2, 0x3c, 3, 3, SESSIONS };

	for (unsigned int i = 0; i < 8; i++)
		add32(fields[i]);
	for (unsigned int i = 0; i < 8; i++)
		add32(0);
	set_string(40, "350000000000017");
	set_string(48, "18601.5001.00.01.17.34");
	set_string(56, "V1.3");
	return 0;
}

static uint32_t do_subscriber(void)
{
	add32(1);
	for (unsigned int i = 0; i < 6; i++)
		add32(0);
	set_string(4, "001010123456789");
	set_string(12, "8988211000000123456");
	return 0;
}

static uint32_t do_pin(void)
{
	add32(0);
	add32(0);
	add32(0xffffffff);
	return 0;
}

static uint32_t do_register(void)
{
	bool home = !radio_off;

	add32(0);
	add32(home ? 3 : 1);
	add32(1);
	add32(home ? 0x20 : 0);
	add32(1);
	for (unsigned int i = 0; i < 6; i++)
		add32(0);
	add32(2);
	if (home) {
		set_string(20, "00101");
		set_string(28, "Second network");
	}
	return 0;
}

static uint32_t do_packet(bool set, const uint8_t *data, size_t size)
{
	if (set && size >= 4)
		detached = get32(data) == 1;
	add32(0);
	add32(detached || radio_off ? 4 : 2);
	add32(detached || radio_off ? 0 : 0x20);
	add64(50000000);
	add64(150000000);
	return 0;
}

static uint32_t do_radio(bool set, const uint8_t *data, size_t size)
{
	if (set && size >= 4)
		radio_off = get32(data) == 0;
	for (unsigned int i = 0; radio_off && i < SESSIONS; i++)
		network_connect(i, false);
	add32(1);
	add32(!radio_off);
	return 0;
}

static uint32_t do_signal(void)
{
	add32(24);
	add32(99);
	add32(30);
	add32(0);
	add32(0);
	return 0;
}

static uint32_t do_connect(bool set, const uint8_t *data, size_t size)
{
	uint32_t id = size >= 8 ? get32(data) : SESSIONS;
	bool on;

	if (id >= SESSIONS || (set && size < 60))
		return BAD_PARAMETERS;
	on = set ? get32(data + 4) == 1 : network_connected(id);
	if (set && !on && !network_connected(id))
		return NO_CONTEXT;
	if (set)
		network_connect(id, on);
	add32(id);
	add32(on ? 1 : 3);
	add32(0);
	add32(on ? 3 : 0);
	add_bytes(on ? internet : no_context, 16);
	add32(0);
	return 0;
}

static uint32_t do_ip(const uint8_t *data, size_t size)
{
	uint32_t id = size >= 4 ? get32(data) : SESSIONS;
	const uint8_t host4[8] = { 30, 0, 0, 0, 10, 64, id, 2 }, gateway4[4] = { 10, 64, id, 1 };
	const uint8_t host6[20] = { 64, 0, 0, 0, 0x20, 1, 0x0d, 0xb8, 0, 0x64, 0, id, [19] = 2 };
	const uint8_t gateway6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 0x64, 0, id, [15] = 1 };

	if (id >= SESSIONS || !network_connected(id))
		return NO_CONTEXT;
	for (unsigned int i = 0; i < 15; i++)
		add32(0);
	put32(buffer, id);
	put32(buffer + 4, 11);			/* address, gateway, MTU */
	put32(buffer + 8, 11);
	put32(buffer + 12, 1);
	put32(buffer + 20, 1);
	put32(buffer + 52, 1500);
	put32(buffer + 56, 1500);
	/* Not in the usual order; any is accepted. */
	put32(buffer + 32, length);
	add_bytes(gateway6, 16);
	put32(buffer + 28, length);
	add_bytes(gateway4, 4);
	put32(buffer + 24, length);
	add_bytes(host6, 20);
	put32(buffer + 16, length);
	add_bytes(host4, 8);
	return 0;
}

static uint32_t do_services(void)
{
	add32(1);
	add32(0);
	add32(16);
	add32(28 + sizeof(cids));
	add_bytes(basic, 16);
	add32(0);
	add32(0);
	add32(sizeof(cids) / 4);
	for (size_t i = 0; i < sizeof(cids) / 4; i++)
		add32(cids[i]);
	return 0;
}

static uint32_t do_subscribe(const uint8_t *data, size_t size)
{
	if (size > ANSWER_MAX)
		return BAD_PARAMETERS;
	add_bytes(data, size);
	return 0;
}

static uint32_t do_command(uint32_t cid, bool set, const uint8_t *data, size_t size)
{
	length = 0;
	switch (cid) {
	case CAPS: return do_caps();
	case SUBSCRIBER: return do_subscriber();
	case RADIO: return do_radio(set, data, size);
	case PIN: return do_pin();
	case REGISTER: return do_register();
	case PACKET: return do_packet(set, data, size);
	case SIGNAL: return do_signal();
	case CONNECT: return do_connect(set, data, size);
	case IP: return do_ip(data, size);
	case SERVICES: return do_services();
	case SUBSCRIBE: return do_subscribe(data, size);
	default: return NO_SUPPORT;
	}
}

static void command(uint8_t down, const uint8_t *data, size_t size)
{
	uint32_t transaction = get32(data + 8), cid = get32(data + 36), status = NO_SUPPORT;
	bool set = get32(data + 40), tell;

	length = 0;
	if (size < 48 || get32(data + 12) != 1 || get32(data + 44) != size - 48) {
		send_short(down, FUNCTION_ERROR, transaction, 3);
		return;
	}
	if (memcmp(data + 20, basic, 16) == 0)
		status = do_command(cid, set, data + 48, size - 48);
	if (status)
		length = 0;
	tell = status == 0 && set && (cid == RADIO || cid == CONNECT || cid == PACKET);
	if (tell && mood(INDICATE_FIRST))
		send_buffer(down, INDICATE, 0, basic, cid, 0);
	send_buffer(down, COMMAND | DONE, transaction, data + 20, cid, status);
	if (tell && !mood(INDICATE_FIRST))
		send_buffer(down, INDICATE, 0, basic, cid, 0);
}

void mbim_uplink(uint8_t down, const uint8_t *data, size_t size)
{
	uint32_t transaction;

	if (size < 12 || get32(data + 4) != size)
		return;
	transaction = get32(data + 8);
	switch (get32(data)) {
	case OPEN:
		opened = true;
		limit = size >= 16 && get32(data + 12) >= 64 ? get32(data + 12) : 64;
		send_short(down, OPEN | DONE, transaction, 0);
		break;
	case CLOSE:
		opened = false;
		send_short(down, CLOSE | DONE, transaction, 0);
		break;
	case COMMAND:
		if (opened)
			command(down, data, size);
		else
			send_short(down, FUNCTION_ERROR, transaction, NOT_OPENED);
		break;
	case HOST_ERROR:
		break;
	default:
		send_short(down, FUNCTION_ERROR, transaction, 6);
	}
}
