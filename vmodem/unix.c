// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "unix.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int set_address(struct sockaddr_un *address, const char *path)
{
	size_t len = strlen(path);

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (!len)
		return -EINVAL;
	if (len >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	memcpy(address->sun_path, path, len);
	return 0;
}

/* A dead process leaves its socket file behind; connecting to it is refused. */
static int remove_stale(const struct sockaddr_un *address)
{
	struct stat status;
	int fd, result = 0;

	if (lstat(address->sun_path, &status) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(status.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (const struct sockaddr *)address, sizeof(*address)) ||
	    errno != ECONNREFUSED)
		result = -EADDRINUSE;
	close(fd);
	if (!result && unlink(address->sun_path) < 0 && errno != ENOENT)
		result = -errno;
	return result;
}

int unix_listen(const char *path)
{
	struct sockaddr_un address;
	int fd, result = set_address(&address, path);

	if (!result)
		result = remove_stale(&address);
	if (result)
		return result;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0) {
		result = -errno;
		close(fd);
		return result;
	}
	return fd;
}

void unix_close(int fd, const char *path)
{
	if (fd < 0)
		return;
	close(fd);
	unlink(path);
}
