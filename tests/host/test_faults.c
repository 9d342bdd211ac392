// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults by name: what the host reads is wrong in the way that was asked for, and only so. */
#include "host.h"

#define MBIM_UL	IOSM_PIPE_UL(IOSM_CHANNEL_MBIM)
#define MBIM_DL	IOSM_PIPE_DL(IOSM_CHANNEL_MBIM)
#define IP_DL	IOSM_PIPE_DL(IOSM_CHANNEL_IP)

static uint8_t buffer[16384];

static const union iosm_wire_msg any_message = { .feature = {
	.features = IOSM_MSG_FEATURE_CRASH_INBAND, .type = IOSM_MSG_FEATURE_SET,
} };

static bool fault(struct host *host, const char *words)
{
	return modem_command(host, NULL, "fault %s", words);
}

static void start(struct host *host, const char *mux)
{
	modem_start(host, "--instant", "--mux", mux, "--connected", "all", NULL);
	client_hello(host);
	if (!boot(host) || !open_channel(host, IOSM_CHANNEL_MBIM, 16, 4096) ||
	    !open_channel(host, IOSM_CHANNEL_IP, 16, 4096))
		printf("# the modem does not start\n");
	modem_command(host, NULL, "mbim-echo on");
}

/* The descriptor of the next downlink message that the modem echoes. */
static struct iosm_wire_td echo(struct host *host)
{
	struct host_ring *ring = &host->rings[MBIM_DL];
	struct iosm_wire_td td = { 0 };
	uint8_t message[64] = { 7 };

	uplink(host, MBIM_UL, message, sizeof(message));
	read32(host, 2, 0);
	memcpy(&td, at(host, ring->address + ring->tail * sizeof(td)), sizeof(td));
	ring->tail = (ring->tail + 1) % ring->entries;
	host->last_buffer = td.address;
	return td;
}

/* Interrupts that have come when there are @count of them, however slow the machine is. */
static uint64_t irqs_until(struct host *host, uint64_t count)
{
	uint64_t end_ms = now_ms() + WAIT_MS, got = irq_count(host);

	while (got < count && now_ms() < end_ms) {
		pause_ms(1);
		got += irq_count(host);
	}
	return got;
}

static void test_messages(struct tap *tap, struct host *host)
{
	uint32_t index;

	fault(host, "message-status");
	tap_equal(tap, message(host, &any_message), IOSM_MSG_ERROR, "message-status: refused");
	tap_equal(tap, message(host, &any_message), IOSM_MSG_SUCCESS, "once");
	fault(host, "message-status 77 times=2");
	tap_equal(tap, message(host, &any_message), 77, "a status of one's own");
	tap_equal(tap, message(host, &any_message), 77, "twice");
	fault(host, "message-tail +5 after=1");
	message(host, &any_message);
	tap_equal(tap, get32(host, msg_tail(host)), host->msg_head, "after=1 lets one pass");
	msg_post(host, &any_message);
	read32(host, 2, 0);
	tap_equal(tap, get32(host, msg_tail(host)), host->msg_head + 5, "message-tail +5");
	message(host, &any_message);
	fault(host, "message-tail lost");
	index = msg_post(host, &any_message);
	read32(host, 2, 0);
	tap_equal(tap, get32(host, msg_tail(host)), index, "message-tail lost");
	message(host, &any_message);
	fault(host, "doorbell-head");
	index = msg_post(host, &any_message);
	read32(host, 2, 0);
	tap_equal(tap, get32(host, msg_tail(host)), index, "doorbell-head: not heard");
	doorbell(host, 0, 0);
	tap_equal(tap, msg_wait(host, index), IOSM_MSG_SUCCESS, "the next one is");
	fault(host, "interrupt");
	irq_count(host);
	message(host, &any_message);
	tap_equal(tap, irq_count(host), 0, "interrupt: lost");
	fault(host, "interrupt-twice late=2000");
	msg_post(host, &any_message);
	tap_equal(tap, (long long)irqs_until(host, 2), 2, "interrupt-twice");
	fault(host, "interrupt now");
	tap_ok(tap, wait_irq(host, WAIT_MS), "interrupt now");
}

