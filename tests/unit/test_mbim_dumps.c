// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The worked dumps of the MBIM document, byte for byte: requests as real clients made
 * them, answers as an independent encoder made them and libmbim accepted them.
 */
#include "../../vmodem/sms.h"
#include "mbim_fixture.h"
#include "vectors.h"

static const uint8_t basic_connect[16] = {
	0xa2, 0x89, 0xcc, 0x33, 0xbc, 0xbb, 0x8b, 0x4f, 0xb6, 0xb0, 0x13, 0x3e, 0xc2, 0xaa, 0xe6, 0xdf,
};

static const uint8_t extensions[16] = {
	0x3d, 0x01, 0xdc, 0xc5, 0xfe, 0xf5, 0x4d, 0x05, 0x0d, 0x3a, 0xbe, 0xf7, 0x05, 0x8e, 0x9a, 0xaf,
};

static const uint8_t sms_service[16] = {
	0x53, 0x3f, 0xbe, 0xeb, 0x14, 0xfe, 0x44, 0x67, 0x9f, 0x90, 0x33, 0xa2, 0x23, 0xe5, 0x6c, 0x3f,
};

static void send_vector(struct fixture *f, const char *name, uint32_t transaction)
{
	static struct vector vector;

	vector_load(&vector, name, 0);
	if (transaction)
		put_le32(vector.data + 8, transaction);
	send_raw(f, vector.data, vector.len);
}

static void expect_vector(struct fixture *f, const char *name)
{
	const struct fake_message *sent = fake_take(&f->channel);
	static struct vector vector;

	vector_load(&vector, name, 0);
	tap_bytes(&f->tap, sent ? sent->data : NULL, sent ? sent->len : 0, vector.data, vector.len,
		  "%s", name);
}

/* The dumps that show only an information buffer. */
static void expect_indication(struct fixture *f, const char *name)
{
	const struct fake_message *sent = fake_take(&f->channel);
	static struct vector vector;

	vector_load(&vector, name, 0);
	tap_bytes(&f->tap, sent ? sent->data + 44 : NULL, sent ? sent->len - 44 : 0, vector.data,
		  vector.len, "%s", name);
}

/* A dump that agrees with this network but for one value. */
static void expect_but(struct fixture *f, const char *name, size_t offset, uint32_t value)
{
	const struct fake_message *sent = fake_take(&f->channel);
	static struct vector vector;

	vector_load(&vector, name, 0);
	put_le32(vector.data + offset, value);
	tap_bytes(&f->tap, sent ? sent->data : NULL, sent ? sent->len : 0, vector.data, vector.len,
		  "%s", name);
}

/* A request of a dump whose answer has no dump of its own. */
static void expect_success(struct fixture *f, uint32_t cid, const char *name)
{
	const struct fake_message *sent = fake_take(&f->channel);

	tap_ok(&f->tap, sent && get_le32(sent->data) == 0x80000003 &&
	       get_le32(sent->data + 36) == cid && !get_le32(sent->data + 40), "%s", name);
}

/* All answers in the dumps are to transaction 2. */
static void send_query(struct fixture *f, const uint8_t *service, uint32_t cid,
		       const void *buffer, uint32_t len)
{
	uint8_t message[80] = { 0 };

	put_le32(message, 3);
	put_le32(message + 4, 48 + len);
	put_le32(message + 8, 2);
	put_le32(message + 12, 1);
	memcpy(message + 20, service, 16);
	put_le32(message + 36, cid);
	put_le32(message + 44, len);
	memcpy(message + 48, buffer, len);
	send_raw(f, message, 48 + len);
}

static void query(struct fixture *f, const uint8_t *service, uint32_t cid, const char *name)
{
	send_query(f, service, cid, "", 0);
	expect_vector(f, name);
}

static void reopen(struct fixture *f, uint16_t version)
{
	const uint8_t wanted[4] = { 0x00, 0x01, 0x00, (uint8_t)(version >> 8) };

	send_vector(f, "mbim_open", 0);
	expect_vector(f, "mbim_open_done");
	if (version == 0x0100)
		return;
	send_query(f, extensions, 15, wanted, sizeof(wanted));
	if (version == 0x0200)
		expect_vector(f, "mbim_version");
	else
		fake_take(&f->channel);
}

static void framing(struct fixture *f)
{
	send_vector(f, "mbim_device_caps_query", 9);
	expect_vector(f, "mbim_function_error");
	send_vector(f, "mbim_open", 0);
	expect_vector(f, "mbim_open_done");
	send_vector(f, "mbim_close", 0);
	expect_vector(f, "mbim_close_done");
}

/*
 * The tracking area here is another one than in the dump of PACKET_SERVICE, which is the
 * network's.
 */
