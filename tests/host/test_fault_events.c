// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults by name of what a host waits for rather than reads: doorbells that are heard late,
 * words that come late, messages that are refused, lost, late, doubled or cut in two.
 */
#include "host.h"

#define MBIM_UL	IOSM_PIPE_UL(IOSM_CHANNEL_MBIM)
#define MBIM_DL	IOSM_PIPE_DL(IOSM_CHANNEL_MBIM)
#define LATE_MS	60

static const union iosm_wire_msg any_message = { .feature = {
	.features = IOSM_MSG_FEATURE_CRASH_INBAND, .type = IOSM_MSG_FEATURE_SET,
} };

static void fault(struct tap *tap, struct host *host, const char *words)
{
	if (!modem_command(host, NULL, "fault %s", words))
		tap_ok(tap, false, "fault %s", words);
}

static void reset_device(struct host *host)
{
	request(host, CMD_RESET, NULL, 0, NULL, 0);
	host->used = 0;
}

static uint32_t ipc_status(struct host *host)
{
	return read32(host, IOSM_BAR_SCRATCHPAD, IOSM_SCRATCH_IPC_STATUS);
}

static void test_late_status(struct tap *tap, struct host *host)
{
	enable(host);
	fault(tap, host, "doorbell-ipc late=60000");
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_INIT);
	tap_equal(tap, ipc_status(host), IOSM_IPC_UNINIT, "doorbell-ipc late=: nothing at first");
	tap_ok(tap, wait_status(host, IOSM_IPC_INIT), "then the status");
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_UNINIT);
	fault(tap, host, "doorbell-ipc late=60000");
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_INIT);
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_UNINIT);
	pause_ms(2 * LATE_MS);
	tap_equal(tap, ipc_status(host), IOSM_IPC_UNINIT, "the end of the IPC ends all lateness");
}

static void test_late_words(struct tap *tap, struct host *host)
{
	uint32_t index;

	tap_ok(tap, boot(host), "boot");
	fault(tap, host, "doorbell-head late=60000");
	index = msg_post(host, &any_message);
	read32(host, IOSM_BAR_SCRATCHPAD, 0);
	tap_equal(tap, get32(host, msg_tail(host)), index, "doorbell-head late=: not heard at first");
	tap_equal(tap, msg_wait(host, index), IOSM_MSG_SUCCESS, "then it is");
	fault(tap, host, "message-status lost late=60000");
	tap_equal(tap, message(host, &any_message), IOSM_MSG_PENDING,
		  "message-status lost late=: the tail is there before it");
	tap_ok(tap, wait32(host, msg_entry(host, index + 1) +
			   offsetof(union iosm_wire_msg, common.status), IOSM_MSG_SUCCESS),
	       "then it comes");
	fault(tap, host, "message-tail lost late=60000");
	index = msg_post(host, &any_message);
	read32(host, IOSM_BAR_SCRATCHPAD, 0);
	tap_equal(tap, get32(host, msg_tail(host)), index, "message-tail lost late=: not there");
	tap_equal(tap, msg_wait(host, index), IOSM_MSG_SUCCESS, "then it is");
}

/* The modem keeps quiet while the host sleeps; a fault need not. */
static void test_disturbed_sleep(struct tap *tap, struct host *host)
{
	union iosm_wire_msg enter = msg_sleep(IOSM_MSG_SLEEP_HOST, IOSM_MSG_HOST_ENTERS_SLEEP);
	union iosm_wire_msg leave = msg_sleep(IOSM_MSG_SLEEP_HOST, IOSM_MSG_HOST_LEFT_SLEEP);

	tap_equal(tap, message(host, &enter), IOSM_MSG_SUCCESS, "the host sleeps");
	irq_count(host);
	fault(tap, host, "info-sleep 1 now");
	tap_equal(tap, get32(host, sleep_word(host)), 1, "and its memory is written");
	tap_ok(tap, wait_irq(host, WAIT_MS), "and it is interrupted");
	tap_equal(tap, message(host, &leave), IOSM_MSG_SUCCESS, "it is back");
}

