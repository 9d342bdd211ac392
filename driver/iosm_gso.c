// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segmentation of large packets (TSO, USO) while they are copied into blocks, with
 * their checksums: the stack is run through once for many datagrams.
 *
 * Where the transport header stands and what its checksum begins with is the
 * stack's word (csum_start and the seed in the checksum field): with extension
 * headers and routing headers neither can be told from the network header. Headers
 * are written where a block has room, at any alignment.
 */
#include "iosm_gso.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>

#include "iosm.h"

#ifndef IOSM_NO_LINUX_UNALIGNED
#include <linux/unaligned.h>
#endif

#define IOSM_GSO_TCP_FLAGS	13
#define IOSM_GSO_TCP_FIN	0x01
#define IOSM_GSO_TCP_PSH	0x08
#define IOSM_GSO_TCP_CWR	0x80

static bool iosm_gso_is_udp(const struct iosm_gso *gso)
{
	return skb_shinfo(gso->skb)->gso_type & SKB_GSO_UDP_L4;
}

/* Bytes of the network header without extension headers; 0: it is none. */
static u32 iosm_gso_network_length(const struct sk_buff *skb)
{
	struct iphdr buffer;
	const struct iphdr *ip;

	ip = skb_header_pointer(skb, 0, sizeof(buffer), &buffer);
	if (!ip)
		return 0;
	if (ip->version == 6)
		return sizeof(struct ipv6hdr);
	return ip->version == 4 && ip->ihl >= 5 ? ip->ihl * 4 : 0;
}

/* Bytes of the transport header; 0: it is none. */
static u32 iosm_gso_transport_length(const struct iosm_gso *gso)
{
	struct tcphdr buffer;
	const struct tcphdr *tcp;

	if (iosm_gso_is_udp(gso))
		return sizeof(struct udphdr);
	tcp = skb_header_pointer(gso->skb, gso->transport, sizeof(buffer),
				 &buffer);
	return tcp && tcp->doff >= 5 ? tcp->doff * 4 : 0;
}

/**
 * iosm_gso_begin() - start with the first datagram
 * @gso: out
 * @skb: GSO packet of a type that the network device offers
 *
 * Context: Any.
 * Return: false when the packet is not one that can be segmented here.
 */
bool iosm_gso_begin(struct iosm_gso *gso, const struct sk_buff *skb)
{
	u32 transport_length;

	*gso = (struct iosm_gso){
		.skb = skb,
		.size = skb_shinfo(skb)->gso_size,
	};
	if (skb->ip_summed != CHECKSUM_PARTIAL || !gso->size)
		return false;
	gso->transport = skb_checksum_start_offset(skb);
	gso->network_length = iosm_gso_network_length(skb);
	transport_length = iosm_gso_transport_length(gso);
	gso->headers = gso->transport + transport_length;
	if (!gso->network_length || gso->network_length > gso->transport ||
	    !transport_length || gso->headers >= skb->len ||
	    skb->csum_offset + sizeof(__sum16) > transport_length)
		return false;
	gso->payload = skb->len - gso->headers;
	return true;
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

static void iosm_gso_ipv4_header(const struct iosm_gso *gso, u8 *to, u32 length)
{
	u8 *check = to + offsetof(struct iphdr, check);
	u8 *id = to + offsetof(struct iphdr, id);

	put_unaligned_be16(length, to + offsetof(struct iphdr, tot_len));
	put_unaligned_be16(get_unaligned_be16(id) + gso->segment, id);
	put_unaligned((__sum16)0, (__sum16 *)check);
	put_unaligned(ip_compute_csum(to, gso->network_length),
		      (__sum16 *)check);
}

static void iosm_gso_network_header(const struct iosm_gso *gso, u8 *to,
				    u32 length)
{
	if (*to >> 4 == 4)
		iosm_gso_ipv4_header(gso, to, length);
	else
		put_unaligned_be16(length - sizeof(struct ipv6hdr),
				   to + offsetof(struct ipv6hdr, payload_len));
}

static void iosm_gso_tcp_header(const struct iosm_gso *gso, u8 *tcp, u32 payload)
{
	u8 *seq = tcp + offsetof(struct tcphdr, seq);

	put_unaligned_be32(get_unaligned_be32(seq) + gso->done, seq);
	if (gso->done + payload < gso->payload)
		tcp[IOSM_GSO_TCP_FLAGS] &= ~(IOSM_GSO_TCP_FIN | IOSM_GSO_TCP_PSH);
	if (gso->segment)
		tcp[IOSM_GSO_TCP_FLAGS] &= ~IOSM_GSO_TCP_CWR;
}

/*
 * The field holds the sum of the pseudo header, with the length of the whole packet.
 * 0 as a result would mean "no checksum" to UDP.
 */
static void iosm_gso_checksum(const struct iosm_gso *gso, u8 *transport,
			      u32 length, __wsum payload)
{
	u32 header = gso->headers - gso->transport;
	u32 whole = gso->skb->len - gso->transport;
	__sum16 *field = (__sum16 *)(transport + gso->skb->csum_offset);
	__sum16 check;
	__wsum sum;

	sum = csum_unfold(get_unaligned(field));
	sum = csum_sub(sum, (__force __wsum)htonl(whole));
	sum = csum_add(sum, (__force __wsum)htonl(length));
	put_unaligned((__sum16)0, field);
	sum = csum_add(sum, csum_partial(transport, header, payload));
	check = csum_fold(sum);
	put_unaligned(check ?: CSUM_MANGLED_0, field);
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
	u32 length = gso->headers + payload;
	u8 *transport = to + gso->transport;
	__wsum sum;

	skb_copy_bits(gso->skb, 0, to, gso->headers);
	sum = skb_copy_and_csum_bits(gso->skb, gso->headers + gso->done,
				     to + gso->headers, payload);
	iosm_gso_network_header(gso, to, length);
	if (iosm_gso_is_udp(gso))
		put_unaligned_be16(length - gso->transport,
				   transport + offsetof(struct udphdr, len));
	else
		iosm_gso_tcp_header(gso, transport, payload);
	iosm_gso_checksum(gso, transport, length - gso->transport, sum);
	gso->done += payload;
	gso->segment++;
}
