// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Basic commands of V.250, and what the modem says about itself.
 */
#include <stdio.h>

#include "at_internal.h"

static int set_flag(const struct at_command *command, bool *flag)
{
	if (command->number > 1)
		return AT_ERROR;
	*flag = command->number;
	return AT_OK;
}

static int run_echo(struct at *at, struct at_command *command)
{
	return set_flag(command, &at->echo);
}

static int run_quiet(struct at *at, struct at_command *command)
{
	return set_flag(command, &at->quiet);
}

static int run_verbose(struct at *at, struct at_command *command)
{
	return set_flag(command, &at->verbose);
}

static int run_reset(struct at *at, struct at_command *command)
{
	if (command->number)
		return AT_ERROR;
	at_defaults(at);
	return AT_OK;
}

/* Signals of a serial line and of calls, which this port has none of. */
static int run_nothing(struct at *at, struct at_command *command)
{
	(void)at;
	return command->number > 4 ? AT_ERROR : AT_OK;
}

static int run_dial(struct at *at, struct at_command *command)
{
	(void)at;
	(void)command;
	return AT_NO_CARRIER;
}

static int run_identify(struct at *at, struct at_command *command)
{
	if (command->number)
		return AT_ERROR;
	at_info(at, "Manufacturer: %s", at->identity->manufacturer);
	at_info(at, "Model: %s", at->identity->model);
	at_info(at, "Revision: %s", at->identity->firmware);
	at_info(at, "IMEI: %s", at->identity->imei);
	return AT_OK;
}

/* AT+X and AT+X? tell @text, AT+X=? only that there is such a command. */
static int tell(struct at *at, const struct at_command *command, const char *text)
{
	if (command->kind == AT_SET)
		return AT_ERROR;
	if (command->kind != AT_TEST)
		at_info(at, "%s", text);
	return AT_OK;
}

static int run_manufacturer(struct at *at, struct at_command *command)
{
	return tell(at, command, at->identity->manufacturer);
}

static int run_model(struct at *at, struct at_command *command)
{
	return tell(at, command, at->identity->model);
}

static int run_revision(struct at *at, struct at_command *command)
{
	return tell(at, command, at->identity->firmware);
}

static int run_serial(struct at *at, struct at_command *command)
{
	return tell(at, command, at->identity->imei);
}

static int run_capabilities(struct at *at, struct at_command *command)
{
	return tell(at, command, "+GCAP: +CGSM");
}

static int run_error_reports(struct at *at, struct at_command *command)
{
	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CMEE: (0-2)");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CMEE: %u", at->cme);
		return AT_OK;
	case AT_SET:
		return at_argument_number(&command->arguments, 0, 2, &at->cme) ? AT_OK :
									AT_BAD_PARAMETERS;
	default:
		at->cme = 0;
		return AT_OK;
	}
}

const struct at_entry at_basic_commands[] = {
	{ "E", run_echo },
	{ "Q", run_quiet },
	{ "V", run_verbose },
	{ "Z", run_reset },
	{ "&F", run_reset },
	{ "X", run_nothing },
	{ "H", run_nothing },
	{ "L", run_nothing },
	{ "M", run_nothing },
	{ "&C", run_nothing },
	{ "&D", run_nothing },
	{ "&K", run_nothing },
	{ "&S", run_nothing },
	{ "D", run_dial },
	{ "I", run_identify },
	{ "+GMI", run_manufacturer },
	{ "+CGMI", run_manufacturer },
	{ "+GMM", run_model },
	{ "+CGMM", run_model },
	{ "+GMR", run_revision },
	{ "+CGMR", run_revision },
	{ "+GSN", run_serial },
	{ "+CGSN", run_serial },
	{ "+GCAP", run_capabilities },
	{ "+CMEE", run_error_reports },
	{ NULL, NULL },
};
