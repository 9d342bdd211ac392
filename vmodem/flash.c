// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames that are no frames get no answer in stage PSI: no message there can say no, and
 * the host's wait of 3 s ends its attempt (boot document, section 7.8).
 */
#include "flash_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "check.h"
#include "control.h"
#include "coredump.h"
#include "flash_store.h"
#include "record.h"

#define QUEUE_BYTES	(1u << 20)
#define EBL_MAX		IOSM_TD_SIZE_MASK	/* one descriptor carries it */
#define PSI_ACK		0x0001
#define ERASE_MAX_MS	3600000
#define MESSAGES_A_ROUND 16

void flash_push(struct flash *flash, const void *data, size_t len)
{
	int result = sendq_push(&flash->queue, data, len);

	if (result)
		record_say(flash->record, "flash: an answer of %zu bytes is lost: %s", len,
			   strerror(-result));
}

static void acknowledge(struct flash *flash, bool good)
{
	static const uint8_t yes[IOSM_RPSI_ACK_SIZE] = { 0x01, 0x00 };
	static const uint8_t no[IOSM_RPSI_ACK_SIZE] = { 0xff, 0xff };
	uint32_t answer = good;

	if (flash_fault(&flash->faults, FLASH_FAULT_PSI_SILENT, NULL))
		return;
	flash_fault(&flash->faults, FLASH_FAULT_PSI_REFUSED, &answer);
	flash_push(flash, answer ? yes : no, IOSM_RPSI_ACK_SIZE);
}

/* The PSI says by itself that it runs, and whether a core dump waits (section 6.1). */
static void greet(struct flash *flash, bool dump)
{
	uint32_t greeting = dump ? IOSM_PSI_ACK_DUMP_0 | IOSM_PSI_ACK_DUMP_1 << 8 : PSI_ACK;
	uint8_t message[IOSM_PSI_ACK_SIZE];

	if (flash_fault(&flash->faults, FLASH_FAULT_PSI_MUTE, NULL))
		return;
	flash_fault(&flash->faults, FLASH_FAULT_PSI_GREETING, &greeting);
	put_le16(message, (uint16_t)greeting);
	flash_push(flash, message, sizeof(message));
}

/* ---- the extended boot loader, section 6.3 ---- */

static void take_ebl_size(struct flash *flash, const uint8_t *data, size_t len)
{
	uint32_t size = len == IOSM_RPSI_EBL_SIZE_BYTES ? get_le32(data) : 0;

	flash->wait = FLASH_COMMAND;
	if (!size || size > EBL_MAX) {
		check_breach(flash->check, CHECK_FLASH_LENGTH,
			     "the size of an EBL in %zu bytes: %u", len, size);
		return;
	}
	flash->ebl_len = size;
	flash->wait = FLASH_EBL_IMAGE;
	acknowledge(flash, true);
}

static void start_ebl(struct flash *flash, const char *version)
{
	uint8_t config[IOSM_EBL_CONFIG_SIZE];
	uint32_t byte = 0;

	record_event(flash->record, "flash", "ebl", "\"version\":\"%s\"", version);
	flash_ebl_reset(flash);
	flash->wait = FLASH_PACK_HEADER;
	flash->stage.start_ebl(flash->stage.self);
	acknowledge(flash, true);
	flash_config_fill(config);
	if (flash_fault(&flash->faults, FLASH_FAULT_EBL_CONFIG, &byte))
		memset(config, (int)(byte & 0xff), sizeof(config));
	flash_push(flash, config, sizeof(config));
}

static void take_ebl_image(struct flash *flash, const uint8_t *data, size_t len)
{
	struct flash_image image;
	const char *wrong;

	flash->wait = FLASH_COMMAND;
	if (len != flash->ebl_len) {
		check_breach(flash->check, CHECK_FLASH_LENGTH,
			     "an EBL of %zu bytes, announced were %u", len, flash->ebl_len);
		return;
	}
	wrong = flash_image_parse(data, len, "EBL", &image);
	if (wrong) {
		record_say(flash->record, "the EBL image is refused: %s", wrong);
		acknowledge(flash, false);
		return;
	}
	start_ebl(flash, image.version);
}

/* ---- core dump, section 8 ---- */

