// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The RPC channel: frames as the specification describes them, byte by byte, and a
 * connection from the first call to the last.
 */
#include "../../vmodem/bytes.h"
#include "../../vmodem/control.h"
#include "../../vmodem/fcc.h"
#include "../../vmodem/loop.h"
#include "../../vmodem/network.h"
#include "../../vmodem/record.h"
#include "../../vmodem/rpc.h"
#include "fake_channel.h"
#include "tap.h"

/* As arguments begin: the transaction word of an asynchronous call, and a value without meaning. */
#define WORD	"\x02\x04\x11\0\x01\x01"
#define LONG_0	"\x02\x04\0\0\0\0"

struct fixture {
	struct tap tap;
	struct loop *loop;
	struct record *record;
	struct control *control;
	struct network *network;
	struct rpc *rpc;
	struct channel channel;
};

static void send_raw(struct fixture *f, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, data, len);
	rpc_protocol()->uplink(f->rpc, copy, len);
	free(copy);
}

/* A call with one argument, LONG 0, as a host sends it without arguments. */
static size_t build(uint8_t *frame, uint32_t id, bool async)
{
	static const uint8_t tail[] = { 0x02, 0x04, 0x11, 0x00, 0x01, 0x01 };
	size_t len = 20;

	if (async) {
		memcpy(frame + len, tail, sizeof(tail));
		len += sizeof(tail);
	}
	memcpy(frame + len, "\x02\x04\0\0\0\0", 6);
	len += 6;
	put_le32(frame, (uint32_t)len - 4);
	frame[4] = 0x02;
	frame[5] = 0x04;
	put_be32(frame + 6, (uint32_t)len - 4);
	frame[10] = 0x02;
	frame[11] = 0x04;
	put_be32(frame + 12, id);
	put_be32(frame + 16, async ? 0x11000101 : 0x11000100);
	return len;
}

static void call(struct fixture *f, uint32_t id, bool async)
{
	uint8_t frame[64];

	fake_clear(&f->channel);
	send_raw(f, frame, build(frame, id, async));
}

/* The next frame: its lengths must agree; NULL if it is not there or wrong. */
static const uint8_t *take(struct fixture *f, uint32_t id, uint32_t word, size_t *len)
{
	const struct fake_message *sent = fake_take(&f->channel);

	if (!sent || sent->len < 26 || get_le32(sent->data) != sent->len - 4 ||
	    get_be16(sent->data + 4) != 0x0204 || get_be32(sent->data + 6) != sent->len - 4 ||
	    get_be16(sent->data + 10) != 0x0204 || get_be32(sent->data + 12) != id ||
	    get_be32(sent->data + 16) != word)
		return NULL;
	*len = sent->len - 20;
	return sent->data + 20;
}

static void expect(struct fixture *f, uint32_t id, uint32_t word, const char *arguments, size_t bytes,
		   const char *what)
{
	size_t len = 0;
	const uint8_t *got = take(f, id, word, &len);

	if (tap_ok(&f->tap, got != NULL, "%s: a frame", what))
		tap_bytes(&f->tap, got, len, arguments, bytes, "%s: its arguments", what);
}

static void expect_sync(struct fixture *f, uint32_t id, const char *what)
{
	expect(f, id, 0x11000100, "\x02\x04\0\0\0\0", 6, what);
}

/* The acknowledgement comes first and says nothing. */
static void expect_ack(struct fixture *f, const char *what)
{
	expect(f, 0x7d0, 0x11000101, "\x02\x04\0\0\0\0", 6, what);
}

static void init(struct fixture *f)
{
	static const uint32_t ids[] = { 0x030, 0x025, 0x053, 0x054, 0x024, 0x03a, 0x026 };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		call(f, ids[i], false);
		expect_sync(f, ids[i], "init");
	}
	call(f, 0x001, false);
	expect_sync(f, 0x001, "SIM_OPEN_REQ");
	expect(f, 0x008, 0, "\x02\x04\0\0\0\x01\x02\x04\0\0\0\0\x02\x04\0\0\0\0", 18, "SIM_INIT_IND");
	tap_ok(&f->tap, !fake_take(&f->channel), "nothing more");
}

