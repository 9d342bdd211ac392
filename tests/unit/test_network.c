// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The mobile network alone: what takes what down, timers, addresses, and which packets
 * pass.
 */
#include "../../vmodem/control.h"
#include "../../vmodem/loop.h"
#include "../../vmodem/network.h"
#include "../../vmodem/record.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

struct fixture {
	struct tap tap;
	struct loop *loop;
	struct record *record;
	struct control *control;
	struct network *network;
	struct network_observer observer;
	unsigned int seen;		/* changes since look() */
	unsigned int seen_sessions;
	/* What came through to the carrier and to the mux. */
	unsigned int carried, delivered, freed;
	unsigned int last_session;
	size_t last_len;
	int deliver_result;
	/* What the carrier was told of bearers. */
	unsigned int attached;		/* bit a session */
	unsigned int attached_ipv6;	/* first octet of the last address */
	int attach_result;
};

static void changed(void *self, unsigned int changes, unsigned int session)
{
	struct fixture *f = self;

	f->seen |= changes;
	if (changes & NETWORK_CHANGED_BEARER)
		f->seen_sessions |= 1u << session;
}

static unsigned int look(struct fixture *f)
{
	unsigned int seen = f->seen;

	f->seen = 0;
	f->seen_sessions = 0;
	return seen;
}

static void carry(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct fixture *f = self;

	(void)packet;
	f->carried++;
	f->last_session = session;
	f->last_len = len;
}

static int attach(void *self, unsigned int session, struct network_ip *ip)
{
	struct fixture *f = self;

	if (f->attach_result)
		return f->attach_result;
	f->attached |= 1u << session;
	f->attached_ipv6 = ip->ipv6[0];
	memcpy(ip->ipv4_dns[0], "\x09\x09\x09\x09", 4);
	return 0;
}

static void detach(void *self, unsigned int session)
{
	struct fixture *f = self;

	f->attached &= ~(1u << session);
}

static void carrier_freed(void *self)
{
	struct fixture *f = self;

	f->freed++;
}

static int deliver(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct fixture *f = self;

	(void)packet;
	f->delivered++;
	f->last_session = session;
	f->last_len = len;
	return f->deliver_result;
}

static void start(struct fixture *f, const char *connected, unsigned int register_ms,
		  unsigned int connect_ms)
{
	static const struct carrier_ops ops = {
		.name = "test", .attach = attach, .detach = detach, .uplink = carry,
		.free = carrier_freed,
	};
	const struct network_config config = {
		.loop = f->loop, .record = f->record, .control = f->control,
		.connected = connected, .register_ms = register_ms, .connect_ms = connect_ms,
	};

	f->network = network_new(&config);
	f->observer = (struct network_observer){ .changed = changed, .self = f };
	network_observe(f->network, &f->observer);
	network_set_carrier(f->network, (struct carrier){ .ops = &ops, .self = f });
	network_set_downlink(f->network, (struct downlink){ .packet = deliver, .self = f });
	look(f);
}

