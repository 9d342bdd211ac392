/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks in the stream of a guest's instructions, for bench/plugin: "nopl" with a displacement
 * that no compiler makes. They do nothing anywhere.
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

#define MARK_BYTES	7u
#define MARK_BEGIN	{ 0x0f, 0x1f, 0x80, 'i', 'o', 's', 'b' }
#define MARK_END	{ 0x0f, 0x1f, 0x80, 'i', 'o', 's', 'e' }

#define MARK_EXECUTE(last) \
	__asm__ __volatile__(".byte 0x0f, 0x1f, 0x80, 'i', 'o', 's', '" last "'" : : : "memory")

#endif /* BENCH_MARK_H */
