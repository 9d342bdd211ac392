/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the mux share; everybody else uses mux.h. */
#ifndef VMODEM_MUX_INTERNAL_H
#define VMODEM_MUX_INTERNAL_H

#include "loop.h"
#include "mux.h"
#include "mux_decode.h"
#include "mux_encode.h"
#include "mux_queue.h"

/* Most requests to the host that may wait for their answer at one time. */
#define MUX_REQUESTS		32u
/* How long the host may take for an answer. */
#define MUX_REQUEST_TIMEOUT_US	1000000u
/* Head padding beyond any use; it would eat small downlink buffers. */
#define MUX_DL_PADDING_MAX	256u
/* A modem has deep buffers: one session holds a second of a fast link. */
#define MUX_QUEUE_PACKETS	16384u
#define MUX_QUEUE_BYTES		(16u << 20)

/* A command to the host whose answer is awaited. */
struct mux_request {
	bool used;
	bool sent;
	bool link_status;	/* else flow control */
	bool stop;
	bool orphan;		/* the session was closed since: may be answered, need not */
	unsigned int session;
	uint32_t transaction;
	uint64_t due_us;
};

struct mux_session_counters {
	uint64_t uplink_packets, uplink_bytes;
	uint64_t downlink_packets, downlink_bytes;
	uint64_t downlink_drops_full, downlink_drops_oversize;
};

/* One session. Whether it is open stands in the decoder, which needs it as well. */
struct mux_session {
	struct mux *mux;
	unsigned int id;
	bool announced;		/* the host knows that it is open */
	bool in_doubt;		/* a close was lost, or an open refused: open or closed to the host */
	bool ip_hints;		/* the host understands hints */
	unsigned int dl_padding;
	struct mux_queue queue;

	/* Flow control: what was sent last, and the first block behind its ack. */
	bool stopped;
	bool stop_acked;
	uint64_t grace_block;	/* it may have been under way; 0: none seen */

	int64_t credits_least;	/* bytes that the host has at least ... */
	int64_t credits_most;	/* ... and at most */
	struct loop_timer remind_timer;
	unsigned int reminders;

	uint32_t queue_level;	/* what the host said last; its unit is unproven */
	struct mux_session_counters counters;
};

/* What happens to the next response of one kind. */
enum mux_fault_kind {
	MUX_FAULT_NONE,
	MUX_FAULT_LOSE,		/* the request never arrived */
	MUX_FAULT_MUTE,		/* acted on, not answered */
	MUX_FAULT_DELAY,	/* answered after value milliseconds */
	MUX_FAULT_CODE,		/* refused with value */
	MUX_FAULT_TRANSACTION,	/* answered with another transaction id */
	MUX_FAULT_SESSION,	/* answered with another session id */
	MUX_FAULT_SHORT,	/* answered without parameters */
	MUX_FAULT_TWICE,	/* answered twice */
};

struct mux_fault {
	enum mux_fault_kind kind;
	uint32_t value;
};

/* Bytes to overwrite in the next downlink data block. */
struct mux_poke {
	size_t offset;
	size_t len;		/* 0: nothing to do */
	uint8_t data[16];
};

/* A response that waits for its time. */
struct mux_delayed;

struct mux {
	struct mux_config config;
	struct channel *channel;	/* NULL: closed */
	struct mux_decoder decoder;
	struct mux_session sessions[IOSM_MUX_SESSIONS];
	unsigned int ul_padding;
	uint64_t blocks;		/* uplink blocks so far */

	/* Towards the host. */
	struct mux_queue commands;	/* always before data */
	struct mux_request requests[MUX_REQUESTS];
	struct loop_timer request_timer;
	uint32_t transaction;		/* of the next request */
	uint16_t data_sequence, command_sequence;
	struct loop_timer send_timer;	/* collects the packets of one round */
	bool blocked;			/* the channel refused; writable() follows */
	unsigned int turn;		/* session that is served first */
	bool tables_last;
	struct mux_encode_plan plan;
	uint8_t block[MUX_ENCODE_MAX];

	/* Transaction ids of the host's last commands. */
	uint32_t seen[16];
	unsigned int seen_count;

	uint32_t credit_window;

	struct mux_fault open_fault, close_fault;
	struct mux_poke poke;
	struct mux_delayed *delayed;
};

/* mux_command.c */
void mux_command_received(void *self, const struct mux_uplink_command *command);
void mux_command_init(struct mux *mux);
/** mux_command_reset() - the channel was opened or closed: nothing is open, nothing awaited. */
void mux_command_reset(struct mux *mux);
/** mux_command_flow() - stop or go. Returns 0, -ENOTCONN, or -EBUSY with too many unanswered. */
int mux_command_flow(struct mux *mux, unsigned int session, bool stop);
int mux_command_link_status(struct mux *mux, unsigned int session);
/** mux_command_sent() - the request with this id has left: its answer is due from now on. */
void mux_command_sent(struct mux *mux, uint32_t transaction);

/* mux_credits.c */
void mux_credits_init(struct mux_session *session);
void mux_credits_opened(struct mux_session *session);
void mux_credits_closed(struct mux_session *session);
/** mux_credits_go() - a go was sent. */
void mux_credits_go(struct mux_session *session);
void mux_credits_used(struct mux_session *session, size_t bytes);
void mux_credits_grant(struct mux_session *session, uint32_t bytes);

/* mux_downlink.c */
void mux_downlink_init(struct mux *mux);
void mux_downlink_reset(struct mux *mux);
/**
 * mux_downlink_command() - queue one finished block in front of all data and send it.
 * @transaction: of a request to the host, 0 for anything else
 */
void mux_downlink_command(struct mux *mux, const void *block, size_t len, uint32_t transaction);
/** mux_downlink_flush() - send as long as there is something and the host has buffers. */
void mux_downlink_flush(struct mux *mux);
int mux_downlink_packet(void *self, unsigned int session, const uint8_t *packet, size_t len);
size_t mux_downlink_backlog(void *self, unsigned int session);

/* mux_control.c */
void mux_control_init(struct mux *mux);

static inline bool mux_session_open(const struct mux_session *session)
{
	return session->mux->decoder.sessions[session->id].open;
}

#endif /* VMODEM_MUX_INTERNAL_H */
