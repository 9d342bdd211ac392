/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes files for "devlink dev flash": a container header of 64 bytes (magic, type, address,
 * flags) and in it an image for the virtual modem (docs/flash.md).
 *
 *	fls_image psi FILE VERSION		a primary signed image
 *	fls_image ebl FILE VERSION		an extended boot loader
 *	fls_image pack FILE VERSION ADDRESS BYTES	the secure pack of one region
 *	fls_image region FILE ADDRESS BYTES		that region, the last one of its part
 *
 * The content of a region is a pattern that its address and length determine.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER 64

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t crc32(const uint8_t *data, size_t length)
{
	uint32_t crc = 0xffffffff;

	while (length--) {
		crc ^= *data++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

static int save(const char *path, const char *type, uint32_t address, int region,
		const uint8_t *payload, size_t length)
{
	uint8_t header[HEADER] = "IOSM_DEVLINK_HEADER";
	FILE *file = fopen(path, "wb");

	memcpy(header + 0x14, type, strlen(type));
	put32(header + 0x18, address);
	header[0x1c] = header[0x1d] = (uint8_t)region;
	if (!file || fwrite(header, sizeof(header), 1, file) != 1 ||
	    fwrite(payload, length, 1, file) != 1 || fclose(file)) {
		perror(path);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

static int save_image(const char *path, const char *type, const char *kind, const char *version,
		      const uint8_t *body, size_t length)
{
	uint8_t *image = calloc(1, HEADER + length);
	int status;

	memcpy(image, "VMODEM-IMAGE", 12);
	memcpy(image + 16, kind, strlen(kind));
	put32(image + 20, (uint32_t)length);
	put32(image + 24, crc32(body, length));
	strncpy((char *)image + 32, version, 31);
	memcpy(image + HEADER, body, length);
	status = save(path, type, 0, 0, image, HEADER + length);
	free(image);
	return status;
}

static uint8_t *content(uint32_t address, uint32_t length)
{
	uint8_t *data = malloc(length);

	for (uint32_t i = 0; i < length; i++)
		data[i] = (uint8_t)((address >> 12) + i * 13 + (i >> 10) + 1);
	return data;
}

static int loader(const char *path, const char *type, const char *version)
{
	uint8_t body[5000];

	memset(body, type[0], sizeof(body));
	return save_image(path, type, type, version, body, sizeof(body));
}

static int region(const char *path, const char *version, const char *where, const char *bytes)
{
	uint32_t address = (uint32_t)strtoul(where, NULL, 0);
	uint32_t length = (uint32_t)strtoul(bytes, NULL, 0);
	uint8_t *data = content(address, length);
	uint8_t entry[12];
	int status;

	put32(entry, address);
	put32(entry + 4, length);
	put32(entry + 8, crc32(data, length));
	status = version ? save_image(path, "FLS", "PCK", version, entry, sizeof(entry)) :
			   save(path, "FLS", address, 1, data, length);
	free(data);
	return status;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "psi"))
		return loader(argv[2], "PSI", argv[3]);
	if (argc == 4 && !strcmp(argv[1], "ebl"))
		return loader(argv[2], "EBL", argv[3]);
	if (argc == 6 && !strcmp(argv[1], "pack"))
		return region(argv[2], argv[3], argv[4], argv[5]);
	if (argc == 5 && !strcmp(argv[1], "region"))
		return region(argv[2], NULL, argv[3], argv[4]);
	fputs("usage: fls_image psi|ebl FILE VERSION | pack FILE VERSION ADDRESS BYTES | region FILE ADDRESS BYTES\n",
	      stderr);
	return 2;
}
