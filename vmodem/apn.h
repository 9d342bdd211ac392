/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Access points that the modem remembers over restarts, whoever wrote them: the contexts
 * that hosts provision, and what it attaches with. MBIM, AT and RPC show the same ones.
 */
#ifndef VMODEM_APN_H
#define VMODEM_APN_H

#include <stdbool.h>
#include <stdint.h>

#define APN_CONTEXTS	16
#define APN_ANY_ID	0xffffffffu
#define APN_TYPE	16	/* bytes of the UUID that says what a context is for */

/* UTF-8 of the longest strings of the MBIM standard, 200 and 510 bytes of UTF-16 (2.3). */
#define APN_SIZE	(200 / 2 * 3 + 4)
#define APN_USER_SIZE	(510 / 2 * 3 + 4)

/* Who wrote it, and where it may be used, with the values of MBIM (3.11, CID 1 and 3). */
#define APN_SOURCE_USER		1
#define APN_SOURCE_MODEM	3
#define APN_ROAMING_ALL		6

enum apn_roaming { APN_HOME, APN_PARTNER, APN_NON_PARTNER, APN_ATTACH_CONFIGS };

struct apn_context {
	bool used;
	uint32_t id;
	uint8_t type[APN_TYPE];
	char apn[APN_SIZE], user[APN_USER_SIZE], password[APN_USER_SIZE];
	uint32_t compression, auth;
	/* Only MS Basic Connect Extensions tells these. */
	uint32_t ip_type, roaming, media, source;
	bool disabled;
};

/* What the modem attaches to LTE with. */
struct apn_attach {
	uint32_t ip_type, roaming, source;
	char apn[APN_SIZE], user[APN_USER_SIZE], password[APN_USER_SIZE];
	uint32_t compression, auth;
};

struct apn {
	struct apn_context contexts[APN_CONTEXTS];
	struct apn_attach attach[APN_ATTACH_CONFIGS];
};

extern const uint8_t apn_type_internet[APN_TYPE];

void apn_init(struct apn *apn);
void apn_contexts_factory(struct apn *apn);
void apn_attach_factory(struct apn *apn);
/** apn_find() - the context @id, NULL when there is none. */
struct apn_context *apn_find(struct apn *apn, uint32_t id);
/** apn_store() - keep @context under its id, or any free one; returns false when all places are taken. */
bool apn_store(struct apn *apn, struct apn_context *context);

#endif /* VMODEM_APN_H */
