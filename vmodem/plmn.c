// SPDX-License-Identifier: GPL-2.0-or-later
#include "plmn.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"

bool plmn_valid(const char *id)
{
	size_t len = strlen(id);

	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)id[i]))
			return false;
	return len == 5 || len == 6;
}

bool plmn_listed(const struct plmn_list *list, const char *id)
{
	for (size_t i = 0; i < PLMN_ENTRIES; i++)
		if (!strcmp(list->entries[i].id, id))
			return true;
	return false;
}

size_t plmn_free(const struct plmn_list *list)
{
	size_t place = 0;

	while (place < PLMN_ENTRIES && list->entries[place].id[0])
		place++;
	return place;
}

void plmn_write(struct plmn_list *list, size_t place, const char *id, uint16_t access)
{
	struct plmn *entry = &list->entries[place];

	snprintf(entry->id, sizeof(entry->id), "%s", id);
	entry->access = access;
}

/* The digits in the order of TS 24.008, 10.5.1.13; an MNC of two is filled up with ones. */
void plmn_encode(const struct plmn_list *list, uint8_t *content)
{
	memset(content, 0xff, PLMN_ENTRIES * PLMN_OCTETS);
	for (size_t i = 0; i < PLMN_ENTRIES; i++, content += PLMN_OCTETS) {
		const struct plmn *entry = &list->entries[i];
		const char *digit = entry->id;
		unsigned int last = digit[0] && digit[5] ? (unsigned int)(digit[5] - '0') : 0xf;

		put_be16(content + 3, entry->access);
		if (!digit[0])
			continue;
		content[0] = (uint8_t)((digit[1] - '0') << 4 | (digit[0] - '0'));
		content[1] = (uint8_t)(last << 4 | (unsigned int)(digit[2] - '0'));
		content[2] = (uint8_t)((digit[4] - '0') << 4 | (digit[3] - '0'));
	}
}
