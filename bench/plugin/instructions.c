// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin of QEMU's translator that counts what the guest executes between two marks, by the
 * address of each translated block. A mark is a no-operation that load_begin() and load_end()
 * of the load generators execute (bench/load/mark.h). Of several processes the first begin and
 * the last end count.
 *
 *	-plugin instructions.so,out=FILE
 *
 * For each such window FILE gets a line "window FROM TO", in seconds of this side's monotonic
 * clock, and then "ADDRESS INSTRUCTIONS" of each block that ran; all of user space counts as
 * address 0.
 */
#include "qemu.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../load/mark.h"

#define HASH_BITS	18
#define HASH_SIZE	(1u << HASH_BITS)
#define BLOCKS		(HASH_SIZE / 2)	/* a kernel at work has some ten thousand */
#define USER_END	(1ull << 47)

struct counts {
	pthread_mutex_t lock;
	struct qemu_plugin_scoreboard *score;
	unsigned int block_of[HASH_SIZE];	/* 0 where there is none */
	uint64_t address[BLOCKS];		/* the first is user space's */
	uint64_t before[BLOCKS], after[BLOCKS];	/* the counters at a window's ends */
	unsigned int used;
	unsigned int running;			/* processes between their marks */
	double from_s;
	FILE *out;
};

__attribute__((visibility("default"))) int qemu_plugin_version = QEMU_API;

static struct qemu_counter counter_of(const struct counts *counts, unsigned int block)
{
	return (struct qemu_counter){ counts->score, block * sizeof(uint64_t) };
}

/* Returns the number of the block at @address: one for ever, as blocks are translated again. */
static unsigned int block_at(struct counts *counts, uint64_t address)
{
	unsigned int slot = (unsigned int)(address * 0x9e3779b97f4a7c15ull >> (64 - HASH_BITS));

	if (address < USER_END)
		return 0;
	while (counts->block_of[slot] && counts->address[counts->block_of[slot]] != address)
		slot = (slot + 1) % HASH_SIZE;
	if (!counts->block_of[slot]) {
		if (counts->used == BLOCKS) {
			fprintf(stderr, "instructions: more than %u blocks\n", BLOCKS);
			abort();
		}
		counts->address[counts->used] = address;
		counts->block_of[slot] = counts->used++;
	}
	return counts->block_of[slot];
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The other processor runs on meanwhile, so this is short. */
static void read_counters(const struct counts *counts, uint64_t *values)
{
	for (unsigned int i = 0; i < counts->used; i++)
		values[i] = qemu_plugin_u64_sum(counter_of(counts, i));
}

/* A block that was first translated in the window has counted from 0. */
static void write_window(struct counts *counts)
{
	fprintf(counts->out, "window %.6f %.6f\n", counts->from_s, now_s());
	for (unsigned int i = 0; i < counts->used; i++) {
		uint64_t ran = counts->after[i] - counts->before[i];

		if (ran)
			fprintf(counts->out, "%" PRIx64 " %" PRIu64 "\n", counts->address[i], ran);
	}
	fflush(counts->out);
}

static void marked_begin(unsigned int processor, void *self)
{
	struct counts *counts = self;

	(void)processor;
	pthread_mutex_lock(&counts->lock);
	if (!counts->running++) {
		read_counters(counts, counts->before);
		counts->from_s = now_s();
	}
	pthread_mutex_unlock(&counts->lock);
}

static void marked_end(unsigned int processor, void *self)
{
	struct counts *counts = self;

	(void)processor;
	pthread_mutex_lock(&counts->lock);
	if (counts->running && !--counts->running) {
		read_counters(counts, counts->after);
		write_window(counts);
	}
	pthread_mutex_unlock(&counts->lock);
}

static void look_for_mark(struct qemu_plugin_insn *instruction, struct counts *counts)
{
	uint8_t code[MARK_BYTES];

	if (qemu_plugin_insn_data(instruction, code, sizeof(code)) != sizeof(code))
		return;
	if (!memcmp(code, (const uint8_t[])MARK_BEGIN, sizeof(code)))
		qemu_plugin_register_vcpu_insn_exec_cb(instruction, marked_begin, QEMU_NO_REGISTERS, counts);
	else if (!memcmp(code, (const uint8_t[])MARK_END, sizeof(code)))
		qemu_plugin_register_vcpu_insn_exec_cb(instruction, marked_end, QEMU_NO_REGISTERS, counts);
}

static void translated(struct qemu_plugin_tb *block, void *self)
{
	uint64_t address = qemu_plugin_tb_vaddr(block);
	size_t instructions = qemu_plugin_tb_n_insns(block);
	struct counts *counts = self;
	unsigned int number;

	pthread_mutex_lock(&counts->lock);
	number = block_at(counts, address);
	pthread_mutex_unlock(&counts->lock);
	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(block, QEMU_ADD, counter_of(counts, number),
							  instructions);
	for (size_t i = 0; address < USER_END && i < instructions; i++)
		look_for_mark(qemu_plugin_tb_get_insn(block, i), counts);
}

/* QEMU's name for it. @words: "out=FILE" */
__attribute__((visibility("default")))
int qemu_plugin_install(uint64_t plugin, const struct qemu_info *info, int count, char **words);

int qemu_plugin_install(uint64_t plugin, const struct qemu_info *info, int count, char **words)
{
	struct counts *counts;

	(void)info;
	if (count != 1 || strncmp(words[0], "out=", 4)) {
		fprintf(stderr, "instructions: say out=FILE\n");
		return 1;
	}
	counts = calloc(1, sizeof(*counts));
	if (!counts)
		return 1;
	counts->out = fopen(words[0] + 4, "w");
	if (!counts->out) {
		perror(words[0] + 4);
		free(counts);
		return 1;
	}
	pthread_mutex_init(&counts->lock, NULL);
	counts->used = 1;
	counts->score = qemu_plugin_scoreboard_new(BLOCKS * sizeof(uint64_t));
	qemu_plugin_register_vcpu_tb_trans_cb(plugin, translated, counts);
	return 0;
}
