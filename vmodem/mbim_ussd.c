// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service USSD (MBIM document, 3.3).
 */
#include <string.h>

#include "bytes.h"
#include "gsm7.h"
#include "mbim_internal.h"
#include "utf8.h"

#define ACTION_INITIATE		0
#define ACTION_CONTINUE		1
#define ACTION_CANCEL		2

#define NO_ACTION_REQUIRED	0
#define ACTION_REQUIRED		1
#define TERMINATED		2

#define NEW_SESSION		0
#define EXISTING_SESSION	1

#define CODING_GSM7		0x0f	/* TS 23.038, 5: language unspecified */
#define CODING_UCS2		0x48
#define PAYLOAD_MAX		160	/* octets */

static size_t encode_ucs2(const char *text, uint8_t *octets)
{
	size_t len = 0;

	while (*text && len < PAYLOAD_MAX) {
		uint32_t code = utf8_next(&text);

		put_be16(octets + len, code < 0x10000 ? (uint16_t)code : UTF8_REPLACEMENT);
		len += 2;
	}
	return len;
}

/* In seven bits where they have all its characters. */
static void put_text(struct mbim_bytes *out, uint32_t response, uint32_t session, const char *text)
{
	uint8_t septets[USSD_TEXT_MAX], octets[PAYLOAD_MAX];
	size_t count = gsm7_encode(text, septets, sizeof(septets));
	bool seven = count != GSM7_NOT_POSSIBLE;
	struct mbim_struct answer;
	size_t len = seven ? gsm7_pack(septets, count, 0, octets) : encode_ucs2(text, octets);

	mbim_begin(&answer, out, 20);
	mbim_put_u32(&answer, response);
	mbim_put_u32(&answer, session);
	mbim_put_u32(&answer, seven ? CODING_GSM7 : CODING_UCS2);
	mbim_put_data(&answer, octets, len);
}

/* Seven bits over are a padding of a carriage return (TS 23.038, 6.1.2.3.1). */
static bool decode_gsm7(const uint8_t *payload, size_t len, char *text, size_t size)
{
	uint8_t septets[USSD_TEXT_MAX];
	size_t count = len * 8 / 7;

	if (count > sizeof(septets))
		return false;
	gsm7_unpack(payload, 0, septets, count);
	if (count && !(count % 8) && (septets[count - 1] == '\r' || !septets[count - 1]))
		count--;
	gsm7_decode(septets, count, text, size);
	return true;
}

/* Codes have only characters of ASCII, whatever the alphabet. */
static bool decode_ucs2(const uint8_t *payload, size_t len, char *text, size_t size)
{
	if (len % 2 || len / 2 >= size)
		return false;
	for (size_t i = 0; i < len; i += 2)
		text[i / 2] = payload[i] ? '?' : (char)payload[i + 1];
	text[len / 2] = '\0';
	return true;
}

static bool decode(uint32_t coding, const uint8_t *payload, size_t len, char *text, size_t size)
{
	if (!payload || len > PAYLOAD_MAX)
		return false;
	if (coding == CODING_UCS2)
		return decode_ucs2(payload, len, text, size);
	return coding == CODING_GSM7 && decode_gsm7(payload, len, text, size);
}

static uint32_t request(struct mbim *mbim, uint32_t action, const char *text,
			struct mbim_bytes *out)
{
	struct ussd *ussd = network_ussd(mbim->network);
	const char *answer;

	if (action == ACTION_CONTINUE && !ussd->open)
		return MBIM_STATUS_INVALID_PARAMETERS;
	/* A new code ends what was open. */
	if (action == ACTION_INITIATE)
		ussd_cancel(ussd);
	answer = ussd_request(ussd, network_sim(mbim->network), text);
	put_text(out, ussd->open ? ACTION_REQUIRED : NO_ACTION_REQUIRED,
		 action == ACTION_INITIATE ? NEW_SESSION : EXISTING_SESSION, answer);
	return MBIM_STATUS_NONE;
}

static uint32_t set_ussd(struct mbim *mbim, const struct mbim_command *command,
			 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t action = mbim_get_u32(in);
	uint32_t coding = mbim_get_u32(in);
	int err = network_usable(mbim->network);
	char text[4 * USSD_TEXT_MAX];
	const uint8_t *payload;
	size_t len;

	(void)command;
	payload = mbim_get_data(in, &len);
	if (in->status || action > ACTION_CANCEL)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (err)
		return mbim_status_of(err);
	if (!network_registered(mbim->network))
		return MBIM_STATUS_NOT_REGISTERED;
	if (action == ACTION_CANCEL) {
		ussd_cancel(network_ussd(mbim->network));
		put_text(out, TERMINATED, EXISTING_SESSION, "");
		return MBIM_STATUS_NONE;
	}
	if (!decode(coding, payload, len, text, sizeof(text)))
		return MBIM_STATUS_INVALID_PARAMETERS;
	return request(mbim, action, text, out);
}

static void encode_told(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	(void)session;
	put_text(out, network_ussd(mbim->network)->open ? ACTION_REQUIRED : NO_ACTION_REQUIRED,
		 NEW_SESSION, mbim->ussd_told);
}

void mbim_ussd_tell(struct mbim *mbim, const char *text)
{
	mbim->ussd_told = text;
	mbim_indicate(mbim, MBIM_SERVICE_USSD, MBIM_USSD, encode_told, 0);
	mbim->ussd_told = NULL;
}

static const struct mbim_cid cids[] = {
	{ MBIM_USSD, NULL, set_ussd, NULL },
};

const struct mbim_service mbim_ussd_service = {
	.name = "ussd",
	.uuid = { 0xe5, 0x50, 0xa0, 0xc8, 0x5e, 0x82, 0x47, 0x9e,
		  0x82, 0xf7, 0x10, 0xab, 0xf4, 0xc3, 0x35, 0x1f },
	.cids = cids,
	.count = 1,
	.notifying = 1u << MBIM_USSD,
	.standard = 1u << MBIM_USSD,
};
