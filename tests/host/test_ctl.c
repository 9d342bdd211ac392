// SPDX-License-Identifier: GPL-2.0-or-later
/* vmodemctl: what it says, in text and in JSON, and its exit status. */
#include "host.h"

#include <stdlib.h>

static char output[ANSWER_SIZE * 4];

/* Runs vmodemctl with @words, by a shell; its exit status. */
static int ctl(const char *format, ...)
{
	char command[1024], words[512];
	size_t len = 0;
	va_list arguments;
	FILE *pipe;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	snprintf(command, sizeof(command), "%sctl %s 2>&1", vmodem_path(), words);
	pipe = popen(command, "r");
	len = fread(output, 1, sizeof(output) - 1, pipe);
	output[len] = '\0';
	return pclose(pipe) >> 8;
}

static unsigned int lines(void)
{
	unsigned int count = 0;

	for (const char *at = output; *at; at++)
		count += *at == '\n';
	return count;
}

static void test_wrong(struct tap *tap, const char *words)
{
	int status = ctl("%s", words);

	tap_ok(tap, status == 2 && lines() == 1 && !strncmp(output, "vmodemctl: ", 11),
	       "one line and status 2: vmodemctl %s", words);
}

/* Whatever the modem can do can be reached, and is listed. */
static void test_all(struct tap *tap, struct host *host)
{
	char help[ANSWER_SIZE], *rest;
	unsigned int count = 0, listed = 0;

	modem_command(host, help, "help");
	tap_equal(tap, ctl("--control %s help", host->control), 0, "help");
	for (char *line = strtok_r(help, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		count++;
		listed += strstr(output, line) != NULL;
	}
	tap_ok(tap, count > 20 && listed == count, "lists all %u commands", count);
}

/* Whether a ".It" of the manual page has "Ic @name". */
static bool in_manual(const char *name)
{
	char line[512], word[64];
	FILE *page = fopen(MANUALS "vmodemctl.1", "r");
	bool found = false;

	snprintf(word, sizeof(word), " Ic %s", name);
	while (page && !found && fgets(line, sizeof(line), page)) {
		for (const char *at = line; !found && (at = strstr(at, word)); at++)
			found = !strncmp(line, ".It ", 4) && strchr(" \n", at[strlen(word)]);
	}
	if (page)
		fclose(page);
	return found;
}

static void test_manual(struct tap *tap, struct host *host)
{
	char help[ANSWER_SIZE], *rest;
	unsigned int count = 0, listed = 0;

	modem_command(host, help, "help");
	for (char *line = strtok_r(help, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		line[strcspn(line, " :")] = '\0';
		count++;
		listed += in_manual(line);
		if (!in_manual(line))
			printf("# %s is not in the page\n", line);
	}
	tap_ok(tap, count > 20 && listed == count, "vmodemctl(1) has all %u commands", count);
}

/* What the first one lacks. */
static void test_other_modem(struct tap *tap)
{
	struct host host;

	modem_start(&host, "--model", "xmm7360", "--carrier", "flood", NULL);
	test_manual(tap, &host);
	tap_equal(tap, modem_end(&host), 0, "clean end");
}

static void test_json(struct tap *tap, struct host *host)
{
	tap_equal(tap, ctl("--control %s --json status | python3 -c 'import json, sys; "
			   "answer = json.load(sys.stdin); print(answer[\"ok\"], "
			   "answer[\"values\"][\"model\"], answer[\"values\"][\"ipc\"] + 1)'",
			   host->control), 0, "JSON that Python reads");
	tap_ok(tap, !strcmp(output, "True xmm7560 1\n"), "with values by name, numbers as such");
	tap_equal(tap, ctl("--control %s --json network", host->control), 0, "names with blanks");
	tap_ok(tap, strstr(output, "\"packet service\":\"attached\""), "end at a colon");
	tap_equal(tap, ctl("--control %s --json faults | python3 -c 'import json, sys; "
			   "print(len(json.load(sys.stdin)[\"lines\"]))'", host->control), 0,
		  "a list is no object");
	tap_ok(tap, atoi(output) > 80, "but lines");
	tap_equal(tap, ctl("--control %s --json 'non\"sense\\'", host->control), 1,
		  "a refusal is an answer, too");
	tap_ok(tap, strstr(output, "\"ok\":false,\"error\":\"no such command: non\\\"sense\\\\\""),
	       "with its reason");
}

int main(void)
{
	struct tap tap = { 0 };
	struct host host;

	modem_start(&host, NULL);
	tap_equal(&tap, ctl("--help"), 0, "--help");
	tap_equal(&tap, ctl("--version"), 0, "--version");
	test_wrong(&tap, "");
	test_wrong(&tap, "status");
	test_wrong(&tap, "--control");
	test_wrong(&tap, "--nonsense");
	test_wrong(&tap, "--control /nonexistent status");
	test_wrong(&tap, "--control /etc/passwd status");
	test_wrong(&tap, "--control /x status \"$(printf 'a\\nb')\"");
	test_wrong(&tap, "--control /x $(head -c 5000 /dev/zero | tr '\\0' x)");

	tap_equal(&tap, ctl("--control %s status", host.control), 0, "status");
	tap_ok(&tap, strstr(output, "model xmm7560\n") && !strstr(output, "ok\n"), "in lines");
	setenv("VMODEM_CONTROL", host.control, 1);
	tap_equal(&tap, ctl("nonsense"), 1, "an unknown command is refused");
	tap_ok(&tap, !strcmp(output, "vmodemctl: no such command: nonsense\n"), "in one line");
	test_all(&tap, &host);
	test_manual(&tap, &host);
	test_json(&tap, &host);
	tap_equal(&tap, ctl("fault td-size 5 times=2"), 0, "a fault");
	tap_equal(&tap, ctl("fault"), 0, "is armed");
	tap_ok(&tap, strstr(output, "armed td-size 0x5 times=2"), "as was said");
	tap_equal(&tap, ctl("crash"), 0, "crash");
	client_hello(&host);
	enable(&host);
	tap_equal(&tap, read32(&host, 2, 0), IOSM_STAGE_CRASH, "the firmware crashed");
	tap_equal(&tap, ctl("reset"), 0, "reset");
	enable(&host);
	tap_equal(&tap, read32(&host, 2, 0), IOSM_STAGE_RUN, "it lives again");
	tap_equal(&tap, modem_end(&host), 0, "clean end");
	test_other_modem(&tap);
	return tap_done(&tap);
}
