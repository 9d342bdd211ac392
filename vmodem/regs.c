// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables say which registers there are; one pair of functions serves them all. A breach
 * never changes what the register does: hardware does not complain either.
 */
#include "regs.h"

#include <endian.h>
#include <string.h>

#include "boot.h"
#include "check.h"
#include "dma.h"
#include "fault.h"
#include "modem.h"
#include "record.h"

enum {
	READ = 1,
	WRITE = 2,
	ANY_WIDTH = 4,	/* naturally aligned 1, 2, 4, 8 bytes; otherwise 4 bytes */
	WIDE = 8,	/* also 8 bytes at the start of the register (section 3) */
};

struct reg {
	uint8_t bar;
	uint16_t offset;
	uint8_t size;
	uint8_t flags;
	const char *name;
};

static const struct reg table[] = {
	{ 0, IOSM_DOORBELL_REG(0), 4, WRITE, "doorbell 0" },
	{ 0, IOSM_DOORBELL_REG(1), 4, WRITE, "doorbell 1" },
	{ 0, IOSM_DOORBELL_REG(2), 4, WRITE, "doorbell 2" },
	{ 2, IOSM_SCRATCH_STAGE, 4, READ, "execution stage" },
	{ 2, IOSM_SCRATCH_CHIP_INFO, IOSM_CHIP_INFO_SIZE, READ | ANY_WIDTH, "chip info" },
	{ 2, IOSM_SCRATCH_ROM_EXIT, 4, READ, "boot ROM exit code" },
	/* Reading back what was written is harmless, and flushes the write. */
	{ 2, IOSM_SCRATCH_PSI_ADDR, 8, READ | WRITE | WIDE, "PSI address" },
	{ 2, IOSM_SCRATCH_PSI_SIZE, 4, READ | WRITE, "PSI size" },
	{ 2, IOSM_SCRATCH_IPC_STATUS, 4, READ, "IPC status" },
	{ 2, IOSM_SCRATCH_CONTEXT, 8, READ | WRITE | WIDE, "context address" },
	{ 2, IOSM_SCRATCH_WINDOW_BASE, 8, READ | WRITE | WIDE, "window base" },
	{ 2, IOSM_SCRATCH_WINDOW_END, 8, READ | WRITE | WIDE, "window end" },
	{ 2, IOSM_SCRATCH_VERSION, 4, READ, "IPC version" },
	{ 2, IOSM_SCRATCH_CAPABILITIES, 4, READ, "capabilities" },
};

static const struct reg *find(unsigned int bar, uint32_t offset)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct reg *reg = &table[i];

		if (reg->bar == bar && offset >= reg->offset && offset < reg->offset + reg->size)
			return reg;
	}
	return NULL;
}

static bool fits(const struct reg *reg, uint32_t offset, uint32_t len)
{
	if (offset + len > (uint32_t)reg->offset + reg->size)
		return false;
	if (reg->flags & ANY_WIDTH)
		return (len == 1 || len == 2 || len == 4 || len == 8) && offset % len == 0;
	if (reg->flags & WIDE && len == 8)
		return offset == reg->offset;
	return len == 4 && offset % 4 == 0;
}

static const struct reg *judge(struct modem *modem, unsigned int bar, uint32_t offset, uint32_t len,
			       unsigned int direction)
{
	const char *verb = direction == READ ? "read" : "write";
	const struct reg *reg = find(bar, offset);

	if (!reg)
		check_breach(modem->check, CHECK_REG_UNKNOWN, "%s of %u bytes at BAR%u+0x%02x",
			     verb, len, bar, offset);
	else if (!(reg->flags & direction))
		check_breach(modem->check, CHECK_REG_DIRECTION, "%s of BAR%u+0x%02x (%s)", verb,
			     bar, offset, reg->name);
	else if (!fits(reg, offset, len))
		check_breach(modem->check, CHECK_REG_WIDTH, "%s of %u bytes at BAR%u+0x%02x (%s)",
			     verb, len, bar, offset, reg->name);
	else
		return reg;
	return NULL;
}

static void put32(uint8_t *image, uint32_t offset, uint32_t value)
{
	value = htole32(value);
	memcpy(image + offset, &value, sizeof(value));
}

static void put64(uint8_t *image, uint32_t offset, uint64_t value)
{
	put32(image, offset, (uint32_t)value);
	put32(image, offset + 4, (uint32_t)(value >> 32));
}

