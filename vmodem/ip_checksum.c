// SPDX-License-Identifier: GPL-2.0-or-later
/* The Internet checksum: see ip_checksum.h. */
#include "ip_checksum.h"

#include "bytes.h"

static uint32_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* At most 64 KiB a piece: 32768 words cannot overflow 32 bits once folded. */
uint32_t ip_sum(uint32_t sum, const uint8_t *data, size_t len)
{
	sum = fold(sum);
	for (; len > 1; data += 2, len -= 2)
		sum += get_be16(data);
	if (len)
		sum += (uint32_t)data[0] << 8;
	return fold(sum);
}

uint32_t ip_sum_pseudo(const uint8_t *packet, unsigned int version, uint8_t protocol, size_t len)
{
	uint32_t sum = version == 4 ? ip_sum(0, packet + 12, 8) : ip_sum(0, packet + 8, 32);

	return sum + protocol + (uint32_t)len;
}

uint16_t ip_sum_finish(uint32_t sum)
{
	return (uint16_t)~fold(sum);
}
