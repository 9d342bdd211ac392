// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PROVISIONED_CONTEXTS of MS Basic Connect Extensions: the same contexts as those of
 * Basic Connect, with more said about each. One is found by its type (MBIM document, 3.11).
 */
#include <string.h>

#include "mbim_internal.h"

#define OPERATION_DEFAULT	0
#define OPERATION_DELETE	1
#define OPERATION_FACTORY	2

#define ROAMING_MAX		6
#define MEDIA_MAX		2
#define SOURCE_MAX		4

static void put_context(struct mbim_struct *list, const struct apn_context *context)
{
	struct mbim_struct element;

	mbim_begin_element(list, &element, 72);
	mbim_put_u32(&element, context->id);
	mbim_put_uuid(&element, context->type);
	mbim_put_u32(&element, context->ip_type);
	mbim_put_u32(&element, !context->disabled);
	mbim_put_u32(&element, context->roaming);
	mbim_put_u32(&element, context->media);
	mbim_put_u32(&element, context->source);
	mbim_put_string(&element, context->apn);
	mbim_put_string(&element, context->user);
	mbim_put_string(&element, context->password);
	mbim_put_u32(&element, context->compression);
	mbim_put_u32(&element, context->auth);
	mbim_end_element(&element);
}

void mbim_encode_contexts_v2(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct mbim_struct list;
	uint32_t count = 0;

	(void)session;
	for (size_t i = 0; i < APN_CONTEXTS; i++)
		count += network_apn(mbim->network)->contexts[i].used;
	mbim_begin(&list, out, 4 + 8 * count);
	mbim_put_u32(&list, count);
	for (size_t i = 0; i < APN_CONTEXTS; i++)
		if (network_apn(mbim->network)->contexts[i].used)
			put_context(&list, &network_apn(mbim->network)->contexts[i]);
}

uint32_t mbim_query_contexts_v2(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_contexts_v2(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

static uint32_t read_context(struct mbim_reader *in, struct apn_context *context)
{
	uint32_t state;

	memcpy(context->type, mbim_get_uuid(in), MBIM_UUID);
	context->ip_type = mbim_get_u32(in);
	state = mbim_get_u32(in);
	context->disabled = !state;
	context->roaming = mbim_get_u32(in);
	context->media = mbim_get_u32(in);
	context->source = mbim_get_u32(in);
	mbim_get_string(in, context->apn, sizeof(context->apn), MBIM_APN_BYTES);
	mbim_get_string(in, context->user, sizeof(context->user), MBIM_USER_BYTES);
	mbim_get_string(in, context->password, sizeof(context->password), MBIM_USER_BYTES);
	context->compression = mbim_get_u32(in);
	context->auth = mbim_get_u32(in);
	if (in->status)
		return in->status;
	if (state > 1 || context->ip_type > 4 || context->roaming > ROAMING_MAX ||
	    context->media > MEDIA_MAX || context->source > SOURCE_MAX)
		return MBIM_STATUS_INVALID_PARAMETERS;
	return MBIM_STATUS_NONE;
}

static struct apn_context *find_type(struct mbim *mbim, const uint8_t *type)
{
	for (size_t i = 0; i < APN_CONTEXTS; i++)
		if (network_apn(mbim->network)->contexts[i].used && !memcmp(network_apn(mbim->network)->contexts[i].type, type, MBIM_UUID))
			return &network_apn(mbim->network)->contexts[i];
	return NULL;
}

static uint32_t store_context(struct mbim *mbim, struct apn_context *context)
{
	struct apn_context *place = find_type(mbim, context->type);

	if (!mbim_context_type_known(context->type))
		return MBIM_STATUS_CONTEXT_NOT_SUPPORTED;
	context->id = place ? place->id : APN_ANY_ID;
	if (!apn_store(network_apn(mbim->network), context))
		return MBIM_STATUS_MEMORY_FULL;
	return MBIM_STATUS_NONE;
}

uint32_t mbim_set_context_v2(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	struct apn_context context = { .used = true };
	uint32_t operation = mbim_get_u32(in);
	uint32_t status = in->status ? in->status : read_context(in, &context);
	struct apn_context *found;

	if (status)
		return status;
	switch (operation) {
	case OPERATION_DEFAULT:
		status = store_context(mbim, &context);
		break;
	case OPERATION_DELETE:
		found = find_type(mbim, context.type);
		if (found)
			found->used = false;
		break;
	case OPERATION_FACTORY:
		apn_contexts_factory(network_apn(mbim->network));
		break;
	default:
		return MBIM_STATUS_INVALID_PARAMETERS;
	}
	return status ? status : mbim_query_contexts_v2(mbim, command, in, out);
}
