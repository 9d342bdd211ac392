// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Access points that the modem remembers: PROVISIONED_CONTEXTS, and the one it attaches
 * with, LTE_ATTACH_CONFIGURATION and LTE_ATTACH_INFO.
 */
#include <string.h>

#include "mbim_internal.h"

#define ATTACH_RESTORE_FACTORY	1

static struct apn *access_points(struct mbim *mbim)
{
	return network_apn(mbim->network);
}

void mbim_contexts_init(struct mbim *mbim)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		memcpy(mbim->context_types[session], apn_type_internet, MBIM_UUID);
}

/* --- PROVISIONED_CONTEXTS ------------------------------------------------ */

static void put_context(struct mbim_struct *list, const struct apn_context *context)
{
	struct mbim_struct element;

	mbim_begin_element(list, &element, 52);
	mbim_put_u32(&element, context->id);
	mbim_put_uuid(&element, context->type);
	mbim_put_string(&element, context->apn);
	mbim_put_string(&element, context->user);
	mbim_put_string(&element, context->password);
	mbim_put_u32(&element, context->compression);
	mbim_put_u32(&element, context->auth);
	mbim_end_element(&element);
}

void mbim_encode_contexts(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct mbim_struct list;
	uint32_t count = 0;

	(void)session;
	for (size_t i = 0; i < APN_CONTEXTS; i++)
		count += access_points(mbim)->contexts[i].used;
	mbim_begin(&list, out, 4 + 8 * count);
	mbim_put_u32(&list, count);
	for (size_t i = 0; i < APN_CONTEXTS; i++)
		if (access_points(mbim)->contexts[i].used)
			put_context(&list, &access_points(mbim)->contexts[i]);
}

uint32_t mbim_query_contexts(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_contexts(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

/* Clients delete by writing a context of type "none" without strings. */
static bool deletes(const struct apn_context *context)
{
	return !context->apn[0] && !context->user[0] && !context->password[0] &&
	       !memcmp(context->type, mbim_context_none, MBIM_UUID);
}

uint32_t mbim_set_context(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	struct apn_context context = {
		.used = true, .roaming = APN_ROAMING_ALL, .source = APN_SOURCE_USER,
	};
	char provider[MBIM_PROVIDER_SIZE];
	struct apn_context *place;

	context.id = mbim_get_u32(in);
	memcpy(context.type, mbim_get_uuid(in), MBIM_UUID);
	mbim_get_string(in, context.apn, sizeof(context.apn), MBIM_APN_BYTES);
	mbim_get_string(in, context.user, sizeof(context.user), MBIM_USER_BYTES);
	mbim_get_string(in, context.password, sizeof(context.password), MBIM_USER_BYTES);
	context.compression = mbim_get_u32(in);
	context.auth = mbim_get_u32(in);
	mbim_get_string(in, provider, sizeof(provider), MBIM_PROVIDER_BYTES);
	if (in->status)
		return in->status;
	if (deletes(&context)) {
		place = apn_find(access_points(mbim), context.id);
		if (place)
			place->used = false;
	} else if (!apn_store(access_points(mbim), &context)) {
		return MBIM_STATUS_MEMORY_FULL;
	}
	return mbim_query_contexts(mbim, command, in, out);
}

/* --- LTE attach ---------------------------------------------------------- */

static void put_attach_config(struct mbim_struct *list, const struct apn_attach *config)
{
	struct mbim_struct element;

	mbim_begin_element(list, &element, 44);
	mbim_put_u32(&element, config->ip_type);
	mbim_put_u32(&element, config->roaming);
	mbim_put_u32(&element, config->source);
	mbim_put_string(&element, config->apn);
	mbim_put_string(&element, config->user);
	mbim_put_string(&element, config->password);
	mbim_put_u32(&element, config->compression);
	mbim_put_u32(&element, config->auth);
	mbim_end_element(&element);
}

void mbim_encode_attach_config(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct mbim_struct list;

	(void)session;
	mbim_begin(&list, out, 4 + 8 * APN_ATTACH_CONFIGS);
	mbim_put_u32(&list, APN_ATTACH_CONFIGS);
	for (size_t i = 0; i < APN_ATTACH_CONFIGS; i++)
		put_attach_config(&list, &access_points(mbim)->attach[i]);
}

uint32_t mbim_query_attach_config(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_attach_config(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

static uint32_t read_attach_config(struct mbim_reader *in, struct apn_attach *config)
{
	config->ip_type = mbim_get_u32(in);
	config->roaming = mbim_get_u32(in);
	config->source = mbim_get_u32(in);
	mbim_get_string(in, config->apn, sizeof(config->apn), MBIM_APN_BYTES);
	mbim_get_string(in, config->user, sizeof(config->user), MBIM_USER_BYTES);
	mbim_get_string(in, config->password, sizeof(config->password), MBIM_USER_BYTES);
	config->compression = mbim_get_u32(in);
	config->auth = mbim_get_u32(in);
	return in->status;
}

/* Exactly home, partner and non-partner, in this order (3.11, CID 3). */
uint32_t mbim_set_attach_config(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out)
{
	struct apn_attach configs[APN_ATTACH_CONFIGS];
	uint32_t operation = mbim_get_u32(in);
	uint32_t count = mbim_get_u32(in);

	if (in->status || operation > ATTACH_RESTORE_FACTORY)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (operation == ATTACH_RESTORE_FACTORY) {
		apn_attach_factory(access_points(mbim));
		return mbim_query_attach_config(mbim, command, in, out);
	}
	if (count != APN_ATTACH_CONFIGS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	for (uint32_t i = 0; i < APN_ATTACH_CONFIGS; i++) {
		struct mbim_reader element;

		mbim_get_element(in, &element);
		if (read_attach_config(&element, &configs[i]))
			return element.status;
		if (configs[i].roaming != i || configs[i].ip_type > 4)
			return MBIM_STATUS_INVALID_PARAMETERS;
	}
	memcpy(access_points(mbim)->attach, configs, sizeof(configs));
	return mbim_query_attach_config(mbim, command, in, out);
}

void mbim_encode_attach_info(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	static const struct apn_attach none;
	const struct apn_attach *with = network_attached_with(mbim->network);
	bool attached = with;
	bool error = mbim->version >= MBIM_EX_3;
	struct mbim_struct info;

	(void)session;
	if (!attached)
		with = &none;
	mbim_begin(&info, out, error ? 44 : 40);
	mbim_put_u32(&info, attached);
	if (error)
		mbim_put_u32(&info, network_registration(mbim->network)->cause);
	mbim_put_u32(&info, with->ip_type);
	mbim_put_string(&info, with->apn);
	mbim_put_string(&info, with->user);
	mbim_put_string(&info, with->password);
	mbim_put_u32(&info, with->compression);
	mbim_put_u32(&info, with->auth);
}

uint32_t mbim_query_attach_info(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_attach_info(mbim, out, 0);
	return MBIM_STATUS_NONE;
}
