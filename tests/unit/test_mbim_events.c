// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What takes time in the modem, and what it tells of its own accord, with libmbim as the host:
 * a SIM card that starts, a long scan, RSRP, carriers, transmission.
 */
#include "mbim_fixture.h"

static void negotiate(struct fixture *f, guint16 version)
{
	mbim_message_unref(ask(f, mbim_message_ms_basic_connect_extensions_v2_version_query_new(
				       0x0100, version, NULL), 0, "version"));
}

static guint32 ready_state(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_subscriber_ready_status_query_new(NULL), 0, "SIM");
	MbimSubscriberReadyState state = 99;
	g_autofree gchar *imsi = NULL;

	mbim_message_subscriber_ready_status_response_parse(m, &state, &imsi, NULL, NULL, NULL, NULL,
							    NULL);
	tap_equal(&f->tap, imsi && *imsi, state == MBIM_SUBSCRIBER_READY_STATE_INITIALIZED ||
		  state == MBIM_SUBSCRIBER_READY_STATE_NOT_ACTIVATED,
		  "the IMSI is known once the card is read");
	mbim_message_unref(m);
	return state;
}

static void wait_ready(struct fixture *f, guint32 expected)
{
	MbimMessage *m;
	MbimSubscriberReadyState state = 99;

	wait_for(f);
	m = indication(f, MBIM_CID_BASIC_CONNECT_SUBSCRIBER_READY_STATUS, "the card is read");
	mbim_message_subscriber_ready_status_notification_parse(m, &state, NULL, NULL, NULL, NULL, NULL,
								NULL);
	tap_equal(&f->tap, state, expected, "its state");
	mbim_message_unref(m);
	fake_clear(&f->channel);
}

static void card_starts(struct fixture *f)
{
	control(f, "sim-time 200");
	tap_equal(&f->tap, ready_state(f), MBIM_SUBSCRIBER_READY_STATE_INITIALIZED,
		  "a card that is there stays ready");
	control(f, "sim remove");
	fake_clear(&f->channel);
	control(f, "sim insert");
	fake_clear(&f->channel);
	tap_equal(&f->tap, ready_state(f), MBIM_SUBSCRIBER_READY_STATE_NOT_INITIALIZED,
		  "one that is put in starts");
	mbim_message_unref(ask(f, mbim_message_pin_query_new(NULL), MBIM_STATUS_ERROR_NOT_INITIALIZED,
			       "PIN of a card that starts"));
	mbim_message_unref(ask(f, mbim_message_pin_set_new(2, 0, "1234", "", NULL),
			       MBIM_STATUS_ERROR_NOT_INITIALIZED, "PIN for a card that starts"));
	mbim_message_unref(ask(f, mbim_message_home_provider_query_new(NULL),
			       MBIM_STATUS_ERROR_NOT_INITIALIZED, "home of a card that starts"));
	mbim_message_unref(ask(f, mbim_message_register_state_set_new("", 0, 0, NULL),
			       MBIM_STATUS_ERROR_NOT_INITIALIZED, "registration with such a card"));
	mbim_message_unref(ask(f, mbim_message_sms_read_query_new(0, 0, 0, NULL),
			       MBIM_STATUS_ERROR_NOT_INITIALIZED, "messages with such a card"));
	wait_ready(f, MBIM_SUBSCRIBER_READY_STATE_INITIALIZED);
	control(f, "sim lock");
	fake_clear(&f->channel);
	network_reset(f->network);
	open_function(f, 4096);
	tap_equal(&f->tap, ready_state(f), MBIM_SUBSCRIBER_READY_STATE_NOT_INITIALIZED,
		  "after a restart it starts, too");
	wait_ready(f, MBIM_SUBSCRIBER_READY_STATE_DEVICE_LOCKED);
	control(f, "sim-time 0");
	control(f, "sim swap");
	run_for(f, 1100);
	fake_clear(&f->channel);
	tap_equal(&f->tap, ready_state(f), MBIM_SUBSCRIBER_READY_STATE_INITIALIZED,
		  "without that time another card is there at once");
}

