// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands in both directions, and the credits that travel beside them.
 */
#include <string.h>

#include "bytes.h"
#include "chip.h"
#include "clock.h"
#include "mood.h"
#include "mux.h"
#include "pipe.h"
#include "report.h"

#define QUEUE		64
#define OUTSTANDING	16
#define ANSWER_NS	(10 * SEC)
#define STOP_NS		(15 * MS)
#define FLAT		16
#define WRAPPED		20
#define PARAMETERS	12
#define CREDIT		0		/* a queue element that is no command */

enum {
	OPEN = 1, OPEN_RESPONSE, CLOSE, CLOSE_RESPONSE, STOP,
	LITE_ACK = 6, LITE_STATUS, LITE_STATUS_RESPONSE,
	GO = 6, ACK, STATUS, STATUS_RESPONSE
};

struct command {
	uint8_t id;
	uint32_t type, transaction, value[PARAMETERS / 4];
	size_t size;
};

/* What the host has to answer. */
struct question {
	bool used, stop;
	uint8_t id;
	uint32_t transaction, answer;
	uint64_t until;
};

static void flow(void);
static void link_status(void);
static void let_go(void);

static struct command queue[QUEUE];
static unsigned int queued;
static struct question questions[OUTSTANDING];
static uint32_t next_transaction = 0x5000;
static uint16_t sequence_down, sequence_up;
static bool any_block;
static int flow_session = -1;
static bool held;		/* answers wait a while */
static struct timer hold_timer = { .fire = let_go }, flow_timer = { .fire = flow },
	status_timer = { .fire = link_status };

static void push(uint8_t id, uint32_t type, uint32_t transaction, size_t words, uint32_t a, uint32_t b, uint32_t c)
{
	if (queued < QUEUE)
		queue[queued++] = (struct command){ id, type, transaction, { a, b, c }, words * 4 };
}

void command_grant(uint8_t id, uint32_t bytes)
{
	push(id, CREDIT, 0, 1, bytes, 0, 0);
}

void command_stop(void)
{
	queued = 0;
	memset(questions, 0, sizeof(questions));
	flow_session = -1;
	any_block = false;
	held = false;
	timer_stop(&hold_timer);
	timer_stop(&flow_timer);
	timer_stop(&status_timer);
}

void command_session_gone(uint8_t id)
{
	unsigned int left = 0;

	for (unsigned int i = 0; i < OUTSTANDING; i++)
		if (questions[i].id == id)
			questions[i].used = false;
	for (unsigned int i = 0; i < queued; i++)
		if (queue[i].id != id || queue[i].type == OPEN_RESPONSE || queue[i].type == CLOSE_RESPONSE)
			queue[left++] = queue[i];
	queued = left;
	if (flow_session == id) {
		flow_session = -1;
		timer_set(&flow_timer, mood(FLOW_MS) * MS);
	}
}

/* ---- questions of the device ---- */

static void ask(uint8_t id, uint32_t type, uint32_t answer, bool stop, size_t words, uint32_t value)
{
	for (unsigned int i = 0; i < OUTSTANDING; i++) {
		if (questions[i].used)
			continue;
		questions[i] = (struct question){ true, stop, id, next_transaction, answer,
						  clock_now() + ANSWER_NS };
		push(id, type, next_transaction, words, value, 0, 0);
		next_transaction += 1 + chance(1000);
		return;
	}
}

static uint8_t some_session(void)
{
	uint8_t id = chance(SESSIONS);

	for (unsigned int i = 0; i < SESSIONS && !sessions[id].open; i++)
		id = (id + 1) % SESSIONS;
	return id;
}

/* flow: stops a session, and lets it go a while after it has acknowledged */
static void flow(void)
{
	if (flow_session < 0) {
		uint8_t id = some_session();

		if (!sessions[id].open)
			return;
		flow_session = id;
		ask(id, STOP, options.aggregation ? ACK : LITE_ACK, true, 1, 0xffffffff);
	} else {
		sessions[flow_session].stopped = false;
		ask(flow_session, options.aggregation ? GO : STOP, options.aggregation ? ACK : LITE_ACK, false, 1, 0);
	}
}

