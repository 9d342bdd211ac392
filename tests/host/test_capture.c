// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records for other programs: the pcapng capture as stock tshark reads it, and both
 * records switched on and off while the modem runs.
 */
#include "host.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define IP_UL	IOSM_PIPE_UL(IOSM_CHANNEL_IP)
#define MBIM_UL	IOSM_PIPE_UL(IOSM_CHANNEL_MBIM)
#define MBIM_DL	IOSM_PIPE_DL(IOSM_CHANNEL_MBIM)

#define MBIM_OPEN_DONE		0x80000001u
#define MBIM_COMMAND_DONE	0x80000003u

/* What a command prints; its status. */
static int output_of(char *output, size_t size, const char *format, ...)
{
	char command[512];
	va_list arguments;
	size_t len;
	FILE *pipe;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	pipe = popen(command, "r");
	if (!pipe)
		return -1;
	len = fread(output, 1, size - 1, pipe);
	output[len] = '\0';
	return pclose(pipe);
}

static bool tshark(const char *path, const char *what, char *output, size_t size)
{
	return !output_of(output, size, "tshark -n -r %s %s 2>/dev/null", path, what);
}

static bool mbim_request(struct host *host, const void *message, uint32_t len, uint32_t done)
{
	uint8_t answer[4096];
	uint32_t type;

	uplink(host, MBIM_UL, message, len);
	for (unsigned int i = 0; i < 20; i++) {
		if (downlink(host, MBIM_DL, answer, sizeof(answer)) < 16)
			return false;
		memcpy(&type, answer, sizeof(type));
		if (type == done)
			return true;
	}
	return false;
}

static bool mbim_traffic(struct host *host)
{
	static const uint32_t open[4] = { 1, 16, 1, 4096 };
	/* Query of DEVICE_CAPS, CID 1 of Basic Connect. */
	static const uint8_t caps[48] = {
		3, 0, 0, 0, 48, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		0xa2, 0x89, 0xcc, 0x33, 0xbc, 0xbb, 0x8b, 0x4f,
		0xb6, 0xb0, 0x13, 0x3e, 0xc2, 0xaa, 0xe6, 0xdf, 1,
	};

	return mbim_request(host, open, sizeof(open), MBIM_OPEN_DONE) &&
	       mbim_request(host, caps, sizeof(caps), MBIM_COMMAND_DONE);
}

static unsigned int pings(struct host *host, unsigned int count)
{
	uint8_t block[256];
	unsigned int good = 0;

	for (uint16_t i = 0; i < count; i++) {
		uplink(host, IP_UL, block, ping(block, i, 56));
		good += pong(host, 56) == i;
	}
	return good;
}

static unsigned int count_lines(const char *text, const char *part)
{
	unsigned int count = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		count++;
	return count;
}

/* Each packet a line: interface, direction as the host sees it, what tshark makes of it. */
static bool decode(const char *path, char *text, size_t size)
{
	return tshark(path, "-o ip.check_checksum:TRUE -T fields -e frame.interface_name "
		      "-e frame.p2p_dir -e _ws.col.Protocol -e _ws.col.Info -e ip.src -e ip.dst "
		      "-e ip.len -e ip.checksum.status -e icmp.checksum.status -e _ws.malformed "
		      "-e frame.time_epoch", text, size);
}

static void test_mbim_decoded(struct tap *tap, const char *text)
{
	tap_ok(tap, strstr(text, "mbim\t0\tMBIM\tOPEN_MSG"),
	       "tshark names the MBIM message OPEN, which is sent");
	tap_ok(tap, strstr(text, "mbim\t1\tMBIM\tOPEN_DONE"), "its answer, which is received");
	tap_ok(tap, strstr(text, "mbim\t0\tMBIM\tCOMMAND_MSG") &&
	       strstr(text, ": DEVICE_CAPS (Query)"), "the query of DEVICE_CAPS");
	tap_ok(tap, strstr(text, "mbim\t1\tMBIM\tCOMMAND_DONE"), "and its answer");
}

static void test_ip_decoded(struct tap *tap, const char *text)
{
	tap_equal(tap, count_lines(text, "session0\t0\tICMP\tEcho (ping) request"), 5,
		  "5 pings of session 0");
	tap_equal(tap, count_lines(text, "session0\t1\tICMP\tEcho (ping) reply"), 5,
		  "and 5 answers");
	tap_equal(tap, count_lines(text, "\t10.64.0.1\t10.64.0.2\t84\t1\t1\t\t"), 5,
		  "with good checksums, not malformed");
	tap_equal(tap, count_lines(text, "Malformed"), 0, "nothing is malformed");
}

