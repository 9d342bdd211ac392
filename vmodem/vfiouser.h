/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio-user server: one client (QEMU, or a test) drives one PCI function over a Unix
 * stream socket. This layer knows messages, descriptors and guest memory windows; what a
 * register or an interrupt means is the business of its user.
 */
#ifndef VMODEM_VFIOUSER_H
#define VMODEM_VFIOUSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dma;
struct loop;
struct record;
struct vfiouser;

#define VFIOUSER_REGION_BAR0	0
#define VFIOUSER_REGION_BAR2	2
#define VFIOUSER_REGION_CONFIG	7
#define VFIOUSER_REGIONS	9

#define VFIOUSER_IRQ_INTX	0
#define VFIOUSER_IRQ_MSI	1
#define VFIOUSER_IRQ_MSIX	2
#define VFIOUSER_IRQ_ERR	3
#define VFIOUSER_IRQ_REQ	4
#define VFIOUSER_IRQS		5

/* One PCI function. @settle runs before each message that the loop delivers. */
struct vfiouser_function {
	void *self;
	uint32_t region_size[VFIOUSER_REGIONS];	/* 0: absent */
	uint32_t irq_count[VFIOUSER_IRQS];
	/* The access lies inside the region; @len is 1..region size. Nothing may fail here. */
	void (*read)(void *self, unsigned int region, uint32_t offset, void *data, uint32_t len);
	void (*write)(void *self, unsigned int region, uint32_t offset, const void *data,
		      uint32_t len);
	/* Takes over @eventfd; -1: none. */
	void (*set_eventfd)(void *self, unsigned int irq, unsigned int vector, int eventfd);
	/* The client asks for the interrupt itself (loopback test of VFIO). */
	void (*trigger)(void *self, unsigned int irq, unsigned int vector);
	void (*reset)(void *self);
	void (*connected)(void *self);
	void (*disconnected)(void *self);
	void (*settle)(void *self);
};

/**
 * vfiouser_listen() - serve @function at the socket @path.
 *
 * A socket file that nobody listens on any more is replaced. Returns NULL with errno set:
 * EADDRINUSE when another process serves there.
 */
struct vfiouser *vfiouser_listen(struct loop *loop, struct record *record, struct dma *dma,
				 const struct vfiouser_function *function, const char *path);
void vfiouser_free(struct vfiouser *server);

#endif /* VMODEM_VFIOUSER_H */
