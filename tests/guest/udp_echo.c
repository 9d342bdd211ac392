/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udp_echo [OPTION]... LINK=SESSION...
 *
 * Sends UDP datagrams over each link to its session's gateway, in IPv4 and IPv6, and
 * compares what the echo network returns byte for byte. Every datagram must come back,
 * once, in order, over the link it left by. Sockets keep their default buffers.
 *
 *	--count N	datagrams of each link and family (1000)
 *	--min N, --max N	payload, bytes (1, what the MTU leaves)
 *	--window N	datagrams of a link and family on their way at once (4)
 *	--burst		send a whole window, wait for all of it, send the next
 *	--family 4|6	only that one
 *	--wait MS	for the next answer, before the rest counts as lost (3000); SLOW in the
 *			environment says how many times longer on a slow kernel
 *	--segments N	hands up to N datagrams of one size to the kernel as one (UDP_SEGMENT);
 *			with --min and --max the same
 *	--checksum-0	two bytes that make the UDP checksum compute to 0, which must be sent
 *			as 0xffff: IPv6 drops a datagram without a checksum
 *	--flood		until SIGTERM, without care for losses and errors: traffic for tests
 *			of something else. Wrong content is an error even then.
 *
 * Sizes go through all that the count allows, in mixed order. Exit status 0 if all came
 * back, 1 if not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT		7007
#define FLOWS_MAX	16
#define PAYLOAD_MAX	65536
#define FLOOD_WAIT_MS	100

struct flow {
	const char *link;
	unsigned int session, family;
	int fd;
	size_t max;			/* payload, bytes */
	unsigned int sent, received;
	unsigned int errors;
	uint16_t balance;		/* brings the checksum to 0 */
	int64_t last_ms;		/* the last progress */
	bool lost;
	unsigned int missing;		/* that number did not come in its turn */
	bool misses;
	bool broken;			/* a flood's socket, until it is made anew */
};

static struct {
	unsigned int count, window, family, segments;
	size_t min, max;
	int wait_ms;
	bool burst, flood, checksum_0;
} opt = { .count = 1000, .window = 4, .segments = 1, .min = 1, .wait_ms = 3000 };

static struct flow flows[FLOWS_MAX];
static unsigned int flow_count;
static volatile sig_atomic_t stopped;
static uint64_t bytes;