static void subscribe_slots(struct fixture *f)
{
	guint32 ready = MBIM_CID_BASIC_CONNECT_SUBSCRIBER_READY_STATUS;
	guint32 slots = MBIM_CID_MS_BASIC_CONNECT_EXTENSIONS_SLOT_INFO_STATUS;
	MbimEventEntry basic = { .cids_count = 1, .cids = &ready };
	MbimEventEntry extensions = { .cids_count = 1, .cids = &slots };
	const MbimEventEntry *list[] = { &basic, &extensions, NULL };

	memcpy(&basic.device_service_id, MBIM_UUID_BASIC_CONNECT, 16);
	memcpy(&extensions.device_service_id, MBIM_UUID_MS_BASIC_CONNECT_EXTENSIONS, 16);
	mbim_message_unref(ask(f, mbim_message_device_service_subscribe_list_set_new(2, list, NULL), 0,
			       "SIM and slot notify"));
}

static void slot(struct fixture *f, guint32 expected)
{
	MbimMessage *m = indication_of(f, MBIM_SERVICE_MS_BASIC_CONNECT_EXTENSIONS,
				       MBIM_CID_MS_BASIC_CONNECT_EXTENSIONS_SLOT_INFO_STATUS, "slot");
	MbimUiccSlotState state = 99;

	mbim_message_ms_basic_connect_extensions_slot_info_status_notification_parse(m, NULL, &state,
										     NULL);
	tap_equal(&f->tap, state, expected, "state of the slot");
	mbim_message_unref(m);
}

/* Both are told, in this order, and then what follows from it. */
static void card_is(struct fixture *f, const char *line, guint32 ready, guint32 expected_slot)
{
	MbimSubscriberReadyState state = 99;
	MbimMessage *m;

	control(f, line);
	m = indication(f, MBIM_CID_BASIC_CONNECT_SUBSCRIBER_READY_STATUS, line);
	mbim_message_subscriber_ready_status_notification_parse(m, &state, NULL, NULL, NULL, NULL, NULL,
								NULL);
	tap_equal(&f->tap, state, ready, "%s: ready state", line);
	mbim_message_unref(m);
	slot(f, expected_slot);
	fake_clear(&f->channel);
	tap_equal(&f->tap, ready_state(f), ready, "%s: ready state when asked", line);
}

static void register_refused(struct fixture *f, guint32 status, const char *what)
{
	mbim_message_unref(ask(f, mbim_message_register_state_set_new("", 0, 0, NULL), status, what));
}

static void pin_of(struct fixture *f, guint32 type, guint32 attempts, const char *what)
{
	MbimMessage *m = ask(f, mbim_message_pin_query_new(NULL), 0, what);
	MbimPinType got = 99;
	MbimPinState state = 99;
	guint32 left = 0;

	tap_ok(&f->tap, mbim_message_pin_response_parse(m, &got, &state, &left, NULL) && got == type &&
	       state == MBIM_PIN_STATE_UNLOCKED && left == attempts, "%s: unlocked", what);
	mbim_message_unref(m);
}

static void esim_flags(struct fixture *f)
{
	MbimSubscriberReadyStatusFlag flags = 0;
	MbimMessage *m;

	control(f, "mbim-version 3.0");
	open_function(f, 4096);
	negotiate(f, 0x0300);
	m = ask(f, mbim_message_subscriber_ready_status_query_new(NULL), 0, "3.0");
	tap_ok(&f->tap, mbim_message_ms_basic_connect_v3_subscriber_ready_status_response_parse(
		       m, NULL, &flags, NULL, NULL, NULL, NULL, NULL, NULL) && flags == 3,
	       "an eSIM, and known not to be removable");
	mbim_message_unref(m);
	control(f, "mbim-version 2.0");
	open_function(f, 4096);
}

