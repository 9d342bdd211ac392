// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages arrive in order and are answered in order, one write a reply. Nothing here
 * waits, with one exception: memory that came without a descriptor is read and written
 * by asking the client, and while that answer is due the client's own requests are still
 * served (a guest CPU may be waiting for one of them).
 *
 * Requests that would pull the ground from under the code which waits for such an answer
 * (a reset, the end of the connection) cancel the access; the function's settle() hook
 * does the rest when everything has unwound.
 */
#define _GNU_SOURCE
#include "vfiouser.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "dma.h"
#include "loop.h"
#include "record.h"
#include "unix.h"

#define MESSAGES_A_ROUND	64
#define DESCRIPTORS_MAX		16
#define TRANSFER_MAX		(1u << 20)
#define MESSAGE_MAX		(TRANSFER_MAX + 64)
#define OUTPUT_MAX		(4u << 20)
#define REMOTE_CHUNK		4096u
#define REMOTE_WAIT_MS		3000

enum command {
	CMD_VERSION = 1,
	CMD_DMA_MAP = 2,
	CMD_DMA_UNMAP = 3,
	CMD_DEVICE_GET_INFO = 4,
	CMD_DEVICE_GET_REGION_INFO = 5,
	CMD_DEVICE_GET_IRQ_INFO = 7,
	CMD_DEVICE_SET_IRQS = 8,
	CMD_REGION_READ = 9,
	CMD_REGION_WRITE = 10,
	CMD_DMA_READ = 11,
	CMD_DMA_WRITE = 12,
	CMD_DEVICE_RESET = 13,
	CMD_REGION_WRITE_MULTI = 15,
};

#define FLAG_TYPE_MASK		0x0fu
#define FLAG_REPLY		0x01u
#define FLAG_NO_REPLY		0x10u
#define FLAG_ERROR		0x20u

struct header {
	uint16_t id;
	uint16_t command;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

struct device_info {
	uint32_t argsz, flags, regions, irqs;
};

struct region_info {
	uint32_t argsz, flags, index, cap_offset;
	uint64_t size, offset;
};

struct irq_info {
	uint32_t argsz, flags, index, count;
};

struct irq_set {
	uint32_t argsz, flags, index, start, count;
};

struct dma_window {
	uint32_t argsz, flags;
	uint64_t offset, address, size;
};

struct dma_unwindow {
	uint32_t argsz, flags;
	uint64_t address, size;
};

struct region_access {
	uint64_t offset;
	uint32_t region, count;
};

struct multi_entry {
	uint64_t offset;
	uint32_t region, count;
	uint8_t data[8];
};

struct memory_access {
	uint64_t address;
	uint64_t count;		/* as QEMU 11.1 has it; its data follows at 16 */
};

#define MEMORY_DATA sizeof(struct memory_access)

_Static_assert(sizeof(struct header) == 16, "header");
_Static_assert(sizeof(struct region_info) == 32, "region info");
_Static_assert(sizeof(struct dma_window) == 32, "DMA_MAP");
_Static_assert(sizeof(struct dma_unwindow) == 24, "DMA_UNMAP");
_Static_assert(sizeof(struct multi_entry) == 24, "REGION_WRITE_MULTI");

struct message {
	struct header header;
	uint8_t *body;
	uint32_t len;		/* of the body */
	int fds[DESCRIPTORS_MAX];
	unsigned int fd_count;
};

struct vfiouser {
	struct loop *loop;
	struct record *record;
	struct dma *dma;
	struct vfiouser_function function;
	char *path;
	struct loop_fd listener;
	struct loop_fd client;		/* fd -1: nobody is connected */
	bool greeted;			/* VERSION was exchanged */
	bool broken;			/* the client must go; done from the loop */

	/* The message that is arriving: header, then body, bytes counted in @received. */
	struct message in;
	uint32_t received;
	uint32_t body_size;		/* allocated */

	/* What the client has not taken yet. */
	uint8_t *out;
	size_t out_len, out_size;

