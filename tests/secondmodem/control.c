// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "chip.h"
#include "control.h"
#include "mood.h"
#include "mux.h"
#include "report.h"
#include "sleep.h"

static int listener = -1, client = -1;
static char line[256];
static size_t length;

bool control_listen(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		return false;
	strcpy(address.sun_path, path);
	unlink(path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	       listen(listener, 1) == 0;
}

int control_fd(void)
{
	return client >= 0 ? client : listener;
}

static void reply(const char *text)
{
	if (send(client, text, strlen(text), MSG_NOSIGNAL) < 0)
		say("nobody reads the control socket");
}

static void status(void)
{
	char text[128];

	snprintf(text, sizeof(text), "stage %s\nmux %s\nsleep %s\nbreaches %u\nok\n", chip_stage(),
		 options.aggregation ? "aggregation" : "lite", sleep_state(), breaches());
	reply(text);
}

static void counters(void)
{
	char text[256];

	sleep_counters(text, sizeof(text));
	reply(text);
	reply("ok\n");
}

static void mux(void)
{
	char text[128];

	for (unsigned int i = 0; i < SESSIONS; i++) {
		snprintf(text, sizeof(text), "session %u %s uplink %lu downlink %lu\n", i,
			 sessions[i].open ? sessions[i].stopped ? "stopped" : "open" : "closed", sessions[i].up,
			 sessions[i].down);
		reply(text);
	}
	reply("ok\n");
}

static void command(void)
{
	if (strcmp(line, "status") == 0) {
		status();
	} else if (strcmp(line, "counters") == 0) {
		counters();
	} else if (strcmp(line, "mux") == 0) {
		mux();
	} else if (strcmp(line, "mood") == 0) {
		mood_lines(reply);
		reply("ok\n");
	} else if (strcmp(line, "crash") == 0) {
		chip_crash();
		reply("ok\n");
	} else {
		reply("error: there are status, counters, mux, mood and crash\n");
	}
}

void control_input(void)
{
	char byte;

	if (client < 0) {
		client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		length = 0;
		return;
	}
	if (read(client, &byte, 1) != 1) {
		close(client);
		client = -1;
	} else if (byte != '\n') {
		if (length + 1 < sizeof(line))
			line[length++] = byte;
	} else {
		line[length] = 0;
		length = 0;
		command();
	}
}
