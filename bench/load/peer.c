// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * peer NAMESPACE: the other side of the network: runs in the network namespace that the
 * modem's carrier "tun" made, a process for each connection. See load.h for what it serves.
 */
#include "load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK		(128u << 10)
#define HEADERS		28u	/* IPv4 and UDP */
#define BYTES_MAX	1500u
#define TICK_MS		1
#define QUEUE_PACKETS	4096

static uint8_t data[CHUNK];

static void enter(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

/* A burst must not end in the device between us and the modem. */
static void widen(unsigned int session)
{
	struct ifreq request = { .ifr_qlen = QUEUE_PACKETS };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "session%u", session);
	if (fd < 0 || ioctl(fd, SIOCSIFTXQLEN, &request))
		die(request.ifr_name);
	close(fd);
}

static int serve(int type, uint16_t port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, type, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (void *)&any, sizeof(any)) || (type == SOCK_STREAM && listen(fd, SESSIONS)))
		die("peer: serve");
	return fd;
}

static void take(int fd)
{
	while (recv(fd, data, sizeof(data), 0) > 0)
		continue;
}

static void give(int fd)
{
	while (send(fd, data, sizeof(data), MSG_NOSIGNAL) > 0)
		continue;
}

/* A child ends with the peer. True in the child. */
static bool beget(void)
{
	if (fork())
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return true;
}

static void accept_one(int listener, void (*work)(int fd))
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		return;
	if (beget()) {
		work(fd);
		_exit(0);
	}
	close(fd);
}

static void send_number(int fd, const struct sockaddr_in *to, uint32_t sequence, size_t bytes)
{
	uint32_t be = htonl(sequence);

	memcpy(data, &be, sizeof(be));
	sendto(fd, data, bytes, 0, (const void *)to, sizeof(*to));
}

/* What is due by now, then a tick of rest: the modem needs the processor too. */
static void send_at_rate(int fd, const struct sockaddr_in *to, const struct order *order)
{
	size_t bytes = ntohl(order->bytes) - HEADERS;
	double rate = ntohl(order->kbit_s) * 1000.0 / 8 / ntohl(order->bytes);
	double start_s = now_s(), end_s = start_s + ntohl(order->ms) / 1000.0, at_s;
	uint32_t sequence = 0;

	while ((at_s = now_s()) < end_s) {
		while (sequence < (at_s - start_s) * rate)
			send_number(fd, to, sequence++, bytes);
		poll(NULL, 0, TICK_MS);
	}
}

static void send_burst(int fd, const struct sockaddr_in *to, const struct order *order)
{
	for (uint32_t i = 0; i < ntohl(order->packets); i++)
		send_number(fd, to, i, ntohl(order->bytes) - HEADERS);
}

static void obey_one(int fd)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	struct order order;

	if (recvfrom(fd, &order, sizeof(order), 0, (void *)&from, &size) != sizeof(order) ||
	    ntohl(order.bytes) <= HEADERS + sizeof(uint32_t) || ntohl(order.bytes) > BYTES_MAX)
		return;
	if (!beget())
		return;
	if (order.ms)
		send_at_rate(fd, &from, &order);
	else
		send_burst(fd, &from, &order);
	_exit(0);
}

int main(int argc, char **argv)
{
	struct pollfd fds[3];

	if (argc != 2)
		usage("peer NAMESPACE");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	enter(argv[1]);
	for (unsigned int session = 0; session < SESSIONS; session++)
		widen(session);
	fds[0].fd = serve(SOCK_STREAM, PORT_TAKE);
	fds[1].fd = serve(SOCK_STREAM, PORT_GIVE);
	fds[2].fd = serve(SOCK_DGRAM, PORT_ORDER);
	for (unsigned int i = 0; i < 3; i++)
		fds[i].events = POLLIN;
	printf("ready\n");
	fflush(stdout);
	while (poll(fds, 3, -1) > 0) {
		if (fds[0].revents)
			accept_one(fds[0].fd, take);
		if (fds[1].revents)
			accept_one(fds[1].fd, give);
		if (fds[2].revents)
			obey_one(fds[2].fd);
	}
	return 1;
}
