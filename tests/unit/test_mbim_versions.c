// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * MBIMEx: the answer to VERSION switches layouts at once, of answers and indications,
 * and OPEN switches them back.
 */
#include "mbim_fixture.h"

static const uint8_t internet[16] = {
	0x7e, 0x5e, 0x2a, 0x7e, 0x4e, 0x6f, 0x72, 0x72, 0x73, 0x6b, 0x65, 0x6e, 0x7e, 0x5e, 0x2a, 0x7e,
};

static void negotiate(struct fixture *f, guint16 asked, guint16 expected)
{
	MbimMessage *m = ask(f, mbim_message_ms_basic_connect_extensions_v2_version_query_new(
				0x0100, asked, NULL), 0, "version");
	guint16 release = 0, version = 0;

	mbim_message_ms_basic_connect_extensions_v2_version_response_parse(m, &release, &version,
									   NULL);
	tap_equal(&f->tap, release, 0x0100, "MBIM 1.0");
	tap_equal(&f->tap, version, expected, "asked for %x", asked);
	mbim_message_unref(m);
}

static bool parse_register(MbimMessage *m, bool v2, guint32 *state, guint32 *preferred)
{
	g_autofree gchar *id = NULL, *name = NULL, *roaming = NULL;
	MbimRegisterState got = 99;
	MbimDataClass classes = 0;
	bool parsed = v2 ?
		mbim_message_ms_basic_connect_v2_register_state_response_parse(m, NULL, &got, NULL,
			NULL, NULL, &id, &name, &roaming, NULL, &classes, NULL) :
		mbim_message_register_state_response_parse(m, NULL, &got, NULL, NULL, NULL, &id,
			&name, &roaming, NULL, NULL);

	*state = got;
	*preferred = classes;
	return parsed && !g_strcmp0(id, "00101") && !g_strcmp0(name, "Test PLMN");
}

static guint32 buffer_length(MbimMessage *m)
{
	guint32 len = 0;

	mbim_message_command_done_get_raw_information_buffer(m, &len);
	return len;
}

/* Lengths tell which layout it is: libmbim takes a longer buffer for a shorter layout. */
static void lengths(struct fixture *f, guint32 reg, guint32 packet, guint32 signal,
		    guint32 subscriber)
{
	MbimMessage *m = ask(f, mbim_message_register_state_query_new(NULL), 0, "register");

	tap_equal(&f->tap, buffer_length(m), reg, "register layout");
	mbim_message_unref(m);
	m = ask(f, mbim_message_packet_service_query_new(NULL), 0, "packet service");
	tap_equal(&f->tap, buffer_length(m), packet, "packet service layout");
	mbim_message_unref(m);
	m = ask(f, mbim_message_signal_state_query_new(NULL), 0, "signal");
	tap_equal(&f->tap, buffer_length(m), signal, "signal layout");
	mbim_message_unref(m);
	m = ask(f, mbim_message_subscriber_ready_status_query_new(NULL), 0, "subscriber");
	tap_equal(&f->tap, buffer_length(m), subscriber, "subscriber layout");
	mbim_message_unref(m);
}

static void preferred_classes(struct fixture *f)
{
	guint32 state, preferred;
	MbimMessage *m = ask(f, mbim_message_register_state_set_new("", 0, 0x1c, NULL), 0, "only 3G");

	tap_ok(&f->tap, parse_register(m, true, &state, &preferred), "register parse");
	tap_equal(&f->tap, state, 3, "home");
	tap_equal(&f->tap, preferred, 0x1c, "preferred: 3G");
	mbim_message_unref(m);
	fake_clear(&f->channel);
	m = ask(f, mbim_message_register_state_set_new("", 0, 0x3c, NULL), 0, "all");
	tap_ok(&f->tap, parse_register(m, true, &state, &preferred), "register parse");
	tap_equal(&f->tap, preferred, 0x3c, "preferred: all");
	mbim_message_unref(m);
	fake_clear(&f->channel);
}

