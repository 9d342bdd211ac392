// SPDX-License-Identifier: GPL-2.0-or-later
/* A firmware that crashes, what it leaves behind, and the commands that make it do so. */
#include "boot_internal.h"

#include <errno.h>
#include <string.h>

#include "control.h"
#include "coredump.h"
#include "dma.h"
#include "modem.h"
#include "record.h"

void boot_dump(struct modem *modem, const char *reason)
{
	struct modem_config *config = &modem->config;

	coredump_make(config->dump, config->identity, reason, loop_now_us(modem->loop),
		      config->dump_bytes);
}

static void tell_stage(struct modem *modem, uint32_t stage, bool may_tell)
{
	uint64_t device_info = modem->boot.device_info;

	boot_set_stage(modem, stage);
	if (device_info && may_tell)
		dma_store32(modem->dma, "device info", device_info, stage);
	if (may_tell)
		irq_raise(&modem->irq, modem->boot.device_info_vector);
}

/*
 * The firmware stops where it is: no transfer goes on, no message is answered; only the
 * stage tells, here and in host memory (section 14.1).
 */
static void crash(struct modem *modem, uint32_t stage, const char *reason)
{
	bool may_tell = modem_may_touch(modem);

	loop_timer_cancel(&modem->boot.stage_timer);
	loop_timer_cancel(&modem->boot.image_timer);
	loop_timer_cancel(&modem->boot.status_timer);
	pipes_stop(modem);
	ring_stop(modem);
	sleep_stop(modem);
	boot_dump(modem, reason);
	tell_stage(modem, stage, may_tell);
}

/* The dump was written; that is told where the crash was (section 14.1, step 3). */
void boot_dump_ready(struct modem *modem)
{
	tell_stage(modem, IOSM_STAGE_CD_READY,
		   dma_allowed(modem->dma) && modem->boot.ipc_status == IOSM_IPC_RUNNING);
}

/* "stage crash MS": the dump needs that long until it can be fetched. */
static int crash_slowly(struct modem *modem, struct control_reply *reply, const char *word)
{
	uint64_t ms;

	if (!control_number(reply, word, 3600000, &ms))
		return -EINVAL;
	crash(modem, IOSM_STAGE_CRASH, "command");
	boot_enter_later(modem, IOSM_STAGE_CD_READY, ms * 1000);
	return 0;
}

static int command_stage(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	const char *word = argc >= 2 ? argv[1] : "";
	bool slowly = argc == 3 && !strcmp(word, "crash");
	int result = 0;

	if (slowly)
		result = crash_slowly(modem, reply, argv[2]);
	else if (argc == 2 && !strcmp(word, "crash"))
		crash(modem, IOSM_STAGE_CRASH, "command");
	else if (argc == 2 && !strcmp(word, "cd-ready"))
		crash(modem, IOSM_STAGE_CD_READY, "command");
	else if (argc == 2 && !strcmp(word, "hang"))
		modem->power.hung = true;
	else
		return control_fail(reply, "usage: stage crash [MS]|cd-ready|hang");
	if (!result)
		record_event(modem->record, "fault", "stage", "\"stage\":\"%s\"", word);
	return result;
}

static const char *const moments[] = {
	[BOOT_MOMENT_NONE] = "off",
	[BOOT_MOMENT_PIPE_OPENS] = "open",
	[BOOT_MOMENT_HOST_SLEEPS] = "sleep",
	[BOOT_MOMENT_HOST_WAKES] = "wake",
};

void boot_moment(struct modem *modem, enum boot_moment moment)
{
	if (moment == BOOT_MOMENT_NONE || modem->boot.crash_at != moment)
		return;
	modem->boot.crash_at = BOOT_MOMENT_NONE;
	boot_crash_soon(modem, IOSM_STAGE_CRASH, "command");
}

void boot_crash_soon(struct modem *modem, uint32_t stage, const char *reason)
{
	modem->boot.crash_stage = stage;
	modem->boot.crash_reason = reason;
	loop_timer_arm(&modem->boot.crash_timer, 0);
}

static void crash_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;

	if (boot_running(modem))
		crash(modem, modem->boot.crash_stage, modem->boot.crash_reason);
}

void boot_crash_init(struct modem *modem)
{
	loop_timer_init(modem->loop, &modem->boot.crash_timer, crash_expired, modem);
}

static int command_crash_at(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	for (size_t i = 0; argc == 2 && i < sizeof(moments) / sizeof(moments[0]); i++) {
		if (!strcmp(argv[1], moments[i])) {
			modem->boot.crash_at = (enum boot_moment)i;
			return 0;
		}
	}
	return control_fail(reply, "usage: crash-at open|sleep|wake|off");
}

void boot_crash_control(struct modem *modem, struct control *control)
{
	control_register(control, "crash-at",
			 "open|sleep|wake|off: crash when the host opens a pipe, goes to sleep or is back; a reset ends that",
			 command_crash_at, modem);
	control_register(control, "stage",
			 "crash [MS]|cd-ready|hang: crash, with the dump ready (after MS), or stop answering",
			 command_stage, modem);
}
