// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The echo carrier: see carrier_echo.h.
 *
 * The reply is the packet itself with its addresses swapped, so whatever surrounds the
 * payload (options, extension headers, fragment offsets) comes back unchanged. Only TCP
 * resets, names and router advertisements are built anew. A packet to the address of
 * another bearer is no question: it is passed on to there.
 */
#include "carrier_echo.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "control.h"
#include "ip_checksum.h"
#include "names.h"
#include "network.h"
#include "record.h"
#include "router.h"

#define PACKET_MAX	65535u
#define HOPS		64

enum {
	PROTOCOL_HOP_OPTIONS = 0,
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_DESTINATION_OPTIONS = 60,
};

enum {
	ICMP_ECHO_REPLY = 0,
	ICMP_ECHO_REQUEST = 8,
	ICMPV6_ECHO_REQUEST = 128,
	ICMPV6_ECHO_REPLY = 129,
};

enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

struct carrier_echo {
	struct record *record;
	struct downlink downlink;
	struct carrier_echo_counters counters;
	struct network_ip bearers[NETWORK_SESSIONS];	/* of no type: none */
	uint8_t reply[PACKET_MAX + NAMES_ANSWER];
};

/* A packet whose IP header is sound, on its way to become its own reply. */
struct echo_packet {
	unsigned int session;
	unsigned int version;
	uint8_t *packet;
	size_t len;
	uint8_t *transport;	/* payload of the fragment, behind all IP headers */
	size_t transport_len;
	uint8_t protocol;
	bool first, last;	/* fragment of the datagram; both: it is whole */
};

static void drop(struct carrier_echo *echo, const struct echo_packet *packet, uint64_t *counter,
		 const char *why)
{
	(*counter)++;
	record_event(echo->record, "ip", "echo_drop",
		     "\"session\":%u,\"bytes\":%zu,\"why\":\"%s\"", packet->session, packet->len,
		     why);
}

static void malformed(struct carrier_echo *echo, const struct echo_packet *packet)
{
	drop(echo, packet, &echo->counters.malformed, "malformed");
}

static void bad_checksum(struct carrier_echo *echo, const struct echo_packet *packet)
{
	drop(echo, packet, &echo->counters.bad_checksum, "checksum");
}

static void ignore(struct carrier_echo *echo, const struct echo_packet *packet, const char *why)
{
	drop(echo, packet, &echo->counters.ignored, why);
}

static void swap(uint8_t *a, uint8_t *b, size_t len)
{
	uint8_t keep[16];

	memcpy(keep, a, len);
	memcpy(a, b, len);
	memcpy(b, keep, len);
}

static void swap_addresses(struct echo_packet *packet)
{
	if (packet->version == 4)
		swap(packet->packet + 12, packet->packet + 16, 4);
	else
		swap(packet->packet + 8, packet->packet + 24, 16);
}

static void finish_ip(struct echo_packet *packet, uint8_t hops)
{
	uint8_t *ip = packet->packet;

	if (packet->version == 6) {
		ip[7] = hops;
		return;
	}
	ip[8] = hops;
	put_be16(ip + 10, 0);
	put_be16(ip + 10, ip_sum_finish(ip_sum(0, ip, (ip[0] & 15u) * 4)));
}

static void pass(struct carrier_echo *echo, unsigned int session, const uint8_t *packet, size_t len,
		 uint64_t *counter)
{
	if (echo->downlink.packet(echo->downlink.self, session, packet, len))
		echo->counters.not_taken++;
	else
		(*counter)++;
}

static void deliver(struct carrier_echo *echo, struct echo_packet *packet)
{
	swap_addresses(packet);
	finish_ip(packet, HOPS);
	pass(echo, packet->session, packet->packet, packet->len, &echo->counters.replies);
}

/* Whether the transport's checksum is right; @len of its bytes count. */
static bool transport_sound(const struct echo_packet *packet, size_t len, bool pseudo)
{
	uint32_t sum = pseudo ? ip_sum_pseudo(packet->packet, packet->version, packet->protocol,
					      len) : 0;

	return ip_sum_finish(ip_sum(sum, packet->transport, len)) == 0;
}

/*
 * The type is the only word that changes, so its difference is the checksum's (RFC
 * 1624). That holds for a first fragment too, whose checksum covers what follows.
 */
static void change_type(uint8_t *icmp, uint8_t type)
{
	uint32_t sum = (uint16_t)~get_be16(icmp + 2);

	sum += (uint16_t)~get_be16(icmp);
	icmp[0] = type;
	put_be16(icmp + 2, ip_sum_finish(sum + get_be16(icmp)));
}

