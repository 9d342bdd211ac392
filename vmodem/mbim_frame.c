// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first fragment carries service, CID and the length of the whole information
 * buffer; the others go on with raw bytes right after the fragment header.
 */
#include "mbim_frame.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "mbim_wire.h"

/* --- to the host --------------------------------------------------------- */

static void fragment_header(uint8_t *header, const uint8_t *message, size_t len,
			    uint32_t total, uint32_t current)
{
	memmove(header, message, MBIM_HEADER);
	put_le32(header + 4, (uint32_t)len);
	put_le32(header + 12, total);
	put_le32(header + 16, current);
}

void mbim_split(uint8_t *message, size_t len, size_t limit, mbim_emit emit, void *self)
{
	const size_t room = limit - MBIM_FRAGMENT_HEADER;
	size_t left = len - MBIM_FRAGMENT_HEADER;
	uint32_t total = (uint32_t)((left + room - 1) / room);
	uint8_t *fragment = message;

	if (len <= limit) {
		emit(self, message, len);
		return;
	}
	for (uint32_t current = 0; current < total; current++) {
		size_t payload = left < room ? left : room;

		/*
		 * Each header overwrites the last bytes of the fragment before, which
		 * is gone by then. The first one stays where it is.
		 */
		fragment_header(fragment, message, MBIM_FRAGMENT_HEADER + payload, total, current);
		emit(self, fragment, MBIM_FRAGMENT_HEADER + payload);
		fragment += payload;
		left -= payload;
	}
}

/* --- from the host ------------------------------------------------------- */

static void assembly_drop(struct mbim_assembly *assembly)
{
	loop_timer_cancel(&assembly->timer);
	free(assembly->message);
	assembly->message = NULL;
	assembly->used = false;
}

static void assembly_fail(struct mbim_assembly *assembly, uint32_t error)
{
	struct mbim_joiner *joiner = assembly->joiner;
	uint32_t transaction = assembly->transaction;

	assembly_drop(assembly);
	joiner->ops->error(joiner->self, transaction, error);
}

static void gap_expired(struct loop_timer *timer)
{
	assembly_fail(timer->owner, MBIM_ERROR_TIMEOUT_FRAGMENT);
}

static struct mbim_assembly *assembly_find(struct mbim_joiner *joiner, uint32_t transaction)
{
	for (size_t i = 0; i < MBIM_ASSEMBLIES; i++)
		if (joiner->assemblies[i].used &&
		    joiner->assemblies[i].transaction == transaction)
			return &joiner->assemblies[i];
	return NULL;
}

static struct mbim_assembly *assembly_free_slot(struct mbim_joiner *joiner)
{
	for (size_t i = 0; i < MBIM_ASSEMBLIES; i++)
		if (!joiner->assemblies[i].used)
			return &joiner->assemblies[i];
	return NULL;
}

static void assembly_done(struct mbim_assembly *assembly)
{
	struct mbim_joiner *joiner = assembly->joiner;
	uint8_t *message = assembly->message;

	assembly->message = NULL;
	assembly_drop(assembly);
	fragment_header(message, message, assembly->len, 1, 0);
	joiner->ops->message(joiner->self, message, assembly->len);
	free(message);
}

static void assembly_add(struct mbim_assembly *assembly, const uint8_t *data, size_t len)
{
	if (len > assembly->expected - assembly->len) {
		assembly_fail(assembly, MBIM_ERROR_LENGTH_MISMATCH);
		return;
	}
	memcpy(assembly->message + assembly->len, data, len);
	assembly->len += len;
	assembly->next++;
	if (assembly->next < assembly->total) {
		loop_timer_arm(&assembly->timer, MBIM_FRAGMENT_GAP_US);
		return;
	}
	if (assembly->len != assembly->expected) {
		assembly_fail(assembly, MBIM_ERROR_LENGTH_MISMATCH);
		return;
	}
	assembly_done(assembly);
}

