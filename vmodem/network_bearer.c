// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bearers of the network: activation, addresses, and the gate through which the
 * packets of each session pass.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "capture.h"
#include "loop.h"
#include "network_internal.h"
#include "record.h"

#define CAUSE_NETWORK_FAILURE	38	/* ESM, TS 24.301 */
#define CAUSE_IPV4_ONLY		50	/* ESM, TS 24.301 */
#define CAUSE_IPV6_ONLY		51

static const char *bearer_name(enum network_bearer_state state)
{
	static const char *const names[] = {
		[NETWORK_BEARER_INACTIVE] = "inactive",
		[NETWORK_BEARER_ACTIVATING] = "activating",
		[NETWORK_BEARER_ACTIVE] = "active",
	};

	return names[state];
}

static void bearer_set(struct network *network, unsigned int session,
		       enum network_bearer_state state, unsigned int cause)
{
	struct network_bearer *bearer = &network->slots[session].bearer;

	bearer->state = state;
	bearer->cause = cause;
	record_event(network->record, "network", "bearer",
		     "\"session\":%u,\"state\":\"%s\",\"type\":%u,\"cause\":%u",
		     session, bearer_name(state), bearer->ip.type, cause);
	network_notify(network, NETWORK_CHANGED_BEARER, session);
}

/* Each session has nets of its own, so that a packet shows where it belongs. */
void network_default_ip(unsigned int session, enum network_ip_type type, struct network_ip *ip)
{
	memset(ip, 0, sizeof(*ip));
	ip->type = type;
	ip->mtu = NETWORK_MTU;
	if (type & NETWORK_IPV4) {
		const uint8_t net[3] = { 10, 64, (uint8_t)session };

		memcpy(ip->ipv4, net, 3);
		memcpy(ip->ipv4_gateway, net, 3);
		memcpy(ip->ipv4_dns[0], net, 3);
		memcpy(ip->ipv4_dns[1], net, 3);
		ip->ipv4[3] = 2;
		ip->ipv4_gateway[3] = 1;
		ip->ipv4_dns[0][3] = 53;
		ip->ipv4_dns[1][3] = 54;
		ip->ipv4_prefix = 30;
	}
	if (type & NETWORK_IPV6) {
		/* 2001:db8::/32 is for documentation, RFC 3849. */
		const uint8_t net[8] = { 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x64, 0x00, (uint8_t)session };

		memcpy(ip->ipv6, net, 8);
		memcpy(ip->ipv6_gateway, net, 8);
		memcpy(ip->ipv6_dns[0], net, 8);
		memcpy(ip->ipv6_dns[1], net, 8);
		ip->ipv6[15] = 2;
		ip->ipv6_gateway[15] = 1;
		ip->ipv6_dns[0][15] = 0x53;
		ip->ipv6_dns[1][15] = 0x54;
		ip->ipv6_prefix = 64;
	}
}

static void bearer_configure(struct network *network, unsigned int session,
			     enum network_ip_type type)
{
	struct network_slot *slot = &network->slots[session];

	network_default_ip(session, type, &slot->bearer.ip);
	slot->bearer.ip.mtu = slot->mtu;
}

/* The carrier may know better addresses, or be unable to carry. */
static int bearer_attach(struct network *network, unsigned int session)
{
	const struct carrier *carrier = &network->carrier;
	struct network_slot *slot = &network->slots[session];
	int result = 0;

	if (carrier->ops && carrier->ops->attach)
		result = carrier->ops->attach(carrier->self, session, &slot->bearer.ip);
	slot->attached = !result;
	return result;
}

/*
 * Many networks tell only the interface identifier, and the router the prefix (TS 23.401,
 * 5.3.1.2.2): the carrier keeps the addresses that it knows.
 */
static void tell_link_local(struct network_ip *ip)
{
	static const uint8_t link_local[8] = { 0xfe, 0x80 };

	if (!(ip->type & NETWORK_IPV6))
		return;
	memcpy(ip->ipv6, link_local, sizeof(link_local));
	memcpy(ip->ipv6_gateway, link_local, sizeof(link_local));
}

