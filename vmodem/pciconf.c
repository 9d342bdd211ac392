// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The registers of an XMM7360/XMM7560 as field-notes and listings of real machines show
 * them: power management at 0x40, MSI at 0x50, PCI Express at 0x70, AER at 0x100, LTR at
 * 0x148, L1 substates at 0x150. Register layouts: PCI Express base specification.
 */
#include "pciconf.h"

#include <stddef.h>
#include <string.h>

#include "../driver/iosm_wire.h"

#define COMMAND		0x04
#define PM_CAP		0x40
#define PMCSR		0x44
#define MSI_CAP		0x50
#define MSI_CONTROL	0x52
#define PCIE_CAP	0x70
#define DEVICE_CONTROL	0x78
#define AER_CAP		0x100
#define LTR_CAP		0x148
#define L1SS_CAP	0x150

#define COMMAND_MEMORY	0x0002
#define COMMAND_MASTER	0x0004
#define PMCSR_STATE	0x0003
#define PMCSR_PME_EN	0x0100
#define PMCSR_PME_STATUS 0x8000
#define FLR_BIT		0x8000

struct reg {
	uint16_t offset;
	uint8_t bytes;
	uint32_t value;
	uint32_t writable;
	uint32_t clearable;
};

static const struct reg regs[] = {
	{ 0x00, 2, IOSM_PCI_VENDOR_ID, 0, 0 },
	/* Memory space, bus master, parity and SERR reporting, INTx disable. */
	{ COMMAND, 2, 0, 0x0546, 0 },
	{ 0x06, 2, 0x0010, 0, 0xf900 },
	{ 0x08, 4, 0x0d400001, 0, 0 },
	{ 0x0c, 4, 0, 0x000000ff, 0 },
	{ 0x10, 4, 0x00000004, 0xfffff000, 0 },	/* BAR0: 4 KiB, 64 bit */
	{ 0x14, 4, 0, 0xffffffff, 0 },
	{ 0x18, 4, 0x00000004, 0xfffffc00, 0 },	/* BAR2: 1 KiB, 64 bit */
	{ 0x1c, 4, 0, 0xffffffff, 0 },
	{ 0x34, 4, PM_CAP, 0, 0 },
	{ 0x3c, 2, 0, 0x00ff, 0 },		/* no interrupt pin: MSI only */

	/* Version 3, PME from D0, D3hot and D3cold; no soft reset when leaving D3hot. */
	{ PM_CAP, 4, 0xc8030000 | MSI_CAP << 8 | 0x01, 0, 0 },
	{ PMCSR, 2, 0x0008, PMCSR_STATE | PMCSR_PME_EN, PMCSR_PME_STATUS },

	/* 64-bit addresses, 1 of 4 vectors, not maskable. */
	{ MSI_CAP, 4, 0x00840000 | PCIE_CAP << 8 | 0x05, 0x00710000, 0 },
	{ 0x54, 4, 0, 0xfffffffc, 0 },
	{ 0x58, 4, 0, 0xffffffff, 0 },
	{ 0x5c, 2, 0, 0xffff, 0 },

	/* Endpoint, version 2; payload 256, FLR, no latency limits, role-based errors. */
	{ PCIE_CAP, 4, 0x00020010, 0, 0 },
	{ 0x74, 4, 0x10008fe1, 0, 0 },
	{ DEVICE_CONTROL, 2, 0x2810, 0x7dff, 0 },
	{ 0x7a, 2, 0, 0, 0x000f },
	{ 0x7c, 4, 0x00068812, 0, 0 },		/* 5 GT/s, x1, ASPM L1 (16-32 us), clock PM */
	{ 0x80, 2, 0, 0x01cb, 0 },
	{ 0x82, 2, 0x1012, 0, 0 },		/* 5 GT/s, x1, slot clock */
	{ 0x94, 4, 0x0000081f, 0, 0 },		/* LTR, completion timeout ranges */
	{ 0x98, 2, 0, 0x041f, 0 },
	{ 0x9c, 4, 0x00000006, 0, 0 },
	{ 0xa0, 2, 0x0002, 0x000f, 0 },

	{ AER_CAP, 4, LTR_CAP << 20 | 0x00010001, 0, 0 },
	{ 0x104, 4, 0, 0, 0x007ff030 },
	{ 0x108, 4, 0, 0x007ff030, 0 },
	{ 0x10c, 4, 0x00462030, 0x007ff030, 0 },
	{ 0x110, 4, 0, 0, 0x0000f1c1 },
	{ 0x114, 4, 0x00002000, 0x0000f1c1, 0 },
	{ 0x118, 4, 0, 0, 0 },

	{ LTR_CAP, 4, L1SS_CAP << 20 | 0x00010018, 0, 0 },
	{ 0x14c, 4, 0, 0x1fff1fff, 0 },

	/* Both L1.1 and L1.2, by PCI-PM and by ASPM. */
	{ L1SS_CAP, 4, 0x0001001e, 0, 0 },
	{ 0x154, 4, 0x0028321f, 0, 0 },
	{ 0x158, 4, 0, 0xe3ffff0f, 0 },
	{ 0x15c, 4, 0x00000028, 0x000000fb, 0 },
};

