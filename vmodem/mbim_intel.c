// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel's own services (MBIM document, 3.14 to 3.16): reboot, radio figures, the FCC lock
 * and the trace's settings.
 */
#include "mbim_internal.h"

/* --- Firmware Update ---------------------------------------------------------- */

/* Boot modes and what they come to; the two between are without effect on a PCIe modem. */
static const enum mbim_restart boot_modes[] = {
	MBIM_RESTART,			/* normal */
	MBIM_RESTART_LOADER,		/* download */
	MBIM_RESTART_OFF,		/* power off */
	MBIM_RESTART,			/* non-resettable register */
	MBIM_RESTART,			/* without reboot or power-off */
	MBIM_RESTART_LOADER,		/* fast download */
};

#define BOOT_MODES	(sizeof(boot_modes) / sizeof(boot_modes[0]))

/* Empty before MBIMEx 2.0; from there on both forms are in use. */
static uint32_t set_reboot(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t mode = 0;

	(void)command;
	(void)out;
	if (in->len) {
		mode = mbim_get_u32(in);

		mbim_get_u32(in);	/* timeout in s */
		if (in->status || mode >= BOOT_MODES)
			return MBIM_STATUS_INVALID_PARAMETERS;
	}
	if (!mbim->restart)
		return MBIM_STATUS_NO_DEVICE_SUPPORT;
	mbim->restart(mbim->restart_self, boot_modes[mode]);
	return MBIM_STATUS_NONE;
}

static const struct mbim_cid firmware_cids[] = {
	{ MBIM_INTEL_MODEM_REBOOT, NULL, set_reboot, NULL },
};

const struct mbim_service mbim_intel_firmware_service = {
	.name = "intel-firmware-update",
	.uuid = { 0x0e, 0xd3, 0x74, 0xcb, 0xf8, 0x35, 0x44, 0x74,
		  0xbc, 0x11, 0x3b, 0x3f, 0xd7, 0x6f, 0x56, 0x41 },
	.cids = firmware_cids,
	.count = 1,
};

/* --- Thermal RF ----------------------------------------------------------------- */

#define RFIM_PRIMARY_CELL	0
#define RFIM_SECONDARY_CELL	1
#define RFIM_RADIO_OFF		0xffffffffu
#define BANDWIDTH_HZ		20000000

/* Band 3 begins with channel 1200 at 1805 MHz, 100 kHz each (TS 36.101, 5.7.3). */
#define BAND3_FIRST		1200
#define BAND3_HZ		1805000000ull
#define CHANNEL_HZ		100000ull

/* Secondary cells lie in the channels above the primary one's: the band has room for them. */
static void put_rfim(struct mbim *mbim, struct mbim_struct *element,
		     const struct network_cell *cell, unsigned int number)
{
	struct network_signal signal = network_signal(mbim->network);

	mbim_put_u32(element, number ? RFIM_SECONDARY_CELL : RFIM_PRIMARY_CELL);
	mbim_put_u64(element, BAND3_HZ + (cell->earfcn - BAND3_FIRST) * CHANNEL_HZ +
		     (uint64_t)number * BANDWIDTH_HZ);
	mbim_put_u32(element, BANDWIDTH_HZ);
	mbim_put_u32(element, (uint32_t)cell->rsrp_dbm);
	mbim_put_u32(element, (uint32_t)cell->rsrq_db);
	mbim_put_u32(element, (uint32_t)(signal.snr_half_db / 2));
	mbim_put_u32(element, signal.rssi);
	mbim_put_u32(element, network_packet_service(mbim->network).attached);
}

void mbim_encode_rfim(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	unsigned int count = 1 + network_secondary_cells(mbim->network);
	struct mbim_struct list, element;
	struct network_cell cell;

	(void)session;
	mbim_begin(&list, out, 4 + 8 * count);
	mbim_put_u32(&list, count);
	for (unsigned int number = 0; number < count; number++) {
		mbim_begin_element(&list, &element, 36);
		if (network_cells(mbim->network, &cell, 1))
			put_rfim(mbim, &element, &cell, number);
		else
			mbim_put_u32(&element, RFIM_RADIO_OFF);
		mbim_end_element(&element);
	}
}

