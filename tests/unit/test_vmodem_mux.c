// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The modem's mux as a whole: sessions, flow control, credits, faults, and what is sent
 * when. The pipes and the network are stand-ins of this file.
 */
#include <errno.h>
#include <stdlib.h>

#include "../../vmodem/bytes.h"
#include "../../vmodem/channel.h"
#include "../../vmodem/check.h"
#include "../../vmodem/control.h"
#include "../../vmodem/loop.h"
#include "../../vmodem/mux.h"
#include "../../vmodem/network.h"
#include "../../vmodem/record.h"
#include "tap.h"
#include "vectors.h"

#define SENT_MAX	1024
#define PACKETS_MAX	64
/* For what must happen: a busy machine may take its time. */
#define LIMIT_MS	10000
#define FUZZ_ROUNDS	20000
#define FUZZ_SEED	99

struct message {
	size_t len;
	uint8_t *data;
};

/* The downlink pipe as the mux sees it. */
struct channel {
	unsigned int space;	/* buffers that the host offers */
	size_t size;		/* of each */
	bool waiting;		/* a message was refused */
	unsigned int count;
	struct message sent[SENT_MAX];
};

/* Where uplink packets go. */
struct network {
	unsigned int count;
	unsigned int session[PACKETS_MAX];
	struct message packet[PACKETS_MAX];
};

struct fixture {
	struct tap tap;
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct control *control;
	struct mux *mux;
	struct downlink downlink;
	struct channel channel;
	struct network network;
	bool aggregation;
	uint16_t sequence;	/* of the next command block */
	uint16_t data_sequence;
	uint32_t transaction;	/* of the next command */
	unsigned int seen;	/* messages that were looked at */
	uint64_t rule_before[128], breaches_before;
	struct vector p1, p2, p3;
};

static struct message message_of(const void *data, size_t len)
{
	struct message message = { .len = len, .data = malloc(len ? len : 1) };

	memcpy(message.data, data, len);
	return message;
}

int channel_send(struct channel *channel, const void *data, size_t len)
{
	if (!channel->space) {
		channel->waiting = true;
		return -EAGAIN;
	}
	if (len > channel->size)
		return -EMSGSIZE;
	channel->space--;
	channel->sent[channel->count++ % SENT_MAX] = message_of(data, len);
	return 0;
}

unsigned int channel_space(struct channel *channel)
{
	return channel->space;
}

size_t channel_buffer_size(struct channel *channel)
{
	return channel->space ? channel->size : 0;
}

void network_uplink(struct network *network, unsigned int session, const uint8_t *packet,
		    size_t len)
{
	unsigned int slot = network->count++ % PACKETS_MAX;

	free(network->packet[slot].data);
	network->packet[slot] = message_of(packet, len);
	network->session[slot] = session;
}

uint64_t network_uplink_busy_us(const struct network *network)
{
	(void)network;
	return 0;
}

/* ---- the stage ---- */

static void forget_messages(struct fixture *fixture)
{
	for (unsigned int i = 0; i < SENT_MAX; i++)
		free(fixture->channel.sent[i].data);
	for (unsigned int i = 0; i < PACKETS_MAX; i++)
		free(fixture->network.packet[i].data);
	memset(&fixture->channel, 0, sizeof(fixture->channel));
	memset(&fixture->network, 0, sizeof(fixture->network));
}

static void note_breaches(struct fixture *fixture)
{
	fixture->breaches_before = check_total(fixture->check);
	for (unsigned int rule = 0; rule < 128; rule++)
		fixture->rule_before[rule] = check_count(fixture->check, rule);
}

/* A new mux whose channel is open and has buffers as the existing driver offers them. */
static void set_up(struct fixture *fixture, bool aggregation, bool credits)
{
	fixture->aggregation = aggregation;
	fixture->sequence = 0;
	fixture->data_sequence = 0;
	fixture->transaction = 0;
	fixture->seen = 0;
	fixture->channel.space = SENT_MAX;
	fixture->channel.size = aggregation ? 16384 : 2048;
	fixture->control = control_new(fixture->loop, fixture->record);
	fixture->mux = mux_new(&(struct mux_config){
		.loop = fixture->loop,
		.record = fixture->record,
		.check = fixture->check,
		.control = fixture->control,
		.network = &fixture->network,
		.aggregation = aggregation,
		.credits = credits,
	});
	fixture->downlink = mux_downlink(fixture->mux);
	mux_protocol()->opened(fixture->mux, &fixture->channel);
	note_breaches(fixture);
}

static void tear_down(struct fixture *fixture)
{
	mux_free(fixture->mux);
	control_free(fixture->control);
	forget_messages(fixture);
}

static void pump(struct fixture *fixture)
{
	for (unsigned int i = 0; i < 3; i++)
		loop_run_once(fixture->loop, 0);
}

/* Run the loop until @count messages were sent, at most @limit_ms. */
static bool await_messages(struct fixture *fixture, unsigned int count, unsigned int limit_ms)
{
	uint64_t end;

	loop_run_once(fixture->loop, 0);
	end = loop_now_us(fixture->loop) + limit_ms * 1000ull;
	while (fixture->channel.count < count && loop_now_us(fixture->loop) < end)
		loop_run_once(fixture->loop, 10);
	return fixture->channel.count >= count;
}

static void give_buffers(struct fixture *fixture, unsigned int count)
{
	fixture->channel.space += count;
	if (fixture->channel.waiting) {
		fixture->channel.waiting = false;
		mux_protocol()->writable(fixture->mux);
	}
}

static void expect_control(struct fixture *fixture, const char *line, bool works)
{
	char answer[4096];
	int result = control_execute(fixture->control, line, answer, sizeof(answer));

	tap_equal(&fixture->tap, !result, works, "control: %s", line);
}

static int deliver(struct fixture *fixture, unsigned int session, const struct vector *packet)
{
	return fixture->downlink.packet(fixture->downlink.self, session, packet->data,
					packet->len);
}

