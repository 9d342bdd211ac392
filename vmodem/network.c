// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One direction of cause: radio and SIM decide whether the modem searches, the search
 * whether it is registered, registration whether it is attached, attachment whether
 * bearers live. Each step takes the next one down with it.
 */
#include "network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loop.h"
#include "network_internal.h"
#include "record.h"
#include "sms.h"

static const struct network_signal signal_none = {
	.rssi = 99, .error_rate = 99, .rsrp_dbm = NETWORK_UNKNOWN,
	.rsrq_db = NETWORK_UNKNOWN, .snr_half_db = NETWORK_UNKNOWN,
};

void network_notify(struct network *network, unsigned int changes, unsigned int session)
{
	struct network_observer *observer, *next;

	for (observer = network->observers; observer; observer = next) {
		next = observer->next;
		observer->changed(observer->self, changes, session);
	}
}

/* --- radio, SIM, signal -------------------------------------------------- */

int network_usable(const struct network *network)
{
	switch (sim_state(&network->sim)) {
	case SIM_READY:
		break;
	case SIM_ABSENT:
	case SIM_NO_PROFILE:
		return -ENOMEDIUM;
	case SIM_STARTING:
		return -EAGAIN;
	case SIM_FAILED:
		return -EIO;
	case SIM_NOT_ACTIVATED:
		return -ENOKEY;
	default:
		return -EACCES;
	}
	if (!network->radio.hardware || !network->radio.software)
		return -ENETDOWN;
	return 0;
}

/* Radio or SIM changed: search or leave. */
static void follow(struct network *network)
{
	bool usable = !network_usable(network);

	if (usable == network->usable)
		return;
	network->usable = usable;
	if (usable)
		network_search(network);
	else
		network_leave(network, 0);
	network_notify(network, NETWORK_CHANGED_SIGNAL, 0);
}

struct sim *network_sim(struct network *network)
{
	return &network->sim;
}

struct apn *network_apn(struct network *network)
{
	return &network->apn;
}

void network_apn_changed(struct network *network)
{
	network_notify(network, NETWORK_CHANGED_APN, 0);
}

void network_preferred_changed(struct network *network)
{
	network_notify(network, NETWORK_CHANGED_PREFERRED, 0);
}

struct sms *network_sms(struct network *network)
{
	return network->sms;
}

static void sim_changed(struct sim *sim)
{
	struct network *network = sim->owner;

	if (!sim->starting)
		loop_timer_cancel(&network->sim_timer);
	else if (!network->sim_timer.armed)
		loop_timer_arm(&network->sim_timer, (uint64_t)network->sim_ms * 1000);
	network_notify(network, NETWORK_CHANGED_SIM, 0);
	follow(network);
}

static void sim_timer_expired(struct loop_timer *timer)
{
	struct network *network = timer->owner;

	sim_started(&network->sim);
}

void network_set_sim_time(struct network *network, unsigned int ms)
{
	network->sim_ms = ms;
	network->sim.slow = ms;
}

struct network_radio network_radio(const struct network *network)
{
	return network->radio;
}

static void radio_set(struct network *network, bool *radio_switch, bool on)
{
	if (*radio_switch == on)
		return;
	*radio_switch = on;
	/* Switching off and on again makes the modem attach by itself. */
	network->stay_detached = false;
	record_event(network->record, "network", "radio", "\"hardware\":%s,\"software\":%s",
		     network->radio.hardware ? "true" : "false",
		     network->radio.software ? "true" : "false");
	network_notify(network, NETWORK_CHANGED_RADIO, 0);
	follow(network);
}

struct ussd *network_ussd(struct network *network)
{
	return &network->ussd;
}

struct fcc *network_fcc(struct network *network)
{
	return &network->fcc;
}

int network_set_radio(struct network *network, bool on)
{
	if (on && fcc_locked(&network->fcc))
		return -EPERM;
	radio_set(network, &network->radio.software, on);
	return 0;
}

void network_set_radio_hardware(struct network *network, bool on)
{
	radio_set(network, &network->radio.hardware, on);
}

struct network_signal network_signal(const struct network *network)
{
	return network->usable ? network->signal : signal_none;
}

void network_set_signal(struct network *network, const struct network_signal *signal)
{
	network->signal = *signal;
	if (network->usable)
		network_notify(network, NETWORK_CHANGED_SIGNAL, 0);
}

