// SPDX-License-Identifier: GPL-2.0-or-later
/* vfio-user as QEMU speaks it, and as nobody should. */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void test_info(struct tap *tap, struct host *host)
{
	uint32_t info[4] = { 16 }, irq[4] = { 16, 0, 1 };
	struct {
		uint32_t argsz, flags, index, cap;
		uint64_t size, offset;
	} region = { .argsz = 32 };
	static const uint64_t sizes[9] = { 4096, 0, 1024, 0, 0, 0, 0, 4096, 0 };

	tap_equal(tap, request(host, CMD_GET_INFO, info, 16, info, 16), 16, "DEVICE_GET_INFO");
	tap_equal(tap, info[1], 3, "the device can be reset and is PCI");
	tap_ok(tap, info[2] == 9 && info[3] == 5, "9 regions, 5 interrupts");
	for (uint32_t i = 0; i < 9; i++) {
		region.index = i;
		request(host, CMD_GET_REGION_INFO, &region, 32, &region, 32);
		tap_ok(tap, region.size == sizes[i] && region.flags == (sizes[i] ? 3 : 0),
		       "region %u has %llu bytes", i, (unsigned long long)sizes[i]);
	}
	region.index = 9;
	tap_equal(tap, request(host, CMD_GET_REGION_INFO, &region, 32, &region, 32), -EINVAL,
		  "region 9 does not exist");
	request(host, CMD_GET_IRQ_INFO, irq, 16, irq, 16);
	tap_equal(tap, irq[3], 4, "4 MSI vectors");
	irq[2] = 3;
	request(host, CMD_GET_IRQ_INFO, irq, 16, irq, 16);
	tap_ok(tap, irq[3] == 1 && irq[1] & 1, "an error interrupt by eventfd");
	irq[2] = 5;
	tap_equal(tap, request(host, CMD_GET_IRQ_INFO, irq, 16, irq, 16), -EINVAL,
		  "interrupt 5 does not exist");
}

static void test_errors(struct tap *tap, struct host *host)
{
	uint8_t body[64] = { 0 };
	uint32_t value;

	tap_equal(tap, request(host, 6, body, 16, body, 64), -ENOTSUP, "an unknown command");
	tap_equal(tap, request(host, 0xffff, NULL, 0, body, 64), -ENOTSUP, "the last command");
	for (uint16_t command = CMD_DMA_MAP; command <= CMD_REGION_WRITE; command++) {
		if (command != 6)
			tap_equal(tap, request(host, command, body, 3, body, 64), -EINVAL,
				  "command %u with 3 bytes", command);
	}
	tap_equal(tap, request(host, CMD_VERSION, body, 4, body, 64), -EINVAL, "a second VERSION");
	tap_equal(tap, region_read(host, 0, 4096, &value, 4), -EINVAL, "a read behind BAR0");
	tap_equal(tap, region_read(host, 0, 4094, &value, 4), -EINVAL, "a read across its end");
	tap_equal(tap, region_read(host, 2, UINT64_MAX - 1, &value, 4), -EINVAL,
		  "a read that wraps around");
	tap_equal(tap, region_read(host, 1, 0, &value, 4), -EINVAL, "a read of an absent BAR");
	tap_equal(tap, region_read(host, 77, 0, &value, 4), -EINVAL, "a read of no region");
	tap_equal(tap, region_read(host, 2, 0, &value, 0), -EINVAL, "a read of nothing");
	tap_equal(tap, region_write(host, 7, 4096, &value, 4, false), -EINVAL,
		  "a write behind the configuration space");
}

