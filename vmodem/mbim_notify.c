// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes of the network become answers to commands that waited, and indications.
 *
 * Changes are only noted while they happen. What is sent, after the command's answer
 * (1.4) or in the loop's next round, is the state at that time: several changes of one
 * thing become one message, and the messages have one order whatever caused them.
 */
#include <stdlib.h>

#include "mbim_internal.h"

/* --- signal -------------------------------------------------------------- */

static void signal_rearm(struct mbim *mbim)
{
	loop_timer_cancel(&mbim->signal_timer);
	if (mbim->open && mbim->signal_config.interval_s)
		loop_timer_arm(&mbim->signal_timer,
			       (uint64_t)mbim->signal_config.interval_s * 1000000);
}

static void indicate_signal(struct mbim *mbim)
{
	mbim->signal_shown = network_signal(mbim->network);
	mbim_indicate(mbim, MBIM_SERVICE_BASIC, MBIM_BASIC_SIGNAL_STATE, mbim_encode_signal, 0);
	signal_rearm(mbim);
}

static void signal_expired(struct loop_timer *timer)
{
	indicate_signal(timer->owner);
}

/* Has @now moved away from @shown by the host's threshold? 0 is the modem's own choice: 1. */
static bool moved(unsigned int now, unsigned int shown, uint32_t threshold)
{
	unsigned int distance = now > shown ? now - shown : shown - now;

	return distance && distance >= threshold;
}

/* RSRP and SNR have a threshold of one unit each, as SIGNAL_STATE tells from 2.0 on. */
static bool details_moved(const struct mbim *mbim, const struct network_signal *now)
{
	return mbim->version >= MBIM_EX_2 &&
	       (now->rsrp_dbm != mbim->signal_shown.rsrp_dbm ||
		now->snr_half_db != mbim->signal_shown.snr_half_db);
}

static void signal_changed(struct mbim *mbim)
{
	struct network_signal now = network_signal(mbim->network);
	const struct mbim_signal_config *config = &mbim->signal_config;

	if (moved(now.rssi, mbim->signal_shown.rssi, config->rssi_threshold) ||
	    moved(now.error_rate, mbim->signal_shown.error_rate, config->error_threshold) ||
	    details_moved(mbim, &now))
		indicate_signal(mbim);
}

void mbim_notify_signal_config(struct mbim *mbim)
{
	signal_rearm(mbim);
}

/* --- everything else ----------------------------------------------------- */

/* Returns whether the state is another one: attempts count too. */
static bool sim_changed(struct mbim *mbim)
{
	enum sim_state state = sim_state(network_sim(mbim->network));

	if (state == mbim->sim_shown)
		return false;
	mbim->sim_shown = state;
	mbim_indicate(mbim, MBIM_SERVICE_BASIC, MBIM_BASIC_SUBSCRIBER_READY_STATUS,
		      mbim_encode_subscriber, 0);
	mbim_indicate(mbim, MBIM_SERVICE_EXT, MBIM_EXT_SLOT_INFO, mbim_encode_slot, 0);
	return true;
}

static void bearers_changed(struct mbim *mbim, unsigned int bearers)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		if (!(bearers & 1u << session))
			continue;
		mbim_connect_changed(mbim, session);
		if (network_bearer(mbim->network, session)->state != NETWORK_BEARER_ACTIVATING)
			mbim_indicate(mbim, MBIM_SERVICE_BASIC, MBIM_BASIC_CONNECT,
				      mbim_encode_connect, session);
	}
}

static void indicate_ip(struct mbim *mbim, unsigned int session)
{
	mbim_indicate(mbim, MBIM_SERVICE_BASIC, MBIM_BASIC_IP_CONFIGURATION, mbim_encode_ip, session);
	mbim_indicate(mbim, MBIM_SERVICE_EXT, MBIM_EXT_PCO, mbim_encode_pco, session);
}

static void ips_changed(struct mbim *mbim, unsigned int ips)
{
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		if (ips & 1u << session &&
		    network_bearer(mbim->network, session)->state == NETWORK_BEARER_ACTIVE)
			indicate_ip(mbim, session);
}

