// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mood.h"
#include "report.h"

#define VALUES	5

/* The first value is the default; tame stands for the others when they are too much. */
static const struct {
	const char *name;
	int values[VALUES], count;
	const char *what;
} choices[CHOICES] = {
	[BOOT_MS] = { "boot-ms", { 300, 0, 100, 1500 }, 4, "stage BOOT, 0: RUN at once" },
	[INIT_MS] = { "init-ms", { 2, 0, 30, 400 }, 4, "until status 1" },
	[RUN_MS] = { "run-ms", { 30, 0, 5, 400 }, 4, "until status 2" },
	[REPEAT_RUN] = { "repeat-run", { 1, 0 }, 2, "repeats that MSI until there is a message" },
	[CAPABILITY_BITS] = { "capability-bits", { 3, 1, 2 }, 3, "aggregation: 1 uplink, 2 downlink" },
	[OLD_VERSION] = { "old-version", { 0, 1 }, 2, "Lite: by a version below 0x100" },
	[CRASH_MS] = { "crash-ms", { 50, 0, -1 }, 3, "CRASH before CD-READY, 0: none, -1: for ever" },
	[MESSAGE_US] = { "message-us", { 0, 500, 5000, 60000 }, 4, "until a message is looked at" },
	[MESSAGE_BATCH] = { "message-batch", { 1, 0 }, 2, "one interrupt for several" },
	[TAIL_ZERO] = { "tail-zero", { 1, 0 }, 2, "writes the tail at open pipe" },
	[UPLINK_US] = { "uplink-us", { 0, 50, 500, 3000 }, 4, "until uplink is fetched" },
	[UPLINK_BATCH] = { "uplink-batch", { 0, 1, 3 }, 3, "descriptors a tail, 0: all there are" },
	[UPLINK_STATUS] = { "uplink-status", { 0, 1 }, 2, "marks uplink descriptors done" },
	[GIVE_BACK] = { "give-back", { 0, 1 }, 2, "at close pipe: gives buffers back as aborted" },
	[DOWNLINK_US] = { "downlink-us", { 0, 200, 1000 }, 3, "accumulation before the tail" },
	[DOWNLINK_BATCH] = { "downlink-batch", { 0, 1, 4 }, 3, "descriptors a tail, 0: all there are" },
	[POLL_MS] = { "poll-ms", { 5, 1, 0 }, 3, "looks at downlink heads, 0: at doorbells only" },
	[POLL_UPLINK] = { "poll-uplink", { 0, 1 }, 2, "and at uplink heads" },
	[SPURIOUS_MS] = { "spurious-ms", { 0, 7, 60 }, 3, "an MSI with nothing new" },
	[IDLE_MS] = { "idle-ms", { 20, 0, 2, 5, 100 }, 5, "until it wants to sleep, 0: never" },
	[WAKE_MS] = { "wake-ms", { 1, 0, 10, 60 }, 4, "to wake up" },
	[SELF_WAKE_MS] = { "self-wake-ms", { 0, 3, 50 }, 3, "wakes by itself" },
	[WITHDRAW] = { "withdraw", { 0, 30 }, 2, "per cent: takes its wish to sleep back" },
	[PADDING] = { "padding", { 16, 0, 4, 32, -1 }, 5, "uplink head padding, -1: each session another" },
	[GRANT] = { "grant", { 30000, 4000, 200000 }, 3, "bytes of credit at once" },
	[FLOW_MS] = { "flow-ms", { 0, 40, 300 }, 3, "stops a session for a while" },
	[LINK_STATUS_MS] = { "link-status-ms", { 0, 100 }, 2, "reports" },
	[TABLES] = { "tables", { 0, 1, 2 }, 3, "0 before, 1 behind, 2 between the datagrams" },
	[SPLIT] = { "split", { 0, 30 }, 2, "per cent: another table for the same session" },
	[SHUFFLE] = { "shuffle", { 0, 1 }, 2, "datagrams lie in any order" },
	[GAP] = { "gap", { 0, 4, 64 }, 3, "up to so many bytes between elements" },
	[ALIGN] = { "align", { 4, 1 }, 2, "of datagrams" },
	[JUNK] = { "junk", { 0, 0xa5 }, 2, "in padding and gaps" },
	[BLOCK_DATAGRAMS] = { "block-datagrams", { 32, 1, 4, 300 }, 4, "at most in a block" },
	[ODD_BLOCKS] = { "odd-blocks", { 0, 10 }, 2, "per cent: an empty one, or for a closed session" },
	[FOREIGN] = { "foreign", { 0, 20 }, 2, "per cent: blocks in the other dialect's format" },
	[COMMAND_OFFSET] = { "command-offset", { 16, 20, 28, 64 }, 4, "of the first in a block" },
	[COMMAND_CHAIN] = { "command-chain", { 0, 1 }, 2, "several commands in a block" },
	[COMMAND_MS] = { "command-ms", { 0, 150 }, 2, "until a session's command is answered" },
	[FRAGMENT] = { "fragment", { 4096, 512, 64 }, 3, "of MBIM messages, bytes" },
	[INDICATE_FIRST] = { "indicate-first", { 0, 1 }, 2, "before the answer" },
	[AT_PIECES] = { "at-pieces", { 0, 1 }, 2, "an AT answer in several messages" },
};

