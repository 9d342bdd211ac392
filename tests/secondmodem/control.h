/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: lines of text, as the lab's modemctl speaks them.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdbool.h>

bool control_listen(const char *path);
int control_fd(void);
void control_input(void);

#endif
