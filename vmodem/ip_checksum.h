/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Internet checksum (RFC 1071) over any number of pieces. */
#ifndef VMODEM_IP_CHECKSUM_H
#define VMODEM_IP_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/** ip_sum() - add @len bytes to @sum; all pieces but the last have an even length. */
uint32_t ip_sum(uint32_t sum, const uint8_t *data, size_t len);

/** ip_sum_pseudo() - the pseudo header of IPv4 or IPv6 (@version) in front of a transport. */
uint32_t ip_sum_pseudo(const uint8_t *packet, unsigned int version, uint8_t protocol, size_t len);

/** ip_sum_finish() - the value for the checksum field; 0 over data that includes a right one. */
uint16_t ip_sum_finish(uint32_t sum);

#endif /* VMODEM_IP_CHECKSUM_H */
