// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reset may be asked for in the middle of a memory access (the client is served while
 * its answer is due). Then the access is cancelled, the code that wanted it unwinds, and
 * the reset follows from the loop, before the next message of the client.
 */
#include "power.h"

#include <stddef.h>
#include <string.h>

#include "control.h"
#include "dma.h"
#include "modem.h"
#include "record.h"

bool power_bars_answer(const struct modem *modem)
{
	return !modem->power.link_down && pciconf_power_state(&modem->conf) == 0 &&
	       pciconf_memory_enabled(&modem->conf);
}

void power_update(struct modem *modem)
{
	bool on_bus = !modem->power.link_down && !modem->power.hung &&
		      pciconf_power_state(&modem->conf) == 0 &&
		      pciconf_bus_master(&modem->conf);
	bool was_allowed = dma_allowed(modem->dma);

	dma_allow(modem->dma, on_bus);
	irq_allow(&modem->irq, on_bus && pciconf_msi_enabled(&modem->conf));
	if (on_bus && !was_allowed)
		ring_scan_soon(modem);
}

/* FLR and VFIO's reset cost the firmware everything: as power-on (section 10.5). */
static void reset_now(struct modem *modem)
{
	struct power *power = &modem->power;

	power->reset_pending = false;
	power->hung = false;
	power->resets++;
	boot_power_off(modem);
	regs_reset(modem);
	irq_forget(&modem->irq);
	pciconf_reset(&modem->conf);
	power_update(modem);
	boot_power_on(modem);
	if (modem->config.restarted)
		modem->config.restarted(modem->config.restarted_self);
}

void power_reset(struct modem *modem, const char *why)
{
	record_event(modem->record, "boot", "reset", "\"why\":\"%s\"", why);
	if (!dma_busy(modem->dma)) {
		reset_now(modem);
		return;
	}
	regs_reset(modem);
	dma_cancel(modem->dma);
	modem->power.reset_pending = true;
	power_settle_soon(modem);
}

void power_settle_soon(struct modem *modem)
{
	if (!modem->power.settle.armed)
		loop_timer_arm(&modem->power.settle, 0);
}

void power_settle(struct modem *modem)
{
	if (dma_busy(modem->dma))
		return;
	if (modem->power.reset_pending)
		reset_now(modem);
	if (modem->regs.deferred_count)
		regs_settle(modem);
}

static void settle_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;

	dma_resume(modem->dma);
	power_settle(modem);
}

void power_init(struct modem *modem)
{
	loop_timer_init(modem->loop, &modem->power.settle, settle_expired, modem);
}

void power_destroy(struct modem *modem)
{
	loop_timer_cancel(&modem->power.settle);
}

void power_set_link(struct modem *modem, bool up)
{
	modem->power.link_down = !up;
	if (up)
		power_reset(modem, "link up");
	else
		power_update(modem);
}

/* ---- commands ---- */

static int command_reset(void *self, struct control_reply *reply, int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return control_fail(reply, "usage: reset");
	power_reset(self, "control");
	return 0;
}

static int command_link(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	const char *word = argc == 2 ? argv[1] : "";

	if (strcmp(word, "down") && strcmp(word, "up"))
		return control_fail(reply, "usage: link down|up");
	record_event(modem->record, "fault", "link", "\"link\":\"%s\"", word);
	power_set_link(modem, !strcmp(word, "up"));
	return 0;
}

void power_control(struct modem *modem, struct control *control)
{
	control_register(control, "reset", ": lose power and start again", command_reset, modem);
	control_register(control, "link",
			 "down|up: registers read as all ones; up again as after power-on",
			 command_link, modem);
}
