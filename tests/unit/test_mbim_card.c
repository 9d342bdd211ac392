// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the host does with the SIM card, with libmbim as the host: authentication, the phone
 * book, the toolkit.
 */
#include "../../vmodem/hex.h"
#include "mbim_fixture.h"

/* Test set 19 of TS 35.208, which is case 1 of RFC 5448, appendix C. */
#define KEYS "5122250214c33e723a5dd523fc145fc0 981d464c7c52eb6e5036234984ad0bcf"
#define SQN  "25235952177058"	/* the last one of its index before 16f3b3f70fc2 */

static const guint8 rand19[16] = { 0x81, 0xe9, 0x2b, 0x6c, 0x0e, 0xe0, 0xe1, 0x2e,
				   0xbc, 0xeb, 0xa8, 0xd9, 0x2a, 0x99, 0xdf, 0xa5 };
static const guint8 autn19[16] = { 0xbb, 0x52, 0xe9, 0x1c, 0x74, 0x7a, 0xc3, 0xab,
				   0x2a, 0x5c, 0x23, 0xd1, 0x5e, 0xe3, 0x51, 0xd5 };
static const guint8 rand1[16] = { 0x23, 0x55, 0x3c, 0xbe, 0x96, 0x37, 0xa8, 0x9d,
				  0x21, 0x8a, 0xe6, 0x4d, 0xae, 0x47, 0xbf, 0x35 };

static void is(struct fixture *f, const guint8 *got, const char *digits, const char *what)
{
	uint8_t expected[16];
	size_t len = 0;

	hex_read(digits, expected, sizeof(expected), &len);
	if (tap_ok(&f->tap, got != NULL, "%s: there", what))
		tap_bytes(&f->tap, got, len, expected, len, "%s", what);
}

static void aka(struct fixture *f)
{
	static const guint8 none[14];
	const guint8 *res = NULL, *ik = NULL, *ck = NULL, *auts = NULL;
	guint8 wrong[16];
	guint32 len = 0;
	MbimMessage *m;

	control(f, "sim-keys " KEYS " " SQN);
	memcpy(wrong, autn19, sizeof(wrong));
	wrong[15] ^= 1;
	m = ask(f, mbim_message_auth_aka_query_new(rand19, wrong, NULL),
		MBIM_STATUS_ERROR_AUTH_INCORRECT_AUTN, "wrong AUTN");
	tap_equal(&f->tap, mbim_message_command_done_get_raw_information_buffer(m, &len) ? len : 0,
		  0, "wrong AUTN: no buffer");
	mbim_message_unref(m);
	m = ask(f, mbim_message_auth_aka_query_new(rand19, autn19, NULL), 0, "AKA");
	tap_ok(&f->tap, mbim_message_auth_aka_response_parse(m, &res, &len, &ik, &ck, &auts, NULL),
	       "AKA parse");
	tap_equal(&f->tap, len, 8, "AKA: bytes of RES");
	is(f, res, "28d7b0f2a2ec3de50000000000000000", "AKA: RES");
	is(f, ck, "5349fbe098649f948f5d2e973a81c00f", "AKA: CK");
	is(f, ik, "9744871ad32bf9bbd1dd5ce54e3e2e5a", "AKA: IK");
	tap_ok(&f->tap, auts && !memcmp(auts, none, 14), "AKA: no AUTS");
	mbim_message_unref(m);
	m = ask(f, mbim_message_auth_aka_query_new(rand19, autn19, NULL),
		MBIM_STATUS_ERROR_AUTH_SYNC_FAILURE, "the same again");
	tap_ok(&f->tap, mbim_message_auth_aka_response_parse(m, &res, &len, NULL, NULL, &auts, NULL),
	       "AUTS parse");
	/* SQN 16f3b3f70fc2 under AK* d461bc15475d. */
	is(f, auts, "c2920fe2489f", "AUTS: the number of the card");
	tap_equal(&f->tap, len, 0, "AUTS: no RES");
	mbim_message_unref(m);
}

