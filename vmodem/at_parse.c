// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command lines: basic commands follow each other directly, extended ones end with a
 * semicolon (V.250, 5.4).
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "at_internal.h"

static at_handler find(const struct at_entry *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table->run;
	return NULL;
}

static int refuse(struct at *at, struct at_command *command)
{
	(void)at;
	(void)command;
	return AT_NOT_ALLOWED;
}

/* Before the services are started the port has only its own commands, and finds no SIM. */
static bool needs_services(const struct at_entry *table)
{
	return table != at_basic_commands && table != at_sim_commands;
}

const struct at_entry *const at_tables[] = {
	at_basic_commands, at_network_commands, at_apn_commands, at_context_commands,
	at_sim_commands, at_plmn_commands, at_sms_commands, at_xmm_commands, at_cell_commands,
	NULL
};

static at_handler find_any(const struct at *at, const char *name)
{
	at_handler run = NULL;

	for (size_t i = 0; !run && at_tables[i]; i++) {
		run = find(at_tables[i], name);
		if (run && network_waiting(at->network) && needs_services(at_tables[i]))
			run = refuse;
	}
	return run;
}

/* Cuts the text up to a semicolon outside of quotes off @*body. */
static char *cut_extended(char **body)
{
	char *start = *body, *p = start;
	bool quoted = false;

	for (; *p && (quoted || *p != ';'); p++)
		if (*p == '"')
			quoted = !quoted;
	*body = *p ? p + 1 : p;
	*p = '\0';
	return start;
}

static bool set_name(struct at_command *command, const char *name, size_t len)
{
	if (len > AT_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		command->name[i] = (char)toupper((unsigned char)name[i]);
	command->name[len] = '\0';
	return true;
}

static int run_extended(struct at *at, char **body)
{
	struct at_command command = { .kind = AT_EXECUTE };
	char *text = cut_extended(body);
	size_t len = strcspn(text, "=?");
	at_handler run;

	if (!set_name(&command, text, len))
		return AT_ERROR;
	if (!strcmp(text + len, "=?"))
		command.kind = AT_TEST;
	else if (text[len] == '=')
		command.kind = AT_SET;
	else if (!strcmp(text + len, "?"))
		command.kind = AT_READ;
	else if (text[len])
		return AT_ERROR;
	if (command.kind == AT_SET)
		command.arguments = text + len + 1;
	run = find_any(at, command.name);
	return run ? run(at, &command) : AT_ERROR;
}

/* A letter, or & and a letter, and a number. ATD takes the rest of the line. */
static int run_basic(struct at *at, char **body)
{
	struct at_command command = { .kind = AT_EXECUTE };
	size_t len = **body == '&' ? 2 : 1;
	at_handler run;

	if (len == 2 && !(*body)[1])
		return AT_ERROR;
	set_name(&command, *body, len);
	*body += len;
	if (!strcmp(command.name, "D")) {
		command.arguments = *body;
		*body += strlen(*body);
	}
	while (isdigit((unsigned char)**body) && command.number < 1000) {
		command.number = command.number * 10 + (unsigned int)(**body - '0');
		*body += 1;
	}
	run = find_any(at, command.name);
	return run ? run(at, &command) : AT_ERROR;
}

int at_run(struct at *at, char *body)
{
	for (;;) {
		int result;

		while (*body == ' ' || *body == ';')
			body++;
		if (!*body)
			return AT_OK;
		if (isalpha((unsigned char)*body) || *body == '&')
			result = run_basic(at, &body);
		else
			result = run_extended(at, &body);
		if (result != AT_OK)
			return result;
	}
}

char *at_argument(char **cursor)
{
	char *start = *cursor, *end;

	if (!start)
		return NULL;
	if (*start == '"') {
		start++;
		end = start + strcspn(start, "\"");
		*cursor = *end ? end + 1 : end;
		*end = '\0';
		*cursor = **cursor == ',' ? *cursor + 1 : NULL;
		return start;
	}
	end = start + strcspn(start, ",");
	*cursor = *end ? end + 1 : NULL;
	*end = '\0';
	return start;
}

bool at_argument_number(char **cursor, unsigned int missing, unsigned int max,
			unsigned int *value)
{
	char *word = at_argument(cursor), *end;
	unsigned long number;

	if (!word || !*word) {
		*value = missing;
		return missing <= max;
	}
	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	number = strtoul(word, &end, 10);
	if (errno || *end || number > max)
		return false;
	*value = (unsigned int)number;
	return true;
}