static void send_dump(struct flash *flash)
{
	const struct coredump *dump = flash->config.dump;
	unsigned int round = MESSAGES_A_ROUND;
	uint8_t data[IOSM_DUMP_MESSAGE_MAX];

	while (flash->dump_file >= 0 && flash->channel) {
		uint32_t left = flash->dump_end - flash->dump_offset;
		size_t part = channel_buffer_size(flash->channel);

		/* A message that carries the list goes out first. */
		if (flash->queue.first)
			return;
		if (!round--) {
			loop_timer_arm(&flash->dump_timer, 0);
			return;
		}
		if (!part || part > sizeof(data))
			part = sizeof(data);
		if (part > left)
			part = left;
		coredump_read(dump, (unsigned int)flash->dump_file, flash->dump_offset, data, part);
		if (channel_send(flash->channel, data, part))
			return;
		flash->dump_offset += (uint32_t)part;
		if (part == left) {
			record_event(flash->record, "flash", "dump_sent", "\"file\":%d,\"bytes\":%u",
				     flash->dump_file, flash->dump_offset);
			flash->dump_file = -1;
		}
	}
}

static void dump_expired(struct loop_timer *timer)
{
	send_dump(timer->owner);
}

static void spoil_list(struct flash_faults *faults, uint8_t *list)
{
	uint32_t count = get_le32(list + 4), size = get_le32(list + 8), byte = 0;
	bool sizes = flash_fault(faults, FLASH_FAULT_DUMP_SIZE, &size);
	bool names = flash_fault(faults, FLASH_FAULT_DUMP_NAME, &byte);

	if (flash_fault(faults, FLASH_FAULT_DUMP_COUNT, &count))
		put_le32(list + 4, count);
	for (unsigned int i = 0; i < IOSM_DUMP_FILES; i++) {
		uint8_t *file = list + 8 + i * sizeof(struct iosm_wire_dump_file);

		if (sizes)
			put_le32(file, size);
		if (names)
			memset(file + 4, (int)(byte & 0xff), sizeof(struct iosm_wire_dump_file) - 4);
	}
}

static void dump_start(struct flash *flash, uint32_t limit)
{
	uint8_t list[IOSM_DUMP_LIST_SIZE];

	if (limit < sizeof(list)) {
		check_breach(flash->check, CHECK_FLASH_COMMAND, "room for a list of %u bytes",
			     limit);
		return;
	}
	if (flash_fault(&flash->faults, FLASH_FAULT_DUMP_SILENT, NULL))
		return;
	coredump_list(flash->config.dump, list);
	spoil_list(&flash->faults, list);
	flash_push(flash, list, sizeof(list));
}

static void dump_get(struct flash *flash, uint32_t index)
{
	uint32_t end;

	if (index >= IOSM_DUMP_FILES) {
		check_breach(flash->check, CHECK_FLASH_COMMAND, "file %u of the core dump", index);
		return;
	}
	end = flash->config.dump->size[index];
	flash->dump_file = (int)index;
	flash->dump_offset = 0;
	flash->dump_end = end;
	if (flash_fault(&flash->faults, FLASH_FAULT_DUMP_SHORT, &end) && end < flash->dump_end)
		flash->dump_end = end;
	send_dump(flash);
}

/* Any content will do (section 8.4). */
static void dump_end(struct flash *flash)
{
	static const uint8_t end[IOSM_DUMP_LIST_SIZE];

	flash->config.dump->collected = true;
	flash_push(flash, end, sizeof(end));
}

static bool dump_there(struct flash *flash)
{
	if (flash->config.dump->available)
		return true;
	check_breach(flash->check, CHECK_FLASH_ORDER, "a core dump is asked for, there is none");
	return false;
}

/* ---- commands ---- */

