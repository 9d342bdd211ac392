// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --chaos against a host that believes nothing and tries on. Whatever the modem tells it,
 * the modem itself neither crashes nor hangs nor leaks; the same seed gives the same trace;
 * and when chaos is over, a reset makes a sane modem.
 *
 *	CHAOS_SEEDS=N	how many seeds (default 60), CHAOS_FIRST=N from which on
 */
#include "inside.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEPS		80
#define ENTRIES		32
#define BUFFER		2048
#define PATIENCE_MS	20

static uint64_t state;

static uint32_t any(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return limit ? (uint32_t)(state >> 16) % limit : (uint32_t)(state >> 16);
}

/* ---- a driver that trusts nobody ---- */

static bool status_reached(struct host *host, uint32_t status)
{
	uint64_t end_ms = now_ms() + 100;

	while (read32(host, 2, IOSM_SCRATCH_IPC_STATUS) != status) {
		if (now_ms() > end_ms)
			return false;
		pause_ms(1);
	}
	return true;
}

static uint32_t told(struct host *host, const union iosm_wire_msg *message)
{
	uint32_t index = msg_post(host, message);
	uint64_t end_ms = now_ms() + PATIENCE_MS;

	while (get32(host, msg_tail(host)) == index && now_ms() < end_ms)
		wait_irq(host, 1);
	return get32(host, msg_entry(host, index) + offsetof(union iosm_wire_msg, common.status));
}

static void open_one(struct host *host, unsigned int pipe)
{
	struct host_ring *ring = &host->rings[pipe];
	union iosm_wire_msg open;

	*ring = (struct host_ring){ .open = true, .entries = ENTRIES,
			       .address = take(host, ENTRIES * sizeof(struct iosm_wire_td)) };
	put32(host, pipe_head(host, pipe), 0);
	open = msg_open(ring->address, pipe, ENTRIES, 0);
	told(host, &open);
	if (pipe & 1)
		offer(host, pipe, ENTRIES - 1, BUFFER);
}

static void close_one(struct host *host, unsigned int pipe)
{
	union iosm_wire_msg close = msg_close(pipe);

	told(host, &close);
	put32(host, pipe_head(host, pipe), 0);
	put32(host, pipe_tail(host, pipe), 0);
	host->rings[pipe].open = false;
}

static bool start(struct host *host)
{
	union iosm_wire_msg sleep = msg_sleep(IOSM_MSG_SLEEP_DEVICE, IOSM_MSG_DEVICE_MAY_SLEEP);

	request(host, CMD_RESET, NULL, 0, NULL, 0);
	memset(host->memory, 0, MEMORY_SIZE);
	host->used = 0;
	enable(host);
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_INIT);
	if (!status_reached(host, IOSM_IPC_INIT))
		return false;
	write_context(host);
	doorbell(host, IOSM_DOORBELL_IPC, IOSM_IPC_RUNNING);
	if (!status_reached(host, IOSM_IPC_RUNNING))
		return false;
	told(host, &sleep);
	for (unsigned int pipe = 0; pipe < 6; pipe++)
		open_one(host, pipe < 4 ? pipe : IOSM_PIPE_UL(IOSM_CHANNEL_MBIM) + (pipe & 1));
	return true;
}

/* Room for one more message: the host forgets what was never sent. */
static bool room(struct host *host)
{
	return host->used + 8192 < MEMORY_SIZE;
}

static void send_some(struct host *host, unsigned int pipe, const void *data, uint32_t len)
{
	struct host_ring *ring = &host->rings[pipe];
	uint32_t tail = get32(host, pipe_tail(host, pipe));

	if (!ring->open || (ring->head + 1) % ring->entries == tail || !room(host))
		return;
	uplink(host, pipe, data, len);
}

static void send_mbim(struct host *host)
{
	uint32_t open[4] = { 1, 16, any(0), 4096 };
	uint32_t query[12] = { 3, 48, any(0), 1, 0, 0x33cc89a2, 0x8b4fbbbc, 0xd0d0b61e, 0xdff6c2aa,
			       1 + any(25), 0, 0 };

	if (any(3))
		send_some(host, IOSM_PIPE_UL(IOSM_CHANNEL_MBIM), query, sizeof(query));
	else
		send_some(host, IOSM_PIPE_UL(IOSM_CHANNEL_MBIM), open, sizeof(open));
}

static void send_session(struct host *host)
{
	struct {
		struct iosm_wire_cmdh_lite header;
		struct iosm_wire_open_session open;
	} open = { { IOSM_MUX_CMDH, 24, (uint8_t)any(8), 0, IOSM_MUX_OPEN_SESSION, any(0) },
		   { 0, 1, 0, 16 } };
	struct {
		struct iosm_wire_acbh block;
		struct iosm_wire_cmdh_aggr header;
		struct iosm_wire_open_session open;
	} aggregated = { { IOSM_MUX_ACBH, 0, 0, 44, 16 },
			 { IOSM_MUX_CMDH, 28, (uint8_t)any(8), 0, 0, IOSM_MUX_OPEN_SESSION, any(0) },
			 { 0, 1, 0, 0 } };

	if (any(2))
		send_some(host, 0, &open, sizeof(open));
	else
		send_some(host, 0, &aggregated, sizeof(aggregated));
}

/* A ping that the echo answers, in the Lite dialect. */
static void send_packet(struct host *host)
{
	struct {
		struct iosm_wire_adgh header;
		uint8_t packet[28];
	} block = { { IOSM_MUX_ADGH, 16 + 28, (uint8_t)any(8), 0, 0, 0, { 0 } },
		    { 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1, 8, 0,
		      0xf7, 0xff } };

	send_some(host, 0, &block, sizeof(block));
}

