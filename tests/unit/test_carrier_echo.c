// SPDX-License-Identifier: GPL-2.0-or-later
/* The echo carrier: what comes back, byte for byte, and what does not. */
#include <stdlib.h>

#include "../../vmodem/bytes.h"
#include "../../vmodem/carrier_echo.h"
#include "../../vmodem/ip_checksum.h"
#include "../../vmodem/record.h"
#include "tap.h"
#include "vectors.h"

#define FUZZ_ROUNDS	200000
#define FUZZ_SEED	4711

struct fixture {
	struct tap tap;
	struct record *record;
	struct carrier carrier;
	struct carrier_echo_counters before;
	unsigned int replies;		/* since the last uplink() */
	unsigned int session;
	size_t len;
	uint8_t reply[65536];
	int result;			/* of the downlink */
};

static int take_packet(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct fixture *fixture = self;

	fixture->replies++;
	fixture->session = session;
	fixture->len = len;
	memcpy(fixture->reply, packet, len);
	return fixture->result;
}

/* An exact copy on the heap: the sanitizer sees any byte read behind it. */
static void uplink(struct fixture *fixture, unsigned int session, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	fixture->before = *carrier_echo_counters(&fixture->carrier);
	fixture->replies = 0;
	memcpy(copy, data, len);
	fixture->carrier.ops->uplink(fixture->carrier.self, session, copy, len);
	free(copy);
}

static void expect_reply(struct fixture *fixture, const uint8_t *expected, size_t len,
			 const char *name)
{
	if (tap_equal(&fixture->tap, fixture->replies, 1, "%s: one reply", name))
		tap_bytes(&fixture->tap, fixture->reply, fixture->len, expected, len, "%s", name);
}

enum outcome { IGNORED, MALFORMED, BAD_CHECKSUM };

static void expect_none(struct fixture *fixture, enum outcome outcome, const char *name)
{
	const struct carrier_echo_counters *now = carrier_echo_counters(&fixture->carrier);
	const struct carrier_echo_counters *was = &fixture->before;

	tap_equal(&fixture->tap, fixture->replies, 0, "%s: no reply", name);
	tap_ok(&fixture->tap,
	       now->ignored == was->ignored + (outcome == IGNORED) &&
		       now->malformed == was->malformed + (outcome == MALFORMED) &&
		       now->bad_checksum == was->bad_checksum + (outcome == BAD_CHECKSUM),
	       "%s: counted once and rightly", name);
}

/*
 * The checksums below were worked out apart from the code under test.
 *
 * 192.168.7.2 pings 198.51.100.9, 4 bytes of data, 5 hops left.
 */
#define HOST4	192, 168, 7, 2
#define PEER4	198, 51, 100, 9
#define HOST6	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define PEER6	0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1

static const uint8_t ping4[] = {
	0x45, 0x00, 0x00, 0x20, 0x12, 0x34, 0x40, 0x00, 0x05, 0x01, 0x71, 0xc2, HOST4, PEER4,
	0x08, 0x00, 0xe5, 0x66, 0x00, 0x2a, 0x00, 0x01, 0xde, 0xad, 0x33, 0xc0,
};

static const uint8_t pong4[] = {
	0x45, 0x00, 0x00, 0x20, 0x12, 0x34, 0x40, 0x00, 0x40, 0x01, 0x36, 0xc2, PEER4, HOST4,
	0x00, 0x00, 0xed, 0x66, 0x00, 0x2a, 0x00, 0x01, 0xde, 0xad, 0x33, 0xc0,
};

static const uint8_t ping6[] = {
	0x60, 0x01, 0x23, 0x45, 0x00, 0x0a, 0x3a, 0x01, HOST6, PEER6,
	0x80, 0x00, 0x12, 0x08, 0x00, 0x07, 0x00, 0x02, 0x12, 0x34,
};

static const uint8_t pong6[] = {
	0x60, 0x01, 0x23, 0x45, 0x00, 0x0a, 0x3a, 0x40, PEER6, HOST6,
	0x81, 0x00, 0x11, 0x08, 0x00, 0x07, 0x00, 0x02, 0x12, 0x34,
};

