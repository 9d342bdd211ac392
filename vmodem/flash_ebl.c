// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packs (boot document, section 7): a header, its payload, and an answer to each, also to
 * a wrong one. A header whose payload has another length than it says leaves nobody in
 * doubt about where the next one starts: every message is one or the other.
 *
 * A host's wrong frame or wrong order is its breach; images that are damaged, or do not
 * fit together, are only refused: they are the user's.
 */
#include "flash_internal.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "check.h"
#include "flash_store.h"
#include "loop.h"
#include "record.h"

void flash_ebl_reset(struct flash *flash)
{
	flash->configured = flash->table_ready = false;
	flash->erasing = flash->erase_failed = flash->address_set = false;
	memset(&flash->session, 0, sizeof(flash->session));
	memset(&flash->write, 0, sizeof(flash->write));
}

/* ---- answers ---- */

static void spoil_header(struct flash_faults *faults, struct iosm_wire_ebl_header *header)
{
	uint32_t id = le16toh(header->id), length = le32toh(header->length), difference = 0;

	flash_fault(faults, FLASH_FAULT_EBL_PACK, &id);
	flash_fault(faults, FLASH_FAULT_EBL_LENGTH, &length);
	flash_fault(faults, FLASH_FAULT_EBL_CHECKSUM, &difference);
	header->id = htole16((uint16_t)id);
	header->length = htole32(length);
	header->checksum = htole16((uint16_t)(le16toh(header->checksum) + difference));
}

/* Header and payload, padded to the size that the host demands (section 7.1). */
static void answer(struct flash *flash, uint16_t id, const void *data, size_t len)
{
	uint8_t payload[IOSM_EBL_PAYLOAD_MAX] = { 0 };
	size_t size = flash_pack_limit(flash->pack.id);
	struct iosm_wire_ebl_header header;
	uint32_t error = 0;

	if (flash_fault(&flash->faults, FLASH_FAULT_EBL_SILENT, NULL))
		return;
	if (len)
		memcpy(payload, data, len);
	if (flash_fault(&flash->faults, FLASH_FAULT_EBL_ERROR, &error)) {
		id = IOSM_EBL_ERROR;
		put_le16(payload, (uint16_t)(error >> 16));
		put_le16(payload + 2, (uint16_t)error);
	}
	header = flash_pack_encode(id, payload, (uint32_t)size);
	spoil_header(&flash->faults, &header);
	flash_push(flash, &header, sizeof(header));
	flash_push(flash, payload, size);
}

static void answer_error(struct flash *flash, enum flash_error error)
{
	uint8_t record[sizeof(struct iosm_wire_ebl_error)];

	record_event(flash->record, "flash", "error", "\"pack\":%u,\"class\":%u,\"code\":%u",
		     flash->pack.id, error >> 8, error & 0xff);
	put_le16(record, (uint16_t)(error >> 8));
	put_le16(record + 2, error & 0xff);
	answer(flash, IOSM_EBL_ERROR, record, sizeof(record));
}

static void answer_result(struct flash *flash, enum flash_error error)
{
	if (error)
		answer_error(flash, error);
	else
		answer(flash, flash->pack.id, NULL, 0);
}

static enum flash_error out_of_order(struct flash *flash, enum flash_error error)
{
	check_breach(flash->check, CHECK_FLASH_ORDER, "pack 0x%04x", flash->pack.id);
	return error;
}

static enum flash_error malformed(struct flash *flash)
{
	check_breach(flash->check, CHECK_FLASH_PACK, "the payload of pack 0x%04x", flash->pack.id);
	return FLASH_BAD_PAYLOAD;
}

/* ---- erasing ---- */

static void erase(struct flash *flash, uint64_t address, uint64_t len)
{
	int result = flash_store_erase(flash->config.store, address, len);

	if (result)
		record_say(flash->record, "erasing the flash failed: %s", strerror(-result));
	record_event(flash->record, "flash", "erase", "\"address\":%llu,\"bytes\":%llu",
		     (unsigned long long)address, (unsigned long long)len);
	flash->erase_failed = result;
	flash->erasing = true;
	flash->erase_end_us = loop_now_us(flash->config.loop) + flash->config.erase_ms * 1000ull;
}

static bool still_erasing(const struct flash *flash)
{
	return flash->erasing && loop_now_us(flash->config.loop) < flash->erase_end_us;
}

static struct flash_region *region_around(struct flash *flash, uint64_t address, uint64_t len)
{
	for (size_t i = 0; i < flash->session.count; i++) {
		struct flash_region *region = &flash->session.regions[i];

		if (address >= region->address && len <= region->len &&
		    address - region->address <= region->len - len)
			return region;
	}
	return NULL;
}

