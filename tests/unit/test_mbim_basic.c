// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Basic Connect with libmbim as the host: every command that it can build, every answer
 * field by field, and the indications that follow changes.
 */
#include "mbim_fixture.h"

static const uint8_t internet[16] = {
	0x7e, 0x5e, 0x2a, 0x7e, 0x4e, 0x6f, 0x72, 0x72, 0x73, 0x6b, 0x65, 0x6e, 0x7e, 0x5e, 0x2a, 0x7e,
};

static void text(struct fixture *f, gchar *got, const char *expected, const char *what)
{
	if (!tap_ok(&f->tap, !g_strcmp0(got, expected), "%s is \"%s\"", what, expected))
		printf("# got \"%s\"\n", got ? got : "(none)");
	g_free(got);
}

static void device_caps(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_device_caps_query_new(NULL), 0, "device caps");
	gchar *custom, *id, *firmware, *hardware;
	MbimCellularClass cellular;
	MbimDeviceType type;
	MbimVoiceClass voice;
	MbimDataClass data;
	MbimCtrlCaps ctrl;
	MbimSimClass sim;
	MbimSmsCaps sms;
	guint32 sessions;

	if (!tap_ok(&f->tap, mbim_message_device_caps_response_parse(m, &type, &cellular, &voice,
			&sim, &data, &sms, &ctrl, &sessions, &custom, &id, &firmware, &hardware,
			NULL), "device caps parse"))
		return;
	tap_equal(&f->tap, type, MBIM_DEVICE_TYPE_EMBEDDED, "device type");
	tap_equal(&f->tap, cellular, MBIM_CELLULAR_CLASS_GSM, "cellular class");
	tap_equal(&f->tap, voice, MBIM_VOICE_CLASS_NO_VOICE, "voice class");
	tap_equal(&f->tap, sim, MBIM_SIM_CLASS_REMOVABLE, "SIM class");
	tap_equal(&f->tap, data, 0x3c, "data class");
	tap_equal(&f->tap, sms, 3, "SMS caps");
	tap_equal(&f->tap, ctrl, 3, "control caps");
	tap_equal(&f->tap, sessions, 8, "sessions");
	tap_ok(&f->tap, !custom, "no custom data class");
	g_free(custom);
	text(f, id, "867191040000019", "device id");
	text(f, firmware, "18601.5001.00.01.01.32_GC", "firmware");
	text(f, hardware, "V1.3", "hardware");
	mbim_message_unref(m);
}

/* The last digit of an IMEI makes the sum of the digits, every second one doubled, divisible. */
static void luhn(struct fixture *f, const struct identity *identity)
{
	unsigned int sum = 0;

	tap_equal(&f->tap, (long long)strlen(identity->imei), 15, "%s: IMEI digits", identity->model);
	for (unsigned int i = 0; i < 15; i++) {
		unsigned int digit = (unsigned int)(identity->imei[i] - '0') * (i % 2 + 1);

		sum += digit / 10 + digit % 10;
	}
	tap_equal(&f->tap, sum % 10, 0, "%s: IMEI checks", identity->model);
}

static void subscriber(struct fixture *f, guint32 ready)
{
	MbimMessage *m = ask(f, mbim_message_subscriber_ready_status_query_new(NULL), 0,
			     "subscriber");
	MbimSubscriberReadyState state;
	MbimReadyInfoFlag info;
	gchar *imsi, *iccid;
	gchar **numbers;
	guint32 count;

	if (!tap_ok(&f->tap, mbim_message_subscriber_ready_status_response_parse(m, &state, &imsi,
			&iccid, &info, &count, &numbers, NULL), "subscriber parse"))
		return;
	tap_equal(&f->tap, state, ready, "ready state");
	tap_equal(&f->tap, info, 0, "ready info");
	tap_equal(&f->tap, count, ready == 1, "number of numbers");
	text(f, imsi, ready == 1 ? "001010123456789" : NULL, "IMSI");
	text(f, iccid, ready == 1 ? "8988211000000123456" : NULL, "ICCID");
	if (count)
		tap_ok(&f->tap, !strcmp(numbers[0], "15551234567"), "number");
	g_strfreev(numbers);
	mbim_message_unref(m);
}

static void expect_subscriber(struct fixture *f, guint32 ready)
{
	MbimMessage *m = indication(f, MBIM_CID_BASIC_CONNECT_SUBSCRIBER_READY_STATUS, "subscriber");
	MbimSubscriberReadyState state = 99;

	mbim_message_subscriber_ready_status_notification_parse(m, &state, NULL, NULL, NULL, NULL,
								NULL, NULL);
	tap_equal(&f->tap, state, ready, "subscriber indication: state");
	mbim_message_unref(m);
}

static void expect_register(struct fixture *f, guint32 expected)
{
	MbimMessage *m = indication(f, MBIM_CID_BASIC_CONNECT_REGISTER_STATE, "register");
	MbimRegisterState state = 99;

	mbim_message_register_state_notification_parse(m, NULL, &state, NULL, NULL, NULL, NULL,
						       NULL, NULL, NULL, NULL);
	tap_equal(&f->tap, state, expected, "register indication: state");
	mbim_message_unref(m);
}

static void expect_packet_service(struct fixture *f, guint32 expected)
{
	MbimMessage *m = indication(f, MBIM_CID_BASIC_CONNECT_PACKET_SERVICE, "packet service");
	MbimPacketServiceState state = 99;

	mbim_message_packet_service_notification_parse(m, NULL, &state, NULL, NULL, NULL, NULL);
	tap_equal(&f->tap, state, expected, "packet service indication: state");
	mbim_message_unref(m);
}

static void expect_signal(struct fixture *f, guint32 expected)
{
	MbimMessage *m = indication(f, MBIM_CID_BASIC_CONNECT_SIGNAL_STATE, "signal");
	guint32 rssi = 1000;

	mbim_message_signal_state_notification_parse(m, &rssi, NULL, NULL, NULL, NULL, NULL);
	tap_equal(&f->tap, rssi, expected, "signal indication: RSSI");
	mbim_message_unref(m);
}

