// SPDX-License-Identifier: GPL-2.0-or-later
/* Boot ROM, PSI, EBL and the flash memory: the boot document, sections 4 to 7. */
#include "loader.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ADDRESS		0x100000u
#define FIRMWARE_SIZE	250000u
#define VERSION		"18700.6001.00.02.03.04_T"

static uint8_t firmware[FIRMWARE_SIZE];
static uint8_t image[1024];

static void restart(struct host *host, const char *stage)
{
	modem_command(host, NULL, "boot-stage %s", stage);
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	host->used = 0;
	host->msg_head = 0;
}

static void reset_device(struct host *host)
{
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	host->used = 0;
}

static uint32_t ebl_image(void)
{
	return (uint32_t)image_make(image, "EBL", "ebl-1", "the EBL, longer than the PSI", 28);
}

/* ---- section 4 ---- */

static void test_rom(struct tap *tap, struct host *host)
{
	struct loader loader;
	size_t len = image_make(image, "PSI", "psi-1", "the PSI", 7);

	enable(host);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_BOOT, "--boot-stage rom: stage BOOT");
	loader_init(&loader, host);
	tap_equal(tap, loader_image(&loader, "garbage", 7), IOSM_ROM_EXIT_FAILED,
		  "garbage is refused");
	image[70] ^= 1;
	tap_equal(tap, loader_image(&loader, image, (uint32_t)len), IOSM_ROM_EXIT_FAILED,
		  "a damaged PSI is refused");
	image[70] ^= 1;
	tap_equal(tap, loader_image(&loader, image, (uint32_t)len - 1), IOSM_ROM_EXIT_FAILED,
		  "so is a cut one");
	tap_equal(tap, loader_image(&loader, image, (uint32_t)ebl_image()), IOSM_ROM_EXIT_FAILED,
		  "and one of another kind");
	pause_ms(20);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_BOOT, "the ROM goes on waiting");
	image_make(image, "PSI", "psi-1", "the PSI", 7);
	tap_equal(tap, loader_image(&loader, image, (uint32_t)len), IOSM_ROM_EXIT_OPEN_EXT,
		  "a sound PSI is taken");
	tap_ok(tap, !wait_irq(host, 60), "with one interrupt, none for stage PSI");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_PSI, "stage PSI");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 0, "IPC status 0");
	doorbell(host, 1, IOSM_IPC_INIT);
	tap_ok(tap, wait_status(host, IOSM_IPC_INIT) && !wait_irq(host, 20),
	       "status 1 without an interrupt");
	write_context(host);
	doorbell(host, 1, IOSM_IPC_RUNNING);
	tap_ok(tap, wait_irq(host, WAIT_MS), "running with one");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 2, "status 2 was there before it");
	tap_equal(tap, get32(host, host->block + 0x38), IOSM_STAGE_PSI, "PSI in host memory, too");
	tap_ok(tap, !wait_irq(host, 250), "that is not repeated");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_channel(struct tap *tap, struct host *host)
{
	union iosm_wire_msg sleep = msg_sleep(1, 0), feature = msg_feature(0x80);
	struct loader loader;

	reset_device(host);
	tap_ok(tap, loader_start(&loader, host), "a PSI starts and acknowledges");
	tap_ok(tap, loader.data[0] == 0x01 && loader.data[1] == 0x00, "without a core dump");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
	tap_equal(tap, open_pipe(host, 12, 8), IOSM_MSG_ERROR, "it has no other channel");
	tap_equal(tap, breaches(host, CHECK_MSG_OPEN_STAGE), 1, "breach");
	tap_equal(tap, message(host, &sleep), IOSM_MSG_ERROR, "it does not sleep");
	tap_equal(tap, message(host, &feature), IOSM_MSG_SUCCESS, "a feature message is harmless");
	doorbell(host, 2, IOSM_SLEEP_WAKE);
	read32(host, 2, 0);
	tap_equal(tap, breaches(host, CHECK_SLEEP_NOT_RUNNING), 1, "doorbell 2 is a breach");
	modem_command(host, NULL, "breaches clear");
}

/* ---- section 6 ---- */