static void die(const char *what)
{
	fprintf(stderr, "udp_echo: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint32_t sum_words(uint32_t sum, const void *data, size_t length)
{
	const uint8_t *bytes_of = data;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)bytes_of[i] << 8 | bytes_of[i + 1];
	return sum;
}

/* What a payload of one word must be for the sum of all words to be 0xffff. */
static uint16_t balance_of(const struct flow *flow)
{
	const uint16_t length = 8 + 2;
	uint32_t sum = IPPROTO_UDP + length + length;	/* pseudo header and header */

	if (flow->family == 6) {
		struct sockaddr_in6 from = { 0 }, to = { 0 };
		socklen_t size = sizeof(from);

		getsockname(flow->fd, (struct sockaddr *)&from, &size);
		size = sizeof(to);
		getpeername(flow->fd, (struct sockaddr *)&to, &size);
		sum = sum_words(sum, &from.sin6_addr, 16);
		sum = sum_words(sum, &to.sin6_addr, 16);
		sum += ntohs(from.sin6_port) + ntohs(to.sin6_port);
	} else {
		struct sockaddr_in from = { 0 }, to = { 0 };
		socklen_t size = sizeof(from);

		getsockname(flow->fd, (struct sockaddr *)&from, &size);
		size = sizeof(to);
		getpeername(flow->fd, (struct sockaddr *)&to, &size);
		sum = sum_words(sum, &from.sin_addr, 4);
		sum = sum_words(sum, &to.sin_addr, 4);
		sum += ntohs(from.sin_port) + ntohs(to.sin_port);
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The same generator on both ways; a byte in the wrong place differs from the right one. */
static void fill(uint8_t *data, size_t length, const struct flow *flow, unsigned int number)
{
	uint32_t state = number * 2654435761u ^ flow->session << 24 ^ flow->family << 28 ^ 0x5eed;

	if (opt.checksum_0) {
		data[0] = (uint8_t)(flow->balance >> 8);
		data[1] = (uint8_t)flow->balance;
		return;
	}
	for (size_t i = 0; i < length; i++) {
		state = state * 1664525 + 1013904223;
		data[i] = (uint8_t)(state >> 24);
	}
}

/* Spread over all sizes; 7919 is prime, so that every number has its turn. */
static size_t size_of(const struct flow *flow, unsigned int number)
{
	uint64_t step = (uint64_t)number * 7919 % opt.count;

	if (opt.count < 2)
		return flow->max;
	return opt.min + step * (flow->max - opt.min) / (opt.count - 1);
}

static unsigned int link_mtu(const char *link)
{
	struct ifreq request = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", link);
	if (fd < 0 || ioctl(fd, SIOCGIFMTU, &request)) {
		if (!opt.flood)
			die(link);
		request.ifr_mtu = 1500;
	}
	close(fd);
	return (unsigned int)request.ifr_mtu;
}

/* Returns false and leaves errno when that is not possible now. */
static bool flow_connect(struct flow *flow)
{
	struct sockaddr_in to4 = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	bool ipv6 = flow->family == 6;
	char text[64];

	flow->fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (flow->fd < 0)
		die("socket");
	if (setsockopt(flow->fd, SOL_SOCKET, SO_BINDTODEVICE, flow->link,
		       (socklen_t)strlen(flow->link) + 1))
		return false;
	if (opt.segments > 1) {
		int size = (int)flow->max;

		if (setsockopt(flow->fd, SOL_UDP, UDP_SEGMENT, &size, sizeof(size)))
			die("UDP_SEGMENT");
	}
	if (ipv6) {
		snprintf(text, sizeof(text), "2001:db8:64:%x::1", flow->session);
		inet_pton(AF_INET6, text, &to6.sin6_addr);
		return !connect(flow->fd, (struct sockaddr *)&to6, sizeof(to6));
	}
	snprintf(text, sizeof(text), "10.64.%u.1", flow->session);
	inet_pton(AF_INET, text, &to4.sin_addr);
	return !connect(flow->fd, (struct sockaddr *)&to4, sizeof(to4));
}

/* For floods: links come and go under them. */
static void flow_reconnect(struct flow *flow)
{
	close(flow->fd);
	flow->broken = !flow_connect(flow);
	flow->last_ms = now_ms();
}

static void add_flow(const char *link, unsigned int session, unsigned int family)
{
	struct flow *flow = &flows[flow_count];
	size_t most = link_mtu(link) - (family == 6 ? 48 : 28);

	if (opt.family && opt.family != family)
		return;
	if (flow_count == FLOWS_MAX) {
		fprintf(stderr, "udp_echo: at most %d flows\n", FLOWS_MAX);
		exit(2);
	}
	*flow = (struct flow){ .link = link, .session = session, .family = family,
			       .max = opt.max && opt.max < most ? opt.max : most,
			       .last_ms = now_ms() };
	if (!flow_connect(flow) && !opt.flood)
		die(link);
	flow->balance = balance_of(flow);
	flow_count++;
}

static bool flow_done(const struct flow *flow)
{
	return flow->lost || (!opt.flood && flow->received == opt.count);
}

static bool flow_may_send(const struct flow *flow)
{
	unsigned int out = flow->sent - flow->received;

	if (flow->lost || flow->broken || (!opt.flood && flow->sent == opt.count))
		return false;
	if (opt.burst)
		return out == 0 || flow->sent % opt.window;
	return out < opt.window;
}

/* Datagrams that may go now, at most as many as one call takes. Returns their bytes. */
static size_t flow_fill(const struct flow *flow, uint8_t *data, unsigned int *count)
{
	struct flow next = *flow;
	size_t size = 0;

	for (*count = 0; *count < opt.segments && flow_may_send(&next); (*count)++) {
		fill(data + size, size_of(flow, next.sent), flow, next.sent);
		size += size_of(flow, next.sent);
		next.sent++;
	}
	return size;
}

static void flow_send(struct flow *flow)
{
	static uint8_t data[PAYLOAD_MAX];

	while (flow_may_send(flow)) {
		unsigned int count;
		size_t size = flow_fill(flow, data, &count);
		ssize_t done;

		done = send(flow->fd, data, size, 0);
		if (done < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (done != (ssize_t)size) {
			flow->errors++;
			flow->broken = opt.flood;
			flow->lost = !opt.flood;
			if (flow->lost)
				fprintf(stderr, "%s IPv%u: sending %zu bytes: %s\n", flow->link,
					flow->family, size, strerror(errno));
			return;
		}
		flow->sent += count;
		flow->last_ms = now_ms();
	}
}

static bool is_number(const struct flow *flow, const uint8_t *data, size_t length,
		      unsigned int number)
{
	static uint8_t wanted[PAYLOAD_MAX];

	if (length != size_of(flow, number))
		return false;
	fill(wanted, length, flow, number);
	return !memcmp(wanted, data, length);
}

static void say_wrong(const struct flow *flow, const uint8_t *data, size_t length)
{
	static uint8_t wanted[PAYLOAD_MAX];
	size_t size = size_of(flow, flow->received), at = 0;

	for (unsigned int number = flow->received ? flow->received - 1 : 0;
	     number < flow->sent; number++) {
		if (number != flow->received && is_number(flow, data, length, number)) {
			fprintf(stderr, "%s IPv%u: datagram %u of %zu bytes came, not %u of %zu\n",
				flow->link, flow->family, number, length, flow->received, size);
			return;
		}
	}
	fill(wanted, size, flow, flow->received);
	while (at < length && at < size && wanted[at] == data[at])
		at++;
	fprintf(stderr, "%s IPv%u: datagram %u: %zu bytes came, not %zu, first difference at %zu\n",
		flow->link, flow->family, flow->received, length, size, at);
}

/* While losses are nobody's concern, an answer may be that to any later datagram. */
static bool flood_accepts(struct flow *flow, const uint8_t *data, size_t length)
{
	for (unsigned int number = flow->received; number < flow->sent; number++) {
		if (is_number(flow, data, length, number)) {
			flow->received = number + 1;
			return true;
		}
	}
	/* An old one, after a pause that counted it as lost. */
	for (unsigned int number = flow->received; number-- > 0 && flow->received - number < 4096;) {
		if (is_number(flow, data, length, number))
			return true;
	}
	return false;
}

/* Returns false when something came that should not. */
static bool flow_receive(struct flow *flow)
{
	static uint8_t data[PAYLOAD_MAX];
	ssize_t length;

	while ((length = recv(flow->fd, data, sizeof(data), 0)) >= 0) {
		bool right = opt.flood ? flood_accepts(flow, data, (size_t)length) :
			flow->received < flow->sent &&
			is_number(flow, data, (size_t)length, flow->received);

		if (!right) {
			say_wrong(flow, data, (size_t)length);
			flow->missing = flow->received;
			flow->misses = !opt.flood;
			flow->lost = true;
			return false;
		}
		if (!opt.flood)
			flow->received++;
		bytes += (uint64_t)length;
		flow->last_ms = now_ms();
	}
	if (errno != EAGAIN && errno != EINTR) {
		flow->errors++;
		if (!opt.flood) {
			fprintf(stderr, "%s IPv%u: receiving: %s\n", flow->link, flow->family,
				strerror(errno));
			flow->lost = true;
			return false;
		}
	}
	return true;
}

static void flow_late(struct flow *flow, int64_t now)
{
	if (opt.flood) {
		if (now - flow->last_ms > FLOOD_WAIT_MS) {
			flow->received = flow->sent;
			flow->last_ms = now;
			if (flow->broken)
				flow_reconnect(flow);
		}
		return;
	}
	if (!flow_done(flow) && now - flow->last_ms > opt.wait_ms) {
		fprintf(stderr, "%s IPv%u: %u sent, %u came back, number %u (%zu bytes) is lost\n",
			flow->link, flow->family, flow->sent, flow->received, flow->received,
			size_of(flow, flow->received));
		flow->lost = true;
	}
}

/* Lost or only overtaken? */
static void say_missing(const struct flow *flow)
{
	static uint8_t data[PAYLOAD_MAX];
	struct pollfd fd = { .fd = flow->fd, .events = POLLIN };
	ssize_t length;

	while (poll(&fd, 1, 300) > 0 && (length = recv(flow->fd, data, sizeof(data), 0)) >= 0) {
		if (is_number(flow, data, (size_t)length, flow->missing)) {
			fprintf(stderr, "%s IPv%u: number %u came later\n", flow->link,
				flow->family, flow->missing);
			return;
		}
	}
	fprintf(stderr, "%s IPv%u: number %u did not come at all\n", flow->link, flow->family,
		flow->missing);
}

static bool all_done(void)
{
	for (unsigned int i = 0; i < flow_count; i++) {
		if (!flow_done(&flows[i]))
			return false;
	}
	return true;
}

/* Returns whether all went well. */
static bool run(void)
{
	struct pollfd fds[FLOWS_MAX];
	bool well = true;

	while (!stopped && !all_done()) {
		for (unsigned int i = 0; i < flow_count; i++) {
			bool wants;

			flow_send(&flows[i]);
			wants = flow_may_send(&flows[i]);
			fds[i] = (struct pollfd){ .fd = flow_done(&flows[i]) || flows[i].broken ? -1 :
								 flows[i].fd,
						  .events = wants ? POLLIN | POLLOUT : POLLIN };
		}
		if (poll(fds, flow_count, 20) < 0 && errno != EINTR)
			die("poll");
		for (unsigned int i = 0; i < flow_count; i++) {
			if (fds[i].revents)
				well &= flow_receive(&flows[i]);
			flow_late(&flows[i], now_ms());
		}
	}
	for (unsigned int i = 0; i < flow_count; i++) {
		well &= opt.flood || !flows[i].lost;
		if (flows[i].misses)
			say_missing(&flows[i]);
	}
	return well;
}

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

static unsigned long number_of(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end) {
		fprintf(stderr, "udp_echo: not a number: %s\n", text);
		exit(2);
	}
	return value;
}

static void options(int argc, char **argv)
{
	static const struct option table[] = {
		{ "count", required_argument, NULL, 'c' }, { "min", required_argument, NULL, 'm' },
		{ "max", required_argument, NULL, 'M' }, { "window", required_argument, NULL, 'w' },
		{ "family", required_argument, NULL, 'f' }, { "wait", required_argument, NULL, 't' },
		{ "burst", no_argument, NULL, 'b' }, { "flood", no_argument, NULL, 'F' },
		{ "segments", required_argument, NULL, 's' },
		{ "checksum-0", no_argument, NULL, '0' },
		{ NULL, 0, NULL, 0 },
	};
	const char *slow = getenv("SLOW");
	int option;

	while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
		switch (option) {
		case 'c': opt.count = (unsigned int)number_of(optarg); break;
		case 'm': opt.min = number_of(optarg); break;
		case 'M': opt.max = number_of(optarg); break;
		case 'w': opt.window = (unsigned int)number_of(optarg); break;
		case 'f': opt.family = (unsigned int)number_of(optarg); break;
		case 't': opt.wait_ms = (int)number_of(optarg); break;
		case 's': opt.segments = (unsigned int)number_of(optarg); break;
		case 'b': opt.burst = true; break;
		case 'F': opt.flood = true; break;
		case '0': opt.checksum_0 = true, opt.min = opt.max = 2; break;
		default: exit(2);
		}
	}
	for (; optind < argc; optind++) {
		char *equals = strchr(argv[optind], '=');

		if (!equals) {
			fprintf(stderr, "udp_echo: not LINK=SESSION: %s\n", argv[optind]);
			exit(2);
		}
		*equals = '\0';
		add_flow(argv[optind], (unsigned int)number_of(equals + 1), 4);
		add_flow(argv[optind], (unsigned int)number_of(equals + 1), 6);
	}
	if (slow && *slow)
		opt.wait_ms *= (int)number_of(slow);
	if (!flow_count || !opt.window || !opt.count || !opt.segments) {
		fprintf(stderr, "udp_echo: nothing to do\n");
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	int64_t start = now_ms();
	uint64_t sent = 0, failed = 0;
	bool well;

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	options(argc, argv);
	well = run();
	for (unsigned int i = 0; i < flow_count; i++) {
		sent += flows[i].sent;
		failed += flows[i].errors;
	}
	printf("%llu datagrams sent, %llu bytes returned, %llu errors, in %lld ms\n",
	       (unsigned long long)sent, (unsigned long long)bytes, (unsigned long long)failed,
	       (long long)(now_ms() - start));
	return well ? EXIT_SUCCESS : EXIT_FAILURE;
}
