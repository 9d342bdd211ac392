/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two BARs: which registers exist, how wide they are, who may read or write them
 * (host interface, sections 2 and 3). Everything else is reported to the checker.
 */
#ifndef VMODEM_REGS_H
#define VMODEM_REGS_H

#include <stdint.h>

#define REGS_BAR0_SIZE		4096
#define REGS_BAR2_SIZE		1024
#define REGS_DEFERRED_MAX	32

struct control;
struct modem;

struct regs {
	/* Doorbells that rang while a memory access was under way. */
	struct {
		unsigned int number;
		uint32_t value;
	} deferred[REGS_DEFERRED_MAX];
	unsigned int deferred_count;
	uint64_t doorbells[3];
};

void regs_read(struct modem *modem, unsigned int bar, uint32_t offset, void *data, uint32_t len);
void regs_write(struct modem *modem, unsigned int bar, uint32_t offset, const void *data,
		uint32_t len);
/** regs_heard() - the device hears a doorbell. */
void regs_heard(struct modem *modem, unsigned int number, uint32_t value);
/** regs_settle() - deliver deferred doorbells. */
void regs_settle(struct modem *modem);
void regs_reset(struct modem *modem);

#endif /* VMODEM_REGS_H */