static void test_commands(struct tap *tap, struct host *host)
{
	static const uint8_t bad_check[8] = { 0, 0, 0, 0, 2, 0, 3, 0 };
	static const uint8_t worked[8] = { 0, 0, 0, 0, 2, 0, 2, 0 };
	struct loader loader;
	uint32_t len = ebl_image(), size = 3;

	reset_device(host);
	loader_start(&loader, host);
	loader_send(&loader, bad_check, 8);
	tap_ok(tap, loader_silent(&loader, 50), "a wrong check word: no answer");
	loader_send(&loader, worked, 7);
	tap_ok(tap, loader_silent(&loader, 50), "7 bytes: no answer");
	tap_equal(tap, breaches(host, CHECK_FLASH_FRAME), 2, "two breaches");
	loader_command(&loader, 0x0003, 0);
	loader_command(&loader, IOSM_RPSI_DUMP_START, 0x1000);
	tap_ok(tap, loader_silent(&loader, 50), "an unknown command, a dump that is not: no answer");
	tap_equal(tap, breaches(host, CHECK_FLASH_COMMAND), 1, "breach");
	tap_equal(tap, breaches(host, CHECK_FLASH_ORDER), 1, "breach");
	loader_send(&loader, worked, 8);
	tap_equal(tap, loader_read(&loader), 2, "the worked example is acknowledged");
	loader_send(&loader, &size, 3);
	tap_ok(tap, loader_silent(&loader, 50), "a size in 3 bytes is not");
	loader_command(&loader, IOSM_RPSI_LOAD_EBL, 0);
	loader_read(&loader);
	loader_send(&loader, &size, 4);
	loader_read(&loader);
	loader_send(&loader, "four", 4);
	tap_ok(tap, loader_silent(&loader, 50), "an EBL of another size than announced");
	tap_equal(tap, breaches(host, CHECK_FLASH_LENGTH), 2, "two breaches");
	image[65] ^= 1;
	tap_ok(tap, !loader_ebl(&loader, image, len) && loader.len == 2 && loader.data[0] == 0xff,
	       "a damaged EBL is refused");
	tap_ok(tap, loader_silent(&loader, 50), "without a configuration block");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_PSI, "the stage is still PSI");
	image[65] ^= 1;
	tap_ok(tap, loader_ebl(&loader, image, len), "a sound one starts");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_EBL, "stage EBL");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 2, "the IPC goes on");
	tap_ok(tap, loader.config[50] == 1 && loader.config[70] == 2, "the configuration block");
	modem_command(host, NULL, "breaches clear");
}

/* ---- section 7 ---- */

static void to_ebl(struct loader *loader, struct host *host)
{
	uint32_t len = ebl_image();

	reset_device(host);
	loader_start(loader, host);
	loader_ebl(loader, image, len);
}

static void test_packs(struct tap *tap, struct host *host)
{
	static const uint8_t worked_header[8] = { 0x08, 0x08, 0x06, 0x08, 2, 0, 0, 0 };
	static const uint8_t worked_payload[2];
	uint8_t header[8], config[76];
	static uint8_t large[16385];
	struct loader loader;

	to_ebl(&loader, host);
	loader_pack(&loader, IOSM_EBL_SET_ADDRESS, "\0\0\0", 4);
	tap_equal(tap, loader_error(&loader), 0x0201, "a pack before the configuration");
	tap_equal(tap, breaches(host, CHECK_FLASH_ORDER), 1, "breach");
	memcpy(config, loader.config, sizeof(config));
	loader_pack(&loader, IOSM_EBL_SET_CONFIG, config, sizeof(config));
	tap_equal(tap, loader_error(&loader), 0x0105, "the block unchanged");
	config[54] = config[55] = 0;
	config[57] = 1;
	config[64] &= 0xdf;
	config[3]++;
	loader_pack(&loader, IOSM_EBL_SET_CONFIG, config, sizeof(config));
	tap_equal(tap, loader_error(&loader), 0x0105, "an opaque byte changed");
	loader_pack(&loader, IOSM_EBL_SET_CONFIG, config, 75);
	tap_equal(tap, loader_error(&loader), 0x0105, "75 bytes");
	tap_equal(tap, breaches(host, CHECK_FLASH_CONFIG), 3, "three breaches");
	tap_ok(tap, loader_configure(&loader, false), "as it should be");

	loader_send(&loader, worked_header, 8);
	loader_send(&loader, worked_payload, 2);
	loader_pack_read(&loader, IOSM_EBL_ERASE_CHECK);
	tap_equal(tap, loader_error(&loader), 0x0204, "the worked example: nothing was erased");
	memcpy(header, worked_header, 8);
	header[0]++;
	loader_send(&loader, header, 8);
	loader_send(&loader, worked_payload, 2);
	loader_pack_read(&loader, IOSM_EBL_ERASE_CHECK);
	tap_equal(tap, loader_error(&loader), 0x0103, "a wrong checksum");
	tap_equal(tap, breaches(host, CHECK_FLASH_CHECKSUM), 1, "breach");
	loader_send(&loader, worked_header, 7);
	tap_ok(tap, loader_pack_read(&loader, 0) && loader_error(&loader) == 0x0101,
	       "a header of 7 bytes is answered at once");
	loader_send(&loader, worked_header, 8);
	loader_send(&loader, worked_payload, 1);
	loader_pack_read(&loader, IOSM_EBL_ERASE_CHECK);
	tap_equal(tap, loader_error(&loader), 0x0102, "a short payload");
	loader_pack(&loader, IOSM_EBL_SECURE_START, large, sizeof(large));
	tap_equal(tap, loader_error(&loader), 0x0102, "a payload over 16384 bytes");
	loader_pack(&loader, IOSM_EBL_SET_CONFIG, large, 2049);
	tap_equal(tap, loader_error(&loader), 0x0102, "a configuration over 2048 bytes");
	tap_equal(tap, breaches(host, CHECK_FLASH_LENGTH), 4, "four breaches");
	loader_pack(&loader, 0x0999, "\0", 2);
	tap_equal(tap, loader_error(&loader), 0x0104, "an unknown pack");
	loader_pack(&loader, IOSM_EBL_SET_ADDRESS, "\0\0", 3);
	tap_equal(tap, loader_error(&loader), 0x0105, "an address of 3 bytes");
	tap_equal(tap, breaches(host, CHECK_FLASH_PACK), 2, "two breaches");
	modem_command(host, NULL, "breaches clear");
}

