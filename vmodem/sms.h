/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Short messages: the modem's store, and the service centre on the network's side.
 *
 * What the host sends is accepted while the modem is registered. A message to the
 * modem's own number comes back as one from there; one to any other number arrives
 * somewhere else, and a status report says so where the host asked for it. Messages for
 * the modem wait at the centre while it is not registered or its store is full.
 *
 * Functions that can be refused return 0 or, beside the errors of network.h,
 *	-EINVAL		malformed message	-ENOSPC		the store is full
 *	-ENOENT		no message there	-ETIMEDOUT	the network does not answer
 *	-EDESTADDRREQ	no service centre is known
 */
#ifndef VMODEM_SMS_H
#define VMODEM_SMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sms_pdu.h"

#define SMS_STORE_SIZE		50	/* messages; indexes count from 1 */

struct control;
struct loop;
struct network;
struct record;
struct sms;

/* With the values that MBIM has for them (MBIM document, 3.2). */
enum sms_status {
	SMS_NEW,
	SMS_OLD,
	SMS_DRAFT,
	SMS_SENT,
};

struct sms_message {
	bool used;
	enum sms_status status;
	size_t len;
	uint8_t pdu[SMS_PDU_MAX];
};

/* Whoever wants to know of messages; members may be NULL. */
struct sms_observer {
	void (*stored)(void *self, unsigned int index);		/* a new one from the network */
	void (*full)(void *self);				/* one has no room */
	void (*flash)(void *self, const uint8_t *pdu, size_t len);	/* for the screen only */
	void *self;
	struct sms_observer *next;	/* private to sms.c */
};

/** sms_new() - returns NULL with errno set when there is no memory. */
struct sms *sms_new(struct network *network, struct loop *loop, struct record *record,
		    struct control *control);
void sms_free(struct sms *sms);

void sms_observe(struct sms *sms, struct sms_observer *observer);
void sms_unobserve(struct sms *sms, struct sms_observer *observer);

/** sms_ready() - 0 when the store can be used, else why the SIM forbids it. */
int sms_ready(const struct sms *sms);
/** sms_get() - the message at @index, NULL when there is none. */
const struct sms_message *sms_get(const struct sms *sms, unsigned int index);
/** sms_mark_read() - a new message becomes an old one. */
void sms_mark_read(struct sms *sms, unsigned int index);
int sms_delete(struct sms *sms, unsigned int index);
/** sms_write() - keep @pdu without sending it; *@index says where. */
int sms_write(struct sms *sms, enum sms_status status, const uint8_t *pdu, size_t len,
	      unsigned int *index);
unsigned int sms_used(const struct sms *sms);

/** sms_submit() - send @pdu, an SMS-SUBMIT; *@reference is the modem's number for it. */
int sms_submit(struct sms *sms, const uint8_t *pdu, size_t len, uint8_t *reference);

/** sms_centre() - the number of the service centre; empty: none. */
const char *sms_centre(const struct sms *sms);
int sms_set_centre(struct sms *sms, const char *number);

#endif /* VMODEM_SMS_H */
