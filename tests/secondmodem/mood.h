/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the specification leaves to a modem, and what this one does about it.
 */
#ifndef MOOD_H
#define MOOD_H

#include <stdbool.h>
#include <stdint.h>

enum choice {
	BOOT_MS, INIT_MS, RUN_MS, REPEAT_RUN, CAPABILITY_BITS, OLD_VERSION, CRASH_MS,
	MESSAGE_US, MESSAGE_BATCH, TAIL_ZERO,
	UPLINK_US, UPLINK_BATCH, UPLINK_STATUS, GIVE_BACK, DOWNLINK_US, DOWNLINK_BATCH, POLL_MS, POLL_UPLINK,
	SPURIOUS_MS, IDLE_MS, WAKE_MS, SELF_WAKE_MS, WITHDRAW,
	PADDING, GRANT, FLOW_MS, LINK_STATUS_MS,
	TABLES, SPLIT, SHUFFLE, GAP, ALIGN, JUNK, BLOCK_DATAGRAMS, ODD_BLOCKS, FOREIGN,
	COMMAND_OFFSET, COMMAND_CHAIN, COMMAND_MS,
	FRAGMENT, INDICATE_FIRST, AT_PIECES,
	CHOICES
};

void mood_seed(uint32_t seed);			/* picks all of them */
void mood_tame(void);				/* takes back what the in-tree driver cannot take */
bool mood_set(const char *name, const char *value);
void mood_print(void);
void mood_lines(void (*tell)(const char *line));
void mood_help(void);
int mood(enum choice choice);

uint32_t chance(uint32_t below);		/* 0 .. below - 1 */
bool percent(enum choice choice);		/* true as often as that choice says */

#endif