/* LONG 0, LONG 15, LONG @mode; @told: the mode that it has then. */
static void set_mode(struct fixture *f, uint32_t mode, uint32_t told)
{
	char expected[] = "\x02\x04\0\0\0\0" LONG_0 LONG_0;
	uint8_t frame[64];
	size_t len = build(frame, 0x12f, false);

	expected[5] = (char)told;
	memcpy(frame + len, "\x02\x04\0\0\0\x0f\x02\x04\0\0\0\0", 12);
	frame[len + 11] = (uint8_t)mode;
	len += 12;
	put_le32(frame, (uint32_t)len - 4);
	put_be32(frame + 6, (uint32_t)len - 4);
	fake_clear(&f->channel);
	send_raw(f, frame, len);
	expect_sync(f, 0x12f, "MODE_SET_REQ");
	expect(f, 0x12d, 0, expected, 18, "MODE_SET_RSP");
	expect(f, 0x008, 0, "\x02\x04\0\0\0\x01" LONG_0 LONG_0, 18, "SIM_INIT_IND");
}

static void power(struct fixture *f)
{
	call(f, 0x18e, true);
	expect_ack(f, "FCC_LOCK_QUERY");
	expect(f, 0x18e, 0x11000101, WORD LONG_0 "\x02\x04\0\0\0\x01" LONG_0, 24,
	       "FCC_LOCK_QUERY: unlocked");
	set_mode(f, 0, 0);
	tap_ok(&f->tap, !network_radio(f->network).software, "radio off");
	set_mode(f, 1, 1);
	tap_ok(&f->tap, network_radio(f->network).software, "radio on");
}

static void verify(struct fixture *f, uint32_t response, uint32_t accepted, const char *what)
{
	char expected[] = "\x02\x04\x11\0\x01\x01\x02\x04\0\0\0\0";
	uint8_t frame[64];
	size_t len = build(frame, 0x192, true);

	put_be32(frame + len - 4, response);
	expected[11] = (char)accepted;
	fake_clear(&f->channel);
	send_raw(f, frame, len);
	expect_ack(f, what);
	expect(f, 0x192, 0x11000101, expected, 12, what);
}

static uint32_t challenge(struct fixture *f)
{
	const uint8_t *got;
	size_t len = 0;

	call(f, 0x190, true);
	expect_ack(f, "GEN_CHALLENGE");
	got = take(f, 0x190, 0x11000101, &len);
	return tap_ok(&f->tap, got && len == 18, "a challenge") ? get_be32(got + 14) : 0;
}

static void fcc_lock(struct fixture *f)
{
	network_set_radio(f->network, false);
	fcc_init(network_fcc(f->network), true);
	call(f, 0x18e, true);
	expect_ack(f, "FCC_LOCK_QUERY");
	expect(f, 0x18e, 0x11000101, WORD LONG_0 LONG_0 "\x02\x04\0\0\0\x01", 24,
	       "FCC_LOCK_QUERY: locked");
	set_mode(f, 1, 0);
	tap_ok(&f->tap, !network_radio(f->network).software, "locked: the radio stays off");
	verify(f, fcc_response(challenge(f)) + 1, 0, "wrong response");
	verify(f, fcc_response(challenge(f)), 1, "right response");
	set_mode(f, 1, 1);
	tap_ok(&f->tap, network_radio(f->network).software, "unlocked: the radio comes on");
}

/* SIM_GEN_PIN_REQ: BYTE 0, LONG operation, BYTE 0, LONG 1, one or two PINs, LONG 0. */
static void pin(struct fixture *f, uint8_t operation, const char *first, const char *second,
		uint32_t attempts, unsigned int words, const char *what)
{
	const char *const pins[] = { first, second };
	uint8_t frame[128];
	const uint8_t *got;
	size_t len = build(frame, 0x00f, true) - 6, answer = 0;

	memcpy(frame + len, "\x02\x01\0\x02\x04\0\0\0\0\x02\x01\0\x02\x04\0\0\0\x01", 18);
	frame[len + 8] = operation;
	len += 18;
	for (int i = 0; i < 2 && pins[i]; i++) {
		memcpy(frame + len, "\x55\x08\x02\x04\0\0\0\x0a\x02\x04\0\0\0\x02", 14);
		memset(frame + len + 14, 0xff, 8);
		memcpy(frame + len + 14, pins[i], strlen(pins[i]));
		memset(frame + len + 22, 0, 2);
		len += 24;
	}
	memcpy(frame + len, "\x02\x04\0\0\0\0", 6);
	len += 6;
	put_le32(frame, (uint32_t)len - 4);
	put_be32(frame + 6, (uint32_t)len - 4);
	fake_clear(&f->channel);
	send_raw(f, frame, len);
	expect_ack(f, what);
	got = take(f, 0x00f, 0x11000101, &answer);
	if (!tap_ok(&f->tap, got && answer == 66, "%s: ten values", what))
		return;
	tap_equal(&f->tap, get_be32(got + 20), attempts, "%s: attempts", what);
	tap_equal(&f->tap, get_be32(got + 26) | get_be32(got + 32) << 8, words, "%s: status", what);
	tap_equal(&f->tap, get_be32(got + 50), operation, "%s: operation", what);
}

