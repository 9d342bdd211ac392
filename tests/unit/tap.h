/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test Anything Protocol for the unit tests.
 *
 *	int main(void)
 *	{
 *		struct tap tap = { 0 };
 *
 *		tap_equal(&tap, 1 + 1, 2, "one and one");
 *		return tap_done(&tap);
 *	}
 */
#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct tap {
	unsigned int count;
	unsigned int failed;
};

static inline void tap_result(struct tap *tap, bool passed, const char *format, va_list arguments)
{
	tap->count++;
	if (!passed)
		tap->failed++;
	printf("%sok %u - ", passed ? "" : "not ", tap->count);
	vprintf(format, arguments);
	putchar('\n');
	/* What the modem says on standard error must not cut a line in two. */
	fflush(stdout);
}

/** tap_ok() - one test; @format is its name. Returns @passed. */
__attribute__((format(printf, 3, 4)))
static inline bool tap_ok(struct tap *tap, bool passed, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tap_result(tap, passed, format, arguments);
	va_end(arguments);
	return passed;
}

/** tap_equal() - numbers; shows both when they differ. */
__attribute__((format(printf, 4, 5)))
static inline bool tap_equal(struct tap *tap, long long got, long long expected,
			     const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tap_result(tap, got == expected, format, arguments);
	va_end(arguments);
	if (got != expected)
		printf("# got %lld (%#llx), expected %lld (%#llx)\n", got, got, expected, expected);
	return got == expected;
}

static inline void tap_dump(const char *name, const uint8_t *data, size_t len)
{
	printf("# %s, %zu bytes:", name, len);
	for (size_t i = 0; i < len; i++)
		printf("%s%02x", i % 16 ? " " : "\n#   ", data[i]);
	putchar('\n');
}

/** tap_bytes() - byte strings; shows both when they differ. */
__attribute__((format(printf, 6, 7)))
static inline bool tap_bytes(struct tap *tap, const void *got, size_t got_len,
			     const void *expected, size_t expected_len, const char *format, ...)
{
	bool same = got_len == expected_len && !memcmp(got, expected, got_len);
	va_list arguments;

	va_start(arguments, format);
	tap_result(tap, same, format, arguments);
	va_end(arguments);
	if (!same) {
		tap_dump("got", got, got_len);
		tap_dump("expected", expected, expected_len);
	}
	return same;
}

/** tap_done() - the plan comes last. Returns the status for main(). */
static inline int tap_done(const struct tap *tap)
{
	printf("1..%u\n", tap->count);
	return tap->failed ? 1 : 0;
}

#endif /* TESTS_UNIT_TAP_H */
