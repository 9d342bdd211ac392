// SPDX-License-Identifier: GPL-2.0-or-later
/* The modem side of the IP channel: life and uplink packets. See mux.h for the other files. */
#include "mux.h"

#include <stdlib.h>

#include "check.h"
#include "mux_internal.h"
#include "network.h"
#include "record.h"

/*
 * Data behind the ack of a stop: packets already in a block are not recalled (section
 * 10), so one block may still bring some.
 */
static void check_stopped(struct mux *mux, struct mux_session *session)
{
	if (!session->stop_acked)
		return;
	if (!session->grace_block)
		session->grace_block = mux->blocks;
	else if (session->grace_block != mux->blocks)
		check_breach(mux->config.check, CHECK_MUX_STOPPED_DATA,
			     "session %u, %llu blocks after the first one", session->id,
			     (unsigned long long)(mux->blocks - session->grace_block));
}

static void uplink_datagram(void *self, const struct mux_datagram *datagram)
{
	struct mux *mux = self;
	struct mux_session *session = &mux->sessions[datagram->session];

	check_stopped(mux, session);
	session->counters.uplink_packets++;
	session->counters.uplink_bytes += datagram->len;
	mux_credits_used(session, datagram->len);
	network_uplink(mux->config.network, datagram->session, datagram->packet, datagram->len);
}

static void uplink_queue_level(void *self, unsigned int session, uint32_t level)
{
	struct mux *mux = self;

	mux->sessions[session].queue_level = level;
}

static void protocol_opened(void *self, struct channel *channel)
{
	struct mux *mux = self;

	mux->channel = channel;
	mux_decode_restart(&mux->decoder);
	mux_downlink_reset(mux);
	mux_command_reset(mux);
	record_event(mux->config.record, "mux", "opened", "\"dialect\":\"%s\"",
		     mux->config.aggregation ? "aggregation" : "lite");
}

static void protocol_uplink(void *self, const uint8_t *data, size_t len)
{
	struct mux *mux = self;

	mux->blocks++;
	if (record_enabled(mux->config.record))
		record_event(mux->config.record, "mux", "uplink_block",
			     "\"signature\":\"%02x%02x%02x%02x\",\"bytes\":%zu",
			     len > 0 ? data[0] : 0, len > 1 ? data[1] : 0, len > 2 ? data[2] : 0,
			     len > 3 ? data[3] : 0, len);
	mux_decode(&mux->decoder, data, len);
}

static uint64_t protocol_busy_us(void *self)
{
	struct mux *mux = self;

	return network_uplink_busy_us(mux->config.network);
}

static void protocol_writable(void *self)
{
	struct mux *mux = self;

	mux->blocked = false;
	mux_downlink_flush(mux);
}

static void protocol_closed(void *self)
{
	struct mux *mux = self;

	mux->channel = NULL;
	mux_downlink_reset(mux);
	mux_command_reset(mux);
	record_event(mux->config.record, "mux", "closed", NULL);
}

const struct channel_protocol *mux_protocol(void)
{
	static const struct channel_protocol protocol = {
		.name = "mux",
		.opened = protocol_opened,
		.uplink = protocol_uplink,
		.busy_us = protocol_busy_us,
		.writable = protocol_writable,
		.closed = protocol_closed,
	};

	return &protocol;
}

struct downlink mux_downlink(struct mux *mux)
{
	return (struct downlink){
		.packet = mux_downlink_packet, .backlog = mux_downlink_backlog, .self = mux,
	};
}

void mux_set_ul_padding(struct mux *mux, unsigned int padding)
{
	mux->ul_padding = padding;
}

static void decoder_init(struct mux *mux)
{
	mux->decoder.check = mux->config.check;
	mux->decoder.aggregation = mux->config.aggregation;
	mux->decoder.self = mux;
	mux->decoder.datagram = uplink_datagram;
	mux->decoder.queue_level = uplink_queue_level;
	mux->decoder.command = mux_command_received;
}

struct mux *mux_new(const struct mux_config *config)
{
	struct mux *mux = calloc(1, sizeof(*mux));

	if (!mux)
		return NULL;
	mux->config = *config;
	mux->ul_padding = MUX_UL_PADDING_DEFAULT;
	decoder_init(mux);
	for (unsigned int i = 0; i < IOSM_MUX_SESSIONS; i++) {
		mux->sessions[i].mux = mux;
		mux->sessions[i].id = i;
		mux_credits_init(&mux->sessions[i]);
	}
	mux_downlink_init(mux);
	mux_command_init(mux);
	mux_control_init(mux);
	return mux;
}

void mux_free(struct mux *mux)
{
	if (!mux)
		return;
	mux->channel = NULL;
	mux_downlink_reset(mux);
	mux_command_reset(mux);
	free(mux);
}