static void akap(struct fixture *f)
{
	const guint8 *ik = NULL, *ck = NULL;
	MbimMessage *m;

	control(f, "sim-keys " KEYS " " SQN);
	mbim_message_unref(ask(f, mbim_message_auth_akap_query_new(rand19, autn19, "", NULL),
			       MBIM_STATUS_ERROR_INVALID_PARAMETERS, "AKA' without a network"));
	m = ask(f, mbim_message_auth_akap_query_new(rand19, autn19, "WLAN", NULL), 0, "AKA'");
	tap_ok(&f->tap, mbim_message_auth_akap_response_parse(m, NULL, NULL, &ik, &ck, NULL, NULL),
	       "AKA' parse");
	is(f, ck, "0093962d0dd84aa5684b045c9edffa04", "AKA': CK'");
	is(f, ik, "ccfc230ca74fcc96c0a5d61164f5a76c", "AKA': IK'");
	mbim_message_unref(m);
}

static void gsm(struct fixture *f)
{
	guint32 sres1 = 0, sres2 = 0, sres3 = 1, count = 0;
	guint64 kc1 = 0, kc2 = 0, kc3 = 1;
	MbimMessage *m;

	/* Test set 1 of TS 55.205, 5.2. */
	control(f, "sim-keys 465b5ce8b199b49faa5f0a2ee238a6bc cd63cb71954a9f4e48a5994e37a02baf");
	m = ask(f, mbim_message_auth_sim_query_new(rand1, rand1, rand19, 2, NULL), 0, "GSM");
	tap_ok(&f->tap, mbim_message_auth_sim_response_parse(m, &sres1, &kc1, &sres2, &kc2, &sres3,
							     &kc3, &count, NULL), "GSM parse");
	tap_ok(&f->tap, sres1 == 0x46f8416a && sres2 == sres1 && !sres3, "SRES of two");
	tap_ok(&f->tap, kc1 == 0xeae4be823af9a08b && kc2 == kc1 && !kc3, "Kc of two");
	tap_equal(&f->tap, count, 2, "GSM: count");
	mbim_message_unref(m);
	for (guint32 n = 0; n <= 4; n += 4)
		mbim_message_unref(ask(f, mbim_message_auth_sim_query_new(rand1, rand1, rand1, n, NULL),
				       MBIM_STATUS_ERROR_INVALID_PARAMETERS, "GSM: bad count"));
}

/* --- phone book ------------------------------------------------------------------- */

static guint32 book(struct fixture *f, guint32 expected_state)
{
	MbimMessage *m = ask(f, mbim_message_phonebook_configuration_query_new(NULL), 0, "book");
	guint32 entries = 0, used = 0, number = 0, name = 0;
	MbimPhonebookState state = 9;

	tap_ok(&f->tap, mbim_message_phonebook_configuration_response_parse(m, &state, &entries, &used,
									  &number, &name, NULL),
	       "book parse");
	tap_equal(&f->tap, state, expected_state, "book: state");
	if (state)
		tap_ok(&f->tap, entries == 250 && number == 20 && name == 18, "book: sizes");
	mbim_message_unref(m);
	return used;
}

static void save(struct fixture *f, guint32 flag, guint32 index, const char *number,
		 const char *name, guint32 status)
{
	mbim_message_unref(ask(f, mbim_message_phonebook_write_set_new(flag, index, number, name, NULL),
			       status, name));
}

static void entry(struct fixture *f, guint32 index, const char *number, const char *name)
{
	MbimMessage *m = ask(f, mbim_message_phonebook_read_query_new(1, index, NULL), 0, "entry");
	g_autoptr(MbimPhonebookEntryArray) list = NULL;
	guint32 count = 0;

	tap_ok(&f->tap, mbim_message_phonebook_read_response_parse(m, &count, &list, NULL) &&
	       count == 1 && list[0]->entry_index == index && !g_strcmp0(list[0]->number, number) &&
	       !g_strcmp0(list[0]->name, name), "entry %u is %s, %s", index, number, name);
	mbim_message_unref(m);
}

static guint32 read_all(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_phonebook_read_query_new(0, 0, NULL), 0, "all entries");
	g_autoptr(MbimPhonebookEntryArray) list = NULL;
	guint32 count = 99;

	tap_ok(&f->tap, mbim_message_phonebook_read_response_parse(m, &count, &list, NULL),
	       "all entries parse");
	mbim_message_unref(m);
	return count;
}