/* Port 40000 to the echo port, 3 bytes. */
static const uint8_t udp4[] = {
	0x45, 0x00, 0x00, 0x1f, 0x00, 0x01, 0x00, 0x00, 0x40, 0x11, 0x88, 0xe6, HOST4, PEER4,
	0x9c, 0x40, 0x00, 0x07, 0x00, 0x0b, 0x6d, 0xa7, 0x01, 0x02, 0x03,
};

static const uint8_t udp4_back[] = {
	0x45, 0x00, 0x00, 0x1f, 0x00, 0x01, 0x00, 0x00, 0x40, 0x11, 0x88, 0xe6, PEER4, HOST4,
	0x00, 0x07, 0x9c, 0x40, 0x00, 0x0b, 0x6d, 0xa7, 0x01, 0x02, 0x03,
};

static const uint8_t udp6[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x0b, 0x11, 0x40, HOST6, PEER6,
	0x9c, 0x40, 0x00, 0x07, 0x00, 0x0b, 0x04, 0x19, 0x01, 0x02, 0x03,
};

static const uint8_t udp6_back[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x0b, 0x11, 0x40, PEER6, HOST6,
	0x00, 0x07, 0x9c, 0x40, 0x00, 0x0b, 0x04, 0x19, 0x01, 0x02, 0x03,
};

/* SYN with an MSS option to port 80, and the reset that a closed port sends. */
static const uint8_t syn4[] = {
	0x45, 0x00, 0x00, 0x2c, 0x00, 0x02, 0x40, 0x00, 0x40, 0x06, 0x48, 0xe3, HOST4, PEER4,
	0xc0, 0x00, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0x00, 0x00, 0x00, 0x00,
	0x60, 0x02, 0xfa, 0xf0, 0xe6, 0xf7, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4,
};

static const uint8_t syn4_reset[] = {
	0x45, 0x00, 0x00, 0x28, 0x00, 0x02, 0x40, 0x00, 0x40, 0x06, 0x48, 0xe7, PEER4, HOST4,
	0x00, 0x50, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03, 0x05,
	0x50, 0x14, 0x00, 0x00, 0xf9, 0x91, 0x00, 0x00,
};

static const uint8_t syn6[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x18, 0x06, 0x40, HOST6, PEER6,
	0xc0, 0x00, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0x00, 0x00, 0x00, 0x00,
	0x60, 0x02, 0xfa, 0xf0, 0x7d, 0x69, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4,
};

static const uint8_t syn6_reset[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x14, 0x06, 0x40, PEER6, HOST6,
	0x00, 0x50, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03, 0x05,
	0x50, 0x14, 0x00, 0x00, 0x90, 0x03, 0x00, 0x00,
};

/* Three bytes in a connection that nobody has. */
static const uint8_t push4[] = {
	0x45, 0x00, 0x00, 0x2b, 0x00, 0x03, 0x00, 0x00, 0x40, 0x06, 0x88, 0xe3, HOST4, PEER4,
	0xc0, 0x00, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0x09, 0x08, 0x07, 0x06,
	0x50, 0x18, 0xfa, 0xf0, 0x6a, 0x4a, 0x00, 0x00, 0x41, 0x42, 0x43,
};

static const uint8_t push4_reset[] = {
	0x45, 0x00, 0x00, 0x28, 0x00, 0x03, 0x00, 0x00, 0x40, 0x06, 0x88, 0xe6, PEER4, HOST4,
	0x00, 0x50, 0xc0, 0x00, 0x09, 0x08, 0x07, 0x06, 0x00, 0x00, 0x00, 0x00,
	0x50, 0x04, 0x00, 0x00, 0xed, 0x9a, 0x00, 0x00,
};

/* One ping of 16 bytes in two fragments. */
static const uint8_t first4[] = {
	0x45, 0x00, 0x00, 0x24, 0x00, 0x09, 0x20, 0x00, 0x40, 0x01, 0x68, 0xe9, HOST4, PEER4,
	0x08, 0x00, 0xbf, 0xbd, 0x00, 0x01, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03,
	0x04, 0x05, 0x06, 0x07,
};

static const uint8_t first4_back[] = {
	0x45, 0x00, 0x00, 0x24, 0x00, 0x09, 0x20, 0x00, 0x40, 0x01, 0x68, 0xe9, PEER4, HOST4,
	0x00, 0x00, 0xc7, 0xbd, 0x00, 0x01, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03,
	0x04, 0x05, 0x06, 0x07,
};