static void set(uint8_t *bytes, uint32_t offset, unsigned int len, uint32_t value)
{
	for (unsigned int i = 0; i < len; i++)
		bytes[offset + i] = (uint8_t)(value >> (8 * i));
}

static uint16_t get16(const struct pciconf *conf, uint32_t offset)
{
	return (uint16_t)(conf->value[offset] | conf->value[offset + 1] << 8);
}

void pciconf_reset(struct pciconf *conf)
{
	memset(conf->value, 0, sizeof(conf->value));
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
		set(conf->value, regs[i].offset, regs[i].bytes, regs[i].value);
	set(conf->value, 0x02, 2, conf->device_id);
	/* Laptop makers put their own subsystem here; a bare module shows its chip. */
	set(conf->value, 0x2c, 2, IOSM_PCI_VENDOR_ID);
	set(conf->value, 0x2e, 2, conf->device_id);
}

void pciconf_init(struct pciconf *conf, uint16_t device_id)
{
	memset(conf, 0, sizeof(*conf));
	conf->device_id = device_id;
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		set(conf->writable, regs[i].offset, regs[i].bytes, regs[i].writable);
		set(conf->clearable, regs[i].offset, regs[i].bytes, regs[i].clearable);
	}
	pciconf_reset(conf);
}

void pciconf_read(const struct pciconf *conf, uint32_t offset, void *data, uint32_t len)
{
	memcpy(data, conf->value + offset, len);
}

static bool covers(uint32_t offset, uint32_t len, uint32_t reg, uint32_t bytes)
{
	return offset < reg + bytes && reg < offset + len;
}

/* The bit reads as 0, so only the written byte shows it. */
static bool starts_flr(uint32_t offset, const uint8_t *data, uint32_t len)
{
	return covers(offset, len, DEVICE_CONTROL + 1, 1) &&
	       data[DEVICE_CONTROL + 1 - offset] & (FLR_BIT >> 8);
}

unsigned int pciconf_write(struct pciconf *conf, uint32_t offset, const void *data, uint32_t len)
{
	const uint8_t *bytes = data;
	unsigned int state = pciconf_power_state(conf);
	unsigned int effects = 0;

	for (uint32_t i = 0; i < len; i++) {
		uint8_t *value = &conf->value[offset + i];
		uint8_t writable = conf->writable[offset + i];

		*value = (uint8_t)((*value & ~writable) | (bytes[i] & writable));
		*value = (uint8_t)(*value & ~(bytes[i] & conf->clearable[offset + i]));
	}
	/* D1 and D2 are not supported: a write of them has no effect (PCI PM 5.1.4). */
	if (covers(offset, len, PMCSR, 1) &&
	    (conf->value[PMCSR] & PMCSR_STATE) % PMCSR_STATE)
		conf->value[PMCSR] = (uint8_t)((conf->value[PMCSR] & ~PMCSR_STATE) | state);
	if (conf->stuck_in_d3 && state)
		conf->value[PMCSR] |= PMCSR_STATE;
	if (starts_flr(offset, bytes, len))
		effects |= PCICONF_EFFECT_FLR;
	if (pciconf_power_state(conf) != state)
		effects |= PCICONF_EFFECT_POWER;
	if (covers(offset, len, COMMAND, 2))
		effects |= PCICONF_EFFECT_COMMAND;
	if (covers(offset, len, MSI_CAP, 14))
		effects |= PCICONF_EFFECT_MSI;
	return effects;
}

bool pciconf_memory_enabled(const struct pciconf *conf)
{
	return get16(conf, COMMAND) & COMMAND_MEMORY;
}

bool pciconf_bus_master(const struct pciconf *conf)
{
	return get16(conf, COMMAND) & COMMAND_MASTER;
}

bool pciconf_msi_enabled(const struct pciconf *conf)
{
	return get16(conf, MSI_CONTROL) & 1;
}

unsigned int pciconf_msi_vectors(const struct pciconf *conf)
{
	unsigned int order = get16(conf, MSI_CONTROL) >> 4 & 7;

	return 1u << (order > 2 ? 2 : order);
}

unsigned int pciconf_power_state(const struct pciconf *conf)
{
	return get16(conf, PMCSR) & PMCSR_STATE;
}

bool pciconf_pme_enabled(const struct pciconf *conf)
{
	return get16(conf, PMCSR) & PMCSR_PME_EN;
}

void pciconf_set_pme_status(struct pciconf *conf)
{
	set(conf->value, PMCSR, 2, get16(conf, PMCSR) | PMCSR_PME_STATUS);
}
