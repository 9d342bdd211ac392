/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mobile network behind the modem: radio, SIM, registration, signal, bearers and
 * the IP configuration of each session. It knows no channel and no wire format; mbim,
 * at and rpc translate it for clients, mux.c brings it the packets.
 *
 * Its state survives whatever a client does to its port. Everything is synchronous
 * but two things that take time on a real network, registration and the activation of
 * a bearer: those run on timers and end in a call of the observers.
 *
 * Functions that can be refused return 0 or
 *	-EINVAL		no such session, value out of range
 *	-ENOMEDIUM	no SIM			-EACCES		the SIM waits for its PIN
 *	-ENETDOWN	the radio is off	-ENOLINK	not registered
 *	-ENETUNREACH	packet service detached	-ENOENT		operator not visible
 *	-EBUSY		the session is in use	-ENOTCONN	the session is not in use
 *	-EPERM		the FCC lock keeps the radio off
 *	-EAGAIN		the SIM is starting	-EIO		the SIM fails
 *	-ENOKEY		the subscription is not activated
 */
#ifndef VMODEM_NETWORK_H
#define VMODEM_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apn.h"
#include "carrier.h"
#include "fcc.h"
#include "sim.h"
#include "ussd.h"

struct capture;
struct control;
struct loop;
struct network;
struct record;
struct sms;

#define NETWORK_SESSIONS	8
#define NETWORK_MTU		1500
#define NETWORK_MTU_MIN		576	/* every IPv4 host must take that much, RFC 791 */
#define NETWORK_MTU_MAX		1500	/* what the hardware's links carry */
#define NETWORK_APN_MAX		100	/* characters, TS 23.003 */
#define NETWORK_UNKNOWN		(-1000)	/* dBm and dB that nobody measured */

#define NETWORK_CAUSE_REGULAR	36	/* ESM: regular deactivation */
#define NETWORK_CAUSE_NOT_ALLOWED 11	/* EMM: this network is not for this subscriber */

/* Radio access, with the values that 3GPP based protocols use for them. */
enum network_class {
	NETWORK_GPRS	= 0x01,
	NETWORK_EDGE	= 0x02,
	NETWORK_UMTS	= 0x04,
	NETWORK_HSDPA	= 0x08,
	NETWORK_HSUPA	= 0x10,
	NETWORK_LTE	= 0x20,
};

#define NETWORK_CLASSES	(NETWORK_UMTS | NETWORK_HSDPA | NETWORK_HSUPA | NETWORK_LTE)

/* Bands as +XACT numbers them: UMTS as they are, LTE 100 more. There are cells in two. */
#define NETWORK_BANDS		10
#define NETWORK_ALL_BANDS	((1u << NETWORK_BANDS) - 1)
extern const unsigned int network_bands[NETWORK_BANDS];

enum network_register_state {
	NETWORK_DEREGISTERED,
	NETWORK_SEARCHING,
	NETWORK_HOME,
	NETWORK_ROAMING,
	NETWORK_PARTNER,
	NETWORK_DENIED,
};

#define NETWORK_REGISTER_STATES	6
extern const char *const network_register_names[NETWORK_REGISTER_STATES];

/* One operator that can be received here. */
struct network_provider {
	const char *id;			/* MCC and MNC */
	const char *name;
	unsigned int mcc, mnc;
	bool home, forbidden;
};

struct network_registration {
	enum network_register_state state;
	bool manual;
	unsigned int cause;		/* why denied, EMM cause (TS 24.301) */
	const struct network_provider *provider;	/* NULL unless registered */
	uint32_t available_classes;	/* enum network_class, 0 unless registered */
	uint32_t preferred_classes;
};

struct network_radio {
	bool hardware, software;	/* both on: the radio is on */
};

struct network_packet_service {
	bool attached;
	uint32_t current_class;
	uint64_t uplink_bps, downlink_bps;
};

struct network_signal {
	unsigned int rssi;		/* 0..31: -113 + 2 n dBm; 99 unknown */
	unsigned int error_rate;	/* 0..7; 99 unknown */
	int rsrp_dbm, rsrq_db;		/* NETWORK_UNKNOWN */
	int snr_half_db;		/* 2 * dB; NETWORK_UNKNOWN */
};

/* Where the modem camps while registered. */
struct network_cell {
	const struct network_provider *provider;
	uint32_t tac, cell_id, earfcn, physical_id;	/* UINT32_MAX: unknown */
	unsigned int band;		/* of LTE */
	int rsrp_dbm, rsrq_db;
};

