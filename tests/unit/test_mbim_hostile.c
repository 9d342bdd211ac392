// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Malformed commands: every truncation of every request that libmbim can build, offsets
 * and sizes that lead outside, and bytes changed at random. The function must not read
 * outside of what it was given (the sanitizers see that) and must answer each.
 */
#include "mbim_fixture.h"

static const uint8_t internet[16] = {
	0x7e, 0x5e, 0x2a, 0x7e, 0x4e, 0x6f, 0x72, 0x72, 0x73, 0x6b, 0x65, 0x6e, 0x7e, 0x5e, 0x2a, 0x7e,
};

#define REQUESTS_MAX	64

struct request {
	uint8_t data[600];
	size_t len;
	size_t needed;		/* bytes of the buffer without which it must be refused */
};

struct requests {
	struct request list[REQUESTS_MAX];
	size_t count;
};

/* Takes over @message. */
static void add(struct requests *requests, MbimMessage *message, size_t needed)
{
	struct request *request = &requests->list[requests->count++];
	guint32 len;
	const guint8 *raw = mbim_message_get_raw(message, &len, NULL);

	memcpy(request->data, raw, len);
	request->len = len;
	request->needed = needed;
	mbim_message_unref(message);
}

static void add_basic(struct requests *r)
{
	MbimPacketFilter filter = { .filter_size = 4, .packet_filter = (guint8 *)"abcd",
				    .packet_mask = (guint8 *)"efgh" };
	const MbimPacketFilter *filters[] = { &filter, NULL };
	guint32 cids[] = { 9, 10 };
	MbimEventEntry entry = { .cids_count = 2, .cids = cids };
	const MbimEventEntry *events[] = { &entry, NULL };
	MbimProvider provider = { .provider_id = (gchar *)"00102", .provider_name = (gchar *)"Other" };
	const MbimProvider *providers[] = { &provider, NULL };
	const MbimUuid *context = (const MbimUuid *)internet;

	memcpy(&entry.device_service_id, MBIM_UUID_BASIC_CONNECT, 16);
	add(r, mbim_message_device_caps_query_new(NULL), 0);
	add(r, mbim_message_radio_state_set_new(1, NULL), 4);
	add(r, mbim_message_pin_set_new(2, 0, "1234", "5678", NULL), 40);
	add(r, mbim_message_visible_providers_query_new(0, NULL), 4);
	add(r, mbim_message_preferred_providers_set_new(1, providers, NULL), 4 + 8 + 32 + 12 + 12);
	add(r, mbim_message_register_state_set_new("00101", 1, 0, NULL), 26);
	add(r, mbim_message_packet_service_set_new(0, NULL), 4);
	add(r, mbim_message_signal_state_set_new(30, 0, 0, NULL), 12);
	add(r, mbim_message_connect_query_new(0, 0, 0, 0, context, 0, NULL), 4);
	add(r, mbim_message_connect_set_new(3, 1, "internet", "user", "password", 0, 0, 3, context,
					    NULL), 60 + 16 + 8 + 16);
	add(r, mbim_message_connect_set_new(3, 0, "", "", "", 0, 0, 0, context, NULL), 60);
	add(r, mbim_message_provisioned_contexts_set_new(1, context, "internet", "a", "b", 0, 0, "",
							 NULL), 60 + 16 + 4 + 2);
	add(r, mbim_message_ip_configuration_query_new(0, 0, 0, 0, NULL, 0, NULL, NULL, NULL, 0, NULL,
						       0, NULL, 0, 0, NULL), 4);
	add(r, mbim_message_device_service_subscribe_list_set_new(1, events, NULL), 4 + 8 + 28);
	add(r, mbim_message_network_idle_hint_set_new(1, NULL), 4);
	add(r, mbim_message_ip_packet_filters_query_new(0, 0, NULL, NULL), 4);
	add(r, mbim_message_ip_packet_filters_set_new(0, 1, filters, NULL), 8 + 8 + 12 + 8);
}

static void add_ext(struct requests *r)
{
	MbimLteAttachConfiguration one = { .ip_type = 1, .roaming = 0, .access_string = (gchar *)"apn",
					   .user_name = (gchar *)"", .password = (gchar *)"" };
	MbimLteAttachConfiguration two = one, three = one;
	const MbimLteAttachConfiguration *list[] = { &one, &two, &three, NULL };

	two.roaming = 1;
	three.roaming = 2;
	add(r, mbim_message_ms_basic_connect_extensions_lte_attach_configuration_set_new(0, 3, list,
			NULL), 8 + 24 + 3 * 44 + 3 * 8);
	add(r, mbim_message_ms_basic_connect_extensions_base_stations_info_query_new(15, 15, 15, 15,
			15, NULL), 16);
	add(r, mbim_message_ms_basic_connect_extensions_v2_version_query_new(0x0100, 0x0100, NULL), 4);
}