static void echo_ping(struct carrier_echo *echo, struct echo_packet *packet)
{
	bool v6 = packet->version == 6;

	if (packet->transport_len < 8) {
		malformed(echo, packet);
		return;
	}
	if (packet->last && !transport_sound(packet, packet->transport_len, v6)) {
		bad_checksum(echo, packet);
		return;
	}
	if (packet->transport[0] != (v6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO_REQUEST) ||
	    packet->transport[1] != 0) {
		ignore(echo, packet, "no echo request");
		return;
	}
	change_type(packet->transport, v6 ? ICMPV6_ECHO_REPLY : ICMP_ECHO_REPLY);
	deliver(echo, packet);
}

/* Without a checksum, which IPv6 forbids (RFC 8200, 8.1), there is nothing to verify. */
static bool udp_sound(const struct echo_packet *packet, size_t len)
{
	if (!get_be16(packet->transport + 6))
		return packet->version == 4;
	return !packet->last || transport_sound(packet, len, true);
}

/* 0 would say that there is no checksum (RFC 768). */
static uint16_t udp_sum(const struct echo_packet *packet, size_t len)
{
	uint32_t sum = ip_sum_pseudo(packet->packet, packet->version, PROTOCOL_UDP, len);
	uint16_t result = ip_sum_finish(ip_sum(sum, packet->transport, len));

	return result ? result : 0xffff;
}

/* Puts the answer in the place of a question; anything else stays what it is. */
static void answer_names(struct carrier_echo *echo, struct echo_packet *packet, size_t len)
{
	uint8_t *udp = packet->transport;
	size_t answer = names_answer(udp + 8, len - 8, &echo->bearers[packet->session]);

	if (!answer || (size_t)(udp - packet->packet) + 8 + answer > PACKET_MAX)
		return;
	packet->len = (size_t)(udp - packet->packet) + 8 + answer;
	put_be16(packet->packet + (packet->version == 4 ? 2 : 4),
		 (uint16_t)(packet->len - (packet->version == 4 ? 0 : 40)));
	put_be16(udp + 4, (uint16_t)(8 + answer));
	put_be16(udp + 6, 0);
	put_be16(udp + 6, udp_sum(packet, 8 + answer));
	echo->counters.names++;
}

/* Swapping addresses and ports leaves the checksum as it is. */
static void echo_udp(struct carrier_echo *echo, struct echo_packet *packet)
{
	size_t len;

	if (packet->transport_len < 8) {
		malformed(echo, packet);
		return;
	}
	len = get_be16(packet->transport + 4);
	if (len < 8 || (packet->last && len > packet->transport_len)) {
		malformed(echo, packet);
		return;
	}
	if (!udp_sound(packet, len)) {
		bad_checksum(echo, packet);
		return;
	}
	if (!get_be16(packet->transport)) {
		ignore(echo, packet, "no source port");
		return;
	}
	if (packet->last && get_be16(packet->transport + 2) == NAMES_PORT)
		answer_names(echo, packet, len);
	swap(packet->transport, packet->transport + 2, 2);
	deliver(echo, packet);
}

/* RFC 9293, 3.10.7.1: what a closed port answers. Writes 20 bytes over the old header. */
static void write_reset(uint8_t *tcp, size_t len)
{
	uint8_t flags = tcp[13];
	uint32_t next = get_be32(tcp + 4) + (uint32_t)(len - (tcp[12] >> 4) * 4u) +
			!!(flags & TCP_SYN) + !!(flags & TCP_FIN);
	uint32_t acknowledged = get_be32(tcp + 8);

	swap(tcp, tcp + 2, 2);
	put_be32(tcp + 4, flags & TCP_ACK ? acknowledged : 0);
	put_be32(tcp + 8, flags & TCP_ACK ? 0 : next);
	tcp[12] = 5 << 4;
	tcp[13] = flags & TCP_ACK ? TCP_RST : TCP_RST | TCP_ACK;
	memset(tcp + 14, 0, 6);
}

/* The reset has no options in any header. */
static void shrink_to_reset(struct echo_packet *packet)
{
	size_t header = packet->version == 4 ? 20 : 40;

	memmove(packet->packet + header, packet->transport, 20);
	packet->transport = packet->packet + header;
	packet->len = header + 20;
	if (packet->version == 4) {
		packet->packet[0] = 0x45;
		put_be16(packet->packet + 2, (uint16_t)packet->len);
	} else {
		packet->packet[6] = PROTOCOL_TCP;
		put_be16(packet->packet + 4, 20);
	}
	put_be16(packet->transport + 16,
		 ip_sum_finish(ip_sum(ip_sum_pseudo(packet->packet, packet->version, PROTOCOL_TCP,
						    20),
				      packet->transport, 20)));
}