enum network_ip_type {
	NETWORK_IPV4 = 1,
	NETWORK_IPV6 = 2,
	NETWORK_IPV4V6 = 3,
};

/* The IP configuration of one session; addresses in network byte order. */
struct network_ip {
	enum network_ip_type type;
	uint8_t ipv4[4], ipv4_gateway[4], ipv4_dns[2][4];
	unsigned int ipv4_prefix;
	uint8_t ipv6[16], ipv6_gateway[16], ipv6_dns[2][16];
	unsigned int ipv6_prefix;
	uint32_t mtu;
};

enum network_bearer_state {
	NETWORK_BEARER_INACTIVE,
	NETWORK_BEARER_ACTIVATING,
	NETWORK_BEARER_ACTIVE,
};

struct network_bearer {
	enum network_bearer_state state;
	char apn[NETWORK_APN_MAX + 1];
	struct network_ip ip;		/* while active; type also while activating */
	/*
	 * ESM cause (TS 24.301): why the last activation failed or the bearer was
	 * taken down; 0 for the host's own wish. Active with a cause: less was granted
	 * than asked for (50, 51).
	 */
	unsigned int cause;
};

struct network_counters {
	uint64_t uplink_packets, uplink_bytes;
	uint64_t uplink_drops;		/* no bearer, or not of the bearer's IP version */
	uint64_t downlink_packets, downlink_bytes;
	uint64_t downlink_drops;	/* no bearer, session closed or its queue full */
};

enum network_change {
	NETWORK_CHANGED_RADIO		= 1 << 0,
	NETWORK_CHANGED_REGISTRATION	= 1 << 1,
	NETWORK_CHANGED_PACKET_SERVICE	= 1 << 2,
	NETWORK_CHANGED_SIGNAL		= 1 << 3,
	NETWORK_CHANGED_BEARER		= 1 << 4,	/* session in the second argument */
	NETWORK_CHANGED_IP		= 1 << 5,	/* session in the second argument */
	NETWORK_CHANGED_SIM		= 1 << 6,
	NETWORK_CHANGED_RESTART		= 1 << 7,	/* network_reset(): the modem starts anew */
	NETWORK_CHANGED_APN		= 1 << 8,	/* the access points that are remembered */
	NETWORK_CHANGED_PREFERRED	= 1 << 9,	/* the operators that the card prefers */
};

/* Whoever wants to know of changes (mbim for its indications). */
struct network_observer {
	void (*changed)(void *self, unsigned int changes, unsigned int session);
	void *self;
	struct network_observer *next;	/* private to network.c */
};

struct network_config {
	struct loop *loop;
	struct record *record;
	struct control *control;	/* NULL: no control commands */
	struct capture *capture;	/* of the packets; may be NULL */
	/*
	 * Sessions whose bearers are active whenever the modem is attached, without
	 * any client asking: "all", or a list like "0,3,6". NULL or "": none.
	 */
	const char *connected;
	enum sim_state sim;		/* at the start; SIM_READY unless set */
	enum network_register_state coverage;	/* what the network offers at the start */
	bool coverage_set;		/* false: home */
	unsigned int coverage_cause;	/* why denied, EMM cause */
	bool fcc_lock;			/* the radio stays off until it is unlocked */
	bool waits;			/* after each start nothing works until network_start_services() */
	unsigned int sim_ms;		/* from a card's power-on until it is read */
	unsigned int register_ms;	/* from searching to registered */
	unsigned int connect_ms;	/* from activating to active */
};

/** network_new() - returns NULL with errno set: EINVAL when @config->connected makes no sense. */
struct network *network_new(const struct network_config *config);
void network_free(struct network *network);

/**
 * network_reset() - the modem restarts.
 *
 * The radio comes on, the SIM asks for an enabled PIN again, the bearers and the
 * counters are gone. What control commands set about the network itself stays.
 */
void network_reset(struct network *network);

void network_observe(struct network *network, struct network_observer *observer);
void network_unobserve(struct network *network, struct network_observer *observer);

/**
 * network_waiting() - is nothing started yet?
 *
 * An XMM7360 on PCIe gives its SIM no power and has no services until a host calls for
 * them (field notes).
 */
bool network_waiting(const struct network *network);
void network_start_services(struct network *network);

