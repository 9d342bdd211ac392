// SPDX-License-Identifier: GPL-2.0-or-later
#include "hex.h"

#include <ctype.h>
#include <string.h>

void hex_write(char *text, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++) {
		*text++ = "0123456789ABCDEF"[p[i] >> 4];
		*text++ = "0123456789ABCDEF"[p[i] & 0xf];
	}
	*text = '\0';
}

static unsigned int digit(char c)
{
	return isdigit((unsigned char)c) ? (unsigned int)(c - '0') :
	       (unsigned int)(toupper((unsigned char)c) - 'A' + 10);
}

bool hex_read(const char *text, uint8_t *data, size_t max, size_t *len)
{
	size_t digits = strlen(text);

	*len = digits / 2;
	if (digits % 2 || *len > max)
		return false;
	for (size_t i = 0; i < digits; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	for (size_t i = 0; i < *len; i++)
		data[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	return true;
}
