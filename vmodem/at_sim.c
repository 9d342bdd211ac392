// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The SIM on an AT port (TS 27.007).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "at_internal.h"
#include "hex.h"
#include "uicc.h"

#define READ_BINARY	176

/* Commands to the card and what it says (TS 102 221, 10.2.1 and 11.1.9). */
#define APDU_HEADER	5
#define APDU_MAX	261
#define VERIFY_PIN	0x20
#define UNBLOCK_PIN	0x2c
#define KEY_PIN1	0x01
#define KEY_PIN2	0x81
#define SW_ATTEMPTS	0x63c0
#define SW_BLOCKED	0x6983
#define SW_NO_INSTRUCTION 0x6d00

int at_sim_blocks(const struct sim *sim)
{
	switch (sim_state(sim)) {
	case SIM_READY:
	case SIM_NOT_ACTIVATED:
		return AT_OK;
	case SIM_ABSENT:
	case SIM_NO_PROFILE:
		return AT_SIM_NOT_INSERTED;
	case SIM_FAILED:
		return AT_SIM_FAILURE;
	case SIM_PIN_NEEDED:
		return AT_SIM_PIN;
	case SIM_STARTING:
		return AT_SIM_BUSY;
	default:
		return AT_SIM_PUK;
	}
}

static int sim_error(const struct sim *sim, int error)
{
	int blocks;

	switch (error) {
	case 0:
		return AT_OK;
	case -EACCES:
		return AT_INCORRECT_PASSWORD;
	case -EINVAL:
		return AT_BAD_PARAMETERS;
	default:
		blocks = at_sim_blocks(sim);
		return blocks ? blocks : AT_NOT_ALLOWED;
	}
}

static int run_imsi(struct at *at, struct at_command *command)
{
	const struct sim *sim = network_sim(at->network);
	int blocks = at_sim_blocks(sim);

	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind != AT_EXECUTE)
		return AT_ERROR;
	if (blocks)
		return blocks;
	at_info(at, "%s", sim->imsi);
	return AT_OK;
}

/* The ICCID can be read before the PIN is given. */
static int run_iccid(struct at *at, struct at_command *command)
{
	const struct sim *sim = network_sim(at->network);
	int blocks = at_sim_blocks(sim);

	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind == AT_SET)
		return AT_ERROR;
	if (blocks == AT_SIM_NOT_INSERTED || blocks == AT_SIM_FAILURE)
		return blocks;
	at_info(at, "%s: %s", command->name, sim->iccid);
	return AT_OK;
}

static int run_number(struct at *at, struct at_command *command)
{
	const struct sim *sim = network_sim(at->network);
	int blocks = at_sim_blocks(sim);

	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind != AT_EXECUTE)
		return AT_ERROR;
	if (blocks)
		return blocks;
	at_info(at, "+CNUM: \"\",\"%s\",129", sim->number);
	return AT_OK;
}

static int read_pin(struct at *at)
{
	int blocks = at_sim_blocks(network_sim(at->network));

	if (blocks && blocks != AT_SIM_PIN && blocks != AT_SIM_PUK)
		return blocks;
	at_info(at, "+CPIN: %s", blocks == AT_SIM_PIN ? "SIM PIN" :
		blocks == AT_SIM_PUK ? "SIM PUK" : "READY");
	return AT_OK;
}

static int set_pin(struct at *at, char *arguments)
{
	struct sim *sim = network_sim(at->network);
	const char *pin = at_argument(&arguments);
	const char *new_pin = at_argument(&arguments);

	if (!pin)
		return AT_BAD_PARAMETERS;
	if (new_pin)
		return sim_error(sim, sim_enter_puk(sim, pin, new_pin));
	return sim_error(sim, sim_enter_pin(sim, pin));
}

static int run_pin(struct at *at, struct at_command *command)
{
	switch (command->kind) {
	case AT_TEST:
		return AT_OK;
	case AT_READ:
		return read_pin(at);
	case AT_SET:
		return set_pin(at, command->arguments);
	default:
		return AT_ERROR;
	}
}

/* Only the lock "SC": the SIM's PIN1. */
static int run_lock(struct at *at, struct at_command *command)
{
	struct sim *sim = network_sim(at->network);
	const char *facility, *pin;
	unsigned int mode;

	if (command->kind == AT_TEST) {
		at_info(at, "+CLCK: (\"SC\")");
		return AT_OK;
	}
	facility = command->kind == AT_SET ? at_argument(&command->arguments) : NULL;
	if (!facility)
		return AT_ERROR;
	if (strcmp(facility, "SC"))
		return AT_NOT_SUPPORTED;
	if (!at_argument_number(&command->arguments, 3, 2, &mode))
		return AT_BAD_PARAMETERS;
	if (mode == 2) {
		int blocks = at_sim_blocks(sim);

		if (blocks == AT_SIM_NOT_INSERTED || blocks == AT_SIM_FAILURE)
			return blocks;
		at_info(at, "+CLCK: %u", sim->pin_enabled);
		return AT_OK;
	}
	pin = at_argument(&command->arguments);
	if (!pin)
		return AT_BAD_PARAMETERS;
	return sim_error(sim, sim_enable_pin(sim, pin, mode));
}