static void link_status(void)
{
	uint8_t id = some_session();

	if (!sessions[id].open)
		return;
	ask(id, options.aggregation ? STATUS : LITE_STATUS,
	    options.aggregation ? STATUS_RESPONSE : LITE_STATUS_RESPONSE, false, chance(3) + 1, 1);
	timer_set(&status_timer, mood(LINK_STATUS_MS) * MS);
}

static void answered(const struct command *command)
{
	for (unsigned int i = 0; i < OUTSTANDING; i++) {
		struct question *question = &questions[i];

		if (!question->used || question->transaction != command->transaction)
			continue;
		question->used = false;
		if (question->id != command->id || question->answer != command->type)
			breach("command", "answer %u for session %u to a question that wants %u for %u",
			       command->type, command->id, question->answer, question->id);
		if (question->answer == command->type && command->id == flow_session &&
		    command->type == (options.aggregation ? ACK : LITE_ACK)) {
			sessions[command->id].stopped = question->stop;
			if (!question->stop)
				flow_session = -1;
			timer_set(&flow_timer, question->stop ? STOP_NS : mood(FLOW_MS) * MS);
		}
		return;
	}
	if (sessions[command->id].open)
		breach("command", "answer %u of session %u, transaction 0x%x, to nothing", command->type,
		       command->id, command->transaction);
}

static void check_answers(void)
{
	for (unsigned int i = 0; i < OUTSTANDING; i++) {
		if (questions[i].used && clock_now() > questions[i].until) {
			breach("command", "no answer %u of session %u, transaction 0x%x", questions[i].answer,
			       questions[i].id, questions[i].transaction);
			questions[i].used = false;
		}
	}
}

/* ---- commands of the host ---- */

static void do_open(const struct command *command)
{
	if (command->value[0] & 0xfffffffe)
		breach("command", "open session %u with the first word 0x%x", command->id, command->value[0]);
	mux_open(command->id, command->value[1]);
	push(command->id, OPEN_RESPONSE, command->transaction, 3, 0, 0, sessions[command->id].up_padding);
	if (mood(FLOW_MS) && flow_session < 0)
		timer_need(&flow_timer, mood(FLOW_MS) * MS);
	if (mood(LINK_STATUS_MS))
		timer_need(&status_timer, mood(LINK_STATUS_MS) * MS);
}

static void let_go(void)
{
	held = false;
}

static size_t wanted_size(uint32_t type)
{
	switch (type) {
	case OPEN: return 8;
	case LITE_STATUS_RESPONSE: return options.aggregation ? SIZE_MAX : 4;
	case STATUS_RESPONSE: return options.aggregation ? 4 : SIZE_MAX;
	case CLOSE: return 0;
	case LITE_ACK: return options.aggregation ? SIZE_MAX : 0;
	case ACK: return options.aggregation ? 0 : SIZE_MAX;
	default: return SIZE_MAX;
	}
}

static void execute(const struct command *command)
{
	size_t wanted = wanted_size(command->type);

	if (wanted == SIZE_MAX || command->size != wanted || command->id >= SESSIONS) {
		breach("command", "command %u for session %u with %zu bytes of parameters", command->type,
		       command->id, command->size);
		return;
	}
	if (mood(COMMAND_MS) && (command->type == OPEN || command->type == CLOSE)) {
		held = true;
		timer_set(&hold_timer, mood(COMMAND_MS) * MS);
	}
	if (command->type == OPEN) {
		do_open(command);
	} else if (command->type == CLOSE) {
		mux_close(command->id);
		push(command->id, CLOSE_RESPONSE, command->transaction, 1, 0, 0, 0);
	} else {
		answered(command);
	}
}

/* parse: a command at data with a header of that size; returns its length, 0 if it is none */
static size_t parse(const uint8_t *data, size_t size, size_t header)
{
	struct command command = { 0 };
	size_t length = size >= header ? get16(data + 4) : 0;

	if (length < header || length > size || get32(data) != CMDH || length - header > PARAMETERS) {
		breach("command", "%zu bytes are no command", size);
		return 0;
	}
	if (data[7])
		breach("stale", "a command's reserved byte is 0x%02x", data[7]);
	command.id = data[6];
	command.type = get32(data + header - 8);
	command.transaction = get32(data + header - 4);
	command.size = length - header;
	memcpy(command.value, data + header, command.size);
	execute(&command);
	return length;
}

