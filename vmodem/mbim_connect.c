// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bearers for the host: CONNECT, IP_CONFIGURATION and PACKET_STATISTICS. A session's
 * number is the link id of the host's network device.
 */
#include <ctype.h>
#include <string.h>

#include "mbim_internal.h"

#define ACTIVATED		1
#define ACTIVATING		2
#define DEACTIVATED		3

#define MEDIA_3GPP		1

#define IP_DEFAULT		0
#define IP_IPV4_AND_IPV6	4	/* two bearers; this network has both in one */

#define IP_HAS_ADDRESS		0x1
#define IP_HAS_GATEWAY		0x2
#define IP_HAS_DNS		0x4
#define IP_HAS_MTU		0x8
#define IP_HAS_ALL		(IP_HAS_ADDRESS | IP_HAS_GATEWAY | IP_HAS_DNS | IP_HAS_MTU)

const uint8_t mbim_context_none[MBIM_UUID] = {
	0xb4, 0x3f, 0x75, 0x8c, 0xa5, 0x60, 0x4b, 0x46,
	0xb3, 0x5e, 0xc5, 0x86, 0x96, 0x41, 0xfb, 0x54,
};

/* The other types of 3.0: a bearer of each kind is the same to this network. */
static const uint8_t other_contexts[][MBIM_UUID] = {
	/* vpn */
	{ 0x9b, 0x9f, 0x7b, 0xbe, 0x89, 0x52, 0x44, 0xb7,
	  0x83, 0xac, 0xca, 0x41, 0x31, 0x8d, 0xf7, 0xa0 },
	/* voice */
	{ 0x88, 0x91, 0x82, 0x94, 0x0e, 0xf4, 0x43, 0x96,
	  0x8c, 0xca, 0xa8, 0x58, 0x8f, 0xbc, 0x02, 0xb2 },
	/* video share */
	{ 0x05, 0xa2, 0xa7, 0x16, 0x7c, 0x34, 0x4b, 0x4d,
	  0x9a, 0x91, 0xc5, 0xef, 0x0c, 0x7a, 0xaa, 0xcc },
	/* purchase */
	{ 0xb3, 0x27, 0x24, 0x96, 0xac, 0x6c, 0x42, 0x2b,
	  0xa8, 0xc0, 0xac, 0xf6, 0x87, 0xa2, 0x72, 0x17 },
	/* ims */
	{ 0x21, 0x61, 0x0d, 0x01, 0x30, 0x74, 0x4b, 0xce,
	  0x94, 0x25, 0xb5, 0x3a, 0x07, 0xd6, 0x97, 0xd6 },
	/* mms */
	{ 0x46, 0x72, 0x66, 0x64, 0x72, 0x69, 0x6b, 0xc6,
	  0x96, 0x24, 0xd1, 0xd3, 0x53, 0x89, 0xac, 0xa9 },
	/* local */
	{ 0xa5, 0x7a, 0x9a, 0xfc, 0xb0, 0x9f, 0x45, 0xd7,
	  0xbb, 0x40, 0x03, 0x3c, 0x39, 0xf6, 0x0d, 0xb9 },
	/* admin */
	{ 0x5f, 0x7e, 0x4c, 0x2e, 0xe8, 0x0b, 0x40, 0xa9,
	  0xa2, 0x39, 0xf0, 0xab, 0xcf, 0xd1, 0x1f, 0x4b },
	/* app */
	{ 0x74, 0xd8, 0x8a, 0x3d, 0xdf, 0xbd, 0x47, 0x99,
	  0x9a, 0x8c, 0x73, 0x10, 0xa3, 0x7b, 0xb2, 0xee },
	/* xcap */
	{ 0x50, 0xd3, 0x78, 0xa7, 0xba, 0xa5, 0x4a, 0x50,
	  0xb8, 0x72, 0x3f, 0xe5, 0xbb, 0x46, 0x34, 0x11 },
	/* tethering */
	{ 0x5e, 0x4e, 0x06, 0x01, 0x48, 0xdc, 0x4e, 0x2b,
	  0xac, 0xb8, 0x08, 0xb4, 0x01, 0x6b, 0xba, 0xac },
	/* emergency calling */
	{ 0x5f, 0x41, 0xad, 0xb8, 0x20, 0x4e, 0x4d, 0x31,
	  0x9d, 0xa8, 0xb3, 0xc9, 0x70, 0xe3, 0x60, 0xf2 },
};

bool mbim_context_type_known(const uint8_t *uuid)
{
	if (!memcmp(uuid, apn_type_internet, MBIM_UUID))
		return true;
	for (size_t i = 0; i < sizeof(other_contexts) / MBIM_UUID; i++)
		if (!memcmp(uuid, other_contexts[i], MBIM_UUID))
			return true;
	return false;
}

/* --- CONNECT ------------------------------------------------------------- */

static uint32_t activation_state(const struct network_bearer *bearer)
{
	switch (bearer->state) {
	case NETWORK_BEARER_ACTIVE:
		return ACTIVATED;
	case NETWORK_BEARER_ACTIVATING:
		return ACTIVATING;
	default:
		return DEACTIVATED;
	}
}

