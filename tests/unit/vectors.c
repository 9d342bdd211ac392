// SPDX-License-Identifier: GPL-2.0-or-later
/* Byte vectors of the specification: see vectors.h. */
#include "vectors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(const char *path, unsigned int line, const char *why)
{
	printf("Bail out! %s:%u: %s\n", path, line, why);
	exit(1);
}

static uint8_t parse_byte(const char *path, unsigned int line, const char *word, uint8_t fill)
{
	char *end;
	unsigned long value;

	if (strlen(word) != 2)
		give_up(path, line, "not a byte of two digits");
	if (!strcmp(word, "--"))
		return fill;
	value = strtoul(word, &end, 16);
	if (*end)
		give_up(path, line, "not a hexadecimal byte");
	return (uint8_t)value;
}

void vector_load(struct vector *vector, const char *name, uint8_t fill)
{
	char path[512], text[512];
	unsigned int line = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.hex", VECTORS_DIR, name);
	file = fopen(path, "r");
	if (!file)
		give_up(path, 0, strerror(errno));
	vector->len = 0;
	while (fgets(text, sizeof(text), file)) {
		char *rest, *word;

		line++;
		text[strcspn(text, "#")] = '\0';
		for (word = strtok_r(text, " \t\n", &rest); word;
		     word = strtok_r(NULL, " \t\n", &rest)) {
			if (vector->len == VECTOR_MAX)
				give_up(path, line, "too long");
			vector->data[vector->len++] = parse_byte(path, line, word, fill);
		}
	}
	fclose(file);
	if (!vector->len)
		give_up(path, line, "empty");
}