/* The radio and the SIM. */
struct sim *network_sim(struct network *network);
/** network_apn() - the access points; call network_apn_changed() after writing there. */
struct apn *network_apn(struct network *network);
void network_apn_changed(struct network *network);
/** network_preferred_changed() - call it after writing to the card's preferred operators. */
void network_preferred_changed(struct network *network);
/** network_fcc() - the lock; call network_set_radio() after unlocking. */
struct fcc *network_fcc(struct network *network);
struct ussd *network_ussd(struct network *network);
/** network_sms() - short messages; lives as long as the network. */
struct sms *network_sms(struct network *network);
/** network_usable() - 0 when the radio is on and the SIM ready, else why not. */
int network_usable(const struct network *network);
struct network_radio network_radio(const struct network *network);
/** network_set_radio() - the software switch. */
int network_set_radio(struct network *network, bool on);
void network_set_radio_hardware(struct network *network, bool on);

/* Registration. */
const struct network_registration *network_registration(const struct network *network);
bool network_registered(const struct network *network);
/**
 * network_register() - search again.
 * @provider_id: the operator to register with; NULL: automatic
 * @classes: enum network_class that may be used; 0: as before
 */
int network_register(struct network *network, const char *provider_id, uint32_t classes);
/**
 * network_use_bands() - search again, in bands that may be used from now on.
 * @bands: bit n: network_bands[n]
 * @classes: enum network_class that may be used
 * @preferred: what is taken where both are found: NETWORK_LTE or NETWORK_UMTS
 *
 * Kept for later where nothing can be searched for now.
 */
void network_use_bands(struct network *network, unsigned int bands, uint32_t classes,
		       enum network_class preferred);
unsigned int network_used_bands(const struct network *network);
enum network_class network_preferred_class(const struct network *network);
/** network_providers() - the operators that can be received here; *@count of them. */
const struct network_provider *network_providers(const struct network *network, size_t *count);
/** network_scan_ms() - how long a client that looks for operators waits. */
unsigned int network_scan_ms(const struct network *network);
/** network_operator_name() - of the operator @id, NULL when the modem does not know it. */
const char *network_operator_name(const char *id);
/** network_operator_id() - the other way. */
const char *network_operator_id(const char *name);
const struct network_provider *network_home_provider(const struct network *network);
/** network_secondary_cells() - carriers beside the serving cell's (carrier aggregation). */
unsigned int network_secondary_cells(const struct network *network);
/** network_cells() - fill @cells, the serving one first; returns how many, 0 unless registered. */
size_t network_cells(const struct network *network, struct network_cell *cells, size_t max);

/* What the network answers from now on; takes effect at once. */
void network_set_coverage(struct network *network, enum network_register_state state,
			  unsigned int cause);

struct network_signal network_signal(const struct network *network);
void network_set_signal(struct network *network, const struct network_signal *signal);

/* Packet service and bearers. */
struct network_packet_service network_packet_service(const struct network *network);
int network_attach(struct network *network, bool attach);
/** network_attached_with() - the access point as the network granted it; NULL unless attached. */
const struct apn_attach *network_attached_with(const struct network *network);

/**
 * network_connect() - activate a bearer on @session.
 *
 * When this returns 0 the network has been asked: the bearer is activating, active, or
 * refused (inactive with a cause). Observers hear of each step.
 */
int network_connect(struct network *network, unsigned int session, const char *apn,
		    enum network_ip_type type);
/** network_disconnect() - the host's wish. */
int network_disconnect(struct network *network, unsigned int session);
/** network_drop() - the network takes a bearer down for an ESM @cause. */
int network_drop(struct network *network, unsigned int session, unsigned int cause);
/** network_bearer() - @session must be below NETWORK_SESSIONS. */
const struct network_bearer *network_bearer(const struct network *network, unsigned int session);
/** network_default_ip() - what a bearer of @session gets unless the carrier knows better. */
void network_default_ip(unsigned int session, enum network_ip_type type, struct network_ip *ip);
int network_set_mtu(struct network *network, unsigned int session, uint32_t mtu);

/* Packets. The network owns the carrier from here on and frees it. */
void network_set_carrier(struct network *network, struct carrier carrier);
/** network_set_downlink() - where packets for the host go: the mux. */
void network_set_downlink(struct network *network, struct downlink downlink);
/** network_downlink() - where a carrier delivers: checks and counts, then passes on. */
struct downlink network_downlink(struct network *network);

/**
 * network_uplink() - one IP packet of the host on @session, called by mux.c.
 *
 * Dropped and counted when the session has no active bearer of the packet's IP
 * version, as in a real modem.
 */
void network_uplink(struct network *network, unsigned int session,
		    const uint8_t *packet, size_t len);

/** network_uplink_busy_us() - how long the next uplink packet has to wait at the host; 0: not. */
uint64_t network_uplink_busy_us(const struct network *network);

const struct network_counters *network_counters(const struct network *network);

#endif /* VMODEM_NETWORK_H */
