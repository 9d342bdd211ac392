// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel's own commands and others that clients send to this modem (MBIM document, 4.6 and
 * section 7): bands, satellite positions, the FCC lock's switch, power-off,
 * USSD.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "at_internal.h"
#include "fcc.h"

#define NMEA_US		1000000
#define SUPL_NAME	1	/* 0: an address */

/* --- positions ------------------------------------------------------------------- */

/* A sentence with its checksum, which covers what is between $ and *. */
static void put_sentence(struct at *at, const char *body)
{
	unsigned int sum = 0;
	char text[180];

	for (const char *p = body; *p; p++)
		sum ^= (unsigned char)*p;
	if (at->xmm7360)
		at_put(at, text, (size_t)snprintf(text, sizeof(text), "$%s*%02X\r\n", body, sum));
	else
		at_info(at, "$%s*%02X", body, sum);
}

/* Where the equator meets the prime meridian: nobody's home. */
static void put_sentences(struct at *at)
{
	time_t now = time(NULL);
	char clock[16], date[16], body[160];
	struct tm utc = { 0 };

	gmtime_r(&now, &utc);
	strftime(clock, sizeof(clock), "%H%M%S.00", &utc);
	strftime(date, sizeof(date), "%d%m%y", &utc);
	snprintf(body, sizeof(body), "GPGGA,%s,0000.0000,N,00000.0000,E,1,08,1.0,0.0,M,0.0,M,,",
		 clock);
	put_sentence(at, body);
	put_sentence(at, "GPGSA,A,3,01,02,03,04,05,06,07,08,,,,,1.5,1.0,1.2");
	snprintf(body, sizeof(body), "GPRMC,%s,A,0000.0000,N,00000.0000,E,0.0,0.0,%s,,,A", clock,
		 date);
	put_sentence(at, body);
}

/* On the XMM7360 a block between blank lines and OK. */
static void put_position(struct at *at)
{
	static const char before[] = "\r\n\r\n", behind[] = "\r\n\r\nOK\r\n";

	if (at->xmm7360)
		at_put(at, before, strlen(before));
	put_sentences(at);
	if (at->xmm7360)
		at_put(at, behind, strlen(behind));
}

static void position_due(struct loop_timer *timer)
{
	struct at *at = timer->owner;

	put_position(at);
	at_flush(at);
	loop_timer_arm(timer, NMEA_US);
}

static int run_locate(struct at *at, struct at_command *command)
{
	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+XLCSLSR:(0-2),(0-3), ,(0,1), ,(0,1),(0 -7200),(0-255),(0-1),(0-2),"
			"(1-256),(0,1)");
		return AT_OK;
	case AT_SET:
		loop_timer_arm(&at->position_timer, NMEA_US);
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

/* OK first, then that it has stopped, where it ran. */
static void stopped(struct loop_timer *timer)
{
	struct at *at = timer->owner;

	at_info(at, "+XLSRSTOP: 0,0");
	at_flush(at);
}

static int run_locate_stop(struct at *at, struct at_command *command)
{
	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind != AT_EXECUTE)
		return AT_ERROR;
	if (at->position_timer.armed)
		loop_timer_arm(&at->stop_timer, 0);
	loop_timer_cancel(&at->position_timer);
	return AT_OK;
}

