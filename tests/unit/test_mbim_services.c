// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Services beside Basic Connect and SMS with libmbim as the host: Microsoft's and Intel's,
 * the FCC lock, a restart that the host asks for, and the SIM at the start.
 */
#include "../../vmodem/at.h"
#include "../../vmodem/fcc.h"
#include "mbim_fixture.h"

/* What libmbim's functions of newer releases would build. */
static MbimMessage *fcc(gboolean set, guint32 present, guint32 response)
{
	static const guint8 uuid[16] = {
		0xf8, 0x5d, 0x46, 0xef, 0xab, 0x26, 0x40, 0x81,
		0x98, 0x68, 0x4d, 0x18, 0x3c, 0x0a, 0x3a, 0xec,
	};
	guint8 message[56] = { 0 };

	put_le32(message, 3);
	put_le32(message + 4, set ? 56 : 48);
	put_le32(message + 12, 1);
	memcpy(message + 20, uuid, 16);
	put_le32(message + 36, 1);
	put_le32(message + 40, set);
	put_le32(message + 44, set ? 8 : 0);
	put_le32(message + 48, present);
	put_le32(message + 52, response);
	return mbim_message_new(message, set ? 56 : 48);
}

static void fcc_is(struct fixture *f, MbimMessage *request, guint32 present, guint32 *challenge,
		   const char *what)
{
	const struct fake_message *sent;

	send_message(f, request);
	sent = fake_take(&f->channel);
	if (!tap_ok(&f->tap, sent && sent->len == 56 && !get_le32(sent->data + 40),
		    "%s: answer", what))
		return;
	tap_equal(&f->tap, get_le32(sent->data + 48), present, "%s: challenge present", what);
	*challenge = get_le32(sent->data + 52);
	tap_equal(&f->tap, *challenge != 0, present, "%s: challenge", what);
}

static void radio(struct fixture *f, guint32 on, guint32 status, const char *what)
{
	mbim_message_unref(ask(f, mbim_message_radio_state_set_new(on, NULL), status, what));
}

static guint32 software_switch(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_radio_state_query_new(NULL), 0, "radio");
	MbimRadioSwitchState software = 99;

	mbim_message_radio_state_response_parse(m, NULL, &software, NULL);
	mbim_message_unref(m);
	return software;
}

/* SHA-256 over challenge and 3df8c719, the first four bytes (A.2): computed elsewhere. */
static void fcc_vector(struct fixture *f)
{
	tap_equal(&f->tap, fcc_response(0x12345678), 0x401cf881, "response to 12345678");
}

static void fcc_lock(struct fixture *f)
{
	guint32 challenge, again;

	fcc_is(f, fcc(false, 0, 0), 0, &challenge, "no lock");
	control(f, "fcc lock");
	fake_clear(&f->channel);
	tap_equal(&f->tap, software_switch(f), 0, "locked: the radio is off");
	radio(f, 1, MBIM_STATUS_ERROR_OPERATION_NOT_ALLOWED, "on while locked");
	radio(f, 0, 0, "off while locked");
	fcc_is(f, fcc(false, 0, 0), 1, &challenge, "locked");
	fcc_is(f, fcc(true, 1, fcc_response(challenge) + 1), 1, &again, "wrong response");
	tap_ok(&f->tap, again != challenge, "a new challenge");
	fcc_is(f, fcc(true, 1, fcc_response(challenge)), 1, &again, "response to the old one");
	radio(f, 1, MBIM_STATUS_ERROR_OPERATION_NOT_ALLOWED, "on while locked");
	fcc_is(f, fcc(true, 1, fcc_response(again)), 0, &challenge, "right response");
	radio(f, 1, 0, "on when unlocked");
	fake_clear(&f->channel);
	network_reset(f->network);
	fake_clear(&f->channel);
	open_function(f, 4096);
	tap_equal(&f->tap, software_switch(f), 0, "locked again after a restart");
	control(f, "fcc unlock");
	radio(f, 1, 0, "on without lock");
	fake_clear(&f->channel);
}

