/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI configuration space: bytes, and for each bit whether the host may write it or clear
 * it by writing one. What a write means (reset, power state, interrupts) is decided by
 * the owner, who is told of the registers that matter.
 */
#ifndef VMODEM_PCICONF_H
#define VMODEM_PCICONF_H

#include <stdbool.h>
#include <stdint.h>

#define PCICONF_SIZE 4096

/* What a write touched. */
enum pciconf_effect {
	PCICONF_EFFECT_FLR		= 1 << 0,
	PCICONF_EFFECT_POWER		= 1 << 1,
	PCICONF_EFFECT_COMMAND		= 1 << 2,
	PCICONF_EFFECT_MSI		= 1 << 3,
};

struct pciconf {
	uint16_t device_id;
	bool stuck_in_d3;	/* fault: writes of D0 have no effect in D3hot */
	uint8_t value[PCICONF_SIZE];
	uint8_t writable[PCICONF_SIZE];
	uint8_t clearable[PCICONF_SIZE];	/* by writing 1 */
};

void pciconf_init(struct pciconf *conf, uint16_t device_id);
/** pciconf_reset() - the values after power-on. */
void pciconf_reset(struct pciconf *conf);
/* The range must lie inside the space. */
void pciconf_read(const struct pciconf *conf, uint32_t offset, void *data, uint32_t len);
/** pciconf_write() - returns a mask of enum pciconf_effect. */
unsigned int pciconf_write(struct pciconf *conf, uint32_t offset, const void *data, uint32_t len);

bool pciconf_memory_enabled(const struct pciconf *conf);
bool pciconf_bus_master(const struct pciconf *conf);
bool pciconf_msi_enabled(const struct pciconf *conf);
/** pciconf_msi_vectors() - vectors that the host has enabled: 1, 2 or 4. */
unsigned int pciconf_msi_vectors(const struct pciconf *conf);
/** pciconf_power_state() - 0 (D0) or 3 (D3hot); D1 and D2 do not exist here. */
unsigned int pciconf_power_state(const struct pciconf *conf);
bool pciconf_pme_enabled(const struct pciconf *conf);
void pciconf_set_pme_status(struct pciconf *conf);

#endif /* VMODEM_PCICONF_H */
