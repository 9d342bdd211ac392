// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "bytes.h"
#include "chip.h"
#include "mood.h"
#include "mux.h"
#include "pipe.h"
#include "report.h"

struct session sessions[SESSIONS];

void mux_uplink(const uint8_t *data, size_t size)
{
	uint32_t signature = size >= 16 ? get32(data) : 0;

	switch (signature) {
	case ADBH:
		if (!options.aggregation)
			breach("dialect", "an aggregated block in Lite");
		up_aggregated(data, size);
		break;
	case ADGH:
		if (options.aggregation)
			breach("dialect", "a single datagram in aggregation");
		up_single(data, size);
		break;
	case QLTH:
		if (options.aggregation)
			breach("dialect", "a queue level block in aggregation");
		up_level(data, size);
		break;
	case ACBH:
		if (!options.aggregation)
			breach("dialect", "a command block in Lite");
		command_block(data, size);
		break;
	case CMDH:
		if (options.aggregation)
			breach("dialect", "a flat command in aggregation");
		command_flat(data, size);
		break;
	default:
		breach("block", "%zu bytes with the signature 0x%08x", size, signature);
	}
}

void mux_open(uint8_t id, uint32_t down_padding)
{
	static const uint32_t several[] = { 16, 0, 4, 32, 20, 64, 8, 1 };
	struct session *session = &sessions[id];
	int padding = mood(PADDING);

	if (session->open)
		breach("session", "session %u is opened, and is open", id);
	*session = (struct session){ .open = true, .down_padding = down_padding };
	session->up_padding = padding < 0 ? several[id] : (uint32_t)padding;
}

void mux_close(uint8_t id)
{
	if (!sessions[id].open)
		breach("session", "session %u is closed, but is not open", id);
	sessions[id].open = false;
	down_drop(id);
	command_session_gone(id);
}

void mux_packet(uint8_t id, const uint8_t *packet, size_t size)
{
	struct session *session = &sessions[id];

	session->up++;
	if (session->stopped)
		breach("flow-control", "session %u sends after it acknowledged a stop", id);
	if (options.credits) {
		session->credits -= (int64_t)size;
		if (session->credits < 0 && !options.aggregation)
			breach("credits", "session %u sends %lld bytes more than it was granted", id,
			       (long long)-session->credits);
	}
	network_uplink(id, packet, size);
}

/* Credits are bytes; where they do not limit, they still unblock. */
static void grant_credits(void)
{
	for (unsigned int i = 0; options.credits && i < SESSIONS; i++) {
		struct session *session = &sessions[i];

		if (!session->open)
			continue;
		if (session->credits <= mood(GRANT) / 2) {
			command_grant(i, mood(GRANT));
			session->credits += mood(GRANT);
		}
	}
}

void mux_serve(void)
{
	if (!pipe_is_open(MUX_UP) || !pipe_is_open(MUX_DOWN))
		return;
	grant_credits();
	command_serve();
	down_serve();
}

bool mux_pending(void)
{
	return pipe_is_open(MUX_DOWN) && (command_pending() || down_pending());
}

void mux_closed(void)
{
	mux_stop();
}

void mux_stop(void)
{
	for (unsigned int i = 0; i < SESSIONS; i++) {
		down_drop(i);
		sessions[i].open = false;
	}
	up_stop();
	command_stop();
}
