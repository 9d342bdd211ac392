// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>

#include "bytes.h"
#include "chip.h"
#include "clock.h"
#include "dma.h"
#include "message.h"
#include "mood.h"
#include "pipe.h"
#include "report.h"
#include "sleep.h"

#define ENTRY		24
#define TYPE		0x0b
#define COMPLETION	0x14
#define SUCCESS		1
#define ERROR		2

enum { OPEN = 0x01, CLOSE = 0x02, ABORT = 0x03, SLEEP = 0x04, FEATURES = 0xf0 };

static uint32_t tail, seen;
static bool any, due;

static void be_due(void)
{
	due = true;
}

static struct timer delay = { .fire = be_due };

void message_start(void)
{
	tail = seen = 0;
	any = due = false;
	store32(chip_word(shared.message_tail, "message tail"), 0);
}

void message_stop(void)
{
	timer_stop(&delay);
	tail = seen = 0;
	any = due = false;
}

bool message_seen(void)
{
	return any;
}

bool message_pending(void)
{
	return tail != seen;
}

void message_look(void)
{
	uint32_t *head_word = chip_word(shared.message_head, "message head");
	uint32_t *tail_word = chip_word(shared.message_tail, "message tail");
	uint32_t head, n = shared.entries;

	if (!head_word || !tail_word)
		return;
	head = load32(head_word);
	if (load32(tail_word) != tail)
		breach("owner", "the message tail is %u, the device has written %u", load32(tail_word), tail);
	if (head >= n) {
		breach("message-ring", "head %u of %u entries", head, n);
		return;
	}
	if ((head + n - tail) % n < (seen + n - tail) % n) {
		breach("message-ring", "head goes back from %u to %u, tail %u", seen, head, tail);
		return;
	}
	if (head == seen)
		return;
	seen = head;
	any = true;
	timer_need(&delay, mood(MESSAGE_US) * US);
	if (!mood(MESSAGE_US))
		due = true;
}

static bool all_zero(const uint8_t *from, unsigned int size)
{
	while (size--)
		if (*from++)
			return false;
	return true;
}

static bool do_open(const uint8_t *entry)
{
	uint32_t vector = get32(entry + 0x0c);

	/* 0x60 is what another vendor's driver writes, and it works. */
	if (vector != 0 && vector != 0x60)
		breach("message", "open pipe %u with interrupt vector %u", entry[0x0a], vector);
	return pipe_open(entry[0x0a], get64(entry), get16(entry + 8), get32(entry + 0x10));
}

static bool do_close(const uint8_t *entry)
{
	if (!all_zero(entry, 0x0a) || !all_zero(entry + 0x0c, 8))
		breach("message", "close pipe %u has bytes that are not zero", entry[0x0a]);
	return pipe_close(entry[0x0a]);
}

static bool do_sleep(const uint8_t *entry)
{
	if (!all_zero(entry, 8) || entry[0x0a] || !all_zero(entry + 0x0c, 8))
		breach("message", "sleep has reserved bytes that are not zero");
	if (sleep_message(entry[8], entry[9]))
		return true;
	breach("message", "sleep with target %u, state %u", entry[8], entry[9]);
	return false;
}

static bool do_features(const uint8_t *entry)
{
	if (!all_zero(entry, 0x0a) || (entry[0x0a] & 0x7f) || !all_zero(entry + 0x0c, 8))
		breach("message", "feature set has reserved bits that are not zero");
	return true;
}

static bool do_entry(const uint8_t *entry)
{
	uint32_t completion = get32(entry + COMPLETION);

	if (completion != 0 && completion != ERROR)
		breach("message", "a request with completion status %u", completion);
	switch (entry[TYPE]) {
	case OPEN: return do_open(entry);
	case CLOSE:
	case ABORT: return do_close(entry);
	case SLEEP: return do_sleep(entry);
	case FEATURES: return do_features(entry);
	}
	breach("message", "type 0x%02x", entry[TYPE]);
	return false;
}

static void publish(void)
{
	uint32_t *word = chip_word(shared.message_tail, "message tail");

	if (word)
		store32(word, tail);
	chip_interrupt();
}

void message_serve(void)
{
	if (!due || tail == seen)
		return;
	due = false;
	sleep_busy();
	while (tail != seen) {
		uint64_t address = shared.message_ring + tail * ENTRY;
		uint8_t entry[ENTRY];
		uint32_t *status = chip_word(address + COMPLETION, "message status");

		if (!status || !dma_read(entry, address, ENTRY))
			return;
		store32(status, do_entry(entry) ? SUCCESS : ERROR);
		tail = (tail + 1) % shared.entries;
		if (!mood(MESSAGE_BATCH))
			publish();
	}
	if (mood(MESSAGE_BATCH))
		publish();
}
