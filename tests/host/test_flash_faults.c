// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boot loaders and core dumps that lie, by name (docs/faults.md): each fault once, what the
 * host sees of it, and that the modem itself went on with the truth.
 */
#include "loader.h"

#include <stdlib.h>

static uint8_t image[256];
static uint32_t image_len;

static void reset_device(struct host *host)
{
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	host->used = 0;
}

static void arm(struct tap *tap, struct host *host, const char *line)
{
	if (!modem_command(host, NULL, "fault %s", line))
		tap_ok(tap, false, "fault %s", line);
}

/* From stage BOOT to a PSI that should have spoken. */
static bool start(struct loader *loader, struct host *host)
{
	reset_device(host);
	return loader_start(loader, host);
}

/* ... and to an EBL that is configured. */
static bool start_ebl(struct loader *loader, struct host *host)
{
	return start(loader, host) && loader_ebl(loader, image, image_len) &&
	       loader_configure(loader, false);
}

static void test_greeting(struct tap *tap, struct host *host)
{
	struct loader loader;

	arm(tap, host, "psi-greeting");
	tap_ok(tap, start(&loader, host) && loader.data[0] == 0xff && loader.data[1] == 0xff,
	       "psi-greeting: no acknowledgement");
	arm(tap, host, "psi-greeting 52480");
	tap_ok(tap, start(&loader, host) && !loader.data[0] && loader.data[1] == 0xcd,
	       "psi-greeting: a core dump that is not there");
	loader_command(&loader, IOSM_RPSI_DUMP_START, 0x1000);
	tap_ok(tap, loader_silent(&loader, 30), "which can't be collected");
	tap_equal(tap, breaches(host, 0), 0, "and is no breach of who believes it");
	arm(tap, host, "psi-mute");
	reset_device(host);
	tap_ok(tap, !loader_start(&loader, host), "psi-mute: a PSI that says nothing");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_PSI, "but runs");
	tap_ok(tap, start(&loader, host) && loader.data[0] == 1, "the next one is as it should be");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_load(struct tap *tap, struct host *host)
{
	struct loader loader;

	start(&loader, host);
	arm(tap, host, "psi-refused");
	loader_command(&loader, IOSM_RPSI_LOAD_EBL, 0);
	tap_ok(tap, loader_read(&loader) == 2 && loader.data[0] == 0xff, "psi-refused");
	tap_ok(tap, loader_send(&loader, &image_len, 4) && loader_read(&loader) == 2 &&
	       loader.data[0] == 1, "the PSI waits for the size nevertheless");
	start(&loader, host);
	arm(tap, host, "psi-silent");
	loader_command(&loader, IOSM_RPSI_LOAD_EBL, 0);
	tap_ok(tap, loader_silent(&loader, 30), "psi-silent");
	start(&loader, host);
	arm(tap, host, "ebl-config");
	tap_ok(tap, loader_ebl(&loader, image, image_len) && loader.config[0] == 0xff &&
	       loader.config[75] == 0xff, "ebl-config");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_packs(struct tap *tap, struct host *host)
{
	static const uint32_t address = 0x100000;
	struct loader loader;

	tap_ok(tap, start_ebl(&loader, host), "an EBL");
	arm(tap, host, "ebl-silent 0 2");
	for (int i = 0; i < 2; i++) {
		loader_pack_send(&loader, IOSM_EBL_SET_ADDRESS, &address, 4);
		tap_ok(tap, loader_silent(&loader, 30), "ebl-silent: no answer");
	}
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_SET_ADDRESS, &address, 4), "the third is answered");
	arm(tap, host, "ebl-checksum");
	tap_ok(tap, !loader_pack(&loader, IOSM_EBL_SET_ADDRESS, &address, 4) &&
	       loader.code == IOSM_EBL_SET_ADDRESS, "ebl-checksum: the sum of an answer is wrong");
	arm(tap, host, "ebl-length");
	loader_pack_send(&loader, IOSM_EBL_SET_ADDRESS, &address, 4);
	loader_read(&loader);
	tap_ok(tap, loader.len == 8 && loader.data[4] == 0xff && loader.data[7] == 0xff,
	       "ebl-length: 4 GiB of answer");
	tap_equal(tap, loader_read(&loader), 16384, "whose payload is as long as ever");
	arm(tap, host, "ebl-pack 2311");
	loader_pack_send(&loader, IOSM_EBL_SET_ADDRESS, &address, 4);
	loader_pack_read(&loader, IOSM_EBL_SET_ADDRESS);
	tap_equal(tap, loader.code, 2311, "ebl-pack: an answer to another pack");
	arm(tap, host, "ebl-error");
	tap_ok(tap, !loader_pack(&loader, IOSM_EBL_SET_ADDRESS, &address, 4), "ebl-error");
	tap_equal(tap, loader_error(&loader), 0x0303, "with the usual class and code");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_SET_ADDRESS, &address, 4), "afterwards all is well");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_table(struct tap *tap, struct host *host)
{
	static const struct iosm_wire_ebl_oos ask = {
		IOSM_EBL_OOS_ACTION_READ, IOSM_EBL_OOS_TYPE_SWID, 0, 0
	};
	const uint32_t size = sizeof(struct iosm_wire_ebl_swid);
	struct iosm_wire_ebl_swid table;
	struct loader loader;
	uint32_t told;

	tap_ok(tap, start_ebl(&loader, host), "an EBL");
	arm(tap, host, "ebl-table-size");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_OOS_CONTROL, &ask, sizeof(ask)), "a table");
	memcpy(&told, loader.answer, sizeof(told));
	tap_equal(tap, told, UINT32_MAX, "ebl-table-size: of 4 GiB");
	tap_ok(tap, !loader_pack(&loader, IOSM_EBL_OOS_READ, &told, sizeof(told)),
	       "there is no such one");
	tap_equal(tap, breaches(host, 0), 0, "but no breach");
	arm(tap, host, "ebl-table 120");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_OOS_READ, &size, sizeof(size)), "the true one");
	memcpy(&table, loader.answer, sizeof(table));
	tap_ok(tap, table.sets == 0x78787878 && !memchr(&table, 0, sizeof(table)),
	       "ebl-table: its names have no end");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_OOS_READ, &size, sizeof(size)) &&
	       loader.answer[0] == 1, "afterwards all is well");
}

