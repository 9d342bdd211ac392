// SPDX-License-Identifier: GPL-2.0-or-later
#include "sms_pdu.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "gsm7.h"
#include "utf8.h"

/* The first octet (9.2.2). */
#define TYPE_MASK		0x03
#define TYPE_DELIVER		0x00
#define TYPE_SUBMIT		0x01
#define TYPE_STATUS_REPORT	0x02
#define NO_MORE_MESSAGES	0x04
#define VALIDITY_MASK		0x18
#define VALIDITY_NONE		0x00
#define VALIDITY_RELATIVE	0x10
#define STATUS_REPORT_REQUEST	0x20
#define USER_DATA_HEADER	0x40

#define NUMBER_INTERNATIONAL	0x91
#define NUMBER_UNKNOWN		0x81

#define CODING_GSM7		0x00
#define CODING_UCS2		0x08
#define CODING_CLASS0		0x10

#define SEPTETS_MAX		160
#define CONCAT_HEADER		6	/* octets, with its length */
#define CONCAT_SEPTETS		153	/* beside it */
#define CONCAT_OCTETS		134
#define CENTRE_MAX		11	/* octets of an address: type and 20 digits */

/* --- addresses ------------------------------------------------------------ */

bool sms_address_set(struct sms_address *address, const char *number)
{
	size_t digits;

	memset(address, 0, sizeof(*address));
	address->type = *number == '+' ? NUMBER_INTERNATIONAL : NUMBER_UNKNOWN;
	number += *number == '+';
	digits = strlen(number);
	if (!digits || digits > SMS_DIGITS_MAX)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)number[i]))
			return false;
		address->data[i / 2] |= (uint8_t)((number[i] - '0') << (i % 2 * 4));
	}
	if (digits % 2)
		address->data[digits / 2] |= 0xf0;
	address->semi_octets = (uint8_t)digits;
	return true;
}

void sms_address_format(const struct sms_address *address, char *number)
{
	static const char digits[] = "0123456789*#abc";

	if ((address->type & 0x70) == 0x10)
		*number++ = '+';
	for (unsigned int i = 0; i < address->semi_octets; i++) {
		unsigned int digit = address->data[i / 2] >> (i % 2 * 4) & 0xf;

		if (digit < sizeof(digits) - 1)
			*number++ = digits[digit];
	}
	*number = '\0';
}

static size_t address_octets(const struct sms_address *address)
{
	return (address->semi_octets + 1u) / 2;
}

static size_t put_address(uint8_t *p, const struct sms_address *address)
{
	p[0] = address->semi_octets;
	p[1] = address->type;
	memcpy(p + 2, address->data, address_octets(address));
	return 2 + address_octets(address);
}

/* The service centre's length counts octets, with that of the type (TS 24.011, 8.2.5). */
static size_t put_centre(uint8_t *p, const char *number)
{
	struct sms_address centre;

	if (!sms_address_set(&centre, number)) {
		p[0] = 0;
		return 1;
	}
	p[0] = (uint8_t)(1 + address_octets(&centre));
	p[1] = centre.type;
	memcpy(p + 2, centre.data, address_octets(&centre));
	return 2 + address_octets(&centre);
}

/* --- reading ---------------------------------------------------------------- */

struct cursor {
	const uint8_t *p;
	size_t left;
	bool failed;
};

static const uint8_t *take(struct cursor *cursor, size_t len)
{
	const uint8_t *p = cursor->p;

	if (cursor->failed || len > cursor->left) {
		cursor->failed = true;
		return NULL;
	}
	cursor->p += len;
	cursor->left -= len;
	return p;
}

static uint8_t octet(struct cursor *cursor)
{
	const uint8_t *p = take(cursor, 1);

	return p ? *p : 0;
}

static void take_address(struct cursor *cursor, struct sms_address *address)
{
	const uint8_t *data;

	memset(address, 0, sizeof(*address));
	address->semi_octets = octet(cursor);
	address->type = octet(cursor);
	if (address->semi_octets > SMS_DIGITS_MAX)
		cursor->failed = true;
	data = take(cursor, address_octets(address));
	if (data)
		memcpy(address->data, data, address_octets(address));
}

/* TS 23.038, section 4. */
static bool is_gsm7(uint8_t coding)
{
	switch (coding >> 4) {
	case 0x0: case 0x1: case 0x4: case 0x5:
		return !(coding & 0x0c);
	case 0xc: case 0xd:
		return true;
	case 0xf:
		return !(coding & 0x04);
	default:
		return false;
	}
}

