// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines for machines go to the trace, lines for people to standard error. */
#define _GNU_SOURCE
#include "record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control.h"

struct record {
	FILE *trace;		/* NULL: nothing is traced */
	uint64_t start_us;
	bool quiet;
	const uint64_t *clock_us;	/* NULL: the system's */
};

static uint64_t system_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static uint64_t clock_us(const struct record *record)
{
	return record->clock_us ? *record->clock_us : system_us();
}

void record_hush(struct record *record)
{
	record->quiet = true;
}

void record_set_clock(struct record *record, const uint64_t *clock_us)
{
	record->clock_us = clock_us;
	record->start_us = *clock_us;
}

int record_trace(struct record *record, const char *path)
{
	FILE *trace = path ? fopen(path, "we") : NULL;

	if (path && !trace)
		return -errno;
	if (record->trace)
		fclose(record->trace);
	record->trace = trace;
	/* Whole lines only: tests and people follow the file while it grows. */
	if (trace)
		setvbuf(trace, NULL, _IOLBF, 1 << 16);
	return 0;
}

struct record *record_open(const char *path)
{
	struct record *record = calloc(1, sizeof(*record));
	int result;

	if (!record)
		return NULL;
	record->start_us = system_us();
	result = record_trace(record, path);
	if (result) {
		free(record);
		errno = -result;
		return NULL;
	}
	return record;
}

void record_close(struct record *record)
{
	if (!record)
		return;
	if (record->trace)
		fclose(record->trace);
	free(record);
}

bool record_enabled(const struct record *record)
{
	return record && record->trace;
}

/* A full disk must not stop the modem: say so once and go on without a trace. */
static void check_disk(struct record *record)
{
	if (!ferror(record->trace))
		return;
	record_say(record, "the trace ends here: %s", strerror(errno));
	fclose(record->trace);
	record->trace = NULL;
}

void record_event(struct record *record, const char *layer, const char *name,
		  const char *format, ...)
{
	va_list arguments;

	if (!record_enabled(record))
		return;
	fprintf(record->trace, "{\"t_us\":%llu,\"layer\":\"%s\",\"event\":\"%s\"",
		(unsigned long long)(clock_us(record) - record->start_us), layer, name);
	if (format) {
		fputc(',', record->trace);
		va_start(arguments, format);
		vfprintf(record->trace, format, arguments);
		va_end(arguments);
	}
	fputs("}\n", record->trace);
	check_disk(record);
}

void record_say(struct record *record, const char *format, ...)
{
	char line[1024];
	va_list arguments;

	if (record && record->quiet)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	/* One write, so that lines of several programs on one terminal stay whole. */
	fprintf(stderr, "vmodem: %s\n", line);
}

static int command_trace(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct record *record = self;
	int result;

	if (argc > 2)
		return control_fail(reply, "usage: trace [FILE|off]");
	if (argc == 1) {
		control_line(reply, "trace %s", record->trace ? "on" : "off");
		return 0;
	}
	result = record_trace(record, strcmp(argv[1], "off") ? argv[1] : NULL);
	return result ? control_fail(reply, "%s: %s", argv[1], strerror(-result)) : 0;
}

void record_control(struct record *record, struct control *control)
{
	control_register(control, "trace", "[FILE|off]: write every protocol event into FILE",
			 command_trace, record);
}