static void test_erase(struct tap *tap, struct host *host)
{
	static const uint8_t data[512];
	static const uint32_t address = 0x100000, range[2] = { 0x100000, 0x100000 + 512 - 2 };
	uint8_t pack[128];
	size_t len = pack_make(pack, "erase-1", address, data, sizeof(data));
	struct loader loader;

	tap_ok(tap, start_ebl(&loader, host), "an EBL");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_SECURE_START, pack, (uint32_t)len) &&
	       loader_pack(&loader, IOSM_EBL_ERASE_START, range, sizeof(range)), "erasing begins");
	arm(tap, host, "erase-state");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_ERASE_CHECK, "\0", 2) && loader.answer[0] == 2,
	       "erase-state: it failed");
	tap_ok(tap, loader_erased(&loader), "in truth it did not");
	arm(tap, host, "erase-state 0 3");
	for (int i = 0; i < 3; i++)
		tap_ok(tap, loader_pack(&loader, IOSM_EBL_ERASE_CHECK, "\0", 2) && !loader.answer[0],
		       "erase-state: it goes on");
	tap_ok(tap, loader_erased(&loader), "until it is done");
	arm(tap, host, "erase-slow 300");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_ERASE_START, range, sizeof(range)) &&
	       !loader_erased(&loader), "erase-slow: five looks are not enough");
	pause_ms(300);
	tap_ok(tap, loader_erased(&loader), "then it is done");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void dump_list(struct loader *loader, struct iosm_wire_dump_list *list)
{
	loader_command(loader, IOSM_RPSI_DUMP_START, 0x1000);
	memset(list, 0, sizeof(*list));
	if (loader_read(loader) == IOSM_DUMP_LIST_SIZE)
		memcpy(list, loader->data, sizeof(*list));
}

