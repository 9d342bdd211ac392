// SPDX-License-Identifier: GPL-2.0-or-later
/* Resets, D-states, the link and the power: what is kept and what is lost. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

#define PMCSR		0x44
#define DEVICE_CONTROL	0x78

static void set_power_state(struct host *host, uint16_t state)
{
	region_write(host, CONFIG_REGION, PMCSR, &state, sizeof(state), false);
}

static unsigned int power_state(struct host *host)
{
	return read32(host, CONFIG_REGION, PMCSR) & 3;
}

static bool says(struct host *host, const char *line)
{
	char answer[ANSWER_SIZE];

	modem_command(host, answer, "status");
	return strstr(answer, line);
}

static bool starts_anew(struct host *host)
{
	host->used = 0;
	enable(host);
	return read32(host, 2, IOSM_SCRATCH_IPC_STATUS) == 0 && boot(host);
}

static void test_d3hot(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	uint32_t index;

	tap_ok(tap, boot(host), "boot");
	set_power_state(host, 3);
	tap_equal(tap, power_state(host), 3, "D3hot");
	irq_count(host);
	tap_equal(tap, read32(host, CONFIG_REGION, 0) & 0xffff, 0x8086, "configuration space answers");
	index = host->msg_head;
	put32(host, msg_head(host), index + 1);
	tap_ok(tap, !wait_irq(host, 50) && get32(host, msg_tail(host)) == index,
	       "no memory access, no interrupt");
	put32(host, msg_head(host), index);
	tap_equal(tap, breaches(host, 0), 0, "no breach");
	read32(host, 2, 0);
	tap_equal(tap, breaches(host, CHECK_REG_OFF), 1, "touching a BAR in it is a breach");
	modem_command(host, NULL, "breaches clear");
	set_power_state(host, 1);
	tap_equal(tap, power_state(host), 3, "there is no D1");
	set_power_state(host, 0);
	tap_equal(tap, message(host, &feature), 1, "D0 again: it goes on where it was");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 2, "status 2");

	modem_command(host, NULL, "power stuck");
	set_power_state(host, 3);
	set_power_state(host, 0);
	tap_equal(tap, power_state(host), 3, "stuck in D3hot");
	modem_command(host, NULL, "power free");
	set_power_state(host, 0);
	tap_equal(tap, message(host, &feature), 1, "and free again");
}

/* Back in D0 the modem leaves a host that sleeps alone until it rings (section 12.2). */
static void test_d3hot_asleep(struct tap *tap, struct host *host)
{
	union iosm_wire_msg enter = msg_sleep(0, 0), leave = msg_sleep(0, 1);
	uint32_t index;

	tap_equal(tap, message(host, &enter), 1, "the host enters sleep");
	set_power_state(host, 3);
	set_power_state(host, 0);
	irq_count(host);
	index = host->msg_head++;
	memcpy(at(host, msg_entry(host, index)), &leave, sizeof(leave));
	put32(host, msg_head(host), host->msg_head);
	tap_ok(tap, !wait_irq(host, 50) && get32(host, msg_tail(host)) == index,
	       "D0, a message, no doorbell: nothing happens");
	doorbell(host, 0, 0);
	tap_equal(tap, msg_wait(host, index), 1, "a doorbell: it is performed");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_sleep_loses_power(struct tap *tap, struct host *host)
{
	union iosm_wire_msg enter = msg_sleep(0, 0);
	uint16_t pme = 0x100 | 3;

	modem_command(host, NULL, "sleep-loses-power on");
	tap_equal(tap, message(host, &enter), 1, "the host enters sleep");
	region_write(host, CONFIG_REGION, PMCSR, &pme, sizeof(pme), false);
	tap_equal(tap, power_state(host), 3, "D3hot");
	modem_command(host, NULL, "boot-time 100");
	set_power_state(host, 0);
	tap_equal(tap, read32(host, CONFIG_REGION, 4) & 0xffff, 0, "the command register is lost");
	tap_equal(tap, read32(host, CONFIG_REGION, PMCSR) & 0xffff, 8, "so is PME enable");
	enable(host);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_BOOT, "the modem boots");
	while (read32(host, 2, 0) == IOSM_STAGE_BOOT)
		pause_ms(5);
	modem_command(host, NULL, "boot-time 0");
	tap_ok(tap, starts_anew(host), "and runs anew");
	modem_command(host, NULL, "sleep-loses-power off");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_resets(struct tap *tap, struct host *host)
{
	union iosm_wire_msg feature = msg_feature(0x80);
	uint16_t flr = 0x8000;

	region_write(host, CONFIG_REGION, DEVICE_CONTROL, &flr, sizeof(flr), false);
	tap_equal(tap, read32(host, CONFIG_REGION, DEVICE_CONTROL) & 0x8000, 0, "FLR reads as 0");
	tap_ok(tap, starts_anew(host), "FLR: it starts anew");
	modem_command(host, NULL, "stage crash");
	doorbell(host, 1, 0);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_CRASH, "a crash");
	region_write(host, CONFIG_REGION, DEVICE_CONTROL, &flr, sizeof(flr), false);
	tap_ok(tap, starts_anew(host), "FLR revives it");
	modem_command(host, NULL, "stage cd-ready");
	set_power_state(host, 3);
	set_power_state(host, 0);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_CD_READY, "D3hot does not");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	tap_ok(tap, starts_anew(host), "a bus reset does");
	modem_command(host, NULL, "reset-ignored on");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 2, "unless it is ignored");
	tap_equal(tap, message(host, &feature), 1, "then it goes on where it was");
	modem_command(host, NULL, "reset-ignored off");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static unsigned int cut_off(struct host *host)
{
	char answer[ANSWER_SIZE];

	modem_command(host, answer, "counters");
	return (unsigned int)atoi(strstr(answer, "cut_off ") + strlen("cut_off "));
}

