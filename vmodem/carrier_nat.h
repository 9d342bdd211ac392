/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's network as carrier, by libslirp: it needs no rights. UDP, TCP and pings of
 * the host become sockets of this process.
 *
 * Each session has an instance of its own while its bearer is active. The bearer's gateway
 * is the machine itself (its loopback addresses); the DNS server of the bearer passes
 * questions on to the machine's own name server. Nothing reaches the host unasked.
 */
#ifndef VMODEM_CARRIER_NAT_H
#define VMODEM_CARRIER_NAT_H

#include "carrier.h"

/* As carrier_make(); there are no settings. */
int carrier_nat_make(struct carrier *carrier, const struct carrier_config *config,
		     char *settings, char *error, size_t size);

#endif /* VMODEM_CARRIER_NAT_H */
