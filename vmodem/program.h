/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All parts of one virtual modem, as the options say: what main() runs, and what tests put
 * together without a socket.
 */
#ifndef VMODEM_PROGRAM_H
#define VMODEM_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "carrier.h"
#include "coredump.h"
#include "identity.h"
#include "loop.h"
#include "mbim.h"
#include "options.h"

#define PROGRAM_AT_PORTS	2

/* Exit status of the program. */
#define PROGRAM_WRONG		2	/* options that can't be met */
#define PROGRAM_BREACHES	3	/* the checker saw the host breach the protocol */

struct program {
	struct options options;
	const uint64_t *clock_us;	/* for tests, see loop_set_clock(); NULL: the system's */
	bool quiet;			/* for tests: nothing on standard error */
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct control *control;
	struct capture *capture;
	struct carrier carrier;		/* the shaper stands before it; owned by the network */
	struct network *network;
	struct mux *mux;
	struct mbim *mbim;
	struct rpc *rpc;
	struct at *at[PROGRAM_AT_PORTS];
	struct flash_store *store;
	struct flash *flash;
	struct coredump dump;
	struct identity identity;
	struct modem *modem;
	struct loop_fd signals;
	struct loop_timer reboot;	/* the next step of a restart that the host asked for */
	bool rebooting;			/* off the bus */
	enum mbim_restart reboot_how;
};

/** program_make() - put the parts together; program->options is filled, the rest zero. Returns 0 or an exit status. */
int program_make(struct program *program);
/** program_run() - listen on the sockets and run until a signal comes. Returns the exit status. */
int program_run(struct program *program);
/** program_unmake() - takes a half-made program as well. */
void program_unmake(struct program *program);

#endif /* VMODEM_PROGRAM_H */
