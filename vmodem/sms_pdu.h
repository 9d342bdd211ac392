/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protocol data units of short messages (TS 23.040, section 9): what a phone submits,
 * and what a service centre delivers. Everywhere the service centre's address comes
 * first, as on modems (a length octet, 0 for the default one).
 */
#ifndef VMODEM_SMS_PDU_H
#define VMODEM_SMS_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMS_PDU_MAX		180	/* octets: address 12, TPDU at most 164 (9.2.2) */
#define SMS_USER_DATA_MAX	140	/* octets */
#define SMS_DIGITS_MAX		20	/* of an address (9.1.2.5) */
#define SMS_NUMBER_SIZE		(SMS_DIGITS_MAX + 2)	/* a plus sign, and a terminator */
#define SMS_PARTS_MAX		8	/* of one text */

/* A phone number with a plus sign, or without; or letters, for senders only. */
struct sms_address {
	uint8_t semi_octets;		/* as its length is told */
	uint8_t type;
	uint8_t data[SMS_DIGITS_MAX / 2];
};

/* SMS-SUBMIT. */
struct sms_submit {
	bool default_centre;
	bool status_report;		/* asked for */
	bool header;			/* the user data begins with one */
	uint8_t reference;
	struct sms_address to;
	uint8_t protocol, coding;
	uint8_t length;			/* septets or octets, as coding says */
	size_t octets;
	uint8_t data[SMS_USER_DATA_MAX];
};

/** sms_address_set() - "+15551234567", "1234". Returns false for anything else. */
bool sms_address_set(struct sms_address *address, const char *number);
/** sms_address_format() - the other way; @number has SMS_NUMBER_SIZE bytes. */
void sms_address_format(const struct sms_address *address, char *number);

/** sms_parse_submit() - returns false when @pdu is malformed. */
bool sms_parse_submit(struct sms_submit *submit, const uint8_t *pdu, size_t len);

/** sms_is_flash() - is a message of this data coding scheme for the screen only (class 0)? */
bool sms_is_flash(uint8_t coding);

/**
 * sms_build_deliver() - an SMS-DELIVER with the user data of @content.
 * @centre: of the service centre, a number
 * @from: the sender
 *
 * Writes at most SMS_PDU_MAX octets to @pdu and returns how many.
 */
size_t sms_build_deliver(uint8_t *pdu, const char *centre, const struct sms_address *from,
			 const struct sms_submit *content);
/** sms_build_report() - an SMS-STATUS-REPORT: @content arrived. Returns the octets. */
size_t sms_build_report(uint8_t *pdu, const char *centre, const struct sms_submit *content);
/** sms_build_submit() - a draft as a phone writes it, for the default centre. Returns the octets. */
size_t sms_build_submit(uint8_t *pdu, const struct sms_submit *content);

/**
 * sms_split() - put a text into the user data of as many messages as it takes.
 * @reference: that the parts of a long text share
 *
 * Returns the number of parts, 0 when it takes more than SMS_PARTS_MAX.
 */
size_t sms_split(struct sms_submit *parts, const char *utf8, bool flash, uint8_t reference);

/** sms_tpdu_length() - octets of @pdu without the service centre's address (TS 27.005). */
size_t sms_tpdu_length(const uint8_t *pdu, size_t len);

#endif /* VMODEM_SMS_PDU_H */
