/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resets, power states and the link: what takes the whole function away or brings it back.
 */
#ifndef VMODEM_POWER_H
#define VMODEM_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"

struct control;
struct modem;

struct power {
	bool link_down;		/* reads return all ones, writes are lost */
	bool link_muted;	/* link_down, but all state is kept */
	bool link_stuck;	/* link_down, until the client resets the device */
	bool off;		/* the platform has cut the power; link_down as well */
	bool hung;		/* the firmware answers nothing; registers keep their values */
	bool reset_ignored;	/* the client's, which QEMU makes for suspend to RAM */
	bool reset_pending;	/* asked for while a memory access was under way */
	bool cycle_pending;	/* and it is one that costs the power */
	bool unannounced;	/* memory space is off by a reset that the host has not seen yet */
	uint64_t resets;
	uint64_t cut_off;	/* access to memory ended while the IPC ran */
	struct loop_timer settle;
};

void power_init(struct modem *modem);
void power_destroy(struct modem *modem);
void power_control(struct modem *modem, struct control *control);

/** power_set_link() - off the bus; on again as after a hot reset, if there is power. */
void power_set_link(struct modem *modem, bool up);
/**
 * power_reset() - back to the state after power-on; @why goes to the trace. RAM keeps what
 * a crash left there (boot document, section 8.5).
 */
void power_reset(struct modem *modem, const char *why);
/** power_cycle() - the same after power was lost, and the RAM with it. */
void power_cycle(struct modem *modem, const char *why);
/** power_awake() - D3hot has ended; @return whether the modem had lost its power in it. */
bool power_awake(struct modem *modem);

/** power_settle() - do now what had to wait for a memory access to end. */
void power_settle(struct modem *modem);
/** power_settle_soon() - the same from the loop. */
void power_settle_soon(struct modem *modem);

/** power_update() - bus master, MSI or D-state changed. */
void power_update(struct modem *modem);

/** power_bars_answer() - whether the BARs are decoded: link up, D0, memory space on. */
bool power_bars_answer(const struct modem *modem);

#endif /* VMODEM_POWER_H */
