/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only way to guest memory.
 *
 * A table of windows (I/O virtual addresses) that the client has mapped. Every access
 * looks its address up again: windows come and go while the guest boots, and one buffer
 * may cross several. An address outside the table is the host's breach, never a crash
 * here. A window without a descriptor is reached through the client, message by message.
 */
#ifndef VMODEM_DMA_H
#define VMODEM_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check;
struct dma;
struct record;

/* How the transport reaches memory that came without a descriptor. Both return 0 or a negative errno. */
struct dma_remote {
	int (*read)(void *self, uint64_t address, void *data, size_t len);
	int (*write)(void *self, uint64_t address, const void *data, size_t len);
	void *self;
};

/*
 * What is written may be changed on its way (fault.c). @write gets a copy; it returns false
 * when nothing shall be written at all, which the writer does not learn. NULL: no filter.
 */
struct dma_filter {
	bool (*write)(void *self, const char *what, uint64_t address, uint8_t *data, size_t len);
	void *self;
};

struct dma *dma_new(struct record *record, struct check *check);
void dma_free(struct dma *dma);
void dma_set_filter(struct dma *dma, struct dma_filter filter);
void dma_set_remote(struct dma *dma, struct dma_remote remote);

/**
 * dma_map() - add a window.
 * @fd: of the memory behind it, -1 for none; stays the caller's
 *
 * Returns 0, -EINVAL for a malformed window, -EEXIST when it overlaps another one, -ENOSPC
 * when there are too many, or what mmap() said.
 */
int dma_map(struct dma *dma, uint64_t address, uint64_t size, int fd, uint64_t offset,
	    bool readable, bool writable);

/** dma_unmap() - remove every window inside the range; -EINVAL (and nothing removed) if it cuts one. */
int dma_unmap(struct dma *dma, uint64_t address, uint64_t size);
void dma_unmap_all(struct dma *dma);
unsigned int dma_windows(const struct dma *dma);

/*
 * dma_allow() - bus mastering, power state and sleep decide whether the function may touch
 * memory at all. While it may not, every access returns -EACCES and is nobody's breach.
 */
void dma_allow(struct dma *dma, bool allowed);
bool dma_allowed(const struct dma *dma);

/*
 * dma_busy() - an access is waiting for the client's answer right now, so the layers below
 * are in the middle of something. dma_cancel() makes that access and all further ones
 * fail with -ECANCELED until the loop calls dma_resume(), when everything has unwound.
 */
bool dma_busy(const struct dma *dma);
void dma_cancel(struct dma *dma);
void dma_resume(struct dma *dma);
bool dma_canceled(const struct dma *dma);

/*
 * Accesses return 0, -EFAULT (reported as the host's breach; @what names the structure, e.g.
 * "context info"), -EACCES or -ECANCELED.
 */
int dma_read(struct dma *dma, const char *what, uint64_t address, void *data, size_t len);
int dma_write(struct dma *dma, const char *what, uint64_t address, const void *data, size_t len);

/*
 * Index words: one aligned 32-bit access, little endian. The load acquires: what the host
 * published before it is visible after it. The store releases: what was written before it
 * is visible to a host that sees it.
 */
int dma_load32(struct dma *dma, const char *what, uint64_t address, uint32_t *value);
int dma_store32(struct dma *dma, const char *what, uint64_t address, uint32_t value);

/** dma_mapped() - whether the whole range may be accessed; reports nothing. */
bool dma_mapped(struct dma *dma, uint64_t address, uint64_t len, bool for_writing);

#endif /* VMODEM_DMA_H */
