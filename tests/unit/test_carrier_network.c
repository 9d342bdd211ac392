// SPDX-License-Identifier: GPL-2.0-or-later
/* The network of the echo carrier: names, router advertisements, and ways between bearers. */
#include <stdlib.h>
#include <string.h>

#include "../../vmodem/bytes.h"
#include "../../vmodem/carrier_echo.h"
#include "../../vmodem/ip_checksum.h"
#include "../../vmodem/network.h"
#include "../../vmodem/record.h"
#include "tap.h"

#define TCP		6
#define UDP		17
#define ICMPV6		58

struct fixture {
	struct tap tap;
	struct record *record;
	struct carrier carrier;
	unsigned int replies, session;
	size_t len;
	uint8_t reply[2048];
};

static int take_packet(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct fixture *fixture = self;

	fixture->replies++;
	fixture->session = session;
	fixture->len = len;
	memcpy(fixture->reply, packet, len);
	return 0;
}

/* An exact copy on the heap: the sanitizer sees any byte read behind it. */
static void uplink(struct fixture *fixture, unsigned int session, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len);

	fixture->replies = 0;
	memcpy(copy, data, len);
	fixture->carrier.ops->uplink(fixture->carrier.self, session, copy, len);
	free(copy);
}

static void attach(struct fixture *fixture, unsigned int session, enum network_ip_type type)
{
	struct network_ip ip;

	network_default_ip(session, type, &ip);
	fixture->carrier.ops->attach(fixture->carrier.self, session, &ip);
}

/* 10.64.0.2 asks 10.64.0.53 from port 40000; without a checksum. Returns the packet's length. */
static size_t question4(uint8_t *packet, const void *message, size_t len, uint8_t port)
{
	static const uint8_t header[28] = {
		0x45, 0, 0, 0, 0, 1, 0, 0, 64, UDP, 0, 0, 10, 64, 0, 2, 10, 64, 0, 53,
		0x9c, 0x40, 0, 0, 0, 0, 0, 0,
	};

	memcpy(packet, header, sizeof(header));
	put_be16(packet + 2, (uint16_t)(28 + len));
	packet[23] = port;
	put_be16(packet + 24, (uint16_t)(8 + len));
	put_be16(packet + 10, ip_sum_finish(ip_sum(0, packet, 20)));
	memcpy(packet + 28, message, len);
	return 28 + len;
}

#define ID	0xab, 0xcd
#define MODEM_TEST 5, 'm', 'o', 'd', 'e', 'm', 4, 't', 'e', 's', 't', 0

static const uint8_t asks_a[] = {
	ID, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1, MODEM_TEST, 0, 1, 0, 1,
	0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0,		/* EDNS */
};

static const uint8_t tells_a[] = {
	ID, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, MODEM_TEST, 0, 1, 0, 1,
	0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 64, 0, 1,
};

static const uint8_t asks_aaaa[] = {
	ID, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, MODEM_TEST, 0, 28, 0, 1,
};

static const uint8_t tells_aaaa[] = {
	ID, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, MODEM_TEST, 0, 28, 0, 1,
	0xc0, 0x0c, 0, 28, 0, 1, 0, 0, 0, 60, 0, 16,
	0x20, 0x01, 0x0d, 0xb8, 0, 0x64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
};

static const uint8_t tells_nothing[] = {
	ID, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, MODEM_TEST, 0, 28, 0, 1,
};

static const uint8_t asks_invalid[] = {
	ID, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0,
	1, 'x', 7, 'I', 'n', 'v', 'a', 'l', 'i', 'd', 0, 0, 1, 0, 1,
};

static const uint8_t tells_invalid[] = {
	ID, 0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0,
	1, 'x', 7, 'I', 'n', 'v', 'a', 'l', 'i', 'd', 0, 0, 1, 0, 1,
};

static const uint8_t no_end[] = {
	ID, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 5, 'm', 'o', 'd', 'e', 'm', 9, 'x',
};

static void expect_message(struct fixture *fixture, const uint8_t *message, size_t len,
			   const char *name)
{
	const uint8_t *reply = fixture->reply;
	size_t udp = 8 + len;

	if (!tap_equal(&fixture->tap, fixture->replies, 1, "%s: one reply", name))
		return;
	tap_bytes(&fixture->tap, reply + 28, fixture->len - 28, message, len, "%s", name);
	tap_ok(&fixture->tap, get_be16(reply + 2) == fixture->len && get_be16(reply + 24) == udp &&
	       !ip_sum_finish(ip_sum(0, reply, 20)), "%s: lengths and the IP header", name);
	tap_ok(&fixture->tap, get_be16(reply + 26) &&
	       !ip_sum_finish(ip_sum(ip_sum_pseudo(reply, 4, UDP, udp), reply + 20, udp)),
	       "%s: the checksum", name);
	tap_ok(&fixture->tap, get_be16(reply + 20) == 53 && get_be16(reply + 22) == 40000 &&
	       reply[15] == 53 && reply[19] == 2, "%s: from the server to who asked", name);
}

