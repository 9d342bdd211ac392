// SPDX-License-Identifier: GPL-2.0-or-later
#include "gsm7.h"

#include <string.h>

#include "utf8.h"

#define ESCAPE		0x1b
#define UNREADABLE	'?'

static const uint16_t alphabet[128] = {
	'@', 0xa3, '$', 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7, '\n', 0xd8, 0xf8, '\r', 0xc5, 0xe5,
	0x394, '_', 0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8,
	0x3a3, 0x398, 0x39e, ESCAPE, 0xc6, 0xe6, 0xdf, 0xc9,
	' ', '!', '"', '#', 0xa4, '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/',
	'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?',
	0xa1, 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O',
	'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 0xc4, 0xd6, 0xd1, 0xdc, 0xa7,
	0xbf, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0xe4, 0xf6, 0xf1, 0xfc, 0xe0,
};

/* Behind an escape (6.2.1.1). */
static const struct {
	uint8_t septet;
	uint16_t code;
} extension[] = {
	{ 0x0a, '\f' }, { 0x14, '^' }, { 0x28, '{' }, { 0x29, '}' }, { 0x2f, '\\' },
	{ 0x3c, '[' }, { 0x3d, '~' }, { 0x3e, ']' }, { 0x40, '|' }, { 0x65, 0x20ac },
};

#define EXTENSIONS (sizeof(extension) / sizeof(extension[0]))

/* Writes one or two septets; returns how many, 0 for a character that is in neither table. */
static size_t septets_of(uint32_t code, uint8_t *septets)
{
	for (uint8_t i = 0; i < 128; i++) {
		if (alphabet[i] != code || i == ESCAPE)
			continue;
		septets[0] = i;
		return 1;
	}
	for (size_t i = 0; i < EXTENSIONS; i++) {
		if (extension[i].code != code)
			continue;
		septets[0] = ESCAPE;
		septets[1] = extension[i].septet;
		return 2;
	}
	return 0;
}

size_t gsm7_encode(const char *utf8, uint8_t *septets, size_t max)
{
	size_t count = 0;

	while (*utf8) {
		uint8_t found[2];
		size_t used = septets_of(utf8_next(&utf8), found);

		if (!used || used > max - count)
			return GSM7_NOT_POSSIBLE;
		memcpy(septets + count, found, used);
		count += used;
	}
	return count;
}

static uint32_t extended(uint8_t septet)
{
	for (size_t i = 0; i < EXTENSIONS; i++)
		if (extension[i].septet == septet)
			return extension[i].code;
	return UNREADABLE;
}

void gsm7_decode(const uint8_t *septets, size_t count, char *utf8, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < count && used + UTF8_CHARACTER_MAX < size; i++) {
		uint32_t code = alphabet[septets[i] & 0x7f];

		if (code == ESCAPE && i + 1 < count)
			code = extended(septets[++i]);
		used += utf8_write(utf8 + used, code);
	}
	utf8[used] = '\0';
}

size_t gsm7_pack(const uint8_t *septets, size_t count, unsigned int fill, uint8_t *octets)
{
	size_t len = (fill + 7 * count + 7) / 8;

	memset(octets, 0, len);
	for (size_t i = 0; i < count; i++) {
		size_t bit = fill + 7 * i;
		unsigned int value = (septets[i] & 0x7fu) << (bit % 8);

		octets[bit / 8] |= (uint8_t)value;
		if (value > 0xff)
			octets[bit / 8 + 1] |= (uint8_t)(value >> 8);
	}
	return len;
}

void gsm7_unpack(const uint8_t *octets, unsigned int fill, uint8_t *septets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t bit = fill + 7 * i;
		unsigned int value = octets[bit / 8];

		if (bit % 8 > 1)
			value |= (unsigned int)octets[bit / 8 + 1] << 8;
		septets[i] = (uint8_t)(value >> (bit % 8)) & 0x7f;
	}
}
