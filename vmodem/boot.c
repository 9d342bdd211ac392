// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Doorbell 1 drives the IPC status: 0 uninitialised, 1 initialised, 2 running. Status 1
 * comes without an interrupt (rule M3). Status 2 comes late and its interrupt is repeated
 * (rule M4): a driver whose probe is still under way loses it, as the in-tree one does.
 */
#include "boot_internal.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "check.h"
#include "control.h"
#include "coredump.h"
#include "dma.h"
#include "fault.h"
#include "flash_store.h"
#include "modem.h"
#include "record.h"

#define INIT_DELAY_US		5000
#define RUNNING_DELAY_US	50000
#define REPEAT_US		100000
#define REPEATS			50

static const struct {
	uint32_t stage;
	const char *name;
} stages[] = {
	{ IOSM_STAGE_BOOT, "boot" },
	{ IOSM_STAGE_BOOT, "rom" },
	{ IOSM_STAGE_PSI, "psi" },
	{ IOSM_STAGE_EBL, "ebl" },
	{ IOSM_STAGE_RUN, "run" },
	{ IOSM_STAGE_CRASH, "crash" },
	{ IOSM_STAGE_CD_READY, "cd-ready" },
};

const char *boot_stage_name(uint32_t stage)
{
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		if (stages[i].stage == stage)
			return stages[i].name;
	}
	return "none";
}

uint32_t boot_stage_parse(const char *name)
{
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		if (!strcmp(stages[i].name, name))
			return stages[i].stage;
	}
	return 0;
}

void boot_set_stage(struct modem *modem, uint32_t stage)
{
	if (modem->boot.stage == stage)
		return;
	modem->boot.stage = stage;
	record_event(modem->record, "boot", "stage", "\"stage\":\"%s\"", boot_stage_name(stage));
}

static void set_status(struct modem *modem, uint32_t status)
{
	modem->boot.ipc_status = status;
	record_event(modem->record, "boot", "ipc_status", "\"status\":%u", status);
}

bool boot_running(const struct modem *modem)
{
	return (modem->boot.stage == IOSM_STAGE_RUN || boot_loader(modem)) &&
	       modem->boot.ipc_status == IOSM_IPC_RUNNING;
}

bool boot_loader(const struct modem *modem)
{
	return modem->boot.stage == IOSM_STAGE_PSI || modem->boot.stage == IOSM_STAGE_EBL;
}

/* Stop all access to host memory and forget what was learnt there. */
static void stop_ipc(struct modem *modem)
{
	loop_timer_cancel(&modem->boot.status_timer);
	pipes_stop(modem);
	ring_stop(modem);
	sleep_stop(modem);
	irq_forget(&modem->irq);
	fault_forget(modem->fault);
	modem->boot.device_info = 0;
}

static int write_device_info(struct modem *modem, uint32_t stage, uint32_t status)
{
	struct iosm_wire_device_info info = {
		.stage = htole32(stage),
		.ipc_status = htole32(status),
		.sleep = htole32(IOSM_DEVICE_ACTIVE),
	};

	return dma_write(modem->dma, "device info", modem->boot.device_info, &info, sizeof(info));
}

static bool aligned(struct modem *modem, const char *name, uint64_t address, uint64_t alignment)
{
	if (address && address % alignment == 0)
		return true;
	check_breach(modem->check, CHECK_IPC_CONTEXT, "%s at 0x%llx", name,
		     (unsigned long long)address);
	return false;
}

static bool context_valid(struct modem *modem, const struct iosm_wire_context *context)
{
	unsigned int entries = le16toh(context->msg_entries);
	bool valid = true;

	valid &= aligned(modem, "device info", le64toh(context->device_info), 4);
	valid &= aligned(modem, "pipe heads", le64toh(context->heads), 4);
	valid &= aligned(modem, "pipe tails", le64toh(context->tails), 4);
	valid &= aligned(modem, "message head", le64toh(context->msg_head), 4);
	valid &= aligned(modem, "message tail", le64toh(context->msg_tail), 4);
	valid &= aligned(modem, "message ring", le64toh(context->msg_ring), 4);
	if (entries < 2) {
		check_breach(modem->check, CHECK_IPC_CONTEXT, "a message ring of %u entries",
			     entries);
		valid = false;
	}
	return valid;
}

