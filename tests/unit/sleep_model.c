// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device sleep handshake: what can happen next.
 *
 * Every step is as small as the lock of struct iosm_sleep and the order of memory writes
 * allow: reading the notification and acting on it are two, publishing work and ringing for
 * it are two, doorbells travel in order and arrive at any time later, interrupts merge.
 *
 * Where section 11.3 leaves the modem a choice, both are taken. Where it is silent:
 * - an acknowledge of "sleep" that meets an active modem is one of a request withdrawn;
 * - one of "active" that meets a sleeping modem says that the acknowledge of "sleep" before
 *   it was of a request withdrawn, and that the host believes the modem awake: the present
 *   request stands;
 * - a wake-up request that meets a request for sleep withdraws that, as data would.
 */
#include "sleep_model.h"

#include <stddef.h>
#include <string.h>

struct successors {
	const struct model *from;
	struct model_next *next;
	unsigned int count;
	enum model_fault fault;
};

static struct model *add(struct successors *all, const char *what, bool stimulus)
{
	struct model_next *next = &all->next[all->count++];

	*next = (struct model_next){ .state = *all->from, .what = what, .stimulus = stimulus };
	return &next->state;
}

void model_init(struct model *model)
{
	memset(model, 0, sizeof(*model));
}

/* ---- the host's side ---- */

static struct iosm_sleep_steps steps_of(const struct model *m)
{
	return (struct iosm_sleep_steps){
		.asleep = m->asleep,
		.waking = m->waking,
		.held = m->held,
		.suspended = m->suspended,
		.forced = m->forced,
		.notification = m->notification,
	};
}

static void keep_steps(struct model *m, const struct iosm_sleep_steps *s)
{
	m->asleep = s->asleep;
	m->waking = s->waking;
	m->held = s->held;
	m->suspended = s->suspended;
	m->forced = s->forced;
	m->notification = s->notification;
}

/* A step rings twice at most. */
static bool has_room(const struct model *m)
{
	return m->bells + 2 <= MODEL_FIFO;
}

static void ring(struct model *m, enum model_bell bell)
{
	m->fifo[m->bells++] = bell;
}

static enum iosm_sleep_action faulty(enum model_fault fault, enum iosm_sleep_action action)
{
	if (fault == MODEL_FAULT_HELD_LOST && action == IOSM_SLEEP_DO_ACK_ACTIVE_RING)
		return IOSM_SLEEP_DO_ACK_ACTIVE;
	if (fault == MODEL_FAULT_NO_ACK && action == IOSM_SLEEP_DO_ACK_ACTIVE)
		return IOSM_SLEEP_DO_NOTHING;
	if (fault == MODEL_FAULT_RING_ASLEEP && action == IOSM_SLEEP_DO_WAKE)
		return IOSM_SLEEP_DO_RING;
	if (fault == MODEL_FAULT_NO_WAKE && action == IOSM_SLEEP_DO_WAKE)
		return IOSM_SLEEP_DO_NOTHING;
	return action;
}

/* As iosm_sleep_do() does. */
static void act(struct model *m, enum model_fault fault, enum iosm_sleep_action action)
{
	switch (faulty(fault, action)) {
	case IOSM_SLEEP_DO_NOTHING:
		break;
	case IOSM_SLEEP_DO_RING:
		ring(m, MODEL_BELL_HEAD);
		break;
	case IOSM_SLEEP_DO_WAKE:
		ring(m, MODEL_BELL_WAKE);
		break;
	case IOSM_SLEEP_DO_ACK_SLEEP:
		ring(m, MODEL_BELL_ACK_SLEEP);
		break;
	case IOSM_SLEEP_DO_ACK_ACTIVE:
		ring(m, MODEL_BELL_ACK_ACTIVE);
		break;
	case IOSM_SLEEP_DO_ACK_ACTIVE_RING:
		ring(m, fault == MODEL_FAULT_BELL_BEFORE_ACK ? MODEL_BELL_HEAD :
							       MODEL_BELL_ACK_ACTIVE);
		ring(m, fault == MODEL_FAULT_BELL_BEFORE_ACK ? MODEL_BELL_ACK_ACTIVE :
							       MODEL_BELL_HEAD);
		break;
	case IOSM_SLEEP_DO_FORCE_SLEEP:
		ring(m, MODEL_BELL_FORCE_SLEEP);
		break;
	case IOSM_SLEEP_DO_FORCE_ACTIVE:
		ring(m, MODEL_BELL_FORCE_ACTIVE);
		ring(m, MODEL_BELL_HEAD);
		break;
	}
}