/* The ready states 4, 5 and 7, and the way out of each. */
static void flawed_cards(struct fixture *f)
{
	open_function(f, 4096);
	subscribe_slots(f);
	card_is(f, "sim failed", MBIM_SUBSCRIBER_READY_STATE_FAILURE, 6);
	mbim_message_unref(ask(f, mbim_message_pin_query_new(NULL), MBIM_STATUS_ERROR_BAD_SIM,
			       "PIN of a card that fails"));
	mbim_message_unref(ask(f, mbim_message_pin_set_new(2, 0, "1234", "", NULL),
			       MBIM_STATUS_ERROR_BAD_SIM, "PIN for a card that fails"));
	register_refused(f, MBIM_STATUS_ERROR_BAD_SIM, "registration with a card that fails");
	mbim_message_unref(ask(f, mbim_message_sms_read_query_new(0, 0, 0, NULL),
			       MBIM_STATUS_ERROR_BAD_SIM, "messages with a card that fails"));
	network_reset(f->network);
	open_function(f, 4096);
	tap_equal(&f->tap, ready_state(f), MBIM_SUBSCRIBER_READY_STATE_FAILURE, "after a restart, too");
	subscribe_slots(f);
	card_is(f, "sim not-activated", MBIM_SUBSCRIBER_READY_STATE_NOT_ACTIVATED, 5);
	pin_of(f, 2, 3, "PIN of a subscription that is not activated");
	register_refused(f, MBIM_STATUS_ERROR_SERVICE_NOT_ACTIVATED, "registration without activation");
	mbim_message_unref(ask(f, mbim_message_service_activation_set_new(2, (const guint8 *)"ok", NULL),
			       0, "activation"));
	wait_ready(f, MBIM_SUBSCRIBER_READY_STATE_INITIALIZED);
	tap_equal(&f->tap, ready_state(f), MBIM_SUBSCRIBER_READY_STATE_INITIALIZED, "activated");
	register_refused(f, 0, "registration");
	fake_clear(&f->channel);
	card_is(f, "sim no-profile", MBIM_SUBSCRIBER_READY_STATE_NO_ESIM_PROFILE, 8);
	pin_of(f, 0, 0xffffffff, "PIN of an eSIM without profile");
	register_refused(f, MBIM_STATUS_ERROR_SIM_NOT_INSERTED, "registration without a profile");
	esim_flags(f);
	subscribe_slots(f);
	card_is(f, "sim esim", MBIM_SUBSCRIBER_READY_STATE_INITIALIZED, 7);
	esim_flags(f);
	subscribe_slots(f);
	card_is(f, "sim remove", MBIM_SUBSCRIBER_READY_STATE_SIM_NOT_INSERTED, 3);
	card_is(f, "sim ready", MBIM_SUBSCRIBER_READY_STATE_INITIALIZED, 5);
}

/* A scan keeps nobody waiting but who asked for it. */
static void scan(struct fixture *f)
{
	guint32 first, count = 0;
	MbimMessage *m;

	control(f, "scan-time 100");
	send_message(f, mbim_message_visible_providers_query_new(0, NULL));
	first = f->transaction;
	no_message(f, "a scan");
	mbim_message_unref(ask(f, mbim_message_visible_providers_query_new(0, NULL),
			       MBIM_STATUS_ERROR_BUSY, "a second scan"));
	mbim_message_unref(ask(f, mbim_message_signal_state_query_new(NULL), 0, "meanwhile"));
	m = wait_message(f);
	tap_ok(&f->tap, m && mbim_message_get_transaction_id(m) == first &&
	       mbim_message_visible_providers_response_parse(m, &count, NULL, NULL) && count == 3,
	       "the scan ends with three operators");
	mbim_message_unref(m);
	send_message(f, mbim_message_visible_providers_query_new(0, NULL));
	mbim_message_unref(ask(f, mbim_message_radio_state_set_new(0, NULL), 0, "the radio goes off"));
	while (fake_waiting(&f->channel))
		fake_take(&f->channel);
	m = wait_message(f);
	tap_equal(&f->tap, m ? mbim_message_command_done_get_status_code(m) : 0,
		  MBIM_STATUS_ERROR_RADIO_POWER_OFF, "and the scan fails");
	mbim_message_unref(m);
	mbim_message_unref(ask(f, mbim_message_radio_state_set_new(1, NULL), 0, "and on"));
	control(f, "scan-time 0");
	fake_clear(&f->channel);
}

