// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * MS Basic Connect Extensions about the device as a whole: slots, reset, location, protocol
 * options, and what MBIMEx 3.0 adds (MBIM document, 3.11).
 */
#include <string.h>

#include "mbim_internal.h"

#define SLOT_EMPTY		3
#define SLOT_NOT_READY		4
#define SLOT_ACTIVE		5
#define SLOT_ERROR		6
#define SLOT_ACTIVE_ESIM	7
#define SLOT_ESIM_NO_PROFILES	8

#define PCO_HEADER		12
#define PCO_COMPLETE		0

#define CONFIGURATION_COMPLETED	2

#define MICO_UNSUPPORTED	2
#define DRX_NOT_SUPPORTED	1

#define WAKE_CID_INDICATION	1

/* --- slots ------------------------------------------------------------------- */

static void put_mappings(struct mbim_bytes *out)
{
	struct mbim_struct list, slot;

	mbim_begin(&list, out, 4 + 8);
	mbim_put_u32(&list, 1);
	mbim_begin_element(&list, &slot, 4);
	mbim_put_u32(&slot, 0);
	mbim_end_element(&slot);
}

uint32_t mbim_query_slot_mappings(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)mbim;
	(void)command;
	(void)in;
	put_mappings(out);
	return MBIM_STATUS_NONE;
}

