// SPDX-License-Identifier: GPL-2.0-or-later
/* vmodem as a program: options, sockets, signals, exit status. */
#include "host.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned int lines(const char *text)
{
	unsigned int count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static void test_wrong(struct tap *tap, const char *name, char *const *argv)
{
	char output[4096];
	int status = vmodem_run(argv, output, sizeof(output));

	tap_ok(tap, status == 2 && lines(output) == 1 && !strncmp(output, "vmodem: ", 8),
	       "%s: one line and status 2", name);
	if (status != 2 || lines(output) != 1)
		printf("# status %d, output: %s\n", status, output);
}

#define WRONG(name, ...) test_wrong(tap, name, (char *[]){ __VA_ARGS__, NULL })

static void test_options(struct tap *tap)
{
	char output[ANSWER_SIZE];

	tap_equal(tap, vmodem_run((char *[]){ "--help", NULL }, output, sizeof(output)), 0, "--help");
	tap_ok(tap, strstr(output, "--socket") && strstr(output, "--trace"), "tells the options");
	tap_equal(tap, vmodem_run((char *[]){ "--help", "faults", NULL }, output, sizeof(output)),
		  0, "--help faults");
	tap_ok(tap, strstr(output, "--chaos SEED") && strstr(output, "td-size") &&
	       !strstr(output, "--model"), "tells of faults only");
	tap_equal(tap, vmodem_run((char *[]){ "--version", NULL }, output, sizeof(output)), 0,
		  "--version");
	tap_equal(tap, lines(output), 1, "is one line");
	WRONG("an unknown topic", "--help", "nonsense");
	WRONG("an unknown weight", "--socket", "/tmp/x", "--chaos", "1", "--chaos-weights", "x=1");
	WRONG("no seed", "--socket", "/tmp/x", "--chaos", "yes");
	WRONG("no option at all", "--credits");
	WRONG("an unknown option", "--socket", "/tmp/x", "--nonsense");
	WRONG("a short option", "--socket", "/tmp/x", "-z");
	WRONG("a word", "--socket", "/tmp/x", "word");
	WRONG("a missing value", "--socket");
	WRONG("an unknown model", "--socket", "/tmp/x", "--model", "xmm7480");
	WRONG("an unknown dialect", "--socket", "/tmp/x", "--mux", "heavy");
	WRONG("a negative time", "--socket", "/tmp/x", "--boot-time", "-5");
	WRONG("a time that is none", "--socket", "/tmp/x", "--sleep-idle", "1s");
	WRONG("a huge time", "--socket", "/tmp/x", "--boot-time", "99999999999999999999");
	WRONG("an empty path", "--socket", "");
	WRONG("one path for both sockets", "--socket", "/tmp/x", "--control", "/tmp/x");
	WRONG("a folder that does not exist", "--socket", "/nonexistent/x");
	WRONG("a trace that can't be written", "--socket", "/tmp/x", "--trace", "/nonexistent/x");
	WRONG("a capture that can't be written", "--socket", "/tmp/x", "--pcap", "/nonexistent/x");
	WRONG("an unknown carrier", "--socket", "/tmp/x", "--carrier", "pigeon");
	WRONG("a carrier's setting that is none", "--socket", "/tmp/x", "--carrier", "flood,rate=x");
	WRONG("a shape that is none", "--socket", "/tmp/x", "--shape", "delay=long");
	WRONG("a session that does not exist", "--socket", "/tmp/x", "--connected", "8");
}

static bool in_manual(const char *option)
{
	char line[512], word[64];
	FILE *page = fopen(MANUALS "vmodem.1", "r");
	bool found = false;

	snprintf(word, sizeof(word), "Fl %s", option + 1);
	while (page && !found && fgets(line, sizeof(line), page)) {
		for (const char *at = line; !found && (at = strstr(at, word)); at++)
			found = !strncmp(line, ".It ", 4) && strchr(" \n", at[strlen(word)]);
	}
	if (page)
		fclose(page);
	return found;
}

/* Each option that --help has begins a line, but for the last of them. */
static void test_manual(struct tap *tap)
{
	char output[ANSWER_SIZE], *rest;
	unsigned int count = 0, listed = 0;

	vmodem_run((char *[]){ "--help", NULL }, output, sizeof(output));
	for (char *line = strtok_r(output, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "  --", 4))
			continue;
		line += 2;
		line[strcspn(line, " ")] = '\0';
		count++;
		listed += in_manual(line);
		if (!in_manual(line))
			printf("# %s is not in the page\n", line);
	}
	tap_ok(tap, count > 25 && listed == count, "vmodem(1) has all %u options", count);
}

