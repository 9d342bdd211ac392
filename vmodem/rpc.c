// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls of the host and what the modem answers (MBIM document, A.2). A synchronous call
 * gets one answer. An asynchronous one gets an acknowledgement at once and an answer
 * that repeats the transaction word.
 */
#include "rpc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "control.h"
#include "network.h"
#include "record.h"
#include "rpc_apn.h"
#include "rpc_frame.h"

#define QUEUE_BYTES		(4u << 20)
#define UNSOLICITED		0	/* a transaction word that belongs to no call */

#define CALL_SIM_OPEN		0x001
#define CALL_CS_INIT		0x024
#define CALL_CBS_INIT		0x025
#define CALL_SS_INIT		0x026
#define CALL_SMS_INIT		0x030
#define CALL_PS_INITIALIZE	0x03a
#define CALL_NET_OPEN		0x053
#define CALL_SIGNAL_REPORTING	0x054
#define CALL_GEN_PIN		0x00f
#define CALL_GET_DNS		0x047
#define CALL_GET_ADDRESS	0x049
#define CALL_DEACTIVATE		0x04e
#define CALL_PS_CONNECT		0x051
#define CALL_ATTACH		0x05c
#define CALL_MODE_SET		0x12f
#define CALL_FCC_LOCK_QUERY	0x18e
#define CALL_GEN_CHALLENGE	0x190
#define CALL_VER_CHALLENGE	0x192
#define CALL_ATTACH_APN		0x1af

#define SIM_INIT		0x008
#define ATTACH_ALLOWED		0x06c
#define MODE_SET_DONE		0x12d

#define MODE_ON			1
#define NOT_ALLOWED		0xffffffffu
#define DNS_PAIRS		8
#define DNS_NONE		0
#define DNS_IPV4		1
#define DNS_IPV6		2

/* What GEN_PIN does, in its second argument. */
#define PIN_DISABLE		2
#define PIN_ENABLE		3
#define PIN_CHANGE		4
#define PIN_BYTES		8	/* padded with ones */

/* Status words of the card (TS 102 221, 10.2.1). */
#define SW_OK			0x9000
#define SW_NO_CARD		0x6f00
#define SW_WRONG_PIN		0x63c0	/* plus the attempts left */
#define SW_BLOCKED		0x6983
#define SW_INVALIDATED		0x6984
#define SW_WRONG_DATA		0x6a80

#define SESSION			0	/* the only one that calls can name */

struct rpc {
	struct record *record;
	struct network *network;
	struct network_observer observer;
	struct channel *channel;	/* NULL: the pipes are closed */
	struct sendq queue;
	bool echo;
	bool attach_wanted;		/* refused before: tell when it becomes possible */
	bool sim_due;			/* SIM_INIT is to be told when the card has been read */
	uint32_t mode;			/* that MODE_SET asked for */
	unsigned int started;		/* bit per call of starts[] since the modem's start */
};

/* --- out ----------------------------------------------------------------- */

static void push(struct rpc *rpc, const void *data, size_t len)
{
	int err = sendq_push(&rpc->queue, data, len);

	if (err && err != -ENOTCONN)
		record_say(rpc->record, "RPC: %zu bytes for the host are lost: %s", len,
			   strerror(-err));
}

static void send_frame(struct rpc *rpc, struct rpc_frame *frame)
{
	rpc_end(frame);
	push(rpc, frame->data, frame->len);
}

static void indicate(struct rpc *rpc, uint32_t id, uint32_t first, uint32_t second, uint32_t third)
{
	struct rpc_frame frame;

	record_event(rpc->record, "rpc", "indicate", "\"id\":%u", id);
	rpc_begin(&frame, id, UNSOLICITED);
	rpc_put_long(&frame, first);
	rpc_put_long(&frame, second);
	rpc_put_long(&frame, third);
	send_frame(rpc, &frame);
}

/* --- calls: write the arguments of the answer ------------------------------ */

/*
 * Hosts count the arguments of an asynchronous answer without the transaction word, and
 * most answers have what they want from the second one on (A.2).
 */
static void put_result(struct rpc_frame *out)
{
	rpc_put_long(out, 0);
}