bool sms_is_flash(uint8_t coding)
{
	unsigned int group = coding >> 4;

	return (group == 0x1 || group == 0x5 || group == 0xf) && !(coding & 0x03);
}

static void take_user_data(struct cursor *cursor, struct sms_submit *submit)
{
	const uint8_t *data;

	submit->length = octet(cursor);
	submit->octets = submit->length;
	if (is_gsm7(submit->coding))
		submit->octets = (7u * submit->length + 7) / 8;
	if (submit->octets > SMS_USER_DATA_MAX)
		cursor->failed = true;
	data = take(cursor, submit->octets);
	if (data)
		memcpy(submit->data, data, submit->octets);
	if (data && submit->header && (!submit->octets || data[0] >= submit->octets))
		cursor->failed = true;
}

bool sms_parse_submit(struct sms_submit *submit, const uint8_t *pdu, size_t len)
{
	struct cursor cursor = { .p = pdu, .left = len };
	uint8_t centre, first;

	memset(submit, 0, sizeof(*submit));
	centre = octet(&cursor);
	submit->default_centre = !centre;
	if (centre == 1 || centre > CENTRE_MAX)
		return false;
	take(&cursor, centre);
	first = octet(&cursor);
	if ((first & TYPE_MASK) != TYPE_SUBMIT)
		return false;
	submit->status_report = first & STATUS_REPORT_REQUEST;
	submit->header = first & USER_DATA_HEADER;
	submit->reference = octet(&cursor);
	take_address(&cursor, &submit->to);
	submit->protocol = octet(&cursor);
	submit->coding = octet(&cursor);
	if ((first & VALIDITY_MASK) != VALIDITY_NONE)
		take(&cursor, (first & VALIDITY_MASK) == VALIDITY_RELATIVE ? 1 : 7);
	take_user_data(&cursor, submit);
	return !cursor.failed && !cursor.left;
}

size_t sms_tpdu_length(const uint8_t *pdu, size_t len)
{
	return len > pdu[0] ? len - 1 - pdu[0] : 0;
}

/* --- writing ---------------------------------------------------------------- */

static uint8_t swapped(int number)
{
	return (uint8_t)(number % 10 << 4 | number / 10 % 10);
}

/* Time stamps are seven swapped pairs of digits; this network lives in UTC (9.2.3.11). */
static size_t put_time(uint8_t *p)
{
	time_t now = time(NULL);
	struct tm utc;

	if (!gmtime_r(&now, &utc))
		memset(&utc, 0, sizeof(utc));
	p[0] = swapped(utc.tm_year);
	p[1] = swapped(utc.tm_mon + 1);
	p[2] = swapped(utc.tm_mday);
	p[3] = swapped(utc.tm_hour);
	p[4] = swapped(utc.tm_min);
	p[5] = swapped(utc.tm_sec);
	p[6] = 0;
	return 7;
}

static size_t put_user_data(uint8_t *p, const struct sms_submit *content)
{
	p[0] = content->length;
	memcpy(p + 1, content->data, content->octets);
	return 1 + content->octets;
}

size_t sms_build_deliver(uint8_t *pdu, const char *centre, const struct sms_address *from,
			 const struct sms_submit *content)
{
	uint8_t *p = pdu;

	p += put_centre(p, centre);
	*p++ = TYPE_DELIVER | NO_MORE_MESSAGES | (content->header ? USER_DATA_HEADER : 0);
	p += put_address(p, from);
	*p++ = content->protocol;
	*p++ = content->coding;
	p += put_time(p);
	p += put_user_data(p, content);
	return (size_t)(p - pdu);
}

size_t sms_build_report(uint8_t *pdu, const char *centre, const struct sms_submit *content)
{
	uint8_t *p = pdu;

	p += put_centre(p, centre);
	*p++ = TYPE_STATUS_REPORT | NO_MORE_MESSAGES;
	*p++ = content->reference;
	p += put_address(p, &content->to);
	p += put_time(p);		/* when it was submitted */
	p += put_time(p);		/* when it arrived */
	*p++ = 0;			/* it did arrive (9.2.3.15) */
	return (size_t)(p - pdu);
}