/* The last address is that of a half-word: address + length - 2 (section 7.6). */
static enum flash_error erase_start(struct flash *flash, const uint8_t *data, size_t len)
{
	uint64_t first, end;

	if (len != sizeof(struct iosm_wire_ebl_erase))
		return malformed(flash);
	first = get_le32(data);
	end = (uint32_t)(get_le32(data + 4) + 2);
	if (end <= first)
		return malformed(flash);
	if (!flash->session.open)
		return out_of_order(flash, FLASH_NO_SECURE_PACK);
	if (!region_around(flash, first, end - first))
		return FLASH_NOT_ANNOUNCED;
	erase(flash, first, end - first);
	return FLASH_OK;
}

static enum flash_error erase_check(struct flash *flash, const uint8_t *data, size_t len)
{
	uint32_t told = IOSM_EBL_ERASE_DONE;
	uint8_t state[2];

	if (len != 2 || get_le16(data))
		return malformed(flash);
	if (!flash->erasing)
		return out_of_order(flash, FLASH_NO_ERASE);
	if (still_erasing(flash))
		told = IOSM_EBL_ERASE_BUSY;
	else if (flash->erase_failed)
		told = IOSM_EBL_ERASE_FAILED;
	flash_fault(&flash->faults, FLASH_FAULT_ERASE_STATE, &told);
	put_le16(state, (uint16_t)told);
	answer(flash, IOSM_EBL_ERASE_CHECK, state, sizeof(state));
	return FLASH_OK;
}

/* ---- out of session ---- */

static enum flash_error erase_all(struct flash *flash, const uint8_t *data)
{
	if (get_le32(data + 8) != UINT32_MAX || get_le32(data + 12))
		return malformed(flash);
	if (flash_store_begin(flash->config.store))
		return FLASH_FAILED;
	erase(flash, 0, FLASH_STORE_SIZE);
	answer(flash, IOSM_EBL_OOS_CONTROL, NULL, 0);
	return FLASH_OK;
}

static enum flash_error oos_control(struct flash *flash, const uint8_t *data, size_t len)
{
	uint32_t action, type, bytes = sizeof(struct iosm_wire_ebl_swid);
	uint8_t size[4];

	if (len != sizeof(struct iosm_wire_ebl_oos))
		return malformed(flash);
	action = get_le32(data);
	type = get_le32(data + 4);
	if (action == IOSM_EBL_OOS_ACTION_ERASE && type == IOSM_EBL_OOS_TYPE_FLASH)
		return erase_all(flash, data);
	if (action != IOSM_EBL_OOS_ACTION_READ || type != IOSM_EBL_OOS_TYPE_SWID)
		return malformed(flash);
	flash->table_ready = true;
	flash_fault(&flash->faults, FLASH_FAULT_EBL_TABLE_SIZE, &bytes);
	put_le32(size, bytes);
	answer(flash, IOSM_EBL_OOS_CONTROL, size, sizeof(size));
	return FLASH_OK;
}

/* The first two numbers of a version like 18601.5001.00 name software and RF engine. */
static enum flash_error oos_read(struct flash *flash, const uint8_t *data, size_t len)
{
	static const char software[] = "SW_ID", rf_engine[] = "RF_ENGINE_ID";
	uint8_t table[sizeof(struct iosm_wire_ebl_swid)] = { 0 };
	unsigned int numbers[2] = { 0 };
	uint32_t byte = 0;

	if (len != 4 || get_le32(data) != sizeof(table))
		return malformed(flash);
	if (!flash->table_ready)
		return out_of_order(flash, FLASH_NO_TABLE);
	/* A version of another form has no such numbers: then they stay 0. */
	(void)sscanf(flash_store_version(flash->config.store), "%9u.%9u", &numbers[0],
		     &numbers[1]);
	put_le32(table, 1);
	memcpy(table + 4, software, sizeof(software));
	put_le32(table + 36, numbers[0]);
	memcpy(table + 40, rf_engine, sizeof(rf_engine));
	put_le32(table + 72, numbers[1]);
	if (flash_fault(&flash->faults, FLASH_FAULT_EBL_TABLE, &byte))
		memset(table, (int)(byte & 0xff), sizeof(table));
	answer(flash, IOSM_EBL_OOS_READ, table, sizeof(table));
	return FLASH_OK;
}

/* ---- the session of a secure pack ---- */

static enum flash_error set_config(struct flash *flash, const uint8_t *data, size_t len)
{
	uint8_t sent[IOSM_EBL_CONFIG_SIZE];
	const char *wrong;