static void test_software_id(struct tap *tap, struct host *host)
{
	static const uint32_t read_table[4] = { 2, 16, 0, 0 };
	struct iosm_wire_ebl_swid table;
	struct loader loader;
	uint32_t token;

	to_ebl(&loader, host);
	loader_configure(&loader, false);
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_OOS_CONTROL, read_table, 16), "table asked for");
	memcpy(&token, loader.answer, 4);
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_OOS_READ, &token, 4), "table read");
	memcpy(&table, loader.answer, sizeof(table));
	tap_ok(tap, table.sets == 1 && table.software_id == 18601 && table.rf_engine_id == 5001,
	       "the numbers of the present firmware");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static bool says(struct host *host, const char *line)
{
	char answer[ANSWER_SIZE];

	modem_command(host, answer, "flash");
	return strstr(answer, line);
}

/* The version as an AT port tells it. */
static bool firmware_is(struct host *host, const char *version)
{
	uint8_t answer[2048];
	int len, have = 0;

	if (!boot(host) || !open_channel(host, IOSM_CHANNEL_AT0, 8, 2048))
		return false;
	uplink(host, 4, "AT+CGMR\r", 8);
	do {
		len = downlink(host, 5, answer + have, sizeof(answer) - 1 - (unsigned int)have);
		if (len < 0)
			return false;
		have += len;
		answer[have] = '\0';
	} while (!strstr((char *)answer, "OK"));
	return strstr((char *)answer, version);
}

static void test_flash(struct tap *tap, struct host *host)
{
	struct loader loader;
	size_t len;

	to_ebl(&loader, host);
	loader_configure(&loader, false);
	len = pack_make(image, VERSION, ADDRESS, firmware, sizeof(firmware));
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_SECURE_START, image, (uint32_t)len),
	       "the secure pack is taken");
	tap_ok(tap, says(host, "bootable no") && says(host, "secure-pack open"),
	       "nothing could boot now");
	tap_ok(tap, loader_write(&loader, ADDRESS, firmware, sizeof(firmware), true),
	       "the region is erased and written");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_SECURE_END, "\0", 2), "the pack ends");
	tap_ok(tap, says(host, "firmware " VERSION) && says(host, "bootable yes"),
	       "the new firmware is whole");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
	restart(host, "run");
	tap_ok(tap, firmware_is(host, VERSION), "it boots and says its version");
	restart(host, "rom");
}

