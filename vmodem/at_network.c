// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Radio, registration, signal and bearers on an AT port (TS 27.007).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "at_internal.h"

#define ACCESS_UTRAN	2
#define ACCESS_EUTRAN	7

#define OPERATOR_LONG	0
#define OPERATOR_SHORT	1
#define OPERATOR_ID	2

static const char *const register_names[AT_REGISTER_KINDS] = { "+CREG", "+CGREG", "+CEREG" };

int at_network_error(const struct network *network, int error)
{
	(void)network;
	switch (error) {
	case 0:
		return AT_OK;
	case -ENOMEDIUM:
		return AT_SIM_NOT_INSERTED;
	case -EACCES:
		return AT_SIM_PIN;
	case -EAGAIN:
		return AT_SIM_BUSY;
	case -EIO:
		return AT_SIM_FAILURE;
	case -ENOKEY:
	case -ENOLINK:
	case -ENOENT:
		return AT_NO_NETWORK;
	case -EINVAL:
		return AT_BAD_PARAMETERS;
	default:
		return AT_NOT_ALLOWED;
	}
}

static unsigned int access_technology(const struct at *at)
{
	return network_registration(at->network)->available_classes & NETWORK_LTE ?
	       ACCESS_EUTRAN : ACCESS_UTRAN;
}

/* --- radio --------------------------------------------------------------- */

#define FUNCTION_FULL	1
#define FUNCTION_OFF	4	/* transmitter and receiver */
#define FUNCTION_RESET	15	/* TS 27.007, 8.2 leaves these two to the maker */
#define FUNCTION_RESET_SIM 16

/* The modem restarts when the answer has gone out. */
static int restart(struct at *at)
{
	if (!at->restart)
		return AT_NOT_ALLOWED;
	at->restart(at->restart_self);
	return AT_OK;
}

static int set_functionality(struct at *at, unsigned int function)
{
	switch (function) {
	case 0:
	case FUNCTION_FULL:
	case FUNCTION_OFF:
		return at_network_error(at->network,
					network_set_radio(at->network, function == FUNCTION_FULL));
	case FUNCTION_RESET:
	case FUNCTION_RESET_SIM:
		return restart(at);
	default:
		return AT_BAD_PARAMETERS;
	}
}

static int run_functionality(struct at *at, struct at_command *command)
{
	struct network_radio radio = network_radio(at->network);
	unsigned int function, reset;

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CFUN: (0,1,4,15,16),(0,1)");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CFUN: %u", radio.software ? 1 : 4);
		return AT_OK;
	case AT_SET:
		if (!at_argument_number(&command->arguments, FUNCTION_FULL, FUNCTION_RESET_SIM,
					&function) ||
		    !at_argument_number(&command->arguments, 0, 1, &reset))
			return AT_BAD_PARAMETERS;
		return reset && function == FUNCTION_FULL ? restart(at) :
							    set_functionality(at, function);
	default:
		return AT_ERROR;
	}
}

/* --- registration -------------------------------------------------------- */

static unsigned int register_state(enum network_register_state state)
{
	static const unsigned char states[NETWORK_REGISTER_STATES] = {
		[NETWORK_DEREGISTERED] = 0,
		[NETWORK_SEARCHING] = 2,
		[NETWORK_HOME] = 1,
		[NETWORK_ROAMING] = 5,
		[NETWORK_PARTNER] = 5,
		[NETWORK_DENIED] = 3,
	};

	return states[state];
}

/* "1", or with @where ",tac,cell,technology" behind it. */
static void format_state(const struct at *at, bool where, char *text, size_t size)
{
	const struct network_registration *reg = network_registration(at->network);
	struct network_cell cell;

	if (where && network_cells(at->network, &cell, 1))
		snprintf(text, size, "%u,\"%04X\",\"%08X\",%u", register_state(reg->state),
			 cell.tac, cell.cell_id, access_technology(at));
	else
		snprintf(text, size, "%u", register_state(reg->state));
}

