/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name server of the echo carrier's network (RFC 1035). Every name is the gateway's
 * but those below "invalid", which never exist (RFC 6761, 6.4).
 */
#ifndef VMODEM_NAMES_H
#define VMODEM_NAMES_H

#include <stddef.h>
#include <stdint.h>

#define NAMES_PORT	53
#define NAMES_ANSWER	28	/* bytes that an answer may be longer than its query */

struct network_ip;

/**
 * names_answer() - turn a query into its answer, where it stands.
 * @message: @len bytes, with room for NAMES_ANSWER more
 * @ip: of the bearer that it came from
 *
 * Returns the answer's length, 0 when it is no query.
 */
size_t names_answer(uint8_t *message, size_t len, const struct network_ip *ip);

#endif /* VMODEM_NAMES_H */