static void phonebook(struct fixture *f)
{
	tap_equal(&f->tap, book(f, 1), 0, "a new card knows nobody");
	tap_equal(&f->tap, read_all(f), 0, "no entries");
	save(f, 1, 7, "+15551234567", "Ann", 0);
	save(f, 0, 0, "112", "Emergency", 0);
	save(f, 0, 99, "*100#", "", 0);
	entry(f, 1, "112", "Emergency");
	entry(f, 2, "*100#", NULL);
	entry(f, 7, "+15551234567", "Ann");
	save(f, 1, 7, "+12345678901234567890", "Grüße aus €", 0);
	entry(f, 7, "+12345678901234567890", "Grüße aus €");
	save(f, 1, 250, "1", "東京電話", 0);
	entry(f, 250, "1", "東京電話");
	tap_equal(&f->tap, book(f, 1), 4, "four are used");
	tap_equal(&f->tap, read_all(f), 4, "four entries");
	save(f, 1, 251, "1", "no such place", MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX);
	save(f, 1, 0, "1", "nor that", MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX);
	save(f, 2, 1, "1", "no such flag", MBIM_STATUS_ERROR_INVALID_PARAMETERS);
	save(f, 1, 1, "one", "letters", MBIM_STATUS_ERROR_INVALID_PARAMETERS);
	save(f, 1, 1, "", "no number", MBIM_STATUS_ERROR_INVALID_PARAMETERS);
	save(f, 1, 1, "123456789012345678901", "21 digits", MBIM_STATUS_ERROR_PARAMETER_TOO_LONG);
	save(f, 1, 1, "1", "nineteen characters", MBIM_STATUS_ERROR_PARAMETER_TOO_LONG);
	save(f, 1, 1, "1", "九文字以上の名前です", MBIM_STATUS_ERROR_PARAMETER_TOO_LONG);
	entry(f, 1, "112", "Emergency");
	mbim_message_unref(ask(f, mbim_message_phonebook_read_query_new(1, 3, NULL),
			       MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX, "an empty place"));
	mbim_message_unref(ask(f, mbim_message_phonebook_delete_set_new(1, 3, NULL),
			       MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX, "delete it"));
	mbim_message_unref(ask(f, mbim_message_phonebook_delete_set_new(1, 2, NULL), 0, "delete"));
	tap_equal(&f->tap, read_all(f), 3, "three entries");
}

/* It is on the card: hosts, restarts and the way out of the slot and back change nothing. */
static void phonebook_stays(struct fixture *f)
{
	send_message(f, mbim_message_close_new(0));
	fake_clear(&f->channel);
	open_function(f, 4096);
	tap_equal(&f->tap, read_all(f), 3, "three after close and open");
	network_reset(f->network);
	fake_clear(&f->channel);
	open_function(f, 4096);
	tap_equal(&f->tap, read_all(f), 3, "three after a restart");
	fake_clear(&f->channel);
}

/* Fragments are libmbim's to join: a book of 250 is longer than a message. */
static void phonebook_full(struct fixture *f)
{
	guint32 total = 0;
	MbimMessage *m;

	for (int i = 0; i < 247; i++) {
		send_message(f, mbim_message_phonebook_write_set_new(0, 0, "+1555", "Somebody", NULL));
		fake_clear(&f->channel);
	}
	save(f, 0, 0, "1", "one too many", MBIM_STATUS_ERROR_MEMORY_FULL);
	tap_equal(&f->tap, book(f, 1), 250, "all are used");
	send_message(f, mbim_message_phonebook_read_query_new(0, 0, NULL));
	while ((m = next_message(f))) {
		guint32 len = 0;

		mbim_message_get_raw(m, &len, NULL);
		tap_ok(&f->tap, len <= 4096, "a fragment");
		total += len;
		mbim_message_unref(m);
	}
	tap_ok(&f->tap, total > 3 * 4096, "the whole book");
	mbim_message_unref(ask(f, mbim_message_phonebook_delete_set_new(0, 0, NULL), 0, "delete all"));
	tap_equal(&f->tap, read_all(f), 0, "none is left");
	fake_clear(&f->channel);
}

