// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stream up|down SECONDS SESSION...: one TCP connection for each session to the peer beyond
 * the modem, all busy at once. What counts is what the other side has acknowledged, or what
 * was read.
 */
#include "load.h"

#include <linux/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK	(128u << 10)

struct flow {
	int fd;
	uint64_t read_bytes, start;
};

static void flow_open(struct flow *flow, unsigned int session, bool up)
{
	struct sockaddr_in from = own(session, 0);
	struct sockaddr_in to = gateway(session, up ? PORT_TAKE : PORT_GIVE);

	flow->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (flow->fd < 0 || bind(flow->fd, (void *)&from, sizeof(from)) ||
	    connect(flow->fd, (void *)&to, sizeof(to)))
		die("stream: connect");
}

static uint64_t acknowledged(const struct flow *flow)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);

	if (getsockopt(flow->fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		die("stream: TCP_INFO");
	return info.tcpi_bytes_acked;
}

static uint64_t progress(const struct flow *flow, bool up)
{
	return up ? acknowledged(flow) : flow->read_bytes;
}

static void move(struct flow *flow, bool up)
{
	static uint8_t data[CHUNK];
	ssize_t bytes = up ? send(flow->fd, data, sizeof(data), MSG_DONTWAIT) :
			     recv(flow->fd, data, sizeof(data), MSG_DONTWAIT);

	if (!bytes) {
		fprintf(stderr, "stream: the peer has closed\n");
		_exit(1);
	}
	if (!up && bytes > 0)
		flow->read_bytes += (uint64_t)bytes;
}

static void run_until(struct flow *flows, struct pollfd *fds, unsigned int count, bool up,
		      double end_s)
{
	while (now_s() < end_s) {
		if (poll(fds, count, 50) <= 0)
			continue;
		for (unsigned int i = 0; i < count; i++) {
			if (fds[i].revents)
				move(&flows[i], up);
		}
	}
}

int main(int argc, char **argv)
{
	unsigned int ids[SESSIONS], count;
	struct flow flows[SESSIONS] = { 0 };
	struct pollfd fds[SESSIONS];
	double from_s, to_s, total = 0;
	bool up;

	if (argc < 4 || (strcmp(argv[1], "up") && strcmp(argv[1], "down")))
		usage("stream up|down SECONDS SESSION...");
	up = !strcmp(argv[1], "up");
	count = load_sessions(argv + 3, ids);
	for (unsigned int i = 0; i < count; i++) {
		flow_open(&flows[i], ids[i], up);
		fds[i] = (struct pollfd){ .fd = flows[i].fd, .events = up ? POLLOUT : POLLIN };
	}
	run_until(flows, fds, count, up, now_s() + WARM_UP_S);
	for (unsigned int i = 0; i < count; i++)
		flows[i].start = progress(&flows[i], up);
	from_s = load_begin();
	run_until(flows, fds, count, up, from_s + number(argv[2]));
	to_s = load_end();
	printf("@flows");
	for (unsigned int i = 0; i < count; i++) {
		double bytes = (double)(progress(&flows[i], up) - flows[i].start);

		printf(" %.0f", bytes);
		total += bytes;
	}
	printf("\n");
	load_span("bytes", from_s, to_s, total);
	return 0;
}
