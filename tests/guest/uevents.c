/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uevents >FILE: writes every uevent of the kernel as one line, its parts with blanks
 * between them. FILE.ready is made when it listens, so that nobody has to guess when.
 */
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES	(1 << 20)

static void say_ready(void)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/fd/1", path, sizeof(path) - 8);
	FILE *file;

	if (length < 0)
		return;
	strcpy(path + length, ".ready");
	file = fopen(path, "w");
	if (file)
		fclose(file);
}

int main(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int size = BUFFER_BYTES;
	char event[8192];
	ssize_t length;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		perror("uevents");
		return EXIT_FAILURE;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setvbuf(stdout, NULL, _IOLBF, 0);
	say_ready();
	while ((length = recv(fd, event, sizeof(event) - 1, 0)) > 0) {
		for (ssize_t i = 0; i < length - 1; i++) {
			if (!event[i])
				event[i] = ' ';
		}
		event[length] = '\0';
		puts(event);
	}
	perror("uevents");
	return EXIT_FAILURE;
}