static void refuse_tcp(struct carrier_echo *echo, struct echo_packet *packet)
{
	const uint8_t *tcp = packet->transport;

	if (!packet->last) {
		ignore(echo, packet, "fragment of TCP");
		return;
	}
	if (packet->transport_len < 20 || tcp[12] >> 4 < 5 ||
	    (tcp[12] >> 4) * 4u > packet->transport_len) {
		malformed(echo, packet);
		return;
	}
	if (!transport_sound(packet, packet->transport_len, true)) {
		bad_checksum(echo, packet);
		return;
	}
	if (tcp[13] & TCP_RST) {
		ignore(echo, packet, "TCP reset");
		return;
	}
	write_reset(packet->transport, packet->transport_len);
	shrink_to_reset(packet);
	echo->counters.refused++;
	deliver(echo, packet);
}

/* Only the first fragment has the transport's header; the others follow it as they are. */
static void echo_later_fragment(struct carrier_echo *echo, struct echo_packet *packet)
{
	uint8_t icmp = packet->version == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;

	if (packet->protocol == icmp || packet->protocol == PROTOCOL_UDP)
		deliver(echo, packet);
	else
		ignore(echo, packet, "fragment");
}

static void answer(struct carrier_echo *echo, struct echo_packet *packet)
{
	if (!packet->first)
		echo_later_fragment(echo, packet);
	else if (packet->protocol == (packet->version == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6))
		echo_ping(echo, packet);
	else if (packet->protocol == PROTOCOL_UDP)
		echo_udp(echo, packet);
	else if (packet->protocol == PROTOCOL_TCP)
		refuse_tcp(echo, packet);
	else
		ignore(echo, packet, "protocol");
}

/* "This network", loopback, multicast, reserved and broadcast are nobody's address. */
static bool unicast4(const uint8_t *address)
{
	return address[0] != 0 && address[0] != 127 && address[0] < 224;
}

/* Neither multicast nor ::/127, the unspecified and the loopback address. */
static bool unicast6(const uint8_t *address)
{
	static const uint8_t zero[15];

	return address[0] != 0xff && (memcmp(address, zero, 15) || address[15] > 1);
}

/* The session of another bearer that has @address, or -1. */
static int bearer_of(const struct carrier_echo *echo, const struct echo_packet *packet,
		     const uint8_t *address)
{
	for (int session = 0; session < NETWORK_SESSIONS; session++) {
		const struct network_ip *ip = &echo->bearers[session];

		if (session == (int)packet->session)
			continue;
		if (packet->version == 4 ? ip->type & NETWORK_IPV4 && !memcmp(ip->ipv4, address, 4) :
					   ip->type & NETWORK_IPV6 && !memcmp(ip->ipv6, address, 16))
			return session;
	}
	return -1;
}

/* Returns whether the packet was for another bearer. */
static bool route(struct carrier_echo *echo, struct echo_packet *packet, const uint8_t *address)
{
	uint8_t *hops = packet->packet + (packet->version == 4 ? 8 : 7);
	int session = bearer_of(echo, packet, address);
	uint8_t left = *hops - 1;

	if (session < 0)
		return false;
	if (!left) {
		ignore(echo, packet, "no hops left");
		return true;
	}
	finish_ip(packet, left);
	pass(echo, (unsigned int)session, packet->packet, packet->len, &echo->counters.routed);
	return true;
}

static void advertise(struct carrier_echo *echo, const struct echo_packet *packet)
{
	uint8_t answer[ROUTER_PACKET];

	router_advertise(answer, packet->packet, packet->session,
			 echo->bearers[packet->session].mtu);
	pass(echo, packet->session, answer, sizeof(answer), &echo->counters.replies);
}

static void uplink4(struct carrier_echo *echo, struct echo_packet *packet)
{
	const uint8_t *ip = packet->packet;
	size_t header, total;
	uint16_t fragment;

	header = (ip[0] & 15u) * 4;
	if (packet->len < 20 || header < 20 || packet->len < header) {
		malformed(echo, packet);
		return;
	}
	total = get_be16(ip + 2);
	if (total < header || total > packet->len) {
		malformed(echo, packet);
		return;
	}
	if (ip_sum_finish(ip_sum(0, ip, header))) {
		bad_checksum(echo, packet);
		return;
	}
	if (!ip[8] || !unicast4(ip + 12) || !unicast4(ip + 16)) {
		ignore(echo, packet, "address or no hops left");
		return;
	}
	packet->len = total;
	if (route(echo, packet, ip + 16))
		return;
	fragment = get_be16(ip + 6);
	packet->transport = packet->packet + header;
	packet->transport_len = total - header;
	packet->protocol = ip[9];
	packet->first = !(fragment & 0x1fff);
	packet->last = !(fragment & 0x2000);
	answer(echo, packet);
}

