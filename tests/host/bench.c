// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much the virtual modem carries: not a test, it prints figures.
 *
 *	bench [SECONDS]		for each measurement, default 2
 *
 * The host model keeps the rings busy; the carriers flood and sink are the network. What is
 * counted are IP packets, and what they cost is the modem's processor time: "per core" is
 * what one processor that does nothing else would carry, whatever else this machine does.
 */
#include "host.h"

#include <stdlib.h>
#include <time.h>

#define IP_UL		IOSM_PIPE_UL(IOSM_CHANNEL_IP)
#define IP_DL		IOSM_PIPE_DL(IOSM_CHANNEL_IP)
#define ENTRIES		128u
#define BLOCK_MAX	16384u
#define LITE_BUFFER	2048u
#define PACKETS_MAX	300u

struct figures {
	uint64_t packets, bytes;
	double cpu_s, wall_s;
};

struct bench {
	struct host host;
	bool aggregation;
	uint16_t size;			/* of an IP packet */
	double seconds;
	uint16_t sequence;
	unsigned int in_block;		/* packets */
	uint32_t block_len;
	uint64_t blocks[ENTRIES];	/* uplink buffers */
};

static double seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static clockid_t modem_clock(const struct bench *bench)
{
	clockid_t clock;

	if (clock_getcpuclockid(bench->host.pid, &clock)) {
		printf("Bail out! the modem is gone\n");
		exit(1);
	}
	return clock;
}

/* An IPv4 packet that a mux takes; nobody looks further. */
static void write_packet(uint8_t *ip, uint16_t size)
{
	memset(ip, 0x5a, size);
	ip[0] = 0x45;
	ip[2] = (uint8_t)(size >> 8);
	ip[3] = (uint8_t)size;
}

static void write_aggregated(struct bench *bench, uint8_t *block)
{
	struct iosm_wire_adbh header = { .signature = IOSM_MUX_ADBH, .first_table = sizeof(header) };
	struct iosm_wire_adth table = { .signature = IOSM_MUX_ADTH };
	struct iosm_wire_datagram entry = { 0 };
	uint32_t step = (bench->size + 3u) & ~3u, at;
	const uint32_t fixed = sizeof(header) + sizeof(table);

	bench->in_block = (BLOCK_MAX - fixed) / (step + (uint32_t)sizeof(entry));
	if (bench->in_block > PACKETS_MAX)
		bench->in_block = PACKETS_MAX;
	table.table_length = (uint16_t)(sizeof(table) + bench->in_block * sizeof(entry));
	at = sizeof(header) + table.table_length;
	bench->block_len = at + bench->in_block * step;
	header.block_length = bench->block_len;
	memset(block, 0, bench->block_len);
	memcpy(block, &header, sizeof(header));
	memcpy(block + sizeof(header), &table, sizeof(table));
	for (unsigned int i = 0; i < bench->in_block; i++, at += step) {
		entry.index = at;
		entry.length = bench->size;
		memcpy(block + fixed + i * sizeof(entry), &entry, sizeof(entry));
		write_packet(block + at, bench->size);
	}
}

static void write_lite(struct bench *bench, uint8_t *block)
{
	struct iosm_wire_adgh header = {
		.signature = IOSM_MUX_ADGH, .length = (uint16_t)(sizeof(header) + bench->size),
	};

	bench->in_block = 1;
	bench->block_len = header.length;
	memcpy(block, &header, sizeof(header));
	write_packet(block + sizeof(header), bench->size);
}

static bool open_aggregated(struct host *host)
{
	static const struct {
		struct iosm_wire_acbh block;
		struct iosm_wire_cmdh_aggr command;
		struct iosm_wire_open_session open;
	} message = {
		.block = { IOSM_MUX_ACBH, 0, 0, sizeof(message), 16 },
		.command = { IOSM_MUX_CMDH, 28, 0, 0, 0, IOSM_MUX_OPEN_SESSION, 1 },
	};
	uint8_t answer[BLOCK_MAX];

	uplink(host, IP_UL, &message, sizeof(message));
	return downlink(host, IP_DL, answer, sizeof(answer)) > 0;
}

static uint32_t consumed(struct host *host, unsigned int pipe)
{
	struct host_ring *ring = &host->rings[pipe];
	uint32_t tail = get32(host, pipe_tail(host, pipe));
	uint32_t count = (tail + ring->entries - ring->tail) % ring->entries;

	ring->tail = tail;
	return count;
}

/* Sends as much as the ring takes; block 0 of the session was its command. */
static unsigned int refill_uplink(struct bench *bench)
{
	struct host *host = &bench->host;
	struct host_ring *ring = &host->rings[IP_UL];
	unsigned int count = 0;

	while ((ring->head + 1) % ring->entries != ring->tail) {
		uint64_t address = bench->blocks[ring->head];

		if (bench->aggregation)
			((struct iosm_wire_adbh *)at(host, address))->sequence = bench->sequence++;
		descriptor(host, IP_UL, address, bench->block_len, 0);
		count++;
	}
	if (!count)
		return 0;
	publish(host, IP_UL);
	doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_UL_DATA);
	return count;
}

static void run_uplink(struct bench *bench, struct figures *figures, double end)
{
	struct host *host = &bench->host;

	while (seconds_of(CLOCK_MONOTONIC) < end) {
		uint64_t blocks;

		refill_uplink(bench);
		wait_irq(host, 1);
		blocks = consumed(host, IP_UL);
		figures->packets += blocks * bench->in_block;
	}
	figures->bytes = figures->packets * bench->size;
}

