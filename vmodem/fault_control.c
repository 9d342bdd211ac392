// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fault				what is armed
 * fault list				every fault there is
 * fault NAME [CHANGE] [OPTION...]	arm one, or do it if it is a deed
 * fault NAME off | fault off		disarm
 * fault chaos SEED|off [rate=N] [weights=LIST]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "fault_internal.h"
#include "modem.h"
#include "record.h"

#define LATE_MAX_US	60000000u

/* What a command line asks for. */
struct order {
	struct fault_armed armed;
	bool now;
	bool off;
};

static const struct fault_kind *find(const char *name)
{
	for (unsigned int i = 0; i < fault_kind_count; i++) {
		if (!strcmp(fault_kinds[i].name, name))
			return &fault_kinds[i];
	}
	return NULL;
}

/* ---- words ---- */

static bool number(const char *text, uint32_t *value)
{
	unsigned long long read;
	char *end;

	errno = 0;
	read = strtoull(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno || read > UINT32_MAX)
		return false;
	*value = (uint32_t)read;
	return true;
}

static bool parse_change(const char *word, struct fault_change *change)
{
	*change = (struct fault_change){ .op = FAULT_SET };
	if (!strcmp(word, "lost")) {
		change->op = FAULT_LOST;
		return true;
	}
	if (!strcmp(word, "random")) {
		change->op = FAULT_RANDOM;
		return true;
	}
	if (*word == '+' || *word == '-')
		change->op = FAULT_ADD;
	else if (*word == '^')
		change->op = FAULT_FLIP;
	if (!number(word + (change->op != FAULT_SET), &change->value))
		return false;
	if (*word == '-')
		change->value = -change->value;
	return true;
}

/* Returns the text behind "@name=", NULL for another word. */
static const char *value_of(const char *word, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(word, name, len) && word[len] == '=' ? word + len + 1 : NULL;
}

static bool parse_option(struct order *order, const char *word)
{
	struct fault_armed *armed = &order->armed;
	const char *text;
	uint32_t value;

	if (!strcmp(word, "now"))
		return order->now = true;
	if (!strcmp(word, "off"))
		return order->off = true;
	text = value_of(word, "times");
	if (text) {
		if (!strcmp(text, "always"))
			armed->times = FAULT_ALWAYS;
		else if (!number(text, &armed->times) || !armed->times)
			return false;
		return true;
	}
	text = value_of(word, "after");
	if (text)
		return number(text, &armed->after);
	text = value_of(word, "late");
	if (text)
		return number(text, &armed->late_us) && armed->late_us <= LATE_MAX_US;
	text = value_of(word, "offset");
	if (text)
		return number(text, &armed->offset);
	text = value_of(word, "pipe");
	if (!text || !number(text, &value) || value >= IOSM_PIPES)
		return false;
	armed->pipe = (int)value;
	return true;
}

static int parse(struct control_reply *reply, struct order *order, int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		struct fault_change change;

		if (i == 2 && parse_change(argv[i], &change)) {
			order->armed.change = change;
			continue;
		}
		if (!parse_option(order, argv[i]))
			return control_fail(reply, "%s is no change (N, +N, -N, ^N, random, lost) and no option (times=N|always, after=N, late=US, pipe=N, offset=N, now, off)",
					    argv[i]);
	}
	return 0;
}

/* ---- deeds ---- */

static void disarm(struct fault *fault, const struct fault_kind *kind)
{
	for (unsigned int i = 0; i < FAULT_ARMED_MAX; i++) {
		struct fault_armed *armed = &fault->armed[i];

		if (!armed->kind || (kind && armed->kind != kind))
			continue;
		armed->kind = NULL;
		fault->armed_count--;
	}
	fault_update(fault);
}

static int arm(struct fault *fault, struct control_reply *reply, const struct fault_armed *armed)
{
	for (unsigned int i = 0; i < FAULT_ARMED_MAX; i++) {
		if (fault->armed[i].kind)
			continue;
		fault->armed[i] = *armed;
		fault->armed_count++;
		fault_update(fault);
		record_event(fault->modem->record, "fault", "armed", "\"name\":\"%s\"",
			     armed->kind->name);
		return 0;
	}
	return control_fail(reply, "%u faults are armed already; \"fault off\" disarms them",
			    FAULT_ARMED_MAX);
}

static int do_now(struct fault *fault, struct control_reply *reply, const struct order *order)
{
	const struct fault_kind *kind = order->armed.kind;

	if (kind->point == FAULT_AT_INTERRUPT) {
		fault_raise(fault, order->armed.change.op == FAULT_SET ? order->armed.change.value : 0);
		return 0;
	}
	if (kind->point != FAULT_AT_WORD)
		return control_fail(reply, "%s is no word that can be changed now", kind->name);
	if (!fault_now(fault, kind, order->armed.pipe, order->armed.change))
		return control_fail(reply, "there is no such word in host memory now");
	return 0;
}

static int forward(struct fault *fault, struct control_reply *reply,
		   const struct fault_kind *kind, int argc, char **argv)
{
	char line[1024];
	size_t len = (size_t)snprintf(line, sizeof(line), "%s", kind->what);

	for (int i = 2; i < argc; i++) {
		int more = snprintf(line + len, sizeof(line) - len, " %s", argv[i]);

		if (more < 0 || (size_t)more >= sizeof(line) - len)
			return control_fail(reply, "the line is too long");
		len += (size_t)more;
	}
	return control_forward(fault->modem->config.control, reply, line);
}

