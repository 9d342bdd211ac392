// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service SMS with libmbim as the host: messages to the own number and from the
 * network, the store, flash messages, status reports and the service centre.
 */
#include "mbim_fixture.h"

/* To +15551234567, "Hello": default centre, no validity period. */
static const guint8 to_self[] = {
	0x00, 0x01, 0x00, 0x0b, 0x91, 0x51, 0x55, 0x21, 0x43, 0x65, 0xf7, 0x00, 0x00, 0x05,
	0xc8, 0x32, 0x9b, 0xfd, 0x06,
};

/* To 1000, "Hello", with a status report asked for and a relative validity period. */
static const guint8 to_other[] = {
	0x00, 0x31, 0x00, 0x04, 0x81, 0x01, 0x00, 0x00, 0x00, 0xa7, 0x05,
	0xc8, 0x32, 0x9b, 0xfd, 0x06,
};

/* What comes before the time stamp of "Hello" from the own number. */
static const guint8 from_self[] = {
	0x07, 0x91, 0x51, 0x55, 0x00, 0x00, 0x00, 0xf0, 0x04, 0x0b, 0x81, 0x51, 0x55, 0x21, 0x43,
	0x65, 0xf7, 0x00, 0x00,
};

static const guint8 hello[] = { 0x05, 0xc8, 0x32, 0x9b, 0xfd, 0x06 };

#define STAMP 7		/* octets of a time stamp */

static void send_pdu(struct fixture *f, const guint8 *pdu, guint32 len, guint32 status,
		     const char *what)
{
	MbimSmsPduSendRecord record = { .pdu_data_size = len, .pdu_data = (guint8 *)pdu };
	MbimMessage *m = ask(f, mbim_message_sms_send_set_new(MBIM_SMS_FORMAT_PDU, &record, NULL,
							     NULL), status, what);
	guint32 reference = 0;

	if (!status) {
		tap_ok(&f->tap, mbim_message_sms_send_response_parse(m, &reference, NULL) &&
		       reference, "%s: reference", what);
	}
	mbim_message_unref(m);
}

static void expect_store(struct fixture *f, guint32 flag, guint32 index, const char *what)
{
	MbimSmsStatusFlag got_flag = 99;
	guint32 got_index = 99;
	MbimMessage *m;

	wait_for(f);
	m = indication_of(f, MBIM_SERVICE_SMS, MBIM_CID_SMS_MESSAGE_STORE_STATUS, what);
	mbim_message_sms_message_store_status_notification_parse(m, &got_flag, &got_index, NULL);
	tap_equal(&f->tap, got_flag, flag, "%s: flag", what);
	tap_equal(&f->tap, got_index, index, "%s: index", what);
	mbim_message_unref(m);
}

static guint32 read_list(struct fixture *f, guint32 flag, guint32 index,
			 MbimSmsPduReadRecordArray **list, const char *what)
{
	MbimMessage *m = ask(f, mbim_message_sms_read_query_new(MBIM_SMS_FORMAT_PDU, flag, index,
							       NULL), 0, what);
	guint32 count = 99;

	*list = NULL;
	tap_ok(&f->tap, mbim_message_sms_read_response_parse(m, NULL, &count, list, NULL, NULL),
	       "%s: parse", what);
	mbim_message_unref(m);
	return count;
}

static void own_number(struct fixture *f)
{
	g_autoptr(MbimSmsPduReadRecordArray) list = NULL;
	g_autoptr(MbimSmsPduReadRecordArray) again = NULL;

	send_pdu(f, to_self, sizeof(to_self), 0, "to the own number");
	expect_store(f, MBIM_SMS_STATUS_FLAG_NEW_MESSAGE, 1, "own number");
	no_message(f, "own number");
	tap_equal(&f->tap, read_list(f, MBIM_SMS_FLAG_INDEX, 1, &list, "read"), 1, "one message");
	if (list) {
		const MbimSmsPduReadRecord *got = list[0];

		tap_equal(&f->tap, got->message_index, 1, "its index");
		tap_equal(&f->tap, got->message_status, MBIM_SMS_STATUS_NEW, "it is new");
		tap_equal(&f->tap, got->pdu_data_size, sizeof(from_self) + STAMP + sizeof(hello),
			  "its size");
		tap_bytes(&f->tap, got->pdu_data, sizeof(from_self), from_self, sizeof(from_self),
			  "centre, type, sender, coding");
		tap_bytes(&f->tap, got->pdu_data + sizeof(from_self) + STAMP, sizeof(hello),
			  hello, sizeof(hello), "text");
	}
	tap_equal(&f->tap, read_list(f, MBIM_SMS_FLAG_ALL, 0, &again, "read all"), 1, "one message");
	if (again)
		tap_equal(&f->tap, again[0]->message_status, MBIM_SMS_STATUS_OLD, "read once: old");
}

