// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames of the flash channel against the worked examples of the boot document. */
#include <stdlib.h>

#include "../../vmodem/coredump.h"
#include "../../vmodem/flash_frame.h"
#include "../../vmodem/flash_image.h"
#include "../../vmodem/identity.h"
#include "tap.h"

/* Section 6.2. */
static void test_commands(struct tap *tap)
{
	static const struct {
		uint8_t bytes[8];
		uint16_t command;
		uint32_t parameter;
	} examples[] = {
		{ { 0, 0, 0, 0, 0x02, 0, 0x02, 0 }, IOSM_RPSI_LOAD_EBL, 0 },
		{ { 0, 0x10, 0, 0, 0x10, 0, 0x10, 0x10 }, IOSM_RPSI_DUMP_START, 0x1000 },
		{ { 1, 0, 0, 0, 0x11, 0, 0x10, 0 }, IOSM_RPSI_DUMP_GET, 1 },
		{ { 0, 0x10, 0, 0, 0x12, 0, 0x12, 0x10 }, IOSM_RPSI_DUMP_END, 0x1000 },
		{ { 0x34, 0x12, 0x78, 0x56, 0x02, 0, 0x4e, 0x44 }, IOSM_RPSI_LOAD_EBL, 0x56781234 },
	};
	struct flash_command command;
	bool refused = true;

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		tap_ok(tap, flash_command_decode(examples[i].bytes, 8, &command) &&
		       command.command == examples[i].command &&
		       command.parameter == examples[i].parameter, "worked command %zu", i);
	for (unsigned int bit = 0; bit < 64; bit++) {
		uint8_t bytes[8];

		memcpy(bytes, examples[1].bytes, 8);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused &= !flash_command_decode(bytes, 8, &command);
	}
	tap_ok(tap, refused, "each wrong bit shows in the check word");
	tap_ok(tap, !flash_command_decode(examples[0].bytes, 7, &command) &&
	       !flash_command_decode(NULL, 0, &command), "so does a wrong length");
}

/* Section 7.2. */
static void test_packs(struct tap *tap)
{
	static const uint8_t erase_check[8] = { 0x08, 0x08, 0x06, 0x08, 2, 0, 0, 0 };
	static const uint8_t set_address[8] = { 0x16, 0x08, 0x02, 0x08, 4, 0, 0, 0 };
	static const uint8_t address[4] = { 0, 0, 0x10, 0 };
	struct iosm_wire_ebl_header header;
	struct flash_pack pack;
	uint8_t *payload;

	header = flash_pack_encode(IOSM_EBL_ERASE_CHECK, (const uint8_t *)"\0", 2);
	tap_bytes(tap, &header, 8, erase_check, 8, "worked header: erase check");
	header = flash_pack_encode(IOSM_EBL_SET_ADDRESS, address, 4);
	tap_bytes(tap, &header, 8, set_address, 8, "worked header: set address");
	tap_ok(tap, flash_pack_decode(set_address, 8, &pack) && pack.id == IOSM_EBL_SET_ADDRESS &&
	       pack.len == 4 && pack.checksum == 0x0816, "decoded again");
	tap_ok(tap, !flash_pack_decode(set_address, 9, &pack), "9 bytes are no header");
	payload = malloc(16384);
	memset(payload, 0xff, 16384);
	tap_equal(tap, flash_checksum(0x0204, 16384, payload),
		  (0x0204 + 16384 + 16384 * 0xff) & 0xffff, "the sum is taken modulo 65536");
	free(payload);
	payload = calloc(1, 0x20001);
	tap_equal(tap, flash_checksum(0, 0x20001, payload), 3, "both halves of the length");
	free(payload);
	tap_equal(tap, (long long)flash_pack_limit(IOSM_EBL_SET_CONFIG), 2048, "2048 bytes for 0x86");
	tap_equal(tap, (long long)flash_pack_limit(IOSM_EBL_SECURE_START), 16384, "16384 for others");
}