/* What the in-tree driver is known not to take, and what it gets instead. */
static const struct {
	enum choice choice;
	int value;
} tame[] = {
	{ REPEAT_RUN, 1 },	/* loses an early MSI */
	{ POLL_MS, 5 },		/* rings no doorbell for refills */
	{ COMMAND_OFFSET, 16 },
	{ ODD_BLOCKS, 0 },
	{ LINK_STATUS_MS, 0 },
	{ PADDING, 16 },
	{ ALIGN, 4 },
};

static int chosen[CHOICES];
static bool is_chosen[CHOICES];
static uint32_t state = 1;

uint32_t chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (uint32_t)(((uint64_t)state * below) >> 32);
}

int mood(enum choice choice)
{
	return is_chosen[choice] ? chosen[choice] : choices[choice].values[0];
}

bool percent(enum choice choice)
{
	int value = mood(choice);

	return value && chance(100) < (uint32_t)value;
}

static void choose(enum choice choice, int value)
{
	chosen[choice] = value;
	is_chosen[choice] = true;
}

void mood_seed(uint32_t seed)
{
	/* Seeds that are near each other shall not begin alike. */
	state = seed * 2654435761u + 12345;
	if (!state)
		state = 1;
	for (int i = 0; i < 8; i++)
		chance(2);
	for (int i = 0; i < CHOICES; i++) {
		int value = choices[i].values[chance(choices[i].count)];

		if (!is_chosen[i])
			choose(i, value);
	}
}

void mood_tame(void)
{
	for (size_t i = 0; i < sizeof(tame) / sizeof(*tame); i++)
		choose(tame[i].choice, tame[i].value);
}

bool mood_set(const char *name, const char *value)
{
	char *end;

	for (int i = 0; i < CHOICES; i++) {
		if (strcmp(choices[i].name, name) != 0)
			continue;
		choose(i, strtol(value, &end, 0));
		return *value && !*end;
	}
	return false;
}

void mood_print(void)
{
	char line[1024];
	size_t length = 0;

	for (int i = 0; i < CHOICES; i++)
		length += snprintf(line + length, sizeof(line) - length, " %s=%d", choices[i].name, mood(i));
	say("mood:%s", line);
}

void mood_lines(void (*tell)(const char *line))
{
	char line[64];

	for (int i = 0; i < CHOICES; i++) {
		snprintf(line, sizeof(line), "%s %d\n", choices[i].name, mood(i));
		tell(line);
	}
}

void mood_help(void)
{
	for (int i = 0; i < CHOICES; i++) {
		printf("  --%-17s", choices[i].name);
		for (int j = 0; j < choices[i].count; j++)
			printf("%s%d", j ? "|" : "", choices[i].values[j]);
		printf("\t%s\n", choices[i].what);
	}
}