static void small_services(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_ms_firmware_id_get_query_new(NULL), 0, "firmware id");
	const MbimUuid *id = NULL;
	MbimSarControlMode mode;
	MbimSarBackoffState state;
	guint32 count = 0, hysteresis = 0;
	g_autoptr(MbimSarConfigStateArray) states = NULL;
	MbimSarConfigState one = { .antenna_index = 0xffffffff, .backoff_index = 3 };
	const MbimSarConfigState *list[] = { &one, NULL };

	tap_ok(&f->tap, mbim_message_ms_firmware_id_get_response_parse(m, &id, NULL) && id,
	       "firmware id parse");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ms_sar_config_set_new(1, 1, 1, list, NULL), 0, "SAR");
	tap_ok(&f->tap, mbim_message_ms_sar_config_response_parse(m, &mode, &state, NULL, &count,
								  &states, NULL), "SAR parse");
	tap_equal(&f->tap, mode, 1, "SAR: mode");
	tap_equal(&f->tap, state, 1, "SAR: state");
	if (tap_equal(&f->tap, count, 2, "SAR: antennas"))
		tap_equal(&f->tap, states[1]->backoff_index, 3, "SAR: all antennas");
	mbim_message_unref(m);
	one.antenna_index = 7;
	mbim_message_unref(ask(f, mbim_message_ms_sar_config_set_new(1, 1, 1, list, NULL),
			       MBIM_STATUS_ERROR_INVALID_PARAMETERS, "no such antenna"));
	m = ask(f, mbim_message_ms_sar_transmission_status_set_new(1, 3, NULL), 0, "transmission");
	mbim_message_ms_sar_transmission_status_response_parse(m, NULL, NULL, &hysteresis, NULL);
	tap_equal(&f->tap, hysteresis, 3, "transmission: hysteresis");
	mbim_message_unref(m);
	mbim_message_unref(ask(f, mbim_message_ms_host_shutdown_notify_set_new(NULL), 0,
			       "host shutdown"));
	fake_clear(&f->channel);
	tap_ok(&f->tap, !network_packet_service(f->network).attached, "it detaches");
	network_attach(f->network, true);
	run_for(f, 5);
	fake_clear(&f->channel);
}

