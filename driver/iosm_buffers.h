/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Buffers that stay mapped for DMA and are used again and again.
 */
#ifndef IOSM_BUFFERS_H
#define IOSM_BUFFERS_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct device;

/**
 * struct iosm_buffer - one buffer
 * @data: what the CPU sees
 * @dma: what the modem sees
 */
struct iosm_buffer {
	void *data;
	dma_addr_t dma;
};

/**
 * struct iosm_buffers - a set of buffers of one size
 * @dev: device that uses them
 * @direction: of the transfers
 * @size: bytes of one buffer
 * @count: number of buffers
 * @per_chunk: buffers in one allocation
 * @order: page order of one allocation
 * @buffer: the buffers; NULL: not allocated
 */
struct iosm_buffers {
	struct device *dev;
	enum dma_data_direction direction;
	u32 size;
	u32 count;
	u32 per_chunk;
	unsigned int order;
	struct iosm_buffer *buffer;
};

int iosm_buffers_alloc(struct iosm_buffers *buffers, struct device *dev,
		       u32 count, u32 size, enum dma_data_direction direction);
void iosm_buffers_free(struct iosm_buffers *buffers);

#endif /* IOSM_BUFFERS_H */
