/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IPC status handshake: from uninitialised to running and back.
 */
#ifndef IOSM_BOOT_H
#define IOSM_BOOT_H

#include <linux/types.h>

struct iosm_dev;

int iosm_boot_to_running(struct iosm_dev *iosm);
int iosm_boot_to_uninit(struct iosm_dev *iosm, bool leaving);

#endif /* IOSM_BOOT_H */