static uint32_t query_rfim(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_rfim(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

static uint32_t set_rfim(struct mbim *mbim, const struct mbim_command *command,
			 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t on = mbim_get_u32(in);

	if (in->status || on > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim->rfim_wanted = on;
	return query_rfim(mbim, command, in, out);
}

static const struct mbim_cid thermal_cids[] = {
	{ MBIM_INTEL_RFIM, query_rfim, set_rfim, NULL },
};

const struct mbim_service mbim_intel_thermal_service = {
	.name = "intel-thermal-rf",
	.uuid = { 0xfd, 0xc2, 0x2a, 0xf2, 0xf4, 0x41, 0x4d, 0x46,
		  0xaf, 0x8d, 0x25, 0x9f, 0xcd, 0xde, 0x46, 0x35 },
	.cids = thermal_cids,
	.count = 1,
	.notifying = 1u << MBIM_INTEL_RFIM,
	.standard = 1u << MBIM_INTEL_RFIM,	/* the set command switches it */
};

/* --- Mutual Authentication -------------------------------------------------------- */

/* A challenge while locked, (0, 0) when not. */
static uint32_t query_fcc_lock(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out)
{
	struct fcc *fcc = network_fcc(mbim->network);
	bool locked = fcc_locked(fcc);
	struct mbim_struct answer;

	(void)command;
	(void)in;
	mbim_begin(&answer, out, 8);
	mbim_put_u32(&answer, locked);
	mbim_put_u32(&answer, locked ? fcc_challenge(fcc) : 0);
	return MBIM_STATUS_NONE;
}

static uint32_t set_fcc_lock(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t present = mbim_get_u32(in);
	uint32_t response = mbim_get_u32(in);

	if (in->status || present > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (present)
		fcc_unlock(network_fcc(mbim->network), response);
	return query_fcc_lock(mbim, command, in, out);
}

static const struct mbim_cid authentication_cids[] = {
	{ MBIM_INTEL_FCC_LOCK, query_fcc_lock, set_fcc_lock, NULL },
};

const struct mbim_service mbim_intel_authentication_service = {
	.name = "intel-mutual-authentication",
	.uuid = { 0xf8, 0x5d, 0x46, 0xef, 0xab, 0x26, 0x40, 0x81,
		  0x98, 0x68, 0x4d, 0x18, 0x3c, 0x0a, 0x3a, 0xec },
	.cids = authentication_cids,
	.count = 1,
};

/* --- Tools ------------------------------------------------------------------------ */

/* A setting is kept and told; the trace itself is on a channel of its own. */
static uint32_t answer_trace(struct mbim *mbim, uint32_t what, struct mbim_bytes *out)
{
	struct mbim_struct answer;

	if (what >= MBIM_TRACE_COMMANDS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim_begin(&answer, out, 8);
	mbim_put_u32(&answer, what);
	mbim_put_u32(&answer, mbim->trace[what]);
	return MBIM_STATUS_NONE;
}

static uint32_t query_trace(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t what = mbim_get_u32(in);

	(void)command;
	return in->status ? in->status : answer_trace(mbim, what, out);
}

static uint32_t set_trace(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t what = mbim_get_u32(in);
	uint32_t value = mbim_get_u32(in);

	(void)command;
	if (in->status || what >= MBIM_TRACE_COMMANDS)
		return MBIM_STATUS_INVALID_PARAMETERS;
	mbim->trace[what] = value;
	return answer_trace(mbim, what, out);
}

static const struct mbim_cid tools_cids[] = {
	{ MBIM_INTEL_TRACE_CONFIG, query_trace, set_trace, NULL },
};

const struct mbim_service mbim_intel_tools_service = {
	.name = "intel-tools",
	.uuid = { 0x4a, 0xda, 0x49, 0x62, 0xb9, 0x88, 0x46, 0xc3,
		  0x87, 0xa7, 0x97, 0xf2, 0x0f, 0x99, 0x4a, 0xbb },
	.cids = tools_cids,
	.count = 1,
};
