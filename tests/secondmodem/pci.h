/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration space, and what it says about our right to act.
 */
#ifndef PCI_H
#define PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_CONFIG_SIZE	4096

void pci_init(uint16_t device);
void pci_reset(void);
void pci_read(size_t offset, void *to, size_t size);
void pci_write(size_t offset, const void *from, size_t size);
bool pci_bus_master(void);
bool pci_is_down(void);			/* not in D0 */

#endif