static void expect_breaches(struct fixture *fixture, enum check_rule rule, unsigned int count,
			    const char *name)
{
	uint64_t of_rule = check_count(fixture->check, rule) - fixture->rule_before[rule];
	uint64_t all = check_total(fixture->check) - fixture->breaches_before;

	tap_ok(&fixture->tap, of_rule == count && all == count,
	       "%s: %u of C%02d and nothing else (%llu of %llu)", name, count, rule,
	       (unsigned long long)of_rule, (unsigned long long)all);
	note_breaches(fixture);
}

static void expect_no_breach(struct fixture *fixture, const char *name)
{
	tap_equal(&fixture->tap,
		  (long long)(check_total(fixture->check) - fixture->breaches_before), 0,
		  "%s: no breach", name);
	note_breaches(fixture);
}

/* ---- the host's side ---- */

static void host_sends(struct fixture *fixture, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len);

	memcpy(copy, data, len);
	mux_protocol()->uplink(fixture->mux, copy, len);
	free(copy);
}

static void host_sends_vector(struct fixture *fixture, const char *name)
{
	struct vector vector;

	vector_load(&vector, name, 0);
	if (!memcmp(vector.data, "ACBH", 4))
		put_le16(vector.data + 6, fixture->sequence++);
	if (!memcmp(vector.data, "ADBH", 4))
		put_le16(vector.data + 6, fixture->data_sequence++);
	host_sends(fixture, vector.data, vector.len);
}

static void host_commands(struct fixture *fixture, unsigned int session, uint32_t command,
			  uint32_t transaction, const uint8_t *parameters, size_t len)
{
	uint8_t block[64] = "ACBH";
	uint8_t *header = block;

	if (fixture->aggregation) {
		put_le16(block + 6, fixture->sequence++);
		put_le32(block + 8, (uint32_t)(36 + len));
		put_le32(block + 12, 16);
		header = block + 16;
	}
	memcpy(header, "CMDH", 4);
	put_le16(header + 4, (uint16_t)((fixture->aggregation ? 20 : 16) + len));
	header[6] = (uint8_t)session;
	header += fixture->aggregation ? 12 : 8;
	put_le32(header, command);
	put_le32(header + 4, transaction);
	if (len)
		memcpy(header + 8, parameters, len);
	host_sends(fixture, block, (fixture->aggregation ? 36 : 16) + len);
}

static void host_opens_padded(struct fixture *fixture, unsigned int session, uint32_t padding)
{
	uint8_t parameters[8] = { 0 };

	put_le32(parameters + 4, padding);
	host_commands(fixture, session, 1, fixture->transaction++, parameters, 8);
}

static void host_opens(struct fixture *fixture, unsigned int session)
{
	host_opens_padded(fixture, session, 16);
}

static void host_closes(struct fixture *fixture, unsigned int session)
{
	host_commands(fixture, session, 3, fixture->transaction++, NULL, 0);
}

static void host_acks(struct fixture *fixture, unsigned int session, uint32_t transaction)
{
	host_commands(fixture, session, fixture->aggregation ? 7 : 6, transaction, NULL, 0);
}

/* One packet of @len zero bytes behind its header on a session whose padding is 16. */
static void host_sends_packet(struct fixture *fixture, unsigned int session, size_t len)
{
	uint8_t block[2048] = { 0 };
	uint8_t *packet = block + (fixture->aggregation ? 32 : 16);

	packet[0] = 0x45;
	put_be16(packet + 2, (uint16_t)len);
	if (fixture->aggregation) {
		uint32_t table = (uint32_t)(32 + len + 3) & ~3u;

		memcpy(block, "ADBH", 4);
		put_le16(block + 6, fixture->data_sequence++);
		put_le32(block + 8, table + 24);
		put_le32(block + 12, table);
		memcpy(block + table, "ADTH", 4);
		put_le16(block + table + 4, 24);
		block[table + 6] = (uint8_t)session;
		put_le32(block + table + 16, 16);
		put_le16(block + table + 20, (uint16_t)(16 + len));
		host_sends(fixture, block, table + 24);
	} else {
		memcpy(block, "ADGH", 4);
		put_le16(block + 4, (uint16_t)(16 + len));
		block[6] = (uint8_t)session;
		host_sends(fixture, block, 16 + len);
	}
}

/* ---- what the modem sent ---- */

/* The next message that was not looked at yet; an empty one and a failure if there is none. */
static struct message next_message(struct fixture *fixture, const char *name)
{
	if (!tap_ok(&fixture->tap, fixture->seen < fixture->channel.count, "%s: sent", name))
		return (struct message){ 0 };
	return fixture->channel.sent[fixture->seen++ % SENT_MAX];
}

static void expect_no_message(struct fixture *fixture, const char *name)
{
	tap_equal(&fixture->tap, fixture->channel.count, fixture->seen, "%s: nothing more sent",
		  name);
	fixture->seen = fixture->channel.count;
}

static void expect_vector(struct fixture *fixture, const char *name, int sequence)
{
	struct message message = next_message(fixture, name);
	struct vector vector;

	vector_load(&vector, name, 0);
	if (sequence >= 0)
		put_le16(vector.data + 6, (uint16_t)sequence);
	tap_bytes(&fixture->tap, message.data, message.len, vector.data, vector.len, "%s", name);
}

struct command {
	unsigned int session;
	uint32_t number, transaction, value, last;
	size_t parameters_len;
};

static struct command next_command(struct fixture *fixture, const char *name)
{
	struct message message = next_message(fixture, name);
	size_t base = fixture->aggregation ? 16 : 0, numbers = base + (base ? 12 : 8);
	struct command command = { 0 };

	if (message.len < numbers + 8) {
		tap_ok(&fixture->tap, false, "%s: a command", name);
		return command;
	}
	command.session = message.data[base + 6];
	command.number = get_le32(message.data + numbers);
	command.transaction = get_le32(message.data + numbers + 4);
	command.parameters_len = message.len - numbers - 8;
	if (command.parameters_len >= 4) {
		command.value = get_le32(message.data + numbers + 8);
		command.last = get_le32(message.data + message.len - 4);
	}
	return command;
}

