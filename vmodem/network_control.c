// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Control commands about the mobile network.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "hex.h"
#include "network_internal.h"

#define SWAP_US		1000000		/* a card in nobody's hurry */

static int usage(struct control_reply *reply, const char *arguments)
{
	return control_fail(reply, "expected %s", arguments);
}

static bool read_session(struct control_reply *reply, const char *word, unsigned int *session)
{
	uint64_t value;

	if (!control_number(reply, word, NETWORK_SESSIONS - 1, &value))
		return false;
	*session = (unsigned int)value;
	return true;
}

static int read_switch(const char *word)
{
	if (!strcmp(word, "on"))
		return 1;
	if (!strcmp(word, "off"))
		return 0;
	return -1;
}

/* Reads a whole number with a sign. */
static bool read_signed(struct control_reply *reply, const char *word, long min, long max, int *value)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(word, &end, 10);
	if (errno || end == word || *end || number < min || number > max) {
		control_fail(reply, "%s is not a number from %ld to %ld", word, min, max);
		return false;
	}
	*value = (int)number;
	return true;
}

static void show_bearer(struct control_reply *reply, unsigned int session,
			const struct network_bearer *bearer)
{
	static const char *const types[] = { "none", "ipv4", "ipv6", "ipv4v6" };
	static const char *const states[] = { "inactive", "activating", "active" };

	if (bearer->state == NETWORK_BEARER_INACTIVE && !bearer->cause)
		return;
	control_line(reply, "session %u: %s, %s, apn \"%s\", mtu %u, cause %u", session,
		     states[bearer->state], types[bearer->ip.type], bearer->apn,
		     bearer->ip.mtu, bearer->cause);
}

static int command_network(void *self, struct control_reply *reply, int argc, char **argv)
{
	const struct network *network = self;
	const struct network_counters *counters = &network->counters;

	(void)argv;
	if (argc != 1)
		return usage(reply, "no argument");
	if (network->waiting)
		control_line(reply, "services: wait for the host");
	control_line(reply, "sim: %s", sim_names[sim_state(&network->sim)]);
	control_line(reply, "radio: hardware %s, software %s",
		     network->radio.hardware ? "on" : "off", network->radio.software ? "on" : "off");
	control_line(reply, "fcc lock: %s", fcc_locked(&network->fcc) ? "locked" :
		     network->fcc.enabled ? "unlocked" : "none");
	control_line(reply, "registration: %s, operator %s, cause %u",
		     network_register_names[network->registration.state],
		     network->registration.provider ? network->registration.provider->id : "none",
		     network->registration.cause);
	control_line(reply, "packet service: %s", network->attached ? "attached" : "detached");
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		show_bearer(reply, session, &network->slots[session].bearer);
	control_line(reply, "uplink: %llu packets, %llu bytes, %llu dropped",
		     (unsigned long long)counters->uplink_packets,
		     (unsigned long long)counters->uplink_bytes,
		     (unsigned long long)counters->uplink_drops);
	control_line(reply, "downlink: %llu packets, %llu bytes, %llu dropped",
		     (unsigned long long)counters->downlink_packets,
		     (unsigned long long)counters->downlink_bytes,
		     (unsigned long long)counters->downlink_drops);
	return 0;
}

static int command_signal(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;
	struct network_signal signal = network->signal;
	uint64_t rssi;
	int snr;

	if (argc < 2 || argc > 5)
		return usage(reply, "RSSI [RSRP-DBM [RSRQ-DB [SNR-DB]]]");
	if (!control_number(reply, argv[1], 99, &rssi))
		return -EINVAL;
	if (rssi > 31 && rssi != 99)
		return control_fail(reply, "RSSI is 0 to 31, or 99 for unknown");
	signal.rssi = (unsigned int)rssi;
	if (argc > 2 && !read_signed(reply, argv[2], -156, -30, &signal.rsrp_dbm))
		return -EINVAL;
	if (argc > 3 && !read_signed(reply, argv[3], -40, 0, &signal.rsrq_db))
		return -EINVAL;
	if (argc > 4) {
		if (!read_signed(reply, argv[4], -23, 40, &snr))
			return -EINVAL;
		signal.snr_half_db = 2 * snr;
	}
	network_set_signal(network, &signal);
	return 0;
}

static int command_registration(void *self, struct control_reply *reply, int argc, char **argv)
{
	uint64_t cause = 0;

	if (argc < 2 || argc > 3)
		return usage(reply, "home|roaming|partner|searching|deregistered|denied [CAUSE]");
	if (argc == 3 && !control_number(reply, argv[2], 255, &cause))
		return -EINVAL;
	if (argc == 2 && !strcmp(argv[1], "denied"))
		cause = NETWORK_CAUSE_NOT_ALLOWED;
	for (unsigned int state = 0; state < NETWORK_REGISTER_STATES; state++) {
		if (strcmp(argv[1], network_register_names[state]))
			continue;
		network_set_coverage(self, (enum network_register_state)state, (unsigned int)cause);
		return 0;
	}
	return control_fail(reply, "unknown registration state %s", argv[1]);
}

