/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flash channel: what the boot loaders PSI and EBL do for the host (boot document,
 * sections 6 to 8).
 *
 * flash_frame.c	frames and checksums
 * flash_image.c	images that the modem takes
 * flash_store.c	the flash memory, in a file
 * coredump.c		the files of a crash
 * flash_ebl.c		packs of stage EBL
 * flash.c		the channel, commands of stage PSI
 */
#ifndef VMODEM_FLASH_H
#define VMODEM_FLASH_H

#include <stdbool.h>
#include <stdint.h>

#include "channel.h"

struct check;
struct control;
struct coredump;
struct flash;
struct flash_store;
struct loop;
struct record;

/* The stages belong to boot.c. */
struct flash_stage {
	bool (*is_ebl)(void *self);
	void (*start_ebl)(void *self);
	void *self;
};

struct flash_config {
	struct loop *loop;
	struct record *record;
	struct check *check;
	struct control *control;	/* NULL: no control commands */
	struct flash_store *store;
	struct coredump *dump;
	uint32_t erase_ms;		/* that erasing takes */
};

/** flash_new() - returns NULL with errno set. */
struct flash *flash_new(const struct flash_config *config);
void flash_free(struct flash *flash);
void flash_set_stage(struct flash *flash, struct flash_stage stage);

/** flash_protocol() - what pipe.c calls in the stages PSI and EBL; its self is the struct flash. */
const struct channel_protocol *flash_protocol(void);

#endif /* VMODEM_FLASH_H */