static void expect_response(struct fixture *fixture, uint32_t number, unsigned int session,
			    uint32_t transaction, bool success, const char *name)
{
	struct command command = next_command(fixture, name);

	tap_equal(&fixture->tap, command.number, number, "%s: number", name);
	tap_equal(&fixture->tap, command.session, session, "%s: session", name);
	tap_equal(&fixture->tap, command.transaction, transaction, "%s: transaction", name);
	tap_equal(&fixture->tap, !command.value, success, "%s: code", name);
}

/* The usual beginning of a test: open sessions whose responses were looked at. */
static void set_up_open(struct fixture *fixture, bool aggregation, bool credits,
			unsigned int sessions)
{
	set_up(fixture, aggregation, credits);
	for (unsigned int i = 0; i < sessions; i++)
		host_opens(fixture, i);
	if (!credits)
		fixture->seen = fixture->channel.count;
}

/* ---- tests ---- */

static void test_open_close(struct fixture *fixture, bool aggregation)
{
	const char *dialect = aggregation ? "aggregation" : "Lite";

	set_up(fixture, aggregation, false);
	host_sends_vector(fixture, aggregation ? "mux_ul_aggregation_open" : "mux_ul_lite_open");
	expect_vector(fixture,
		      aggregation ? "mux_dl_aggregation_open_response" :
				    "mux_dl_lite_open_response",
		      -1);
	fixture->transaction = 1;
	host_opens(fixture, 1);
	expect_response(fixture, 2, 1, 1, true, "open session 1");
	host_sends_vector(fixture, aggregation ? "mux_ul_aggregation_close" : "mux_ul_lite_close");
	if (aggregation)
		expect_response(fixture, 4, 1, 2, true, "close session 1");
	else
		expect_vector(fixture, "mux_dl_lite_close_response", -1);
	tap_equal(&fixture->tap, deliver(fixture, 0, &fixture->p1), 0, "session 0 is open");
	tap_equal(&fixture->tap, deliver(fixture, 1, &fixture->p3), -ENOTCONN,
		  "session 1 is closed");
	tap_equal(&fixture->tap, deliver(fixture, 8, &fixture->p1), -ENOTCONN, "session 8 is none");
	expect_no_breach(fixture, dialect);
	tear_down(fixture);
}

static void test_wrong_commands(struct fixture *fixture, bool aggregation)
{
	static const uint8_t zero[16];
	static const uint8_t huge[8] = { 0, 0, 0, 0, 0, 0, 1, 0 };

	set_up_open(fixture, aggregation, false, 1);
	host_opens(fixture, 0);
	expect_response(fixture, 2, 0, 1, false, "open twice");
	expect_breaches(fixture, CHECK_MUX_OPEN_TWICE, 1, "open twice");
	host_closes(fixture, 5);
	expect_response(fixture, 4, 5, 2, false, "close of a closed session");
	expect_breaches(fixture, CHECK_MUX_CLOSED_COMMAND, 1, "close of a closed session");
	host_opens(fixture, 8);
	expect_response(fixture, 2, 8, 3, false, "open session 8");
	expect_breaches(fixture, CHECK_MUX_SESSION_ID, 1, "open session 8");
	host_commands(fixture, 2, 1, 3, zero, 8);
	expect_response(fixture, 2, 2, 3, true, "transaction used again");
	expect_breaches(fixture, CHECK_MUX_TRANSACTION, 1, "transaction used again");
	host_commands(fixture, 3, 1, 100, zero, 4);
	expect_response(fixture, 2, 3, 100, false, "open with 4 bytes of parameters");
	expect_breaches(fixture, CHECK_MUX_COMMAND, 1, "open with 4 bytes of parameters");
	host_commands(fixture, 3, 1, 101, huge, 8);
	expect_response(fixture, 2, 3, 101, false, "open with 65536 bytes of padding");
	expect_breaches(fixture, CHECK_MUX_OPEN_PARAMETERS, 1, "open with 65536 bytes of padding");
	host_commands(fixture, 0, 77, 102, zero, 0);
	expect_no_message(fixture, "unknown command");
	expect_breaches(fixture, CHECK_MUX_COMMAND, 1, "unknown command");
	host_acks(fixture, 0, 0x1234);
	expect_no_message(fixture, "an answer to nothing");
	expect_breaches(fixture, CHECK_MUX_ACK_UNASKED, 1, "an answer to nothing");
	tear_down(fixture);
}

static void expect_uplink(struct fixture *fixture, unsigned int at, unsigned int session,
			  const struct vector *packet)
{
	tap_equal(&fixture->tap, fixture->network.session[at], session, "uplink %u: session", at);
	tap_bytes(&fixture->tap, fixture->network.packet[at].data, fixture->network.packet[at].len,
		  packet->data, packet->len, "uplink %u: packet", at);
}

static void test_uplink(struct fixture *fixture, bool aggregation)
{
	set_up_open(fixture, aggregation, false, 2);
	if (aggregation) {
		host_sends_vector(fixture, "mux_ul_aggregation_padding16");
	} else {
		host_sends_vector(fixture, "mux_lite_p1");
		host_sends_vector(fixture, "mux_lite_p2");
		host_sends_vector(fixture, "mux_lite_p3");
	}
	tap_equal(&fixture->tap, fixture->network.count, 3, "three packets reach the network");
	expect_uplink(fixture, 0, 0, &fixture->p1);
	expect_uplink(fixture, 1, 0, &fixture->p2);
	expect_uplink(fixture, 2, 1, &fixture->p3);
	expect_no_breach(fixture, "uplink");
	host_closes(fixture, 1);
	host_sends_packet(fixture, 1, 40);
	expect_breaches(fixture, CHECK_MUX_CLOSED_DATA, 1, "uplink on a closed session");
	tap_equal(&fixture->tap, fixture->network.count, 3, "it does not reach the network");
	tear_down(fixture);
}

