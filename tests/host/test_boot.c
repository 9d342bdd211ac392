// SPDX-License-Identifier: GPL-2.0-or-later
/* Stages and IPC status: host interface, sections 3, 4 and 10; rules M2 to M5, M14. */
#include "host.h"

static void test_scratchpad(struct tap *tap, struct host *host)
{
	uint8_t info[60];
	bool read = true;

	enable(host);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_STAGE), IOSM_STAGE_RUN, "stage RUN");
	for (uint32_t i = 0; i < 56; i += 8)
		read &= !region_read(host, 2, 8 + i, info, 8);
	for (uint32_t i = 4; i < 0x40; i++)
		read &= !region_read(host, 2, i, &info[i - 4], 1);
	tap_ok(tap, read && info[1] == 58, "chip info has 58 bytes behind its length");
	tap_ok(tap, read32(host, 2, IOSM_SCRATCH_VERSION) >= 0x100, "the version has capabilities");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_CAPABILITIES),
		  IOSM_CAP_UL_AGGREGATION | IOSM_CAP_DL_AGGREGATION | IOSM_CAP_UL_CREDITS,
		  "the capabilities are those of the command line");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 0, "IPC status 0");
}

static void test_registers64(struct tap *tap, struct host *host)
{
	uint64_t value = 0x123456789abcdef0, back;

	region_write(host, 2, IOSM_SCRATCH_CONTEXT, &value, 8, true);
	region_read(host, 2, IOSM_SCRATCH_CONTEXT, &back, 8);
	tap_ok(tap, back == value, "a 64-bit register in one write");
	write32(host, 2, IOSM_SCRATCH_CONTEXT + 4, 0x11111111);
	write32(host, 2, IOSM_SCRATCH_CONTEXT, 0x22222222);
	region_read(host, 2, IOSM_SCRATCH_CONTEXT, &back, 8);
	tap_ok(tap, back == 0x1111111122222222, "and in two, upper half first");
}

static void test_bring_up(struct tap *tap, struct host *host)
{
	struct iosm_wire_device_info info;
	uint64_t start_ms;

	doorbell(host, 1, IOSM_IPC_INIT);
	doorbell(host, 1, IOSM_IPC_INIT);
	tap_ok(tap, wait_status(host, IOSM_IPC_INIT), "status 1, the request repeated");
	tap_ok(tap, !wait_irq(host, 20), "without an interrupt");
	doorbell(host, 1, IOSM_IPC_INIT);
	write_context(host);
	start_ms = now_ms();
	doorbell(host, 1, IOSM_IPC_RUNNING);
	tap_ok(tap, wait_irq(host, WAIT_MS), "running is announced by an interrupt");
	tap_ok(tap, now_ms() - start_ms >= 20, "not before a slow probe is through");
	memcpy(&info, at(host, host->block + 0x38), sizeof(info));
	tap_ok(tap, info.stage == IOSM_STAGE_RUN && info.ipc_status == 2 && !info.sleep,
	       "the copy in host memory is complete");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 2, "status 2");
	doorbell(host, 1, IOSM_IPC_RUNNING);
	tap_ok(tap, wait_irq(host, WAIT_MS) && wait_irq(host, WAIT_MS),
	       "the interrupt is repeated for a host that lost it");
	message(host, &(union iosm_wire_msg){ .feature = { .features = 0x80, .type = 0xf0 } });
	irq_count(host);
	tap_ok(tap, !wait_irq(host, 150), "until the first message");
}

static void test_uninit(struct tap *tap, struct host *host)
{
	uint64_t start_ms = now_ms();
	uint32_t tail;
	bool late;

	doorbell(host, 1, IOSM_IPC_UNINIT);
	tap_ok(tap, wait_status(host, IOSM_IPC_UNINIT) && now_ms() - start_ms < 30,
	       "status 0 within 30 ms");
	tail = get32(host, msg_tail(host));
	put32(host, msg_head(host), (host->msg_head + 1) % IOSM_MSG_ENTRIES);
	tap_ok(tap, !wait_irq(host, 30) && get32(host, msg_tail(host)) == tail,
	       "no further look at host memory");
	doorbell(host, 1, IOSM_IPC_UNINIT);
	tap_ok(tap, boot(host), "it runs again");
	doorbell(host, 1, IOSM_IPC_UNINIT);
	doorbell(host, 1, IOSM_IPC_INIT);
	tap_ok(tap, wait_status(host, IOSM_IPC_INIT), "0 and 1 in one go");
	doorbell(host, 1, IOSM_IPC_UNINIT);
	doorbell(host, 1, IOSM_IPC_INIT);
	wait_status(host, IOSM_IPC_INIT);
	write_context(host);
	irq_count(host);
	start_ms = now_ms();
	doorbell(host, 1, IOSM_IPC_RUNNING);
	doorbell(host, 1, IOSM_IPC_UNINIT);
	/* On a machine this slow the modem was running before it was told to give up. */
	late = now_ms() - start_ms >= 20;
	tap_ok(tap, wait_status(host, IOSM_IPC_UNINIT) && (!irq_count(host) || late),
	       "given up while running was on its way");
	tap_ok(tap, !wait_irq(host, 100), "and silent from then on");
	tap_equal(tap, breaches(host, 0), 0, "no breach in all of this");
}