static void stop(struct fixture *f)
{
	network_unobserve(f->network, &f->observer);
	network_free(f->network);
	f->network = NULL;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Does the loop's work until one of @changes was seen; returns whether it was. */
static bool wait_for(struct fixture *f, unsigned int changes, unsigned int ms)
{
	uint64_t end = now_ms() + ms;

	while (!(f->seen & changes) && now_ms() < end)
		loop_run_once(f->loop, 1);
	return f->seen & changes;
}

static enum network_bearer_state bearer(struct fixture *f, unsigned int session)
{
	return network_bearer(f->network, session)->state;
}

static void execute(struct fixture *f, const char *line)
{
	char answer[1024];

	tap_ok(&f->tap, !control_execute(f->control, line, answer, sizeof(answer)), "%s", line);
}

static void refuse(struct fixture *f, const char *line)
{
	char answer[1024];

	tap_ok(&f->tap, control_execute(f->control, line, answer, sizeof(answer)) < 0 &&
	       !strncmp(answer, "error: ", 7), "refused: %s", line);
}

static void power_on(struct fixture *f)
{
	start(f, NULL, 0, 0);
	tap_equal(&f->tap, network_registration(f->network)->state, NETWORK_HOME, "home");
	tap_ok(&f->tap, !strcmp(network_registration(f->network)->provider->id, "00101"), "001 01");
	tap_ok(&f->tap, network_packet_service(f->network).attached, "attached");
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		tap_equal(&f->tap, bearer(f, session), NETWORK_BEARER_INACTIVE, "session %u", session);
	stop(f);
	start(f, NULL, 30, 0);
	tap_equal(&f->tap, network_registration(f->network)->state, NETWORK_SEARCHING, "searching");
	tap_ok(&f->tap, !network_packet_service(f->network).attached, "not attached yet");
	tap_equal(&f->tap, network_connect(f->network, 0, "", NETWORK_IPV4), -ENOLINK, "no connect");
	tap_equal(&f->tap, network_attach(f->network, true), -ENOLINK, "no attach");
	tap_ok(&f->tap, wait_for(f, NETWORK_CHANGED_PACKET_SERVICE, 2000), "30 ms later");
	tap_equal(&f->tap, network_registration(f->network)->state, NETWORK_HOME, "home");
	stop(f);
}

static void connected_list(struct fixture *f)
{
	static const char *const bad[] = { "8", "0,", ",0", "0,,1", "a", "all,1", "0 1", "-1", "01" };

	start(f, "all", 0, 0);
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		tap_equal(&f->tap, bearer(f, session), NETWORK_BEARER_ACTIVE, "all: %u", session);
	stop(f);
	start(f, "0,3,6", 0, 0);
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		tap_equal(&f->tap, bearer(f, session), session % 3 ? NETWORK_BEARER_INACTIVE :
			  NETWORK_BEARER_ACTIVE, "0,3,6: %u", session);
	tap_equal(&f->tap, network_bearer(f->network, 6)->ip.type, NETWORK_IPV4V6, "both IP versions");
	network_set_radio(f->network, false);
	tap_equal(&f->tap, bearer(f, 3), NETWORK_BEARER_INACTIVE, "down without radio");
	network_set_radio(f->network, true);
	tap_equal(&f->tap, bearer(f, 3), NETWORK_BEARER_ACTIVE, "back with the radio");
	tap_equal(&f->tap, network_disconnect(f->network, 3), 0, "disconnect");
	network_reset(f->network);
	tap_equal(&f->tap, bearer(f, 3), NETWORK_BEARER_ACTIVE, "back after a restart");
	stop(f);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct network_config config = {
			.loop = f->loop, .record = f->record, .connected = bad[i],
		};

		errno = 0;
		tap_ok(&f->tap, !network_new(&config) && errno == EINVAL, "list \"%s\"", bad[i]);
	}
}

static void addresses(struct fixture *f)
{
	start(f, "all", 0, 0);
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		const struct network_ip *ip = &network_bearer(f->network, session)->ip;
		const uint8_t ipv4[4] = { 10, 64, (uint8_t)session, 2 };
		const uint8_t ipv6[16] = { 0x20, 1, 0xd, 0xb8, 0, 0x64, 0, (uint8_t)session,
					   0, 0, 0, 0, 0, 0, 0, 2 };

		tap_bytes(&f->tap, ip->ipv4, 4, ipv4, 4, "IPv4 of session %u", session);
		tap_bytes(&f->tap, ip->ipv6, 16, ipv6, 16, "IPv6 of session %u", session);
		tap_ok(&f->tap, ip->ipv4_prefix == 30 && ip->ipv6_prefix == 64 && ip->mtu == 1500,
		       "prefixes and MTU");
		tap_ok(&f->tap, ip->ipv4_gateway[3] == 1 && ip->ipv6_gateway[15] == 1 &&
		       !memcmp(ip->ipv4_gateway, ipv4, 3) && !memcmp(ip->ipv6_gateway, ipv6, 15),
		       "gateways");
	}
	stop(f);
}