/* Passes one extension header. Returns false when it is malformed or not understood. */
static bool skip_extension(struct echo_packet *packet)
{
	const uint8_t *header = packet->transport;
	size_t len = 8;

	if (packet->transport_len < 8)
		return false;
	if (packet->protocol == PROTOCOL_FRAGMENT) {
		packet->first = !(get_be16(header + 2) & 0xfff8);
		packet->last = !(header[3] & 1);
	} else {
		len = (header[1] + 1u) * 8;
	}
	if (len > packet->transport_len)
		return false;
	packet->protocol = header[0];
	packet->transport += len;
	packet->transport_len -= len;
	return true;
}

static bool is_extension(uint8_t protocol)
{
	return protocol == PROTOCOL_HOP_OPTIONS || protocol == PROTOCOL_FRAGMENT ||
	       protocol == PROTOCOL_DESTINATION_OPTIONS;
}

static void uplink6(struct carrier_echo *echo, struct echo_packet *packet)
{
	const uint8_t *ip = packet->packet;

	if (packet->len < 40 || 40u + get_be16(ip + 4) > packet->len) {
		malformed(echo, packet);
		return;
	}
	packet->len = 40u + get_be16(ip + 4);
	if (router_solicited(ip, packet->len)) {
		advertise(echo, packet);
		return;
	}
	if (!ip[7] || !unicast6(ip + 8) || !unicast6(ip + 24)) {
		ignore(echo, packet, "address or no hops left");
		return;
	}
	if (route(echo, packet, ip + 24))
		return;
	packet->transport = packet->packet + 40;
	packet->transport_len = packet->len - 40;
	packet->protocol = ip[6];
	packet->first = true;
	packet->last = true;
	while (packet->first && is_extension(packet->protocol)) {
		if (!skip_extension(packet)) {
			malformed(echo, packet);
			return;
		}
	}
	answer(echo, packet);
}

static void carrier_uplink(void *self, unsigned int session, const uint8_t *data, size_t len)
{
	struct carrier_echo *echo = self;
	struct echo_packet packet = { .session = session, .packet = echo->reply, .len = len };

	if (!len || len > PACKET_MAX) {
		malformed(echo, &packet);
		return;
	}
	memcpy(echo->reply, data, len);
	packet.version = data[0] >> 4;
	if (packet.version == 4)
		uplink4(echo, &packet);
	else if (packet.version == 6)
		uplink6(echo, &packet);
	else
		malformed(echo, &packet);
}

static int carrier_attach(void *self, unsigned int session, struct network_ip *ip)
{
	struct carrier_echo *echo = self;

	echo->bearers[session] = *ip;
	return 0;
}

static void carrier_detach(void *self, unsigned int session)
{
	struct carrier_echo *echo = self;

	echo->bearers[session] = (struct network_ip){ 0 };
}

static void carrier_show(void *self, struct control_reply *reply)
{
	const struct carrier_echo_counters *counters = &((struct carrier_echo *)self)->counters;

	control_line(reply, "replies: %llu", (unsigned long long)counters->replies);
	control_line(reply, "names: %llu", (unsigned long long)counters->names);
	control_line(reply, "routed: %llu", (unsigned long long)counters->routed);
	control_line(reply, "dropped: %llu",
		     (unsigned long long)(counters->ignored + counters->malformed +
					  counters->bad_checksum + counters->not_taken));
}

static void carrier_free(void *self)
{
	free(self);
}

const struct carrier_echo_counters *carrier_echo_counters(const struct carrier *carrier)
{
	return &((const struct carrier_echo *)carrier->self)->counters;
}

struct carrier carrier_echo_new(struct loop *loop, struct record *record, struct downlink downlink)
{
	static const struct carrier_ops ops = {
		.name = "echo",
		.attach = carrier_attach,
		.detach = carrier_detach,
		.show = carrier_show,
		.uplink = carrier_uplink,
		.free = carrier_free,
	};
	struct carrier_echo *echo = calloc(1, sizeof(*echo));

	(void)loop;
	if (echo) {
		echo->record = record;
		echo->downlink = downlink;
	}
	return (struct carrier){ .ops = &ops, .self = echo };
}
