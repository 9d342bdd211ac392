/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port_echo PORT TEST [ARGUMENT]...: a WWAN port whose modem returns each message
 * unchanged (modemctl mbim-echo, at-echo, rpc-echo).
 *
 *	sizes MAX [all]		a message of each size up to MAX: all of them, or those around
 *				powers of two and every 61st
 *	one SIZE		one message; its errno by name if it is refused
 *	pieces SIZE READ	a message that is read READ bytes at a time, and the next one
 *	nonblock		O_NONBLOCK and poll on an empty port and with one message
 *	fill SIZE		O_NONBLOCK writes until the port takes no more, says how many
 *				were taken, then waits for SIGUSR1, then reads all of them
 *	writers N COUNT MAX	N processes write COUNT messages each; all come, whole, in
 *				each writer's order
 *	cycle COUNT		open, write, read, close, COUNT times
 *	first			wait until PORT is there; a message and its answer
 *	write-close COUNT	write COUNT messages and close at once
 *	held			open, says so and waits for SIGUSR1; then a write, whose errno it
 *				says by name if it is refused
 *	hangup			open, says so, and waits in poll(2) for a hang-up and in read(2) for
 *				an end, half a minute for both; says how each came
 *	churn			until SIGTERM: open, write, read some of the answers, close, without
 *				care for errors: PORT may go away and come back. An answer that is
 *				not the next one due is an error even then. Of PORT only what follows
 *				"wwanN" counts: the number may change.
 *
 * Exit status 0 if it went well, 1 if not, 2 wrong use.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGE_MAX	(64 * 1024)
#define ANSWER_MS	5000
#define STRIDE		61
#define WRITERS_MAX	16

static uint8_t out[MESSAGE_MAX], in[MESSAGE_MAX];

static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("port_echo: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(EXIT_FAILURE);
}

static const char *error_name(int error)
{
	static char text[16];

	switch (error) {
	case EAGAIN: return "EAGAIN";
	case EBUSY: return "EBUSY";
	case EINVAL: return "EINVAL";
	case EIO: return "EIO";
	case EMSGSIZE: return "EMSGSIZE";
	case ENODEV: return "ENODEV";
	case ENOENT: return "ENOENT";
	case ENXIO: return "ENXIO";
	case ENOMEM: return "ENOMEM";
	case ETIMEDOUT: return "ETIMEDOUT";
	}
	snprintf(text, sizeof(text), "errno %d", error);
	return text;
}

static int open_port(const char *path, int flags)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | flags);

	if (fd < 0)
		fail("open: %s", error_name(errno));
	return fd;
}

/* Differs at every position and from message to message. */
static void fill(uint8_t *data, size_t size, uint32_t number)
{
	uint32_t state = number * 2654435761u ^ (uint32_t)size;

	for (size_t i = 0; i < size; i++) {
		state = state * 1664525 + 1013904223;
		data[i] = (uint8_t)(state >> 24);
	}
}

static void put(int fd, const void *data, size_t size)
{
	ssize_t done = write(fd, data, size);

	if (done < 0)
		fail("writing %zu bytes: %s", size, error_name(errno));
	if ((size_t)done != size)
		fail("writing %zu bytes: %zd were taken", size, done);
}

static bool readable(int fd, int ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int ready;

	do
		ready = poll(&poll_fd, 1, ms);
	while (ready < 0 && errno == EINTR);
	if (poll_fd.revents & (POLLHUP | POLLERR))
		fail("the port hangs up (%#x)", poll_fd.revents);
	return ready > 0 && poll_fd.revents & POLLIN;
}

/* Returns the length of the next message. */
static size_t get(int fd, size_t limit)
{
	ssize_t done;

	if (!readable(fd, ANSWER_MS))
		fail("no answer within %d ms", ANSWER_MS);
	done = read(fd, in, limit);
	if (done < 0)
		fail("reading: %s", error_name(errno));
	return (size_t)done;
}

static void want(int fd, const uint8_t *data, size_t size)
{
	size_t length = get(fd, sizeof(in));

	if (length != size)
		fail("%zu bytes came back of %zu", length, size);
	for (size_t i = 0; i < size; i++) {
		if (in[i] != data[i])
			fail("of %zu bytes number %zu is different: %#x, not %#x", size, i, in[i], data[i]);
	}
}

static void want_nothing(int fd)
{
	if (readable(fd, 50))
		fail("%zu bytes more came", get(fd, sizeof(in)));
}

static void round_trip(int fd, size_t size, uint32_t number)
{
	fill(out, size, number);
	put(fd, out, size);
	want(fd, out, size);
}

