// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool settings_next(char **rest, char **key, char **value)
{
	static char nothing[1];
	char *word = strsep(rest, ",");

	if (!word)
		return false;
	*key = word;
	*value = strchr(word, '=');
	if (*value)
		*(*value)++ = '\0';
	else
		*value = nothing;
	return true;
}

bool settings_decimal(const char *text, unsigned int digits, uint64_t max, uint64_t *value)
{
	bool fraction = false;
	uint64_t number = 0;

	if (!isdigit((unsigned char)*text))
		return false;
	for (; *text; text++) {
		if (*text == '.' && !fraction && digits) {
			fraction = true;
			continue;
		}
		if (!isdigit((unsigned char)*text) || (fraction && !digits))
			return false;
		number = number * 10 + (uint64_t)(*text - '0');
		digits -= fraction;
		if (number > max)
			return false;
	}
	for (; digits; digits--) {
		number *= 10;
		if (number > max)
			return false;
	}
	*value = number;
	return true;
}

bool settings_number(const char *text, uint64_t max, uint64_t *value)
{
	return settings_decimal(text, 0, max, value);
}

bool settings_rate(const char *text, uint64_t *bits_per_second)
{
	static const char units[] = "kMG";
	size_t len = strlen(text);
	const char *unit = len ? strchr(units, text[len - 1]) : NULL;
	char mantissa[32];
	unsigned int digits = 0;

	if (unit) {
		len--;
		digits = 3 * (unsigned int)(unit - units + 1);
	}
	if (len >= sizeof(mantissa))
		return false;
	memcpy(mantissa, text, len);
	mantissa[len] = '\0';
	return settings_decimal(mantissa, digits, SETTINGS_RATE_MAX, bits_per_second) &&
	       *bits_per_second;
}

int settings_error(char *error, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, size, format, arguments);
	va_end(arguments);
	return -EINVAL;
}
