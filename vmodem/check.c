// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts per rule and the words of the first few breaches. A host that breaks a rule
 * breaks it often: three lines tell as much as three thousand.
 */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "record.h"

#define CHECK_RULES	128
#define CHECK_SAID	3
#define CHECK_DETAIL	200

struct rule_state {
	uint64_t count;
	char detail[CHECK_DETAIL];	/* of the first breach */
};

struct check {
	struct record *record;
	uint64_t total;
	bool excused;		/* the modem lies: nobody can keep all rules */
	uint64_t excused_total;
	struct rule_state rules[CHECK_RULES];
};

static const char *const texts[CHECK_RULES] = {
#define CHECK_RULE(id, number, text) [number] = (text),
#include "check_rules.h"
#undef CHECK_RULE
};

struct check *check_new(struct record *record)
{
	struct check *check = calloc(1, sizeof(*check));

	if (check)
		check->record = record;
	return check;
}

void check_free(struct check *check)
{
	free(check);
}

const char *check_text(enum check_rule rule)
{
	const char *text = (unsigned int)rule < CHECK_RULES ? texts[rule] : NULL;

	return text ? text : "unknown rule";
}

static void say(struct check *check, enum check_rule rule, const char *detail)
{
	uint64_t count = check->rules[rule].count;

	if (count > CHECK_SAID)
		return;
	record_say(check->record, "breach C%02d: %s: %s%s", rule, check_text(rule), detail,
		   count == CHECK_SAID ? " (further ones of this rule are only counted)" : "");
}

static void plain_text(char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\' || (unsigned char)*text < ' ')
			*text = '\'';
	}
}

void check_breach(struct check *check, enum check_rule rule, const char *format, ...)
{
	char detail[CHECK_DETAIL];
	va_list arguments;

	if (!check || (unsigned int)rule >= CHECK_RULES)
		return;
	va_start(arguments, format);
	vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
	plain_text(detail);
	if (check->excused) {
		check->excused_total++;
		record_event(check->record, "check", "excused", "\"rule\":%d,\"detail\":\"%s\"", rule,
			     detail);
		return;
	}

	check->total++;
	if (!check->rules[rule].count++)
		memcpy(check->rules[rule].detail, detail, sizeof(detail));
	say(check, rule, detail);
	record_event(check->record, "check", "breach", "\"rule\":%d,\"text\":\"%s\",\"detail\":\"%s\"",
		     rule, check_text(rule), detail);
}

void check_excuse(struct check *check, bool excused)
{
	if (check)
		check->excused = excused;
}

uint64_t check_total(const struct check *check)
{
	return check->total;
}

uint64_t check_count(const struct check *check, enum check_rule rule)
{
	return (unsigned int)rule < CHECK_RULES ? check->rules[rule].count : 0;
}

static void clear(struct check *check)
{
	check->total = check->excused_total = 0;
	memset(check->rules, 0, sizeof(check->rules));
}

static int command_breaches(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct check *check = self;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "clear")))
		return control_fail(reply, "usage: breaches [clear]");
	if (argc == 2) {
		clear(check);
		return 0;
	}
	for (int rule = 0; rule < CHECK_RULES; rule++) {
		struct rule_state *state = &check->rules[rule];

		if (state->count)
			control_line(reply, "C%02d %llu %s: %s", rule,
				     (unsigned long long)state->count, check_text(rule),
				     state->detail);
	}
	if (check->excused_total)
		control_line(reply, "excused %llu", (unsigned long long)check->excused_total);
	control_line(reply, "total %llu", (unsigned long long)check->total);
	return 0;
}

static int command_rules(void *self, struct control_reply *reply, int argc, char **argv)
{
	(void)self;
	(void)argc;
	(void)argv;
	for (int rule = 0; rule < CHECK_RULES; rule++) {
		if (texts[rule])
			control_line(reply, "C%02d %s", rule, texts[rule]);
	}
	return 0;
}

void check_control(struct check *check, struct control *control)
{
	control_register(control, "breaches", "[clear]: the host's breaches, one rule a line",
			 command_breaches, check);
	control_register(control, "rules", ": every rule of the checker", command_rules, check);
}