static int run_password(struct at *at, struct at_command *command)
{
	struct sim *sim = network_sim(at->network);
	const char *facility, *old, *new;

	if (command->kind == AT_TEST) {
		at_info(at, "+CPWD: (\"SC\",%u)", SIM_PIN_MAX);
		return AT_OK;
	}
	facility = command->kind == AT_SET ? at_argument(&command->arguments) : NULL;
	if (!facility)
		return AT_ERROR;
	if (strcmp(facility, "SC"))
		return AT_NOT_SUPPORTED;
	old = at_argument(&command->arguments);
	new = at_argument(&command->arguments);
	if (!old || !new)
		return AT_BAD_PARAMETERS;
	return sim_error(sim, sim_change_pin(sim, old, new));
}

/* The octets that P1 to P3 name: an offset, and how many; 0 is all there are. */
static void tell_file(struct at *at, const uint8_t *content, size_t size, size_t offset,
		      size_t count)
{
	char hex[2 * UICC_FILE_MAX + 1];

	if (!size) {
		at_info(at, "+CRSM: 106,130");		/* 6A 82: no such file */
	} else if (offset >= size) {
		at_info(at, "+CRSM: 107,0");		/* 6B 00: outside of the file */
	} else {
		hex_write(hex, content + offset,
			  count && count < size - offset ? count : size - offset);
		at_info(at, "+CRSM: 144,0,\"%s\"", hex);
	}
}

static int run_file(struct at *at, struct at_command *command)
{
	const struct sim *sim = network_sim(at->network);
	uint8_t content[UICC_FILE_MAX];
	unsigned int instruction, file, high, low, count;
	int blocks = at_sim_blocks(sim);

	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind != AT_SET)
		return AT_ERROR;
	if (blocks)
		return blocks;
	if (!at_argument_number(&command->arguments, 0, 255, &instruction) ||
	    !at_argument_number(&command->arguments, 0, 0xffff, &file) ||
	    !at_argument_number(&command->arguments, 0, 255, &high) ||
	    !at_argument_number(&command->arguments, 0, 255, &low) ||
	    !at_argument_number(&command->arguments, 0, 255, &count))
		return AT_BAD_PARAMETERS;
	if (instruction != READ_BINARY)
		return AT_NOT_SUPPORTED;
	tell_file(at, content, uicc_read(sim, file, content), high << 8 | low, count);
	return AT_OK;
}

/* --- the card itself ----------------------------------------------------------------- */

/*
 * Without a PIN in them these two only ask for the attempts that are left. PIN2 is never
 * used up: nothing here asks for it.
 */
static unsigned int card_words(const struct sim *sim, const uint8_t *apdu, size_t len)
{
	bool first = len == APDU_HEADER && apdu[3] == KEY_PIN1;
	unsigned int attempts;

	if (!first && (len != APDU_HEADER || apdu[3] != KEY_PIN2))
		return SW_NO_INSTRUCTION;
	if (apdu[0] || apdu[2] || apdu[4] || (apdu[1] != VERIFY_PIN && apdu[1] != UNBLOCK_PIN))
		return SW_NO_INSTRUCTION;
	if (apdu[1] == VERIFY_PIN)
		attempts = first ? sim->pin_attempts : SIM_PIN_ATTEMPTS;
	else
		attempts = first ? sim->puk_attempts : SIM_PUK_ATTEMPTS;
	return attempts ? SW_ATTEMPTS + attempts : SW_BLOCKED;
}

static int run_card(struct at *at, struct at_command *command)
{
	const struct sim *sim = network_sim(at->network);
	int blocks = at_sim_blocks(sim);
	uint8_t apdu[APDU_MAX];
	unsigned int digits;
	const char *text;
	size_t len;

	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind != AT_SET)
		return AT_ERROR;
	if (blocks && blocks != AT_SIM_PIN && blocks != AT_SIM_PUK)
		return blocks;
	if (!at_argument_number(&command->arguments, 0, 2 * APDU_MAX, &digits))
		return AT_BAD_PARAMETERS;
	text = at_argument(&command->arguments);
	if (!text || strlen(text) != digits || !hex_read(text, apdu, sizeof(apdu), &len))
		return AT_BAD_PARAMETERS;
	at_info(at, "+CSIM: 4,\"%04X\"", card_words(sim, apdu, len));
	return AT_OK;
}

const struct at_entry at_sim_commands[] = {
	{ "+CIMI", run_imsi },
	{ "+CCID", run_iccid },
	{ "+ICCID", run_iccid },
	{ "+CNUM", run_number },
	{ "+CPIN", run_pin },
	{ "+CLCK", run_lock },
	{ "+CPWD", run_password },
	{ "+CRSM", run_file },
	{ "+CSIM", run_card },
	{ NULL, NULL },
};
