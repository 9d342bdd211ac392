// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bytes.h"
#include "chip.h"
#include "dma.h"
#include "pci.h"
#include "report.h"
#include "vfio.h"

#define HEADER		16
#define FDS		16
#define BODY_MAX	(1 << 16)
#define NO_REPLY	0x10
#define REPLY		0x01
#define ERROR		0x20

#define REGION_CONFIG	7
#define REGIONS		9
#define IRQ_MSI		1
#define IRQ_ERROR	3
#define IRQS		5
#define IRQ_EVENTFD	0x04

enum command {
	VERSION = 1, DMA_MAP, DMA_UNMAP, GET_INFO, GET_REGION_INFO, GET_REGION_FDS, GET_IRQ_INFO,
	SET_IRQS, REGION_READ, REGION_WRITE, DMA_READ, DMA_WRITE, RESET, DIRTY, WRITE_MULTI
};

struct request {
	uint8_t head[HEADER], body[BODY_MAX];
	size_t size;
	int fds[FDS];
	unsigned int fd_count;
};

static int listener = -1, machine = -1, msi = -1;
static struct request request;
static uint8_t reply[HEADER + BODY_MAX];

bool vfio_listen(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		return false;
	strcpy(address.sun_path, path);
	unlink(path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	       listen(listener, 1) == 0;
}

int vfio_fd(void)
{
	return machine >= 0 ? machine : listener;
}

void vfio_interrupt(void)
{
	uint64_t one = 1;

	if (msi >= 0 && write(msi, &one, sizeof(one)) < 0)
		say("an interrupt cannot be delivered");
}

static void set_msi(int fd)
{
	if (msi >= 0)
		close(msi);
	msi = fd;
}

static void hang_up(void)
{
	close(machine);
	machine = -1;
	set_msi(-1);
	dma_unmap_all();
	pci_reset();
	chip_power_on();
}

static bool get(uint8_t *to, size_t size)
{
	char space[CMSG_SPACE(FDS * sizeof(int))];
	struct iovec vector = { to, size };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = space,
				  .msg_controllen = sizeof(space) };
	struct cmsghdr *control;

	if (size == 0)
		return true;
	if (recvmsg(machine, &message, MSG_WAITALL | MSG_CMSG_CLOEXEC) != (ssize_t)size)
		return false;
	for (control = CMSG_FIRSTHDR(&message); control; control = CMSG_NXTHDR(&message, control)) {
		unsigned int count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (control->cmsg_type != SCM_RIGHTS || request.fd_count + count > FDS)
			continue;
		memcpy(request.fds + request.fd_count, CMSG_DATA(control), count * sizeof(int));
		request.fd_count += count;
	}
	return true;
}

/* answer: size bytes of the body in reply, or an errno */
static void answer(size_t size, int error)
{
	if (get32(request.head + 8) & NO_REPLY)
		return;
	memcpy(reply, request.head, 4);
	put32(reply + 4, HEADER + (error ? 0 : size));
	put32(reply + 8, REPLY | (error ? ERROR : 0));
	put32(reply + 12, error);
	if (send(machine, reply, get32(reply + 4), MSG_NOSIGNAL) < 0)
		say("the machine does not take an answer: %s", strerror(errno));
}

static int take_fd(void)
{
	int fd;

	if (!request.fd_count)
		return -1;
	fd = request.fds[0];
	request.fd_count--;
	memmove(request.fds, request.fds + 1, request.fd_count * sizeof(int));
	return fd;
}

static void do_version(void)
{
	static const char text[] = "{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":4096,"
				   "\"pgsizes\":4096,\"max_dma_maps\":65535}}";

	put32(reply + HEADER, 0);
	memcpy(reply + HEADER + 4, text, sizeof(text));
	answer(4 + sizeof(text), 0);
}

static void do_map(void)
{
	const uint8_t *body = request.body;
	int fd = request.fd_count ? request.fds[0] : -1;
	bool well = request.size >= 32 && dma_map(get64(body + 16), get64(body + 24), get64(body + 8), fd,
						  get32(body + 4) & 2);

	answer(0, well ? 0 : EINVAL);
}

static void do_unmap(void)
{
	const uint8_t *body = request.body;

	if (request.size < 24) {
		answer(0, EINVAL);
		return;
	}
	if (get32(body + 4) & 2)
		dma_unmap_all();
	else
		dma_unmap(get64(body + 8), get64(body + 16));
	memcpy(reply + HEADER, body, 24);
	answer(24, 0);
}