/* Whoever reads times wants them to be now. */
static void test_times(struct tap *tap, const char *text)
{
	const char *end = strchr(text, '\n'), *start = end;
	double first, now = (double)time(NULL);
	const char *dot;

	while (start && start > text && start[-1] != '\t')
		start--;
	first = start ? atof(start) : 0;
	dot = start ? strchr(start, '.') : NULL;
	tap_ok(tap, first > now - 60 && first < now + 60, "times are those of the wall clock");
	tap_ok(tap, dot && end - dot == 10, "in nanoseconds");
}

static void test_decoded(struct tap *tap, const char *path)
{
	static char text[1 << 16];

	if (!tap_ok(tap, decode(path, text, sizeof(text)), "tshark reads the capture"))
		return;
	test_mbim_decoded(tap, text);
	test_ip_decoded(tap, text);
	test_times(tap, text);
}

static unsigned int packets(const char *path)
{
	char text[ANSWER_SIZE];

	if (!tshark(path, "-T fields -e frame.number", text, sizeof(text)))
		return 0;
	return count_lines(text, "\n");
}

static long file_size(const char *path)
{
	FILE *file = fopen(path, "r");
	long size = -1;

	if (file && !fseek(file, 0, SEEK_END))
		size = ftell(file);
	if (file)
		fclose(file);
	return size;
}

static void test_run_time(struct tap *tap, struct host *host, const char *path, const char *again)
{
	char answer[ANSWER_SIZE];
	long before;

	tap_ok(tap, modem_command(host, answer, "pcap") && strstr(answer, " packets "),
	       "the modem tells what it captures");
	tap_ok(tap, modem_command(host, NULL, "pcap off"), "it stops");
	before = file_size(path);
	pings(host, 3);
	tap_equal(tap, file_size(path), before, "and captures no more");
	tap_ok(tap, !modem_command(host, answer, "pcap /nonexistent/x") &&
	       strstr(answer, "No such file"), "a file that can't be written");
	tap_ok(tap, modem_command(host, NULL, "pcap %s", again), "it starts again");
	pings(host, 3);
	tap_ok(tap, modem_command(host, NULL, "pcap %s", again), "into the same file");
	pings(host, 1);
	pause_ms(150);
	tap_equal(tap, packets(again), 2, "it is begun anew, and can be read while it grows");
	modem_command(host, NULL, "pcap off");
}

static void test_trace_run_time(struct tap *tap, struct host *host, const char *path)
{
	char answer[ANSWER_SIZE];
	long size;

	tap_ok(tap, modem_command(host, answer, "trace") && !strcmp(answer, "trace off\n"),
	       "nothing is traced");
	tap_ok(tap, modem_command(host, NULL, "trace %s", path), "the trace starts");
	pings(host, 1);
	tap_ok(tap, modem_command(host, NULL, "trace off"), "and stops");
	size = file_size(path);
	pings(host, 1);
	tap_ok(tap, size > 100 && file_size(path) == size, "it holds what was between");
	tap_ok(tap, !modem_command(host, answer, "trace /nonexistent/x") &&
	       strstr(answer, "No such file"), "a trace that can't be written");
}

int main(void)
{
	char first[] = "/tmp/vmodem-pcap-XXXXXX", second[] = "/tmp/vmodem-pcap-XXXXXX";
	char version[4096];
	struct tap tap = { 0 };
	struct host host;

	if (output_of(version, sizeof(version), "command -v tshark")) {
		printf("1..0 # SKIP tshark is not installed\n");
		return 0;
	}
	close(mkstemp(first));
	close(mkstemp(second));
	modem_start(&host, "--sleep-idle", "0", "--connected", "all", "--pcap", first, NULL);
	client_hello(&host);
	tap_ok(&tap, boot(&host) && open_channel(&host, IOSM_CHANNEL_MBIM, 32, 4096) &&
	       open_channel(&host, IOSM_CHANNEL_IP, 64, 2048) && open_session(&host), "boot");
	tap_ok(&tap, mbim_traffic(&host), "MBIM is spoken");
	tap_equal(&tap, pings(&host, 5), 5, "5 pings");
	pause_ms(150);
	test_decoded(&tap, first);
	test_run_time(&tap, &host, first, second);
	test_trace_run_time(&tap, &host, second);
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	unlink(first);
	unlink(second);
	return tap_done(&tap);
}
