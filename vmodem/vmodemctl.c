// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmodemctl: commands to a virtual modem that runs. It knows the socket and a few names of
 * its own; every other word goes to the modem, which knows what it can do.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "options.h"

#define EXIT_REFUSED	1
#define EXIT_WRONG	2

#define LINE_MAX_BYTES	4000	/* what the modem takes */

static const char help[] =
"usage: vmodemctl [--control PATH] [--json] COMMAND [ARGUMENT...]\n"
"\n"
"  --control PATH  the control socket of the modem (default: $VMODEM_CONTROL)\n"
"  --json          the answer as one JSON object\n"
"  --help, --version\n"
"\n"
"Commands that most people want:\n"
"\n"
"  help                            every command of this modem\n"
"  status, counters, network       how it is\n"
"  faults                          every fault; fault NAME arms one\n"
"  sms FROM TEXT...                a short message arrives\n"
"  signal, disconnect SESSION      what the network does\n"
"  crash, dump-ready, hang, reset  what the firmware does\n"
"  trace FILE|off, pcap FILE|off   records\n"
"\n"
"Exit status: 0, 1 when the modem refused, 2 for wrong use or no modem at the socket.\n";

/* Names of vmodemctl's own: what they are to the modem. */
static const struct {
	const char *name, *words;
} aliases[] = {
	{ "faults", "fault list" },
	{ "crash", "stage crash" },
	{ "dump-ready", "stage cd-ready" },
	{ "hang", "stage hang" },
};

struct answer {
	char *text;		/* lines, without the last one */
	size_t len;
	char *error;		/* NULL: ok; else inside @text */
};

static int wrong(const char *text, const char *what)
{
	fprintf(stderr, "vmodemctl: %s%s%s\n", text, what ? ": " : "", what ? what : "");
	return EXIT_WRONG;
}

/* ---- the socket ---- */

static int open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* The place of the last line if the answer is whole, else NULL. */
static char *last_line(const struct answer *answer)
{
	char *last;

	if (!answer->len || answer->text[answer->len - 1] != '\n')
		return NULL;
	answer->text[answer->len - 1] = '\0';
	last = strrchr(answer->text, '\n');
	last = last ? last + 1 : answer->text;
	if (!strcmp(last, "ok") || !strncmp(last, "error: ", 7))
		return last;
	answer->text[answer->len - 1] = '\n';
	return NULL;
}

static int receive(int fd, struct answer *answer)
{
	size_t size = 0;
	char *last;

	for (;;) {
		ssize_t count;

		if (size - answer->len < 4096) {
			char *grown = realloc(answer->text, size += 65536);

			if (!grown)
				return -ENOMEM;
			answer->text = grown;
		}
		count = read(fd, answer->text + answer->len, size - 1 - answer->len);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return count ? -errno : -ECONNRESET;
		answer->len += (size_t)count;
		answer->text[answer->len] = '\0';
		last = last_line(answer);
		if (last)
			break;
	}
	if (strcmp(last, "ok"))
		answer->error = last + 7;
	if (last > answer->text)
		last[-1] = '\0';
	else if (!answer->error)
		last[0] = '\0';
	return 0;
}

static int ask(const char *path, const char *line, struct answer *answer)
{
	int fd = open_socket(path), result = 0;
	size_t len = strlen(line);

	if (fd < 0)
		return -errno;
	if (send(fd, line, len, MSG_NOSIGNAL) != (ssize_t)len)
		result = -EPIPE;
	else
		result = receive(fd, answer);
	close(fd);
	return result;
}

/* ---- the command line ---- */

static bool append(char *line, const char *word)
{
	size_t len = strlen(line);

	return snprintf(line + len, LINE_MAX_BYTES - len, "%s%s", len ? " " : "", word) <
	       (int)(LINE_MAX_BYTES - len);
}

/* One word may hold blanks: the text of a message. A line break would be a second command. */
static bool make_line(char *line, int argc, char **argv)
{
	line[0] = '\0';
	for (int i = 0; i < argc; i++) {
		const char *word = argv[i];

		for (size_t a = 0; !i && a < sizeof(aliases) / sizeof(aliases[0]); a++) {
			if (!strcmp(word, aliases[a].name))
				word = aliases[a].words;
		}
		if (strchr(word, '\n') || !append(line, word))
			return false;
	}
	strcat(line, "\n");
	return true;
}

