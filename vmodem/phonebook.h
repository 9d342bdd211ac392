/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phone book on the SIM card: EF_ADN of TS 31.102, 4.4.2.3. Indexes count from 1.
 */
#ifndef VMODEM_PHONEBOOK_H
#define VMODEM_PHONEBOOK_H

#include <stdbool.h>

#define PHONEBOOK_ENTRIES	250
#define PHONEBOOK_NUMBER_MAX	20	/* digits; a + in front is none */
#define PHONEBOOK_NAME_MAX	18	/* octets: characters of the 7 bit alphabet */
#define PHONEBOOK_NAME_UCS2	8	/* characters otherwise (TS 102 221, annex A) */

#define PHONEBOOK_NUMBER_SIZE	(PHONEBOOK_NUMBER_MAX + 2)
#define PHONEBOOK_NAME_SIZE	(3 * PHONEBOOK_NAME_MAX + 1)

struct phonebook_entry {
	bool used;
	char number[PHONEBOOK_NUMBER_SIZE];
	char name[PHONEBOOK_NAME_SIZE];		/* UTF-8 */
};

struct phonebook {
	struct phonebook_entry entries[PHONEBOOK_ENTRIES];
};

unsigned int phonebook_used(const struct phonebook *book);
/** phonebook_get() - NULL when the place is empty or does not exist. */
const struct phonebook_entry *phonebook_get(const struct phonebook *book, unsigned int index);
/**
 * phonebook_write() - replace the entry at @index; 0: take the first empty place.
 *
 * Returns 0, -ENOENT without such a place, -ENOSPC when all are taken, -EINVAL for what is
 * no number, -EMSGSIZE for a number or a name that the card has no room for.
 */
int phonebook_write(struct phonebook *book, unsigned int index, const char *number,
		    const char *name);
/** phonebook_delete() - returns 0, -ENOENT when nothing is there. */
int phonebook_delete(struct phonebook *book, unsigned int index);
void phonebook_clear(struct phonebook *book);

#endif /* VMODEM_PHONEBOOK_H */
