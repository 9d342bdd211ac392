// SPDX-License-Identifier: GPL-2.0-or-later
/* A crash, and its dump as a host collects it: the boot document, section 8. */
#include "loader.h"

#include <stdlib.h>

#define RAM_SIZE 200001u

/* The sizes that drivers keep room for, section 8.2. */
static const struct {
	const char *name;
	uint32_t room;
} regions[IOSM_DUMP_FILES] = {
	{ "report.json", 0x800 }, { "coredump.fcd", 0x10e00000 }, { "cdd.log", 0x30000 },
	{ "eeprom.bin", 0x10000 }, { "bootcore_trace.bin", 0x8000 },
	{ "bootcore_prev_trace.bin", 0x20000 },
};

static void reset_device(struct host *host)
{
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	host->used = 0;
}

static void crash(struct tap *tap, struct host *host)
{
	irq_count(host);
	modem_command(host, NULL, "stage crash 60");
	tap_ok(tap, wait_irq(host, WAIT_MS), "a crash interrupts");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_CRASH, "stage CRASH");
	tap_equal(tap, get32(host, host->block + 0x38), IOSM_STAGE_CRASH, "in host memory, too");
	tap_ok(tap, wait_irq(host, WAIT_MS), "the dump's readiness interrupts");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_CD_READY, "stage CD-READY");
	doorbell(host, 1, IOSM_IPC_UNINIT);
	doorbell(host, 1, IOSM_IPC_INIT);
	doorbell(host, 0, IOSM_HP_BOOT_IMAGE);
	tap_ok(tap, !wait_irq(host, 50) && read32(host, 2, 0) == IOSM_STAGE_CD_READY &&
	       read32(host, 2, IOSM_SCRATCH_IPC_STATUS) == 2, "no doorbell revives it");
}

/* Reads file @index; the bytes that differ from the pattern, or its text in @text. */
static size_t collect(struct loader *loader, unsigned int index, uint32_t size, char *text)
{
	size_t have = 0, wrong = 0;

	loader_command(loader, IOSM_RPSI_DUMP_GET, index);
	while (have < size && loader_read(loader) > 0) {
		for (int i = 0; i < loader->len; i++, have++) {
			uint32_t word = ((uint32_t)have & ~3u) ^ index << 29;

			wrong += loader->data[i] != (uint8_t)(word >> 8 * (have & 3));
			if (text && have < 0x800)
				text[have] = (char)loader->data[i];
		}
	}
	return have == size ? wrong : size + 1;
}

static void read_list(struct tap *tap, struct loader *loader, uint32_t size[IOSM_DUMP_FILES])
{
	struct iosm_wire_dump_list list;
	bool fits = true;

	loader_command(loader, IOSM_RPSI_DUMP_START, 0x1000);
	tap_equal(tap, loader_read(loader), 4096, "the list has 4096 bytes");
	memcpy(&list, loader->data, sizeof(list));
	tap_equal(tap, list.count, IOSM_DUMP_FILES, "six files");
	for (unsigned int i = 0; i < IOSM_DUMP_FILES; i++) {
		fits &= list.files[i].size && list.files[i].size <= regions[i].room &&
			!strcmp((const char *)list.files[i].name, regions[i].name);
		size[i] = list.files[i].size;
	}
	tap_ok(tap, fits, "their names, and sizes that hosts have room for");
}

