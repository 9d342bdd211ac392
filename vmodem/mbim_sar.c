// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service MS SAR (MBIM document, 3.10): the host, who knows whether somebody is near,
 * tells the modem how much power its antennas may send.
 */
#include "mbim_internal.h"

#define MODE_DEVICE		0
#define MODE_OS			1
#define WIFI_NOT_INTEGRATED	1
#define ALL_ANTENNAS		0xffffffffu
#define BACKOFF_INDEX_MAX	10
#define HYSTERESIS_MAX_S	5

static uint32_t query_config(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	const struct mbim_sar *sar = &mbim->sar;
	struct mbim_struct config, antenna;

	(void)command;
	(void)in;
	mbim_begin(&config, out, 16 + 8 * MBIM_SAR_ANTENNAS);
	mbim_put_u32(&config, sar->mode);
	mbim_put_u32(&config, sar->state);
	mbim_put_u32(&config, WIFI_NOT_INTEGRATED);
	mbim_put_u32(&config, MBIM_SAR_ANTENNAS);
	for (uint32_t i = 0; i < MBIM_SAR_ANTENNAS; i++) {
		mbim_begin_element(&config, &antenna, 8);
		mbim_put_u32(&antenna, i);
		mbim_put_u32(&antenna, sar->index[i]);
		mbim_end_element(&antenna);
	}
	return MBIM_STATUS_NONE;
}

static uint32_t read_antenna(struct mbim_reader *in, struct mbim_sar *sar)
{
	struct mbim_reader element;
	uint32_t antenna, index;

	mbim_get_element(in, &element);
	antenna = mbim_get_u32(&element);
	index = mbim_get_u32(&element);
	if (element.status || index > BACKOFF_INDEX_MAX ||
	    (antenna >= MBIM_SAR_ANTENNAS && antenna != ALL_ANTENNAS))
		return MBIM_STATUS_INVALID_PARAMETERS;
	for (uint32_t i = 0; i < MBIM_SAR_ANTENNAS; i++)
		if (i == antenna || antenna == ALL_ANTENNAS)
			sar->index[i] = index;
	return MBIM_STATUS_NONE;
}

static uint32_t set_config(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_sar sar = mbim->sar;
	uint32_t count;

	sar.mode = mbim_get_u32(in);
	sar.state = mbim_get_u32(in);
	count = mbim_get_u32(in);
	if (in->status || sar.mode > MODE_OS || sar.state > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	for (; count; count--)
		if (read_antenna(in, &sar))
			return MBIM_STATUS_INVALID_PARAMETERS;
	mbim->sar = sar;
	return query_config(mbim, command, in, out);
}

/* Sessions are what this modem transmits for. */
static bool transmits(const struct mbim *mbim)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		if (network_bearer(mbim->network, session)->state == NETWORK_BEARER_ACTIVE)
			return true;
	return false;
}

static void encode_transmission(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct mbim_struct status;

	(void)session;
	mbim_begin(&status, out, 12);
	mbim_put_u32(&status, mbim->sar.notify);
	mbim_put_u32(&status, transmits(mbim));
	mbim_put_u32(&status, mbim->sar.hysteresis_s);
}

static uint32_t query_transmission(struct mbim *mbim, const struct mbim_command *command,
				   struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	encode_transmission(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

/* A change that lasts for the hysteresis is told. */
static void settled(struct loop_timer *timer)
{
	struct mbim *mbim = timer->owner;

	if (transmits(mbim) == mbim->sar.shown)
		return;
	mbim->sar.shown = !mbim->sar.shown;
	mbim_indicate(mbim, MBIM_SERVICE_SAR, MBIM_SAR_TRANSMISSION_STATUS, encode_transmission, 0);
}

void mbim_sar_bearers_changed(struct mbim *mbim)
{
	if (!mbim->sar.notify || transmits(mbim) == mbim->sar.shown)
		loop_timer_cancel(&mbim->sar_timer);
	else if (!mbim->sar_timer.armed)
		loop_timer_arm(&mbim->sar_timer, (uint64_t)mbim->sar.hysteresis_s * 1000000);
}

void mbim_sar_forget(struct mbim *mbim)
{
	mbim->sar.notify = false;
	loop_timer_cancel(&mbim->sar_timer);
}

void mbim_sar_init(struct mbim *mbim)
{
	mbim->sar = (struct mbim_sar){ .mode = MODE_DEVICE, .hysteresis_s = 1 };
	loop_timer_init(mbim->loop, &mbim->sar_timer, settled, mbim);
}

static uint32_t set_transmission(struct mbim *mbim, const struct mbim_command *command,
				 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t notify = mbim_get_u32(in);
	uint32_t hysteresis = mbim_get_u32(in);

	if (in->status || notify > 1 || !hysteresis || hysteresis > HYSTERESIS_MAX_S)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim->sar.notify = notify;
	mbim->sar.hysteresis_s = hysteresis;
	mbim->sar.shown = transmits(mbim);
	loop_timer_cancel(&mbim->sar_timer);
	return query_transmission(mbim, command, in, out);
}

static const struct mbim_cid cids[] = {
	{ MBIM_SAR_CONFIG, query_config, set_config, NULL },
	{ MBIM_SAR_TRANSMISSION_STATUS, query_transmission, set_transmission, NULL },
};

const struct mbim_service mbim_sar_service = {
	.name = "ms-sar",
	.uuid = { 0x68, 0x22, 0x3d, 0x04, 0x9f, 0x6c, 0x4e, 0x0f,
		  0x82, 0x2d, 0x28, 0x44, 0x1f, 0xb7, 0x23, 0x40 },
	.cids = cids,
	.count = sizeof(cids) / sizeof(cids[0]),
	.notifying = 1u << MBIM_SAR_TRANSMISSION_STATUS,
	.standard = 1u << MBIM_SAR_TRANSMISSION_STATUS,	/* the set command switches it */
};
