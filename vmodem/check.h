/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checker: rules that a host driver must keep.
 *
 * Each rule has a number that never changes and one line of text; docs/checker.md
 * lists them with their source in the specification. The first three breaches of
 * a rule are said on standard error ("vmodem: breach C07: ..."); all are counted,
 * recorded in the trace, and shown by the control command "breaches".
 */
#ifndef VMODEM_CHECK_H
#define VMODEM_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct check;
struct control;
struct record;

enum check_rule {
#define CHECK_RULE(id, number, text) CHECK_##id = (number),
#include "check_rules.h"
#undef CHECK_RULE
};

struct check *check_new(struct record *record);
void check_free(struct check *check);

/** check_breach() - report that the host broke @rule; @format says how, with the values seen. */
void check_breach(struct check *check, enum check_rule rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * check_excuse() - a fault has told the host something untrue: what it does from now on is
 * counted apart, until the modem's memory of it ends.
 */
void check_excuse(struct check *check, bool excused);

uint64_t check_total(const struct check *check);
uint64_t check_count(const struct check *check, enum check_rule rule);
const char *check_text(enum check_rule rule);

/** check_control() - add the commands "breaches" and "rules". */
void check_control(struct check *check, struct control *control);

#endif /* VMODEM_CHECK_H */
