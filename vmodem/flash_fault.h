/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults of the boot loaders and of the core dump: what the PSI and the EBL tell a host, made
 * wrong by name at run time. The loaders themselves go on with the right values.
 */
#ifndef VMODEM_FLASH_FAULT_H
#define VMODEM_FLASH_FAULT_H

#include <stdbool.h>
#include <stdint.h>

struct check;
struct control;
struct record;

enum flash_fault {
	FLASH_FAULT_PSI_GREETING,	/* the PSI's first message is this word */
	FLASH_FAULT_PSI_MUTE,		/* there is none */
	FLASH_FAULT_PSI_REFUSED,	/* an answer of the PSI says no */
	FLASH_FAULT_PSI_SILENT,		/* or does not come */
	FLASH_FAULT_EBL_CONFIG,		/* each byte of the configuration block */
	FLASH_FAULT_EBL_SILENT,		/* no answer to a pack */
	FLASH_FAULT_EBL_PACK,		/* the answer is one to another pack */
	FLASH_FAULT_EBL_LENGTH,		/* it says another length */
	FLASH_FAULT_EBL_CHECKSUM,	/* it has a checksum that is off by so much */
	FLASH_FAULT_EBL_ERROR,		/* it is an error, class << 16 | code */
	FLASH_FAULT_EBL_TABLE_SIZE,	/* bytes of the table of software ids */
	FLASH_FAULT_EBL_TABLE,		/* each byte of it */
	FLASH_FAULT_ERASE_STATE,	/* what erasing has come to */
	FLASH_FAULT_DUMP_SILENT,	/* no list of the core dump's files */
	FLASH_FAULT_DUMP_COUNT,		/* files in it */
	FLASH_FAULT_DUMP_SIZE,		/* bytes of each file in it */
	FLASH_FAULT_DUMP_NAME,		/* each byte of their names: none ends */
	FLASH_FAULT_DUMP_SHORT,		/* a file ends after so many bytes */
	FLASH_FAULTS
};

struct flash_faults {
	struct record *record;
	struct check *check;
	struct {
		uint32_t times, value;
	} armed[FLASH_FAULTS];
};

/** flash_faults_init() - nothing is armed; adds the command "flash-fault". */
void flash_faults_init(struct flash_faults *faults, struct record *record, struct check *check,
		       struct control *control);

/**
 * flash_fault() - whether @fault takes effect now; *@value is what it makes of the value and
 * is left alone otherwise. @value may be NULL for what has none.
 */
bool flash_fault(struct flash_faults *faults, enum flash_fault fault, uint32_t *value);

#endif /* VMODEM_FLASH_FAULT_H */