	/* A question to the client about its memory. */
	uint16_t next_id;
	bool waiting;
	uint16_t wait_id;
	int wait_result;
	void *wait_data;
	uint32_t wait_len;
};

static void close_fds(struct message *message)
{
	for (unsigned int i = 0; i < message->fd_count; i++) {
		if (message->fds[i] >= 0)
			close(message->fds[i]);
	}
	message->fd_count = 0;
}

/* Ownership goes to the caller. */
static int take_fd(struct message *message, unsigned int index)
{
	int fd;

	if (index >= message->fd_count)
		return -1;
	fd = message->fds[index];
	message->fds[index] = -1;
	return fd;
}

static void break_off(struct vfiouser *server, const char *why)
{
	if (!server->broken)
		record_say(server->record, "vfio-user: %s: closing the connection", why);
	server->broken = true;
}

/* ---- sending ---- */

static void keep_output(struct vfiouser *server, const uint8_t *data, size_t len)
{
	if (len > OUTPUT_MAX - server->out_len) {
		break_off(server, "the client does not take its replies");
		return;
	}
	if (server->out_len + len > server->out_size) {
		size_t size = server->out_len + len;
		uint8_t *out = realloc(server->out, size);

		if (!out) {
			break_off(server, "no memory for a reply");
			return;
		}
		server->out = out;
		server->out_size = size;
	}
	memcpy(server->out + server->out_len, data, len);
	server->out_len += len;
	loop_fd_change(&server->client, EPOLLIN | EPOLLOUT);
}

/* One write for each message: QEMU takes a header that arrives in parts for a broken server. */
static void send_bytes(struct vfiouser *server, const void *data, size_t len)
{
	ssize_t sent = 0;

	if (server->broken || server->client.fd < 0)
		return;
	if (!server->out_len) {
		sent = send(server->client.fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			break_off(server, strerror(errno));
			return;
		}
		if (sent < 0)
			sent = 0;
	}
	if ((size_t)sent < len)
		keep_output(server, (const uint8_t *)data + sent, len - (size_t)sent);
}

static void flush_output(struct vfiouser *server)
{
	ssize_t sent;

	if (!server->out_len)
		return;
	sent = send(server->client.fd, server->out, server->out_len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0) {
		if (errno != EAGAIN && errno != EINTR)
			break_off(server, strerror(errno));
		return;
	}
	server->out_len -= (size_t)sent;
	memmove(server->out, server->out + sent, server->out_len);
	if (!server->out_len)
		loop_fd_change(&server->client, EPOLLIN);
}

static void send_message(struct vfiouser *server, const struct header *header, const void *body,
			 const void *data, uint32_t body_len, uint32_t data_len)
{
	uint8_t small[sizeof(*header) + sizeof(struct region_access) + 64];
	uint8_t *buffer = small;
	uint32_t size = (uint32_t)sizeof(*header) + body_len + data_len;

	if (size > sizeof(small))
		buffer = malloc(size);
	if (!buffer) {
		break_off(server, "no memory for a reply");
		return;
	}
	memcpy(buffer, &(struct header){
		.id = htole16(header->id),
		.command = htole16(header->command),
		.size = htole32(size),
		.flags = htole32(header->flags),
		.error = htole32(header->error),
	}, sizeof(*header));
	if (body_len)
		memcpy(buffer + sizeof(*header), body, body_len);
	if (data_len)
		memcpy(buffer + sizeof(*header) + body_len, data, data_len);
	send_bytes(server, buffer, size);
	if (buffer != small)
		free(buffer);
}

static void reply_data(struct vfiouser *server, const struct message *message, const void *body,
		       uint32_t body_len, const void *data, uint32_t data_len)
{
	struct header header = message->header;

	if (header.flags & FLAG_NO_REPLY)
		return;
	header.flags = FLAG_REPLY;
	header.error = 0;
	send_message(server, &header, body, data, body_len, data_len);
}

static void reply(struct vfiouser *server, const struct message *message, const void *body,
		  uint32_t body_len)
{
	reply_data(server, message, body, body_len, NULL, 0);
}

static void reply_error(struct vfiouser *server, const struct message *message, int error)
{
	struct header header = message->header;

	record_event(server->record, "pci", "request_refused", "\"command\":%u,\"errno\":%d",
		     header.command, -error);
	if (header.flags & FLAG_NO_REPLY)
		return;
	header.flags = FLAG_REPLY | FLAG_ERROR;
	header.error = (uint32_t)-error;
	send_message(server, &header, NULL, NULL, 0, 0);
}

/* ---- the requests; each returns 0 when it has replied, else a negative errno to reply ---- */

static int do_version(struct vfiouser *server, struct message *message)
{
	/* QEMU knows these members; it needs no more (vfio-user, "Order of messages"). */
	static const char text[] = "\0\0\0\0{\"capabilities\":{\"max_msg_fds\":16,"
		"\"max_data_xfer_size\":1048576,\"pgsizes\":4096,\"max_dma_maps\":65535,"
		"\"write_multiple\":true}}";
	uint16_t major;

	if (message->len < 4)
		return -EINVAL;
	memcpy(&major, message->body, sizeof(major));
	if (le16toh(major) != 0)
		return -ENOTSUP;
	if (message->len > 4 && message->body[message->len - 1] != '\0')
		return -EINVAL;
	server->greeted = true;
	reply(server, message, text, sizeof(text));
	return 0;
}

static int do_dma_map(struct vfiouser *server, struct message *message)
{
	struct dma_window window;
	int fd, result;

	if (message->len < sizeof(window))
		return -EINVAL;
	memcpy(&window, message->body, sizeof(window));
	if (le32toh(window.argsz) < sizeof(window))
		return -EINVAL;
	fd = message->fd_count ? message->fds[0] : -1;
	result = dma_map(server->dma, le64toh(window.address), le64toh(window.size), fd,
			 le64toh(window.offset), le32toh(window.flags) & 1,
			 le32toh(window.flags) & 2);
	record_event(server->record, "pci", "dma_map",
		     "\"address\":%llu,\"size\":%llu,\"shared\":%s,\"result\":%d",
		     (unsigned long long)le64toh(window.address),
		     (unsigned long long)le64toh(window.size), fd < 0 ? "false" : "true", result);
	if (result)
		return result;
	reply(server, message, NULL, 0);
	return 0;
}

static int do_dma_unmap(struct vfiouser *server, struct message *message)
{
	struct dma_unwindow window;
	int result = 0;

	if (message->len < sizeof(window))
		return -EINVAL;
	memcpy(&window, message->body, sizeof(window));
	if (le32toh(window.argsz) < sizeof(window))
		return -EINVAL;
	if (le32toh(window.flags) & 2)
		dma_unmap_all(server->dma);
	else
		result = dma_unmap(server->dma, le64toh(window.address), le64toh(window.size));
	record_event(server->record, "pci", "dma_unmap",
		     "\"address\":%llu,\"size\":%llu,\"result\":%d",
		     (unsigned long long)le64toh(window.address),
		     (unsigned long long)le64toh(window.size), result);
	if (result)
		return result;
	reply(server, message, &window, sizeof(window));
	return 0;
}

static int do_device_info(struct vfiouser *server, struct message *message)
{
	struct device_info info = {
		.argsz = htole32(sizeof(info)),
		.flags = htole32(3),		/* reset, PCI */
		.regions = htole32(VFIOUSER_REGIONS),
		.irqs = htole32(VFIOUSER_IRQS),
	};

	if (message->len < sizeof(info))
		return -EINVAL;
	reply(server, message, &info, sizeof(info));
	return 0;
}

static int do_region_info(struct vfiouser *server, struct message *message)
{
	struct region_info info;
	uint32_t index, size;

	if (message->len < sizeof(info))
		return -EINVAL;
	memcpy(&info, message->body, sizeof(info));
	index = le32toh(info.index);
	if (index >= VFIOUSER_REGIONS)
		return -EINVAL;
	size = server->function.region_size[index];
	info = (struct region_info){
		.argsz = htole32(sizeof(info)),
		.flags = htole32(size ? 3 : 0),		/* read, write; never mmap */
		.index = htole32(index),
		.size = htole64(size),
	};
	reply(server, message, &info, sizeof(info));
	return 0;
}

static int do_irq_info(struct vfiouser *server, struct message *message)
{
	struct irq_info info;
	uint32_t index, count;

	if (message->len < sizeof(info))
		return -EINVAL;
	memcpy(&info, message->body, sizeof(info));
	index = le32toh(info.index);
	if (index >= VFIOUSER_IRQS)
		return -EINVAL;
	count = server->function.irq_count[index];
	info = (struct irq_info){
		.argsz = htole32(sizeof(info)),
		.flags = htole32(count ? 1 : 0),	/* by eventfd */
		.index = htole32(index),
		.count = htole32(count),
	};
	reply(server, message, &info, sizeof(info));
	return 0;
}

#define IRQ_DATA_NONE		0x01u
#define IRQ_DATA_BOOL		0x02u
#define IRQ_DATA_EVENTFD	0x04u
#define IRQ_DATA_MASK		0x07u
#define IRQ_ACTION_TRIGGER	0x20u

static void remove_eventfds(struct vfiouser *server, uint32_t index)
{
	for (uint32_t i = 0; i < server->function.irq_count[index]; i++)
		server->function.set_eventfd(server->function.self, index, i, -1);
}

static int set_irqs(struct vfiouser *server, struct message *message, const struct irq_set *set)
{
	const struct vfiouser_function *function = &server->function;
	uint32_t data = set->flags & IRQ_DATA_MASK;

	if ((set->flags & ~IRQ_DATA_MASK) != IRQ_ACTION_TRIGGER)
		return -EINVAL;			/* no vector of ours can be masked */
	if (set->index >= VFIOUSER_IRQS)
		return -EINVAL;
	if (data == IRQ_DATA_NONE && !set->count) {
		remove_eventfds(server, set->index);
		return 0;
	}
	if (!set->count || set->start >= function->irq_count[set->index] ||
	    set->count > function->irq_count[set->index] - set->start)
		return -EINVAL;
	if (data == IRQ_DATA_BOOL && message->len < sizeof(*set) + set->count)
		return -EINVAL;
	for (uint32_t i = 0; i < set->count; i++) {
		uint32_t vector = set->start + i;

		if (data == IRQ_DATA_EVENTFD)
			function->set_eventfd(function->self, set->index, vector,
					      take_fd(message, i));
		else if (data == IRQ_DATA_NONE ||
			 (data == IRQ_DATA_BOOL && message->body[sizeof(*set) + i]))
			function->trigger(function->self, set->index, vector);
		else if (data != IRQ_DATA_BOOL)
			return -EINVAL;
	}
	return 0;
}

static int do_set_irqs(struct vfiouser *server, struct message *message)
{
	struct irq_set set;
	int result;

	if (message->len < sizeof(set))
		return -EINVAL;
	memcpy(&set, message->body, sizeof(set));
	set.argsz = le32toh(set.argsz);
	set.flags = le32toh(set.flags);
	set.index = le32toh(set.index);
	set.start = le32toh(set.start);
	set.count = le32toh(set.count);
	result = set.argsz < sizeof(set) ? -EINVAL : set_irqs(server, message, &set);
	record_event(server->record, "pci", "set_irqs",
		     "\"index\":%u,\"flags\":%u,\"start\":%u,\"count\":%u,\"fds\":%u,\"result\":%d",
		     set.index, set.flags, set.start, set.count, message->fd_count, result);
	if (result)
		return result;
	reply(server, message, NULL, 0);
	return 0;
}

static bool inside(const struct vfiouser *server, uint64_t offset, uint32_t region, uint32_t count)
{
	uint32_t size = region < VFIOUSER_REGIONS ? server->function.region_size[region] : 0;

	return count && count <= size && offset <= size - count;
}

static int do_region_read(struct vfiouser *server, struct message *message)
{
	struct region_access access;
	uint8_t data[4096];
	uint32_t count;

	if (message->len < sizeof(access))
		return -EINVAL;
	memcpy(&access, message->body, sizeof(access));
	count = le32toh(access.count);
	if (count > sizeof(data) ||
	    !inside(server, le64toh(access.offset), le32toh(access.region), count))
		return -EINVAL;
	server->function.read(server->function.self, le32toh(access.region),
			      (uint32_t)le64toh(access.offset), data, count);
	reply_data(server, message, &access, sizeof(access), data, count);
	return 0;
}

static int do_region_write(struct vfiouser *server, struct message *message)
{
	struct region_access access;
	uint32_t count;

	if (message->len < sizeof(access))
		return -EINVAL;
	memcpy(&access, message->body, sizeof(access));
	count = le32toh(access.count);
	if (count > message->len - sizeof(access) ||
	    !inside(server, le64toh(access.offset), le32toh(access.region), count))
		return -EINVAL;
	server->function.write(server->function.self, le32toh(access.region),
			       (uint32_t)le64toh(access.offset),
			       message->body + sizeof(access), count);
	reply(server, message, &access, sizeof(access));
	return 0;
}

static int do_region_write_multi(struct vfiouser *server, struct message *message)
{
	uint64_t entries;
	struct multi_entry entry;

	if (message->len < sizeof(entries))
		return -EINVAL;
	memcpy(&entries, message->body, sizeof(entries));
	entries = le64toh(entries);
	if (entries > (message->len - sizeof(entries)) / sizeof(entry))
		return -EINVAL;
	for (uint64_t i = 0; i < entries; i++) {
		uint32_t count;

		memcpy(&entry, message->body + sizeof(entries) + i * sizeof(entry), sizeof(entry));
		count = le32toh(entry.count);
		if (count > sizeof(entry.data) ||
		    !inside(server, le64toh(entry.offset), le32toh(entry.region), count))
			return -EINVAL;
		server->function.write(server->function.self, le32toh(entry.region),
				       (uint32_t)le64toh(entry.offset), entry.data, count);
	}
	reply(server, message, &entries, sizeof(entries));
	return 0;
}

static int do_reset(struct vfiouser *server, struct message *message)
{
	server->function.reset(server->function.self);
	reply(server, message, NULL, 0);
	return 0;
}

static int handle(struct vfiouser *server, struct message *message)
{
	if (!server->greeted && message->header.command != CMD_VERSION)
		return -EINVAL;
	switch (message->header.command) {
	case CMD_VERSION:
		return server->greeted ? -EINVAL : do_version(server, message);
	case CMD_DMA_MAP:
		return do_dma_map(server, message);
	case CMD_DMA_UNMAP:
		return do_dma_unmap(server, message);
	case CMD_DEVICE_GET_INFO:
		return do_device_info(server, message);
	case CMD_DEVICE_GET_REGION_INFO:
		return do_region_info(server, message);
	case CMD_DEVICE_GET_IRQ_INFO:
		return do_irq_info(server, message);
	case CMD_DEVICE_SET_IRQS:
		return do_set_irqs(server, message);
	case CMD_REGION_READ:
		return do_region_read(server, message);
	case CMD_REGION_WRITE:
		return do_region_write(server, message);
	case CMD_REGION_WRITE_MULTI:
		return do_region_write_multi(server, message);
	case CMD_DEVICE_RESET:
		return do_reset(server, message);
	default:
		return -ENOTSUP;
	}
}

/* ---- memory that came without a descriptor ---- */

static void take_answer(struct vfiouser *server, const struct message *message)
{
	/* A late answer to a question that was given up. */
	if (!server->waiting || message->header.id != server->wait_id)
		return;
	server->waiting = false;
	if (message->header.flags & FLAG_ERROR) {
		server->wait_result = -EFAULT;
		return;
	}
	server->wait_result = 0;
	if (!server->wait_data)
		return;
	if (message->len < MEMORY_DATA + server->wait_len)
		server->wait_result = -EIO;
	else
		memcpy(server->wait_data, message->body + MEMORY_DATA, server->wait_len);
}

static int receive(struct vfiouser *server);

/* Serve the client until its answer is here; see the head of the file. */
static int await_answer(struct vfiouser *server)
{
	uint64_t start_us = 0;
	struct timespec now;

	for (;;) {
		struct pollfd poll_fd = {
			.fd = server->client.fd,
			.events = POLLIN | (server->out_len ? POLLOUT : 0),
		};
		uint64_t now_us;

		clock_gettime(CLOCK_MONOTONIC, &now);
		now_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
		if (!start_us)
			start_us = now_us;
		if (now_us - start_us > REMOTE_WAIT_MS * 1000ull) {
			record_say(server->record, "vfio-user: the client did not answer about its memory");
			server->waiting = false;
			return -ETIMEDOUT;
		}
		if (poll(&poll_fd, 1, 100) < 0 && errno != EINTR)
			return -errno;
		if (poll_fd.revents & POLLOUT)
			flush_output(server);
		while (!server->broken && server->waiting && receive(server) > 0)
			;
		if (!server->waiting)
			return server->wait_result;
		if (server->broken) {
			dma_cancel(server->dma);
			server->waiting = false;
			return -EIO;
		}
		if (dma_canceled(server->dma)) {
			server->waiting = false;
			return -ECANCELED;
		}
	}
}

static int ask(struct vfiouser *server, enum command command, uint64_t address, void *in,
	       const void *out, uint32_t len)
{
	struct header header = { .id = server->next_id++, .command = command };
	struct memory_access access = {
		.address = htole64(address),
		.count = htole64(len),
	};
	uint8_t body[sizeof(access) + REMOTE_CHUNK] = { 0 };

	if (server->client.fd < 0 || server->broken || server->waiting)
		return -EIO;
	memcpy(body, &access, sizeof(access));
	if (out)
		memcpy(body + MEMORY_DATA, out, len);
	server->waiting = true;
	server->wait_id = header.id;
	server->wait_data = in;
	server->wait_len = len;
	send_message(server, &header, body, NULL, (uint32_t)sizeof(access) + (out ? len : 0), 0);
	return await_answer(server);
}

static int remote_read(void *self, uint64_t address, void *data, size_t len)
{
	int result = 0;

	while (len && !result) {
		uint32_t part = len < REMOTE_CHUNK ? (uint32_t)len : REMOTE_CHUNK;

		result = ask(self, CMD_DMA_READ, address, data, NULL, part);
		address += part;
		data = (uint8_t *)data + part;
		len -= part;
	}
	return result;
}

static int remote_write(void *self, uint64_t address, const void *data, size_t len)
{
	int result = 0;

	while (len && !result) {
		uint32_t part = len < REMOTE_CHUNK ? (uint32_t)len : REMOTE_CHUNK;

		result = ask(self, CMD_DMA_WRITE, address, NULL, data, part);
		address += part;
		data = (const uint8_t *)data + part;
		len -= part;
	}
	return result;
}

/* ---- receiving ---- */

static void keep_fds(struct message *message, struct msghdr *raw)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(raw); part; part = CMSG_NXTHDR(raw, part)) {
		unsigned int count;
		int fd;

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		count = (unsigned int)((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		for (unsigned int i = 0; i < count; i++) {
			memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(fd));
			if (message->fd_count < DESCRIPTORS_MAX)
				message->fds[message->fd_count++] = fd;
			else
				close(fd);
		}
	}
}

