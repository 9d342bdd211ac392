// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service STK (MBIM document, 3.5): proactive commands of the card's toolkit go to
 * the host if it said that it handles them; others the modem answers itself.
 */
#include <string.h>

#include "mbim_internal.h"

#define PAC_PROACTIVE		0
#define PAC_SUPPORT_BYTES	256

/* Who can handle a proactive command (3.5). */
#define MAY_BE_HANDLED_BY_HOST	1
#define ONLY_BY_FUNCTION	2
#define HANDLED_BY_HOST		6	/* and the function is not able to */

#define ENVELOPE_BYTES		32
#define RESPONSE_MAX		255	/* octets of a command to the card */

/*
 * Types of TS 102 223, 9.4. What needs a screen or keys is the host's if it wants; what
 * concerns the modem alone is never seen by it. All others are 0.
 */
static const struct {
	uint8_t type, support;
} commands[] = {
	{ 0x01, ONLY_BY_FUNCTION },		/* REFRESH */
	{ 0x02, ONLY_BY_FUNCTION },		/* MORE TIME */
	{ 0x03, ONLY_BY_FUNCTION },		/* POLL INTERVAL */
	{ 0x04, ONLY_BY_FUNCTION },		/* POLLING OFF */
	{ 0x05, ONLY_BY_FUNCTION },		/* SET UP EVENT LIST */
	{ 0x20, MAY_BE_HANDLED_BY_HOST },	/* PLAY TONE */
	{ STK_DISPLAY_TEXT, MAY_BE_HANDLED_BY_HOST },
	{ 0x22, MAY_BE_HANDLED_BY_HOST },	/* GET INKEY */
	{ 0x23, MAY_BE_HANDLED_BY_HOST },	/* GET INPUT */
	{ 0x24, MAY_BE_HANDLED_BY_HOST },	/* SELECT ITEM */
	{ STK_SET_UP_MENU, MAY_BE_HANDLED_BY_HOST },
	{ 0x26, ONLY_BY_FUNCTION },		/* PROVIDE LOCAL INFORMATION */
	{ 0x28, MAY_BE_HANDLED_BY_HOST },	/* SET UP IDLE MODE TEXT */
};

static struct stk *card(struct mbim *mbim)
{
	return &network_sim(mbim->network)->stk;
}

static bool host_handles(const struct mbim *mbim, uint8_t type)
{
	return mbim->stk_host[type / 8] & 1u << type % 8;
}

static void put_support(const struct mbim *mbim, struct mbim_bytes *out)
{
	uint8_t support[PAC_SUPPORT_BYTES] = { 0 };
	struct mbim_struct answer;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		support[commands[i].type] = commands[i].support == MAY_BE_HANDLED_BY_HOST &&
					    host_handles(mbim, commands[i].type) ?
					    HANDLED_BY_HOST : commands[i].support;
	mbim_begin(&answer, out, sizeof(support));
	mbim_put_raw(&answer, support, sizeof(support));
}

static uint32_t query_pac(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	put_support(mbim, out);
	return MBIM_STATUS_NONE;
}

/* Bit n: the host handles command n. A host that takes menus is sent the card's. */
static uint32_t set_pac(struct mbim *mbim, const struct mbim_command *command,
			struct mbim_reader *in, struct mbim_bytes *out)
{
	const uint8_t *host = mbim_get_bytes(in, sizeof(mbim->stk_host));

	(void)command;
	if (in->status)
		return in->status;
	memcpy(mbim->stk_host, host, sizeof(mbim->stk_host));
	put_support(mbim, out);
	if (host_handles(mbim, STK_SET_UP_MENU) && !card(mbim)->menu_shown &&
	    !mbim_card_status(mbim))
		mbim_stk_send(mbim, STK_SET_UP_MENU, "");
	return MBIM_STATUS_NONE;
}

