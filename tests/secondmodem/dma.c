// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "dma.h"

struct region {
	uint64_t address, size;
	uint8_t *memory;		/* NULL: cannot be reached */
	bool writable;
};

static struct region *regions;
static size_t count, room;

bool dma_map(uint64_t address, uint64_t size, uint64_t offset, int fd, bool writable)
{
	struct region *region;
	void *memory = NULL;

	if (fd >= 0) {
		memory = mmap(NULL, size, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, offset);
		if (memory == MAP_FAILED)
			return false;
	}
	if (count == room) {
		struct region *more = realloc(regions, (room + 64) * sizeof(*regions));

		if (!more) {
			if (memory)
				munmap(memory, size);
			return false;
		}
		regions = more;
		room += 64;
	}
	region = &regions[count++];
	*region = (struct region){ address, size, memory, writable };
	return true;
}

static void drop(size_t i)
{
	if (regions[i].memory)
		munmap(regions[i].memory, regions[i].size);
	regions[i] = regions[--count];
}

void dma_unmap(uint64_t address, uint64_t size)
{
	for (size_t i = count; i-- > 0;)
		if (regions[i].address >= address && regions[i].address - address < size)
			drop(i);
}

void dma_unmap_all(void)
{
	while (count)
		drop(count - 1);
}

/* What of [address, size) lies in one region: its pointer, and how many bytes. */
static uint8_t *piece(uint64_t address, size_t *size, bool write)
{
	for (size_t i = 0; i < count; i++) {
		struct region *region = &regions[i];
		uint64_t offset = address - region->address;

		if (address < region->address || offset >= region->size || !region->memory ||
		    (write && !region->writable))
			continue;
		if (*size > region->size - offset)
			*size = region->size - offset;
		return region->memory + offset;
	}
	return NULL;
}

void *dma_at(uint64_t address, size_t size, bool write)
{
	size_t there = size;
	uint8_t *pointer = piece(address, &there, write);

	return there == size ? pointer : NULL;
}

bool dma_mapped(uint64_t address, size_t size, bool write)
{
	while (size) {
		size_t there = size;

		if (!piece(address, &there, write))
			return false;
		address += there;
		size -= there;
	}
	return true;
}

bool dma_read(void *to, uint64_t address, size_t size)
{
	uint8_t *at = to;

	while (size) {
		size_t there = size;
		const uint8_t *from = piece(address, &there, false);

		if (!from)
			return false;
		memcpy(at, from, there);
		at += there;
		address += there;
		size -= there;
	}
	return true;
}

bool dma_write(uint64_t address, const void *from, size_t size)
{
	const uint8_t *at = from;

	while (size) {
		size_t there = size;
		uint8_t *to = piece(address, &there, true);

		if (!to)
			return false;
		memcpy(to, at, there);
		at += there;
		address += there;
		size -= there;
	}
	return true;
}