static void test_dump(struct tap *tap, struct host *host)
{
	struct iosm_wire_dump_list list;
	struct loader loader;
	uint32_t size;
	int have = 0;

	reset_device(host);
	modem_command(host, NULL, "stage crash");
	tap_ok(tap, start(&loader, host) && loader.data[1] == 0xcd, "a core dump");
	arm(tap, host, "dump-silent");
	loader_command(&loader, IOSM_RPSI_DUMP_START, 0x1000);
	tap_ok(tap, loader_silent(&loader, 30), "dump-silent: no list");
	dump_list(&loader, &list);
	tap_equal(tap, list.count, IOSM_DUMP_FILES, "the next one comes");
	size = list.files[4].size;
	arm(tap, host, "dump-count");
	dump_list(&loader, &list);
	tap_equal(tap, list.count, UINT32_MAX, "dump-count: more files than the list has room for");
	arm(tap, host, "dump-size");
	arm(tap, host, "dump-name");
	dump_list(&loader, &list);
	tap_ok(tap, list.count == IOSM_DUMP_FILES && list.files[0].size == UINT32_MAX &&
	       list.files[5].size == UINT32_MAX, "dump-size: each is 4 GiB long");
	tap_ok(tap, !memchr(list.files[5].name, 0, sizeof(list.files[5].name)) &&
	       !memchr(list.files[0].name, 0, sizeof(list.files[0].name)), "dump-name: none ends");
	arm(tap, host, "dump-short 1000");
	loader_command(&loader, IOSM_RPSI_DUMP_GET, 4);
	tap_ok(tap, loader_read(&loader) == 1000 && loader_silent(&loader, 30),
	       "dump-short: the file ends early");
	loader_command(&loader, IOSM_RPSI_DUMP_GET, 4);
	while (have < (int)size && loader_read(&loader) > 0)
		have += loader.len;
	tap_equal(tap, have, size, "once more it is whole");
	arm(tap, host, "downlink-lost pipe=1");
	loader_command(&loader, IOSM_RPSI_DUMP_END, 0x1000);
	tap_ok(tap, loader_silent(&loader, 30), "downlink-lost: no end");
	arm(tap, host, "downlink-twice pipe=1");
	loader_command(&loader, IOSM_RPSI_DUMP_END, 0x1000);
	tap_equal(tap, loader_read(&loader), 4096, "the end");
	tap_equal(tap, loader_read(&loader), 4096, "downlink-twice: one message too many");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_control(struct tap *tap, struct host *host)
{
	char answer[ANSWER_SIZE];

	arm(tap, host, "ebl-silent 0 7");
	arm(tap, host, "dump-size 4096");
	tap_ok(tap, modem_command(host, answer, "flash-fault") &&
	       strstr(answer, "ebl-silent 0x0 times=7\n") && strstr(answer, "dump-size 0x1000 times=1"),
	       "what is armed");
	tap_ok(tap, modem_command(host, NULL, "flash-fault off") &&
	       modem_command(host, answer, "flash-fault") && !strstr(answer, "times"), "off");
	tap_ok(tap, !modem_command(host, NULL, "flash-fault nonsense") &&
	       !modem_command(host, NULL, "flash-fault psi-mute x") &&
	       !modem_command(host, NULL, "flash-fault psi-mute 0 1 2"), "wrong ones");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	image_len = (uint32_t)image_make(image, "EBL", "ebl-1", "the EBL", 7);
	modem_start(&host, "--boot-stage", "rom", "--dump-size", "5000", NULL);
	client_hello(&host);
	test_greeting(&tap, &host);
	test_load(&tap, &host);
	test_packs(&tap, &host);
	test_table(&tap, &host);
	test_erase(&tap, &host);
	test_dump(&tap, &host);
	test_control(&tap, &host);
	tap_ok(&tap, modem_end(&host) >= 0, "a clean end");
	return tap_done(&tap);
}
