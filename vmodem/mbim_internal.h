/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by mbim*.c only: the function's state, the table of services, and what the
 * handlers of commands are given.
 */
#ifndef VMODEM_MBIM_INTERNAL_H
#define VMODEM_MBIM_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apn.h"
#include "channel.h"
#include "identity.h"
#include "loop.h"
#include "mbim.h"
#include "mbim_buf.h"
#include "mbim_frame.h"
#include "mbim_wire.h"
#include "network.h"
#include "sms.h"

#define MBIM_QUEUE_BYTES	(4u << 20)
#define MBIM_FILTERS_BYTES	4096	/* packet filters of one session, as sent */
#define MBIM_FILTER_MAX		192	/* bytes of one filter */
#define MBIM_SAR_ANTENNAS	2
#define MBIM_TRACE_COMMANDS	4
#define MBIM_SIGNAL_INTERVAL_S	30	/* between indications, by default */

/* Sizes on the wire, in bytes, that the standard allows (2.3). */
#define MBIM_APN_BYTES		200
#define MBIM_USER_BYTES		510
#define MBIM_PIN_BYTES		32
#define MBIM_PROVIDER_BYTES	12
#define MBIM_PROVIDER_NAME_BYTES 40

/* The same as UTF-8, at most 3 bytes a character, and a terminator. */
#define MBIM_APN_SIZE		(MBIM_APN_BYTES / 2 * 3 + 4)
#define MBIM_USER_SIZE		(MBIM_USER_BYTES / 2 * 3 + 4)
#define MBIM_PIN_SIZE		(MBIM_PIN_BYTES / 2 * 3 + 4)
#define MBIM_PROVIDER_SIZE	(MBIM_PROVIDER_BYTES / 2 * 3 + 4)
#define MBIM_PROVIDER_NAME_SIZE	(MBIM_PROVIDER_NAME_BYTES / 2 * 3 + 4)

/* A command of the host, its header decoded. */
struct mbim_command {
	uint32_t transaction;
	const struct mbim_service *service;	/* NULL: unknown, only its UUID counts */
	uint8_t uuid[MBIM_UUID];
	uint32_t cid;
	uint32_t type;			/* 0 query, 1 set */
};

/**
 * mbim_handler - do one command.
 * @in: its information buffer
 * @out: the answer's information buffer, empty
 *
 * Returns the status. A non-empty @out is sent whatever the status is.
 */
typedef uint32_t (*mbim_handler)(struct mbim *mbim, const struct mbim_command *command,
				 struct mbim_reader *in, struct mbim_bytes *out);

/* One command of a service; NULL: that type of command does not exist. */
struct mbim_cid {
	uint32_t cid;
	mbim_handler query, set;
	/* Offered by this modem? NULL: always. */
	bool (*offered)(const struct mbim *mbim);
};

struct mbim_service {
	const char *name;
	uint8_t uuid[MBIM_UUID];
	const struct mbim_cid *cids;
	size_t count;
	uint32_t notifying;		/* bit per CID: can be subscribed */
	uint32_t standard;		/* bit per CID: on after OPEN (rule 5) */
};

/* In the order of the table mbim_services. */
enum mbim_service_index {
	MBIM_SERVICE_BASIC,
	MBIM_SERVICE_EXT,
	MBIM_SERVICE_SMS,
	MBIM_SERVICE_USSD,
	MBIM_SERVICE_PHONEBOOK,
	MBIM_SERVICE_STK,
	MBIM_SERVICE_AUTH,
	MBIM_SERVICE_UICC,
	MBIM_SERVICE_FIRMWARE_ID,
	MBIM_SERVICE_HOST_SHUTDOWN,
	MBIM_SERVICE_SAR,
	MBIM_SERVICE_VOICE,
	MBIM_SERVICE_INTEL_FIRMWARE,
	MBIM_SERVICE_INTEL_THERMAL,
	MBIM_SERVICE_INTEL_AUTHENTICATION,
	MBIM_SERVICE_INTEL_TOOLS,
	MBIM_SERVICES,
};