static void tell_sim(struct rpc *rpc)
{
	enum sim_state state = sim_state(network_sim(rpc->network));

	if (!rpc->sim_due || network_waiting(rpc->network) || state == SIM_STARTING)
		return;
	rpc->sim_due = false;
	indicate(rpc, SIM_INIT, state == SIM_READY, 0, 0);
}

static void after_sim_open(struct rpc *rpc)
{
	rpc->sim_due = true;
	tell_sim(rpc);
}

/* LONG 0, 15 and the mode; the radio is on or off (A.2 has only the call for on). */
static void call_mode_set(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out)
{
	(void)out;
	rpc->mode = call->count > 2 ? call->arguments[2].number : 0;
	network_set_radio(rpc->network, rpc->mode == MODE_ON);
}

/* A radio that the FCC lock keeps off has not taken the mode. */
static void after_mode_set(struct rpc *rpc)
{
	bool on = network_radio(rpc->network).software;

	indicate(rpc, MODE_SET_DONE, rpc->mode == MODE_ON && !on ? 0 : rpc->mode, 0, 0);
	after_sim_open(rpc);
}

/* State 0 with a mode: locked. */
static void call_fcc_lock_query(struct rpc *rpc, const struct rpc_call *call,
				struct rpc_frame *out)
{
	const struct fcc *fcc = network_fcc(rpc->network);

	(void)call;
	put_result(out);
	rpc_put_long(out, !fcc_locked(fcc));
	rpc_put_long(out, fcc->enabled);
}

static void call_gen_challenge(struct rpc *rpc, const struct rpc_call *call,
			       struct rpc_frame *out)
{
	(void)call;
	put_result(out);
	rpc_put_long(out, fcc_challenge(network_fcc(rpc->network)));
}

/* 1: the response is right. */
static void call_ver_challenge(struct rpc *rpc, const struct rpc_call *call,
			       struct rpc_frame *out)
{
	rpc_put_long(out, call->count &&
		     fcc_unlock(network_fcc(rpc->network), call->arguments[0].number));
}

/* The PIN in argument @index; "" where there is none. */
static void get_pin(const struct rpc_call *call, size_t index, char *pin)
{
	const struct rpc_argument *argument = &call->arguments[index];
	size_t len = 0;

	while (index < call->count && argument->data && len < argument->len && len < PIN_BYTES &&
	       argument->data[len] != 0xff) {
		pin[len] = (char)argument->data[len];
		len++;
	}
	pin[len] = '\0';
}

static unsigned int pin_words(const struct sim *sim, int error)
{
	enum sim_state state = sim_state(sim);

	switch (error) {
	case 0:
		return SW_OK;
	case -ENOMEDIUM:
		return SW_NO_CARD;
	case -EACCES:
		return SW_WRONG_PIN + sim->pin_attempts;
	case -EPERM:
		return state == SIM_PUK_NEEDED || state == SIM_BLOCKED ? SW_BLOCKED : SW_INVALIDATED;
	default:
		return SW_WRONG_DATA;
	}
}

/* A change has the new PIN first, then the old one. */
static int do_pin(struct sim *sim, const struct rpc_call *call, uint32_t operation)
{
	char first[PIN_BYTES + 1], second[PIN_BYTES + 1];

	get_pin(call, 4, first);
	get_pin(call, 5, second);
	switch (operation) {
	case PIN_DISABLE:
	case PIN_ENABLE:
		return sim_enable_pin(sim, first, operation == PIN_ENABLE);
	case PIN_CHANGE:
		return sim_change_pin(sim, second, first);
	default:
		return -EINVAL;
	}
}

/* Of ten values: attempts, SW2 and SW1 at 2 to 4, the operation at 7; others say nothing. */
static void call_gen_pin(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out)
{
	struct sim *sim = network_sim(rpc->network);
	uint32_t operation = call->count > 1 ? call->arguments[1].number : 0;
	unsigned int words = pin_words(sim, do_pin(sim, call, operation));

	put_result(out);
	rpc_put_long(out, 0);
	rpc_put_long(out, sim->pin_attempts);
	rpc_put_long(out, words & 0xff);
	rpc_put_long(out, words >> 8);
	rpc_put_long(out, 0);
	rpc_put_long(out, 0);
	rpc_put_long(out, operation);
	rpc_put_long(out, 0);
	rpc_put_long(out, 0);
}

static void call_attach_apn(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out)
{
	rpc_attach_apn(rpc->network, call);
	put_result(out);
}