static void book_told(struct fixture *f, guint32 expected_state, const char *what)
{
	MbimPhonebookState state = 9;
	MbimMessage *m;

	/* Others about the SIM come before it. */
	for (m = wait_message(f); m; m = next_message(f)) {
		if (mbim_message_get_message_type(m) == MBIM_MESSAGE_TYPE_INDICATE_STATUS &&
		    mbim_message_indicate_status_get_service(m) == MBIM_SERVICE_PHONEBOOK)
			break;
		mbim_message_unref(m);
	}
	if (!tap_ok(&f->tap, m != NULL, "%s: told", what))
		return;
	mbim_message_phonebook_configuration_notification_parse(m, &state, NULL, NULL, NULL, NULL,
								NULL);
	tap_equal(&f->tap, state, expected_state, "%s: state", what);
	mbim_message_unref(m);
	fake_clear(&f->channel);
}

static void no_card(struct fixture *f)
{
	save(f, 1, 5, "5", "Five", 0);
	control(f, "sim remove");
	book_told(f, 0, "no card");
	mbim_message_unref(ask(f, mbim_message_phonebook_configuration_query_new(NULL),
			       MBIM_STATUS_ERROR_NO_PHONEBOOK, "book without a card"));
	mbim_message_unref(ask(f, mbim_message_phonebook_read_query_new(0, 0, NULL),
			       MBIM_STATUS_ERROR_NO_PHONEBOOK, "entries without a card"));
	mbim_message_unref(ask(f, mbim_message_auth_aka_query_new(rand19, autn19, NULL),
			       MBIM_STATUS_ERROR_SIM_NOT_INSERTED, "AKA without a card"));
	control(f, "sim insert");
	book_told(f, 1, "the card again");
	entry(f, 5, "5", "Five");
	control(f, "sim lock");
	book_told(f, 0, "a locked card");
	mbim_message_unref(ask(f, mbim_message_phonebook_read_query_new(0, 0, NULL),
			       MBIM_STATUS_ERROR_PIN_REQUIRED, "entries of a locked card"));
	tap_equal(&f->tap, book(f, 0), 0, "a locked card tells nothing");
	mbim_message_unref(ask(f, mbim_message_pin_set_new(2, 0, "1234", "", NULL), 0, "PIN"));
	book_told(f, 1, "the card unlocked");
	entry(f, 5, "5", "Five");
	control(f, "sim swap");
	book_told(f, 0, "the card is taken out");
	run_for(f, 1100);
	book_told(f, 1, "another card");
	tap_equal(&f->tap, read_all(f), 0, "it knows nobody");
}

/* --- toolkit ------------------------------------------------------------------------ */

static void pac(struct fixture *f, const guint8 *command, gsize len, const char *what)
{
	MbimMessage *m = indication_of(f, MBIM_SERVICE_STK, MBIM_CID_STK_PAC, what);
	const guint8 *data = NULL;
	guint32 size = 0;
	MbimStkPacType type = 9;

	tap_ok(&f->tap, mbim_message_stk_pac_notification_parse(m, &type, &size, &data, NULL) && !type,
	       "%s: a proactive command", what);
	tap_bytes(&f->tap, data, size < len ? size : len, command, len, "%s: its bytes", what);
	mbim_message_unref(m);
}

static void respond(struct fixture *f, guint8 number, guint8 type, guint32 words, const char *what)
{
	const guint8 response[] = { 0x81, 3, number, type, 0, 0x82, 2, 0x82, 0x81, 0x83, 1, 0 };
	guint32 got = 0, len = 9;
	MbimMessage *m = ask(f, mbim_message_stk_terminal_response_set_new(sizeof(response), response,
									  NULL), 0, what);

	tap_ok(&f->tap, mbim_message_stk_terminal_response_response_parse(m, &len, NULL, &got, NULL) &&
	       !len, "%s: parse", what);
	tap_equal(&f->tap, got, words, "%s: status words", what);
	mbim_message_unref(m);
}

static const guint8 *support(struct fixture *f, MbimMessage *request, guint8 *copy, const char *what)
{
	MbimMessage *m = ask(f, request, 0, what);
	const guint8 *all = NULL;

	if (tap_ok(&f->tap, mbim_message_stk_pac_response_parse(m, &all, NULL) && all, "%s: parse",
		   what))
		memcpy(copy, all, 256);
	mbim_message_unref(m);
	return copy;
}

