/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MBIM function of the modem, behind its control channel.
 */
#ifndef VMODEM_MBIM_H
#define VMODEM_MBIM_H

#include <stdint.h>

struct channel_protocol;
struct check;
struct control;
struct identity;
struct loop;
struct mbim;
struct network;
struct record;

enum mbim_restart {
	MBIM_RESTART,
	MBIM_RESTART_LOADER,	/* and wait in the boot ROM for an image, once */
	MBIM_RESTART_OFF,	/* and stay away */
};

struct mbim_config {
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct control *control;	/* NULL: no control commands */
	struct network *network;
	const struct identity *identity;	/* NULL: a healthy XMM7560 */
	/*
	 * Highest MBIMEx release offered: 0x0100, 0x0200 or 0x0300; 0: 0x0200, what
	 * modems of this generation have.
	 */
	uint16_t version;
	/* The host asks for a restart of the modem, its command is answered. NULL: it can't. */
	void (*restart)(void *self, enum mbim_restart how);
	void *restart_self;
};

/** mbim_new() - returns NULL with errno set when there is no memory. */
struct mbim *mbim_new(const struct mbim_config *config);
void mbim_free(struct mbim *mbim);

/** mbim_protocol() - for the channel; its self is the struct mbim. */
const struct channel_protocol *mbim_protocol(void);

#endif /* VMODEM_MBIM_H */
