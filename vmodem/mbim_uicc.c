// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service MS UICC Low Level Access (MBIM document, 3.12). There is one USIM, and on an
 * eSIM the ISD-R, which tells its identity: a channel to any other application is refused.
 */
#include <string.h>

#include "mbim_internal.h"
#include "uicc.h"

#define VERSION			1
#define APPLICATION_USIM	4
#define SW_OK			0x90
#define SW_NOT_FOUND_1		0x6a
#define SW_NOT_FOUND_2		0x82

#define FILE_SHAREABLE		2
#define FILE_WORKING		1
#define FILE_TRANSPARENT	1
#define PIN_TYPE_PIN1		2
#define PIN_TYPE_ADM		19

#define CHANNELS		3	/* beside the basic one */
#define ISDR_BITS		8	/* of the channels that go there, above those of all */

/* Status words as they stand in an answer, SW1 in the low octet. */
#define WORDS_OK		0x0090
#define WORDS_NO_INSTRUCTION	0x006d
#define WORDS_NO_DATA		0x886a

#define APDU_STATUS		0xf2
#define APDU_STORE_DATA		0xe2

uint32_t mbim_card_status(struct mbim *mbim)
{
	switch (sim_state(network_sim(mbim->network))) {
	case SIM_READY:
	case SIM_NOT_ACTIVATED:
		return MBIM_STATUS_NONE;
	case SIM_ABSENT:
	case SIM_NO_PROFILE:
		return MBIM_STATUS_SIM_NOT_INSERTED;
	case SIM_BLOCKED:
	case SIM_FAILED:
		return MBIM_STATUS_BAD_SIM;
	case SIM_STARTING:
		return MBIM_STATUS_NOT_INITIALIZED;
	default:
		return MBIM_STATUS_PIN_REQUIRED;
	}
}

static uint32_t query_atr(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct answer;

	(void)command;
	(void)in;
	if (sim_state(network_sim(mbim->network)) == SIM_ABSENT)
		return MBIM_STATUS_SIM_NOT_INSERTED;
	mbim_begin(&answer, out, 8);
	mbim_put_sized(&answer, uicc_atr, uicc_atr_size);
	return MBIM_STATUS_NONE;
}

/* --- channels ------------------------------------------------------------------- */

/* The ISD-R answers before the PIN is given, and before there is any profile. */
static uint32_t isdr_status(struct mbim *mbim)
{
	switch (sim_state(network_sim(mbim->network))) {
	case SIM_ABSENT:
		return MBIM_STATUS_SIM_NOT_INSERTED;
	case SIM_FAILED:
		return MBIM_STATUS_BAD_SIM;
	case SIM_STARTING:
		return MBIM_STATUS_NOT_INITIALIZED;
	default:
		return network_sim(mbim->network)->euicc ? MBIM_STATUS_NONE :
							   MBIM_STATUS_NO_DEVICE_SUPPORT;
	}
}

/* An application is found by the first octets of its name, too (TS 102 221, 11.1.1). */
static bool selects(const uint8_t *aid, size_t len, const uint8_t *application)
{
	return len && len <= UICC_AID_SIZE && !memcmp(aid, application, len);
}

static uint32_t set_open_channel(struct mbim *mbim, const struct mbim_command *command,
				 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t status = MBIM_STATUS_MS_SELECT_FAILED, channel = 1;
	struct mbim_struct answer;
	const uint8_t *aid;
	bool usim;
	size_t len;

	(void)command;
	aid = mbim_get_sized(in, &len);
	mbim_get_u32(in);	/* P2 of the select command */
	mbim_get_u32(in);	/* group: they are not told apart */
	usim = selects(aid, len, uicc_usim_aid);
	if (usim)
		status = mbim_card_status(mbim);
	else if (selects(aid, len, uicc_isdr_aid))
		status = isdr_status(mbim);
	if (in->status || status)
		return in->status ? in->status : status;
	while (mbim->uicc_channels & 1u << channel)
		channel++;
	if (channel > CHANNELS)
		return MBIM_STATUS_MS_NO_LOGICAL_CHANNELS;
	mbim->uicc_channels |= 1u << channel;
	if (!usim)
		mbim->uicc_channels |= 1u << (channel + ISDR_BITS);
	mbim_begin(&answer, out, 16);
	mbim_put_u32(&answer, WORDS_OK);
	mbim_put_u32(&answer, channel);
	mbim_put_sized(&answer, NULL, 0);
	return MBIM_STATUS_NONE;
}

static bool channel_open(const struct mbim *mbim, uint32_t channel)
{
	return channel && channel <= CHANNELS && mbim->uicc_channels & 1u << channel;
}

static uint32_t set_close_channel(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t channel = mbim_get_u32(in);
	struct mbim_struct answer;

	(void)command;
	if (in->status)
		return in->status;
	/* 0 stands for all of a group. */
	if (channel && !channel_open(mbim, channel))
		return MBIM_STATUS_MS_INVALID_LOGICAL_CHANNEL;
	mbim->uicc_channels &= channel ? ~(1u << channel | 1u << (channel + ISDR_BITS)) : 0;
	mbim_begin(&answer, out, 4);
	mbim_put_u32(&answer, WORDS_OK);
	return MBIM_STATUS_NONE;
}