void mbim_encode_connect(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	const struct network_bearer *bearer = network_bearer(mbim->network, session);
	bool up = bearer->state != NETWORK_BEARER_INACTIVE;
	struct mbim_struct state;

	mbim_begin(&state, out, mbim->version >= MBIM_EX_3 ? 40 : 36);
	mbim_put_u32(&state, session);
	mbim_put_u32(&state, activation_state(bearer));
	mbim_put_u32(&state, 0);	/* no voice call */
	mbim_put_u32(&state, up ? bearer->ip.type : 0);
	mbim_put_uuid(&state, up ? mbim->context_types[session] : mbim_context_none);
	mbim_put_u32(&state, bearer->cause);
	if (mbim->version >= MBIM_EX_3) {
		mbim_put_u32(&state, MEDIA_3GPP);
		mbim_append_tlv_string(out, up ? bearer->apn : "");
	}
}

uint32_t mbim_query_connect(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t session = mbim_get_u32(in);

	(void)command;
	if (in->status || session >= NETWORK_SESSIONS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim_encode_connect(mbim, out, session);
	return MBIM_STATUS_NONE;
}

struct connect_request {
	uint32_t session, activate, ip_type;
	char apn[MBIM_APN_SIZE];
	char user[MBIM_USER_SIZE], password[MBIM_USER_SIZE];
	const uint8_t *context;
};

static void read_connect(struct mbim_reader *in, struct connect_request *request)
{
	request->session = mbim_get_u32(in);
	request->activate = mbim_get_u32(in);
	mbim_get_string(in, request->apn, sizeof(request->apn), MBIM_APN_BYTES);
	mbim_get_string(in, request->user, sizeof(request->user), MBIM_USER_BYTES);
	mbim_get_string(in, request->password, sizeof(request->password), MBIM_USER_BYTES);
	mbim_get_u32(in);	/* compression */
	mbim_get_u32(in);	/* authentication: this network asks nobody */
	request->ip_type = mbim_get_u32(in);
	request->context = mbim_get_uuid(in);
}

/* MBIMEx 3.0: the strings follow as TLVs. */
static void read_connect_v3(struct mbim_reader *in, struct connect_request *request)
{
	request->session = mbim_get_u32(in);
	request->activate = mbim_get_u32(in);
	mbim_get_u32(in);
	mbim_get_u32(in);
	request->ip_type = mbim_get_u32(in);
	request->context = mbim_get_uuid(in);
	mbim_get_u32(in);	/* media preference */
	mbim_get_tlv_string(in, request->apn, sizeof(request->apn), MBIM_APN_BYTES);
	mbim_get_tlv_string(in, request->user, sizeof(request->user), MBIM_USER_BYTES);
	mbim_get_tlv_string(in, request->password, sizeof(request->password), MBIM_USER_BYTES);
}

/* Labels of letters, digits and hyphens (TS 23.003, 9.1); underscores are in use too. */
static bool apn_valid(const char *apn)
{
	for (; *apn; apn++)
		if (!isalnum((unsigned char)*apn) && !strchr(".-_", *apn))
			return false;
	return true;
}

static enum network_ip_type wanted_type(uint32_t ip_type)
{
	if (ip_type == IP_DEFAULT || ip_type == IP_IPV4_AND_IPV6)
		return NETWORK_IPV4V6;
	return (enum network_ip_type)ip_type;
}

/* Answer with what became of the bearer, or wait for it. */
static uint32_t answer_activate(struct mbim *mbim, const struct mbim_command *command,
				unsigned int session, struct mbim_bytes *out)
{
	switch (network_bearer(mbim->network, session)->state) {
	case NETWORK_BEARER_ACTIVATING:
		return mbim_pend(mbim, command, session) ? MBIM_STATUS_PENDING : MBIM_STATUS_BUSY;
	case NETWORK_BEARER_ACTIVE:
		mbim_encode_connect(mbim, out, session);
		return MBIM_STATUS_NONE;
	default:
		/* The buffer tells the network's cause. */
		mbim_encode_connect(mbim, out, session);
		return MBIM_STATUS_FAILURE;
	}
}

static uint32_t activate(struct mbim *mbim, const struct mbim_command *command,
			 const struct connect_request *request, struct mbim_bytes *out)
{
	const struct network_bearer *bearer = network_bearer(mbim->network, request->session);
	int err;

	if (request->ip_type > IP_IPV4_AND_IPV6)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (!mbim_context_type_known(request->context))
		return MBIM_STATUS_CONTEXT_NOT_SUPPORTED;
	if (!apn_valid(request->apn))
		return MBIM_STATUS_INVALID_ACCESS_STRING;
	if (mbim_find_pending(mbim, command->service, command->cid, request->session))
		return MBIM_STATUS_BUSY;
	/* Asking again for what is there already is fine. */
	if (bearer->state != NETWORK_BEARER_INACTIVE && !strcmp(bearer->apn, request->apn))
		return answer_activate(mbim, command, request->session, out);
	err = network_connect(mbim->network, request->session, request->apn,
			      wanted_type(request->ip_type));
	if (err)
		return mbim_status_of(err);
	memcpy(mbim->context_types[request->session], request->context, MBIM_UUID);
	return answer_activate(mbim, command, request->session, out);
}

static uint32_t deactivate(struct mbim *mbim, unsigned int session, struct mbim_bytes *out)
{
	int err = network_disconnect(mbim->network, session);

	if (err)
		return mbim_status_of(err);
	mbim_encode_connect(mbim, out, session);
	return MBIM_STATUS_NONE;
}

uint32_t mbim_set_connect(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	struct connect_request request;

	if (mbim->version >= MBIM_EX_3)
		read_connect_v3(in, &request);
	else
		read_connect(in, &request);
	if (in->status)
		return in->status;
	if (request.session >= NETWORK_SESSIONS || request.activate > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (request.activate)
		return activate(mbim, command, &request, out);
	return deactivate(mbim, request.session, out);
}

void mbim_connect_changed(struct mbim *mbim, unsigned int session)
{
	struct mbim_pending *pending = mbim_find_pending(mbim, &mbim_basic_service,
							 MBIM_BASIC_CONNECT, session);

	if (!pending)
		return;
	switch (network_bearer(mbim->network, session)->state) {
	case NETWORK_BEARER_ACTIVATING:
		break;
	case NETWORK_BEARER_ACTIVE:
		mbim_complete(mbim, pending, MBIM_STATUS_NONE, mbim_encode_connect);
		break;
	default:
		mbim_complete(mbim, pending, MBIM_STATUS_FAILURE, mbim_encode_connect);
	}
}

/* --- IP_CONFIGURATION ---------------------------------------------------- */

/* An address with its prefix length, behind one offset. */
static void put_address(struct mbim_struct *config, uint32_t prefix, const uint8_t *address,
			size_t len)
{
	const uint8_t zero[4] = { 0 };
	uint8_t element[4 + 16];

	memcpy(element, zero, 4);
	element[0] = (uint8_t)prefix;
	memcpy(element + 4, address, len);
	mbim_put_u32(config, prefix ? 1 : 0);
	mbim_put_offset(config, element, prefix ? 4 + len : 0);
}

void mbim_encode_ip(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	const struct network_ip *ip = &network_bearer(mbim->network, session)->ip;
	bool ipv4 = ip->type & NETWORK_IPV4;
	bool ipv6 = ip->type & NETWORK_IPV6;
	struct mbim_struct config;

	mbim_begin(&config, out, 60);
	mbim_put_u32(&config, session);
	mbim_put_u32(&config, ipv4 ? IP_HAS_ALL : 0);
	mbim_put_u32(&config, ipv6 ? IP_HAS_ALL : 0);
	put_address(&config, ipv4 ? ip->ipv4_prefix : 0, ip->ipv4, 4);
	put_address(&config, ipv6 ? ip->ipv6_prefix : 0, ip->ipv6, 16);
	mbim_put_offset(&config, ip->ipv4_gateway, ipv4 ? 4 : 0);
	mbim_put_offset(&config, ip->ipv6_gateway, ipv6 ? 16 : 0);
	mbim_put_u32(&config, ipv4 ? 2 : 0);
	mbim_put_offset(&config, ip->ipv4_dns, ipv4 ? 2 * 4 : 0);
	mbim_put_u32(&config, ipv6 ? 2 : 0);
	mbim_put_offset(&config, ip->ipv6_dns, ipv6 ? 2 * 16 : 0);
	mbim_put_u32(&config, ipv4 ? ip->mtu : 0);
	mbim_put_u32(&config, ipv6 ? ip->mtu : 0);
}

uint32_t mbim_query_ip(struct mbim *mbim, const struct mbim_command *command,
		       struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t session = mbim_get_u32(in);

	(void)command;
	if (in->status || session >= NETWORK_SESSIONS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (network_bearer(mbim->network, session)->state != NETWORK_BEARER_ACTIVE)
		return MBIM_STATUS_CONTEXT_NOT_ACTIVATED;
	mbim_encode_ip(mbim, out, session);
	return MBIM_STATUS_NONE;
}

/* --- PACKET_STATISTICS --------------------------------------------------- */

/* "In" is towards the host. */
uint32_t mbim_query_statistics(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out)
{
	const struct network_counters *counters = network_counters(mbim->network);
	struct mbim_struct statistics;

	(void)command;
	(void)in;
	mbim_begin(&statistics, out, 48);
	mbim_put_u32(&statistics, (uint32_t)counters->downlink_drops);
	mbim_put_u32(&statistics, 0);
	mbim_put_u64(&statistics, counters->downlink_bytes);
	mbim_put_u64(&statistics, counters->downlink_packets);
	mbim_put_u64(&statistics, counters->uplink_bytes);
	mbim_put_u64(&statistics, counters->uplink_packets);
	mbim_put_u32(&statistics, 0);
	mbim_put_u32(&statistics, (uint32_t)counters->uplink_drops);
	return MBIM_STATUS_NONE;
}