static void test_write_multi(struct tap *tap, struct host *host)
{
	struct {
		uint64_t count;
		struct {
			uint64_t offset;
			uint32_t region, count;
			uint8_t data[8];
		} entry[2];
	} multi = { 2, { { 0x64, 2, 4, { 1, 2, 3, 4 } }, { 0x68, 2, 4, { 5 } } } };
	uint16_t command = 2;
	uint32_t answer[4];

	region_write(host, CONFIG_REGION, 4, &command, 2, false);
	client_send(host, 1, CMD_REGION_WRITE_MULTI, NO_REPLY, &multi, sizeof(multi), NULL, 0);
	tap_equal(tap, read32(host, 2, 0x64), 0x04030201, "REGION_WRITE_MULTI, first entry");
	tap_equal(tap, read32(host, 2, 0x68), 5, "and second");
	multi.count = 3;
	tap_equal(tap, request(host, CMD_REGION_WRITE_MULTI, &multi, sizeof(multi), answer, 16),
		  -EINVAL, "more entries than bytes");
	multi.count = UINT64_MAX / 24 + 2;
	tap_equal(tap, request(host, CMD_REGION_WRITE_MULTI, &multi, sizeof(multi), answer, 16),
		  -EINVAL, "a count that overflows");
	multi.count = 1;
	multi.entry[0].count = 9;
	tap_equal(tap, request(host, CMD_REGION_WRITE_MULTI, &multi, sizeof(multi), answer, 16),
		  -EINVAL, "9 bytes in 8");
}

static void test_dma(struct tap *tap, struct host *host)
{
	int fds[2];

	tap_equal(tap, map(host, MEMORY_BASE + 4096, 4096, host->memfd, 0, 3), -EEXIST,
		  "a window over another one");
	tap_equal(tap, map(host, 0x40000000, 0, host->memfd, 0, 3), -EINVAL, "a window of 0 bytes");
	tap_equal(tap, map(host, 0x40000000, 4096, host->memfd, 0, 0), -EINVAL,
		  "neither readable nor writable");
	tap_equal(tap, map(host, UINT64_MAX - 4095, 8192, host->memfd, 0, 3), -EINVAL,
		  "a window over the end of the address space");
	tap_equal(tap, map(host, UINT64_MAX - 4095, 4096, host->memfd, 0, 3), 0,
		  "a window at the end of the address space");
	tap_equal(tap, map(host, 0x40000000, 8192, host->memfd, MEMORY_SIZE - 4096, 3), -EINVAL,
		  "a window behind the end of its file");
	tap_equal(tap, map(host, 0x40000000, 4096, host->memfd, UINT64_MAX - 4095, 3), -EINVAL,
		  "an offset that overflows");
	if (!pipe(fds)) {
		tap_equal(tap, map(host, 0x40000000, 4096, fds[0], 0, 3), -EINVAL,
			  "memory behind a pipe");
		close(fds[0]);
		close(fds[1]);
	}
	tap_equal(tap, map(host, 0x40000000, 4096, -1, 0, 1), 0, "read-only without descriptor");
	tap_equal(tap, unmap(host, 0x40000000, 2048), -EINVAL, "half a window can't go");
	tap_equal(tap, unmap(host, 0x50000000, 4096), -ENOENT, "nor one that is not there");
	tap_equal(tap, unmap(host, 0x40000000, 4096), 24, "a window goes");
	tap_equal(tap, unmap(host, 0, 0), -EINVAL, "a range of 0 bytes");
}

static void test_irqs(struct tap *tap, struct host *host)
{
	uint32_t set[5] = { 20, 0x24, 1, 0, 1 };
	int event = eventfd(0, EFD_NONBLOCK);
	uint64_t count;

	tap_equal(tap, request_fds(host, CMD_SET_IRQS, set, 20, &event, 1), 0, "an eventfd");
	set[1] = 0x21;
	request_fds(host, CMD_SET_IRQS, set, 20, NULL, 0);
	tap_ok(tap, read(event, &count, 8) < 0, "no interrupt while MSI and bus master are off");
	set[3] = 4;
	tap_equal(tap, request_fds(host, CMD_SET_IRQS, set, 20, NULL, 0), -EINVAL, "vector 4");
	set[3] = 1;
	set[4] = UINT32_MAX;
	tap_equal(tap, request_fds(host, CMD_SET_IRQS, set, 20, NULL, 0), -EINVAL,
		  "too many vectors");
	set[2] = 5;
	tap_equal(tap, request_fds(host, CMD_SET_IRQS, set, 20, NULL, 0), -EINVAL, "no such index");
	set[1] = 0x0c;
	tap_equal(tap, request_fds(host, CMD_SET_IRQS, set, 20, NULL, 0), -EINVAL, "masking");
	set[1] = 0x24;
	set[2] = 1;
	set[3] = 0;
	set[4] = 1;
	tap_equal(tap, request_fds(host, CMD_SET_IRQS, set, 20, NULL, 0), 0,
		  "EVENTFD without a descriptor removes it");
	close(event);
}