/* Powers of two and what lies beside them, page and block sizes among these. */
static bool worth(size_t size, size_t max)
{
	if (size <= 64 || max - size <= 64 || size % STRIDE == 0)
		return true;
	for (size_t power = 64; power <= max; power *= 2) {
		for (int near = -2; near <= 2; near++) {
			if (size == power + (size_t)near || size == power + power / 2 + (size_t)near)
				return true;
		}
	}
	return false;
}

static int test_sizes(const char *path, size_t max, bool all)
{
	int fd = open_port(path, 0);
	unsigned int count = 0;

	for (size_t size = 1; size <= max; size++) {
		if (all || worth(size, max))
			round_trip(fd, size, ++count);
	}
	want_nothing(fd);
	printf("%u sizes up to %zu\n", count, max);
	return close(fd);
}

static int test_one(const char *path, size_t size)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ssize_t done;

	if (fd < 0) {
		printf("open %s\n", error_name(errno));
		return 1;
	}
	fill(out, size, 1);
	done = write(fd, out, size);
	if (done < 0) {
		printf("write %s\n", error_name(errno));
		/* A refused message is gone, and nothing else with it. */
		if (errno == EMSGSIZE) {
			round_trip(fd, 100, 2);
			want_nothing(fd);
			printf("and the next one passes\n");
		}
		close(fd);
		return 1;
	}
	if ((size_t)done != size)
		fail("writing %zu bytes: %zd were taken", size, done);
	if (!readable(fd, 2000)) {
		printf("no answer\n");
		close(fd);
		return 1;
	}
	want(fd, out, size);
	printf("returned\n");
	return close(fd);
}

static int test_pieces(const char *path, size_t size, size_t piece)
{
	int fd = open_port(path, 0);
	size_t had = 0;

	fill(out, size, 7);
	put(fd, out, size);
	put(fd, "the next message", 16);
	while (had < size) {
		size_t length = get(fd, piece), left = size - had;

		if (length != (left < piece ? left : piece))
			fail("a read of %zu gave %zu with %zu bytes left", piece, length, left);
		if (memcmp(in, out + had, length))
			fail("another content from byte %zu on", had);
		had += length;
	}
	want(fd, (const uint8_t *)"the next message", 16);
	want_nothing(fd);
	return close(fd);
}

static int test_nonblock(const char *path)
{
	int fd = open_port(path, O_NONBLOCK);
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN | POLLOUT };

	if (read(fd, in, sizeof(in)) != -1 || errno != EAGAIN)
		fail("a read of an empty port is not refused with EAGAIN");
	if (poll(&poll_fd, 1, 0) != 1 || poll_fd.revents != POLLOUT)
		fail("an empty port polls as %#x, not POLLOUT", poll_fd.revents);
	fill(out, 1000, 3);
	put(fd, out, 1000);
	if (!readable(fd, ANSWER_MS))
		fail("no answer within %d ms", ANSWER_MS);
	if (poll(&poll_fd, 1, 0) != 1 || (poll_fd.revents & (POLLIN | POLLOUT)) != (POLLIN | POLLOUT))
		fail("with a message the port polls as %#x", poll_fd.revents);
	want(fd, out, 1000);
	if (read(fd, in, sizeof(in)) != -1 || errno != EAGAIN)
		fail("a message is still there after it was read");
	return close(fd);
}

static void nothing(int number)
{
	(void)number;
}

static int test_fill(const char *path, size_t size)
{
	int fd = open_port(path, O_NONBLOCK);
	struct sigaction action = { .sa_handler = nothing };
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
	unsigned int count = 0;
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	sigaction(SIGUSR1, &action, NULL);
	while (count < 4096) {
		ssize_t done;

		fill(out, size, count);
		done = write(fd, out, size);
		if (done < 0 && errno == EAGAIN)
			break;
		if (done != (ssize_t)size)
			fail("writing: %s", error_name(errno));
		count++;
	}
	if (count < 4096 && poll(&poll_fd, 1, 0) && poll_fd.revents & POLLOUT)
		fail("the port refuses writes and polls as writable");
	printf("%u taken\n", count);
	fflush(stdout);
	sigsuspend(&old);
	for (unsigned int i = 0; i < count; i++) {
		fill(out, size, i);
		want(fd, out, size);
	}
	poll_fd.revents = 0;
	if (poll(&poll_fd, 1, ANSWER_MS) != 1 || !(poll_fd.revents & POLLOUT))
		fail("the port does not become writable again");
	round_trip(fd, size, count);
	want_nothing(fd);
	printf("%u returned\n", count);
	return close(fd);
}

/* ---- several writers ---- */

struct head {
	uint32_t writer, number, size;
};

static size_t writer_size(unsigned int writer, unsigned int number, size_t max)
{
	return sizeof(struct head) + (writer * 7919 + number * 104729) % (max - sizeof(struct head) + 1);
}

