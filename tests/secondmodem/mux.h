/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data channel: sessions, their blocks and commands.
 */
#ifndef MUX_H
#define MUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SESSIONS	8

#define ADBH	0x48424441
#define ADTH	0x48544441
#define ADGH	0x48474441
#define ACBH	0x48424341
#define CMDH	0x48444d43
#define QLTH	0x48544c51
#define FCTH	0x48544346

struct session {
	bool open;
	bool stopped;			/* the host has acknowledged a stop */
	uint32_t up_padding, down_padding;
	int64_t credits;
	uint32_t grant;			/* to be sent */
	bool bursting;			/* more blocks were promised: next_count of them */
	uint8_t next_count;
	unsigned long up, down;		/* packets */
};

extern struct session sessions[SESSIONS];

void mux_uplink(const uint8_t *data, size_t size);
void mux_closed(void);			/* one of its pipes */
void mux_stop(void);
void mux_serve(void);
bool mux_pending(void);
void mux_open(uint8_t id, uint32_t down_padding);
void mux_close(uint8_t id);
void mux_packet(uint8_t id, const uint8_t *packet, size_t size);	/* a packet came up */

/* mux_up.c: data blocks of the host */
void up_aggregated(const uint8_t *data, size_t size);
void up_single(const uint8_t *data, size_t size);
void up_level(const uint8_t *data, size_t size);
void up_stop(void);

/* mux_down.c: data blocks to the host */
void down_packet(uint8_t id, const uint8_t *packet, size_t size);
void down_serve(void);
bool down_pending(void);
void down_drop(uint8_t id);		/* what waits for a session that ended */

/* mux_command.c */
void command_flat(const uint8_t *data, size_t size);
void command_block(const uint8_t *data, size_t size);
void command_serve(void);
bool command_pending(void);
void command_stop(void);
void command_session_gone(uint8_t id);
void command_grant(uint8_t id, uint32_t bytes);

/* network.c */
void network_uplink(uint8_t id, const uint8_t *packet, size_t size);
bool network_is_packet(const uint8_t *packet, size_t size);
void network_connect(uint8_t id, bool connected);
bool network_connected(uint8_t id);

#endif