static void test_cut_off(struct tap *tap, struct host *host)
{
	unsigned int before = cut_off(host);
	uint16_t command;

	region_read(host, CONFIG_REGION, 4, &command, sizeof(command));
	command &= (uint16_t)~4u;
	region_write(host, CONFIG_REGION, 4, &command, sizeof(command), false);
	tap_equal(tap, cut_off(host), before + 1, "bus mastering ends while the IPC runs");
	command |= 4;
	region_write(host, CONFIG_REGION, 4, &command, sizeof(command), false);
	doorbell(host, 1, 0);
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_IPC_STATUS), 0, "the host stops the IPC");
	command &= (uint16_t)~4u;
	region_write(host, CONFIG_REGION, 4, &command, sizeof(command), false);
	tap_equal(tap, cut_off(host), before + 1, "then the modem is not cut off");
	command |= 4;
	region_write(host, CONFIG_REGION, 4, &command, sizeof(command), false);
	tap_ok(tap, starts_anew(host), "it starts anew");
}

static bool crashes(struct host *host)
{
	for (int i = 0; i < 200 && read32(host, 2, 0) == IOSM_STAGE_RUN; i++)
		pause_ms(5);
	return read32(host, 2, 0) == IOSM_STAGE_CRASH;
}

static void test_crash_at(struct tap *tap, struct host *host)
{
	union iosm_wire_msg enter = msg_sleep(0, 0), leave = msg_sleep(0, 1);
	uint16_t flr = 0x8000;

	modem_command(host, NULL, "crash-at sleep");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_RUN, "crash-at sleep: not at once");
	doorbell(host, 2, IOSM_SLEEP_FORCE_SLEEP);
	tap_ok(tap, crashes(host), "but when the host forces it to sleep");
	region_write(host, CONFIG_REGION, DEVICE_CONTROL, &flr, sizeof(flr), false);
	tap_ok(tap, starts_anew(host), "FLR revives it");
	doorbell(host, 2, IOSM_SLEEP_FORCE_SLEEP);
	doorbell(host, 2, IOSM_SLEEP_FORCE_ACTIVE);
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_RUN, "once only");
	modem_command(host, NULL, "crash-at wake");
	tap_equal(tap, message(host, &enter), 1, "the host says that it sleeps");
	message(host, &leave);
	tap_ok(tap, crashes(host), "crash-at wake: it crashes when it says that it is back");
	tap_ok(tap, !modem_command(host, NULL, "crash-at noon"), "there is no other moment");
	region_write(host, CONFIG_REGION, DEVICE_CONTROL, &flr, sizeof(flr), false);
	tap_ok(tap, starts_anew(host), "FLR revives it");
	modem_command(host, NULL, "crash-at open");
	open_pipe(host, 0, 8);
	tap_ok(tap, crashes(host), "crash-at open: it crashes of a pipe's opening");
	region_write(host, CONFIG_REGION, DEVICE_CONTROL, &flr, sizeof(flr), false);
	tap_ok(tap, starts_anew(host), "FLR revives it");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_link(struct tap *tap, struct host *host)
{
	uint16_t off = 0;

	modem_command(host, NULL, "link down");
	tap_equal(tap, read32(host, CONFIG_REGION, 0), 0xffffffff, "link down: all ones");
	tap_equal(tap, read32(host, 2, 0), 0xffffffff, "in the BARs, too");
	tap_ok(tap, !modem_command(host, NULL, "link mute"), "it can't be mute then");
	modem_command(host, NULL, "link up");
	tap_equal(tap, read32(host, 2, 0), 0xffffffff, "link up: memory space is off");
	tap_equal(tap, breaches(host, 0), 0, "which the host cannot know");
	tap_ok(tap, starts_anew(host), "it starts anew");
	modem_command(host, NULL, "link mute");
	tap_equal(tap, read32(host, CONFIG_REGION, 0), 0xffffffff, "link mute: all ones");
	modem_command(host, NULL, "link up");
	tap_ok(tap, read32(host, 2, 0) != 0xffffffff && says(host, "\nbus-master on") &&
		       says(host, "\nipc 2"),
	       "link up: it has forgotten nothing");
	modem_command(host, NULL, "reset");
	doorbell(host, 0, 0);
	tap_equal(tap, breaches(host, 0), 0, "nor can it know that it lost its power");
	tap_ok(tap, starts_anew(host), "it starts anew");
	region_write(host, CONFIG_REGION, 4, &off, sizeof(off), false);
	doorbell(host, 0, 0);
	tap_equal(tap, breaches(host, CHECK_REG_OFF), 1, "what it has closed itself it knows");
	modem_command(host, NULL, "breaches clear");
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	doorbell(host, 0, 0);
	tap_equal(tap, breaches(host, CHECK_REG_OFF), 1, "and its own reset");
	modem_command(host, NULL, "breaches clear");
	tap_ok(tap, starts_anew(host), "it starts anew");
	tap_ok(tap, modem_command(host, NULL, "power off") && says(host, "\npower off"),
	       "power off");
	tap_equal(tap, read32(host, CONFIG_REGION, 0), 0xffffffff, "all ones");
	tap_ok(tap, !modem_command(host, NULL, "link up"), "no link without power");
	tap_ok(tap, modem_command(host, NULL, "power on") && says(host, "\npower D0"), "power on");
	tap_ok(tap, starts_anew(host), "it starts anew");
	tap_ok(tap, !modem_command(host, NULL, "power"), "\"power\" alone is no command");
	tap_equal(tap, breaches(host, 0), 0, "no breach");
}

static void test_replug(struct tap *tap, struct host *host)
{
	modem_command(host, NULL, "power off");
	client_close(host);
	client_hello(host);
	tap_ok(tap, starts_anew(host), "plugged in again: it has power");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--sleep-idle", "0", NULL);
	client_hello(&host);
	test_d3hot(&tap, &host);
	test_d3hot_asleep(&tap, &host);
	test_sleep_loses_power(&tap, &host);
	test_resets(&tap, &host);
	test_cut_off(&tap, &host);
	test_crash_at(&tap, &host);
	test_link(&tap, &host);
	test_replug(&tap, &host);
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	modem_start(&host, "--sleep-loses-power", NULL);
	client_hello(&host);
	boot(&host);
	set_power_state(&host, 3);
	set_power_state(&host, 0);
	tap_ok(&tap, starts_anew(&host), "--sleep-loses-power");
	modem_end(&host);
	return tap_done(&tap);
}