static int command_disconnect(void *self, struct control_reply *reply, int argc, char **argv)
{
	uint64_t cause = NETWORK_CAUSE_REGULAR;
	unsigned int session;

	if (argc < 2 || argc > 3)
		return usage(reply, "SESSION [CAUSE]");
	if (!read_session(reply, argv[1], &session))
		return -EINVAL;
	if (argc == 3 && !control_number(reply, argv[2], 255, &cause))
		return -EINVAL;
	if (network_drop(self, session, (unsigned int)cause))
		return control_fail(reply, "session %u has no bearer", session);
	return 0;
}

static int command_mtu(void *self, struct control_reply *reply, int argc, char **argv)
{
	unsigned int session;
	uint64_t mtu;

	if (argc != 3)
		return usage(reply, "SESSION BYTES");
	if (!read_session(reply, argv[1], &session) ||
	    !control_number(reply, argv[2], UINT32_MAX, &mtu))
		return -EINVAL;
	if (network_set_mtu(self, session, (uint32_t)mtu))
		return control_fail(reply, "the MTU is %u to %u", NETWORK_MTU_MIN, NETWORK_MTU_MAX);
	return 0;
}

static int command_radio(void *self, struct control_reply *reply, int argc, char **argv)
{
	int on = argc == 3 ? read_switch(argv[2]) : -1;

	if (on < 0)
		return usage(reply, "hardware|software on|off");
	if (!strcmp(argv[1], "hardware"))
		network_set_radio_hardware(self, on);
	else if (!strcmp(argv[1], "software"))
		network_set_radio(self, on);
	else
		return usage(reply, "hardware|software on|off");
	return 0;
}

/* Clients see that a card is another one by its absence before (MBIM document, 4.4). */
static void swap_sim(struct network *network)
{
	sim_set_inserted(&network->sim, false);
	loop_timer_arm(&network->swap_timer, SWAP_US);
}

static void swap_expired(struct loop_timer *timer)
{
	struct network *network = timer->owner;

	sim_exchange(&network->sim);
}

#define SQN_MAX		((UINT64_C(1) << 48) - 1)

#define SIM_WORDS "insert|remove|swap|lock|ready|pin|puk|blocked|failed|not-activated|no-profile|esim"

/* How the card is found from now on. */
static int set_sim(struct control_reply *reply, struct sim *sim, const char *word)
{
	for (unsigned int state = 0; state < SIM_STATES_FOUND; state++) {
		if (strcmp(word, sim_names[state]))
			continue;
		sim_set_state(sim, (enum sim_state)state);
		return 0;
	}
	return usage(reply, SIM_WORDS);
}

static int command_sim(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct sim *sim = network_sim(self);

	if (argc != 2)
		return usage(reply, SIM_WORDS);
	if (!strcmp(argv[1], "insert"))
		sim_set_inserted(sim, true);
	else if (!strcmp(argv[1], "remove"))
		sim_set_inserted(sim, false);
	else if (!strcmp(argv[1], "lock"))
		sim_lock(sim);
	else if (!strcmp(argv[1], "swap"))
		swap_sim(self);
	else if (!strcmp(argv[1], "esim"))
		sim_set_esim(sim);
	else
		return set_sim(reply, sim, argv[1]);
	return 0;
}

static bool read_key(const char *word, uint8_t *key)
{
	size_t len;

	return hex_read(word, key, MILENAGE_KEY, &len) && len == MILENAGE_KEY;
}

static int command_sim_keys(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct usim *usim = &network_sim(self)->usim;
	uint8_t key[MILENAGE_KEY], opc[MILENAGE_KEY];
	uint64_t sqn = 0;

	if (argc < 3 || argc > 4 || !read_key(argv[1], key) || !read_key(argv[2], opc))
		return usage(reply, "K OPC [SQN], K and OPC with 32 hexadecimal digits");
	if (argc == 4 && !control_number(reply, argv[3], SQN_MAX, &sqn))
		return -EINVAL;
	memcpy(usim->key, key, sizeof(key));
	memcpy(usim->opc, opc, sizeof(opc));
	usim_set_sqn(usim, sqn);
	return 0;
}

static int command_fcc(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;

	if (argc == 2 && !strcmp(argv[1], "lock")) {
		network_set_radio(network, false);
		fcc_init(&network->fcc, true);
	} else if (argc == 2 && !strcmp(argv[1], "unlock")) {
		fcc_disable(&network->fcc);
	} else {
		return usage(reply, "lock|unlock");
	}
	return 0;
}

static int set_milliseconds(struct control_reply *reply, int argc, char **argv, unsigned int *ms)
{
	uint64_t value;

	if (argc != 2)
		return usage(reply, "MILLISECONDS");
	if (!control_number(reply, argv[1], 600000, &value))
		return -EINVAL;
	*ms = (unsigned int)value;
	return 0;
}

