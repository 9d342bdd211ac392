/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CHECK_RULE(id, number, text): numbers are permanent, new rules go to the end of
 * their group. 1-19 registers and boot, 20-39 message ring, 40-59 pipes, 60-69
 * sleep, 70-99 mux, 100-119 ports.
 */
CHECK_RULE(DMA_OUTSIDE_MAP, 1, "the host gave an address that is not mapped for DMA")
