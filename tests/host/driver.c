// SPDX-License-Identifier: GPL-2.0-or-later
/* The host interface as a driver keeps it; section numbers are those of that document. */
#include "host.h"

#include <stdlib.h>

/* The shared block of section 4. */
#define OFFSET_DEVICE_INFO	0x038
#define OFFSET_MSG_HEAD		0x044
#define OFFSET_HEADS		0x048
#define OFFSET_MSG_TAIL		0x0a8
#define OFFSET_TAILS		0x0ac
#define OFFSET_MSG_RING		0x110
#define BLOCK_SIZE		0xd10

void *at(struct host *host, uint64_t address)
{
	if (address < MEMORY_BASE || address >= MEMORY_BASE + MEMORY_SIZE) {
		printf("Bail out! address 0x%llx\n", (unsigned long long)address);
		exit(1);
	}
	return host->memory + (address - MEMORY_BASE);
}

uint64_t take(struct host *host, size_t len)
{
	uint64_t address = MEMORY_BASE + host->used;

	host->used += (len + 63) / 64 * 64;
	if (host->used > MEMORY_SIZE) {
		printf("Bail out! out of guest memory\n");
		exit(1);
	}
	memset(at(host, address), 0, len);
	return address;
}

uint32_t get32(struct host *host, uint64_t address)
{
	return __atomic_load_n((uint32_t *)at(host, address), __ATOMIC_ACQUIRE);
}

void put32(struct host *host, uint64_t address, uint32_t value)
{
	__atomic_store_n((uint32_t *)at(host, address), value, __ATOMIC_RELEASE);
}

uint64_t msg_head(struct host *host)
{
	return host->block + OFFSET_MSG_HEAD;
}

uint64_t msg_tail(struct host *host)
{
	return host->block + OFFSET_MSG_TAIL;
}

uint64_t msg_entry(struct host *host, uint32_t index)
{
	return host->block + OFFSET_MSG_RING + index * sizeof(union iosm_wire_msg);
}

uint64_t pipe_head(struct host *host, unsigned int pipe)
{
	return host->block + OFFSET_HEADS + 4 * pipe;
}

uint64_t pipe_tail(struct host *host, unsigned int pipe)
{
	return host->block + OFFSET_TAILS + 4 * pipe;
}

uint64_t sleep_word(struct host *host)
{
	return host->block + OFFSET_DEVICE_INFO + offsetof(struct iosm_wire_device_info, sleep);
}

bool wait32(struct host *host, uint64_t address, uint32_t value)
{
	return wait32_for(host, address, value, WAIT_MS);
}

bool wait32_for(struct host *host, uint64_t address, uint32_t value, unsigned int ms)
{
	uint64_t end_ms = now_ms() + ms;

	while (get32(host, address) != value) {
		if (now_ms() > end_ms)
			return false;
		wait_irq(host, 2);
	}
	return true;
}

bool wait_status(struct host *host, uint32_t status)
{
	uint64_t end_ms = now_ms() + WAIT_MS;

	while (read32(host, IOSM_BAR_SCRATCHPAD, IOSM_SCRATCH_IPC_STATUS) != status) {
		if (now_ms() > end_ms)
			return false;
		pause_ms(1);
	}
	return true;
}

void enable(struct host *host)
{
	uint16_t control = 0x0085, command = 0x0406;

	region_write(host, CONFIG_REGION, 0x52, &control, sizeof(control), false);
	set_msi(host, true);
	region_write(host, CONFIG_REGION, 0x04, &command, sizeof(command), false);
}

static void write_context64(struct host *host, unsigned int offset, uint64_t value)
{
	/* QEMU cuts an 8-byte store that is not aligned into two of 4. */
	write32(host, IOSM_BAR_SCRATCHPAD, offset, (uint32_t)value);
	write32(host, IOSM_BAR_SCRATCHPAD, offset + 4, (uint32_t)(value >> 32));
}

