/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host without a machine: it starts vmodem, talks vfio-user to it as QEMU does, gives
 * it memory, and plays the driver over it. Everything is synchronous; whatever waits has
 * a limit and then fails the test.
 *
 * modem.c	the vmodem process and its control socket
 * client.c	vfio-user requests, and the client's side of memory without a descriptor
 * driver.c	configuration space, boot, messages, pipes
 * data.c	a session of the mux and pings in it
 */
#ifndef TESTS_HOST_H
#define TESTS_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../../driver/iosm_wire.h"
#include "../../vmodem/check.h"
#include "../unit/tap.h"

#define MEMORY_SIZE	(4u << 20)
#define MEMORY_BASE	0x10000000ull
#define WAIT_MS		3000
#define ANSWER_SIZE	16384

/* vfio-user commands. */
enum {
	CMD_VERSION = 1, CMD_DMA_MAP = 2, CMD_DMA_UNMAP = 3, CMD_GET_INFO = 4,
	CMD_GET_REGION_INFO = 5, CMD_GET_IRQ_INFO = 7, CMD_SET_IRQS = 8, CMD_REGION_READ = 9,
	CMD_REGION_WRITE = 10, CMD_DMA_READ = 11, CMD_DMA_WRITE = 12, CMD_RESET = 13,
	CMD_REGION_WRITE_MULTI = 15,
};

#define CONFIG_REGION	7
#define NO_REPLY	0x10u

struct header {
	uint16_t id, command;
	uint32_t size, flags, error;
};

/* The host's private view of one descriptor ring. */
struct host_ring {
	bool open;
	uint64_t address;
	uint32_t entries;
	uint32_t head, tail;
};

struct host {
	/* modem.c */
	pid_t pid;
	char dir[64], socket[96], control[96], log[96];
	int control_fd;

	/* client.c */
	int fd;
	uint16_t next_id;
	int memfd;
	uint8_t *memory;
	bool unshared;			/* the modem has to ask for memory */
	unsigned int asked;		/* how often it did */
	void (*while_asked)(struct host *host);
	int msi;
	uint64_t used;			/* bump allocator */

	/* driver.c */
	uint64_t block;			/* the shared block of section 4 */
	uint32_t msg_head;
	struct host_ring rings[IOSM_PIPES];
	uint64_t last_buffer;		/* that downlink() took a message from */
};

/* ---- modem.c ---- */

