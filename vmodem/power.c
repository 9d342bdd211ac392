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
#include "coredump.h"
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

	if (pciconf_memory_enabled(&modem->conf))
		modem->power.unannounced = false;
	if (was_allowed && !on_bus && boot_running(modem))
		modem->power.cut_off++;
	dma_allow(modem->dma, on_bus);
	irq_allow(&modem->irq, on_bus && pciconf_msi_enabled(&modem->conf));
	/* A host that sleeps says by a doorbell that its memory may be looked at (section 12.2). */
	if (on_bus && !was_allowed && !modem->sleep.host_asleep && !modem->sleep.forced)
		ring_scan_soon(modem);
}

/* FLR and VFIO's reset cost the firmware everything: as power-on (section 10.5). */
static void reset_now(struct modem *modem)
{
	struct power *power = &modem->power;

	if (power->cycle_pending)
		coredump_forget(modem->config.dump);
	power->reset_pending = power->cycle_pending = false;
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
	modem->power.unannounced = false;
	if (!dma_busy(modem->dma)) {
		reset_now(modem);
		return;
	}
	regs_reset(modem);
	dma_cancel(modem->dma);
	modem->power.reset_pending = true;
	power_settle_soon(modem);
}

/*
 * The modem or its platform did it, without the host: until that one has looked and set the
 * function up anew it cannot know that nothing listens.
 */
static void reset_unannounced(struct modem *modem, const char *why)
{
	power_reset(modem, why);
	modem->power.unannounced = true;
}

void power_cycle(struct modem *modem, const char *why)
{
	modem->power.cycle_pending = true;
	power_reset(modem, why);
}

/*
 * Many laptops cut the modem's power in suspend and give it back in D0, where it boots
 * (field notes, "Power and recovery").
 */
bool power_awake(struct modem *modem)
{
	if (!modem->config.sleep_loses_power)
		return false;
	power_cycle(modem, "power lost in sleep");
	return true;
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
	if (modem->power.off)
		return;
	modem->power.link_down = !up;
	if (up && !modem->power.link_muted)
		reset_unannounced(modem, "link up");
	else
		power_update(modem);
	modem->power.link_stuck = modem->power.link_muted = false;
}

/* ---- commands ---- */

static void cycle_unannounced(struct modem *modem, const char *why)
{
	modem->power.cycle_pending = true;
	reset_unannounced(modem, why);
}

static int command_reset(void *self, struct control_reply *reply, int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return control_fail(reply, "usage: reset");
	cycle_unannounced(self, "control");
	return 0;
}

static int command_link(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	const char *word = argc == 2 ? argv[1] : "";

	if (strcmp(word, "down") && strcmp(word, "stuck") && strcmp(word, "mute") &&
	    strcmp(word, "up"))
		return control_fail(reply, "usage: link down|stuck|mute|up");
	if (modem->power.off)
		return control_fail(reply, "the power is off; \"power on\" brings the link back");
	if (!strcmp(word, "mute") && modem->power.link_down && !modem->power.link_muted)
		return control_fail(reply, "the link is down, and with it the state; \"link up\" first");
	record_event(modem->record, "fault", "link", "\"link\":\"%s\"", word);
	power_set_link(modem, !strcmp(word, "up"));
	modem->power.link_stuck = !strcmp(word, "stuck");
	modem->power.link_muted = !strcmp(word, "mute");
	return 0;
}

/* D3cold as the platform makes it, or a slot that is switched off. */
static int power_switch(struct modem *modem, bool off)
{
	record_event(modem->record, "fault", "link", "\"link\":\"%s\"", off ? "down" : "up");
	modem->power.off = modem->power.link_down = off;
	modem->power.link_stuck = modem->power.link_muted = false;
	if (off)
		power_update(modem);
	else
		cycle_unannounced(modem, "power on");
	return 0;
}

static int command_power(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	const char *word = argc == 2 ? argv[1] : "";

	if (!strcmp(word, "off") || !strcmp(word, "on"))
		return power_switch(modem, !strcmp(word, "off"));
	if (!strcmp(word, "stuck") || !strcmp(word, "free")) {
		modem->conf.stuck_in_d3 = !strcmp(word, "stuck");
		return 0;
	}
	return control_fail(reply, "usage: power off|on|stuck|free");
}

static int command_sleep_loses_power(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	if (argc != 2 || (strcmp(argv[1], "on") && strcmp(argv[1], "off")))
		return control_fail(reply, "usage: sleep-loses-power on|off");
	modem->config.sleep_loses_power = !strcmp(argv[1], "on");
	return 0;
}

/* Laptops that keep the modem's power in suspend to RAM do not reset it either; QEMU does. */
static int command_reset_ignored(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	if (argc != 2 || (strcmp(argv[1], "on") && strcmp(argv[1], "off")))
		return control_fail(reply, "usage: reset-ignored on|off");
	modem->power.reset_ignored = !strcmp(argv[1], "on");
	return 0;
}

void power_control(struct modem *modem, struct control *control)
{
	control_register(control, "reset", ": lose power and start again", command_reset, modem);
	control_register(control, "link",
			 "down|stuck|mute|up: all reads are all ones; up again as after a hot reset, when stuck by one, when mute as before",
			 command_link, modem);
	control_register(control, "power",
			 "off|on|stuck|free: no power, or power again; D3hot can't be left, or can",
			 command_power, modem);
	control_register(control, "sleep-loses-power",
			 "on|off: the modem starts anew when the host puts it from D3hot into D0",
			 command_sleep_loses_power, modem);
	control_register(control, "reset-ignored",
			 "on|off: keep all state when the client resets the device, as QEMU does in suspend to RAM",
			 command_reset_ignored, modem);
}