static void pins(struct fixture *f)
{
	struct sim *sim = network_sim(f->network);

	pin(f, 2, "1234", NULL, 3, 0x6984, "disable what is not enabled");
	pin(f, 4, "4321", "1234", 3, 0x6984, "change what is not enabled");
	pin(f, 3, "1111", NULL, 2, 0x63c2, "enable with a wrong PIN");
	pin(f, 3, "1234", NULL, 3, 0x9000, "enable");
	tap_ok(&f->tap, sim->pin_enabled, "it is enabled");
	pin(f, 4, "12", "1234", 3, 0x6a80, "change to what is no PIN");
	pin(f, 4, "4321", "1234", 3, 0x9000, "change");
	tap_ok(&f->tap, !strcmp(sim->pin, "4321"), "it is another one");
	pin(f, 9, "4321", NULL, 3, 0x6a80, "no such operation");
	pin(f, 2, "4321", NULL, 3, 0x9000, "disable");
	tap_ok(&f->tap, !sim->pin_enabled, "it is disabled");
	for (unsigned int left = 2; left; left--)
		pin(f, 3, "87654321", NULL, left, 0x63c0 + left, "a wrong PIN");
	pin(f, 3, "", NULL, 0, 0x63c0, "none");
	pin(f, 3, "4321", NULL, 0, 0x6983, "the right one, too late");
	sim_set_inserted(sim, false);
	pin(f, 3, "4321", NULL, 0, 0x6f00, "no card");
	sim_set_inserted(sim, true);
	sim_exchange(sim);
}

/* PS_ATTACH_APN_CONFIG is the longest call: 200 LONGs are answered, 257 are too many. */
static void long_calls(struct fixture *f)
{
	static uint8_t frame[2048];

	for (unsigned int count = 200; count <= 257; count += 57) {
		size_t len = build(frame, 0x1af, true);

		for (unsigned int i = 1; i < count; i++, len += 6)
			memcpy(frame + len, "\x02\x04\0\0\0\0", 6);
		put_le32(frame, (uint32_t)len - 4);
		put_be32(frame + 6, (uint32_t)len - 4);
		fake_clear(&f->channel);
		send_raw(f, frame, len);
		tap_equal(&f->tap, (long long)f->channel.count, count == 200 ? 2 : 0,
			  "%u arguments", count);
	}
}

static size_t put_string(uint8_t *p, const char *text, uint8_t bytes)
{
	size_t padded = (bytes + 3u) & ~3u;

	memcpy(p, "\x55\0\x02\x04\0\0\0\0\x02\x04\0\0\0\0", 14);
	p[1] = bytes;
	p[7] = (uint8_t)padded;
	p[13] = (uint8_t)(padded - bytes);
	memset(p + 14, 0, padded);
	memcpy(p + 14, text, strlen(text));
	return 14 + padded;
}

