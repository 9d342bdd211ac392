/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carriers for measurements: "flood" sends UDP packets to the host at a set rate, "sink"
 * sends nothing; both count uplink packets and forget them.
 */
#ifndef VMODEM_CARRIER_FLOOD_H
#define VMODEM_CARRIER_FLOOD_H

#include "carrier.h"

/*
 * As carrier_make(); @settings is what follows the name, NULL for nothing:
 *	rate=RATE|max	bit/s of IP packets, for each session (default 100M)
 *	size=BYTES	of each packet (default: the bearer's MTU)
 *	session=N|all	who gets them (default all)
 */
int carrier_flood_make(struct carrier *carrier, const struct carrier_config *config,
		       char *settings, char *error, size_t size);
int carrier_sink_make(struct carrier *carrier, const struct carrier_config *config,
		      char *settings, char *error, size_t size);

#endif /* VMODEM_CARRIER_FLOOD_H */
