/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The FCC lock: laptop makers deliver modems whose radio stays off until their program
 * has answered a challenge. It returns with each start of the firmware (MBIM document,
 * 3.16 and section 7).
 */
#ifndef VMODEM_FCC_H
#define VMODEM_FCC_H

#include <stdbool.h>
#include <stdint.h>

struct fcc {
	bool enabled;		/* in the modem's persistent memory */
	bool unlocked;		/* since the start */
	uint32_t challenge;	/* the one given out, 0: none */
	uint64_t count;		/* of challenges given out */
};

void fcc_init(struct fcc *fcc, bool enabled);
/** fcc_restart() - the firmware starts anew. */
void fcc_restart(struct fcc *fcc);
/** fcc_locked() - must the radio stay off? */
bool fcc_locked(const struct fcc *fcc);
/** fcc_disable() - for good, as the AT command for persistent memory does. */
void fcc_disable(struct fcc *fcc);
/** fcc_challenge() - a new one; never 0. */
uint32_t fcc_challenge(struct fcc *fcc);
/** fcc_response() - the documented answer to @challenge. */
uint32_t fcc_response(uint32_t challenge);
/** fcc_unlock() - returns whether @response answers the last challenge, which is used up. */
bool fcc_unlock(struct fcc *fcc, uint32_t response);

#endif /* VMODEM_FCC_H */
