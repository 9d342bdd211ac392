// SPDX-License-Identifier: GPL-2.0-or-later
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mark.h"

void die(const char *what)
{
	perror(what);
	exit(1);
}

void usage(const char *text)
{
	fprintf(stderr, "usage: %s\n", text);
	exit(2);
}

/* The clock of /proc/uptime, in a guest that never sleeps. */
double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double number(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || value < 0) {
		fprintf(stderr, "not a number: %s\n", text);
		exit(2);
	}
	return value;
}

unsigned int load_sessions(char **words, unsigned int ids[SESSIONS])
{
	unsigned int count = 0;

	for (; *words; words++) {
		double id = number(*words);

		if (id >= SESSIONS || count == SESSIONS) {
			fprintf(stderr, "not a session: %s\n", *words);
			exit(2);
		}
		ids[count++] = (unsigned int)id;
	}
	return count;
}

static struct sockaddr_in address(unsigned int session, unsigned int host, uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(10u << 24 | 64u << 16 | session << 8 | host),
	};
}

struct sockaddr_in gateway(unsigned int session, uint16_t port)
{
	return address(session, 1, port);
}

struct sockaddr_in own(unsigned int session, uint16_t port)
{
	return address(session, 2, port);
}

double load_begin(void)
{
	MARK_EXECUTE("b");
	return now_s();
}

double load_end(void)
{
	MARK_EXECUTE("e");
	return now_s();
}

void load_span(const char *name, double from_s, double to_s, double count)
{
	printf("@span %s %.6f %.6f %.0f\n", name, from_s, to_s, count);
}
