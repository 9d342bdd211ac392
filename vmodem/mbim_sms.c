// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service SMS (MBIM document, 3.2), in PDU mode.
 */
#include <errno.h>

#include "mbim_internal.h"

#define FORMAT_PDU		0

#define STORAGE_INITIALIZED	1

#define FLAG_ALL		0
#define FLAG_INDEX		1
#define FLAG_NEW		2
#define FLAG_OLD		3
#define FLAG_SENT		4
#define FLAG_DRAFT		5

#define STORE_FULL		1
#define STORE_NEW_MESSAGE	2

#define CDMA_MESSAGE_SIZE	0
#define CENTRE_BYTES		40	/* 20 characters */
#define CENTRE_SIZE		(CENTRE_BYTES / 2 * 3 + 4)

static struct sms *store(const struct mbim *mbim)
{
	return network_sms(mbim->network);
}

static uint32_t sms_status_of(int error)
{
	switch (error) {
	case -ENOENT:
		return MBIM_STATUS_INVALID_MEMORY_INDEX;
	case -ENOSPC:
		return MBIM_STATUS_MEMORY_FULL;
	case -ETIMEDOUT:
		return MBIM_STATUS_SMS_NETWORK_TIMEOUT;
	case -EDESTADDRREQ:
		return MBIM_STATUS_SMS_UNKNOWN_CENTRE;
	default:
		return mbim_status_of(error);
	}
}

/* --- CONFIGURATION ---------------------------------------------------------- */

static void encode_configuration(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	bool ready = !sms_ready(store(mbim));
	struct mbim_struct configuration;

	(void)session;
	mbim_begin(&configuration, out, 24);
	mbim_put_u32(&configuration, ready ? STORAGE_INITIALIZED : 0);
	mbim_put_u32(&configuration, FORMAT_PDU);
	mbim_put_u32(&configuration, SMS_STORE_SIZE);
	mbim_put_u32(&configuration, CDMA_MESSAGE_SIZE);
	mbim_put_string(&configuration, ready ? sms_centre(store(mbim)) : "");
}