static int enter_running(struct modem *modem)
{
	struct boot *boot = &modem->boot;
	struct iosm_wire_context context;
	int result;

	result = dma_read(modem->dma, "context info", boot->context_address, &context,
			  sizeof(context));
	if (result)
		return result;
	if (!context_valid(modem, &context))
		return -EINVAL;
	if (context.reserved)
		check_breach(modem->check, CHECK_IPC_CONTEXT_RESERVED, "0x%08x",
			     le32toh(context.reserved));
	boot->device_info = le64toh(context.device_info);
	boot->device_info_vector = context.device_info_vector;
	result = ring_start(modem, &context);
	if (!result)
		result = write_device_info(modem, boot->stage, IOSM_IPC_RUNNING);
	if (result) {
		stop_ipc(modem);
		return result;
	}
	pipes_start(modem, le64toh(context.heads), le64toh(context.tails));
	sleep_start(modem);
	/* Rule M5: the copy in host memory is whole before the register says so. */
	set_status(modem, IOSM_IPC_RUNNING);
	return 0;
}

static void announce_running(struct modem *modem)
{
	struct boot *boot = &modem->boot;

	irq_raise(&modem->irq, boot->device_info_vector);
	/* Hosts that load a PSI count interrupts (boot document, rule P2). */
	if (boot_loader(modem))
		return;
	if (!modem->config.instant && boot->repeats) {
		boot->repeats--;
		loop_timer_arm(&boot->status_timer, REPEAT_US);
	}
}

static void request_running(struct modem *modem)
{
	struct boot *boot = &modem->boot;

	if (!boot->context_written || !boot->context_address) {
		check_breach(modem->check, CHECK_IPC_NO_CONTEXT, "context address 0x%llx",
			     (unsigned long long)boot->context_address);
		return;
	}
	if (boot->window_end < boot->window_base)
		check_breach(modem->check, CHECK_IPC_WINDOW, "0x%llx to 0x%llx",
			     (unsigned long long)boot->window_base,
			     (unsigned long long)boot->window_end);
	/* By now the host may have cut us off again, as it does when the bus fails. */
	if (!pciconf_bus_master(&modem->conf) || enter_running(modem))
		return;
	boot->repeats = REPEATS;
	announce_running(modem);
	/* The host may have filled the ring before it saw us running (section 10.2). */
	if (modem->config.instant)
		ring_scan_now(modem);
	else
		ring_scan_soon(modem);
}

static void status_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;

	if (modem->power.hung)
		return;
	if (modem->boot.ipc_status == IOSM_IPC_UNINIT)
		set_status(modem, IOSM_IPC_INIT);
	else if (modem->boot.ipc_status == IOSM_IPC_INIT)
		request_running(modem);
	else if (!modem->ring.received)
		announce_running(modem);
}

void boot_first_message(struct modem *modem)
{
	loop_timer_cancel(&modem->boot.status_timer);
}

static void after(struct modem *modem, uint64_t delay_us)
{
	struct loop_timer *timer = &modem->boot.status_timer;

	if (timer->armed)
		return;
	loop_timer_arm(timer, delay_us);
	if (modem->config.instant) {
		loop_timer_cancel(timer);
		status_expired(timer);
	}
}

static void running_wanted(struct modem *modem)
{
	if (!pciconf_bus_master(&modem->conf))
		check_breach(modem->check, CHECK_IPC_NO_MASTER, "command register");
	after(modem, RUNNING_DELAY_US);
}

static void uninitialise(struct modem *modem)
{
	stop_ipc(modem);
	modem->boot.context_address = 0;
	modem->boot.context_written = false;
	set_status(modem, IOSM_IPC_UNINIT);
}

void boot_doorbell_ipc(struct modem *modem, uint32_t value)
{
	struct boot *boot = &modem->boot;

	if (boot->stage != IOSM_STAGE_BOOT && boot->stage != IOSM_STAGE_RUN &&
	    !boot_loader(modem))
		return;
	switch (value) {
	case IOSM_IPC_UNINIT:
		/* Legal in every stage: drivers ring it when they leave (section 13.1). */
		uninitialise(modem);
		return;
	case IOSM_IPC_INIT:
	case IOSM_IPC_RUNNING:
		break;
	default:
		check_breach(modem->check, CHECK_IPC_VALUE, "%u", value);
		return;
	}
	if (boot->stage == IOSM_STAGE_BOOT) {
		check_breach(modem->check, CHECK_BOOT_IPC, "status %u", value);
		return;
	}
	if (value == IOSM_IPC_INIT && boot->ipc_status == IOSM_IPC_UNINIT)
		after(modem, INIT_DELAY_US);
	else if (value == IOSM_IPC_RUNNING && boot->ipc_status == IOSM_IPC_INIT)
		running_wanted(modem);
	else if (value != boot->ipc_status)
		check_breach(modem->check, CHECK_IPC_ORDER, "status %u requested in status %u",
			     value, boot->ipc_status);
}

