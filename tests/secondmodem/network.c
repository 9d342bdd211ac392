// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network of one gateway for each session, which returns echo requests and datagrams.
 * Fragments are returned as they come: their checksums know nothing of them.
 */
#include <string.h>

#include "chip.h"
#include "mux.h"
#include "report.h"

#define ICMP		1
#define UDP		17
#define ICMP6		58
#define FRAGMENT6	44

static bool connected[SESSIONS];

void network_connect(uint8_t id, bool on)
{
	connected[id] = on;
}

bool network_connected(uint8_t id)
{
	return connected[id];
}

static uint16_t big16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

/* network_is_packet: one that says itself how long it is, rightly */
bool network_is_packet(const uint8_t *packet, size_t size)
{
	if (size >= 20 && packet[0] >> 4 == 4)
		return (packet[0] & 15) >= 5 && big16(packet + 2) == size;
	return size >= 40 && packet[0] >> 4 == 6 && 40u + big16(packet + 4) == size;
}

static uint32_t sum(uint32_t start, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		start += big16(data + i);
	if (size & 1)
		start += data[size - 1] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

/* The host hands over whole packets, checksums included. */
static void check_sum(uint8_t id, const uint8_t *addresses, size_t size, uint8_t protocol, const uint8_t *data,
		      size_t length)
{
	uint32_t start = protocol == ICMP ? 0 : sum(protocol + length, addresses, size);

	if (protocol == UDP && size == 8 && length >= 8 && !big16(data + 6))
		return;
	if (sum(start, data, length) != 0xffff)
		breach("checksum", "session %u: protocol %u, %zu bytes", id, protocol, length);
}

/* The type changes the sum by a constant, in ones' complement. */
static void echo_reply(uint8_t *icmp, uint8_t type)
{
	uint32_t now = (uint16_t)~big16(icmp + 2) + (uint16_t)~(icmp[0] << 8) + (type << 8);

	now = (now & 0xffff) + (now >> 16);
	now = (now & 0xffff) + (now >> 16);
	icmp[0] = type;
	icmp[2] = (uint8_t)(~now >> 8);
	icmp[3] = (uint8_t)~now;
}

static void swap(uint8_t *a, uint8_t *b, size_t size)
{
	uint8_t keep[16];

	memcpy(keep, a, size);
	memcpy(a, b, size);
	memcpy(b, keep, size);
}

/* answer: turns the payload into its answer; false: there is none */
static bool answer(uint8_t protocol, uint8_t *data, size_t size)
{
	if (size < 8)
		return false;
	if (protocol == UDP) {
		swap(data, data + 2, 2);
		return true;
	}
	if (protocol == ICMP && data[0] == 8) {
		echo_reply(data, 0);
		return true;
	}
	if (protocol == ICMP6 && data[0] == 128) {
		echo_reply(data, 129);
		return true;
	}
	return false;
}

static bool echo4(uint8_t id, uint8_t *packet, size_t size)
{
	const uint8_t gateway[4] = { 10, 64, id, 1 };
	size_t header = (packet[0] & 15) * 4u;
	uint16_t fragment = big16(packet + 6);

	if (header > size || sum(0, packet, header) != 0xffff) {
		breach("checksum", "session %u: an IPv4 header", id);
		return false;
	}
	if (!(fragment & 0x3fff) && (packet[9] == UDP || packet[9] == ICMP))
		check_sum(id, packet + 12, 8, packet[9], packet + header, size - header);
	if (memcmp(packet + 16, gateway, 4) != 0)
		return false;
	if (!(fragment & 0x1fff) && !answer(packet[9], packet + header, size - header))
		return false;
	swap(packet + 12, packet + 16, 4);
	return true;
}

static bool echo6(uint8_t id, uint8_t *packet, size_t size)
{
	const uint8_t gateway[16] = { 0x20, 1, 0x0d, 0xb8, 0, 0x64, 0, id, [15] = 1 };
	uint8_t protocol = packet[6];
	size_t header = 40;

	if (protocol == FRAGMENT6 && size >= 48) {
		protocol = packet[40];
		header = 48;
	} else if (protocol == UDP || protocol == ICMP6) {
		check_sum(id, packet + 8, 32, protocol, packet + 40, size - 40);
	}
	if (memcmp(packet + 24, gateway, 16) != 0)
		return false;
	if (!(header == 48 && big16(packet + 42) & 0xfff8) && !answer(protocol, packet + header, size - header))
		return false;
	swap(packet + 8, packet + 24, 16);
	return true;
}

void network_uplink(uint8_t id, const uint8_t *packet, size_t size)
{
	static uint8_t copy[65536 + 64];

	if (size > sizeof(copy))
		return;
	memcpy(copy, packet, size);
	if (!(packet[0] >> 4 == 4 ? echo4(id, copy, size) : echo6(id, copy, size)))
		return;
	if (!connected[id] && !options.connected)
		return;
	sessions[id].down++;
	down_packet(id, copy, size);
}