void at_report_registration(struct at *at)
{
	unsigned int state = network_registration(at->network)->state;
	char text[48];

	if (state == at->last_state)
		return;
	at->last_state = state;
	for (unsigned int i = 0; i < AT_REGISTER_KINDS; i++) {
		if (!at->reporting[i])
			continue;
		format_state(at, at->reporting[i] == 2, text, sizeof(text));
		at_info(at, "%s: %s", register_names[i], text);
	}
	at_flush(at);
}

static int run_registration(struct at *at, struct at_command *command)
{
	unsigned int kind = 0;
	char text[48];

	while (strcmp(command->name, register_names[kind]))
		kind++;
	switch (command->kind) {
	case AT_TEST:
		at_info(at, "%s: (0-2)", command->name);
		return AT_OK;
	case AT_READ:
		format_state(at, at->reporting[kind] == 2, text, sizeof(text));
		at_info(at, "%s: %u,%s", command->name, at->reporting[kind], text);
		return AT_OK;
	case AT_SET:
		return at_argument_number(&command->arguments, 0, 2, &at->reporting[kind]) ?
		       AT_OK : AT_BAD_PARAMETERS;
	default:
		return AT_ERROR;
	}
}

static void read_operator(struct at *at)
{
	const struct network_registration *reg = network_registration(at->network);

	if (!reg->provider)
		at_info(at, "+COPS: %u", reg->manual);
	else
		at_info(at, "+COPS: %u,%u,\"%s\",%u", reg->manual, at->operator_format,
			at->operator_format == OPERATOR_ID ? reg->provider->id :
			reg->provider->name, access_technology(at));
}

static int test_operators(struct at *at)
{
	const struct network_provider *provider;
	char text[400];
	size_t count, used = 0;
	int err = network_usable(at->network);

	if (err)
		return at_network_error(at->network, err);
	provider = network_providers(at->network, &count);
	for (size_t i = 0; i < count; i++) {
		unsigned int state = &provider[i] == network_registration(at->network)->provider ?
				     2 : provider[i].forbidden ? 3 : 1;

		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "(%u,\"%s\",\"%s\",\"%s\",%u),", state, provider[i].name,
					 provider[i].name, provider[i].id, ACCESS_EUTRAN);
	}
	text[used] = '\0';
	at_info(at, "+COPS: %s,(0,1,3),(0-2)", text);
	return AT_OK;
}

static int set_operator(struct at *at, char *arguments)
{
	unsigned int mode, format;
	char *operator;

	if (!at_argument_number(&arguments, 0, 3, &mode) ||
	    !at_argument_number(&arguments, OPERATOR_LONG, OPERATOR_ID, &format))
		return AT_BAD_PARAMETERS;
	switch (mode) {
	case 0:
		return at_network_error(at->network, network_register(at->network, NULL, 0));
	case 1:
		operator = at_argument(&arguments);
		if (!operator || format != OPERATOR_ID)
			return AT_BAD_PARAMETERS;
		return at_network_error(at->network, network_register(at->network, operator, 0));
	case 3:
		at->operator_format = format;
		return AT_OK;
	default:
		return AT_NOT_SUPPORTED;
	}
}

static int run_operator(struct at *at, struct at_command *command)
{
	switch (command->kind) {
	case AT_TEST:
		return test_operators(at);
	case AT_READ:
		read_operator(at);
		return AT_OK;
	case AT_SET:
		return set_operator(at, command->arguments);
	default:
		return AT_ERROR;
	}
}

/* --- signal -------------------------------------------------------------- */