static uint32_t set_terminal_response(struct mbim *mbim, const struct mbim_command *command,
				      struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t len = mbim_get_u32(in), status = mbim_card_status(mbim);
	struct mbim_struct answer;
	const uint8_t *response;
	unsigned int words;

	(void)command;
	response = len <= RESPONSE_MAX ? mbim_get_bytes(in, len) : NULL;
	if (!response)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (status)
		return status;
	words = stk_response(card(mbim), response, len);
	mbim_begin(&answer, out, 12);
	mbim_put_data(&answer, NULL, 0);
	/* SW1 in the low octet, as the UICC commands have it (3.12). */
	mbim_put_u32(&answer, words >> 8 | (words & 0xff) << 8);
	return MBIM_STATUS_NONE;
}

/* Bit n of the octets: envelopes with the tag n are taken. */
static uint32_t query_envelope(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out)
{
	uint8_t support[ENVELOPE_BYTES] = { [STK_MENU_SELECTION / 8] = 1u << STK_MENU_SELECTION % 8 };
	struct mbim_struct answer;

	(void)mbim;
	(void)command;
	(void)in;
	mbim_begin(&answer, out, sizeof(support));
	mbim_put_raw(&answer, support, sizeof(support));
	return MBIM_STATUS_NONE;
}

static uint32_t set_envelope(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t status = mbim_card_status(mbim);

	if (in->len > RESPONSE_MAX)
		return MBIM_STATUS_PARAMETER_TOO_LONG;
	if (status)
		return status;
	switch (stk_envelope(card(mbim), in->data, in->len)) {
	case STK_SW_OK:
		break;
	case STK_SW_NOT_NOW:
		return MBIM_STATUS_STK_BUSY;
	default:
		return MBIM_STATUS_INVALID_PARAMETERS;
	}
	mbim_stk_pass(mbim);
	return query_envelope(mbim, command, in, out);
}

/* --- what the card wants -------------------------------------------------------- */

static void encode_pac(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	uint8_t tlv[STK_COMMAND_MAX];
	size_t len = stk_command(card(mbim), tlv);
	struct mbim_struct pac;

	(void)session;
	mbim_begin(&pac, out, 4);
	mbim_put_u32(&pac, PAC_PROACTIVE);
	mbim_append(out, tlv, len);
}

void mbim_stk_pass(struct mbim *mbim)
{
	if (host_handles(mbim, card(mbim)->waiting))
		mbim->stk_due = true;
	else
		card(mbim)->waiting = 0;	/* the modem says that it can't (TS 102 223, 8.12) */
	if (!mbim->busy)
		mbim_stk_flush(mbim);
}

bool mbim_stk_send(struct mbim *mbim, uint8_t type, const char *text)
{
	if (!stk_send(card(mbim), type, text))
		return false;
	mbim_stk_pass(mbim);
	return true;
}

void mbim_stk_flush(struct mbim *mbim)
{
	if (!mbim->stk_due)
		return;
	mbim->stk_due = false;
	if (card(mbim)->waiting)
		mbim_indicate(mbim, MBIM_SERVICE_STK, MBIM_STK_PAC, encode_pac, 0);
}

void mbim_stk_forget(struct mbim *mbim)
{
	memset(mbim->stk_host, 0, sizeof(mbim->stk_host));
	mbim->stk_due = false;
	stk_restart(card(mbim));
}

void mbim_stk_sim_changed(struct mbim *mbim)
{
	mbim->stk_due = false;
	if (!mbim_card_status(mbim) && host_handles(mbim, STK_SET_UP_MENU))
		mbim_stk_send(mbim, STK_SET_UP_MENU, "");
}

static const struct mbim_cid cids[] = {
	{ MBIM_STK_PAC, query_pac, set_pac, NULL },
	{ MBIM_STK_TERMINAL_RESPONSE, NULL, set_terminal_response, NULL },
	{ MBIM_STK_ENVELOPE, query_envelope, set_envelope, NULL },
};

const struct mbim_service mbim_stk_service = {
	.name = "stk",
	.uuid = { 0xd8, 0xf2, 0x01, 0x31, 0xfc, 0xb5, 0x4e, 0x17,
		  0x86, 0x02, 0xd6, 0xed, 0x38, 0x16, 0x16, 0x4c },
	.cids = cids,
	.count = sizeof(cids) / sizeof(cids[0]),
	.notifying = 1u << MBIM_STK_PAC,
	.standard = 1u << MBIM_STK_PAC,
};
