/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers, boot stages, the start and end of the IPC, and when work is done.
 */
#ifndef CHIP_H
#define CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHIP_BAR0_SIZE	4096
#define CHIP_BAR2_SIZE	1024

/* What the host has told of its shared memory; valid while the IPC is running. */
struct shared {
	uint64_t info, heads, tails, message_head, message_tail, message_ring;
	uint16_t entries;
};

extern struct shared shared;

struct chip_options {
	bool is_7360, aggregation, credits, connected;
};

extern struct chip_options options;

void chip_init(void);
void chip_power_on(void);		/* as after a reset */
void chip_power_changed(void);		/* bus mastering or the power state */
void chip_crash(void);
const char *chip_stage(void);

void chip_read(uint32_t bar, uint64_t offset, void *to, uint32_t size);
void chip_write(uint32_t bar, uint64_t offset, const void *from, uint32_t size);

bool chip_running(void);		/* the firmware, with an open IPC */
bool chip_may_dma(void);
void chip_interrupt(void);
void chip_look(void);			/* at all heads, soon */
void chip_info_sleep(uint32_t value);	/* writes the sleep notification */
void chip_work(void);			/* all that can be done now */

/* A word of shared memory, or NULL after a breach was told. */
void *chip_word(uint64_t address, const char *what);

#endif
