// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libslirp in an epoll loop. It was made for poll(): before each wait it names what it waits
 * for, after it learns what happened. Its wishes only change when it works, so it is asked
 * anew in the next round of the loop after it got a packet, an event or a time-out, and the
 * watches follow its answer.
 */
#include "carrier_nat.h"

#include <errno.h>
#include <slirp/libslirp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "control.h"
#include "loop.h"
#include "nat_ethernet.h"
#include "network.h"
#include "record.h"
#include "settings.h"

#define PACKET_MAX	65535u

struct nat_session;

/* A descriptor that libslirp waits for. */
struct nat_watch {
	struct loop_fd fd;
	struct nat_session *session;
	struct nat_watch *next;
	uint32_t happened;	/* epoll events since libslirp looked */
	bool wanted;		/* named in the present round of questions */
};

/* A timer of libslirp. */
struct nat_timer {
	struct loop_timer timer;
	struct nat_session *session;
	SlirpTimerId id;
	void *opaque;
};

struct nat_session {
	struct nat *nat;
	unsigned int id;
	Slirp *slirp;			/* NULL: no bearer */
	struct nat_watch *watches;
	struct loop_timer work_timer;	/* libslirp works when it expires */
	uint64_t uplink_packets, downlink_packets, refused;
};

struct nat {
	struct loop *loop;
	struct record *record;
	struct downlink downlink;
	struct nat_session sessions[NETWORK_SESSIONS];
	uint8_t frame[NAT_ETHERNET_HEADER + PACKET_MAX];
};

static void work_soon(struct nat_session *session)
{
	loop_timer_arm(&session->work_timer, 0);
}

/* ---- descriptors ---- */

static const struct {
	int slirp;
	uint32_t epoll;
} events_table[] = {
	{ SLIRP_POLL_IN, EPOLLIN },
	{ SLIRP_POLL_OUT, EPOLLOUT },
	{ SLIRP_POLL_PRI, EPOLLPRI },
	{ SLIRP_POLL_ERR, EPOLLERR },
	{ SLIRP_POLL_HUP, EPOLLHUP },
};

#define EVENTS (sizeof(events_table) / sizeof(events_table[0]))

static uint32_t to_epoll(int events)
{
	uint32_t result = 0;

	for (size_t i = 0; i < EVENTS; i++)
		if (events & events_table[i].slirp)
			result |= events_table[i].epoll;
	return result;
}

static int to_slirp(uint32_t events)
{
	int result = 0;

	for (size_t i = 0; i < EVENTS; i++)
		if (events & events_table[i].epoll)
			result |= events_table[i].slirp;
	return result;
}

static struct nat_watch **find_watch(struct nat_session *session, int fd)
{
	struct nat_watch **place = &session->watches;

	while (*place && (*place)->fd.fd != fd)
		place = &(*place)->next;
	return place;
}

static void drop_watch(struct nat_watch **place)
{
	struct nat_watch *watch = *place;

	*place = watch->next;
	loop_fd_forget(&watch->fd);
	free(watch);
}

/* libslirp works at the end of this round of the loop. */
static void watch_ready(struct loop_fd *fd, uint32_t events)
{
	struct nat_watch *watch = fd->owner;

	watch->happened |= events;
	work_soon(watch->session);
}

static struct nat_watch *add_watch(struct nat_session *session, int fd, uint32_t events)
{
	struct nat_watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->session = session;
	watch->fd = (struct loop_fd){ .fd = -1, .ready = watch_ready, .owner = watch };
	if (loop_fd_watch(session->nat->loop, &watch->fd, fd, events)) {
		free(watch);
		return NULL;
	}
	watch->next = session->watches;
	session->watches = watch;
	return watch;
}

/* libslirp's index of a descriptor is the descriptor. */
static int slirp_add_poll(int fd, int events, void *opaque)
{
	struct nat_session *session = opaque;
	struct nat_watch **place = find_watch(session, fd);
	struct nat_watch *watch;

	if (*place && loop_fd_change(&(*place)->fd, to_epoll(events)))
		drop_watch(place);
	watch = *find_watch(session, fd);
	if (!watch)
		watch = add_watch(session, fd, to_epoll(events));
	if (!watch)
		return -1;
	watch->wanted = true;
	return fd;
}

static int slirp_get_revents(int index, void *opaque)
{
	struct nat_watch *watch = *find_watch(opaque, index);

	return watch ? to_slirp(watch->happened) : 0;
}

static void slirp_unregister(int fd, void *opaque)
{
	struct nat_watch **place = find_watch(opaque, fd);

	if (*place)
		drop_watch(place);
}

static void slirp_register(int fd, void *opaque)
{
	(void)fd;
	(void)opaque;
}

