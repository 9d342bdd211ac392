// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The handshake of section 11.3:
 *
 *	ACTIVE --idle: notification 1, MSI--> REQUESTED --doorbell 2 = 1--> ASLEEP
 *	REQUESTED --doorbell 0 or own data: notification 0, MSI--> ACTIVE
 *	ASLEEP --doorbell 2 = 2 or own data: notification 0, MSI--> WAKING --doorbell 2 = 0--> ACTIVE
 *	ACTIVE --late doorbell 2 = 1--> WAKING
 *
 * A request that is withdrawn may never have been seen by the host (rule M11): no
 * acknowledge is waited for, and acknowledges are counted against announcements. But a
 * host that is known to have seen it has to see the withdrawal, too, before the next
 * request: it looks at the word only when an interrupt comes, and to a slow host 1, 0, 1
 * looks like nothing at all. Then it would wait for a wake-up for ever. Hence WAKING, which
 * only an acknowledge ends.
 *
 * While ASLEEP nothing is written to host memory. Data of the device's own goes out
 * together with the wake-up: the host looks at its rings on every interrupt.
 */
#include "sleep.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "boot.h"
#include "check.h"
#include "control.h"
#include "dma.h"
#include "modem.h"
#include "record.h"

#define SETTLED_US 1000000

static const char *const state_names[] = { "active", "requested", "asleep", "waking" };

const char *sleep_state_name(const struct modem *modem)
{
	if (modem->sleep.forced)
		return "forced";
	if (modem->sleep.host_asleep)
		return "host-asleep";
	return state_names[modem->sleep.state];
}

static void set_state(struct modem *modem, enum sleep_state state)
{
	modem->sleep.state = state;
	modem->sleep.last_change_us = loop_now_us(modem->loop);
	record_event(modem->record, "sleep", "state", "\"state\":\"%s\"", state_names[state]);
}

static void notify(struct modem *modem, uint32_t notification)
{
	uint64_t address = modem->boot.device_info + offsetof(struct iosm_wire_device_info, sleep);

	if (dma_store32(modem->dma, "device info", address, notification))
		return;
	irq_raise(&modem->irq, modem->boot.device_info_vector);
	record_event(modem->record, "sleep", "notify", "\"notification\":%u", notification);
	if (notification == IOSM_DEVICE_WANTS_SLEEP)
		modem->sleep.sleep_acks_due++;
	else
		modem->sleep.active_acks_due++;
}

static bool may_sleep(const struct modem *modem)
{
	return modem->sleep.permitted && modem->config.sleep_idle_ms && modem_may_touch(modem);
}

static void arm_idle(struct modem *modem, uint64_t delay_us)
{
	if (!modem->sleep.idle.armed && may_sleep(modem))
		loop_timer_arm(&modem->sleep.idle, delay_us);
}

static void request_sleep(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	/* Announcements that the host never saw are history after a second of quiet. */
	if (loop_now_us(modem->loop) - sleep->last_change_us > SETTLED_US)
		sleep->sleep_acks_due = sleep->active_acks_due = 0;
	set_state(modem, SLEEP_REQUESTED);
	/* Asleep it raises none. */
	pipes_interrupt(modem);
	notify(modem, IOSM_DEVICE_WANTS_SLEEP);
}

static void wake(struct modem *modem)
{
	set_state(modem, SLEEP_WAKING);
	notify(modem, IOSM_DEVICE_ACTIVE);
}

static void withdraw(struct modem *modem)
{
	modem->sleep.withdrawn++;
	set_state(modem, SLEEP_ACTIVE);
	notify(modem, IOSM_DEVICE_ACTIVE);
}

/* The timer is not moved at each activity: it looks at its expiry how long ago that was. */
static void idle_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;
	struct sleep *sleep = &modem->sleep;
	uint64_t idle_us = modem->config.sleep_idle_ms * 1000ull;
	uint64_t now_us = loop_now_us(modem->loop);

	if (modem->power.hung || !may_sleep(modem))
		return;
	if (now_us - sleep->last_activity_us < idle_us) {
		arm_idle(modem, sleep->last_activity_us + idle_us - now_us);
		return;
	}
	if (pipes_waiting(modem)) {
		arm_idle(modem, idle_us);
		return;
	}
	if (sleep->state == SLEEP_ACTIVE)
		request_sleep(modem);
}

