// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * drain SECONDS SESSION...: reads the datagrams of a flood, as a program would that wants
 * them, and looks at their numbers.
 */
#include "load.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH		64u
#define BYTES_MAX	2048u

struct flow {
	unsigned int session;
	int fd;
	uint32_t next;
	uint64_t packets, missing, reordered;
};

static void flow_open(struct flow *flow, unsigned int session)
{
	struct sockaddr_in local = own(session, PORT_DISCARD);

	flow->session = session;
	flow->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (flow->fd < 0 || bind(flow->fd, (void *)&local, sizeof(local)))
		die("drain: bind");
}

static void flow_see(struct flow *flow, uint32_t sequence)
{
	int32_t ahead = (int32_t)(sequence - flow->next);

	if (ahead < 0 && flow->packets) {
		flow->reordered++;
		return;
	}
	if (flow->packets)
		flow->missing += (uint32_t)ahead;
	flow->packets++;
	flow->next = sequence + 1;
}

static void flow_read(struct flow *flow)
{
	static uint8_t data[BATCH][BYTES_MAX];
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	int count;

	memset(messages, 0, sizeof(messages));
	for (unsigned int i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){ .iov_base = data[i], .iov_len = BYTES_MAX };
		messages[i].msg_hdr.msg_iov = &vectors[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	count = recvmmsg(flow->fd, messages, BATCH, 0, NULL);
	for (int i = 0; i < count; i++) {
		uint32_t sequence;

		memcpy(&sequence, data[i], sizeof(sequence));
		flow_see(flow, ntohl(sequence));
	}
}

static void read_until(struct flow *flows, struct pollfd *fds, unsigned int count, double end_s)
{
	while (now_s() < end_s) {
		if (poll(fds, count, 100) <= 0)
			continue;
		for (unsigned int i = 0; i < count; i++) {
			if (fds[i].revents)
				flow_read(&flows[i]);
		}
	}
}

int main(int argc, char **argv)
{
	unsigned int ids[SESSIONS], count;
	struct flow flows[SESSIONS] = { 0 };
	struct pollfd fds[SESSIONS];
	uint64_t packets = 0, reordered = 0;
	double from_s, to_s;

	if (argc < 3)
		usage("drain SECONDS SESSION...");
	count = load_sessions(argv + 2, ids);
	for (unsigned int i = 0; i < count; i++) {
		flow_open(&flows[i], ids[i]);
		fds[i] = (struct pollfd){ .fd = flows[i].fd, .events = POLLIN };
	}
	read_until(flows, fds, count, now_s() + WARM_UP_S);
	for (unsigned int i = 0; i < count; i++)
		flows[i].packets = flows[i].missing = flows[i].reordered = 0;
	from_s = load_begin();
	read_until(flows, fds, count, from_s + number(argv[1]));
	to_s = load_end();
	printf("@flows");
	for (unsigned int i = 0; i < count; i++) {
		printf(" %llu", (unsigned long long)flows[i].packets);
		packets += flows[i].packets;
		reordered += flows[i].reordered;
	}
	printf("\n@value reordered %llu\n", (unsigned long long)reordered);
	load_span("packets", from_s, to_s, (double)packets);
	return 0;
}