/* GetEuiccData for the EID (SGP.22, 5.7.20), which is all that the ISD-R tells here. */
static bool asks_eid(const uint8_t *apdu, size_t len)
{
	static const uint8_t data[] = { 0x91, 0x00, 6, 0xbf, 0x3e, 3, 0x5c, 1, 0x5a };

	return len >= 2 + sizeof(data) && !memcmp(apdu + 2, data, sizeof(data));
}

static size_t put_eid(const struct sim *sim, uint8_t *response)
{
	static const uint8_t tags[] = { 0xbf, 0x3e, 2 + UICC_EID_SIZE, 0x5a, UICC_EID_SIZE };

	memcpy(response, tags, sizeof(tags));
	uicc_eid(sim, response + sizeof(tags));
	return sizeof(tags) + UICC_EID_SIZE;
}

/* Only STATUS and the EID: what else clients send by hand is refused. */
static uint32_t set_apdu(struct mbim *mbim, const struct mbim_command *command,
			 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t channel = mbim_get_u32(in), status, words = WORDS_NO_INSTRUCTION;
	bool open = channel_open(mbim, channel);
	bool isdr = open && mbim->uicc_channels & 1u << (channel + ISDR_BITS);
	uint8_t response[32];
	struct mbim_struct answer;
	const uint8_t *apdu;
	size_t len, told = 0;

	(void)command;
	mbim_get_u32(in);	/* secure messaging */
	mbim_get_u32(in);	/* class byte */
	apdu = mbim_get_sized(in, &len);
	if (in->status || len < 4)
		return MBIM_STATUS_INVALID_PARAMETERS;
	status = isdr ? isdr_status(mbim) : mbim_card_status(mbim);
	if (status)
		return status;
	if (!open)
		return MBIM_STATUS_MS_INVALID_LOGICAL_CHANNEL;
	if (apdu[1] == APDU_STATUS) {
		words = WORDS_OK;
	} else if (isdr && apdu[1] == APDU_STORE_DATA) {
		words = asks_eid(apdu, len) ? WORDS_OK : WORDS_NO_DATA;
		told = words == WORDS_OK ? put_eid(network_sim(mbim->network), response) : 0;
	}
	mbim_begin(&answer, out, 12);
	mbim_put_u32(&answer, words);
	mbim_put_sized(&answer, response, told);
	return MBIM_STATUS_NONE;
}

/* --- terminal capability, reset --------------------------------------------------- */

static uint32_t query_terminal(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct list, element;
	bool any = mbim->uicc_terminal_len;

	(void)command;
	(void)in;
	mbim_begin(&list, out, any ? 12 : 4);
	mbim_put_u32(&list, any);
	if (!any)
		return MBIM_STATUS_NONE;
	mbim_begin_element(&list, &element, mbim->uicc_terminal_len);
	mbim_put_raw(&element, mbim->uicc_terminal, mbim->uicc_terminal_len);
	mbim_end_element(&element);
	return MBIM_STATUS_NONE;
}

