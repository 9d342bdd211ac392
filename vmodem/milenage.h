/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The algorithms f1 to f5* of a USIM, Milenage (3GPP TS 35.206), over AES-128.
 */
#ifndef VMODEM_MILENAGE_H
#define VMODEM_MILENAGE_H

#include <stdbool.h>
#include <stdint.h>

#define MILENAGE_KEY	16	/* octets: K, OP, OPc, RAND, CK, IK */
#define MILENAGE_SQN	6	/* also AK */
#define MILENAGE_AMF	2
#define MILENAGE_MAC	8	/* also RES */

struct milenage {
	uint8_t mac[MILENAGE_MAC];		/* f1: MAC-A */
	uint8_t mac_sync[MILENAGE_MAC];		/* f1*: MAC-S */
	uint8_t res[MILENAGE_MAC];		/* f2 */
	uint8_t ck[MILENAGE_KEY];		/* f3 */
	uint8_t ik[MILENAGE_KEY];		/* f4 */
	uint8_t ak[MILENAGE_SQN];		/* f5 */
	uint8_t ak_sync[MILENAGE_SQN];		/* f5* */
};

/** milenage_opc() - derive OPc from @op. Returns false when there is no memory. */
bool milenage_opc(const uint8_t *key, const uint8_t *op, uint8_t *opc);

/**
 * milenage() - all functions at once.
 *
 * @key, @opc, @rand: MILENAGE_KEY octets
 * @sqn, @amf: what f1 and f1* cover
 *
 * Returns false when there is no memory.
 */
bool milenage(const uint8_t *key, const uint8_t *opc, const uint8_t *rand, const uint8_t *sqn,
	      const uint8_t *amf, struct milenage *out);

#endif /* VMODEM_MILENAGE_H */
