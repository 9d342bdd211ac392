// SPDX-License-Identifier: GPL-2.0-or-later
#include "rpc_apn.h"

#include <ctype.h>
#include <string.h>

#include "network.h"
#include "rpc_frame.h"

#define APN_BYTES		101	/* padded with zeros */
#define CREDENTIAL_BYTES	65
#define AUTH_CHAP		2	/* 1: PAP, 0: none, as in MBIM */

/* Of four records the last one counts. */
struct attach_record {
	uint32_t auth;
	const struct rpc_argument *password, *user, *apn;
};

static bool is_string(const struct rpc_argument *argument, size_t len)
{
	return argument->data && argument->len == len;
}

/*
 * Only the lengths tell what the arguments are: an access point has one that nothing else
 * has; password and user follow each other, with the authentication before them.
 */
static void read_record(const struct rpc_call *call, struct attach_record *record)
{
	for (size_t i = 0; i < call->count; i++) {
		const struct rpc_argument *argument = &call->arguments[i];

		if (is_string(argument, APN_BYTES))
			record->apn = argument;
		if (!is_string(argument, CREDENTIAL_BYTES))
			continue;
		if (i && is_string(argument - 1, CREDENTIAL_BYTES)) {
			record->user = argument;
		} else {
			record->password = argument;
			record->auth = i ? argument[-1].number : 0;
		}
	}
}

/* Returns false for what cannot stand in a string that hosts are told. */
static bool read_text(const struct rpc_argument *argument, char *text)
{
	size_t len = 0;

	while (argument && len < argument->len && argument->data[len]) {
		if (!isgraph(argument->data[len]))
			return false;
		text[len] = (char)argument->data[len];
		len++;
	}
	text[len] = '\0';
	return true;
}

void rpc_attach_apn(struct network *network, const struct rpc_call *call)
{
	char name[APN_BYTES + 1], user[CREDENTIAL_BYTES + 1], password[CREDENTIAL_BYTES + 1];
	struct apn *apn = network_apn(network);
	struct attach_record record = { 0 };

	read_record(call, &record);
	if (!record.apn || record.auth > AUTH_CHAP || !read_text(record.apn, name) ||
	    !read_text(record.user, user) || !read_text(record.password, password) ||
	    strlen(name) > NETWORK_APN_MAX)
		return;
	for (unsigned int i = 0; i < APN_ATTACH_CONFIGS; i++) {
		apn->attach[i].source = APN_SOURCE_USER;
		apn->attach[i].auth = record.auth;
		strcpy(apn->attach[i].apn, name);
		strcpy(apn->attach[i].user, user);
		strcpy(apn->attach[i].password, password);
	}
	network_apn_changed(network);
}
