// SPDX-License-Identifier: GPL-2.0-or-later
/* Read and written by calls, never mapped: a full disk must be an error, not a signal. */
#define _GNU_SOURCE
#include "flash_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flash_image.h"

#define HEADER_SIZE	4096
#define PIECE		65536

static const char magic[16] = "VMODEM-FLASH-1\n";

struct header {
	char magic[16];
	char version[FLASH_VERSION_SIZE];
	char state[16];			/* "bootable" or "incomplete" */
};

struct flash_store {
	int fd;
	struct header header;
	uint8_t piece[PIECE];
};

static int write_all(int fd, const void *data, size_t len, off_t offset)
{
	const uint8_t *bytes = data;

	while (len) {
		ssize_t count = pwrite(fd, bytes, len, offset);

		if (count < 0 && errno != EINTR)
			return -errno;
		if (count <= 0)
			continue;
		bytes += count;
		len -= (size_t)count;
		offset += count;
	}
	return 0;
}

/* The file may have been cut while it was in use. */
static int read_all(int fd, void *data, size_t len, off_t offset)
{
	uint8_t *bytes = data;

	while (len) {
		ssize_t count = pread(fd, bytes, len, offset);

		if (count < 0 && errno != EINTR)
			return -errno;
		if (!count)
			return -EIO;
		if (count < 0)
			continue;
		bytes += count;
		len -= (size_t)count;
		offset += count;
	}
	return 0;
}

static int write_header(struct flash_store *store, const char *version, const char *state)
{
	struct header header = { 0 };

	memcpy(header.magic, magic, sizeof(magic));
	strncpy(header.version, version, sizeof(header.version) - 1);
	strncpy(header.state, state, sizeof(header.state) - 1);
	store->header = header;
	return write_all(store->fd, &header, sizeof(header), 0);
}

static int make(struct flash_store *store, const char *version)
{
	if (ftruncate(store->fd, HEADER_SIZE + (off_t)FLASH_STORE_SIZE) < 0)
		return -errno;
	return write_header(store, version, "bootable");
}

static int load(struct flash_store *store, off_t size)
{
	int result;

	if (size != HEADER_SIZE + (off_t)FLASH_STORE_SIZE)
		return -EINVAL;
	result = read_all(store->fd, &store->header, sizeof(store->header), 0);
	if (result)
		return result;
	if (memcmp(store->header.magic, magic, sizeof(magic)) ||
	    !flash_version_valid(store->header.version) ||
	    store->header.state[sizeof(store->header.state) - 1])
		return -EINVAL;
	return 0;
}

static int prepare(struct flash_store *store, const char *version)
{
	struct stat info;

	if (flock(store->fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (fstat(store->fd, &info) < 0)
		return -errno;
	if (!S_ISREG(info.st_mode))
		return -EINVAL;
	return info.st_size ? load(store, info.st_size) : make(store, version);
}

struct flash_store *flash_store_open(const char *path, const char *version)
{
	struct flash_store *store = calloc(1, sizeof(*store));
	int result;

	if (!store)
		return NULL;
	store->fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666) :
			   memfd_create("flash", MFD_CLOEXEC);
	result = store->fd < 0 ? -errno : prepare(store, version);
	if (!result)
		return store;
	flash_store_close(store);
	errno = -result;
	return NULL;
}

void flash_store_close(struct flash_store *store)
{
	if (!store)
		return;
	if (store->fd >= 0)
		close(store->fd);
	free(store);
}

const char *flash_store_version(const struct flash_store *store)
{
	return store->header.version;
}

bool flash_store_bootable(const struct flash_store *store)
{
	return !strcmp(store->header.state, "bootable");
}

int flash_store_begin(struct flash_store *store)
{
	char version[FLASH_VERSION_SIZE];

	memcpy(version, store->header.version, sizeof(version));
	return write_header(store, version, "incomplete");
}

int flash_store_commit(struct flash_store *store, const char *version)
{
	return write_header(store, version, "bootable");
}

static bool inside(uint64_t address, uint64_t len)
{
	return address <= FLASH_STORE_SIZE && len <= FLASH_STORE_SIZE - address;
}

int flash_store_erase(struct flash_store *store, uint64_t address, uint64_t len)
{
	if (!inside(address, len))
		return -ERANGE;
	if (len && fallocate(store->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			     HEADER_SIZE + (off_t)address, (off_t)len) < 0)
		return -errno;
	return 0;
}

static int must_be_erased(struct flash_store *store, uint64_t address, size_t len)
{
	while (len) {
		size_t part = len < PIECE ? len : PIECE;
		int result = read_all(store->fd, store->piece, part, HEADER_SIZE + (off_t)address);

		if (result)
			return result;
		if (store->piece[0] || memcmp(store->piece, store->piece + 1, part - 1))
			return -EEXIST;
		address += part;
		len -= part;
	}
	return 0;
}

int flash_store_write(struct flash_store *store, uint64_t address, const void *data, size_t len)
{
	int result;

	if (!inside(address, len))
		return -ERANGE;
	result = must_be_erased(store, address, len);
	return result ? result : write_all(store->fd, data, len, HEADER_SIZE + (off_t)address);
}