static int command_connect_time(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;

	return set_milliseconds(reply, argc, argv, &network->connect_ms);
}

static int command_register_time(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;

	return set_milliseconds(reply, argc, argv, &network->register_ms);
}

static int command_scan_time(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;

	return set_milliseconds(reply, argc, argv, &network->scan_ms);
}

static int command_sim_time(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;
	unsigned int ms = network->sim_ms;
	int err = set_milliseconds(reply, argc, argv, &ms);

	network_set_sim_time(network, ms);
	return err;
}

#define SECONDARY_CELLS_MAX	4

static int command_aggregation(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;
	uint64_t count;

	if (argc != 2)
		return usage(reply, "CELLS");
	if (!control_number(reply, argv[1], SECONDARY_CELLS_MAX, &count))
		return -EINVAL;
	network->secondary_cells = (unsigned int)count;
	network_notify(network, NETWORK_CHANGED_REGISTRATION, 0);
	return 0;
}

static int command_refuse(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;
	uint64_t cause;

	if (argc != 2)
		return usage(reply, "CAUSE");
	if (!control_number(reply, argv[1], 255, &cause))
		return -EINVAL;
	network->refuse_cause = (unsigned int)cause;
	return 0;
}

static int command_connects(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;
	uint64_t count = NETWORK_ANY_CONNECTS;

	if (argc != 2)
		return usage(reply, "COUNT|any");
	if (strcmp(argv[1], "any") && !control_number(reply, argv[1], 1000000, &count))
		return -EINVAL;
	network->connects = network->connects_left = (unsigned int)count;
	return 0;
}

static int command_ip_types(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;

	if (argc == 2 && !strcmp(argv[1], "ipv4"))
		network->ip_types = NETWORK_IPV4;
	else if (argc == 2 && !strcmp(argv[1], "ipv6"))
		network->ip_types = NETWORK_IPV6;
	else if (argc == 2 && !strcmp(argv[1], "ipv4v6"))
		network->ip_types = NETWORK_IPV4V6;
	else
		return usage(reply, "ipv4|ipv6|ipv4v6");
	return 0;
}

static int command_ipv6_address(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct network *network = self;

	if (argc == 2 && !strcmp(argv[1], "global"))
		network->link_local = false;
	else if (argc == 2 && !strcmp(argv[1], "link-local"))
		network->link_local = true;
	else
		return usage(reply, "global|link-local");
	return 0;
}

void network_control_register(struct network *network, struct control *control)
{
	static const struct {
		const char *name, *help;
		control_command run;
	} commands[] = {
		{ "network", ": show radio, registration, bearers and counters", command_network },
		{ "signal",
		  "RSSI [RSRP-DBM [RSRQ-DB [SNR-DB]]]: change the signal (RSSI 0-31, 99 unknown)",
		  command_signal },
		{ "registration",
		  "home|roaming|partner|searching|deregistered|denied [CAUSE]: what the network offers",
		  command_registration },
		{ "aggregation", "CELLS: how many carriers the network adds to the serving cell's (0-4)",
		  command_aggregation },
		{ "disconnect", "SESSION [CAUSE]: the network takes a bearer down (ESM cause, 36)",
		  command_disconnect },
		{ "mtu", "SESSION BYTES: MTU of a session's bearers", command_mtu },
		{ "radio", "hardware|software on|off: move a radio switch", command_radio },
		{ "sim", SIM_WORDS ": the SIM card; lock asks for PIN 1234, puk for 12345678",
		  command_sim },
		{ "sim-keys", "K OPC [SQN]: secrets of the card, the last sequence number it accepted",
		  command_sim_keys },
		{ "fcc", "lock|unlock: the FCC lock, now and at each start", command_fcc },
		{ "sim-time", "MILLISECONDS: how long a SIM card takes to start, from the next time on",
		  command_sim_time },
		{ "connect-time", "MILLISECONDS: how long a bearer takes to come up",
		  command_connect_time },
		{ "register-time", "MILLISECONDS: how long a search takes", command_register_time },
		{ "scan-time", "MILLISECONDS: how long a client waits for the list of operators (MBIM)",
		  command_scan_time },
		{ "refuse-connect", "CAUSE: refuse all activations with an ESM cause; 0: accept",
		  command_refuse },
		{ "connects",
		  "COUNT|any: how many more sessions connect until a restart; those after them hang",
		  command_connects },
		{ "ip-types", "ipv4|ipv6|ipv4v6: what bearers can have", command_ip_types },
		{ "ipv6-address",
		  "global|link-local: what bearers are told; with link-local the router tells the prefix",
		  command_ipv6_address },
	};

	loop_timer_init(network->loop, &network->swap_timer, swap_expired, network);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		control_register(control, commands[i].name, commands[i].help, commands[i].run, network);
}
