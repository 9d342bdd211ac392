// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "bytes.h"
#include "network.h"

#define HEADER		12
#define LABEL_MAX	63
#define NAME_MAX_BYTES	255

#define FLAG_RESPONSE	0x8000u
#define OPCODE		0x7800u
#define FLAG_DESIRED	0x0100u		/* recursion, which is available too */
#define FLAG_AVAILABLE	0x0080u
#define NO_SUCH_NAME	3u

#define TYPE_A		1
#define TYPE_AAAA	28
#define CLASS_IN	1

#define NAME_POINTER	0xc000u
#define TTL_S		60

struct question {
	size_t end;		/* of its section */
	uint16_t type, class;
	bool exists;
};

/* One name without compression, its type and its class. */
static bool read_question(const uint8_t *message, size_t len, struct question *question)
{
	const uint8_t *last = NULL;
	size_t at = HEADER;

	while (at < len && message[at]) {
		if (message[at] > LABEL_MAX)
			return false;
		last = message + at;
		at += 1u + message[at];
	}
	if (at + 5 > len || at - HEADER >= NAME_MAX_BYTES)
		return false;
	question->type = get_be16(message + at + 1);
	question->class = get_be16(message + at + 3);
	question->end = at + 5;
	question->exists = !last || *last != 7 || strncasecmp((const char *)last + 1, "invalid", 7);
	return true;
}

static const uint8_t *address_of(const struct question *question, const struct network_ip *ip,
				 size_t *len)
{
	if (!question->exists || question->class != CLASS_IN)
		return NULL;
	if (question->type == TYPE_A && ip->type & NETWORK_IPV4) {
		*len = sizeof(ip->ipv4_gateway);
		return ip->ipv4_gateway;
	}
	if (question->type == TYPE_AAAA && ip->type & NETWORK_IPV6) {
		*len = sizeof(ip->ipv6_gateway);
		return ip->ipv6_gateway;
	}
	return NULL;
}

static size_t put_record(uint8_t *record, const struct question *question, const uint8_t *address,
			 size_t len)
{
	put_be16(record, NAME_POINTER | HEADER);
	put_be16(record + 2, question->type);
	put_be16(record + 4, question->class);
	put_be32(record + 6, TTL_S);
	put_be16(record + 10, (uint16_t)len);
	memcpy(record + 12, address, len);
	return 12 + len;
}

size_t names_answer(uint8_t *message, size_t len, const struct network_ip *ip)
{
	struct question question;
	const uint8_t *address;
	size_t address_len;
	uint16_t flags;

	if (len < HEADER)
		return 0;
	flags = get_be16(message + 2);
	if (flags & (FLAG_RESPONSE | OPCODE) || get_be16(message + 4) != 1 ||
	    get_be16(message + 6) || !read_question(message, len, &question))
		return 0;
	address = address_of(&question, ip, &address_len);
	put_be16(message + 2, (uint16_t)(FLAG_RESPONSE | (flags & FLAG_DESIRED) | FLAG_AVAILABLE |
					 (question.exists ? 0 : NO_SUCH_NAME)));
	put_be16(message + 6, address != NULL);
	/* What stood behind the question, as the options of EDNS, is not answered. */
	put_be32(message + 8, 0);
	if (!address)
		return question.end;
	return question.end + put_record(message + question.end, &question, address, address_len);
}
