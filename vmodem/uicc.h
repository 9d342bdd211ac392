/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file system of the SIM card as clients read it: one USIM application and its
 * elementary files (TS 31.102, 4.2; MBIM document, 3.12). An eSIM has its identity besides.
 */
#ifndef VMODEM_UICC_H
#define VMODEM_UICC_H

#include <stddef.h>
#include <stdint.h>

struct sim;

#define UICC_FILE_MAX	80	/* octets of a file: EF PLMNwAcT */
#define UICC_AID_SIZE	16
#define UICC_EID_SIZE	16	/* octets, two digits each */

extern const uint8_t uicc_usim_aid[UICC_AID_SIZE];
extern const uint8_t uicc_isdr_aid[UICC_AID_SIZE];	/* of eSIMs (SGP.22, 2.4.3) */
extern const uint8_t uicc_atr[];
extern const size_t uicc_atr_size;

/**
 * uicc_read() - the content of the elementary file @id (0x6fad, ...).
 * @content: UICC_FILE_MAX octets
 *
 * Returns its size, 0 when there is no such file.
 */
size_t uicc_read(const struct sim *sim, unsigned int id, uint8_t *content);

/** uicc_eid() - the identity of an eSIM, UICC_EID_SIZE octets. */
void uicc_eid(const struct sim *sim, uint8_t *eid);

#endif /* VMODEM_UICC_H */