/* --- life ---------------------------------------------------------------- */

void network_observe(struct network *network, struct network_observer *observer)
{
	observer->next = network->observers;
	network->observers = observer;
}

void network_unobserve(struct network *network, struct network_observer *observer)
{
	struct network_observer **link = &network->observers;

	while (*link && *link != observer)
		link = &(*link)->next;
	if (*link)
		*link = observer->next;
}

/* "all", or numbers below NETWORK_SESSIONS with commas between. */
static int parse_sessions(const char *text, unsigned int *sessions)
{
	*sessions = 0;
	if (!text || !*text)
		return 0;
	if (!strcmp(text, "all")) {
		*sessions = (1u << NETWORK_SESSIONS) - 1;
		return 0;
	}
	for (;; text += 2) {
		if (text[0] < '0' || text[0] >= '0' + NETWORK_SESSIONS)
			return -EINVAL;
		*sessions |= 1u << (text[0] - '0');
		if (!text[1])
			return 0;
		if (text[1] != ',')
			return -EINVAL;
	}
}

static void power_on(struct network *network)
{
	fcc_restart(&network->fcc);
	ussd_cancel(&network->ussd);
	network->radio.software = !fcc_locked(&network->fcc);
	network->stay_detached = false;
	network->registration.manual = false;
	network->registration.preferred_classes = NETWORK_CLASSES;
	network->selected[0] = '\0';
	memset(&network->counters, 0, sizeof(network->counters));
	network->connects_left = network->connects;
	network->waiting = network->waits;
	sim_set_power(&network->sim, !network->waiting);
}

bool network_waiting(const struct network *network)
{
	return network->waiting;
}

void network_start_services(struct network *network)
{
	if (!network->waiting)
		return;
	network->waiting = false;
	record_event(network->record, "network", "services", "\"started\":true");
	sim_set_power(&network->sim, true);
}

struct network *network_new(const struct network_config *config)
{
	struct network *network;
	unsigned int connected;

	if (parse_sessions(config->connected, &connected)) {
		errno = EINVAL;
		return NULL;
	}
	network = calloc(1, sizeof(*network));
	if (!network)
		return NULL;
	network->loop = config->loop;
	network->record = config->record;
	network->capture = config->capture;
	network->connected = connected;
	network->register_ms = config->register_ms;
	network->connect_ms = config->connect_ms;
	network->radio.hardware = true;
	network->coverage = config->coverage_set ? config->coverage : NETWORK_HOME;
	network->coverage_cause = config->coverage_cause;
	network->waits = config->waits;
	network->ip_types = NETWORK_IPV4V6;
	network->connects = NETWORK_ANY_CONNECTS;
	network->bands = NETWORK_ALL_BANDS;
	network->preferred_class = NETWORK_LTE;
	network->signal = (struct network_signal){
		.rssi = 24, .error_rate = 99, .rsrp_dbm = -85, .rsrq_db = -9, .snr_half_db = 26,
	};
	loop_timer_init(network->loop, &network->search_timer, network_search_expired, network);
	loop_timer_init(network->loop, &network->sim_timer, sim_timer_expired, network);
	network_bearers_init(network);
	sim_init(&network->sim, sim_changed, network);
	sim_set_state(&network->sim, config->sim);
	network_set_sim_time(network, config->sim_ms);
	fcc_init(&network->fcc, config->fcc_lock);
	apn_init(&network->apn);
	network_control_register(network, config->control);
	network->sms = sms_new(network, config->loop, config->record, config->control);
	if (!network->sms) {
		network_free(network);
		return NULL;
	}
	power_on(network);
	return network;
}

void network_reset(struct network *network)
{
	network_bearers_forget(network);
	loop_timer_cancel(&network->search_timer);
	network->attached = false;
	network->usable = false;
	network->registration.state = NETWORK_DEREGISTERED;
	network->registration.provider = NULL;
	network->registration.cause = 0;
	network->registration.available_classes = 0;
	network_notify(network, NETWORK_CHANGED_RESTART, 0);
	power_on(network);
}

void network_free(struct network *network)
{
	if (!network)
		return;
	network_bearers_forget(network);
	network_set_carrier(network, (struct carrier){ .ops = NULL });
	loop_timer_cancel(&network->search_timer);
	loop_timer_cancel(&network->swap_timer);
	loop_timer_cancel(&network->sim_timer);
	sms_free(network->sms);
	free(network);
}