/* Sessions keep the padding that their open was answered with. */
static void test_uplink_padding(struct fixture *fixture)
{
	set_up(fixture, true, false);
	mux_set_ul_padding(fixture->mux, 0);
	host_opens(fixture, 0);
	host_opens(fixture, 1);
	fixture->seen = 1;
	tap_equal(&fixture->tap, next_command(fixture, "padding 0").last, 0,
		  "the response asks for no padding");
	expect_control(fixture, "ul-padding 16", true);
	host_sends_vector(fixture, "mux_ul_aggregation_padding0");
	tap_equal(&fixture->tap, fixture->network.count, 3, "three packets without padding");
	host_opens(fixture, 2);
	tap_equal(&fixture->tap, next_command(fixture, "padding 16").last, 16,
		  "the next session has padding");
	host_sends_packet(fixture, 2, 28);
	tap_equal(&fixture->tap, fixture->network.count, 4, "a packet with padding");
	expect_no_breach(fixture, "two paddings");
	tear_down(fixture);
}

static void deliver_three(struct fixture *fixture)
{
	deliver(fixture, 0, &fixture->p1);
	deliver(fixture, 1, &fixture->p3);
	deliver(fixture, 0, &fixture->p2);
}

static void test_downlink_aggregation(struct fixture *fixture)
{
	set_up_open(fixture, true, false, 2);
	deliver_three(fixture);
	expect_no_message(fixture, "inside the round");
	pump(fixture);
	expect_vector(fixture, "mux_dl_aggregation", 0);
	expect_no_message(fixture, "one block for one round");
	expect_control(fixture, "dl-layout last", true);
	deliver_three(fixture);
	pump(fixture);
	expect_vector(fixture, "mux_dl_aggregation_tables_last", 1);
	expect_control(fixture, "dl-layout middle", false);
	tear_down(fixture);
}

static void test_downlink_lite(struct fixture *fixture)
{
	set_up_open(fixture, false, false, 2);
	deliver_three(fixture);
	pump(fixture);
	expect_vector(fixture, "mux_lite_p1", -1);
	expect_vector(fixture, "mux_lite_p2", -1);
	expect_vector(fixture, "mux_lite_p3", -1);
	expect_no_message(fixture, "one block a packet");
	tear_down(fixture);
}

/* What the host asks for, none at all included. */
static void test_downlink_padding(struct fixture *fixture)
{
	static const unsigned int paddings[] = { 0, 4, 16, 20, 32 };

	for (size_t i = 0; i < sizeof(paddings) / sizeof(paddings[0]); i++) {
		unsigned int padding = paddings[i];
		struct message message;

		set_up(fixture, true, false);
		host_opens_padded(fixture, 0, padding);
		fixture->seen = fixture->channel.count;
		deliver(fixture, 0, &fixture->p1);
		pump(fixture);
		message = next_message(fixture, "padded block");
		if (tap_equal(&fixture->tap, (long long)message.len, 40 + padding + 28,
			      "padding %u: block length", padding))
			tap_bytes(&fixture->tap, message.data + 40 + padding, 28, fixture->p1.data,
				  28, "padding %u: packet", padding);
		tear_down(fixture);
		set_up(fixture, false, false);
		host_opens_padded(fixture, 0, padding);
		fixture->seen = fixture->channel.count;
		deliver(fixture, 0, &fixture->p1);
		pump(fixture);
		message = next_message(fixture, "padded Lite block");
		tap_equal(&fixture->tap, (long long)message.len,
			  16 + (padding > 16 ? padding - 16 : 0) + 28, "padding %u in Lite: length",
			  padding);
		tear_down(fixture);
	}
}

/* Packets wait for buffers, in order and together; commands overtake them. */
static void test_gather(struct fixture *fixture)
{
	struct message message;

	set_up_open(fixture, true, false, 2);
	fixture->channel.space = 0;
	for (unsigned int i = 0; i < 100; i++) {
		deliver(fixture, i % 2, &fixture->p1);
		if (i % 10 == 0)
			pump(fixture);
	}
	expect_control(fixture, "flow 1 stop", true);
	expect_no_message(fixture, "no buffers");
	tap_ok(&fixture->tap, fixture->channel.waiting, "the mux asked, so writable() follows");
	give_buffers(fixture, 2);
	expect_response(fixture, 5, 1, 0x80000000, false, "the command goes first");
	message = next_message(fixture, "gathered block");
	tap_equal(&fixture->tap, (long long)message.len, 16 + 2 * 16 + 100 * (8 + 44),
		  "100 packets in one block");
	expect_no_message(fixture, "gathered");
	tear_down(fixture);
}

/* No block is larger than the buffer it goes to, whatever the host offers. */
static void test_small_buffers(struct fixture *fixture)
{
	struct vector big = { .len = 600, .data = { 0x45, 0, 600 >> 8, 600 & 255 } };
	unsigned int entries = 0, largest = 0;

	set_up_open(fixture, true, false, 1);
	fixture->channel.space = 0;
	for (unsigned int i = 0; i < 50; i++)
		deliver(fixture, 0, &fixture->p1);
	pump(fixture);
	deliver(fixture, 0, &big);
	deliver(fixture, 0, &fixture->p2);
	fixture->channel.size = 512;
	give_buffers(fixture, 59);
	while (fixture->seen < fixture->channel.count) {
		struct message message = fixture->channel.sent[fixture->seen++];

		entries += (get_le16(message.data + 20) - 16u) / 8;
		if (message.len > largest)
			largest = (unsigned int)message.len;
	}
	tap_equal(&fixture->tap, entries, 51, "all but the packet that fits nowhere");
	tap_equal(&fixture->tap, largest, 16 + 16 + 9 * 52, "blocks of 9 packets, 500 bytes");
	tear_down(fixture);

	set_up_open(fixture, false, false, 1);
	fixture->channel.size = 512;
	deliver(fixture, 0, &big);
	deliver(fixture, 0, &fixture->p2);
	pump(fixture);
	expect_vector(fixture, "mux_lite_p2", -1);
	expect_no_message(fixture, "Lite: the packet that fits nowhere");
	tear_down(fixture);
}

