/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All register access: doorbells (BAR0) and scratchpad (BAR2).
 */
#ifndef IOSM_MMIO_H
#define IOSM_MMIO_H

#include <linux/types.h>

struct iosm_dev;

/**
 * struct iosm_mmio - mapped registers
 * @doorbell: BAR0
 * @scratchpad: BAR2
 * @gone: the function has left the bus, or must not be accessed; cleared by
 *	iosm_mmio_present() and iosm_mmio_intact(). Racy readers only lose a write into the void.
 * @unpowered: the PCI core took it for unpowered, and has not restored all of its
 *	configuration; life worker
 */
struct iosm_mmio {
	void __iomem *doorbell;
	void __iomem *scratchpad;
	bool gone;
	bool unpowered;
};

int iosm_mmio_map(struct iosm_dev *iosm);
u32 iosm_mmio_stage(struct iosm_dev *iosm);
u32 iosm_mmio_ipc_status(struct iosm_dev *iosm);
u32 iosm_mmio_version(struct iosm_dev *iosm);
u32 iosm_mmio_capabilities(struct iosm_dev *iosm);
void iosm_mmio_ring(struct iosm_dev *iosm, unsigned int doorbell, u32 value);
void iosm_mmio_set_context(struct iosm_dev *iosm, u64 address);
bool iosm_mmio_gone(const struct iosm_dev *iosm);
void iosm_mmio_cut(struct iosm_dev *iosm);
int iosm_mmio_restore_config(struct iosm_dev *iosm);
void iosm_mmio_leave_config(struct iosm_dev *iosm);
int iosm_mmio_find_config(struct iosm_dev *iosm);
bool iosm_mmio_present(struct iosm_dev *iosm);
bool iosm_mmio_intact(struct iosm_dev *iosm);
bool iosm_mmio_end_dma(struct iosm_dev *iosm);

#endif /* IOSM_MMIO_H */