/* Asks libslirp what it waits for now. */
static void ask(struct nat_session *session)
{
	uint32_t timeout_ms = UINT32_MAX;
	struct nat_watch **place = &session->watches;

	for (struct nat_watch *watch = session->watches; watch; watch = watch->next) {
		watch->wanted = false;
		watch->happened = 0;
	}
	slirp_pollfds_fill(session->slirp, &timeout_ms, slirp_add_poll, session);
	while (*place) {
		if ((*place)->wanted)
			place = &(*place)->next;
		else
			drop_watch(place);
	}
	if (timeout_ms == UINT32_MAX)
		loop_timer_cancel(&session->work_timer);
	else
		loop_timer_arm(&session->work_timer, (uint64_t)timeout_ms * 1000);
}

static void work(struct loop_timer *timer)
{
	struct nat_session *session = timer->owner;

	slirp_pollfds_poll(session->slirp, 0, slirp_get_revents, session);
	ask(session);
}

/* ---- what libslirp calls ---- */

static ssize_t slirp_send(const void *data, size_t len, void *opaque)
{
	struct nat_session *session = opaque;
	const struct downlink *downlink = &session->nat->downlink;
	uint8_t answer[NAT_ETHERNET_SHORT];
	size_t packet_len, answer_len = nat_ethernet_answer(data, len, answer);
	const uint8_t *packet;

	if (answer_len) {
		slirp_input(session->slirp, answer, (int)answer_len);
		work_soon(session);
		return (ssize_t)len;
	}
	packet = nat_ethernet_packet(data, len, &packet_len);
	if (!packet)
		return (ssize_t)len;
	if (downlink->packet(downlink->self, session->id, packet, packet_len))
		session->refused++;
	else
		session->downlink_packets++;
	return (ssize_t)len;
}

static void slirp_guest_error(const char *message, void *opaque)
{
	struct nat_session *session = opaque;

	record_event(session->nat->record, "ip", "nat_error", "\"session\":%u", session->id);
	record_say(session->nat->record, "session %u: %s", session->id, message);
}

static int64_t slirp_clock_ns(void *opaque)
{
	struct nat_session *session = opaque;

	return (int64_t)loop_now_us(session->nat->loop) * 1000;
}

static void timer_expired(struct loop_timer *loop_timer)
{
	struct nat_timer *timer = loop_timer->owner;

	slirp_handle_timer(timer->session->slirp, timer->id, timer->opaque);
	work_soon(timer->session);
}

static void *slirp_timer_new(SlirpTimerId id, void *timer_opaque, void *opaque)
{
	struct nat_session *session = opaque;
	struct nat_timer *timer = calloc(1, sizeof(*timer));

	if (!timer)
		return NULL;
	timer->session = session;
	timer->id = id;
	timer->opaque = timer_opaque;
	loop_timer_init(session->nat->loop, &timer->timer, timer_expired, timer);
	return timer;
}

static void slirp_timer_free(void *self, void *opaque)
{
	struct nat_timer *timer = self;

	(void)opaque;
	if (!timer)
		return;
	loop_timer_cancel(&timer->timer);
	free(timer);
}

static void slirp_timer_mod(void *self, int64_t expire_ms, void *opaque)
{
	struct nat_timer *timer = self;
	int64_t now_ms = slirp_clock_ns(opaque) / 1000000;

	if (timer)
		loop_timer_arm(&timer->timer,
			       expire_ms > now_ms ? (uint64_t)(expire_ms - now_ms) * 1000 : 0);
}

static void slirp_notify(void *opaque)
{
	work_soon(opaque);
}

static void slirp_completed(Slirp *slirp, void *opaque)
{
	struct nat_session *session = opaque;

	session->slirp = slirp;
}

static const SlirpCb callbacks = {
	.send_packet = slirp_send,
	.guest_error = slirp_guest_error,
	.clock_get_ns = slirp_clock_ns,
	.timer_new_opaque = slirp_timer_new,
	.timer_free = slirp_timer_free,
	.timer_mod = slirp_timer_mod,
	.register_poll_fd = slirp_register,
	.unregister_poll_fd = slirp_unregister,
	.notify = slirp_notify,
	.init_completed = slirp_completed,
};

/* ---- as a carrier ---- */

