/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio-user server: one machine at a time.
 */
#ifndef VFIO_H
#define VFIO_H

#include <stdbool.h>

bool vfio_listen(const char *path);
int vfio_fd(void);			/* to be polled for input */
void vfio_input(void);
void vfio_interrupt(void);		/* one MSI */

#endif
