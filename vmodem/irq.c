// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "irq.h"

#include <fcntl.h>
#include <unistd.h>

#include "record.h"

static void send_pending(struct irq *irq)
{
	static const uint64_t one = 1;

	if (!irq->allowed)
		return;
	for (unsigned int vector = 0; vector < IRQ_VECTORS; vector++) {
		if (!(irq->pending & 1u << vector) || irq->eventfd[vector] < 0)
			continue;
		irq->pending &= ~(1u << vector);
		irq->sent++;
		record_event(irq->record, "pci", "msi", "\"vector\":%u", vector);
		/* It fails only when 2^64-2 interrupts wait already. */
		if (write(irq->eventfd[vector], &one, sizeof(one)) < 0)
			record_event(irq->record, "pci", "msi_lost", NULL);
	}
}

static void gather_expired(struct loop_timer *timer)
{
	send_pending(timer->owner);
}

void irq_init(struct irq *irq, struct loop *loop, struct record *record, bool at_once)
{
	*irq = (struct irq){ .record = record, .at_once = at_once, .error_fd = -1 };
	for (unsigned int i = 0; i < IRQ_VECTORS; i++)
		irq->eventfd[i] = -1;
	loop_timer_init(loop, &irq->gather, gather_expired, irq);
}

/* A descriptor that blocks would stop the whole modem. */
static void never_block(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0 && !(flags & O_NONBLOCK))
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void irq_set_eventfd(struct irq *irq, unsigned int vector, int fd)
{
	if (irq->eventfd[vector] >= 0)
		close(irq->eventfd[vector]);
	irq->eventfd[vector] = fd;
	if (fd < 0)
		return;
	never_block(fd);
	send_pending(irq);
}

void irq_keep_error_fd(struct irq *irq, bool keep, int fd)
{
	if (!keep) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (irq->error_fd >= 0)
		close(irq->error_fd);
	irq->error_fd = fd;
}

void irq_allow(struct irq *irq, bool allowed)
{
	irq->allowed = allowed;
	send_pending(irq);
}

void irq_raise(struct irq *irq, unsigned int vector)
{
	if (irq->filter && !irq->filter(irq->filter_self, &vector))
		return;
	vector %= IRQ_VECTORS;
	if (irq->eventfd[vector] < 0)
		vector = 0;
	irq->pending |= 1u << vector;
	if (irq->at_once)
		send_pending(irq);
	else if (!irq->gather.armed)
		loop_timer_arm(&irq->gather, 0);
}

void irq_set_filter(struct irq *irq, bool (*filter)(void *self, unsigned int *vector), void *self)
{
	irq->filter = filter;
	irq->filter_self = self;
}

void irq_forget(struct irq *irq)
{
	irq->pending = 0;
	loop_timer_cancel(&irq->gather);
}

void irq_destroy(struct irq *irq)
{
	irq_forget(irq);
	for (unsigned int i = 0; i < IRQ_VECTORS; i++)
		irq_set_eventfd(irq, i, -1);
	irq_keep_error_fd(irq, true, -1);
}
