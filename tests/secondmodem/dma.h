/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's memory as its IOMMU, or the machine, lets us see it.
 */
#ifndef DMA_H
#define DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool dma_map(uint64_t address, uint64_t size, uint64_t offset, int fd, bool writable);
void dma_unmap(uint64_t address, uint64_t size);
void dma_unmap_all(void);
/* A pointer to all of it, or NULL. Good until the next message of the machine. */
void *dma_at(uint64_t address, size_t size, bool write);
/* Any buffer, even across regions; false: not all of it is mapped. */
bool dma_mapped(uint64_t address, size_t size, bool write);
bool dma_read(void *to, uint64_t address, size_t size);
bool dma_write(uint64_t address, const void *from, size_t size);

#endif
