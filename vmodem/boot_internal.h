/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the boot stages share. */
#ifndef VMODEM_BOOT_INTERNAL_H
#define VMODEM_BOOT_INTERNAL_H

#include "boot.h"

void boot_set_stage(struct modem *modem, uint32_t stage);
/** boot_enter_later() - unless a reset or a crash comes first. */
void boot_enter_later(struct modem *modem, uint32_t stage, uint64_t delay_us);

/* boot_rom.c: the timer of the boot ROM. */
void boot_image_expired(struct loop_timer *timer);

/* boot_crash.c */
/** boot_dump() - the firmware leaves a core dump; @reason is a word. */
void boot_dump(struct modem *modem, const char *reason);
/** boot_dump_ready() - after a crash: the dump can be fetched, and the host is told. */
void boot_dump_ready(struct modem *modem);
void boot_crash_init(struct modem *modem);
void boot_crash_control(struct modem *modem, struct control *control);

#endif /* VMODEM_BOOT_INTERNAL_H */