/* The card is told one object; a list of several is more than it takes. */
static uint32_t set_terminal(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t count = mbim_get_u32(in);
	struct mbim_reader element = { 0 };

	if (in->status || count > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (count)
		mbim_get_element(in, &element);
	if (element.status || element.len > sizeof(mbim->uicc_terminal))
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim->uicc_terminal_len = element.len;
	if (element.len)
		memcpy(mbim->uicc_terminal, element.data, element.len);
	return query_terminal(mbim, command, in, out);
}

static uint32_t query_reset(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct answer;

	(void)command;
	(void)in;
	mbim_begin(&answer, out, 4);
	mbim_put_u32(&answer, mbim->uicc_pass_through);
	return MBIM_STATUS_NONE;
}

/* Resets the card; its PIN is asked for again where it has one. */
static uint32_t set_reset(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t pass_through = mbim_get_u32(in);
	struct sim *sim = network_sim(mbim->network);

	if (in->status || pass_through > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (sim_state(sim) == SIM_ABSENT)
		return MBIM_STATUS_SIM_NOT_INSERTED;
	mbim->uicc_pass_through = pass_through;
	mbim->uicc_channels = 0;
	sim_power_cycle(sim);
	return query_reset(mbim, command, in, out);
}

/* --- applications and files --------------------------------------------------------- */

static void put_application(struct mbim_struct *list)
{
	static const char name[] = { 'U', 'S', 'I', 'M' };	/* UTF-8 here */
	static const uint8_t pins[] = { 0x01, 0x81 };
	struct mbim_struct application;

	mbim_begin_element(list, &application, 32);
	mbim_put_u32(&application, APPLICATION_USIM);
	mbim_put_data(&application, uicc_usim_aid, UICC_AID_SIZE);
	mbim_put_data(&application, name, sizeof(name));
	mbim_put_u32(&application, sizeof(pins));
	mbim_put_data(&application, pins, sizeof(pins));
	mbim_end_element(&application);
}

static uint32_t query_applications(struct mbim *mbim, const struct mbim_command *command,
				   struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct list;
	uint32_t status = mbim_card_status(mbim);

	(void)command;
	(void)in;
	if (status)
		return status;
	mbim_begin(&list, out, 16 + 8);
	mbim_put_u32(&list, VERSION);
	mbim_put_u32(&list, 1);
	mbim_put_u32(&list, 0);		/* the active one */
	mbim_put_u32(&list, 32 + UICC_AID_SIZE + 4 + 4);
	put_application(&list);
	return MBIM_STATUS_NONE;
}

/* Version, application and path of a file: the last two octets of the path name it. */
static uint32_t read_file_name(struct mbim_reader *in, unsigned int *id)
{
	uint32_t version = mbim_get_u32(in);
	const uint8_t *aid, *path;
	size_t aid_len, path_len;

	aid = mbim_get_data(in, &aid_len);
	path = mbim_get_data(in, &path_len);
	if (in->status || version != VERSION || path_len < 2 || path_len % 2)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (aid_len > UICC_AID_SIZE || (aid_len && memcmp(aid, uicc_usim_aid, aid_len)))
		return MBIM_STATUS_MS_SELECT_FAILED;
	*id = (unsigned int)path[path_len - 2] << 8 | path[path_len - 1];
	return MBIM_STATUS_NONE;
}

static void put_words(struct mbim_struct *answer, bool found)
{
	mbim_put_u32(answer, VERSION);
	mbim_put_u32(answer, found ? SW_OK : SW_NOT_FOUND_1);
	mbim_put_u32(answer, found ? 0 : SW_NOT_FOUND_2);
}

static uint32_t query_file_status(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint8_t content[UICC_FILE_MAX];
	uint32_t status = mbim_card_status(mbim);
	struct mbim_struct answer;
	unsigned int id;
	size_t size;

	(void)command;
	if (!status)
		status = read_file_name(in, &id);
	if (status)
		return status;
	size = uicc_read(network_sim(mbim->network), id, content);
	mbim_begin(&answer, out, 48);
	put_words(&answer, size);
	if (!size)
		return MBIM_STATUS_NONE;
	mbim_put_u32(&answer, FILE_SHAREABLE);
	mbim_put_u32(&answer, FILE_WORKING);
	mbim_put_u32(&answer, FILE_TRANSPARENT);
	mbim_put_u32(&answer, 1);
	mbim_put_u32(&answer, (uint32_t)size);
	mbim_put_u32(&answer, PIN_TYPE_PIN1);
	for (int access = 0; access < 3; access++)
		mbim_put_u32(&answer, PIN_TYPE_ADM);
	return MBIM_STATUS_NONE;
}

static uint32_t query_read_binary(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint8_t content[UICC_FILE_MAX];
	uint32_t status = mbim_card_status(mbim), offset, count;
	struct mbim_struct answer;
	unsigned int id;
	size_t size;

	(void)command;
	if (!status)
		status = read_file_name(in, &id);
	if (status)
		return status;
	offset = mbim_get_u32(in);
	count = mbim_get_u32(in);
	if (in->status)
		return in->status;
	size = uicc_read(network_sim(mbim->network), id, content);
	if (size && offset >= size)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim_begin(&answer, out, 20);
	put_words(&answer, size);
	if (!size)
		return MBIM_STATUS_NONE;
	mbim_put_data(&answer, content + offset, count < size - offset ? count : size - offset);
	return MBIM_STATUS_NONE;
}

/* All files of this card are transparent: none has records. */
static uint32_t query_read_record(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t status = mbim_card_status(mbim);
	struct mbim_struct answer;
	unsigned int id;

	(void)command;
	if (!status)
		status = read_file_name(in, &id);
	if (status)
		return status;
	mbim_begin(&answer, out, 20);
	put_words(&answer, false);
	return MBIM_STATUS_NONE;
}

static const struct mbim_cid cids[] = {
	{ 1, query_atr, NULL, NULL },
	{ 2, NULL, set_open_channel, NULL },
	{ 3, NULL, set_close_channel, NULL },
	{ 4, NULL, set_apdu, NULL },
	{ 5, query_terminal, set_terminal, NULL },
	{ 6, query_reset, set_reset, NULL },
	{ 7, query_applications, NULL, NULL },
	{ 8, query_file_status, NULL, NULL },
	{ 9, query_read_binary, NULL, NULL },
	{ 10, query_read_record, NULL, NULL },
};

const struct mbim_service mbim_uicc_service = {
	.name = "ms-uicc-low-level-access",
	.uuid = { 0xc2, 0xf6, 0x58, 0x8e, 0xf0, 0x37, 0x4b, 0xc9,
		  0x86, 0x65, 0xf4, 0xd4, 0x4b, 0xd0, 0x93, 0x67 },
	.cids = cids,
	.count = sizeof(cids) / sizeof(cids[0]),
};
