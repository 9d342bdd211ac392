/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Little endian fields at any address, and words that two sides share.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint16_t get16(const void *at)
{
	const uint8_t *byte = at;

	return byte[0] | byte[1] << 8;
}

static inline uint32_t get32(const void *at)
{
	const uint8_t *byte = at;

	return get16(byte) | (uint32_t)get16(byte + 2) << 16;
}

static inline uint64_t get64(const void *at)
{
	const uint8_t *byte = at;

	return get32(byte) | (uint64_t)get32(byte + 4) << 32;
}

static inline void put16(void *at, uint16_t value)
{
	uint8_t *byte = at;

	byte[0] = value & 0xff;
	byte[1] = value >> 8;
}

static inline void put32(void *at, uint32_t value)
{
	uint8_t *byte = at;

	put16(byte, value & 0xffff);
	put16(byte + 2, value >> 16);
}

static inline void put64(void *at, uint64_t value)
{
	uint8_t *byte = at;

	put32(byte, value & 0xffffffff);
	put32(byte + 4, value >> 32);
}

/* A word that the host writes while we read it, or the other way round. */
static inline uint32_t load32(const void *at)
{
	return __atomic_load_n((const uint32_t *)at, __ATOMIC_ACQUIRE);
}

static inline void store32(void *at, uint32_t value)
{
	__atomic_store_n((uint32_t *)at, value, __ATOMIC_RELEASE);
}

#endif
