/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pipes and their rings.
 */
#ifndef PIPE_H
#define PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIPES		24
#define MUX_UP		0
#define MUX_DOWN	1

bool pipe_open(uint8_t id, uint64_t ring, uint16_t size, uint32_t backoff_us);
bool pipe_close(uint8_t id);
void pipe_stop(void);			/* all of them, at once */
bool pipe_is_open(uint8_t id);

void pipe_look(bool uplink_too);	/* at the heads */
void pipe_serve(void);			/* uplink to the channels, messages into downlink buffers */
void pipe_publish(void);		/* downlink tails that are due */
bool pipe_pending(void);

/* A message of a control channel; waits for a buffer if there is none. */
void pipe_send(uint8_t id, const void *data, size_t size);
/* Downlink directly: the next buffer's size, 0 if there is none; and what goes into it. */
size_t pipe_room(uint8_t id);
void pipe_put(uint8_t id, const void *data, size_t size);

#endif
