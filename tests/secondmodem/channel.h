/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies behind the pipes.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stddef.h>
#include <stdint.h>

void channel_uplink(uint8_t pipe, const uint8_t *data, size_t size);
void channel_closed(uint8_t pipe);

void mbim_uplink(uint8_t down, const uint8_t *data, size_t size);
void at_uplink(uint8_t down, const uint8_t *data, size_t size);
void at_closed(uint8_t down);

#endif
