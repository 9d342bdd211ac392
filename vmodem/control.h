/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: commands for people and tests while the modem runs.
 *
 * A Unix stream socket; any number of clients. One line in is one command, words
 * separated by blanks. The answer is any number of lines; the last one is "ok" or
 * "error: TEXT". Every layer registers its own commands.
 */
#ifndef VMODEM_CONTROL_H
#define VMODEM_CONTROL_H

#include <stdint.h>

struct control;
struct control_reply;
struct loop;
struct record;

struct control *control_new(struct loop *loop, struct record *record);
void control_free(struct control *control);

/** control_listen() - returns 0 or a negative errno, -EADDRINUSE when a live process listens there. */
int control_listen(struct control *control, const char *path);

/*
 * One command. argv[0] is its name, argv[argc] is NULL; the words may be changed but not
 * kept. Returns 0, what control_fail() returned, or a negative errno.
 */
typedef int (*control_command)(void *self, struct control_reply *reply, int argc, char **argv);

/**
 * control_register() - add the command @name.
 * @help: arguments and meaning, "TYPE N: leave the Nth next message of TYPE unanswered"
 *
 * @name and @help must live as long as @control. A NULL @control is allowed and does
 * nothing, so that a layer can be tested alone.
 */
void control_register(struct control *control, const char *name, const char *help,
		      control_command run, void *self);

/** control_line() - append one line to the answer (without the newline). */
void control_line(struct control_reply *reply, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** control_fail() - say why the command failed: "return control_fail(reply, ...)". */
int control_fail(struct control_reply *reply, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** control_number() - read a decimal word into @value; returns false and fails @reply otherwise. */
_Bool control_number(struct control_reply *reply, const char *word, uint64_t max,
		     uint64_t *value);

/** control_forward() - let another command do it: its answer goes to @reply, @line is changed. */
int control_forward(struct control *control, struct control_reply *reply, char *line);

/** control_execute() - run one command line without a socket, for tests. Returns its result. */
int control_execute(struct control *control, const char *line, char *answer, unsigned long size);

#endif /* VMODEM_CONTROL_H */