static void event(struct model *m, enum model_fault fault, enum iosm_sleep_event event)
{
	struct iosm_sleep_steps steps = steps_of(m);
	enum iosm_sleep_action action;

	if (fault == MODEL_FAULT_RESUME_FORGETS && event == IOSM_SLEEP_EV_RESUME)
		steps.held = false;
	action = iosm_sleep_step(&steps, event);
	keep_steps(m, &steps);
	act(m, fault, action);
}

static bool off(const struct model *m)
{
	return m->pm == MODEL_PM_FORCE_OFF || m->pm == MODEL_PM_TELL_OFF;
}

static bool polls(const struct model *m)
{
	return !off(m) && m->pm != MODEL_PM_FORCE && m->pm != MODEL_PM_TELL_STOP;
}

static void next_users(struct successors *all)
{
	const struct model *from = all->from;
	struct model *m;

	if (off(from))
		return;
	if (!from->pipe && !from->pipe_bell) {
		m = add(all, "host publishes data", true);
		m->pipe = 1;
		m->pipe_bell = 1;
	}
	/* Messages of others wait while the host sleeps: iosm_msg_hold(). */
	if (from->pm == MODEL_PM_RUN && !from->message && !from->message_bell) {
		m = add(all, "host publishes a message", true);
		m->message = 1;
		m->message_bell = 1;
	}
	if (!has_room(from))
		return;
	if (from->pipe_bell) {
		m = add(all, "host wants the doorbell for data", false);
		m->pipe_bell = 0;
		event(m, all->fault, IOSM_SLEEP_EV_RING);
	}
	if (from->message_bell) {
		m = add(all, "host wants the doorbell for a message", false);
		m->message_bell = 0;
		event(m, all->fault, IOSM_SLEEP_EV_RING_MSG);
	}
}

static void note(struct model *m, enum model_fault fault)
{
	struct iosm_sleep_steps steps = steps_of(m);
	enum iosm_sleep_action action;
	bool forced = steps.forced;

	if (fault == MODEL_FAULT_FORCED_LOOKS)
		steps.forced = false;
	action = iosm_sleep_note(&steps, m->poll - 1);
	steps.forced = forced;
	keep_steps(m, &steps);
	act(m, fault, action);
}

static void next_poll(struct successors *all)
{
	const struct model *from = all->from;
	struct model *m;

	if (from->poll && has_room(from)) {
		m = add(all, "host's poll acts on the notification", false);
		note(m, all->fault);
		m->poll = 0;
	}
	if (!from->poll && from->interrupt && polls(from)) {
		m = add(all, "host's poll looks", false);
		m->interrupt = 0;
		if (m->answer == MODEL_ANSWER_GIVEN)
			m->answer = MODEL_ANSWER_TAKEN;
		m->poll = 1 + m->word;
	}
	if (from->interrupt && !polls(from)) {
		m = add(all, "interrupt is dropped", false);
		m->interrupt = 0;
	}
}

/* iosm_msg_call() of the power code: wake the modem, then post and ring. */
static void next_tell(struct successors *all, uint8_t told, enum model_pm pm)
{
	const struct model *from = all->from;
	struct model *m;

	if (!has_room(from))
		return;
	if (from->asleep) {
		if (from->held && from->waking)
			return;
		m = add(all, "host wants the modem awake", false);
		event(m, all->fault, IOSM_SLEEP_EV_RING_MSG);
		return;
	}
	m = add(all, told == 1 ? "host tells that it sleeps" : "host tells that it is back",
		false);
	m->told = told;
	m->answer = MODEL_ANSWER_NONE;
	m->pm = pm;
	event(m, all->fault, IOSM_SLEEP_EV_RING_MSG);
}

