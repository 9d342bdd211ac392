/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the flash channel share. */
#ifndef VMODEM_FLASH_INTERNAL_H
#define VMODEM_FLASH_INTERNAL_H

#include "flash.h"
#include "flash_fault.h"
#include "flash_frame.h"
#include "flash_image.h"
#include "loop.h"

/* What the next message of the host is. */
enum flash_wait {
	FLASH_COMMAND,		/* PSI */
	FLASH_EBL_SIZE,
	FLASH_EBL_IMAGE,
	FLASH_PACK_HEADER,	/* EBL */
	FLASH_PACK_PAYLOAD,
	FLASH_RAW,
};

/*
 * Class and code of an error answer. Those of real boot loaders are unknown (section 10);
 * docs/flash.md explains these.
 */
enum flash_error {
	FLASH_OK		= 0,
	FLASH_BAD_HEADER	= 0x0101,
	FLASH_BAD_LENGTH	= 0x0102,
	FLASH_BAD_CHECKSUM	= 0x0103,
	FLASH_BAD_PACK		= 0x0104,
	FLASH_BAD_PAYLOAD	= 0x0105,
	FLASH_NO_CONFIG		= 0x0201,
	FLASH_NO_SECURE_PACK	= 0x0202,
	FLASH_NO_ADDRESS	= 0x0203,
	FLASH_NO_ERASE		= 0x0204,
	FLASH_NO_TABLE		= 0x0205,
	FLASH_NOT_ERASED	= 0x0301,
	FLASH_ERASING		= 0x0302,
	FLASH_FAILED		= 0x0303,
	FLASH_INSECURE		= 0x0401,
	FLASH_NOT_ANNOUNCED	= 0x0402,
	FLASH_WRONG_CONTENT	= 0x0403,
	FLASH_MISSING		= 0x0404,
};

struct flash_write {
	struct flash_region *region;	/* NULL: the data is thrown away */
	uint32_t offset, left, crc;
	enum flash_error error;
};

/* From secure-pack start to its end. */
struct flash_session {
	bool open;
	char version[FLASH_VERSION_SIZE];
	struct flash_region regions[FLASH_PACK_REGIONS_MAX];
	size_t count;
};

struct flash {
	struct flash_config config;
	struct record *record;
	struct check *check;
	struct flash_stage stage;
	struct flash_faults faults;
	struct channel *channel;	/* NULL: closed */
	struct sendq queue;
	enum flash_wait wait;

	/* PSI */
	uint32_t ebl_len;
	int dump_file;			/* being sent; -1: none */
	uint32_t dump_offset, dump_end;
	struct loop_timer dump_timer;	/* goes on with it in the next round */

	/* EBL */
	struct flash_pack pack;
	bool configured, table_ready;
	bool erasing, erase_failed;
	uint64_t erase_end_us;
	bool address_set;
	uint32_t address;
	struct flash_session session;
	struct flash_write write;
};

/** flash_push() - one message to the host, now or when it has a buffer. */
void flash_push(struct flash *flash, const void *data, size_t len);

/** flash_ebl_reset() - nothing is known of the host. */
void flash_ebl_reset(struct flash *flash);
/** flash_ebl_uplink() - one message in stage EBL. */
void flash_ebl_uplink(struct flash *flash, const uint8_t *data, size_t len);

#endif /* VMODEM_FLASH_INTERNAL_H */
