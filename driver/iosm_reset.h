/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Resets of the function: by us, by others, and after bus errors.
 */
#ifndef IOSM_RESET_H
#define IOSM_RESET_H

#include <linux/types.h>

struct iosm_dev;
struct pci_error_handlers;

extern const struct pci_error_handlers iosm_reset_handlers;

bool iosm_reset_reaches(struct iosm_dev *iosm);
int iosm_reset(struct iosm_dev *iosm, unsigned int attempt);

#endif /* IOSM_RESET_H */
