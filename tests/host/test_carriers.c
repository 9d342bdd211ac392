// SPDX-License-Identifier: GPL-2.0-or-later
/* Where packets end up: the generator, the sink, and the shaper in front of any carrier. */
#include "host.h"

#include <arpa/inet.h>

#define IP_UL	IOSM_PIPE_UL(IOSM_CHANNEL_IP)
#define IP_DL	IOSM_PIPE_DL(IOSM_CHANNEL_IP)

static bool start(struct host *host, const char *option, const char *value)
{
	modem_start(host, "--sleep-idle", "0", "--connected", "0", option, value, NULL);
	client_hello(host);
	return boot(host) && open_channel(host, IOSM_CHANNEL_IP, 200, 2048) && open_session(host);
}

static uint32_t sum16(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? data[i] : (uint32_t)data[i] << 8;
	return sum;
}

static bool sound(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* A UDP packet of the generator, @size bytes long; its sequence number, -1 when wrong. */
static int64_t flood_packet(struct host *host, int size)
{
	uint8_t block[2048], *ip = block + 16, *udp = ip + 20;
	uint32_t sequence;

	if (downlink(host, IP_DL, block, sizeof(block)) != 16 + size)
		return -1;
	if (ip[9] != 17 || !sound(sum16(ip, 20)) ||
	    !sound(sum16(udp, (size_t)size - 20) + sum16(ip + 12, 8) + 17 + (uint32_t)size - 20))
		return -1;
	memcpy(&sequence, udp + 8, 4);
	return ntohl(sequence);
}

static void test_flood(struct tap *tap)
{
	char answer[ANSWER_SIZE];
	struct host host;
	int64_t first;
	unsigned int good = 0;

	tap_ok(tap, start(&host, "--carrier", "flood,rate=1M,size=101"), "a modem with a generator");
	first = flood_packet(&host, 101);
	for (unsigned int i = 1; i < 100; i++)
		good += flood_packet(&host, 101) == first + i;
	tap_equal(tap, good, 99, "its packets are UDP, sound and in order");
	tap_ok(tap, modem_command(&host, NULL, "flood off"), "it can be stopped");
	while (get32(&host, pipe_tail(&host, IP_DL)) != host.rings[IP_DL].tail)
		flood_packet(&host, 101);
	pause_ms(50);
	tap_equal(tap, get32(&host, pipe_tail(&host, IP_DL)), host.rings[IP_DL].tail, "nothing comes");
	offer(&host, IP_DL, 20, 2048);
	tap_ok(tap, modem_command(&host, NULL, "flood rate=100k size=600"), "it starts again");
	tap_ok(tap, flood_packet(&host, 600) > 0, "with another size");
	tap_ok(tap, !modem_command(&host, answer, "flood size=10") && strstr(answer, "52 to 1500"),
	       "a size that is none");
	tap_ok(tap, modem_command(&host, NULL, "disconnect 0"), "without a bearer");
	tap_ok(tap, modem_command(&host, answer, "carrier") && !strstr(answer, "session"),
	       "nothing is sent");
	tap_equal(tap, breaches(&host, 0), 0, "no breach");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

static void test_sink(struct tap *tap)
{
	char answer[ANSWER_SIZE];
	uint8_t block[256];
	struct host host;

	tap_ok(tap, start(&host, "--carrier", "sink"), "a modem with a sink");
	for (uint16_t i = 0; i < 5; i++)
		uplink(&host, IP_UL, block, ping(block, i, 72));
	wait32(&host, pipe_tail(&host, IP_UL), host.rings[IP_UL].head);
	tap_ok(tap, modem_command(&host, answer, "carrier") &&
	       strstr(answer, "received 5 packets, 500 bytes"), "it counts what it takes");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

static uint64_t round_trip_ms(struct host *host, uint16_t sequence)
{
	uint64_t start_ms = now_ms();
	uint8_t block[256];

	uplink(host, IP_UL, block, ping(block, sequence, 8));
	return pong(host, 8) == sequence ? now_ms() - start_ms : UINT64_MAX;
}

static void test_shaper(struct tap *tap)
{
	char answer[ANSWER_SIZE];
	uint8_t block[256];
	struct host host;
	uint64_t ms;

	tap_ok(tap, start(&host, "--shape", "up-delay=40,down-delay=60"), "a modem far away");
	ms = round_trip_ms(&host, 1);
	tap_ok(tap, ms >= 100 && ms < WAIT_MS, "a round trip takes 100 ms and more (%llu)",
	       (unsigned long long)ms);
	tap_ok(tap, modem_command(&host, answer, "shape") && strstr(answer, "delay 60000 us"),
	       "the control socket tells");
	tap_ok(tap, modem_command(&host, NULL, "shape off loss=100"), "and changes it");
	uplink(&host, IP_UL, block, ping(block, 2, 8));
	pause_ms(60);
	tap_equal(tap, get32(&host, pipe_tail(&host, IP_DL)), host.rings[IP_DL].tail,
		  "what is lost does not come back");
	tap_ok(tap, !modem_command(&host, answer, "shape delay=5 speed=3"), "a wrong setting");
	tap_ok(tap, modem_command(&host, NULL, "shape off"), "back to nothing");
	tap_ok(tap, round_trip_ms(&host, 3) < WAIT_MS, "pings come back");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

/* 10 packets of 100 bytes take 10 ms each: the modem has room for 2 of them. */
static void test_hold(struct tap *tap)
{
	uint32_t first, taken;
	uint8_t block[256];
	struct host host;

	tap_ok(tap, start(&host, "--shape", "up-rate=80k,up-hold=15"), "a modem with little room");
	first = host.rings[IP_UL].head;
	for (uint16_t i = 0; i < 10; i++)
		uplink(&host, IP_UL, block, ping(block, i, 72));
	pause_ms(30);
	taken = get32(&host, pipe_tail(&host, IP_UL)) - first;
	tap_ok(tap, taken > 0 && taken < 10, "it leaves the others in the ring (%u taken)", taken);
	for (uint16_t i = 0; i < 10; i++)
		tap_equal(tap, pong(&host, 72), i, "packet %u is answered", i);
	tap_equal(tap, get32(&host, pipe_tail(&host, IP_UL)), host.rings[IP_UL].head,
		  "all are taken");
	tap_equal(tap, breaches(&host, 0), 0, "no breach");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

int main(void)
{
	struct tap tap = { 0 };

	test_flood(&tap);
	test_sink(&tap);
	test_shaper(&tap);
	test_hold(&tap);
	return tap_done(&tap);
}