static void add_v3(struct requests *r)
{
	add(r, mbim_message_ms_basic_connect_v3_connect_set_new(3, 1, 0, 0, 3,
			(const MbimUuid *)internet, 1, "odd", "user", "password", NULL, NULL),
	    40 + 16 + 16 + 24);
	add(r, mbim_message_ms_basic_connect_v3_connect_query_new(3, NULL), 4);
}

/* Sends it and returns the status of the one answer, -1 if there is not exactly one. */
static long long status_of(struct fixture *f, const uint8_t *data, size_t len)
{
	const struct fake_message *sent;
	long long status = -1;

	fake_clear(&f->channel);
	send_raw(f, data, len);
	sent = fake_take(&f->channel);
	if (sent && sent->len >= 48 && get_le32(sent->data) == 0x80000003 &&
	    get_le32(sent->data + 8) == get_le32(data + 8))
		status = get_le32(sent->data + 40);
	for (sent = fake_take(&f->channel); sent; sent = fake_take(&f->channel))
		if (get_le32(sent->data) != 0x80000007)
			status = -1;
	return status;
}

static void open_version(struct fixture *f, uint16_t version)
{
	MbimMessage *m;

	fake_clear(&f->channel);
	open_function(f, 4096);
	m = ask(f, mbim_message_ms_basic_connect_extensions_v2_version_query_new(0x0100, version, NULL),
		0, "version");
	mbim_message_unref(m);
}

/* Each request cut after each byte of its buffer, its lengths made right. */
static void truncations(struct fixture *f, const struct requests *requests, const char *name)
{
	unsigned int unanswered = 0, accepted = 0, refused = 0, count = 0;

	for (size_t i = 0; i < requests->count; i++) {
		const struct request *request = &requests->list[i];

		for (size_t cut = 0; cut <= request->len - 48; cut++) {
			uint8_t data[600];
			long long status;

			memcpy(data, request->data, request->len);
			put_le32(data + 4, (uint32_t)(48 + cut));
			put_le32(data + 8, 0x10000);
			put_le32(data + 44, (uint32_t)cut);
			status = status_of(f, data, 48 + cut);
			count++;
			unanswered += status < 0;
			if (cut < request->needed && status != 0x15) {
				printf("# request %zu cut to %zu: status %lld\n", i, cut, status);
				accepted++;
			}
			if (cut >= request->needed && status == 0x15) {
				printf("# request %zu of %zu bytes: refused\n", i, cut);
				refused++;
			}
		}
	}
	tap_equal(&f->tap, unanswered, 0, "%s: %u truncations are answered", name, count);
	tap_equal(&f->tap, accepted, 0, "%s: none that lacks something is accepted", name);
	tap_equal(&f->tap, refused, 0, "%s: none that lacks nothing is refused", name);
}

/* Each word of each buffer replaced by values that lead elsewhere. */
static void bad_words(struct fixture *f, const struct requests *requests, const char *name)
{
	static const uint32_t values[] = {
		0, 1, 3, 47, 59, 0x7f, 0x100, 0xffff, 0x7ffffffc, 0x7fffffff, 0x80000000,
		0xfffffff0, 0xfffffffc, 0xffffffff,
	};
	unsigned int unanswered = 0, count = 0;

	for (size_t i = 0; i < requests->count; i++) {
		const struct request *request = &requests->list[i];

		for (size_t at = 48; at + 4 <= request->len; at += 4) {
			for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
				uint8_t data[600];

				memcpy(data, request->data, request->len);
				put_le32(data + 8, 0x20000);
				put_le32(data + at, values[v]);
				unanswered += status_of(f, data, request->len) < 0;
				count++;
			}
		}
	}
	tap_equal(&f->tap, unanswered, 0, "%s: %u changed words are answered", name, count);
}

