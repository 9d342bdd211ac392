/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libslirp lives on an Ethernet, a session of the modem does not: this puts headers on and
 * takes them off, and answers for the host when libslirp looks for its hardware address.
 */
#ifndef VMODEM_NAT_ETHERNET_H
#define VMODEM_NAT_ETHERNET_H

#include <stddef.h>
#include <stdint.h>

#define NAT_ETHERNET_HEADER	14u
/* Largest answer of nat_ethernet_answer() and the announcements. */
#define NAT_ETHERNET_SHORT	(NAT_ETHERNET_HEADER + 40u + 32u)

/** nat_ethernet_header() - write the header in front of an IP packet of @version, from the host. */
void nat_ethernet_header(uint8_t *frame, unsigned int version);

/** nat_ethernet_packet() - the IP packet in @frame; NULL if it holds none. */
const uint8_t *nat_ethernet_packet(const uint8_t *frame, size_t len, size_t *packet_len);

/**
 * nat_ethernet_answer() - answer a question for an address: ARP request or neighbour solicitation.
 * @answer: NAT_ETHERNET_SHORT bytes
 *
 * There is only one neighbour, the host, so all addresses that are asked for are its own.
 * Returns the answer's bytes, 0 when @frame asks nothing.
 */
size_t nat_ethernet_answer(const uint8_t *frame, size_t len, uint8_t *answer);

/** nat_ethernet_announce4() - a gratuitous ARP for @address; returns its bytes. */
size_t nat_ethernet_announce4(uint8_t *frame, const uint8_t address[4]);
/** nat_ethernet_announce6() - an unsolicited neighbour advertisement; returns its bytes. */
size_t nat_ethernet_announce6(uint8_t *frame, const uint8_t address[16]);

#endif /* VMODEM_NAT_ETHERNET_H */
