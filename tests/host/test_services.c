// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An XMM7360 as it comes from PCIe: its services wait for the calls of a host, and a session
 * without them kills it (field notes).
 */
#include "host.h"

#define RPC_UL	IOSM_PIPE_UL(IOSM_CHANNEL_RPC)
#define RPC_DL	IOSM_PIPE_DL(IOSM_CHANNEL_RPC)

static uint32_t stage(struct host *host)
{
	return read32(host, 2, IOSM_SCRATCH_STAGE);
}

static bool channels(struct host *host)
{
	return boot(host) && open_channel(host, IOSM_CHANNEL_IP, 64, 2048) &&
	       open_channel(host, IOSM_CHANNEL_RPC, 16, 4096);
}

/* A synchronous call without arguments; true when its answer came. */
static bool call(struct host *host, uint8_t id)
{
	const uint8_t frame[] = {
		22, 0, 0, 0, 2, 4, 0, 0, 0, 22, 2, 4, 0, 0, 0, id, 0x11, 0, 1, 0,
		2, 4, 0, 0, 0, 0,
	};
	uint8_t answer[4096];

	uplink(host, RPC_UL, frame, sizeof(frame));
	return downlink(host, RPC_DL, answer, sizeof(answer)) == sizeof(frame) && answer[15] == id;
}

static void test_too_early(struct tap *tap, struct host *host)
{
	tap_ok(tap, channels(host), "the modem runs");
	tap_ok(tap, !open_session(host), "no answer to a session");
	tap_equal(tap, stage(host), IOSM_STAGE_CD_READY, "it has crashed of it");
}

static void test_started(struct tap *tap, struct host *host)
{
	static const uint8_t ids[] = { 0x30, 0x25, 0x53, 0x54, 0x24, 0x3a, 0x26, 0x01 };
	unsigned int answers = 0;
	char text[ANSWER_SIZE];

	request(host, CMD_RESET, NULL, 0, NULL, 0);
	tap_ok(tap, channels(host), "after a reset it runs");
	tap_ok(tap, modem_command(host, text, "network") && strstr(text, "services: wait") &&
	       strstr(text, "sim: absent"), "and waits again");
	for (size_t i = 0; i < sizeof(ids); i++)
		answers += call(host, ids[i]);
	tap_equal(tap, answers, sizeof(ids), "the calls are answered");
	tap_ok(tap, modem_command(host, text, "network") && !strstr(text, "services: wait") &&
	       strstr(text, "registration: home"), "the services have started");
	tap_ok(tap, open_session(host), "a session opens");
	tap_equal(tap, stage(host), IOSM_STAGE_RUN, "and it runs");
}

/* Who does not want to wait says so, or has sessions connected from the start. */
static void test_without(struct tap *tap, const char *option, const char *value)
{
	struct host host;

	modem_start(&host, "--model", "xmm7360", "--mux", "lite", "--sleep-idle", "0", option, value,
		    NULL);
	client_hello(&host);
	enable(&host);
	tap_ok(tap, channels(&host) && open_session(&host), "%s: a session opens at once", option);
	tap_equal(tap, modem_end(&host), 0, "%s: no breach", option);
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--model", "xmm7360", "--mux", "lite", "--sleep-idle", "0", NULL);
	client_hello(&host);
	enable(&host);
	test_too_early(&tap, &host);
	test_started(&tap, &host);
	tap_equal(&tap, modem_end(&host), 0, "no breach");
	test_without(&tap, "--started", NULL);
	test_without(&tap, "--connected", "0");
	return tap_done(&tap);
}
