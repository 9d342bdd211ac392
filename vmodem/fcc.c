// SPDX-License-Identifier: GPL-2.0-or-later
#include "fcc.h"

#include <openssl/sha.h>
#include <string.h>

#include "bytes.h"

/*
 * The secret that challenges are hashed with. It is public for the XMM7360 (MBIM
 * document, A.2); those of other models are not, so this modem takes the same.
 */
static const uint8_t secret[] = { 0x3d, 0xf8, 0xc7, 0x19 };

void fcc_init(struct fcc *fcc, bool enabled)
{
	memset(fcc, 0, sizeof(*fcc));
	fcc->enabled = enabled;
}

void fcc_restart(struct fcc *fcc)
{
	fcc->unlocked = false;
	fcc->challenge = 0;
}

bool fcc_locked(const struct fcc *fcc)
{
	return fcc->enabled && !fcc->unlocked;
}

void fcc_disable(struct fcc *fcc)
{
	fcc->enabled = false;
}

/* Not to be foreseen by a host, and the same in each run of the same scenario. */
uint32_t fcc_challenge(struct fcc *fcc)
{
	uint8_t hash[SHA256_DIGEST_LENGTH];

	do {
		fcc->count++;
		SHA256((const uint8_t *)&fcc->count, sizeof(fcc->count), hash);
		fcc->challenge = get_le32(hash);
	} while (!fcc->challenge);
	return fcc->challenge;
}

uint32_t fcc_response(uint32_t challenge)
{
	uint8_t message[4 + sizeof(secret)], hash[SHA256_DIGEST_LENGTH];

	put_le32(message, challenge);
	memcpy(message + 4, secret, sizeof(secret));
	SHA256(message, sizeof(message), hash);
	return get_le32(hash);
}

bool fcc_unlock(struct fcc *fcc, uint32_t response)
{
	bool right = fcc->challenge && response == fcc_response(fcc->challenge);

	fcc->challenge = 0;
	if (right)
		fcc->unlocked = true;
	return right;
}
