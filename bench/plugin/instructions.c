// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin of QEMU's translator that counts what the guest executes between two marks, by the
 * address of each translated block. A mark is a no-operation that load_begin() and load_end()
 * of the load generators execute (bench/load/mark.h).
 *
 *	-plugin instructions.so,out=FILE
 *
 * For each pair of marks FILE gets a line "window", and then "ADDRESS INSTRUCTIONS" of each
 * block that ran; all of user space counts as address 0.
 */
#include "qemu.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../load/mark.h"

#define SLOTS		(1u << 18)	/* a kernel at work has some ten thousand blocks */
#define USER_END	(1ull << 47)

struct counts {
	pthread_mutex_t lock;
	struct qemu_plugin_scoreboard *score;
	uint64_t address[SLOTS];	/* of the block; the first is user space's */
	uint64_t before[SLOTS];		/* of its counter, at the first mark */
	unsigned int used;
	bool counting;
	FILE *out;
};

__attribute__((visibility("default"))) int qemu_plugin_version = QEMU_API;

static struct qemu_counter counter_of(const struct counts *counts, unsigned int slot)
{
	return (struct qemu_counter){ counts->score, slot * sizeof(uint64_t) };
}

/* Returns the slot of the block at @address: one for ever, as blocks are translated again. */
static unsigned int slot_of(struct counts *counts, uint64_t address)
{
	unsigned int slot = (unsigned int)(address * 0x9e3779b97f4a7c15ull >> 46);

	if (address < USER_END)
		return 0;
	while (!slot || (counts->address[slot] && counts->address[slot] != address))
		slot = (slot + 1) % SLOTS;
	if (!counts->address[slot]) {
		if (++counts->used == SLOTS - 1) {
			fprintf(stderr, "instructions: more than %u blocks\n", SLOTS);
			abort();
		}
		counts->address[slot] = address;
	}
	return slot;
}

static void marked_begin(unsigned int processor, void *self)
{
	struct counts *counts = self;

	(void)processor;
	pthread_mutex_lock(&counts->lock);
	if (!counts->counting) {
		for (unsigned int i = 0; i < SLOTS; i++)
			counts->before[i] = qemu_plugin_u64_sum(counter_of(counts, i));
		counts->counting = true;
	}
	pthread_mutex_unlock(&counts->lock);
}

static void marked_end(unsigned int processor, void *self)
{
	struct counts *counts = self;

	(void)processor;
	pthread_mutex_lock(&counts->lock);
	if (counts->counting) {
		fprintf(counts->out, "window\n");
		for (unsigned int i = 0; i < SLOTS; i++) {
			uint64_t ran = qemu_plugin_u64_sum(counter_of(counts, i)) - counts->before[i];

			if (ran)
				fprintf(counts->out, "%" PRIx64 " %" PRIu64 "\n", counts->address[i], ran);
		}
		fflush(counts->out);
		counts->counting = false;
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
	unsigned int slot;

	pthread_mutex_lock(&counts->lock);
	slot = slot_of(counts, address);
	pthread_mutex_unlock(&counts->lock);
	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(block, QEMU_ADD, counter_of(counts, slot),
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
	counts->score = qemu_plugin_scoreboard_new(SLOTS * sizeof(uint64_t));
	qemu_plugin_register_vcpu_tb_trans_cb(plugin, translated, counts);
	return 0;
}
