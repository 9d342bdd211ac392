// SPDX-License-Identifier: GPL-2.0-or-later
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void pause_ms(unsigned int ms)
{
	poll(NULL, 0, (int)ms);
}

const char *vmodem_path(void)
{
	const char *path = getenv("VMODEM");

	return path ? path : VMODEM_PATH;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	uint64_t end_ms = now_ms() + WAIT_MS;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		/* No event tells of a listening socket that appears. */
		if (now_ms() > end_ms)
			die(path);
		pause_ms(2);
	}
	return fd;
}

static void run(char *const *argv, const char *output)
{
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	/* A test that bails out takes its modem with it. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(fd, 1);
	dup2(fd, 2);
	execv(vmodem_path(), argv);
	_exit(127);
}

void modem_start(struct host *host, ...)
{
	char *argv[32] = { "vmodem", "--socket", host->socket, "--control", host->control };
	unsigned int count = 5;
	va_list arguments;

	memset(host, 0, sizeof(*host));
	host->fd = host->memfd = host->msi = -1;
	strcpy(host->dir, "/tmp/vmodem-host-XXXXXX");
	if (!mkdtemp(host->dir))
		die("mkdtemp");
	snprintf(host->socket, sizeof(host->socket), "%s/vfio", host->dir);
	snprintf(host->control, sizeof(host->control), "%s/control", host->dir);
	snprintf(host->log, sizeof(host->log), "%s/log", host->dir);
	va_start(arguments, host);
	while (count < 31 && (argv[count] = va_arg(arguments, char *)))
		count++;
	va_end(arguments);
	host->pid = fork();
	if (!host->pid)
		run(argv, host->log);
	host->control_fd = connect_to(host->control);
}

static void show_log(struct host *host)
{
	char line[512];
	FILE *log = fopen(host->log, "r");

	while (log && fgets(line, sizeof(line), log))
		printf("#   %s", line);
	if (log)
		fclose(log);
}

int modem_end(struct host *host)
{
	int status;

	client_close(host);
	close(host->control_fd);
	kill(host->pid, SIGTERM);
	waitpid(host->pid, &status, 0);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (status != 0 && status != 3)
		show_log(host);
	unlink(host->log);
	rmdir(host->dir);
	return status;
}

bool modem_command(struct host *host, char *answer, const char *format, ...)
{
	char line[256], text[ANSWER_SIZE];
	size_t len = 0;
	va_list arguments;
	char *last;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	strcat(line, "\n");
	if (write(host->control_fd, line, strlen(line)) < 0)
		die("control");
	for (;;) {
		ssize_t count = read(host->control_fd, text + len, sizeof(text) - 1 - len);

		if (count <= 0)
			die("control");
		len += (size_t)count;
		text[len] = '\0';
		if (text[len - 1] != '\n')
			continue;
		text[len - 1] = '\0';
		last = strrchr(text, '\n');
		last = last ? last + 1 : text;
		if (!strcmp(last, "ok") || !strncmp(last, "error:", 6))
			break;
		text[len - 1] = '\n';
	}
	if (answer) {
		strcpy(answer, text);
		if (!strcmp(last, "ok"))
			answer[last - text] = '\0';
	}
	return !strcmp(last, "ok");
}

long long modem_value(struct host *host, const char *command, const char *name)
{
	char text[ANSWER_SIZE], *rest;
	size_t len = strlen(name);

	modem_command(host, text, "%s", command);
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (!strncmp(line, name, len) && line[len] == ' ')
			return atoll(line + len);
	}
	return -1;
}

long long breaches(struct host *host, int rule)
{
	char name[8] = "total";
	long long count;

	if (rule)
		snprintf(name, sizeof(name), "C%02d", rule);
	count = modem_value(host, "breaches", name);
	return count < 0 ? 0 : count;
}

unsigned int modem_descriptors(struct host *host)
{
	char path[64];
	unsigned int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)host->pid);
	dir = opendir(path);
	while (dir && readdir(dir))
		count++;
	if (dir)
		closedir(dir);
	return count;
}

int vmodem_run(char *const *argv, char *output, size_t size)
{
	char *with_name[32] = { "vmodem" };
	int ends[2], status;
	size_t len = 0;
	ssize_t count;
	pid_t pid;

	for (unsigned int i = 0; i < 30 && argv[i]; i++)
		with_name[i + 1] = argv[i];
	if (pipe(ends) < 0)
		die("pipe");
	pid = fork();
	if (!pid) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		execv(vmodem_path(), with_name);
		_exit(127);
	}
	close(ends[1]);
	while (len < size - 1 && (count = read(ends[0], output + len, size - 1 - len)) > 0)
		len += (size_t)count;
	output[len] = '\0';
	close(ends[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
