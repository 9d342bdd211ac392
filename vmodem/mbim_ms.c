// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Small services of Microsoft's: the firmware's identity, the host's farewell, and the
 * network's time (MBIM document, 3.8, 3.9, 3.13).
 */
#include <time.h>

#include "mbim_internal.h"

/* --- MS Firmware ID --------------------------------------------------------- */

static uint32_t query_firmware_id(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out)
{
	/* Names the firmware package on Windows; any UUID that stays the same. */
	static const uint8_t package[MBIM_UUID] = {
		0x76, 0x60, 0x18, 0x60, 0x50, 0x01, 0x40, 0x00,
		0x80, 0x01, 0x00, 0x01, 0x00, 0x32, 0x00, 0x01,
	};
	struct mbim_struct answer;

	(void)mbim;
	(void)command;
	(void)in;
	mbim_begin(&answer, out, MBIM_UUID);
	mbim_put_uuid(&answer, package);
	return MBIM_STATUS_NONE;
}

static const struct mbim_cid firmware_id_cids[] = {
	{ MBIM_FIRMWARE_ID_GET, query_firmware_id, NULL, NULL },
};

const struct mbim_service mbim_firmware_id_service = {
	.name = "ms-firmware-id",
	.uuid = { 0xe9, 0xf7, 0xde, 0xa2, 0xfe, 0xaf, 0x40, 0x09,
		  0x93, 0xce, 0x90, 0xa3, 0x69, 0x41, 0x03, 0xb6 },
	.cids = firmware_id_cids,
	.count = 1,
};

/* --- MS Host Shutdown --------------------------------------------------------- */

/* The host goes down: leave the network in order, as the standard wants. */
static uint32_t set_shutdown(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	(void)out;
	if (network_packet_service(mbim->network).attached)
		network_attach(mbim->network, false);
	return MBIM_STATUS_NONE;
}

static const struct mbim_cid host_shutdown_cids[] = {
	{ MBIM_HOST_SHUTDOWN_NOTIFY, NULL, set_shutdown, NULL },
};

const struct mbim_service mbim_host_shutdown_service = {
	.name = "ms-host-shutdown",
	.uuid = { 0x88, 0x3b, 0x7c, 0x26, 0x98, 0x5f, 0x43, 0xfa,
		  0x98, 0x04, 0x27, 0xd7, 0xfb, 0x80, 0x95, 0x9c },
	.cids = host_shutdown_cids,
	.count = 1,
};

/* --- MS Voice Extensions -------------------------------------------------------- */

/* The network's time is UTC, as on the AT port. */
void mbim_encode_nitz(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	time_t now = time(NULL);
	struct mbim_struct nitz;
	struct tm utc = { 0 };

	(void)session;
	gmtime_r(&now, &utc);
	mbim_begin(&nitz, out, 36);
	mbim_put_u32(&nitz, (uint32_t)utc.tm_year + 1900);
	mbim_put_u32(&nitz, (uint32_t)utc.tm_mon + 1);
	mbim_put_u32(&nitz, (uint32_t)utc.tm_mday);
	mbim_put_u32(&nitz, (uint32_t)utc.tm_hour);
	mbim_put_u32(&nitz, (uint32_t)utc.tm_min);
	mbim_put_u32(&nitz, (uint32_t)utc.tm_sec);
	mbim_put_u32(&nitz, 0);
	mbim_put_u32(&nitz, 0);
	mbim_put_u32(&nitz, network_registration(mbim->network)->available_classes);
}

static uint32_t query_nitz(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	if (!network_registered(mbim->network))
		return MBIM_STATUS_NOT_REGISTERED;
	mbim_encode_nitz(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

static const struct mbim_cid voice_cids[] = {
	{ MBIM_VOICE_NITZ, query_nitz, NULL, NULL },
};

const struct mbim_service mbim_voice_service = {
	.name = "ms-voice-extensions",
	.uuid = { 0x8d, 0x8b, 0x9e, 0xba, 0x37, 0xbe, 0x44, 0x9b,
		  0x8f, 0x1e, 0x61, 0xcb, 0x03, 0x4a, 0x70, 0x2e },
	.cids = voice_cids,
	.count = 1,
	.notifying = 1u << MBIM_VOICE_NITZ,
};