static void cells(struct fixture *f)
{
	static const uint8_t most[5 * 4] = {
		15, 0, 0, 0, 15, 0, 0, 0, 15, 0, 0, 0, 15, 0, 0, 0, 15,
	};
	struct network_signal before = network_signal(f->network), signal = before;

	signal.rsrp_dbm = -97;
	network_set_signal(f->network, &signal);
	send_query(f, extensions, 11, most, sizeof(most));
	expect_but(f, "mbim_base_stations", 0x90, 1);
	network_set_signal(f->network, &before);
	loop_run_once(f->loop, 0);
	fake_clear(&f->channel);
}

static void messages(struct fixture *f)
{
	static const uint8_t pdu[] = {
		0x07, 0x91, 0x41, 0x51, 0x55, 0x15, 0x12, 0xf2, 0x04, 0x0b, 0x91, 0x61, 0x05, 0x55, 0x15,
		0x11, 0xf1, 0x00, 0x00, 0x60, 0x60, 0x60, 0x51, 0x30, 0x30, 0x8a, 0x04, 0xd4, 0xf2, 0x9c,
		0x0e,
	};
	static const uint8_t first[12] = { 0, 0, 0, 0, 1, 0, 0, 0, 1 };
	unsigned int index = 0;

	tap_ok(&f->tap, !sms_write(network_sms(f->network), SMS_OLD, pdu, sizeof(pdu), &index) &&
	       index == 1, "a message in the store");
	send_query(f, sms_service, 2, first, sizeof(first));
	expect_vector(f, "mbim_sms_read");
	control(f, "sms +15550100 two");
	wait_for(f);
	fake_clear(&f->channel);
	control(f, "sms +15550100 three");
	wait_for(f);
	expect_vector(f, "mbim_sms_new");
	fake_clear(&f->channel);
}

static void first_layouts(struct fixture *f)
{
	reopen(f, 0x0100);
	send_vector(f, "mbim_device_caps_query", 0);
	expect_vector(f, "mbim_device_caps");
	query(f, basic_connect, 2, "mbim_subscriber");
	query(f, basic_connect, 5, "mbim_pin_list");
	query(f, basic_connect, 9, "mbim_register");
	query(f, basic_connect, 10, "mbim_packet_service");
	query(f, basic_connect, 11, "mbim_signal");
	query(f, extensions, 4, "mbim_attach_info");
	query(f, extensions, 5, "mbim_sys_caps");
	cells(f);
	messages(f);
	send_vector(f, "mbim_connect_request", 2);
	expect_vector(f, "mbim_connect");
	fake_take(&f->channel);		/* CONNECT and IP_CONFIGURATION indications */
	fake_take(&f->channel);
	send_vector(f, "mbim_ip_query", 2);
	expect_success(f, 15, "mbim_ip_query");
	send_vector(f, "mbim_disconnect_request", 2);
	expect_success(f, 12, "mbim_disconnect_request");
	fake_take(&f->channel);		/* CONNECT indication */
	send_vector(f, "mbim_connect_request", 2);
	expect_vector(f, "mbim_connect");
	fake_take(&f->channel);
	fake_take(&f->channel);
	control(f, "disconnect 0 36");
	expect_indication(f, "mbim_dropped");
	control(f, "sim remove");
	expect_indication(f, "mbim_no_sim");
	control(f, "sim insert");
}

static void second_layouts(struct fixture *f)
{
	reopen(f, 0x0200);
	query(f, basic_connect, 9, "mbim_register_2");
	query(f, basic_connect, 10, "mbim_packet_service_2");
	query(f, basic_connect, 11, "mbim_signal_2");
}

static void third_layouts(struct fixture *f)
{
	reopen(f, 0x0300);
	query(f, basic_connect, 2, "mbim_subscriber_3");
	query(f, basic_connect, 10, "mbim_packet_service_3");
	query(f, extensions, 6, "mbim_ext_device_caps_3");
	send_vector(f, "mbim_connect_request_3", 2);
	expect_vector(f, "mbim_connect_3");
}

int main(void)
{
	struct fixture f;

	fixture_start(&f, &dump_identity, 0x0300);
	network_set_signal(f.network, &(struct network_signal){
		.rssi = 24, .error_rate = 99, .rsrp_dbm = -81, .rsrq_db = -11, .snr_half_db = -7 });
	framing(&f);
	first_layouts(&f);
	fake_clear(&f.channel);
	second_layouts(&f);
	fake_clear(&f.channel);
	third_layouts(&f);
	tap_equal(&f.tap, (long long)check_total(f.check), 0, "no breach");
	return fixture_end(&f);
}