#define NAMES(question, answer, name) do {						\
	uint8_t packet_[256];								\
	uplink(fixture, 0, packet_, question4(packet_, question, sizeof(question), 53));\
	expect_message(fixture, answer, sizeof(answer), name);				\
} while (0)

static void expect_echo(struct fixture *fixture, const uint8_t *message, size_t len, uint8_t port,
			const char *name)
{
	uint8_t packet[256];

	uplink(fixture, 0, packet, question4(packet, message, len, port));
	tap_bytes(&fixture->tap, fixture->reply + 28, fixture->len - 28, message, len,
		  "%s comes back as it is", name);
}

static void test_names(struct fixture *fixture)
{
	attach(fixture, 0, NETWORK_IPV4V6);
	NAMES(asks_a, tells_a, "an address");
	NAMES(asks_aaaa, tells_aaaa, "an IPv6 address");
	NAMES(asks_invalid, tells_invalid, "a name that does not exist");
	expect_echo(fixture, asks_a, sizeof(asks_a), 54, "a question to another port");
	expect_echo(fixture, tells_a, sizeof(tells_a), 53, "an answer");
	expect_echo(fixture, no_end, sizeof(no_end), 53, "a name without an end");
	for (size_t len = 0; len < 12; len++)
		expect_echo(fixture, asks_a, len, 53, "a piece of a header");
	fixture->carrier.ops->detach(fixture->carrier.self, 0);
	attach(fixture, 0, NETWORK_IPV4);
	NAMES(asks_aaaa, tells_nothing, "an IPv6 address of a bearer without IPv6");
}

/* A packet of TCP, so that an echo would be a reset; without its checksums. */
static const uint8_t tcp4[] = {
	0x45, 0, 0, 40, 0, 2, 0x40, 0, 64, TCP, 0, 0, 10, 64, 0, 2, 10, 64, 1, 2,
	0xc0, 0, 0x14, 0x51, 1, 2, 3, 4, 0, 0, 0, 0, 0x50, 2, 0xfa, 0xf0, 0, 0, 0, 0,
};

static void test_routes(struct fixture *fixture)
{
	uint8_t packet[sizeof(tcp4)], last_hop[sizeof(tcp4)];

	attach(fixture, 0, NETWORK_IPV4V6);
	attach(fixture, 1, NETWORK_IPV4V6);
	memcpy(packet, tcp4, sizeof(packet));
	put_be16(packet + 10, ip_sum_finish(ip_sum(0, packet, 20)));
	put_be16(packet + 36, ip_sum_finish(ip_sum(ip_sum_pseudo(packet, 4, TCP, 20), packet + 20,
						   20)));
	uplink(fixture, 0, packet, sizeof(packet));
	tap_equal(&fixture->tap, fixture->replies, 1, "a packet for another bearer is passed on");
	tap_equal(&fixture->tap, fixture->session, 1, "to its session");
	tap_equal(&fixture->tap, fixture->reply[8], 63, "one hop is gone");
	tap_ok(&fixture->tap, !ip_sum_finish(ip_sum(0, fixture->reply, 20)), "the header is right");
	tap_bytes(&fixture->tap, fixture->reply + 12, fixture->len - 12, packet + 12,
		  sizeof(packet) - 12, "the rest is as it was");
	memcpy(last_hop, packet, sizeof(packet));
	last_hop[8] = 1;
	put_be16(last_hop + 10, 0);
	put_be16(last_hop + 10, ip_sum_finish(ip_sum(0, last_hop, 20)));
	uplink(fixture, 0, last_hop, sizeof(last_hop));
	tap_equal(&fixture->tap, fixture->replies, 0, "but not on its last hop");
	tap_equal(&fixture->tap, (long long)carrier_echo_counters(&fixture->carrier)->routed, 1,
		  "one packet is counted");
	fixture->carrier.ops->detach(fixture->carrier.self, 1);
	uplink(fixture, 0, packet, sizeof(packet));
	tap_ok(&fixture->tap, fixture->replies == 1 && fixture->session == 0,
	       "without that bearer the address is as any other");
}

