// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "chip.h"
#include "clock.h"
#include "dma.h"
#include "message.h"
#include "mood.h"
#include "mux.h"
#include "pci.h"
#include "pipe.h"
#include "report.h"
#include "sleep.h"
#include "vfio.h"

#define STAGE		0x00
#define CHIP_INFO	0x04
#define IMAGE		0x54
#define STATUS		0x60
#define CONTEXT		0x64
#define WINDOW_END	0x7c
#define VERSION		0xf0
#define CAPABILITIES	0xf4

#define BOOT		0xfeedb007
#define RUN		0x600df00d
#define CRASH		0x8badf00d
#define CD_READY	0xbadc0ded

#define CONTEXT_SIZE	56
#define REPEAT_NS	(100 * MS)

struct shared shared;
struct chip_options options;

static uint8_t scratch[CHIP_BAR2_SIZE], context[CONTEXT_SIZE];
static uint64_t context_address;
static bool looking, polling, context_written, interrupt_held, touched;
static uint32_t sleep_word;

static void boot_done(void);
static void init_done(void);
static void run_done(void);
static void repeat_run(void);
static void crash_done(void);
static void poll_heads(void);
static void spurious(void);

static struct timer boot_timer = { .fire = boot_done }, init_timer = { .fire = init_done },
	run_timer = { .fire = run_done }, repeat_timer = { .fire = repeat_run },
	crash_timer = { .fire = crash_done }, poll_timer = { .fire = poll_heads },
	spurious_timer = { .fire = spurious };

static uint32_t stage(void)
{
	return get32(scratch + STAGE);
}

const char *chip_stage(void)
{
	switch (stage()) {
	case BOOT: return "boot";
	case RUN: return "run";
	case CRASH: return "crash";
	default: return "cd-ready";
	}
}

bool chip_running(void)
{
	return stage() == RUN && get32(scratch + STATUS) == 2;
}

bool chip_may_dma(void)
{
	return pci_bus_master() && !pci_is_down();
}

void *chip_word(uint64_t address, const char *what)
{
	void *word = address & 3 ? NULL : dma_at(address, 4, true);

	if (!word)
		breach("dma", "the %s is at 0x%llx, where the device may not write", what,
		       (unsigned long long)address);
	return word;
}

/* ---- interrupts ---- */

void chip_interrupt(void)
{
	interrupt_held = !chip_may_dma();
	if (!interrupt_held)
		vfio_interrupt();
}

void chip_power_changed(void)
{
	if (interrupt_held)
		chip_interrupt();
	chip_look();
}

static void spurious(void)
{
	if (chip_running() && sleep_may_act())
		chip_interrupt();
	timer_set(&spurious_timer, mood(SPURIOUS_MS) * MS);
}

/* ---- power, boot ---- */

static void stop(void)
{
	timer_stop(&init_timer);
	timer_stop(&run_timer);
	timer_stop(&repeat_timer);
	timer_stop(&crash_timer);
	timer_stop(&poll_timer);
	timer_stop(&spurious_timer);
	looking = polling = false;
	message_stop();
	sleep_stop();
	mux_stop();
	pipe_stop();
}

void chip_power_on(void)
{
	uint32_t capabilities = 0;

	stop();
	timer_stop(&boot_timer);
	memset(scratch, 0, sizeof(scratch));
	memset(scratch + 0x7c, mood(JUNK), VERSION - 0x7c);
	put32(scratch + STAGE, mood(BOOT_MS) ? BOOT : RUN);
	scratch[CHIP_INFO] = 1;
	scratch[CHIP_INFO + 1] = 58;
	memset(scratch + CHIP_INFO + 2, mood(JUNK), 58);
	if (options.aggregation)
		capabilities |= (uint32_t)(mood(CAPABILITY_BITS) & 3) << 8;
	if (options.credits)
		capabilities |= 1u << 21;
	put32(scratch + VERSION, 0x0100);
	if (mood(OLD_VERSION) && capabilities == 0) {
		/* Then the word means nothing, whatever stands there. */
		put32(scratch + VERSION, 0x00ff);
		capabilities = 0x00200300;
	}
	put32(scratch + CAPABILITIES, capabilities);
	context_written = interrupt_held = touched = false;
}

void chip_init(void)
{
	chip_power_on();
}

static void boot_done(void)
{
	put32(scratch + STAGE, RUN);
}

/* ---- the start of the IPC ---- */

