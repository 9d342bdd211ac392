// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The search for a network, registration, attachment, and what is on the air here.
 */
#include <errno.h>
#include <string.h>

#include "loop.h"
#include "network_internal.h"
#include "record.h"

/* Networks 001 xx are for tests (ITU-T E.212, TS 36.508). Best signal first. */
static const struct network_provider providers[] = {
	{ .id = "00101", .name = "Test PLMN", .mcc = 1, .mnc = 1, .home = true },
	{ .id = "00102", .name = "Other PLMN", .mcc = 1, .mnc = 2 },
	{ .id = "00103", .name = "Barred PLMN", .mcc = 1, .mnc = 3, .forbidden = true },
};

#define PROVIDERS (sizeof(providers) / sizeof(providers[0]))

const char *network_operator_name(const char *id)
{
	for (size_t i = 0; i < PROVIDERS; i++)
		if (!strcmp(providers[i].id, id))
			return providers[i].name;
	return NULL;
}

const char *network_operator_id(const char *name)
{
	for (size_t i = 0; i < PROVIDERS; i++)
		if (!strcmp(providers[i].name, name))
			return providers[i].id;
	return NULL;
}

/* --- packet service ------------------------------------------------------ */

#define NETWORK_APN	"internet"	/* for whom names none */

/* What is asked for depends on where the modem is, what is granted on the network. */
static void grant_attach(struct network *network)
{
	static const enum apn_roaming where[NETWORK_REGISTER_STATES] = {
		[NETWORK_HOME] = APN_HOME,
		[NETWORK_PARTNER] = APN_PARTNER,
		[NETWORK_ROAMING] = APN_NON_PARTNER,
	};
	struct apn_attach *with = &network->attached_with;
	uint32_t wanted;

	*with = network->apn.attach[where[network->registration.state]];
	wanted = with->ip_type == NETWORK_IPV4 || with->ip_type == NETWORK_IPV6 ? with->ip_type :
										   NETWORK_IPV4V6;
	with->ip_type = wanted & network->ip_types ? wanted & network->ip_types :
						     network->ip_types;
	if (!with->apn[0])
		strcpy(with->apn, NETWORK_APN);
}

const struct apn_attach *network_attached_with(const struct network *network)
{
	return network->attached ? &network->attached_with : NULL;
}

static void attach_now(struct network *network)
{
	if (network->attached)
		return;
	grant_attach(network);
	network->attached = true;
	network_notify(network, NETWORK_CHANGED_PACKET_SERVICE, 0);
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		if (network->connected & 1u << session)
			network_connect(network, session, NETWORK_APN, NETWORK_IPV4V6);
}

static void detach_now(struct network *network, unsigned int cause)
{
	network_bearers_down(network, cause);
	if (!network->attached)
		return;
	network->attached = false;
	network_notify(network, NETWORK_CHANGED_PACKET_SERVICE, 0);
}

int network_attach(struct network *network, bool attach)
{
	int err = network_usable(network);

	if (err)
		return err;
	if (attach && !network_registered(network))
		return -ENOLINK;
	network->stay_detached = !attach;
	if (attach)
		attach_now(network);
	else
		detach_now(network, 0);
	return 0;
}

static uint32_t best_class(uint32_t classes)
{
	uint32_t class = NETWORK_LTE;

	while (class && !(class & classes))
		class >>= 1;
	return class;
}

const unsigned int network_bands[NETWORK_BANDS] = { 1, 2, 4, 8, 101, 103, 105, 107, 108, 120 };

#define BAND_UMTS	(1u << 0)	/* where there are cells: UMTS band 1 */
#define BAND_LTE	(1u << 5)	/* and LTE band 3 */

