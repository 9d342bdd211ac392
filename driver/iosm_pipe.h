/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pipes: descriptor rings with private positions.
 */
#ifndef IOSM_PIPE_H
#define IOSM_PIPE_H

#include <linux/types.h>

#include "iosm_wire.h"

struct iosm_msg_request;
struct iosm_run;

/**
 * struct iosm_pipe_slot - private copy of one descriptor
 * @dma: bus address of the buffer
 * @length: bytes offered (downlink) or sent (uplink)
 * @cookie: what the producer wants back with the completion
 */
struct iosm_pipe_slot {
	dma_addr_t dma;
	u32 length;
	void *cookie;
};

/**
 * struct iosm_pipe - one descriptor ring
 * @run: run that the pipe belongs to
 * @index: pipe number; odd numbers are downlink
 * @open: the modem may use ring and buffers; process context of the owner
 * @confirmed: the modem has said that it opened the pipe
 * @refusals: opens that the modem refused one after the other; the owner's
 * @broken: the modem wrote a tail that is impossible, or ahead of the transfers that it
 *	has made; the poll ignores the pipe
 * @torn: what was taken last was only a part of a message; owned by the consumer
 * @entries: descriptors in the ring, one always stays unused
 * @ring: descriptors, write-only for the host but for the status of downlink ones
 * @ring_dma: bus address of @ring
 * @slots: private copy of every descriptor
 * @host_head: next descriptor to fill; owned by the producer
 * @published: the head that the modem was told; written by the producer
 * @dev_tail: next descriptor to complete; owned by the consumer
 * @closing: a close was wanted, and is not confirmed or was refused; until it is
 *	confirmed, ring and buffers are the modem's
 * @late: the close request that the modem did not answer in time, or NULL
 *
 * The ring is allocated with the first open and lives as long as the run.
 */
struct iosm_pipe {
	struct iosm_run *run;
	u8 index;
	bool open;
	bool confirmed;
	u8 refusals;
	bool broken;
	bool closing;
	bool torn;
	u16 entries;
	struct iosm_wire_td *ring;
	dma_addr_t ring_dma;
	struct iosm_pipe_slot *slots;
	u32 host_head;
	u32 published;
	u32 dev_tail;
	struct iosm_msg_request *late;
};

void iosm_pipe_init(struct iosm_pipe *pipe, struct iosm_run *run, u8 index);
void iosm_pipe_destroy(struct iosm_pipe *pipe);
int iosm_pipe_reclaim(struct iosm_pipe *pipe);
int iosm_pipe_open(struct iosm_pipe *pipe, u16 entries, u32 accumulation_us);
int iosm_pipe_close(struct iosm_pipe *pipe);

unsigned int iosm_pipe_space(const struct iosm_pipe *pipe);
void iosm_pipe_put(struct iosm_pipe *pipe, dma_addr_t dma, u32 length,
		   void *cookie);
void iosm_pipe_publish(struct iosm_pipe *pipe);

unsigned int iosm_pipe_completed(struct iosm_pipe *pipe);
u32 iosm_pipe_peek(const struct iosm_pipe *pipe, struct iosm_pipe_slot *slot);
bool iosm_pipe_whole(const struct iosm_pipe *pipe, u32 word);
void iosm_pipe_take_message(struct iosm_pipe *pipe, u32 word);
void iosm_pipe_take(struct iosm_pipe *pipe);

#endif /* IOSM_PIPE_H */