void sleep_activity(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	if (!modem_may_touch(modem))
		return;
	sleep->last_activity_us = loop_now_us(modem->loop);
	if (sleep->state == SLEEP_REQUESTED) {
		withdraw(modem);
	} else if (sleep->state == SLEEP_ASLEEP) {
		sleep->wakes_by_device++;
		wake(modem);
	}
	arm_idle(modem, modem->config.sleep_idle_ms * 1000ull);
}

bool sleep_doorbell_hp(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	if (sleep->forced) {
		check_breach(modem->check, CHECK_HP_FORCED, "doorbell 0");
		return false;
	}
	/* A host that sleeps rings for the message that it has left sleep. */
	if (sleep->host_asleep)
		return true;
	if (sleep->state == SLEEP_ASLEEP)
		check_breach(modem->check, CHECK_HP_ASLEEP, "doorbell 0");
	sleep_activity(modem);
	return true;
}

static void acknowledge_sleep(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	if (!sleep->sleep_acks_due) {
		check_breach(modem->check, CHECK_SLEEP_ACK_UNASKED, "device is %s",
			     sleep_state_name(modem));
		/* One known driver wakes the device this way (field notes, "Message ring"). */
		if (sleep->state == SLEEP_ASLEEP)
			wake(modem);
		return;
	}
	sleep->sleep_acks_due--;
	/* It saw the request that was withdrawn meanwhile; see the head of the file. */
	if (sleep->state == SLEEP_ACTIVE && sleep->active_acks_due)
		set_state(modem, SLEEP_WAKING);
	if (sleep->state != SLEEP_REQUESTED)
		return;
	sleep->sleeps++;
	set_state(modem, SLEEP_ASLEEP);
	loop_timer_cancel(&sleep->idle);
}

static void acknowledge_active(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	if (!sleep->active_acks_due) {
		check_breach(modem->check, CHECK_ACTIVE_ACK_UNASKED, "device is %s",
			     sleep_state_name(modem));
		return;
	}
	sleep->active_acks_due--;
	if (sleep->state == SLEEP_WAKING) {
		set_state(modem, SLEEP_ACTIVE);
	} else if (sleep->state == SLEEP_ASLEEP) {
		/* It answers an older wake-up; the host has yet to see the present request. */
		sleep->sleep_acks_due++;
		set_state(modem, SLEEP_REQUESTED);
	}
	arm_idle(modem, modem->config.sleep_idle_ms * 1000ull);
}

static void host_wants_device(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	sleep->last_activity_us = loop_now_us(modem->loop);
	if (sleep->state == SLEEP_ASLEEP) {
		sleep->wakes_by_host++;
		wake(modem);
	} else if (sleep->state == SLEEP_REQUESTED) {
		/* It asks because it takes the device for asleep: it has seen a request. */
		wake(modem);
	}
}

/* Section 12.3: no handshake, and interrupts are lost on the host until it is undone. */
static void force_sleep(struct modem *modem)
{
	modem->sleep.forced = true;
	loop_timer_cancel(&modem->sleep.idle);
	boot_moment(modem, BOOT_MOMENT_HOST_SLEEPS);
	record_event(modem->record, "sleep", "forced", NULL);
}

static void force_active(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	boot_moment(modem, BOOT_MOMENT_HOST_WAKES);
	sleep->forced = false;
	sleep->pme_sent = false;
	sleep->sleep_acks_due = sleep->active_acks_due = 0;
	set_state(modem, SLEEP_ACTIVE);
	/* Zero before the interrupt, or the host takes it for a new request. */
	notify(modem, IOSM_DEVICE_ACTIVE);
	sleep_activity(modem);
	ring_scan_soon(modem);
}

void sleep_doorbell(struct modem *modem, uint32_t value)
{
	switch (value) {
	case IOSM_SLEEP_ACK_ACTIVE:
		acknowledge_active(modem);
		break;
	case IOSM_SLEEP_ACK_SLEEP:
		acknowledge_sleep(modem);
		break;
	case IOSM_SLEEP_WAKE:
		host_wants_device(modem);
		break;
	case IOSM_SLEEP_FORCE_SLEEP:
		force_sleep(modem);
		break;
	case IOSM_SLEEP_FORCE_ACTIVE:
		force_active(modem);
		break;
	default:
		check_breach(modem->check, CHECK_SLEEP_VALUE, "doorbell 2 = %u", value);
	}
}

