// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the modem offers, exactly: DEVICE_SERVICES against the list of the specification
 * (MBIM document, 3.0 and 3.11), for each release of MBIMEx; nothing else is answered.
 */
#include "mbim_fixture.h"

#define ALWAYS	0x0100

struct offer {
	const char *uuid;
	struct {
		guint32 cid;
		guint16 since;		/* MBIMEx release that the modem offers */
	} cids[24];
};

static const struct offer offers[] = {
	{ "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df",	/* Basic Connect */
	  { { 1, ALWAYS }, { 2, ALWAYS }, { 3, ALWAYS }, { 4, ALWAYS }, { 5, ALWAYS },
	    { 6, ALWAYS }, { 7, ALWAYS }, { 8, ALWAYS }, { 9, ALWAYS }, { 10, ALWAYS },
	    { 11, ALWAYS }, { 12, ALWAYS }, { 13, ALWAYS }, { 14, ALWAYS }, { 15, ALWAYS },
	    { 16, ALWAYS }, { 19, ALWAYS }, { 20, ALWAYS }, { 21, ALWAYS }, { 22, ALWAYS },
	    { 23, ALWAYS } } },
	{ "533fbeeb-14fe-4467-9f90-33a223e56c3f",	/* SMS */
	  { { 1, ALWAYS }, { 2, ALWAYS }, { 3, ALWAYS }, { 4, ALWAYS }, { 5, ALWAYS } } },
	{ "e550a0c8-5e82-479e-82f7-10abf4c3351f",	/* USSD */
	  { { 1, ALWAYS } } },
	{ "4bf38476-1e6a-41db-b1d8-bed289c25bdb",	/* Phonebook */
	  { { 1, ALWAYS }, { 2, ALWAYS }, { 3, ALWAYS }, { 4, ALWAYS } } },
	{ "d8f20131-fcb5-4e17-8602-d6ed3816164c",	/* STK */
	  { { 1, ALWAYS }, { 2, ALWAYS }, { 3, ALWAYS } } },
	{ "1d2b5ff7-0aa1-48b2-aa52-50f15767174e",	/* Auth */
	  { { 1, ALWAYS }, { 2, ALWAYS }, { 3, ALWAYS } } },
	{ "e9f7dea2-feaf-4009-93ce-90a3694103b6",	/* MS Firmware ID */
	  { { 1, ALWAYS } } },
	{ "883b7c26-985f-43fa-9804-27d7fb80959c",	/* MS Host Shutdown */
	  { { 1, ALWAYS } } },
	{ "68223d04-9f6c-4e0f-822d-28441fb72340",	/* MS SAR */
	  { { 1, ALWAYS }, { 2, ALWAYS } } },
	{ "3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf",	/* MS Basic Connect Extensions */
	  { { 1, ALWAYS }, { 3, ALWAYS }, { 4, ALWAYS }, { 5, ALWAYS }, { 6, ALWAYS },
	    { 7, ALWAYS }, { 8, ALWAYS }, { 9, ALWAYS }, { 10, ALWAYS }, { 11, ALWAYS },
	    { 12, ALWAYS }, { 15, 0x0200 }, { 16, 0x0300 }, { 17, 0x0300 }, { 19, 0x0300 } } },
	{ "c2f6588e-f037-4bc9-8665-f4d44bd09367",	/* MS UICC Low Level Access */
	  { { 1, ALWAYS }, { 2, ALWAYS }, { 3, ALWAYS }, { 4, ALWAYS }, { 5, ALWAYS },
	    { 6, ALWAYS }, { 7, ALWAYS }, { 8, ALWAYS }, { 9, ALWAYS }, { 10, ALWAYS } } },
	{ "8d8b9eba-37be-449b-8f1e-61cb034a702e",	/* MS Voice Extensions */
	  { { 10, ALWAYS } } },
	{ "0ed374cb-f835-4474-bc11-3b3fd76f5641",	/* Intel Firmware Update */
	  { { 1, ALWAYS } } },
	{ "fdc22af2-f441-4d46-af8d-259fcdde4635",	/* Intel Thermal RF */
	  { { 9, ALWAYS } } },
	{ "f85d46ef-ab26-4081-9868-4d183c0a3aec",	/* Intel Mutual Authentication */
	  { { 1, ALWAYS } } },
	{ "4ada4962-b988-46c3-87a7-97f20f994abb",	/* Intel Tools */
	  { { 8, ALWAYS } } },
};