/* Interrupts come out of nothing whenever the bus carries them. */
static void test_any_time(struct tap *tap, struct host *host)
{
	union iosm_wire_msg enter = msg_sleep(IOSM_MSG_SLEEP_HOST, IOSM_MSG_HOST_ENTERS_SLEEP);

	fault(tap, host, "boot-stage rom");
	reset_device(host);
	enable(host);
	irq_count(host);
	tap_ok(tap, !wait_irq(host, LATE_MS), "a boot ROM has nothing to say");
	fault(tap, host, "chaos 1 rate=0 weights=none,interrupt=1");
	tap_ok(tap, wait_irq(host, WAIT_MS), "chaos: but interrupts");
	fault(tap, host, "chaos off");
	fault(tap, host, "boot-stage run");
	reset_device(host);
	tap_ok(tap, boot(host) && message(host, &enter) == IOSM_MSG_SUCCESS, "the host sleeps");
	fault(tap, host, "chaos 1 rate=0 weights=none,interrupt=1,sleep=1");
	irq_count(host);
	tap_ok(tap, wait_irq(host, WAIT_MS), "chaos: and is interrupted");
	pause_ms(500);
	tap_equal(tap, get32(host, sleep_word(host)), 0, "but its memory is not touched");
	fault(tap, host, "chaos off");
}

static void test_refused(struct tap *tap, struct host *host)
{
	union iosm_wire_msg enter = msg_sleep(IOSM_MSG_SLEEP_HOST, IOSM_MSG_HOST_ENTERS_SLEEP);

	reset_device(host);
	tap_ok(tap, boot(host), "boot");
	fault(tap, host, "message-refused open");
	tap_equal(tap, message(host, &any_message), IOSM_MSG_SUCCESS, "message-refused: not this type");
	tap_equal(tap, open_pipe(host, MBIM_UL, 4), IOSM_MSG_ERROR, "message-refused open");
	tap_equal(tap, open_pipe(host, MBIM_UL, 4), IOSM_MSG_SUCCESS, "once");
	fault(tap, host, "message-refused close");
	tap_equal(tap, close_pipe(host, MBIM_UL), IOSM_MSG_ERROR, "message-refused close");
	tap_equal(tap, open_pipe(host, MBIM_UL, 4), IOSM_MSG_SUCCESS, "the pipe is closed nevertheless");
	fault(tap, host, "message-refused open 2");
	tap_equal(tap, open_pipe(host, MBIM_DL, 4), IOSM_MSG_SUCCESS, "message-refused open 2: the first");
	tap_equal(tap, open_pipe(host, 4, 4), IOSM_MSG_ERROR, "the second");
	fault(tap, host, "message-refused sleep");
	tap_equal(tap, message(host, &enter), IOSM_MSG_ERROR, "message-refused sleep");
	tap_equal(tap, message(host, &any_message), IOSM_MSG_SUCCESS, "the host has not gone to sleep");
}

/* The descriptor of the next downlink message, as it is. */
static struct iosm_wire_td next_td(struct host *host)
{
	struct host_ring *ring = &host->rings[MBIM_DL];
	struct iosm_wire_td td;

	memcpy(&td, at(host, ring->address + ring->tail * sizeof(td)), sizeof(td));
	ring->tail = (ring->tail + 1) % ring->entries;
	return td;
}

static uint32_t echoed(struct host *host, unsigned char mark)
{
	uint8_t message[64] = { mark };

	uplink(host, MBIM_UL, message, sizeof(message));
	read32(host, IOSM_BAR_SCRATCHPAD, 0);
	return get32(host, pipe_tail(host, MBIM_DL));
}