static void expect_connect(struct fixture *f, guint32 session, guint32 expected, guint32 cause)
{
	MbimMessage *m = indication(f, MBIM_CID_BASIC_CONNECT_CONNECT, "connect");
	MbimActivationState state = 99;
	guint32 got_session = 99, got_cause = 99;

	mbim_message_connect_notification_parse(m, &got_session, &state, NULL, NULL, NULL,
						&got_cause, NULL);
	tap_equal(&f->tap, got_session, session, "connect indication: session");
	tap_equal(&f->tap, state, expected, "connect indication: state");
	tap_equal(&f->tap, got_cause, cause, "connect indication: cause");
	mbim_message_unref(m);
}

/* The radio off takes everything down, the sessions first, and on brings it back. */
static void radio(struct fixture *f)
{
	MbimRadioSwitchState hardware, software;
	MbimMessage *m = ask(f, mbim_message_radio_state_set_new(MBIM_RADIO_SWITCH_STATE_OFF, NULL),
			     0, "radio off");

	mbim_message_radio_state_response_parse(m, &hardware, &software, NULL);
	tap_equal(&f->tap, hardware, 1, "hardware switch");
	tap_equal(&f->tap, software, 0, "software switch");
	mbim_message_unref(m);
	expect_register(f, MBIM_REGISTER_STATE_DEREGISTERED);
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_DETACHED);
	expect_signal(f, 99);
	no_message(f, "radio off");
	mbim_message_unref(ask(f, mbim_message_register_state_set_new("", 0, 0, NULL),
			       MBIM_STATUS_ERROR_RADIO_POWER_OFF, "register without radio"));
	mbim_message_unref(ask(f, mbim_message_packet_service_set_new(0, NULL),
			       MBIM_STATUS_ERROR_RADIO_POWER_OFF, "attach without radio"));
	mbim_message_unref(ask(f, mbim_message_visible_providers_query_new(0, NULL),
			       MBIM_STATUS_ERROR_RADIO_POWER_OFF, "scan without radio"));
	m = ask(f, mbim_message_radio_state_set_new(MBIM_RADIO_SWITCH_STATE_ON, NULL), 0, "radio on");
	mbim_message_radio_state_response_parse(m, &hardware, &software, NULL);
	tap_equal(&f->tap, software, 1, "software switch");
	mbim_message_unref(m);
	expect_register(f, MBIM_REGISTER_STATE_HOME);
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_ATTACHED);
	expect_signal(f, 24);
	control(f, "radio hardware off");
	m = indication(f, MBIM_CID_BASIC_CONNECT_RADIO_STATE, "hardware switch");
	mbim_message_radio_state_notification_parse(m, &hardware, &software, NULL);
	tap_equal(&f->tap, hardware, 0, "hardware switch off");
	tap_equal(&f->tap, software, 1, "software switch still on");
	mbim_message_unref(m);
	control(f, "radio hardware on");
	fake_clear(&f->channel);
}

static void pin_state(struct fixture *f, MbimMessage *m, guint32 type, guint32 locked,
		      guint32 attempts, const char *what)
{
	MbimPinState state;
	guint32 left;
	MbimPinType got;

	if (!tap_ok(&f->tap, mbim_message_pin_response_parse(m, &got, &state, &left, NULL),
		    "%s: PIN parse", what))
		return;
	tap_equal(&f->tap, got, type, "%s: type", what);
	tap_equal(&f->tap, state, locked, "%s: locked", what);
	tap_equal(&f->tap, left, attempts, "%s: attempts", what);
	mbim_message_unref(m);
}

static MbimMessage *pin(guint32 type, guint32 operation, const char *old, const char *new)
{
	return mbim_message_pin_set_new(type, operation, old, new, NULL);
}

static void pin1_mode(struct fixture *f, guint32 mode)
{
	MbimMessage *m = ask(f, mbim_message_pin_list_query_new(NULL), 0, "PIN list");
	MbimPinDesc *pin1 = NULL, *rest[9] = { NULL };

	mbim_message_pin_list_response_parse(m, &pin1, &rest[0], &rest[1], &rest[2], &rest[3],
					     &rest[4], &rest[5], &rest[6], &rest[7], &rest[8], NULL);
	if (tap_ok(&f->tap, pin1 != NULL, "PIN list parse")) {
		tap_equal(&f->tap, pin1->pin_mode, mode, "PIN1 mode");
		tap_equal(&f->tap, pin1->pin_length_min, 4, "PIN1 shortest");
		tap_equal(&f->tap, pin1->pin_length_max, 8, "PIN1 longest");
		tap_equal(&f->tap, rest[4]->pin_mode, 0, "no network PIN");
	}
	mbim_pin_desc_free(pin1);
	for (int i = 0; i < 9; i++)
		mbim_pin_desc_free(rest[i]);
	mbim_message_unref(m);
}

static void pins(struct fixture *f)
{
	pin_state(f, ask(f, mbim_message_pin_query_new(NULL), 0, "PIN"), 2, 0, 3, "no lock");
	mbim_message_unref(ask(f, pin(2, 0, "1234", ""), MBIM_STATUS_ERROR_PIN_DISABLED,
			       "enter without lock"));
	pin1_mode(f, 2);
	pin_state(f, ask(f, pin(2, 1, "1111", ""), MBIM_STATUS_ERROR_FAILURE, "enable, wrong PIN"),
		  2, 0, 2, "enable, wrong PIN");
	pin_state(f, ask(f, pin(2, 1, "1234", ""), 0, "enable"), 2, 0, 3, "enable");
	pin1_mode(f, 1);
	pin_state(f, ask(f, pin(2, 3, "1234", "4321"), 0, "change"), 2, 0, 3, "change");
	control(f, "sim lock");
	expect_subscriber(f, MBIM_SUBSCRIBER_READY_STATE_DEVICE_LOCKED);
	fake_clear(&f->channel);
	subscriber(f, MBIM_SUBSCRIBER_READY_STATE_DEVICE_LOCKED);
	mbim_message_unref(ask(f, mbim_message_register_state_set_new("", 0, 0, NULL),
			       MBIM_STATUS_ERROR_PIN_REQUIRED, "register without PIN"));
	pin_state(f, ask(f, mbim_message_pin_query_new(NULL), 0, "PIN"), 2, 1, 3, "locked");
	pin_state(f, ask(f, pin(2, 0, "1234", ""), MBIM_STATUS_ERROR_FAILURE, "wrong"), 2, 1, 2,
		  "wrong");
	no_message(f, "wrong PIN");
	pin_state(f, ask(f, pin(2, 0, "1234", ""), MBIM_STATUS_ERROR_FAILURE, "wrong"), 2, 1, 1,
		  "wrong again");
	pin_state(f, ask(f, pin(2, 0, "1234", ""), MBIM_STATUS_ERROR_FAILURE, "wrong"), 11, 1, 10,
		  "blocked");
	fake_clear(&f->channel);
	pin_state(f, ask(f, pin(2, 0, "4321", ""), MBIM_STATUS_ERROR_FAILURE, "right, too late"),
		  11, 1, 10, "right, too late");
	pin_state(f, ask(f, pin(11, 0, "00000000", "1234"), MBIM_STATUS_ERROR_FAILURE, "PUK"),
		  11, 1, 9, "wrong PUK");
	mbim_message_unref(ask(f, pin(11, 0, "12345678", "12"),
			       MBIM_STATUS_ERROR_INVALID_PARAMETERS, "PUK with a short PIN"));
	pin_state(f, ask(f, pin(11, 0, "12345678", "1234"), 0, "PUK"), 2, 0, 3, "right PUK");
	expect_subscriber(f, MBIM_SUBSCRIBER_READY_STATE_INITIALIZED);
	expect_register(f, MBIM_REGISTER_STATE_HOME);
	fake_clear(&f->channel);
	pin_state(f, ask(f, pin(2, 2, "1234", ""), 0, "disable"), 2, 0, 3, "disable");
	mbim_message_unref(ask(f, pin(6, 0, "1234", ""), MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT,
			       "network PIN"));
}

