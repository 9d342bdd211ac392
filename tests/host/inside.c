// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the place of modem.c and client.c: the modem lives in the test's own process, without
 * a socket between, and time passes only when the test waits. So a test is as fast as the
 * code is, and does the same each time, to the byte of the trace.
 */
#include "host.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../vmodem/control.h"
#include "../../vmodem/dma.h"
#include "../../vmodem/modem.h"
#include "../../vmodem/program.h"
#include "../../vmodem/vfiouser.h"
#include "inside.h"

#define STEP_US		1000	/* time passes in such steps */
#define ROUNDS		3	/* of the loop that one step may take */

static struct program program;
static struct vfiouser_function function;
static uint64_t clock_us;

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- time ---- */

static void run(unsigned int rounds)
{
	while (rounds--)
		loop_run_once(program.loop, 0);
}

static void step(void)
{
	clock_us += STEP_US;
	run(ROUNDS);
}

uint64_t now_ms(void)
{
	return clock_us / 1000;
}

void pause_ms(unsigned int ms)
{
	for (unsigned int i = 0; i < ms * (1000 / STEP_US); i++)
		step();
}

uint64_t irq_count(struct host *host)
{
	uint64_t count = 0;

	if (host->msi < 0 || read(host->msi, &count, sizeof(count)) < 0)
		return 0;
	return count;
}

bool wait_irq(struct host *host, int ms)
{
	uint64_t end_us = clock_us + (uint64_t)ms * 1000;

	for (;;) {
		if (irq_count(host))
			return true;
		if (clock_us >= end_us)
			return false;
		step();
	}
}

/* ---- the modem ---- */

void inside_start(struct host *host, char **argv)
{
	int argc = 0;
	static int memfd = -1;

	*host = (struct host){ .fd = -1, .msi = -1, .memfd = -1 };
	program = (struct program){ .clock_us = &clock_us, .quiet = true };
	clock_us = 1000000;
	while (argv[argc])
		argc++;
	/* The option parser keeps its place. */
	optind = 0;
	if (options_parse(&program.options, argc, argv) != OPTIONS_RUN || program_make(&program))
		die("vmodem");
	modem_function(program.modem, &function);
	function.connected(function.self);
	if (memfd < 0)
		memfd = memfd_create("guest", MFD_CLOEXEC);
	/* All zero again, at the price of the pages that were used. */
	if (memfd < 0 || ftruncate(memfd, 0) < 0 || ftruncate(memfd, MEMORY_SIZE) < 0)
		die("memfd");
	host->memfd = memfd;
	host->memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	if (host->memory == MAP_FAILED || map(host, MEMORY_BASE, MEMORY_SIZE, memfd, 0, 3))
		die("memory");
}

void inside_end(struct host *host)
{
	function.disconnected(function.self);
	set_msi(host, false);
	program_unmake(&program);
	munmap(host->memory, MEMORY_SIZE);
	host->memory = NULL;
}

struct program *inside_program(void)
{
	return &program;
}

bool modem_command(struct host *host, char *answer, const char *format, ...)
{
	char line[256], text[ANSWER_SIZE];
	va_list arguments;
	int result;

	(void)host;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	result = control_execute(program.control, line, text, sizeof(text));
	if (answer)
		strcpy(answer, text);
	run(1);
	return !result;
}

/* ---- the transport ---- */

int map(struct host *host, uint64_t address, uint64_t size, int fd, uint64_t offset, uint32_t flags)
{
	(void)host;
	return dma_map(program.modem->dma, address, size, fd, offset, flags & 1, flags & 2);
}

int unmap(struct host *host, uint64_t address, uint64_t size)
{
	(void)host;
	return dma_unmap(program.modem->dma, address, size);
}

int request(struct host *host, uint16_t command, const void *body, uint32_t len, void *answer,
	    uint32_t size)
{
	(void)host;
	(void)body;
	(void)len;
	(void)answer;
	(void)size;
	if (command != CMD_RESET)
		return -EINVAL;
	function.reset(function.self);
	run(1);
	return 0;
}

static bool inside(uint32_t region, uint64_t offset, uint32_t len)
{
	return region < VFIOUSER_REGIONS && len && offset < function.region_size[region] &&
	       len <= function.region_size[region] - offset;
}

int region_read(struct host *host, uint32_t region, uint64_t offset, void *data, uint32_t len)
{
	(void)host;
	if (!inside(region, offset, len))
		return -EINVAL;
	function.settle(function.self);
	function.read(function.self, region, (uint32_t)offset, data, len);
	run(1);
	return 0;
}

int region_write(struct host *host, uint32_t region, uint64_t offset, const void *data,
		 uint32_t len, bool posted)
{
	(void)host;
	(void)posted;
	if (!inside(region, offset, len))
		return -EINVAL;
	function.settle(function.self);
	function.write(function.self, region, (uint32_t)offset, data, len);
	run(1);
	return 0;
}

uint32_t read32(struct host *host, uint32_t region, uint64_t offset)
{
	uint32_t value = 0;

	region_read(host, region, offset, &value, sizeof(value));
	return value;
}

void write32(struct host *host, uint32_t region, uint64_t offset, uint32_t value)
{
	region_write(host, region, offset, &value, sizeof(value), false);
}

void doorbell(struct host *host, unsigned int number, uint32_t value)
{
	write32(host, IOSM_BAR_DOORBELL, IOSM_DOORBELL_REG(number), value);
}

int set_msi(struct host *host, bool on)
{
	if (host->msi >= 0)
		close(host->msi);
	host->msi = on ? eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) : -1;
	function.set_eventfd(function.self, VFIOUSER_IRQ_MSI, 0, on ? dup(host->msi) : -1);
	return 0;
}