/* The bearer's net with room for the gateway and the name server, which its /30 has not. */
static void configure(SlirpConfig *config, const struct network_ip *ip)
{
	*config = (SlirpConfig){
		.version = 4,
		.in_enabled = ip->type & NETWORK_IPV4,
		.in6_enabled = ip->type & NETWORK_IPV6,
		.vprefix_len = 64,
		.if_mtu = ip->mtu,
		.if_mru = ip->mtu,
		.disable_dhcp = true,
	};
	config->vnetmask.s_addr = htonl(0xffffff00);
	memcpy(&config->vhost, ip->ipv4_gateway, 4);
	memcpy(&config->vdhcp_start, ip->ipv4, 4);
	memcpy(&config->vnameserver, ip->ipv4_dns[0], 4);
	config->vnetwork.s_addr = config->vhost.s_addr & config->vnetmask.s_addr;
	memcpy(&config->vprefix_addr6, ip->ipv6, 8);
	memcpy(&config->vhost6, ip->ipv6_gateway, 16);
	memcpy(&config->vnameserver6, ip->ipv6_dns[0], 16);
}

static void announce(struct nat_session *session, const struct network_ip *ip)
{
	uint8_t frame[NAT_ETHERNET_SHORT];

	if (ip->type & NETWORK_IPV4)
		slirp_input(session->slirp, frame,
			    (int)nat_ethernet_announce4(frame, ip->ipv4));
	if (ip->type & NETWORK_IPV6)
		slirp_input(session->slirp, frame,
			    (int)nat_ethernet_announce6(frame, ip->ipv6));
}

static int carrier_attach(void *self, unsigned int id, struct network_ip *ip)
{
	struct nat *nat = self;
	struct nat_session *session = &nat->sessions[id];
	SlirpConfig config;

	/* libslirp has one name server; clients of the modem expect two. */
	memcpy(ip->ipv4_dns[1], ip->ipv4_dns[0], 4);
	memcpy(ip->ipv6_dns[1], ip->ipv6_dns[0], 16);
	configure(&config, ip);
	session->slirp = slirp_new(&config, &callbacks, session);
	if (!session->slirp) {
		record_say(nat->record, "session %u: libslirp does not start", id);
		return -EIO;
	}
	announce(session, ip);
	ask(session);
	return 0;
}

static void carrier_detach(void *self, unsigned int id)
{
	struct nat *nat = self;
	struct nat_session *session = &nat->sessions[id];

	if (!session->slirp)
		return;
	slirp_cleanup(session->slirp);
	session->slirp = NULL;
	while (session->watches)
		drop_watch(&session->watches);
	loop_timer_cancel(&session->work_timer);
}

static void carrier_uplink(void *self, unsigned int id, const uint8_t *packet, size_t len)
{
	struct nat *nat = self;
	struct nat_session *session = &nat->sessions[id];

	if (!session->slirp || !len || len > PACKET_MAX)
		return;
	session->uplink_packets++;
	nat_ethernet_header(nat->frame, packet[0] >> 4);
	memcpy(nat->frame + NAT_ETHERNET_HEADER, packet, len);
	slirp_input(session->slirp, nat->frame, (int)(NAT_ETHERNET_HEADER + len));
	work_soon(session);
}

static unsigned int count_watches(const struct nat_session *session)
{
	unsigned int count = 0;

	for (const struct nat_watch *watch = session->watches; watch; watch = watch->next)
		count++;
	return count;
}

static void carrier_show(void *self, struct control_reply *reply)
{
	const struct nat *nat = self;

	for (unsigned int id = 0; id < NETWORK_SESSIONS; id++) {
		const struct nat_session *session = &nat->sessions[id];

		if (session->slirp)
			control_line(reply, "session %u: uplink %llu, downlink %llu packets, refused %llu, sockets %u",
				     id, (unsigned long long)session->uplink_packets,
				     (unsigned long long)session->downlink_packets,
				     (unsigned long long)session->refused, count_watches(session));
	}
}

static void carrier_free(void *self)
{
	struct nat *nat = self;

	for (unsigned int id = 0; id < NETWORK_SESSIONS; id++)
		carrier_detach(nat, id);
	free(nat);
}

int carrier_nat_make(struct carrier *carrier, const struct carrier_config *config,
		     char *settings, char *error, size_t size)
{
	static const struct carrier_ops ops = {
		.name = "nat",
		.attach = carrier_attach,
		.detach = carrier_detach,
		.uplink = carrier_uplink,
		.show = carrier_show,
		.free = carrier_free,
	};
	struct nat *nat;

	if (settings)
		return settings_error(error, size, "nat has no settings");
	nat = calloc(1, sizeof(*nat));
	if (!nat)
		return -ENOMEM;
	nat->loop = config->loop;
	nat->record = config->record;
	nat->downlink = config->downlink;
	for (unsigned int id = 0; id < NETWORK_SESSIONS; id++) {
		nat->sessions[id].nat = nat;
		nat->sessions[id].id = id;
		loop_timer_init(nat->loop, &nat->sessions[id].work_timer, work,
				&nat->sessions[id]);
	}
	*carrier = (struct carrier){ .ops = &ops, .self = nat };
	return 0;
}
