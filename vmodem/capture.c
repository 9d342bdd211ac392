// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcapng, draft-ietf-opsawg-pcapng: a section header, one description an interface, then
 * one enhanced packet block a packet, all in this machine's byte order.
 *
 * MBIM has no link type of its own. Its messages are exported PDUs (link type 252): tags
 * in network byte order name the dissector, "mbim.control", that stock Wireshark has.
 */
#include "capture.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control.h"
#include "loop.h"
#include "network.h"
#include "record.h"

#define LINKTYPE_RAW		101
#define LINKTYPE_UPPER_PDU	252

#define BLOCK_SECTION		0x0a0d0d0au
#define BLOCK_INTERFACE		1u
#define BLOCK_PACKET		6u

#define OPTION_END		0
#define OPTION_IF_NAME		2
#define OPTION_IF_TSRESOL	9
#define OPTION_EPB_FLAGS	2

#define INTERFACE_MBIM		NETWORK_SESSIONS

/* Readers that follow the file see a packet after that time at the latest. */
#define FLUSH_US		50000

struct capture {
	struct loop *loop;
	struct record *record;
	FILE *file;			/* NULL: nothing is captured */
	char *path;
	uint64_t packets;
	struct loop_timer flush_timer;
};

struct option {
	uint16_t code, len;
};

struct section_block {
	uint32_t type, total, byte_order;
	uint16_t major, minor;
	uint32_t section_len[2];	/* all ones: not given */
	uint32_t total_again;
};

struct interface_block {
	uint32_t type, total;
	uint16_t link_type, reserved;
	uint32_t snap_len;		/* 0: no limit */
	struct option name_option;
	char name[8];			/* of 8 characters, so that nothing is padded */
	struct option resolution_option;
	uint8_t resolution[4];		/* 10^-n s in the first byte */
	struct option end;
	uint32_t total_again;
};

struct packet_block {
	uint32_t type, total, interface, time_high, time_low, captured, len;
};

struct packet_end {
	struct option flags_option;
	uint32_t flags;
	struct option end;
	uint32_t total_again;
};

/* EXP_PDU_TAG_DISSECTOR_NAME with 12 characters, then the end of the tags. */
static const char mbim_tags[] = "\0\x0c\0\x0c" "mbim.control" "\0\0\0";

/* A full disk must not stop the modem: say so once and go on without a capture. */
static void check_disk(struct capture *capture)
{
	if (!ferror(capture->file))
		return;
	record_say(capture->record, "the capture %s ends here: %s", capture->path,
		   strerror(errno));
	capture_stop(capture);
}

static void put(struct capture *capture, const void *data, size_t len)
{
	fwrite_unlocked(data, 1, len, capture->file);
}

static void put_section(struct capture *capture)
{
	const struct section_block block = {
		.type = BLOCK_SECTION, .total = sizeof(block), .byte_order = 0x1a2b3c4d,
		.major = 1, .section_len = { UINT32_MAX, UINT32_MAX },
		.total_again = sizeof(block),
	};

	put(capture, &block, sizeof(block));
}

static void put_interface(struct capture *capture, uint16_t link_type, const char name[8])
{
	struct interface_block block = {
		.type = BLOCK_INTERFACE, .total = sizeof(block), .link_type = link_type,
		.name_option = { OPTION_IF_NAME, sizeof(block.name) },
		.resolution_option = { OPTION_IF_TSRESOL, 1 }, .resolution = { 9 },
		.end = { OPTION_END, 0 }, .total_again = sizeof(block),
	};

	memcpy(block.name, name, sizeof(block.name));
	put(capture, &block, sizeof(block));
}