static void next_pm_force(struct successors *all)
{
	const struct model *from = all->from;
	struct iosm_sleep_steps steps;
	struct model *m;

	switch (from->pm) {
	case MODEL_PM_FORCE:
		if (!has_room(from))
			break;
		m = add(all, "host forces sleep", false);
		event(m, all->fault, IOSM_SLEEP_EV_FORCE_SLEEP);
		m->pm = MODEL_PM_FORCE_OFF;
		break;
	case MODEL_PM_FORCE_OFF:
		/* The PCI core reads configuration: that waits for earlier writes. */
		if (from->bells)
			break;
		m = add(all, "system wakes, the poll runs and looks", false);
		m->interrupt = all->fault != MODEL_FAULT_NO_LOOK;
		m->pm = MODEL_PM_FORCE_BACK;
		break;
	case MODEL_PM_FORCE_BACK:
		if (!has_room(from))
			break;
		m = add(all, "host ends forced sleep", false);
		steps = steps_of(m);
		act(m, all->fault, iosm_sleep_unforce(&steps, m->word));
		keep_steps(m, &steps);
		m->interrupt = 1;
		m->pm = MODEL_PM_RUN;
		break;
	}
}

static void next_pm_tell(struct successors *all)
{
	const struct model *from = all->from;
	struct model *m;

	switch (from->pm) {
	case MODEL_PM_TELL:
		next_tell(all, 1, MODEL_PM_TOLD);
		break;
	case MODEL_PM_TOLD:
		if (from->answer != MODEL_ANSWER_TAKEN || from->poll)
			break;
		m = add(all, "host stops its poll", false);
		m->pm = MODEL_PM_TELL_STOP;
		break;
	case MODEL_PM_TELL_STOP:
		m = add(all, "system sleeps", false);
		m->pm = MODEL_PM_TELL_OFF;
		break;
	case MODEL_PM_TELL_OFF:
		if (from->bells)
			break;
		m = add(all, "system wakes, the poll runs and looks", false);
		m->interrupt = all->fault != MODEL_FAULT_NO_LOOK;
		m->pm = MODEL_PM_TELL_BACK;
		break;
	case MODEL_PM_TELL_BACK:
		next_tell(all, 2, MODEL_PM_TOLD_BACK);
		break;
	case MODEL_PM_TOLD_BACK:
		if (from->answer != MODEL_ANSWER_TAKEN || !has_room(from))
			break;
		m = add(all, "host goes on", false);
		event(m, all->fault, IOSM_SLEEP_EV_RESUME);
		m->interrupt = 1;
		m->pm = MODEL_PM_RUN;
		break;
	}
}

static void next_pm(struct successors *all)
{
	const struct model *from = all->from;
	struct model *m;

	if (from->pm != MODEL_PM_RUN) {
		next_pm_force(all);
		next_pm_tell(all);
		return;
	}
	if (!from->poll) {
		m = add(all, "system begins to sleep, by force", true);
		m->pm = MODEL_PM_FORCE;
	}
	m = add(all, "system begins to sleep, by messages", true);
	event(m, all->fault, IOSM_SLEEP_EV_SUSPEND);
	m->pm = MODEL_PM_TELL;
}

/**
 * model_retry() - the time limit of a wake-up request passes
 *
 * Returns false when no request is open.
 */
bool model_retry(const struct model *model, enum model_fault fault, struct model_next *next)
{
	if (!model->waking || off(model) || !has_room(model) || fault == MODEL_FAULT_NO_RETRY)
		return false;
	*next = (struct model_next){ .state = *model, .what = "wake-up request unanswered" };
	event(&next->state, fault, IOSM_SLEEP_EV_NO_ANSWER);
	return true;
}

/* ---- the modem's side ---- */

static void announce(struct model *m, uint8_t word, enum model_modem modem)
{
	m->word = word;
	m->interrupt = 1;
	m->modem = modem;
}

/* All rings; a message about the host's sleep is answered. */
static void scan(struct model *m)
{
	m->pipe = 0;
	m->message = 0;
	if (!m->told)
		return;
	m->quiet = m->told == 1;
	m->told = 0;
	m->answer = MODEL_ANSWER_GIVEN;
	m->interrupt = 1;
}