/* Section 6.4. */
static void test_config(struct tap *tap)
{
	uint8_t sent[76], back[76];
	bool refused = true;

	flash_config_fill(sent);
	memcpy(back, sent, sizeof(back));
	tap_ok(tap, flash_config_wrong(sent, back, 76), "unchanged: wrong");
	back[54] = back[55] = 0;
	back[57] = 1;
	back[64] &= (uint8_t)~0x20;
	tap_ok(tap, !flash_config_wrong(sent, back, 76), "\"commit all\" cleared: right");
	for (unsigned int i = 0; i < 76; i++) {
		back[i] ^= 0x40;
		refused &= flash_config_wrong(sent, back, 76) != NULL;
		back[i] ^= 0x40;
	}
	tap_ok(tap, refused, "any other change: wrong");
	tap_ok(tap, flash_config_wrong(sent, back, 75) && flash_config_wrong(sent, back, 0),
	       "another length: wrong");
	back[64] = (uint8_t)(sent[64] & ~0x08);
	tap_ok(tap, !flash_config_wrong(sent, back, 76), "\"erase all\" cleared: right");
	back[64] = (uint8_t)(sent[64] & ~0x28);
	tap_ok(tap, flash_config_wrong(sent, back, 76), "both cleared: wrong");
}

static uint8_t *make(const char *kind, const char *version, const void *body, size_t len)
{
	uint8_t *image = calloc(1, 64 + len);
	uint32_t words[2] = { (uint32_t)len, flash_crc32(0, body, len) };

	memcpy(image, "VMODEM-IMAGE", 12);
	memcpy(image + 16, kind, 3);
	memcpy(image + 20, words, 8);
	memcpy(image + 32, version, strlen(version));
	memcpy(image + 64, body, len);
	return image;
}

static void test_images(struct tap *tap)
{
	static const uint32_t entries[6] = { 0x1000, 10, 1, 0x2000, 20, 2 };
	struct flash_region regions[FLASH_PACK_REGIONS_MAX];
	struct flash_image image;
	bool refused = true;
	uint8_t *data;

	tap_equal(tap, flash_crc32(0, (const uint8_t *)"123456789", 9), 0xcbf43926,
		  "CRC-32 of the well-known nine digits");
	tap_equal(tap, flash_crc32(flash_crc32(0, (const uint8_t *)"1234", 4),
				   (const uint8_t *)"56789", 5), 0xcbf43926, "in two parts");
	data = make("PCK", "1.2", entries, sizeof(entries));
	tap_ok(tap, !flash_image_parse(data, 64 + 24, "PCK", &image) &&
	       !strcmp(image.version, "1.2") && image.len == 24, "a sound image");
	tap_ok(tap, flash_image_regions(&image, regions) == 2 && regions[1].address == 0x2000 &&
	       regions[1].len == 20 && regions[1].crc == 2, "its regions");
	image.len = 23;
	tap_equal(tap, (long long)flash_image_regions(&image, regions), 0, "half a region is none");
	for (size_t len = 0; len < 64 + 24; len++)
		refused &= flash_image_parse(data, len, "PCK", &image) != NULL;
	tap_ok(tap, refused, "cut anywhere it is refused");
	tap_ok(tap, flash_image_parse(data, 64 + 24, "PSI", &image), "so is one of another kind");
	data[70] ^= 1;
	tap_ok(tap, flash_image_parse(data, 64 + 24, "PCK", &image), "and a damaged one");
	data[70] ^= 1;
	data[33] = '"';
	tap_ok(tap, flash_image_parse(data, 64 + 24, "PCK", &image), "a version with a quote");
	memset(data + 32, 'v', 32);
	tap_ok(tap, flash_image_parse(data, 64 + 24, "PCK", &image), "one without an end");
	free(data);
}

static void test_dump(struct tap *tap)
{
	static const uint8_t word[5] = { 0x00, 0x20, 0x08, 0x20, 0x04 };
	uint8_t list[IOSM_DUMP_LIST_SIZE], *data = malloc(5);
	struct coredump dump = { 0 };

	coredump_make(&dump, &identity_xmm7560, "test", 1234567, 0x300000);
	coredump_list(&dump, list);
	tap_ok(tap, list[4] == 6 && !memcmp(list + 8 + 36 + 4, "coredump.fcd", 13) &&
	       !memcmp(list + 8 + 36, "\0\0\x30", 4), "the list has name and size");
	coredump_read(&dump, 1, 0x82000, data, 5);
	tap_bytes(tap, data, 5, word, 5, "a word of the RAM is its offset and the file's index");
	free(data);
	data = malloc(dump.size[0]);
	coredump_read(&dump, 0, 0, data, dump.size[0]);
	tap_ok(tap, data[0] == '{' && data[dump.size[0] - 1] == '\n' && dump.size[0] <= 0x800,
	       "the report is whole");
	free(data);
}

int main(void)
{
	struct tap tap = { 0 };

	test_commands(&tap);
	test_packs(&tap);
	test_config(&tap);
	test_images(&tap);
	test_dump(&tap);
	return tap_done(&tap);
}
