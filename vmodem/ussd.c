// SPDX-License-Identifier: GPL-2.0-or-later
#include "ussd.h"

#include <string.h>

#include "sim.h"

#define CODE_BALANCE	"*100#"
#define CODE_MENU	"*101#"

static const char balance[] = "Your balance is 10.00 EUR";

const char *ussd_request(struct ussd *ussd, const struct sim *sim, const char *text)
{
	bool was_open = ussd->open;

	ussd->open = false;
	if (was_open && !strcmp(text, "1"))
		return balance;
	if (was_open && !strcmp(text, "2"))
		return sim->number;
	if (was_open)
		return "Not a choice of the menu";
	if (!strcmp(text, CODE_BALANCE))
		return balance;
	if (strcmp(text, CODE_MENU))
		return "Unknown code";
	ussd->open = true;
	return "1 Balance\n2 Own number";
}

bool ussd_cancel(struct ussd *ussd)
{
	bool was_open = ussd->open;

	ussd->open = false;
	return was_open;
}
