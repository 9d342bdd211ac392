/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shaper: makes the path of each session slow, long or lossy, up and down apart.
 *
 * A packet meets first the loss, then a queue in front of a link with a rate, then the
 * delay with its jitter. Packets of a direction stay in order. What is lost, and how long
 * each packet is delayed beyond the rate, depends only on the seed and on how many packets
 * came before it: the same traffic meets the same fate each time.
 *
 * The settings, as "KEY=VALUE,KEY=VALUE..."; those of a link have the prefix "up-" or
 * "down-" for one direction only:
 *	session=N|all	whom the following ones are for (default all)
 *	rate=RATE	bit/s of IP packets; "none" (default)
 *	queue=PACKETS	that may wait for the rate (default 1000)
 *	delay=MS	one way (default 0)
 *	jitter=MS	the delay varies by up to that much either way (default 0)
 *	loss=PERCENT	of the packets (default 0)
 *	seed=N		restarts what is random
 */
#ifndef VMODEM_SHAPER_H
#define VMODEM_SHAPER_H

#include "carrier.h"

struct shaper;

/**
 * shaper_new() - shapes nothing yet.
 * @downlink: where downlink packets go on to
 *
 * Returns NULL without memory.
 */
struct shaper *shaper_new(struct loop *loop, struct control *control, struct downlink downlink);

/** shaper_set() - change the settings. Returns 0, or -EINVAL with one line in @error and nothing changed. */
int shaper_set(struct shaper *shaper, const char *settings, char *error, size_t error_size);

/** shaper_downlink() - where the carrier behind the shaper delivers. */
struct downlink shaper_downlink(struct shaper *shaper);

/** shaper_carrier() - @shaper with @carrier behind it; freeing it frees both. */
struct carrier shaper_carrier(struct shaper *shaper, struct carrier carrier);

#endif /* VMODEM_SHAPER_H */
