// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Revisions have the form that owners of healthy units report (field notes, "What
 * clients show for a healthy XMM7560").
 */
#include "identity.h"

const struct identity identity_xmm7560 = {
	.manufacturer = "Fibocom Wireless Inc.",
	.model = "L860 LTE Module",
	.firmware = "18601.5001.00.01.01.32_GC",
	.hardware = "V1.3",
	.imei = "867191040000019",
};

const struct identity identity_xmm7360 = {
	.manufacturer = "Fibocom Wireless Inc.",
	.model = "L850 LTE Module",
	.firmware = "18500.5001.00.05.27.12",
	.hardware = "V1.0.4",
	.imei = "867191040000027",
};
