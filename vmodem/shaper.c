// SPDX-License-Identifier: GPL-2.0-or-later
/* The links of all sessions, their settings, and the two faces of the shaper. */
#include "shaper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "network.h"
#include "settings.h"
#include "shaper_link.h"

#define TIME_MAX_US	60000000u
#define QUEUE_MAX	1000000u

enum { UP, DOWN, DIRECTIONS };

static const char *const direction_names[DIRECTIONS] = { "up", "down" };

struct shaper {
	struct downlink downlink;
	struct carrier carrier;
	struct shaper_link links[NETWORK_SESSIONS][DIRECTIONS];
};

/* ---- the way of a packet ---- */

static int deliver_up(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct shaper *shaper = self;

	shaper->carrier.ops->uplink(shaper->carrier.self, session, packet, len);
	return 0;
}

static int deliver_down(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct shaper *shaper = self;

	return shaper->downlink.packet(shaper->downlink.self, session, packet, len);
}

static int downlink_packet(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct shaper *shaper = self;

	if (session >= NETWORK_SESSIONS)
		return -ENOTCONN;
	if (!len || len > UINT16_MAX)
		return -EMSGSIZE;
	return shaper_link_packet(&shaper->links[session][DOWN], packet, len);
}

static size_t downlink_backlog(void *self, unsigned int session)
{
	struct shaper *shaper = self;
	const struct downlink *next = &shaper->downlink;
	size_t held = session < NETWORK_SESSIONS ? shaper->links[session][DOWN].bytes : 0;

	return held + (next->backlog ? next->backlog(next->self, session) : 0);
}

struct downlink shaper_downlink(struct shaper *shaper)
{
	return (struct downlink){
		.packet = downlink_packet, .backlog = downlink_backlog, .self = shaper,
	};
}

/* ---- as a carrier ---- */

static int carrier_attach(void *self, unsigned int session, struct network_ip *ip)
{
	struct shaper *shaper = self;
	const struct carrier *next = &shaper->carrier;

	return next->ops->attach ? next->ops->attach(next->self, session, ip) : 0;
}

/* What was on its way belonged to the bearer that is gone. */
static void carrier_detach(void *self, unsigned int session)
{
	struct shaper *shaper = self;
	const struct carrier *next = &shaper->carrier;

	for (unsigned int direction = 0; direction < DIRECTIONS; direction++)
		shaper_link_clear(&shaper->links[session][direction]);
	if (next->ops->detach)
		next->ops->detach(next->self, session);
}

static void carrier_uplink(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct shaper *shaper = self;

	shaper_link_packet(&shaper->links[session][UP], packet, len);
}

/* The host's sessions share one pipe: the slowest of them has it wait. */
static uint64_t carrier_busy_us(void *self)
{
	struct shaper *shaper = self;
	uint64_t longest_us = 0;

	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		uint64_t busy_us = shaper_link_busy_us(&shaper->links[session][UP]);

		if (busy_us > longest_us)
			longest_us = busy_us;
	}
	return longest_us;
}

static void carrier_free(void *self)
{
	struct shaper *shaper = self;

	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		for (unsigned int direction = 0; direction < DIRECTIONS; direction++)
			shaper_link_clear(&shaper->links[session][direction]);
	if (shaper->carrier.ops)
		shaper->carrier.ops->free(shaper->carrier.self);
	free(shaper);
}

struct carrier shaper_carrier(struct shaper *shaper, struct carrier carrier)
{
	static const struct carrier_ops ops = {
		.name = "shaper",
		.attach = carrier_attach,
		.detach = carrier_detach,
		.uplink = carrier_uplink,
		.busy_us = carrier_busy_us,
		.free = carrier_free,
	};

	shaper->carrier = carrier;
	return (struct carrier){ .ops = &ops, .self = shaper };
}

/* ---- settings ---- */

/* What a list of settings has changed so far. */
struct wish {
	unsigned int sessions;		/* bit a session */
	bool seeded;
	uint64_t seed;
	struct shaper_settings settings[NETWORK_SESSIONS][DIRECTIONS];
};

