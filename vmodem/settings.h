/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What options and control commands have in common: lists like "rate=10M,delay=30". */
#ifndef VMODEM_SETTINGS_H
#define VMODEM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * settings_next() - take the next KEY=VALUE off *@rest, which is cut up on the way.
 *
 * Returns false at the end. A word without "=" is a key with an empty value.
 */
bool settings_next(char **rest, char **key, char **value);

/** settings_number() - a whole number up to @max. */
bool settings_number(const char *text, uint64_t max, uint64_t *value);

/**
 * settings_decimal() - a number with up to @digits digits behind its point, times
 * 10^@digits: "2.5" with 3 digits is 2500. @max is that of the result.
 */
bool settings_decimal(const char *text, unsigned int digits, uint64_t max, uint64_t *value);

#define SETTINGS_RATE_MAX	1000000000000ull	/* bit/s */

/** settings_rate() - bit/s like "1500", "64k", "2.5M" or "10G"; never 0. */
bool settings_rate(const char *text, uint64_t *bits_per_second);

/** settings_error() - write one line into @error; always returns -EINVAL. */
int settings_error(char *error, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* VMODEM_SETTINGS_H */