static void signal_details(struct fixture *f)
{
	MbimMessage *m;
	g_autoptr(MbimRsrpSnrInfoArray) list = NULL;
	guint32 count = 0, rssi = 0;

	control(f, "signal 17 -100 -12 7");
	m = indication(f, MBIM_CID_BASIC_CONNECT_SIGNAL_STATE, "signal");
	tap_ok(&f->tap, mbim_message_ms_basic_connect_v2_signal_state_notification_parse(m, &rssi,
			NULL, NULL, NULL, NULL, &count, &list, NULL), "signal indication parse");
	tap_equal(&f->tap, rssi, 17, "RSSI");
	if (tap_equal(&f->tap, count, 1, "one cell")) {
		tap_equal(&f->tap, list[0]->rsrp, 57, "RSRP -100 dBm");
		tap_equal(&f->tap, list[0]->snr, 61, "SNR 7 dB");
		tap_equal(&f->tap, list[0]->system_type, 0x20, "LTE");
	}
	mbim_message_unref(m);
	control(f, "signal 24");
	fake_clear(&f->channel);
}

static void ext_caps(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_ms_basic_connect_extensions_device_caps_query_new(NULL),
			     0, "EXT caps");
	gchar *custom, *id = NULL, *firmware = NULL, *hardware = NULL;
	guint32 sessions = 0, executor = 99;
	MbimCtrlCaps ctrl = 0;

	tap_ok(&f->tap, mbim_message_ms_basic_connect_extensions_device_caps_response_parse(m, NULL,
			NULL, NULL, NULL, NULL, NULL, &ctrl, &sessions, &custom, &id, &firmware,
			&hardware, &executor, NULL), "EXT caps parse");
	tap_equal(&f->tap, ctrl, 0x83, "control caps");
	tap_equal(&f->tap, sessions, 8, "sessions");
	tap_equal(&f->tap, executor, 0, "executor");
	tap_ok(&f->tap, !g_strcmp0(id, "867191040000019") &&
	       !g_strcmp0(firmware, "18601.5001.00.01.01.32_GC") && !g_strcmp0(hardware, "V1.3"),
	       "identity");
	g_free(id);
	g_free(firmware);
	g_free(hardware);
	mbim_message_unref(m);
}

static void ext_caps_v3(struct fixture *f)
{
	static const guint16 bands[] = { 1, 3, 5, 7, 8, 20 };
	MbimMessage *m = ask(f, mbim_message_ms_basic_connect_extensions_device_caps_query_new(NULL),
			     0, "EXT caps 3.0");
	gchar *custom = NULL, *id = NULL, *firmware = NULL, *hardware = NULL;
	guint32 sessions = 0, executor = 99, wcdma = 0, lte_count = 0, nr_count = 99;
	g_autofree guint16 *lte = NULL, *nr = NULL;
	MbimDataClassV3 class = 0;

	tap_ok(&f->tap, mbim_message_ms_basic_connect_extensions_v3_device_caps_response_parse(m,
			NULL, NULL, NULL, NULL, &class, NULL, NULL, NULL, &sessions, &executor,
			&wcdma, &lte_count, &lte, &nr_count, &nr, &custom, &id, &firmware,
			&hardware, NULL), "EXT caps 3.0 parse");
	tap_equal(&f->tap, class, 0x3c, "data class");
	tap_equal(&f->tap, sessions, 8, "sessions");
	tap_equal(&f->tap, wcdma, 0x8b, "WCDMA bands");
	tap_ok(&f->tap, lte_count == 6 && !memcmp(lte, bands, sizeof(bands)), "LTE bands");
	tap_equal(&f->tap, nr_count, 0, "no 5G bands");
	tap_ok(&f->tap, !g_strcmp0(id, "867191040000019") &&
	       !g_strcmp0(firmware, "18601.5001.00.01.01.32_GC") && !g_strcmp0(hardware, "V1.3"),
	       "identity");
	g_free(custom);
	g_free(id);
	g_free(firmware);
	g_free(hardware);
	mbim_message_unref(m);
}

