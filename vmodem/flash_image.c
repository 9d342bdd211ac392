// SPDX-License-Identifier: GPL-2.0-or-later
#include "flash_image.h"

#include <string.h>

#include "bytes.h"

static const char magic[16] = "VMODEM-IMAGE";

uint32_t flash_crc32(uint32_t crc, const uint8_t *data, size_t len)
{
	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

bool flash_version_valid(const char version[FLASH_VERSION_SIZE])
{
	if (version[FLASH_VERSION_SIZE - 1])
		return false;
	for (const char *c = version; *c; c++) {
		if (*c <= ' ' || *c > '~' || *c == '"' || *c == '\\')
			return false;
	}
	return true;
}

const char *flash_image_parse(const uint8_t *data, size_t len, const char *kind,
			      struct flash_image *image)
{
	if (len <= FLASH_IMAGE_HEADER || memcmp(data, magic, sizeof(magic)))
		return "it has no header of an image";
	if (memcmp(data + 16, kind, 4))
		return "it is of another kind";
	if (get_le32(data + 20) != len - FLASH_IMAGE_HEADER)
		return "its length is wrong";
	if (get_le32(data + 24) != flash_crc32(0, data + FLASH_IMAGE_HEADER,
					       len - FLASH_IMAGE_HEADER))
		return "its checksum is wrong";
	memcpy(image->version, data + 32, sizeof(image->version));
	if (!flash_version_valid(image->version))
		return "its version is no text";
	image->body = data + FLASH_IMAGE_HEADER;
	image->len = len - FLASH_IMAGE_HEADER;
	return NULL;
}

size_t flash_image_regions(const struct flash_image *pack,
			   struct flash_region regions[FLASH_PACK_REGIONS_MAX])
{
	size_t count = pack->len / FLASH_PACK_ENTRY;

	if (pack->len % FLASH_PACK_ENTRY || count > FLASH_PACK_REGIONS_MAX)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const uint8_t *entry = pack->body + i * FLASH_PACK_ENTRY;

		regions[i] = (struct flash_region){
			.address = get_le32(entry),
			.len = get_le32(entry + 4),
			.crc = get_le32(entry + 8),
		};
	}
	return count;
}
