/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem side of the IP channel: up to 8 sessions over one pair of pipes, in the Lite
 * and in the aggregation dialect.
 *
 * mux_decode.c	uplink blocks to datagrams and commands
 * mux_encode.c	datagrams and commands to downlink blocks
 * mux_command.c	sessions, flow control, link status: what is said in band
 * mux_credits.c	uplink credits
 * mux_downlink.c	queues of the sessions, and when what is sent
 * mux_control.c	control commands and faults
 * mux.c		the rest: life, uplink packets
 */
#ifndef VMODEM_MUX_H
#define VMODEM_MUX_H

#include <stdbool.h>

#include "carrier.h"
#include "channel.h"

struct check;
struct control;
struct loop;
struct mux;
struct network;
struct record;

struct mux_config {
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct control *control;	/* NULL: no control commands */
	struct network *network;
	bool aggregation;		/* the dialect; else Lite */
	bool credits;			/* uplink on credits (capability bit 21) */
	/* A session is to be opened: does the firmware die of it? NULL: never. */
	bool (*dies)(void *self);
	void *dies_self;
};

/** mux_new() - returns NULL with errno set. */
struct mux *mux_new(const struct mux_config *config);
void mux_free(struct mux *mux);

#define MUX_UL_PADDING_DEFAULT	16u

/** mux_set_ul_padding() - head padding that open session responses ask for from now on. */
void mux_set_ul_padding(struct mux *mux, unsigned int padding);

/** mux_protocol() - what ring.c calls; its self is the struct mux. */
const struct channel_protocol *mux_protocol(void);

/** mux_downlink() - where the network delivers packets of the host's sessions. */
struct downlink mux_downlink(struct mux *mux);

#endif /* VMODEM_MUX_H */
