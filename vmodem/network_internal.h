/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by network*.c only.
 */
#ifndef VMODEM_NETWORK_INTERNAL_H
#define VMODEM_NETWORK_INTERNAL_H

#include "loop.h"
#include "network.h"

#define NETWORK_ANY_CONNECTS	(~0u)

/* One session. */
struct network_slot {
	struct network *network;
	unsigned int session;
	struct network_bearer bearer;
	enum network_ip_type asked;
	bool attached;			/* the carrier knows the bearer */
	uint32_t mtu;			/* of the next bearer */
	struct loop_timer timer;	/* armed while activating */
};

struct network {
	struct loop *loop;
	struct record *record;
	struct capture *capture;
	struct network_observer *observers;
	struct carrier carrier;
	struct downlink downlink;
	struct network_counters counters;

	struct sim sim;
	struct loop_timer swap_timer;	/* armed while another card is on its way */
	struct loop_timer sim_timer;	/* armed while the card starts */
	struct sms *sms;
	struct fcc fcc;
	struct apn apn;
	struct ussd ussd;
	struct network_radio radio;
	bool waits;			/* each start: network_start_services() ends it */
	bool waiting;
	bool usable;			/* radio on and SIM ready, as last acted upon */
	struct network_signal signal;

	struct network_registration registration;
	char selected[7];		/* operator chosen by hand; empty: automatic */
	unsigned int bands;		/* that may be used, bit n: network_bands[n] */
	enum network_class preferred_class;	/* taken where both are found */
	struct loop_timer search_timer;
	bool attached;
	bool stay_detached;		/* the host detached: no attach by itself */
	struct network_slot slots[NETWORK_SESSIONS];

	/* Set from outside, kept over network_reset(). */
	enum network_register_state coverage;
	unsigned int coverage_cause;
	unsigned int sim_ms, register_ms, connect_ms, scan_ms;
	unsigned int connected;		/* bit per session */
	unsigned int secondary_cells;
	unsigned int ip_types;		/* enum network_ip_type, what bearers can have */
	bool link_local;		/* bearers are told no other IPv6 address */
	unsigned int refuse_cause;	/* ESM cause for every activation; 0: none */
	unsigned int connects;		/* activations from one start to the next that end */
	unsigned int connects_left;
	struct apn_attach attached_with;	/* while attached */
};

/** network_set_sim_time() - how long a card takes from its next power-on; 0: no time. */
void network_set_sim_time(struct network *network, unsigned int ms);
void network_notify(struct network *network, unsigned int changes, unsigned int session);

/* network_register.c */
/** network_search() - look for a network, and register with what is found. */
void network_search(struct network *network);
/** network_leave() - stop to look for one, detach and deregister. */
void network_leave(struct network *network, unsigned int cause);
/** network_search_expired() - for the timer of the search. */
void network_search_expired(struct loop_timer *timer);

/* network_bearer.c */
void network_bearers_init(struct network *network);
/** network_bearers_forget() - all inactive, without telling anyone. */
void network_bearers_forget(struct network *network);
void network_bearers_down(struct network *network, unsigned int cause);

void network_control_register(struct network *network, struct control *control);

#endif /* VMODEM_NETWORK_INTERNAL_H */