static void sim_swap(struct fixture *f)
{
	control(f, "sim remove");
	expect_subscriber(f, MBIM_SUBSCRIBER_READY_STATE_SIM_NOT_INSERTED);
	expect_register(f, MBIM_REGISTER_STATE_DEREGISTERED);
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_DETACHED);
	fake_clear(&f->channel);
	subscriber(f, MBIM_SUBSCRIBER_READY_STATE_SIM_NOT_INSERTED);
	mbim_message_unref(ask(f, mbim_message_pin_query_new(NULL),
			       MBIM_STATUS_ERROR_SIM_NOT_INSERTED, "PIN without SIM"));
	mbim_message_unref(ask(f, mbim_message_home_provider_query_new(NULL),
			       MBIM_STATUS_ERROR_SIM_NOT_INSERTED, "home without SIM"));
	control(f, "sim insert");
	expect_subscriber(f, MBIM_SUBSCRIBER_READY_STATE_INITIALIZED);
	fake_clear(&f->channel);
}

static void providers(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_home_provider_query_new(NULL), 0, "home provider");
	g_autoptr(MbimProviderArray) list = NULL;
	MbimProvider *home = NULL;
	guint32 count = 0;

	if (tap_ok(&f->tap, mbim_message_home_provider_response_parse(m, &home, NULL), "home parse")) {
		tap_ok(&f->tap, !strcmp(home->provider_id, "00101"), "home id");
		tap_ok(&f->tap, !strcmp(home->provider_name, "Test PLMN"), "home name");
		tap_equal(&f->tap, home->provider_state, 0x11, "home is registered");
	}
	mbim_provider_free(home);
	mbim_message_unref(m);
	m = ask(f, mbim_message_visible_providers_query_new(0, NULL), 0, "scan");
	if (tap_ok(&f->tap, mbim_message_visible_providers_response_parse(m, &count, &list, NULL),
		   "scan parse") && tap_equal(&f->tap, count, 3, "three operators")) {
		tap_equal(&f->tap, list[0]->provider_state, 0x19, "home: registered");
		tap_equal(&f->tap, list[1]->provider_state, 0x08, "other: visible");
		tap_equal(&f->tap, list[2]->provider_state, 0x0a, "barred: forbidden");
		tap_ok(&f->tap, !strcmp(list[2]->provider_id, "00103"), "barred id");
	}
	mbim_message_unref(m);
}

static void register_is(struct fixture *f, MbimMessage *m, guint32 state, guint32 mode,
			guint32 cause, const char *id, const char *what)
{
	MbimRegistrationFlag flag;
	MbimCellularClass cellular;
	gchar *got_id, *name, *roaming;
	MbimRegisterState got_state;
	MbimRegisterMode got_mode;
	MbimDataClass classes;
	MbimNwError error;

	if (!tap_ok(&f->tap, mbim_message_register_state_response_parse(m, &error, &got_state,
			&got_mode, &classes, &cellular, &got_id, &name, &roaming, &flag, NULL),
		    "%s: parse", what))
		return;
	tap_equal(&f->tap, got_state, state, "%s: state", what);
	tap_equal(&f->tap, got_mode, mode, "%s: mode", what);
	tap_equal(&f->tap, error, cause, "%s: cause", what);
	tap_equal(&f->tap, classes, id ? 0x20 : 0, "%s: classes", what);
	tap_equal(&f->tap, cellular, 1, "%s: cellular class", what);
	tap_equal(&f->tap, flag, 2, "%s: flag", what);
	tap_ok(&f->tap, !g_strcmp0(roaming, state == 4 ? "Roaming" : NULL), "%s: roaming text", what);
	text(f, got_id, id, what);
	g_free(name);
	g_free(roaming);
	mbim_message_unref(m);
}

static MbimMessage *register_to(const char *id)
{
	return mbim_message_register_state_set_new(id, id[0] ? 1 : 0, 0, NULL);
}

