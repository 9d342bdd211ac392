// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generator: see carrier_flood.h.
 *
 * Each session has a packet that is sent again and again; only its sequence number, the
 * first 4 bytes of the payload, and the checksum change. It comes from the gateway to the
 * host's address, in IPv4 if the bearer has it, both ports 9 ("discard").
 */
#include "carrier_flood.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "control.h"
#include "ip_checksum.h"
#include "loop.h"
#include "network.h"
#include "settings.h"

#define PORT_DISCARD		9
#define PROTOCOL_UDP		17
#define HOPS			64
#define SIZE_MIN		52u	/* IPv6 and UDP header, sequence number */

#define RATE_DEFAULT		100000000ull
#define RATE_MAX		UINT64_MAX	/* as fast as the host takes them */

#define TICK_US			1000
/* What a late timer may catch up with. */
#define BURST_US		20000u
/* At the highest rate so much waits for the host. */
#define WINDOW_BYTES		(128u << 10)

struct flood_settings {
	uint64_t rate;			/* bit/s; 0: nothing is sent */
	unsigned int size;		/* 0: the bearer's MTU */
	unsigned int sessions;		/* bit a session */
};

struct flood_session {
	bool attached;
	uint32_t mtu;
	uint32_t sequence;
	uint32_t sum;			/* of the UDP datagram without the sequence number */
	uint64_t credit;		/* bits that may be sent, times 10^6 */
	struct network_ip ip;
	size_t len, transport;		/* of the packet; offset of its UDP header */
	uint8_t packet[NETWORK_MTU_MAX];
	uint64_t sent, refused, uplink_packets, uplink_bytes;
};

struct flood {
	struct loop *loop;
	struct downlink downlink;
	struct flood_settings settings;
	struct flood_session sessions[NETWORK_SESSIONS];
	struct loop_timer timer;
	uint64_t last_us;
};

static size_t write_ip4(uint8_t *ip, const struct network_ip *from, size_t len)
{
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)len);
	ip[8] = HOPS;
	ip[9] = PROTOCOL_UDP;
	memcpy(ip + 12, from->ipv4_gateway, 4);
	memcpy(ip + 16, from->ipv4, 4);
	put_be16(ip + 10, ip_sum_finish(ip_sum(0, ip, 20)));
	return 20;
}

static size_t write_ip6(uint8_t *ip, const struct network_ip *from, size_t len)
{
	ip[0] = 0x60;
	put_be16(ip + 4, (uint16_t)(len - 40));
	ip[6] = PROTOCOL_UDP;
	ip[7] = HOPS;
	memcpy(ip + 8, from->ipv6_gateway, 16);
	memcpy(ip + 24, from->ipv6, 16);
	return 40;
}

static void write_packet(const struct flood *flood, struct flood_session *session)
{
	bool v4 = session->ip.type & NETWORK_IPV4;
	uint8_t *packet = session->packet, *udp;
	size_t len = flood->settings.size ? flood->settings.size : session->mtu;

	memset(packet, 0, sizeof(session->packet));
	session->len = len;
	session->transport = v4 ? write_ip4(packet, &session->ip, len) :
				  write_ip6(packet, &session->ip, len);
	udp = packet + session->transport;
	len -= session->transport;
	put_be16(udp, PORT_DISCARD);
	put_be16(udp + 2, PORT_DISCARD);
	put_be16(udp + 4, (uint16_t)len);
	for (size_t i = 12; i < len; i++)
		udp[i] = (uint8_t)i;
	session->sum = ip_sum(ip_sum_pseudo(packet, v4 ? 4 : 6, PROTOCOL_UDP, len), udp, len);
}

/* 0 stands for "no checksum", RFC 768. */
static void number_packet(struct flood_session *session)
{
	uint8_t *udp = session->packet + session->transport;
	uint32_t sequence = session->sequence++;
	uint16_t sum = ip_sum_finish(session->sum + (sequence >> 16) + (sequence & 0xffff));

	put_be32(udp + 8, sequence);
	put_be16(udp + 6, sum ? sum : UINT16_MAX);
}

