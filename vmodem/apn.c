// SPDX-License-Identifier: GPL-2.0-or-later
#include "apn.h"

#include <string.h>

#include "network.h"

const uint8_t apn_type_internet[APN_TYPE] = {
	0x7e, 0x5e, 0x2a, 0x7e, 0x4e, 0x6f, 0x72, 0x72,
	0x73, 0x6b, 0x65, 0x6e, 0x7e, 0x5e, 0x2a, 0x7e,
};

void apn_attach_factory(struct apn *apn)
{
	memset(apn->attach, 0, sizeof(apn->attach));
	for (uint32_t i = 0; i < APN_ATTACH_CONFIGS; i++) {
		apn->attach[i].ip_type = NETWORK_IPV4V6;
		apn->attach[i].roaming = i;
		apn->attach[i].source = APN_SOURCE_MODEM;
		strcpy(apn->attach[i].apn, "internet");
	}
}

void apn_contexts_factory(struct apn *apn)
{
	struct apn_context *context = &apn->contexts[0];

	memset(apn->contexts, 0, sizeof(apn->contexts));
	context->ip_type = NETWORK_IPV4V6;
	context->roaming = APN_ROAMING_ALL;
	context->source = APN_SOURCE_MODEM;
	context->used = true;
	context->id = 1;
	memcpy(context->type, apn_type_internet, APN_TYPE);
	strcpy(context->apn, "internet");
}

void apn_init(struct apn *apn)
{
	apn_contexts_factory(apn);
	apn_attach_factory(apn);
}

struct apn_context *apn_find(struct apn *apn, uint32_t id)
{
	for (unsigned int i = 0; i < APN_CONTEXTS; i++)
		if (apn->contexts[i].used && apn->contexts[i].id == id)
			return &apn->contexts[i];
	return NULL;
}

bool apn_store(struct apn *apn, struct apn_context *context)
{
	struct apn_context *place;

	if (context->id == APN_ANY_ID)
		for (context->id = 1; apn_find(apn, context->id);)
			context->id++;
	place = apn_find(apn, context->id);
	for (unsigned int i = 0; !place && i < APN_CONTEXTS; i++)
		if (!apn->contexts[i].used)
			place = &apn->contexts[i];
	if (place)
		*place = *context;
	return place;
}