static void registration(struct fixture *f)
{
	register_is(f, ask(f, mbim_message_register_state_query_new(NULL), 0, "register"), 3, 1, 0,
		    "00101", "home");
	register_is(f, ask(f, register_to("00102"), 0, "manual"), 4, 2, 0, "00102", "manual");
	expect_register(f, MBIM_REGISTER_STATE_ROAMING);
	/* Searching again took the packet service down and up: one message with the end of it. */
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_ATTACHED);
	fake_clear(&f->channel);
	register_is(f, ask(f, register_to("00103"), 0, "forbidden"), 6, 2, 11, NULL, "forbidden");
	fake_clear(&f->channel);
	mbim_message_unref(ask(f, register_to("26201"), MBIM_STATUS_ERROR_PROVIDER_NOT_VISIBLE,
			       "not visible"));
	mbim_message_unref(ask(f, mbim_message_register_state_set_new("", 0, MBIM_DATA_CLASS_EDGE, NULL),
			       MBIM_STATUS_ERROR_DATA_CLASS_NOT_AVAILABLE, "no GSM in this modem"));
	register_is(f, ask(f, register_to(""), 0, "automatic"), 3, 1, 0, "00101", "automatic");
	fake_clear(&f->channel);
	control(f, "registration denied 8");
	expect_register(f, MBIM_REGISTER_STATE_DENIED);
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_DETACHED);
	register_is(f, ask(f, mbim_message_register_state_query_new(NULL), 0, "register"), 6, 1, 8,
		    NULL, "denied");
	mbim_message_unref(ask(f, mbim_message_packet_service_set_new(0, NULL),
			       MBIM_STATUS_ERROR_NOT_REGISTERED, "attach when denied"));
	control(f, "registration roaming");
	expect_register(f, MBIM_REGISTER_STATE_ROAMING);
	fake_clear(&f->channel);
	control(f, "registration searching");
	expect_register(f, MBIM_REGISTER_STATE_SEARCHING);
	fake_clear(&f->channel);
	control(f, "register-time 20");
	control(f, "registration home");
	fake_clear(&f->channel);
	register_is(f, ask(f, register_to("00102"), 0, "slow"), 2, 2, 0, NULL, "still searching");
	fake_clear(&f->channel);
	wait_for(f);
	expect_register(f, MBIM_REGISTER_STATE_ROAMING);
	fake_clear(&f->channel);
	control(f, "register-time 0");
	mbim_message_unref(ask(f, register_to(""), 0, "automatic"));
	fake_clear(&f->channel);
}

static void packet_service(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_packet_service_query_new(NULL), 0, "packet service");
	MbimPacketServiceState state;
	guint64 uplink, downlink;
	MbimDataClass class;
	guint32 cause;

	mbim_message_packet_service_response_parse(m, &cause, &state, &class, &uplink, &downlink,
						   NULL);
	tap_equal(&f->tap, cause, 0, "attached: cause");
	tap_equal(&f->tap, state, 2, "attached");
	tap_equal(&f->tap, class, 0x20, "attached: class");
	tap_equal(&f->tap, (long long)uplink, 50000000, "attached: uplink speed");
	tap_equal(&f->tap, (long long)downlink, 150000000, "attached: downlink speed");
	mbim_message_unref(m);
	mbim_message_unref(ask(f, mbim_message_packet_service_set_new(1, NULL), 0, "detach"));
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_DETACHED);
	mbim_message_unref(ask(f, mbim_message_connect_set_new(0, 1, "internet", "", "", 0, 0, 1,
				(const MbimUuid *)internet, NULL),
			       MBIM_STATUS_ERROR_PACKET_SERVICE_DETACHED, "connect detached"));
	mbim_message_unref(ask(f, mbim_message_packet_service_set_new(0, NULL), 0, "attach"));
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_ATTACHED);
	no_message(f, "attach");
	mbim_message_unref(ask(f, mbim_message_packet_service_set_new(0, NULL), 0, "attach again"));
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_ATTACHED);
	no_message(f, "attach again");
}

static void signal_thresholds(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_signal_state_set_new(0, 5, 0, NULL), 0, "signal set");
	guint32 rssi, error_rate, interval, threshold, error_threshold;

	mbim_message_signal_state_response_parse(m, &rssi, &error_rate, &interval, &threshold,
						 &error_threshold, NULL);
	tap_equal(&f->tap, rssi, 24, "RSSI");
	tap_equal(&f->tap, error_rate, 99, "error rate");
	tap_equal(&f->tap, interval, 30, "interval: the default");
	tap_equal(&f->tap, threshold, 5, "threshold");
	tap_equal(&f->tap, error_threshold, 0, "error threshold");
	mbim_message_unref(m);
	control(f, "signal 20");
	no_message(f, "4 below");
	control(f, "signal 19");
	expect_signal(f, 19);
	control(f, "signal 23");
	no_message(f, "4 above what was shown");
	control(f, "signal 24");
	expect_signal(f, 24);
	mbim_message_unref(ask(f, mbim_message_signal_state_set_new(1, 30, 0, NULL), 0, "every second"));
	control(f, "signal 22");
	no_message(f, "not yet");
	wait_for(f);
	expect_signal(f, 22);
	mbim_message_unref(ask(f, mbim_message_signal_state_set_new(0, 0, 0, NULL), 0, "default"));
	control(f, "signal 24");
	expect_signal(f, 24);
	fake_clear(&f->channel);
}

/* --- bearers ------------------------------------------------------------- */

static MbimMessage *connect_to(guint32 session, const char *apn, guint32 type)
{
	return mbim_message_connect_set_new(session, MBIM_ACTIVATION_COMMAND_ACTIVATE, apn, "user",
					    "password", 0, MBIM_AUTH_PROTOCOL_CHAP, type,
					    (const MbimUuid *)internet, NULL);
}

static MbimMessage *disconnect(guint32 session)
{
	return mbim_message_connect_set_new(session, MBIM_ACTIVATION_COMMAND_DEACTIVATE, "", "", "",
					    0, 0, 0, (const MbimUuid *)internet, NULL);
}

static void connect_is(struct fixture *f, MbimMessage *m, guint32 session, guint32 state,
		       guint32 type, guint32 cause, const char *what)
{
	guint32 got_session, got_cause;
	MbimActivationState got_state;
	MbimVoiceCallState voice;
	MbimContextIpType got_type;
	const MbimUuid *context;

	if (!tap_ok(&f->tap, mbim_message_connect_response_parse(m, &got_session, &got_state, &voice,
			&got_type, &context, &got_cause, NULL), "%s: parse", what))
		return;
	tap_equal(&f->tap, got_session, session, "%s: session", what);
	tap_equal(&f->tap, got_state, state, "%s: state", what);
	tap_equal(&f->tap, voice, 0, "%s: no voice call", what);
	tap_equal(&f->tap, got_type, type, "%s: IP type", what);
	tap_equal(&f->tap, got_cause, cause, "%s: cause", what);
	tap_equal(&f->tap, mbim_uuid_to_context_type(context), state != 3 ?
		  MBIM_CONTEXT_TYPE_INTERNET : MBIM_CONTEXT_TYPE_NONE, "%s: context", what);
	mbim_message_unref(m);
}