static int run_supl(struct at *at, struct at_command *command)
{
	const char *server;
	unsigned int type, port;

	switch (command->kind) {
	case AT_TEST:
		return AT_OK;
	case AT_READ:
		at_info(at, "+XLCSSLP:%u,\"%s\",%u", at->supl[0] ? at->supl_type : SUPL_NAME,
			at->supl[0] ? at->supl : "supl.example.com",
			at->supl[0] ? at->supl_port : 7275);
		return AT_OK;
	case AT_SET:
		if (!at_argument_number(&command->arguments, SUPL_NAME, SUPL_NAME, &type))
			return AT_BAD_PARAMETERS;
		server = at_argument(&command->arguments);
		if (!server || strlen(server) >= sizeof(at->supl) ||
		    !at_argument_number(&command->arguments, 7275, 65535, &port))
			return AT_BAD_PARAMETERS;
		at->supl_type = type;
		strcpy(at->supl, server);
		at->supl_port = port;
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

void at_xmm_init(struct at *at, struct loop *loop)
{
	loop_timer_init(loop, &at->position_timer, position_due, at);
	loop_timer_init(loop, &at->stop_timer, stopped, at);
}

void at_xmm_stop(struct at *at)
{
	loop_timer_cancel(&at->position_timer);
	loop_timer_cancel(&at->stop_timer);
}

/* --- bands ------------------------------------------------------------------------ */

#define XACT_GSM	0
#define XACT_UMTS	1
#define XACT_LTE	2
#define XACT_BOTH	4

static void list_bands(unsigned int bands, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned int i = 0; i < NETWORK_BANDS; i++)
		if (bands & 1u << i)
			used += (size_t)snprintf(text + used, size - used, ",%u", network_bands[i]);
}

/* The list that is left of @arguments: band 0 stands for all; without a list nothing changes. */
static bool read_bands(const struct at *at, char *arguments, unsigned int *bands)
{
	const char *word = at_argument(&arguments);
	char *end;

	if (!word || (!*word && !arguments)) {
		*bands = network_used_bands(at->network);
		return true;
	}
	for (*bands = 0; word; word = at_argument(&arguments)) {
		unsigned long number = strtoul(word, &end, 10);
		unsigned int i = 0;

		if (end == word || *end)
			return false;
		while (number && i < NETWORK_BANDS && network_bands[i] != number)
			i++;
		if (i == NETWORK_BANDS)
			return false;
		*bands |= number ? 1u << i : NETWORK_ALL_BANDS;
	}
	return true;
}

/* GSM, alone or with others, is not in this modem. What is left out stays as it is. */
static bool read_access(const struct at *at, char **arguments, uint32_t *classes)
{
	static const uint32_t known[XACT_BOTH + 1] = {
		[XACT_UMTS] = NETWORK_CLASSES & ~(uint32_t)NETWORK_LTE,
		[XACT_LTE] = NETWORK_LTE,
		[XACT_BOTH] = NETWORK_CLASSES,
	};
	unsigned int access;

	*classes = network_registration(at->network)->preferred_classes;
	if (!**arguments || **arguments == ',')
		return at_argument(arguments);
	if (!at_argument_number(arguments, XACT_BOTH, XACT_BOTH, &access))
		return false;
	*classes = known[access];
	return *classes;
}

static int set_access(struct at *at, char *arguments)
{
	enum network_class preferred = network_preferred_class(at->network);
	unsigned int first, second, bands;
	uint32_t classes;

	if (!read_access(at, &arguments, &classes) ||
	    !at_argument_number(&arguments, XACT_GSM, XACT_LTE, &first) ||
	    !at_argument_number(&arguments, XACT_GSM, XACT_LTE, &second) ||
	    !read_bands(at, arguments, &bands))
		return AT_BAD_PARAMETERS;
	/* With two of them the first decides; GSM is none of them. */
	if (first != XACT_GSM)
		preferred = first == XACT_LTE ? NETWORK_LTE : NETWORK_UMTS;
	network_use_bands(at->network, bands, classes, preferred);
	return AT_OK;
}

static int run_bands(struct at *at, struct at_command *command)
{
	uint32_t classes = network_registration(at->network)->preferred_classes;
	bool lte = network_preferred_class(at->network) == NETWORK_LTE;
	char bands[64];

	switch (command->kind) {
	case AT_TEST:
		list_bands(NETWORK_ALL_BANDS, bands, sizeof(bands));
		at_info(at, "+XACT: (1,2,4),(0-2),0%s", bands);
		return AT_OK;
	case AT_READ:
		list_bands(network_used_bands(at->network), bands, sizeof(bands));
		at_info(at, "+XACT: %u,%u,%u%s", classes == NETWORK_LTE ? XACT_LTE :
			classes & NETWORK_LTE ? XACT_BOTH : XACT_UMTS, lte ? XACT_LTE : XACT_UMTS,
			lte ? XACT_UMTS : XACT_LTE, bands);
		return AT_OK;
	case AT_SET:
		return set_access(at, command->arguments);
	default:
		return AT_ERROR;
	}
}

/* --- the FCC lock's switch ----------------------------------------------------------- */

static int run_fcc_mode(struct at *at, struct at_command *command)
{
	struct fcc *fcc = network_fcc(at->network);
	unsigned int mode;

	if (command->kind == AT_READ) {
		at_info(at, "%u", fcc->enabled);
		return AT_OK;
	}
	if (command->kind != AT_SET || !at_argument_number(&command->arguments, 2, 1, &mode))
		return AT_ERROR;
	if (mode)
		fcc->enabled = true;
	else
		fcc_disable(fcc);
	return AT_OK;
}

/* --- off ------------------------------------------------------------------------------- */

/* The modem leaves the bus when the answer has gone out, and only its host brings it back. */
static int run_power_off(struct at *at, struct at_command *command)
{
	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind != AT_EXECUTE)
		return AT_ERROR;
	if (!at->power_off)
		return AT_NOT_ALLOWED;
	at->power_off(at->restart_self);
	return AT_OK;
}