static void init_done(void)
{
	put32(scratch + STATUS, 1);
}

static bool context_read(void)
{
	context_address = get64(scratch + CONTEXT);
	if (!dma_read(context, context_address, CONTEXT_SIZE)) {
		breach("dma", "the context info is at 0x%llx, which is not mapped",
		       (unsigned long long)context_address);
		return false;
	}
	shared = (struct shared){
		.info = get64(context), .heads = get64(context + 8), .tails = get64(context + 16),
		.message_head = get64(context + 24), .message_tail = get64(context + 32),
		.message_ring = get64(context + 40), .entries = get16(context + 48),
	};
	if (context[50] || context[51])
		breach("context", "interrupt vectors %u and %u, of one", context[50], context[51]);
	if (get32(context + 52))
		breach("context", "padding is not zero");
	if (shared.entries < 2)
		breach("context", "a message ring of %u entries", shared.entries);
	if (!dma_mapped(shared.message_ring, shared.entries * 24u, true) || (shared.message_ring & 3))
		breach("dma", "the message ring is at 0x%llx", (unsigned long long)shared.message_ring);
	return chip_word(shared.info, "device info") && chip_word(shared.info + 8, "device info") &&
	       chip_word(shared.heads, "head array") && chip_word(shared.tails, "tail array") &&
	       chip_word(shared.message_head, "message head") &&
	       chip_word(shared.message_tail, "message tail") && shared.entries >= 2;
}

static void info_write(uint32_t stage_word, uint32_t status)
{
	uint8_t *info = dma_at(shared.info, 12, true);

	if (!info || !chip_may_dma())
		return;
	store32(info, stage_word);
	store32(info + 8, sleep_word);
	store32(info + 4, status);
}

void chip_info_sleep(uint32_t value)
{
	uint8_t *info = dma_at(shared.info, 12, true);

	sleep_word = value;
	if (info && chip_may_dma())
		store32(info + 8, value);
}

static void run_done(void)
{
	if (!chip_may_dma()) {
		breach("bus-master", "the IPC is to run, but bus mastering is off");
		return;
	}
	if (!context_read())
		return;
	sleep_word = 0;
	message_start();
	sleep_start();
	info_write(RUN, 2);
	put32(scratch + STATUS, 2);
	chip_interrupt();
	looking = true;
	if (mood(REPEAT_RUN))
		timer_set(&repeat_timer, REPEAT_NS);
	if (mood(POLL_MS))
		timer_set(&poll_timer, mood(POLL_MS) * MS);
	if (mood(SPURIOUS_MS))
		timer_set(&spurious_timer, mood(SPURIOUS_MS) * MS);
}

static void repeat_run(void)
{
	if (message_seen())
		return;
	chip_interrupt();
	timer_set(&repeat_timer, REPEAT_NS);
}

/* ---- crash ---- */

static void crashed(uint32_t stage_word)
{
	put32(scratch + STAGE, stage_word);
	if (get32(scratch + STATUS) == 2)
		info_write(stage_word, 2);
	chip_interrupt();
}

void chip_crash(void)
{
	stop();
	timer_stop(&boot_timer);
	if (mood(CRASH_MS) == 0) {
		crashed(CD_READY);
		return;
	}
	crashed(CRASH);
	if (mood(CRASH_MS) > 0)
		timer_set(&crash_timer, mood(CRASH_MS) * MS);
}

static void crash_done(void)
{
	crashed(CD_READY);
}

/* What owners saw: a modem that is used while it boots is dead until it is reset. */
static void used_while_booting(uint32_t doorbell, uint32_t value)
{
	breach("boot", "doorbell %u = 0x%x in stage BOOT", doorbell, value);
	stop();
	timer_stop(&boot_timer);
	crashed(CD_READY);
}

/* ---- registers ---- */

void chip_read(uint32_t bar, uint64_t offset, void *to, uint32_t size)
{
	memset(to, 0, size);
	if (pci_is_down()) {
		breach("d3", "BAR%u+0x%llx is read in D3hot", bar, (unsigned long long)offset);
		memset(to, 0xff, size);
	} else if (bar == 2) {
		/* The boot ROM waits for a host before it goes on. */
		if (!touched && stage() == BOOT)
			timer_set(&boot_timer, mood(BOOT_MS) * MS);
		touched = true;
		memcpy(to, scratch + offset, size);
	} else {
		note("register", "BAR0+0x%llx is read", (unsigned long long)offset);
	}
}

