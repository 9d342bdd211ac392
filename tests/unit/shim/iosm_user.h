/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the driver's pure files (driver/iosm_pure.h) need of the kernel, for user space.
 */
#ifndef TESTS_UNIT_SHIM_IOSM_USER_H
#define TESTS_UNIT_SHIM_IOSM_USER_H

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#define U32_MAX		UINT32_MAX
#define U64_MAX		UINT64_MAX

#define le16_to_cpu(v)	le16toh(v)
#define le32_to_cpu(v)	le32toh(v)
#define cpu_to_le16(v)	htole16(v)
#define cpu_to_le32(v)	htole32(v)
#define ALIGN(x, a)	(((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define min(a, b)	((a) < (b) ? (a) : (b))
#define max(a, b)	((a) > (b) ? (a) : (b))
#define max3(a, b, c)	max(max(a, b), c)
#define clamp(v, a, b)	min(max(v, a), b)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define roundup(x, y)	(DIV_ROUND_UP(x, y) * (y))
#define min_t(t, a, b)	min((t)(a), (t)(b))
#ifndef __always_inline
#define __always_inline	inline __attribute__((__always_inline__))
#endif
#define barrier()	__asm__ __volatile__("" : : : "memory")

#endif /* TESTS_UNIT_SHIM_IOSM_USER_H */