/* Records of authentication, password, user and access point among what is not needed. */
static void config_apn(struct fixture *f, uint8_t auth, const char *user, const char *const *names)
{
	static uint8_t frame[2048];
	size_t len = build(frame, 0x1af, true);

	for (int i = 0; i < 4; i++) {
		memcpy(frame + len, LONG_0, 6);
		frame[len + 5] = i == 3 ? auth : 9;
		len += 6;
		len += put_string(frame + len, i == 3 ? "secret" : "", 65);
		len += put_string(frame + len, i == 3 ? user : "", 65);
		len += put_string(frame + len, "", 20);
		len += put_string(frame + len, names[i], 101);
	}
	put_le32(frame, (uint32_t)len - 4);
	put_be32(frame + 6, (uint32_t)len - 4);
	fake_clear(&f->channel);
	send_raw(f, frame, len);
	expect_ack(f, "PS_ATTACH_APN_CONFIG");
	expect(f, 0x1af, 0x11000101, WORD LONG_0, 12, "PS_ATTACH_APN_CONFIG");
}

/* The last one of 101 bytes among the strings of PS_ATTACH_APN_CONFIG counts. */
static void attach_apn(struct fixture *f)
{
	static const char *const names[] = { "", "ims", "", "my.apn" };
	static const char *const none[] = { "", "ims", "", "" };
	static const char *const wrong[] = { "", "", "", "my apn" };
	const struct apn_attach *attach = &network_apn(f->network)->attach[APN_HOME];

	config_apn(f, 2, "me", none);
	tap_ok(&f->tap, !attach->apn[0], "no attach APN: the network's own");
	config_apn(f, 2, "me", names);
	tap_ok(&f->tap, !strcmp(attach->apn, "my.apn"), "the attach APN");
	tap_ok(&f->tap, attach->auth == 2 && !strcmp(attach->user, "me") &&
	       !strcmp(attach->password, "secret"), "and who attaches");
	config_apn(f, 0, "me", wrong);
	config_apn(f, 3, "me", names);
	config_apn(f, 0, "m\xe9", names);
	tap_ok(&f->tap, attach->auth == 2 && !strcmp(attach->apn, "my.apn"), "nothing wrong is taken");
}

static void connection(struct fixture *f)
{
	const uint8_t *got;
	size_t len = 0;

	network_set_coverage(f->network, NETWORK_SEARCHING, 0);
	call(f, 0x05c, true);
	expect_ack(f, "NET_ATTACH_REQ");
	expect(f, 0x05c, 0x11000101, WORD LONG_0 "\x02\x04\xff\xff\xff\xff", 18,
	       "NET_ATTACH_REQ: not allowed");
	network_set_coverage(f->network, NETWORK_HOME, 0);
	expect(f, 0x06c, 0, "\x02\x04\0\0\0\0\x02\x04\0\0\0\0\x02\x04\0\0\0\x01", 18,
	       "NET_IS_ATTACH_ALLOWED");
	call(f, 0x05c, true);
	expect_ack(f, "NET_ATTACH_REQ");
	expect(f, 0x05c, 0x11000101, WORD LONG_0 LONG_0, 18, "NET_ATTACH_REQ");
	tap_equal(&f->tap, network_bearer(f->network, 0)->state, NETWORK_BEARER_ACTIVE, "bearer");
	tap_ok(&f->tap, !strcmp(network_bearer(f->network, 0)->apn, "my.apn"), "over the attach APN");
	call(f, 0x049, true);
	expect_ack(f, "GET_NEG_IP_ADDR");
	expect(f, 0x049, 0x11000101, WORD LONG_0 "\x55\x0c\x02\x04\0\0\0\x0c" LONG_0
	       "\x0a\x40\0\x02\0\0\0\0\0\0\0\0", 38, "GET_NEG_IP_ADDR");
	call(f, 0x047, true);
	expect_ack(f, "GET_NEGOTIATED_DNS");
	got = take(f, 0x047, 0x11000101, &len);
	/* Two IPv4 and two IPv6 servers, four empty pairs. */
	tap_equal(&f->tap, (long long)len, 12 + 2 * (14 + 4 + 6) + 2 * (14 + 16 + 6) + 4 * (14 + 6),
		  "GET_NEGOTIATED_DNS: length");
	tap_ok(&f->tap, got && !memcmp(got + 12, "\x55\x04\x02\x04\0\0\0\x04\x02\x04\0\0\0\0"
	       "\x0a\x40\0\x35\x02\x04\0\0\0\x01", 24), "GET_NEGOTIATED_DNS: the first pair");
	call(f, 0x051, true);
	expect_ack(f, "PS_CONNECT");
	tap_ok(&f->tap, take(f, 0x051, 0x11000101, &len) && len == 18, "PS_CONNECT");
	call(f, 0x07e, false);
	expect_sync(f, 0x07e, "CONNECT_TO_DATACHANNEL");
	call(f, 0x07d, false);
	expect_sync(f, 0x07d, "CONNECT_SETUP");
	call(f, 0x04e, true);
	expect_ack(f, "PS_DEACTIVATE");
	expect(f, 0x04e, 0x11000101, "\x02\x04\x11\0\x01\x01\x02\x04\0\0\0\0", 12, "PS_DEACTIVATE");
	tap_equal(&f->tap, network_bearer(f->network, 0)->state, NETWORK_BEARER_INACTIVE, "no bearer");
	call(f, 0x07f, false);
	expect_sync(f, 0x07f, "CONNECT_RELEASE");
	/* The attachment's type is that of the bearer, too. */
	network_apn(f->network)->attach[APN_HOME].ip_type = NETWORK_IPV4;
	call(f, 0x05c, true);
	tap_equal(&f->tap, network_bearer(f->network, 0)->ip.type, NETWORK_IPV4, "IPv4 alone");
	call(f, 0x04e, true);
	fake_clear(&f->channel);
}