static void writer_message(unsigned int writer, unsigned int number, size_t max)
{
	size_t size = writer_size(writer, number, max);
	struct head head = { writer, number, (uint32_t)size };

	fill(out, size, writer << 16 | number);
	memcpy(out, &head, sizeof(head));
}

static void write_all(const char *path, unsigned int writer, unsigned int count, size_t max)
{
	int fd = open_port(path, 0);

	for (unsigned int number = 0; number < count; number++) {
		writer_message(writer, number, max);
		put(fd, out, writer_size(writer, number, max));
	}
	exit(EXIT_SUCCESS);
}

static int test_writers(const char *path, unsigned int writers, unsigned int count, size_t max)
{
	unsigned int next[WRITERS_MAX] = { 0 };
	int fd = open_port(path, 0);

	if (writers > WRITERS_MAX || max > MESSAGE_MAX || max < sizeof(struct head))
		return 2;
	for (unsigned int writer = 0; writer < writers; writer++) {
		if (!fork())
			write_all(path, writer, count, max);
	}
	for (unsigned int i = 0; i < writers * count; i++) {
		size_t length = get(fd, sizeof(in));
		struct head head;

		if (length < sizeof(head))
			fail("message %u has %zu bytes", i, length);
		memcpy(&head, in, sizeof(head));
		if (head.writer >= writers || head.size != length)
			fail("message %u: %zu bytes, said to be %u of writer %u", i, length,
			     head.size, head.writer);
		if (head.number != next[head.writer]++)
			fail("writer %u: number %u came, not %u", head.writer, head.number,
			     next[head.writer] - 1);
		writer_message(head.writer, head.number, max);
		if (memcmp(in, out, length))
			fail("writer %u, number %u: another content", head.writer, head.number);
	}
	want_nothing(fd);
	for (unsigned int writer = 0; writer < writers; writer++) {
		int status;

		if (wait(&status) < 0 || status)
			fail("a writer failed");
	}
	return close(fd);
}

/* ---- opening and closing ---- */

static int test_cycle(const char *path, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		int fd = open_port(path, 0);

		round_trip(fd, 1 + i * 37 % 2000, i);
		if (close(fd))
			fail("close: %s", error_name(errno));
	}
	printf("%u times\n", count);
	return 0;
}

/*
 * Told of a new node, as udev is. For a moment a node is there whose device the WWAN core
 * does not find yet.
 */
static int test_first(const char *path)
{
	char event[4096];
	int nodes = inotify_init1(IN_CLOEXEC), fd;

	if (nodes < 0 || inotify_add_watch(nodes, "/dev", IN_CREATE) < 0)
		fail("watching /dev: %s", error_name(errno));
	while ((fd = open(path, O_RDWR | O_CLOEXEC)) < 0) {
		if (errno != ENOENT)
			usleep(1000);
		else if (read(nodes, event, sizeof(event)) < 0)
			fail("watching /dev: %s", error_name(errno));
	}
	round_trip(fd, 100, 1);
	return close(fd);
}

static int test_write_close(const char *path, unsigned int count)
{
	int fd = open_port(path, 0);

	for (unsigned int i = 0; i < count; i++) {
		fill(out, 500, i);
		put(fd, out, 500);
	}
	return close(fd);
}

/* ---- for ports that come and go ---- */

static int test_held(const char *path)
{
	struct sigaction action = { .sa_handler = nothing };
	sigset_t set, old;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	sigaction(SIGUSR1, &action, NULL);
	fd = open_port(path, 0);
	printf("open\n");
	fflush(stdout);
	sigsuspend(&old);
	if (write(fd, "AT\r", 3) < 0)
		printf("write %s\n", error_name(errno));
	else
		printf("written\n");
	return close(fd);
}

#define HANGUP_MS	30000

/* In a process of its own: what a read that waits gets when the port ends. */
static pid_t hangup_reader(int fd)
{
	pid_t reader = fork();
	ssize_t length;

	if (reader)
		return reader;
	alarm(HANGUP_MS / 1000);
	length = read(fd, in, sizeof(in));
	if (length < 0)
		printf("read %s\n", error_name(errno));
	else
		printf("read %zd\n", length);
	fflush(stdout);
	_exit(length > 0);
}

static int test_hangup(const char *path)
{
	struct pollfd poll_fd = { .events = POLLIN };
	pid_t reader;
	int status;

	poll_fd.fd = open_port(path, 0);
	reader = hangup_reader(poll_fd.fd);
	if (reader < 0)
		fail("fork: %s", error_name(errno));
	printf("open\n");
	fflush(stdout);
	if (poll(&poll_fd, 1, HANGUP_MS) != 1 || !(poll_fd.revents & POLLHUP))
		fail("no hang-up: events %#x", poll_fd.revents);
	printf("poll hang-up\n");
	if (waitpid(reader, &status, 0) != reader || !WIFEXITED(status) || WEXITSTATUS(status))
		fail("the read did not end, or read something");
	return 0;
}

