/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SIM card: identity, PIN and PUK with their attempts, removal and return.
 *
 * A card keeps its PIN and its attempts over a restart of the modem; only whether
 * the PIN was given is lost.
 */
#ifndef VMODEM_SIM_H
#define VMODEM_SIM_H

#include <stdbool.h>

#include "phonebook.h"
#include "plmn.h"
#include "stk.h"
#include "usim.h"

#define SIM_PIN_MAX		8	/* digits, TS 31.101 */
#define SIM_PIN_MIN		4
#define SIM_PIN_ATTEMPTS	3
#define SIM_PUK_ATTEMPTS	10

enum sim_state {
	SIM_READY,
	SIM_ABSENT,
	SIM_PIN_NEEDED,
	SIM_PUK_NEEDED,
	SIM_BLOCKED,		/* no attempt for the PUK is left */
	SIM_FAILED,		/* it does not answer as a card should */
	SIM_NOT_ACTIVATED,	/* like ready, but the network does not know the subscriber yet */
	SIM_NO_PROFILE,		/* an eSIM that no operator has written to */
	SIM_STARTING,		/* it has power, and is read */
};

#define SIM_STATES	9
#define SIM_STATES_FOUND 8	/* those that a card can be found in */
extern const char *const sim_names[SIM_STATES];

struct sim {
	bool inserted;
	bool off;		/* the modem gives it no power */
	enum sim_state flaw;	/* SIM_FAILED, SIM_NOT_ACTIVATED or SIM_NO_PROFILE; SIM_READY: none */
	bool pin_enabled;
	bool pin_given;		/* since power-on */
	bool slow;		/* it is not ready at once: who set it calls sim_started() */
	bool starting;
	unsigned int pin_attempts, puk_attempts;
	char pin[SIM_PIN_MAX + 1], puk[SIM_PIN_MAX + 1];
	unsigned int card;	/* which of the operator's cards, from 0 */
	char imsi[16], iccid[21], number[22];
	struct usim usim;
	struct phonebook phonebook;
	struct plmn_list preferred;	/* operators; who writes there calls network_preferred_changed() */
	struct stk stk;
	bool euicc;		/* an eSIM; without a profile where that is its flaw */

	/* Called after each change of the state or of the attempts; may be NULL. */
	void (*changed)(struct sim *sim);
	void *owner;
};

/** sim_init() - a fresh test card: PIN 1234 (not asked for), PUK 12345678. */
void sim_init(struct sim *sim, void (*changed)(struct sim *sim), void *owner);
/** sim_set_state() - how a card is found: with its PIN or PUK asked for, flawed, or not at all. */
void sim_set_state(struct sim *sim, enum sim_state state);
/** sim_set_esim() - an eSIM with a profile, and ready. */
void sim_set_esim(struct sim *sim);
/** sim_power_cycle() - the modem restarts: an enabled PIN is asked for again. */
void sim_power_cycle(struct sim *sim);
/** sim_set_power() - without power the modem sees no card. */
void sim_set_power(struct sim *sim, bool on);
/** sim_activate() - the network knows the subscriber from now on. */
void sim_activate(struct sim *sim);
/** sim_started() - the card that is starting has been read. */
void sim_started(struct sim *sim);
void sim_set_inserted(struct sim *sim, bool inserted);
/** sim_exchange() - put another card in, fresh, with another identity. */
void sim_exchange(struct sim *sim);
/** sim_lock() - enable the PIN and ask for it now, as after a power-on. */
void sim_lock(struct sim *sim);

enum sim_state sim_state(const struct sim *sim);
/** sim_readable() - may its files be read? */
bool sim_readable(const struct sim *sim);

/*
 * The operations on PIN1. All return 0; -ENOMEDIUM without a card that answers; -EACCES for a
 * wrong PIN or PUK, which costs an attempt; -EPERM where the state forbids the
 * operation; -EINVAL for a new PIN that is not 4 to 8 digits.
 */
int sim_enter_pin(struct sim *sim, const char *pin);
int sim_enter_puk(struct sim *sim, const char *puk, const char *new_pin);
int sim_enable_pin(struct sim *sim, const char *pin, bool enable);
int sim_change_pin(struct sim *sim, const char *pin, const char *new_pin);

#endif /* VMODEM_SIM_H */
