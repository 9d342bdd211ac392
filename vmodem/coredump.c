// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text files say what happened; binary files are a pattern that shows any byte out of its
 * place: the 32-bit word at offset N is N XOR the file's index << 29, little endian.
 */
#include "coredump.h"

#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "identity.h"

enum { REPORT, RAM, LOG, EEPROM, BOOT_TRACE, PREVIOUS_TRACE };

/* Section 8.2; sizes are the largest that hosts take, but for the RAM. */
static const struct {
	const char *name;
	uint32_t size;
} files[IOSM_DUMP_FILES] = {
	[REPORT] = { "report.json", 0 },
	[RAM] = { "coredump.fcd", 0 },
	[LOG] = { "cdd.log", 0 },
	[EEPROM] = { "eeprom.bin", 0 },
	[BOOT_TRACE] = { "bootcore_trace.bin", 0x8000 },
	[PREVIOUS_TRACE] = { "bootcore_prev_trace.bin", 0x20000 },
};

static const char *text(const struct coredump *dump, unsigned int index)
{
	switch (index) {
	case REPORT:
		return dump->report;
	case LOG:
		return dump->log;
	case EEPROM:
		return dump->eeprom;
	default:
		return NULL;
	}
}

void coredump_make(struct coredump *dump, const struct identity *identity, const char *reason,
		   uint64_t uptime_us, uint32_t ram_bytes)
{
	unsigned long long ms = uptime_us / 1000;

	dump->available = true;
	dump->collected = false;
	dump->number++;
	snprintf(dump->report, sizeof(dump->report),
		 "{\"crash\":%u,\"reason\":\"%s\",\"uptime_ms\":%llu,\"model\":\"%s\","
		 "\"firmware\":\"%s\",\"hardware\":\"%s\"}\n",
		 dump->number, reason, ms, identity->model, identity->firmware,
		 identity->hardware);
	snprintf(dump->log, sizeof(dump->log),
		 "%llu.%03llu firmware %s runs on %s\n%llu.%03llu crash %u: %s\n", 0ull, 0ull,
		 identity->firmware, identity->hardware, ms / 1000, ms % 1000, dump->number,
		 reason);
	snprintf(dump->eeprom, sizeof(dump->eeprom), "imei=%s\nhardware=%s\n", identity->imei,
		 identity->hardware);
	for (unsigned int i = 0; i < IOSM_DUMP_FILES; i++)
		dump->size[i] = text(dump, i) ? (uint32_t)strlen(text(dump, i)) : files[i].size;
	dump->size[RAM] = ram_bytes;
}

void coredump_forget(struct coredump *dump)
{
	dump->available = dump->collected = false;
}

void coredump_list(const struct coredump *dump, uint8_t list[IOSM_DUMP_LIST_SIZE])
{
	memset(list, 0, IOSM_DUMP_LIST_SIZE);
	put_le32(list, 1);
	put_le32(list + 4, IOSM_DUMP_FILES);
	for (unsigned int i = 0; i < IOSM_DUMP_FILES; i++) {
		uint8_t *file = list + 8 + i * sizeof(struct iosm_wire_dump_file);

		put_le32(file, dump->size[i]);
		memcpy(file + 4, files[i].name, strlen(files[i].name));
	}
}

void coredump_read(const struct coredump *dump, unsigned int index, uint32_t offset, uint8_t *data,
		   size_t len)
{
	if (text(dump, index)) {
		memcpy(data, text(dump, index) + offset, len);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		uint32_t at = offset + (uint32_t)i;
		uint32_t word = (at & ~3u) ^ index << 29;

		data[i] = (uint8_t)(word >> 8 * (at & 3));
	}
}