	flash_config_fill(sent);
	wrong = flash_config_wrong(sent, data, len);
	if (wrong) {
		check_breach(flash->check, CHECK_FLASH_CONFIG, "%s", wrong);
		return FLASH_BAD_PAYLOAD;
	}
	flash->configured = true;
	return FLASH_OK;
}

static enum flash_error secure_start(struct flash *flash, const uint8_t *data, size_t len)
{
	struct flash_session *session = &flash->session;
	struct flash_image image;
	const char *wrong = flash_image_parse(data, len, "PCK", &image);

	memset(session, 0, sizeof(*session));
	if (!wrong) {
		session->count = flash_image_regions(&image, session->regions);
		if (!session->count)
			wrong = "it lists no regions";
	}
	for (size_t i = 0; i < session->count; i++) {
		if (!session->regions[i].len ||
		    (uint64_t)session->regions[i].address + session->regions[i].len > FLASH_STORE_SIZE)
			wrong = "a region lies outside the flash";
	}
	if (wrong) {
		record_say(flash->record, "the secure pack is refused: %s", wrong);
		return FLASH_INSECURE;
	}
	if (image.version[0] && flash_store_begin(flash->config.store))
		return FLASH_FAILED;
	memcpy(session->version, image.version, sizeof(session->version));
	session->open = true;
	flash->address_set = false;
	record_event(flash->record, "flash", "secure_pack", "\"version\":\"%s\",\"regions\":%zu",
		     session->version, session->count);
	return FLASH_OK;
}

static enum flash_error secure_end(struct flash *flash, const uint8_t *data, size_t len)
{
	struct flash_session *session = &flash->session;

	if (len != 2 || get_le16(data))
		return malformed(flash);
	if (!session->open)
		return out_of_order(flash, FLASH_NO_SECURE_PACK);
	session->open = false;
	for (size_t i = 0; i < session->count; i++) {
		if (!session->regions[i].written) {
			record_say(flash->record, "the region at 0x%x was announced, but not written",
				   session->regions[i].address);
			return FLASH_MISSING;
		}
	}
	if (session->version[0] && flash_store_commit(flash->config.store, session->version))
		return FLASH_FAILED;
	record_event(flash->record, "flash", "committed", "\"version\":\"%s\"", session->version);
	return FLASH_OK;
}

static enum flash_error set_address(struct flash *flash, const uint8_t *data, size_t len)
{
	if (len != 4)
		return malformed(flash);
	flash->address = get_le32(data);
	flash->address_set = true;
	return FLASH_OK;
}

/* ---- raw data ---- */

static enum flash_error may_write(struct flash *flash, uint32_t len)
{
	struct flash_region *region;

	if (!flash->session.open)
		return out_of_order(flash, FLASH_NO_SECURE_PACK);
	if (!flash->address_set)
		return out_of_order(flash, FLASH_NO_ADDRESS);
	if (still_erasing(flash))
		return out_of_order(flash, FLASH_ERASING);
	region = region_around(flash, flash->address, len);
	if (!region || region->address != flash->address || region->len != len) {
		record_say(flash->record, "%u bytes at 0x%x are no region of the secure pack", len,
			   flash->address);
		return FLASH_NOT_ANNOUNCED;
	}
	flash->write.region = region;
	return FLASH_OK;
}

/* The answer comes after the data, so the data is taken even when it will be refused. */
static void write_raw(struct flash *flash, const uint8_t *data, size_t len)
{
	uint32_t bytes = len == 4 ? get_le32(data) : 0;

	if (!bytes) {
		answer_error(flash, malformed(flash));
		return;
	}
	flash->write = (struct flash_write){ .left = bytes };
	flash->write.error = may_write(flash, bytes);
	flash->wait = FLASH_RAW;
}

static void write_done(struct flash *flash)
{
	struct flash_write *write = &flash->write;

	flash->wait = FLASH_PACK_HEADER;
	flash->address_set = false;
	if (!write->error && write->crc != write->region->crc) {
		record_say(flash->record, "the region at 0x%x differs from what the secure pack announces",
			   write->region->address);
		write->error = FLASH_WRONG_CONTENT;
	}
	if (!write->error)
		write->region->written = true;
	answer_result(flash, write->error);
}

static enum flash_error store(struct flash *flash, const uint8_t *data, size_t len)
{
	struct flash_write *write = &flash->write;
	int result = flash_store_write(flash->config.store,
				       (uint64_t)write->region->address + write->offset, data, len);