/* The first preferred operator must be @id, of @count. */
static void prefers(struct fixture *f, MbimMessage *m, const char *id, guint32 count)
{
	g_autoptr(MbimProviderArray) list = NULL;
	guint32 got = 99;

	if (mbim_message_get_message_type(m) == MBIM_MESSAGE_TYPE_COMMAND_DONE)
		mbim_message_preferred_providers_response_parse(m, &got, &list, NULL);
	else
		mbim_message_preferred_providers_notification_parse(m, &got, &list, NULL);
	tap_equal(&f->tap, got, count, "so many are preferred");
	tap_ok(&f->tap, count && !g_strcmp0(list[0]->provider_id, id) &&
	       !g_strcmp0(list[0]->provider_name, "Other PLMN") &&
	       list[0]->provider_state == MBIM_PROVIDER_STATE_PREFERRED, "the first one is %s", id);
	mbim_message_unref(m);
}

static MbimMessage *prefer(const char *id)
{
	MbimProvider one = { .provider_id = (gchar *)id, .provider_name = (gchar *)"" };
	const MbimProvider *list[] = { &one, NULL };

	return mbim_message_preferred_providers_set_new(1, list, NULL);
}

/* The list is on the card: whoever writes it, it is told; another card has another one. */
static void preferred(struct fixture *f)
{
	struct plmn_list *card = &network_sim(f->network)->preferred;
	g_autoptr(MbimProviderArray) visible = NULL;
	guint32 count = 0;
	MbimMessage *m;

	mbim_message_unref(ask(f, prefer("12"), MBIM_STATUS_ERROR_INVALID_PARAMETERS,
			       "what is no operator"));
	prefers(f, ask(f, prefer("00102"), 0, "one is preferred"), "00102", 1);
	prefers(f, indication(f, MBIM_CID_BASIC_CONNECT_PREFERRED_PROVIDERS, "preferred"), "00102", 1);
	plmn_write(card, 7, "310410", PLMN_EUTRAN);
	network_preferred_changed(f->network);
	run_for(f, 1);
	prefers(f, indication(f, MBIM_CID_BASIC_CONNECT_PREFERRED_PROVIDERS, "preferred"), "00102", 2);
	network_reset(f->network);
	open_function(f, 4096);
	prefers(f, ask(f, mbim_message_preferred_providers_query_new(NULL), 0, "after a restart"),
		"00102", 2);
	m = ask(f, mbim_message_visible_providers_query_new(0, NULL), 0, "scan");
	mbim_message_visible_providers_response_parse(m, &count, &visible, NULL);
	if (tap_equal(&f->tap, count, 3, "three operators"))
		tap_ok(&f->tap, visible[1]->provider_state ==
		       (MBIM_PROVIDER_STATE_PREFERRED | MBIM_PROVIDER_STATE_VISIBLE) &&
		       !(visible[0]->provider_state & MBIM_PROVIDER_STATE_PREFERRED),
		       "the preferred one says so");
	mbim_message_unref(m);
	control(f, "sim remove");
	fake_clear(&f->channel);
	mbim_message_unref(ask(f, mbim_message_preferred_providers_query_new(NULL),
			       MBIM_STATUS_ERROR_SIM_NOT_INSERTED, "preferred without a card"));
	mbim_message_unref(ask(f, prefer("00102"), MBIM_STATUS_ERROR_SIM_NOT_INSERTED,
			       "prefer one without a card"));
	control(f, "sim swap");
	run_for(f, 1100);
	fake_clear(&f->channel);
	m = ask(f, mbim_message_preferred_providers_query_new(NULL), 0, "another card");
	mbim_message_preferred_providers_response_parse(m, &count, NULL, NULL);
	tap_equal(&f->tap, count, 0, "prefers none");
	mbim_message_unref(m);
}

