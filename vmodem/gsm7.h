/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 7 bit alphabet of short messages and USSD (TS 23.038, 6.2.1), and its packing of
 * eight characters into seven octets (6.1.2).
 */
#ifndef VMODEM_GSM7_H
#define VMODEM_GSM7_H

#include <stddef.h>
#include <stdint.h>

#define GSM7_NOT_POSSIBLE	SIZE_MAX

/**
 * gsm7_encode() - turn @utf8 into septets, one a byte.
 *
 * Returns how many; GSM7_NOT_POSSIBLE when a character is not in the alphabet or there
 * are more than @max. Characters of the extension table take two.
 */
size_t gsm7_encode(const char *utf8, uint8_t *septets, size_t max);
/** gsm7_decode() - the other way; cuts what does not fit into @size. */
void gsm7_decode(const uint8_t *septets, size_t count, char *utf8, size_t size);

/**
 * gsm7_pack() - put @count septets behind @fill zero bits.
 *
 * Returns the octets written, which are (@fill + 7 * @count + 7) / 8.
 */
size_t gsm7_pack(const uint8_t *septets, size_t count, unsigned int fill, uint8_t *octets);
/** gsm7_unpack() - take @count septets from behind @fill bits; @octets holds them all. */
void gsm7_unpack(const uint8_t *octets, unsigned int fill, uint8_t *septets, size_t count);

#endif /* VMODEM_GSM7_H */