void write_context(struct host *host)
{
	struct iosm_wire_context context;

	host->block = take(host, BLOCK_SIZE);
	host->msg_head = 0;
	memset(host->rings, 0, sizeof(host->rings));
	context = (struct iosm_wire_context){
		.device_info = host->block + OFFSET_DEVICE_INFO,
		.heads = host->block + OFFSET_HEADS,
		.tails = host->block + OFFSET_TAILS,
		.msg_head = host->block + OFFSET_MSG_HEAD,
		.msg_tail = host->block + OFFSET_MSG_TAIL,
		.msg_ring = host->block + OFFSET_MSG_RING,
		.msg_entries = IOSM_MSG_ENTRIES,
	};
	memcpy(at(host, host->block), &context, sizeof(context));
	write_context64(host, IOSM_SCRATCH_WINDOW_BASE, 0);
	write_context64(host, IOSM_SCRATCH_WINDOW_END, 0);
	write_context64(host, IOSM_SCRATCH_CONTEXT, host->block);
}

bool boot_to(struct host *host, unsigned int status)
{
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_INIT);
	if (!wait_status(host, IOSM_IPC_INIT))
		return false;
	write_context(host);
	if (status == IOSM_IPC_INIT)
		return true;
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_RUNNING);
	return wait_status(host, IOSM_IPC_RUNNING);
}

bool boot(struct host *host)
{
	union iosm_wire_msg sleep = msg_sleep(IOSM_MSG_SLEEP_DEVICE, IOSM_MSG_DEVICE_MAY_SLEEP);
	union iosm_wire_msg feature = msg_feature(IOSM_MSG_FEATURE_CRASH_INBAND);

	enable(host);
	return boot_to(host, IOSM_IPC_RUNNING) && message(host, &sleep) == IOSM_MSG_SUCCESS &&
	       message(host, &feature) == IOSM_MSG_SUCCESS;
}

/* ---- messages, section 5 ---- */

union iosm_wire_msg msg_open(uint64_t ring, unsigned int pipe, unsigned int entries,
			     uint32_t accumulation_us)
{
	union iosm_wire_msg open = { .open = {
		.ring = ring, .entries = (uint16_t)entries, .pipe = (uint8_t)pipe,
		.type = IOSM_MSG_OPEN_PIPE, .accumulation_us = accumulation_us,
	} };

	return open;
}

union iosm_wire_msg msg_close(unsigned int pipe)
{
	union iosm_wire_msg close = { .close = {
		.pipe = (uint8_t)pipe, .type = IOSM_MSG_CLOSE_PIPE,
	} };

	return close;
}

union iosm_wire_msg msg_sleep(unsigned int target, unsigned int state)
{
	union iosm_wire_msg sleep = { .sleep = {
		.target = (uint8_t)target, .state = (uint8_t)state, .type = IOSM_MSG_SLEEP,
	} };

	return sleep;
}

union iosm_wire_msg msg_feature(unsigned int features)
{
	union iosm_wire_msg feature = { .feature = {
		.features = (uint8_t)features, .type = IOSM_MSG_FEATURE_SET,
	} };

	return feature;
}

uint32_t msg_post(struct host *host, const union iosm_wire_msg *message)
{
	uint32_t index = host->msg_head;

	memcpy(at(host, msg_entry(host, index)), message, sizeof(*message));
	host->msg_head = (index + 1) % IOSM_MSG_ENTRIES;
	put32(host, msg_head(host), host->msg_head);
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_MSG);
	return index;
}

static bool completed(struct host *host, uint32_t index)
{
	uint32_t tail = get32(host, msg_tail(host));
	uint32_t outstanding = (host->msg_head + IOSM_MSG_ENTRIES - tail) % IOSM_MSG_ENTRIES;
	uint32_t ahead = (host->msg_head + IOSM_MSG_ENTRIES - index) % IOSM_MSG_ENTRIES;

	return ahead > outstanding;
}

