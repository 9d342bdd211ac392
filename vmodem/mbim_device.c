// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the device is and offers: DEVICE_CAPS, DEVICE_SERVICES and the list of
 * notifications that the host subscribes to.
 */
#include <string.h>

#include "mbim_internal.h"

#define DEVICE_TYPE_EMBEDDED	1
#define VOICE_CLASS_NONE	1
#define SIM_CLASS_REMOVABLE	2
#define SMS_PDU_BOTH		0x3
#define CONTROL_REG_MANUAL	0x1
#define CONTROL_RADIO_SWITCH	0x2

#define SIM_HOT_SWAP		0x80
#define WCDMA_BANDS		0x8b	/* bands 1, 2, 4 and 8 */

/* What all layouts begin with. */
static void put_caps(struct mbim_struct *caps, uint32_t control)
{
	mbim_put_u32(caps, DEVICE_TYPE_EMBEDDED);
	mbim_put_u32(caps, MBIM_CELLULAR_GSM);
	mbim_put_u32(caps, VOICE_CLASS_NONE);
	mbim_put_u32(caps, SIM_CLASS_REMOVABLE);
	mbim_put_u32(caps, NETWORK_CLASSES);
	mbim_put_u32(caps, SMS_PDU_BOTH);
	mbim_put_u32(caps, CONTROL_REG_MANUAL | CONTROL_RADIO_SWITCH | control);
}

static void put_identity(struct mbim_struct *caps, const struct identity *identity)
{
	mbim_put_string(caps, "");	/* no class of its own */
	mbim_put_string(caps, identity->imei);
	mbim_put_string(caps, identity->firmware);
	mbim_put_string(caps, identity->hardware);
}

uint32_t mbim_query_device_caps(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct caps;

	(void)command;
	(void)in;
	mbim_begin(&caps, out, 64);
	put_caps(&caps, 0);
	mbim_put_u32(&caps, NETWORK_SESSIONS);
	put_identity(&caps, mbim->identity);
	return MBIM_STATUS_NONE;
}

static void ext_caps_v3(struct mbim *mbim, struct mbim_bytes *out)
{
	static const uint16_t lte_bands[] = { 1, 3, 5, 7, 8, 20 };
	struct mbim_struct caps;

	mbim_begin(&caps, out, 48);
	put_caps(&caps, SIM_HOT_SWAP);
	mbim_put_u64(&caps, 0);		/* no 5G */
	mbim_put_u32(&caps, NETWORK_SESSIONS);
	mbim_put_u32(&caps, 0);		/* executor */
	mbim_put_u32(&caps, WCDMA_BANDS);
	mbim_append_tlv_u16s(out, lte_bands, sizeof(lte_bands) / sizeof(lte_bands[0]));
	mbim_append_tlv_u16s(out, NULL, 0);
	mbim_append_tlv_string(out, "");
	mbim_append_tlv_string(out, mbim->identity->imei);
	mbim_append_tlv_string(out, mbim->identity->firmware);
	mbim_append_tlv_string(out, mbim->identity->hardware);
}

uint32_t mbim_query_ext_device_caps(struct mbim *mbim, const struct mbim_command *command,
				    struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct caps;

	(void)command;
	(void)in;
	if (mbim->version >= MBIM_EX_3) {
		ext_caps_v3(mbim, out);
		return MBIM_STATUS_NONE;
	}
	mbim_begin(&caps, out, 68);
	put_caps(&caps, SIM_HOT_SWAP);
	mbim_put_u32(&caps, NETWORK_SESSIONS);
	put_identity(&caps, mbim->identity);
	mbim_put_u32(&caps, 0);		/* executor */
	return MBIM_STATUS_NONE;
}

static size_t offered_count(const struct mbim *mbim, const struct mbim_service *service)
{
	size_t count = 0;

	for (size_t i = 0; i < service->count; i++)
		if (mbim_find_cid(mbim, service, service->cids[i].cid))
			count++;
	return count;
}