static void packets(struct fixture *f)
{
	const uint8_t ipv4[60] = { 0x45 }, ipv6[60] = { 0x60 }, neither[60] = { 0x10 };
	struct downlink downlink;

	start(f, NULL, 0, 0);
	downlink = network_downlink(f->network);
	network_connect(f->network, 1, "a", NETWORK_IPV4);
	network_connect(f->network, 2, "a", NETWORK_IPV6);
	network_connect(f->network, 3, "a", NETWORK_IPV4V6);
	f->carried = 0;
	network_uplink(f->network, 0, ipv4, sizeof(ipv4));
	network_uplink(f->network, 1, ipv6, sizeof(ipv6));
	network_uplink(f->network, 2, ipv4, sizeof(ipv4));
	network_uplink(f->network, 3, neither, sizeof(neither));
	network_uplink(f->network, 3, ipv4, 0);
	network_uplink(f->network, 8, ipv4, sizeof(ipv4));
	tap_equal(&f->tap, f->carried, 0, "none of these");
	tap_equal(&f->tap, (long long)network_counters(f->network)->uplink_drops, 6, "six dropped");
	network_uplink(f->network, 1, ipv4, 40);
	network_uplink(f->network, 2, ipv6, 41);
	network_uplink(f->network, 3, ipv4, 42);
	network_uplink(f->network, 3, ipv6, 43);
	tap_equal(&f->tap, f->carried, 4, "all of these");
	tap_ok(&f->tap, f->last_session == 3 && f->last_len == 43, "the last one");
	tap_equal(&f->tap, (long long)network_counters(f->network)->uplink_bytes, 166, "bytes");
	tap_equal(&f->tap, downlink.packet(downlink.self, 3, ipv6, 50), 0, "downlink");
	tap_equal(&f->tap, downlink.packet(downlink.self, 0, ipv4, 50), -ENOTCONN, "no bearer");
	f->deliver_result = -EAGAIN;
	tap_equal(&f->tap, downlink.packet(downlink.self, 3, ipv6, 50), -EAGAIN, "queue full");
	f->deliver_result = 0;
	tap_equal(&f->tap, f->delivered, 2, "the mux saw two");
	tap_equal(&f->tap, (long long)network_counters(f->network)->downlink_packets, 1, "one passed");
	tap_equal(&f->tap, (long long)network_counters(f->network)->downlink_drops, 2, "two dropped");
	network_disconnect(f->network, 3);
	network_uplink(f->network, 3, ipv4, 42);
	tap_equal(&f->tap, f->carried, 4, "nothing after disconnect");
	f->freed = 0;
	stop(f);
	tap_equal(&f->tap, f->freed, 1, "the carrier is freed once");
}

static void chain(struct fixture *f)
{
	start(f, NULL, 0, 0);
	network_connect(f->network, 0, "a", NETWORK_IPV4);
	network_connect(f->network, 5, "a", NETWORK_IPV4);
	look(f);
	sim_set_inserted(network_sim(f->network), false);
	tap_equal(&f->tap, f->seen_sessions, 1u | 1u << 5, "both bearers go");
	tap_equal(&f->tap, look(f), NETWORK_CHANGED_SIM | NETWORK_CHANGED_REGISTRATION |
		  NETWORK_CHANGED_PACKET_SERVICE | NETWORK_CHANGED_BEARER | NETWORK_CHANGED_SIGNAL,
		  "the SIM takes everything down");
	tap_equal(&f->tap, network_connect(f->network, 0, "a", NETWORK_IPV4), -ENOMEDIUM, "no SIM");
	tap_equal(&f->tap, (long long)network_signal(f->network).rssi, 99, "no signal");
	tap_equal(&f->tap, (long long)network_cells(f->network, NULL, 0), 0, "no cell");
	sim_set_inserted(network_sim(f->network), true);
	tap_ok(&f->tap, network_packet_service(f->network).attached, "and back");
	tap_equal(&f->tap, network_attach(f->network, false), 0, "detach");
	tap_equal(&f->tap, network_connect(f->network, 0, "a", NETWORK_IPV4), -ENETUNREACH, "detached");
	network_set_coverage(f->network, NETWORK_SEARCHING, 0);
	network_set_coverage(f->network, NETWORK_HOME, 0);
	tap_ok(&f->tap, !network_packet_service(f->network).attached, "detached by wish it stays so");
	network_set_radio_hardware(f->network, false);
	tap_equal(&f->tap, network_attach(f->network, true), -ENETDOWN, "hardware switch");
	network_set_radio_hardware(f->network, true);
	tap_ok(&f->tap, network_packet_service(f->network).attached, "until the radio goes off and on");
	network_connect(f->network, 4, "a", NETWORK_IPV4);
	network_set_coverage(f->network, NETWORK_DENIED, 8);
	tap_equal(&f->tap, network_bearer(f->network, 4)->cause, 36, "the network took it down");
	tap_equal(&f->tap, network_registration(f->network)->cause, 8, "EMM cause");
	stop(f);
}

