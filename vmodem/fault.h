/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults: every value that the device gives a host, and every event that a host waits for,
 * can go wrong, on demand and by name (the control command "fault"), or all the time and by
 * chance (--chaos).
 *
 * Nothing else knows about them. They take effect where a value leaves the modem: in the one
 * function that writes to guest memory (dma.c), where the scratchpad is read and doorbells
 * arrive (regs.c), where interrupts leave (irq.c). The modem itself goes on with the right
 * values, which it keeps privately.
 */
#ifndef VMODEM_FAULT_H
#define VMODEM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct channel;
struct control;
struct fault;
struct modem;

/* What chaos chooses among; each class has a weight. */
enum fault_class {
	FAULT_INDEX,		/* ring tails */
	FAULT_SIZE,		/* sizes in descriptors */
	FAULT_ADDRESS,		/* what the host left in descriptors and messages */
	FAULT_STATUS,		/* status words */
	FAULT_INFO,		/* device information: stage, IPC status */
	FAULT_SLEEP,		/* sleep notification */
	FAULT_DOWNLINK,		/* whole downlink messages: lost, late, twice, in two parts */
	FAULT_HEADER,		/* headers and tables in downlink buffers: lengths, ids, chains */
	FAULT_DATA,		/* any byte of downlink buffers */
	FAULT_REGISTER,		/* what the scratchpad shows */
	FAULT_INTERRUPT,	/* lost, late, more than one, out of nothing */
	FAULT_DOORBELL,		/* doorbells not heard, or heard wrong */
	FAULT_LATE,		/* words changed after they were handed over */
	FAULT_LATE_DATA,	/* buffers changed after they were handed over */
	FAULT_CLASSES
};

/* What becomes of a downlink message. */
enum fault_delivery { FAULT_DELIVER, FAULT_DELIVER_NOT, FAULT_DELIVER_TWICE, FAULT_DELIVER_PARTS };

struct fault_chaos {
	bool on;
	uint64_t seed;
	uint32_t rate;				/* of 1000 values, how many go wrong */
	uint32_t weight[FAULT_CLASSES];
};

/** fault_chaos_usual() - chaos off, with the usual rate and weights. */
void fault_chaos_usual(struct fault_chaos *chaos);
/**
 * fault_chaos_weights() - read "CLASS=N,CLASS=N...", or "none" first to start from zero.
 *
 * Returns false when @text is malformed or leaves no weight at all.
 */
bool fault_chaos_weights(struct fault_chaos *chaos, const char *text);
/** fault_class_name() - as fault_chaos_weights() reads it. */
const char *fault_class_name(enum fault_class class);

/** fault_help() - what can be armed by name, for --help. */
void fault_help(FILE *file);

struct fault *fault_new(struct modem *modem, const struct fault_chaos *chaos);
void fault_free(struct fault *fault);
/** fault_control() - add the command "fault". */
void fault_control(struct fault *fault, struct control *control);

/** fault_forget() - host memory is given up: nothing is changed late any more, and lies are forgotten. */
void fault_forget(struct fault *fault);

/** fault_register() - the host reads @len bytes of the scratchpad at @offset; @image is all of it. */
void fault_register(struct fault *fault, uint8_t *image, uint32_t offset, uint32_t len);
/** fault_config() - the host reads @len bytes of configuration space at @offset: @data. */
void fault_config(struct fault *fault, uint32_t offset, uint8_t *data, uint32_t len);
/** fault_delivery() - a message is about to go into a buffer of @channel. */
enum fault_delivery fault_delivery(struct fault *fault, struct channel *channel, const void *data,
				   size_t len);
/** fault_channel_closed() - nothing comes late there any more. */
void fault_channel_closed(struct fault *fault, const struct channel *channel);
/** fault_doorbell() - the host rings; returns false when the device does not hear it. */
bool fault_doorbell(struct fault *fault, unsigned int number, uint32_t *value);

#endif /* VMODEM_FAULT_H */