static int run_signal(struct at *at, struct at_command *command)
{
	struct network_signal signal = network_signal(at->network);

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CSQ: (0-31,99),(0-7,99)");
		return AT_OK;
	case AT_EXECUTE:
		at_info(at, "+CSQ: %u,%u", signal.rssi, signal.error_rate);
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

static unsigned int coded(int value, int offset, int factor, int max)
{
	if (value == NETWORK_UNKNOWN)
		return 255;
	value = (value + offset) * factor;
	return (unsigned int)(value < 0 ? 0 : value > max ? max : value);
}

/* TS 27.007, 8.69: on LTE only the last two are known. */
static int run_extended_signal(struct at *at, struct at_command *command)
{
	struct network_signal signal = network_signal(at->network);

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)");
		return AT_OK;
	case AT_EXECUTE:
		at_info(at, "+CESQ: 99,99,255,255,%u,%u", coded(signal.rsrq_db, 20, 2, 34),
			coded(signal.rsrp_dbm, 141, 1, 97));
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

/* --- bearers: context id n is session n - 1 -------------------------------- */

static int run_attach(struct at *at, struct at_command *command)
{
	unsigned int attach;

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CGATT: (0,1)");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CGATT: %u", network_packet_service(at->network).attached);
		return AT_OK;
	case AT_SET:
		if (!at_argument_number(&command->arguments, 2, 1, &attach))
			return AT_BAD_PARAMETERS;
		return at_network_error(at->network, network_attach(at->network, attach));
	default:
		return AT_ERROR;
	}
}

static const struct network_bearer *active_bearer(const struct at *at, unsigned int session)
{
	const struct network_bearer *bearer = network_bearer(at->network, session);

	return bearer->state == NETWORK_BEARER_ACTIVE ? bearer : NULL;
}

static void format_ipv4(const uint8_t *a, char *text, size_t size)
{
	snprintf(text, size, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
}

/* 27.007 writes IPv6 addresses as 16 decimal numbers unless asked otherwise (+CGPIAF). */
static void format_ipv6(const uint8_t *a, char *text, size_t size)
{
	size_t used = 0;

	for (unsigned int i = 0; i < 16; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%u", i ? "." : "", a[i]);
}

static int run_addresses(struct at *at, struct at_command *command)
{
	char ipv4[16], ipv6[64];

	if (command->kind == AT_TEST) {
		at_info(at, "+CGPADDR: (1-%u)", NETWORK_SESSIONS);
		return AT_OK;
	}
	if (command->kind != AT_EXECUTE)
		return AT_ERROR;
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		const struct network_bearer *bearer = active_bearer(at, session);

		if (!bearer)
			continue;
		format_ipv4(bearer->ip.ipv4, ipv4, sizeof(ipv4));
		format_ipv6(bearer->ip.ipv6, ipv6, sizeof(ipv6));
		if (bearer->ip.type == NETWORK_IPV4V6)
			at_info(at, "+CGPADDR: %u,\"%s\",\"%s\"", session + 1, ipv4, ipv6);
		else
			at_info(at, "+CGPADDR: %u,\"%s\"", session + 1,
				bearer->ip.type == NETWORK_IPV4 ? ipv4 : ipv6);
	}
	return AT_OK;
}

static void tell_context_ipv4(struct at *at, unsigned int session,
			      const struct network_bearer *bearer)
{
	const struct network_ip *ip = &bearer->ip;
	uint32_t mask = ~0u << (32 - ip->ipv4_prefix);
	char address[16], gateway[16], dns[2][16];

	format_ipv4(ip->ipv4, address, sizeof(address));
	format_ipv4(ip->ipv4_gateway, gateway, sizeof(gateway));
	format_ipv4(ip->ipv4_dns[0], dns[0], sizeof(dns[0]));
	format_ipv4(ip->ipv4_dns[1], dns[1], sizeof(dns[1]));
	at_info(at, "+CGCONTRDP: %u,%u,\"%s\",\"%s.%u.%u.%u.%u\",\"%s\",\"%s\",\"%s\"",
		session + 1, session + 5, bearer->apn, address, mask >> 24, mask >> 16 & 0xff,
		mask >> 8 & 0xff, mask & 0xff, gateway, dns[0], dns[1]);
}

static void tell_context_ipv6(struct at *at, unsigned int session,
			      const struct network_bearer *bearer)
{
	const struct network_ip *ip = &bearer->ip;
	uint8_t mask[16] = { 0 };
	char address[64], prefix[64], gateway[64], dns[2][64];

	memset(mask, 0xff, ip->ipv6_prefix / 8);
	format_ipv6(ip->ipv6, address, sizeof(address));
	format_ipv6(mask, prefix, sizeof(prefix));
	format_ipv6(ip->ipv6_gateway, gateway, sizeof(gateway));
	format_ipv6(ip->ipv6_dns[0], dns[0], sizeof(dns[0]));
	format_ipv6(ip->ipv6_dns[1], dns[1], sizeof(dns[1]));
	at_info(at, "+CGCONTRDP: %u,%u,\"%s\",\"%s.%s\",\"%s\",\"%s\",\"%s\"", session + 1,
		session + 5, bearer->apn, address, prefix, gateway, dns[0], dns[1]);
}

/* The EPS bearer identity counts from 5 (TS 24.007). */
static int run_dynamic(struct at *at, struct at_command *command)
{
	unsigned int only = 0;

	if (command->kind == AT_TEST) {
		at_info(at, "+CGCONTRDP: (1-%u)", NETWORK_SESSIONS);
		return AT_OK;
	}
	if (command->kind == AT_READ || (command->kind == AT_SET &&
	    !at_argument_number(&command->arguments, 0, NETWORK_SESSIONS, &only)))
		return AT_BAD_PARAMETERS;
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		const struct network_bearer *bearer = active_bearer(at, session);

		if (!bearer || (only && only != session + 1))
			continue;
		if (bearer->ip.type & NETWORK_IPV4)
			tell_context_ipv4(at, session, bearer);
		if (bearer->ip.type & NETWORK_IPV6)
			tell_context_ipv6(at, session, bearer);
	}
	return AT_OK;
}

