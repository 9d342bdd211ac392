/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Authentication on the USIM: the command AUTHENTICATE of TS 31.102, 7.1, in its 3G and
 * GSM contexts, and AKA' on top of it (RFC 9048, TS 33.402 annex A.2).
 */
#ifndef VMODEM_USIM_H
#define VMODEM_USIM_H

#include <stddef.h>
#include <stdint.h>

#include "milenage.h"

#define USIM_AUTN	16
#define USIM_AUTS	14
#define USIM_SRES	4
#define USIM_KC		8
#define USIM_NAME_MAX	255	/* octets of the name of an access network */
#define USIM_SEQUENCES	32	/* places of the array of TS 33.102, C.2.2: 5 bits of SQN */

/* What a card keeps. */
struct usim {
	uint8_t key[MILENAGE_KEY], opc[MILENAGE_KEY];
	uint64_t sequence[USIM_SEQUENCES];	/* highest SEQ accepted, by IND */
};

struct usim_answer {
	uint8_t res[MILENAGE_MAC];
	uint8_t ck[MILENAGE_KEY], ik[MILENAGE_KEY];
	uint8_t auts[USIM_AUTS];	/* of -ESTALE only */
	uint8_t sqn_ak[MILENAGE_SQN];	/* SQN xor AK, as AUTN begins */
};

/** usim_init() - a fresh card; the keys of @number 0 are test set 1 of TS 35.208. */
void usim_init(struct usim *usim, unsigned int number);
/** usim_set_sqn() - as if @sqn, 48 bits, had been accepted last. */
void usim_set_sqn(struct usim *usim, uint64_t sqn);

/**
 * usim_aka() - the 3G context.
 *
 * Returns 0, -EBADMSG for an AUTN that the network did not make, -ESTALE for one that was
 * used before or is out of range (only auts is valid), -ENOMEM.
 */
int usim_aka(struct usim *usim, const uint8_t *rand, const uint8_t *autn,
	     struct usim_answer *answer);

/**
 * usim_aka_prime() - the same for AKA': ck and ik become CK' and IK' for the access network
 * @name of @len octets. Beside its errors -EPROTO: the separation bit of the AMF is not set.
 */
int usim_aka_prime(struct usim *usim, const uint8_t *rand, const uint8_t *autn, const char *name,
		   size_t len, struct usim_answer *answer);

/** usim_gsm() - the GSM context: SRES and Kc by the conversion of TS 33.102, 6.8.1.2. */
int usim_gsm(const struct usim *usim, const uint8_t *rand, uint8_t *sres, uint8_t *kc);

#endif /* VMODEM_USIM_H */