/* With one executor and one slot there is one way to map them. */
uint32_t mbim_set_slot_mappings(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t count = mbim_get_u32(in);
	struct mbim_reader slot;
	uint32_t number;

	(void)mbim;
	(void)command;
	if (in->status || count != 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim_get_element(in, &slot);
	number = mbim_get_u32(&slot);
	if (slot.status || number)
		return MBIM_STATUS_INVALID_PARAMETERS;
	put_mappings(out);
	return MBIM_STATUS_NONE;
}

static uint32_t slot_state(const struct sim *sim)
{
	switch (sim_state(sim)) {
	case SIM_ABSENT:
		return SLOT_EMPTY;
	case SIM_BLOCKED:
	case SIM_FAILED:
		return SLOT_ERROR;
	case SIM_READY:
	case SIM_NOT_ACTIVATED:
		return sim->euicc ? SLOT_ACTIVE_ESIM : SLOT_ACTIVE;
	case SIM_NO_PROFILE:
		return SLOT_ESIM_NO_PROFILES;
	default:
		return SLOT_NOT_READY;
	}
}

void mbim_encode_slot(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct mbim_struct status;

	mbim_begin(&status, out, 8);
	mbim_put_u32(&status, session);
	mbim_put_u32(&status, slot_state(network_sim(mbim->network)));
}

uint32_t mbim_query_slot(struct mbim *mbim, const struct mbim_command *command,
			 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t slot = mbim_get_u32(in);

	(void)command;
	if (in->status || slot)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim_encode_slot(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

/* --- protocol configuration options -------------------------------------------- */

/*
 * What the network told with the bearer: the containers for its DNS servers, behind an
 * octet that says PPP (TS 24.008, 10.5.6.3).
 */
static size_t pco_of(const struct network_ip *ip, uint8_t *data)
{
	uint8_t *p = data;

	*p++ = 0x80;
	for (unsigned int i = 0; ip->type & NETWORK_IPV4 && i < 2; i++) {
		const uint8_t header[] = { 0x00, 0x0d, 4 };

		memcpy(p, header, 3);
		memcpy(p + 3, ip->ipv4_dns[i], 4);
		p += 7;
	}
	for (unsigned int i = 0; ip->type & NETWORK_IPV6 && i < 2; i++) {
		const uint8_t header[] = { 0x00, 0x03, 16 };

		memcpy(p, header, 3);
		memcpy(p + 3, ip->ipv6_dns[i], 16);
		p += 19;
	}
	return (size_t)(p - data);
}

void mbim_encode_pco(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	uint8_t data[64];
	size_t len = pco_of(&network_bearer(mbim->network, session)->ip, data);
	struct mbim_struct pco;

	mbim_begin(&pco, out, PCO_HEADER);
	mbim_put_u32(&pco, session);
	mbim_put_u32(&pco, (uint32_t)len);
	mbim_put_u32(&pco, PCO_COMPLETE);
	mbim_append(out, data, len);
}

uint32_t mbim_query_pco(struct mbim *mbim, const struct mbim_command *command,
			struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t session = mbim_get_u32(in);

	(void)command;
	if (in->status || session >= NETWORK_SESSIONS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (network_bearer(mbim->network, session)->state != NETWORK_BEARER_ACTIVE)
		return MBIM_STATUS_CONTEXT_NOT_ACTIVATED;
	mbim_encode_pco(mbim, out, session);
	return MBIM_STATUS_NONE;
}

/* --- reset, location ------------------------------------------------------------- */

uint32_t mbim_set_device_reset(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	(void)out;
	if (!mbim->restart)
		return MBIM_STATUS_NO_DEVICE_SUPPORT;
	mbim->restart(mbim->restart_self, MBIM_RESTART);
	return MBIM_STATUS_NONE;
}

void mbim_encode_location(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct network_cell cell = { .tac = MBIM_UNKNOWN, .cell_id = MBIM_UNKNOWN };
	struct mbim_struct location;

	(void)session;
	network_cells(mbim->network, &cell, 1);
	mbim_begin(&location, out, 12);
	mbim_put_u32(&location, MBIM_UNKNOWN);	/* a location area is not for LTE */
	mbim_put_u32(&location, cell.tac);
	mbim_put_u32(&location, cell.cell_id);
}

uint32_t mbim_query_location(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	if (!network_registered(mbim->network))
		return MBIM_STATUS_NOT_REGISTERED;
	mbim_encode_location(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

/* --- MBIMEx 3.0 ------------------------------------------------------------------ */

uint32_t mbim_query_configuration(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct configuration;

	(void)mbim;
	(void)command;
	(void)in;
	mbim_begin(&configuration, out, 4);
	mbim_put_u32(&configuration, CONFIGURATION_COMPLETED);
	mbim_append_tlv_string(out, "default");
	return MBIM_STATUS_NONE;
}

uint32_t mbim_query_parameters(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct parameters;

	(void)command;
	(void)in;
	mbim_begin(&parameters, out, 20);
	mbim_put_u32(&parameters, MICO_UNSUPPORTED);
	mbim_put_u32(&parameters, DRX_NOT_SUPPORTED);
	mbim_put_u32(&parameters, 0);	/* local area data networks: no */
	mbim_put_u32(&parameters, mbim->pdu_hint);
	mbim_put_u32(&parameters, 0);
	return MBIM_STATUS_NONE;
}

/* Most are for 5G: without it the modem keeps only the hint about the default session. */
uint32_t mbim_set_parameters(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t hint;

	for (int i = 0; i < 3; i++)
		mbim_get_u32(in);
	hint = mbim_get_u32(in);
	mbim_get_u32(in);
	if (in->status || hint > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim->pdu_hint = hint;
	return mbim_query_parameters(mbim, command, in, out);
}

/* The modem cannot tell whether it woke the host: the last cause would be an indication. */
uint32_t mbim_query_wake_reason(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out)
{
	uint8_t tlv[8 + MBIM_UUID + 8] = { 16, 0, 0, 0, MBIM_UUID + 8 };
	struct mbim_struct reason;

	(void)mbim;
	(void)command;
	(void)in;
	/* A wake command: service, CID, and no payload. */
	memcpy(tlv + 8, mbim_basic_service.uuid, MBIM_UUID);
	tlv[8 + MBIM_UUID] = MBIM_BASIC_REGISTER_STATE;
	mbim_begin(&reason, out, 8);
	mbim_put_u32(&reason, WAKE_CID_INDICATION);
	mbim_put_u32(&reason, 0);
	mbim_append(out, tlv, sizeof(tlv));
	return MBIM_STATUS_NONE;
}