/* What the best cell offers of what the modem may use. */
static uint32_t cell_classes(const struct network *network)
{
	uint32_t classes = network->registration.preferred_classes;
	uint32_t lte = network->bands & BAND_LTE ? classes & NETWORK_LTE : 0;
	uint32_t umts = network->bands & BAND_UMTS ? classes & ~(uint32_t)NETWORK_LTE : 0;

	return lte && (!umts || network->preferred_class == NETWORK_LTE) ? lte : umts;
}

struct network_packet_service network_packet_service(const struct network *network)
{
	struct network_packet_service service = { .attached = network->attached };
	uint32_t class = best_class(network->registration.available_classes);

	if (!service.attached)
		return service;
	service.current_class = class;
	/* LTE category 4 and HSPA category 10/6 as a network would tell them. */
	service.uplink_bps = class == NETWORK_LTE ? 50000000 : 5760000;
	service.downlink_bps = class == NETWORK_LTE ? 150000000 : 14400000;
	return service;
}

/* --- registration -------------------------------------------------------- */

const char *const network_register_names[NETWORK_REGISTER_STATES] = {
	[NETWORK_DEREGISTERED] = "deregistered",
	[NETWORK_SEARCHING] = "searching",
	[NETWORK_HOME] = "home",
	[NETWORK_ROAMING] = "roaming",
	[NETWORK_PARTNER] = "partner",
	[NETWORK_DENIED] = "denied",
};

static bool state_registered(enum network_register_state state)
{
	return state == NETWORK_HOME || state == NETWORK_ROAMING || state == NETWORK_PARTNER;
}

bool network_registered(const struct network *network)
{
	return state_registered(network->registration.state);
}

const struct network_registration *network_registration(const struct network *network)
{
	return &network->registration;
}

unsigned int network_scan_ms(const struct network *network)
{
	return network->scan_ms;
}

const struct network_provider *network_home_provider(const struct network *network)
{
	(void)network;
	return &providers[0];
}

const struct network_provider *network_providers(const struct network *network, size_t *count)
{
	switch (network->coverage) {
	case NETWORK_HOME:
	case NETWORK_DENIED:
		*count = PROVIDERS;
		return providers;
	case NETWORK_ROAMING:
	case NETWORK_PARTNER:
		*count = PROVIDERS - 1;
		return providers + 1;
	default:
		*count = 0;
		return providers;
	}
}

static const struct network_provider *find_provider(const struct network *network, const char *id)
{
	size_t count;
	const struct network_provider *found = network_providers(network, &count);

	for (; count; found++, count--)
		if (id ? !strcmp(found->id, id) : !found->forbidden)
			return found;
	return NULL;
}

static void registration_set(struct network *network, enum network_register_state state,
			     const struct network_provider *provider, unsigned int cause)
{
	struct network_registration *reg = &network->registration;
	bool registered = state_registered(state);
	uint32_t classes = registered ? cell_classes(network) : 0;

	if (reg->state == state && reg->provider == provider && reg->cause == cause &&
	    reg->available_classes == classes)
		return;
	reg->state = state;
	reg->provider = provider;
	reg->cause = cause;
	reg->available_classes = classes;
	record_event(network->record, "network", "registration",
		     "\"state\":\"%s\",\"provider\":\"%s\",\"cause\":%u",
		     network_register_names[state], provider ? provider->id : "", cause);
	network_notify(network, NETWORK_CHANGED_REGISTRATION |
		       (network->attached ? NETWORK_CHANGED_PACKET_SERVICE : 0), 0);
}

/* The search is over: what did it find? */
static void search_done(struct network *network)
{
	const char *id = network->selected[0] ? network->selected : NULL;
	const struct network_provider *found = find_provider(network, id);

	if (network->coverage == NETWORK_DENIED) {
		registration_set(network, NETWORK_DENIED, NULL, network->coverage_cause);
		return;
	}
	if (!found || !cell_classes(network)) {
		registration_set(network, network->coverage == NETWORK_DEREGISTERED ?
				 NETWORK_DEREGISTERED : NETWORK_SEARCHING, NULL, 0);
		return;
	}
	if (found->forbidden) {
		registration_set(network, NETWORK_DENIED, NULL, NETWORK_CAUSE_NOT_ALLOWED);
		return;
	}
	registration_set(network, found->home ? NETWORK_HOME :
			 network->coverage == NETWORK_PARTNER ? NETWORK_PARTNER : NETWORK_ROAMING,
			 found, 0);
	if (!network->stay_detached)
		attach_now(network);
}

