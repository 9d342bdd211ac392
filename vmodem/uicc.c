// SPDX-License-Identifier: GPL-2.0-or-later
#include "uicc.h"

#include <stdio.h>
#include <string.h>

#include "sim.h"

#define FILE_ICCID	0x2fe2
#define FILE_IMSI	0x6f07
#define FILE_PREFERRED	0x6f60	/* PLMNwAcT */
#define IMSI_ODD	0x09	/* type IMSI, an odd number of digits (TS 24.008, 10.5.1.4) */

const uint8_t uicc_usim_aid[UICC_AID_SIZE] = {
	0xa0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02, 0xff, 0xff, 0xff, 0xff, 0x89, 0x07, 0x09, 0x00, 0x00,
};

const uint8_t uicc_isdr_aid[UICC_AID_SIZE] = {
	0xa0, 0x00, 0x00, 0x05, 0x59, 0x10, 0x10, 0xff, 0xff, 0xff, 0xff, 0x89, 0x00, 0x00, 0x01, 0x00,
};

/* Direct convention, T=0, historical bytes of a USIM (TS 102 221, 6.3). */
const uint8_t uicc_atr[] = {
	0x3b, 0x9f, 0x96, 0x80, 0x1f, 0xc7, 0x80, 0x31, 0xe0, 0x73, 0xfe, 0x21, 0x1b, 0x66,
	0xd0, 0x01, 0x55, 0x4d, 0x00, 0x00, 0x00, 0x66,
};
const size_t uicc_atr_size = sizeof(uicc_atr);

/* Files that are the same on each of the operator's cards. */
static const struct {
	unsigned int id;
	size_t size;
	uint8_t content[UICC_FILE_MAX];
} files[] = {
	{ 0x6fad, 4, { 0x00, 0x00, 0x00, 0x02 } },	/* EF_AD: MNC of 2 digits */
	{ 0x6f46, 17, { 0x01, 'T', 'e', 's', 't', ' ', 'P', 'L', 'M', 'N',
			0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },	/* EF_SPN */
	{ 0x6fb7, 6, { 0x11, 0xf2, 0xff, 0x19, 0xf1, 0xff } },	/* EF_ECC: 112, 911 */
	{ 0x6f3e, 1, { 0x01 } },			/* EF_GID1 */
	{ 0x6f3f, 1, { 0x02 } },			/* EF_GID2 */
};

/* Digits two by two, the first one low; what is left over is filled with ones. */
static void put_digits(uint8_t *p, const char *digits, size_t octets)
{
	memset(p, 0xff, octets);
	for (size_t i = 0; digits[i] && i / 2 < octets; i++) {
		unsigned int shift = i % 2 * 4;

		p[i / 2] = (uint8_t)((p[i / 2] & ~(0xfu << shift)) |
				     (unsigned int)(digits[i] - '0') << shift);
	}
}

size_t uicc_read(const struct sim *sim, unsigned int id, uint8_t *content)
{
	if (id == FILE_ICCID) {
		put_digits(content, sim->iccid, 10);
		return 10;
	}
	if (id == FILE_IMSI) {
		content[0] = 8;
		content[1] = (uint8_t)(IMSI_ODD | (sim->imsi[0] - '0') << 4);
		put_digits(content + 2, sim->imsi + 1, 7);
		return 9;
	}
	if (id == FILE_PREFERRED) {
		plmn_encode(&sim->preferred, content);
		return PLMN_ENTRIES * PLMN_OCTETS;
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i].id != id)
			continue;
		memcpy(content, files[i].content, files[i].size);
		return files[i].size;
	}
	return 0;
}

/*
 * Issued to nobody (SGP.26, the tests' default), the last two digits check: all 32 as one
 * number leave 1 when divided by 97 (SGP.02, 2.2.2).
 */
void uicc_eid(const struct sim *sim, uint8_t *eid)
{
	char digits[2 * UICC_EID_SIZE + 1];
	unsigned int rest = 0;

	snprintf(digits, sizeof(digits), "89049032123451234512345%07u00", 6789012 + sim->card % 1000);
	for (unsigned int i = 0; digits[i]; i++)
		rest = (rest * 10 + (unsigned int)(digits[i] - '0')) % 97;
	snprintf(digits + sizeof(digits) - 3, 3, "%02u", (98 - rest) % 100);
	for (unsigned int i = 0; i < UICC_EID_SIZE; i++)
		eid[i] = (uint8_t)((digits[2 * i] - '0') << 4 | (digits[2 * i + 1] - '0'));
}