static void do_info(void)
{
	put32(reply + HEADER, 16);
	put32(reply + HEADER + 4, 3);
	put32(reply + HEADER + 8, REGIONS);
	put32(reply + HEADER + 12, IRQS);
	answer(16, 0);
}

static uint64_t region_size(uint32_t region)
{
	switch (region) {
	case 0: return CHIP_BAR0_SIZE;
	case 2: return CHIP_BAR2_SIZE;
	case REGION_CONFIG: return PCI_CONFIG_SIZE;
	default: return 0;
	}
}

static void do_region_info(void)
{
	uint32_t region = get32(request.body + 8);
	uint64_t size = region_size(region);

	memset(reply + HEADER, 0, 32);
	put32(reply + HEADER, 32);
	put32(reply + HEADER + 4, size ? 3 : 0);
	put32(reply + HEADER + 8, region);
	put64(reply + HEADER + 16, size);
	answer(32, region < REGIONS ? 0 : EINVAL);
}

static void do_irq_info(void)
{
	uint32_t index = get32(request.body + 8);

	put32(reply + HEADER, 16);
	put32(reply + HEADER + 4, 1);
	put32(reply + HEADER + 8, index);
	put32(reply + HEADER + 12, index == IRQ_MSI || index == IRQ_ERROR);
	answer(16, 0);
}

static void do_set_irqs(void)
{
	uint32_t flags = get32(request.body + 4), index = get32(request.body + 8);

	if (index == IRQ_MSI) {
		bool set = (flags & IRQ_EVENTFD) && get32(request.body + 16);

		set_msi(set ? take_fd() : -1);
	}
	answer(0, 0);
}

static bool access_is_well(uint64_t offset, uint32_t region, uint32_t size)
{
	return region_size(region) && offset <= region_size(region) && size <= region_size(region) - offset;
}

static void do_read(void)
{
	uint64_t offset = get64(request.body);
	uint32_t region = get32(request.body + 8), size = get32(request.body + 12);
	uint8_t *to = reply + HEADER + 16;

	if (!access_is_well(offset, region, size)) {
		answer(0, EINVAL);
		return;
	}
	if (region == REGION_CONFIG)
		pci_read(offset, to, size);
	else
		chip_read(region, offset, to, size);
	memcpy(reply + HEADER, request.body, 16);
	answer(16 + size, 0);
}

/* The answer goes out first: nobody waits for what a write sets in motion. */
static void do_write(void)
{
	uint64_t offset = get64(request.body);
	uint32_t region = get32(request.body + 8), size = get32(request.body + 12);

	if (!access_is_well(offset, region, size) || request.size < 16 + size) {
		answer(0, EINVAL);
		return;
	}
	memcpy(reply + HEADER, request.body, 16);
	answer(16, 0);
	if (region == REGION_CONFIG)
		pci_write(offset, request.body + 16, size);
	else
		chip_write(region, offset, request.body + 16, size);
}

static void do_reset(void)
{
	answer(0, 0);
	say("reset by the machine");
	pci_reset();
	chip_power_on();
}

static void dispatch(void)
{
	memset(request.body + request.size, 0, 64);
	switch (get16(request.head + 2)) {
	case VERSION: do_version(); break;
	case DMA_MAP: do_map(); break;
	case DMA_UNMAP: do_unmap(); break;
	case GET_INFO: do_info(); break;
	case GET_REGION_INFO: do_region_info(); break;
	case GET_IRQ_INFO: do_irq_info(); break;
	case SET_IRQS: do_set_irqs(); break;
	case REGION_READ: do_read(); break;
	case REGION_WRITE: do_write(); break;
	case RESET: do_reset(); break;
	default: answer(0, ENOTSUP); break;
	}
}

void vfio_input(void)
{
	if (machine < 0) {
		machine = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		return;
	}
	request.fd_count = 0;
	if (!get(request.head, HEADER))
		goto gone;
	request.size = get32(request.head + 4) - HEADER;
	if (request.size > BODY_MAX - 64 || !get(request.body, request.size))
		goto gone;
	dispatch();
	while (request.fd_count)
		close(take_fd());
	return;
gone:
	hang_up();
}
