// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The function as lspci shows a real one: see the field notes of the specification.
 */
#include <string.h>

#include "bytes.h"
#include "chip.h"
#include "pci.h"
#include "report.h"

#define COMMAND		0x04
#define MASTER		0x04
#define PM		0x40
#define PM_STATE	0x44
#define MSI		0x50
#define EXPRESS		0x70
#define DEVICE_CONTROL	0x78
#define FUNCTION_RESET	0x8000
#define AER		0x100
#define LTR		0x148
#define L1PM		0x150

static uint8_t config[PCI_CONFIG_SIZE], mask[PCI_CONFIG_SIZE];
static uint16_t model;

static void field16(size_t offset, uint16_t value, uint16_t writable)
{
	put16(config + offset, value);
	put16(mask + offset, writable);
}

static void field32(size_t offset, uint32_t value, uint32_t writable)
{
	put32(config + offset, value);
	put32(mask + offset, writable);
}

static void header(void)
{
	field16(0x00, 0x8086, 0);
	field16(0x02, model, 0);
	field16(COMMAND, 0, 0x0547);
	field16(0x06, 0x0010, 0);		/* has capabilities */
	field32(0x08, 0x0d400001, 0);		/* wireless controller, revision 1 */
	field32(0x0c, 0, 0x000000ff);
	field32(0x10, 0x4, ~0xfffu);		/* 64 bit, 4 KiB: doorbells */
	field32(0x14, 0, ~0u);
	field32(0x18, 0x4, ~0x3ffu);		/* 64 bit, 1 KiB: scratchpad */
	field32(0x1c, 0, ~0u);
	field16(0x2c, 0x1cf8, 0);
	field16(0x2e, 0x8653, 0);
	config[0x34] = PM;
	mask[0x3c] = 0xff;
}

static void capabilities(void)
{
	field16(PM, 0x01 | MSI << 8, 0);
	field16(PM + 2, 0xc803, 0);		/* v3, PME from D0, D3hot, D3cold */
	field16(PM_STATE, 0x0008, 0x0103);	/* no soft reset */
	field16(MSI, 0x05 | EXPRESS << 8, 0);
	field16(MSI + 2, 0x0084, 0x0071);	/* 64 bit, 1 of 4 */
	field32(MSI + 4, 0, ~3u);
	field32(MSI + 8, 0, ~0u);
	field16(MSI + 12, 0, 0xffff);
	field16(EXPRESS, 0x10, 0);
	field16(EXPRESS + 2, 0x0002, 0);	/* endpoint */
	field32(EXPRESS + 4, 0x10008001, 0);	/* function reset, payload 256 */
	field16(DEVICE_CONTROL, 0x2810, 0xffff);
	field32(EXPRESS + 0x0c, 0x00477812, 0);	/* 5 GT/s x1, L1 */
	field16(EXPRESS + 0x10, 0, 0x03fb);
	field16(EXPRESS + 0x12, 0x1012, 0);
	field32(EXPRESS + 0x24, 0x00000810, 0);	/* LTR */
	field16(EXPRESS + 0x28, 0, 0x041f);
	field32(EXPRESS + 0x2c, 0x00000006, 0);
	field16(EXPRESS + 0x30, 0x0002, 0x000f);
	field32(AER, 0x0001 | 2 << 16 | (uint32_t)LTR << 20, 0);
	field32(AER + 0x08, 0, ~0u);
	field32(AER + 0x0c, 0x00462030, ~0u);
	field32(AER + 0x14, 0x00002000, ~0u);
	field32(LTR, 0x0018 | 1 << 16 | (uint32_t)L1PM << 20, 0);
	field32(LTR + 4, 0, 0x1fff1fff);
	field32(L1PM, 0x001e | 1 << 16, 0);
	field32(L1PM + 4, 0x0028281f, 0);
	field32(L1PM + 8, 0, 0xe3ffff0f);
	field32(L1PM + 12, 0, 0xff);
}

void pci_reset(void)
{
	memset(config, 0, sizeof(config));
	memset(mask, 0, sizeof(mask));
	header();
	capabilities();
}

void pci_init(uint16_t device)
{
	model = device;
	pci_reset();
}

bool pci_bus_master(void)
{
	return config[COMMAND] & MASTER;
}

bool pci_is_down(void)
{
	return config[PM_STATE] & 3;
}

void pci_read(size_t offset, void *to, size_t size)
{
	memcpy(to, config + offset, size);
}

void pci_write(size_t offset, const void *from, size_t size)
{
	const uint8_t *byte = from;
	bool was_master = pci_bus_master(), was_down = pci_is_down();

	for (size_t i = 0; i < size; i++)
		config[offset + i] = (config[offset + i] & ~mask[offset + i]) | (byte[i] & mask[offset + i]);
	if (get16(config + DEVICE_CONTROL) & FUNCTION_RESET) {
		say("function reset");
		pci_reset();
		chip_power_on();
		return;
	}
	if (was_master != pci_bus_master() || was_down != pci_is_down())
		chip_power_changed();
}
