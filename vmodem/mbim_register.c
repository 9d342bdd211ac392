// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Radio, registration, packet service and signal for the host.
 */
#include <errno.h>

#include "mbim_internal.h"

#define REGISTER_ACTION_MANUAL	1
#define REGISTER_MODE_AUTOMATIC	1
#define REGISTER_MODE_MANUAL	2
#define REGISTER_FLAG_ATTACHES	2	/* packet service attaches by itself */

#define PACKET_SERVICE_ATTACHED	2
#define PACKET_SERVICE_DETACHED	4

#define RSRP_MAX		126
#define SNR_MAX			127
#define SIGNAL_THRESHOLD	1	/* what RSRP and SNR have by default */

uint32_t mbim_status_of(int error)
{
	switch (error) {
	case 0:
		return MBIM_STATUS_NONE;
	case -ENOMEDIUM:
		return MBIM_STATUS_SIM_NOT_INSERTED;
	case -EACCES:
		return MBIM_STATUS_PIN_REQUIRED;
	case -EAGAIN:
		return MBIM_STATUS_NOT_INITIALIZED;
	case -EIO:
		return MBIM_STATUS_BAD_SIM;
	case -ENOKEY:
		return MBIM_STATUS_SERVICE_NOT_ACTIVATED;
	case -ENETDOWN:
		return MBIM_STATUS_RADIO_POWER_OFF;
	case -ENOLINK:
		return MBIM_STATUS_NOT_REGISTERED;
	case -ENETUNREACH:
		return MBIM_STATUS_PACKET_SERVICE_DETACHED;
	case -ENOENT:
		return MBIM_STATUS_PROVIDER_NOT_VISIBLE;
	case -EBUSY:
		return MBIM_STATUS_MAX_ACTIVATED_CONTEXTS;
	case -EPERM:
		return MBIM_STATUS_OPERATION_NOT_ALLOWED;
	case -ENOTCONN:
		return MBIM_STATUS_CONTEXT_NOT_ACTIVATED;
	default:
		return MBIM_STATUS_INVALID_PARAMETERS;
	}
}

/* --- radio --------------------------------------------------------------- */

void mbim_encode_radio(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct network_radio radio = network_radio(mbim->network);
	struct mbim_struct state;

	(void)session;
	mbim_begin(&state, out, 8);
	mbim_put_u32(&state, radio.hardware);
	mbim_put_u32(&state, radio.software);
}