void command_flat(const uint8_t *data, size_t size)
{
	size_t length = parse(data, size, FLAT);

	if (length && length != size)
		breach("command", "a command of %zu bytes in a transfer of %zu", length, size);
}

void command_block(const uint8_t *data, size_t size)
{
	size_t at = get32(data + 12), end = 16;
	uint16_t number = get16(data + 6);

	if (get32(data + 8) != 16 && get32(data + 8) != size)
		breach("command", "a command block says %u bytes, its descriptor %zu", get32(data + 8), size);
	if (get16(data + 4))
		breach("stale", "a command block's reserved word is 0x%x", get16(data + 4));
	if (any_block && number != (uint16_t)(sequence_up + 1))
		breach("sequence", "command block %u follows %u", number, sequence_up);
	any_block = true;
	sequence_up = number;
	if (!at)
		breach("command", "a command block without a command");
	while (at) {
		size_t length;

		if (at < end || at > size) {
			breach("command", "a command at 0x%zx in a block of %zu", at, size);
			return;
		}
		length = parse(data + at, size - at, WRAPPED);
		if (!length)
			return;
		end = at + length;
		at = get32(data + at + 8);
	}
	if (end != size)
		breach("command", "commands end at %zu in a block of %zu", end, size);
}

/* ---- to the host ---- */

static void pop(unsigned int count)
{
	queued -= count;
	memmove(queue, queue + count, queued * sizeof(*queue));
}

static void send_credit(const struct command *command)
{
	uint8_t block[20] = { 0 };

	put32(block, FCTH);
	put16(block + 4, sizeof(block));
	block[6] = command->id;
	block[7] = 4;
	put32(block + 16, command->value[0]);
	pipe_put(MUX_DOWN, block, sizeof(block));
}

static size_t compose(uint8_t *to, const struct command *command, size_t header, uint32_t next)
{
	put32(to, CMDH);
	put16(to + 4, header + command->size);
	to[6] = command->id;
	to[7] = 0;
	if (header == WRAPPED)
		put32(to + 8, next);
	put32(to + header - 8, command->type);
	put32(to + header - 4, command->transaction);
	memcpy(to + header, command->value, command->size);
	return header + command->size;
}

static void send_flat(const struct command *command)
{
	uint8_t block[FLAT + PARAMETERS];

	pipe_put(MUX_DOWN, block, compose(block, command, FLAT, 0));
}

/* How many of the queue's first go into one block. */
static unsigned int chain_length(void)
{
	unsigned int most = mood(COMMAND_CHAIN) ? 8 : 1, count = 0;

	while (count < queued && count < most && queue[count].type != CREDIT)
		count++;
	return count;
}

static void send_block(unsigned int count)
{
	uint8_t block[512];
	size_t at = mood(COMMAND_OFFSET);

	memset(block, mood(JUNK), sizeof(block));
	put32(block, ACBH);
	put16(block + 4, 0);
	put16(block + 6, sequence_down++);
	put32(block + 12, at);
	for (unsigned int i = 0; i < count; i++) {
		size_t end = at + WRAPPED + queue[i].size;
		size_t next = end + chance(mood(GAP) ? 4 : 1) * 4;

		compose(block + at, &queue[i], WRAPPED, i + 1 < count ? next : 0);
		at = i + 1 < count ? next : end;
	}
	put32(block + 8, at);
	pipe_put(MUX_DOWN, block, at);
}

void command_serve(void)
{
	check_answers();
	while (!held && queued && pipe_room(MUX_DOWN) >= 512) {
		unsigned int count = 1;

		if (queue[0].type == CREDIT) {
			send_credit(&queue[0]);
		} else if (options.aggregation == !percent(FOREIGN)) {
			count = chain_length();
			send_block(count);
		} else {
			send_flat(&queue[0]);
		}
		pop(count);
	}
}

bool command_pending(void)
{
	return queued;
}
