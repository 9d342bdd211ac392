/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between the supported kernels, newest first. The driver is
 * written for the newest kernel; the in-tree form has no such file.
 */
#ifndef IOSM_COMPAT_H
#define IOSM_COMPAT_H

#include <linux/version.h>

/* 7.0: allocation by type; in the stable releases of some older ones as well. */
#include <linux/slab.h>

#ifndef kzalloc_obj
#define kzalloc_obj(object)	kzalloc(sizeof(object), GFP_KERNEL)
#endif
#ifndef kvzalloc_obj
#define kvzalloc_obj(object)	kvzalloc(sizeof(object), GFP_KERNEL)
#endif

/* 6.18: the grace period of a health reporter moved to its operations. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#include <net/devlink.h>

#define devlink_health_reporter_create(devlink, ops, priv) \
	devlink_health_reporter_create(devlink, ops, 0, priv)
#endif

/* 6.13: hrtimer_setup() replaces hrtimer_init() and the assignment. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#include <linux/hrtimer.h>

static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

/* 6.12: unaligned access has one header for all architectures. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>

#define IOSM_NO_LINUX_UNALIGNED
#endif

/* 6.10: dummy devices are allocated instead of embedded. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#include <linux/netdevice.h>

static inline void iosm_compat_setup_dummy(struct net_device *dev)
{
	set_bit(__LINK_STATE_PRESENT, &dev->state);
	set_bit(__LINK_STATE_START, &dev->state);
}

#define alloc_netdev_dummy(sizeof_priv) \
	alloc_netdev(sizeof_priv, "iosm-napi", NET_NAME_UNKNOWN, \
		     iosm_compat_setup_dummy)
#endif

/* 6.5: the WWAN core knows the RPC port of the XMM7360. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define IOSM_NO_XMMRPC
#endif

/* 6.4: ports have capabilities. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#include <linux/wwan.h>

#define wwan_create_port(parent, type, ops, caps, drvdata) \
	wwan_create_port(parent, type, ops, drvdata)
#endif

/* 6.2: who has memory of kmalloc() says so. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define slab_build_skb(data)	build_skb(data, 0)
#endif

#endif /* IOSM_COMPAT_H */