/* One busy session must not starve the others. */
static void test_fairness(struct fixture *fixture)
{
	unsigned int session3 = 0;

	set_up_open(fixture, true, false, 4);
	fixture->channel.space = 0;
	for (unsigned int i = 0; i < 1000; i++)
		deliver(fixture, 0, &fixture->p1);
	for (unsigned int i = 0; i < 10; i++)
		deliver(fixture, 3, &fixture->p1);
	pump(fixture);
	give_buffers(fixture, 1);
	for (const uint8_t *table = next_message(fixture, "first block").data + 16; table;) {
		uint32_t next = get_le32(table + 8);

		if (table[6] == 3)
			session3 = (get_le16(table + 4) - 16u) / 8;
		table = next ? fixture->channel.sent[fixture->seen - 1].data + next : NULL;
	}
	tap_equal(&fixture->tap, session3, 10, "all packets of session 3 are in the first block");
	tear_down(fixture);
}

/* Where there is room for one packet only, the sessions take turns in both dialects. */
static void test_turns(struct fixture *fixture, bool aggregation)
{
	unsigned int right = 0;

	set_up_open(fixture, aggregation, false, 6);
	fixture->channel.space = 0;
	for (unsigned int i = 0; i < 20; i++)
		deliver(fixture, i < 10 ? 1 : 5, &fixture->p1);
	pump(fixture);
	fixture->channel.size = 84;
	for (unsigned int i = 0; i < 20; i++) {
		give_buffers(fixture, 1);
		right += next_message(fixture, "one packet").data[aggregation ? 22 : 6] ==
			 (i % 2 ? 5 : 1);
	}
	tap_equal(&fixture->tap, right, 20, "sessions 1 and 5 alternate");
	tear_down(fixture);
}

static void test_queue_limit(struct fixture *fixture)
{
	unsigned int taken = 0;

	set_up_open(fixture, true, false, 2);
	fixture->channel.space = 0;
	while (taken < 100000 && !deliver(fixture, 0, &fixture->p1))
		taken++;
	tap_equal(&fixture->tap, taken, 16384, "a full queue takes no more");
	tap_equal(&fixture->tap, deliver(fixture, 0, &fixture->p1), -EAGAIN, "and says so");
	tap_equal(&fixture->tap, deliver(fixture, 1, &fixture->p1), 0,
		  "another session has its own");
	host_closes(fixture, 0);
	give_buffers(fixture, 59);
	expect_response(fixture, 4, 0, 2, true, "close with a full queue");
	tap_equal(&fixture->tap, (long long)next_message(fixture, "what is left").len,
		  40 + 16 + 28, "the closed session's packets are gone");
	expect_no_message(fixture, "closed session");
	tear_down(fixture);
}

static void expect_flow(struct fixture *fixture, bool stop, uint32_t transaction)
{
	const char *name = fixture->aggregation ?
				   (stop ? "mux_dl_aggregation_stop" : "mux_dl_aggregation_go") :
				   (stop ? "mux_dl_lite_stop" : "mux_dl_lite_go");
	struct message message = next_message(fixture, name);
	struct vector vector;

	vector_load(&vector, name, 0);
	put_le32(vector.data + vector.len - 8, transaction);
	if (fixture->aggregation && message.len > 8)
		memcpy(vector.data + 6, message.data + 6, 2);
	tap_bytes(&fixture->tap, message.data, message.len, vector.data, vector.len, "%s", name);
}

static void test_flow(struct fixture *fixture, bool aggregation)
{
	set_up_open(fixture, aggregation, false, 2);
	expect_control(fixture, "flow 3 stop", false);
	expect_control(fixture, "flow 1 halt", false);
	expect_control(fixture, "flow 1 stop", true);
	expect_flow(fixture, true, 0x80000000);
	host_sends_packet(fixture, 1, 100);
	expect_no_breach(fixture, "data before the ack");
	host_acks(fixture, 1, 0x80000000);
	host_sends_packet(fixture, 1, 100);
	host_sends_packet(fixture, 0, 100);
	expect_no_breach(fixture, "one block behind the ack was under way");
	host_sends_packet(fixture, 1, 100);
	expect_breaches(fixture, CHECK_MUX_STOPPED_DATA, 1, "data of a stopped session");
	host_acks(fixture, 1, 0x80000000);
	expect_breaches(fixture, CHECK_MUX_ACK_UNASKED, 1, "a second ack");
	expect_control(fixture, "flow 1 go", true);
	expect_flow(fixture, false, 0x80000001);
	host_sends_packet(fixture, 1, 100);
	host_acks(fixture, 0, 0x80000001);
	expect_breaches(fixture, CHECK_MUX_ACK_UNASKED, 1, "an ack for another session");
	host_acks(fixture, 1, 0x80000001);
	host_sends_packet(fixture, 1, 100);
	expect_no_breach(fixture, "data after go");
	tear_down(fixture);
}

/* The block that was under way may hold any number of packets. */
static void test_flow_block(struct fixture *fixture)
{
	set_up_open(fixture, true, false, 2);
	expect_control(fixture, "flow 0 stop", true);
	host_acks(fixture, 0, 0x80000000);
	host_sends_vector(fixture, "mux_ul_aggregation_padding16");
	expect_no_breach(fixture, "two packets of session 0 in one block");
	host_sends_vector(fixture, "mux_ul_aggregation_padding16");
	expect_breaches(fixture, CHECK_MUX_STOPPED_DATA, 2, "the next block");
	tear_down(fixture);
}

