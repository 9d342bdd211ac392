// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The operators that the user prefers, on an AT port: +CPOL and +CPLS of TS 27.007, 7.19
 * and 7.20. There is one list, the user's.
 */
#include <string.h>

#include "at_internal.h"
#include "plmn.h"

#define FORMAT_ID	2	/* the other two tell names, of which each operator has one */
#define ANY_ACCESS	(PLMN_UTRAN | PLMN_EUTRAN)

/* In the order in which they stand in a command. */
static const uint16_t accesses[] = { PLMN_GSM, PLMN_GSM_COMPACT, PLMN_UTRAN, PLMN_EUTRAN };

#define ACCESSES (sizeof(accesses) / sizeof(accesses[0]))

static void tell(struct at *at, unsigned int index, const struct plmn *entry)
{
	const char *name = at->preferred_format == FORMAT_ID ? NULL : network_operator_name(entry->id);
	unsigned int has[ACCESSES];

	for (size_t i = 0; i < ACCESSES; i++)
		has[i] = entry->access & accesses[i] ? 1 : 0;
	at_info(at, "+CPOL: %u,%u,\"%s\",%u,%u,%u,%u", index,
		name ? at->preferred_format : FORMAT_ID, name ? name : entry->id, has[0], has[1],
		has[2], has[3]);
}

/* What is left of a command. Without any access technology it is all that the modem has. */
static bool read_access(char *arguments, uint16_t *access)
{
	*access = 0;
	if (!arguments)
		*access = ANY_ACCESS;
	for (size_t i = 0; arguments && i < ACCESSES; i++) {
		unsigned int wanted;

		if (!at_argument_number(&arguments, 0, 1, &wanted))
			return false;
		if (wanted)
			*access |= accesses[i];
	}
	return true;
}

/* An index alone deletes, a format alone is for what is told, an operator alone finds a place. */
static int set(struct at *at, char *arguments)
{
	struct plmn_list *list = &network_sim(at->network)->preferred;
	unsigned int index, format;
	const char *operator, *id;
	uint16_t access;
	size_t place;

	if (!at_argument_number(&arguments, 0, PLMN_ENTRIES, &index))
		return AT_BAD_PARAMETERS;
	if (!at_argument_number(&arguments, at->preferred_format, FORMAT_ID, &format))
		return AT_BAD_PARAMETERS;
	operator = at_argument(&arguments);
	if (!operator && !index) {
		at->preferred_format = format;
		return AT_OK;
	}
	place = index ? index - 1 : plmn_free(list);
	if (place == PLMN_ENTRIES)
		return AT_MEMORY_FULL;
	id = operator && format != FORMAT_ID ? network_operator_id(operator) : operator;
	if (operator && (!id || !plmn_valid(id) || !read_access(arguments, &access)))
		return AT_BAD_PARAMETERS;
	plmn_write(list, place, operator ? id : "", operator ? access : 0);
	network_preferred_changed(at->network);
	return AT_OK;
}

static int run_preferred(struct at *at, struct at_command *command)
{
	const struct sim *sim = network_sim(at->network);
	int blocks = at_sim_blocks(sim);

	if (command->kind == AT_TEST) {
		at_info(at, "+CPOL: (1-%u),(0-2)", PLMN_ENTRIES);
		return AT_OK;
	}
	if (command->kind == AT_EXECUTE)
		return AT_ERROR;
	if (blocks)
		return blocks;
	if (command->kind == AT_SET)
		return set(at, command->arguments);
	for (unsigned int i = 0; i < PLMN_ENTRIES; i++)
		if (sim->preferred.entries[i].id[0])
			tell(at, i + 1, &sim->preferred.entries[i]);
	return AT_OK;
}

static int run_list(struct at *at, struct at_command *command)
{
	unsigned int list;

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CPLS: (0)");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CPLS: 0");
		return AT_OK;
	case AT_SET:
		return at_argument_number(&command->arguments, 0, 0, &list) ? AT_OK :
									     AT_BAD_PARAMETERS;
	default:
		return AT_ERROR;
	}
}

const struct at_entry at_plmn_commands[] = {
	{ "+CPOL", run_preferred },
	{ "+CPLS", run_list },
	{ NULL, NULL },
};
