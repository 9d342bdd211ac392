/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flash memory: 256 MiB of bytes, and which firmware stands in them. With a file
 * behind it (--flash) it outlives the program; without one it lives in memory. Erased
 * bytes are holes in the file and read as 0.
 *
 * In the file a block of 4096 bytes comes first: magic, version of the firmware, whether
 * it can boot. The byte at address A follows at offset 4096 + A.
 */
#ifndef VMODEM_FLASH_STORE_H
#define VMODEM_FLASH_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLASH_STORE_SIZE (256u << 20)

struct flash_store;

/**
 * flash_store_open() - @path NULL: in memory. A new file gets the firmware @version.
 *
 * Returns NULL with errno set; EINVAL: the file is no flash image of this program, EBUSY:
 * another process uses it.
 */
struct flash_store *flash_store_open(const char *path, const char *version);
void flash_store_close(struct flash_store *store);

/** flash_store_version() - of the firmware in it; the text changes in place. */
const char *flash_store_version(const struct flash_store *store);
/** flash_store_bootable() - false while it is erased or half written. */
bool flash_store_bootable(const struct flash_store *store);

/** flash_store_begin() - from now on nothing boots. */
int flash_store_begin(struct flash_store *store);
/** flash_store_commit() - the firmware @version is whole. */
int flash_store_commit(struct flash_store *store, const char *version);

/*
 * These return 0, -ERANGE outside the flash, or what the file said. Writing to bytes that
 * are not erased is -EEXIST.
 */
int flash_store_erase(struct flash_store *store, uint64_t address, uint64_t len);
int flash_store_write(struct flash_store *store, uint64_t address, const void *data, size_t len);

#endif /* VMODEM_FLASH_STORE_H */