static MbimMessage *ip_query(guint32 session)
{
	return mbim_message_ip_configuration_query_new(session, 0, 0, 0, NULL, 0, NULL, NULL, NULL,
						       0, NULL, 0, NULL, 0, 0, NULL);
}

/* An IPv6 address that differs from others in session and host only. */
static bool is_ipv6(const MbimIPv6 *got, guint32 session, guint8 host)
{
	const guint8 expected[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0x64, 0, (guint8)session,
				      0, 0, 0, 0, 0, 0, 0, host };

	return got && !memcmp(got->addr, expected, 16);
}

static bool is_ipv4(const MbimIPv4 *got, guint32 session, guint8 host)
{
	const guint8 expected[4] = { 10, 64, (guint8)session, host };

	return got && !memcmp(got->addr, expected, 4);
}

static void ip_is(struct fixture *f, guint32 session, guint32 type, guint32 mtu)
{
	MbimMessage *m = ask(f, ip_query(session), 0, "IP configuration");
	guint32 got_session, count4, count6, dns4_count, dns6_count, mtu4, mtu6;
	MbimIPConfigurationAvailableFlag has4, has6;
	g_autoptr(MbimIPv4ElementArray) ipv4 = NULL;
	g_autoptr(MbimIPv6ElementArray) ipv6 = NULL;
	const MbimIPv4 *gateway4;
	const MbimIPv6 *gateway6;
	g_autofree MbimIPv4 *dns4 = NULL;
	g_autofree MbimIPv6 *dns6 = NULL;

	if (!tap_ok(&f->tap, mbim_message_ip_configuration_response_parse(m, &got_session, &has4,
			&has6, &count4, &ipv4, &count6, &ipv6, &gateway4, &gateway6, &dns4_count,
			&dns4, &dns6_count, &dns6, &mtu4, &mtu6, NULL), "IP configuration parse"))
		return;
	tap_equal(&f->tap, got_session, session, "session %u", session);
	tap_equal(&f->tap, has4, type & 1 ? 0xf : 0, "IPv4 flags");
	tap_equal(&f->tap, has6, type & 2 ? 0xf : 0, "IPv6 flags");
	tap_equal(&f->tap, count4, type & 1 ? 1 : 0, "IPv4 addresses");
	tap_equal(&f->tap, count6, type & 2 ? 1 : 0, "IPv6 addresses");
	tap_equal(&f->tap, mtu4, type & 1 ? mtu : 0, "IPv4 MTU");
	tap_equal(&f->tap, mtu6, type & 2 ? mtu : 0, "IPv6 MTU");
	if (type & 1) {
		tap_equal(&f->tap, ipv4[0]->on_link_prefix_length, 30, "IPv4 prefix");
		tap_ok(&f->tap, is_ipv4(&ipv4[0]->ipv4_address, session, 2), "IPv4 address");
		tap_ok(&f->tap, is_ipv4(gateway4, session, 1), "IPv4 gateway");
		tap_ok(&f->tap, dns4_count == 2 && is_ipv4(&dns4[0], session, 53) &&
		       is_ipv4(&dns4[1], session, 54), "IPv4 name servers");
	} else {
		tap_ok(&f->tap, !gateway4 && !dns4_count, "nothing of IPv4");
	}
	if (type & 2) {
		tap_equal(&f->tap, ipv6[0]->on_link_prefix_length, 64, "IPv6 prefix");
		tap_ok(&f->tap, is_ipv6(&ipv6[0]->ipv6_address, session, 2), "IPv6 address");
		tap_ok(&f->tap, is_ipv6(gateway6, session, 1), "IPv6 gateway");
		tap_ok(&f->tap, dns6_count == 2 && is_ipv6(&dns6[0], session, 0x53) &&
		       is_ipv6(&dns6[1], session, 0x54), "IPv6 name servers");
	} else {
		tap_ok(&f->tap, !gateway6 && !dns6_count, "nothing of IPv6");
	}
	mbim_message_unref(m);
}

static void expect_ip(struct fixture *f, guint32 session)
{
	MbimMessage *m = indication(f, MBIM_CID_BASIC_CONNECT_IP_CONFIGURATION, "IP configuration");
	guint32 got = 99;

	mbim_message_ip_configuration_notification_parse(m, &got, NULL, NULL, NULL, NULL, NULL, NULL,
							 NULL, NULL, NULL, NULL, NULL, NULL, NULL,
							 NULL, NULL);
	tap_equal(&f->tap, got, session, "IP configuration indication: session");
	mbim_message_unref(m);
}

static void all_sessions(struct fixture *f)
{
	static const guint32 types[] = { 1, 2, 3, 0, 4 };
	static const guint32 granted[] = { 1, 2, 3, 3, 3 };

	for (guint32 session = 0; session < 8; session++) {
		connect_is(f, ask(f, connect_to(session, "internet", types[session % 5]), 0, "connect"),
			   session, 1, granted[session % 5], 0, "connect");
		expect_connect(f, session, 1, 0);
		expect_ip(f, session);
		no_message(f, "connect");
	}
	for (guint32 session = 0; session < 8; session++)
		ip_is(f, session, granted[session % 5], 1500);
	for (guint32 session = 0; session < 8; session++) {
		connect_is(f, ask(f, disconnect(session), 0, "disconnect"), session, 3, 0, 0,
			   "disconnect");
		expect_connect(f, session, 3, 0);
		mbim_message_unref(ask(f, disconnect(session),
				       MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED, "disconnect again"));
		mbim_message_unref(ask(f, ip_query(session),
				       MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED, "no addresses"));
	}
	mbim_message_unref(ask(f, connect_to(8, "internet", 1),
			       MBIM_STATUS_ERROR_INVALID_PARAMETERS, "session 8"));
	mbim_message_unref(ask(f, ip_query(8), MBIM_STATUS_ERROR_INVALID_PARAMETERS, "session 8"));
}

