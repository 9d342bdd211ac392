// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The machine's network as carrier: this test is the machine behind it, with servers on its
 * loopback addresses, and the host in front, with packets made by hand.
 */
#include "host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#define IP_UL	IOSM_PIPE_UL(IOSM_CHANNEL_IP)
#define IP_DL	IOSM_PIPE_DL(IOSM_CHANNEL_IP)

#define PORT_HERE	4000
#define TCP_SYN		0x02
#define TCP_PSH		0x08
#define TCP_ACK		0x10
#define UDP		17
#define TCP		6

/* Addresses of session 0: the host, its gateway and its name server. */
static const uint8_t host4[4] = { 10, 64, 0, 2 }, gateway4[4] = { 10, 64, 0, 1 };
static const uint8_t dns4[4] = { 10, 64, 0, 53 };
static const uint8_t host6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 0x64, [15] = 2 };
static const uint8_t gateway6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 0x64, [15] = 1 };

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32be(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static unsigned int get16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

static uint16_t transport_sum(const uint8_t *to, bool v4, uint8_t protocol, const uint8_t *data,
			      size_t len)
{
	uint8_t whole[2048] = { 0 };
	size_t addresses = v4 ? 4 : 16;

	memcpy(whole, v4 ? host4 : host6, addresses);
	memcpy(whole + addresses, to, addresses);
	put16(whole + 2 * addresses, protocol);
	put16(whole + 2 * addresses + 2, (unsigned int)len);
	memcpy(whole + 2 * addresses + 4, data, len);
	return checksum(whole, 2 * addresses + 4 + len);
}

/* Sends @data to the address @to; its checksum field is at @sum_at. */
static void send_to(struct host *host, const uint8_t *to, bool v4, uint8_t protocol,
		    uint8_t *data, size_t len, size_t sum_at)
{
	uint8_t block[2048] = { 0 }, *ip = block + 16;
	size_t header = v4 ? 20 : 40;
	struct iosm_wire_adgh adgh = {
		.signature = IOSM_MUX_ADGH, .length = (uint16_t)(16 + header + len),
	};
	uint16_t sum = transport_sum(to, v4, protocol, data, len);

	memcpy(data + sum_at, &sum, 2);
	memcpy(block, &adgh, sizeof(adgh));
	if (v4) {
		ip[0] = 0x45;
		put16(ip + 2, (unsigned int)(header + len));
		ip[8] = 64;
		ip[9] = protocol;
		memcpy(ip + 12, host4, 4);
		memcpy(ip + 16, to, 4);
		sum = checksum(ip, 20);
		memcpy(ip + 10, &sum, 2);
	} else {
		ip[0] = 0x60;
		put16(ip + 4, (unsigned int)len);
		ip[6] = protocol;
		ip[7] = 64;
		memcpy(ip + 8, host6, 16);
		memcpy(ip + 24, to, 16);
	}
	memcpy(ip + header, data, len);
	uplink(host, IP_UL, block, adgh.length);
}

static void send_ip(struct host *host, bool v4, uint8_t protocol, uint8_t *data, size_t len,
		    size_t sum_at)
{
	send_to(host, v4 ? gateway4 : gateway6, v4, protocol, data, len, sum_at);
}

/* Waits for a packet of @protocol; others, like router advertisements, are passed over. */
static int receive_ip(struct host *host, bool v4, uint8_t protocol, uint8_t *data, size_t size)
{
	for (unsigned int i = 0; i < 20; i++) {
		uint8_t block[2048], *ip = block + 16;
		int header = v4 ? 20 : 40, len = downlink(host, IP_DL, block, sizeof(block)) - 16;

		if (len < header)
			return -1;
		if (ip[0] >> 4 != (v4 ? 4 : 6) || ip[v4 ? 9 : 6] != protocol)
			continue;
		if ((size_t)(len - header) > size)
			return -1;
		memcpy(data, ip + header, (size_t)(len - header));
		return len - header;
	}
	return -1;
}

/* A socket at the loopback address with a port of its own; -1 without that protocol here. */
static int serve_at(bool v4, int type, unsigned int *port)
{
	struct sockaddr_in address4 = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr_in6 address6 = {
		.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	struct sockaddr *address = v4 ? (void *)&address4 : (void *)&address6;
	socklen_t len = v4 ? sizeof(address4) : sizeof(address6);
	int fd = socket(v4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, address, len) || (type == SOCK_STREAM && listen(fd, 4)) ||
	    getsockname(fd, address, &len)) {
		close(fd);
		return -1;
	}
	*port = ntohs(v4 ? address4.sin_port : address6.sin6_port);
	return fd;
}

static bool readable(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, WAIT_MS) == 1;
}