static void report(struct fixture *f)
{
	g_autoptr(MbimSmsPduReadRecordArray) list = NULL;

	send_pdu(f, to_other, sizeof(to_other), 0, "to someone else");
	expect_store(f, MBIM_SMS_STATUS_FLAG_NEW_MESSAGE, 2, "status report");
	tap_equal(&f->tap, read_list(f, MBIM_SMS_FLAG_NEW, 0, &list, "read new"), 1, "the report");
	if (list) {
		const guint8 *pdu = list[0]->pdu_data + 1 + list[0]->pdu_data[0];

		tap_equal(&f->tap, pdu[0] & 3, 2, "type: status report");
		tap_equal(&f->tap, pdu[1], 2, "reference of the second message sent");
		tap_equal(&f->tap, pdu[2], 4, "digits of the recipient");
	}
}

static void from_network(struct fixture *f)
{
	g_autoptr(MbimSmsPduReadRecordArray) list = NULL;
	char line[400] = "sms +4912345 ";

	control(f, "sms +4912345 caf\xc3\xa9 {ok}");
	expect_store(f, MBIM_SMS_STATUS_FLAG_NEW_MESSAGE, 3, "from the network");
	memset(line + strlen(line), 'x', 200);
	control(f, line);
	expect_store(f, MBIM_SMS_STATUS_FLAG_NEW_MESSAGE, 4, "first part");
	expect_store(f, MBIM_SMS_STATUS_FLAG_NEW_MESSAGE, 5, "second part");
	tap_equal(&f->tap, read_list(f, MBIM_SMS_FLAG_NEW, 0, &list, "parts"), 3, "three messages");
	if (list) {
		const guint8 *pdu = list[2]->pdu_data + 1 + list[2]->pdu_data[0];

		tap_equal(&f->tap, pdu[0], 0x44, "the second part has a header");
		/* type, address of 7 digits, protocol, coding, stamp */
		tap_equal(&f->tap, pdu[1 + 2 + 4 + 2 + STAMP], 7 + 200 - 153, "its septets");
		tap_equal(&f->tap, pdu[1 + 2 + 4 + 2 + STAMP + 6], 2, "its number");
	}
	control(f, "sms +4912345 \xe4\xbd\xa0\xe5\xa5\xbd");
	expect_store(f, MBIM_SMS_STATUS_FLAG_NEW_MESSAGE, 6, "UCS2");
}

static void flash(struct fixture *f)
{
	MbimSmsPduReadRecord **list = NULL;
	guint32 count = 0;
	MbimMessage *m;

	control(f, "sms-flash 123 now");
	wait_for(f);
	m = indication_of(f, MBIM_SERVICE_SMS, MBIM_CID_SMS_READ, "flash");
	if (tap_ok(&f->tap, mbim_message_sms_read_notification_parse(m, NULL, &count, &list, NULL,
			NULL) && count == 1, "flash: one record")) {
		tap_equal(&f->tap, list[0]->message_index, 0, "flash: not stored");
		mbim_sms_pdu_read_record_array_free(list);
	}
	mbim_message_unref(m);
}

static void deleting(struct fixture *f)
{
	g_autoptr(MbimSmsPduReadRecordArray) list = NULL;

	mbim_message_unref(ask(f, mbim_message_sms_delete_set_new(MBIM_SMS_FLAG_INDEX, 2, NULL), 0,
			       "delete one"));
	mbim_message_unref(ask(f, mbim_message_sms_delete_set_new(MBIM_SMS_FLAG_INDEX, 2, NULL),
			       MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX, "delete it again"));
	mbim_message_unref(ask(f, mbim_message_sms_read_query_new(MBIM_SMS_FORMAT_PDU,
			       MBIM_SMS_FLAG_INDEX, 2, NULL), MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX,
			       "read it"));
	mbim_message_unref(ask(f, mbim_message_sms_delete_set_new(MBIM_SMS_FLAG_ALL, 0, NULL), 0,
			       "delete all"));
	tap_equal(&f->tap, read_list(f, MBIM_SMS_FLAG_ALL, 0, &list, "empty"), 0, "nothing left");
}

/* A full store says so once, and takes what waits when there is room again. */
static void full(struct fixture *f)
{
	for (unsigned int i = 1; i <= 50; i++)
		control(f, "sms 1 x");
	fake_clear(&f->channel);
	control(f, "sms 1 more");
	expect_store(f, MBIM_SMS_STATUS_FLAG_MESSAGE_STORE_FULL, 0, "full");
	control(f, "sms 1 even-more");
	no_message(f, "full is said once");
	mbim_message_unref(ask(f, mbim_message_sms_delete_set_new(MBIM_SMS_FLAG_INDEX, 7, NULL), 0,
			       "make room"));
	expect_store(f, MBIM_SMS_STATUS_FLAG_NEW_MESSAGE, 7, "what waited");
	expect_store(f, MBIM_SMS_STATUS_FLAG_MESSAGE_STORE_FULL, 0, "full again");
	mbim_message_unref(ask(f, mbim_message_sms_delete_set_new(MBIM_SMS_FLAG_ALL, 0, NULL), 0,
			       "delete all"));
	expect_store(f, MBIM_SMS_STATUS_FLAG_NEW_MESSAGE, 1, "the last one");
	mbim_message_unref(ask(f, mbim_message_sms_delete_set_new(MBIM_SMS_FLAG_ALL, 0, NULL), 0,
			       "delete all"));
}

