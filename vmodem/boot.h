/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Execution stages and the IPC status (host interface, sections 3, 4 and 10.5): from
 * power-on to a running IPC and back.
 */
#ifndef VMODEM_BOOT_H
#define VMODEM_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "../driver/iosm_wire.h"
#include "flash.h"
#include "loop.h"

struct control;
struct modem;

/** When a crash that "crash-at" ordered comes. */
enum boot_moment {
	BOOT_MOMENT_NONE,
	BOOT_MOMENT_PIPE_OPENS,
	BOOT_MOMENT_HOST_SLEEPS,
	BOOT_MOMENT_HOST_WAKES,
};

struct boot {
	uint32_t stage;			/* enum iosm_exec_stage */
	uint32_t ipc_status;		/* enum iosm_ipc_status */
	uint32_t rom_exit;
	uint8_t chip_info[IOSM_CHIP_INFO_SIZE];

	/* Written by the host, used at doorbells only. */
	uint64_t psi_address;
	uint32_t psi_size;
	uint64_t context_address;
	uint64_t window_base, window_end;

	/* The context block, valid while ipc_status is RUNNING. */
	uint64_t device_info;
	unsigned int device_info_vector;

	bool context_written;
	unsigned int repeats;		/* of the first interrupt */
	uint32_t next_stage;		/* when stage_timer expires */
	struct loop_timer stage_timer;
	struct loop_timer image_timer;	/* the boot ROM takes an image */
	struct loop_timer status_timer;
	enum boot_moment crash_at;
	uint32_t crash_stage;
	const char *crash_reason;
	struct loop_timer crash_timer;
};

void boot_init(struct modem *modem);
void boot_control(struct modem *modem, struct control *control);
/** boot_power_on() - start again in the configured stage; BOOT when no firmware is whole. */
void boot_power_on(struct modem *modem);
void boot_power_off(struct modem *modem);

/** boot_running() - the IPC runs, with the firmware or with a boot loader behind it. */
bool boot_running(const struct modem *modem);
/** boot_loader() - one of the boot loaders PSI and EBL has the IPC, or would have it. */
bool boot_loader(const struct modem *modem);
/** boot_loader_stage() - for the flash channel, which moves from PSI to EBL. */
struct flash_stage boot_loader_stage(struct modem *modem);
/** boot_doorbell_ipc() - doorbell 1: the host requests an IPC status. */
void boot_doorbell_ipc(struct modem *modem, uint32_t value);
/** boot_doorbell_image() - doorbell 0 in stage BOOT. */
void boot_doorbell_image(struct modem *modem, uint32_t value);
/** boot_touched() - the host used a register as if the firmware ran: the boot loader dies of it. */
void boot_touched(struct modem *modem);
/** boot_first_message() - the host has seen the interrupt that announced RUNNING. */
void boot_first_message(struct modem *modem);

/** boot_crash_soon() - the firmware crashes into @stage, but not before whoever calls is done. */
void boot_crash_soon(struct modem *modem, uint32_t stage, const char *reason);
/** boot_moment() - it is that moment: does "crash-at" want a crash? It comes from the loop. */
void boot_moment(struct modem *modem, enum boot_moment moment);

const char *boot_stage_name(uint32_t stage);
/** boot_load_once() - after the next reset, wait in the boot ROM for an image. */
void boot_load_once(struct modem *modem);
/** boot_stage_parse() - a stage's number from its name ("rom" is "boot", too); 0: no such name. */
uint32_t boot_stage_parse(const char *name);

#endif /* VMODEM_BOOT_H */
