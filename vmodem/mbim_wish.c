// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wishes of the host that this modem keeps but has no use for: service activation, the
 * idle hint, emergency mode, and the packet filters of a host that sleeps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mbim_internal.h"

/* The network activates every service at once, and with the first one the subscription. */
uint32_t mbim_set_service_activation(struct mbim *mbim, const struct mbim_command *command,
				     struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct answer;
	int err = network_usable(mbim->network);

	(void)command;
	(void)in;
	if (err == -ENOKEY) {
		sim_activate(network_sim(mbim->network));
		err = network_usable(mbim->network);
	}
	if (err)
		return mbim_status_of(err);
	mbim_begin(&answer, out, 4);
	mbim_put_u32(&answer, 0);
	return MBIM_STATUS_NONE;
}

static void put_state(struct mbim_bytes *out, uint32_t value)
{
	struct mbim_struct state;

	mbim_begin(&state, out, 4);
	mbim_put_u32(&state, value);
}

uint32_t mbim_query_idle_hint(struct mbim *mbim, const struct mbim_command *command,
			      struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	put_state(out, mbim->idle_hint);
	return MBIM_STATUS_NONE;
}

uint32_t mbim_set_idle_hint(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t hint = mbim_get_u32(in);

	if (in->status || hint > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim->idle_hint = hint;
	return mbim_query_idle_hint(mbim, command, in, out);
}

/* Without voice there are no emergency calls. */
uint32_t mbim_query_emergency(struct mbim *mbim, const struct mbim_command *command,
			      struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)mbim;
	(void)command;
	(void)in;
	put_state(out, 0);
	return MBIM_STATUS_NONE;
}

/* --- packet filters ------------------------------------------------------ */

void mbim_filters_clear(struct mbim *mbim)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		free(mbim->filters[session]);
		mbim->filters[session] = NULL;
		mbim->filters_len[session] = 0;
	}
}

/* The answer has the layout of the request, so what was set is what is shown. */
static void put_filters(struct mbim *mbim, uint32_t session, struct mbim_bytes *out)
{
	struct mbim_struct answer;

	if (mbim->filters[session]) {
		mbim_begin(&answer, out, mbim->filters_len[session]);
		mbim_put_raw(&answer, mbim->filters[session], mbim->filters_len[session]);
		return;
	}
	mbim_begin(&answer, out, 8);
	mbim_put_u32(&answer, session);
}

uint32_t mbim_query_filters(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t session = mbim_get_u32(in);

	(void)command;
	if (in->status || session >= NETWORK_SESSIONS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	put_filters(mbim, session, out);
	return MBIM_STATUS_NONE;
}

static uint32_t check_filter(struct mbim_reader *filter)
{
	uint32_t len = mbim_get_u32(filter);

	if (len > MBIM_FILTER_MAX)
		return MBIM_STATUS_PARAMETER_TOO_LONG;
	mbim_get_offset(filter, len);	/* pattern */
	mbim_get_offset(filter, len);	/* mask */
	return filter->status;
}

uint32_t mbim_set_filters(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t session = mbim_get_u32(in);
	uint32_t count = mbim_get_u32(in);
	uint8_t *copy;

	(void)command;
	if (in->status || session >= NETWORK_SESSIONS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (in->len > MBIM_FILTERS_BYTES)
		return MBIM_STATUS_PARAMETER_TOO_LONG;
	for (; count; count--) {
		struct mbim_reader filter;
		uint32_t status;

		mbim_get_element(in, &filter);
		status = check_filter(&filter);
		if (status)
			return status;
	}
	copy = malloc(in->len);
	if (!copy)
		return MBIM_STATUS_MEMORY_FULL;
	memcpy(copy, in->data, in->len);
	free(mbim->filters[session]);
	mbim->filters[session] = copy;
	mbim->filters_len[session] = in->len;
	put_filters(mbim, session, out);
	return MBIM_STATUS_NONE;
}
