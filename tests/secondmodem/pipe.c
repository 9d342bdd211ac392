// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "channel.h"
#include "chip.h"
#include "clock.h"
#include "dma.h"
#include "mood.h"
#include "pipe.h"
#include "report.h"
#include "sleep.h"

#define DESCRIPTOR	16
#define SIZE_MASK	0xffffff
#define DONE		(2u << 24)
#define ABORTED		(4u << 24)
#define UPLINK_MAX	(1 << 20)
#define QUEUE_MAX	64

/* A descriptor as it was when the host gave it away. */
struct taken {
	uint64_t address;
	uint32_t size, sum;
};

struct message {
	struct message *next;
	size_t size;
	uint8_t data[];
};

struct pipe {
	bool open, due;			/* due: uplink is to be fetched */
	uint64_t ring;
	uint32_t size;
	uint32_t seen, tail, published;
	uint32_t backoff_us;
	struct taken *taken;		/* by index; NULL while closed */
	struct message *first, **last;
	unsigned int queued;
};

static struct pipe pipes[PIPES];
static bool publish_due;

static void fetch_uplink(void)
{
	for (unsigned int i = 0; i < PIPES; i += 2)
		pipes[i].due = true;
}

static void be_due(void)
{
	publish_due = true;
}

static struct timer fetch_timer = { .fire = fetch_uplink }, publish_timer = { .fire = be_due };

static bool is_uplink(uint8_t id)
{
	return !(id & 1);
}

static void queue_clear(struct pipe *pipe)
{
	while (pipe->first) {
		struct message *message = pipe->first;

		pipe->first = message->next;
		free(message);
	}
	pipe->last = &pipe->first;
	pipe->queued = 0;
}

static void forget(struct pipe *pipe)
{
	if (pipe->last)
		queue_clear(pipe);
	free(pipe->taken);
	memset(pipe, 0, sizeof(*pipe));
}

void pipe_stop(void)
{
	for (unsigned int i = 0; i < PIPES; i++) {
		if (pipes[i].open)
			channel_closed(i);
		forget(&pipes[i]);
	}
	timer_stop(&fetch_timer);
	timer_stop(&publish_timer);
	publish_due = false;
}

bool pipe_open(uint8_t id, uint64_t ring, uint16_t size, uint32_t backoff_us)
{
	struct pipe *pipe = &pipes[id % PIPES];
	uint32_t *tail;

	if (id >= PIPES || size < 2) {
		breach("message", "open pipe %u with %u descriptors", id, size);
		return false;
	}
	if (pipe->open) {
		breach("message", "pipe %u is opened, and is open", id);
		return false;
	}
	if (!dma_mapped(ring, size * DESCRIPTOR, true) || (ring & 3)) {
		breach("dma", "the ring of pipe %u is at 0x%llx", id, (unsigned long long)ring);
		return false;
	}
	pipe->taken = calloc(size, sizeof(*pipe->taken));
	tail = chip_word(shared.tails + id * 4, "tail");
	if (!pipe->taken || !tail || !chip_word(shared.heads + id * 4, "head")) {
		forget(pipe);
		return false;
	}
	if (load32(tail) != 0 && !mood(TAIL_ZERO))
		breach("owner", "the tail of pipe %u is not zero when it is opened", id);
	if (mood(TAIL_ZERO))
		store32(tail, 0);
	pipe->ring = ring;
	pipe->size = size;
	pipe->backoff_us = backoff_us;
	pipe->last = &pipe->first;
	pipe->open = true;
	chip_look();
	return true;
}

static void publish(uint8_t id, struct pipe *pipe)
{
	uint32_t *word = chip_word(shared.tails + id * 4, "tail");

	pipe->published = pipe->tail;
	if (word)
		store32(word, pipe->tail);
	chip_interrupt();
}

static void status_write(struct pipe *pipe, uint32_t value)
{
	uint32_t *word = dma_at(pipe->ring + pipe->tail * DESCRIPTOR + 8, 4, true);

	if (word)
		store32(word, value);
}

static void give_back(uint8_t id, struct pipe *pipe)
{
	if (pipe->tail == pipe->seen)
		return;
	while (pipe->tail != pipe->seen) {
		status_write(pipe, ABORTED);
		pipe->tail = (pipe->tail + 1) % pipe->size;
	}
	publish(id, pipe);
}

bool pipe_close(uint8_t id)
{
	if (id >= PIPES || !pipes[id].open) {
		breach("message", "pipe %u is closed, but is not open", id);
		return false;
	}
	channel_closed(id);
	if (mood(GIVE_BACK))
		give_back(id, &pipes[id]);
	forget(&pipes[id]);
	return true;
}

