// SPDX-License-Identifier: GPL-2.0-or-later
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

void client_connect(struct host *host)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(address.sun_path, host->socket);
	host->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(host->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("vfio-user socket");
}

void client_close(struct host *host)
{
	if (host->fd >= 0)
		close(host->fd);
	if (host->msi >= 0)
		close(host->msi);
	if (host->memory)
		munmap(host->memory, MEMORY_SIZE);
	if (host->memfd >= 0)
		close(host->memfd);
	host->fd = host->msi = host->memfd = -1;
	host->memory = NULL;
	host->used = 0;
}

void client_send(struct host *host, uint16_t id, uint16_t command, uint32_t flags,
		 const void *body, uint32_t len, const int *fds, unsigned int fd_count)
{
	union {
		char space[CMSG_SPACE(32 * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct header header = {
		.id = id, .command = command, .size = (uint32_t)sizeof(header) + len,
		.flags = flags,
	};
	struct iovec parts[2] = { { &header, sizeof(header) }, { (void *)body, len } };
	struct msghdr raw = { .msg_iov = parts, .msg_iovlen = len ? 2 : 1 };

	if (fd_count) {
		struct cmsghdr *part;

		raw.msg_control = control.space;
		raw.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		part = CMSG_FIRSTHDR(&raw);
		part->cmsg_level = SOL_SOCKET;
		part->cmsg_type = SCM_RIGHTS;
		part->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(part), fds, fd_count * sizeof(int));
	}
	sendmsg(host->fd, &raw, MSG_NOSIGNAL);
}

static bool read_whole(struct host *host, void *data, size_t len, int ms)
{
	size_t have = 0;

	while (have < len) {
		struct pollfd wait = { .fd = host->fd, .events = POLLIN };
		ssize_t count;

		if (poll(&wait, 1, ms) <= 0)
			return false;
		count = recv(host->fd, (uint8_t *)data + have, len - have, 0);
		if (count <= 0)
			return false;
		have += (size_t)count;
	}
	return true;
}

/* As QEMU 11.1: address and count of 64 bits each, then the data. */
static void answer_memory(struct host *host, const struct header *header, const uint8_t *body)
{
	static uint8_t reply[65536];
	uint64_t address, count;

	memcpy(&address, body, 8);
	memcpy(&count, body + 8, 8);
	host->asked++;
	if (host->while_asked)
		host->while_asked(host);
	memcpy(reply, body, 16);
	if (header->command == CMD_DMA_READ) {
		memcpy(reply + 16, at(host, address), count);
		client_send(host, header->id, header->command, 1, reply,
			    16 + (uint32_t)count, NULL, 0);
	} else {
		memcpy(at(host, address), body + 16, count);
		client_send(host, header->id, header->command, 1, reply, 16, NULL, 0);
	}
}

/* Returns body bytes, -EINPROGRESS after a question of the modem, or a negative errno. */
static int receive_any(struct host *host, struct header *header, void *body, uint32_t size, int ms)
{
	static uint8_t data[1 << 17];
	uint32_t len;

	if (!read_whole(host, header, sizeof(*header), ms))
		return -EPIPE;
	len = header->size - (uint32_t)sizeof(*header);
	if (header->size < sizeof(*header) || len > sizeof(data) || !read_whole(host, data, len, ms))
		return -EPROTO;
	if (!(header->flags & 1)) {
		uint8_t *copy = malloc(len + 1);

		memcpy(copy, data, len);
		answer_memory(host, header, copy);
		free(copy);
		return -EINPROGRESS;
	}
	if (header->flags & 0x20)
		return -(int)header->error;
	if (len > size)
		return -EMSGSIZE;
	if (len)
		memcpy(body, data, len);
	return (int)len;
}

int client_receive(struct host *host, struct header *header, void *body, uint32_t size)
{
	int result;

	do
		result = receive_any(host, header, body, size, WAIT_MS);
	while (result == -EINPROGRESS);
	return result;
}

void serve(struct host *host, int ms)
{
	struct pollfd wait = { .fd = host->fd, .events = POLLIN };
	uint64_t end_ms = now_ms() + (uint64_t)ms;
	struct header header;
	uint8_t body[64];

	while (now_ms() < end_ms && poll(&wait, 1, (int)(end_ms - now_ms())) > 0)
		receive_any(host, &header, body, sizeof(body), ms);
}

static int request_all(struct host *host, uint16_t command, const void *body, uint32_t len,
		       const int *fds, unsigned int fd_count, void *answer, uint32_t size)
{
	uint16_t id = host->next_id++;
	struct header header;
	int result;

	client_send(host, id, command, 0, body, len, fds, fd_count);
	result = client_receive(host, &header, answer, size);
	if (result != -EPIPE && (header.id != id || header.command != command))
		return -EBADMSG;
	return result;
}

int request(struct host *host, uint16_t command, const void *body, uint32_t len, void *answer,
	    uint32_t size)
{
	return request_all(host, command, body, len, NULL, 0, answer, size);
}

int request_fds(struct host *host, uint16_t command, const void *body, uint32_t len,
		const int *fds, unsigned int fd_count)
{
	uint8_t answer[64];

	return request_all(host, command, body, len, fds, fd_count, answer, sizeof(answer));
}

int map(struct host *host, uint64_t address, uint64_t size, int fd, uint64_t offset, uint32_t flags)
{
	struct {
		uint32_t argsz, flags;
		uint64_t offset, address, size;
	} window = { 32, flags, offset, address, size };

	return request_fds(host, CMD_DMA_MAP, &window, sizeof(window), &fd, fd >= 0);
}

int unmap(struct host *host, uint64_t address, uint64_t size)
{
	struct {
		uint32_t argsz, flags;
		uint64_t address, size;
	} window = { 24, 0, address, size };

	return request_fds(host, CMD_DMA_UNMAP, &window, sizeof(window), NULL, 0);
}

void client_hello(struct host *host)
{
	static const char version[] = "\0\0\0\0{\"capabilities\":{\"pgsizes\":4096,"
		"\"max_msg_fds\":16,\"max_dma_maps\":65535,\"max_data_xfer_size\":1048576}}";
	char answer[512];

	client_connect(host);
	if (request(host, CMD_VERSION, version, sizeof(version), answer, sizeof(answer)) < 0)
		die("VERSION");
	host->memfd = memfd_create("guest", MFD_CLOEXEC);
	if (host->memfd < 0 || ftruncate(host->memfd, MEMORY_SIZE) < 0)
		die("memfd");
	host->memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, host->memfd, 0);
	if (map(host, MEMORY_BASE, MEMORY_SIZE, host->unshared ? -1 : host->memfd, 0, 3) < 0)
		die("DMA_MAP");
	host->used = 0;
}

int region_read(struct host *host, uint32_t region, uint64_t offset, void *data, uint32_t len)
{
	struct {
		uint64_t offset;
		uint32_t region, count;
	} access = { offset, region, len };
	uint8_t answer[8192];
	int result = request(host, CMD_REGION_READ, &access, sizeof(access), answer, sizeof(answer));

	if (result < 0)
		return result;
	if ((uint32_t)result != sizeof(access) + len)
		return -EBADMSG;
	memcpy(data, answer + sizeof(access), len);
	return 0;
}

int region_write(struct host *host, uint32_t region, uint64_t offset, const void *data,
		 uint32_t len, bool posted)
{
	struct {
		uint64_t offset;
		uint32_t region, count;
		uint8_t data[4096];
	} access = { offset, region, len, { 0 } };
	uint8_t answer[64];
	int result;

	memcpy(access.data, data, len);
	if (posted) {
		client_send(host, host->next_id++, CMD_REGION_WRITE, NO_REPLY, &access, 16 + len,
			    NULL, 0);
		return 0;
	}
	result = request(host, CMD_REGION_WRITE, &access, 16 + len, answer, sizeof(answer));
	return result < 0 ? result : 0;
}

uint32_t read32(struct host *host, uint32_t region, uint64_t offset)
{
	uint32_t value = 0;

	region_read(host, region, offset, &value, sizeof(value));
	return value;
}

void write32(struct host *host, uint32_t region, uint64_t offset, uint32_t value)
{
	region_write(host, region, offset, &value, sizeof(value), region != CONFIG_REGION);
}

void doorbell(struct host *host, unsigned int number, uint32_t value)
{
	write32(host, IOSM_BAR_DOORBELL, IOSM_DOORBELL_REG(number), value);
}

int set_msi(struct host *host, bool on)
{
	struct {
		uint32_t argsz, flags, index, start, count;
	} set = { 20, on ? 0x24 : 0x21, 1, 0, on };

	if (on && host->msi < 0)
		host->msi = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return request_fds(host, CMD_SET_IRQS, &set, sizeof(set), &host->msi, on);
}

uint64_t irq_count(struct host *host)
{
	uint64_t count = 0;

	if (read(host->msi, &count, sizeof(count)) < 0)
		return 0;
	return count;
}

bool wait_irq(struct host *host, int ms)
{
	uint64_t end_ms = now_ms() + (uint64_t)ms;

	for (;;) {
		struct pollfd wait[2] = {
			{ .fd = host->msi, .events = POLLIN },
			{ .fd = host->unshared ? host->fd : -1, .events = POLLIN },
		};
		uint64_t now = now_ms();

		if (poll(wait, 2, now < end_ms ? (int)(end_ms - now) : 0) <= 0)
			return false;
		if (wait[0].revents)
			return irq_count(host);
		serve(host, 1);
	}
}
