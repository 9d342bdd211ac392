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
 * enum iosm_permit - may a modem that failed be reset?
 * @IOSM_PERMIT_NONE: not before somebody allows it
 * @IOSM_PERMIT_ONCE: a user asked for it, who means one reset
 * @IOSM_PERMIT_ALWAYS: devlink allows what it takes until the modem runs
 */
enum iosm_permit {
	IOSM_PERMIT_NONE,
	IOSM_PERMIT_ONCE,
	IOSM_PERMIT_ALWAYS,
};

/**
 * struct iosm_health - what "devlink health" knows
 * @devlink: instance of the device
 * @reporter: reporter "fw"
 * @permit: &enum iosm_permit; changed by the life worker and by "devlink health recover",
 *	each in one step
 * @reported: devlink knows of the failure; life worker
 */
struct iosm_health {
	struct devlink *devlink;
	struct devlink_health_reporter *reporter;
	int permit;
	bool reported;
};

int iosm_health_init(struct iosm_dev *iosm);
void iosm_health_destroy(struct iosm_dev *iosm);
bool iosm_health_report(struct iosm_dev *iosm, const char *what);
void iosm_health_spend(struct iosm_dev *iosm);
void iosm_health_restored(struct iosm_dev *iosm);

#endif /* IOSM_HEALTH_H */