/* The modem attaches with its own access point, and that is the bearer. */
static void call_attach(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out)
{
	const struct apn_attach *with = &network_apn(rpc->network)->attach[APN_HOME];
	enum network_ip_type type = NETWORK_IPV4V6;
	int err = network_attach(rpc->network, true);

	(void)call;
	if (with->ip_type == NETWORK_IPV4 || with->ip_type == NETWORK_IPV6)
		type = (enum network_ip_type)with->ip_type;
	if (!err && network_bearer(rpc->network, SESSION)->state == NETWORK_BEARER_INACTIVE)
		err = network_connect(rpc->network, SESSION, with->apn, type);
	rpc->attach_wanted = err;
	put_result(out);
	rpc_put_long(out, err ? NOT_ALLOWED : 0);
}

static const struct network_ip *active_ip(const struct rpc *rpc)
{
	const struct network_bearer *bearer = network_bearer(rpc->network, SESSION);

	return bearer->state == NETWORK_BEARER_ACTIVE ? &bearer->ip : NULL;
}

/* Room for three addresses, of which the last one that is not zero counts. */
static void call_get_address(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out)
{
	const struct network_ip *ip = active_ip(rpc);
	uint8_t addresses[12] = { 0 };

	(void)call;
	if (ip && ip->type & NETWORK_IPV4)
		memcpy(addresses, ip->ipv4, 4);
	put_result(out);
	rpc_put_string(out, addresses, sizeof(addresses));
}

static void call_get_dns(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out)
{
	const struct network_ip *ip = active_ip(rpc);
	unsigned int pairs = 0;

	(void)call;
	put_result(out);
	for (unsigned int i = 0; ip && ip->type & NETWORK_IPV4 && i < 2; i++, pairs++) {
		rpc_put_string(out, ip->ipv4_dns[i], 4);
		rpc_put_long(out, DNS_IPV4);
	}
	for (unsigned int i = 0; ip && ip->type & NETWORK_IPV6 && i < 2; i++, pairs++) {
		rpc_put_string(out, ip->ipv6_dns[i], 16);
		rpc_put_long(out, DNS_IPV6);
	}
	for (; pairs < DNS_PAIRS; pairs++) {
		rpc_put_string(out, NULL, 0);
		rpc_put_long(out, DNS_NONE);
	}
}

/* The host cuts the last argument off and hands the rest back. */
static void call_ps_connect(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out)
{
	(void)call;
	rpc_put_long(out, active_ip(rpc) ? 0 : NOT_ALLOWED);
	rpc_put_long(out, 0);
}

static void call_deactivate(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out)
{
	(void)call;
	rpc_put_long(out, network_disconnect(rpc->network, SESSION) ? NOT_ALLOWED : 0);
}

