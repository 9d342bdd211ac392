/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure files need: in the kernel its own headers, in user space a few
 * stand-ins, so that the very same source is compiled by tests and fuzzers.
 */
#ifndef IOSM_PURE_H
#define IOSM_PURE_H

#ifdef __KERNEL__

#include <asm/byteorder.h>
#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

#else

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

#define le16_to_cpu(v)	le16toh(v)
#define le32_to_cpu(v)	le32toh(v)
#define cpu_to_le16(v)	htole16(v)
#define cpu_to_le32(v)	htole32(v)
#define ALIGN(x, a)	(((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define min(a, b)	((a) < (b) ? (a) : (b))
#define barrier()	__asm__ __volatile__("" : : : "memory")

#endif /* __KERNEL__ */

#endif /* IOSM_PURE_H */