/** modem_start() - run vmodem with its sockets and @arguments (NULL-terminated); exits on failure. */
void modem_start(struct host *host, ...) __attribute__((sentinel));
/** modem_end() - SIGTERM; returns the exit status, -1 for a signal. */
int modem_end(struct host *host);
/** modem_command() - one control command; the answer without its last line. Returns true for "ok". */
bool modem_command(struct host *host, char *answer, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** modem_value() - the number behind @name in the answer to @command; -1 when absent. */
long long modem_value(struct host *host, const char *command, const char *name);
/** breaches() - of one rule; all rules together for 0. */
long long breaches(struct host *host, int rule);
unsigned int modem_descriptors(struct host *host);
/** vmodem_run() - run to its end with @argv (NULL-terminated, without the program); the status. */
int vmodem_run(char *const *argv, char *output, size_t size);
const char *vmodem_path(void);

uint64_t now_ms(void);
void pause_ms(unsigned int ms);

/* ---- client.c ---- */

void client_connect(struct host *host);
void client_close(struct host *host);
/** client_hello() - connect, VERSION, memory. */
void client_hello(struct host *host);
void client_send(struct host *host, uint16_t id, uint16_t command, uint32_t flags,
		 const void *body, uint32_t len, const int *fds, unsigned int fd_count);
/** client_receive() - one reply; serves the modem's requests meanwhile. Returns body bytes or a negative errno. */
int client_receive(struct host *host, struct header *header, void *body, uint32_t size);
int request(struct host *host, uint16_t command, const void *body, uint32_t len, void *answer,
	    uint32_t size);
int request_fds(struct host *host, uint16_t command, const void *body, uint32_t len,
		const int *fds, unsigned int fd_count);
int map(struct host *host, uint64_t address, uint64_t size, int fd, uint64_t offset, uint32_t flags);
int unmap(struct host *host, uint64_t address, uint64_t size);
/** serve() - answer the modem's questions about memory for up to @ms. */
void serve(struct host *host, int ms);

int region_read(struct host *host, uint32_t region, uint64_t offset, void *data, uint32_t len);
int region_write(struct host *host, uint32_t region, uint64_t offset, const void *data,
		 uint32_t len, bool posted);
uint32_t read32(struct host *host, uint32_t region, uint64_t offset);
void write32(struct host *host, uint32_t region, uint64_t offset, uint32_t value);
void doorbell(struct host *host, unsigned int number, uint32_t value);
int set_msi(struct host *host, bool on);

/* ---- memory and driver.c ---- */

void *at(struct host *host, uint64_t address);
uint64_t take(struct host *host, size_t len);
uint32_t get32(struct host *host, uint64_t address);
void put32(struct host *host, uint64_t address, uint32_t value);

/** irq_count() - interrupts since the last call. */
uint64_t irq_count(struct host *host);
/** wait_irq() - true when one came within the limit. */
bool wait_irq(struct host *host, int ms);

/** enable() - memory space, bus master, MSI. */
void enable(struct host *host);
/** boot() - enable, context, status 2, and the two messages of a driver's start. Returns success. */
bool boot(struct host *host);
/** boot_to() - the steps up to "initialised" (1) or "running" (2) only. */
bool boot_to(struct host *host, unsigned int status);
void write_context(struct host *host);
bool wait_status(struct host *host, uint32_t status);
bool wait32(struct host *host, uint64_t address, uint32_t value);
bool wait32_for(struct host *host, uint64_t address, uint32_t value, unsigned int ms);

uint64_t msg_head(struct host *host);
uint64_t msg_tail(struct host *host);
uint64_t msg_entry(struct host *host, uint32_t index);
uint64_t pipe_head(struct host *host, unsigned int pipe);
uint64_t pipe_tail(struct host *host, unsigned int pipe);
uint64_t sleep_word(struct host *host);

/** msg_post() - put it on the ring and ring doorbell 0; returns its index. */
uint32_t msg_post(struct host *host, const union iosm_wire_msg *message);
/** msg_wait() - its completion status, 0 when none came. */
uint32_t msg_wait(struct host *host, uint32_t index);
uint32_t message(struct host *host, const union iosm_wire_msg *message);
union iosm_wire_msg msg_open(uint64_t ring, unsigned int pipe, unsigned int entries,
			     uint32_t accumulation_us);
union iosm_wire_msg msg_close(unsigned int pipe);
union iosm_wire_msg msg_sleep(unsigned int target, unsigned int state);
union iosm_wire_msg msg_feature(unsigned int features);

uint32_t open_pipe(struct host *host, unsigned int pipe, unsigned int entries);
uint32_t close_pipe(struct host *host, unsigned int pipe);
bool open_channel(struct host *host, unsigned int id, unsigned int entries, uint32_t buffer);
/** descriptor() - write one at the head without publishing it. */
void descriptor(struct host *host, unsigned int pipe, uint64_t address, uint32_t size_status,
		uint32_t following);
void publish(struct host *host, unsigned int pipe);
void offer(struct host *host, unsigned int pipe, unsigned int count, uint32_t size);
void uplink(struct host *host, unsigned int pipe, const void *data, uint32_t len);
/** downlink() - wait for one message; its length, -1 when none came. */
int downlink(struct host *host, unsigned int pipe, void *data, uint32_t size);

/* ---- data.c ---- */

/** open_session() - session 0 in the Lite dialect; the IP channel is open. Returns success. */
bool open_session(struct host *host);
/** checksum() - of the Internet, RFC 1071, in network byte order. */
uint16_t checksum(const uint8_t *data, size_t len);
/** ping() - write an uplink block with a ping of session 0; returns its length. */
uint32_t ping(uint8_t *block, uint16_t sequence, uint16_t payload);
/** pong() - wait for the answer; its sequence number, -1 when none came or it is wrong. */
int pong(struct host *host, uint16_t payload);

#endif /* TESTS_HOST_H */
