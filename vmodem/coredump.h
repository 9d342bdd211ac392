/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a crashed modem leaves in its RAM: six files that a PSI hands out (boot document,
 * section 8). A reset keeps them; lost power and the next start of the firmware do not.
 */
#ifndef VMODEM_COREDUMP_H
#define VMODEM_COREDUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../driver/iosm_wire_flash.h"

#define COREDUMP_RAM_MAX	0x10e00000u	/* what hosts keep room for, section 8.2 */
#define COREDUMP_TEXT_MAX	2048

struct identity;

struct coredump {
	bool available;
	bool collected;			/* the host has ended its collection */
	uint32_t number;		/* of crashes so far */
	uint32_t size[IOSM_DUMP_FILES];
	char report[COREDUMP_TEXT_MAX];
	char log[COREDUMP_TEXT_MAX];
	char eeprom[COREDUMP_TEXT_MAX];
};

/**
 * coredump_make() - the firmware has crashed.
 * @reason: a word
 * @uptime_us: since the program's start
 * @ram_bytes: size of the file with the RAM, at most COREDUMP_RAM_MAX
 */
void coredump_make(struct coredump *dump, const struct identity *identity, const char *reason,
		   uint64_t uptime_us, uint32_t ram_bytes);
void coredump_forget(struct coredump *dump);

/** coredump_list() - the list as it goes to the host. */
void coredump_list(const struct coredump *dump, uint8_t list[IOSM_DUMP_LIST_SIZE]);
/** coredump_read() - bytes of file @index, which must have them. */
void coredump_read(const struct coredump *dump, unsigned int index, uint32_t offset, uint8_t *data,
		   size_t len);

#endif /* VMODEM_COREDUMP_H */