static void timed_connect(struct fixture *f)
{
	start(f, NULL, 0, 25);
	tap_equal(&f->tap, network_connect(f->network, 2, "a", NETWORK_IPV4), 0, "connect");
	tap_equal(&f->tap, bearer(f, 2), NETWORK_BEARER_ACTIVATING, "activating");
	tap_equal(&f->tap, network_connect(f->network, 2, "a", NETWORK_IPV4), -EBUSY, "twice");
	look(f);
	tap_ok(&f->tap, wait_for(f, NETWORK_CHANGED_IP, 2000), "25 ms later");
	tap_equal(&f->tap, bearer(f, 2), NETWORK_BEARER_ACTIVE, "active");
	network_connect(f->network, 3, "a", NETWORK_IPV4);
	network_set_radio(f->network, false);
	tap_equal(&f->tap, bearer(f, 3), NETWORK_BEARER_INACTIVE, "cut while activating");
	look(f);
	tap_ok(&f->tap, !wait_for(f, NETWORK_CHANGED_BEARER, 60), "nothing comes later");
	network_set_radio(f->network, true);
	network_connect(f->network, 3, "a", NETWORK_IPV4);
	look(f);
	network_reset(f->network);
	tap_ok(&f->tap, f->seen & NETWORK_CHANGED_RESTART, "a restart is told");
	look(f);
	tap_ok(&f->tap, !wait_for(f, NETWORK_CHANGED_BEARER, 60), "and cuts what was half done");
	tap_equal(&f->tap, bearer(f, 2), NETWORK_BEARER_INACTIVE, "and what was done");
	stop(f);
}

/* So many connect until a restart; what comes after them hangs, and can be given up. */
static void hanging_connects(struct fixture *f)
{
	control_free(f->control);
	f->control = control_new(f->loop, f->record);
	start(f, NULL, 0, 0);
	execute(f, "connects 1");
	for (unsigned int round = 0; round < 2; round++) {
		network_connect(f->network, 0, "a", NETWORK_IPV4);
		tap_equal(&f->tap, bearer(f, 0), NETWORK_BEARER_ACTIVE, "the first one connects");
		network_disconnect(f->network, 0);
		network_connect(f->network, 0, "a", NETWORK_IPV4);
		look(f);
		tap_ok(&f->tap, !wait_for(f, NETWORK_CHANGED_BEARER, 30) &&
		       bearer(f, 0) == NETWORK_BEARER_ACTIVATING, "the second one hangs");
		tap_equal(&f->tap, network_disconnect(f->network, 0), 0, "it can be given up");
		network_reset(f->network);
	}
	execute(f, "connects any");
	for (unsigned int session = 0; session < 3; session++)
		network_connect(f->network, session, "a", NETWORK_IPV4);
	tap_equal(&f->tap, bearer(f, 2), NETWORK_BEARER_ACTIVE, "any number connects");
	refuse(f, "connects");
	refuse(f, "connects many");
	stop(f);
}

static void limits(struct fixture *f)
{
	char apn[NETWORK_APN_MAX + 2];

	start(f, NULL, 0, 0);
	memset(apn, 'a', sizeof(apn));
	apn[NETWORK_APN_MAX + 1] = '\0';
	tap_equal(&f->tap, network_connect(f->network, 0, apn, NETWORK_IPV4), -EINVAL, "APN of 101");
	apn[NETWORK_APN_MAX] = '\0';
	tap_equal(&f->tap, network_connect(f->network, 0, apn, NETWORK_IPV4), 0, "APN of 100");
	tap_equal(&f->tap, network_connect(f->network, 8, "a", NETWORK_IPV4), -EINVAL, "session 8");
	tap_equal(&f->tap, network_connect(f->network, 1, "a", (enum network_ip_type)0), -EINVAL,
		  "no type");
	tap_equal(&f->tap, network_disconnect(f->network, 8), -EINVAL, "session 8");
	tap_equal(&f->tap, network_disconnect(f->network, 7), -ENOTCONN, "session 7");
	tap_equal(&f->tap, network_register(f->network, "1234567890", 0), -ENOENT, "a long operator");
	tap_equal(&f->tap, network_set_mtu(f->network, 0, 575), -EINVAL, "MTU of 575");
	tap_equal(&f->tap, network_set_mtu(f->network, 0, 1501), -EINVAL, "MTU of 1501");
	look(f);
	tap_equal(&f->tap, network_set_mtu(f->network, 0, 1400), 0, "MTU of 1400");
	tap_equal(&f->tap, look(f), NETWORK_CHANGED_IP, "is told");
	stop(f);
}