extern const struct mbim_service *const mbim_services[MBIM_SERVICES];
extern const struct mbim_service mbim_basic_service;
extern const struct mbim_service mbim_ext_service;
extern const struct mbim_service mbim_sms_service;
extern const struct mbim_service mbim_ussd_service;
extern const struct mbim_service mbim_phonebook_service;
extern const struct mbim_service mbim_stk_service;
extern const struct mbim_service mbim_auth_service;
extern const struct mbim_service mbim_uicc_service;
extern const struct mbim_service mbim_firmware_id_service;
extern const struct mbim_service mbim_host_shutdown_service;
extern const struct mbim_service mbim_sar_service;
extern const struct mbim_service mbim_voice_service;
extern const struct mbim_service mbim_intel_firmware_service;
extern const struct mbim_service mbim_intel_thermal_service;
extern const struct mbim_service mbim_intel_authentication_service;
extern const struct mbim_service mbim_intel_tools_service;

/** mbim_service_index() - -1 when the modem does not offer it. */
int mbim_service_index(const struct mbim *mbim, const uint8_t *uuid);
/** mbim_find_cid() - NULL when the modem does not offer it. */
const struct mbim_cid *mbim_find_cid(const struct mbim *mbim, const struct mbim_service *service,
				     uint32_t cid);

/* A command whose answer is still to come. */
struct mbim_pending {
	struct mbim_pending *next;
	struct mbim_command command;
	unsigned int session;
};

/* A message that waits for its time. */
struct mbim_delayed {
	struct mbim_delayed *next;
	struct mbim *mbim;
	struct loop_timer timer;
	size_t len;
	uint8_t message[];
};

struct mbim_signal_config {
	uint32_t interval_s, rssi_threshold, error_threshold;
};

/* Specific absorption rate: how far the host has the transmitter backed off. */
struct mbim_sar {
	uint32_t mode, state;
	uint32_t index[MBIM_SAR_ANTENNAS];
	uint32_t notify, hysteresis_s;
	bool shown;			/* whether it transmits, as the host knows */
};

struct mbim {
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct network *network;
	struct network_observer observer;
	struct sms_observer sms_observer;
	const struct identity *identity;
	struct channel *channel;	/* NULL: the pipes are closed */
	struct sendq queue;

	/* From one OPEN to the next. */
	bool open;
	uint32_t limit;			/* bytes of one message, both ways */
	uint16_t version;		/* MBIMEx in force: decides layouts */
	uint32_t subscribed[MBIM_SERVICES];	/* bit per CID */
	struct mbim_joiner joiner;
	struct mbim_pending *pending;
	struct mbim_signal_config signal_config;
	struct network_signal signal_shown;	/* in the last indication */
	struct loop_timer signal_timer;
	uint8_t *filters[NETWORK_SESSIONS];	/* information buffers as set */
	size_t filters_len[NETWORK_SESSIONS];
	uint8_t stk_host[32];		/* bit per proactive command: the host handles it */
	bool stk_due;			/* one waits to be indicated */

	/* Changes of the network that are not indicated yet. */
	struct loop_timer notify_timer;
	bool busy;			/* in a command: its answer goes first */
	unsigned int changes;		/* enum network_change */
	unsigned int bearers, ips;	/* bit per session */
	enum sim_state sim_shown;

	/* The message for the screen that is being indicated. */
	const uint8_t *flash;
	size_t flash_len;
	const char *ussd_told;		/* that is being indicated */

	/* Kept over OPEN and CLOSE. */
	uint16_t own_version;
	uint32_t next_fragmented;	/* transaction of the next fragmented indication */
	uint8_t context_types[NETWORK_SESSIONS][MBIM_UUID];
	uint32_t idle_hint;
	struct mbim_sar sar;
	struct loop_timer sar_timer;	/* armed while a change has not lasted long enough */
	struct loop_timer scan_timer;	/* armed while the host waits for the operators */
	unsigned int uicc_channels;	/* bit per open one; 8 bits up: it goes to an eSIM's ISD-R */
	uint32_t uicc_pass_through;
	uint8_t uicc_terminal[255];	/* terminal capability of the host */
	size_t uicc_terminal_len;
	uint32_t pdu_hint;
	uint32_t trace[MBIM_TRACE_COMMANDS];
	bool rfim_wanted;
	void (*restart)(void *self, enum mbim_restart how);
	void *restart_self;

	/* What control commands changed. */
	bool echo;
	uint32_t hidden;		/* bit per service: as if the modem did not have it */
	uint64_t silent;		/* so many commands get no answer */
	uint64_t delay_ms;		/* of each COMMAND_DONE */
	struct mbim_delayed *delayed;

	uint8_t message[MBIM_MESSAGE_MAX];	/* being written */
};

/* --- mbim_send.c ---------------------------------------------------------- */

