// SPDX-License-Identifier: GPL-2.0-or-later
#include "stk.h"

#include <stdio.h>
#include <string.h>

/* Tags (TS 101 220, 7.2); a set top bit asks the reader to understand the object. */
#define TAG_PROACTIVE	0xd0
#define TAG_DETAILS	0x01
#define TAG_DEVICES	0x02
#define TAG_RESULT	0x03
#define TAG_ALPHA	0x05
#define TAG_TEXT	0x0d
#define TAG_ITEM	0x0f
#define TAG_ITEM_ID	0x10
#define TAG_MASK	0x7f
#define MUST		0x80

#define DEVICE_DISPLAY	0x02
#define DEVICE_CARD	0x81
#define DEVICE_TERMINAL	0x82

#define CODING_8_BIT	0x04
#define HIGH_PRIORITY	0x01
#define RESULT_BAD	0x10	/* from here on the command was not done (8.12) */
#define LONG_LENGTH	0x81	/* one octet of length follows */

static const char menu_title[] = "Test card";
static const char *const menu_items[] = { "Balance", "Own number" };
#define MENU_ITEMS	(sizeof(menu_items) / sizeof(menu_items[0]))

void stk_restart(struct stk *stk)
{
	memset(stk, 0, sizeof(*stk));
}

bool stk_send(struct stk *stk, uint8_t type, const char *text)
{
	if (stk->waiting || strlen(text) > STK_TEXT_MAX)
		return false;
	stk->waiting = type;
	stk->number = stk->number < 0xfe ? stk->number + 1 : 1;
	strcpy(stk->text, text);
	return true;
}

/* --- out --------------------------------------------------------------------- */

/* One object: @first, then @text. Returns what follows it. */
static uint8_t *put_object(uint8_t *p, uint8_t tag, uint8_t first, const char *text)
{
	size_t len = strlen(text);

	*p++ = tag;
	*p++ = (uint8_t)(len + 1);
	*p++ = first;
	memcpy(p, text, len);
	return p + len;
}

static uint8_t *put_menu(uint8_t *p)
{
	p = put_object(p, MUST | TAG_ALPHA, (uint8_t)menu_title[0], menu_title + 1);
	for (size_t i = 0; i < MENU_ITEMS; i++)
		p = put_object(p, MUST | TAG_ITEM, (uint8_t)(i + 1), menu_items[i]);
	return p;
}

size_t stk_command(const struct stk *stk, uint8_t *tlv)
{
	bool menu = stk->waiting == STK_SET_UP_MENU;
	uint8_t body[STK_COMMAND_MAX] = {
		MUST | TAG_DETAILS, 3, stk->number, stk->waiting, menu ? 0 : HIGH_PRIORITY,
		MUST | TAG_DEVICES, 2, DEVICE_CARD, menu ? DEVICE_TERMINAL : DEVICE_DISPLAY,
	};
	uint8_t *end = menu ? put_menu(body + 9) :
			      put_object(body + 9, MUST | TAG_TEXT, CODING_8_BIT, stk->text);
	size_t len = (size_t)(end - body), used = 0;

	tlv[used++] = TAG_PROACTIVE;
	if (len > 0x7f)
		tlv[used++] = LONG_LENGTH;
	tlv[used++] = (uint8_t)len;
	memcpy(tlv + used, body, len);
	return used + len;
}

/* --- in ---------------------------------------------------------------------- */

/* The value of the object @tag, at least @min octets; NULL: it is missing or the list is broken. */
static const uint8_t *find_object(const uint8_t *p, size_t len, uint8_t tag, size_t min)
{
	while (len >= 2) {
		size_t value = p[1];

		if (value > 0x7f || value > len - 2)
			return NULL;
		if ((p[0] & TAG_MASK) == tag)
			return value >= min ? p + 2 : NULL;
		p += 2 + value;
		len -= 2 + value;
	}
	return NULL;
}

unsigned int stk_response(struct stk *stk, const uint8_t *tlv, size_t len)
{
	const uint8_t *details = find_object(tlv, len, TAG_DETAILS, 3);
	const uint8_t *result = find_object(tlv, len, TAG_RESULT, 1);

	if (!stk->waiting)
		return STK_SW_NOT_NOW;
	if (!details || !result || details[0] != stk->number || details[1] != stk->waiting)
		return STK_SW_WRONG_DATA;
	if (stk->waiting == STK_SET_UP_MENU)
		stk->menu_shown = result[0] < RESULT_BAD;
	stk->waiting = 0;
	return STK_SW_OK;
}

unsigned int stk_envelope(struct stk *stk, const uint8_t *tlv, size_t len)
{
	char text[STK_TEXT_MAX + 1];
	const uint8_t *item;

	if (stk->waiting || !stk->menu_shown)
		return STK_SW_NOT_NOW;
	/* Hosts pad what has no length of its own in their message. */
	if (len < 2 || tlv[0] != STK_MENU_SELECTION || tlv[1] > 0x7f || tlv[1] > len - 2)
		return STK_SW_WRONG_DATA;
	item = find_object(tlv + 2, tlv[1], TAG_ITEM_ID, 1);
	if (!item || !item[0] || item[0] > MENU_ITEMS)
		return STK_SW_WRONG_DATA;
	snprintf(text, sizeof(text), "You chose: %s", menu_items[item[0] - 1]);
	stk_send(stk, STK_DISPLAY_TEXT, text);
	return STK_SW_OK;
}
