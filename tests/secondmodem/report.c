// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is said about the host, one line each on standard output.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "report.h"

#define RULES		64
#define LINES_A_RULE	10

static struct {
	const char *name;
	unsigned int count;
} rules[RULES];
static unsigned int breach_count;

/* A rule broken a thousand times is told ten times. */
static bool tell(const char *rule)
{
	for (unsigned int i = 0; i < RULES; i++) {
		if (!rules[i].name)
			rules[i].name = rule;
		if (strcmp(rules[i].name, rule) == 0)
			return rules[i].count++ < LINES_A_RULE;
	}
	return true;
}

static void line(const char *kind, const char *rule, const char *format, va_list arguments)
{
	printf("secondmodem: %9.3f %s %s: ", clock_now() / 1e9, kind, rule);
	vprintf(format, arguments);
	putchar('\n');
	fflush(stdout);
}

void breach(const char *rule, const char *format, ...)
{
	va_list arguments;

	breach_count++;
	if (!tell(rule))
		return;
	va_start(arguments, format);
	line("breach", rule, format, arguments);
	va_end(arguments);
}

void note(const char *rule, const char *format, ...)
{
	va_list arguments;

	if (!tell(rule))
		return;
	va_start(arguments, format);
	line("note", rule, format, arguments);
	va_end(arguments);
}

void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("secondmodem: ");
	vprintf(format, arguments);
	putchar('\n');
	fflush(stdout);
	va_end(arguments);
}

unsigned int breaches(void)
{
	return breach_count;
}
