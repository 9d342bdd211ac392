// SPDX-License-Identifier: GPL-2.0-or-later
#include "phonebook.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "gsm7.h"
#include "utf8.h"

unsigned int phonebook_used(const struct phonebook *book)
{
	unsigned int used = 0;

	for (unsigned int i = 0; i < PHONEBOOK_ENTRIES; i++)
		used += book->entries[i].used;
	return used;
}

const struct phonebook_entry *phonebook_get(const struct phonebook *book, unsigned int index)
{
	if (!index || index > PHONEBOOK_ENTRIES || !book->entries[index - 1].used)
		return NULL;
	return &book->entries[index - 1];
}

/* Extended BCD: digits, and signs that dialling gives a meaning. */
static int check_number(const char *number)
{
	size_t len;

	number += *number == '+';
	len = strlen(number);
	if (!len || strspn(number, "0123456789*#p?") != len)
		return -EINVAL;
	return len > PHONEBOOK_NUMBER_MAX ? -EMSGSIZE : 0;
}

/* UCS2 takes two octets a character and one that says so. */
static int check_name(const char *name)
{
	uint8_t septets[PHONEBOOK_NAME_MAX];
	unsigned int count = 0;

	if (gsm7_encode(name, septets, sizeof(septets)) != GSM7_NOT_POSSIBLE)
		return 0;
	while (*name) {
		if (utf8_next(&name) > UINT16_MAX)
			return -EINVAL;
		if (++count > PHONEBOOK_NAME_UCS2)
			return -EMSGSIZE;
	}
	return 0;
}

static struct phonebook_entry *empty_place(struct phonebook *book)
{
	for (unsigned int i = 0; i < PHONEBOOK_ENTRIES; i++)
		if (!book->entries[i].used)
			return &book->entries[i];
	return NULL;
}

int phonebook_write(struct phonebook *book, unsigned int index, const char *number,
		    const char *name)
{
	struct phonebook_entry *entry;
	int err = check_number(number);

	if (!err)
		err = check_name(name);
	if (err)
		return err;
	if (index > PHONEBOOK_ENTRIES)
		return -ENOENT;
	entry = index ? &book->entries[index - 1] : empty_place(book);
	if (!entry)
		return -ENOSPC;
	entry->used = true;
	strcpy(entry->number, number);
	strcpy(entry->name, name);
	return 0;
}

int phonebook_delete(struct phonebook *book, unsigned int index)
{
	if (!phonebook_get(book, index))
		return -ENOENT;
	book->entries[index - 1].used = false;
	return 0;
}

void phonebook_clear(struct phonebook *book)
{
	memset(book, 0, sizeof(*book));
}
