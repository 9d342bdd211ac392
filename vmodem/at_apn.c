// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The access points that the modem remembers, on an AT port: +CGDCONT of TS 27.007, 10.1.1.
 * Context 0 is the one that it attaches with, as on Intel's modems; the others are those
 * that MBIM calls provisioned.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "at_internal.h"

static const char *const types[] = { NULL, "IP", "IPV6", "IPV4V6" };

/* What says nothing of its type can have both. */
static const char *type_name(uint32_t type)
{
	return type == NETWORK_IPV4 || type == NETWORK_IPV6 ? types[type] : types[NETWORK_IPV4V6];
}

static bool read_type(const char *name, uint32_t *type)
{
	for (*type = NETWORK_IPV4; *type <= NETWORK_IPV4V6; *type += 1)
		if (!strcmp(name, types[*type]))
			return true;
	return false;
}

static bool apn_valid(const char *apn)
{
	size_t len = strlen(apn);

	for (size_t i = 0; i < len; i++)
		if (!isgraph((unsigned char)apn[i]))
			return false;
	return len <= NETWORK_APN_MAX;
}

static void tell(struct at *at, unsigned int id, uint32_t type, const char *apn)
{
	at_info(at, "+CGDCONT: %u,\"%s\",\"%s\",\"\",0,0", id, type_name(type), apn);
}

static void tell_all(struct at *at)
{
	const struct apn *apn = network_apn(at->network);

	tell(at, 0, apn->attach[APN_HOME].ip_type, apn->attach[APN_HOME].apn);
	for (unsigned int i = 0; i < APN_CONTEXTS; i++)
		if (apn->contexts[i].used)
			tell(at, apn->contexts[i].id, apn->contexts[i].ip_type,
			     apn->contexts[i].apn);
}

static void set_attach(struct apn *apn, uint32_t type, const char *name)
{
	for (unsigned int i = 0; i < APN_ATTACH_CONFIGS; i++) {
		apn->attach[i].ip_type = type;
		apn->attach[i].source = APN_SOURCE_USER;
		strcpy(apn->attach[i].apn, name);
	}
}

/* What a new context does not say is as in a new one of MBIM's. */
static bool set_context(struct apn *apn, unsigned int id, uint32_t type, const char *name)
{
	struct apn_context context = { .used = true, .id = id, .roaming = APN_ROAMING_ALL };
	const struct apn_context *old = apn_find(apn, id);

	memcpy(context.type, apn_type_internet, APN_TYPE);
	if (old)
		context = *old;
	context.ip_type = type;
	context.source = APN_SOURCE_USER;
	strcpy(context.apn, name);
	return apn_store(apn, &context);
}

static void forget(struct apn *apn, unsigned int id)
{
	struct apn_context *context = apn_find(apn, id);

	if (!id)
		apn_attach_factory(apn);
	else if (context)
		context->used = false;
}

static int set(struct at *at, char *arguments)
{
	struct apn *apn = network_apn(at->network);
	const char *type_word, *name;
	unsigned int id;
	uint32_t type;

	if (!at_argument_number(&arguments, APN_CONTEXTS + 1, APN_CONTEXTS, &id))
		return AT_BAD_PARAMETERS;
	type_word = at_argument(&arguments);
	name = at_argument(&arguments);
	if (!type_word) {
		forget(apn, id);
		network_apn_changed(at->network);
		return AT_OK;
	}
	if (!read_type(type_word, &type) || (name && !apn_valid(name)))
		return AT_BAD_PARAMETERS;
	if (!id)
		set_attach(apn, type, name ? name : "");
	else if (!set_context(apn, id, type, name ? name : ""))
		return AT_NOT_ALLOWED;
	network_apn_changed(at->network);
	return AT_OK;
}

static int run_context(struct at *at, struct at_command *command)
{
	switch (command->kind) {
	case AT_TEST:
		for (unsigned int type = NETWORK_IPV4; type <= NETWORK_IPV4V6; type++)
			at_info(at, "+CGDCONT: (0-%u),\"%s\",,,(0),(0)", APN_CONTEXTS, types[type]);
		return AT_OK;
	case AT_READ:
		tell_all(at);
		return AT_OK;
	case AT_SET:
		return set(at, command->arguments);
	default:
		return AT_ERROR;
	}
}

const struct at_entry at_apn_commands[] = {
	{ "+CGDCONT", run_context },
	{ NULL, NULL },
};