static void test_descriptors(struct tap *tap, struct host *host)
{
	struct iosm_wire_td td;
	uint64_t word;

	fault(host, "td-size");
	td = echo(host);
	tap_equal(tap, td.size_status, 0x02ffffff, "td-size: 16 MiB, status as ever");
	fault(host, "td-status 4");
	td = echo(host);
	tap_equal(tap, td.size_status, 0x04000040, "td-status: aborted, size as ever");
	fault(host, "td-address 0x1234");
	td = echo(host);
	tap_equal(tap, (uint32_t)td.address, 0x1234, "td-address");
	fault(host, "td-following 3");
	td = echo(host);
	tap_equal(tap, td.following, 3, "td-following");
	fault(host, "data 0xabcd offset=8 pipe=13");
	td = echo(host);
	tap_equal(tap, get32(host, td.address + 8), 0xabcd, "data at an offset");
	fault(host, "mbim-transaction ^0xff");
	td = echo(host);
	tap_equal(tap, get32(host, td.address + 8), 0xff, "mbim-transaction");

	fault(host, "td-size 9 late=30000");
	word = host->rings[MBIM_DL].address + host->rings[MBIM_DL].tail * sizeof(td) + 8;
	td = echo(host);
	tap_equal(tap, td.size_status, 0x02000040, "late=: right at first");
	tap_ok(tap, wait32(host, word, 0x02000009), "then another one");
	fault(host, "pipe-tail 99 pipe=13");
	echo(host);
	tap_equal(tap, get32(host, pipe_tail(host, MBIM_DL)), 99, "pipe-tail");
	tap_equal(tap, get32(host, pipe_tail(host, MBIM_UL)), host->rings[MBIM_UL].head,
		  "pipe= spares the others");
}

static void test_info(struct tap *tap, struct host *host)
{
	fault(host, "info-stage now");
	tap_equal(tap, get32(host, sleep_word(host) - 8), IOSM_STAGE_BOOT, "info-stage now");
	fault(host, "info-sleep 5 now");
	tap_equal(tap, get32(host, sleep_word(host)), 5, "info-sleep now");
	fault(host, "reg-stage 1");
	tap_equal(tap, read32(host, 2, 0), 1, "reg-stage");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_RUN, "once");
	fault(host, "reg-chip-data 17");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_CHIP_INFO + 4), 17, "reg-chip-data");
	fault(host, "reg-all times=2");
	tap_equal(tap, read32(host, 2, IOSM_SCRATCH_VERSION), IOSM_ALL_ONES, "reg-all: all ones");
	tap_equal(tap, read32(host, 2, 0), IOSM_ALL_ONES, "everywhere");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_RUN, "twice");
	fault(host, "crash");
	tap_equal(tap, read32(host, 2, 0), IOSM_STAGE_CRASH, "crash");
}

/* A response to opening session 1; returns its length. */
static int ask_session(struct host *host, bool lite)
{
	struct {
		struct iosm_wire_cmdh_lite header;
		struct iosm_wire_open_session open;
	} small = { { IOSM_MUX_CMDH, 24, 1, 0, IOSM_MUX_OPEN_SESSION, 4711 }, { 0, 1, 0, 16 } };
	struct {
		struct iosm_wire_acbh block;
		struct iosm_wire_cmdh_aggr header;
		struct iosm_wire_open_session open;
	} large = { { IOSM_MUX_ACBH, 0, 0, 44, 16 },
		    { IOSM_MUX_CMDH, 28, 1, 0, 0, IOSM_MUX_OPEN_SESSION, 4711 }, { 0, 1, 0, 0 } };

	if (lite)
		uplink(host, 0, &small, sizeof(small));
	else
		uplink(host, 0, &large, sizeof(large));
	return downlink(host, IP_DL, buffer, sizeof(buffer));
}

static uint32_t word_at(unsigned int offset)
{
	uint32_t value;

	memcpy(&value, buffer + offset, sizeof(value));
	return value;
}

static void test_mux(struct tap *tap, bool lite)
{
	const unsigned int command = lite ? 0 : 16, parameters = command + (lite ? 16 : 20);
	struct host host;

	start(&host, lite ? "lite" : "aggregation");
	fault(&host, "open-padding");
	fault(&host, "cmdh-transaction +1");
	fault(&host, "cmdh-length 3");
	fault(&host, "open-hints");
	fault(&host, "acbh-sequence");
	tap_ok(tap, ask_session(&host, lite) > 0, "%s: a session is answered",
	       lite ? "lite" : "aggregation");
	tap_equal(tap, word_at(parameters + 8), 0x7fffffff, "open-padding");
	tap_equal(tap, word_at(command + (lite ? 12 : 16)), 4712, "cmdh-transaction");
	tap_equal(tap, word_at(command + 4) & 0xffff, 3, "cmdh-length");
	tap_equal(tap, buffer[parameters + 5], 255, "open-hints");
	if (!lite)
		tap_equal(tap, word_at(4) >> 16, 7, "acbh-sequence");
	tap_ok(tap, breaches(&host, 0) == 0, "no breach");
	modem_end(&host);
}

/* Blocks of one header: a datagram, a grant. */
static void test_single_blocks(struct tap *tap)
{
	struct host host;

	start(&host, "lite");
	tap_ok(tap, open_session(&host), "a session");
	fault(&host, "adgh-class");
	uplink(&host, 0, buffer, ping(buffer, 1, 8));
	tap_ok(tap, downlink(&host, IP_DL, buffer, sizeof(buffer)) == 16 + 28 + 8, "a datagram");
	tap_equal(tap, buffer[8], 255, "adgh-class");
	fault(&host, "credit-signature 7");
	fault(&host, "credit-width");
	modem_command(&host, NULL, "credits 0 5");
	tap_ok(tap, downlink(&host, IP_DL, buffer, sizeof(buffer)) == 20, "a grant");
	tap_equal(tap, word_at(0), 7, "credit-signature");
	tap_equal(tap, buffer[7], 255, "credit-width");
	modem_end(&host);
}