static void doorbell_look(uint32_t value)
{
	if (stage() == BOOT) {
		used_while_booting(0, value);
		return;
	}
	if (stage() != RUN)
		return;
	if (get32(scratch + STATUS) == 0 && !init_timer.armed) {
		breach("stage", "doorbell 0 = %u without an IPC", value);
		return;
	}
	if (value > 9)
		note("register", "doorbell 0 = 0x%x is no identifier", value);
	if (!pci_bus_master())
		breach("bus-master", "doorbell 0 while bus mastering is off");
	sleep_doorbell();
	chip_look();
}

static void doorbell_state(uint32_t value)
{
	uint32_t status = get32(scratch + STATUS);

	if (stage() == BOOT && value) {
		used_while_booting(1, value);
		return;
	}
	if (stage() != RUN)
		return;
	switch (value) {
	case 0:
		stop();
		put32(scratch + STATUS, 0);
		context_written = false;
		break;
	case 1:
		if (status == 2)
			breach("state", "initialised is requested while running");
		else if (status == 0)
			timer_need(&init_timer, mood(INIT_MS) * MS);
		break;
	case 2:
		if (status == 0)
			breach("state", "running is requested before initialised is seen");
		else if (!context_written)
			breach("state", "running is requested without a context address");
		else if (status == 1)
			timer_need(&run_timer, mood(RUN_MS) * MS);
		break;
	default:
		breach("state", "state 0x%x is requested", value);
	}
}

static void doorbell_write(uint64_t offset, uint32_t value, uint32_t size)
{
	if (size != 4 || (offset != 0x10 && offset != 0x30 && offset != 0x50)) {
		breach("register", "%u bytes are written to BAR0+0x%llx", size, (unsigned long long)offset);
		return;
	}
	if (offset == 0x10)
		doorbell_look(value);
	else if (offset == 0x30)
		doorbell_state(value);
	else if (chip_running())
		sleep_control(value);
}

static void scratch_write(uint64_t offset, const void *from, uint32_t size)
{
	bool image = offset >= IMAGE && offset + size <= STATUS;

	if ((!image && (offset < CONTEXT || offset + size > WINDOW_END)) || (size != 4 && size != 8) ||
	    (offset & 3)) {
		breach("register", "%u bytes are written to BAR2+0x%llx", size, (unsigned long long)offset);
		return;
	}
	if (stage() == BOOT ? !image : image)
		breach("register", "BAR2+0x%llx is written in stage %s", (unsigned long long)offset, chip_stage());
	if (get32(scratch + STATUS) == 2 && offset < WINDOW_END && !image)
		breach("register", "BAR2+0x%llx is written while the IPC runs", (unsigned long long)offset);
	memcpy(scratch + offset, from, size);
	if (offset <= CONTEXT + 4 && offset + size > CONTEXT)
		context_written = true;
}

void chip_write(uint32_t bar, uint64_t offset, const void *from, uint32_t size)
{
	if (pci_is_down())
		breach("d3", "BAR%u+0x%llx is written in D3hot", bar, (unsigned long long)offset);
	else if (bar == 0)
		doorbell_write(offset, size == 4 ? get32(from) : 0, size);
	else
		scratch_write(offset, from, size);
}

/* ---- work ---- */

/* What is ours alone, or was written once, must stay as it is. */
static void check_shared(void)
{
	uint8_t now[CONTEXT_SIZE];
	const uint8_t *info = dma_at(shared.info, 12, false);

	if (!info || load32(info) != RUN || load32(info + 4) != 2 || load32(info + 8) != sleep_word)
		breach("owner", "the device info is not what the device has written");
	if (!dma_read(now, context_address, CONTEXT_SIZE) || memcmp(now, context, CONTEXT_SIZE) != 0)
		breach("owner", "the context info has changed");
}

static void poll_heads(void)
{
	polling = true;
	timer_set(&poll_timer, mood(POLL_MS) * MS);
}

void chip_look(void)
{
	looking = true;
}

void chip_work(void)
{
	if (!chip_running() || !chip_may_dma())
		return;
	sleep_serve();
	if (!sleep_may_act())
		return;
	if (looking) {
		looking = false;
		check_shared();
		message_look();
		pipe_look(true);
	} else if (polling) {
		pipe_look(mood(POLL_UPLINK));
	}
	polling = false;
	message_serve();
	pipe_serve();
	mux_serve();
	pipe_publish();
}
