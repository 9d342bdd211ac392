// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "chip.h"
#include "clock.h"
#include "message.h"
#include "mood.h"
#include "mux.h"
#include "pipe.h"
#include "report.h"
#include "sleep.h"

static enum state { ACTIVE, REQUESTED, ASLEEP, WAKING } state;
static bool allowed, forced, host_asleep, host_calls, idle_due, wake_due, wake_asked;
static unsigned int acks_owed;		/* for wishes that were taken back */
static unsigned int sleeps, wakes_by_host, wakes_by_device, withdrawn;

static void idle(void)
{
	idle_due = true;
}

static void wake(void)
{
	wake_due = true;
}

static struct timer idle_timer = { .fire = idle }, wake_timer = { .fire = wake }, self_timer = { .fire = wake };

void sleep_start(void)
{
	sleep_stop();
}

void sleep_stop(void)
{
	state = ACTIVE;
	allowed = forced = host_asleep = host_calls = idle_due = wake_due = wake_asked = false;
	acks_owed = 0;
	timer_stop(&idle_timer);
	timer_stop(&wake_timer);
	timer_stop(&self_timer);
}

const char *sleep_state(void)
{
	static const char * const names[] = { "active", "requested", "asleep", "waking" };

	return forced ? "forced" : host_asleep ? "host-asleep" : names[state];
}

void sleep_counters(char *to, unsigned int size)
{
	snprintf(to, size, "sleeps %u\nwakes_by_host %u\nwakes_by_device %u\nwithdrawn %u\n", sleeps,
		 wakes_by_host, wakes_by_device, withdrawn);
}

bool sleep_may_act(void)
{
	return state != ASLEEP && !forced && (!host_asleep || host_calls);
}

void sleep_busy(void)
{
	if (allowed && mood(IDLE_MS) && state == ACTIVE)
		timer_set(&idle_timer, mood(IDLE_MS) * MS);
}

static void announce(uint32_t value)
{
	chip_info_sleep(value);
	chip_interrupt();
}

static bool work_is_left(void)
{
	return message_pending() || pipe_pending() || mux_pending();
}

static void active(void)
{
	state = ACTIVE;
	timer_stop(&wake_timer);
	timer_stop(&self_timer);
	wake_due = wake_asked = false;
	chip_look();
	sleep_busy();
}

static void fall_asleep(void)
{
	state = ASLEEP;
	sleeps++;
	wake_due = wake_asked = false;
	if (mood(SELF_WAKE_MS))
		timer_set(&self_timer, mood(SELF_WAKE_MS) * MS);
}

static void wake_up(void)
{
	timer_stop(&self_timer);
	if (wake_asked)
		wakes_by_host++;
	else
		wakes_by_device++;
	wake_due = false;
	state = WAKING;
	announce(0);
	chip_look();
}

void sleep_serve(void)
{
	if (forced || host_asleep)
		return;
	if (state == ACTIVE && idle_due) {
		idle_due = false;
		if (work_is_left()) {
			sleep_busy();
		} else {
			state = REQUESTED;
			announce(1);
		}
	}
	if (state == ASLEEP && !wake_asked && (mux_pending() || pipe_pending()))
		wake_due = true;
	if (state == ASLEEP && wake_due)
		wake_up();
}

void sleep_doorbell(void)
{
	if (host_asleep)
		host_calls = true;
	if (forced)
		breach("asleep", "doorbell 0 after force sleep");
	if (state == ASLEEP && !forced) {
		if (!wake_asked)
			breach("asleep", "doorbell 0 to the sleeping device without a wake-up request");
		else
			note("asleep", "doorbell 0 between the wake-up request and the wake-up");
		wake_due = true;
	}
	if (state == REQUESTED && percent(WITHDRAW)) {
		withdrawn++;
		acks_owed++;
		announce(0);
		active();
	}
	sleep_busy();
}

static void acknowledged_sleep(void)
{
	if (state == REQUESTED)
		fall_asleep();
	else if (acks_owed)
		acks_owed--;
	else if (state != ASLEEP)
		breach("sleep", "sleep is acknowledged, but the device did not ask for it");
	else
		note("sleep", "sleep is acknowledged twice");
}

/*
 * A host that asks has acknowledged a wish to sleep, maybe one that was taken back since. It
 * waits to see 0; so there is no new wish before it says that it has.
 */
static void asked_to_wake(void)
{
	if (state == ASLEEP) {
		wake_asked = true;
		timer_need(&wake_timer, mood(WAKE_MS) * MS);
	} else if (state != WAKING) {
		note("sleep", "a wake-up request to the device, which is %s", sleep_state());
		wake_asked = true;
		wake_up();
	}
}

static void force(bool down)
{
	if (down == forced)
		note("sleep", "force %s twice", down ? "sleep" : "active");
	forced = down;
	acks_owed = 0;
	if (down) {
		state = ACTIVE;
		chip_info_sleep(1);
		return;
	}
	chip_info_sleep(0);
	active();
	chip_interrupt();
}

void sleep_control(uint32_t value)
{
	if (!allowed && value < 3)
		breach("sleep", "doorbell 2 = %u before the device was told that it may sleep", value);
	switch (value) {
	case 0:
		if (state == WAKING)
			active();
		break;
	case 1: acknowledged_sleep(); break;
	case 2: asked_to_wake(); break;
	case 7: force(true); break;
	case 8: force(false); break;
	default: breach("sleep", "doorbell 2 = 0x%x", value); break;
	}
}

/* sleep_message: false if there is no such target or state */
bool sleep_message(uint8_t target, uint8_t new_state)
{
	if (target == 0 && new_state <= 1) {
		host_asleep = new_state == 0;
		host_calls = false;
		if (!host_asleep)
			chip_look();
		return true;
	}
	if (target == 1 && new_state <= 2) {
		allowed = new_state == 0;
		sleep_busy();
		return true;
	}
	return false;
}
