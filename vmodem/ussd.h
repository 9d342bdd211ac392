/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network's USSD service (TS 22.090): short codes and a menu. *100# tells the
 * balance, *101# opens the menu; anything else is unknown.
 */
#ifndef VMODEM_USSD_H
#define VMODEM_USSD_H

#include <stdbool.h>

struct sim;

#define USSD_TEXT_MAX	182	/* characters of the 7 bit alphabet (TS 23.038, 5) */

struct ussd {
	bool open;		/* the network waits for an answer of the user */
};

/**
 * ussd_request() - a code, or the answer to the menu while one is open.
 * @text: of the user, UTF-8
 *
 * Returns what the network says; ussd->open tells whether it asks for more.
 */
const char *ussd_request(struct ussd *ussd, const struct sim *sim, const char *text);
/** ussd_cancel() - returns false when there was nothing to cancel. */
bool ussd_cancel(struct ussd *ussd);

#endif /* VMODEM_USSD_H */