/* The card names the home: it can be chosen again, no other one can. */
static void home(struct fixture *f)
{
	static const struct {
		const char *id;
		guint32 status;
	} wishes[] = {
		{ "00101", 0 },
		{ "00102", MBIM_STATUS_ERROR_OPERATION_NOT_ALLOWED },
		{ "99999", MBIM_STATUS_ERROR_PROVIDER_NOT_VISIBLE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(wishes); i++) {
		MbimProvider wish = { .provider_id = (char *)wishes[i].id, .provider_name = "Home" };
		g_autoptr(MbimProvider) got = NULL;
		MbimMessage *m = ask(f, mbim_message_home_provider_set_new(&wish, NULL),
				     wishes[i].status, wishes[i].id);

		if (!wishes[i].status)
			tap_ok(&f->tap, mbim_message_home_provider_response_parse(m, &got, NULL) &&
			       !g_strcmp0(got->provider_id, "00101") && got->provider_state & 1,
			       "the home of the card");
		mbim_message_unref(m);
	}
}

/* What is written on an AT port is told, and what the host finds when it asks. */
static void access_points(struct fixture *f)
{
	static const char line[] = "AT+CGDCONT=5,\"IP\",\"written.by.at\"\r";
	struct at *at = at_new(&(struct at_config){
		.loop = f->loop, .record = f->record, .network = f->network });
	g_autoptr(MbimProvisionedContextElementArray) told = NULL;
	g_autoptr(MbimProvisionedContextElementArray) found = NULL;
	guint32 count = 0;
	MbimMessage *m;

	at_protocol()->uplink(at, (const uint8_t *)line, sizeof(line) - 1);
	loop_run_once(f->loop, 0);
	m = indication(f, MBIM_CID_BASIC_CONNECT_PROVISIONED_CONTEXTS, "contexts");
	if (tap_ok(&f->tap, mbim_message_provisioned_contexts_notification_parse(m, &count, &told,
										NULL) && count == 2,
		   "contexts told"))
		tap_ok(&f->tap, told[1]->context_id == 5 &&
		       !g_strcmp0(told[1]->access_string, "written.by.at"), "the one of the AT port");
	mbim_message_unref(m);
	m = ask(f, mbim_message_provisioned_contexts_query_new(NULL), 0, "contexts");
	tap_ok(&f->tap, mbim_message_provisioned_contexts_response_parse(m, &count, &found, NULL) &&
	       count == 2 && !g_strcmp0(found[1]->access_string, "written.by.at"), "contexts found");
	mbim_message_unref(m);
	at_free(at);
}

static void nitz(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_ms_voice_extensions_nitz_query_new(NULL), 0, "NITZ");
	guint32 year = 0, zone = 99;
	MbimDataClass classes = 0;

	tap_ok(&f->tap, mbim_message_ms_voice_extensions_nitz_response_parse(m, &year, NULL, NULL,
			NULL, NULL, NULL, &zone, NULL, &classes, NULL), "NITZ parse");
	tap_ok(&f->tap, year > 2020 && !zone && classes == 0x20, "NITZ: UTC on LTE");
	mbim_message_unref(m);
}

static void rfim(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_intel_thermal_rf_rfim_query_new(NULL), 0, "RFIM");
	g_autoptr(MbimIntelRfimFrequencyValueArray) list = NULL;
	guint32 count = 0;

	tap_ok(&f->tap, mbim_message_intel_thermal_rf_rfim_response_parse(m, &count, &list, NULL),
	       "RFIM parse");
	if (tap_equal(&f->tap, count, 1, "one carrier")) {
		tap_equal(&f->tap, list[0]->serving_cell_info, 0, "the primary cell");
		tap_equal(&f->tap, (long long)list[0]->center_frequency, 1850000000, "its frequency");
		tap_equal(&f->tap, (gint32)list[0]->rsrp, -85, "its RSRP");
	}
	mbim_message_unref(m);
	mbim_message_unref(ask(f, mbim_message_intel_thermal_rf_rfim_set_new(TRUE, NULL), 0,
			       "RFIM on"));
	control(f, "registration searching");
	while (fake_waiting(&f->channel) > 1)
		fake_take(&f->channel);
	mbim_message_unref(indication_of(f, MBIM_SERVICE_INTEL_THERMAL_RF,
					 MBIM_CID_INTEL_THERMAL_RF_RFIM, "RFIM changes"));
	mbim_message_unref(ask(f, mbim_message_intel_thermal_rf_rfim_set_new(FALSE, NULL), 0,
			       "RFIM off"));
	control(f, "registration home");
	fake_clear(&f->channel);
}