#define OFFERS G_N_ELEMENTS(offers)

static const struct offer *find(const char *uuid)
{
	for (guint i = 0; i < OFFERS; i++)
		if (!g_ascii_strcasecmp(offers[i].uuid, uuid))
			return &offers[i];
	return NULL;
}

static gboolean offered(const struct offer *offer, guint32 cid, guint16 version)
{
	for (guint i = 0; i < G_N_ELEMENTS(offer->cids); i++)
		if (offer->cids[i].cid == cid)
			return offer->cids[i].since <= version;
	return FALSE;
}

static guint32 count_of(const struct offer *offer, guint16 version)
{
	guint32 count = 0;

	for (guint i = 0; i < G_N_ELEMENTS(offer->cids); i++)
		count += offer->cids[i].cid && offer->cids[i].since <= version;
	return count;
}

static void one_service(struct fixture *f, const MbimDeviceServiceElement *service, guint16 version)
{
	g_autofree char *uuid = mbim_uuid_get_printable(&service->device_service_id);
	const struct offer *offer = find(uuid);

	if (!tap_ok(&f->tap, offer != NULL, "%04x: %s is a service of this modem", version, uuid))
		return;
	tap_ok(&f->tap, !service->dss_payload && !service->max_dss_instances,
	       "%s: no device service stream", uuid);
	tap_equal(&f->tap, service->cids_count, count_of(offer, version), "%s: commands", uuid);
	for (guint32 i = 0; i < service->cids_count; i++)
		tap_ok(&f->tap, offered(offer, service->cids[i], version) &&
		       (!i || service->cids[i - 1] < service->cids[i]), "%s: CID %u, in order",
		       uuid, service->cids[i]);
}

static void listed(struct fixture *f, guint16 version)
{
	MbimMessage *m = ask(f, mbim_message_device_services_query_new(NULL), 0, "services");
	g_autoptr(MbimDeviceServiceElementArray) list = NULL;
	guint32 count = 0, sessions = 99, seen = 0;

	tap_ok(&f->tap, mbim_message_device_services_response_parse(m, &count, &sessions, &list, NULL),
	       "services parse");
	tap_equal(&f->tap, count, OFFERS, "%04x: services", version);
	tap_equal(&f->tap, sessions, 0, "%04x: sessions of device service streams", version);
	for (guint32 i = 0; i < count; i++) {
		one_service(f, list[i], version);
		for (guint32 j = 0; j < i; j++)
			seen += !memcmp(&list[i]->device_service_id, &list[j]->device_service_id, 16);
	}
	tap_equal(&f->tap, seen, 0, "%04x: none is listed twice", version);
	mbim_message_unref(m);
}

static guint32 status_of(struct fixture *f, const guint8 *uuid, guint32 cid, guint32 type)
{
	guint8 message[48] = { 0 };
	const struct fake_message *sent;

	put_le32(message, 3);
	put_le32(message + 4, sizeof(message));
	put_le32(message + 8, 0x1000 + cid);
	put_le32(message + 12, 1);
	memcpy(message + 20, uuid, 16);
	put_le32(message + 36, cid);
	put_le32(message + 40, type);
	fake_clear(&f->channel);
	send_raw(f, message, sizeof(message));
	sent = fake_take(&f->channel);
	return sent && sent->len >= 48 && get_le32(sent->data) == 0x80000003 ?
	       get_le32(sent->data + 40) : 0xffffffff;
}

