/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sleeps: the device's own while the host runs (host interface, section 11) and the
 * host's, announced by a message or by doorbell 2 (section 12).
 */
#ifndef VMODEM_SLEEP_H
#define VMODEM_SLEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"

struct control;
struct modem;

enum sleep_state {
	SLEEP_ACTIVE,
	SLEEP_REQUESTED,	/* notification 1 given, not acknowledged */
	SLEEP_ASLEEP,
	SLEEP_WAKING,		/* notification 0 given, not acknowledged */
};

struct sleep {
	enum sleep_state state;
	bool permitted;			/* the host allowed sleep with the handshake */
	bool host_asleep;		/* by message: no memory access, no interrupt */
	bool forced;			/* by doorbell 2 = 7: the same */
	bool pme_sent;
	unsigned int sleep_acks_due, active_acks_due;
	uint64_t last_activity_us, last_change_us;
	struct loop_timer idle;
	uint64_t sleeps, host_sleeps, wakes_by_host, wakes_by_device, withdrawn;
};

void sleep_init(struct modem *modem);
void sleep_control(struct modem *modem, struct control *control);
void sleep_start(struct modem *modem);
void sleep_stop(struct modem *modem);

/** sleep_activity() - something is to be done: stay awake or wake up. */
void sleep_activity(struct modem *modem);
/** sleep_doorbell() - doorbell 2. */
void sleep_doorbell(struct modem *modem, uint32_t value);
/** sleep_doorbell_hp() - doorbell 0 rang; returns false when the device must not act on it. */
bool sleep_doorbell_hp(struct modem *modem);
/** sleep_message() - the sleep message; returns its completion status, effects come with sleep_message_done(). */
uint32_t sleep_message(struct modem *modem, unsigned int target, unsigned int state);
void sleep_message_done(struct modem *modem, unsigned int target, unsigned int state);
/** sleep_wanted_by_data() - data for a host that sleeps: wake the platform if it asked for that. */
void sleep_wanted_by_data(struct modem *modem);

const char *sleep_state_name(const struct modem *modem);

#endif /* VMODEM_SLEEP_H */