static uint32_t query_configuration(struct mbim *mbim, const struct mbim_command *command,
				    struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	encode_configuration(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

static uint32_t set_configuration(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t format = mbim_get_u32(in);
	char centre[CENTRE_SIZE];
	int err = sms_ready(store(mbim));

	mbim_get_string(in, centre, sizeof(centre), CENTRE_BYTES);
	if (in->status)
		return in->status;
	if (format != FORMAT_PDU)
		return MBIM_STATUS_SMS_FORMAT_NOT_SUPPORTED;
	if (err)
		return sms_status_of(err);
	if (sms_set_centre(store(mbim), centre))
		return MBIM_STATUS_INVALID_PARAMETERS;
	return query_configuration(mbim, command, in, out);
}

/* --- READ and DELETE ---------------------------------------------------------- */

static bool selected(const struct sms_message *message, uint32_t flag)
{
	switch (flag) {
	case FLAG_NEW:
		return message->status == SMS_NEW;
	case FLAG_OLD:
		return message->status == SMS_OLD;
	case FLAG_SENT:
		return message->status == SMS_SENT;
	case FLAG_DRAFT:
		return message->status == SMS_DRAFT;
	default:
		return true;
	}
}

/* The indexes that @flag and @index mean; returns how many. */
static unsigned int select_messages(const struct mbim *mbim, uint32_t flag, uint32_t index,
				    unsigned int *indexes)
{
	unsigned int count = 0;

	for (unsigned int i = 1; i <= SMS_STORE_SIZE; i++) {
		const struct sms_message *message = sms_get(store(mbim), i);

		if (message && (flag != FLAG_INDEX || i == index) && selected(message, flag))
			indexes[count++] = i;
	}
	return count;
}

static void put_record(struct mbim_struct *list, uint32_t index, uint32_t status,
		       const uint8_t *pdu, size_t len)
{
	struct mbim_struct record;

	mbim_begin_element(list, &record, 16);
	mbim_put_u32(&record, index);
	mbim_put_u32(&record, status);
	mbim_put_data(&record, pdu, len);
	mbim_end_element(&record);
}

static uint32_t query_read(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t format = mbim_get_u32(in);
	uint32_t flag = mbim_get_u32(in);
	uint32_t index = mbim_get_u32(in);
	unsigned int indexes[SMS_STORE_SIZE], count;
	struct mbim_struct list;
	int err = sms_ready(store(mbim));

	(void)command;
	if (in->status)
		return in->status;
	if (format != FORMAT_PDU)
		return MBIM_STATUS_SMS_FORMAT_NOT_SUPPORTED;
	if (flag > FLAG_DRAFT)
		return MBIM_STATUS_FILTER_NOT_SUPPORTED;
	if (err)
		return sms_status_of(err);
	count = select_messages(mbim, flag, index, indexes);
	if (flag == FLAG_INDEX && !count)
		return MBIM_STATUS_INVALID_MEMORY_INDEX;
	mbim_begin(&list, out, 8 + 8 * count);
	mbim_put_u32(&list, FORMAT_PDU);
	mbim_put_u32(&list, count);
	for (unsigned int i = 0; i < count; i++) {
		const struct sms_message *message = sms_get(store(mbim), indexes[i]);

		put_record(&list, indexes[i], message->status, message->pdu, message->len);
		sms_mark_read(store(mbim), indexes[i]);
	}
	return MBIM_STATUS_NONE;
}

static uint32_t set_delete(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t flag = mbim_get_u32(in);
	uint32_t index = mbim_get_u32(in);
	unsigned int indexes[SMS_STORE_SIZE], count;
	int err = sms_ready(store(mbim));

	(void)command;
	(void)out;
	if (in->status)
		return in->status;
	if (flag > FLAG_DRAFT)
		return MBIM_STATUS_FILTER_NOT_SUPPORTED;
	if (err)
		return sms_status_of(err);
	count = select_messages(mbim, flag, index, indexes);
	if (flag == FLAG_INDEX && !count)
		return MBIM_STATUS_INVALID_MEMORY_INDEX;
	for (unsigned int i = 0; i < count; i++)
		sms_delete(store(mbim), indexes[i]);
	return MBIM_STATUS_NONE;
}

/* --- SEND --------------------------------------------------------------------- */

static uint32_t set_send(struct mbim *mbim, const struct mbim_command *command,
			 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t format = mbim_get_u32(in);
	struct mbim_struct answer;
	struct mbim_reader record;
	const uint8_t *pdu;
	uint8_t reference;
	size_t len;
	int err;

	(void)command;
	if (in->status)
		return in->status;
	if (format != FORMAT_PDU)
		return MBIM_STATUS_SMS_FORMAT_NOT_SUPPORTED;
	mbim_get_rest(in, &record);
	pdu = mbim_get_data(&record, &len);
	if (record.status || !pdu)
		return MBIM_STATUS_INVALID_PARAMETERS;
	err = sms_submit(store(mbim), pdu, len, &reference);
	if (err)
		return sms_status_of(err);
	mbim_begin(&answer, out, 4);
	mbim_put_u32(&answer, reference);
	return MBIM_STATUS_NONE;
}

/* --- MESSAGE_STORE_STATUS ------------------------------------------------------ */

static void put_store_status(struct mbim_bytes *out, uint32_t flag, uint32_t index)
{
	struct mbim_struct status;

	mbim_begin(&status, out, 8);
	mbim_put_u32(&status, flag);
	mbim_put_u32(&status, index);
}

static uint32_t query_store_status(struct mbim *mbim, const struct mbim_command *command,
				   struct mbim_reader *in, struct mbim_bytes *out)
{
	unsigned int indexes[SMS_STORE_SIZE], count;

	(void)command;
	(void)in;
	count = select_messages(mbim, FLAG_NEW, 0, indexes);
	if (sms_used(store(mbim)) == SMS_STORE_SIZE)
		put_store_status(out, STORE_FULL, 0);
	else if (count)
		put_store_status(out, STORE_NEW_MESSAGE, indexes[count - 1]);
	else
		put_store_status(out, 0, 0);
	return MBIM_STATUS_NONE;
}

/* --- indications ---------------------------------------------------------------- */

static void encode_new_message(struct mbim *mbim, struct mbim_bytes *out, unsigned int index)
{
	(void)mbim;
	put_store_status(out, STORE_NEW_MESSAGE, index);
}

static void encode_full(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	(void)mbim;
	(void)session;
	put_store_status(out, STORE_FULL, 0);
}

static void stored(void *self, unsigned int index)
{
	mbim_indicate(self, MBIM_SERVICE_SMS, MBIM_SMS_STORE_STATUS, encode_new_message, index);
}

static void full(void *self)
{
	mbim_indicate(self, MBIM_SERVICE_SMS, MBIM_SMS_STORE_STATUS, encode_full, 0);
}

/* Never stored: the indication carries it, with index 0 (3.2). */
static void encode_flash(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct mbim_struct list;

	(void)session;
	mbim_begin(&list, out, 8 + 8);
	mbim_put_u32(&list, FORMAT_PDU);
	mbim_put_u32(&list, 1);
	put_record(&list, 0, SMS_NEW, mbim->flash, mbim->flash_len);
}

static void flash(void *self, const uint8_t *pdu, size_t len)
{
	struct mbim *mbim = self;

	mbim->flash = pdu;
	mbim->flash_len = len;
	mbim_indicate(mbim, MBIM_SERVICE_SMS, MBIM_SMS_READ, encode_flash, 0);
	mbim->flash = NULL;
	mbim->flash_len = 0;
}

void mbim_sms_sim_changed(struct mbim *mbim)
{
	mbim_indicate(mbim, MBIM_SERVICE_SMS, MBIM_SMS_CONFIGURATION, encode_configuration, 0);
}

void mbim_sms_init(struct mbim *mbim)
{
	mbim->sms_observer = (struct sms_observer){
		.stored = stored, .full = full, .flash = flash, .self = mbim,
	};
	sms_observe(store(mbim), &mbim->sms_observer);
}

/* --- table ---------------------------------------------------------------------- */

static const struct mbim_cid cids[] = {
	{ MBIM_SMS_CONFIGURATION, query_configuration, set_configuration, NULL },
	{ MBIM_SMS_READ, query_read, NULL, NULL },
	{ MBIM_SMS_SEND, NULL, set_send, NULL },
	{ MBIM_SMS_DELETE, NULL, set_delete, NULL },
	{ MBIM_SMS_STORE_STATUS, query_store_status, NULL, NULL },
};

#define NOTIFYING (1u << MBIM_SMS_CONFIGURATION | 1u << MBIM_SMS_READ | 1u << MBIM_SMS_STORE_STATUS)

const struct mbim_service mbim_sms_service = {
	.name = "sms",
	.uuid = { 0x53, 0x3f, 0xbe, 0xeb, 0x14, 0xfe, 0x44, 0x67,
		  0x9f, 0x90, 0x33, 0xa2, 0x23, 0xe5, 0x6c, 0x3f },
	.cids = cids,
	.count = sizeof(cids) / sizeof(cids[0]),
	.notifying = NOTIFYING,
	.standard = NOTIFYING,
};
