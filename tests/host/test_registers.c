// SPDX-License-Identifier: GPL-2.0-or-later
/* What a host may do with the BARs and the context block, and what it hears otherwise. */
#include "host.h"

static void expect(struct tap *tap, struct host *host, enum check_rule rule, const char *name)
{
	/* Answered behind everything that was posted before. */
	read32(host, CONFIG_REGION, 0);
	tap_ok(tap, breaches(host, rule) == 1 && breaches(host, 0) == 1, "%s: C%02d alone", name,
	       rule);
	modem_command(host, NULL, "breaches clear");
}

static void test_accesses(struct tap *tap, struct host *host)
{
	static const struct {
		enum check_rule rule;
		bool write;
		uint32_t bar, offset, len;
		const char *name;
	} cases[] = {
		{ CHECK_REG_UNKNOWN, false, 0, 0x00, 4, "read of BAR0+0" },
		{ CHECK_REG_UNKNOWN, false, 0, 0x08, 4, "read of a capture register" },
		{ CHECK_REG_UNKNOWN, true, 0, 0x70, 4, "write of doorbell 3" },
		{ CHECK_REG_UNKNOWN, false, 2, 0x44, 4, "read of BAR2+0x44" },
		{ CHECK_REG_UNKNOWN, true, 2, 0x7c, 4, "write of BAR2+0x7c" },
		{ CHECK_REG_UNKNOWN, false, 2, 0x3fc, 4, "read of BAR2's last word" },
		{ CHECK_REG_DIRECTION, false, 0, 0x10, 4, "read of a doorbell" },
		{ CHECK_REG_DIRECTION, true, 2, 0x00, 4, "write of the stage" },
		{ CHECK_REG_DIRECTION, true, 2, 0x60, 4, "write of the IPC status" },
		{ CHECK_REG_WIDTH, true, 0, 0x30, 1, "a doorbell of one byte" },
		{ CHECK_REG_WIDTH, true, 0, 0x10, 8, "a doorbell of 8 bytes" },
		{ CHECK_REG_WIDTH, false, 2, 0x00, 8, "the stage and more" },
		{ CHECK_REG_WIDTH, false, 2, 0x60, 2, "half the IPC status" },
		{ CHECK_REG_WIDTH, true, 2, 0x68, 8, "a 64-bit write from the middle" },
		{ CHECK_REG_WIDTH, false, 2, 0x05, 2, "unaligned chip info" },
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t value = 0;

		if (cases[i].write)
			region_write(host, cases[i].bar, cases[i].offset, &value, cases[i].len, true);
		else
			region_read(host, cases[i].bar, cases[i].offset, &value, cases[i].len);
		expect(tap, host, cases[i].rule, cases[i].name);
	}
}

static void test_ipc(struct tap *tap, struct host *host)
{
	doorbell(host, 1, 3);
	expect(tap, host, CHECK_IPC_VALUE, "doorbell 1 = 3");
	doorbell(host, 1, 2);
	expect(tap, host, CHECK_IPC_ORDER, "running before initialised");
	doorbell(host, 1, 1);
	wait_status(host, 1);
	doorbell(host, 1, 2);
	pause_ms(60);
	expect(tap, host, CHECK_IPC_NO_CONTEXT, "running without a context");
	boot(host);
	doorbell(host, 1, 1);
	expect(tap, host, CHECK_IPC_ORDER, "initialised while running");
	doorbell(host, 0, 10);
	expect(tap, host, CHECK_HP_IDENTIFIER, "doorbell 0 = 10");
	doorbell(host, 1, 0);
	wait_status(host, 0);
	boot_to(host, 1);
	write32(host, 2, IOSM_SCRATCH_WINDOW_BASE, 0x1000);
	doorbell(host, 1, 2);
	wait_status(host, 2);
	expect(tap, host, CHECK_IPC_WINDOW, "a window that ends before it begins");
	doorbell(host, 1, 0);
	wait_status(host, 0);
	boot_to(host, 1);
	region_write(host, CONFIG_REGION, 4, "\x02\x04", 2, false);
	doorbell(host, 1, 2);
	pause_ms(60);
	expect(tap, host, CHECK_IPC_NO_MASTER, "running without bus master");
	enable(host);
	modem_command(host, NULL, "boot-time 60000");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	enable(host);
	doorbell(host, 1, 1);
	expect(tap, host, CHECK_BOOT_IPC, "initialised in the boot stage");
	doorbell(host, 2, 0);
	expect(tap, host, CHECK_BOOT_DOORBELL, "doorbell 2 in the boot stage");
	modem_command(host, NULL, "boot-time 0");
}

static void test_context(struct tap *tap, struct host *host)
{
	static const struct {
		enum check_rule rule;
		unsigned int offset;
		uint64_t value;
		const char *name;
	} cases[] = {
		{ CHECK_IPC_CONTEXT, 0x00, 0, "no device info" },
		{ CHECK_IPC_CONTEXT, 0x08, MEMORY_BASE + 2, "unaligned heads" },
		{ CHECK_IPC_CONTEXT, 0x20, 0, "no message tail" },
		{ CHECK_IPC_CONTEXT, 0x30, 1, "a message ring of one" },
		{ CHECK_DMA_OUTSIDE_MAP, 0x00, 0x8000, "device info outside the map" },
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		request(host, CMD_RESET, NULL, 0, NULL, 0);
		host->used = 0;
		enable(host);
		boot_to(host, 1);
		memcpy(at(host, host->block + cases[i].offset), &cases[i].value, 8);
		doorbell(host, 1, 2);
		pause_ms(60);
		tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 1, "%s: stays initialised",
			  cases[i].name);
		expect(tap, host, cases[i].rule, cases[i].name);
	}
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	host->used = 0;
	enable(host);
	boot_to(host, 1);
	put32(host, host->block + offsetof(struct iosm_wire_context, reserved), 1);
	doorbell(host, 1, 2);
	tap_ok(tap, wait_status(host, 2), "a context with reserved bytes set: it runs");
	expect(tap, host, CHECK_IPC_CONTEXT_RESERVED, "reserved bytes");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	enable(host);
	boot_to(host, 1);
	write32(host, 2, IOSM_SCRATCH_CONTEXT + 4, 0xdead);
	doorbell(host, 1, 2);
	pause_ms(60);
	expect(tap, host, CHECK_DMA_OUTSIDE_MAP, "a context outside the map");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--sleep-idle", "0", NULL);
	client_hello(&host);
	enable(&host);
	test_accesses(&tap, &host);
	test_ipc(&tap, &host);
	test_context(&tap, &host);
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	return tap_done(&tap);
}