#define CHURN_DEVICES	64	/* the WWAN core counts on while somebody has an old port open */
#define CHURN_MESSAGES	8
#define CHURN_MAX	1500
#define CHURN_WAIT_MS	200

static volatile sig_atomic_t churn_stopped;

static void churn_stop(int number)
{
	(void)number;
	churn_stopped = 1;
}

static int churn_open(const char *name)
{
	char path[64];
	int fd = -1;

	for (unsigned int i = 0; fd < 0 && i < CHURN_DEVICES; i++) {
		snprintf(path, sizeof(path), "/dev/wwan%u%s", i, name);
		fd = open(path, O_RDWR | O_CLOEXEC);
	}
	return fd;
}

/* Returns the length of the next message, 0 if none came, -1 if the port is no more. */
static ssize_t churn_get(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	if (poll(&poll_fd, 1, CHURN_WAIT_MS) < 0 || poll_fd.revents & (POLLHUP | POLLERR))
		return -1;
	return poll_fd.revents & POLLIN ? read(fd, in, sizeof(in)) : 0;
}

static size_t churn_size(uint32_t number)
{
	return 1 + number * 2654435761u % CHURN_MAX;
}

/* Returns how many answers came. */
static unsigned int churn_once(int fd, uint32_t first)
{
	unsigned int writes = rand() % (CHURN_MESSAGES + 1), reads = rand() % (CHURN_MESSAGES + 1);
	unsigned int came = 0;

	for (unsigned int i = 0; i < writes; i++) {
		fill(out, churn_size(first + i), first + i);
		if (write(fd, out, churn_size(first + i)) < 0)
			return came;
	}
	for (; came < reads && came < writes; came++) {
		size_t size = churn_size(first + came);
		ssize_t length = churn_get(fd);

		if (length <= 0)
			return came;
		fill(out, size, first + came);
		if ((size_t)length != size || memcmp(in, out, size))
			fail("%zd bytes came that were not due", length);
	}
	return came;
}

static int test_churn(const char *path)
{
	struct sigaction action = { .sa_handler = churn_stop };
	const char *name = strpbrk(path, "0123456789");
	unsigned int opened = 0, came = 0;
	int fd;

	if (!name)
		return 2;
	name += strspn(name, "0123456789");
	sigaction(SIGTERM, &action, NULL);
	while (!churn_stopped) {
		fd = churn_open(name);
		if (fd < 0) {
			poll(NULL, 0, 20);
			continue;
		}
		came += churn_once(fd, opened * CHURN_MESSAGES);
		close(fd);
		opened++;
	}
	printf("%u times open, %u answers\n", opened, came);
	return 0;
}

static unsigned int number_of(const char *text)
{
	char *end;
	unsigned long value = text ? strtoul(text, &end, 10) : 0;

	if (!text || *text < '0' || *text > '9' || *end || value > 1u << 20) {
		fprintf(stderr, "port_echo: not a number: %s\n", text ? text : "");
		exit(2);
	}
	return (unsigned int)value;
}

static size_t size_of(const char *text)
{
	unsigned int value = number_of(text);

	if (!value || value > MESSAGE_MAX) {
		fprintf(stderr, "port_echo: sizes are 1 to %d\n", MESSAGE_MAX);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	const char *path = argc > 2 ? argv[1] : "", *test = argc > 2 ? argv[2] : "";
	char **arguments = argc > 2 ? argv + 3 : argv;

	if (!strcmp(test, "sizes"))
		return test_sizes(path, size_of(arguments[0]),
				  argc > 4 && !strcmp(arguments[1], "all"));
	if (!strcmp(test, "one"))
		return test_one(path, size_of(arguments[0]));
	if (!strcmp(test, "pieces"))
		return test_pieces(path, size_of(arguments[0]), size_of(arguments[1]));
	if (!strcmp(test, "nonblock"))
		return test_nonblock(path);
	if (!strcmp(test, "fill"))
		return test_fill(path, size_of(arguments[0]));
	if (!strcmp(test, "writers"))
		return test_writers(path, number_of(arguments[0]), number_of(arguments[1]),
				    size_of(arguments[2]));
	if (!strcmp(test, "cycle"))
		return test_cycle(path, number_of(arguments[0]));
	if (!strcmp(test, "write-close"))
		return test_write_close(path, number_of(arguments[0]));
	if (!strcmp(test, "first"))
		return test_first(path);
	if (!strcmp(test, "held"))
		return test_held(path);
	if (!strcmp(test, "hangup"))
		return test_hangup(path);
	if (!strcmp(test, "churn"))
		return test_churn(path);
	fprintf(stderr, "port_echo: no such test; the file's head names them\n");
	return 2;
}
