/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem's PCI function as one object. Each part below belongs to the file of its
 * name; others read it and call its functions.
 *
 *	vfiouser -> pciconf, regs -> boot, sleep -> ring, pipe -> channel -> protocols
 *
 * power.c stands beside them: it decides whether the function may use the bus at all and
 * takes everything back to its state after power-on.
 */
#ifndef VMODEM_MODEM_H
#define VMODEM_MODEM_H

#include <stdbool.h>
#include <stdint.h>

#include "../driver/iosm_wire.h"
#include "boot.h"
#include "fault.h"
#include "irq.h"
#include "pciconf.h"
#include "pipe.h"
#include "power.h"
#include "regs.h"
#include "ring.h"
#include "sleep.h"

struct channel_protocol;
struct check;
struct control;
struct coredump;
struct dma;
struct flash_store;
struct identity;
struct loop;
struct record;
struct vfiouser;
struct vfiouser_function;

struct modem_config {
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct control *control;
	struct capture *capture;	/* of the MBIM channel; may be NULL */
	uint16_t device_id;
	uint32_t capabilities;		/* IOSM_CAP_* */
	uint32_t boot_time_ms;		/* in stage BOOT after each power-on */
	uint32_t boot_stage;		/* enum iosm_exec_stage after each reset */
	uint32_t dump_bytes;		/* of RAM in a core dump */
	struct flash_store *store;	/* the firmware */
	struct coredump *dump;
	const struct identity *identity;
	uint32_t sleep_idle_ms;		/* 0: the device never asks to sleep */
	bool sleep_loses_power;		/* whoever leaves D3hot has lost its power there */
	bool instant;			/* answer from within the doorbell */
	struct fault_chaos chaos;
	/* The firmware starts anew: whatever lies behind the channels does too. May be NULL. */
	void (*restarted)(void *self);
	void *restarted_self;
};

struct modem {
	struct modem_config config;
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct dma *dma;
	struct vfiouser *server;
	struct fault *fault;
	bool connected;
	bool load_once;			/* the next start waits in the boot ROM */

	struct pciconf conf;
	struct irq irq;
	struct power power;
	struct regs regs;
	struct boot boot;
	struct sleep sleep;
	struct ring ring;
	struct pipes pipes;
};

/** modem_new() - @config->control may be NULL. Returns NULL with errno set. */
struct modem *modem_new(const struct modem_config *config);
void modem_free(struct modem *modem);

/** modem_attach() - put @protocol behind channel @id before the modem is served. */
void modem_attach(struct modem *modem, unsigned int id, const struct channel_protocol *protocol,
		  void *self);

/** modem_function() - the PCI function as a transport sees it: modem_serve() uses it, and tests without a socket. */
void modem_function(struct modem *modem, struct vfiouser_function *function);

/** modem_attach_loader() - put @protocol behind the flash channel of the boot loaders. */
void modem_attach_loader(struct modem *modem, const struct channel_protocol *protocol, void *self);

/** modem_serve() - offer the function at the vfio-user socket @path. Returns 0 or a negative errno. */
int modem_serve(struct modem *modem, const char *path);

/** modem_may_touch() - whether rings and buffers in host memory may be used now. */
bool modem_may_touch(const struct modem *modem);

#endif /* VMODEM_MODEM_H */