static void test_collect(struct tap *tap, struct host *host)
{
	char text[0x801] = { 0 };
	uint32_t size[IOSM_DUMP_FILES];
	struct loader loader;

	reset_device(host);
	tap_ok(tap, loader_start(&loader, host), "a reset into BOOT, and a PSI");
	tap_ok(tap, loader.data[0] == 0x00 && loader.data[1] == 0xcd, "that says: core dump");
	read_list(tap, &loader, size);
	collect(&loader, 0, size[0], text);
	tap_ok(tap, strstr(text, "\"reason\":\"command\"") && strstr(text, "18601.5001"),
	       "the report says what crashed");
	tap_equal(tap, size[1], RAM_SIZE, "--dump-size");
	for (unsigned int i = 1; i < IOSM_DUMP_FILES; i += i == 1 ? 3 : 1)
		tap_equal(tap, collect(&loader, i, size[i], NULL), 0, "%s is whole", regions[i].name);
	tap_equal(tap, collect(&loader, 1, size[1], NULL), 0, "once more");
	tap_ok(tap, loader_silent(&loader, 30), "nothing is left over");
	loader_command(&loader, IOSM_RPSI_DUMP_END, 0x1000);
	tap_equal(tap, loader_read(&loader), 4096, "the end is answered with 4096 bytes");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
	loader_command(&loader, IOSM_RPSI_DUMP_GET, IOSM_DUMP_FILES);
	loader_command(&loader, IOSM_RPSI_DUMP_START, 0x800);
	tap_ok(tap, loader_silent(&loader, 50), "a seventh file, a list of 2048 bytes: no answer");
	tap_equal(tap, breaches(host, CHECK_FLASH_COMMAND), 2, "two breaches");
	reset_device(host);
	loader_start(&loader, host);
	tap_ok(tap, loader.data[0] == 0x01, "collected: not offered again");
}

/* A host that gives up in the middle, as drivers do on an error. */
static void test_broken_off(struct tap *tap, struct host *host)
{
	struct loader loader;
	uint32_t size[IOSM_DUMP_FILES];
	int read = 0;

	modem_command(host, NULL, "breaches clear");
	modem_command(host, NULL, "stage crash");
	reset_device(host);
	loader_start(&loader, host);
	tap_ok(tap, loader.data[0] == 0x00, "crashed again: a dump");
	read_list(tap, &loader, size);
	loader_command(&loader, IOSM_RPSI_DUMP_GET, 1);
	loader_read(&loader);
	loader_command(&loader, IOSM_RPSI_DUMP_END, 0x1000);
	while (read < 5 && loader_read(&loader) == 65536)
		read++;
	tap_ok(tap, loader.len == 4096 && loader_silent(&loader, 30),
	       "the end in the middle: no further data behind it");
	loader_command(&loader, IOSM_RPSI_DUMP_GET, 1);
	reset_device(host);
	tap_ok(tap, loader_start(&loader, host), "a reset in the middle");
	loader_command(&loader, IOSM_RPSI_DUMP_GET, 1);
	loader_command(&loader, IOSM_RPSI_DUMP_GET, 4);
	tap_equal(tap, breaches(host, CHECK_FLASH_ORDER), 1, "two files at once are a breach");
}

/* RAM keeps its content over a reset, but not without power or under a firmware. */
static void test_lost(struct tap *tap, struct host *host)
{
	struct loader loader;

	modem_command(host, NULL, "stage cd-ready");
	modem_command(host, NULL, "reset");
	host->used = 0;
	loader_start(&loader, host);
	tap_ok(tap, loader.data[0] == 0x01, "lost power: no dump");
	modem_command(host, NULL, "stage crash");
	modem_command(host, NULL, "boot-stage run");
	reset_device(host);
	tap_ok(tap, boot(host), "the firmware starts");
	modem_command(host, NULL, "boot-stage rom");
	reset_device(host);
	loader_start(&loader, host);
	tap_ok(tap, loader.data[0] == 0x01, "and used the RAM again");
}

int main(void)
{
	struct tap tap = { 0 };
	char bytes[16];
	struct host host;

	snprintf(bytes, sizeof(bytes), "%u", RAM_SIZE);
	modem_start(&host, "--dump-size", bytes, "--sleep-idle", "0", NULL);
	client_hello(&host);
	tap_ok(&tap, boot(&host), "boot");
	crash(&tap, &host);
	modem_command(&host, NULL, "boot-stage rom");
	test_collect(&tap, &host);
	test_broken_off(&tap, &host);
	test_lost(&tap, &host);
	tap_equal(&tap, modem_end(&host), 3, "a clean end");
	return tap_done(&tap);
}
