// SPDX-License-Identifier: GPL-2.0-or-later
/* tally SECONDS DEVICE...: how many packets the devices receive, read from their statistics. */
#include "load.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static void wait_until(double end_s)
{
	double left_s;

	while ((left_s = end_s - now_s()) > 0)
		poll(NULL, 0, (int)(left_s * 1000) + 1);
}

static unsigned long long received(const char *device)
{
	unsigned long long packets;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/rx_packets", device);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%llu", &packets) != 1)
		die(path);
	fclose(file);
	return packets;
}

int main(int argc, char **argv)
{
	unsigned long long start[SESSIONS], total = 0;
	unsigned int count = argc > 2 ? (unsigned int)argc - 2 : 0;
	double from_s, to_s;

	if (!count || count > SESSIONS)
		usage("tally SECONDS DEVICE...");
	wait_until(now_s() + WARM_UP_S);
	for (unsigned int i = 0; i < count; i++)
		start[i] = received(argv[2 + i]);
	from_s = load_begin();
	wait_until(from_s + number(argv[1]));
	to_s = load_end();
	printf("@flows");
	for (unsigned int i = 0; i < count; i++) {
		unsigned long long packets = received(argv[2 + i]) - start[i];

		printf(" %llu", packets);
		total += packets;
	}
	printf("\n");
	load_span("packets", from_s, to_s, (double)total);
	return 0;
}
