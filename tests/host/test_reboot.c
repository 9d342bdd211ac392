// SPDX-License-Identifier: GPL-2.0-or-later
/* The restart that a client asks for over MBIM: away from the bus, and back as it was wanted. */
#include "host.h"

#define MBIM_UL		IOSM_PIPE_UL(IOSM_CHANNEL_MBIM)
#define MBIM_DL		IOSM_PIPE_DL(IOSM_CHANNEL_MBIM)
#define COMMAND_DONE	0x80000003u

#define AWAY_MS		3000	/* more than the modem stays away */

#define MODE_NORMAL	0
#define MODE_OFF	2
#define MODE_FAST	5

static bool request_reboot(struct host *host, uint8_t mode)
{
	static const uint8_t open[16] = { 1, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0, 16, 0, 0 };
	uint8_t command[56] = {
		3, 0, 0, 0, 56, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		0x0e, 0xd3, 0x74, 0xcb, 0xf8, 0x35, 0x44, 0x74,
		0xbc, 0x11, 0x3b, 0x3f, 0xd7, 0x6f, 0x56, 0x41,
		1, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0,
	};
	uint32_t answer[1024];

	command[48] = mode;
	uplink(host, MBIM_UL, open, sizeof(open));
	uplink(host, MBIM_UL, command, sizeof(command));
	do {
		if (downlink(host, MBIM_DL, answer, sizeof(answer)) < 16)
			return false;
	} while (answer[0] != COMMAND_DONE);
	return !answer[10];
}

static bool on_bus(struct host *host)
{
	return read32(host, CONFIG_REGION, 0) != 0xffffffff;
}

static bool waits_until(struct host *host, bool there)
{
	uint64_t end_ms = now_ms() + AWAY_MS;

	while (on_bus(host) != there && now_ms() < end_ms)
		pause_ms(10);
	return on_bus(host) == there;
}

static bool starts(struct host *host)
{
	host->used = 0;
	enable(host);
	return boot(host) && open_channel(host, IOSM_CHANNEL_MBIM, 32, 4096);
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--sleep-idle", "0", NULL);
	client_hello(&host);
	tap_ok(&tap, starts(&host), "MBIM runs");
	tap_ok(&tap, request_reboot(&host, MODE_NORMAL), "a restart is answered");
	tap_ok(&tap, waits_until(&host, false), "the modem leaves the bus");
	tap_ok(&tap, waits_until(&host, true), "and returns");
	tap_ok(&tap, starts(&host), "running");

	tap_ok(&tap, request_reboot(&host, MODE_FAST), "a restart for a download");
	tap_ok(&tap, waits_until(&host, false) && waits_until(&host, true), "away and back");
	enable(&host);
	tap_equal(&tap, read32(&host, 2, 0), IOSM_STAGE_BOOT, "it waits for an image");
	modem_command(&host, NULL, "reset");
	tap_ok(&tap, starts(&host), "the start after that is as ever");

	tap_ok(&tap, request_reboot(&host, MODE_OFF), "it is switched off");
	tap_ok(&tap, waits_until(&host, false), "it leaves the bus");
	tap_ok(&tap, !waits_until(&host, true), "for good");
	modem_command(&host, NULL, "link up");
	tap_ok(&tap, starts(&host), "until somebody switches it on");
	tap_equal(&tap, breaches(&host, 0), 0, "no breach");
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	return tap_done(&tap);
}