static unsigned int packets_in(const uint8_t *block)
{
	const struct iosm_wire_adbh *header = (const void *)block;
	const struct iosm_wire_adth *table;

	if (header->signature != IOSM_MUX_ADBH)
		return header->signature == IOSM_MUX_ADGH;
	table = (const void *)(block + header->first_table);
	return (table->table_length - (unsigned int)sizeof(*table)) /
	       (unsigned int)sizeof(struct iosm_wire_datagram);
}

static void run_downlink(struct bench *bench, struct figures *figures, double end)
{
	struct host *host = &bench->host;
	struct host_ring *ring = &host->rings[IP_DL];
	uint32_t size = bench->aggregation ? BLOCK_MAX : LITE_BUFFER;

	while (seconds_of(CLOCK_MONOTONIC) < end) {
		uint32_t from = ring->tail, count;

		wait_irq(host, 1);
		count = consumed(host, IP_DL);
		for (uint32_t i = 0; i < count; i++) {
			uint64_t place = ring->address +
					 (from + i) % ring->entries * sizeof(struct iosm_wire_td);
			struct iosm_wire_td td;

			memcpy(&td, at(host, place), sizeof(td));
			figures->packets += packets_in(at(host, td.address));
			descriptor(host, IP_DL, td.address, size, 0);
		}
		publish(host, IP_DL);
		if (count)
			doorbell(host, IOSM_DOORBELL_HP, IOSM_HP_DL_DATA_INIT);
	}
	figures->bytes = figures->packets * bench->size;
}

static void start(struct bench *bench, const char *carrier)
{
	struct host *host = &bench->host;
	uint32_t buffer = bench->aggregation ? BLOCK_MAX : LITE_BUFFER;
	bool opened;

	modem_start(host, "--sleep-idle", "0", "--connected", "0", "--ul-padding", "0", "--mux",
		    bench->aggregation ? "aggregation" : "lite", "--carrier", carrier, NULL);
	client_hello(host);
	opened = boot(host) && open_pipe(host, IP_UL, ENTRIES) == IOSM_MSG_SUCCESS &&
		 open_pipe(host, IP_DL, ENTRIES) == IOSM_MSG_SUCCESS;
	/* One more than the ring holds at a time: room for all in half the memory. */
	offer(host, IP_DL, strcmp(carrier, "sink") ? ENTRIES - 1 : 4, buffer);
	if (!opened || !(bench->aggregation ? open_aggregated(host) : open_session(host))) {
		printf("Bail out! the session does not open\n");
		exit(1);
	}
	consumed(host, IP_UL);
}

static void prepare_uplink(struct bench *bench)
{
	struct host *host = &bench->host;

	for (unsigned int i = 0; i < ENTRIES; i++) {
		bench->blocks[i] = take(host, bench->aggregation ? BLOCK_MAX : LITE_BUFFER);
		if (bench->aggregation)
			write_aggregated(bench, at(host, bench->blocks[i]));
		else
			write_lite(bench, at(host, bench->blocks[i]));
	}
}

static void measure(struct bench *bench, bool up)
{
	struct figures figures = { 0 };
	char carrier[64] = "sink";
	double cpu, wall;

	if (!up)
		snprintf(carrier, sizeof(carrier), "flood,rate=max,session=0,size=%u", bench->size);
	bench->sequence = 0;
	start(bench, carrier);
	if (up)
		prepare_uplink(bench);
	cpu = seconds_of(modem_clock(bench));
	wall = seconds_of(CLOCK_MONOTONIC);
	if (up)
		run_uplink(bench, &figures, wall + bench->seconds);
	else
		run_downlink(bench, &figures, wall + bench->seconds);
	figures.cpu_s = seconds_of(modem_clock(bench)) - cpu;
	figures.wall_s = seconds_of(CLOCK_MONOTONIC) - wall;
	printf("%-11s %-8s %5u B  %7.2f Gbit/s %9.0f packets/s per core  %7.2f Gbit/s here, %3.0f %% of a core, %lld breaches\n",
	       bench->aggregation ? "aggregation" : "lite", up ? "uplink" : "downlink", bench->size,
	       (double)figures.bytes * 8 / figures.cpu_s / 1e9,
	       (double)figures.packets / figures.cpu_s,
	       (double)figures.bytes * 8 / figures.wall_s / 1e9,
	       100 * figures.cpu_s / figures.wall_s, breaches(&bench->host, 0));
	fflush(stdout);
	modem_end(&bench->host);
}

/* Running, but with nothing to do. */
static void measure_idle(struct bench *bench)
{
	double cpu, wall;

	start(bench, "echo");
	pause_ms(500);
	cpu = seconds_of(modem_clock(bench));
	wall = seconds_of(CLOCK_MONOTONIC);
	pause_ms((unsigned int)(bench->seconds * 1000));
	cpu = seconds_of(modem_clock(bench)) - cpu;
	wall = seconds_of(CLOCK_MONOTONIC) - wall;
	printf("idle: %.3f %% of a core\n", 100 * cpu / wall);
	modem_end(&bench->host);
}

int main(int argc, char **argv)
{
	static const uint16_t sizes[] = { 1400, 64 };
	struct bench bench = { .seconds = argc > 1 ? atof(argv[1]) : 2 };

	if (bench.seconds <= 0) {
		fprintf(stderr, "bench: how many seconds is %s? Usage: bench [SECONDS]\n", argv[1]);
		return 2;
	}
	for (unsigned int aggregation = 2; aggregation--;) {
		bench.aggregation = aggregation;
		for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			bench.size = sizes[i];
			measure(&bench, true);
			measure(&bench, false);
		}
	}
	measure_idle(&bench);
	return 0;
}