/* ---- the answer ---- */

static void json_string(const char *text, size_t len)
{
	putchar('"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static bool is_number(const char *text, size_t len)
{
	size_t digits = strspn(text, "0123456789");

	return len && digits == len && len < 19 && (len == 1 || *text != '0');
}

/*
 * The length of a line's name: "packet service: attached" has a colon behind it, "ipc 2" a
 * blank. @value is where the rest starts.
 */
static size_t name_of(const char *line, size_t len, size_t *value)
{
	size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz -");

	if (name && name + 1 < len && line[name] == ':' && line[name + 1] == ' ') {
		*value = name + 2;
		return name;
	}
	name = strcspn(line, " \n");
	*value = name + 1;
	return name < len ? name : 0;
}

/* Whether every line has a name of its own and a value: then the answer is an object. */
static bool is_object(const char *text)
{
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n"), value, name = name_of(line, len, &value);

		if (!name)
			return false;
		for (const char *other = text; other < line;) {
			if (!strncmp(other, line, value))
				return false;
			other += strcspn(other, "\n") + 1;
		}
		line += len + (line[len] == '\n');
	}
	return *text;
}

static void json_values(const char *text)
{
	const char *comma = "";

	fputs(",\"values\":{", stdout);
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n"), value, name = name_of(line, len, &value);

		fputs(comma, stdout);
		json_string(line, name);
		putchar(':');
		if (is_number(line + value, len - value))
			fwrite(line + value, 1, len - value, stdout);
		else
			json_string(line + value, len - value);
		comma = ",";
		line += len + (line[len] == '\n');
	}
	putchar('}');
}

static void json_lines(const char *text)
{
	const char *comma = "";

	fputs(",\"lines\":[", stdout);
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		fputs(comma, stdout);
		json_string(line, len);
		comma = ",";
		line += len + (line[len] == '\n');
	}
	putchar(']');
}

static void show_json(const char *line, const struct answer *answer)
{
	fputs("{\"command\":", stdout);
	json_string(line, strlen(line) - 1);
	printf(",\"ok\":%s", answer->error ? "false" : "true");
	if (answer->error) {
		fputs(",\"error\":", stdout);
		json_string(answer->error, strlen(answer->error));
	} else {
		json_lines(answer->text);
		if (is_object(answer->text))
			json_values(answer->text);
	}
	puts("}");
}

static void show(const struct answer *answer)
{
	if (answer->error)
		fprintf(stderr, "vmodemctl: %s\n", answer->error);
	else if (*answer->text)
		puts(answer->text);
}

static int run(const char *path, bool json, int argc, char **argv)
{
	char line[LINE_MAX_BYTES + 1];
	struct answer answer = { 0 };
	int result;

	if (!make_line(line, argc, argv))
		return wrong("a command is one line of at most 4000 bytes", NULL);
	result = ask(path, line, &answer);
	if (result) {
		free(answer.text);
		fprintf(stderr, "vmodemctl: no modem answers at %s: %s\n", path, strerror(-result));
		return EXIT_WRONG;
	}
	if (json)
		show_json(line, &answer);
	else
		show(&answer);
	result = answer.error ? EXIT_REFUSED : EXIT_SUCCESS;
	free(answer.text);
	return result;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "control", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = getenv("VMODEM_CONTROL");
	bool json = false;
	int option;

	opterr = 0;
	/* "+": what follows the command is the modem's. */
	while ((option = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			path = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(help, stdout);
			return EXIT_SUCCESS;
		case 'v':
			puts("vmodemctl " VMODEM_VERSION);
			return EXIT_SUCCESS;
		case ':':
			return wrong("--control needs a path; try --help", NULL);
		default:
			return wrong("no such option; try --help", argv[optind - 1]);
		}
	}
	if (optind == argc)
		return wrong("a command is missing; try --help", NULL);
	if (!path || !*path)
		return wrong("--control PATH is missing: the socket that vmodem --control names",
			     NULL);
	return run(path, json, argc - optind, argv + optind);
}
