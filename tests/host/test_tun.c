// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices in a network namespace as carrier: there the kernel itself answers pings. */
#include "host.h"

#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether this machine and this user can do it. */
static bool possible(void)
{
	if (geteuid() || access("/dev/net/tun", R_OK | W_OK))
		return false;
	return (!mkdir("/run/netns", 0755) || !access("/run/netns", W_OK)) &&
	       !mount("/run/netns", "/run/netns", "none", MS_BIND, NULL) &&
	       !umount2("/run/netns", MNT_DETACH);
}

/* Without IPv6, in which the kernel speaks unasked: then only answers come. */
static bool ipv4_bearer(struct host *host)
{
	uint64_t end_ms = now_ms() + WAIT_MS;
	char answer[ANSWER_SIZE];

	modem_command(host, NULL, "ip-types ipv4");
	do
		modem_command(host, answer, "network");
	while (!strstr(answer, "session 0: active, ipv4,") && now_ms() < end_ms);
	return now_ms() < end_ms;
}

int main(void)
{
	char netns[64], carrier[80], path[96], answer[ANSWER_SIZE], output[1024];
	unsigned int good = 0;
	uint8_t block[2048];
	struct tap tap = { 0 };
	struct host host;

	if (!possible()) {
		printf("1..0 # SKIP needs root, /dev/net/tun and the right to mount\n");
		return 0;
	}
	snprintf(netns, sizeof(netns), "vmodem-test-%d", (int)getpid());
	snprintf(carrier, sizeof(carrier), "tun,netns=%s", netns);
	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	modem_start(&host, "--sleep-idle", "0", "--connected", "0", "--carrier", carrier,
		    "--register-time", "500", NULL);
	client_hello(&host);
	tap_ok(&tap, ipv4_bearer(&host), "a bearer for IPv4");
	tap_ok(&tap, boot(&host) && open_channel(&host, IOSM_CHANNEL_IP, 200, 2048) &&
	       open_session(&host), "a modem with devices");
	tap_ok(&tap, !access(path, R_OK), "the namespace has its name");
	for (uint16_t i = 0; i < 50; i++) {
		uplink(&host, IOSM_PIPE_UL(IOSM_CHANNEL_IP), block, ping(block, i, (uint16_t)(i * 28)));
		good += pong(&host, (uint16_t)(i * 28)) == i;
	}
	tap_equal(&tap, good, 50, "the kernel behind the device answers pings of all sizes");
	tap_ok(&tap, modem_command(&host, answer, "carrier") && strstr(answer, netns),
	       "the control socket tells its name");
	tap_equal(&tap, vmodem_run((char *[]){ "--socket", "/tmp/vmodem-host-x", "--carrier", carrier,
					       NULL }, output, sizeof(output)), 2,
		  "a second modem there is refused");
	tap_ok(&tap, strstr(output, "give another netns=NAME") != NULL, "and told what to do");
	tap_equal(&tap, vmodem_run((char *[]){ "--socket", "/tmp/vmodem-host-x", "--carrier",
					       "tun,netns=../x", NULL }, output, sizeof(output)), 2,
		  "a name that is none");
	tap_equal(&tap, breaches(&host, 0), 0, "no breach");
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	tap_ok(&tap, access(path, F_OK) != 0, "the namespace is gone");
	return tap_done(&tap);
}