uint32_t mbim_query_radio(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_radio(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

uint32_t mbim_set_radio(struct mbim *mbim, const struct mbim_command *command,
			struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t on = mbim_get_u32(in);
	int err;

	(void)command;
	if (in->status || on > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	err = network_set_radio(mbim->network, on);
	if (err)
		return mbim_status_of(err);
	/* Its own doing is not news to the host: what follows from it is. */
	mbim->changes &= ~(unsigned int)NETWORK_CHANGED_RADIO;
	mbim_encode_radio(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

/* --- registration -------------------------------------------------------- */

static uint32_t register_state(enum network_register_state state)
{
	static const uint8_t states[NETWORK_REGISTER_STATES] = {
		[NETWORK_DEREGISTERED] = 1,
		[NETWORK_SEARCHING] = 2,
		[NETWORK_HOME] = 3,
		[NETWORK_ROAMING] = 4,
		[NETWORK_PARTNER] = 5,
		[NETWORK_DENIED] = 6,
	};

	return states[state];
}

void mbim_encode_register(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	const struct network_registration *reg = network_registration(mbim->network);
	bool preferred = mbim->version >= MBIM_EX_2;
	struct mbim_struct state;

	(void)session;
	mbim_begin(&state, out, 48 + (preferred ? 4 : 0));
	mbim_put_u32(&state, reg->cause);
	mbim_put_u32(&state, register_state(reg->state));
	mbim_put_u32(&state, reg->manual ? REGISTER_MODE_MANUAL : REGISTER_MODE_AUTOMATIC);
	mbim_put_u32(&state, reg->available_classes);
	mbim_put_u32(&state, MBIM_CELLULAR_GSM);
	mbim_put_string(&state, reg->provider ? reg->provider->id : "");
	mbim_put_string(&state, reg->provider ? reg->provider->name : "");
	mbim_put_string(&state, reg->state == NETWORK_ROAMING ? "Roaming" : "");
	mbim_put_u32(&state, REGISTER_FLAG_ATTACHES);
	if (preferred)
		mbim_put_u32(&state, reg->preferred_classes);
}

uint32_t mbim_query_register(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_register(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

uint32_t mbim_set_register(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	char provider[MBIM_PROVIDER_SIZE];
	uint32_t action, classes;
	int err;

	(void)command;
	mbim_get_string(in, provider, sizeof(provider), MBIM_PROVIDER_BYTES);
	action = mbim_get_u32(in);
	classes = mbim_get_u32(in);
	if (in->status)
		return in->status;
	if (action > REGISTER_ACTION_MANUAL || (action == REGISTER_ACTION_MANUAL && !provider[0]))
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (classes && !(classes & NETWORK_CLASSES))
		return MBIM_STATUS_DATA_CLASS_NOT_AVAILABLE;
	err = network_register(mbim->network,
			       action == REGISTER_ACTION_MANUAL ? provider : NULL, classes);
	if (err)
		return mbim_status_of(err);
	mbim_encode_register(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

/* --- packet service ------------------------------------------------------ */

/* Tracking area identity: MCC and MNC as plain numbers (3.1, CID 10). */
static void put_tai(struct mbim *mbim, struct mbim_struct *service)
{
	struct network_cell cell;

	if (!network_cells(mbim->network, &cell, 1))
		return;
	mbim_put_u16(service, (uint16_t)cell.provider->mcc);
	mbim_put_u16(service, (uint16_t)cell.provider->mnc);
	mbim_put_u32(service, cell.tac);
}

void mbim_encode_packet_service(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct network_packet_service packet = network_packet_service(mbim->network);
	size_t len = mbim->version >= MBIM_EX_3 ? 44 : mbim->version >= MBIM_EX_2 ? 32 : 28;
	struct mbim_struct service;

	(void)session;
	mbim_begin(&service, out, len);
	mbim_put_u32(&service, network_registration(mbim->network)->cause);
	mbim_put_u32(&service, packet.attached ? PACKET_SERVICE_ATTACHED : PACKET_SERVICE_DETACHED);
	mbim_put_u32(&service, packet.current_class);
	mbim_put_u64(&service, packet.uplink_bps);
	mbim_put_u64(&service, packet.downlink_bps);
	if (mbim->version >= MBIM_EX_2)
		mbim_put_u32(&service, 0);	/* frequency range: only 5G has one */
	if (mbim->version >= MBIM_EX_3) {
		mbim_put_u32(&service, 0);	/* data subclass: the same */
		put_tai(mbim, &service);
	}
}

uint32_t mbim_query_packet_service(struct mbim *mbim, const struct mbim_command *command,
				   struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_packet_service(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

uint32_t mbim_set_packet_service(struct mbim *mbim, const struct mbim_command *command,
				 struct mbim_reader *in, struct mbim_bytes *out)
{
	uint32_t action = mbim_get_u32(in);
	int err;

	(void)command;
	if (in->status || action > 1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	err = network_attach(mbim->network, action == 0);
	if (err)
		return mbim_status_of(err);
	/* Told even where it is so already (3.1, CID 10). */
	mbim->changes |= NETWORK_CHANGED_PACKET_SERVICE;
	mbim_encode_packet_service(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

/* --- signal -------------------------------------------------------------- */

static uint32_t coded(int value, int offset, int max)
{
	if (value == NETWORK_UNKNOWN)
		return MBIM_UNKNOWN;
	value += offset;
	return (uint32_t)(value < 0 ? 0 : value > max ? max : value);
}

/*
 * Count and elements behind one pair; absent without a measured cell. 0 stands for all
 * below -156 dBm or -23 dB, n for the interval that begins at n - 157 dBm or
 * (n - 47) / 2 dB: so clients read it.
 */
static void put_rsrp_snr(struct mbim *mbim, struct mbim_struct *state,
			 const struct network_signal *signal)
{
	struct mbim_struct list;

	if (signal->rsrp_dbm == NETWORK_UNKNOWN || !network_registered(mbim->network))
		return;
	mbim_begin_element(state, &list, 4 + 20);
	mbim_put_u32(&list, 1);
	mbim_put_u32(&list, coded(signal->rsrp_dbm, 157, RSRP_MAX));
	mbim_put_u32(&list, coded(signal->snr_half_db, 47, SNR_MAX));
	mbim_put_u32(&list, SIGNAL_THRESHOLD);
	mbim_put_u32(&list, SIGNAL_THRESHOLD);
	mbim_put_u32(&list, NETWORK_LTE);
	mbim_end_element(&list);
}

void mbim_encode_signal(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	struct network_signal signal = network_signal(mbim->network);
	bool details = mbim->version >= MBIM_EX_2;
	struct mbim_struct state;

	(void)session;
	mbim_begin(&state, out, details ? 28 : 20);
	mbim_put_u32(&state, signal.rssi);
	mbim_put_u32(&state, signal.error_rate);
	mbim_put_u32(&state, mbim->signal_config.interval_s);
	mbim_put_u32(&state, mbim->signal_config.rssi_threshold);
	mbim_put_u32(&state, mbim->signal_config.error_threshold);
	if (details)
		put_rsrp_snr(mbim, &state, &signal);
}

uint32_t mbim_query_signal(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_signal(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

uint32_t mbim_set_signal(struct mbim *mbim, const struct mbim_command *command,
			 struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_signal_config config;

	(void)command;
	config.interval_s = mbim_get_u32(in);
	config.rssi_threshold = mbim_get_u32(in);
	config.error_threshold = mbim_get_u32(in);
	if (in->status)
		return in->status;
	if (!config.interval_s)
		config.interval_s = MBIM_SIGNAL_INTERVAL_S;
	mbim->signal_config = config;
	mbim_notify_signal_config(mbim);
	mbim_encode_signal(mbim, out, 0);
	return MBIM_STATUS_NONE;
}
