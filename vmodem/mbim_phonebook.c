// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service Phonebook (MBIM document, 3.4): the phone book on the SIM card.
 */
#include <errno.h>

#include "mbim_internal.h"

#define FLAG_ALL	0
#define FLAG_INDEX	1
#define WRITE_UNUSED	0

#define ENTRY_LEN	20

/* More than the card takes, so that it is the card that refuses. */
#define NUMBER_BYTES	(4 * PHONEBOOK_NUMBER_MAX)
#define NUMBER_SIZE	(NUMBER_BYTES / 2 * 3 + 4)
#define NAME_BYTES	(4 * PHONEBOOK_NAME_MAX)
#define NAME_SIZE	(NAME_BYTES / 2 * 3 + 4)

/* Without a card there is no phone book at all. */
static uint32_t book_status(struct mbim *mbim)
{
	uint32_t status = mbim_card_status(mbim);

	return status == MBIM_STATUS_SIM_NOT_INSERTED ? MBIM_STATUS_NO_PHONEBOOK : status;
}

static uint32_t book_status_of(int error)
{
	switch (error) {
	case 0:
		return MBIM_STATUS_NONE;
	case -ENOENT:
		return MBIM_STATUS_INVALID_MEMORY_INDEX;
	case -ENOSPC:
		return MBIM_STATUS_MEMORY_FULL;
	case -EMSGSIZE:
		return MBIM_STATUS_PARAMETER_TOO_LONG;
	default:
		return MBIM_STATUS_INVALID_PARAMETERS;
	}
}

static struct phonebook *book_of(struct mbim *mbim)
{
	return &network_sim(mbim->network)->phonebook;
}

static void encode_configuration(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	bool ready = !book_status(mbim);
	struct mbim_struct configuration;

	(void)session;
	mbim_begin(&configuration, out, 20);
	mbim_put_u32(&configuration, ready);
	mbim_put_u32(&configuration, ready ? PHONEBOOK_ENTRIES : 0);
	mbim_put_u32(&configuration, ready ? phonebook_used(book_of(mbim)) : 0);
	mbim_put_u32(&configuration, PHONEBOOK_NUMBER_MAX);
	mbim_put_u32(&configuration, PHONEBOOK_NAME_MAX);
}

static uint32_t query_configuration(struct mbim *mbim, const struct mbim_command *command,
				    struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t status = book_status(mbim);

	(void)command;
	(void)in;
	if (status == MBIM_STATUS_NO_PHONEBOOK)
		return status;
	encode_configuration(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

static void put_entry(struct mbim_struct *list, unsigned int index,
		      const struct phonebook_entry *entry)
{
	struct mbim_struct element;

	mbim_begin_element(list, &element, ENTRY_LEN);
	mbim_put_u32(&element, index);
	mbim_put_string(&element, entry->number);
	mbim_put_string(&element, entry->name);
	mbim_end_element(&element);
}

static void put_all(struct mbim_bytes *out, const struct phonebook *book)
{
	unsigned int count = phonebook_used(book);
	struct mbim_struct list;

	mbim_begin(&list, out, 4 + 8 * count);
	mbim_put_u32(&list, count);
	for (unsigned int index = 1; index <= PHONEBOOK_ENTRIES; index++)
		if (phonebook_get(book, index))
			put_entry(&list, index, phonebook_get(book, index));
}

static uint32_t query_read(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t flag = mbim_get_u32(in), index = mbim_get_u32(in), status = book_status(mbim);
	const struct phonebook_entry *entry;
	struct mbim_struct list;

	(void)command;
	if (in->status || flag > FLAG_INDEX)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (status)
		return status;
	if (flag == FLAG_ALL) {
		put_all(out, book_of(mbim));
		return MBIM_STATUS_NONE;
	}
	entry = phonebook_get(book_of(mbim), index);
	if (!entry)
		return MBIM_STATUS_INVALID_MEMORY_INDEX;
	mbim_begin(&list, out, 4 + 8);
	mbim_put_u32(&list, 1);
	put_entry(&list, index, entry);
	return MBIM_STATUS_NONE;
}

static uint32_t set_delete(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t flag = mbim_get_u32(in), index = mbim_get_u32(in), status = book_status(mbim);

	(void)command;
	(void)out;
	if (in->status || flag > FLAG_INDEX)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (status)
		return status;
	if (flag == FLAG_INDEX)
		return book_status_of(phonebook_delete(book_of(mbim), index));
	phonebook_clear(book_of(mbim));
	return MBIM_STATUS_NONE;
}

static uint32_t set_write(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t flag = mbim_get_u32(in), index = mbim_get_u32(in), status = book_status(mbim);
	char number[NUMBER_SIZE], name[NAME_SIZE];

	(void)command;
	(void)out;
	mbim_get_string(in, number, sizeof(number), NUMBER_BYTES);
	mbim_get_string(in, name, sizeof(name), NAME_BYTES);
	if (in->status || status)
		return in->status ? in->status : status;
	if (flag > FLAG_INDEX)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (flag == FLAG_INDEX && !index)
		return MBIM_STATUS_INVALID_MEMORY_INDEX;
	return book_status_of(phonebook_write(book_of(mbim), flag == WRITE_UNUSED ? 0 : index,
					      number, name));
}

void mbim_phonebook_sim_changed(struct mbim *mbim)
{
	mbim_indicate(mbim, MBIM_SERVICE_PHONEBOOK, MBIM_PHONEBOOK_CONFIGURATION,
		      encode_configuration, 0);
}

static const struct mbim_cid cids[] = {
	{ MBIM_PHONEBOOK_CONFIGURATION, query_configuration, NULL, NULL },
	{ MBIM_PHONEBOOK_READ, query_read, NULL, NULL },
	{ MBIM_PHONEBOOK_DELETE, NULL, set_delete, NULL },
	{ MBIM_PHONEBOOK_WRITE, NULL, set_write, NULL },
};

const struct mbim_service mbim_phonebook_service = {
	.name = "phonebook",
	.uuid = { 0x4b, 0xf3, 0x84, 0x76, 0x1e, 0x6a, 0x41, 0xdb,
		  0xb1, 0xd8, 0xbe, 0xd2, 0x89, 0xc2, 0x5b, 0xdb },
	.cids = cids,
	.count = sizeof(cids) / sizeof(cids[0]),
	.notifying = 1u << MBIM_PHONEBOOK_CONFIGURATION,
	.standard = 1u << MBIM_PHONEBOOK_CONFIGURATION,
};
