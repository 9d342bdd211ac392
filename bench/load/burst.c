// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * burst hold|read PACKETS BYTES: has the peer send that many datagrams at once into a socket
 * with the system's usual buffer, and tells how many of them were there in the end. "hold"
 * reads none before all have come, and tells how much memory each of them holds; "read" reads
 * while they come.
 *
 * burst flood KBIT_S MS SESSION: has the peer send full datagrams at that rate for so long,
 * and reads them.
 */
#include "load.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH		32u
#define QUIET_MS	500	/* nothing for so long: all that comes has come */

static int ask(unsigned int session, const struct order *order)
{
	struct sockaddr_in from = own(session, 0), to = gateway(session, PORT_ORDER);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (void *)&from, sizeof(from)) ||
	    sendto(fd, order, sizeof(*order), 0, (void *)&to, sizeof(to)) < 0)
		die("burst: ask");
	return fd;
}

static uint32_t memory_of(int fd)
{
	uint32_t words[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(words);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, words, &size))
		die("burst: SO_MEMINFO");
	return words[SK_MEMINFO_RMEM_ALLOC];
}

/* Waits until the device has been quiet for a while; returns what the socket holds then. */
static uint32_t wait_held(int fd)
{
	uint32_t held = 0, before;

	do {
		before = held;
		poll(NULL, 0, QUIET_MS);
		held = memory_of(fd);
	} while (held != before || !held);
	return held;
}

static unsigned int read_all(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	static uint8_t data[BATCH][2048];
	struct mmsghdr messages[BATCH] = { 0 };
	struct iovec vectors[BATCH];
	unsigned int packets = 0;
	int count;

	for (unsigned int i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){ .iov_base = data[i], .iov_len = sizeof(data[i]) };
		messages[i].msg_hdr.msg_iov = &vectors[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (poll(&wait, 1, QUIET_MS) > 0) {
		while ((count = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL)) > 0)
			packets += (unsigned int)count;
	}
	return packets;
}

static void burst(bool hold, uint32_t packets, uint32_t bytes)
{
	struct order order = { .packets = htonl(packets), .bytes = htonl(bytes) };
	int fd = ask(0, &order);
	uint32_t held = hold ? wait_held(fd) : 0;
	unsigned int received = read_all(fd);

	printf("@value received %u\n", received);
	printf("@value lost_percent %.2f\n", 100.0 * (packets - received) / packets);
	if (hold && received)
		printf("@value held_bytes %.0f\n", (double)held / received);
}

static void flood(uint32_t kbit_s, uint32_t ms, unsigned int session)
{
	struct order order = {
		.bytes = htonl(1400), .kbit_s = htonl(kbit_s), .ms = htonl(ms),
	};
	unsigned int received = read_all(ask(session, &order));

	printf("@value flood_mbit_s %.1f\n", received * 1400.0 * 8 / ms / 1000);
}

int main(int argc, char **argv)
{
	bool flooding = argc == 5 && !strcmp(argv[1], "flood");

	if (!flooding && (argc != 4 || (strcmp(argv[1], "hold") && strcmp(argv[1], "read"))))
		usage("burst hold|read PACKETS BYTES | flood KBIT_S MS SESSION");
	if (flooding)
		flood((uint32_t)number(argv[2]), (uint32_t)number(argv[3]),
		      (unsigned int)number(argv[4]) % SESSIONS);
	else
		burst(!strcmp(argv[1], "hold"), (uint32_t)number(argv[2]),
		      (uint32_t)number(argv[3]));
	return 0;
}