static void test_boot_stage(struct tap *tap, struct host *host)
{
	modem_command(host, NULL, "boot-time 300");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	enable(host);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_BOOT, "stage BOOT after a reset");
	doorbell(host, 1, IOSM_IPC_UNINIT);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_BOOT, "a driver may say goodbye in it");
	doorbell(host, 0, IOSM_HP_BOOT_IMAGE);
	tap_ok(tap, wait_irq(host, WAIT_MS) &&
	       read32(host, 2, IOSM_SCRATCH_ROM_EXIT) == IOSM_ROM_EXIT_FAILED,
	       "the boot ROM refuses an image");
	while (read32(host, 2, 0) == IOSM_STAGE_BOOT)
		pause_ms(5);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_RUN, "then RUN");
	tap_ok(tap, boot(host), "and it runs");
	tap_equal(tap, breaches(host, 0), 0, "no breach");

	modem_command(host, NULL, "boot-time 60000");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	enable(host);
	doorbell(host, 0, 0);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_CD_READY, "touched in BOOT it dies");
	tap_equal(tap, breaches(host, CHECK_BOOT_DOORBELL), 1, "by the host's breach");
	doorbell(host, 1, 1);
	doorbell(host, 2, 2);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 0, "and stays dead");
	modem_command(host, NULL, "boot-time 0");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	tap_ok(tap, boot(host), "until a reset");
}

static void test_faults(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	uint32_t index;

	irq_count(host);
	tap_ok(tap, modem_command(host, NULL, "stage crash"), "crash");
	tap_ok(tap, wait_irq(host, WAIT_MS), "an interrupt tells");
	tap_equal(tap, get32(host, host->block + 0x38), IOSM_STAGE_CRASH, "in host memory");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_CRASH, "and in the register");
	index = msg_post(host, &feature);
	tap_ok(tap, !wait_irq(host, 50) && get32(host, msg_tail(host)) == index,
	       "no message is answered");
	modem_command(host, NULL, "stage cd-ready");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_CD_READY, "core dump ready");
	modem_command(host, NULL, "reset");
	tap_ok(tap, boot(host), "a reset revives it");

	irq_count(host);
	modem_command(host, NULL, "stage hang");
	index = msg_post(host, &feature);
	tap_ok(tap, !wait_irq(host, 50) && get32(host, msg_tail(host)) == index,
	       "hung: no answer");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_RUN, "but the registers look well");
	doorbell(host, 1, 0);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 2, "and stay as they are");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	tap_ok(tap, boot(host), "a reset revives it");
}

/* The client dies and another one comes: everything starts from power-on. */
static void test_reconnect(struct tap *tap, struct host *host)
{
	client_close(host);
	client_hello(host);
	tap_equal(tap, read32(host, CONFIG_REGION, 4) & 0xffff, 0, "a new client finds power-on");
	enable(host);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 0, "IPC status 0");
	tap_ok(tap, boot(host), "and boots");
}

static void test_instant(struct tap *tap)
{
	struct host host;

	modem_start(&host, "--instant", "--sleep-idle", "0", NULL);
	client_hello(&host);
	enable(&host);
	doorbell(&host, 1, IOSM_IPC_INIT);
	tap_equal(tap, read32(&host, 2, IOSM_SCRATCH_IPC_STATUS), 1, "--instant: status 1 at once");
	write_context(&host);
	doorbell(&host, 1, IOSM_IPC_RUNNING);
	tap_equal(tap, read32(&host, 2, IOSM_SCRATCH_IPC_STATUS), 2, "and 2");
	tap_equal(tap, irq_count(&host), 1, "with one interrupt");
	tap_ok(tap, !wait_irq(&host, 250), "that is not repeated");
	msg_post(&host, &(union iosm_wire_msg){ .feature = { .features = 0x80, .type = 0xf0 } });
	read32(&host, 2, 0);
	tap_equal(tap, get32(&host, msg_tail(&host)), 1, "a message is answered in the doorbell");
	tap_equal(tap, modem_end(&host), 0, "no breach");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--mux", "aggregation", "--credits", "--sleep-idle", "0", NULL);
	client_hello(&host);
	test_scratchpad(&tap, &host);
	test_registers64(&tap, &host);
	test_bring_up(&tap, &host);
	test_uninit(&tap, &host);
	test_boot_stage(&tap, &host);
	test_faults(&tap, &host);
	test_reconnect(&tap, &host);
	tap_equal(&tap, modem_end(&host), 3, "one breach in all");
	test_instant(&tap);
	return tap_done(&tap);
}
