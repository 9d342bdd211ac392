// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AT commands: every one is fine.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "channel.h"
#include "mood.h"
#include "pipe.h"

#define LINE_MAX	2048

static struct line {
	char text[LINE_MAX];
	size_t size;
} lines[PIPES];

static void answer(uint8_t down, const char *text)
{
	size_t size = strlen(text), half = size / 2;

	if (mood(AT_PIECES)) {
		pipe_send(down, text, half);
		pipe_send(down, text + half, size - half);
	} else {
		pipe_send(down, text, size);
	}
}

static void command(uint8_t down, const struct line *line)
{
	bool at = line->size >= 2 && toupper((unsigned char)line->text[0]) == 'A' &&
		  toupper((unsigned char)line->text[1]) == 'T';

	if (line->size)
		answer(down, at ? "\r\nOK\r\n" : "\r\nERROR\r\n");
}

void at_uplink(uint8_t down, const uint8_t *data, size_t size)
{
	struct line *line = &lines[down];

	for (size_t i = 0; i < size; i++) {
		if (data[i] == '\r') {
			command(down, line);
			line->size = 0;
		} else if (data[i] != '\n' && line->size < LINE_MAX) {
			line->text[line->size++] = data[i];
		}
	}
}

void at_closed(uint8_t down)
{
	lines[down].size = 0;
}
