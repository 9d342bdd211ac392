// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Short messages on an AT port (TS 27.005), in PDU mode. There is one store, "ME".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "at_internal.h"
#include "hex.h"

#define LIST_ALL	4
#define STORE		"\"ME\""

/* +CMS ERROR codes (3.2.5). */
#define CMS_NOT_ALLOWED		302
#define CMS_INVALID_PDU		304
#define CMS_NO_SIM		310
#define CMS_PIN			311
#define CMS_SIM_FAILURE		313
#define CMS_SIM_BUSY		314
#define CMS_INVALID_INDEX	321
#define CMS_FULL		322
#define CMS_NO_CENTRE		330
#define CMS_NO_NETWORK		331
#define CMS_TIMEOUT		332

static struct sms *store(const struct at *at)
{
	return network_sms(at->network);
}

static int cms(int error)
{
	switch (error) {
	case 0:
		return AT_OK;
	case -ENOMEDIUM:
		return AT_CMS(CMS_NO_SIM);
	case -EACCES:
		return AT_CMS(CMS_PIN);
	case -EIO:
		return AT_CMS(CMS_SIM_FAILURE);
	case -EAGAIN:
		return AT_CMS(CMS_SIM_BUSY);
	case -ENOENT:
		return AT_CMS(CMS_INVALID_INDEX);
	case -ENOSPC:
		return AT_CMS(CMS_FULL);
	case -EDESTADDRREQ:
		return AT_CMS(CMS_NO_CENTRE);
	case -ENOLINK:
		return AT_CMS(CMS_NO_NETWORK);
	case -ETIMEDOUT:
		return AT_CMS(CMS_TIMEOUT);
	case -EINVAL:
		return AT_CMS(CMS_INVALID_PDU);
	default:
		return AT_CMS(CMS_NOT_ALLOWED);
	}
}

static int run_service(struct at *at, struct at_command *command)
{
	unsigned int service;

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CSMS: (0,1)");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CSMS: %u,1,1,0", at->sms_service);
		return AT_OK;
	case AT_SET:
		if (!at_argument_number(&command->arguments, 0, 1, &service))
			return AT_CMS(CMS_NOT_ALLOWED);
		at->sms_service = service;
		at_info(at, "+CSMS: 1,1,0");
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

static int run_format(struct at *at, struct at_command *command)
{
	unsigned int format;

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CMGF: (0)");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CMGF: 0");
		return AT_OK;
	case AT_SET:
		return at_argument_number(&command->arguments, 0, 0, &format) ? AT_OK :
									  AT_CMS(CMS_NOT_ALLOWED);
	default:
		return AT_OK;
	}
}

static int run_store(struct at *at, struct at_command *command)
{
	unsigned int used = sms_used(store(at)), all = SMS_STORE_SIZE;
	int err = sms_ready(store(at));

	if (command->kind == AT_TEST) {
		at_info(at, "+CPMS: (" STORE "),(" STORE "),(" STORE ")");
		return AT_OK;
	}
	if (err)
		return cms(err);
	if (command->kind == AT_READ) {
		at_info(at, "+CPMS: " STORE ",%u,%u," STORE ",%u,%u," STORE ",%u,%u", used, all,
			used, all, used, all);
		return AT_OK;
	}
	if (command->kind != AT_SET)
		return AT_ERROR;
	for (char *name = at_argument(&command->arguments); name;
	     name = at_argument(&command->arguments))
		if (*name && strcmp(name, "ME"))
			return AT_CMS(CMS_NOT_ALLOWED);
	at_info(at, "+CPMS: %u,%u,%u,%u,%u,%u", used, all, used, all, used, all);
	return AT_OK;
}

static int run_centre(struct at *at, struct at_command *command)
{
	const char *number = sms_centre(store(at));
	int err = sms_ready(store(at));

	if (command->kind == AT_TEST)
		return AT_OK;
	if (err)
		return cms(err);
	switch (command->kind) {
	case AT_READ:
		at_info(at, "+CSCA: \"%s\",%u", number, *number == '+' ? 145 : 129);
		return AT_OK;
	case AT_SET:
		number = at_argument(&command->arguments);
		return number ? cms(sms_set_centre(store(at), number)) : AT_CMS(CMS_NOT_ALLOWED);
	default:
		return AT_ERROR;
	}
}