static void refusals(struct fixture *f)
{
	static const uint8_t none[16] = { 0xb4, 0x3f, 0x75, 0x8c, 0xa5, 0x60, 0x4b, 0x46,
					  0xb3, 0x5e, 0xc5, 0x86, 0x96, 0x41, 0xfb, 0x54 };

	control(f, "refuse-connect 27");
	connect_is(f, ask(f, connect_to(2, "nowhere", 3), MBIM_STATUS_ERROR_FAILURE, "refused"), 2, 3,
		   0, 27, "refused");
	fake_clear(&f->channel);
	control(f, "refuse-connect 0");
	control(f, "ip-types ipv4");
	connect_is(f, ask(f, connect_to(2, "internet", 3), 0, "only IPv4"), 2, 1, 1, 50, "only IPv4");
	fake_clear(&f->channel);
	connect_is(f, ask(f, connect_to(3, "internet", 2), MBIM_STATUS_ERROR_FAILURE, "no IPv6"), 3, 3,
		   0, 50, "no IPv6");
	fake_clear(&f->channel);
	control(f, "ip-types ipv4v6");
	connect_is(f, ask(f, connect_to(2, "internet", 1), 0, "again"), 2, 1, 1, 50, "again");
	mbim_message_unref(ask(f, connect_to(2, "other", 1), MBIM_STATUS_ERROR_MAX_ACTIVATED_CONTEXTS,
			       "another APN on an active session"));
	mbim_message_unref(ask(f, connect_to(4, "white space", 1),
			       MBIM_STATUS_ERROR_INVALID_ACCESS_STRING, "bad APN"));
	mbim_message_unref(ask(f, mbim_message_connect_set_new(4, 1, "internet", "", "", 0, 0, 1,
				(const MbimUuid *)none, NULL),
			       MBIM_STATUS_ERROR_CONTEXT_NOT_SUPPORTED, "context none"));
	control(f, "mtu 2 1430");
	expect_ip(f, 2);
	ip_is(f, 2, 1, 1430);
	control(f, "disconnect 2 39");
	expect_connect(f, 2, 3, 39);
	no_message(f, "network disconnects");
}

/* The answer waits for the bearer; other commands do not wait for the answer. */
static void slow_connect(struct fixture *f)
{
	guint32 first;
	MbimMessage *m;

	control(f, "connect-time 30");
	send_message(f, connect_to(5, "internet", 3));
	first = f->transaction;
	no_message(f, "connecting");
	connect_is(f, ask(f, mbim_message_connect_query_new(5, 0, 0, 0, (const MbimUuid *)internet, 0,
							    NULL), 0, "query"), 5, 2, 3, 0, "slow");
	mbim_message_unref(ask(f, connect_to(5, "internet", 3), MBIM_STATUS_ERROR_BUSY, "twice"));
	m = wait_message(f);
	if (!tap_ok(&f->tap, m != NULL, "the answer comes"))
		return;
	tap_equal(&f->tap, mbim_message_get_transaction_id(m), first, "it is the first one's");
	connect_is(f, m, 5, 1, 3, 0, "slow connect");
	expect_connect(f, 5, 1, 0);
	expect_ip(f, 5);
	mbim_message_unref(ask(f, disconnect(5), 0, "disconnect"));
	fake_clear(&f->channel);
	send_message(f, connect_to(5, "internet", 3));
	first = f->transaction;
	connect_is(f, ask(f, disconnect(5), 0, "cut"), 5, 3, 0, 0, "cut");
	m = next_message(f);
	if (!tap_ok(&f->tap, m && mbim_message_get_transaction_id(m) == first &&
		    mbim_message_command_done_get_status_code(m) == MBIM_STATUS_ERROR_FAILURE,
		    "the waiting command fails"))
		return;
	connect_is(f, m, 5, 3, 0, 0, "failed");
	expect_connect(f, 5, 3, 0);
	run_for(f, 40);
	no_message(f, "later");
	control(f, "connect-time 0");
}

/* What real transactions leave behind when a host opens anew (rule 1). */
static void state_survives(struct fixture *f)
{
	mbim_message_unref(ask(f, connect_to(1, "internet", 3), 0, "connect"));
	fake_clear(&f->channel);
	send_message(f, mbim_message_close_new(0));
	fake_clear(&f->channel);
	control(f, "signal 10");
	no_message(f, "closed");
	open_function(f, 4096);
	connect_is(f, ask(f, mbim_message_connect_query_new(1, 0, 0, 0, (const MbimUuid *)internet, 0,
							    NULL), 0, "query"), 1, 1, 3, 0, "kept");
	control(f, "connect-time 20");
	send_message(f, connect_to(2, "internet", 3));
	open_function(f, 4096);
	no_message(f, "the command before OPEN is forgotten");
	wait_for(f);
	expect_connect(f, 2, 1, 0);
	expect_ip(f, 2);
	no_message(f, "its bearer came up all the same");
}

static void statistics(struct fixture *f, guint64 in, guint64 out, guint32 discarded)
{
	MbimMessage *m = ask(f, mbim_message_packet_statistics_query_new(NULL), 0, "statistics");
	guint32 in_discards, in_errors, out_errors, out_discards;
	guint64 in_octets, in_packets, out_octets, out_packets;

	mbim_message_packet_statistics_response_parse(m, &in_discards, &in_errors, &in_octets,
						      &in_packets, &out_octets, &out_packets,
						      &out_errors, &out_discards, NULL);
	tap_equal(&f->tap, (long long)in_packets, (long long)in, "packets in");
	tap_equal(&f->tap, (long long)in_octets, (long long)in * 20, "octets in");
	tap_equal(&f->tap, (long long)out_packets, (long long)out, "packets out");
	tap_equal(&f->tap, (long long)out_octets, (long long)out * 20, "octets out");
	tap_equal(&f->tap, out_discards, discarded, "discarded out");
	tap_equal(&f->tap, in_discards + in_errors + out_errors, 0, "nothing else");
	mbim_message_unref(m);
}

static int take_packet(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	(void)self;
	(void)session;
	(void)packet;
	(void)len;
	return 0;
}

static void traffic(struct fixture *f)
{
	const uint8_t packet[20] = { 0x45 };
	struct downlink downlink = network_downlink(f->network);

	network_set_downlink(f->network, (struct downlink){ .packet = take_packet });
	mbim_message_unref(ask(f, connect_to(0, "internet", 1), 0, "connect"));
	fake_clear(&f->channel);
	statistics(f, 0, 0, 0);
	for (int i = 0; i < 3; i++)
		network_uplink(f->network, 0, packet, sizeof(packet));
	network_uplink(f->network, 7, packet, sizeof(packet));
	for (int i = 0; i < 5; i++)
		downlink.packet(downlink.self, 0, packet, sizeof(packet));
	statistics(f, 5, 3, 1);
	mbim_message_unref(ask(f, disconnect(0), 0, "disconnect"));
	fake_clear(&f->channel);
}