static void put_packet(struct capture *capture, uint32_t interface,
		       enum capture_direction direction, const char *tags, size_t tags_len,
		       const uint8_t *data, size_t data_len)
{
	static const uint8_t zero[3];
	size_t len = tags_len + data_len, padding = (4 - len % 4) % 4;
	struct timespec now;
	struct packet_block block = { .type = BLOCK_PACKET, .interface = interface };
	struct packet_end end = {
		.flags_option = { OPTION_EPB_FLAGS, 4 }, .flags = direction,
		.end = { OPTION_END, 0 },
	};
	uint64_t time;

	clock_gettime(CLOCK_REALTIME, &now);
	time = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	block.time_high = (uint32_t)(time >> 32);
	block.time_low = (uint32_t)time;
	block.captured = block.len = (uint32_t)len;
	block.total = (uint32_t)(sizeof(block) + len + padding + sizeof(end));
	end.total_again = block.total;
	put(capture, &block, sizeof(block));
	put(capture, tags, tags_len);
	put(capture, data, data_len);
	put(capture, zero, padding);
	put(capture, &end, sizeof(end));
	capture->packets++;
	if (!capture->flush_timer.armed)
		loop_timer_arm(&capture->flush_timer, FLUSH_US);
	check_disk(capture);
}

void capture_ip(struct capture *capture, unsigned int session, enum capture_direction direction,
		const uint8_t *packet, size_t len)
{
	if (capture && capture->file)
		put_packet(capture, session, direction, "", 0, packet, len);
}

void capture_mbim(struct capture *capture, enum capture_direction direction,
		  const uint8_t *message, size_t len)
{
	if (capture && capture->file)
		put_packet(capture, INTERFACE_MBIM, direction, mbim_tags, sizeof(mbim_tags),
			   message, len);
}

static void flush(struct capture *capture)
{
	fflush(capture->file);
	check_disk(capture);
}

static void flush_expired(struct loop_timer *timer)
{
	flush(timer->owner);
}

int capture_start(struct capture *capture, const char *path)
{
	char name[16], *copy;
	FILE *file;

	/* It may be the same file. */
	if (capture->file)
		flush(capture);
	file = fopen(path, "we");
	if (!file)
		return -errno;
	copy = strdup(path);
	if (!copy) {
		fclose(file);
		return -ENOMEM;
	}
	capture_stop(capture);
	capture->file = file;
	capture->path = copy;
	capture->packets = 0;
	put_section(capture);
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		snprintf(name, sizeof(name), "session%u", session);
		put_interface(capture, LINKTYPE_RAW, name);
	}
	put_interface(capture, LINKTYPE_UPPER_PDU, "mbim\0\0\0");
	flush(capture);
	return capture->file ? 0 : -EIO;
}

void capture_stop(struct capture *capture)
{
	if (!capture->file)
		return;
	loop_timer_cancel(&capture->flush_timer);
	fclose(capture->file);
	free(capture->path);
	capture->file = NULL;
	capture->path = NULL;
}

static int command_pcap(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct capture *capture = self;
	int result;

	if (argc > 2)
		return control_fail(reply, "usage: pcap [FILE|off]");
	if (argc == 1) {
		if (capture->file)
			control_line(reply, "pcap %s packets %llu", capture->path,
				     (unsigned long long)capture->packets);
		else
			control_line(reply, "pcap off");
		return 0;
	}
	if (!strcmp(argv[1], "off")) {
		capture_stop(capture);
		return 0;
	}
	result = capture_start(capture, argv[1]);
	return result ? control_fail(reply, "%s: %s", argv[1], strerror(-result)) : 0;
}

struct capture *capture_new(struct loop *loop, struct record *record, struct control *control)
{
	struct capture *capture = calloc(1, sizeof(*capture));

	if (!capture)
		return NULL;
	capture->loop = loop;
	capture->record = record;
	loop_timer_init(loop, &capture->flush_timer, flush_expired, capture);
	control_register(control, "pcap",
			 "[FILE|off]: capture IP packets and MBIM messages for Wireshark",
			 command_pcap, capture);
	return capture;
}

void capture_free(struct capture *capture)
{
	if (!capture)
		return;
	capture_stop(capture);
	free(capture);
}
