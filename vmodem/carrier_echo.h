/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A carrier that needs nothing outside: every address answers.
 *
 * Pings and UDP datagrams come back, in IPv4 and IPv6, fragments too; TCP connections
 * are refused at once, so that clients fail fast. Questions for names have answers
 * (names.h), router solicitations too (router.h), and bearers reach each other: that is
 * where programs of any protocol can talk over the modem. What a real network would drop
 * is dropped: wrong checksums, no hops left, multicast, malformed packets.
 */
#ifndef VMODEM_CARRIER_ECHO_H
#define VMODEM_CARRIER_ECHO_H

#include "carrier.h"

struct record;

struct carrier_echo_counters {
	uint64_t replies;
	uint64_t refused;	/* TCP resets among the replies */
	uint64_t names;		/* answers of the name server among them */
	uint64_t routed;	/* packets for another bearer */
	uint64_t ignored;	/* nothing to answer: other protocols, multicast, replies */
	uint64_t malformed;
	uint64_t bad_checksum;
	uint64_t not_taken;	/* replies that the downlink refused */
};

/**
 * carrier_echo_new() - the carrier's self is NULL when there is no memory.
 * @loop: unused, as all answers are immediate; carriers that wait need it
 */
struct carrier carrier_echo_new(struct loop *loop, struct record *record,
				struct downlink downlink);

const struct carrier_echo_counters *carrier_echo_counters(const struct carrier *carrier);

#endif /* VMODEM_CARRIER_ECHO_H */
