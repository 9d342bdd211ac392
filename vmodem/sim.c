// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *const sim_names[SIM_STATES] = {
	[SIM_READY] = "ready",
	[SIM_ABSENT] = "absent",
	[SIM_PIN_NEEDED] = "pin",
	[SIM_PUK_NEEDED] = "puk",
	[SIM_BLOCKED] = "blocked",
	[SIM_FAILED] = "failed",
	[SIM_NOT_ACTIVATED] = "not-activated",
	[SIM_NO_PROFILE] = "no-profile",
	[SIM_STARTING] = "starting",
};

static void changed(struct sim *sim)
{
	if (sim->changed)
		sim->changed(sim);
}

/* The card gets power, or has lost it. */
static void power(struct sim *sim)
{
	sim->pin_given = false;
	sim->starting = sim->inserted && !sim->off && sim->slow;
	stk_restart(&sim->stk);
}

static void fresh_card(struct sim *sim)
{
	sim->inserted = true;
	sim->flaw = SIM_READY;
	sim->euicc = false;
	sim->pin_enabled = false;
	sim->pin_given = false;
	sim->pin_attempts = SIM_PIN_ATTEMPTS;
	sim->puk_attempts = SIM_PUK_ATTEMPTS;
	snprintf(sim->pin, sizeof(sim->pin), "1234");
	snprintf(sim->puk, sizeof(sim->puk), "12345678");
	/* A subscriber of the test network 001 01 (TS 36.508). */
	snprintf(sim->imsi, sizeof(sim->imsi), "00101%010u", 123456789 + sim->card);
	snprintf(sim->iccid, sizeof(sim->iccid), "8988211%012u", 123456 + sim->card);
	snprintf(sim->number, sizeof(sim->number), "1555%07u", 1234567 + sim->card % 1000);
	usim_init(&sim->usim, sim->card);
	phonebook_clear(&sim->phonebook);
	memset(&sim->preferred, 0, sizeof(sim->preferred));
}

void sim_init(struct sim *sim, void (*on_change)(struct sim *sim), void *owner)
{
	memset(sim, 0, sizeof(*sim));
	fresh_card(sim);
	power(sim);
	sim->changed = on_change;
	sim->owner = owner;
}

static void find(struct sim *sim, enum sim_state state, bool euicc)
{
	bool puk = state == SIM_PUK_NEEDED || state == SIM_BLOCKED;
	bool flawed = state == SIM_FAILED || state == SIM_NOT_ACTIVATED || state == SIM_NO_PROFILE;

	sim->inserted = state != SIM_ABSENT;
	sim->flaw = flawed ? state : SIM_READY;
	sim->euicc = euicc;
	sim->pin_enabled = puk || state == SIM_PIN_NEEDED;
	sim->pin_given = false;
	sim->pin_attempts = puk ? 0 : SIM_PIN_ATTEMPTS;
	sim->puk_attempts = state == SIM_BLOCKED ? 0 : SIM_PUK_ATTEMPTS;
	changed(sim);
}

void sim_set_state(struct sim *sim, enum sim_state state)
{
	find(sim, state, state == SIM_NO_PROFILE);
}

void sim_set_esim(struct sim *sim)
{
	find(sim, SIM_READY, true);
}

void sim_power_cycle(struct sim *sim)
{
	power(sim);
	changed(sim);
}

void sim_set_power(struct sim *sim, bool on)
{
	sim->off = !on;
	sim_power_cycle(sim);
}

void sim_activate(struct sim *sim)
{
	if (sim->flaw != SIM_NOT_ACTIVATED)
		return;
	sim->flaw = SIM_READY;
	changed(sim);
}

void sim_started(struct sim *sim)
{
	sim->starting = false;
	changed(sim);
}

void sim_set_inserted(struct sim *sim, bool inserted)
{
	if (sim->inserted == inserted)
		return;
	sim->inserted = inserted;
	power(sim);
	changed(sim);
}

void sim_exchange(struct sim *sim)
{
	sim->card++;
	fresh_card(sim);
	power(sim);
	changed(sim);
}

