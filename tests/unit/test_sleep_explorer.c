// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every interleaving of the device sleep handshake, by search in breadth: the driver's own
 * steps against a modem written from the specification (sleep_model.c).
 *
 * - No doorbell reaches a modem that sleeps without waking it first.
 * - From whatever state, as soon as nobody wants anything new, all comes to rest with all
 *   served, in whatever order the rest happens: no lost wake-up, no deadlock, no livelock.
 *   A wake-up request may go unanswered as often as the driver repeats it, not more.
 *
 * A driver with a fault put in must be found out by the same search.
 */
#include <stdlib.h>

#include "sleep_model.h"
#include "tap.h"

/* IOSM_SLEEP_RETRIES of iosm_sleep.c */
#define RETRIES		5

#define NOBODY		UINT32_MAX
#define REFUTED		UINT8_MAX

struct state {
	struct model model;
	uint32_t from;		/* where it was reached from first */
	uint32_t pending;	/* successors without stimulus that are not yet judged */
	uint8_t retries;	/* unanswered requests until all is at rest, at worst */
	const char *what;
};

struct edge {
	uint32_t from;
	uint32_t to;
};

struct explorer {
	enum model_fault fault;
	struct state *states;
	uint32_t count, room;
	uint32_t *table;
	uint32_t mask;
	struct edge *edges;	/* without stimulus */
	uint32_t edge_count, edge_room;
	uint32_t steps;
	const char *failure;
};

static void *grow(void *memory, uint32_t *room, size_t size)
{
	*room = *room ? *room * 2 : 1U << 14;
	memory = realloc(memory, *room * size);
	if (!memory)
		abort();
	return memory;
}

static uint32_t hash(const struct model *model)
{
	const uint8_t *bytes = (const uint8_t *)model;
	uint32_t value = 2166136261;

	for (size_t i = 0; i < sizeof(*model); i++)
		value = (value ^ bytes[i]) * 16777619;
	return value ^ value >> 15;
}

static void rehash(struct explorer *explorer)
{
	explorer->mask = explorer->room * 2 - 1;
	free(explorer->table);
	explorer->table = malloc((explorer->mask + 1) * sizeof(*explorer->table));
	if (!explorer->table)
		abort();
	memset(explorer->table, 0xff, (explorer->mask + 1) * sizeof(*explorer->table));
	for (uint32_t i = 0; i < explorer->count; i++) {
		uint32_t slot = hash(&explorer->states[i].model) & explorer->mask;

		while (explorer->table[slot] != NOBODY)
			slot = (slot + 1) & explorer->mask;
		explorer->table[slot] = i;
	}
}

/* The number of a state, a new one if it was never met. */
static uint32_t number(struct explorer *explorer, const struct model *model, uint32_t from,
		       const char *what)
{
	uint32_t slot;

	if (explorer->count == explorer->room) {
		explorer->states = grow(explorer->states, &explorer->room,
					sizeof(*explorer->states));
		rehash(explorer);
	}
	slot = hash(model) & explorer->mask;
	for (; explorer->table[slot] != NOBODY; slot = (slot + 1) & explorer->mask)
		if (!memcmp(&explorer->states[explorer->table[slot]].model, model,
			    sizeof(*model)))
			return explorer->table[slot];
	explorer->table[slot] = explorer->count;
	explorer->states[explorer->count] = (struct state){
		.model = *model, .from = from, .what = what, .retries = REFUTED,
	};
	return explorer->count++;
}

static void show_way(const struct explorer *explorer, uint32_t state)
{
	const struct state *s = &explorer->states[state];

	if (s->from != NOBODY)
		show_way(explorer, s->from);
	printf("#   %-50s host%s%s%s%s%s modem %u word %u bells %u pm %u\n", s->what,
	       s->model.asleep ? " asleep" : "", s->model.waking ? " waking" : "",
	       s->model.held ? " held" : "", s->model.suspended ? " suspended" : "",
	       s->model.forced ? " forced" : "", s->model.modem, s->model.word, s->model.bells,
	       s->model.pm);
}

static void refute(struct explorer *explorer, const char *failure, uint32_t state)
{
	explorer->failure = failure;
	if (explorer->fault != MODEL_FAULT_NONE)
		return;
	printf("# %s:\n", failure);
	show_way(explorer, state);
}

static void add_edge(struct explorer *explorer, uint32_t from, uint32_t to)
{
	if (explorer->edge_count == explorer->edge_room)
		explorer->edges = grow(explorer->edges, &explorer->edge_room,
				       sizeof(*explorer->edges));
	explorer->edges[explorer->edge_count++] = (struct edge){ from, to };
	explorer->states[from].pending++;
}

static void expand(struct explorer *explorer, uint32_t state)
{
	const struct model model = explorer->states[state].model;
	struct model_next next[MODEL_NEXT_MAX];
	unsigned int count = model_next(&model, explorer->fault, next);
	struct model_next retry;

	for (unsigned int i = 0; i < count; i++) {
		uint32_t to = number(explorer, &next[i].state, state, next[i].what);

		explorer->steps++;
		if (next[i].breach) {
			refute(explorer, next[i].breach, to);
			return;
		}
		if (!next[i].stimulus)
			add_edge(explorer, state, to);
	}
	if (model_retry(&model, explorer->fault, &retry)) {
		explorer->steps++;
		number(explorer, &retry.state, state, retry.what);
	}
}

/*
 * Edges in order of their ends, so that those into a state are found: into[s] is the first
 * of them, into[s + 1] the one behind the last.
 */