static int run(struct fault *fault, struct control_reply *reply, const struct fault_kind *kind,
	       int argc, char **argv)
{
	struct order order = { .armed = { .kind = kind, .times = 1, .pipe = -1 } };
	int result;

	if (kind->point == FAULT_AT_COMMAND)
		return forward(fault, reply, kind, argc, argv);
	parse_change(kind->usual, &order.armed.change);
	result = parse(reply, &order, argc, argv);
	if (result)
		return result;
	if (order.off) {
		disarm(fault, kind);
		return 0;
	}
	return order.now ? do_now(fault, reply, &order) : arm(fault, reply, &order.armed);
}

static int run_chaos(struct fault *fault, struct control_reply *reply, int argc, char **argv)
{
	struct fault_chaos chaos;
	const char *text;
	char *end;

	fault_chaos_usual(&chaos);
	if (argc < 3)
		return control_fail(reply, "usage: fault chaos SEED|off [rate=N] [weights=LIST]");
	if (strcmp(argv[2], "off")) {
		errno = 0;
		chaos.seed = strtoull(argv[2], &end, 10);
		chaos.on = true;
		if (argv[2][0] < '0' || argv[2][0] > '9' || *end || errno)
			return control_fail(reply, "not a seed: %s", argv[2]);
	}
	for (int i = 3; i < argc; i++) {
		text = value_of(argv[i], "rate");
		if (text && number(text, &chaos.rate) && chaos.rate <= 1000)
			continue;
		text = value_of(argv[i], "weights");
		if (text && fault_chaos_weights(&chaos, text))
			continue;
		return control_fail(reply, "%s is neither rate=0..1000 nor weights=CLASS=N,...",
				    argv[i]);
	}
	fault->chaos = chaos;
	fault_chaos_start(fault);
	return 0;
}

/* ---- showing ---- */

static const char *class_of(const struct fault_kind *kind)
{
	return kind->point == FAULT_AT_COMMAND ? "deed" : fault_class_name(kind->class);
}

void fault_help(FILE *file)
{
	fputs("\nBy name, while the modem runs (vmodemctl fault NAME ...):\n", file);
	for (unsigned int i = 0; i < fault_kind_count; i++) {
		if (fault_kinds[i].help)
			fprintf(file, "  %-18s%s\n", fault_kinds[i].name, fault_kinds[i].help);
	}
}

static void list(struct control_reply *reply)
{
	for (unsigned int i = 0; i < fault_kind_count; i++) {
		const struct fault_kind *kind = &fault_kinds[i];

		if (!kind->help)
			continue;
		control_line(reply, "%s (%s%s%s): %s", kind->name, class_of(kind),
			     kind->usual ? ", usually " : "", kind->usual ? kind->usual : "",
			     kind->help);
	}
}

static void show_change(char *text, size_t size, struct fault_change change)
{
	static const char *const format[] = {
		[FAULT_SET] = "0x%x", [FAULT_ADD] = "+0x%x", [FAULT_FLIP] = "^0x%x",
	};

	if (change.op == FAULT_RANDOM || change.op == FAULT_LOST)
		snprintf(text, size, "%s", change.op == FAULT_LOST ? "lost" : "random");
	else
		snprintf(text, size, format[change.op], change.value);
}

static void show(struct fault *fault, struct control_reply *reply)
{
	char change[32], times[32];

	control_line(reply, "applied %llu", (unsigned long long)fault->applied);
	if (fault->chaos.on)
		control_line(reply, "chaos %llu rate %u", (unsigned long long)fault->chaos.seed,
			     fault->chaos.rate);
	for (unsigned int i = 0; i < FAULT_ARMED_MAX; i++) {
		const struct fault_armed *armed = &fault->armed[i];

		if (!armed->kind)
			continue;
		show_change(change, sizeof(change), armed->change);
		if (armed->times == FAULT_ALWAYS)
			snprintf(times, sizeof(times), "always");
		else
			snprintf(times, sizeof(times), "%u", armed->times);
		control_line(reply, "armed %s %s times=%s after=%u late=%u pipe=%d",
			     armed->kind->name, change, times, armed->after, armed->late_us,
			     armed->pipe);
	}
}

static int command_fault(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct fault *fault = self;
	const struct fault_kind *kind;

	if (argc == 1) {
		show(fault, reply);
		return 0;
	}
	if (!strcmp(argv[1], "chaos"))
		return run_chaos(fault, reply, argc, argv);
	if (argc == 2 && !strcmp(argv[1], "list")) {
		list(reply);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "off")) {
		disarm(fault, NULL);
		return 0;
	}
	kind = find(argv[1]);
	if (!kind)
		return control_fail(reply, "no such fault: %s; \"fault list\" names them", argv[1]);
	return run(fault, reply, kind, argc, argv);
}

void fault_control(struct fault *fault, struct control *control)
{
	control_register(control, "fault",
			 "[list|off] | NAME [N|+N|-N|^N|random|lost] [times=N|always] [after=N] [late=US] [pipe=N] [offset=N] [now|off] | chaos SEED|off [rate=N] [weights=LIST]: make a value go wrong",
			 command_fault, fault);
}