static void scratchpad(const struct modem *modem, uint8_t *image)
{
	const struct boot *boot = &modem->boot;

	memset(image, 0, REGS_BAR2_SIZE);
	put32(image, IOSM_SCRATCH_STAGE, boot->stage);
	memcpy(image + IOSM_SCRATCH_CHIP_INFO, boot->chip_info, sizeof(boot->chip_info));
	put32(image, IOSM_SCRATCH_ROM_EXIT, boot->rom_exit);
	put64(image, IOSM_SCRATCH_PSI_ADDR, boot->psi_address);
	put32(image, IOSM_SCRATCH_PSI_SIZE, boot->psi_size);
	put32(image, IOSM_SCRATCH_IPC_STATUS, boot->ipc_status);
	put64(image, IOSM_SCRATCH_CONTEXT, boot->context_address);
	put64(image, IOSM_SCRATCH_WINDOW_BASE, boot->window_base);
	put64(image, IOSM_SCRATCH_WINDOW_END, boot->window_end);
	put32(image, IOSM_SCRATCH_VERSION, IOSM_VERSION_WITH_CAPS);
	put32(image, IOSM_SCRATCH_CAPABILITIES, modem->config.capabilities);
}

/* Whether the BARs answer; a host that has closed them itself, and touches them, hears of it. */
static bool reachable(struct modem *modem, unsigned int bar, uint32_t offset)
{
	if (power_bars_answer(modem))
		return true;
	if (!modem->power.link_down && !modem->power.unannounced)
		check_breach(modem->check, CHECK_REG_OFF, "BAR%u+0x%02x in D%u, memory space %s",
			     bar, offset, pciconf_power_state(&modem->conf),
			     pciconf_memory_enabled(&modem->conf) ? "on" : "off");
	return false;
}

void regs_read(struct modem *modem, unsigned int bar, uint32_t offset, void *data, uint32_t len)
{
	uint8_t image[REGS_BAR2_SIZE];
	uint64_t value = 0;

	if (!reachable(modem, bar, offset)) {
		memset(data, 0xff, len);
		return;
	}
	judge(modem, bar, offset, len, READ);
	if (bar == IOSM_BAR_SCRATCHPAD) {
		scratchpad(modem, image);
		fault_register(modem->fault, image, offset, len);
		memcpy(data, image + offset, len);
	} else {
		memset(data, 0, len);
	}
	if (record_enabled(modem->record) && len <= 8) {
		memcpy(&value, data, len);
		record_event(modem->record, "pci", "read",
			     "\"bar\":%u,\"offset\":%u,\"bytes\":%u,\"value\":%llu", bar, offset,
			     len, (unsigned long long)le64toh(value));
	}
}

static void doorbell_hp(struct modem *modem, uint32_t value)
{
	if (modem->boot.stage == IOSM_STAGE_BOOT) {
		boot_doorbell_image(modem, value);
		return;
	}
	/* A crashed modem hears nothing; the host may not know yet. */
	if (modem->boot.stage != IOSM_STAGE_RUN && !boot_loader(modem))
		return;
	if (!boot_running(modem)) {
		check_breach(modem->check, CHECK_HP_NOT_RUNNING, "identifier %u, IPC status %u",
			     value, modem->boot.ipc_status);
		return;
	}
	if (value > IOSM_HP_DL_CTRL_INIT)
		check_breach(modem->check, CHECK_HP_IDENTIFIER, "identifier %u", value);
	if (!sleep_doorbell_hp(modem))
		return;
	if (modem->config.instant && !dma_busy(modem->dma))
		ring_scan_now(modem);
	else
		ring_scan_soon(modem);
}

static void doorbell_sleep(struct modem *modem, uint32_t value)
{
	if (modem->boot.stage == IOSM_STAGE_BOOT) {
		check_breach(modem->check, CHECK_BOOT_DOORBELL, "doorbell 2 = %u", value);
		boot_touched(modem);
		return;
	}
	if (modem->boot.stage != IOSM_STAGE_RUN && !boot_loader(modem))
		return;
	if (!boot_running(modem) || boot_loader(modem)) {
		check_breach(modem->check, CHECK_SLEEP_NOT_RUNNING,
			     "doorbell 2 = %u, stage %s, IPC status %u", value,
			     boot_stage_name(modem->boot.stage), modem->boot.ipc_status);
		return;
	}
	sleep_doorbell(modem, value);
}

