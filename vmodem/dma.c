// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Windows lie in an array sorted by address; a look-up is a binary search with the last
 * hit tried first. With a guest IOMMU there are thousands of them and they change all
 * the time; without one there are a dozen.
 */
#define _GNU_SOURCE
#include "dma.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "record.h"

#define DMA_WINDOWS_MAX 65535

struct window {
	uint64_t first, last;	/* addresses, both inside */
	uint8_t *memory;	/* of @first; NULL: reached through the client */
	void *mapping;
	size_t mapping_len;
	bool readable, writable;
};

struct dma {
	struct record *record;
	struct check *check;
	struct dma_remote remote;
	struct dma_filter filter;
	struct window *windows;
	unsigned int count, capacity;
	unsigned int last_hit;
	unsigned int depth;	/* remote accesses under way */
	bool allowed;
	bool canceled;
};

struct dma *dma_new(struct record *record, struct check *check)
{
	struct dma *dma = calloc(1, sizeof(*dma));

	if (!dma)
		return NULL;
	dma->record = record;
	dma->check = check;
	return dma;
}

void dma_free(struct dma *dma)
{
	if (!dma)
		return;
	dma_unmap_all(dma);
	free(dma->windows);
	free(dma);
}

void dma_set_filter(struct dma *dma, struct dma_filter filter)
{
	dma->filter = filter;
}

void dma_set_remote(struct dma *dma, struct dma_remote remote)
{
	dma->remote = remote;
}

unsigned int dma_windows(const struct dma *dma)
{
	return dma->count;
}

void dma_allow(struct dma *dma, bool allowed)
{
	dma->allowed = allowed;
}

bool dma_allowed(const struct dma *dma)
{
	return dma->allowed;
}

bool dma_busy(const struct dma *dma)
{
	return dma->depth > 0;
}

void dma_cancel(struct dma *dma)
{
	if (dma->depth)
		dma->canceled = true;
}

bool dma_canceled(const struct dma *dma)
{
	return dma->canceled;
}

/* The first window that ends at or behind @address; dma->count if there is none. */
static unsigned int search(const struct dma *dma, uint64_t address)
{
	unsigned int low = 0, high = dma->count;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (dma->windows[middle].last < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct window *find(struct dma *dma, uint64_t address)
{
	unsigned int place = dma->last_hit;

	if (place >= dma->count || address < dma->windows[place].first ||
	    address > dma->windows[place].last)
		place = search(dma, address);
	if (place >= dma->count || address < dma->windows[place].first)
		return NULL;
	dma->last_hit = place;
	return &dma->windows[place];
}

static void release(struct window *window)
{
	if (window->mapping)
		munmap(window->mapping, window->mapping_len);
}

/*
 * A window that reaches behind the end of its file would raise SIGBUS at the first touch:
 * refuse it here.
 */
static int map_memory(struct window *window, int fd, uint64_t offset)
{
	uint64_t size = window->last - window->first + 1;
	uint64_t lead = offset & (uint64_t)(sysconf(_SC_PAGESIZE) - 1);
	int protection = (window->readable ? PROT_READ : 0) | (window->writable ? PROT_WRITE : 0);
	struct stat status;
	void *mapping;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode) || offset > INT64_MAX - size ||
	    offset + size > (uint64_t)status.st_size)
		return -EINVAL;
	mapping = mmap(NULL, size + lead, protection, MAP_SHARED, fd, (off_t)(offset - lead));
	if (mapping == MAP_FAILED)
		return -errno;
	window->mapping = mapping;
	window->mapping_len = size + lead;
	window->memory = (uint8_t *)mapping + lead;
	return 0;
}

static int make_room(struct dma *dma)
{
	unsigned int capacity = dma->capacity ? dma->capacity * 2 : 64;
	struct window *windows;

	if (dma->count == DMA_WINDOWS_MAX)
		return -ENOSPC;
	if (dma->count < dma->capacity)
		return 0;
	windows = realloc(dma->windows, capacity * sizeof(*windows));
	if (!windows)
		return -ENOMEM;
	dma->windows = windows;
	dma->capacity = capacity;
	return 0;
}

int dma_map(struct dma *dma, uint64_t address, uint64_t size, int fd, uint64_t offset,
	    bool readable, bool writable)
{
	struct window window = { .first = address, .readable = readable, .writable = writable };
	unsigned int place;
	int result;

	if (!size || address > UINT64_MAX - (size - 1) || (!readable && !writable))
		return -EINVAL;
	window.last = address + (size - 1);
	place = search(dma, address);
	if (place < dma->count && dma->windows[place].first <= window.last)
		return -EEXIST;
	result = make_room(dma);
	if (!result && fd >= 0)
		result = map_memory(&window, fd, offset);
	if (result)
		return result;
	memmove(&dma->windows[place + 1], &dma->windows[place],
		(dma->count - place) * sizeof(window));
	dma->windows[place] = window;
	dma->count++;
	return 0;
}

int dma_unmap(struct dma *dma, uint64_t address, uint64_t size)
{
	uint64_t last;
	unsigned int from, to;

	if (!size || address > UINT64_MAX - (size - 1))
		return -EINVAL;
	last = address + (size - 1);
	from = search(dma, address);
	for (to = from; to < dma->count && dma->windows[to].first <= last; to++) {
		if (dma->windows[to].first < address || dma->windows[to].last > last)
			return -EINVAL;
	}
	if (from == to)
		return -ENOENT;
	for (unsigned int i = from; i < to; i++)
		release(&dma->windows[i]);
	memmove(&dma->windows[from], &dma->windows[to],
		(dma->count - to) * sizeof(*dma->windows));
	dma->count -= to - from;
	return 0;
}