static void test_delivery(struct tap *tap, struct host *host)
{
	struct iosm_wire_td td;

	reset_device(host);
	tap_ok(tap, boot(host) && open_channel(host, IOSM_CHANNEL_MBIM, 16, 4096), "boot");
	modem_command(host, NULL, "mbim-echo on");
	fault(tap, host, "downlink-lost pipe=3");
	fault(tap, host, "downlink-lost pipe=13 after=1");
	tap_equal(tap, echoed(host, 1), 1, "downlink-lost: neither another pipe's nor the first");
	tap_equal(tap, echoed(host, 2), 1, "but the second message");
	tap_equal(tap, echoed(host, 3), 2, "not the third");
	next_td(host);
	td = next_td(host);
	tap_equal(tap, get32(host, td.address), 3, "which comes in the next buffer");
	modem_command(host, NULL, "fault off");
	fault(tap, host, "downlink-twice");
	tap_equal(tap, echoed(host, 4), 4, "downlink-twice");
	next_td(host);
	td = next_td(host);
	tap_ok(tap, td.size_status == 0x02000040 && get32(host, td.address) == 4, "the same again");
	fault(tap, host, "downlink-parts");
	tap_equal(tap, echoed(host, 5), 6, "downlink-parts");
	td = next_td(host);
	tap_ok(tap, td.size_status == 0x01000020 && get32(host, td.address) == 5, "the first half");
	td = next_td(host);
	tap_equal(tap, td.size_status, 0x02000020, "the second, and the end");
	tap_equal(tap, echoed(host, 6), 7, "afterwards all is well");
}

static uint8_t next_mark(struct host *host)
{
	return (uint8_t)get32(host, next_td(host).address);
}

static void test_late_delivery(struct tap *tap, struct host *host)
{
	const uint32_t tail = get32(host, pipe_tail(host, MBIM_DL));

	host->rings[MBIM_DL].tail = tail;
	fault(tap, host, "downlink-lost late=60000");
	tap_equal(tap, echoed(host, 7), tail, "downlink-lost late=: nothing at first");
	tap_equal(tap, echoed(host, 8), tail + 1, "the next message overtakes it");
	tap_ok(tap, wait32(host, pipe_tail(host, MBIM_DL), tail + 2), "then it comes");
	tap_equal(tap, next_mark(host), 8, "the one first");
	tap_equal(tap, next_mark(host), 7, "the other behind it");
	fault(tap, host, "downlink-twice late=60000");
	tap_equal(tap, echoed(host, 9), tail + 3, "downlink-twice late=: once at first");
	tap_ok(tap, wait32(host, pipe_tail(host, MBIM_DL), tail + 4), "then again");
	next_td(host);
	tap_equal(tap, next_mark(host), 9, "the same");
	fault(tap, host, "downlink-lost late=60000");
	tap_equal(tap, echoed(host, 10), tail + 4, "one more is late");
	close_pipe(host, MBIM_UL);
	close_pipe(host, MBIM_DL);
	tap_ok(tap, open_channel(host, IOSM_CHANNEL_MBIM, 8, 4096), "its channel is opened anew");
	pause_ms(2 * LATE_MS);
	tap_equal(tap, get32(host, pipe_tail(host, MBIM_DL)), 0, "and it does not come");
}

/* A device that relies on doorbells, as real ones may (section 17), finds no buffer by itself. */
static void test_unseen_buffers(struct tap *tap, struct host *host)
{
	const unsigned int ip = IOSM_PIPE_DL(IOSM_CHANNEL_IP);
	uint8_t message[64];

	reset_device(host);
	tap_ok(tap, boot(host) && open_pipe(host, MBIM_UL, 8) == IOSM_MSG_SUCCESS &&
	       open_pipe(host, MBIM_DL, 8) == IOSM_MSG_SUCCESS, "boot, no buffer");
	fault(tap, host, "buffers-unseen");
	tap_equal(tap, echoed(host, 1), 0, "a message waits");
	offer(host, MBIM_DL, 1, 4096);
	pause_ms(LATE_MS);
	tap_equal(tap, get32(host, pipe_tail(host, MBIM_DL)), 0, "buffers-unseen: it waits on");
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_DL_CTRL_REFILL);
	tap_equal(tap, downlink(host, MBIM_DL, message, sizeof(message)), 64, "a doorbell helps");
	open_pipe(host, ip - 1, 8);
	open_pipe(host, ip, 8);
	/* Behind the scan that these messages' doorbells caused. */
	read32(host, IOSM_BAR_SCRATCHPAD, 0);
	offer(host, ip, 1, 4096);
	modem_command(host, NULL, "fault block 01020304");
	pause_ms(LATE_MS);
	tap_equal(tap, get32(host, pipe_tail(host, ip)), 0, "new data does not look either");
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_DL_DATA_INIT);
	tap_equal(tap, downlink(host, ip, message, sizeof(message)), 4, "a doorbell helps");
	close_pipe(host, ip - 1);
	close_pipe(host, ip);
	fault(tap, host, "buffers-seen");
	tap_equal(tap, echoed(host, 2), 1, "another one waits");
	offer(host, MBIM_DL, 1, 4096);
	tap_equal(tap, downlink(host, MBIM_DL, message, sizeof(message)), 64, "buffers-seen");
}