/* Only whether a new message is told matters: <mt> above 0. */
static int run_indications(struct at *at, struct at_command *command)
{
	static const unsigned int most[5] = { 2, 3, 3, 2, 1 };
	unsigned int values[5];

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CNMI: (0-2),(0-3),(0-3),(0-2),(0,1)");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CNMI: %u,%u,%u,%u,%u", at->indications[0], at->indications[1],
			at->indications[2], at->indications[3], at->indications[4]);
		return AT_OK;
	case AT_SET:
		for (unsigned int i = 0; i < 5; i++)
			if (!at_argument_number(&command->arguments, at->indications[i], most[i],
						&values[i]))
				return AT_CMS(CMS_NOT_ALLOWED);
		memcpy(at->indications, values, sizeof(values));
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

/* --- reading ------------------------------------------------------------------ */

/* The status codes of 27.005 have sent and draft the other way round than ours. */
static unsigned int listed_status(enum sms_status status)
{
	switch (status) {
	case SMS_DRAFT:
		return 2;
	case SMS_SENT:
		return 3;
	default:
		return status;
	}
}

static void tell_message(struct at *at, const char *prefix, const struct sms_message *message)
{
	char hex[2 * SMS_PDU_MAX + 1];

	hex_write(hex, message->pdu, message->len);
	at_info(at, "%s%u,,%zu", prefix, listed_status(message->status),
		sms_tpdu_length(message->pdu, message->len));
	/* One answer of two lines. */
	at_put(at, hex, strlen(hex));
	at_put(at, "\r\n", 2);
}

static int run_list(struct at *at, struct at_command *command)
{
	unsigned int wanted = 0;
	int err = sms_ready(store(at));

	if (command->kind == AT_TEST) {
		at_info(at, "+CMGL: (0-4)");
		return AT_OK;
	}
	if (command->kind == AT_READ || (command->kind == AT_SET &&
	    !at_argument_number(&command->arguments, 0, LIST_ALL, &wanted)))
		return AT_CMS(CMS_NOT_ALLOWED);
	if (err)
		return cms(err);
	for (unsigned int index = 1; index <= SMS_STORE_SIZE; index++) {
		const struct sms_message *message = sms_get(store(at), index);
		char prefix[24];

		if (!message || (wanted != LIST_ALL && listed_status(message->status) != wanted))
			continue;
		snprintf(prefix, sizeof(prefix), "+CMGL: %u,", index);
		tell_message(at, prefix, message);
		sms_mark_read(store(at), index);
	}
	return AT_OK;
}

static int read_index(struct at *at, struct at_command *command, unsigned int *index)
{
	int err = sms_ready(store(at));

	if (command->kind != AT_SET)
		return AT_ERROR;
	if (!at_argument_number(&command->arguments, 0, SMS_STORE_SIZE, index))
		return AT_CMS(CMS_INVALID_INDEX);
	return cms(err);
}

static int run_read(struct at *at, struct at_command *command)
{
	const struct sms_message *message;
	unsigned int index;
	int result;

	if (command->kind == AT_TEST)
		return AT_OK;
	result = read_index(at, command, &index);
	if (result)
		return result;
	message = sms_get(store(at), index);
	if (!message)
		return AT_CMS(CMS_INVALID_INDEX);
	tell_message(at, "+CMGR: ", message);
	sms_mark_read(store(at), index);
	return AT_OK;
}

/* 1: read ones; 2: and sent ones; 3: and drafts; 4: all. */
static bool deletes(unsigned int flag, enum sms_status status)
{
	return flag == 4 || status == SMS_OLD || (flag >= 2 && status == SMS_SENT) ||
	       (flag == 3 && status == SMS_DRAFT);
}

