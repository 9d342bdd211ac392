/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message-signalled interrupts. Everything that wants the host's attention in one round
 * of the loop is told by one interrupt. While the function may not interrupt (MSI or bus
 * master off, D3hot), vectors stay pending and fire as soon as it may.
 */
#ifndef VMODEM_IRQ_H
#define VMODEM_IRQ_H

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"

#define IRQ_VECTORS 4

struct record;

struct irq {
	struct record *record;
	int eventfd[IRQ_VECTORS];
	int error_fd;			/* the client's: PCI errors */
	uint32_t pending;		/* a bit for each vector */
	bool allowed;
	bool at_once;			/* don't gather: --instant */
	uint64_t sent;
	/* May change the vector; false: the interrupt is lost (fault.c). NULL: no filter. */
	bool (*filter)(void *self, unsigned int *vector);
	void *filter_self;
	struct loop_timer gather;
};

void irq_init(struct irq *irq, struct loop *loop, struct record *record, bool at_once);
/** irq_set_eventfd() - takes over @fd; -1: none. */
void irq_set_eventfd(struct irq *irq, unsigned int vector, int fd);
/** irq_keep_error_fd() - takes over @fd, keeps it when it is the one for PCI errors. */
void irq_keep_error_fd(struct irq *irq, bool keep, int fd);
void irq_allow(struct irq *irq, bool allowed);
/** irq_raise() - @vector is what the host named; more than exist are folded, as with fewer granted vectors. */
void irq_raise(struct irq *irq, unsigned int vector);
void irq_set_filter(struct irq *irq, bool (*filter)(void *self, unsigned int *vector), void *self);
/** irq_forget() - a reset: nothing is pending any more. */
void irq_forget(struct irq *irq);
void irq_destroy(struct irq *irq);

#endif /* VMODEM_IRQ_H */