void mbim_notify_flush(struct mbim *mbim)
{
	static const struct {
		unsigned int changes;
		enum mbim_service_index service;
		uint32_t cid;
		mbim_encoder encode;
	} plain[] = {
		{ NETWORK_CHANGED_RADIO, MBIM_SERVICE_BASIC, MBIM_BASIC_RADIO_STATE,
		  mbim_encode_radio },
		{ NETWORK_CHANGED_REGISTRATION, MBIM_SERVICE_BASIC, MBIM_BASIC_REGISTER_STATE,
		  mbim_encode_register },
		{ NETWORK_CHANGED_PACKET_SERVICE, MBIM_SERVICE_BASIC, MBIM_BASIC_PACKET_SERVICE,
		  mbim_encode_packet_service },
		{ NETWORK_CHANGED_PACKET_SERVICE, MBIM_SERVICE_EXT, MBIM_EXT_LTE_ATTACH_INFO,
		  mbim_encode_attach_info },
		{ NETWORK_CHANGED_REGISTRATION, MBIM_SERVICE_EXT, MBIM_EXT_LOCATION_INFO,
		  mbim_encode_location },
		{ NETWORK_CHANGED_PREFERRED, MBIM_SERVICE_BASIC, MBIM_BASIC_PREFERRED_PROVIDERS,
		  mbim_encode_preferred },
		{ NETWORK_CHANGED_APN, MBIM_SERVICE_BASIC, MBIM_BASIC_PROVISIONED_CONTEXTS,
		  mbim_encode_contexts },
		{ NETWORK_CHANGED_APN, MBIM_SERVICE_EXT, MBIM_EXT_PROVISIONED_CONTEXTS,
		  mbim_encode_contexts_v2 },
		{ NETWORK_CHANGED_APN, MBIM_SERVICE_EXT, MBIM_EXT_LTE_ATTACH_CONFIGURATION,
		  mbim_encode_attach_config },
	};
	unsigned int changes = mbim->changes;
	unsigned int bearers = mbim->bearers, ips = mbim->ips;
	bool new_sim = false;

	loop_timer_cancel(&mbim->notify_timer);
	mbim->changes = 0;
	mbim->bearers = 0;
	mbim->ips = 0;
	if (!mbim->open)
		return;
	if (changes & NETWORK_CHANGED_SIM)
		new_sim = sim_changed(mbim);
	/* Sessions that are gone come before the reason why (3.1, CID 3). */
	bearers_changed(mbim, bearers);
	if (bearers)
		mbim_sar_bearers_changed(mbim);
	ips_changed(mbim, ips);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (changes & plain[i].changes)
			mbim_indicate(mbim, plain[i].service, plain[i].cid, plain[i].encode, 0);
	if (changes & NETWORK_CHANGED_SIGNAL)
		signal_changed(mbim);
	if (changes & NETWORK_CHANGED_REGISTRATION && mbim->rfim_wanted)
		mbim_indicate(mbim, MBIM_SERVICE_INTEL_THERMAL, MBIM_INTEL_RFIM, mbim_encode_rfim, 0);
	if (changes & NETWORK_CHANGED_REGISTRATION && network_registered(mbim->network))
		mbim_indicate(mbim, MBIM_SERVICE_VOICE, MBIM_VOICE_NITZ, mbim_encode_nitz, 0);
	if (new_sim) {
		mbim_sms_sim_changed(mbim);
		mbim_phonebook_sim_changed(mbim);
		mbim_stk_sim_changed(mbim);
		mbim->uicc_channels = 0;	/* they were the card's that was there before */
	}
	mbim_stk_flush(mbim);
}

static void changed(void *self, unsigned int changes, unsigned int session)
{
	struct mbim *mbim = self;

	if (changes & NETWORK_CHANGED_RESTART) {
		mbim_restarted(mbim);
		return;
	}
	mbim->changes |= changes;
	if (changes & NETWORK_CHANGED_BEARER)
		mbim->bearers |= 1u << session;
	if (changes & NETWORK_CHANGED_IP)
		mbim->ips |= 1u << session;
	if (!mbim->busy)
		loop_timer_arm(&mbim->notify_timer, 0);
}

static void notify_expired(struct loop_timer *timer)
{
	mbim_notify_flush(timer->owner);
}

void mbim_notify_opened(struct mbim *mbim)
{
	mbim->signal_config = (struct mbim_signal_config){ .interval_s = MBIM_SIGNAL_INTERVAL_S };
	mbim->signal_shown = network_signal(mbim->network);
	mbim->sim_shown = sim_state(network_sim(mbim->network));
	signal_rearm(mbim);
}

void mbim_notify_closed(struct mbim *mbim)
{
	loop_timer_cancel(&mbim->signal_timer);
	loop_timer_cancel(&mbim->notify_timer);
	mbim->changes = 0;
	mbim->bearers = 0;
	mbim->ips = 0;
}

void mbim_notify_init(struct mbim *mbim)
{
	loop_timer_init(mbim->loop, &mbim->signal_timer, signal_expired, mbim);
	loop_timer_init(mbim->loop, &mbim->notify_timer, notify_expired, mbim);
	mbim->signal_config.interval_s = MBIM_SIGNAL_INTERVAL_S;
	mbim->observer.changed = changed;
	mbim->observer.self = mbim;
	network_observe(mbim->network, &mbim->observer);
}
