// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A link is its virtual clock: free_ns tells when the rate lets the next packet begin.
 * Packets are held in one list in the order of their release; those that the link has not
 * finished with are the end of that list.
 */
#include "shaper_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MILLION		1000000u

struct shaper_packet {
	struct shaper_packet *next;
	uint64_t sent_us;		/* the link has finished with it */
	uint64_t release_us;
	size_t len;
	uint8_t data[];
};

/* xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift generators"). */
static uint64_t draw(struct shaper_link *link)
{
	uint64_t x = link->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	link->random = x;
	return x * 0x2545f4914f6cdd1d;
}

/* 0 to @limit - 1. The high bits are the good ones. */
static uint64_t draw_below(struct shaper_link *link, uint64_t limit)
{
	return (draw(link) >> 16) % limit;
}

void shaper_link_seed(struct shaper_link *link, uint64_t seed)
{
	/* One step of splitmix64, so that close seeds give streams that differ. */
	seed += 0x9e3779b97f4a7c15;
	seed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9;
	seed = (seed ^ seed >> 27) * 0x94d049bb133111eb;
	seed ^= seed >> 31;
	link->random = seed ? seed : 1;
}

static bool shapes(const struct shaper_link *link)
{
	const struct shaper_settings *settings = &link->settings;

	return link->first || settings->rate || settings->delay_us || settings->jitter_us ||
	       settings->loss_ppm;
}

/* How long this packet takes beyond the rate. Draws whatever becomes of it. */
static uint64_t draw_delay(struct shaper_link *link)
{
	const struct shaper_settings *settings = &link->settings;
	uint64_t delay_us;

	if (!settings->jitter_us)
		return settings->delay_us;
	delay_us = settings->delay_us + draw_below(link, 2 * settings->jitter_us + 1);
	return delay_us > settings->jitter_us ? delay_us - settings->jitter_us : 0;
}

static void advance_queue(struct shaper_link *link, uint64_t now_us)
{
	while (link->first_queued && link->first_queued->sent_us <= now_us) {
		link->first_queued = link->first_queued->next;
		link->queued--;
	}
}

/* When the link has finished with a packet of @len bytes that comes now. */
static uint64_t occupy(struct shaper_link *link, size_t len, uint64_t now_us)
{
	uint64_t now_ns = now_us * 1000;

	if (!link->settings.rate)
		return now_us;
	if (link->free_ns < now_ns)
		link->free_ns = now_ns;
	link->free_ns += (uint64_t)len * 8 * 1000000000 / link->settings.rate;
	return link->free_ns / 1000;
}

static bool has_room(const struct shaper_link *link, size_t len)
{
	if (link->bytes + len > SHAPER_BYTES_MAX)
		return false;
	return !link->settings.rate || link->queued < link->settings.queue;
}

static void append(struct shaper_link *link, struct shaper_packet *packet)
{
	*link->last = packet;
	link->last = &packet->next;
	link->bytes += packet->len;
	if (!link->first_queued)
		link->first_queued = packet;
	link->queued++;
	link->last_us = packet->release_us;
}

/* @delay_us beyond the rate. Packets never overtake each other. */
static int hold(struct shaper_link *link, const uint8_t *data, size_t len, uint64_t delay_us)
{
	uint64_t now_us = loop_now_us(link->timer.loop);
	struct shaper_packet *packet;

	advance_queue(link, now_us);
	packet = has_room(link, len) ? malloc(sizeof(*packet) + len) : NULL;
	if (!packet) {
		link->counters.overflowed++;
		return -EAGAIN;
	}
	packet->next = NULL;
	packet->len = len;
	memcpy(packet->data, data, len);
	packet->sent_us = occupy(link, len, now_us);
	packet->release_us = packet->sent_us + delay_us;
	if (link->first && packet->release_us < link->last_us)
		packet->release_us = link->last_us;
	append(link, packet);
	if (!link->timer.armed)
		loop_timer_arm(&link->timer, packet->release_us - now_us);
	return 0;
}

int shaper_link_packet(struct shaper_link *link, const uint8_t *packet, size_t len)
{
	bool lost;
	uint64_t delay_us;

	if (!shapes(link)) {
		link->counters.passed++;
		return link->deliver(link->self, link->session, packet, len);
	}
	lost = link->settings.loss_ppm && draw_below(link, MILLION) < link->settings.loss_ppm;
	delay_us = draw_delay(link);
	if (lost) {
		link->counters.lost++;
		return 0;
	}
	return hold(link, packet, len, delay_us);
}

uint64_t shaper_link_busy_us(const struct shaper_link *link)
{
	uint64_t free_us = link->free_ns / 1000;
	uint64_t wanted_us = loop_now_us(link->timer.loop) + link->settings.hold_us;

	if (!link->settings.rate || !link->settings.hold_us || free_us <= wanted_us)
		return 0;
	return free_us - wanted_us;
}

static struct shaper_packet *take_first(struct shaper_link *link)
{
	struct shaper_packet *packet = link->first;

	if (link->first_queued == packet) {
		link->first_queued = packet->next;
		link->queued--;
	}
	link->first = packet->next;
	if (!link->first)
		link->last = &link->first;
	link->bytes -= packet->len;
	return packet;
}

static void release(struct loop_timer *timer)
{
	struct shaper_link *link = timer->owner;
	uint64_t now_us = loop_now_us(timer->loop);

	while (link->first && link->first->release_us <= now_us) {
		struct shaper_packet *packet = take_first(link);

		link->counters.passed++;
		link->deliver(link->self, link->session, packet->data, packet->len);
		free(packet);
	}
	if (link->first && !timer->armed)
		loop_timer_arm(timer, link->first->release_us - now_us);
}

/* What a slow rate had promised must not hold up a fast one. */
void shaper_link_set(struct shaper_link *link, const struct shaper_settings *settings)
{
	if (link->settings.rate != settings->rate)
		link->free_ns = 0;
	link->settings = *settings;
}

void shaper_link_init(struct shaper_link *link, struct loop *loop)
{
	link->settings.queue = SHAPER_QUEUE_DEFAULT;
	link->last = &link->first;
	loop_timer_init(loop, &link->timer, release, link);
	shaper_link_seed(link, 0);
}

void shaper_link_clear(struct shaper_link *link)
{
	loop_timer_cancel(&link->timer);
	while (link->first)
		free(take_first(link));
	link->free_ns = 0;
}