static void test_refused(struct tap *tap, struct host *host)
{
	uint32_t range[2] = { ADDRESS, ADDRESS + FIRMWARE_SIZE - 2 };
	struct loader loader;
	uint32_t len;

	to_ebl(&loader, host);
	loader_configure(&loader, false);
	tap_ok(tap, !loader_write(&loader, ADDRESS, firmware, 100, false) &&
	       loader_error(&loader) == 0x0202, "data without a secure pack");
	loader_pack(&loader, IOSM_EBL_ERASE_START, range, 8);
	tap_equal(tap, loader_error(&loader), 0x0202, "erasing without one");
	loader_pack(&loader, IOSM_EBL_SECURE_END, "\0", 2);
	tap_equal(tap, loader_error(&loader), 0x0202, "the end of one that did not begin");
	tap_equal(tap, breaches(host, CHECK_FLASH_ORDER), 3, "three breaches");
	modem_command(host, NULL, "breaches clear");

	len = (uint32_t)pack_make(image, VERSION, ADDRESS, firmware, sizeof(firmware));
	image[66] ^= 1;
	loader_pack(&loader, IOSM_EBL_SECURE_START, image, len);
	tap_equal(tap, loader_error(&loader), 0x0401, "a damaged secure pack");
	tap_ok(tap, says(host, "bootable yes"), "the old firmware stays");
	len = (uint32_t)pack_make(image, VERSION, 0xfffffff0, firmware, sizeof(firmware));
	loader_pack(&loader, IOSM_EBL_SECURE_START, image, len);
	tap_equal(tap, loader_error(&loader), 0x0401, "a region behind the end of the flash");

	len = (uint32_t)pack_make(image, VERSION, ADDRESS, firmware, sizeof(firmware));
	loader_pack(&loader, IOSM_EBL_SECURE_START, image, len);
	tap_ok(tap, !loader_write(&loader, ADDRESS, firmware, sizeof(firmware), false) &&
	       loader_error(&loader) == 0x0301, "writing what was not erased");
	range[1] += 2;
	loader_pack(&loader, IOSM_EBL_ERASE_START, range, 8);
	tap_equal(tap, loader_error(&loader), 0x0402, "erasing more than was announced");
	tap_ok(tap, !loader_write(&loader, ADDRESS, firmware, 1000, true) &&
	       loader_error(&loader) == 0x0402, "a region that was not announced");
	firmware[7] ^= 1;
	tap_ok(tap, !loader_write(&loader, ADDRESS, firmware, sizeof(firmware), true) &&
	       loader_error(&loader) == 0x0403, "a region with other content");
	firmware[7] ^= 1;
	loader_pack(&loader, IOSM_EBL_SECURE_END, "\0", 2);
	tap_equal(tap, loader_error(&loader), 0x0404, "the end before all was written");
	tap_equal(tap, breaches(host, 0), 0, "wrong images are no breach of the host");

	restart(host, "run");
	enable(host);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_BOOT, "a firmware that is not whole does not boot");
	restart(host, "rom");
}

static void test_full_erase(struct tap *tap, struct host *host)
{
	static const uint8_t erase_all[16] = { 3, 0, 0, 0, 8, 0, 0, 0, 255, 255, 255, 255 };
	struct loader loader;
	uint32_t len;

	to_ebl(&loader, host);
	tap_ok(tap, loader_configure(&loader, true), "full erase announced");
	modem_command(host, NULL, "flash erase-time 50");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_OOS_CONTROL, erase_all, 16), "and started");
	loader_pack(&loader, IOSM_EBL_ERASE_CHECK, "\0", 2);
	tap_equal(tap, loader.answer[0], 0, "busy at first");
	tap_ok(tap, loader_erased(&loader), "then done");
	len = (uint32_t)pack_make(image, VERSION "2", ADDRESS, firmware, sizeof(firmware));
	loader_pack(&loader, IOSM_EBL_SECURE_START, image, len);
	tap_ok(tap, loader_write(&loader, ADDRESS, firmware, sizeof(firmware), false),
	       "a region needs no further erasing");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_SECURE_END, "\0", 2), "the pack ends");
	modem_command(host, NULL, "flash erase-time 60000");
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_SECURE_START, image, len) &&
	       !loader_write(&loader, ADDRESS, firmware, sizeof(firmware), true) &&
	       loader.answer[0] == 0, "an erase that takes too long");
	modem_command(host, NULL, "flash erase-time 0");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
	/* A reset in the middle of raw data. */
	to_ebl(&loader, host);
	loader_configure(&loader, false);
	loader_pack(&loader, IOSM_EBL_SECURE_START, image, len);
	loader_pack_send(&loader, IOSM_EBL_WRITE_RAW, &len, 4);
	loader_send(&loader, firmware, 10);
	reset_device(host);
	tap_ok(tap, loader_start(&loader, host), "a reset in the middle: it starts afresh");
}

