// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operators for the host: home, preferred and visible ones.
 */
#include <string.h>

#include "mbim_internal.h"

#define PROVIDER_HOME		0x01
#define PROVIDER_FORBIDDEN	0x02
#define PROVIDER_PREFERRED	0x04
#define PROVIDER_VISIBLE	0x08
#define PROVIDER_REGISTERED	0x10

#define RSSI_UNKNOWN		99
#define PROVIDER_LEN		32

static void put_provider(struct mbim_struct *element, const char *id, uint32_t state,
			 const char *name, uint32_t rssi)
{
	mbim_put_string(element, id);
	mbim_put_u32(element, state);
	mbim_put_string(element, name);
	mbim_put_u32(element, MBIM_CELLULAR_GSM);
	mbim_put_u32(element, rssi);
	mbim_put_u32(element, RSSI_UNKNOWN);
}

static uint32_t state_of(struct mbim *mbim, const struct network_provider *provider)
{
	uint32_t state = 0;

	if (provider->home)
		state |= PROVIDER_HOME;
	if (provider->forbidden)
		state |= PROVIDER_FORBIDDEN;
	if (network_registration(mbim->network)->provider == provider)
		state |= PROVIDER_REGISTERED;
	if (plmn_listed(&network_sim(mbim->network)->preferred, provider->id))
		state |= PROVIDER_PREFERRED;
	return state;
}

uint32_t mbim_query_home_provider(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	const struct network_provider *home = network_home_provider(mbim->network);
	uint32_t status = mbim_card_status(mbim);
	struct mbim_struct provider;

	(void)command;
	(void)in;
	if (status)
		return status;
	mbim_begin(&provider, out, PROVIDER_LEN);
	put_provider(&provider, home->id, state_of(mbim, home), home->name, RSSI_UNKNOWN);
	return MBIM_STATUS_NONE;
}

/*
 * A provider on the wire: its identity is taken, the rest is the modem's to know. Returns
 * the status of @in.
 */
static uint32_t read_provider(struct mbim_reader *in, char *id)
{
	char name[MBIM_PROVIDER_NAME_SIZE];

	mbim_get_string(in, id, MBIM_PROVIDER_SIZE, MBIM_PROVIDER_BYTES);
	mbim_get_u32(in);
	mbim_get_string(in, name, sizeof(name), MBIM_PROVIDER_NAME_BYTES);
	return in->status;
}

static bool visible(const struct mbim *mbim, const char *id)
{
	size_t count;
	const struct network_provider *provider = network_providers(mbim->network, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(provider[i].id, id))
			return true;
	return false;
}

/*
 * One card has one home, and no other carrier's profile is in a modem that does not claim
 * to be multi-carrier: only that home can be chosen.
 */
uint32_t mbim_set_home_provider(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t status = mbim_card_status(mbim);
	char wanted[MBIM_PROVIDER_SIZE];

	if (read_provider(in, wanted))
		return in->status;
	if (status)
		return status;
	if (!strcmp(wanted, network_home_provider(mbim->network)->id))
		return mbim_query_home_provider(mbim, command, in, out);
	return visible(mbim, wanted) ? MBIM_STATUS_OPERATION_NOT_ALLOWED :
					  MBIM_STATUS_PROVIDER_NOT_VISIBLE;
}

static void encode_visible(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	const struct network_provider *provider;
	struct mbim_struct list;
	size_t count;

	(void)session;
	provider = network_providers(mbim->network, &count);
	mbim_begin(&list, out, 4 + 8 * count);
	mbim_put_u32(&list, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		struct mbim_struct element;

		mbim_begin_element(&list, &element, PROVIDER_LEN);
		put_provider(&element, provider[i].id,
			     state_of(mbim, &provider[i]) | PROVIDER_VISIBLE, provider[i].name,
			     network_signal(mbim->network).rssi);
		mbim_end_element(&element);
	}
}

static void encode_nothing(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	(void)mbim;
	(void)out;
	(void)session;
}

/* The radio may have gone off meanwhile, and the host another way. */
static void scan_expired(struct loop_timer *timer)
{
	struct mbim *mbim = timer->owner;
	uint32_t status = mbim_status_of(network_usable(mbim->network));
	struct mbim_pending *pending = mbim_find_pending(mbim, &mbim_basic_service,
							 MBIM_BASIC_VISIBLE_PROVIDERS, 0);

	if (pending)
		mbim_complete(mbim, pending, status, status ? encode_nothing : encode_visible);
}

void mbim_scan_init(struct mbim *mbim)
{
	loop_timer_init(mbim->loop, &mbim->scan_timer, scan_expired, mbim);
}

uint32_t mbim_query_visible(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t action = mbim_get_u32(in);
	uint64_t scan_ms = network_scan_ms(mbim->network);
	int err = network_usable(mbim->network);

	if (in->status || action > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (err)
		return mbim_status_of(err);
	if (mbim_find_pending(mbim, command->service, command->cid, 0))
		return MBIM_STATUS_BUSY;
	if (!scan_ms) {
		encode_visible(mbim, out, 0);
		return MBIM_STATUS_NONE;
	}
	if (!mbim_pend(mbim, command, 0))
		return MBIM_STATUS_BUSY;
	loop_timer_arm(&mbim->scan_timer, scan_ms * 1000);
	return MBIM_STATUS_PENDING;
}

/* The card keeps no names; the modem knows those of the operators here. */
void mbim_encode_preferred(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	const struct plmn *entries = network_sim(mbim->network)->preferred.entries;
	struct mbim_struct list;
	uint32_t count = 0;

	(void)session;
	for (size_t i = 0; i < PLMN_ENTRIES; i++)
		count += entries[i].id[0] != '\0';
	mbim_begin(&list, out, 4 + 8 * count);
	mbim_put_u32(&list, count);
	for (size_t i = 0; i < PLMN_ENTRIES; i++) {
		const char *name = network_operator_name(entries[i].id);
		struct mbim_struct element;

		if (!entries[i].id[0])
			continue;
		mbim_begin_element(&list, &element, PROVIDER_LEN);
		put_provider(&element, entries[i].id, PROVIDER_PREFERRED, name ? name : "",
			     RSSI_UNKNOWN);
		mbim_end_element(&element);
	}
}

uint32_t mbim_query_preferred(struct mbim *mbim, const struct mbim_command *command,
			      struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t status = mbim_card_status(mbim);

	(void)command;
	(void)in;
	if (!status)
		mbim_encode_preferred(mbim, out, 0);
	return status;
}

/* Replaces the list on the card. What access they have is not said: any. */
uint32_t mbim_set_preferred(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t count = mbim_get_u32(in), status = mbim_card_status(mbim);
	struct plmn_list list = { 0 };

	if (!in->status && count > PLMN_ENTRIES)
		return MBIM_STATUS_MEMORY_FULL;
	for (uint32_t i = 0; i < count && !in->status; i++) {
		struct mbim_reader element;
		char id[MBIM_PROVIDER_SIZE];

		mbim_get_element(in, &element);
		if (read_provider(&element, id))
			return element.status;
		if (!plmn_valid(id))
			return MBIM_STATUS_INVALID_PARAMETERS;
		plmn_write(&list, i, id, PLMN_UTRAN | PLMN_EUTRAN);
	}
	if (in->status || status)
		return in->status ? in->status : status;
	network_sim(mbim->network)->preferred = list;
	network_preferred_changed(mbim->network);
	return mbim_query_preferred(mbim, command, in, out);
}
