// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration space: what a real modem shows, what can be written, what writing does. */
#include "host.h"

static uint16_t config16(struct host *host, uint32_t offset)
{
	uint16_t value = 0;

	region_read(host, CONFIG_REGION, offset, &value, sizeof(value));
	return value;
}

static void put_config16(struct host *host, uint32_t offset, uint16_t value)
{
	region_write(host, CONFIG_REGION, offset, &value, sizeof(value), false);
}

static void test_identity(struct tap *tap, struct host *host)
{
	tap_equal(tap, read32(host, CONFIG_REGION, 0x00), 0x73608086, "vendor and device");
	tap_equal(tap, read32(host, CONFIG_REGION, 0x08), 0x0d400001, "class and revision");
	tap_equal(tap, read32(host, CONFIG_REGION, 0x3c) & 0xff00, 0, "no interrupt pin");
}

static void test_bar(struct tap *tap, struct host *host, uint32_t offset, uint32_t mask)
{
	write32(host, CONFIG_REGION, offset, 0xffffffff);
	tap_equal(tap, read32(host, CONFIG_REGION, offset), mask | 4,
		  "BAR at 0x%02x: size, 64 bit, not prefetchable", offset);
	write32(host, CONFIG_REGION, offset, 0xfebf1400);
	tap_equal(tap, read32(host, CONFIG_REGION, offset), (0xfebf1400 & mask) | 4, "and address");
	write32(host, CONFIG_REGION, offset + 4, 0xffffffff);
	tap_equal(tap, read32(host, CONFIG_REGION, offset + 4), 0xffffffff, "and its upper half");
}

static void test_capabilities(struct tap *tap, struct host *host)
{
	static const uint16_t chain[][3] = {
		{ 0x40, 0x01, 0x50 }, { 0x50, 0x05, 0x70 }, { 0x70, 0x10, 0x00 },
	};
	static const uint16_t extended[][3] = {
		{ 0x100, 0x01, 0x148 }, { 0x148, 0x18, 0x150 }, { 0x150, 0x1e, 0x000 },
	};

	tap_ok(tap, config16(host, 0x06) & 0x10, "there is a capability list");
	tap_equal(tap, config16(host, 0x34), 0x40, "it starts at 0x40");
	for (unsigned int i = 0; i < 3; i++)
		tap_equal(tap, config16(host, chain[i][0]), chain[i][2] << 8 | chain[i][1],
			  "capability at 0x%02x", chain[i][0]);
	for (unsigned int i = 0; i < 3; i++)
		tap_equal(tap, read32(host, CONFIG_REGION, extended[i][0]),
			  (uint32_t)extended[i][2] << 20 | 1 << 16 | extended[i][1],
			  "extended capability at 0x%03x", extended[i][0]);
	tap_equal(tap, config16(host, 0x42), 0xc803, "PM version 3, PME from D0, D3hot, D3cold");
	tap_equal(tap, config16(host, 0x52), 0x0084, "MSI: 4 vectors, 64 bit, not maskable");
	tap_ok(tap, read32(host, CONFIG_REGION, 0x74) & 1 << 28, "function level reset");
	tap_equal(tap, read32(host, CONFIG_REGION, 0x74) & 7, 1, "payload of 256 bytes");
	tap_equal(tap, read32(host, CONFIG_REGION, 0x7c) >> 10 & 3, 2, "ASPM: L1 only");
	tap_ok(tap, read32(host, CONFIG_REGION, 0x94) & 1 << 11, "LTR");
}

static void test_masks(struct tap *tap, struct host *host)
{
	uint8_t whole[4096], ones[4096], again[4096];

	request(host, CMD_RESET, NULL, 0, NULL, 0);
	region_read(host, CONFIG_REGION, 0, whole, sizeof(whole));
	write32(host, CONFIG_REGION, 0x00, 0xffffffff);
	write32(host, CONFIG_REGION, 0x08, 0xffffffff);
	tap_equal(tap, read32(host, CONFIG_REGION, 0x00), 0x73608086, "the ids can't be written");
	put_config16(host, 0x04, 0xffff);
	tap_equal(tap, config16(host, 0x04), 0x0546, "the command register's bits");
	put_config16(host, 0x04, 0);
	put_config16(host, 0x44, 0x0002);
	tap_equal(tap, config16(host, 0x44) & 3, 0, "there is no D2");

	memset(ones, 0xff, sizeof(ones));
	ones[0x79] = 0x7f;		/* no reset */
	ones[0x44] = 0xfc;		/* stay in D0 */
	region_write(host, CONFIG_REGION, 0, ones, sizeof(ones), false);
	memset(ones, 0, sizeof(ones));
	region_write(host, CONFIG_REGION, 0, ones, sizeof(ones), false);
	region_read(host, CONFIG_REGION, 0, again, sizeof(again));
	tap_ok(tap, !memcmp(again, whole, 0x78) && !memcmp(again + 0x7c, whole + 0x7c, 0x24),
	       "ones and zeros all over leave what is fixed");
	request(host, CMD_RESET, NULL, 0, again, 16);
}

