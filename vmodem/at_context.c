// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Contexts that are activated from an AT port: +CGACT of TS 27.007, 10.1.10. Context id n
 * is session n - 1, with the access point that +CGDCONT gave it.
 */
#include <errno.h>

#include "at_internal.h"

#define ALL_SESSIONS	((1u << NETWORK_SESSIONS) - 1)

static enum network_bearer_state state_of(const struct at *at, unsigned int session)
{
	return network_bearer(at->network, session)->state;
}

/* TS 27.007, 9.2.2: these causes of TS 24.301 have a code each. */
static int refusal(unsigned int cause)
{
	return cause >= 26 && cause <= 34 ? AT_GPRS_CAUSE + (int)cause : AT_GPRS_UNSPECIFIED;
}

static int activate(struct at *at, unsigned int session)
{
	const struct apn_context *context = apn_find(network_apn(at->network), session + 1);
	enum network_ip_type type = NETWORK_IPV4V6;
	int err;

	if (!context)
		return AT_BAD_PARAMETERS;
	if (state_of(at, session) == NETWORK_BEARER_ACTIVE)
		return AT_OK;
	if (context->ip_type == NETWORK_IPV4 || context->ip_type == NETWORK_IPV6)
		type = (enum network_ip_type)context->ip_type;
	err = network_connect(at->network, session, context->apn, type);
	if (err && err != -EBUSY)
		return at_network_error(at->network, err);
	if (state_of(at, session) == NETWORK_BEARER_ACTIVATING)
		at->activating |= 1u << session;
	else if (state_of(at, session) != NETWORK_BEARER_ACTIVE)
		return refusal(network_bearer(at->network, session)->cause);
	return AT_OK;
}

void at_context_changed(struct at *at, unsigned int session)
{
	unsigned int bit = 1u << session;

	if (!(at->activating & bit) || state_of(at, session) == NETWORK_BEARER_ACTIVATING)
		return;
	at->activating &= ~bit;
	if (state_of(at, session) != NETWORK_BEARER_ACTIVE) {
		at->activating = 0;
		at_finish(at, refusal(network_bearer(at->network, session)->cause));
	} else if (!at->activating) {
		at_finish(at, AT_OK);
	}
}

/* The contexts of a list; without one, all that are defined. */
static bool read_contexts(struct at *at, char *arguments, unsigned int *sessions)
{
	unsigned int id;

	*sessions = 0;
	for (unsigned int session = 0; !arguments && session < NETWORK_SESSIONS; session++)
		if (apn_find(network_apn(at->network), session + 1))
			*sessions |= 1u << session;
	while (arguments) {
		if (!at_argument_number(&arguments, 0, NETWORK_SESSIONS, &id) || !id)
			return false;
		*sessions |= 1u << (id - 1);
	}
	return true;
}

/* What takes time is answered when it is done, and ends its line. */
static int set(struct at *at, char *arguments)
{
	unsigned int active, sessions;

	if (!at_argument_number(&arguments, 1, 1, &active))
		return AT_BAD_PARAMETERS;
	if (!active && !arguments)
		sessions = ALL_SESSIONS;
	else if (!read_contexts(at, arguments, &sessions))
		return AT_BAD_PARAMETERS;
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		int result = AT_OK;

		if (!(sessions & 1u << session))
			continue;
		if (active)
			result = activate(at, session);
		else
			network_disconnect(at->network, session);
		if (result)
			return result;
	}
	return at->activating ? AT_SILENT : AT_OK;
}

static int run_active(struct at *at, struct at_command *command)
{
	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CGACT: (0,1)");
		return AT_OK;
	case AT_READ:
		for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
			if (state_of(at, session) == NETWORK_BEARER_ACTIVE)
				at_info(at, "+CGACT: %u,1", session + 1);
		return AT_OK;
	case AT_SET:
		return set(at, command->arguments);
	default:
		return AT_ERROR;
	}
}

const struct at_entry at_context_commands[] = {
	{ "+CGACT", run_active },
	{ NULL, NULL },
};
