/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure files need: in the kernel its own headers, in user space a few
 * stand-ins that the tests bring, so that the very same source is compiled by both.
 */
#ifndef IOSM_PURE_H
#define IOSM_PURE_H

#ifdef __KERNEL__

#include <asm/byteorder.h>
#include <linux/align.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include "iosm_user.h"

#endif /* __KERNEL__ */

#endif /* IOSM_PURE_H */