static void deliver(struct modem *modem, unsigned int number, uint32_t value)
{
	switch (number) {
	case IOSM_DOORBELL_HP:
		doorbell_hp(modem, value);
		break;
	case IOSM_DOORBELL_IPC:
		boot_doorbell_ipc(modem, value);
		break;
	default:
		doorbell_sleep(modem, value);
	}
}

/*
 * While a layer below waits for the client's answer about its memory, its rings must not
 * change under it: keep the doorbell. One that takes the memory away ends that wait.
 */
static void defer(struct modem *modem, unsigned int number, uint32_t value)
{
	struct regs *regs = &modem->regs;

	if (number == IOSM_DOORBELL_IPC)
		dma_cancel(modem->dma);
	if (regs->deferred_count < REGS_DEFERRED_MAX) {
		regs->deferred[regs->deferred_count].number = number;
		regs->deferred[regs->deferred_count++].value = value;
	} else {
		record_say(modem->record, "doorbell %u = %u was lost in a storm of doorbells",
			   number, value);
	}
	power_settle_soon(modem);
}

void regs_heard(struct modem *modem, unsigned int number, uint32_t value)
{
	if (modem->power.hung)
		return;
	if (number != IOSM_DOORBELL_HP && dma_busy(modem->dma))
		defer(modem, number, value);
	else
		deliver(modem, number, value);
}

static void ring_doorbell(struct modem *modem, unsigned int number, uint32_t value)
{
	modem->regs.doorbells[number]++;
	record_event(modem->record, "doorbell", "ring", "\"doorbell\":%u,\"value\":%u", number,
		     value);
	if (!modem->power.hung && fault_doorbell(modem->fault, number, &value))
		regs_heard(modem, number, value);
}

void regs_settle(struct modem *modem)
{
	struct regs *regs = &modem->regs;
	unsigned int count = regs->deferred_count;

	for (unsigned int i = 0; i < count && i < regs->deferred_count; i++)
		deliver(modem, regs->deferred[i].number, regs->deferred[i].value);
	/* Delivering may have waited and deferred again, behind the old ones. */
	if (regs->deferred_count > count) {
		memmove(regs->deferred, regs->deferred + count,
			(regs->deferred_count - count) * sizeof(regs->deferred[0]));
		regs->deferred_count -= count;
	} else {
		regs->deferred_count = 0;
	}
}

void regs_reset(struct modem *modem)
{
	modem->regs.deferred_count = 0;
}

/* A 64-bit register, whole or one half of it, in any order. */
static void store64(uint64_t *reg, uint32_t at, const uint8_t *data, uint32_t len)
{
	uint64_t raw = htole64(*reg);

	memcpy((uint8_t *)&raw + at, data, len);
	*reg = le64toh(raw);
}

static void store(struct modem *modem, const struct reg *reg, uint32_t offset, const uint8_t *data,
		  uint32_t len)
{
	struct boot *boot = &modem->boot;
	uint32_t at = offset - reg->offset, value;

	memcpy(&value, data, sizeof(value));
	value = le32toh(value);
	if (reg->bar == IOSM_BAR_DOORBELL) {
		ring_doorbell(modem, (reg->offset - IOSM_DOORBELL_REG(0)) / 0x20, value);
		return;
	}
	switch (reg->offset) {
	case IOSM_SCRATCH_PSI_ADDR:
		store64(&boot->psi_address, at, data, len);
		break;
	case IOSM_SCRATCH_PSI_SIZE:
		boot->psi_size = value;
		break;
	case IOSM_SCRATCH_CONTEXT:
		store64(&boot->context_address, at, data, len);
		boot->context_written = true;
		break;
	case IOSM_SCRATCH_WINDOW_BASE:
		store64(&boot->window_base, at, data, len);
		break;
	case IOSM_SCRATCH_WINDOW_END:
		store64(&boot->window_end, at, data, len);
		break;
	}
}

void regs_write(struct modem *modem, unsigned int bar, uint32_t offset, const void *data,
		uint32_t len)
{
	const struct reg *reg;
	uint64_t value = 0;

	if (!reachable(modem, bar, offset))
		return;
	reg = judge(modem, bar, offset, len, WRITE);
	if (bar == IOSM_BAR_SCRATCHPAD && len <= 8) {
		memcpy(&value, data, len);
		record_event(modem->record, "pci", "write",
			     "\"bar\":%u,\"offset\":%u,\"bytes\":%u,\"value\":%llu", bar, offset,
			     len, (unsigned long long)le64toh(value));
	}
	if (reg)
		store(modem, reg, offset, data, len);
}
