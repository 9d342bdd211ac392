/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_H
#define REPORT_H

/* The host broke a rule of the device interface. */
void breach(const char *rule, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Nothing forbids it, but somebody may want to know. */
void note(const char *rule, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
unsigned int breaches(void);

#endif