static guint32 contexts(struct fixture *f, MbimMessage *m, const char *apn)
{
	g_autoptr(MbimProvisionedContextElementArray) list = NULL;
	guint32 count = 0;

	tap_ok(&f->tap, mbim_message_provisioned_contexts_response_parse(m, &count, &list, NULL),
	       "contexts parse");
	for (guint32 i = 0; i < count; i++)
		if (!g_strcmp0(list[i]->access_string, apn)) {
			mbim_message_unref(m);
			return list[i]->context_id;
		}
	mbim_message_unref(m);
	return 0;
}

static MbimMessage *set_context(guint32 id, const uint8_t *type, const char *apn)
{
	return mbim_message_provisioned_contexts_set_new(id, (const MbimUuid *)type, apn, "", "", 0, 0,
							 "", NULL);
}

static void provisioned(struct fixture *f)
{
	static const uint8_t none[16] = { 0xb4, 0x3f, 0x75, 0x8c, 0xa5, 0x60, 0x4b, 0x46,
					  0xb3, 0x5e, 0xc5, 0x86, 0x96, 0x41, 0xfb, 0x54 };

	tap_equal(&f->tap, contexts(f, ask(f, mbim_message_provisioned_contexts_query_new(NULL), 0,
					   "contexts"), "internet"), 1, "the first context");
	tap_equal(&f->tap, contexts(f, ask(f, set_context(0xffffffff, internet, "corp.example"), 0,
					   "new context"), "corp.example"), 2, "a free id");
	tap_equal(&f->tap, contexts(f, ask(f, set_context(2, internet, "other.example"), 0,
					   "replace"), "other.example"), 2, "replaced");
	tap_equal(&f->tap, contexts(f, ask(f, set_context(2, none, ""), 0, "delete"),
				    "other.example"), 0, "deleted");
	for (guint32 id = 2; id <= 16; id++)
		mbim_message_unref(ask(f, set_context(id, internet, "a"), 0, "fill"));
	mbim_message_unref(ask(f, set_context(17, internet, "a"), MBIM_STATUS_ERROR_MEMORY_FULL,
			       "one too many"));
}

static void small_commands(struct fixture *f)
{
	MbimPacketFilter filter = { .filter_size = 4, .packet_filter = (guint8 *)"\x45\0\0\0",
				    .packet_mask = (guint8 *)"\xff\0\0\0" };
	const MbimPacketFilter *filters[] = { &filter, &filter, NULL };
	g_autoptr(MbimPacketFilterArray) got = NULL;
	MbimNetworkIdleHintState hint = 99;
	MbimEmergencyModeState mode = 99;
	guint32 session = 99, count = 99;
	MbimMessage *m;

	m = ask(f, mbim_message_network_idle_hint_set_new(1, NULL), 0, "idle hint");
	mbim_message_unref(m);
	m = ask(f, mbim_message_network_idle_hint_query_new(NULL), 0, "idle hint");
	mbim_message_network_idle_hint_response_parse(m, &hint, NULL);
	tap_equal(&f->tap, hint, 1, "idle hint kept");
	mbim_message_unref(m);
	m = ask(f, mbim_message_emergency_mode_query_new(NULL), 0, "emergency mode");
	mbim_message_emergency_mode_response_parse(m, &mode, NULL);
	tap_equal(&f->tap, mode, 0, "emergency mode off");
	mbim_message_unref(m);
	mbim_message_unref(ask(f, mbim_message_ip_packet_filters_set_new(3, 2, filters, NULL), 0,
			       "filters"));
	m = ask(f, mbim_message_ip_packet_filters_query_new(3, 0, NULL, NULL), 0, "filters");
	if (tap_ok(&f->tap, mbim_message_ip_packet_filters_response_parse(m, &session, &count, &got,
									  NULL), "filters parse") &&
	    tap_equal(&f->tap, count, 2, "two filters"))
		tap_ok(&f->tap, session == 3 && got[1]->filter_size == 4 &&
		       !memcmp(got[1]->packet_filter, "\x45\0\0\0", 4) &&
		       !memcmp(got[1]->packet_mask, "\xff\0\0\0", 4), "the second filter");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ip_packet_filters_query_new(4, 0, NULL, NULL), 0, "no filters");
	mbim_message_ip_packet_filters_response_parse(m, &session, &count, NULL, NULL);
	tap_ok(&f->tap, session == 4 && count == 0, "no filters on another session");
	mbim_message_unref(m);
}

/* Every command that DEVICE_SERVICES lists is answered, as query or as set. */
static void services(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_device_services_query_new(NULL), 0, "services");
	g_autoptr(MbimDeviceServiceElementArray) list = NULL;
	guint32 count = 0, dss = 99;

	mbim_message_device_services_response_parse(m, &count, &dss, &list, NULL);
	tap_ok(&f->tap, count > 0 && count < 32, "services");
	tap_equal(&f->tap, dss, 0, "no DSS");
	for (guint32 i = 0; i < count; i++) {
		MbimService service = mbim_uuid_to_service(&list[i]->device_service_id);

		/* Older releases of libmbim do not know them all; a shutdown detaches. */
		if (service == MBIM_SERVICE_INVALID || service == MBIM_SERVICE_MS_HOST_SHUTDOWN)
			continue;
		for (guint32 j = 0; j < list[i]->cids_count; j++) {
			guint32 cid = list[i]->cids[j], worst = 0;

			for (int type = 0; type < 2; type++) {
				MbimMessage *answer;

				if (service == MBIM_SERVICE_BASIC_CONNECT && cid == 3 && type)
					continue;
				send_message(f, mbim_message_command_new(0, service, cid, type));
				answer = next_message(f);
				if (mbim_message_command_done_get_status_code(answer) ==
				    MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT)
					worst++;
				mbim_message_unref(answer);
				fake_clear(&f->channel);
			}
			tap_ok(&f->tap, worst < 2, "service %u: CID %u is answered", service, cid);
		}
	}
	mbim_message_unref(m);
}