static int run_delete(struct at *at, struct at_command *command)
{
	unsigned int index, flag;
	int result;

	if (command->kind == AT_TEST) {
		at_info(at, "+CMGD: (1-%u),(0-4)", SMS_STORE_SIZE);
		return AT_OK;
	}
	result = read_index(at, command, &index);
	if (result)
		return result;
	if (!at_argument_number(&command->arguments, 0, 4, &flag))
		return AT_CMS(CMS_NOT_ALLOWED);
	if (!flag)
		return cms(sms_delete(store(at), index));
	for (unsigned int i = 1; i <= SMS_STORE_SIZE; i++)
		if (sms_get(store(at), i) && deletes(flag, sms_get(store(at), i)->status))
			sms_delete(store(at), i);
	return AT_OK;
}

/* --- writing ------------------------------------------------------------------ */

static int send_pdu(struct at *at, const char *name, const uint8_t *pdu, size_t len)
{
	uint8_t reference;
	int err = sms_submit(store(at), pdu, len, &reference);

	if (!err)
		at_info(at, "%s: %u", name, reference);
	return cms(err);
}

static int write_pdu(struct at *at, const uint8_t *pdu, size_t len)
{
	unsigned int index;
	int err = sms_write(store(at), SMS_DRAFT, pdu, len, &index);

	if (!err)
		at_info(at, "+CMGW: %u", index);
	return cms(err);
}

/* What was typed behind the prompt. */
static int take_pdu(struct at *at, const char *text)
{
	uint8_t pdu[SMS_PDU_MAX];
	size_t len;

	if (!hex_read(text, pdu, sizeof(pdu), &len) || !len)
		return AT_CMS(CMS_INVALID_PDU);
	if (sms_tpdu_length(pdu, len) != at->prompt_length)
		return AT_CMS(CMS_INVALID_PDU);
	return at->prompt_writes ? write_pdu(at, pdu, len) : send_pdu(at, "+CMGS", pdu, len);
}

static int run_prompt(struct at *at, struct at_command *command)
{
	unsigned int length;
	int err = sms_ready(store(at));

	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind != AT_SET)
		return AT_ERROR;
	if (!at_argument_number(&command->arguments, 0, SMS_PDU_MAX, &length) || !length)
		return AT_CMS(CMS_NOT_ALLOWED);
	if (err)
		return cms(err);
	at->prompt = take_pdu;
	at->prompt_length = length;
	at->prompt_writes = !strcmp(command->name, "+CMGW");
	at_put(at, "\r\n> ", 4);
	return AT_SILENT;
}

static int run_send_stored(struct at *at, struct at_command *command)
{
	const struct sms_message *message;
	unsigned int index;
	int result;

	if (command->kind == AT_TEST)
		return AT_OK;
	result = read_index(at, command, &index);
	if (result)
		return result;
	message = sms_get(store(at), index);
	if (!message)
		return AT_CMS(CMS_INVALID_INDEX);
	return send_pdu(at, "+CMSS", message->pdu, message->len);
}

/* --- unsolicited ---------------------------------------------------------------- */

static void stored(void *self, unsigned int index)
{
	struct at *at = self;

	if (!at->indications[1])
		return;
	at_info(at, "+CMTI: " STORE ",%u", index);
	at_flush(at);
}

static void flash(void *self, const uint8_t *pdu, size_t len)
{
	char hex[2 * SMS_PDU_MAX + 1];
	struct at *at = self;

	if (!at->indications[1])
		return;
	hex_write(hex, pdu, len);
	at_info(at, "+CMT: ,%zu", sms_tpdu_length(pdu, len));
	at_put(at, hex, strlen(hex));
	at_put(at, "\r\n", 2);
	at_flush(at);
}

void at_sms_init(struct at *at)
{
	at->sms_observer = (struct sms_observer){ .stored = stored, .flash = flash, .self = at };
	sms_observe(store(at), &at->sms_observer);
}

const struct at_entry at_sms_commands[] = {
	{ "+CSMS", run_service },
	{ "+CMGF", run_format },
	{ "+CPMS", run_store },
	{ "+CSCA", run_centre },
	{ "+CNMI", run_indications },
	{ "+CMGL", run_list },
	{ "+CMGR", run_read },
	{ "+CMGD", run_delete },
	{ "+CMGS", run_prompt },
	{ "+CMGW", run_prompt },
	{ "+CMSS", run_send_stored },
	{ NULL, NULL },
};
