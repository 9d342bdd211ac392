// SPDX-License-Identifier: GPL-2.0-or-later
#include "flash_frame.h"

#include <endian.h>
#include <string.h>

#include "bytes.h"

bool flash_command_decode(const uint8_t *data, size_t len, struct flash_command *command)
{
	uint32_t parameter;
	uint16_t check;

	if (len != sizeof(struct iosm_wire_rpsi))
		return false;
	parameter = get_le32(data);
	command->parameter = parameter;
	command->command = get_le16(data + 4);
	check = (uint16_t)(parameter ^ parameter >> 16 ^ command->command);
	return get_le16(data + 6) == check;
}

uint16_t flash_checksum(uint16_t id, uint32_t len, const uint8_t *payload)
{
	uint32_t sum = id + (len >> 16) + (len & 0xffff);

	for (uint32_t i = 0; i < len; i++)
		sum += payload[i];
	return (uint16_t)sum;
}

bool flash_pack_decode(const uint8_t *data, size_t len, struct flash_pack *pack)
{
	if (len != sizeof(struct iosm_wire_ebl_header))
		return false;
	pack->checksum = get_le16(data);
	pack->id = get_le16(data + 2);
	pack->len = get_le32(data + 4);
	return true;
}

size_t flash_pack_limit(uint16_t id)
{
	return id == IOSM_EBL_SET_CONFIG ? IOSM_EBL_PAYLOAD_CONFIG : IOSM_EBL_PAYLOAD_MAX;
}

struct iosm_wire_ebl_header flash_pack_encode(uint16_t id, const uint8_t *payload, uint32_t len)
{
	return (struct iosm_wire_ebl_header){
		.checksum = htole16(flash_checksum(id, len, payload)),
		.id = htole16(id),
		.length = htole32(len),
	};
}

/* What the host has to clear is set, so that it shows whether it does. */
void flash_config_fill(uint8_t config[IOSM_EBL_CONFIG_SIZE])
{
	for (unsigned int i = 0; i < IOSM_EBL_CONFIG_SIZE; i++)
		config[i] = (uint8_t)(0xa0 + i);
	config[IOSM_EBL_CONFIG_CAPABILITIES] = IOSM_EBL_CAP_EXTENDED;
	config[IOSM_EBL_CONFIG_SKIP_ERASE] = 1;
	config[IOSM_EBL_CONFIG_SKIP_CRC] = 1;
	config[IOSM_EBL_CONFIG_EXTENDED] = 0;
	config[IOSM_EBL_CONFIG_OOS] = IOSM_EBL_OOS_ERASE_ALL | IOSM_EBL_OOS_COMMIT_ALL;
	config[IOSM_EBL_CONFIG_SWID_VERSION] = IOSM_EBL_SWID_VERSION;
}

const char *flash_config_wrong(const uint8_t sent[IOSM_EBL_CONFIG_SIZE], const uint8_t *data,
			       size_t len)
{
	uint8_t wanted[IOSM_EBL_CONFIG_SIZE];
	uint8_t cleared;

	if (len != IOSM_EBL_CONFIG_SIZE)
		return "it has not 76 bytes";
	memcpy(wanted, sent, sizeof(wanted));
	cleared = sent[IOSM_EBL_CONFIG_OOS] & (uint8_t)~data[IOSM_EBL_CONFIG_OOS];
	if (cleared != IOSM_EBL_OOS_ERASE_ALL && cleared != IOSM_EBL_OOS_COMMIT_ALL)
		return "byte 64 says neither \"erase all\" nor \"commit all\"";
	wanted[IOSM_EBL_CONFIG_OOS] = (uint8_t)(sent[IOSM_EBL_CONFIG_OOS] & ~cleared);
	wanted[IOSM_EBL_CONFIG_SKIP_ERASE] = 0;
	wanted[IOSM_EBL_CONFIG_SKIP_CRC] = 0;
	wanted[IOSM_EBL_CONFIG_EXTENDED] = 1;
	return memcmp(wanted, data, sizeof(wanted)) ? "a byte has a value that it must not have" :
						      NULL;
}
