// SPDX-License-Identifier: GPL-2.0-or-later
/* Session 0 in the Lite dialect of the mux, and packets in it. */
#include "host.h"

#include <arpa/inet.h>

#define IP_UL	IOSM_PIPE_UL(IOSM_CHANNEL_IP)
#define IP_DL	IOSM_PIPE_DL(IOSM_CHANNEL_IP)

uint16_t checksum(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? data[i] : (uint32_t)data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

uint32_t ping(uint8_t *block, uint16_t sequence, uint16_t payload)
{
	uint16_t len = (uint16_t)(28 + payload), total = htons(len), sum;
	struct iosm_wire_adgh header = {
		.signature = IOSM_MUX_ADGH, .length = (uint16_t)(16 + len),
	};
	uint8_t *ip = block + 16, *icmp = ip + 20;

	memset(block, 0, 16u + len);
	memcpy(block, &header, sizeof(header));
	ip[0] = 0x45;
	memcpy(ip + 2, &total, 2);
	ip[8] = 64;
	ip[9] = 1;
	memcpy(ip + 12, "\x0a\x40\x00\x02\x0a\x40\x00\x01", 8);
	sum = checksum(ip, 20);
	memcpy(ip + 10, &sum, 2);
	icmp[0] = 8;
	sequence = htons(sequence);
	memcpy(icmp + 6, &sequence, 2);
	for (unsigned int i = 0; i < payload; i++)
		icmp[8 + i] = (uint8_t)(i * 7);
	sum = checksum(icmp, 8u + payload);
	memcpy(icmp + 2, &sum, 2);
	return 16u + len;
}

int pong(struct host *host, uint16_t payload)
{
	uint8_t block[4096];
	uint16_t sequence;
	int len = downlink(host, IP_DL, block, sizeof(block));

	if (len != 16 + 28 + payload || block[16 + 20] != 0)
		return -1;
	for (unsigned int i = 0; i < payload; i++) {
		if (block[16 + 28 + i] != (uint8_t)(i * 7))
			return -1;
	}
	memcpy(&sequence, block + 16 + 26, 2);
	return ntohs(sequence);
}

bool open_session(struct host *host)
{
	struct {
		struct iosm_wire_cmdh_lite header;
		struct iosm_wire_open_session open;
	} command = {
		{ IOSM_MUX_CMDH, 24, 0, 0, IOSM_MUX_OPEN_SESSION, 1 }, { .dl_head_pad = 16 },
	};
	uint8_t answer[64];
	struct iosm_wire_cmdh_lite header;

	uplink(host, IP_UL, &command, sizeof(command));
	if (downlink(host, IP_DL, answer, sizeof(answer)) < 28)
		return false;
	memcpy(&header, answer, sizeof(header));
	return header.command == IOSM_MUX_OPEN_SESSION_RESP;
}