/* Memory that the modem has to ask for, word by word: a fault asks, too. */
static void test_unshared(struct tap *tap)
{
	struct host_ring *ring;
	struct iosm_wire_td td;
	uint8_t message[64] = { 7 };
	struct host host;

	modem_start(&host, "--connected", "all", NULL);
	host.unshared = true;
	client_hello(&host);
	tap_ok(tap, boot(&host) && open_channel(&host, IOSM_CHANNEL_MBIM, 16, 4096),
	       "unshared memory");
	/* It hears no command while it waits for an answer about memory. */
	serve(&host, 20);
	modem_command(&host, NULL, "mbim-echo on");
	fault(&host, "td-address 0x1234");
	fault(&host, "data 0x5678 offset=4 pipe=13");
	ring = &host.rings[MBIM_DL];
	memcpy(&td, at(&host, ring->address), sizeof(td));
	host.last_buffer = td.address;
	uplink(&host, MBIM_UL, message, sizeof(message));
	tap_ok(tap, wait32(&host, pipe_tail(&host, MBIM_DL), 1), "an answer");
	memcpy(&td, at(&host, ring->address), sizeof(td));
	tap_equal(tap, (uint32_t)td.address, 0x1234, "td-address");
	tap_equal(tap, get32(&host, host.last_buffer + 4), 0x5678, "data");
	serve(&host, 20);
	fault(&host, "chaos 3 rate=500");
	for (unsigned int i = 0; i < 10; i++) {
		uplink(&host, MBIM_UL, message, sizeof(message));
		serve(&host, 20);
	}
	fault(&host, "chaos off");
	tap_equal(tap, request(&host, CMD_RESET, NULL, 0, NULL, 0), 0, "chaos over the same");
	tap_ok(tap, boot(&host), "and a sane modem afterwards");
	tap_ok(tap, modem_end(&host) >= 0, "clean end");
}

/* All that is listed can be armed or is a deed, and stands in the page. */
static void test_list(struct tap *tap, struct host *host)
{
	char list[ANSWER_SIZE], *rest, name[64], class[64], line[1024];
	unsigned int count = 0, armed = 0, listed = 0;
	FILE *page;

	tap_ok(tap, modem_command(host, list, "fault list"), "fault list");
	for (char *row = strtok_r(list, "\n", &rest); row; row = strtok_r(NULL, "\n", &rest)) {
		char entry[80];
		bool found = false;

		if (sscanf(row, "%63s (%63[a-z-]", name, class) != 2)
			continue;
		count++;
		armed += !strcmp(class, "deed") ||
			 (fault(host, name) && modem_command(host, NULL, "fault %s off", name));
		snprintf(entry, sizeof(entry), "`%s`", name);
		page = fopen(FAULTS_PAGE, "r");
		while (page && !found && fgets(line, sizeof(line), page))
			found = strstr(line, entry);
		if (page)
			fclose(page);
		if (!found)
			printf("# %s is not in the page\n", name);
		listed += found;
	}
	tap_ok(tap, count > 80, "%u names", count);
	tap_equal(tap, armed, count, "each can be armed");
	tap_equal(tap, listed, count, "docs/faults.md lists all");
}

static void test_wrong(struct tap *tap, struct host *host)
{
	static const char *const wrong[] = {
		"nonsense", "td-size 0x", "td-size 1 2", "td-size times=0", "td-size pipe=24",
		"td-size late=99999999999", "reg-stage now", "chaos", "chaos x", "chaos 1 rate=1001",
		"chaos 1 weights=", "chaos 1 weights=size", "chaos 1 weights=none", "td-size ++1",
	};

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		tap_ok(tap, !fault(host, wrong[i]), "refused: fault %s", wrong[i]);
	for (unsigned int i = 0; i < 32; i++)
		fault(host, "td-size times=always");
	tap_ok(tap, !fault(host, "td-size"), "33 at once are too many");
	tap_ok(tap, fault(host, "off") && fault(host, "td-size"), "fault off");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	start(&host, "lite");
	test_list(&tap, &host);
	test_wrong(&tap, &host);
	fault(&host, "off");
	test_messages(&tap, &host);
	test_descriptors(&tap, &host);
	test_info(&tap, &host);
	tap_equal(&tap, breaches(&host, 0), 0, "the host is blamed for nothing");
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	test_mux(&tap, true);
	test_mux(&tap, false);
	test_single_blocks(&tap);
	test_unshared(&tap);
	return tap_done(&tap);
}