static const struct kind {
	const char *name, *meaning;
	size_t offset;
	unsigned int digits;		/* behind the point that count */
	uint64_t max;
} kinds[] = {
	{ "rate", "bit/s like 10M or 2.5G, or none", offsetof(struct shaper_settings, rate), 0, 0 },
	{ "queue", "1 to 1000000 packets", offsetof(struct shaper_settings, queue), 0, QUEUE_MAX },
	{ "hold", "up to 60000 ms", offsetof(struct shaper_settings, hold_us), 3, TIME_MAX_US },
	{ "delay", "up to 60000 ms", offsetof(struct shaper_settings, delay_us), 3, TIME_MAX_US },
	{ "jitter", "up to 60000 ms", offsetof(struct shaper_settings, jitter_us), 3,
	  TIME_MAX_US },
	{ "loss", "0 to 100 percent", offsetof(struct shaper_settings, loss_ppm), 4, 1000000 },
};

static bool read_value(const struct kind *kind, const char *text, uint64_t *value)
{
	if (!kind->max) {
		*value = 0;
		return !strcmp(text, "none") || settings_rate(text, value);
	}
	if (!settings_decimal(text, kind->digits, kind->max, value))
		return false;
	return *value || kind->offset != offsetof(struct shaper_settings, queue);
}

static void store(struct wish *wish, const struct kind *kind, unsigned int directions,
		  uint64_t value)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		if (!(wish->sessions & 1u << session))
			continue;
		for (unsigned int direction = 0; direction < DIRECTIONS; direction++)
			if (directions & 1u << direction)
				*(uint64_t *)((char *)&wish->settings[session][direction] +
					      kind->offset) = value;
	}
}

/* Takes "up-" or "down-" off the key. */
static unsigned int read_directions(const char **key)
{
	for (unsigned int direction = 0; direction < DIRECTIONS; direction++) {
		size_t len = strlen(direction_names[direction]);

		if (strncmp(*key, direction_names[direction], len) || (*key)[len] != '-')
			continue;
		*key += len + 1;
		return 1u << direction;
	}
	return 1u << UP | 1u << DOWN;
}

static int read_link_setting(struct wish *wish, const char *key, const char *value, char *error,
			     size_t size)
{
	const char *name = key;
	unsigned int directions = read_directions(&name);
	uint64_t number;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name))
			continue;
		if (!read_value(&kinds[i], value, &number))
			return settings_error(error, size, "%s is %s, not %s", key,
					      kinds[i].meaning, value);
		store(wish, &kinds[i], directions, number);
		return 0;
	}
	return settings_error(error, size, "a link has rate, queue, hold, delay, jitter and loss, not %s",
			      key);
}

static int read_setting(struct wish *wish, const char *key, const char *value, char *error,
			size_t size)
{
	uint64_t number;

	if (!strcmp(key, "seed")) {
		if (!settings_number(value, UINT32_MAX, &wish->seed))
			return settings_error(error, size, "seed is a number, not %s", value);
		wish->seeded = true;
		return 0;
	}
	if (strcmp(key, "session"))
		return read_link_setting(wish, key, value, error, size);
	if (!strcmp(value, "all"))
		wish->sessions = (1u << NETWORK_SESSIONS) - 1;
	else if (settings_number(value, NETWORK_SESSIONS - 1, &number))
		wish->sessions = 1u << number;
	else
		return settings_error(error, size, "session is 0 to %u or all, not %s",
				      NETWORK_SESSIONS - 1, value);
	return 0;
}

/* Each link has a stream of its own. */
static void reseed(struct shaper *shaper, unsigned int sessions, uint64_t seed)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		for (unsigned int direction = 0; direction < DIRECTIONS; direction++)
			if (sessions & 1u << session)
				shaper_link_seed(&shaper->links[session][direction],
						 seed * NETWORK_SESSIONS * DIRECTIONS +
						 session * DIRECTIONS + direction);
}

static void start_wish(struct wish *wish, const struct shaper *shaper)
{
	*wish = (struct wish){ .sessions = (1u << NETWORK_SESSIONS) - 1 };
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		for (unsigned int direction = 0; direction < DIRECTIONS; direction++)
			wish->settings[session][direction] =
				shaper->links[session][direction].settings;
}

