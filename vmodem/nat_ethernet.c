// SPDX-License-Identifier: GPL-2.0-or-later
/* ARP: RFC 826. Neighbour discovery: RFC 4861, 4.3 and 4.4. */
#include "nat_ethernet.h"

#include <string.h>

#include "bytes.h"
#include "ip_checksum.h"

#define TYPE_IPV4		0x0800
#define TYPE_ARP		0x0806
#define TYPE_IPV6		0x86dd

#define ARP_LEN			28u
#define ARP_REQUEST		1
#define ARP_REPLY		2

#define PROTOCOL_ICMPV6		58
#define NEIGHBOUR_SOLICITATION	135
#define NEIGHBOUR_ADVERTISEMENT	136
#define ADVERTISEMENT_LEN	32u	/* with the option that holds the hardware address */
#define FLAG_SOLICITED		0x40
#define FLAG_OVERRIDE		0x20

/* Locally administered; nobody but libslirp ever sees it. */
static const uint8_t host_address[6] = { 0x02, 0, 0, 0, 0, 0x02 };
static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t all_nodes[16] = { 0xff, 0x02, [15] = 1 };

static void write_header(uint8_t *frame, const uint8_t *to, uint16_t type)
{
	memcpy(frame, to, 6);
	memcpy(frame + 6, host_address, 6);
	put_be16(frame + 12, type);
}

void nat_ethernet_header(uint8_t *frame, unsigned int version)
{
	write_header(frame, everybody, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
}

/* The length of the IP packet as it says itself, 0 without one. */
static size_t ip_length(const uint8_t *frame, size_t len)
{
	const uint8_t *ip = frame + NAT_ETHERNET_HEADER;

	if (len < NAT_ETHERNET_HEADER + 20u)
		return 0;
	switch (get_be16(frame + 12)) {
	case TYPE_IPV4:
		return get_be16(ip + 2);
	case TYPE_IPV6:
		return 40u + get_be16(ip + 4);
	default:
		return 0;
	}
}

/* Newer releases of libslirp fill short frames up to what an Ethernet wants. */
const uint8_t *nat_ethernet_packet(const uint8_t *frame, size_t len, size_t *packet_len)
{
	*packet_len = ip_length(frame, len);
	if (!*packet_len || *packet_len > len - NAT_ETHERNET_HEADER)
		return NULL;
	return frame + NAT_ETHERNET_HEADER;
}

static size_t write_arp(uint8_t *frame, uint16_t operation, const uint8_t sender[4],
			const uint8_t *target_hardware, const uint8_t target[4])
{
	uint8_t *arp = frame + NAT_ETHERNET_HEADER;

	write_header(frame, operation == ARP_REPLY ? target_hardware : everybody, TYPE_ARP);
	put_be16(arp, 1);
	put_be16(arp + 2, TYPE_IPV4);
	arp[4] = 6;
	arp[5] = 4;
	put_be16(arp + 6, operation);
	memcpy(arp + 8, host_address, 6);
	memcpy(arp + 14, sender, 4);
	memcpy(arp + 18, target_hardware, 6);
	memcpy(arp + 24, target, 4);
	return NAT_ETHERNET_HEADER + ARP_LEN;
}

static size_t write_advertisement(uint8_t *frame, const uint8_t *to_hardware,
				  const uint8_t to[16], const uint8_t target[16], uint8_t flags)
{
	uint8_t *ip = frame + NAT_ETHERNET_HEADER, *icmp = ip + 40;

	memset(frame, 0, NAT_ETHERNET_SHORT);
	write_header(frame, to_hardware, TYPE_IPV6);
	ip[0] = 0x60;
	put_be16(ip + 4, ADVERTISEMENT_LEN);
	ip[6] = PROTOCOL_ICMPV6;
	ip[7] = 255;
	memcpy(ip + 8, target, 16);
	memcpy(ip + 24, to, 16);
	icmp[0] = NEIGHBOUR_ADVERTISEMENT;
	icmp[4] = flags;
	memcpy(icmp + 8, target, 16);
	icmp[24] = 2;
	icmp[25] = 1;
	memcpy(icmp + 26, host_address, 6);
	put_be16(icmp + 2, ip_sum_finish(ip_sum(ip_sum_pseudo(ip, 6, PROTOCOL_ICMPV6,
							      ADVERTISEMENT_LEN),
						icmp, ADVERTISEMENT_LEN)));
	return NAT_ETHERNET_SHORT;
}

static size_t answer_arp(const uint8_t *frame, size_t len, uint8_t *answer)
{
	const uint8_t *arp = frame + NAT_ETHERNET_HEADER;

	if (len < NAT_ETHERNET_HEADER + ARP_LEN || get_be16(arp + 6) != ARP_REQUEST)
		return 0;
	return write_arp(answer, ARP_REPLY, arp + 24, arp + 8, arp + 14);
}

static size_t answer_solicitation(const uint8_t *frame, size_t len, uint8_t *answer)
{
	const uint8_t *ip = frame + NAT_ETHERNET_HEADER, *icmp = ip + 40;

	if (len < NAT_ETHERNET_HEADER + 40u + 24u || ip[6] != PROTOCOL_ICMPV6 ||
	    icmp[0] != NEIGHBOUR_SOLICITATION)
		return 0;
	return write_advertisement(answer, frame + 6, ip + 8, icmp + 8,
				   FLAG_SOLICITED | FLAG_OVERRIDE);
}

size_t nat_ethernet_answer(const uint8_t *frame, size_t len, uint8_t *answer)
{
	if (len < NAT_ETHERNET_HEADER)
		return 0;
	switch (get_be16(frame + 12)) {
	case TYPE_ARP:
		return answer_arp(frame, len, answer);
	case TYPE_IPV6:
		return answer_solicitation(frame, len, answer);
	default:
		return 0;
	}
}

size_t nat_ethernet_announce4(uint8_t *frame, const uint8_t address[4])
{
	return write_arp(frame, ARP_REQUEST, address, everybody, address);
}

size_t nat_ethernet_announce6(uint8_t *frame, const uint8_t address[16])
{
	return write_advertisement(frame, everybody, all_nodes, address, FLAG_OVERRIDE);
}
