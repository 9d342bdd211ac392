/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modem in the test's own process: driver.c plays the driver over it as over a socket. */
#ifndef TESTS_INSIDE_H
#define TESTS_INSIDE_H

#include "host.h"

struct program;

/**
 * inside_start() - @argv as of the program, NULL at its end; "--socket" must be there and is
 * not used. Exits on failure.
 */
void inside_start(struct host *host, char **argv);
void inside_end(struct host *host);
struct program *inside_program(void);

#endif /* TESTS_INSIDE_H */
