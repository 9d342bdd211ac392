/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The message ring.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>

void message_start(void);
void message_stop(void);
void message_look(void);
void message_serve(void);
bool message_seen(void);	/* at least one since the start */
bool message_pending(void);

#endif