size_t sms_build_submit(uint8_t *pdu, const struct sms_submit *content)
{
	uint8_t *p = pdu;

	*p++ = 0;
	*p++ = TYPE_SUBMIT | (content->header ? USER_DATA_HEADER : 0) |
	       (content->status_report ? STATUS_REPORT_REQUEST : 0);
	*p++ = content->reference;
	p += put_address(p, &content->to);
	*p++ = content->protocol;
	*p++ = content->coding;
	p += put_user_data(p, content);
	return (size_t)(p - pdu);
}

/* --- texts ------------------------------------------------------------------ */

/* "Concatenated short messages, 8 bit reference" (9.2.3.24.1). */
static void put_concat(struct sms_submit *part, uint8_t reference, size_t parts, size_t number)
{
	const uint8_t header[CONCAT_HEADER] = {
		CONCAT_HEADER - 1, 0, 3, reference, (uint8_t)parts, (uint8_t)number,
	};

	part->header = true;
	memcpy(part->data, header, sizeof(header));
}

static size_t split_gsm7(struct sms_submit *parts, const uint8_t *septets, size_t count,
			 uint8_t reference)
{
	size_t number = count > SEPTETS_MAX ? (count + CONCAT_SEPTETS - 1) / CONCAT_SEPTETS : 1;

	for (size_t i = 0; i < number && number <= SMS_PARTS_MAX; i++) {
		size_t start = i * CONCAT_SEPTETS;
		size_t len = number == 1 ? count : count - start < CONCAT_SEPTETS ?
			     count - start : CONCAT_SEPTETS;

		if (number == 1) {
			parts[i].length = (uint8_t)count;
			parts[i].octets = gsm7_pack(septets, count, 0, parts[i].data);
			continue;
		}
		/* The header takes 7 septets: 48 bits and one to fill. */
		put_concat(&parts[i], reference, number, i + 1);
		parts[i].length = (uint8_t)(7 + len);
		parts[i].octets = CONCAT_HEADER + gsm7_pack(septets + start, len, 1,
							    parts[i].data + CONCAT_HEADER);
	}
	return number <= SMS_PARTS_MAX ? number : 0;
}

static size_t split_ucs2(struct sms_submit *parts, const uint8_t *octets, size_t len,
			 uint8_t reference)
{
	size_t number = len > SMS_USER_DATA_MAX ? (len + CONCAT_OCTETS - 1) / CONCAT_OCTETS : 1;

	for (size_t i = 0; i < number; i++) {
		size_t start = i * CONCAT_OCTETS;
		size_t header = number > 1 ? CONCAT_HEADER : 0;
		size_t piece = number > 1 && len - start > CONCAT_OCTETS ? CONCAT_OCTETS : len - start;

		if (header)
			put_concat(&parts[i], reference, number, i + 1);
		memcpy(parts[i].data + header, octets + start, piece);
		parts[i].coding |= CODING_UCS2;
		parts[i].octets = header + piece;
		parts[i].length = (uint8_t)parts[i].octets;
	}
	return number;
}

/* Big endian UTF-16. Returns its bytes, 0 when there are more than @max. */
static size_t to_ucs2(const char *utf8, uint8_t *octets, size_t max)
{
	size_t len = 0;

	while (*utf8) {
		uint32_t code = utf8_next(&utf8);

		if (max - len < 4)
			return 0;
		if (code >= 0x10000) {
			uint32_t high = 0xd800 + ((code - 0x10000) >> 10);

			octets[len++] = (uint8_t)(high >> 8);
			octets[len++] = (uint8_t)high;
			code = 0xdc00 + ((code - 0x10000) & 0x3ff);
		}
		octets[len++] = (uint8_t)(code >> 8);
		octets[len++] = (uint8_t)code;
	}
	return len;
}

size_t sms_split(struct sms_submit *parts, const char *utf8, bool flash, uint8_t reference)
{
	uint8_t text[SMS_PARTS_MAX * CONCAT_SEPTETS];
	size_t count = gsm7_encode(utf8, text, sizeof(text));

	memset(parts, 0, SMS_PARTS_MAX * sizeof(*parts));
	for (size_t i = 0; i < SMS_PARTS_MAX; i++)
		parts[i].coding = flash ? CODING_CLASS0 : CODING_GSM7;
	if (count != GSM7_NOT_POSSIBLE)
		return split_gsm7(parts, text, count, reference);
	count = to_ucs2(utf8, text, SMS_PARTS_MAX * CONCAT_OCTETS);
	return count ? split_ucs2(parts, text, count, reference) : 0;
}