static void test_udp(struct tap *tap, struct host *host, bool v4)
{
	uint8_t packet[64] = { 0 }, answer[64];
	const char *name = v4 ? "IPv4" : "IPv6";
	struct sockaddr_storage from;
	socklen_t from_len = sizeof(from);
	unsigned int port;
	int fd = serve_at(v4, SOCK_DGRAM, &port), len;

	if (fd < 0) {
		tap_ok(tap, true, "UDP over %s # SKIP this machine has no loopback of it", name);
		return;
	}
	put16(packet, PORT_HERE);
	put16(packet + 2, port);
	put16(packet + 4, 12);
	memcpy(packet + 8, "ping", 4);
	send_ip(host, v4, UDP, packet, 12, 6);
	len = readable(fd) ? (int)recvfrom(fd, answer, sizeof(answer), 0, (void *)&from, &from_len)
			   : -1;
	tap_ok(tap, len == 4 && !memcmp(answer, "ping", 4), "UDP over %s reaches the machine", name);
	if (len == 4)
		sendto(fd, "answer", 6, 0, (void *)&from, from_len);
	len = receive_ip(host, v4, UDP, answer, sizeof(answer));
	tap_ok(tap, len == 14 && get16(answer) == port && get16(answer + 2) == PORT_HERE &&
	       !memcmp(answer + 8, "answer", 6), "and the answer the host");
	close(fd);
}

static void tcp_segment(struct host *host, unsigned int port, uint32_t sequence,
			uint32_t acknowledged, uint8_t flags, const char *text)
{
	uint8_t segment[128] = { 0 };

	put16(segment, PORT_HERE);
	put16(segment + 2, port);
	put32be(segment + 4, sequence);
	put32be(segment + 8, acknowledged);
	segment[12] = 5 << 4;
	segment[13] = flags;
	put16(segment + 14, 65000);
	memcpy(segment + 20, text, strlen(text));
	send_ip(host, true, TCP, segment, 20 + strlen(text), 16);
}

static void test_tcp(struct tap *tap, struct host *host)
{
	uint8_t answer[256];
	char text[16] = "";
	uint32_t sequence;
	unsigned int port;
	int listener = serve_at(true, SOCK_STREAM, &port), fd, len;

	tcp_segment(host, port, 1000, 0, TCP_SYN, "");
	len = receive_ip(host, true, TCP, answer, sizeof(answer));
	tap_ok(tap, len >= 20 && (answer[13] & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK),
	       "a TCP connection is made");
	memcpy(&sequence, answer + 4, 4);
	sequence = ntohl(sequence) + 1;
	tcp_segment(host, port, 1001, sequence, TCP_ACK, "");
	tcp_segment(host, port, 1001, sequence, TCP_ACK | TCP_PSH, "hello");
	fd = readable(listener) ? accept(listener, NULL, NULL) : -1;
	tap_ok(tap, fd >= 0 && readable(fd) && read(fd, text, sizeof(text)) == 5 &&
	       !strcmp(text, "hello"), "its data reaches the machine");
	if (fd >= 0 && write(fd, "good day", 8) < 0)
		tap_ok(tap, false, "write: %s", strerror(errno));
	do
		len = receive_ip(host, true, TCP, answer, sizeof(answer));
	while (len >= 20 && len == (answer[12] >> 4) * 4);
	tap_ok(tap, len == (answer[12] >> 4) * 4 + 8 &&
	       !memcmp(answer + (answer[12] >> 4) * 4, "good day", 8), "and the answer the host");
	close(fd);
	close(listener);
}

