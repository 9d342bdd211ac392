/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The NAPI poll, and the downlink of the IP channel.
 */
#ifndef IOSM_RX_H
#define IOSM_RX_H

#include <linux/types.h>

#include "iosm_buffers.h"
#include "iosm_mux_decode.h"

struct iosm_dev;
struct iosm_run;
struct napi_struct;

/**
 * struct iosm_rx - downlink of the IP channel
 * @open: pipe and buffers are in use; written with the poll kept away
 * @unrung: buffers given back that no doorbell has announced; poll
 * @buffers: memory of the blocks
 * @block: block that is being taken apart, or NULL; poll
 * @iter: position in @block; poll
 */
struct iosm_rx {
	bool open;
	unsigned int unrung;
	struct iosm_buffers buffers;
	struct iosm_buffer *block;
	struct iosm_mux_data_iter iter;
};

int iosm_rx_poll(struct napi_struct *napi, int budget);
void iosm_rx_look(struct iosm_dev *iosm);
void iosm_rx_sync(struct iosm_dev *iosm);
void iosm_rx_catch_up(struct iosm_dev *iosm);
int iosm_rx_open(struct iosm_run *run);
void iosm_rx_close(struct iosm_run *run);
void iosm_rx_destroy(struct iosm_run *run);

#endif /* IOSM_RX_H */