static bool send_packet(struct flood *flood, unsigned int id)
{
	struct flood_session *session = &flood->sessions[id];

	number_packet(session);
	if (flood->downlink.packet(flood->downlink.self, id, session->packet, session->len)) {
		session->refused++;
		return false;
	}
	session->sent++;
	return true;
}

/* A packet that is refused is lost, as it would be in a network that is full. */
static void send_at_rate(struct flood *flood, unsigned int id, uint64_t elapsed_us)
{
	struct flood_session *session = &flood->sessions[id];
	uint64_t needed = session->len * 8 * 1000000;

	session->credit += flood->settings.rate * elapsed_us;
	for (; session->credit >= needed; session->credit -= needed)
		send_packet(flood, id);
}

/* Returns whether the host took something since the last time. */
static bool fill_window(struct flood *flood, unsigned int id)
{
	const struct downlink *downlink = &flood->downlink;
	size_t waiting = downlink->backlog ? downlink->backlog(downlink->self, id) : 0;
	bool moved = waiting < WINDOW_BYTES;

	for (; waiting < WINDOW_BYTES; waiting += flood->sessions[id].len)
		if (!send_packet(flood, id))
			return false;
	return moved;
}

static void tick(struct loop_timer *timer)
{
	struct flood *flood = timer->owner;
	uint64_t now_us = loop_now_us(flood->loop);
	uint64_t elapsed_us = now_us - flood->last_us;
	bool active = false, moved = false;

	flood->last_us = now_us;
	if (elapsed_us > BURST_US)
		elapsed_us = BURST_US;
	for (unsigned int id = 0; id < NETWORK_SESSIONS; id++) {
		if (!flood->sessions[id].attached || !(flood->settings.sessions & 1u << id))
			continue;
		active = true;
		if (flood->settings.rate == RATE_MAX)
			moved |= fill_window(flood, id);
		else
			send_at_rate(flood, id, elapsed_us);
	}
	if (active)
		loop_timer_arm(timer, moved ? 0 : TICK_US);
}

/* Nothing runs while nobody is there to receive. */
static void start(struct flood *flood)
{
	if (!flood->settings.rate || flood->timer.armed)
		return;
	flood->last_us = loop_now_us(flood->loop);
	loop_timer_arm(&flood->timer, 0);
}

static int carrier_attach(void *self, unsigned int id, struct network_ip *ip)
{
	struct flood *flood = self;
	struct flood_session *session = &flood->sessions[id];

	session->attached = true;
	session->ip = *ip;
	session->mtu = ip->mtu;
	session->credit = 0;
	write_packet(flood, session);
	start(flood);
	return 0;
}

static void carrier_detach(void *self, unsigned int id)
{
	struct flood *flood = self;

	flood->sessions[id].attached = false;
}

static void carrier_uplink(void *self, unsigned int id, const uint8_t *packet, size_t len)
{
	struct flood *flood = self;

	(void)packet;
	flood->sessions[id].uplink_packets++;
	flood->sessions[id].uplink_bytes += len;
}

static void carrier_show(void *self, struct control_reply *reply)
{
	const struct flood *flood = self;

	for (unsigned int id = 0; id < NETWORK_SESSIONS; id++) {
		const struct flood_session *session = &flood->sessions[id];

		if (session->attached)
			control_line(reply, "session %u: sent %llu, refused %llu, received %llu packets, %llu bytes",
				     id, (unsigned long long)session->sent,
				     (unsigned long long)session->refused,
				     (unsigned long long)session->uplink_packets,
				     (unsigned long long)session->uplink_bytes);
	}
}

static void carrier_free(void *self)
{
	struct flood *flood = self;

	loop_timer_cancel(&flood->timer);
	free(flood);
}