static bool exists(const char *path)
{
	struct stat status;

	return !lstat(path, &status);
}

static void test_sockets(struct tap *tap)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char path[96], longer[200];
	struct host host;
	int fd;

	memset(longer, 'x', sizeof(longer));
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	WRONG("a path too long for a socket", "--socket", longer);

	modem_start(&host, NULL);
	WRONG("a socket in use", "--socket", host.socket);
	snprintf(path, sizeof(path), "%s-other", host.dir);
	WRONG("a control socket in use", "--socket", path, "--control", host.control);
	tap_ok(tap, !exists(path), "nothing is left behind");
	tap_ok(tap, exists(host.socket), "and the live one is not touched");
	client_hello(&host);
	WRONG("a socket in use with a client", "--socket", host.socket);
	snprintf(path, sizeof(path), "%s/file", host.dir);
	fclose(fopen(path, "w"));
	WRONG("a file in the way", "--socket", path);
	tap_ok(tap, exists(path), "is not removed");
	unlink(path);

	/* A process that died leaves its socket file. */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(address.sun_path, path);
	tap_ok(tap, !bind(fd, (struct sockaddr *)&address, sizeof(address)) && !listen(fd, 1) &&
	       !close(fd) && exists(path), "a stale socket");
	WRONG("is no obstacle", "--socket", path, "--control", host.control);
	tap_ok(tap, !exists(path), "and goes with the program");
	tap_equal(tap, modem_end(&host), 0, "clean end");
	tap_ok(tap, !exists(host.socket) && !exists(host.control), "both sockets are gone");
}

static void test_signals(struct tap *tap)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct host host;
	char line[256] = "";
	FILE *log;
	int status;

	for (unsigned int i = 0; i < 3; i++) {
		modem_start(&host, NULL);
		client_hello(&host);
		boot(&host);
		kill(host.pid, signals[i]);
		waitpid(host.pid, &status, 0);
		tap_ok(tap, WIFEXITED(status) && !WEXITSTATUS(status), "signal %d: status 0",
		       signals[i]);
		log = fopen(host.log, "r");
		while (log && fgets(line, sizeof(line), log))
			;
		if (log)
			fclose(log);
		tap_ok(tap, !strcmp(line, "vmodem: checker: 0 breaches\n"), "and the summary");
		client_close(&host);
		close(host.control_fd);
		unlink(host.log);
		tap_ok(tap, !rmdir(host.dir), "nothing is left behind");
	}
}

static void test_control(struct tap *tap)
{
	char answer[ANSWER_SIZE], garbage[8192];
	struct host host;
	int fds[40];

	modem_start(&host, NULL);
	tap_ok(tap, modem_command(&host, answer, "help") && strstr(answer, "breaches") &&
	       strstr(answer, "hold-message"), "help lists the commands");
	tap_ok(tap, modem_command(&host, answer, "  status  ") && strstr(answer, "model xmm7560"),
	       "blanks do not matter");
	tap_ok(tap, !modem_command(&host, answer, "nonsense") &&
	       !strcmp(answer, "error: no such command: nonsense"), "an unknown command");
	tap_ok(tap, modem_command(&host, answer, "rules") && strstr(answer, "C01 "), "rules");
	tap_ok(tap, !modem_command(&host, NULL, "sleep now"), "sleep now without a running IPC");
	tap_ok(tap, !modem_command(&host, NULL, "boot-time x"), "a bad number");
	for (unsigned int i = 0; i < 40; i++) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };

		strcpy(address.sun_path, host.control);
		fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
		if (connect(fds[i], (struct sockaddr *)&address, sizeof(address)) < 0)
			tap_ok(tap, false, "connect");
	}
	memset(garbage, 'x', sizeof(garbage));
	send(fds[0], garbage, sizeof(garbage), MSG_NOSIGNAL);
	send(fds[1], "status\nstatus\nhelp\n\n\n\0\n", 24, MSG_NOSIGNAL);
	tap_ok(tap, modem_command(&host, NULL, "status"), "40 clients, one talking nonsense");
	for (unsigned int i = 0; i < 40; i++)
		close(fds[i]);
	tap_ok(tap, modem_command(&host, NULL, "status"), "they go");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