static void cells(struct fixture *f, guint32 max_lte, guint32 neighbours)
{
	MbimMessage *m = ask(f,
		mbim_message_ms_basic_connect_extensions_base_stations_info_query_new(15, 15, 15,
			max_lte, 15, NULL), 0, "cells");
	g_autoptr(MbimCellInfoNeighboringLteArray) others = NULL;
	MbimCellInfoServingLte *serving = NULL;
	MbimDataClass system = 0;
	guint32 count = 99;

	tap_ok(&f->tap, mbim_message_ms_basic_connect_extensions_base_stations_info_response_parse(m,
			&system, NULL, NULL, NULL, &serving, NULL, NULL, NULL, NULL, NULL, NULL,
			&count, &others, NULL, NULL, NULL), "cells parse");
	tap_equal(&f->tap, system, 0x20, "LTE");
	if (tap_ok(&f->tap, serving != NULL, "serving cell")) {
		tap_ok(&f->tap, !g_strcmp0(serving->provider_id, "00101"), "its operator");
		tap_equal(&f->tap, serving->physical_cell_id, 101, "its id");
		tap_equal(&f->tap, (gint32)serving->rsrp, -85, "its RSRP");
		tap_equal(&f->tap, serving->tac, 1, "its TAC");
		mbim_cell_info_serving_lte_free(serving);
	}
	tap_equal(&f->tap, count, neighbours, "neighbours");
	if (count == 1 && neighbours == 1) {
		tap_equal(&f->tap, others[0]->physical_cell_id, 102, "its id");
		tap_equal(&f->tap, (gint32)others[0]->rsrp, -91, "its RSRP");
	}
	mbim_message_unref(m);
}

static void cells_v3(struct fixture *f)
{
	MbimMessage *m = ask(f,
		mbim_message_ms_basic_connect_extensions_v3_base_stations_info_query_new(15, 15, 15,
			15, 15, 15, NULL), 0, "cells 3.0");
	g_autoptr(MbimCellInfoNeighboringLteArray) others = NULL;
	g_autoptr(MbimCellInfoServingNrArray) nr_cells = NULL;
	MbimCellInfoServingLte *serving = NULL;
	guint32 count = 99, nr = 99;

	tap_ok(&f->tap,
	       mbim_message_ms_basic_connect_extensions_v3_base_stations_info_response_parse(m, NULL,
			NULL, NULL, NULL, NULL, &serving, NULL, NULL, NULL, NULL, NULL, NULL,
			&count, &others, NULL, NULL, &nr, &nr_cells, NULL, NULL, NULL),
	       "cells 3.0 parse");
	tap_ok(&f->tap, serving != NULL, "serving cell");
	tap_equal(&f->tap, count, 1, "one neighbour");
	tap_equal(&f->tap, nr, 0, "no 5G cell");
	if (serving)
		mbim_cell_info_serving_lte_free(serving);
	mbim_message_unref(m);
}

static void no_cell_is_an_error(struct fixture *f)
{
	control(f, "registration searching");
	fake_clear(&f->channel);
	mbim_message_unref(ask(f,
		mbim_message_ms_basic_connect_extensions_base_stations_info_query_new(15, 15, 15, 15,
			15, NULL), MBIM_STATUS_ERROR_NOT_REGISTERED, "no cell"));
	control(f, "registration home");
	fake_clear(&f->channel);
}

static void attached_with(struct fixture *f, const char *name, guint32 type, const char *what)
{
	MbimMessage *m = ask(f, mbim_message_ms_basic_connect_extensions_lte_attach_info_query_new(
				     NULL), 0, what);
	MbimLteAttachState attached = 99;
	MbimContextIpType got = 99;
	g_autofree gchar *apn = NULL;

	mbim_message_ms_basic_connect_extensions_lte_attach_info_response_parse(m, &attached, &got,
			&apn, NULL, NULL, NULL, NULL, NULL);
	tap_ok(&f->tap, attached == 1 && !g_strcmp0(apn, name), "%s: %s", what, name);
	tap_equal(&f->tap, got, type, "%s: type", what);
	mbim_message_unref(m);
}

