/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Characters of UTF-8 strings, one at a time. */
#ifndef VMODEM_UTF8_H
#define VMODEM_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_CHARACTER_MAX	4	/* bytes */
#define UTF8_REPLACEMENT	0xfffdu	/* what bytes that are no UTF-8 read as */

/** utf8_next() - read one character and advance *@utf8. Bad bytes read as U+FFFD, one at a time. */
uint32_t utf8_next(const char **utf8);
/** utf8_write() - write the character @code at @p; returns its bytes, at most UTF8_CHARACTER_MAX. */
size_t utf8_write(char *p, uint32_t code);

#endif /* VMODEM_UTF8_H */