void dma_unmap_all(struct dma *dma)
{
	for (unsigned int i = 0; i < dma->count; i++)
		release(&dma->windows[i]);
	dma->count = 0;
}

static bool permits(const struct window *window, bool for_writing)
{
	return window && (for_writing ? window->writable : window->readable);
}

bool dma_mapped(struct dma *dma, uint64_t address, uint64_t len, bool for_writing)
{
	while (len) {
		struct window *window = find(dma, address);
		uint64_t rest;

		if (!permits(window, for_writing))
			return false;
		rest = window->last - address;
		if (rest >= len - 1)
			return true;
		address += rest + 1;
		len -= rest + 1;
	}
	return true;
}

static int refuse(struct dma *dma, const char *what, uint64_t address, size_t len,
		  const struct window *window, bool writing)
{
	check_breach(dma->check, CHECK_DMA_OUTSIDE_MAP, "%s: %s of %zu bytes at 0x%llx, %s", what,
		     writing ? "write" : "read", len, (unsigned long long)address,
		     window ? "where the mapping forbids it" : "which is not mapped");
	return -EFAULT;
}

static int remote_access(struct dma *dma, uint64_t address, void *in, const void *out, size_t len)
{
	int result;

	if (!dma->remote.read || !dma->remote.write)
		return -EFAULT;
	dma->depth++;
	result = in ? dma->remote.read(dma->remote.self, address, in, len) :
		      dma->remote.write(dma->remote.self, address, out, len);
	dma->depth--;
	if (dma->canceled)
		result = -ECANCELED;
	return result;
}

/*
 * Whether the access may start. A cancellation holds until the work that was interrupted has
 * unwound: the transport clears it (dma_resume()) when it is back in the loop.
 */
static int may_access(const struct dma *dma)
{
	if (dma->canceled)
		return -ECANCELED;
	return dma->allowed ? 0 : -EACCES;
}

void dma_resume(struct dma *dma)
{
	dma->canceled = false;
}

/* Exactly one of @in and @out is given. */
static int copy(struct dma *dma, const char *what, uint64_t address, void *in, const void *out,
		size_t len)
{
	while (len) {
		int result = may_access(dma);
		struct window *window;
		uint64_t rest;
		size_t part;

		if (result)
			return result;
		window = find(dma, address);
		if (!permits(window, out))
			return refuse(dma, what, address, len, window, out);
		rest = window->last - address;
		part = rest >= len ? len : (size_t)rest + 1;
		if (!window->memory) {
			result = remote_access(dma, address, in, out, part);
			if (result)
				return result;
		} else if (out) {
			memcpy(window->memory + (address - window->first), out, part);
		} else {
			memcpy(in, window->memory + (address - window->first), part);
		}
		address += part;
		len -= part;
		if (in)
			in = (uint8_t *)in + part;
		if (out)
			out = (const uint8_t *)out + part;
	}
	return 0;
}

int dma_read(struct dma *dma, const char *what, uint64_t address, void *data, size_t len)
{
	return copy(dma, what, address, data, NULL, len);
}

int dma_write(struct dma *dma, const char *what, uint64_t address, const void *data, size_t len)
{
	int result = may_access(dma);
	uint8_t *changed;

	if (result)
		return result;
	changed = dma->filter.write ? malloc(len ? len : 1) : NULL;
	if (!changed)
		return copy(dma, what, address, NULL, data, len);
	memcpy(changed, data, len);
	if (dma->filter.write(dma->filter.self, what, address, changed, len))
		result = copy(dma, what, address, NULL, changed, len);
	free(changed);
	return result;
}

/* The word at @address when it lies whole and aligned in shared memory, else NULL. */
static uint32_t *word(struct dma *dma, uint64_t address, bool for_writing)
{
	struct window *window = find(dma, address);
	uint8_t *memory;

	if (!permits(window, for_writing) || !window->memory || window->last - address < 3)
		return NULL;
	memory = window->memory + (address - window->first);
	return (uintptr_t)memory % 4 ? NULL : (uint32_t *)(void *)memory;
}

int dma_load32(struct dma *dma, const char *what, uint64_t address, uint32_t *value)
{
	int result = may_access(dma);
	uint32_t *shared, raw;

	if (result)
		return result;
	shared = word(dma, address, false);
	if (shared) {
		*value = le32toh(__atomic_load_n(shared, __ATOMIC_ACQUIRE));
		return 0;
	}
	result = dma_read(dma, what, address, &raw, sizeof(raw));
	if (!result)
		*value = le32toh(raw);
	return result;
}

int dma_store32(struct dma *dma, const char *what, uint64_t address, uint32_t value)
{
	uint32_t raw = htole32(value);
	int result = may_access(dma);
	uint32_t *shared;

	if (result)
		return result;
	if (dma->filter.write && !dma->filter.write(dma->filter.self, what, address,
						    (uint8_t *)&raw, sizeof(raw)))
		return 0;
	shared = word(dma, address, true);
	if (!shared)
		return copy(dma, what, address, NULL, &raw, sizeof(raw));
	__atomic_store_n(shared, raw, __ATOMIC_RELEASE);
	return 0;
}
