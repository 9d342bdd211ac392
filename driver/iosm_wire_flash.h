/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Wire layouts of the flash channel: what the modem's boot loaders say before its
 * firmware runs.
 *
 * Stage PSI takes RPSI commands, stage EBL takes packs. Layouts and constants only, no
 * logic, as in iosm_wire.h; everything is little endian.
 */
#ifndef IOSM_WIRE_FLASH_H
#define IOSM_WIRE_FLASH_H

#include "iosm_wire.h"

/* The first message of a PSI: two bytes, of which one pair has a meaning. */
#define IOSM_PSI_ACK_SIZE		2
#define IOSM_PSI_ACK_DUMP_0		0x00	/* a core dump can be fetched */
#define IOSM_PSI_ACK_DUMP_1		0xcd

/* ---- stage PSI ---- */

enum iosm_rpsi_command {
	IOSM_RPSI_LOAD_EBL	= 0x0002,
	IOSM_RPSI_DUMP_START	= 0x0010,	/* parameter: largest list */
	IOSM_RPSI_DUMP_GET	= 0x0011,	/* parameter: index of the file */
	IOSM_RPSI_DUMP_END	= 0x0012,	/* parameter: as for start */
};

struct iosm_wire_rpsi {
	__le32 parameter;
	__le16 command;		/* enum iosm_rpsi_command */
	__le16 check;		/* both halves of the parameter XOR the command */
};

#define IOSM_RPSI_ACK_SIZE		2
#define IOSM_RPSI_EBL_SIZE_BYTES	4	/* the message with the EBL's size */

/* ---- core dump ---- */

#define IOSM_DUMP_FILES			6
#define IOSM_DUMP_NAME_SIZE		32
#define IOSM_DUMP_LIST_SIZE		4096
#define IOSM_DUMP_MESSAGE_MAX		65536

struct iosm_wire_dump_file {
	__le32 size;
	__u8 name[IOSM_DUMP_NAME_SIZE];
};

struct iosm_wire_dump_list {
	__le32 version;
	__le32 count;		/* 1..IOSM_DUMP_FILES */
	struct iosm_wire_dump_file files[IOSM_DUMP_FILES];
};

/* ---- stage EBL ---- */

/* The configuration block: the EBL sends it, the host writes it back. */
#define IOSM_EBL_CONFIG_SIZE		76
#define IOSM_EBL_CONFIG_CAPABILITIES	50
#define IOSM_EBL_CONFIG_SKIP_ERASE	54
#define IOSM_EBL_CONFIG_SKIP_CRC	55
#define IOSM_EBL_CONFIG_EXTENDED	57	/* extended capabilities handled */
#define IOSM_EBL_CONFIG_OOS		64	/* out-of-session configuration */
#define IOSM_EBL_CONFIG_SWID_VERSION	70

#define IOSM_EBL_CAP_EXTENDED		0x01
#define IOSM_EBL_OOS_ERASE_ALL		0x08
#define IOSM_EBL_OOS_COMMIT_ALL		0x20
#define IOSM_EBL_SWID_VERSION		2

enum iosm_ebl_pack {
	IOSM_EBL_ERROR			= 0x0041,	/* in answers only */
	IOSM_EBL_SET_CONFIG		= 0x0086,
	IOSM_EBL_SECURE_START		= 0x0204,
	IOSM_EBL_SECURE_END		= 0x0205,
	IOSM_EBL_SET_ADDRESS		= 0x0802,
	IOSM_EBL_ERASE_START		= 0x0805,
	IOSM_EBL_ERASE_CHECK		= 0x0806,
	IOSM_EBL_OOS_CONTROL		= 0x080c,
	IOSM_EBL_OOS_READ		= 0x080e,
	IOSM_EBL_WRITE_RAW		= 0x080f,
};

/* Header and payload are two messages, both ways. */
struct iosm_wire_ebl_header {
	__le16 checksum;
	__le16 id;		/* enum iosm_ebl_pack */
	__le32 length;		/* of the payload */
};

/* The host's payload is as long as it says; an answer's has always this size. */
#define IOSM_EBL_PAYLOAD_CONFIG		2048	/* of IOSM_EBL_SET_CONFIG */
#define IOSM_EBL_PAYLOAD_MAX		16384	/* of all others */
#define IOSM_EBL_RAW_MAX		1048576	/* one message of raw data */

struct iosm_wire_ebl_error {
	__le16 class;
	__le16 code;
};

#define IOSM_EBL_ERRORS			8	/* at the start of an error's payload */

struct iosm_wire_ebl_erase {
	__le32 first;
	__le32 last;		/* of a region: its address + its length - 2 */
};

enum iosm_ebl_erase_state {
	IOSM_EBL_ERASE_BUSY	= 0,
	IOSM_EBL_ERASE_DONE	= 1,
	IOSM_EBL_ERASE_FAILED	= 2,
};

struct iosm_wire_ebl_oos {
	__le32 action;		/* enum iosm_ebl_oos_action */
	__le32 type;		/* enum iosm_ebl_oos_type */
	__le32 length;
	__le32 argument;
};

enum iosm_ebl_oos_action {
	IOSM_EBL_OOS_ACTION_READ	= 2,
	IOSM_EBL_OOS_ACTION_ERASE	= 3,
};

enum iosm_ebl_oos_type {
	IOSM_EBL_OOS_TYPE_FLASH		= 8,
	IOSM_EBL_OOS_TYPE_SWID		= 16,
};

struct iosm_wire_ebl_swid {
	__le32 sets;
	__u8 first_name[32];
	__le32 software_id;
	__u8 second_name[32];
	__le32 rf_engine_id;
};

IOSM_WIRE_SIZE(struct iosm_wire_rpsi, 8);
IOSM_WIRE_OFFSET(struct iosm_wire_rpsi, check, 6);
IOSM_WIRE_SIZE(struct iosm_wire_dump_list, 8 + 36 * IOSM_DUMP_FILES);
IOSM_WIRE_SIZE(struct iosm_wire_ebl_header, 8);
IOSM_WIRE_SIZE(struct iosm_wire_ebl_oos, 16);
IOSM_WIRE_SIZE(struct iosm_wire_ebl_swid, 76);
IOSM_WIRE_OFFSET(struct iosm_wire_ebl_swid, software_id, 36);
IOSM_WIRE_OFFSET(struct iosm_wire_ebl_swid, rf_engine_id, 72);

#endif /* IOSM_WIRE_FLASH_H */