static void uicc(struct fixture *f)
{
	static const guint8 aid[16] = { 0xa0, 0, 0, 0, 0x87, 0x10, 0x02, 0xff, 0xff, 0xff, 0xff, 0x89,
					0x07, 0x09, 0, 0 };
	static const guint8 name[4] = { 0x7f, 0xff, 0x6f, 0x46 }, absent[4] = { 0x7f, 0xff, 0x6f, 1 };
	static const guint8 isd_r[] = { 0xa0, 0, 0, 5, 0x59, 0x10, 0x10 };
	static const guint8 other[] = { 0xa0, 0, 0, 0, 0x87, 0x10, 0x04 };
	g_autoptr(MbimUiccApplicationArray) list = NULL;
	guint32 count = 0, size = 0, words[2] = { 0 }, channel = 0, got = 0;
	const guint8 *data = NULL;
	MbimMessage *m;

	m = ask(f, mbim_message_ms_uicc_low_level_access_application_list_query_new(NULL), 0,
		"applications");
	if (tap_ok(&f->tap, mbim_message_ms_uicc_low_level_access_application_list_response_parse(m,
			NULL, &count, NULL, NULL, &list, NULL) && count == 1, "one application"))
		tap_bytes(&f->tap, list[0]->application_id, list[0]->application_id_size, aid,
			  sizeof(aid), "the USIM");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ms_uicc_low_level_access_file_status_query_new(1, sizeof(aid), aid,
			sizeof(name), name, NULL), 0, "file status");
	mbim_message_ms_uicc_low_level_access_file_status_response_parse(m, NULL, &words[0], &words[1],
			NULL, NULL, NULL, &count, &size, NULL, NULL, NULL, NULL, NULL);
	tap_ok(&f->tap, words[0] == 0x90 && !words[1] && count * size == 17, "EF_SPN has 17 octets");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ms_uicc_low_level_access_read_binary_query_new(1, sizeof(aid), aid,
			sizeof(name), name, 0, 17, NULL, 0, NULL, NULL), 0, "read binary");
	mbim_message_ms_uicc_low_level_access_read_binary_response_parse(m, NULL, NULL, NULL, &got,
									&data, NULL);
	tap_ok(&f->tap, got == 17 && !memcmp(data + 1, "Test PLMN", 9), "the operator's name");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ms_uicc_low_level_access_file_status_query_new(1, sizeof(aid), aid,
			sizeof(absent), absent, NULL), 0, "absent file");
	mbim_message_ms_uicc_low_level_access_file_status_response_parse(m, NULL, &words[0], NULL, NULL,
			NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	tap_equal(&f->tap, words[0], 0x6a, "not found");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ms_uicc_low_level_access_open_channel_set_new(sizeof(aid), aid, 4, 1,
			NULL), 0, "open channel");
	mbim_message_ms_uicc_low_level_access_open_channel_response_parse(m, &words[0], &channel, NULL,
									 NULL, NULL);
	tap_ok(&f->tap, words[0] == 144 && channel == 1, "channel 1");
	mbim_message_unref(m);
	mbim_message_unref(ask(f, mbim_message_ms_uicc_low_level_access_open_channel_set_new(
			       sizeof(isd_r), isd_r, 4, 1, NULL), MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT,
			       "no eUICC"));
	mbim_message_unref(ask(f, mbim_message_ms_uicc_low_level_access_open_channel_set_new(
			       sizeof(other), other, 4, 1, NULL), 0x87430002, "no such application"));
	mbim_message_unref(ask(f, mbim_message_ms_uicc_low_level_access_close_channel_set_new(1, 1,
			       NULL), 0, "close channel"));
	mbim_message_unref(ask(f, mbim_message_ms_uicc_low_level_access_close_channel_set_new(1, 1,
			       NULL), 0x87430003, "close it again"));
}

