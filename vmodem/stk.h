/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The toolkit application on the SIM card (TS 102 223): a menu, and texts that it wants
 * on the screen. One proactive command at a time waits for its terminal response.
 */
#ifndef VMODEM_STK_H
#define VMODEM_STK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STK_TEXT_MAX		100	/* octets of one text */
#define STK_COMMAND_MAX		160	/* octets of a proactive command */

/* Types of commands (TS 102 223, 9.4) that this application sends. */
#define STK_DISPLAY_TEXT	0x21
#define STK_SET_UP_MENU		0x25

#define STK_MENU_SELECTION	0xd3	/* the envelope that it takes */

/* Status words, SW1 above SW2. */
#define STK_SW_OK		0x9000
#define STK_SW_NOT_NOW		0x6985	/* conditions of use not satisfied */
#define STK_SW_WRONG_DATA	0x6a80

struct stk {
	uint8_t waiting;	/* type of the command without a response, 0: none */
	uint8_t number;		/* of the last command, 1 to 254 */
	bool menu_shown;	/* the terminal took the menu */
	char text[STK_TEXT_MAX + 1];	/* of the command that waits */
};

/** stk_restart() - the card lost power, or the terminal is another one. */
void stk_restart(struct stk *stk);
/**
 * stk_send() - begin a command: SET UP MENU, or DISPLAY TEXT of @text.
 *
 * Returns false while another one waits or when @text is too long.
 */
bool stk_send(struct stk *stk, uint8_t type, const char *text);
/** stk_command() - the command that waits, as BER-TLV of at most STK_COMMAND_MAX octets; returns how many. */
size_t stk_command(const struct stk *stk, uint8_t *tlv);
/** stk_response() - a TERMINAL RESPONSE. Returns the status words. */
unsigned int stk_response(struct stk *stk, const uint8_t *tlv, size_t len);
/**
 * stk_envelope() - an ENVELOPE; a choice from the menu makes the card show a text.
 *
 * Returns the status words; STK_SW_NOT_NOW while a command waits.
 */
unsigned int stk_envelope(struct stk *stk, const uint8_t *tlv, size_t len);

#endif /* VMODEM_STK_H */