/*
 * A modem whose services wait: no SIM and no attachment until the last call of the start,
 * whatever the order, and again after a restart. SIM_INIT_IND waits for the card.
 */
static void waits(struct fixture *f)
{
	static const uint32_t orders[][8] = {
		{ 0x001, 0x026, 0x03a, 0x024, 0x054, 0x053, 0x025, 0x030 },
		{ 0x030, 0x025, 0x053, 0x054, 0x024, 0x03a, 0x026, 0x001 },
	};
	const size_t last = 7;

	for (unsigned int start = 0; start < 2; start++) {
		const uint32_t *ids = orders[start];

		for (size_t i = 0; i < last; i++) {
			call(f, ids[i], false);
			expect_sync(f, ids[i], "the start");
		}
		tap_ok(&f->tap, !fake_take(&f->channel), "no SIM yet");
		tap_ok(&f->tap, network_waiting(f->network) &&
		       sim_state(network_sim(f->network)) == SIM_ABSENT &&
		       !network_registered(f->network), "nothing works yet");
		call(f, 0x05c, true);
		expect_ack(f, "NET_ATTACH_REQ");
		expect(f, 0x05c, 0x11000101, WORD LONG_0 "\x02\x04\xff\xff\xff\xff", 18,
		       "NET_ATTACH_REQ: too early");
		call(f, ids[last], false);
		expect_sync(f, ids[last], "the last call");
		tap_ok(&f->tap, !fake_take(&f->channel), "the SIM starts");
		for (int i = 0; i < 200 && !fake_waiting(&f->channel); i++)
			loop_run_once(f->loop, 10);
		expect(f, 0x008, 0, "\x02\x04\0\0\0\x01" LONG_0 LONG_0, 18, "SIM_INIT_IND");
		tap_ok(&f->tap, network_registered(f->network), "it registers");
		network_reset(f->network);
	}
	fake_clear(&f->channel);
}

static void waiting_modem(struct tap *tap)
{
	struct fixture f = { .tap = *tap };

	f.loop = loop_new();
	f.record = record_open(NULL);
	f.network = network_new(&(struct network_config){
		.loop = f.loop, .record = f.record, .waits = true, .sim_ms = 20 });
	f.rpc = rpc_new(&(struct rpc_config){ .loop = f.loop, .record = f.record,
					      .network = f.network });
	fake_init(&f.channel, 32768);
	rpc_protocol()->opened(f.rpc, &f.channel);
	waits(&f);
	rpc_protocol()->closed(f.rpc);
	rpc_free(f.rpc);
	network_free(f.network);
	record_close(f.record);
	loop_free(f.loop);
	fake_clear(&f.channel);
	*tap = f.tap;
}