static void toolkit(struct fixture *f)
{
	/* SET UP MENU from the card to the terminal, its title and the first item. */
	static const guint8 menu[] = {
		0xd0, 43, 0x81, 3, 1, 0x25, 0, 0x82, 2, 0x81, 0x82, 0x85, 9, 'T', 'e', 's', 't', ' ',
		'c', 'a', 'r', 'd', 0x8f, 8, 1, 'B', 'a', 'l', 'a', 'n', 'c', 'e',
	};
	static const guint8 shown[] = {
		0xd0, 30, 0x81, 3, 2, 0x21, 1, 0x82, 2, 0x81, 2, 0x8d, 19, 4,
		'Y', 'o', 'u', ' ', 'c', 'h', 'o', 's', 'e', ':', ' ', 'B', 'a', 'l', 'a', 'n', 'c', 'e',
	};
	static const guint8 choice[] = { 0xd3, 7, 0x82, 2, 1, 0x81, 0x90, 1, 1 };
	static const guint8 no_choice[] = { 0xd3, 7, 0x82, 2, 1, 0x81, 0x90, 1, 3 };
	guint8 host[32] = { 0 }, all[256] = { 0 };
	const guint8 *envelopes = NULL;
	MbimMessage *m;

	support(f, mbim_message_stk_pac_query_new(NULL), all, "PAC");
	tap_ok(&f->tap, all[0x21] == 1 && all[0x25] == 1 && all[0x01] == 2 && !all[0xff],
	       "who handles what");
	mbim_message_unref(ask(f, mbim_message_stk_envelope_set_new(sizeof(choice), choice, NULL),
			       MBIM_STATUS_ERROR_STK_BUSY, "a choice without a menu"));
	host[0x25 / 8] |= 1 << 0x25 % 8;
	host[0x21 / 8] |= 1 << 0x21 % 8;
	host[0x01 / 8] |= 1 << 0x01 % 8;
	support(f, mbim_message_stk_pac_set_new(host, NULL), all, "PAC set");
	tap_ok(&f->tap, all[0x21] == 6 && all[0x25] == 6 && all[0x22] == 1 && all[0x01] == 2,
	       "the host handles menu and texts");
	pac(f, menu, sizeof(menu), "menu");
	respond(f, 2, 0x25, 0x806a, "response to another command");
	respond(f, 1, 0x25, 0x90, "response to the menu");
	respond(f, 1, 0x25, 0x8569, "response to nothing");
	m = ask(f, mbim_message_stk_envelope_query_new(NULL), 0, "envelopes");
	tap_ok(&f->tap, mbim_message_stk_envelope_response_parse(m, &envelopes, NULL) &&
	       envelopes[0xd3 / 8] == 1 << 0xd3 % 8 && !envelopes[0xd1 / 8 - 1], "menu selections");
	mbim_message_unref(m);
	mbim_message_unref(ask(f, mbim_message_stk_envelope_set_new(sizeof(no_choice), no_choice, NULL),
			       MBIM_STATUS_ERROR_INVALID_PARAMETERS, "no such item"));
	mbim_message_unref(ask(f, mbim_message_stk_envelope_set_new(sizeof(choice), choice, NULL), 0,
			       "a choice"));
	pac(f, shown, sizeof(shown), "its text");
	mbim_message_unref(ask(f, mbim_message_stk_envelope_set_new(sizeof(choice), choice, NULL),
			       MBIM_STATUS_ERROR_STK_BUSY, "a choice while a text is shown"));
	respond(f, 2, 0x21, 0x90, "response to the text");
	control(f, "stk Your bill is due");
	m = indication_of(f, MBIM_SERVICE_STK, MBIM_CID_STK_PAC, "a text by itself");
	mbim_message_unref(m);
	respond(f, 3, 0x21, 0x90, "response to it");
	fake_clear(&f->channel);
}

/* A host that says nothing of the toolkit is left in peace, and so is the next host. */
static void toolkit_unwanted(struct fixture *f)
{
	guint8 all[256] = { 0 };

	open_function(f, 4096);
	support(f, mbim_message_stk_pac_query_new(NULL), all, "PAC of a new host");
	tap_equal(&f->tap, all[0x25], 1, "the menu is not its yet");
	control(f, "stk Hello");
	control(f, "stk Hello again");
	no_message(f, "texts that nobody shows");
}

/* --- eSIM --------------------------------------------------------------------------- */