static uint32_t host_message(struct modem *modem, unsigned int state)
{
	bool enters = state == IOSM_MSG_HOST_ENTERS_SLEEP;

	if (enters == modem->sleep.host_asleep)
		check_breach(modem->check, CHECK_MSG_HOST_SLEEP, "state %u", state);
	return IOSM_MSG_SUCCESS;
}

uint32_t sleep_message(struct modem *modem, unsigned int target, unsigned int state)
{
	/* The boot loaders do not sleep (boot document, rule P4). */
	if (boot_loader(modem)) {
		check_breach(modem->check, CHECK_MSG_SLEEP, "stage %s",
			     boot_stage_name(modem->boot.stage));
		return IOSM_MSG_ERROR;
	}
	if (target == IOSM_MSG_SLEEP_HOST && state <= IOSM_MSG_HOST_LEFT_SLEEP)
		return host_message(modem, state);
	if (target == IOSM_MSG_SLEEP_DEVICE && state <= IOSM_MSG_DEVICE_SLEEPS_ALONE)
		return IOSM_MSG_SUCCESS;
	check_breach(modem->check, CHECK_MSG_SLEEP, "target %u, state %u", target, state);
	return IOSM_MSG_ERROR;
}

static void host_left_sleep(struct modem *modem)
{
	modem->sleep.host_asleep = false;
	modem->sleep.pme_sent = false;
	sleep_activity(modem);
	ring_scan_soon(modem);
}

void sleep_message_done(struct modem *modem, unsigned int target, unsigned int state)
{
	struct sleep *sleep = &modem->sleep;

	if (target == IOSM_MSG_SLEEP_DEVICE) {
		sleep->permitted = state == IOSM_MSG_DEVICE_MAY_SLEEP;
		sleep_activity(modem);
	} else if (state == IOSM_MSG_HOST_ENTERS_SLEEP) {
		sleep->host_asleep = true;
		sleep->host_sleeps++;
		loop_timer_cancel(&sleep->idle);
		record_event(modem->record, "sleep", "host_asleep", NULL);
	} else {
		host_left_sleep(modem);
	}
}

/* No message carries PME over vfio-user; the status bit and the trace show it. */
void sleep_wanted_by_data(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	if (!sleep->host_asleep && !sleep->forced)
		return;
	if (sleep->pme_sent || !pciconf_pme_enabled(&modem->conf))
		return;
	sleep->pme_sent = true;
	pciconf_set_pme_status(&modem->conf);
	record_event(modem->record, "sleep", "pme", NULL);
}

void sleep_init(struct modem *modem)
{
	loop_timer_init(modem->loop, &modem->sleep.idle, idle_expired, modem);
}

void sleep_stop(struct modem *modem)
{
	struct sleep *sleep = &modem->sleep;

	loop_timer_cancel(&sleep->idle);
	sleep->state = SLEEP_ACTIVE;
	sleep->permitted = sleep->host_asleep = sleep->forced = sleep->pme_sent = false;
	sleep->sleep_acks_due = sleep->active_acks_due = 0;
}

void sleep_start(struct modem *modem)
{
	sleep_stop(modem);
	modem->sleep.last_activity_us = loop_now_us(modem->loop);
}

/* ---- commands ---- */

static int command_sleep(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	uint64_t ms;

	if (argc == 2 && !strcmp(argv[1], "now")) {
		if (!modem_may_touch(modem) || modem->sleep.state != SLEEP_ACTIVE)
			return control_fail(reply, "the modem is not running and active");
		if (!modem->sleep.permitted)
			return control_fail(reply, "the host has not permitted sleep");
		request_sleep(modem);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "idle")) {
		if (!control_number(reply, argv[2], 3600000, &ms))
			return -EINVAL;
		modem->config.sleep_idle_ms = (uint32_t)ms;
		loop_timer_cancel(&modem->sleep.idle);
		arm_idle(modem, ms * 1000);
		return 0;
	}
	return control_fail(reply, "usage: sleep now | sleep idle MS");
}

static int command_wake(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	(void)argv;
	if (argc != 1)
		return control_fail(reply, "usage: wake");
	if (!modem_may_touch(modem))
		return control_fail(reply, "the modem is not running");
	sleep_activity(modem);
	return 0;
}

void sleep_control(struct modem *modem, struct control *control)
{
	control_register(control, "sleep", "now | idle MS: ask to sleep at once, or after that idle time (0: never)",
			 command_sleep, modem);
	control_register(control, "wake", ": wake up as if the modem had data", command_wake,
			 modem);
}
