// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffers that stay mapped. They come in chunks of 16 KiB, or of one larger buffer,
 * allocated where sleeping is allowed, so that nothing on the data path can fail for want of a
 * large contiguous block.
 */
#include "iosm_buffers.h"

#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>

#define IOSM_BUFFERS_CHUNK	(16 * 1024)

static int iosm_buffers_add_chunk(struct iosm_buffers *buffers, u32 first)
{
	size_t bytes = PAGE_SIZE << buffers->order;
	struct page *page;
	dma_addr_t dma;
	u32 i;

	page = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP, buffers->order);
	if (!page)
		return -ENOMEM;
	dma = dma_map_page(buffers->dev, page, 0, bytes, buffers->direction);
	if (dma_mapping_error(buffers->dev, dma)) {
		__free_pages(page, buffers->order);
		return -ENOMEM;
	}
	for (i = 0; i < buffers->per_chunk && first + i < buffers->count; i++) {
		buffers->buffer[first + i].data =
			page_address(page) + i * buffers->size;
		buffers->buffer[first + i].dma = dma + i * buffers->size;
	}
	return 0;
}

/**
 * iosm_buffers_alloc() - allocate and map a set of buffers
 * @buffers: set; nothing is done if it is allocated already
 * @dev: device that uses them
 * @count: number of buffers
 * @size: bytes of one, a power of two
 * @direction: of the transfers
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int iosm_buffers_alloc(struct iosm_buffers *buffers, struct device *dev,
		       u32 count, u32 size, enum dma_data_direction direction)
{
	size_t chunk = max_t(size_t, size, IOSM_BUFFERS_CHUNK);
	u32 first;
	int err;

	if (buffers->buffer)
		return 0;

	buffers->dev = dev;
	buffers->direction = direction;
	buffers->size = size;
	buffers->count = count;
	buffers->order = get_order(chunk);
	buffers->per_chunk = (PAGE_SIZE << buffers->order) / size;
	buffers->buffer = kvcalloc(count, sizeof(*buffers->buffer), GFP_KERNEL);
	if (!buffers->buffer)
		return -ENOMEM;

	for (first = 0; first < count; first += buffers->per_chunk) {
		err = iosm_buffers_add_chunk(buffers, first);
		if (err) {
			iosm_buffers_free(buffers);
			return err;
		}
	}
	return 0;
}

/**
 * iosm_buffers_free() - unmap and free a set of buffers
 * @buffers: set that nobody uses any more; may be empty
 *
 * Context: Process.
 */
void iosm_buffers_free(struct iosm_buffers *buffers)
{
	size_t bytes = PAGE_SIZE << buffers->order;
	struct iosm_buffer *buffer;
	u32 first;

	if (!buffers->buffer)
		return;
	for (first = 0; first < buffers->count; first += buffers->per_chunk) {
		buffer = &buffers->buffer[first];
		if (!buffer->data)
			break;
		dma_unmap_page(buffers->dev, buffer->dma, bytes,
			       buffers->direction);
		__free_pages(virt_to_page(buffer->data), buffers->order);
	}
	kvfree(buffers->buffer);
	buffers->buffer = NULL;
}
