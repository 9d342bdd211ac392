/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Health of the modem's firmware, as "devlink health" shows and steers it.
 */
#ifndef IOSM_HEALTH_H
#define IOSM_HEALTH_H

#include <linux/types.h>

struct devlink;
struct devlink_health_reporter;
struct iosm_dev;

/**
 * struct iosm_health - what "devlink health" knows
 * @devlink: instance of the device
 * @reporter: reporter "fw"
 * @recover: a failure was reported, and recovery by a reset is allowed; written by
 *	the life worker and by "devlink health recover"
 * @once: @recover is the user's, who means one reset
 * @reported: devlink knows of the failure; life worker
 */
struct iosm_health {
	struct devlink *devlink;
	struct devlink_health_reporter *reporter;
	bool recover;
	bool once;
	bool reported;
};

int iosm_health_init(struct iosm_dev *iosm);
void iosm_health_destroy(struct iosm_dev *iosm);
bool iosm_health_report(struct iosm_dev *iosm, const char *what);
void iosm_health_spend(struct iosm_dev *iosm);
void iosm_health_restored(struct iosm_dev *iosm);

#endif /* IOSM_HEALTH_H */
