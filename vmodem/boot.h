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
#include "loop.h"

struct control;
struct modem;

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
	struct loop_timer stage_timer;
	struct loop_timer status_timer;
};

void boot_init(struct modem *modem);
void boot_control(struct modem *modem, struct control *control);
/** boot_power_on() - start again: BOOT for the configured time, then RUN. */
void boot_power_on(struct modem *modem);
void boot_power_off(struct modem *modem);

bool boot_running(const struct modem *modem);
/** boot_doorbell_ipc() - doorbell 1: the host requests an IPC status. */
void boot_doorbell_ipc(struct modem *modem, uint32_t value);
/** boot_doorbell_image() - doorbell 0 in stage BOOT. */
void boot_doorbell_image(struct modem *modem, uint32_t value);
/** boot_touched() - the host used a register as if the firmware ran: the boot loader dies of it. */
void boot_touched(struct modem *modem);
/** boot_first_message() - the host has seen the interrupt that announced RUNNING. */
void boot_first_message(struct modem *modem);

const char *boot_stage_name(uint32_t stage);

#endif /* VMODEM_BOOT_H */
