/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System sleep and hibernation.
 */
#ifndef IOSM_POWER_H
#define IOSM_POWER_H

#include <linux/pm.h>
#include <linux/types.h>

struct iosm_dev;

/**
 * enum iosm_sleep_path - how the modem learns that the system sleeps
 * @IOSM_SLEEP_PATH_FORCE: by the sleep doorbell, without a handshake
 * @IOSM_SLEEP_PATH_MESSAGE: by messages, which the modem confirms
 */
enum iosm_sleep_path {
	IOSM_SLEEP_PATH_FORCE,
	IOSM_SLEEP_PATH_MESSAGE,
};

extern const struct dev_pm_ops iosm_power_ops;

int iosm_power_init(struct iosm_dev *iosm);
void iosm_power_destroy(struct iosm_dev *iosm);
void iosm_power_up(struct iosm_dev *iosm);
bool iosm_power_rises(struct iosm_dev *iosm);

#endif /* IOSM_POWER_H */