/* Deeds that stand for commands with tests of their own: do they reach them? */
static void test_deeds(struct tap *tap, struct host *host)
{
	static const char *const deeds[] = {
		"crash-at off", "sleep-loses-power off", "reset-ignored off", "power-stuck",
		"power-free", "credits-withheld 65536",
	};
	struct iosm_wire_cmdh_lite report;
	uint8_t block[64];

	for (unsigned int i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		tap_ok(tap, modem_command(host, NULL, "fault %s", deeds[i]), "fault %s", deeds[i]);
	tap_ok(tap, open_channel(host, IOSM_CHANNEL_IP, 8, 4096) && open_session(host), "a session");
	fault(tap, host, "link-report 0");
	tap_ok(tap, downlink(host, IOSM_PIPE_DL(IOSM_CHANNEL_IP), block, sizeof(block)) == 20,
	       "link-report");
	memcpy(&report, block, sizeof(report));
	tap_equal(tap, report.command, IOSM_MUX_LITE_LINK_STATUS, "it is one");
	fault(tap, host, "power-off");
	tap_equal(tap, read32(host, IOSM_BAR_SCRATCHPAD, 0), IOSM_ALL_ONES, "power-off");
	fault(tap, host, "boot-stage rom");
	fault(tap, host, "power-on");
	enable(host);
	tap_equal(tap, read32(host, IOSM_BAR_SCRATCHPAD, 0), IOSM_STAGE_BOOT, "power-on, boot-stage");
	fault(tap, host, "boot-stage run");
}

static void test_config(struct tap *tap, struct host *host)
{
	uint16_t device;

	fault(tap, host, "config-id");
	tap_equal(tap, read32(host, CONFIG_REGION, 0), IOSM_ALL_ONES, "config-id: nobody is there");
	tap_equal(tap, read32(host, CONFIG_REGION, 0), 0x75608086, "once");
	fault(tap, host, "config-power times=2");
	tap_equal(tap, read32(host, CONFIG_REGION, 8), 0x0d400001, "config-power: no other word");
	tap_equal(tap, read32(host, CONFIG_REGION, 0x44) & 3, 3, "D3hot instead of D0");
	region_read(host, CONFIG_REGION, 0x44, &device, sizeof(device));
	tap_equal(tap, device & 3, 3, "whatever the width");
	fault(tap, host, "config 0x12345678 offset=2");
	region_read(host, CONFIG_REGION, 2, &device, sizeof(device));
	tap_equal(tap, device, 0x1234, "config: the part that is read");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, "--instant", "--connected", "all", NULL);
	client_hello(&host);
	test_config(&tap, &host);
	test_late_status(&tap, &host);
	test_late_words(&tap, &host);
	test_disturbed_sleep(&tap, &host);
	test_any_time(&tap, &host);
	test_refused(&tap, &host);
	test_delivery(&tap, &host);
	test_late_delivery(&tap, &host);
	test_unseen_buffers(&tap, &host);
	test_deeds(&tap, &host);
	tap_equal(&tap, breaches(&host, 0), 0, "the host is blamed for nothing");
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	return tap_done(&tap);
}