void boot_enter_later(struct modem *modem, uint32_t stage, uint64_t delay_us)
{
	modem->boot.next_stage = stage;
	loop_timer_arm(&modem->boot.stage_timer, delay_us);
}

/* It uses the RAM again that the core dump is in. */
static void start_firmware(struct modem *modem)
{
	coredump_forget(modem->config.dump);
	boot_set_stage(modem, IOSM_STAGE_RUN);
}

static void stage_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;

	if (modem->power.hung)
		return;
	switch (modem->boot.next_stage) {
	case IOSM_STAGE_RUN:
		start_firmware(modem);
		break;
	case IOSM_STAGE_CD_READY:
		boot_dump_ready(modem);
		break;
	default:
		boot_set_stage(modem, modem->boot.next_stage);
	}
}

void boot_init(struct modem *modem)
{
	loop_timer_init(modem->loop, &modem->boot.stage_timer, stage_expired, modem);
	loop_timer_init(modem->loop, &modem->boot.image_timer, boot_image_expired, modem);
	loop_timer_init(modem->loop, &modem->boot.status_timer, status_expired, modem);
	boot_crash_init(modem);
}

void boot_power_off(struct modem *modem)
{
	stop_ipc(modem);
	loop_timer_cancel(&modem->boot.stage_timer);
	loop_timer_cancel(&modem->boot.image_timer);
	loop_timer_cancel(&modem->boot.crash_timer);
}

/* A firmware that is not whole starts as little as one that is told to wait. */
static uint32_t first_stage(const struct modem *modem)
{
	uint32_t stage = modem->load_once ? IOSM_STAGE_BOOT : modem->config.boot_stage;

	if (stage == IOSM_STAGE_RUN && !flash_store_bootable(modem->config.store))
		return IOSM_STAGE_BOOT;
	return stage;
}

void boot_load_once(struct modem *modem)
{
	modem->load_once = true;
}

void boot_power_on(struct modem *modem)
{
	struct boot *boot = &modem->boot;
	struct loop_timer stage_timer = boot->stage_timer, status_timer = boot->status_timer;
	struct loop_timer image_timer = boot->image_timer, crash_timer = boot->crash_timer;
	uint32_t stage = first_stage(modem);

	modem->load_once = false;
	memset(boot, 0, sizeof(*boot));
	boot->stage_timer = stage_timer;
	boot->status_timer = status_timer;
	boot->image_timer = image_timer;
	boot->crash_timer = crash_timer;
	/* The payload is opaque to hosts; its length byte is not (section 3.3). */
	boot->chip_info[IOSM_CHIP_INFO_VERSION] = 1;
	boot->chip_info[IOSM_CHIP_INFO_LENGTH] = IOSM_CHIP_INFO_SIZE - 2;
	boot->chip_info[2] = (uint8_t)modem->config.device_id;
	boot->chip_info[3] = (uint8_t)(modem->config.device_id >> 8);
	if (stage == IOSM_STAGE_CRASH || stage == IOSM_STAGE_CD_READY)
		boot_dump(modem, "from-the-start");
	if (stage != IOSM_STAGE_RUN) {
		boot_set_stage(modem, stage);
	} else if (modem->config.boot_time_ms) {
		boot_set_stage(modem, IOSM_STAGE_BOOT);
		boot_enter_later(modem, stage, modem->config.boot_time_ms * 1000ull);
	} else {
		start_firmware(modem);
	}
}

/* ---- commands ---- */

static int command_boot_stage(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	uint32_t stage = argc == 2 ? boot_stage_parse(argv[1]) : 0;

	if (!stage)
		return control_fail(reply, "usage: boot-stage rom|psi|ebl|run|crash|cd-ready");
	modem->config.boot_stage = stage;
	return 0;
}

static int command_boot_time(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	uint64_t ms;

	if (argc != 2)
		return control_fail(reply, "usage: boot-time MS");
	if (!control_number(reply, argv[1], 86400000, &ms))
		return -EINVAL;
	modem->config.boot_time_ms = (uint32_t)ms;
	return 0;
}

void boot_control(struct modem *modem, struct control *control)
{
	boot_crash_control(modem, control);
	control_register(control, "boot-stage",
			 "rom|psi|ebl|run|crash|cd-ready: the stage after each reset from now on",
			 command_boot_stage, modem);
	control_register(control, "boot-time", "MS: stay in stage BOOT that long after each reset",
			 command_boot_time, modem);
}