static void uuid_bytes(const char *text, guint8 *uuid)
{
	MbimUuid parsed;

	mbim_uuid_from_printable(text, &parsed);
	memcpy(uuid, &parsed, 16);
}

/* Commands that are not listed get the status of an unknown service (3.0). */
static void refused(struct fixture *f, guint16 version)
{
	static const char *const others[] = {
		"c08a26dd-7718-4382-8482-6e0d583c4d0e",	/* DSS */
		"5967bdcc-7fd2-49a2-9f5c-b2e70e527db3",	/* ATDS */
		"d1a30bc2-f97a-6e43-bf65-c7e24fb0f0d3",	/* QMI */
		"6427015f-579d-48f5-8c54-f43ed1e76f83",	/* QDU */
		"11223344-5566-7788-99aa-bbccddeeff11",	/* Quectel */
		"3e1e92cf-c53d-4f14-85d0-a86ad9e12245",	/* Google */
	};
	guint8 uuid[16];
	guint wrong = 0;

	for (guint i = 0; i < OFFERS; i++) {
		uuid_bytes(offers[i].uuid, uuid);
		for (guint32 cid = 0; cid < 32; cid++)
			for (guint32 type = 0; type < 2; type++)
				if (!offered(&offers[i], cid, version))
					wrong += status_of(f, uuid, cid, type) !=
						 MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT;
	}
	tap_equal(&f->tap, wrong, 0, "%04x: what is not listed is refused", version);
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		uuid_bytes(others[i], uuid);
		tap_equal(&f->tap, status_of(f, uuid, 1, 0), MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT,
			  "%s is no service of this modem", others[i]);
	}
	fake_clear(&f->channel);
}

static void services_are(struct fixture *f, guint32 expected, const char *what)
{
	MbimMessage *m = ask(f, mbim_message_device_services_query_new(NULL), 0, what);
	g_autoptr(MbimDeviceServiceElementArray) list = NULL;
	guint32 count = 99;

	tap_ok(&f->tap, mbim_message_device_services_response_parse(m, &count, NULL, &list, NULL),
	       "%s: parse", what);
	tap_equal(&f->tap, count, expected, "%s: services", what);
	mbim_message_unref(m);
}

/* Services can be taken away: they are not listed, not answered and tell nothing. */
static void hidden(struct fixture *f)
{
	guint8 sms[16], extensions[16];
	char answer[200];

	uuid_bytes("533fbeeb-14fe-4467-9f90-33a223e56c3f", sms);
	uuid_bytes("3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf", extensions);
	control(f, "mbim-hide sms ms-basic-connect-extensions");
	services_are(f, OFFERS - 2, "two are hidden");
	tap_equal(&f->tap, status_of(f, sms, 1, 0), MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT, "no SMS");
	tap_equal(&f->tap, status_of(f, extensions, 15, 0), MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT,
		  "no VERSION");
	control(f, "sms 12 hello");
	run_for(f, 1);
	no_message(f, "a message arrives");
	control(f, "mbim-hide optional");
	services_are(f, 1, "Basic Connect alone");
	tap_ok(&f->tap, control_execute(f->control, "mbim-hide basic-connect", answer,
					sizeof(answer)) < 0, "which stays");
	control(f, "mbim-hide none");
	services_are(f, OFFERS, "all are back");
	tap_equal(&f->tap, status_of(f, sms, 1, 0), 0, "with SMS");
}

int main(void)
{
	static const guint16 versions[] = { 0x0100, 0x0200, 0x0300 };
	struct tap tap = { 0 };

	for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
		struct fixture f;

		fixture_start(&f, NULL, versions[i]);
		f.tap = tap;
		open_function(&f, 4096);
		listed(&f, versions[i]);
		refused(&f, versions[i]);
		hidden(&f);
		fixture_stop(&f);
		tap = f.tap;
	}
	return tap_done(&tap);
}
