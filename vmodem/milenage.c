// SPDX-License-Identifier: GPL-2.0-or-later
#include "milenage.h"

#include <openssl/evp.h>
#include <string.h>

static void exclusive_or(uint8_t *to, const uint8_t *with, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] ^= with[i];
}

/* One block through AES-128: E[x]K of TS 35.206. */
static bool cipher_block(EVP_CIPHER_CTX *cipher, const uint8_t *in, uint8_t *out)
{
	int len;

	return EVP_EncryptUpdate(cipher, out, &len, in, MILENAGE_KEY) == 1;
}

static EVP_CIPHER_CTX *cipher_new(const uint8_t *key)
{
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();

	if (cipher && EVP_EncryptInit_ex(cipher, EVP_aes_128_ecb(), NULL, key, NULL) == 1)
		return cipher;
	EVP_CIPHER_CTX_free(cipher);
	return NULL;
}

bool milenage_opc(const uint8_t *key, const uint8_t *op, uint8_t *opc)
{
	EVP_CIPHER_CTX *cipher = cipher_new(key);
	uint8_t block[MILENAGE_KEY];
	bool done = cipher && cipher_block(cipher, op, block);

	EVP_CIPHER_CTX_free(cipher);
	if (!done)
		return false;
	exclusive_or(block, op, MILENAGE_KEY);
	memcpy(opc, block, MILENAGE_KEY);
	return true;
}

/* OUTn = E[rot(@in xor OPc, @rotate octets) xor @add xor cn]K xor OPc; cn has but one bit. */
static bool output(EVP_CIPHER_CTX *cipher, const uint8_t *opc, const uint8_t *in,
		   unsigned int rotate, const uint8_t *add, uint8_t constant, uint8_t *out)
{
	uint8_t block[MILENAGE_KEY];

	for (unsigned int i = 0; i < MILENAGE_KEY; i++)
		block[i] = in[(i + rotate) % MILENAGE_KEY] ^ opc[(i + rotate) % MILENAGE_KEY];
	if (add)
		exclusive_or(block, add, MILENAGE_KEY);
	block[MILENAGE_KEY - 1] ^= constant;
	if (!cipher_block(cipher, block, out))
		return false;
	exclusive_or(out, opc, MILENAGE_KEY);
	return true;
}

/* SQN and AMF, twice. */
static void put_in1(uint8_t *in1, const uint8_t *sqn, const uint8_t *amf)
{
	for (unsigned int half = 0; half < 2; half++) {
		memcpy(in1 + 8 * half, sqn, MILENAGE_SQN);
		memcpy(in1 + 8 * half + MILENAGE_SQN, amf, MILENAGE_AMF);
	}
}

static bool outputs(EVP_CIPHER_CTX *cipher, const uint8_t *opc, const uint8_t *rand,
		    const uint8_t *in1, struct milenage *out)
{
	uint8_t temp[MILENAGE_KEY], out1[MILENAGE_KEY], out2[MILENAGE_KEY], out5[MILENAGE_KEY];

	memcpy(temp, rand, MILENAGE_KEY);
	exclusive_or(temp, opc, MILENAGE_KEY);
	/* r1 to r5 are 64, 0, 32, 64 and 96 bits (TS 35.206, 4.1). */
	if (!cipher_block(cipher, temp, temp) ||
	    !output(cipher, opc, in1, 8, temp, 0, out1) ||
	    !output(cipher, opc, temp, 0, NULL, 1, out2) ||
	    !output(cipher, opc, temp, 4, NULL, 2, out->ck) ||
	    !output(cipher, opc, temp, 8, NULL, 4, out->ik) ||
	    !output(cipher, opc, temp, 12, NULL, 8, out5))
		return false;
	memcpy(out->mac, out1, MILENAGE_MAC);
	memcpy(out->mac_sync, out1 + 8, MILENAGE_MAC);
	memcpy(out->ak, out2, MILENAGE_SQN);
	memcpy(out->res, out2 + 8, MILENAGE_MAC);
	memcpy(out->ak_sync, out5, MILENAGE_SQN);
	return true;
}

bool milenage(const uint8_t *key, const uint8_t *opc, const uint8_t *rand, const uint8_t *sqn,
	      const uint8_t *amf, struct milenage *out)
{
	EVP_CIPHER_CTX *cipher = cipher_new(key);
	uint8_t in1[MILENAGE_KEY];
	bool done;

	put_in1(in1, sqn, amf);
	done = cipher && outputs(cipher, opc, rand, in1, out);
	EVP_CIPHER_CTX_free(cipher);
	return done;
}
