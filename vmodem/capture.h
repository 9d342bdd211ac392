/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture: IP packets and MBIM messages that cross between host and modem, as a
 * pcapng file for Wireshark and tshark (--pcap FILE, or "pcap FILE" at run time).
 *
 * One interface a session, "session0" and so on, and one for MBIM. Times are those of
 * the wall clock in nanoseconds, directions as the host sees them.
 */
#ifndef VMODEM_CAPTURE_H
#define VMODEM_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

struct capture;
struct control;
struct loop;
struct record;

enum capture_direction {
	CAPTURE_DOWNLINK = 1,		/* inbound to the host: epb_flags of pcapng */
	CAPTURE_UPLINK = 2,
};

/** capture_new() - nothing is captured yet. Returns NULL without memory. */
struct capture *capture_new(struct loop *loop, struct record *record, struct control *control);
void capture_free(struct capture *capture);

/** capture_start() - capture into a new file at @path. Returns 0 or a negative errno. */
int capture_start(struct capture *capture, const char *path);
void capture_stop(struct capture *capture);

/* One packet of @session, below NETWORK_SESSIONS. A NULL @capture is allowed. */
void capture_ip(struct capture *capture, unsigned int session, enum capture_direction direction,
		const uint8_t *packet, size_t len);
/* One transfer of the MBIM channel: a message or a fragment of one. */
void capture_mbim(struct capture *capture, enum capture_direction direction,
		  const uint8_t *message, size_t len);

#endif /* VMODEM_CAPTURE_H */