/* --- what only has to be there ---------------------------------------------------------- */

static int run_broadcast(struct at *at, struct at_command *command)
{
	if (command->kind == AT_TEST)
		at_info(at, "+CSCB: (0,1)");
	else if (command->kind == AT_READ)
		at_info(at, "+CSCB: 0,\"\",\"\"");
	return command->kind == AT_EXECUTE ? AT_ERROR : AT_OK;
}

static int run_charset(struct at *at, struct at_command *command)
{
	const char *name;

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CSCS: (\"GSM\",\"IRA\")");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CSCS: \"%s\"", at->ira ? "IRA" : "GSM");
		return AT_OK;
	case AT_SET:
		name = at_argument(&command->arguments);
		if (!name || (strcmp(name, "IRA") && strcmp(name, "GSM")))
			return AT_BAD_PARAMETERS;
		at->ira = !strcmp(name, "IRA");
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

/* +CUSD: <n>[,<text>[,<coding>]]; 2 cancels (TS 27.007, 7.15). */
static int run_ussd(struct at *at, struct at_command *command)
{
	struct ussd *ussd = network_ussd(at->network);
	const char *text, *answer;
	unsigned int mode;

	if (command->kind == AT_TEST) {
		at_info(at, "+CUSD: (0-2)");
		return AT_OK;
	}
	if (command->kind != AT_SET || !at_argument_number(&command->arguments, 0, 2, &mode))
		return AT_ERROR;
	if (mode == 2)
		ussd_cancel(ussd);
	text = at_argument(&command->arguments);
	if (mode == 2 || !text)
		return AT_OK;
	if (!network_registered(at->network))
		return AT_NO_NETWORK;
	answer = ussd_request(ussd, network_sim(at->network), text);
	at_info(at, "+CUSD: %u,\"%s\",15", ussd->open, answer);
	return AT_OK;
}

const struct at_entry at_xmm_commands[] = {
	{ "+XLCSLSR", run_locate },
	{ "+XLSRSTOP", run_locate_stop },
	{ "+XLCSSLP", run_supl },
	{ "+XACT", run_bands },
	{ "@NVM:FIX_CAT_FCCLOCK.FCCLOCK_MODE", run_fcc_mode },
	{ "+CPWROFF", run_power_off },
	{ "+CSCB", run_broadcast },
	{ "+CSCS", run_charset },
	{ "+CUSD", run_ussd },
	{ NULL, NULL },
};