static void test_routes6(struct fixture *fixture)
{
	uint8_t packet[48] = { 0x60, 0, 0, 0, 0, 8, 59, 9 };
	struct network_ip ip;

	attach(fixture, 0, NETWORK_IPV4V6);
	attach(fixture, 3, NETWORK_IPV6);
	network_default_ip(3, NETWORK_IPV6, &ip);
	memcpy(packet + 24, ip.ipv6, 16);
	network_default_ip(0, NETWORK_IPV6, &ip);
	memcpy(packet + 8, ip.ipv6, 16);
	uplink(fixture, 0, packet, sizeof(packet));
	tap_ok(&fixture->tap, fixture->replies == 1 && fixture->session == 3,
	       "an IPv6 packet for another bearer is passed on");
	packet[7] = 8;
	tap_bytes(&fixture->tap, fixture->reply, fixture->len, packet, sizeof(packet),
		  "one hop less, all else as it was");
}

/* From fe80::2 to all routers. */
static size_t solicitation(uint8_t *packet, bool address)
{
	static const uint8_t bytes[48] = {
		0x60, 0, 0, 0, 0, 8, ICMPV6, 255,
		0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
		0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
		133, 0, 0, 0, 0, 0, 0, 0,
	};

	memcpy(packet, bytes, sizeof(bytes));
	if (!address)
		memset(packet + 8, 0, 16);
	put_be16(packet + 42, ip_sum_finish(ip_sum(ip_sum_pseudo(packet, 6, ICMPV6, 8),
						   packet + 40, 8)));
	return sizeof(bytes);
}

/* What session 5 is told; the checksum is left out. */
static const uint8_t advertisement[] = {
	134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0,
	3, 4, 64, 0x40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
	0x20, 0x01, 0x0d, 0xb8, 0, 0x64, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0,
	5, 1, 0, 0, 0, 0, 0x05, 0xdc,
	25, 5, 0, 0, 0, 0, 0x07, 0x08,
	0x20, 0x01, 0x0d, 0xb8, 0, 0x64, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0x53,
	0x20, 0x01, 0x0d, 0xb8, 0, 0x64, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0x54,
};

static void test_router(struct fixture *fixture)
{
	uint8_t packet[48], *reply = fixture->reply;
	size_t len = solicitation(packet, true);

	attach(fixture, 5, NETWORK_IPV6);
	uplink(fixture, 5, packet, len);
	tap_ok(&fixture->tap, fixture->replies == 1 && fixture->session == 5,
	       "a router solicitation has an answer");
	tap_ok(&fixture->tap, reply[7] == 255 && reply[8] == 0xfe && reply[23] == 1 &&
	       !memcmp(reply + 24, packet + 8, 16), "from the router to who asked");
	tap_ok(&fixture->tap, !ip_sum_finish(ip_sum(ip_sum_pseudo(reply, 6, ICMPV6, 96),
						    reply + 40, 96)), "its checksum is right");
	put_be16(reply + 42, 0);
	tap_bytes(&fixture->tap, reply + 40, fixture->len - 40, advertisement,
		  sizeof(advertisement), "it tells prefix, MTU and name servers");
	uplink(fixture, 5, packet, solicitation(packet, false));
	tap_ok(&fixture->tap, fixture->replies == 1 && reply[24] == 0xff && reply[39] == 1,
	       "one without an address is answered to all");
	packet[7] = 254;
	uplink(fixture, 5, packet, len);
	tap_equal(&fixture->tap, fixture->replies, 0, "none that a router has passed on");
	solicitation(packet, true);
	packet[43] ^= 1;
	uplink(fixture, 5, packet, len);
	tap_equal(&fixture->tap, fixture->replies, 0, "none with a wrong checksum");
}

static void run(struct tap *tap, struct record *record, void (*test)(struct fixture *fixture))
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->tap = *tap;
	fixture->carrier = carrier_echo_new(
		NULL, record, (struct downlink){ .packet = take_packet, .self = fixture });
	test(fixture);
	*tap = fixture->tap;
	fixture->carrier.ops->free(fixture->carrier.self);
	free(fixture);
}

int main(void)
{
	struct record *record = record_open(NULL);
	struct tap tap = { 0 };

	run(&tap, record, test_names);
	run(&tap, record, test_routes);
	run(&tap, record, test_routes6);
	run(&tap, record, test_router);
	record_close(record);
	return tap_done(&tap);
}
