/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One AT port of the modem.
 */
#ifndef VMODEM_AT_H
#define VMODEM_AT_H

#include <stdbool.h>

struct at;
struct channel_protocol;
struct control;
struct identity;
struct loop;
struct network;
struct record;

struct at_config {
	struct loop *loop;
	struct record *record;
	struct control *control;	/* NULL: no control commands */
	struct network *network;
	const struct identity *identity;	/* NULL: a healthy XMM7560 */
	bool xmm7360;			/* tells positions and cells its own way */
	unsigned int port;		/* names it in records and control commands */
	/* The host asks for a restart of the modem, its command is answered. NULL: it can't. */
	void (*restart)(void *self);
	void (*power_off)(void *self);	/* the same, and it stays away */
	void *restart_self;
	struct at *first;		/* the first port, for all that follow it; they live as long */
};

/** at_new() - returns NULL with errno set when there is no memory. */
struct at *at_new(const struct at_config *config);
void at_free(struct at *at);

/** at_protocol() - for the channel; its self is the struct at. */
const struct channel_protocol *at_protocol(void);

#endif /* VMODEM_AT_H */