/* A generator of its own, so that a failure comes again. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Bytes changed anywhere, headers too: whatever comes back must be what libmbim takes. */
static void noise(struct fixture *f, const struct requests *requests)
{
	unsigned int invalid = 0;
	uint32_t seed = 1;

	for (unsigned int round = 0; round < 20000; round++) {
		const struct request *request = &requests->list[next_random(&seed) % requests->count];
		unsigned int changes = 1 + next_random(&seed) % 4;
		const struct fake_message *sent;
		uint8_t data[600];

		memcpy(data, request->data, request->len);
		for (unsigned int i = 0; i < changes; i++)
			data[next_random(&seed) % request->len] = (uint8_t)next_random(&seed);
		/* Most of them with the right length, to get further. */
		if (round % 8)
			put_le32(data + 4, (uint32_t)request->len);
		fake_clear(&f->channel);
		send_raw(f, data, request->len);
		for (sent = fake_take(&f->channel); sent; sent = fake_take(&f->channel)) {
			MbimMessage *m = mbim_message_new(sent->data, (guint32)sent->len);

			invalid += !mbim_message_validate(m, NULL);
			mbim_message_unref(m);
		}
		if (round % 64 == 0)
			open_function(f, 4096);
	}
	tap_equal(&f->tap, invalid, 0, "20000 noisy messages");
}

static MbimMessage *connect_apn(const char *apn)
{
	return mbim_message_connect_set_new(1, 1, apn, "", "", 0, 0, 1, (const MbimUuid *)internet,
					    NULL);
}

/* Strings: too long, of odd size, not UTF-16. */
static void strings(struct fixture *f)
{
	uint8_t data[600];
	const guint8 *raw;
	char apn[102];
	guint32 len;
	MbimMessage *m;

	memset(apn, 'a', sizeof(apn));
	apn[101] = '\0';
	mbim_message_unref(ask(f, connect_apn(apn), MBIM_STATUS_ERROR_PARAMETER_TOO_LONG, "APN of 101"));
	apn[100] = '\0';
	mbim_message_unref(ask(f, connect_apn(apn), 0, "APN of 100"));
	fake_clear(&f->channel);
	control(f, "disconnect 1");
	fake_clear(&f->channel);
	m = connect_apn("abcd");
	mbim_message_set_transaction_id(m, 0x30000);
	raw = mbim_message_get_raw(m, &len, NULL);
	memcpy(data, raw, len);
	mbim_message_unref(m);
	put_le32(data + 48 + 12, 7);
	tap_equal(&f->tap, status_of(f, data, len), 0x15, "odd size");
	put_le32(data + 48 + 12, 8);
	put_le16(data + 48 + 60 + 2, 0xd800);
	tap_equal(&f->tap, status_of(f, data, len), 0x15, "half a surrogate pair");
	put_le16(data + 48 + 60 + 2, 0xdc00);
	tap_equal(&f->tap, status_of(f, data, len), 0x15, "the other half");
	put_le16(data + 48 + 60 + 2, 0xd83d);
	put_le16(data + 48 + 60 + 4, 0xde00);
	tap_equal(&f->tap, status_of(f, data, len), 0x12, "a whole pair is text, but no APN");
	put_le16(data + 48 + 60 + 2, 0);
	tap_equal(&f->tap, status_of(f, data, len), 0, "the text ends at a zero");
	fake_clear(&f->channel);
	tap_ok(&f->tap, !strcmp(network_bearer(f->network, 1)->apn, "a"), "and is \"a\"");
	control(f, "disconnect 1");
	fake_clear(&f->channel);
	m = mbim_message_provisioned_contexts_set_new(5, (const MbimUuid *)internet, "x",
			"J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80", "", 0, 0, "", NULL);
	m = ask(f, m, 0, "a user name beyond ASCII");
	{
		g_autoptr(MbimProvisionedContextElementArray) list = NULL;
		guint32 count = 0;

		mbim_message_provisioned_contexts_response_parse(m, &count, &list, NULL);
		tap_ok(&f->tap, count == 2 && !g_strcmp0(list[1]->user_name,
			"J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80"), "it comes back as it was");
	}
	mbim_message_unref(m);
}

int main(void)
{
	static struct requests requests, v3;
	struct fixture f;
	struct tap tap;

	fixture_start(&f, NULL, 0x0300);
	/* One operator and one bearer must not decide over the next request. */
	control(&f, "sim lock");
	fake_clear(&f.channel);
	open_function(&f, 4096);
	add_basic(&requests);
	add_ext(&requests);
	add_v3(&v3);
	truncations(&f, &requests, "1.0");
	bad_words(&f, &requests, "1.0");
	open_version(&f, 0x0300);
	truncations(&f, &v3, "3.0");
	bad_words(&f, &v3, "3.0");
	open_function(&f, 4096);
	noise(&f, &requests);
	tap = f.tap;
	fixture_stop(&f);
	fixture_start(&f, NULL, 0);
	f.tap = tap;
	open_function(&f, 4096);
	strings(&f);
	return fixture_end(&f);
}