static void test_reset(struct tap *tap, struct host *host)
{
	enable(host);
	tap_ok(tap, boot(host), "the modem runs");
	put_config16(host, 0x78, 0xa810);
	tap_equal(tap, config16(host, 0x78), 0x2810, "the reset bit reads as 0");
	tap_equal(tap, config16(host, 0x04), 0, "function level reset: command register");
	tap_equal(tap, config16(host, 0x52), 0x0084, "and MSI off");
	put_config16(host, 0x04, 2);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 0, "and IPC status 0");
	enable(host);
	tap_ok(tap, boot(host), "it runs again");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	put_config16(host, 0x04, 2);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 0, "DEVICE_RESET: IPC status 0");
	enable(host);
	tap_ok(tap, boot(host), "and again");
}

/* While bus master is off neither memory nor interrupts are touched; then everything happens. */
static void test_bus_master(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	uint32_t index;

	irq_count(host);
	put_config16(host, 0x04, 0x0402);
	index = msg_post(host, &feature);
	tap_ok(tap, !wait_irq(host, 50), "bus master off: no interrupt");
	tap_equal(tap, get32(host, msg_tail(host)), index, "and no completion");
	put_config16(host, 0x04, 0x0406);
	/* It is the last thing that comes of it: what follows has none left. */
	tap_ok(tap, wait_irq(host, 1000), "bus master on: an interrupt");
	tap_equal(tap, msg_wait(host, index), IOSM_MSG_SUCCESS, "and the completion");

	irq_count(host);
	put_config16(host, 0x52, 0x0084);
	index = msg_post(host, &feature);
	wait32(host, msg_tail(host), (index + 1) % IOSM_MSG_ENTRIES);
	tap_ok(tap, !wait_irq(host, 20), "MSI off: completed without interrupt");
	put_config16(host, 0x52, 0x0085);
	tap_ok(tap, wait_irq(host, 1000), "MSI on: the pending interrupt comes");
}

static void test_d3(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);

	put_config16(host, 0x44, 0x0103);
	tap_equal(tap, config16(host, 0x44) & 0x103, 0x103, "D3hot with PME enabled");
	tap_equal(tap, read32(host, CONFIG_REGION, 0), 0x73608086, "configuration space answers");
	tap_equal(tap, breaches(host, 0), 0, "no breach until here");
	tap_equal(tap, read32(host, 2, 0), 0xffffffff, "the BARs don't");
	tap_equal(tap, breaches(host, CHECK_REG_OFF), 1, "and reading them is a breach");
	put_config16(host, 0x44, 0x0100);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 2, "D0: the IPC still runs");
	tap_equal(tap, message(host, &feature), IOSM_MSG_SUCCESS, "and answers");
}

static void test_link(struct tap *tap, struct host *host)
{
	modem_command(host, NULL, "link down");
	tap_equal(tap, read32(host, 2, 0), 0xffffffff, "link down: registers are all ones");
	tap_equal(tap, read32(host, CONFIG_REGION, 0), 0xffffffff, "configuration space too");
	doorbell(host, 0, 0);
	modem_command(host, NULL, "link up");
	tap_equal(tap, read32(host, CONFIG_REGION, 0), 0x73608086, "link up: it is there again");
	enable(host);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 0, "as after power-on");
	tap_equal(tap, breaches(host, 0), 1, "none of this is a breach");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--model", "xmm7360", "--sleep-idle", "0", NULL);
	client_hello(&host);
	test_identity(&tap, &host);
	test_bar(&tap, &host, 0x10, 0xfffff000);
	test_bar(&tap, &host, 0x18, 0xfffffc00);
	test_capabilities(&tap, &host);
	test_masks(&tap, &host);
	test_reset(&tap, &host);
	test_bus_master(&tap, &host);
	test_d3(&tap, &host);
	test_link(&tap, &host);
	tap_equal(&tap, modem_end(&host), 3, "the exit status tells of the breach");
	return tap_done(&tap);
}