static void put_service(const struct mbim *mbim, struct mbim_struct *list,
			const struct mbim_service *service)
{
	size_t count = offered_count(mbim, service);
	struct mbim_struct element;

	mbim_begin_element(list, &element, 28 + 4 * count);
	mbim_put_uuid(&element, service->uuid);
	mbim_put_u32(&element, 0);	/* no device service streams: no channel for them */
	mbim_put_u32(&element, 0);
	mbim_put_u32(&element, (uint32_t)count);
	for (size_t i = 0; i < service->count; i++)
		if (mbim_find_cid(mbim, service, service->cids[i].cid))
			mbim_put_u32(&element, service->cids[i].cid);
	mbim_end_element(&element);
}

uint32_t mbim_query_device_services(struct mbim *mbim, const struct mbim_command *command,
				    struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct list;
	uint32_t count;

	(void)command;
	(void)in;
	count = MBIM_SERVICES - (uint32_t)__builtin_popcount(mbim->hidden);
	mbim_begin(&list, out, 8 + 8 * count);
	mbim_put_u32(&list, count);
	mbim_put_u32(&list, 0);
	for (size_t i = 0; i < MBIM_SERVICES; i++)
		if (!(mbim->hidden & 1u << i))
			put_service(mbim, &list, mbim_services[i]);
	return MBIM_STATUS_NONE;
}

/* --- subscriptions ------------------------------------------------------- */

void mbim_default_subscriptions(struct mbim *mbim)
{
	for (size_t i = 0; i < MBIM_SERVICES; i++)
		mbim->subscribed[i] = mbim_services[i]->standard;
}

/* One entry of the list; what the modem does not know is left out. */
static uint32_t read_event(const struct mbim *mbim, struct mbim_reader *event, uint32_t *subscribed)
{
	int index = mbim_service_index(mbim, mbim_get_uuid(event));
	uint32_t count = mbim_get_u32(event);
	uint32_t wanted = 0;

	if (index >= 0 && !count)
		wanted = mbim_services[index]->notifying;
	for (; count && !event->status; count--) {
		uint32_t cid = mbim_get_u32(event);

		if (!event->status && cid < 32)
			wanted |= 1u << cid;
	}
	if (index >= 0)
		subscribed[index] |= wanted & mbim_services[index]->notifying;
	return event->status;
}

static void put_event(struct mbim_struct *list, const struct mbim_service *service, uint32_t cids)
{
	uint32_t count = (uint32_t)__builtin_popcount(cids);
	struct mbim_struct event;

	mbim_begin_element(list, &event, 20 + 4 * count);
	mbim_put_uuid(&event, service->uuid);
	mbim_put_u32(&event, count);
	for (uint32_t cid = 0; cid < 32; cid++)
		if (cids & 1u << cid)
			mbim_put_u32(&event, cid);
	mbim_end_element(&event);
}

uint32_t mbim_set_subscribe_list(struct mbim *mbim, const struct mbim_command *command,
				 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t subscribed[MBIM_SERVICES] = { 0 };
	uint32_t count = mbim_get_u32(in), kept = 0;
	struct mbim_struct list;

	(void)command;
	for (; count && !in->status; count--) {
		struct mbim_reader event;

		mbim_get_element(in, &event);
		if (!in->status && read_event(mbim, &event, subscribed))
			return event.status;
	}
	if (in->status)
		return in->status;
	memcpy(mbim->subscribed, subscribed, sizeof(subscribed));
	for (size_t i = 0; i < MBIM_SERVICES; i++)
		if (subscribed[i])
			kept++;
	mbim_begin(&list, out, 4 + 8 * kept);
	mbim_put_u32(&list, kept);
	for (size_t i = 0; i < MBIM_SERVICES; i++)
		if (subscribed[i])
			put_event(&list, mbim_services[i], subscribed[i]);
	return MBIM_STATUS_NONE;
}
