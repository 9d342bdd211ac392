// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver's life state machine, as it is, against those who hold the modem down, kick the
 * worker and freeze it: every interleaving of their steps, by search in depth.
 *
 * - No run is started, and there is none, from the return of a hold to its release; nothing
 *   begins or ends while the worker is frozen.
 * - Every hold returns without waiting for a time limit, and the one for an error, which
 *   nobody may end, has its whole time and then an end.
 * - No kick is lost: when all is quiet a failed run has ended, and a modem that nobody holds
 *   down runs, or its next start has a time.
 *
 * The modem is always ready, and memory is in the same order for all: whether a barrier is
 * missing is not seen here. The same search must find faults that are put into what the driver
 * builds on.
 */
#include <stdlib.h>

#include "life_model.h"
#include "tap.h"

#define DEPTH_MAX	600

struct explorer {
	const struct life_story *story;
	enum life_fault fault;
	u64 *seen;		/* keys; 0 is a free place */
	size_t room, count;
	size_t moves;
	unsigned char way[DEPTH_MAX];
	const char *failure;
};

static const struct life_story stories[] = {
	{ "a reset and a hibernation at once", {
		{ { LIFE_HOLD, IOSM_HOLD_RESET }, { LIFE_RELEASE, IOSM_HOLD_RESET } },
		{ { LIFE_HOLD, IOSM_HOLD_HIBERNATION }, { LIFE_RELEASE, IOSM_HOLD_HIBERNATION } },
	} },
	{ "a reset after the other while the modem fails", {
		{ { LIFE_HOLD, IOSM_HOLD_RESET }, { LIFE_RELEASE, IOSM_HOLD_RESET },
		  { LIFE_HOLD, IOSM_HOLD_RESET }, { LIFE_RELEASE, IOSM_HOLD_RESET } },
		{ { .op = LIFE_FAIL }, { .op = LIFE_INTERRUPT } },
	} },
	{ "failures one after the other, and a kick", {
		{ { .op = LIFE_FAIL }, { .op = LIFE_FAIL }, { .op = LIFE_FAIL } },
		{ { .op = LIFE_KICK }, { .op = LIFE_SECOND } },
	} },
	{ "the system sleeps while the bus has an error", {
		{ { .op = LIFE_FREEZE }, { .op = LIFE_THAW } },
		{ { LIFE_HOLD, IOSM_HOLD_ERROR }, { LIFE_RELEASE, IOSM_HOLD_ERROR } },
	} },
	{ "the system sleeps while the modem fails", {
		{ { .op = LIFE_FREEZE }, { .op = LIFE_THAW }, { .op = LIFE_FREEZE },
		  { .op = LIFE_THAW } },
		{ { .op = LIFE_FAIL }, { .op = LIFE_KICK } },
	} },
	{ "an error of which nobody tells the end, and another", {
		{ { LIFE_HOLD, IOSM_HOLD_ERROR }, { .op = LIFE_LIMIT },
		  { LIFE_HOLD, IOSM_HOLD_ERROR }, { LIFE_RELEASE, IOSM_HOLD_ERROR } },
		{ { .op = LIFE_KICK } },
	} },
	{ "an error soon after another", {
		{ { LIFE_HOLD, IOSM_HOLD_ERROR }, { LIFE_RELEASE, IOSM_HOLD_ERROR },
		  { LIFE_HOLD, IOSM_HOLD_ERROR }, { .op = LIFE_LIMIT } },
		{ { .op = LIFE_SECOND } },
	} },
	{ "an error while the last one's hold comes to its limit", {
		{ { LIFE_HOLD, IOSM_HOLD_ERROR }, { LIFE_HOLD, IOSM_HOLD_ERROR },
		  { .op = LIFE_LIMIT } },
		{ { .op = LIFE_SECOND } },
	} },
	{ "a reset within the recovery from an error", {
		{ { LIFE_HOLD, IOSM_HOLD_ERROR }, { LIFE_RELEASE, IOSM_HOLD_ERROR } },
		{ { LIFE_HOLD, IOSM_HOLD_RESET }, { LIFE_RELEASE, IOSM_HOLD_RESET } },
	} },
	{ "removal while the modem fails", {
		{ { LIFE_HOLD, IOSM_HOLD_UNBOUND }, { .op = LIFE_DESTROY } },
		{ { .op = LIFE_FAIL } },
	} },
};