/** mbim_push() - one transfer as it is; @self is the struct mbim. */
void mbim_push(void *self, const uint8_t *message, size_t len);
/** mbim_send_short() - a message of one value: OPEN_DONE, CLOSE_DONE, FUNCTION_ERROR. */
void mbim_send_short(struct mbim *mbim, uint32_t type, uint32_t transaction, uint32_t value);
void mbim_send_error(struct mbim *mbim, uint32_t transaction, uint32_t error);
/** mbim_start_buffer() - room for an information buffer behind @header bytes of mbim->message. */
struct mbim_bytes mbim_start_buffer(struct mbim *mbim, size_t header);
/** mbim_send_done() - the answer to @command, whose information buffer lies in @out. */
void mbim_send_done(struct mbim *mbim, const struct mbim_command *command, uint32_t status,
		    const struct mbim_bytes *out);
/** mbim_cancel_all() - forget whatever waits, unanswered. */
void mbim_cancel_all(struct mbim *mbim);
/** mbim_cancel_transaction() - the same for one id: when it comes again it belongs to the newer command (1.4). */
void mbim_cancel_transaction(struct mbim *mbim, uint32_t transaction);

/** mbim_pend() - keep @command for a later answer; NULL: no memory, answer MBIM_STATUS_BUSY. */
struct mbim_pending *mbim_pend(struct mbim *mbim, const struct mbim_command *command,
			       unsigned int session);
/** mbim_find_pending() - by command; @session is what mbim_pend() was given. */
struct mbim_pending *mbim_find_pending(struct mbim *mbim, const struct mbim_service *service,
				       uint32_t cid, unsigned int session);

/** mbim_encoder - write the information buffer of an answer or indication. */
typedef void (*mbim_encoder)(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);

/** mbim_complete() - answer @pending, which is gone afterwards. */
void mbim_complete(struct mbim *mbim, struct mbim_pending *pending, uint32_t status,
		   mbim_encoder encode);

/** mbim_indicate() - send an indication unless the host does not want it. */
void mbim_indicate(struct mbim *mbim, enum mbim_service_index service, uint32_t cid,
		   mbim_encoder encode, unsigned int session);

/* --- mbim.c --------------------------------------------------------------- */

/** mbim_restarted() - the modem's firmware starts anew: no host has opened it yet. */
void mbim_restarted(struct mbim *mbim);

/* --- mbim_notify.c: changes of the network ------------------------------- */

void mbim_notify_init(struct mbim *mbim);
/** mbim_notify_opened() - the host just sent OPEN: what it sees from now on is new to it. */
void mbim_notify_opened(struct mbim *mbim);
void mbim_notify_closed(struct mbim *mbim);
/** mbim_notify_flush() - answer what waited for a change, then indicate. */
void mbim_notify_flush(struct mbim *mbim);
/** mbim_notify_signal_config() - the interval or a threshold changed. */
void mbim_notify_signal_config(struct mbim *mbim);

/* --- handlers by topic ---------------------------------------------------- */