static void take_command(struct flash *flash, const uint8_t *data, size_t len)
{
	struct flash_command command;

	if (!flash_command_decode(data, len, &command)) {
		check_breach(flash->check, CHECK_FLASH_FRAME, "%zu bytes in stage PSI", len);
		return;
	}
	record_event(flash->record, "flash", "command", "\"command\":%u,\"parameter\":%u",
		     command.command, command.parameter);
	if (flash->dump_file >= 0 && command.command != IOSM_RPSI_DUMP_END)
		check_breach(flash->check, CHECK_FLASH_ORDER, "command 0x%04x, file %d is being sent",
			     command.command, flash->dump_file);
	flash->dump_file = -1;
	switch (command.command) {
	case IOSM_RPSI_LOAD_EBL:
		flash->wait = FLASH_EBL_SIZE;
		acknowledge(flash, true);
		break;
	case IOSM_RPSI_DUMP_START:
		if (dump_there(flash))
			dump_start(flash, command.parameter);
		break;
	case IOSM_RPSI_DUMP_GET:
		if (dump_there(flash))
			dump_get(flash, command.parameter);
		break;
	case IOSM_RPSI_DUMP_END:
		dump_end(flash);
		break;
	default:
		check_breach(flash->check, CHECK_FLASH_COMMAND, "command 0x%04x", command.command);
	}
}

/* ---- the channel ---- */

static void uplink(void *self, const uint8_t *data, size_t len)
{
	struct flash *flash = self;

	switch (flash->wait) {
	case FLASH_COMMAND:
		take_command(flash, data, len);
		break;
	case FLASH_EBL_SIZE:
		take_ebl_size(flash, data, len);
		break;
	case FLASH_EBL_IMAGE:
		take_ebl_image(flash, data, len);
		break;
	default:
		flash_ebl_uplink(flash, data, len);
	}
}

static bool dump_waits(const struct flash *flash)
{
	return flash->config.dump->available && !flash->config.dump->collected;
}

static void opened(void *self, struct channel *channel)
{
	struct flash *flash = self;

	flash->channel = channel;
	sendq_open(&flash->queue, channel);
	flash->dump_file = -1;
	flash_ebl_reset(flash);
	if (flash->stage.is_ebl(flash->stage.self)) {
		flash->wait = FLASH_PACK_HEADER;
		return;
	}
	flash->wait = FLASH_COMMAND;
	greet(flash, dump_waits(flash));
}

static void writable(void *self)
{
	struct flash *flash = self;

	sendq_flush(&flash->queue);
	send_dump(flash);
}

static void closed(void *self)
{
	struct flash *flash = self;

	flash->channel = NULL;
	flash->dump_file = -1;
	loop_timer_cancel(&flash->dump_timer);
	sendq_clear(&flash->queue);
}

const struct channel_protocol *flash_protocol(void)
{
	static const struct channel_protocol protocol = {
		.name = "flash",
		.opened = opened,
		.uplink = uplink,
		.writable = writable,
		.closed = closed,
	};

	return &protocol;
}

/* ---- life ---- */

static int command_flash(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct flash *flash = self;
	const struct coredump *dump = flash->config.dump;
	uint64_t ms;

	if (argc == 3 && !strcmp(argv[1], "erase-time")) {
		if (!control_number(reply, argv[2], ERASE_MAX_MS, &ms))
			return -EINVAL;
		flash->config.erase_ms = (uint32_t)ms;
		return 0;
	}
	if (argc != 1)
		return control_fail(reply, "usage: flash [erase-time MS]");
	control_line(reply, "firmware %s", flash_store_version(flash->config.store));
	control_line(reply, "bootable %s",
		     flash_store_bootable(flash->config.store) ? "yes" : "no");
	control_line(reply, "secure-pack %s", flash->session.open ? "open" : "closed");
	control_line(reply, "dump %s", !dump->available ? "none" :
		     dump->collected ? "collected" : "available");
	return 0;
}

struct flash *flash_new(const struct flash_config *config)
{
	struct flash *flash = calloc(1, sizeof(*flash));

	if (!flash)
		return NULL;
	flash->config = *config;
	flash->record = config->record;
	flash->check = config->check;
	flash->dump_file = -1;
	flash_faults_init(&flash->faults, config->record, config->check, config->control);
	sendq_init(&flash->queue, QUEUE_BYTES);
	loop_timer_init(config->loop, &flash->dump_timer, dump_expired, flash);
	control_register(config->control, "flash",
			 "[erase-time MS]: the firmware in it and the core dump; how long erasing takes",
			 command_flash, flash);
	return flash;
}

void flash_free(struct flash *flash)
{
	if (!flash)
		return;
	sendq_clear(&flash->queue);
	loop_timer_cancel(&flash->dump_timer);
	free(flash);
}

void flash_set_stage(struct flash *flash, struct flash_stage stage)
{
	flash->stage = stage;
}
