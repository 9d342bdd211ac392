// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service Auth (MBIM document, 3.6): the host authenticates with the card's secrets,
 * for EAP-AKA, EAP-AKA' and EAP-SIM.
 */
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "mbim_internal.h"

#define RES_BYTES	16
#define AKA_BYTES	66
#define SIM_RANDS	3

static uint32_t auth_status_of(int error)
{
	switch (error) {
	case 0:
		return MBIM_STATUS_NONE;
	case -EBADMSG:
		return MBIM_STATUS_AUTH_INCORRECT_AUTN;
	case -ESTALE:
		return MBIM_STATUS_AUTH_SYNC_FAILURE;
	case -EPROTO:
		return MBIM_STATUS_AUTH_AMF_NOT_SET;
	default:
		return MBIM_STATUS_FAILURE;
	}
}

/* The answer to AKA and AKAP; a failed synchronisation has but AUTS to tell. */
static uint32_t finish_aka(int error, const struct usim_answer *answer, struct mbim_bytes *out)
{
	uint8_t res[RES_BYTES] = { 0 };
	struct mbim_struct info;

	if (error && error != -ESTALE)
		return auth_status_of(error);
	memcpy(res, answer->res, MILENAGE_MAC);
	mbim_begin(&info, out, AKA_BYTES);
	mbim_put_raw(&info, res, sizeof(res));
	mbim_put_u32(&info, error ? 0 : MILENAGE_MAC);
	mbim_put_raw(&info, answer->ik, MILENAGE_KEY);
	mbim_put_raw(&info, answer->ck, MILENAGE_KEY);
	mbim_put_raw(&info, answer->auts, USIM_AUTS);
	return auth_status_of(error);
}

static uint32_t query_aka(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	struct sim *sim = network_sim(mbim->network);
	const uint8_t *rand = mbim_get_bytes(in, MILENAGE_KEY);
	const uint8_t *autn = mbim_get_bytes(in, USIM_AUTN);
	uint32_t status = mbim_card_status(mbim);
	struct usim_answer answer;

	(void)command;
	if (in->status || status)
		return in->status ? in->status : status;
	return finish_aka(usim_aka(&sim->usim, rand, autn, &answer), &answer, out);
}

static uint32_t query_akap(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	struct sim *sim = network_sim(mbim->network);
	const uint8_t *rand = mbim_get_bytes(in, MILENAGE_KEY);
	const uint8_t *autn = mbim_get_bytes(in, USIM_AUTN);
	uint32_t status = mbim_card_status(mbim);
	struct usim_answer answer;
	char name[MBIM_USER_SIZE];
	size_t len;

	(void)command;
	mbim_get_string(in, name, sizeof(name), MBIM_USER_BYTES);
	if (in->status || status)
		return in->status ? in->status : status;
	len = strlen(name);
	if (!len)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (len > USIM_NAME_MAX)
		return MBIM_STATUS_PARAMETER_TOO_LONG;
	return finish_aka(usim_aka_prime(&sim->usim, rand, autn, name, len, &answer), &answer, out);
}

/* SRES and Kc as the numbers that their octets are, most significant first. */
static bool put_triplet(struct mbim_struct *info, const struct usim *usim, const uint8_t *rand)
{
	uint8_t sres[USIM_SRES], kc[USIM_KC];

	if (usim_gsm(usim, rand, sres, kc))
		return false;
	mbim_put_u32(info, get_be32(sres));
	mbim_put_u64(info, (uint64_t)get_be32(kc) << 32 | get_be32(kc + 4));
	return true;
}

static uint32_t query_sim(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	const struct sim *sim = network_sim(mbim->network);
	const uint8_t *rands = mbim_get_bytes(in, SIM_RANDS * MILENAGE_KEY);
	uint32_t count = mbim_get_u32(in), status = mbim_card_status(mbim);
	struct mbim_struct info;

	(void)command;
	if (in->status || status)
		return in->status ? in->status : status;
	if (!count || count > SIM_RANDS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim_begin(&info, out, SIM_RANDS * (USIM_SRES + USIM_KC) + 4);
	for (uint32_t i = 0; i < count; i++)
		if (!put_triplet(&info, &sim->usim, rands + i * MILENAGE_KEY))
			return MBIM_STATUS_FAILURE;
	for (uint32_t i = count; i < SIM_RANDS; i++) {
		mbim_put_u32(&info, 0);
		mbim_put_u64(&info, 0);
	}
	mbim_put_u32(&info, count);
	return MBIM_STATUS_NONE;
}

static const struct mbim_cid cids[] = {
	{ MBIM_AUTH_AKA, query_aka, NULL, NULL },
	{ MBIM_AUTH_AKAP, query_akap, NULL, NULL },
	{ MBIM_AUTH_SIM, query_sim, NULL, NULL },
};

const struct mbim_service mbim_auth_service = {
	.name = "auth",
	.uuid = { 0x1d, 0x2b, 0x5f, 0xf7, 0x0a, 0xa1, 0x48, 0xb2,
		  0xaa, 0x52, 0x50, 0xf1, 0x57, 0x67, 0x17, 0x4e },
	.cids = cids,
	.count = sizeof(cids) / sizeof(cids[0]),
};
