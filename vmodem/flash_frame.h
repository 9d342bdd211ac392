/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of the flash channel as pure code (boot document, sections 6 and 7): commands of
 * stage PSI, packs of stage EBL, and the configuration block between them.
 */
#ifndef VMODEM_FLASH_FRAME_H
#define VMODEM_FLASH_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../driver/iosm_wire_flash.h"

struct flash_command {
	uint32_t parameter;
	uint16_t command;
};

/** flash_command_decode() - false when the size or the check word is wrong. */
bool flash_command_decode(const uint8_t *data, size_t len, struct flash_command *command);

/** flash_checksum() - of a pack: id, length and payload bytes (section 7.1). */
uint16_t flash_checksum(uint16_t id, uint32_t len, const uint8_t *payload);

struct flash_pack {
	uint16_t checksum;
	uint16_t id;
	uint32_t len;
};

/** flash_pack_decode() - the header message; false when it has not 8 bytes. */
bool flash_pack_decode(const uint8_t *data, size_t len, struct flash_pack *pack);
/** flash_pack_limit() - bytes that a host may send, and all that an answer has, for pack @id. */
size_t flash_pack_limit(uint16_t id);
/** flash_pack_encode() - the header for @payload of @len bytes. */
struct iosm_wire_ebl_header flash_pack_encode(uint16_t id, const uint8_t *payload, uint32_t len);

/** flash_config_fill() - the configuration block that an EBL sends (section 6.4). */
void flash_config_fill(uint8_t config[IOSM_EBL_CONFIG_SIZE]);
/** flash_config_wrong() - why the host's answer is none to @sent; NULL when it is one. */
const char *flash_config_wrong(const uint8_t sent[IOSM_EBL_CONFIG_SIZE], const uint8_t *data,
			       size_t len);

#endif /* VMODEM_FLASH_FRAME_H */
