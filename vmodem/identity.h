/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a modem says about itself, the same over MBIM, AT and RPC.
 */
#ifndef VMODEM_IDENTITY_H
#define VMODEM_IDENTITY_H

struct identity {
	const char *manufacturer;
	const char *model;
	const char *firmware;
	const char *hardware;
	const char *imei;		/* 15 digits, the last one checks (Luhn) */
};

extern const struct identity identity_xmm7560;
extern const struct identity identity_xmm7360;

#endif /* VMODEM_IDENTITY_H */
