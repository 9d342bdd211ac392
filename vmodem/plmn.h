/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operators that the user of a card prefers, as the card keeps them: EF PLMNwAcT
 * (TS 31.102, 4.2.5). MBIM and AT write and show the same list.
 */
#ifndef VMODEM_PLMN_H
#define VMODEM_PLMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLMN_ENTRIES	16
#define PLMN_OCTETS	5	/* of an entry in the file */

/* Access technologies, as in the file. */
#define PLMN_UTRAN	0x8000u
#define PLMN_EUTRAN	0x4000u
#define PLMN_GSM	0x0080u
#define PLMN_GSM_COMPACT 0x0040u

struct plmn {
	char id[7];		/* MCC and MNC; empty: nothing is written here */
	uint16_t access;
};

struct plmn_list {
	struct plmn entries[PLMN_ENTRIES];	/* the first one is preferred most */
};

/** plmn_valid() - 5 or 6 digits? */
bool plmn_valid(const char *id);
bool plmn_listed(const struct plmn_list *list, const char *id);
/** plmn_free() - the first place where nothing is written; PLMN_ENTRIES: there is none. */
size_t plmn_free(const struct plmn_list *list);
void plmn_write(struct plmn_list *list, size_t place, const char *id, uint16_t access);
/** plmn_encode() - the file: PLMN_ENTRIES * PLMN_OCTETS octets. */
void plmn_encode(const struct plmn_list *list, uint8_t *content);

#endif /* VMODEM_PLMN_H */