void network_search_expired(struct loop_timer *timer)
{
	search_done(timer->owner);
}

void network_search(struct network *network)
{
	loop_timer_cancel(&network->search_timer);
	registration_set(network, NETWORK_SEARCHING, NULL, 0);
	if (!network->register_ms) {
		search_done(network);
		return;
	}
	loop_timer_arm(&network->search_timer, (uint64_t)network->register_ms * 1000);
}

void network_leave(struct network *network, unsigned int cause)
{
	loop_timer_cancel(&network->search_timer);
	detach_now(network, cause);
	registration_set(network, NETWORK_DEREGISTERED, NULL, 0);
}

int network_register(struct network *network, const char *provider_id, uint32_t classes)
{
	int err = network_usable(network);

	if (err)
		return err;
	classes &= NETWORK_CLASSES;
	if (provider_id && (strlen(provider_id) >= sizeof(network->selected) ||
			    !find_provider(network, provider_id)))
		return -ENOENT;
	strcpy(network->selected, provider_id ? provider_id : "");
	network->registration.manual = provider_id;
	if (classes)
		network->registration.preferred_classes = classes;
	/* Bearers survive when the modem is already where it shall be. */
	if (network_registered(network) &&
	    network->registration.provider == find_provider(network, provider_id)) {
		search_done(network);
		return 0;
	}
	detach_now(network, NETWORK_CAUSE_REGULAR);
	network_search(network);
	return 0;
}

unsigned int network_used_bands(const struct network *network)
{
	return network->bands;
}

enum network_class network_preferred_class(const struct network *network)
{
	return network->preferred_class;
}

void network_use_bands(struct network *network, unsigned int bands, uint32_t classes,
		       enum network_class preferred)
{
	network->bands = bands;
	network->preferred_class = preferred;
	network->registration.preferred_classes = classes;
	if (!network->usable)
		return;
	detach_now(network, NETWORK_CAUSE_REGULAR);
	network_search(network);
}

void network_set_coverage(struct network *network, enum network_register_state state,
			  unsigned int cause)
{
	network->coverage = state;
	network->coverage_cause = cause;
	if (!network->usable)
		return;
	detach_now(network, NETWORK_CAUSE_REGULAR);
	loop_timer_cancel(&network->search_timer);
	search_done(network);
}

unsigned int network_secondary_cells(const struct network *network)
{
	bool lte = network->registration.available_classes & NETWORK_LTE;

	return lte && network->attached ? network->secondary_cells : 0;
}

size_t network_cells(const struct network *network, struct network_cell *cells, size_t max)
{
	struct network_signal signal = network_signal(network);
	const struct network_cell here = {
		.provider = network->registration.provider,
		.tac = 1, .cell_id = 0x12d687, .earfcn = 1650, .physical_id = 101, .band = 3,
		.rsrp_dbm = signal.rsrp_dbm, .rsrq_db = signal.rsrq_db,
	};
	size_t count = 0;

	if (!network_registered(network))
		return 0;
	if (count < max)
		cells[count++] = here;
	if (count < max) {
		cells[count] = here;
		/* Of a neighbour the modem reads no broadcast, it only measures. */
		cells[count].physical_id = 102;
		cells[count].cell_id = UINT32_MAX;
		cells[count].tac = UINT32_MAX;
		cells[count].rsrp_dbm -= 6;
		cells[count].rsrq_db -= 3;
		count++;
	}
	return count;
}
