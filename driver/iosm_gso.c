// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segmentation of large packets (TSO, USO) while they are copied into blocks, with
 * their checksums: the stack is run through once for many datagrams.
 */
#include "iosm_gso.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>

static bool iosm_gso_is_udp(const struct iosm_gso *gso)
{
	return skb_shinfo(gso->skb)->gso_type & SKB_GSO_UDP_L4;
}

/**
 * iosm_gso_begin() - start with the first datagram
 * @gso: out
 * @skb: GSO packet of a type that the network device offers, transport header set
 *
 * Context: Any.
 */
void iosm_gso_begin(struct iosm_gso *gso, const struct sk_buff *skb)
{
	*gso = (struct iosm_gso){
		.skb = skb,
		.size = skb_shinfo(skb)->gso_size,
	};
	gso->headers = skb_transport_offset(skb);
	gso->headers += iosm_gso_is_udp(gso) ? sizeof(struct udphdr) :
					       tcp_hdrlen(skb);
	gso->payload = skb->len - gso->headers;
}

/**
 * iosm_gso_segments() - datagrams that the packet makes
 * @gso: just begun
 *
 * Context: Any.
 * Return: number.
 */
u32 iosm_gso_segments(const struct iosm_gso *gso)
{
	return DIV_ROUND_UP(gso->payload, gso->size);
}

static u32 iosm_gso_next_payload(const struct iosm_gso *gso)
{
	return min(gso->payload - gso->done, gso->size);
}

/**
 * iosm_gso_next_length() - bytes of the next datagram
 * @gso: packet
 *
 * Context: Any.
 * Return: bytes with headers; 0 at the end.
 */
u32 iosm_gso_next_length(const struct iosm_gso *gso)
{
	u32 payload = iosm_gso_next_payload(gso);

	return payload ? gso->headers + payload : 0;
}

static void iosm_gso_network_header(const struct iosm_gso *gso, void *to,
				    u32 length)
{
	bool fixed_id = skb_shinfo(gso->skb)->gso_type & SKB_GSO_TCP_FIXEDID;
	struct ipv6hdr *ip6 = to;
	struct iphdr *ip = to;

	if (ip->version == 6) {
		ip6->payload_len = htons(length - sizeof(*ip6));
		return;
	}
	ip->tot_len = htons(length);
	if (!fixed_id)
		ip->id = htons(ntohs(ip->id) + gso->segment);
	ip->check = 0;
	ip->check = ip_fast_csum(ip, ip->ihl);
}

/* Checksum of the transport header and of what follows it. */
static __sum16 iosm_gso_checksum(const void *network, const void *transport,
				 u32 length, u8 protocol, u32 header,
				 __wsum payload)
{
	const struct ipv6hdr *ip6 = network;
	const struct iphdr *ip = network;
	__wsum sum = csum_partial(transport, header, payload);

	if (ip->version == 6)
		return csum_ipv6_magic(&ip6->saddr, &ip6->daddr, length,
				       protocol, sum);
	return csum_tcpudp_magic(ip->saddr, ip->daddr, length, protocol, sum);
}

static void iosm_gso_tcp_header(const struct iosm_gso *gso, void *to,
				u32 payload, __wsum sum)
{
	struct tcphdr *tcp = to + skb_transport_offset(gso->skb);
	u32 header = tcp->doff * 4;

	tcp->seq = htonl(ntohl(tcp->seq) + gso->done);
	if (gso->done + payload < gso->payload) {
		tcp->fin = 0;
		tcp->psh = 0;
	}
	if (gso->segment)
		tcp->cwr = 0;
	tcp->check = 0;
	tcp->check = iosm_gso_checksum(to, tcp, header + payload, IPPROTO_TCP,
				       header, sum);
}

static void iosm_gso_udp_header(const struct iosm_gso *gso, void *to,
				u32 payload, __wsum sum)
{
	struct udphdr *udp = to + skb_transport_offset(gso->skb);
	u32 length = sizeof(*udp) + payload;

	udp->len = htons(length);
	udp->check = 0;
	/* 0 would mean "no checksum". */
	udp->check = iosm_gso_checksum(to, udp, length, IPPROTO_UDP,
				       sizeof(*udp), sum) ?: CSUM_MANGLED_0;
}

/**
 * iosm_gso_next() - copy the next datagram, complete with checksums
 * @gso: packet that is not at its end
 * @to: iosm_gso_next_length() bytes, at any alignment
 *
 * Context: Any.
 */
void iosm_gso_next(struct iosm_gso *gso, void *to)
{
	u32 payload = iosm_gso_next_payload(gso);
	__wsum sum;

	skb_copy_bits(gso->skb, 0, to, gso->headers);
	sum = skb_copy_and_csum_bits(gso->skb, gso->headers + gso->done,
				     to + gso->headers, payload);
	iosm_gso_network_header(gso, to, gso->headers + payload);
	if (iosm_gso_is_udp(gso))
		iosm_gso_udp_header(gso, to, payload, sum);
	else
		iosm_gso_tcp_header(gso, to, payload, sum);
	gso->done += payload;
	gso->segment++;
}