/* mbim_device.c */
uint32_t mbim_query_device_caps(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_ext_device_caps(struct mbim *mbim, const struct mbim_command *command,
				    struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_device_services(struct mbim *mbim, const struct mbim_command *command,
				    struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_subscribe_list(struct mbim *mbim, const struct mbim_command *command,
				 struct mbim_reader *in, struct mbim_bytes *out);
void mbim_default_subscriptions(struct mbim *mbim);

/* mbim_sim.c */
uint32_t mbim_query_subscriber(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_pin(struct mbim *mbim, const struct mbim_command *command,
			struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_pin(struct mbim *mbim, const struct mbim_command *command,
		      struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_pin_list(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out);
void mbim_encode_subscriber(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);

/* mbim_register.c */
uint32_t mbim_query_radio(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_radio(struct mbim *mbim, const struct mbim_command *command,
			struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_register(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_register(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_packet_service(struct mbim *mbim, const struct mbim_command *command,
				   struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_packet_service(struct mbim *mbim, const struct mbim_command *command,
				 struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_signal(struct mbim *mbim, const struct mbim_command *command,
			   struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_signal(struct mbim *mbim, const struct mbim_command *command,
			 struct mbim_reader *in, struct mbim_bytes *out);
void mbim_encode_radio(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_encode_register(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_encode_packet_service(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_encode_signal(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
/** mbim_status_of() - the status for an error of network.h. */
uint32_t mbim_status_of(int error);

/* mbim_provider.c */
uint32_t mbim_query_home_provider(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_home_provider(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_preferred(struct mbim *mbim, const struct mbim_command *command,
			      struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_preferred(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_visible(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out);
void mbim_encode_preferred(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_scan_init(struct mbim *mbim);

/* mbim_connect.c */
uint32_t mbim_query_connect(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_connect(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_ip(struct mbim *mbim, const struct mbim_command *command,
		       struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_statistics(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out);
void mbim_encode_connect(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_encode_ip(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
/** mbim_connect_changed() - the bearer of @session changed: answer who waits for it. */
void mbim_connect_changed(struct mbim *mbim, unsigned int session);
bool mbim_context_type_known(const uint8_t *uuid);
extern const uint8_t mbim_context_none[MBIM_UUID];

/* mbim_context.c */
void mbim_contexts_init(struct mbim *mbim);
uint32_t mbim_query_contexts(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_context(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_attach_config(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_attach_config(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_attach_info(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out);
void mbim_encode_attach_config(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_encode_attach_info(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_encode_contexts(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);

/* mbim_ext_device.c */
uint32_t mbim_query_slot_mappings(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_slot_mappings(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_slot(struct mbim *mbim, const struct mbim_command *command,
			 struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_pco(struct mbim *mbim, const struct mbim_command *command,
			struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_device_reset(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_location(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_configuration(struct mbim *mbim, const struct mbim_command *command,
				  struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_parameters(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_parameters(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_wake_reason(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out);
void mbim_encode_slot(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_encode_pco(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);
void mbim_encode_location(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);

/* mbim_context_v2.c */
uint32_t mbim_query_contexts_v2(struct mbim *mbim, const struct mbim_command *command,
				struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_context_v2(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out);
void mbim_encode_contexts_v2(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);

/* mbim_wish.c */
uint32_t mbim_set_service_activation(struct mbim *mbim, const struct mbim_command *command,
				     struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_idle_hint(struct mbim *mbim, const struct mbim_command *command,
			      struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_idle_hint(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_emergency(struct mbim *mbim, const struct mbim_command *command,
			      struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_query_filters(struct mbim *mbim, const struct mbim_command *command,
			    struct mbim_reader *in, struct mbim_bytes *out);
uint32_t mbim_set_filters(struct mbim *mbim, const struct mbim_command *command,
			  struct mbim_reader *in, struct mbim_bytes *out);
void mbim_filters_clear(struct mbim *mbim);

/* mbim_ussd.c */
/** mbim_ussd_tell() - the network says @text without being asked. */
void mbim_ussd_tell(struct mbim *mbim, const char *text);

/* mbim_phonebook.c */
/** mbim_phonebook_sim_changed() - the phone book came or went with the SIM. */
void mbim_phonebook_sim_changed(struct mbim *mbim);

/* mbim_stk.c */
/** mbim_stk_send() - the card begins a command of stk.h. Returns false when it can't. */
bool mbim_stk_send(struct mbim *mbim, uint8_t type, const char *text);
/** mbim_stk_pass() - the command that waits on the card: for the host, or answered here. */
void mbim_stk_pass(struct mbim *mbim);
/** mbim_stk_flush() - indicate the command that is due. */
void mbim_stk_flush(struct mbim *mbim);
/** mbim_stk_forget() - the host is gone, and with it what it handled. */
void mbim_stk_forget(struct mbim *mbim);
void mbim_stk_sim_changed(struct mbim *mbim);

/* mbim_uicc.c */
/** mbim_card_status() - why the card answers nothing; MBIM_STATUS_NONE when it does. */
uint32_t mbim_card_status(struct mbim *mbim);

/* mbim_sar.c */
void mbim_sar_init(struct mbim *mbim);
/** mbim_sar_forget() - the host that wanted to be told is gone. */
void mbim_sar_forget(struct mbim *mbim);
void mbim_sar_bearers_changed(struct mbim *mbim);

/* mbim_intel.c */
void mbim_encode_rfim(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);

/* mbim_ms.c */
void mbim_encode_nitz(struct mbim *mbim, struct mbim_bytes *out, unsigned int session);

/* mbim_sms.c */
void mbim_sms_init(struct mbim *mbim);
/** mbim_sms_sim_changed() - the store came or went with the SIM. */
void mbim_sms_sim_changed(struct mbim *mbim);

/* mbim_control.c */
void mbim_control_register(struct mbim *mbim, struct control *control);

#endif /* VMODEM_MBIM_INTERNAL_H */
