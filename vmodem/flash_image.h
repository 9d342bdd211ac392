/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images that this modem takes. Real ones are signed by the vendor and opaque; the virtual
 * modem's carry a header of 64 bytes instead of a signature (docs/flash.md), so that
 * anybody can make them and a damaged one is refused as a real modem would:
 *
 *	 0  16  "VMODEM-IMAGE", zeros
 *	16   4  kind: "PSI", "EBL" or "PCK" and a zero
 *	20   4  bytes that follow the header
 *	24   4  CRC-32 of them
 *	28   4  0
 *	32  32  version, zero-terminated
 */
#ifndef VMODEM_FLASH_IMAGE_H
#define VMODEM_FLASH_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLASH_IMAGE_HEADER	64
#define FLASH_VERSION_SIZE	32
#define FLASH_PACK_ENTRY	12
#define FLASH_PACK_REGIONS_MAX	64

struct flash_image {
	char version[FLASH_VERSION_SIZE];
	const uint8_t *body;
	size_t len;
};

/** flash_version_valid() - text that can go into JSON and AT answers as it is. */
bool flash_version_valid(const char version[FLASH_VERSION_SIZE]);

/** flash_image_parse() - NULL, or why @data is no sound image of @kind (3 letters). */
const char *flash_image_parse(const uint8_t *data, size_t len, const char *kind,
			      struct flash_image *image);

/* One region that a secure pack announces: 12 bytes of its body, little endian. */
struct flash_region {
	uint32_t address, len, crc;
	bool written;
};

/** flash_image_regions() - those of a secure pack; 0 when its body is no list of regions. */
size_t flash_image_regions(const struct flash_image *pack,
			   struct flash_region regions[FLASH_PACK_REGIONS_MAX]);

/** flash_crc32() - CRC-32 as in IEEE 802.3; @crc 0 at first, then what the last call returned. */
uint32_t flash_crc32(uint32_t crc, const uint8_t *data, size_t len);

#endif /* VMODEM_FLASH_IMAGE_H */