/* Give buffers back as far as the modem says that it used them, if that can be. */
static void take_downlink(struct host *host, unsigned int pipe)
{
	struct host_ring *ring = &host->rings[pipe];
	uint32_t tail;

	if (!ring->open)
		return;
	tail = get32(host, pipe_tail(host, pipe));
	if (tail >= ring->entries ||
	    (tail + ring->entries - ring->tail) % ring->entries >
	    (ring->head + ring->entries - ring->tail) % ring->entries)
		return;
	while (ring->tail != tail && room(host)) {
		ring->tail = (ring->tail + 1) % ring->entries;
		offer(host, pipe, 1, BUFFER);
	}
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_DL_REFILL);
}

static void answer_sleep(struct host *host)
{
	uint32_t word = get32(host, sleep_word(host));

	doorbell(host, IOSM_DOORBELL_SLEEP, any(8) ? word & 1 : any(9));
}

static void act(struct host *host)
{
	static const uint8_t pipes[] = { 0, 1, 2, 3, 12, 13 };
	union iosm_wire_msg feature = msg_feature(IOSM_MSG_FEATURE_CRASH_INBAND);
	unsigned int pipe = pipes[any(sizeof(pipes))];

	switch (any(16)) {
	case 0:
		told(host, &feature);
		break;
	case 1:
		if (host->rings[pipe].open)
			close_one(host, pipe);
		else if (room(host) && host->used + ENTRIES * BUFFER < MEMORY_SIZE)
			open_one(host, pipe);
		break;
	case 2:
	case 3:
		send_session(host);
		break;
	case 4:
	case 5:
		send_mbim(host);
		break;
	case 6:
		send_some(host, IOSM_PIPE_UL(IOSM_CHANNEL_RPC), "AT+CGMI\r", 8);
		break;
	case 7:
		answer_sleep(host);
		break;
	case 8:
		pause_ms(any(150));
		break;
	case 9:
		read32(host, 2, any(0x3e) * 4);
		break;
	case 10:
		doorbell(host, 0, any(10));
		break;
	case 11:
	case 12:
		send_packet(host);
		break;
	default:
		take_downlink(host, pipe | 1);
	}
}

/* ---- one seed ---- */

static bool one(uint64_t seed, const char *trace, const char *rate)
{
	char number[32];
	char *lite[] = { "vmodem", "--socket", "/none", "--chaos", number, "--chaos-rate",
			 (char *)rate, "--connected", "all",
			 "--sleep-idle", "5", "--trace", (char *)trace, "--instant", NULL };
	char *aggregation[] = { "vmodem", "--socket", "/none", "--chaos", number, "--chaos-rate",
				(char *)rate, "--mux", "aggregation", "--model", "xmm7360",
				"--connected", "all", "--sleep-idle", "20", "--trace",
				(char *)trace, NULL };
	struct host host;
	bool sane;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)seed);
	state = seed * 0x9e3779b97f4a7c15ull + 1;
	inside_start(&host, seed & 1 ? lite : aggregation);
	for (unsigned int round = 0; round < 3; round++) {
		bool running = start(&host);

		for (unsigned int i = 0; running && i < STEPS; i++)
			act(&host);
	}
	modem_command(&host, NULL, "fault chaos off");
	request(&host, CMD_RESET, NULL, 0, NULL, 0);
	memset(host.memory, 0, MEMORY_SIZE);
	host.used = 0;
	sane = boot(&host) && open_channel(&host, IOSM_CHANNEL_AT0, 8, 256);
	inside_end(&host);
	return sane;
}

static char *read_trace(int fd, size_t *len)
{
	struct stat status;
	char *text;

	fstat(fd, &status);
	*len = (size_t)status.st_size;
	text = malloc(*len + 1);
	if (pread(fd, text, *len, 0) < 0)
		*len = 0;
	return text;
}

static uint64_t number(const char *name, uint64_t usual)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : usual;
}

int main(void)
{
	const uint64_t seeds = number("CHAOS_SEEDS", 60), first = number("CHAOS_FIRST", 1);
	uint64_t sane = 0, same = 0, spoilt = 0;
	struct tap tap = { 0 };
	char path[2][32];
	int fd[2];

	for (unsigned int i = 0; i < 2; i++) {
		fd[i] = memfd_create("trace", 0);
		snprintf(path[i], sizeof(path[i]), "/proc/self/fd/%d", fd[i]);
	}
	for (uint64_t seed = first; seed < first + seeds; seed++) {
		const char *rate = seed % 5 ? "20" : "200";
		char *trace[2];
		size_t len[2];
		bool good = one(seed, path[0], rate) && one(seed, path[1], rate), equal;

		for (unsigned int i = 0; i < 2; i++)
			trace[i] = read_trace(fd[i], &len[i]);
		equal = len[0] == len[1] && !memcmp(trace[0], trace[1], len[0]);
		trace[0][len[0]] = '\0';
		spoilt += strstr(trace[0], "\"event\":\"applied\"") != NULL;
		if (!good || !equal)
			printf("# seed %llu: %s\n", (unsigned long long)seed,
			       good ? "two traces" : "no sane modem afterwards");
		sane += good;
		same += equal;
		free(trace[0]);
		free(trace[1]);
	}
	tap_equal(&tap, sane, seeds, "%llu seeds: the modem lives", (unsigned long long)seeds);
	tap_equal(&tap, same, seeds, "the same seed makes the same trace");
	tap_ok(&tap, spoilt > seeds / 2, "something was spoilt in %llu", (unsigned long long)spoilt);
	return tap_done(&tap);
}