uint32_t msg_wait(struct host *host, uint32_t index)
{
	uint64_t end_ms = now_ms() + WAIT_MS;

	while (!completed(host, index)) {
		if (now_ms() > end_ms)
			return 0;
		wait_irq(host, 10);
	}
	return get32(host, msg_entry(host, index) + offsetof(union iosm_wire_msg, common.status));
}

uint32_t message(struct host *host, const union iosm_wire_msg *message)
{
	return msg_wait(host, msg_post(host, message));
}

/* ---- pipes, section 6 ---- */

uint32_t open_pipe(struct host *host, unsigned int pipe, unsigned int entries)
{
	struct host_ring *ring = &host->rings[pipe];
	union iosm_wire_msg open;

	*ring = (struct host_ring){
		.open = true, .entries = entries,
		.address = take(host, entries * sizeof(struct iosm_wire_td)),
	};
	put32(host, pipe_head(host, pipe), 0);
	open = msg_open(ring->address, pipe, entries, 0);
	return message(host, &open);
}

uint32_t close_pipe(struct host *host, unsigned int pipe)
{
	union iosm_wire_msg close = msg_close(pipe);
	uint32_t status = message(host, &close);

	put32(host, pipe_head(host, pipe), 0);
	put32(host, pipe_tail(host, pipe), 0);
	host->rings[pipe].open = false;
	return status;
}

void descriptor(struct host *host, unsigned int pipe, uint64_t address, uint32_t size_status,
		uint32_t following)
{
	struct host_ring *ring = &host->rings[pipe];
	struct iosm_wire_td td = {
		.address = address, .size_status = size_status, .following = following,
	};

	memcpy(at(host, ring->address + ring->head * sizeof(td)), &td, sizeof(td));
	ring->head = (ring->head + 1) % ring->entries;
}

void publish(struct host *host, unsigned int pipe)
{
	put32(host, pipe_head(host, pipe), host->rings[pipe].head);
}

void offer(struct host *host, unsigned int pipe, unsigned int count, uint32_t size)
{
	while (count--)
		descriptor(host, pipe, take(host, size), size, 0);
	publish(host, pipe);
}

bool open_channel(struct host *host, unsigned int id, unsigned int entries, uint32_t buffer)
{
	if (open_pipe(host, IOSM_PIPE_UL(id), entries) != IOSM_MSG_SUCCESS ||
	    open_pipe(host, IOSM_PIPE_DL(id), entries) != IOSM_MSG_SUCCESS)
		return false;
	offer(host, IOSM_PIPE_DL(id), entries - 1, buffer);
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_DL_CTRL_INIT);
	return true;
}

void uplink(struct host *host, unsigned int pipe, const void *data, uint32_t len)
{
	uint64_t address = take(host, len);

	memcpy(at(host, address), data, len);
	descriptor(host, pipe, address, len, 0);
	publish(host, pipe);
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_UL_CTRL);
}

int downlink(struct host *host, unsigned int pipe, void *data, uint32_t size)
{
	struct host_ring *ring = &host->rings[pipe];
	uint64_t end_ms = now_ms() + WAIT_MS;
	struct iosm_wire_td td;
	uint32_t len;

	while (get32(host, pipe_tail(host, pipe)) == ring->tail) {
		if (now_ms() > end_ms)
			return -1;
		wait_irq(host, 5);
	}
	memcpy(&td, at(host, ring->address + ring->tail * sizeof(td)), sizeof(td));
	ring->tail = (ring->tail + 1) % ring->entries;
	len = td.size_status & IOSM_TD_SIZE_MASK;
	if (td.size_status >> IOSM_TD_STATUS_SHIFT != IOSM_TD_END || len > size)
		return -1;
	host->last_buffer = td.address;
	memcpy(data, at(host, td.address), len);
	return (int)len;
}