/* The ack of an overtaken stop says nothing about now. */
static void test_flow_overtaken(struct fixture *fixture)
{
	set_up_open(fixture, true, false, 1);
	expect_control(fixture, "flow 0 stop", true);
	expect_control(fixture, "flow 0 go", true);
	expect_control(fixture, "flow 0 stop", true);
	host_acks(fixture, 0, 0x80000000);
	for (unsigned int i = 0; i < 3; i++)
		host_sends_packet(fixture, 0, 60);
	host_acks(fixture, 0, 0x80000001);
	for (unsigned int i = 0; i < 3; i++)
		host_sends_packet(fixture, 0, 60);
	expect_no_breach(fixture, "data between go and the second stop");
	host_acks(fixture, 0, 0x80000002);
	for (unsigned int i = 0; i < 3; i++)
		host_sends_packet(fixture, 0, 60);
	expect_breaches(fixture, CHECK_MUX_STOPPED_DATA, 2, "data behind the last stop");
	tear_down(fixture);
}

/* A host may close a session without an answer to what was under way, or with one. */
static void test_flow_closed(struct fixture *fixture)
{
	set_up_open(fixture, true, false, 2);
	expect_control(fixture, "flow 0 stop", true);
	expect_control(fixture, "flow 1 stop", true);
	host_closes(fixture, 0);
	host_closes(fixture, 1);
	host_acks(fixture, 0, 0x80000000);
	expect_no_breach(fixture, "an ack behind the close");
	host_opens(fixture, 0);
	host_sends_packet(fixture, 0, 60);
	host_sends_packet(fixture, 0, 60);
	expect_no_breach(fixture, "a reopened session is not stopped");
	fixture->seen = fixture->channel.count;
	tear_down(fixture);
}

static void test_unanswered(struct fixture *fixture, bool aggregation)
{
	struct command command;
	uint64_t start, end;

	set_up_open(fixture, aggregation, false, 4);
	expect_control(fixture, "flow 3 stop", true);
	host_closes(fixture, 3);
	fixture->seen = fixture->channel.count;
	expect_control(fixture, "link-status 0", true);
	command = next_command(fixture, "link status");
	tap_equal(&fixture->tap, command.number, aggregation ? 8 : 7, "link status: number");
	host_commands(fixture, 0, aggregation ? 9 : 8, command.transaction,
		      (const uint8_t[4]){ 0 }, 4);
	expect_no_breach(fixture, "link status answered");
	expect_control(fixture, "link-status 1", true);
	expect_control(fixture, "flow 2 stop", true);
	expect_control(fixture, "flow 2 go", true);
	host_acks(fixture, 2, 0x80000003);
	loop_run_once(fixture->loop, 0);
	start = loop_now_us(fixture->loop);
	end = start + LIMIT_MS * 1000ull;
	while (check_total(fixture->check) - fixture->breaches_before < 2 &&
	       loop_now_us(fixture->loop) < end)
		loop_run_once(fixture->loop, 100);
	end = loop_now_us(fixture->loop);
	tap_ok(&fixture->tap, end - start > 900000, "reported after a second (%llu us)",
	       (unsigned long long)(end - start));
	tap_equal(&fixture->tap,
		  (long long)(check_count(fixture->check, CHECK_MUX_LINK_UNANSWERED) -
			      fixture->rule_before[CHECK_MUX_LINK_UNANSWERED]),
		  1, "the link status report");
	tap_equal(&fixture->tap,
		  (long long)(check_count(fixture->check, CHECK_MUX_FLOW_UNACKED) -
			      fixture->rule_before[CHECK_MUX_FLOW_UNACKED]),
		  1, "the go command");
	tap_equal(&fixture->tap,
		  (long long)(check_total(fixture->check) - fixture->breaches_before), 2,
		  "nothing about the session that was closed");
	note_breaches(fixture);
	tear_down(fixture);
}

static uint32_t next_credits(struct fixture *fixture, unsigned int session, const char *name)
{
	struct message message = next_message(fixture, name);

	tap_ok(&fixture->tap,
	       message.len == 20 && !memcmp(message.data, "FCTH", 4) &&
		       message.data[6] == session && message.data[7] == 4,
	       "%s: a grant for session %u", name, session);
	return message.len == 20 ? get_le32(message.data + 16) : 0;
}

static void test_credits(struct fixture *fixture)
{
	set_up_open(fixture, false, true, 1);
	expect_response(fixture, 2, 0, 0, true, "open");
	tap_equal(&fixture->tap, next_credits(fixture, 0, "open"), 65536, "a window");
	await_messages(fixture, 3, LIMIT_MS);
	tap_equal(&fixture->tap, next_credits(fixture, 0, "reminder"), 65536,
		  "and again if it is not used");
	for (unsigned int i = 0; i < 16; i++)
		host_sends_packet(fixture, 0, 1000);
	expect_no_message(fixture, "less than a quarter is used");
	host_sends_packet(fixture, 0, 1000);
	tap_equal(&fixture->tap, next_credits(fixture, 0, "topped up"), 17000,
		  "what was used is granted again");
	expect_no_breach(fixture, "inside the credits");
	expect_control(fixture, "credit-window 0", true);
	/* Both grants and what was added make 148072 bytes, 17000 of them used. */
	for (unsigned int i = 0; i < 131; i++)
		host_sends_packet(fixture, 0, 1000);
	expect_no_breach(fixture, "down to 72 bytes, if the host got all grants");
	host_sends_packet(fixture, 0, 73);
	expect_breaches(fixture, CHECK_MUX_CREDITS, 1, "one byte too many");
	expect_no_message(fixture, "a window of nothing grants nothing");
	expect_control(fixture, "credits 0 65536", true);
	tap_equal(&fixture->tap, next_credits(fixture, 0, "by hand"), 65536, "granted by hand");
	host_sends_packet(fixture, 0, 1000);
	expect_no_breach(fixture, "credits by hand");
	tear_down(fixture);
}

