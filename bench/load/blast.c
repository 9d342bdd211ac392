// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * blast HOW SECONDS BYTES DEVICE...: sends IP packets of BYTES as fast as the devices take
 * them, one process a device. DEVICE is NAME=SESSION. HOW is
 *
 *	udp	through UDP sockets, as a program does
 *	packet	through packet sockets: what the stack above the driver costs is as small as
 *		can be, and the queueing discipline is still there
 */
#include "load.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCH		32u
#define HEADERS		28u	/* IPv4 and UDP */
#define BYTES_MAX	1500u
#define PROTOCOL_UDP	17

struct tally {
	uint64_t sent, counted;
	double from_s, to_s;
};

static uint16_t sum_of(const uint8_t *data, unsigned int bytes)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < bytes; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The UDP checksum stays 0, "none". */
static void write_packet(uint8_t *packet, unsigned int session, unsigned int bytes)
{
	struct sockaddr_in from = own(session, PORT_DISCARD), to = gateway(session, PORT_DISCARD);

	memset(packet, 0, bytes);
	packet[0] = 0x45;
	put16(packet + 2, bytes);
	packet[8] = 64;
	packet[9] = PROTOCOL_UDP;
	memcpy(packet + 12, &from.sin_addr, 4);
	memcpy(packet + 16, &to.sin_addr, 4);
	put16(packet + 10, sum_of(packet, 20));
	put16(packet + 20, PORT_DISCARD);
	put16(packet + 22, PORT_DISCARD);
	put16(packet + 24, bytes - 20);
}

static int open_udp(unsigned int session)
{
	struct sockaddr_in to = gateway(session, PORT_DISCARD);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || connect(fd, (void *)&to, sizeof(to)))
		die("blast: connect");
	return fd;
}

/* Sends a batch; returns how many the kernel took. */
static unsigned int send_batch(int fd, struct mmsghdr *messages)
{
	int sent = sendmmsg(fd, messages, BATCH, 0);

	/* A full queueing discipline drops, and says so to packet sockets. */
	return sent > 0 ? (unsigned int)sent : 0;
}

static void send_until(int fd, struct mmsghdr *messages, struct tally *tally, double seconds)
{
	double warm_s = now_s() + WARM_UP_S, end_s = warm_s + seconds, at_s;
	uint64_t warm_sent = 0;

	tally->from_s = 0;
	while ((at_s = now_s()) < end_s) {
		if (!tally->from_s && at_s >= warm_s) {
			tally->from_s = at_s;
			warm_sent = tally->sent;
		}
		tally->sent += send_batch(fd, messages);
	}
	tally->to_s = at_s;
	tally->counted = tally->sent - warm_sent;
}

static void blast(bool udp, double seconds, unsigned int bytes, const char *device,
		  unsigned int session, struct tally *tally)
{
	static uint8_t packet[BYTES_MAX];
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(device),
	};
	struct iovec vector = { .iov_base = packet, .iov_len = bytes };
	struct mmsghdr messages[BATCH];
	int fd;

	memset(messages, 0, sizeof(messages));
	write_packet(packet, session, bytes);
	if (udp) {
		vector = (struct iovec){ .iov_base = packet, .iov_len = bytes - HEADERS };
		fd = open_udp(session);
	} else {
		fd = socket(AF_PACKET, SOCK_DGRAM, 0);
		if (fd < 0 || !to.sll_ifindex)
			die("blast: packet socket");
	}
	for (unsigned int i = 0; i < BATCH; i++) {
		messages[i].msg_hdr.msg_iov = &vector;
		messages[i].msg_hdr.msg_iovlen = 1;
		if (!udp) {
			messages[i].msg_hdr.msg_name = &to;
			messages[i].msg_hdr.msg_namelen = sizeof(to);
		}
	}
	send_until(fd, messages, tally, seconds);
}

/* One process for each device; they share the tallies. */
static void blast_all(bool udp, double seconds, unsigned int bytes, char **devices,
		      unsigned int count, struct tally *tallies)
{
	for (unsigned int i = 0; i < count; i++) {
		char *equals = strchr(devices[i], '=');
		unsigned int session;

		if (!equals)
			usage("blast udp|packet SECONDS BYTES DEVICE=SESSION...");
		*equals = '\0';
		session = (unsigned int)number(equals + 1);
		switch (fork()) {
		case -1:
			die("blast: fork");
		case 0:
			blast(udp, seconds, bytes, devices[i], session, &tallies[i]);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		continue;
}

int main(int argc, char **argv)
{
	unsigned int count = argc > 4 ? (unsigned int)argc - 4 : 0, bytes;
	uint64_t sent = 0, counted = 0;
	struct tally *tallies;
	bool udp;

	if (!count || count > SESSIONS || (strcmp(argv[1], "udp") && strcmp(argv[1], "packet")))
		usage("blast udp|packet SECONDS BYTES DEVICE=SESSION...");
	udp = !strcmp(argv[1], "udp");
	bytes = (unsigned int)number(argv[3]);
	if (bytes < HEADERS || bytes > BYTES_MAX)
		usage("blast: 28 to 1500 BYTES");
	tallies = mmap(NULL, SESSIONS * sizeof(*tallies), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tallies == MAP_FAILED)
		die("blast: mmap");
	blast_all(udp, number(argv[2]), bytes, argv + 4, count, tallies);
	printf("@flows");
	for (unsigned int i = 0; i < count; i++) {
		printf(" %llu", (unsigned long long)tallies[i].counted);
		sent += tallies[i].sent;
		counted += tallies[i].counted;
	}
	printf("\n@sent %llu\n", (unsigned long long)sent);
	load_span("packets", tallies[0].from_s, tallies[0].to_s, (double)counted);
	return 0;
}