static void test_ping(struct tap *tap, struct host *host)
{
	uint8_t block[256], answer[256];

	uplink(host, IP_UL, block, ping(block, 7, 8));
	tap_ok(tap, receive_ip(host, true, 1, answer, sizeof(answer)) == 16 && !answer[0],
	       "the gateway answers pings");
}

/* A network without anything but loopback, and a name server there. False: that is not permitted. */
static bool own_network(void)
{
	struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	char path[] = "/tmp/vmodem-resolv-XXXXXX";
	bool done = false;
	int fd;

	if (geteuid() || unshare(CLONE_NEWNS | CLONE_NEWNET) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	done = fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &loopback);
	close(fd);
	fd = mkstemp(path);
	done = done && write(fd, "nameserver 127.0.0.1\n", 21) == 21 &&
	       !mount(path, "/etc/resolv.conf", NULL, MS_BIND, NULL);
	close(fd);
	unlink(path);
	return done;
}

static void test_dns(struct tap *tap, struct host *host)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(53),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), len = -1;
	uint8_t packet[64] = { 0 }, answer[64];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);

	put16(packet, PORT_HERE + 1);
	put16(packet + 2, 53);
	put16(packet + 4, 16);
	memcpy(packet + 8, "question", 8);
	if (!bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		send_to(host, dns4, true, UDP, packet, 16, 6);
		if (readable(fd))
			len = (int)recvfrom(fd, answer, sizeof(answer), 0, (void *)&from, &from_len);
	}
	tap_ok(tap, len == 8 && !memcmp(answer, "question", 8),
	       "a question for the bearer's name server reaches the machine's");
	close(fd);
}

/* Whatever a host sends: the modem lives. */
static void test_rubbish(struct tap *tap, struct host *host)
{
	uint8_t packet[256];

	srand(1);
	for (unsigned int i = 0; i < 60; i++) {
		size_t len = 8 + (size_t)rand() % 200;

		for (size_t k = 0; k < len; k++)
			packet[k] = (uint8_t)rand();
		send_ip(host, i & 1, i % 3 ? (i % 3 == 1 ? UDP : TCP) : (uint8_t)rand(), packet, len,
			4);
	}
	wait32(host, pipe_tail(host, IP_UL), host->rings[IP_UL].head);
	tap_ok(tap, modem_command(host, NULL, "carrier"), "rubbish does no harm");
}

int main(void)
{
	char answer[ANSWER_SIZE];
	struct tap tap = { 0 };
	struct host host;
	bool alone = own_network();

	modem_start(&host, "--sleep-idle", "0", "--connected", "0,1", "--carrier", "nat", NULL);
	client_hello(&host);
	tap_ok(&tap, boot(&host) && open_channel(&host, IOSM_CHANNEL_IP, 250, 2048) &&
	       open_session(&host), "a modem at the machine's network");
	test_ping(&tap, &host);
	test_udp(&tap, &host, true);
	test_udp(&tap, &host, false);
	test_tcp(&tap, &host);
	if (alone)
		test_dns(&tap, &host);
	else
		tap_ok(&tap, true, "DNS # SKIP this user can't have a network of its own");
	test_rubbish(&tap, &host);
	tap_ok(&tap, modem_command(&host, answer, "carrier") && strstr(answer, "session 0: uplink") &&
	       strstr(answer, "session 1: uplink 0"), "each session has a network of its own");
	tap_ok(&tap, modem_command(&host, NULL, "disconnect 0"), "the bearer goes");
	tap_ok(&tap, modem_command(&host, answer, "carrier") && !strstr(answer, "session 0"),
	       "and its network with it");
	tap_equal(&tap, breaches(&host, 0), 0, "no breach");
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	return tap_done(&tap);
}