/* The reminders of a silent session end, and those of a closed one do at once. */
static void test_credit_reminders(struct fixture *fixture)
{
	set_up_open(fixture, true, true, 2);
	host_closes(fixture, 1);
	fixture->seen = fixture->channel.count;
	await_messages(fixture, fixture->seen + 4, LIMIT_MS);
	/* A fifth would be due 1600 ms after the fourth. */
	await_messages(fixture, fixture->seen + 5, 1700);
	tap_equal(&fixture->tap, fixture->channel.count - fixture->seen, 4, "four reminders");
	while (fixture->seen < fixture->channel.count)
		next_credits(fixture, 0, "reminder");
	expect_control(fixture, "flow 0 stop", true);
	expect_control(fixture, "flow 0 go", true);
	fixture->seen += 2;
	tap_equal(&fixture->tap, next_credits(fixture, 0, "behind go"), 0,
		  "an empty grant behind go");
	expect_no_message(fixture, "reminders");
	tear_down(fixture);
}

/* Aggregation does not count credits on the host's side (section 10), but needs grants. */
static void test_credits_aggregation(struct fixture *fixture)
{
	unsigned int before;

	set_up_open(fixture, true, true, 1);
	before = fixture->channel.count;
	for (unsigned int i = 0; i < 200; i++)
		host_sends_packet(fixture, 0, 1500);
	expect_no_breach(fixture, "more than the credits in aggregation");
	tap_ok(&fixture->tap, fixture->channel.count >= before + 300000 / 65536,
	       "grants keep coming (%u)", fixture->channel.count - before);
	expect_control(fixture, "credit-window 0", true);
	for (unsigned int i = 0; i < 100; i++)
		host_sends_packet(fixture, 0, 1500);
	expect_no_breach(fixture, "far more than the credits in aggregation");
	tear_down(fixture);
}

static void test_fault_lost(struct fixture *fixture, bool aggregation)
{
	set_up(fixture, aggregation, false);
	expect_control(fixture, "mux-fault open lose", true);
	host_opens(fixture, 0);
	expect_no_message(fixture, "lost open");
	host_opens(fixture, 0);
	expect_response(fixture, 2, 0, 1, true, "open after a lost open");
	expect_control(fixture, "mux-fault open mute", true);
	host_opens(fixture, 1);
	expect_no_message(fixture, "muted open");
	tap_equal(&fixture->tap, deliver(fixture, 1, &fixture->p3), -ENOTCONN,
		  "nothing is sent before the host knows");
	host_opens(fixture, 1);
	expect_response(fixture, 2, 1, 2 + 1, true, "open after a muted open");
	expect_control(fixture, "mux-fault close mute", true);
	host_closes(fixture, 1);
	expect_no_message(fixture, "muted close");
	expect_no_breach(fixture, "lost responses");
	tear_down(fixture);
}

static void test_fault_delay(struct fixture *fixture)
{
	set_up(fixture, true, false);
	expect_control(fixture, "mux-fault open delay 50", true);
	host_opens(fixture, 0);
	expect_no_message(fixture, "delayed open");
	tap_ok(&fixture->tap, await_messages(fixture, 1, LIMIT_MS), "delayed open: answered");
	expect_response(fixture, 2, 0, 0, true, "delayed open");
	tap_equal(&fixture->tap, deliver(fixture, 0, &fixture->p1), 0, "delayed open: open");
	pump(fixture);
	fixture->seen = fixture->channel.count;
	expect_control(fixture, "mux-fault open delay 50", true);
	host_opens(fixture, 1);
	host_closes(fixture, 1);
	expect_response(fixture, 4, 1, 2, true, "close before the late response");
	await_messages(fixture, fixture->seen + 1, LIMIT_MS);
	expect_response(fixture, 2, 1, 1, true, "the late response");
	tap_equal(&fixture->tap, deliver(fixture, 1, &fixture->p3), -ENOTCONN,
		  "it does not open the session again");
	expect_control(fixture, "mux-fault open delay 50", true);
	host_opens(fixture, 2);
	mux_protocol()->closed(fixture->mux);
	mux_protocol()->opened(fixture->mux, &fixture->channel);
	fixture->seen = fixture->channel.count;
	await_messages(fixture, fixture->seen + 1, 100);
	expect_no_message(fixture, "no late response after the channel was closed");
	expect_no_breach(fixture, "delays");
	tear_down(fixture);
}

static void test_fault_wrong(struct fixture *fixture)
{
	struct command command;

	set_up(fixture, true, false);
	expect_control(fixture, "mux-fault open code 7", true);
	host_opens(fixture, 0);
	command = next_command(fixture, "refused");
	tap_equal(&fixture->tap, command.value, 7, "refused with code 7");
	host_closes(fixture, 0);
	command = next_command(fixture, "closed to be sure");
	tap_equal(&fixture->tap, command.value, 3, "it is not open");
	expect_control(fixture, "mux-fault open transaction", true);
	host_opens(fixture, 0);
	expect_response(fixture, 2, 0, 3, true, "another transaction id");
	expect_control(fixture, "mux-fault open session 6", true);
	host_opens(fixture, 0);
	expect_response(fixture, 2, 6, 3, true, "another session id");
	expect_control(fixture, "mux-fault open short", true);
	host_opens(fixture, 0);
	command = next_command(fixture, "short");
	tap_equal(&fixture->tap, (long long)command.parameters_len, 0, "without parameters");
	expect_control(fixture, "mux-fault open twice", true);
	host_opens(fixture, 0);
	expect_response(fixture, 2, 0, 5, true, "twice, the first");
	expect_response(fixture, 2, 0, 5, true, "twice, the second");
	host_opens(fixture, 1);
	expect_response(fixture, 2, 1, 6, true, "a fault happens once");
	expect_no_message(fixture, "faults");
	expect_no_breach(fixture, "faults");
	expect_control(fixture, "mux-fault open code 0", false);
	expect_control(fixture, "mux-fault open delay", false);
	expect_control(fixture, "mux-fault open lose 1", false);
	expect_control(fixture, "mux-fault open nonsense", false);
	expect_control(fixture, "mux-fault data lose", false);
	expect_control(fixture, "mux", true);
	tear_down(fixture);
}