static void bearer_detach(struct network_slot *slot)
{
	const struct carrier *carrier = &slot->network->carrier;

	if (slot->attached && carrier->ops && carrier->ops->detach)
		carrier->ops->detach(carrier->self, slot->session);
	slot->attached = false;
}

/* What the network grants of the wish in slot->asked. */
static void bearer_settle(struct network *network, unsigned int session)
{
	struct network_slot *slot = &network->slots[session];
	unsigned int granted = slot->asked & network->ip_types;
	unsigned int less = network->ip_types == NETWORK_IPV6 ? CAUSE_IPV6_ONLY : CAUSE_IPV4_ONLY;

	if (network->refuse_cause || !granted) {
		bearer_set(network, session, NETWORK_BEARER_INACTIVE,
			   network->refuse_cause ? network->refuse_cause : less);
		return;
	}
	bearer_configure(network, session, (enum network_ip_type)granted);
	if (bearer_attach(network, session)) {
		bearer_set(network, session, NETWORK_BEARER_INACTIVE, CAUSE_NETWORK_FAILURE);
		return;
	}
	if (network->link_local)
		tell_link_local(&slot->bearer.ip);
	bearer_set(network, session, NETWORK_BEARER_ACTIVE, granted == slot->asked ? 0 : less);
	network_notify(network, NETWORK_CHANGED_IP, session);
}

static void bearer_expired(struct loop_timer *timer)
{
	struct network_slot *slot = timer->owner;

	bearer_settle(slot->network, slot->session);
}

static void bearer_down(struct network *network, unsigned int session, unsigned int cause)
{
	struct network_slot *slot = &network->slots[session];

	if (slot->bearer.state == NETWORK_BEARER_INACTIVE)
		return;
	loop_timer_cancel(&slot->timer);
	bearer_detach(slot);
	bearer_set(network, session, NETWORK_BEARER_INACTIVE, cause);
}

void network_bearers_down(struct network *network, unsigned int cause)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		bearer_down(network, session, cause);
}

static int connect_allowed(const struct network *network)
{
	int err = network_usable(network);

	if (err)
		return err;
	if (!network_registered(network))
		return -ENOLINK;
	if (!network->attached)
		return -ENETUNREACH;
	return 0;
}

int network_connect(struct network *network, unsigned int session, const char *apn,
		    enum network_ip_type type)
{
	struct network_slot *slot;
	int err;

	if (session >= NETWORK_SESSIONS || !(type & NETWORK_IPV4V6) || strlen(apn) > NETWORK_APN_MAX)
		return -EINVAL;
	err = connect_allowed(network);
	if (err)
		return err;
	slot = &network->slots[session];
	if (slot->bearer.state != NETWORK_BEARER_INACTIVE)
		return -EBUSY;
	memset(&slot->bearer, 0, sizeof(slot->bearer));
	strcpy(slot->bearer.apn, apn);
	slot->asked = type;
	slot->bearer.ip.type = type;
	if (!network->connects_left) {
		bearer_set(network, session, NETWORK_BEARER_ACTIVATING, 0);
		return 0;
	}
	if (network->connects != NETWORK_ANY_CONNECTS)
		network->connects_left--;
	if (!network->connect_ms) {
		bearer_settle(network, session);
		return 0;
	}
	bearer_set(network, session, NETWORK_BEARER_ACTIVATING, 0);
	loop_timer_arm(&slot->timer, (uint64_t)network->connect_ms * 1000);
	return 0;
}

int network_drop(struct network *network, unsigned int session, unsigned int cause)
{
	if (session >= NETWORK_SESSIONS)
		return -EINVAL;
	if (network->slots[session].bearer.state == NETWORK_BEARER_INACTIVE)
		return -ENOTCONN;
	bearer_down(network, session, cause);
	return 0;
}

int network_disconnect(struct network *network, unsigned int session)
{
	return network_drop(network, session, 0);
}

const struct network_bearer *network_bearer(const struct network *network, unsigned int session)
{
	assert(session < NETWORK_SESSIONS);
	return &network->slots[session].bearer;
}