static void attach_again(struct fixture *f)
{
	control(f, "radio software off");
	control(f, "radio software on");
	fake_clear(&f->channel);
}

static void attach_configuration(struct fixture *f)
{
	MbimLteAttachConfiguration one = { .ip_type = 3, .roaming = 0, .source = 1,
					   .access_string = (gchar *)"corp.example",
					   .user_name = (gchar *)"", .password = (gchar *)"" };
	MbimLteAttachConfiguration two = one, three = one;
	const MbimLteAttachConfiguration *list[] = { &one, &two, &three, NULL };
	g_autoptr(MbimLteAttachConfigurationArray) got = NULL;
	guint32 count = 0;
	MbimMessage *m;

	two.roaming = 1;
	three.roaming = 2;
	m = ask(f, mbim_message_ms_basic_connect_extensions_lte_attach_configuration_set_new(0, 3, list,
				NULL), 0, "attach set");
	tap_ok(&f->tap,
	       mbim_message_ms_basic_connect_extensions_lte_attach_configuration_response_parse(m,
			&count, &got, NULL), "attach parse");
	if (tap_equal(&f->tap, count, 3, "three configurations"))
		tap_ok(&f->tap, !g_strcmp0(got[2]->access_string, "corp.example") &&
		       got[2]->roaming == 2 && got[2]->source == 1, "the third one");
	mbim_message_unref(m);
	attached_with(f, "internet", 3, "attached as before");
	control(f, "ip-types ipv4");
	attach_again(f);
	attached_with(f, "corp.example", 1, "attached with it, as far as granted");
	control(f, "ip-types ipv4v6");
	mbim_message_unref(ask(f,
		mbim_message_ms_basic_connect_extensions_lte_attach_configuration_set_new(0, 2, list,
			NULL), MBIM_STATUS_ERROR_INVALID_PARAMETERS, "two are not enough"));
	mbim_message_unref(ask(f,
		mbim_message_ms_basic_connect_extensions_lte_attach_configuration_set_new(1, 0, NULL,
			NULL), 0, "factory"));
	attach_again(f);
	attached_with(f, "internet", 3, "as from the factory");
}

static void connect_v3(struct fixture *f)
{
	g_autofree gchar *apn = NULL;
	MbimActivationState state = 99;
	MbimAccessMediaType media = 99;
	MbimContextIpType type = 99;
	guint32 session = 99, cause = 99;
	MbimMessage *m;

	m = ask(f, mbim_message_ms_basic_connect_v3_connect_set_new(3, 1, 0, 0, 3,
			(const MbimUuid *)internet, 1, "odd", "u", "", NULL, NULL), 0, "connect 3.0");
	tap_ok(&f->tap, mbim_message_ms_basic_connect_v3_connect_response_parse(m, &session, &state,
			NULL, &type, NULL, &cause, &media, &apn, NULL, NULL), "connect 3.0 parse");
	tap_ok(&f->tap, session == 3 && state == 1 && type == 3 && cause == 0 && media == 1,
	       "activated");
	tap_ok(&f->tap, !g_strcmp0(apn, "odd"), "with its APN");
	mbim_message_unref(m);
	fake_clear(&f->channel);
	control(f, "disconnect 3");
	m = indication(f, MBIM_CID_BASIC_CONNECT_CONNECT, "dropped");
	tap_ok(&f->tap, mbim_message_ms_basic_connect_v3_connect_notification_parse(m, &session,
			&state, NULL, NULL, NULL, &cause, NULL, NULL, NULL, NULL),
	       "indication in the layout of 3.0");
	tap_ok(&f->tap, session == 3 && state == 3 && cause == 36, "dropped");
	mbim_message_unref(m);
	m = ask(f, mbim_message_ms_basic_connect_v3_connect_query_new(3, NULL), 0, "query");
	mbim_message_ms_basic_connect_v3_connect_response_parse(m, &session, &state, NULL, NULL, NULL,
								NULL, NULL, NULL, NULL, NULL);
	tap_equal(&f->tap, state, 3, "query of 4 bytes");
	mbim_message_unref(m);
}