static const uint8_t later4[] = {
	0x45, 0x00, 0x00, 0x1c, 0x00, 0x09, 0x00, 0x02, 0x40, 0x01, 0x88, 0xef, HOST4, PEER4,
	0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
};

static const uint8_t later4_back[] = {
	0x45, 0x00, 0x00, 0x1c, 0x00, 0x09, 0x00, 0x02, 0x40, 0x01, 0x88, 0xef, PEER4, HOST4,
	0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
};

/* One datagram of 16 bytes behind destination options, in two fragments. */
#define OPTIONS6	0x2c, 0x00, 0x01, 0x04, 0x00, 0x00, 0x00, 0x00

static const uint8_t first6[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x20, 0x3c, 0x40, HOST6, PEER6, OPTIONS6,
	0x11, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x05,
	0x9c, 0x40, 0x00, 0x07, 0x00, 0x18, 0xcf, 0xc0, 0x00, 0x01, 0x02, 0x03,
	0x04, 0x05, 0x06, 0x07,
};

static const uint8_t first6_back[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x20, 0x3c, 0x40, PEER6, HOST6, OPTIONS6,
	0x11, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x05,
	0x00, 0x07, 0x9c, 0x40, 0x00, 0x18, 0xcf, 0xc0, 0x00, 0x01, 0x02, 0x03,
	0x04, 0x05, 0x06, 0x07,
};

static const uint8_t later6[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x18, 0x3c, 0x40, HOST6, PEER6, OPTIONS6,
	0x11, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x05,
	0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
};

static const uint8_t later6_back[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x18, 0x3c, 0x40, PEER6, HOST6, OPTIONS6,
	0x11, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x05,
	0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
};

struct exchange {
	const char *name;
	const uint8_t *sent;
	size_t sent_len;
	const uint8_t *expected;
	size_t expected_len;
};

#define EXCHANGE(name, sent, expected) { name, sent, sizeof(sent), expected, sizeof(expected) }

static const struct exchange exchanges[] = {
	EXCHANGE("ping over IPv4", ping4, pong4),
	EXCHANGE("ping over IPv6", ping6, pong6),
	EXCHANGE("UDP over IPv4", udp4, udp4_back),
	EXCHANGE("UDP over IPv6", udp6, udp6_back),
	EXCHANGE("SYN over IPv4", syn4, syn4_reset),
	EXCHANGE("SYN over IPv6", syn6, syn6_reset),
	EXCHANGE("data of no connection", push4, push4_reset),
	EXCHANGE("first IPv4 fragment", first4, first4_back),
	EXCHANGE("later IPv4 fragment", later4, later4_back),
	EXCHANGE("first IPv6 fragment", first6, first6_back),
	EXCHANGE("later IPv6 fragment", later6, later6_back),
};

#define EXCHANGES	(sizeof(exchanges) / sizeof(exchanges[0]))

static void test_exchanges(struct fixture *fixture)
{
	for (size_t i = 0; i < EXCHANGES; i++) {
		const struct exchange *exchange = &exchanges[i];

		uplink(fixture, (unsigned int)i % 8, exchange->sent, exchange->sent_len);
		expect_reply(fixture, exchange->expected, exchange->expected_len, exchange->name);
		tap_equal(&fixture->tap, fixture->session, (long long)i % 8,
			  "%s: on its own session", exchange->name);
	}
}

/* The packets of the mux vectors: a datagram without payload and without checksum. */
static void test_vectors(struct fixture *fixture)
{
	struct vector p1, p3;

	vector_load(&p1, "packet_p1", 0);
	uplink(fixture, 0, p1.data, p1.len);
	memcpy(p1.data + 12, (const uint8_t[]){ 192, 0, 2, 1, 10, 0, 0, 2 }, 8);
	memcpy(p1.data + 20, (const uint8_t[]){ 0, 53, 0x0f, 0xa0 }, 4);
	expect_reply(fixture, p1.data, p1.len, "UDP without checksum");
	vector_load(&p3, "packet_p3", 0);
	uplink(fixture, 1, p3.data, p3.len);
	expect_none(fixture, IGNORED, "IPv6 without a next header");
}

/* Bytes behind the IP packet are not part of it. */
static void test_trailing(struct fixture *fixture)
{
	uint8_t longer[sizeof(ping4) + 3];

	memset(longer, 0xee, sizeof(longer));
	memcpy(longer, ping4, sizeof(ping4));
	uplink(fixture, 0, longer, sizeof(longer));
	expect_reply(fixture, pong4, sizeof(pong4), "bytes behind the packet");
}

