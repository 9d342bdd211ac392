// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * blast HOW SECONDS BYTES DEVICE...: sends IP packets of BYTES as fast as the devices take
 * them, one process a device. DEVICE is NAME=SESSION. HOW is
 *
 *	udp	through UDP sockets, as a program does
 *	packet	through the ring of a packet socket: what the stack above the driver costs is as
 *		small as can be, and the queueing discipline is still there
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

#define BATCH		32u	/* datagrams a system call */
#define FRAMES		512u	/* of the ring: fewer than the queueing discipline holds */
#define FRAME_SIZE	2048u
#define HEADERS		28u	/* IPv4 and UDP */
#define BYTES_MAX	1500u
#define PROTOCOL_UDP	17

struct tally {
	uint64_t sent, counted;
	double from_s, to_s;
};

/* Where packets go: struct mmsghdr of datagrams, or the frames of a ring. */
struct sender {
	int fd;
	unsigned int bytes;
	struct iovec vector;
	struct mmsghdr messages[BATCH];
	struct sockaddr_ll to;
	uint8_t *frames;
	unsigned int (*send)(struct sender *sender);
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

/* Sends a batch; returns how many the kernel took. */
static unsigned int send_datagrams(struct sender *sender)
{
	int sent = sendmmsg(sender->fd, sender->messages, BATCH, 0);

	return sent > 0 ? (unsigned int)sent : 0;
}

static void open_udp(struct sender *sender, const uint8_t *packet, unsigned int session)
{
	struct sockaddr_in to = gateway(session, PORT_DISCARD);

	sender->fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (sender->fd < 0 || connect(sender->fd, (void *)&to, sizeof(to)))
		die("blast: connect");
	sender->vector = (struct iovec){ .iov_base = (void *)packet, .iov_len = sender->bytes - HEADERS };
	for (unsigned int i = 0; i < BATCH; i++) {
		sender->messages[i].msg_hdr.msg_iov = &sender->vector;
		sender->messages[i].msg_hdr.msg_iovlen = 1;
	}
	sender->send = send_datagrams;
}

static struct tpacket2_hdr *frame_at(struct sender *sender, unsigned int index)
{
	return (struct tpacket2_hdr *)(sender->frames + index * FRAME_SIZE);
}

/* Sends the whole ring; returns when the last packet of it is the driver's. */
static unsigned int send_ring(struct sender *sender)
{
	for (unsigned int i = 0; i < FRAMES; i++) {
		struct tpacket2_hdr *frame = frame_at(sender, i);

		frame->tp_len = sender->bytes;
		__atomic_store_n(&frame->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
	}
	if (sendto(sender->fd, NULL, 0, 0, (void *)&sender->to, sizeof(sender->to)) < 0)
		die("blast: ring");
	return FRAMES;
}

static void open_ring(struct sender *sender, const uint8_t *packet, const char *device)
{
	struct tpacket_req request = {
		.tp_block_size = FRAMES * FRAME_SIZE / 16, .tp_block_nr = 16,
		.tp_frame_size = FRAME_SIZE, .tp_frame_nr = FRAMES,
	};
	int version = TPACKET_V2, memory = 2 * (int)(FRAMES * FRAME_SIZE);

	sender->to = (struct sockaddr_ll){
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(device),
	};
	/* The ring is the limit, not the socket's memory. */
	sender->fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (sender->fd < 0 || !sender->to.sll_ifindex ||
	    setsockopt(sender->fd, SOL_SOCKET, SO_SNDBUFFORCE, &memory, sizeof(memory)) ||
	    setsockopt(sender->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(sender->fd, SOL_PACKET, PACKET_TX_RING, &request, sizeof(request)))
		die("blast: packet socket");
	sender->frames = mmap(NULL, FRAMES * FRAME_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			      sender->fd, 0);
	if (sender->frames == MAP_FAILED)
		die("blast: ring");
	for (unsigned int i = 0; i < FRAMES; i++)
		memcpy((uint8_t *)frame_at(sender, i) + TPACKET2_HDRLEN - sizeof(struct sockaddr_ll),
		       packet, sender->bytes);
	sender->send = send_ring;
}

static void send_until(struct sender *sender, struct tally *tally, double seconds)
{
	double warm_s = now_s() + WARM_UP_S, end_s = warm_s + seconds, at_s;
	uint64_t warm_sent = 0;

	tally->from_s = 0;
	while ((at_s = now_s()) < end_s) {
		if (!tally->from_s && at_s >= warm_s) {
			tally->from_s = load_begin();
			warm_sent = tally->sent;
		}
		tally->sent += sender->send(sender);
	}
	tally->to_s = load_end();
	tally->counted = tally->sent - warm_sent;
}

static void blast(bool udp, double seconds, unsigned int bytes, const char *device,
		  unsigned int session, struct tally *tally)
{
	struct sender sender = { .bytes = bytes };
	uint8_t packet[BYTES_MAX];

	write_packet(packet, session, bytes);
	if (udp)
		open_udp(&sender, packet, session);
	else
		open_ring(&sender, packet, device);
	send_until(&sender, tally, seconds);
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