static int read_setting(struct flood_settings *settings, const char *key, const char *value,
			char *error, size_t size)
{
	uint64_t number;

	if (!strcmp(key, "rate")) {
		if (!strcmp(value, "max"))
			settings->rate = RATE_MAX;
		else if (!settings_rate(value, &settings->rate))
			return settings_error(error, size, "rate is bit/s like 10M or 2.5G, or max, not %s",
					      value);
	} else if (!strcmp(key, "size")) {
		if (!settings_number(value, NETWORK_MTU_MAX, &number) || number < SIZE_MIN)
			return settings_error(error, size, "size is %u to %u bytes, not %s",
					      SIZE_MIN, NETWORK_MTU_MAX, value);
		settings->size = (unsigned int)number;
	} else if (!strcmp(key, "session")) {
		if (!strcmp(value, "all"))
			settings->sessions = (1u << NETWORK_SESSIONS) - 1;
		else if (settings_number(value, NETWORK_SESSIONS - 1, &number))
			settings->sessions = 1u << number;
		else
			return settings_error(error, size, "session is 0 to %u or all, not %s",
					      NETWORK_SESSIONS - 1, value);
	} else {
		return settings_error(error, size, "flood has rate, size and session, not %s", key);
	}
	return 0;
}

static int read_settings(struct flood_settings *settings, char *text, char *error, size_t size)
{
	struct flood_settings read = *settings;
	char *key, *value;

	while (settings_next(&text, &key, &value)) {
		int result = read_setting(&read, key, value, error, size);

		if (result)
			return result;
	}
	*settings = read;
	return 0;
}

static int command_flood(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct flood *flood = self;
	struct flood_settings settings = flood->settings;
	char error[160];

	if (argc < 2)
		return control_fail(reply, "usage: flood off|KEY=VALUE...");
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "off"))
			settings.rate = 0;
		else if (read_settings(&settings, argv[i], error, sizeof(error)))
			return control_fail(reply, "%s", error);
	}
	flood->settings = settings;
	for (unsigned int id = 0; id < NETWORK_SESSIONS; id++)
		if (flood->sessions[id].attached)
			write_packet(flood, &flood->sessions[id]);
	start(flood);
	return 0;
}

static struct flood *flood_new(const struct carrier_config *config)
{
	struct flood *flood = calloc(1, sizeof(*flood));

	if (!flood)
		return NULL;
	flood->loop = config->loop;
	flood->downlink = config->downlink;
	loop_timer_init(flood->loop, &flood->timer, tick, flood);
	return flood;
}

int carrier_flood_make(struct carrier *carrier, const struct carrier_config *config,
		       char *settings, char *error, size_t size)
{
	static const struct carrier_ops ops = {
		.name = "flood",
		.attach = carrier_attach,
		.detach = carrier_detach,
		.uplink = carrier_uplink,
		.show = carrier_show,
		.free = carrier_free,
	};
	struct flood_settings read = {
		.rate = RATE_DEFAULT, .sessions = (1u << NETWORK_SESSIONS) - 1,
	};
	struct flood *flood;
	int result = read_settings(&read, settings, error, size);

	if (result)
		return result;
	flood = flood_new(config);
	if (!flood)
		return -ENOMEM;
	flood->settings = read;
	control_register(config->control, "flood",
			 "off|rate=BITS/S|size=BYTES|session=N...: change the generator",
			 command_flood, flood);
	*carrier = (struct carrier){ .ops = &ops, .self = flood };
	return 0;
}

int carrier_sink_make(struct carrier *carrier, const struct carrier_config *config,
		      char *settings, char *error, size_t size)
{
	static const struct carrier_ops ops = {
		.name = "sink",
		.attach = carrier_attach,
		.detach = carrier_detach,
		.uplink = carrier_uplink,
		.show = carrier_show,
		.free = carrier_free,
	};
	struct flood *flood;

	if (settings)
		return settings_error(error, size, "sink has no settings");
	flood = flood_new(config);
	if (!flood)
		return -ENOMEM;
	*carrier = (struct carrier){ .ops = &ops, .self = flood };
	return 0;
}