int network_set_mtu(struct network *network, unsigned int session, uint32_t mtu)
{
	struct network_slot *slot;

	if (session >= NETWORK_SESSIONS || mtu < NETWORK_MTU_MIN || mtu > NETWORK_MTU_MAX)
		return -EINVAL;
	slot = &network->slots[session];
	slot->mtu = mtu;
	if (slot->bearer.state != NETWORK_BEARER_ACTIVE || slot->bearer.ip.mtu == mtu)
		return 0;
	slot->bearer.ip.mtu = mtu;
	network_notify(network, NETWORK_CHANGED_IP, session);
	return 0;
}

static bool carries(const struct network *network, unsigned int session,
		    const uint8_t *packet, size_t len)
{
	const struct network_bearer *bearer;

	if (session >= NETWORK_SESSIONS || !len)
		return false;
	bearer = &network->slots[session].bearer;
	if (bearer->state != NETWORK_BEARER_ACTIVE)
		return false;
	return (packet[0] >> 4 == 4 && bearer->ip.type & NETWORK_IPV4) ||
	       (packet[0] >> 4 == 6 && bearer->ip.type & NETWORK_IPV6);
}

void network_uplink(struct network *network, unsigned int session,
		    const uint8_t *packet, size_t len)
{
	if (session < NETWORK_SESSIONS)
		capture_ip(network->capture, session, CAPTURE_UPLINK, packet, len);
	if (!carries(network, session, packet, len)) {
		network->counters.uplink_drops++;
		record_event(network->record, "ip", "uplink_drop",
			     "\"session\":%u,\"bytes\":%zu", session, len);
		return;
	}
	network->counters.uplink_packets++;
	network->counters.uplink_bytes += len;
	if (network->carrier.ops)
		network->carrier.ops->uplink(network->carrier.self, session, packet, len);
}

uint64_t network_uplink_busy_us(const struct network *network)
{
	const struct carrier *carrier = &network->carrier;

	return carrier->ops && carrier->ops->busy_us ? carrier->ops->busy_us(carrier->self) : 0;
}

static int downlink_packet(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct network *network = self;
	int err = -ENOTCONN;

	if (carries(network, session, packet, len) && network->downlink.packet)
		err = network->downlink.packet(network->downlink.self, session, packet, len);
	if (err) {
		network->counters.downlink_drops++;
		return err;
	}
	capture_ip(network->capture, session, CAPTURE_DOWNLINK, packet, len);
	network->counters.downlink_packets++;
	network->counters.downlink_bytes += len;
	return 0;
}

static size_t downlink_backlog(void *self, unsigned int session)
{
	const struct downlink *downlink = &((struct network *)self)->downlink;

	return downlink->backlog ? downlink->backlog(downlink->self, session) : 0;
}

struct downlink network_downlink(struct network *network)
{
	return (struct downlink){
		.packet = downlink_packet, .backlog = downlink_backlog, .self = network,
	};
}

void network_set_downlink(struct network *network, struct downlink downlink)
{
	network->downlink = downlink;
}

void network_set_carrier(struct network *network, struct carrier carrier)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		bearer_detach(&network->slots[session]);
	if (network->carrier.ops && network->carrier.ops->free)
		network->carrier.ops->free(network->carrier.self);
	network->carrier = carrier;
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		if (network->slots[session].bearer.state == NETWORK_BEARER_ACTIVE &&
		    bearer_attach(network, session))
			network_drop(network, session, CAUSE_NETWORK_FAILURE);
}

const struct network_counters *network_counters(const struct network *network)
{
	return &network->counters;
}

void network_bearers_init(struct network *network)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		struct network_slot *slot = &network->slots[session];

		slot->network = network;
		slot->session = session;
		slot->mtu = NETWORK_MTU;
		loop_timer_init(network->loop, &slot->timer, bearer_expired, slot);
	}
}

void network_bearers_forget(struct network *network)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		struct network_slot *slot = &network->slots[session];

		loop_timer_cancel(&slot->timer);
		bearer_detach(slot);
		memset(&slot->bearer, 0, sizeof(slot->bearer));
	}
}
