// SPDX-License-Identifier: GPL-2.0-only
/*
 * Health of the modem's firmware.
 *
 * The life worker reports a failure, devlink decides by its "auto_recover" setting
 * whether the modem may be reset, and hears when it is back. Who wants to look at a
 * crashed modem turns "auto_recover" off; "devlink health recover" goes on.
 */
#include "iosm_health.h"

#include <net/devlink.h>

#include "iosm.h"

static const char * const iosm_health_states[] = {
	[IOSM_STATE_DOWN] = "down",
	[IOSM_STATE_ROM] = "booting",
	[IOSM_STATE_STARTING] = "starting",
	[IOSM_STATE_RUNNING] = "running",
	[IOSM_STATE_FLASHING] = "boot loader",
	[IOSM_STATE_CRASHED] = "crashed",
	[IOSM_STATE_DUMP_READY] = "crashed, core dump ready",
	[IOSM_STATE_GONE] = "gone",
};

/* With a context it is devlink that answers a report, without one the user. */
static int iosm_health_recover(struct devlink_health_reporter *reporter,
			       void *context, struct netlink_ext_ack *extack)
{
	struct iosm_dev *iosm = devlink_health_reporter_priv(reporter);

	if (context) {
		WRITE_ONCE(iosm->health.permit, IOSM_PERMIT_ALWAYS);
		return -EINPROGRESS;
	}
	WRITE_ONCE(iosm->health.permit, IOSM_PERMIT_ONCE);
	iosm_life_pardon(iosm);
	return 0;
}

static int iosm_health_diagnose(struct devlink_health_reporter *reporter,
				struct devlink_fmsg *fmsg,
				struct netlink_ext_ack *extack)
{
	struct iosm_dev *iosm = devlink_health_reporter_priv(reporter);
	const struct iosm_life *life = &iosm->life;

	devlink_fmsg_string_pair_put(fmsg, "state",
				     iosm_health_states[READ_ONCE(life->state)]);
	devlink_fmsg_u32_pair_put(fmsg, "failures", READ_ONCE(life->failures));
	devlink_fmsg_u32_pair_put(fmsg, "resets", READ_ONCE(life->resets));
	return 0;
}

static const struct devlink_health_reporter_ops iosm_health_ops = {
	.name = "fw",
	.recover = iosm_health_recover,
	.diagnose = iosm_health_diagnose,
};

static const struct devlink_ops iosm_devlink_ops = {};

/**
 * iosm_health_init() - make the devlink instance and its reporter
 * @iosm: device; its life has not begun
 *
 * Context: Process, may sleep.
 * Return: 0, -ENOMEM or an errno of devlink.
 */
int iosm_health_init(struct iosm_dev *iosm)
{
	struct iosm_health *health = &iosm->health;

	health->devlink = devlink_alloc(&iosm_devlink_ops, 0,
					iosm_device(iosm));
	if (!health->devlink)
		return -ENOMEM;
	health->reporter = devlink_health_reporter_create(health->devlink,
							  &iosm_health_ops,
							  iosm);
	if (IS_ERR(health->reporter)) {
		devlink_free(health->devlink);
		return PTR_ERR(health->reporter);
	}
	devlink_register(health->devlink);
	return 0;
}

/**
 * iosm_health_destroy() - remove what iosm_health_init() made
 * @iosm: device; its life worker is at rest
 *
 * Context: Process, may sleep; the caller must not hold the devlink lock.
 */
void iosm_health_destroy(struct iosm_dev *iosm)
{
	struct iosm_health *health = &iosm->health;

	devlink_unregister(health->devlink);
	devlink_health_reporter_destroy(health->reporter);
	devlink_free(health->devlink);
}

/*
 * Wait for a user's recovery that is just under way. It ends with devlink's "healthy", which
 * must not come behind a new report; and its permit must not come behind the modem's return.
 */
static void iosm_health_meet_user(struct iosm_health *health)
{
	devl_lock(health->devlink);
	devl_unlock(health->devlink);
}

/**
 * iosm_health_report() - the firmware failed
 * @iosm: device
 * @what: for people
 *
 * Context: Life worker, may sleep.
 * Return: true when the modem may be reset.
 */
bool iosm_health_report(struct iosm_dev *iosm, const char *what)
{
	struct iosm_health *health = &iosm->health;

	if (READ_ONCE(health->permit) == IOSM_PERMIT_NONE && !health->reported) {
		health->reported = true;
		iosm_health_meet_user(health);
		devlink_health_report(health->reporter, what, iosm);
	}
	return READ_ONCE(health->permit) != IOSM_PERMIT_NONE;
}

/**
 * iosm_health_spend() - the modem was reset
 * @iosm: device
 *
 * For a user that was all he asked for: what fails next is reported again.
 *
 * Context: Life worker.
 */
void iosm_health_spend(struct iosm_dev *iosm)
{
	struct iosm_health *health = &iosm->health;

	if (cmpxchg(&health->permit, IOSM_PERMIT_ONCE, IOSM_PERMIT_NONE) ==
	    IOSM_PERMIT_ONCE)
		health->reported = false;
}

/**
 * iosm_health_restored() - the firmware runs
 * @iosm: device
 *
 * Context: Life worker, may sleep.
 */
void iosm_health_restored(struct iosm_dev *iosm)
{
	struct iosm_health *health = &iosm->health;

	devlink_health_reporter_state_update(health->reporter,
					     DEVLINK_HEALTH_REPORTER_STATE_HEALTHY);
	iosm_health_meet_user(health);
	/* Of what a user asked for devlink knows itself. */
	if (xchg(&health->permit, IOSM_PERMIT_NONE) == IOSM_PERMIT_ALWAYS)
		devlink_health_reporter_recovery_done(health->reporter);
	health->reported = false;
}