static void test_descriptors(struct tap *tap, struct host *host)
{
	unsigned int before = modem_descriptors(host);
	uint8_t body[64] = { 0 };
	int fds[20];

	for (unsigned int i = 0; i < 20; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	request_fds(host, CMD_GET_INFO, body, 16, fds, 16);
	request_fds(host, 99, body, 16, fds, 16);
	request_fds(host, CMD_DMA_MAP, body, 32, fds, 16);
	request_fds(host, CMD_SET_IRQS, body, 20, fds, 16);
	client_send(host, 5, CMD_REGION_WRITE, NO_REPLY, body, 20, fds, 20);
	request_fds(host, CMD_GET_INFO, body, 16, NULL, 0);
	tap_equal(tap, modem_descriptors(host), before, "no descriptor of a message is kept");
	for (unsigned int i = 0; i < 20; i++)
		close(fds[i]);
}

/* Each way of breaking off must leave the modem serving the next client. */
static void test_hostile(struct tap *tap, struct host *host)
{
	static const struct {
		uint32_t size, flags;
		const char *name;
	} headers[] = {
		{ 0, 0, "a message of 0 bytes" },
		{ 15, 0, "a message shorter than its header" },
		{ 0xffffffff, 0, "a message of 4 GiB" },
		{ (1 << 20) + 65 + 16, 0, "a message just over the limit" },
		{ 16, 2, "neither request nor reply" },
	};
	static const uint8_t part[20] = { 1, 0, 1, 0, 0x40 };
	unsigned int before;
	uint32_t info[4] = { 16 };

	client_close(host);
	modem_command(host, NULL, "status");
	before = modem_descriptors(host);
	for (unsigned int i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct header header = {
			.command = CMD_GET_INFO, .size = headers[i].size, .flags = headers[i].flags,
		};
		uint8_t byte;

		client_hello(host);
		send(host->fd, &header, sizeof(header), MSG_NOSIGNAL);
		tap_ok(tap, recv(host->fd, &byte, 1, 0) <= 0, "%s ends the connection",
		       headers[i].name);
		client_close(host);
	}
	client_connect(host);
	tap_equal(tap, request(host, CMD_GET_INFO, info, 16, info, 16), -EINVAL,
		  "no request before VERSION");
	client_close(host);
	for (unsigned int i = 0; i < 20; i++) {
		client_connect(host);
		send(host->fd, part, i, MSG_NOSIGNAL);
		client_close(host);
	}
	client_hello(host);
	tap_equal(tap, request(host, CMD_GET_INFO, info, 16, info, 16), 16,
		  "after all of them the modem serves on");
	client_close(host);
	modem_command(host, NULL, "status");
	while (modem_value(host, "counters", "dma_windows") > 0)
		;
	tap_equal(tap, modem_descriptors(host), before, "and holds nothing of theirs");
	client_hello(host);
}

/* Requests that are sent without waiting are answered in order. */
static void test_order(struct tap *tap, struct host *host)
{
	uint32_t info[4] = { 16 };
	struct header header;
	bool ordered = true;

	for (uint16_t id = 1000; id < 1500; id++)
		client_send(host, id, CMD_GET_INFO, 0, info, 16, NULL, 0);
	for (uint16_t id = 1000; id < 1500; id++) {
		if (client_receive(host, &header, info, 16) != 16 || header.id != id)
			ordered = false;
	}
	tap_ok(tap, ordered, "500 requests at once are answered in order");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--sleep-idle", "0", NULL);
	client_hello(&host);
	test_info(&tap, &host);
	test_errors(&tap, &host);
	test_write_multi(&tap, &host);
	test_dma(&tap, &host);
	test_irqs(&tap, &host);
	test_descriptors(&tap, &host);
	test_order(&tap, &host);
	test_hostile(&tap, &host);
	tap_equal(&tap, breaches(&host, 0), 0, "none of this is a driver's breach");
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	return tap_done(&tap);
}