static void grant(struct shaper *shaper, const struct wish *wish)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		for (unsigned int direction = 0; direction < DIRECTIONS; direction++)
			shaper_link_set(&shaper->links[session][direction],
					&wish->settings[session][direction]);
	if (wish->seeded)
		reseed(shaper, wish->sessions, wish->seed);
}

static int read_list(struct wish *wish, const char *list, char *error, size_t size)
{
	char copy[512], *rest = copy, *key, *value;

	if (strlen(list) >= sizeof(copy))
		return settings_error(error, size, "that is too long");
	strcpy(copy, list);
	while (settings_next(&rest, &key, &value)) {
		int result = read_setting(wish, key, value, error, size);

		if (result)
			return result;
	}
	return 0;
}

int shaper_set(struct shaper *shaper, const char *settings, char *error, size_t size)
{
	struct wish wish;
	int result;

	start_wish(&wish, shaper);
	result = read_list(&wish, settings, error, size);
	if (!result)
		grant(shaper, &wish);
	return result;
}

/* ---- the command ---- */

static void show_link(struct control_reply *reply, unsigned int session, const char *direction,
		      const struct shaper_link *link)
{
	const struct shaper_settings *settings = &link->settings;
	const struct shaper_counters *counters = &link->counters;

	if (!settings->rate && !settings->delay_us && !settings->jitter_us && !settings->loss_ppm &&
	    !counters->lost && !counters->overflowed)
		return;
	control_line(reply, "session %u %s: rate %llu bit/s, queue %llu, hold %llu us, delay %llu us, jitter %llu us, loss %llu ppm; passed %llu, lost %llu, overflowed %llu, held %zu bytes",
		     session, direction, (unsigned long long)settings->rate,
		     (unsigned long long)settings->queue, (unsigned long long)settings->hold_us,
		     (unsigned long long)settings->delay_us, (unsigned long long)settings->jitter_us,
		     (unsigned long long)settings->loss_ppm, (unsigned long long)counters->passed,
		     (unsigned long long)counters->lost, (unsigned long long)counters->overflowed,
		     link->bytes);
}

static int show(struct shaper *shaper, struct control_reply *reply)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		for (unsigned int direction = 0; direction < DIRECTIONS; direction++)
			show_link(reply, session, direction_names[direction],
				  &shaper->links[session][direction]);
	return 0;
}

/* What is held already leaves as it was told. */
static int command_shape(void *self, struct control_reply *reply, int argc, char **argv)
{
	static const char off[] = "rate=none,queue=1000,hold=0,delay=0,jitter=0,loss=0";
	struct shaper *shaper = self;
	struct wish wish;
	char error[160];

	if (argc == 1)
		return show(shaper, reply);
	start_wish(&wish, shaper);
	for (int i = 1; i < argc; i++)
		if (read_list(&wish, strcmp(argv[i], "off") ? argv[i] : off, error, sizeof(error)))
			return control_fail(reply, "%s", error);
	grant(shaper, &wish);
	return 0;
}

struct shaper *shaper_new(struct loop *loop, struct control *control, struct downlink downlink)
{
	struct shaper *shaper = calloc(1, sizeof(*shaper));

	if (!shaper)
		return NULL;
	shaper->downlink = downlink;
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		for (unsigned int direction = 0; direction < DIRECTIONS; direction++) {
			struct shaper_link *link = &shaper->links[session][direction];

			link->session = session;
			link->deliver = direction == UP ? deliver_up : deliver_down;
			link->self = shaper;
			shaper_link_init(link, loop);
		}
	}
	reseed(shaper, (1u << NETWORK_SESSIONS) - 1, 0);
	control_register(control, "shape",
			 "[off|session=N|[up-|down-]rate=BITS/S|queue=PACKETS|hold=MS|delay=MS|jitter=MS|loss=PERCENT|seed=N...]: show or change the paths of the sessions",
			 command_shape, shaper);
	return shaper;
}