static void unknown(struct fixture *f)
{
	static const guint8 uuid[16] = { 1, 2, 3 };
	guint8 message[48] = { 0 };
	const struct fake_message *sent;

	put_le32(message, 3);
	put_le32(message + 4, 48);
	put_le32(message + 8, 0x77);
	put_le32(message + 12, 1);
	memcpy(message + 20, uuid, 16);
	put_le32(message + 36, 5);
	send_raw(f, message, sizeof(message));
	sent = fake_take(&f->channel);
	tap_ok(&f->tap, sent && sent->len == 48 && get_le32(sent->data) == 0x80000003 &&
	       get_le32(sent->data + 8) == 0x77 && !memcmp(sent->data + 20, uuid, 16) &&
	       get_le32(sent->data + 36) == 5 && get_le32(sent->data + 40) == 9 &&
	       get_le32(sent->data + 44) == 0, "unknown service: NoDeviceSupport with its own ids");
	send_message(f, mbim_message_command_new(0, MBIM_SERVICE_BASIC_CONNECT, 99, 0));
	sent = fake_take(&f->channel);
	tap_ok(&f->tap, sent && get_le32(sent->data + 40) == 9, "unknown CID: NoDeviceSupport");
	send_message(f, mbim_message_command_new(0, MBIM_SERVICE_BASIC_CONNECT, 1, 1));
	sent = fake_take(&f->channel);
	tap_ok(&f->tap, sent && get_le32(sent->data + 40) == 9, "set of a query: NoDeviceSupport");
	send_message(f, mbim_message_command_new(0, MBIM_SERVICE_BASIC_CONNECT, 1, 7));
	sent = fake_take(&f->channel);
	tap_ok(&f->tap, sent && get_le32(sent->data + 40) == 0x15,
	       "neither query nor set: InvalidParameters");
	send_message(f, mbim_message_command_new(0, MBIM_SERVICE_QMI, 1, 0));
	sent = fake_take(&f->channel);
	tap_ok(&f->tap, sent && get_le32(sent->data + 40) == 9, "unlisted service: NoDeviceSupport");
}

static MbimMessage *subscribe(MbimEventEntry **entries, guint32 count)
{
	return mbim_message_device_service_subscribe_list_set_new(count,
			(const MbimEventEntry *const *)entries, NULL);
}

static void subscriptions(struct fixture *f)
{
	/* DEVICE_CAPS never notifies, and there is no CID 200. */
	guint32 cids[] = { MBIM_CID_BASIC_CONNECT_DEVICE_CAPS,
			   MBIM_CID_BASIC_CONNECT_REGISTER_STATE, 200 };
	MbimEventEntry basic = { .cids_count = 3, .cids = cids };
	MbimEventEntry foreign = { .cids_count = 0 };
	MbimEventEntry *list[] = { &foreign, &basic, NULL };
	g_autoptr(MbimEventEntryArray) got = NULL;
	guint32 count = 0;
	MbimMessage *m;

	memcpy(&basic.device_service_id, MBIM_UUID_BASIC_CONNECT, 16);
	memset(&foreign.device_service_id, 7, 16);
	m = ask(f, subscribe(list, 2), 0, "subscribe");
	tap_ok(&f->tap, mbim_message_device_service_subscribe_list_response_parse(m, &count, &got,
									      NULL), "list parse");
	if (tap_equal(&f->tap, count, 1, "one entry is left"))
		tap_ok(&f->tap, mbim_uuid_cmp(&got[0]->device_service_id, MBIM_UUID_BASIC_CONNECT) &&
		       got[0]->cids_count == 1 && got[0]->cids[0] == 9, "with one CID");
	mbim_message_unref(m);
	control(f, "signal 5");
	no_message(f, "signal is not subscribed");
	control(f, "registration roaming");
	expect_register(f, MBIM_REGISTER_STATE_ROAMING);
	no_message(f, "only registration is subscribed");
	basic.cids_count = 0;
	mbim_message_unref(ask(f, subscribe(list, 2), 0, "all of the service"));
	control(f, "signal 7");
	expect_signal(f, 7);
	mbim_message_unref(ask(f, subscribe(list, 0), 0, "nothing"));
	control(f, "signal 9");
	no_message(f, "nothing is subscribed");
	open_function(f, 4096);
	control(f, "signal 24");
	expect_signal(f, 24);
	control(f, "registration home");
	fake_clear(&f->channel);
}

/* Radio off with sessions: they go first, then registration and packet service. */
static void radio_with_sessions(struct fixture *f)
{
	mbim_message_unref(ask(f, connect_to(0, "internet", 3), 0, "connect"));
	fake_clear(&f->channel);
	mbim_message_unref(ask(f, connect_to(6, "internet", 3), 0, "connect"));
	fake_clear(&f->channel);
	mbim_message_unref(ask(f, mbim_message_radio_state_set_new(0, NULL), 0, "radio off"));
	expect_connect(f, 0, 3, 0);
	expect_connect(f, 6, 3, 0);
	expect_register(f, MBIM_REGISTER_STATE_DEREGISTERED);
	expect_packet_service(f, MBIM_PACKET_SERVICE_STATE_DETACHED);
	expect_signal(f, 99);
	mbim_message_unref(ask(f, connect_to(0, "internet", 3), MBIM_STATUS_ERROR_RADIO_POWER_OFF,
			       "connect without radio"));
	mbim_message_unref(ask(f, mbim_message_radio_state_set_new(1, NULL), 0, "radio on"));
	fake_clear(&f->channel);
}

int main(void)
{
	struct fixture f;

	fixture_start(&f, NULL, 0);
	open_function(&f, 4096);
	device_caps(&f);
	luhn(&f, &identity_xmm7560);
	luhn(&f, &identity_xmm7360);
	subscriber(&f, MBIM_SUBSCRIBER_READY_STATE_INITIALIZED);
	radio(&f);
	pins(&f);
	sim_swap(&f);
	providers(&f);
	registration(&f);
	packet_service(&f);
	signal_thresholds(&f);
	traffic(&f);
	all_sessions(&f);
	refusals(&f);
	slow_connect(&f);
	radio_with_sessions(&f);
	provisioned(&f);
	small_commands(&f);
	unknown(&f);
	subscriptions(&f);
	services(&f);
	open_function(&f, 4096);
	state_survives(&f);
	tap_equal(&f.tap, (long long)check_total(f.check), 0, "no breach");
	return fixture_end(&f);
}