/* Whatever is not here is answered with LONG 0, which hosts take as success. */
static const struct {
	uint32_t id;
	void (*answer)(struct rpc *rpc, const struct rpc_call *call, struct rpc_frame *out);
	void (*after)(struct rpc *rpc);
} calls[] = {
	{ CALL_SIM_OPEN, NULL, after_sim_open },
	{ CALL_GEN_PIN, call_gen_pin, NULL },
	{ CALL_GET_DNS, call_get_dns, NULL },
	{ CALL_GET_ADDRESS, call_get_address, NULL },
	{ CALL_DEACTIVATE, call_deactivate, NULL },
	{ CALL_PS_CONNECT, call_ps_connect, NULL },
	{ CALL_ATTACH, call_attach, NULL },
	{ CALL_MODE_SET, call_mode_set, after_mode_set },
	{ CALL_FCC_LOCK_QUERY, call_fcc_lock_query, NULL },
	{ CALL_GEN_CHALLENGE, call_gen_challenge, NULL },
	{ CALL_VER_CHALLENGE, call_ver_challenge, NULL },
	{ CALL_ATTACH_APN, call_attach_apn, NULL },
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

static void acknowledge(struct rpc *rpc)
{
	struct rpc_frame frame;

	rpc_begin(&frame, RPC_ACK, RPC_ASYNC);
	send_frame(rpc, &frame);
}

/* When all of these have come, in whatever order, the modem has its services. */
static const uint32_t starts[] = {
	CALL_SMS_INIT, CALL_CBS_INIT, CALL_NET_OPEN, CALL_SIGNAL_REPORTING, CALL_CS_INIT,
	CALL_PS_INITIALIZE, CALL_SS_INIT, CALL_SIM_OPEN,
};

#define STARTS (sizeof(starts) / sizeof(starts[0]))

static void note_start(struct rpc *rpc, uint32_t id)
{
	for (size_t i = 0; i < STARTS; i++)
		if (starts[i] == id)
			rpc->started |= 1u << i;
	if (rpc->started == (1u << STARTS) - 1)
		network_start_services(rpc->network);
}

static void take_call(struct rpc *rpc, const struct rpc_call *call)
{
	struct rpc_frame frame;
	size_t i = 0;

	record_event(rpc->record, "rpc", "call", "\"id\":%u,\"async\":%s,\"arguments\":%zu",
		     call->id, call->async ? "true" : "false", call->count);
	while (i < CALLS && calls[i].id != call->id)
		i++;
	rpc_begin(&frame, call->id, call->async ? RPC_ASYNC : RPC_SYNC);
	if (call->async) {
		acknowledge(rpc);
		rpc_put_long(&frame, RPC_ASYNC);
	}
	if (i < CALLS && calls[i].answer)
		calls[i].answer(rpc, call, &frame);
	else
		rpc_put_long(&frame, 0);
	send_frame(rpc, &frame);
	note_start(rpc, call->id);
	if (i < CALLS && calls[i].after)
		calls[i].after(rpc);
}

/* --- the channel --------------------------------------------------------- */

static void uplink(void *self, const uint8_t *data, size_t len)
{
	struct rpc *rpc = self;
	struct rpc_call call;

	if (rpc->echo)
		push(rpc, data, len);
	else if (rpc_parse(&call, data, len))
		take_call(rpc, &call);
	else
		record_event(rpc->record, "rpc", "malformed", "\"bytes\":%zu", len);
}

static void opened(void *self, struct channel *channel)
{
	struct rpc *rpc = self;

	rpc->channel = channel;
	sendq_open(&rpc->queue, channel);
}

static void writable(void *self)
{
	struct rpc *rpc = self;

	sendq_flush(&rpc->queue);
}

static void closed(void *self)
{
	struct rpc *rpc = self;

	rpc->channel = NULL;
	sendq_clear(&rpc->queue);
}

const struct channel_protocol *rpc_protocol(void)
{
	static const struct channel_protocol protocol = {
		.name = "rpc",
		.opened = opened,
		.uplink = uplink,
		.writable = writable,
		.closed = closed,
	};

	return &protocol;
}

/* --- life ---------------------------------------------------------------- */

static void changed(void *self, unsigned int changes, unsigned int session)
{
	struct rpc *rpc = self;

	(void)session;
	if (changes & NETWORK_CHANGED_RESTART) {
		rpc->attach_wanted = rpc->sim_due = false;
		rpc->started = 0;
	}
	if (changes & NETWORK_CHANGED_SIM)
		tell_sim(rpc);
	if (changes & NETWORK_CHANGED_REGISTRATION && rpc->attach_wanted &&
	    network_registered(rpc->network)) {
		rpc->attach_wanted = false;
		indicate(rpc, ATTACH_ALLOWED, 0, 0, 1);
	}
}

static int command_echo(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct rpc *rpc = self;

	if (argc == 2 && !strcmp(argv[1], "on"))
		rpc->echo = true;
	else if (argc == 2 && !strcmp(argv[1], "off"))
		rpc->echo = false;
	else
		return control_fail(reply, "expected on|off");
	return 0;
}

struct rpc *rpc_new(const struct rpc_config *config)
{
	struct rpc *rpc = calloc(1, sizeof(*rpc));

	if (!rpc)
		return NULL;
	rpc->record = config->record;
	rpc->network = config->network;
	sendq_init(&rpc->queue, QUEUE_BYTES);
	rpc->observer.changed = changed;
	rpc->observer.self = rpc;
	network_observe(rpc->network, &rpc->observer);
	control_register(config->control, "rpc-echo",
			 "on|off: return what comes to the RPC port unchanged", command_echo, rpc);
	return rpc;
}

void rpc_free(struct rpc *rpc)
{
	if (!rpc)
		return;
	network_unobserve(rpc->network, &rpc->observer);
	sendq_clear(&rpc->queue);
	free(rpc);
}