/* --- time and mode of operation -------------------------------------------- */

static int run_clock(struct at *at, struct at_command *command)
{
	time_t now = time(NULL);
	char text[32];
	struct tm utc;

	if (command->kind == AT_TEST)
		return AT_OK;
	if (command->kind != AT_READ || !gmtime_r(&now, &utc))
		return AT_ERROR;
	strftime(text, sizeof(text), "%y/%m/%d,%H:%M:%S+00", &utc);
	at_info(at, "+CCLK: \"%s\"", text);
	return AT_OK;
}

/* The clock follows the network always: there is nothing to switch. */
static int run_time_zone(struct at *at, struct at_command *command)
{
	unsigned int on;

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+CTZU: (1)");
		return AT_OK;
	case AT_READ:
		at_info(at, "+CTZU: 1");
		return AT_OK;
	case AT_SET:
		return at_argument_number(&command->arguments, 2, 1, &on) && on ? AT_OK :
										AT_BAD_PARAMETERS;
	default:
		return AT_ERROR;
	}
}

/* Packet services only, data centric: the mode 2 of TS 27.007, 10.1.28. */
static int run_ue_mode(struct at *at, struct at_command *command)
{
	if (command->kind == AT_READ)
		at_info(at, "+CEMODE: 2");
	else if (command->kind == AT_TEST)
		at_info(at, "+CEMODE: (2)");
	else
		return AT_ERROR;
	return AT_OK;
}

const struct at_entry at_network_commands[] = {
	{ "+CFUN", run_functionality },
	{ "+CREG", run_registration },
	{ "+CGREG", run_registration },
	{ "+CEREG", run_registration },
	{ "+COPS", run_operator },
	{ "+CSQ", run_signal },
	{ "+CESQ", run_extended_signal },
	{ "+CGATT", run_attach },
	{ "+CGPADDR", run_addresses },
	{ "+CGCONTRDP", run_dynamic },
	{ "+CCLK", run_clock },
	{ "+CTZU", run_time_zone },
	{ "+CEMODE", run_ue_mode },
	{ NULL, NULL },
};