/* The first of several fragments. */
static void join_first(struct mbim_joiner *joiner, const uint8_t *fragment, size_t len)
{
	uint32_t transaction = get_le32(fragment + 8);
	struct mbim_assembly *assembly = assembly_find(joiner, transaction);
	size_t buffer;

	if (assembly) {
		assembly_fail(assembly, MBIM_ERROR_DUPLICATED_TID);
		return;
	}
	if (len < MBIM_COMMAND_HEADER) {
		joiner->ops->error(joiner->self, transaction, MBIM_ERROR_LENGTH_MISMATCH);
		return;
	}
	buffer = get_le32(fragment + 44);
	if (buffer > MBIM_MESSAGE_MAX - MBIM_COMMAND_HEADER) {
		joiner->ops->error(joiner->self, transaction, MBIM_ERROR_MAX_TRANSFER);
		return;
	}
	assembly = assembly_free_slot(joiner);
	if (assembly)
		assembly->message = malloc(MBIM_COMMAND_HEADER + buffer);
	if (!assembly || !assembly->message) {
		joiner->ops->error(joiner->self, transaction, MBIM_ERROR_UNKNOWN);
		return;
	}
	assembly->used = true;
	assembly->transaction = transaction;
	assembly->total = get_le32(fragment + 12);
	assembly->next = 0;
	assembly->expected = MBIM_COMMAND_HEADER + buffer;
	assembly->len = 0;
	assembly_add(assembly, fragment, len);
}

static void join_next(struct mbim_joiner *joiner, const uint8_t *fragment, size_t len)
{
	uint32_t transaction = get_le32(fragment + 8);
	struct mbim_assembly *assembly = assembly_find(joiner, transaction);

	if (!assembly)
		joiner->ops->error(joiner->self, transaction, MBIM_ERROR_FRAGMENT_ORDER);
	else if (get_le32(fragment + 12) != assembly->total ||
		 get_le32(fragment + 16) != assembly->next)
		assembly_fail(assembly, MBIM_ERROR_FRAGMENT_ORDER);
	else
		assembly_add(assembly, fragment + MBIM_FRAGMENT_HEADER, len - MBIM_FRAGMENT_HEADER);
}

static void join_whole(struct mbim_joiner *joiner, const uint8_t *message, size_t len)
{
	if (len < MBIM_COMMAND_HEADER || get_le32(message + 44) != len - MBIM_COMMAND_HEADER)
		joiner->ops->error(joiner->self, get_le32(message + 8), MBIM_ERROR_LENGTH_MISMATCH);
	else
		joiner->ops->message(joiner->self, message, len);
}

void mbim_join(struct mbim_joiner *joiner, const uint8_t *fragment, size_t len)
{
	uint32_t total = get_le32(fragment + 12);
	uint32_t current = get_le32(fragment + 16);

	if (current >= total)
		joiner->ops->error(joiner->self, get_le32(fragment + 8), MBIM_ERROR_FRAGMENT_ORDER);
	else if (total == 1)
		join_whole(joiner, fragment, len);
	else if (current == 0)
		join_first(joiner, fragment, len);
	else
		join_next(joiner, fragment, len);
}

void mbim_joiner_clear(struct mbim_joiner *joiner)
{
	for (size_t i = 0; i < MBIM_ASSEMBLIES; i++)
		if (joiner->assemblies[i].used)
			assembly_drop(&joiner->assemblies[i]);
}

void mbim_joiner_init(struct mbim_joiner *joiner, struct loop *loop,
		      const struct mbim_joiner_ops *ops, void *self)
{
	memset(joiner, 0, sizeof(*joiner));
	joiner->ops = ops;
	joiner->self = self;
	for (size_t i = 0; i < MBIM_ASSEMBLIES; i++) {
		joiner->assemblies[i].joiner = joiner;
		loop_timer_init(loop, &joiner->assemblies[i].timer, gap_expired,
				&joiner->assemblies[i]);
	}
}
