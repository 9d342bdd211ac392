/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host that talks to the boot ROM and the boot loaders, written from the boot document;
 * section numbers are its. One message is on its way at a time, and the two downlink
 * buffers are given back after each read, as a driver does it.
 */
#ifndef TESTS_LOADER_H
#define TESTS_LOADER_H

#include "host.h"

#include "../../driver/iosm_wire_flash.h"

#define LOADER_BUFFER	65536
#define LOADER_DATA_MAX	(1u << 20)

struct loader {
	struct host *host;
	uint64_t up;			/* buffer for what is sent */
	uint8_t data[LOADER_BUFFER];	/* the last message received */
	int len;
	uint16_t code;			/* of the last answer to a pack */
	uint8_t answer[IOSM_EBL_PAYLOAD_MAX];
	uint8_t config[IOSM_EBL_CONFIG_SIZE];
};

/** image_make() - an image as docs/flash.md describes it; returns its size. */
size_t image_make(uint8_t *image, const char *kind, const char *version, const void *body,
		  size_t len);
/** pack_make() - a secure pack for one region. */
size_t pack_make(uint8_t *pack, const char *version, uint32_t address, const void *data,
		 uint32_t len);

/** loader_image() - hand an image to the boot ROM; its exit code, 0 when no interrupt came. */
uint32_t loader_image(struct loader *loader, const void *image, uint32_t len);
/** loader_running() - IPC up to "running" and the channel open; the PSI's first message in data. */
bool loader_running(struct loader *loader);
/** loader_start() - from stage BOOT to a PSI that has acknowledged, with a sound image. */
bool loader_start(struct loader *loader, struct host *host);
void loader_init(struct loader *loader, struct host *host);

/** loader_send() - one message; waits until the modem has taken it. */
bool loader_send(struct loader *loader, const void *data, uint32_t len);
/** loader_read() - one message; its length, -1 when none came. */
int loader_read(struct loader *loader);
/** loader_silent() - nothing comes within @ms. */
bool loader_silent(struct loader *loader, unsigned int ms);

bool loader_command(struct loader *loader, uint16_t command, uint32_t parameter);
/** loader_ebl() - section 6.3; true when the configuration block came. */
bool loader_ebl(struct loader *loader, const void *image, uint32_t len);

/** loader_pack_send() - header and payload. */
void loader_pack_send(struct loader *loader, uint16_t id, const void *payload, uint32_t len);
/** loader_pack_read() - both messages of the answer; false when they are malformed. */
bool loader_pack_read(struct loader *loader, uint16_t id);
/** loader_pack() - send, read; the answer's code in code, its payload in answer. */
bool loader_pack(struct loader *loader, uint16_t id, const void *payload, uint32_t len);
/** loader_configure() - section 7.3. */
bool loader_configure(struct loader *loader, bool full_erase);
/** loader_erased() - section 7.7. */
bool loader_erased(struct loader *loader);
/** loader_write() - section 7.6 without the secure pack; the last answer in code. */
bool loader_write(struct loader *loader, uint32_t address, const void *data, uint32_t len,
		  bool erase);
/** loader_error() - class << 8 | code of an error answer, 0 when it is none. */
unsigned int loader_error(const struct loader *loader);

#endif /* TESTS_LOADER_H */
