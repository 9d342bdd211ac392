// SPDX-License-Identifier: GPL-2.0-or-later
#include "loader.h"

#include <stdlib.h>

#define UL	IOSM_PIPE_FLASH_UL
#define DL	IOSM_PIPE_FLASH_DL

/* ---- images ---- */

static uint32_t crc32(const uint8_t *data, size_t len)
{
	uint32_t crc = 0xffffffff;

	while (len--) {
		crc ^= *data++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

size_t image_make(uint8_t *image, const char *kind, const char *version, const void *body,
		  size_t len)
{
	uint32_t words[2] = { (uint32_t)len, crc32(body, len) };

	memset(image, 0, 64);
	memcpy(image, "VMODEM-IMAGE", 12);
	memcpy(image + 16, kind, strlen(kind));
	memcpy(image + 20, words, sizeof(words));
	memcpy(image + 32, version, strlen(version));
	memcpy(image + 64, body, len);
	return 64 + len;
}

size_t pack_make(uint8_t *pack, const char *version, uint32_t address, const void *data,
		 uint32_t len)
{
	uint32_t entry[3] = { address, len, crc32(data, len) };

	return image_make(pack, "PCK", version, entry, sizeof(entry));
}

/* ---- boot ROM, section 4 ---- */

void loader_init(struct loader *loader, struct host *host)
{
	memset(loader, 0, sizeof(*loader));
	loader->host = host;
	loader->up = take(host, LOADER_DATA_MAX);
}

uint32_t loader_image(struct loader *loader, const void *image, uint32_t len)
{
	struct host *host = loader->host;

	memcpy(at(host, loader->up), image, len);
	write32(host, 2, IOSM_SCRATCH_PSI_ADDR, (uint32_t)loader->up);
	write32(host, 2, IOSM_SCRATCH_PSI_ADDR + 4, (uint32_t)(loader->up >> 32));
	write32(host, 2, IOSM_SCRATCH_PSI_SIZE, len);
	irq_count(host);
	doorbell(host, 0, IOSM_HP_BOOT_IMAGE);
	if (!wait_irq(host, WAIT_MS))
		return 0;
	return read32(host, 2, IOSM_SCRATCH_ROM_EXIT);
}

bool loader_running(struct loader *loader)
{
	struct host *host = loader->host;

	if (!boot_to(host, IOSM_IPC_RUNNING) || open_pipe(host, UL, 6) != IOSM_MSG_SUCCESS ||
	    open_pipe(host, DL, 3) != IOSM_MSG_SUCCESS)
		return false;
	offer(host, DL, 2, LOADER_BUFFER);
	doorbell(host, 0, IOSM_HP_DL_CTRL_INIT);
	return true;
}

bool loader_start(struct loader *loader, struct host *host)
{
	uint8_t image[256];
	size_t len = image_make(image, "PSI", "psi-1", "the PSI", 7);
	uint64_t end_ms = now_ms() + WAIT_MS;

	enable(host);
	loader_init(loader, host);
	if (loader_image(loader, image, (uint32_t)len) != IOSM_ROM_EXIT_OPEN_EXT)
		return false;
	while (read32(host, 2, 0) != IOSM_STAGE_PSI) {
		if (now_ms() > end_ms)
			return false;
		pause_ms(1);
	}
	return loader_running(loader) && loader_read(loader) == IOSM_PSI_ACK_SIZE;
}

/* ---- messages, section 2 ---- */

bool loader_send(struct loader *loader, const void *data, uint32_t len)
{
	struct host *host = loader->host;

	memcpy(at(host, loader->up), data, len);
	descriptor(host, UL, loader->up, len, 0);
	publish(host, UL);
	doorbell(host, 0, IOSM_HP_UL_CTRL);
	return wait32(host, pipe_tail(host, UL), host->rings[UL].head);
}

int loader_read(struct loader *loader)
{
	struct host *host = loader->host;

	loader->len = downlink(host, DL, loader->data, sizeof(loader->data));
	if (loader->len < 0)
		return -1;
	descriptor(host, DL, host->last_buffer, LOADER_BUFFER, 0);
	publish(host, DL);
	doorbell(host, 0, IOSM_HP_DL_CTRL_REFILL);
	return loader->len;
}

bool loader_silent(struct loader *loader, unsigned int ms)
{
	struct host *host = loader->host;

	return !wait32_for(host, pipe_tail(host, DL), (host->rings[DL].tail + 1) % 3, ms);
}

/* ---- stage PSI, section 6 ---- */

bool loader_command(struct loader *loader, uint16_t command, uint32_t parameter)
{
	uint16_t words[4] = {
		(uint16_t)parameter, (uint16_t)(parameter >> 16), command,
		(uint16_t)(parameter ^ parameter >> 16 ^ command),
	};

	return loader_send(loader, words, sizeof(words));
}

bool loader_ebl(struct loader *loader, const void *image, uint32_t len)
{
	if (!loader_command(loader, IOSM_RPSI_LOAD_EBL, 0) || loader_read(loader) != 2)
		return false;
	if (!loader_send(loader, &len, 4) || loader_read(loader) != 2)
		return false;
	if (!loader_send(loader, image, len) || loader_read(loader) != 2 ||
	    loader->data[0] == 0xff)
		return false;
	if (loader_read(loader) != IOSM_EBL_CONFIG_SIZE)
		return false;
	memcpy(loader->config, loader->data, sizeof(loader->config));
	return true;
}

/* ---- stage EBL, section 7 ---- */

static uint16_t pack_checksum(uint16_t id, const uint8_t *payload, uint32_t len)
{
	uint16_t sum = (uint16_t)(id + (len >> 16) + len);

	while (len--)
		sum = (uint16_t)(sum + *payload++);
	return sum;
}

void loader_pack_send(struct loader *loader, uint16_t id, const void *payload, uint32_t len)
{
	struct iosm_wire_ebl_header header = { pack_checksum(id, payload, len), id, len };

	loader_send(loader, &header, sizeof(header));
	loader_send(loader, payload, len);
}

bool loader_pack_read(struct loader *loader, uint16_t id)
{
	int size = id == IOSM_EBL_SET_CONFIG ? 2048 : 16384;
	struct iosm_wire_ebl_header header;

	loader->code = 0;
	if (loader_read(loader) != (int)sizeof(header))
		return false;
	memcpy(&header, loader->data, sizeof(header));
	loader->code = header.id;
	if (loader_read(loader) != size || header.length != (uint32_t)size)
		return false;
	memcpy(loader->answer, loader->data, (size_t)size);
	return header.checksum == pack_checksum(header.id, loader->answer, header.length);
}

bool loader_pack(struct loader *loader, uint16_t id, const void *payload, uint32_t len)
{
	loader_pack_send(loader, id, payload, len);
	return loader_pack_read(loader, id) && loader->code != IOSM_EBL_ERROR;
}

bool loader_configure(struct loader *loader, bool full_erase)
{
	uint8_t config[IOSM_EBL_CONFIG_SIZE];

	memcpy(config, loader->config, sizeof(config));
	config[54] = config[55] = 0;
	if (config[50] & 1) {
		config[57] = 1;
		config[64] &= (uint8_t)(full_erase ? ~0x08 : ~0x20);
	}
	return loader_pack(loader, IOSM_EBL_SET_CONFIG, config, sizeof(config));
}

bool loader_erased(struct loader *loader)
{
	for (int i = 0; i < 5; i++) {
		if (!loader_pack(loader, IOSM_EBL_ERASE_CHECK, "\0", 2))
			return false;
		if (loader->answer[0] || loader->answer[1])
			return loader->answer[0] == 1 && !loader->answer[1];
		pause_ms(20);
	}
	return false;
}

bool loader_write(struct loader *loader, uint32_t address, const void *data, uint32_t len,
		  bool erase)
{
	uint32_t range[2] = { address, address + len - 2 };
	const uint8_t *bytes = data;

	if (erase && (!loader_pack(loader, IOSM_EBL_ERASE_START, range, sizeof(range)) ||
		      !loader_erased(loader)))
		return false;
	if (!loader_pack(loader, IOSM_EBL_SET_ADDRESS, &address, 4))
		return false;
	loader_pack_send(loader, IOSM_EBL_WRITE_RAW, &len, 4);
	while (len) {
		/* Smaller messages than need be: more of them. */
		uint32_t part = len < 100000 ? len : 100000;

		loader_send(loader, bytes, part);
		bytes += part;
		len -= part;
	}
	return loader_pack_read(loader, IOSM_EBL_WRITE_RAW) && loader->code != IOSM_EBL_ERROR;
}

unsigned int loader_error(const struct loader *loader)
{
	if (loader->code != IOSM_EBL_ERROR)
		return 0;
	return (unsigned int)loader->answer[0] << 8 | loader->answer[2];
}