bool pipe_is_open(uint8_t id)
{
	return pipes[id].open;
}

/* ---- heads ---- */

static uint32_t sum_of(const struct taken *taken)
{
	uint32_t sum = 2166136261u, left = taken->size;
	uint64_t address = taken->address;
	uint8_t part[4096];

	while (left) {
		uint32_t size = left < sizeof(part) ? left : sizeof(part);

		if (!dma_read(part, address, size))
			return 0;
		for (uint32_t i = 0; i < size; i++)
			sum = (sum ^ part[i]) * 16777619u;
		address += size;
		left -= size;
	}
	return sum;
}

static void check_overlap(uint8_t id, const struct taken *new)
{
	for (unsigned int i = 0; i < PIPES; i++) {
		struct pipe *pipe = &pipes[i];

		for (uint32_t at = pipe->tail; pipe->open && at != pipe->seen; at = (at + 1) % pipe->size) {
			struct taken *old = &pipe->taken[at];

			if (is_uplink(id) && is_uplink(i))
				continue;
			if (new->address < old->address + old->size && old->address < new->address + new->size) {
				breach("descriptor", "pipe %u gives 0x%llx, which pipe %u holds", id,
				       (unsigned long long)new->address, i);
				return;
			}
		}
	}
}

/* take: one more descriptor is ours */
static bool take(uint8_t id, struct pipe *pipe)
{
	struct taken *taken = &pipe->taken[pipe->seen];
	uint8_t raw[DESCRIPTOR];

	if (!dma_read(raw, pipe->ring + pipe->seen * DESCRIPTOR, DESCRIPTOR)) {
		breach("dma", "the ring of pipe %u is not mapped any more", id);
		return false;
	}
	taken->address = get64(raw);
	taken->size = get32(raw + 8) & SIZE_MASK;
	if (raw[11])
		breach("descriptor", "pipe %u gives one with status %u", id, raw[11]);
	if (get32(raw + 12))
		breach("descriptor", "pipe %u gives one with following descriptors 0x%x", id, get32(raw + 12));
	if (taken->size == 0 || !dma_mapped(taken->address, taken->size, !is_uplink(id))) {
		breach("dma", "pipe %u gives %u bytes at 0x%llx", id, taken->size,
		       (unsigned long long)taken->address);
		return false;
	}
	check_overlap(id, taken);
	if (is_uplink(id))
		taken->sum = sum_of(taken);
	pipe->seen = (pipe->seen + 1) % pipe->size;
	return true;
}

static void look(uint8_t id, struct pipe *pipe)
{
	uint32_t *head_word = chip_word(shared.heads + id * 4, "head");
	uint32_t *tail_word = chip_word(shared.tails + id * 4, "tail");
	uint32_t head, n = pipe->size;

	if (!head_word || !tail_word)
		return;
	head = load32(head_word);
	if (load32(tail_word) != pipe->published)
		breach("owner", "the tail of pipe %u is %u, the device has written %u", id, load32(tail_word),
		       pipe->published);
	if (head >= n) {
		breach("ring", "pipe %u: head %u of %u", id, head, n);
		return;
	}
	if ((head + n - pipe->published) % n < (pipe->seen + n - pipe->published) % n) {
		breach("ring", "pipe %u: head goes back from %u to %u, tail %u", id, pipe->seen, head,
		       pipe->published);
		return;
	}
	while (pipe->seen != head)
		if (!take(id, pipe))
			return;
}

void pipe_look(bool uplink_too)
{
	for (unsigned int i = 0; i < PIPES; i++) {
		struct pipe *pipe = &pipes[i];

		if (!pipe->open || (is_uplink(i) && !uplink_too))
			continue;
		look(i, pipe);
		if (is_uplink(i) && pipe->tail != pipe->seen) {
			if (mood(UPLINK_US))
				timer_need(&fetch_timer, mood(UPLINK_US) * US);
			else
				pipe->due = true;
		}
	}
}

/* ---- uplink ---- */

/* still_ours: nobody may touch a descriptor or its data while the device has it */
static void still_ours(uint8_t id, struct pipe *pipe)
{
	struct taken *taken = &pipe->taken[pipe->tail];
	uint8_t raw[DESCRIPTOR];

	if (!dma_read(raw, pipe->ring + pipe->tail * DESCRIPTOR, DESCRIPTOR))
		return;
	if (get64(raw) != taken->address || get32(raw + 8) != taken->size || get32(raw + 12))
		breach("owner", "pipe %u: descriptor %u was changed while the device had it", id, pipe->tail);
	if (is_uplink(id) && taken->sum != sum_of(taken))
		breach("owner", "pipe %u: the data of descriptor %u was changed while the device had it", id,
		       pipe->tail);
}