static void centre(struct fixture *f, const char *expected)
{
	MbimMessage *m = ask(f, mbim_message_sms_configuration_query_new(NULL), 0, "configuration");
	MbimSmsStorageState state;
	g_autofree gchar *number = NULL;
	MbimSmsFormat format;
	guint32 most;

	if (tap_ok(&f->tap, mbim_message_sms_configuration_response_parse(m, &state, &format, &most,
			NULL, &number, NULL), "configuration parse")) {
		tap_equal(&f->tap, state, MBIM_SMS_STORAGE_STATE_INITIALIZED, "store is there");
		tap_equal(&f->tap, most, 50, "its size");
		tap_ok(&f->tap, !g_strcmp0(number, expected), "service centre %s", expected);
	}
	mbim_message_unref(m);
}

static void configuration(struct fixture *f)
{
	centre(f, "+15550000000");
	mbim_message_unref(ask(f, mbim_message_sms_configuration_set_new(MBIM_SMS_FORMAT_PDU,
			       "+4917", NULL), 0, "another centre"));
	centre(f, "+4917");
	mbim_message_unref(ask(f, mbim_message_sms_configuration_set_new(MBIM_SMS_FORMAT_PDU,
			       "letters", NULL), MBIM_STATUS_ERROR_INVALID_PARAMETERS, "no number"));
	mbim_message_unref(ask(f, mbim_message_sms_configuration_set_new(MBIM_SMS_FORMAT_CDMA,
			       "1", NULL), MBIM_STATUS_ERROR_SMS_FORMAT_NOT_SUPPORTED, "CDMA"));
	mbim_message_unref(ask(f, mbim_message_sms_configuration_set_new(MBIM_SMS_FORMAT_PDU, "",
			       NULL), 0, "no centre"));
	send_pdu(f, to_self, sizeof(to_self), MBIM_STATUS_ERROR_SMS_UNKNOWN_SMSC_ADDRESS,
		 "send without centre");
	mbim_message_unref(ask(f, mbim_message_sms_configuration_set_new(MBIM_SMS_FORMAT_PDU,
			       "+15550000000", NULL), 0, "a centre"));
}

static void refused(struct fixture *f)
{
	g_autoptr(MbimSmsPduReadRecordArray) list = NULL;
	guint8 pdu[sizeof(to_self)];

	for (guint32 len = 1; len < sizeof(to_self); len++)
		send_pdu(f, to_self, len, MBIM_STATUS_ERROR_INVALID_PARAMETERS, "cut off");
	memcpy(pdu, to_self, sizeof(pdu));
	pdu[1] = 0;
	send_pdu(f, pdu, sizeof(pdu), MBIM_STATUS_ERROR_INVALID_PARAMETERS, "not a submit");
	pdu[1] = 0x41;
	send_pdu(f, pdu, sizeof(pdu), MBIM_STATUS_ERROR_INVALID_PARAMETERS, "header too long");
	control(f, "sms-centre silent");
	send_pdu(f, to_self, sizeof(to_self), MBIM_STATUS_ERROR_SMS_NETWORK_TIMEOUT, "silence");
	control(f, "sms-centre answering");
	control(f, "registration searching");
	fake_clear(&f->channel);
	send_pdu(f, to_self, sizeof(to_self), MBIM_STATUS_ERROR_NOT_REGISTERED, "no network");
	control(f, "sms 1 waits");
	no_message(f, "nothing arrives without network");
	control(f, "registration home");
	run_for(f, 10);
	fake_clear(&f->channel);
	tap_equal(&f->tap, read_list(f, MBIM_SMS_FLAG_NEW, 0, &list, "after that"), 1,
		  "it arrives with the network");
	control(f, "sim remove");
	fake_clear(&f->channel);
	mbim_message_unref(ask(f, mbim_message_sms_read_query_new(MBIM_SMS_FORMAT_PDU, 0, 0, NULL),
			       MBIM_STATUS_ERROR_SIM_NOT_INSERTED, "read without SIM"));
	send_pdu(f, to_self, sizeof(to_self), MBIM_STATUS_ERROR_SIM_NOT_INSERTED, "send without SIM");
	control(f, "sim insert");
}

int main(void)
{
	struct fixture f;

	fixture_start(&f, NULL, 0);
	open_function(&f, 4096);
	own_number(&f);
	report(&f);
	from_network(&f);
	flash(&f);
	deleting(&f);
	full(&f);
	configuration(&f);
	refused(&f);
	return fixture_end(&f);
}
