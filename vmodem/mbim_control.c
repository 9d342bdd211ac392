// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Control commands about the MBIM function.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "control.h"
#include "mbim_internal.h"

static int command_mbim(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mbim *mbim = self;

	(void)argv;
	if (argc != 1)
		return control_fail(reply, "expected no argument");
	control_line(reply, "state: %s", mbim->open ? "open" : "closed");
	control_line(reply, "limit: %u bytes", mbim->limit);
	control_line(reply, "version: %u.%u of %u.%u", mbim->version >> 8, mbim->version & 0xff,
		     mbim->own_version >> 8, mbim->own_version & 0xff);
	for (unsigned int i = 0; i < MBIM_SERVICES; i++)
		if (mbim->hidden & 1u << i)
			control_line(reply, "hidden: %s", mbim_services[i]->name);
	control_line(reply, "waiting: %s", mbim->pending || mbim->delayed ? "yes" : "no");
	return 0;
}

static int command_echo(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mbim *mbim = self;

	if (argc == 2 && !strcmp(argv[1], "on"))
		mbim->echo = true;
	else if (argc == 2 && !strcmp(argv[1], "off"))
		mbim->echo = false;
	else
		return control_fail(reply, "expected on|off");
	return 0;
}

/* Basic Connect is what makes a modem one: it stays. */
static int command_hide(void *self, struct control_reply *reply, int argc, char **argv)
{
	const uint32_t optional = ((1u << MBIM_SERVICES) - 1) & ~(1u << MBIM_SERVICE_BASIC);
	struct mbim *mbim = self;
	uint32_t hidden = 0;

	for (int word = 1; word < argc; word++) {
		unsigned int i = MBIM_SERVICE_BASIC + 1;

		while (i < MBIM_SERVICES && strcmp(argv[word], mbim_services[i]->name))
			i++;
		if (i < MBIM_SERVICES)
			hidden |= 1u << i;
		else if (!strcmp(argv[word], "optional"))
			hidden = optional;
		else if (strcmp(argv[word], "none"))
			return control_fail(reply, "no service %s that could be hidden", argv[word]);
	}
	if (argc < 2)
		return control_fail(reply, "expected SERVICE...|optional|none");
	mbim->hidden = hidden;
	return 0;
}

static int set_number(struct control_reply *reply, int argc, char **argv, uint64_t max,
		      uint64_t *value)
{
	if (argc != 2)
		return control_fail(reply, "expected one number");
	return control_number(reply, argv[1], max, value) ? 0 : -EINVAL;
}

static int command_silent(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mbim *mbim = self;

	return set_number(reply, argc, argv, UINT32_MAX, &mbim->silent);
}

static int command_delay(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct mbim *mbim = self;

	return set_number(reply, argc, argv, 600000, &mbim->delay_ms);
}

static int command_version(void *self, struct control_reply *reply, int argc, char **argv)
{
	static const char *const names[] = { "1.0", "2.0", "3.0" };
	struct mbim *mbim = self;

	for (unsigned int i = 0; argc == 2 && i < 3; i++) {
		if (strcmp(argv[1], names[i]))
			continue;
		mbim->own_version = (uint16_t)((i + 1) << 8);
		return 0;
	}
	return control_fail(reply, "expected 1.0|2.0|3.0");
}

/* The words of @argv from the second on, with blanks between. */
static void join_words(char *text, size_t size, int argc, char **argv)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 1; i < argc && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i > 1 ? " " : "", argv[i]);
}

static int command_ussd(void *self, struct control_reply *reply, int argc, char **argv)
{
	char text[USSD_TEXT_MAX + 1];

	if (argc < 2)
		return control_fail(reply, "expected TEXT...");
	join_words(text, sizeof(text), argc, argv);
	mbim_ussd_tell(self, text);
	return 0;
}

static int command_stk(void *self, struct control_reply *reply, int argc, char **argv)
{
	char text[STK_TEXT_MAX + 1];

	if (argc < 2)
		return control_fail(reply, "expected TEXT...");
	join_words(text, sizeof(text), argc, argv);
	if (!mbim_stk_send(self, STK_DISPLAY_TEXT, text))
		return control_fail(reply, "the card waits for a terminal response");
	return 0;
}

void mbim_control_register(struct mbim *mbim, struct control *control)
{
	static const struct {
		const char *name, *help;
		control_command run;
	} commands[] = {
		{ "mbim", ": show the state of the MBIM function", command_mbim },
		{ "mbim-echo", "on|off: return each message of the host unchanged", command_echo },
		{ "mbim-silent", "COUNT: leave the next COUNT commands unanswered", command_silent },
		{ "mbim-delay", "MILLISECONDS: hold back each answer to a command", command_delay },
		{ "ussd", "TEXT...: the network tells the user something", command_ussd },
		{ "stk", "TEXT...: the toolkit on the SIM card shows a text", command_stk },
		{ "mbim-hide", "SERVICE...|optional|none: be without these services, as \"trace\" names them",
		  command_hide },
		{ "mbim-version", "1.0|2.0|3.0: the highest MBIMEx offered, from the next OPEN on",
		  command_version },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		control_register(control, commands[i].name, commands[i].help, commands[i].run, mbim);
}