static void packet_service_v3(struct fixture *f)
{
	MbimMessage *m = ask(f, mbim_message_packet_service_query_new(NULL), 0, "packet service");
	g_autoptr(MbimTai) tai = NULL;
	MbimDataClassV3 class = 0;

	tap_ok(&f->tap, mbim_message_ms_basic_connect_v3_packet_service_response_parse(m, NULL, NULL,
			&class, NULL, NULL, NULL, NULL, &tai, NULL), "packet service 3.0 parse");
	tap_ok(&f->tap, class == 0x20 && tai && tai->plmn_mcc == 1 && tai->plmn_mnc == 1 &&
	       tai->tac == 1, "LTE, 001 01, TAC 1");
	mbim_message_unref(m);
}

/* An indication that only who asks for it gets. */
static void attach_info_indication(struct fixture *f)
{
	guint32 cids[] = { 4 };
	MbimEventEntry entry = { .cids_count = 1, .cids = cids };
	const MbimEventEntry *list[] = { &entry, NULL };
	MbimLteAttachState attached = 99;
	MbimMessage *m;

	memcpy(&entry.device_service_id, MBIM_UUID_MS_BASIC_CONNECT_EXTENSIONS, 16);
	mbim_message_unref(ask(f, mbim_message_device_service_subscribe_list_set_new(1, list, NULL), 0,
			       "subscribe"));
	control(f, "registration searching");
	m = indication_of(f, MBIM_SERVICE_MS_BASIC_CONNECT_EXTENSIONS, 4, "attach info");
	mbim_message_ms_basic_connect_extensions_lte_attach_info_notification_parse(m, &attached, NULL,
			NULL, NULL, NULL, NULL, NULL, NULL);
	tap_equal(&f->tap, attached, 0, "detached");
	mbim_message_unref(m);
	no_message(f, "attach info");
	control(f, "registration home");
	fake_clear(&f->channel);
}

static void offered(struct fixture *f)
{
	control(f, "mbim-version 1.0");
	open_function(f, 4096);
	mbim_message_unref(ask(f, mbim_message_ms_basic_connect_extensions_v2_version_query_new(
				0x0100, 0x0300, NULL), MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT,
			       "VERSION of a 1.0 modem"));
	control(f, "mbim-version 2.0");
	open_function(f, 4096);
	negotiate(f, 0x0300, 0x0200);
	lengths(f, 84, 32, 52, 132);
	control(f, "mbim-version 3.0");
}

int main(void)
{
	struct fixture f;

	fixture_start(&f, NULL, 0x0300);
	open_function(&f, 4096);
	lengths(&f, 80, 28, 20, 132);
	ext_caps(&f);
	cells(&f, 15, 1);
	cells(&f, 0, 0);
	no_cell_is_an_error(&f);
	attach_configuration(&f);
	attach_info_indication(&f);
	open_function(&f, 4096);
	negotiate(&f, 0x0200, 0x0200);
	lengths(&f, 84, 32, 52, 132);
	preferred_classes(&f);
	signal_details(&f);
	ext_caps(&f);
	negotiate(&f, 0x0300, 0x0300);
	lengths(&f, 84, 44, 52, 136);
	ext_caps_v3(&f);
	packet_service_v3(&f);
	cells_v3(&f);
	connect_v3(&f);
	open_function(&f, 4096);
	lengths(&f, 80, 28, 20, 132);
	negotiate(&f, 0x0400, 0x0300);
	negotiate(&f, 0x0250, 0x0200);
	offered(&f);
	tap_equal(&f.tap, (long long)check_total(f.check), 0, "no breach");
	return fixture_end(&f);
}
