// SPDX-License-Identifier: GPL-2.0-or-later
#include "router.h"

#include <string.h>

#include "bytes.h"
#include "ip_checksum.h"
#include "network.h"

#define IPV6_HEADER		40
#define ICMPV6			58
#define SOLICITATION		133
#define SOLICITATION_BYTES	8
#define ADVERTISEMENT		134
#define HOPS			255	/* no router has passed it on */
#define LIFETIME_S		1800

#define OPTION_PREFIX		3
#define OPTION_MTU		5
#define OPTION_NAME_SERVERS	25
#define PREFIX_AUTONOMOUS	0x40	/* and not on link: there is nobody else */
#define FOREVER			0xffffffffu

bool router_solicited(const uint8_t *packet, size_t len)
{
	const uint8_t *icmp = packet + IPV6_HEADER;

	if (len < IPV6_HEADER + SOLICITATION_BYTES || packet[6] != ICMPV6 || packet[7] != HOPS)
		return false;
	if (icmp[0] != SOLICITATION || icmp[1])
		return false;
	return !ip_sum_finish(ip_sum(ip_sum_pseudo(packet, 6, ICMPV6, len - IPV6_HEADER), icmp,
				     len - IPV6_HEADER));
}

static uint8_t *put_prefix(uint8_t *option, const uint8_t *prefix)
{
	option[0] = OPTION_PREFIX;
	option[1] = 4;
	option[2] = 64;
	option[3] = PREFIX_AUTONOMOUS;
	put_be32(option + 4, FOREVER);
	put_be32(option + 8, FOREVER);
	memcpy(option + 16, prefix, 8);
	return option + 32;
}

static uint8_t *put_mtu(uint8_t *option, uint32_t mtu)
{
	option[0] = OPTION_MTU;
	option[1] = 1;
	put_be32(option + 4, mtu);
	return option + 8;
}

static void put_name_servers(uint8_t *option, const struct network_ip *ip)
{
	option[0] = OPTION_NAME_SERVERS;
	option[1] = 5;
	put_be32(option + 4, LIFETIME_S);
	memcpy(option + 8, ip->ipv6_dns, 32);
}

/* To who asked, or to all where that one has no address yet. */
static void put_addresses(uint8_t *packet, const uint8_t *solicitation)
{
	static const uint8_t nobody[16];
	const uint8_t *host = solicitation + 8;

	packet[8] = 0xfe;
	packet[9] = 0x80;
	packet[23] = 1;
	if (memcmp(host, nobody, sizeof(nobody))) {
		memcpy(packet + 24, host, 16);
		return;
	}
	packet[24] = 0xff;
	packet[25] = 0x02;
	packet[39] = 1;
}

void router_advertise(uint8_t *packet, const uint8_t *solicitation, unsigned int session,
		      uint32_t mtu)
{
	const size_t icmp_len = ROUTER_PACKET - IPV6_HEADER;
	uint8_t *icmp = packet + IPV6_HEADER, *option;
	struct network_ip ip;

	network_default_ip(session, NETWORK_IPV6, &ip);
	memset(packet, 0, ROUTER_PACKET);
	packet[0] = 0x60;
	put_be16(packet + 4, (uint16_t)icmp_len);
	packet[6] = ICMPV6;
	packet[7] = HOPS;
	put_addresses(packet, solicitation);
	icmp[0] = ADVERTISEMENT;
	icmp[4] = 64;			/* hop limit for the host's packets */
	put_be16(icmp + 6, LIFETIME_S);
	option = put_prefix(icmp + 16, ip.ipv6);
	option = put_mtu(option, mtu);
	put_name_servers(option, &ip);
	put_be16(icmp + 2, ip_sum_finish(ip_sum(ip_sum_pseudo(packet, 6, ICMPV6, icmp_len), icmp,
						icmp_len)));
}