	if (!result)
		return FLASH_OK;
	if (result != -EEXIST)
		record_say(flash->record, "writing the flash failed: %s", strerror(-result));
	return result == -EEXIST ? FLASH_NOT_ERASED : FLASH_FAILED;
}

static void take_raw(struct flash *flash, const uint8_t *data, size_t len)
{
	struct flash_write *write = &flash->write;

	if (len > write->left || len > IOSM_EBL_RAW_MAX) {
		check_breach(flash->check, CHECK_FLASH_LENGTH, "%zu bytes of raw data, %u are left",
			     len, write->left);
		write->error = FLASH_BAD_LENGTH;
		write_done(flash);
		return;
	}
	if (!write->error)
		write->error = store(flash, data, len);
	write->crc = flash_crc32(write->crc, data, len);
	write->offset += (uint32_t)len;
	write->left -= (uint32_t)len;
	if (!write->left)
		write_done(flash);
}

/* ---- packs ---- */

static enum flash_error pack_wrong(struct flash *flash, const uint8_t *data, size_t len)
{
	const struct flash_pack *pack = &flash->pack;

	if (len != pack->len || len > flash_pack_limit(pack->id)) {
		check_breach(flash->check, CHECK_FLASH_LENGTH,
			     "pack 0x%04x: a payload of %zu bytes, announced were %u", pack->id, len,
			     pack->len);
		return FLASH_BAD_LENGTH;
	}
	if (pack->checksum != flash_checksum(pack->id, pack->len, data)) {
		check_breach(flash->check, CHECK_FLASH_CHECKSUM, "pack 0x%04x: 0x%04x instead of 0x%04x",
			     pack->id, pack->checksum, flash_checksum(pack->id, pack->len, data));
		return FLASH_BAD_CHECKSUM;
	}
	if (!flash->configured && pack->id != IOSM_EBL_SET_CONFIG)
		return out_of_order(flash, FLASH_NO_CONFIG);
	return FLASH_OK;
}

/* These answer themselves when they succeed: their answers have a content, or come later. */
static bool answers_itself(uint16_t id)
{
	return id == IOSM_EBL_ERASE_CHECK || id == IOSM_EBL_OOS_CONTROL ||
	       id == IOSM_EBL_OOS_READ;
}

static enum flash_error perform(struct flash *flash, const uint8_t *data, size_t len)
{
	switch (flash->pack.id) {
	case IOSM_EBL_SET_CONFIG:
		return set_config(flash, data, len);
	case IOSM_EBL_SECURE_START:
		return secure_start(flash, data, len);
	case IOSM_EBL_SECURE_END:
		return secure_end(flash, data, len);
	case IOSM_EBL_SET_ADDRESS:
		return set_address(flash, data, len);
	case IOSM_EBL_ERASE_START:
		return erase_start(flash, data, len);
	case IOSM_EBL_ERASE_CHECK:
		return erase_check(flash, data, len);
	case IOSM_EBL_OOS_CONTROL:
		return oos_control(flash, data, len);
	case IOSM_EBL_OOS_READ:
		return oos_read(flash, data, len);
	default:
		check_breach(flash->check, CHECK_FLASH_PACK, "pack 0x%04x", flash->pack.id);
		return FLASH_BAD_PACK;
	}
}

static void take_payload(struct flash *flash, const uint8_t *data, size_t len)
{
	enum flash_error error;

	flash->wait = FLASH_PACK_HEADER;
	error = pack_wrong(flash, data, len);
	record_event(flash->record, "flash", "pack", "\"pack\":%u,\"bytes\":%zu", flash->pack.id, len);
	if (!error && flash->pack.id == IOSM_EBL_WRITE_RAW) {
		write_raw(flash, data, len);
		return;
	}
	if (!error)
		error = perform(flash, data, len);
	if (error || !answers_itself(flash->pack.id))
		answer_result(flash, error);
}

static void take_header(struct flash *flash, const uint8_t *data, size_t len)
{
	if (flash_pack_decode(data, len, &flash->pack)) {
		flash->wait = FLASH_PACK_PAYLOAD;
		return;
	}
	check_breach(flash->check, CHECK_FLASH_LENGTH, "a header of %zu bytes", len);
	flash->pack = (struct flash_pack){ 0 };
	answer_error(flash, FLASH_BAD_HEADER);
}

void flash_ebl_uplink(struct flash *flash, const uint8_t *data, size_t len)
{
	switch (flash->wait) {
	case FLASH_PACK_PAYLOAD:
		take_payload(flash, data, len);
		break;
	case FLASH_RAW:
		take_raw(flash, data, len);
		break;
	default:
		take_header(flash, data, len);
	}
}