struct bend {
	const char *name;
	const uint8_t *packet;
	size_t len;
	size_t at;
	uint8_t value;
	bool fix_ip;		/* make the IPv4 header checksum right again */
	enum outcome outcome;
};

#define BEND(name, packet, at, value, fix_ip, outcome) \
	{ name, packet, sizeof(packet), at, value, fix_ip, outcome }

static const struct bend bends[] = {
	BEND("version 5", ping4, 0, 0x55, false, MALFORMED),
	BEND("header of 16 bytes", ping4, 0, 0x44, false, MALFORMED),
	BEND("header behind the end", ping4, 0, 0x4f, false, MALFORMED),
	BEND("total length too large", ping4, 3, 0x21, true, MALFORMED),
	BEND("total length below the header", ping4, 3, 19, true, MALFORMED),
	BEND("no room for ICMP", ping4, 3, 27, true, MALFORMED),
	BEND("IPv4 header checksum", ping4, 11, 0xc3, false, BAD_CHECKSUM),
	BEND("no hops left", ping4, 8, 0, true, IGNORED),
	BEND("from 0.x", ping4, 12, 0, true, IGNORED),
	BEND("from loopback", ping4, 12, 127, true, IGNORED),
	BEND("to multicast", ping4, 16, 224, true, IGNORED),
	BEND("to broadcast", ping4, 16, 255, true, IGNORED),
	BEND("ICMP checksum", ping4, 23, 0x67, false, BAD_CHECKSUM),
	BEND("an echo reply", pong4, 8, 64, false, IGNORED),
	BEND("ICMP payload", ping4, 31, 0xc1, false, BAD_CHECKSUM),
	BEND("unknown protocol", ping4, 9, 47, true, IGNORED),
	BEND("UDP checksum", udp4, 27, 0xa8, false, BAD_CHECKSUM),
	BEND("UDP payload", udp4, 30, 4, false, BAD_CHECKSUM),
	BEND("UDP length too large", udp4, 25, 12, false, MALFORMED),
	BEND("UDP length too small", udp4, 25, 7, false, MALFORMED),
	BEND("TCP checksum", syn4, 37, 0xf8, false, BAD_CHECKSUM),
	BEND("TCP header below 20 bytes", syn4, 32, 0x40, false, MALFORMED),
	BEND("TCP header behind the end", syn4, 32, 0x70, false, MALFORMED),
	BEND("a TCP reset", syn4_reset, 8, 64, false, IGNORED),
	BEND("fragment of TCP", syn4, 6, 0x20, true, IGNORED),
	BEND("later fragment of TCP", syn4, 7, 0x01, true, IGNORED),
	BEND("IPv6 payload too long", ping6, 5, 11, false, MALFORMED),
	BEND("no room for ICMPv6", ping6, 5, 7, false, MALFORMED),
	BEND("IPv6 without hops", ping6, 7, 0, false, IGNORED),
	BEND("IPv6 from multicast", ping6, 8, 0xff, false, IGNORED),
	BEND("IPv6 to multicast", ping6, 24, 0xff, false, IGNORED),
	BEND("ICMPv6 checksum", ping6, 43, 0x09, false, BAD_CHECKSUM),
	BEND("ICMPv6 counts the addresses", ping6, 23, 0x03, false, BAD_CHECKSUM),
	BEND("IPv6 echo reply", pong6, 7, 64, false, IGNORED),
	BEND("UDP checksum over IPv6", udp6, 47, 0x1a, false, BAD_CHECKSUM),
	BEND("extension header behind the end", first6, 41, 9, false, MALFORMED),
	BEND("routing header", first6, 6, 43, false, IGNORED),
	BEND("later fragment of another protocol", later6, 48, 6, false, IGNORED),
};

#define BENDS	(sizeof(bends) / sizeof(bends[0]))

static void fix_ip(uint8_t *packet)
{
	put_be16(packet + 10, 0);
	put_be16(packet + 10, ip_sum_finish(ip_sum(0, packet, 20)));
}

