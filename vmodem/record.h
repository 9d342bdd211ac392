/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records: one JSON object a line for every protocol event (--trace FILE), and
 * messages for people on standard error.
 */
#ifndef VMODEM_RECORD_H
#define VMODEM_RECORD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct control;
struct record;

/**
 * record_open() - @path NULL: nothing is traced, records cost one test.
 * Returns NULL with errno set when the file can't be written.
 */
struct record *record_open(const char *path);
void record_close(struct record *record);
/** record_set_clock() - as loop_set_clock(): two runs of one test write the same bytes. */
void record_set_clock(struct record *record, const uint64_t *clock_us);
/** record_trace() - trace into a new file at @path from now on; NULL: no more. Returns 0 or a negative errno. */
int record_trace(struct record *record, const char *path);
/** record_control() - the command "trace". */
void record_control(struct record *record, struct control *control);
/** record_hush() - say nothing to people any more. */
void record_hush(struct record *record);
bool record_enabled(const struct record *record);

/**
 * record_event() - write one event.
 * @layer: "pci", "doorbell", "boot", "msg", "pipe", "sleep", "mux", "mbim", "at",
 *	"rpc", "flash", "network", "ip", "check", "fault"; docs/trace.md lists the events
 * @name: event inside the layer, e.g. "open_session"
 * @format: the further members as JSON text without braces, printf style, e.g.
 *	"\"session\":%u,\"bytes\":%zu"; NULL for none
 *
 * The line starts with {"t_us":..., "layer":..., "event":...}.
 */
void record_event(struct record *record, const char *layer, const char *name,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

/** record_say() - one line for people on standard error, prefixed "vmodem: ". */
void record_say(struct record *record, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* VMODEM_RECORD_H */