static void fetch_one(uint8_t id, struct pipe *pipe)
{
	static uint8_t data[UPLINK_MAX];
	struct taken taken = pipe->taken[pipe->tail];

	still_ours(id, pipe);
	if (mood(UPLINK_STATUS))
		status_write(pipe, taken.size | DONE);
	pipe->tail = (pipe->tail + 1) % pipe->size;
	sleep_busy();
	if (taken.size > UPLINK_MAX)
		note("descriptor", "pipe %u: %u bytes are too long for this modem", id, taken.size);
	else if (dma_read(data, taken.address, taken.size))
		channel_uplink(id, data, taken.size);
	else
		breach("dma", "pipe %u: the data at 0x%llx is not mapped any more", id,
		       (unsigned long long)taken.address);
}

static void fetch(uint8_t id, struct pipe *pipe)
{
	unsigned int batch = 0;

	pipe->due = false;
	while (pipe->tail != pipe->seen) {
		fetch_one(id, pipe);
		if (mood(UPLINK_BATCH) && ++batch % mood(UPLINK_BATCH) == 0)
			publish(id, pipe);
	}
	if (pipe->published != pipe->tail)
		publish(id, pipe);
}

/* ---- downlink ---- */

size_t pipe_room(uint8_t id)
{
	struct pipe *pipe = &pipes[id];

	return pipe->open && pipe->tail != pipe->seen ? pipe->taken[pipe->tail].size : 0;
}

void pipe_put(uint8_t id, const void *data, size_t size)
{
	struct pipe *pipe = &pipes[id];
	uint32_t batch = mood(DOWNLINK_BATCH), n = pipe->size;

	still_ours(id, pipe);
	if (!dma_write(pipe->taken[pipe->tail].address, data, size)) {
		breach("dma", "pipe %u: the buffer at 0x%llx is not mapped any more", id,
		       (unsigned long long)pipe->taken[pipe->tail].address);
		return;
	}
	__atomic_thread_fence(__ATOMIC_RELEASE);
	status_write(pipe, size | DONE);
	pipe->tail = (pipe->tail + 1) % n;
	sleep_busy();
	if (batch && (pipe->tail + n - pipe->published) % n >= batch)
		publish(id, pipe);
	else if (mood(DOWNLINK_US) && pipe->backoff_us)
		timer_need(&publish_timer, mood(DOWNLINK_US) * US);
	else
		publish_due = true;
}

void pipe_publish(void)
{
	if (!publish_due)
		return;
	publish_due = false;
	for (unsigned int i = 1; i < PIPES; i += 2)
		if (pipes[i].open && pipes[i].published != pipes[i].tail)
			publish(i, &pipes[i]);
}

void pipe_send(uint8_t id, const void *data, size_t size)
{
	struct pipe *pipe = &pipes[id];
	struct message *message;

	if (!pipe->open || pipe->queued >= QUEUE_MAX)
		return;
	message = malloc(sizeof(*message) + size);
	if (!message)
		return;
	message->next = NULL;
	message->size = size;
	memcpy(message->data, data, size);
	*pipe->last = message;
	pipe->last = &message->next;
	pipe->queued++;
}

static void drain(uint8_t id, struct pipe *pipe)
{
	while (pipe->first && pipe_room(id)) {
		struct message *message = pipe->first;

		if (message->size > pipe_room(id))
			note("descriptor", "pipe %u: a message of %zu bytes, a buffer of %zu", id, message->size,
			     pipe_room(id));
		else
			pipe_put(id, message->data, message->size);
		pipe->first = message->next;
		if (!pipe->first)
			pipe->last = &pipe->first;
		pipe->queued--;
		free(message);
	}
}

void pipe_serve(void)
{
	for (unsigned int i = 0; i < PIPES; i++) {
		if (!pipes[i].open)
			continue;
		if (!is_uplink(i))
			drain(i, &pipes[i]);
		else if (pipes[i].due)
			fetch(i, &pipes[i]);
	}
	/* What came up may have made an answer. */
	for (unsigned int i = 1; i < PIPES; i += 2)
		if (pipes[i].open)
			drain(i, &pipes[i]);
}

bool pipe_pending(void)
{
	for (unsigned int i = 0; i < PIPES; i++) {
		struct pipe *pipe = &pipes[i];

		if (!pipe->open)
			continue;
		if (pipe->first || pipe->published != pipe->tail ||
		    (is_uplink(i) && pipe->tail != pipe->seen))
			return true;
	}
	return false;
}
