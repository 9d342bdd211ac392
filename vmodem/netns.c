// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A namespace lives while something holds it: here a bind mount of its file in /proc, on a
 * file in /run/netns. That folder is a shared mount, so that mounts on it are seen by
 * processes in other mount namespaces.
 */
#define _GNU_SOURCE
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER		"/run/netns"
#define OWN		"/proc/thread-self/ns/net"
#define NAME_MAX_LEN	64

static void path_of(const char *name, char path[sizeof(FOLDER) + 1 + NAME_MAX_LEN])
{
	sprintf(path, FOLDER "/%.*s", NAME_MAX_LEN - 1, name);
}

bool netns_name_valid(const char *name)
{
	return *name && strlen(name) < NAME_MAX_LEN && !strchr(name, '/') && strcmp(name, ".") &&
	       strcmp(name, "..");
}

static int share_folder(void)
{
	if (mkdir(FOLDER, 0755) && errno != EEXIST)
		return -errno;
	if (!mount("", FOLDER, "none", MS_SHARED | MS_REC, NULL))
		return 0;
	/* EINVAL: it is no mount yet. */
	if (errno != EINVAL || mount(FOLDER, FOLDER, "none", MS_BIND | MS_REC, NULL) ||
	    mount("", FOLDER, "none", MS_SHARED | MS_REC, NULL))
		return -errno;
	return 0;
}

/* Holds a new namespace by a mount on @path, and stays in the old one. */
static int make_at(const char *path)
{
	int back = open(OWN, O_RDONLY | O_CLOEXEC), result = 0;

	if (back < 0)
		return -errno;
	if (unshare(CLONE_NEWNET)) {
		result = -errno;
		close(back);
		return result;
	}
	if (mount(OWN, path, "none", MS_BIND, NULL))
		result = -errno;
	netns_leave(back);
	return result;
}

static int make(const char *path)
{
	int result = share_folder(), fd;

	if (result)
		return result;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (fd < 0)
		return -errno;
	close(fd);
	result = make_at(path);
	if (result)
		unlink(path);
	return result;
}

int netns_open(const char *name, bool *made)
{
	char path[sizeof(FOLDER) + 1 + NAME_MAX_LEN];
	int fd, result;

	path_of(name, path);
	*made = false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return -errno;
	result = make(path);
	if (result)
		return result;
	*made = true;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void netns_remove(const char *name)
{
	char path[sizeof(FOLDER) + 1 + NAME_MAX_LEN];

	path_of(name, path);
	umount2(path, MNT_DETACH);
	unlink(path);
}

int netns_enter(int fd)
{
	int back = open(OWN, O_RDONLY | O_CLOEXEC), result;

	if (back < 0)
		return -errno;
	if (!setns(fd, CLONE_NEWNET))
		return back;
	result = -errno;
	close(back);
	return result;
}

void netns_leave(int back)
{
	if (setns(back, CLONE_NEWNET))
		abort();
	close(back);
}