static void commands(struct fixture *f)
{
	struct control *control = control_new(f->loop, f->record);
	char answer[2048];

	/* One registry for one network. */
	control_free(f->control);
	f->control = control;
	start(f, "0", 0, 0);
	execute(f, "signal 31 -60 -5 30");
	tap_ok(&f->tap, network_signal(f->network).rssi == 31 &&
	       network_signal(f->network).rsrp_dbm == -60 &&
	       network_signal(f->network).rsrq_db == -5 &&
	       network_signal(f->network).snr_half_db == 60, "signal is set");
	execute(f, "registration denied 15");
	tap_equal(&f->tap, network_registration(f->network)->cause, 15, "cause 15");
	execute(f, "registration home");
	execute(f, "disconnect 0");
	refuse(f, "disconnect 0");
	execute(f, "mtu 0 1300");
	execute(f, "radio software off");
	execute(f, "radio software on");
	execute(f, "sim remove");
	execute(f, "sim insert");
	execute(f, "connect-time 5");
	execute(f, "connect-time 0");
	execute(f, "register-time 0");
	execute(f, "refuse-connect 0");
	execute(f, "ip-types ipv6");
	refuse(f, "signal");
	refuse(f, "signal 32");
	refuse(f, "signal 5 -20");
	refuse(f, "signal 5 x");
	refuse(f, "registration nowhere");
	refuse(f, "registration denied 256");
	refuse(f, "disconnect 8");
	refuse(f, "mtu 0 1501");
	refuse(f, "mtu 0");
	refuse(f, "radio on");
	refuse(f, "sim");
	refuse(f, "connect-time x");
	refuse(f, "ip-types ipv5");
	tap_ok(&f->tap, !control_execute(control, "network", answer, sizeof(answer)) &&
	       strstr(answer, "sim: ready\n") && strstr(answer, "registration: home, operator 00101"),
	       "network shows its state");
	stop(f);
}

/* The carrier knows the prefix, the host is told only what it makes its address from. */
static void link_local(struct fixture *f)
{
	const struct network_bearer *bearer;

	control_free(f->control);
	f->control = control_new(f->loop, f->record);
	start(f, NULL, 0, 0);
	execute(f, "ipv6-address link-local");
	network_connect(f->network, 2, "internet", NETWORK_IPV4V6);
	bearer = network_bearer(f->network, 2);
	tap_bytes(&f->tap, bearer->ip.ipv6, 16, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\2", 16,
		  "a link-local address");
	tap_bytes(&f->tap, bearer->ip.ipv6_gateway, 16,
		  "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16, "and such a gateway");
	tap_equal(&f->tap, f->attached_ipv6, 0x20, "the carrier was given the global one");
	execute(f, "ipv6-address global");
	network_connect(f->network, 3, "internet", NETWORK_IPV6);
	tap_equal(&f->tap, network_bearer(f->network, 3)->ip.ipv6[0], 0x20, "global again");
	refuse(f, "ipv6-address none");
	stop(f);
}

/* A carrier hears of each bearer, may change its addresses, and may be unable to carry it. */
static void carrier_attaches(struct fixture *f)
{
	start(f, "0,5", 0, 0);
	tap_equal(&f->tap, f->attached, 1u << 0 | 1u << 5,
		  "a carrier that comes late hears of the bearers that are there");
	network_connect(f->network, 1, "internet", NETWORK_IPV4);
	tap_ok(&f->tap, f->attached & 1u << 1, "and of one that is made");
	tap_bytes(&f->tap, network_bearer(f->network, 1)->ip.ipv4_dns[0], 4, "\x09\x09\x09\x09", 4,
		  "whose addresses it changes");
	network_disconnect(f->network, 1);
	tap_equal(&f->tap, f->attached, 1u << 0 | 1u << 5, "it hears of the end");
	f->attach_result = -EIO;
	tap_equal(&f->tap, network_connect(f->network, 1, "internet", NETWORK_IPV4), 0, "asked again");
	tap_equal(&f->tap, bearer(f, 1), NETWORK_BEARER_INACTIVE, "the carrier can't: no bearer");
	tap_equal(&f->tap, network_bearer(f->network, 1)->cause, 38, "for a network failure");
	f->attach_result = 0;
	network_attach(f->network, false);
	tap_equal(&f->tap, f->attached, 0, "detached from the packet service: none is left");
	network_attach(f->network, true);
	network_reset(f->network);
	tap_equal(&f->tap, f->attached, 1u << 0 | 1u << 5, "after a reset they are told anew");
	stop(f);
	tap_equal(&f->tap, f->attached, 0, "a carrier is freed without bearers");
}

int main(void)
{
	struct fixture f = { 0 };

	f.loop = loop_new();
	f.record = record_open(NULL);
	power_on(&f);
	connected_list(&f);
	addresses(&f);
	packets(&f);
	chain(&f);
	timed_connect(&f);
	carrier_attaches(&f);
	link_local(&f);
	hanging_connects(&f);
	limits(&f);
	commands(&f);
	control_free(f.control);
	record_close(f.record);
	loop_free(f.loop);
	return tap_done(&f.tap);
}