/* ---- the file ---- */

static bool refused(const char *path, const char *why)
{
	char socket[96], output[1024];
	char *argv[] = { "--socket", socket, "--flash", (char *)path, NULL };

	snprintf(socket, sizeof(socket), "%s.vfio", path);
	return vmodem_run(argv, output, sizeof(output)) == 2 && strstr(output, why);
}

static void test_file(struct tap *tap)
{
	char dir[] = "/tmp/vmodem-flash-XXXXXX", path[64];
	struct loader loader;
	struct host host;
	uint32_t len;
	FILE *file;

	if (!mkdtemp(dir))
		exit(1);
	snprintf(path, sizeof(path), "%s/flash", dir);
	modem_start(&host, "--flash", path, "--boot-stage", "rom", "--instant", NULL);
	client_hello(&host);
	to_ebl(&loader, &host);
	loader_configure(&loader, false);
	len = (uint32_t)pack_make(image, VERSION, 0, firmware, sizeof(firmware));
	loader_pack(&loader, IOSM_EBL_SECURE_START, image, len);
	loader_write(&loader, 0, firmware, sizeof(firmware), true);
	tap_ok(tap, loader_pack(&loader, IOSM_EBL_SECURE_END, "\0", 2), "flashed into a file");
	tap_ok(tap, refused(path, "another modem uses it"), "a second modem is told to keep off");
	tap_equal(tap, modem_end(&host), 0, "no breach");

	modem_start(&host, "--flash", path, NULL);
	client_hello(&host);
	enable(&host);
	tap_ok(tap, firmware_is(&host, VERSION), "the next start finds the firmware");
	modem_end(&host);
	file = fopen(path, "r+");
	fseek(file, 4096, SEEK_SET);
	tap_equal(tap, fgetc(file), firmware[0], "the file has its bytes");
	rewind(file);
	fputs("something else", file);
	fclose(file);
	tap_ok(tap, refused(path, "no flash memory of a modem"), "a file of something else is refused");
	tap_ok(tap, !truncate(path, 100) && refused(path, "no flash memory of a modem"),
	       "so is a short one");
	tap_ok(tap, refused("/dev/null", "no flash memory of a modem"), "and a device");
	unlink(path);
	rmdir(dir);
}

/* ---- stages from the start ---- */

static void test_stages(struct tap *tap)
{
	struct loader loader;
	struct host host;

	modem_start(&host, "--boot-stage", "psi", NULL);
	client_hello(&host);
	enable(&host);
	loader_init(&loader, &host);
	tap_equal(tap, read32(&host, 2, 0), IOSM_STAGE_PSI, "--boot-stage psi");
	tap_ok(tap, loader_running(&loader) && loader_read(&loader) == 2, "it works");
	restart(&host, "ebl");
	enable(&host);
	loader_init(&loader, &host);
	tap_equal(tap, read32(&host, 2, 0), IOSM_STAGE_EBL, "boot-stage ebl");
	tap_ok(tap, loader_running(&loader) && loader_silent(&loader, 30), "it waits for a pack");
	loader_pack(&loader, IOSM_EBL_SET_ADDRESS, "\0\0\0", 4);
	tap_equal(tap, loader_error(&loader), 0x0201, "and answers it");
	restart(&host, "cd-ready");
	enable(&host);
	tap_equal(tap, read32(&host, 2, 0), IOSM_STAGE_CD_READY, "boot-stage cd-ready");
	irq_count(&host);
	doorbell(&host, 1, IOSM_IPC_INIT);
	tap_ok(tap, !wait_irq(&host, 30) && !read32(&host, 2, IOSM_SCRATCH_IPC_STATUS),
	       "a crashed modem does nothing");
	tap_equal(tap, modem_end(&host), 3, "one breach in all");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	for (size_t i = 0; i < sizeof(firmware); i++)
		firmware[i] = (uint8_t)(i * 7 + (i >> 8) + 1);
	modem_start(&host, "--boot-stage", "rom", NULL);
	client_hello(&host);
	test_rom(&tap, &host);
	test_channel(&tap, &host);
	test_commands(&tap, &host);
	test_packs(&tap, &host);
	test_software_id(&tap, &host);
	test_flash(&tap, &host);
	test_refused(&tap, &host);
	test_full_erase(&tap, &host);
	tap_equal(&tap, modem_end(&host), 3, "a clean end");
	test_file(&tap);
	test_stages(&tap);
	return tap_done(&tap);
}