/* Of the second card: the one that was swapped in. */
#define EID	"bf3e125a1089049032123451234512345678901332"
#define ISD_R	{ 0xa0, 0, 0, 5, 0x59, 0x10, 0x10, 0xff, 0xff, 0xff, 0xff, 0x89, 0, 0, 1, 0 }

static guint32 open_isdr(struct fixture *f, guint32 status, const char *what)
{
	static const guint8 aid[] = ISD_R;
	MbimMessage *m = ask(f, mbim_message_ms_uicc_low_level_access_open_channel_set_new(
				     sizeof(aid), aid, 4, 1, NULL), status, what);
	guint32 words = 0, channel = 0;

	if (!status)
		tap_ok(&f->tap, mbim_message_ms_uicc_low_level_access_open_channel_response_parse(
			       m, &words, &channel, NULL, NULL, NULL) && words == 144 && channel,
		       "%s: a channel", what);
	mbim_message_unref(m);
	return channel;
}

/* What ModemManager takes the identity from: 5 octets, and then it. */
static void apdu(struct fixture *f, guint32 channel, guint8 tag, guint32 words, const char *digits,
		 const char *what)
{
	const guint8 command[] = { 0x81, 0xe2, 0x91, 0, 6, 0xbf, 0x3e, 3, 0x5c, 1, tag, 0 };
	uint8_t expected[64];
	const guint8 *data = NULL;
	guint32 got = 0, size = 99;
	size_t len = 0;
	MbimMessage *m = ask(f, mbim_message_ms_uicc_low_level_access_apdu_set_new(
				     channel, 0, 1, sizeof(command), command, NULL), 0, what);

	hex_read(digits, expected, sizeof(expected), &len);
	tap_ok(&f->tap, mbim_message_ms_uicc_low_level_access_apdu_response_parse(
		       m, &got, &size, &data, NULL) && got == words, "%s: words", what);
	tap_bytes(&f->tap, data, size, expected, len, "%s: octets", what);
	mbim_message_unref(m);
}

static void close_channel(struct fixture *f, guint32 channel, guint32 status, const char *what)
{
	mbim_message_unref(ask(f, mbim_message_ms_uicc_low_level_access_close_channel_set_new(
				       channel, 1, NULL), status, what));
}

/* Its identity is told with a profile, without one, and while a PIN is asked for. */
static void esim(struct fixture *f)
{
	static const guint8 usim[] = { 0xa0, 0, 0, 0, 0x87, 0x10, 0x02 };
	guint32 channel;

	open_isdr(f, MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT, "a card that is no eSIM");
	control(f, "sim esim");
	fake_clear(&f->channel);
	channel = open_isdr(f, 0, "eSIM");
	apdu(f, channel, 0x5a, 0x90, EID, "EID");
	apdu(f, channel, 0x5b, 0x886a, "", "something else");
	mbim_message_unref(ask(f, mbim_message_ms_uicc_low_level_access_open_channel_set_new(
				       sizeof(usim), usim, 4, 1, NULL), 0, "the USIM besides"));
	apdu(f, channel + 1, 0x5a, 0x6d, "", "EID from the USIM");
	close_channel(f, channel, 0, "close");
	close_channel(f, channel + 1, 0, "close the other one");
	control(f, "sim lock");
	fake_clear(&f->channel);
	channel = open_isdr(f, 0, "a locked eSIM");
	control(f, "sim no-profile");
	fake_clear(&f->channel);
	close_channel(f, channel, MBIM_STATUS_ERROR_MS_INVALID_LOGICAL_CHANNEL, "of another state");
	channel = open_isdr(f, 0, "an eSIM without a profile");
	apdu(f, channel, 0x5a, 0x90, EID, "EID again");
	control(f, "sim remove");
	fake_clear(&f->channel);
	open_isdr(f, MBIM_STATUS_ERROR_SIM_NOT_INSERTED, "no card");
	control(f, "sim ready");
	fake_clear(&f->channel);
	open_isdr(f, MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT, "a plain card again");
}

int main(void)
{
	struct fixture f;

	fixture_start(&f, NULL, 0);
	open_function(&f, 4096);
	aka(&f);
	akap(&f);
	gsm(&f);
	phonebook(&f);
	phonebook_stays(&f);
	phonebook_full(&f);
	no_card(&f);
	toolkit(&f);
	toolkit_unwanted(&f);
	esim(&f);
	return fixture_end(&f);
}