/* Whatever is malformed is not answered, and nothing is read that is not there. */
static void malformed(struct fixture *f)
{
	static const uint8_t strings[] = {
		0x55, 0x05, 0x02, 0x04, 0, 0, 0, 0x08, 0x02, 0x04, 0, 0, 0, 0x03,
		'h', 'e', 'l', 'l', 'o', 0, 0, 0,
		0x56, 0x82, 0x02, 0x00, 0x02, 0x01, 0x04, 0x02, 0x01, 0x00, 1, 2, 3, 4,
	};
	uint8_t frame[128];
	size_t len = build(frame, 0x024, true), whole;
	unsigned int answered = 0;
	uint32_t seed = 7;

	memcpy(frame + len, strings, sizeof(strings));
	whole = len + sizeof(strings);
	for (size_t cut = 0; cut <= whole; cut++) {
		uint8_t copy[128];

		memcpy(copy, frame, whole);
		if (cut >= 10) {
			put_le32(copy, (uint32_t)cut - 4);
			put_be32(copy + 6, (uint32_t)cut - 4);
		}
		fake_clear(&f->channel);
		send_raw(f, copy, cut);
		/* After the word and after each argument the frame is whole. */
		if (f->channel.count && cut != 26 && cut != len && cut != len + 22 && cut != whole)
			answered++;
		if (!f->channel.count && (cut == 26 || cut == len || cut == len + 22 || cut == whole))
			answered++;
	}
	tap_equal(&f->tap, answered, 0, "%zu truncations", whole);
	fake_clear(&f->channel);
	put_le32(frame, (uint32_t)whole - 5);
	put_be32(frame + 6, (uint32_t)whole - 4);
	send_raw(f, frame, whole);
	put_le32(frame, (uint32_t)whole - 4);
	put_be32(frame + 6, (uint32_t)whole - 5);
	send_raw(f, frame, whole);
	tap_equal(&f->tap, (long long)f->channel.count, 0, "two lengths that disagree");
	for (unsigned int i = 0; i < 20000; i++) {
		uint8_t copy[128];

		memcpy(copy, frame, whole);
		put_le32(copy, (uint32_t)whole - 4);
		put_be32(copy + 6, (uint32_t)whole - 4);
		for (int k = 0; k < 3; k++) {
			seed = seed * 1103515245 + 12345;
			copy[(seed >> 16) % whole] = (uint8_t)(seed >> 8);
		}
		send_raw(f, copy, whole);
		fake_clear(&f->channel);
	}
	call(f, 0x024, false);
	expect_sync(f, 0x024, "after 20000 noisy frames");
}

static void echo(struct fixture *f)
{
	static uint8_t message[32768];
	unsigned int wrong = 0;
	char answer[100];

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 5 + (i >> 8));
	fake_clear(&f->channel);
	tap_ok(&f->tap, !control_execute(f->control, "rpc-echo on", answer, sizeof(answer)),
	       "rpc-echo on");
	for (size_t len = 0; len <= sizeof(message); len += len < 100 ? 1 : 1021) {
		send_raw(f, message, len);
		if (f->channel.count != 1 || f->channel.sent[0].len != len ||
		    memcmp(f->channel.sent[0].data, message, len))
			wrong++;
		fake_clear(&f->channel);
	}
	tap_equal(&f->tap, wrong, 0, "messages of all kinds of size come back unchanged");
	tap_ok(&f->tap, !control_execute(f->control, "rpc-echo off", answer, sizeof(answer)),
	       "rpc-echo off");
	tap_ok(&f->tap, control_execute(f->control, "rpc-echo", answer, sizeof(answer)) < 0, "rpc-echo");
}

int main(void)
{
	struct fixture f = { 0 };

	f.loop = loop_new();
	f.record = record_open(NULL);
	f.control = control_new(f.loop, f.record);
	f.network = network_new(&(struct network_config){ .loop = f.loop, .record = f.record });
	f.rpc = rpc_new(&(struct rpc_config){ .loop = f.loop, .record = f.record,
					      .control = f.control, .network = f.network });
	fake_init(&f.channel, 32768);
	rpc_protocol()->opened(f.rpc, &f.channel);
	init(&f);
	power(&f);
	fcc_lock(&f);
	pins(&f);
	long_calls(&f);
	attach_apn(&f);
	connection(&f);
	malformed(&f);
	echo(&f);
	rpc_protocol()->closed(f.rpc);
	rpc_free(f.rpc);
	network_free(f.network);
	control_free(f.control);
	record_close(f.record);
	loop_free(f.loop);
	fake_clear(&f.channel);
	waiting_modem(&f.tap);
	return tap_done(&f.tap);
}