static void test_raw(struct fixture *fixture)
{
	struct message message;

	set_up_open(fixture, true, false, 1);
	expect_control(fixture, "dl-raw 41424344ff", true);
	message = next_message(fixture, "raw");
	tap_bytes(&fixture->tap, message.data, message.len, "ABCD\xff", 5, "raw bytes");
	expect_control(fixture, "dl-raw 4", false);
	expect_control(fixture, "dl-raw 4g", false);
	expect_control(fixture, "dl-poke 8 ffffffff", true);
	fixture->channel.space = 0;
	deliver(fixture, 0, &fixture->p1);
	pump(fixture);
	give_buffers(fixture, 10);
	message = next_message(fixture, "poked");
	tap_equal(&fixture->tap, get_le32(message.data + 8), 0xffffffff,
		  "a block length of all ones, though the first try was refused");
	deliver(fixture, 0, &fixture->p1);
	pump(fixture);
	message = next_message(fixture, "not poked");
	tap_equal(&fixture->tap, get_le32(message.data + 8), (long long)message.len,
		  "the next block is right");
	tear_down(fixture);
}

/* The channel closes with everything half done, and opens again. */
static void test_reopen(struct fixture *fixture)
{
	set_up_open(fixture, true, true, 2);
	fixture->channel.space = 0;
	deliver(fixture, 0, &fixture->p1);
	expect_control(fixture, "flow 0 stop", true);
	pump(fixture);
	mux_protocol()->closed(fixture->mux);
	fixture->seen = fixture->channel.count;
	fixture->channel.space = 59;
	tap_equal(&fixture->tap, deliver(fixture, 0, &fixture->p1), -ENOTCONN, "closed");
	pump(fixture);
	expect_control(fixture, "flow 0 go", false);
	expect_control(fixture, "dl-raw 00", false);
	expect_no_message(fixture, "closed");
	mux_protocol()->opened(fixture->mux, &fixture->channel);
	fixture->transaction = 0;
	fixture->sequence = 500;
	host_opens(fixture, 0);
	expect_response(fixture, 2, 0, 0, true, "reopened");
	host_sends_packet(fixture, 0, 60);
	expect_no_breach(fixture, "counters that continue or start anew");
	tear_down(fixture);
}

/* xorshift: the same numbers everywhere, whatever the C library does. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Any block at any time; the sanitizers are the judges, and the mux must live on. */
static void test_fuzz(struct fixture *fixture, bool aggregation)
{
	static const char *const seeds[] = {
		"mux_ul_aggregation_open", "mux_ul_aggregation_padding16",
		"mux_ul_aggregation_close", "mux_ul_aggregation_flow_ack",
		"mux_ul_lite_open", "mux_lite_p2", "mux_ul_lite_close", "mux_ul_lite_flow_ack",
	};
	struct vector seed[8];
	uint32_t state = FUZZ_SEED;

	set_up(fixture, aggregation, true);
	for (unsigned int i = 0; i < 8; i++)
		vector_load(&seed[i], seeds[i], 0);
	for (unsigned int round = 0; round < FUZZ_ROUNDS; round++) {
		struct vector *vector = &seed[next_random(&state) % 4 + (aggregation ? 0 : 4)];
		size_t at = next_random(&state) % vector->len;
		uint8_t keep = vector->data[at];

		vector->data[at] = (uint8_t)next_random(&state);
		host_sends(fixture, vector->data, vector->len);
		vector->data[at] = keep;
		deliver(fixture, next_random(&state) % 8, &fixture->p1);
		if (round % 64 == 0)
			pump(fixture);
		/* What was sent is not looked at: keep the ring of messages empty. */
		while (fixture->seen < fixture->channel.count) {
			free(fixture->channel.sent[fixture->seen % SENT_MAX].data);
			fixture->channel.sent[fixture->seen++ % SENT_MAX].data = NULL;
		}
		fixture->channel.space = 59;
	}
	mux_protocol()->closed(fixture->mux);
	mux_protocol()->opened(fixture->mux, &fixture->channel);
	fixture->transaction = 0;
	fixture->channel.space = 59;
	host_opens(fixture, 0);
	expect_response(fixture, 2, 0, 0, true, "alive after the fuzz");
	tear_down(fixture);
}

static void run(struct fixture *fixture)
{
	for (int aggregation = 0; aggregation < 2; aggregation++) {
		test_open_close(fixture, aggregation);
		test_wrong_commands(fixture, aggregation);
		test_uplink(fixture, aggregation);
		test_flow(fixture, aggregation);
		test_unanswered(fixture, aggregation);
		test_fault_lost(fixture, aggregation);
		test_turns(fixture, aggregation);
		test_fuzz(fixture, aggregation);
	}
	test_uplink_padding(fixture);
	test_downlink_aggregation(fixture);
	test_downlink_lite(fixture);
	test_downlink_padding(fixture);
	test_gather(fixture);
	test_small_buffers(fixture);
	test_fairness(fixture);
	test_queue_limit(fixture);
	test_flow_block(fixture);
	test_flow_overtaken(fixture);
	test_flow_closed(fixture);
	test_credits(fixture);
	test_credit_reminders(fixture);
	test_credits_aggregation(fixture);
	test_fault_delay(fixture);
	test_fault_wrong(fixture);
	test_raw(fixture);
	test_reopen(fixture);
}

int main(void)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	int status;

	fixture->loop = loop_new();
	fixture->record = record_open(NULL);
	fixture->check = check_new(fixture->record);
	vector_load(&fixture->p1, "packet_p1", 0);
	vector_load(&fixture->p2, "packet_p2", 0);
	vector_load(&fixture->p3, "packet_p3", 0);
	run(fixture);
	status = tap_done(&fixture->tap);
	check_free(fixture->check);
	record_close(fixture->record);
	loop_free(fixture->loop);
	free(fixture);
	return status;
}
