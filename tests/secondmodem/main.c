// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * secondmodem: options, and the loop that waits for the machine, for time and for signals.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "chip.h"
#include "clock.h"
#include "control.h"
#include "mood.h"
#include "pci.h"
#include "report.h"
#include "vfio.h"

#define EXIT_USAGE	2
#define EXIT_BREACHES	3

static const char *socket_path, *control_path, *seed;
static bool is_tame;

static void help(void)
{
	printf("usage: secondmodem --socket PATH [OPTION]...\n"
	       "  --control PATH     a socket for commands: status, counters, mux, mood, crash\n"
	       "  --model NAME       xmm7560 (default) or xmm7360\n"
	       "  --mux NAME         lite (default of the 7560) or aggregation\n"
	       "  --credits          uplink on credits\n"
	       "  --connected        all sessions, without MBIM\n"
	       "  --mood SEED        chooses all below by that number\n"
	       "  --tame             but nothing that the in-tree driver cannot take\n"
	       "what is free, default first:\n");
	mood_help();
}

static bool choice(const char *name, const char *value, const char *no, const char *yes, bool *to)
{
	*to = strcmp(value, yes) == 0;
	if (!*to && strcmp(value, no) != 0) {
		fprintf(stderr, "secondmodem: %s is %s or %s, not '%s'\n", name, no, yes, value);
		return false;
	}
	return true;
}

/* parse_flag: 1 if the option was one without a value */
static bool parse_flag(const char *name)
{
	if (strcmp(name, "--credits") == 0)
		options.credits = true;
	else if (strcmp(name, "--connected") == 0)
		options.connected = true;
	else if (strcmp(name, "--tame") == 0)
		is_tame = true;
	else
		return false;
	return true;
}

static bool parse_value(const char *name, const char *value)
{
	if (strcmp(name, "--socket") == 0)
		socket_path = value;
	else if (strcmp(name, "--control") == 0)
		control_path = value;
	else if (strcmp(name, "--mood") == 0)
		seed = value;
	else if (strcmp(name, "--model") == 0)
		return choice(name, value, "xmm7560", "xmm7360", &options.is_7360);
	else if (strcmp(name, "--mux") == 0)
		return choice(name, value, "lite", "aggregation", &options.aggregation);
	else if (strncmp(name, "--", 2) != 0 || !mood_set(name + 2, value))
		return false;
	return true;
}

static bool parse(int count, char **words)
{
	for (int i = 1; i < count; i++) {
		if (parse_flag(words[i]))
			continue;
		if (i + 1 == count || !parse_value(words[i], words[i + 1]))
			return false;
		i++;
	}
	return socket_path;
}

static int watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* handle_signal: true if this was the end */
static bool handle_signal(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return true;
	if (info.ssi_signo != SIGUSR1)
		return true;
	chip_crash();
	return false;
}

static int loop(int signals)
{
	while (true) {
		struct pollfd fds[3] = { { .fd = signals, .events = POLLIN }, { .fd = vfio_fd(), .events = POLLIN },
					 { .fd = control_fd(), .events = POLLIN } };
		int64_t ns = clock_next();
		struct timespec wait = { .tv_sec = ns / (int64_t)SEC, .tv_nsec = ns % (int64_t)SEC };

		if (ppoll(fds, 3, ns < 0 ? NULL : &wait, NULL) < 0 && errno != EINTR)
			return EXIT_FAILURE;
		if (fds[0].revents && handle_signal(signals))
			break;
		if (fds[1].revents)
			vfio_input();
		if (fds[2].revents)
			control_input();
		clock_run();
		chip_work();
	}
	say("%u breaches", breaches());
	return breaches() ? EXIT_BREACHES : EXIT_SUCCESS;
}

int main(int count, char **words)
{
	if (count == 2 && strcmp(words[1], "--help") == 0) {
		help();
		return EXIT_SUCCESS;
	}
	if (!parse(count, words)) {
		help();
		return EXIT_USAGE;
	}
	if (seed)
		mood_seed(strtoul(seed, NULL, 0));
	if (is_tame)
		mood_tame();
	mood_print();
	pci_init(options.is_7360 ? 0x7360 : 0x7560);
	chip_init();
	if (!vfio_listen(socket_path) || (control_path && !control_listen(control_path))) {
		fprintf(stderr, "secondmodem: cannot listen: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	return loop(watch_signals());
}
