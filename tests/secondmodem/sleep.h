/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's sleep, and the host's.
 */
#ifndef SLEEP_H
#define SLEEP_H

#include <stdbool.h>
#include <stdint.h>

void sleep_start(void);
void sleep_stop(void);
void sleep_serve(void);
bool sleep_may_act(void);		/* touch rings, raise interrupts */
void sleep_busy(void);			/* something was done just now */
void sleep_doorbell(void);		/* doorbell 0 */
void sleep_control(uint32_t value);	/* doorbell 2 */
bool sleep_message(uint8_t target, uint8_t state);
const char *sleep_state(void);
void sleep_counters(char *to, unsigned int size);

#endif