static void test_bends(struct fixture *fixture)
{
	for (size_t i = 0; i < BENDS; i++) {
		const struct bend *bend = &bends[i];
		uint8_t packet[128];

		memcpy(packet, bend->packet, bend->len);
		packet[bend->at] = bend->value;
		if (bend->fix_ip)
			fix_ip(packet);
		uplink(fixture, 0, packet, bend->len);
		expect_none(fixture, bend->outcome, bend->name);
	}
}

/* RFC 8200, 8.1: unlike in IPv4, no checksum is a wrong one. */
static void test_udp6_without_checksum(struct fixture *fixture)
{
	uint8_t packet[sizeof(udp6)];

	memcpy(packet, udp6, sizeof(packet));
	put_be16(packet + 46, 0);
	uplink(fixture, 0, packet, sizeof(packet));
	expect_none(fixture, BAD_CHECKSUM, "UDP over IPv6 without checksum");
}

/* The largest packet that IP has, and an empty one. */
static void test_sizes(struct fixture *fixture)
{
	uint8_t *packet = calloc(1, 65536);

	memcpy(packet, udp4, sizeof(udp4));
	put_be16(packet + 2, 65535);
	put_be16(packet + 24, 65515);
	put_be16(packet + 26, 0);
	fix_ip(packet);
	uplink(fixture, 7, packet, 65535);
	tap_equal(&fixture->tap, fixture->replies, 1, "65535 bytes come back");
	tap_equal(&fixture->tap, (long long)fixture->len, 65535, "65535 bytes stay 65535");
	uplink(fixture, 7, packet, 65536);
	expect_none(fixture, MALFORMED, "65536 bytes");
	uplink(fixture, 7, packet, 0);
	expect_none(fixture, MALFORMED, "an empty packet");
	free(packet);
}

static void test_not_taken(struct fixture *fixture)
{
	const struct carrier_echo_counters *now = carrier_echo_counters(&fixture->carrier);

	fixture->result = -11;
	uplink(fixture, 0, ping4, sizeof(ping4));
	fixture->result = 0;
	tap_equal(&fixture->tap, (long long)(now->not_taken - fixture->before.not_taken), 1,
		  "a reply that finds no room is counted");
	tap_equal(&fixture->tap, (long long)(now->replies - fixture->before.replies), 0,
		  "and is no reply");
}

static void test_truncated(struct fixture *fixture)
{
	unsigned int replies = 0;

	for (size_t i = 0; i < EXCHANGES; i++) {
		for (size_t len = 0; len < exchanges[i].sent_len; len++) {
			uplink(fixture, 0, exchanges[i].sent, len);
			replies += fixture->replies;
		}
	}
	tap_equal(&fixture->tap, replies, 0, "no truncated packet is answered");
}

/* xorshift: the same numbers everywhere, whatever the C library does. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void test_fuzz(struct fixture *fixture)
{
	uint32_t state = FUZZ_SEED;
	unsigned int too_long = 0;

	for (unsigned int round = 0; round < FUZZ_ROUNDS; round++) {
		const struct exchange *exchange = &exchanges[next_random(&state) % EXCHANGES];
		size_t len = 1 + next_random(&state) % exchange->sent_len;
		unsigned int changes = next_random(&state) % 5;
		uint8_t packet[128];

		memcpy(packet, exchange->sent, len);
		while (changes--)
			packet[next_random(&state) % len] = (uint8_t)next_random(&state);
		if (packet[0] >> 4 == 4 && len >= 20 && next_random(&state) % 2)
			fix_ip(packet);
		fixture->len = 0;
		uplink(fixture, 0, packet, len);
		too_long += fixture->len > len;
	}
	tap_equal(&fixture->tap, too_long, 0, "%d scrambled packets, seed %d, none grows",
		  FUZZ_ROUNDS, FUZZ_SEED);
}

int main(void)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	int status;

	fixture->record = record_open(NULL);
	fixture->carrier = carrier_echo_new(
		NULL, fixture->record,
		(struct downlink){ .packet = take_packet, .self = fixture });
	test_exchanges(fixture);
	test_vectors(fixture);
	test_trailing(fixture);
	test_bends(fixture);
	test_udp6_without_checksum(fixture);
	test_sizes(fixture);
	test_not_taken(fixture);
	test_truncated(fixture);
	test_fuzz(fixture);
	status = tap_done(&fixture->tap);
	fixture->carrier.ops->free(fixture->carrier.self);
	record_close(fixture->record);
	free(fixture);
	return status;
}