static void rsrp(struct fixture *f)
{
	control(f, "signal 24 -86");
	no_message(f, "1.0 knows no RSRP");
	negotiate(f, 0x0200);
	control(f, "signal 24 -87");
	mbim_message_unref(indication(f, MBIM_CID_BASIC_CONNECT_SIGNAL_STATE, "another RSRP"));
	control(f, "signal 24 -87 -9 20");
	mbim_message_unref(indication(f, MBIM_CID_BASIC_CONNECT_SIGNAL_STATE, "another SNR"));
	control(f, "signal 24 -87 -10 20");
	no_message(f, "RSRQ is not told here");
}

static void carriers(struct fixture *f)
{
	g_autoptr(MbimIntelRfimFrequencyValueArray) list = NULL;
	guint32 count = 0;
	MbimMessage *m;

	control(f, "aggregation 2");
	fake_clear(&f->channel);
	m = ask(f, mbim_message_intel_thermal_rf_rfim_query_new(NULL), 0, "RFIM");
	mbim_message_intel_thermal_rf_rfim_response_parse(m, &count, &list, NULL);
	if (tap_equal(&f->tap, count, 3, "a primary cell and two"))
		tap_ok(&f->tap, list[0]->serving_cell_info == MBIM_INTEL_SERVING_CELL_INFO_PCELL &&
		       list[2]->serving_cell_info == MBIM_INTEL_SERVING_CELL_INFO_SCELL &&
		       list[1]->center_frequency == 1870000000 &&
		       list[2]->center_frequency == 1890000000, "each in its own channel");
	mbim_message_unref(m);
	control(f, "aggregation 0");
	fake_clear(&f->channel);
}

static void connect(struct fixture *f, guint32 command)
{
	mbim_message_unref(ask(f, mbim_message_connect_set_new(
				       0, command, "internet", "", "", 0, 0, 1,
				       mbim_uuid_from_context_type(MBIM_CONTEXT_TYPE_INTERNET), NULL),
			       0, "connect"));
	fake_clear(&f->channel);
}

static void transmission(struct fixture *f)
{
	MbimTransmissionState state = 99;
	MbimMessage *m;

	connect(f, 1);
	run_for(f, 1100);
	no_message(f, "nobody wants to know of transmission");
	connect(f, 0);
	mbim_message_unref(ask(f, mbim_message_ms_sar_transmission_status_set_new(1, 1, NULL), 0,
			       "transmission is told"));
	connect(f, 1);
	connect(f, 0);
	run_for(f, 1100);
	no_message(f, "too short to be told");
	connect(f, 1);
	wait_for(f);
	m = indication_of(f, MBIM_SERVICE_MS_SAR, MBIM_CID_MS_SAR_TRANSMISSION_STATUS, "it transmits");
	mbim_message_ms_sar_transmission_status_notification_parse(m, NULL, &state, NULL, NULL);
	tap_equal(&f->tap, state, MBIM_TRANSMISSION_STATE_ACTIVE, "active");
	mbim_message_unref(m);
	open_function(f, 4096);
	connect(f, 0);
	run_for(f, 1100);
	no_message(f, "another host has not asked");
}

/* A channel to a card that is gone is none to the next one. */
static void channels(struct fixture *f)
{
	static const guint8 usim[] = { 0xa0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02 };

	mbim_message_unref(ask(f, mbim_message_ms_uicc_low_level_access_open_channel_set_new(
				       sizeof(usim), usim, 4, 1, NULL), 0, "a channel"));
	control(f, "sim remove");
	control(f, "sim insert");
	fake_clear(&f->channel);
	mbim_message_unref(ask(f, mbim_message_ms_uicc_low_level_access_close_channel_set_new(
				       1, 1, NULL), MBIM_STATUS_ERROR_MS_INVALID_LOGICAL_CHANNEL,
			       "the channel after the card was out"));
}

int main(void)
{
	struct fixture f;

	fixture_start(&f, NULL, 0);
	open_function(&f, 4096);
	card_starts(&f);
	scan(&f);
	preferred(&f);
	rsrp(&f);
	carriers(&f);
	transmission(&f);
	channels(&f);
	flawed_cards(&f);
	tap_equal(&f.tap, (long long)check_total(f.check), 0, "no breach");
	return fixture_end(&f);
}
