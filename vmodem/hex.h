/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets as hexadecimal digits, the way AT commands carry them. */
#ifndef VMODEM_HEX_H
#define VMODEM_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** hex_write() - @text has room for 2 * @len + 1 characters. */
void hex_write(char *text, const void *data, size_t len);
/** hex_read() - all of @text; returns false unless it is whole octets, at most @max; *@len of them. */
bool hex_read(const char *text, uint8_t *data, size_t max, size_t *len);

#endif /* VMODEM_HEX_H */
