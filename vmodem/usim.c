// SPDX-License-Identifier: GPL-2.0-or-later
#include "usim.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "bytes.h"

#define IND_BITS	5
#define SEQ_DELTA	(UINT64_C(1) << 28)	/* TS 33.102, C.3.1 */
#define AMF_SEPARATION	0x80			/* TS 33.102, annex H: not for UMTS */
#define KDF_CK_IK_PRIME	0x20			/* FC of TS 33.402, A.2 */
#define SHA256_SIZE	32

void usim_init(struct usim *usim, unsigned int number)
{
	static const uint8_t key[MILENAGE_KEY] = {
		0x46, 0x5b, 0x5c, 0xe8, 0xb1, 0x99, 0xb4, 0x9f,
		0xaa, 0x5f, 0x0a, 0x2e, 0xe2, 0x38, 0xa6, 0xbc,
	};
	static const uint8_t opc[MILENAGE_KEY] = {
		0xcd, 0x63, 0xcb, 0x71, 0x95, 0x4a, 0x9f, 0x4e,
		0x48, 0xa5, 0x99, 0x4e, 0x37, 0xa0, 0x2b, 0xaf,
	};

	memset(usim, 0, sizeof(*usim));
	memcpy(usim->key, key, sizeof(key));
	memcpy(usim->opc, opc, sizeof(opc));
	/* No two cards of an operator have the same key. */
	put_le32(usim->key, get_le32(key) + number);
}

static uint64_t get_sqn(const uint8_t *octets)
{
	uint64_t sqn = 0;

	for (unsigned int i = 0; i < MILENAGE_SQN; i++)
		sqn = sqn << 8 | octets[i];
	return sqn;
}

static void put_sqn(uint8_t *octets, uint64_t sqn)
{
	for (unsigned int i = MILENAGE_SQN; i--; sqn >>= 8)
		octets[i] = (uint8_t)sqn;
}

/* The highest number accepted so far. */
static uint64_t highest_sqn(const struct usim *usim)
{
	uint64_t highest = 0;

	for (uint64_t i = 0; i < USIM_SEQUENCES; i++) {
		uint64_t sqn = usim->sequence[i] << IND_BITS | i;

		if (usim->sequence[i] && sqn > highest)
			highest = sqn;
	}
	return highest;
}

void usim_set_sqn(struct usim *usim, uint64_t sqn)
{
	memset(usim->sequence, 0, sizeof(usim->sequence));
	usim->sequence[sqn % USIM_SEQUENCES] = sqn >> IND_BITS;
}

/* TS 33.102, C.2: newer than what came with the same index, and no leap ahead. */
static bool take_sqn(struct usim *usim, uint64_t sqn)
{
	uint64_t *place = &usim->sequence[sqn % USIM_SEQUENCES];
	uint64_t sequence = sqn >> IND_BITS, highest = highest_sqn(usim) >> IND_BITS;

	if (sequence <= *place || (sequence > highest && sequence - highest > SEQ_DELTA))
		return false;
	*place = sequence;
	return true;
}

/* AUTS = SQN_MS xor AK*, MAC-S; the AMF in it is 0 (TS 33.102, 6.3.3). */
static int resynchronise(const struct usim *usim, const uint8_t *rand, uint8_t *auts)
{
	static const uint8_t amf[MILENAGE_AMF];
	struct milenage m;

	put_sqn(auts, highest_sqn(usim));
	if (!milenage(usim->key, usim->opc, rand, auts, amf, &m))
		return -ENOMEM;
	for (unsigned int i = 0; i < MILENAGE_SQN; i++)
		auts[i] ^= m.ak_sync[i];
	memcpy(auts + MILENAGE_SQN, m.mac_sync, MILENAGE_MAC);
	return -ESTALE;
}

int usim_aka(struct usim *usim, const uint8_t *rand, const uint8_t *autn,
	     struct usim_answer *answer)
{
	const uint8_t *amf = autn + MILENAGE_SQN, *mac = amf + MILENAGE_AMF;
	uint8_t sqn[MILENAGE_SQN] = { 0 };
	struct milenage m;

	memset(answer, 0, sizeof(*answer));
	/* AK, which hides SQN, depends on RAND alone. */
	if (!milenage(usim->key, usim->opc, rand, sqn, amf, &m))
		return -ENOMEM;
	for (unsigned int i = 0; i < MILENAGE_SQN; i++)
		sqn[i] = autn[i] ^ m.ak[i];
	if (!milenage(usim->key, usim->opc, rand, sqn, amf, &m))
		return -ENOMEM;
	if (CRYPTO_memcmp(m.mac, mac, MILENAGE_MAC))
		return -EBADMSG;
	if (!take_sqn(usim, get_sqn(sqn)))
		return resynchronise(usim, rand, answer->auts);
	memcpy(answer->res, m.res, sizeof(m.res));
	memcpy(answer->ck, m.ck, sizeof(m.ck));
	memcpy(answer->ik, m.ik, sizeof(m.ik));
	memcpy(answer->sqn_ak, autn, MILENAGE_SQN);
	return 0;
}

/* CK' and IK' are the halves of HMAC-SHA-256 with CK and IK as its key. */
static bool derive_prime(struct usim_answer *answer, const char *name, size_t len)
{
	uint8_t key[2 * MILENAGE_KEY], hash[SHA256_SIZE];
	uint8_t text[1 + USIM_NAME_MAX + 2 + MILENAGE_SQN + 2];
	size_t used = 0;

	memcpy(key, answer->ck, MILENAGE_KEY);
	memcpy(key + MILENAGE_KEY, answer->ik, MILENAGE_KEY);
	text[used++] = KDF_CK_IK_PRIME;
	memcpy(text + used, name, len);
	used += len;
	text[used++] = 0;
	text[used++] = (uint8_t)len;
	memcpy(text + used, answer->sqn_ak, MILENAGE_SQN);
	used += MILENAGE_SQN;
	text[used++] = 0;
	text[used++] = MILENAGE_SQN;
	if (!HMAC(EVP_sha256(), key, sizeof(key), text, used, hash, NULL))
		return false;
	memcpy(answer->ck, hash, MILENAGE_KEY);
	memcpy(answer->ik, hash + MILENAGE_KEY, MILENAGE_KEY);
	return true;
}

int usim_aka_prime(struct usim *usim, const uint8_t *rand, const uint8_t *autn, const char *name,
		   size_t len, struct usim_answer *answer)
{
	int err;

	if (len > USIM_NAME_MAX)
		return -EINVAL;
	err = usim_aka(usim, rand, autn, answer);
	if (err)
		return err;
	if (!(autn[MILENAGE_SQN] & AMF_SEPARATION))
		return -EPROTO;
	return derive_prime(answer, name, len) ? 0 : -ENOMEM;
}

int usim_gsm(const struct usim *usim, const uint8_t *rand, uint8_t *sres, uint8_t *kc)
{
	static const uint8_t sqn[MILENAGE_SQN], amf[MILENAGE_AMF];
	struct milenage m;

	if (!milenage(usim->key, usim->opc, rand, sqn, amf, &m))
		return -ENOMEM;
	/* c2 and c3: the parts of RES, and of CK and IK, added without carry. */
	for (unsigned int i = 0; i < USIM_SRES; i++)
		sres[i] = m.res[i] ^ m.res[i + USIM_SRES];
	for (unsigned int i = 0; i < USIM_KC; i++)
		kc[i] = m.ck[i] ^ m.ck[i + USIM_KC] ^ m.ik[i] ^ m.ik[i + USIM_KC];
	return 0;
}
