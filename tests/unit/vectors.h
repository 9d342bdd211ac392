/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Byte vectors of the specification: tests/vectors/NAME.hex.
 *
 * Bytes as two hex digits, separated by blanks; "--" is a byte that its receiver must
 * ignore; "#" starts a comment.
 */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#define VECTOR_MAX	16384

struct vector {
	size_t len;
	uint8_t data[VECTOR_MAX];
};

/** vector_load() - @fill stands for "--". Ends the program when the file is not a vector. */
void vector_load(struct vector *vector, const char *name, uint8_t fill);

#endif /* TESTS_UNIT_VECTORS_H */