/* Each line of the trace is one object; its members are in docs/trace.md. */
static void test_trace(struct tap *tap)
{
	char path[] = "/tmp/vmodem-trace-XXXXXX", line[1024];
	unsigned int count = 0, good = 0;
	bool booted = false;
	struct host host;
	FILE *trace;

	close(mkstemp(path));
	modem_start(&host, "--trace", path, NULL);
	client_hello(&host);
	boot(&host);
	trace = fopen(path, "r");
	while (fgets(line, sizeof(line), trace)) {
		size_t len = strlen(line);

		count++;
		good += !strncmp(line, "{\"t_us\":", 8) && !strcmp(line + len - 2, "}\n") &&
			strstr(line, "\"layer\":\"") && strstr(line, "\"event\":\"");
		booted |= strstr(line, "\"event\":\"ipc_status\",\"status\":2") != NULL;
	}
	fclose(trace);
	unlink(path);
	tap_ok(tap, count > 20 && good == count, "the trace has %u lines of JSON", count);
	tap_ok(tap, booted, "they tell how the IPC came up");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

/* A rule that nobody can look up helps nobody. */
static void test_checker_page(struct tap *tap)
{
	static const unsigned int rules[] = {
#define CHECK_RULE(id, number, text) (number),
#include "../../vmodem/check_rules.h"
#undef CHECK_RULE
	};
	const unsigned int count = sizeof(rules) / sizeof(rules[0]);
	bool listed[128] = { false };
	FILE *page = fopen(CHECKER_PAGE, "r");
	unsigned int rule, good = 0;
	char line[1024];

	while (page && fgets(line, sizeof(line), page)) {
		if (sscanf(line, "| C%u |", &rule) == 1 && rule < 128)
			listed[rule] = true;
	}
	if (page)
		fclose(page);
	for (unsigned int i = 0; i < count; i++) {
		good += listed[rules[i]];
		if (!listed[rules[i]])
			printf("# C%02u is missing\n", rules[i]);
	}
	tap_equal(tap, good, count, "docs/checker.md lists all rules");
}

/* Nothing to do: no time is used, with a client and a running IPC. */
static void test_idle(struct tap *tap)
{
	char path[64], stat[1024] = "";
	unsigned long before[2], after[2];
	struct host host;
	FILE *file;

	modem_start(&host, NULL);
	client_hello(&host);
	boot(&host);
	wait32(&host, sleep_word(&host), 1);
	doorbell(&host, 2, IOSM_SLEEP_ACK_SLEEP);
	read32(&host, 2, 0);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)host.pid);
	for (unsigned int i = 0; i < 2; i++) {
		unsigned long *switches = i ? after : before;

		switches[0] = switches[1] = 0;
		file = fopen(path, "r");
		while (fgets(stat, sizeof(stat), file)) {
			sscanf(stat, "voluntary_ctxt_switches: %lu", &switches[0]);
			sscanf(stat, "nonvoluntary_ctxt_switches: %lu", &switches[1]);
		}
		fclose(file);
		if (!i)
			pause_ms(600);
	}
	tap_ok(tap, after[0] - before[0] <= 1, "asleep the modem does not wake up once in 600 ms");
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

int main(void)
{
	struct tap tap = { 0 };

	test_options(&tap);
	test_manual(&tap);
	test_sockets(&tap);
	test_signals(&tap);
	test_control(&tap);
	test_trace(&tap);
	test_checker_page(&tap);
	test_idle(&tap);
	return tap_done(&tap);
}