void sim_lock(struct sim *sim)
{
	sim->pin_enabled = true;
	sim->pin_given = false;
	changed(sim);
}

static bool answers(const struct sim *sim)
{
	return sim->inserted && !sim->off && sim->flaw != SIM_FAILED && sim->flaw != SIM_NO_PROFILE;
}

enum sim_state sim_state(const struct sim *sim)
{
	if (!sim->inserted || sim->off)
		return SIM_ABSENT;
	if (sim->starting)
		return SIM_STARTING;
	if (!answers(sim))
		return sim->flaw;
	if (!sim->puk_attempts)
		return SIM_BLOCKED;
	if (!sim->pin_attempts)
		return SIM_PUK_NEEDED;
	if (sim->pin_enabled && !sim->pin_given)
		return SIM_PIN_NEEDED;
	return sim->flaw;
}

bool sim_readable(const struct sim *sim)
{
	enum sim_state state = sim_state(sim);

	return state == SIM_READY || state == SIM_NOT_ACTIVATED;
}

static bool pin_valid(const char *pin)
{
	size_t len = strlen(pin);

	if (len < SIM_PIN_MIN || len > SIM_PIN_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)pin[i]))
			return false;
	return true;
}

/* Compare with PIN1. A wrong one costs an attempt, a right one gives them all back. */
static int verify_pin(struct sim *sim, const char *pin)
{
	if (!strcmp(pin, sim->pin)) {
		sim->pin_attempts = SIM_PIN_ATTEMPTS;
		return 0;
	}
	sim->pin_attempts--;
	if (!sim->pin_attempts)
		sim->pin_given = false;
	changed(sim);
	return -EACCES;
}

int sim_enter_pin(struct sim *sim, const char *pin)
{
	int err;

	if (!answers(sim))
		return -ENOMEDIUM;
	if (sim_state(sim) != SIM_PIN_NEEDED)
		return -EPERM;
	err = verify_pin(sim, pin);
	if (err)
		return err;
	sim->pin_given = true;
	changed(sim);
	return 0;
}

int sim_enter_puk(struct sim *sim, const char *puk, const char *new_pin)
{
	if (!answers(sim))
		return -ENOMEDIUM;
	if (sim_state(sim) != SIM_PUK_NEEDED)
		return -EPERM;
	if (!pin_valid(new_pin))
		return -EINVAL;
	if (strcmp(puk, sim->puk)) {
		sim->puk_attempts--;
		changed(sim);
		return -EACCES;
	}
	snprintf(sim->pin, sizeof(sim->pin), "%s", new_pin);
	sim->pin_attempts = SIM_PIN_ATTEMPTS;
	sim->puk_attempts = SIM_PUK_ATTEMPTS;
	/* The card enables PIN1 when it is unblocked (TS 102 221, 11.1.13). */
	sim->pin_enabled = true;
	sim->pin_given = true;
	changed(sim);
	return 0;
}

int sim_enable_pin(struct sim *sim, const char *pin, bool enable)
{
	int err;

	if (!answers(sim))
		return -ENOMEDIUM;
	if (!sim_readable(sim))
		return -EPERM;
	if (sim->pin_enabled == enable)
		return -EPERM;
	err = verify_pin(sim, pin);
	if (err)
		return err;
	sim->pin_enabled = enable;
	sim->pin_given = true;
	changed(sim);
	return 0;
}

int sim_change_pin(struct sim *sim, const char *pin, const char *new_pin)
{
	int err;

	if (!answers(sim))
		return -ENOMEDIUM;
	/* A card changes only an enabled PIN (TS 102 221, 11.1.10). */
	if (!sim_readable(sim) || !sim->pin_enabled)
		return -EPERM;
	if (!pin_valid(new_pin))
		return -EINVAL;
	err = verify_pin(sim, pin);
	if (err)
		return err;
	snprintf(sim->pin, sizeof(sim->pin), "%s", new_pin);
	changed(sim);
	return 0;
}