/* "*100#" in seven bits; the vector of the specification (3.3). */
static void ussd(struct fixture *f)
{
	static const guint8 code[] = { 0xaa, 0x18, 0x0c, 0x36, 0x02 };
	static const guint8 menu[] = { 0xaa, 0x18, 0x2c, 0x36, 0x02 };	/* *101# */
	static const guint8 one[] = { 0x31 };
	static const guint8 letters[] = { 0x67, 0x71, 0x4e, 0xac, 0, ' ', 0, 0xe9 };
	MbimUssdResponse response = 99;
	guint32 coding = 0, len = 0;
	const guint8 *payload = NULL;
	MbimMessage *m = ask(f, mbim_message_ussd_set_new(0, 15, sizeof(code), code, NULL), 0, "USSD");

	tap_ok(&f->tap, mbim_message_ussd_response_parse(m, &response, NULL, &coding, &len, &payload,
							 NULL), "USSD parse");
	tap_ok(&f->tap, !response && coding == 15 && len == 22, "an answer of 25 characters");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ussd_set_new(0, 15, sizeof(menu), menu, NULL), 0, "menu");
	mbim_message_ussd_response_parse(m, &response, NULL, NULL, NULL, NULL, NULL);
	tap_equal(&f->tap, response, 1, "it asks for more");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ussd_set_new(1, 15, sizeof(one), one, NULL), 0, "choice");
	mbim_message_ussd_response_parse(m, &response, NULL, NULL, &len, NULL, NULL);
	tap_ok(&f->tap, !response && len == 22, "the balance");
	mbim_message_unref(m);
	mbim_message_unref(ask(f, mbim_message_ussd_set_new(1, 15, sizeof(one), one, NULL),
			       MBIM_STATUS_ERROR_INVALID_PARAMETERS, "choice without menu"));
	control(f, "ussd hello you");
	mbim_message_unref(indication_of(f, MBIM_SERVICE_USSD, 1, "from the network"));
	control(f, "ussd 東京 é");
	m = indication_of(f, MBIM_SERVICE_USSD, 1, "in other letters");
	mbim_message_ussd_notification_parse(m, NULL, NULL, &coding, &len, &payload, NULL);
	tap_equal(&f->tap, coding, 0x48, "UCS-2");
	tap_bytes(&f->tap, payload, len, letters, sizeof(letters), "all of them");
	mbim_message_unref(m);
}

/* The form of MBIMEx 2.0, with a mode and seconds. */
static void reboot(struct fixture *f, guint32 mode, guint32 status)
{
	MbimMessage *m = mbim_message_command_new(0, MBIM_SERVICE_INTEL_FIRMWARE_UPDATE, 1,
						  MBIM_MESSAGE_COMMAND_TYPE_SET);
	guint8 arguments[8] = { (guint8)mode, 0, 0, 0, 5 };

	mbim_message_command_append(m, arguments, sizeof(arguments));
	mbim_message_unref(ask(f, m, status, "reboot with a mode"));
}

static void reboot_modes(struct fixture *f)
{
	static const enum mbim_restart expected[] = {
		MBIM_RESTART, MBIM_RESTART_LOADER, MBIM_RESTART_OFF, MBIM_RESTART, MBIM_RESTART,
		MBIM_RESTART_LOADER,
	};

	f->restarts = 0;
	for (guint32 mode = 0; mode < 6; mode++) {
		reboot(f, mode, 0);
		tap_equal(&f->tap, f->restart, expected[mode], "mode %u", mode);
	}
	reboot(f, 6, MBIM_STATUS_ERROR_INVALID_PARAMETERS);
	tap_equal(&f->tap, f->restarts, 6, "six restarts");
}

static void restarts(struct fixture *f)
{
	mbim_message_unref(ask(f, mbim_message_intel_firmware_update_modem_reboot_set_new(NULL), 0,
			       "reboot"));
	tap_equal(&f->tap, f->restarts, 1, "it restarts");
	mbim_message_unref(ask(f, mbim_message_command_new(0,
			       MBIM_SERVICE_MS_BASIC_CONNECT_EXTENSIONS, 10,
			       MBIM_MESSAGE_COMMAND_TYPE_SET), 0, "device reset"));
	tap_equal(&f->tap, f->restarts, 2, "it restarts");
}

int main(void)
{
	struct fixture f;

	fixture_start(&f, NULL, 0);
	open_function(&f, 4096);
	fcc_vector(&f);
	fcc_lock(&f);
	small_services(&f);
	home(&f);
	access_points(&f);
	nitz(&f);
	rfim(&f);
	uicc(&f);
	ussd(&f);
	restarts(&f);
	reboot_modes(&f);
	return fixture_end(&f);
}