/* Returns bytes, 0 when nothing is there now, or a negative errno; -EPIPE: the client left. */
static ssize_t read_bytes(struct vfiouser *server, void *data, size_t len)
{
	union {
		char space[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec part = { .iov_base = data, .iov_len = len };
	struct msghdr raw = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	ssize_t count = recvmsg(server->client.fd, &raw, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (count < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (!count)
		return -EPIPE;
	keep_fds(&server->in, &raw);
	return count;
}

static bool body_room(struct vfiouser *server, uint32_t len)
{
	uint8_t *body;

	if (len <= server->body_size)
		return true;
	body = realloc(server->in.body, len);
	if (!body)
		return false;
	server->in.body = body;
	server->body_size = len;
	return true;
}

static void start_body(struct vfiouser *server)
{
	struct header *header = &server->in.header;
	uint32_t size = le32toh(header->size);

	header->id = le16toh(header->id);
	header->command = le16toh(header->command);
	header->flags = le32toh(header->flags);
	if (size < sizeof(*header) || size > MESSAGE_MAX) {
		break_off(server, "a message of impossible size");
		return;
	}
	server->in.len = size - (uint32_t)sizeof(*header);
	if (!body_room(server, server->in.len))
		break_off(server, "no memory for a message");
}

/*
 * The message is handed over as an object of its own: an answer awaited inside its handling
 * receives further ones.
 */
static void deliver(struct vfiouser *server)
{
	struct message message = server->in;
	uint32_t body_size = server->body_size;
	int result;

	server->in = (struct message){ .body = NULL };
	server->body_size = 0;
	server->received = 0;
	if ((message.header.flags & FLAG_TYPE_MASK) == FLAG_REPLY) {
		take_answer(server, &message);
	} else if (message.header.flags & FLAG_TYPE_MASK) {
		break_off(server, "a message that is neither request nor reply");
	} else {
		result = handle(server, &message);
		if (result)
			reply_error(server, &message, result);
	}
	close_fds(&message);
	if (!server->in.body) {
		/* Keep the buffer for the next message. */
		server->in.body = message.body;
		server->body_size = body_size;
	} else {
		free(message.body);
	}
}

/*
 * Returns 1 when a message was handled, 0 when none is complete yet, or a negative errno when
 * the connection has ended.
 */
static int receive(struct vfiouser *server)
{
	const uint32_t head = sizeof(struct header);
	ssize_t count;

	while (server->received < head) {
		count = read_bytes(server, (uint8_t *)&server->in.header + server->received,
				   head - server->received);
		if (count <= 0)
			return (int)count;
		server->received += (uint32_t)count;
		if (server->received == head)
			start_body(server);
	}
	while (!server->broken && server->received < head + server->in.len) {
		uint32_t have = server->received - head;

		count = read_bytes(server, server->in.body + have, server->in.len - have);
		if (count <= 0)
			return (int)count;
		server->received += (uint32_t)count;
	}
	if (server->broken)
		return -EPROTO;
	deliver(server);
	return 1;
}

/* ---- connections ---- */

static void disconnect(struct vfiouser *server)
{
	int fd = server->client.fd;

	if (fd < 0)
		return;
	loop_fd_forget(&server->client);
	close(fd);
	close_fds(&server->in);
	server->received = 0;
	server->out_len = 0;
	server->greeted = false;
	server->broken = false;
	server->waiting = false;
	server->function.disconnected(server->function.self);
	dma_unmap_all(server->dma);
	record_event(server->record, "pci", "disconnected", NULL);
	loop_fd_change(&server->listener, EPOLLIN);
}

static void client_ready(struct loop_fd *watch, uint32_t events)
{
	struct vfiouser *server = watch->owner;
	int result = 1;

	(void)events;
	flush_output(server);
	/* A client that takes no replies gets no further requests served. */
	for (int i = 0; i < MESSAGES_A_ROUND && result > 0 && !server->out_len; i++) {
		dma_resume(server->dma);
		server->function.settle(server->function.self);
		result = receive(server);
	}
	if (result < 0 || server->broken)
		disconnect(server);
}

static void listener_ready(struct loop_fd *watch, uint32_t events)
{
	struct vfiouser *server = watch->owner;
	int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd < 0)
		return;
	if (server->client.fd >= 0) {
		close(fd);
		return;
	}
	if (loop_fd_watch(server->loop, &server->client, fd, EPOLLIN)) {
		close(fd);
		return;
	}
	/* The next client waits in the backlog until this one has gone. */
	loop_fd_change(&server->listener, 0);
	record_event(server->record, "pci", "connected", NULL);
	server->function.connected(server->function.self);
}

struct vfiouser *vfiouser_listen(struct loop *loop, struct record *record, struct dma *dma,
				 const struct vfiouser_function *function, const char *path)
{
	struct vfiouser *server = calloc(1, sizeof(*server));
	int fd;

	if (!server)
		return NULL;
	server->loop = loop;
	server->record = record;
	server->dma = dma;
	server->function = *function;
	server->client = (struct loop_fd){ .fd = -1, .ready = client_ready, .owner = server };
	server->listener = (struct loop_fd){ .fd = -1, .ready = listener_ready, .owner = server };
	server->path = strdup(path);
	fd = server->path ? unix_listen(path) : -ENOMEM;
	if (fd >= 0) {
		int result = loop_fd_watch(loop, &server->listener, fd, EPOLLIN);

		if (result) {
			unix_close(fd, path);
			fd = result;
		}
	}
	if (fd < 0) {
		free(server->path);
		free(server);
		errno = -fd;
		return NULL;
	}
	dma_set_remote(dma, (struct dma_remote){
		.read = remote_read, .write = remote_write, .self = server,
	});
	return server;
}

void vfiouser_free(struct vfiouser *server)
{
	int fd;

	if (!server)
		return;
	disconnect(server);
	fd = server->listener.fd;
	loop_fd_forget(&server->listener);
	unix_close(fd, server->path);
	dma_set_remote(server->dma, (struct dma_remote){ 0 });
	free(server->in.body);
	free(server->out);
	free(server->path);
	free(server);
}
