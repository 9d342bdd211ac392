// SPDX-License-Identifier: GPL-2.0-or-later
#include "flash_fault.h"

#include <errno.h>
#include <string.h>

#include "check.h"
#include "control.h"
#include "record.h"

#define TIMES_MAX	1000000

static const struct {
	const char *name;
	uint32_t usual;
} faults_by_name[FLASH_FAULTS] = {
	[FLASH_FAULT_PSI_GREETING] = { "psi-greeting", 0xffff },
	[FLASH_FAULT_PSI_MUTE] = { "psi-mute", 0 },
	[FLASH_FAULT_PSI_REFUSED] = { "psi-refused", 0 },
	[FLASH_FAULT_PSI_SILENT] = { "psi-silent", 0 },
	[FLASH_FAULT_EBL_CONFIG] = { "ebl-config", 0xff },
	[FLASH_FAULT_EBL_SILENT] = { "ebl-silent", 0 },
	[FLASH_FAULT_EBL_PACK] = { "ebl-pack", 0xffff },
	[FLASH_FAULT_EBL_LENGTH] = { "ebl-length", UINT32_MAX },
	[FLASH_FAULT_EBL_CHECKSUM] = { "ebl-checksum", 1 },
	[FLASH_FAULT_EBL_ERROR] = { "ebl-error", 0x00030003 },
	[FLASH_FAULT_EBL_TABLE_SIZE] = { "ebl-table-size", UINT32_MAX },
	[FLASH_FAULT_EBL_TABLE] = { "ebl-table", 0xff },
	[FLASH_FAULT_ERASE_STATE] = { "erase-state", 2 },
	[FLASH_FAULT_DUMP_SILENT] = { "dump-silent", 0 },
	[FLASH_FAULT_DUMP_COUNT] = { "dump-count", UINT32_MAX },
	[FLASH_FAULT_DUMP_SIZE] = { "dump-size", UINT32_MAX },
	[FLASH_FAULT_DUMP_NAME] = { "dump-name", 'x' },
	[FLASH_FAULT_DUMP_SHORT] = { "dump-short", 100 },
};

bool flash_fault(struct flash_faults *faults, enum flash_fault fault, uint32_t *value)
{
	if (!faults->armed[fault].times)
		return false;
	faults->armed[fault].times--;
	/* Who believes it may have to break rules. */
	check_excuse(faults->check, true);
	record_event(faults->record, "fault", "applied",
		     "\"name\":\"%s\",\"how\":\"%s\",\"before\":%u,\"after\":%u",
		     faults_by_name[fault].name, value ? "changed" : "lost", value ? *value : 0,
		     faults->armed[fault].value);
	if (value)
		*value = faults->armed[fault].value;
	return true;
}

static void list(const struct flash_faults *faults, struct control_reply *reply)
{
	for (unsigned int i = 0; i < FLASH_FAULTS; i++)
		if (faults->armed[i].times)
			control_line(reply, "%s 0x%x times=%u", faults_by_name[i].name,
				     faults->armed[i].value, faults->armed[i].times);
}

static int arm(struct flash_faults *faults, struct control_reply *reply, unsigned int fault,
	       int argc, char **argv)
{
	uint64_t value = faults_by_name[fault].usual, times = 1;

	if (argc > 4)
		return control_fail(reply, "expected %s [VALUE [TIMES]]", argv[1]);
	if (argc > 2 && !control_number(reply, argv[2], UINT32_MAX, &value))
		return -EINVAL;
	if (argc > 3 && !control_number(reply, argv[3], TIMES_MAX, &times))
		return -EINVAL;
	faults->armed[fault].value = (uint32_t)value;
	faults->armed[fault].times = (uint32_t)times;
	return 0;
}

static int command_fault(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct flash_faults *faults = self;

	if (argc == 1) {
		list(faults, reply);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "off")) {
		memset(faults->armed, 0, sizeof(faults->armed));
		return 0;
	}
	for (unsigned int i = 0; i < FLASH_FAULTS; i++)
		if (!strcmp(argv[1], faults_by_name[i].name))
			return arm(faults, reply, i, argc, argv);
	return control_fail(reply, "no fault of the boot loaders is called %s; see fault list",
			    argv[1]);
}

void flash_faults_init(struct flash_faults *faults, struct record *record, struct check *check,
		       struct control *control)
{
	memset(faults, 0, sizeof(*faults));
	faults->record = record;
	faults->check = check;
	control_register(control, "flash-fault",
			 "[off | NAME [VALUE [TIMES]]]: what the boot loaders say is wrong; see fault list",
			 command_fault, faults);
}