static void modem_head(struct successors *all, struct model *m)
{
	struct model *other;

	if (m->modem != MODEL_ACTIVE && m->modem != MODEL_SLEEP_REQUESTED) {
		all->next[all->count - 1].breach = "doorbell 0 reaches a modem that sleeps";
		return;
	}
	scan(m);
	if (m->modem != MODEL_SLEEP_REQUESTED || m->quiet)
		return;
	other = add(all, "modem gets doorbell 0 and wants to sleep no more", false);
	*other = *m;
	announce(other, 0, MODEL_ACTIVE);
}

static void modem_wake(struct model *m)
{
	if (m->modem == MODEL_ASLEEP || m->modem == MODEL_SLEEP_REQUESTED)
		announce(m, 0, MODEL_WAKE_REQUESTED);
}

static void modem_force(struct successors *all, struct model *m)
{
	struct model *other;

	m->modem = MODEL_FORCED;
	if (m->word)
		return;
	other = add(all, "modem is forced to sleep, and its word shows that", false);
	*other = *m;
	other->word = 1;
}

static void next_bell(struct successors *all)
{
	enum model_bell bell = all->from->fifo[0];
	struct model *m = add(all, "modem gets a doorbell", false);

	m->bells--;
	memmove(m->fifo, m->fifo + 1, MODEL_FIFO - 1);
	m->fifo[MODEL_FIFO - 1] = 0;

	if (m->modem == MODEL_FORCED && bell != MODEL_BELL_FORCE_ACTIVE) {
		all->next[all->count - 1].breach = "a handshake with a modem in forced sleep";
		return;
	}
	switch (bell) {
	case MODEL_BELL_ACK_SLEEP:
		if (m->modem == MODEL_SLEEP_REQUESTED)
			m->modem = MODEL_ASLEEP;
		break;
	case MODEL_BELL_ACK_ACTIVE:
		if (m->modem == MODEL_WAKE_REQUESTED)
			m->modem = MODEL_ACTIVE;
		else if (m->modem == MODEL_ASLEEP)
			m->modem = MODEL_SLEEP_REQUESTED;
		break;
	case MODEL_BELL_WAKE:
		modem_wake(m);
		break;
	case MODEL_BELL_HEAD:
		modem_head(all, m);
		break;
	case MODEL_BELL_FORCE_SLEEP:
		modem_force(all, m);
		break;
	case MODEL_BELL_FORCE_ACTIVE:
		m->modem = MODEL_ACTIVE;
		m->word = 0;
		break;
	}
}

static void next_modem(struct successors *all)
{
	const struct model *from = all->from;

	if (from->bells)
		next_bell(all);
	if (from->quiet)
		return;
	if (from->modem == MODEL_ACTIVE)
		announce(add(all, "modem asks for sleep", true), 1, MODEL_SLEEP_REQUESTED);
	if (from->modem == MODEL_SLEEP_REQUESTED)
		announce(add(all, "modem has data and wants to sleep no more", true), 0,
			 MODEL_ACTIVE);
	if (from->modem == MODEL_ASLEEP)
		announce(add(all, "modem has data and wakes", true), 0, MODEL_WAKE_REQUESTED);
	if (from->modem == MODEL_ACTIVE || from->modem == MODEL_SLEEP_REQUESTED)
		if (!from->interrupt)
			add(all, "modem interrupts for data", true)->interrupt = 1;
}

/** model_next() - all that can happen next, but for time limits. Returns how many. */
unsigned int model_next(const struct model *model, enum model_fault fault,
			struct model_next next[MODEL_NEXT_MAX])
{
	struct successors all = { .from = model, .next = next, .fault = fault };

	next_users(&all);
	next_poll(&all);
	next_pm(&all);
	next_modem(&all);
	return all.count;
}

/** model_at_rest() - all was served, and both sides believe the same */
bool model_at_rest(const struct model *m)
{
	bool agreed = m->asleep ? m->modem == MODEL_ASLEEP || m->modem == MODEL_SLEEP_REQUESTED :
				  m->modem == MODEL_ACTIVE || m->modem == MODEL_SLEEP_REQUESTED;

	return agreed && m->pm == MODEL_PM_RUN && !m->pipe && !m->message && !m->told &&
	       !m->held && !m->waking && !m->suspended && !m->forced;
}
