/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Segmentation of large packets while they are copied.
 */
#ifndef IOSM_GSO_H
#define IOSM_GSO_H

#include <linux/types.h>

struct sk_buff;

/* Large packets up to here are segmented by the driver, others by the stack. */
#define IOSM_GSO_MAX_BYTES	32768
#define IOSM_GSO_MAX_SEGMENTS	32

/**
 * struct iosm_gso - a large packet on its way into datagrams
 * @skb: the packet
 * @network_length: bytes of the network header, without extension headers
 * @transport: offset of the transport header
 * @headers: bytes of all headers, which every datagram carries
 * @payload: bytes behind them
 * @done: bytes of @payload that were copied
 * @size: bytes of payload in each datagram but the last
 * @segment: number of the next datagram
 */
struct iosm_gso {
	const struct sk_buff *skb;
	u32 network_length;
	u32 transport;
	u32 headers;
	u32 payload;
	u32 done;
	u32 size;
	u16 segment;
};

bool iosm_gso_begin(struct iosm_gso *gso, const struct sk_buff *skb);
u32 iosm_gso_segments(const struct iosm_gso *gso);
u32 iosm_gso_next_length(const struct iosm_gso *gso);
void iosm_gso_next(struct iosm_gso *gso, void *to);

#endif /* IOSM_GSO_H */