static uint32_t *sort_edges(struct explorer *explorer)
{
	uint32_t *into = calloc(explorer->count + 2, sizeof(*into));
	struct edge *sorted = malloc(((size_t)explorer->edge_count + 1) * sizeof(*sorted));

	if (!into || !sorted)
		abort();
	for (uint32_t i = 0; i < explorer->edge_count; i++)
		into[explorer->edges[i].to + 2]++;
	for (uint32_t i = 2; i < explorer->count + 2; i++)
		into[i] += into[i - 1];
	for (uint32_t i = 0; i < explorer->edge_count; i++)
		sorted[into[explorer->edges[i].to + 1]++] = explorer->edges[i];
	free(explorer->edges);
	explorer->edges = sorted;
	return into;
}

/* A state without anything left to happen: at rest, or a time limit helps. */
static uint8_t judge_end(struct explorer *explorer, const struct state *state)
{
	struct model_next retry;
	uint8_t after;

	if (model_at_rest(&state->model))
		return 0;
	if (!model_retry(&state->model, explorer->fault, &retry))
		return REFUTED;
	after = explorer->states[number(explorer, &retry.state, 0, retry.what)].retries;
	return after < RETRIES ? after + 1 : REFUTED;
}

/* One round: all states whose every future ends well with at most @retries time limits. */
static uint32_t judge(struct explorer *explorer, const uint32_t *into, uint32_t *pending,
		      uint32_t *queue)
{
	uint32_t first = 0, last = 0;

	for (uint32_t i = 0; i < explorer->count; i++) {
		struct state *state = &explorer->states[i];

		pending[i] = state->pending;
		if (state->pending)
			continue;
		if (state->retries == REFUTED)
			state->retries = judge_end(explorer, state);
		if (state->retries != REFUTED)
			queue[last++] = i;
	}
	while (first < last) {
		uint32_t to = queue[first++];

		for (uint32_t e = into[to]; e < into[to + 1]; e++) {
			struct state *state = &explorer->states[explorer->edges[e].from];
			uint8_t retries = explorer->states[to].retries;

			if (state->retries == REFUTED || state->retries < retries)
				state->retries = retries;
			if (--pending[explorer->edges[e].from])
				continue;
			queue[last++] = explorer->edges[e].from;
		}
	}
	/* Not in the queue: part of its future is not known to end well. */
	for (uint32_t i = 0; i < explorer->count; i++)
		if (pending[i])
			explorer->states[i].retries = REFUTED;
	return last;
}

static void judge_all(struct explorer *explorer)
{
	uint32_t *into = sort_edges(explorer);
	uint32_t *pending = malloc(explorer->count * sizeof(*pending));
	uint32_t *queue = malloc(explorer->count * sizeof(*queue));
	uint32_t good = 0, before;

	if (!pending || !queue)
		abort();
	do {
		before = good;
		good = judge(explorer, into, pending, queue);
	} while (good != before && good != explorer->count);
	for (uint32_t i = 0; i < explorer->count && !explorer->failure; i++)
		if (explorer->states[i].retries == REFUTED && !explorer->states[i].pending)
			refute(explorer, "nothing more happens, and not all was served", i);
	for (uint32_t i = 0; i < explorer->count && !explorer->failure; i++)
		if (explorer->states[i].retries == REFUTED)
			refute(explorer, "it need not come to rest", i);
	free(into);
	free(pending);
	free(queue);
}

/* Returns what went wrong, NULL when nothing can. */
static const char *explore(enum model_fault fault, bool say)
{
	struct explorer explorer = { .fault = fault };
	struct model first;
	uint8_t most = 0;

	model_init(&first);
	number(&explorer, &first, NOBODY, "start");
	for (uint32_t i = 0; i < explorer.count && !explorer.failure; i++)
		expand(&explorer, i);
	if (!explorer.failure)
		judge_all(&explorer);
	for (uint32_t i = 0; i < explorer.count && !explorer.failure; i++)
		most = explorer.states[i].retries > most ? explorer.states[i].retries : most;
	if (say)
		printf("# %u states, %u steps explored; a wake-up request is repeated %u times at most\n",
		       explorer.count, explorer.steps, most);
	free(explorer.states);
	free(explorer.table);
	free(explorer.edges);
	return explorer.failure;
}

int main(void)
{
	static const char * const faults[MODEL_FAULT_COUNT] = {
		[MODEL_FAULT_RING_ASLEEP] = "rings a modem that sleeps",
		[MODEL_FAULT_NO_WAKE] = "never asks for wake-up",
		[MODEL_FAULT_HELD_LOST] = "forgets what waited for the modem to wake",
		[MODEL_FAULT_BELL_BEFORE_ACK] = "rings before it acknowledges",
		[MODEL_FAULT_NO_RETRY] = "asks for wake-up once only",
		[MODEL_FAULT_NO_ACK] = "does not acknowledge \"active\"",
		[MODEL_FAULT_RESUME_FORGETS] = "forgets what waited for the system to wake",
		[MODEL_FAULT_NO_LOOK] = "does not look when the system is back",
		[MODEL_FAULT_FORCED_LOOKS] = "believes the word of a modem in forced sleep",
	};
	struct tap tap = { 0 };
	const char *failure;

	failure = explore(MODEL_FAULT_NONE, true);
	tap_ok(&tap, !failure, "no interleaving of the driver's steps goes wrong");
	for (enum model_fault fault = MODEL_FAULT_NONE + 1; fault < MODEL_FAULT_COUNT; fault++) {
		failure = explore(fault, false);
		tap_ok(&tap, failure, "found: a driver that %s", faults[fault]);
		printf("# %s\n", failure ? failure : "nothing went wrong");
	}
	return tap_done(&tap);
}