static bool put(u64 *table, size_t room, u64 key)
{
	size_t place = key & (room - 1);

	for (; table[place]; place = (place + 1) & (room - 1))
		if (table[place] == key)
			return false;
	table[place] = key;
	return true;
}

/* Returns false when this world was met before. */
static bool is_new(struct explorer *explorer, u64 key)
{
	if (explorer->count * 2 >= explorer->room) {
		size_t room = explorer->room ? explorer->room * 2 : 1 << 14;
		u64 *table = calloc(room, sizeof(*table));

		if (!table)
			abort();
		for (size_t i = 0; i < explorer->room; i++)
			if (explorer->seen[i])
				put(table, room, explorer->seen[i]);
		free(explorer->seen);
		explorer->seen = table;
		explorer->room = room;
	}
	if (!put(explorer->seen, explorer->room, key | 1))
		return false;
	explorer->count++;
	return true;
}

static void show_way(const struct explorer *explorer, unsigned int depth)
{
	static const char * const who[LIFE_MOVES] = {
		"first", "second", [LIFE_WORKER] = "worker", [LIFE_TIMER] = "clock",
		[LIFE_TIMEOUT] = "worker",
	};

	life_begin(explorer->story, explorer->fault);
	for (unsigned int i = 0; i < depth; i++)
		printf("#   %-8s %s\n", who[explorer->way[i]], life_move(explorer->way[i]));
}

static void refute(struct explorer *explorer, const char *failure, unsigned int depth)
{
	explorer->failure = failure;
	if (explorer->fault != LIFE_FAULT_NONE)
		return;
	printf("# %s:\n", failure);
	show_way(explorer, depth);
}

/* The world is where the way leads so far. */
static void explore(struct explorer *explorer, unsigned int depth)
{
	struct life_world *kept;
	bool quiet = true;

	if (life_failure()) {
		refute(explorer, life_failure(), depth);
		return;
	}
	if (!is_new(explorer, life_key()))
		return;
	if (depth == DEPTH_MAX) {
		refute(explorer, "it does not come to rest", depth);
		return;
	}
	for (unsigned int move = 0; move < LIFE_THREADS; move++)
		quiet &= !life_can(move);
	if (quiet && life_unfinished()) {
		refute(explorer, life_unfinished(), depth);
		return;
	}
	kept = life_keep();
	for (unsigned int move = 0; move < LIFE_MOVES && !explorer->failure; move++) {
		if (!life_can(move))
			continue;
		explorer->way[depth] = move;
		explorer->moves++;
		life_move(move);
		explore(explorer, depth + 1);
		life_return(kept);
	}
	free(kept);
}

/* Returns what went wrong, NULL when nothing can. */
static const char *tell(const struct life_story *story, enum life_fault fault)
{
	struct explorer explorer = { .story = story, .fault = fault };

	life_begin(story, fault);
	explore(&explorer, 0);
	free(explorer.seen);
	if (fault == LIFE_FAULT_NONE)
		printf("# %zu states, %zu steps explored\n", explorer.count, explorer.moves);
	return explorer.failure;
}

int main(void)
{
	static const char * const faults[LIFE_FAULT_COUNT] = {
		[LIFE_FAULT_KICK_LOST] = "a kick while the worker runs is lost",
		[LIFE_FAULT_LOOK_FIRST] = "the next look takes a kick's place",
		[LIFE_FAULT_NO_WAKE] = "nobody is woken",
		[LIFE_FAULT_NO_TIMER] = "the next look never comes",
		[LIFE_FAULT_NO_HOLD] = "holds are not noted",
	};
	size_t count = sizeof(stories) / sizeof(*stories);
	struct tap tap = { 0 };

	for (size_t i = 0; i < count; i++) {
		const char *failure = tell(&stories[i], LIFE_FAULT_NONE);

		tap_ok(&tap, !failure, "no interleaving goes wrong: %s", stories[i].name);
	}
	for (enum life_fault fault = LIFE_FAULT_NONE + 1; fault < LIFE_FAULT_COUNT; fault++) {
		const char *failure = NULL;

		for (size_t i = 0; i < count && !failure; i++)
			failure = tell(&stories[i], fault);
		tap_ok(&tap, failure, "found: %s", faults[fault]);
		printf("# %s\n", failure ? failure : "nothing went wrong");
	}
	return tap_done(&tap);
}
