/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What instructions.c needs of QEMU's plugin interface, version 7 (QEMU 11), for which Debian
 * has no header. QEMU refuses a plugin of another version.
 */
#ifndef BENCH_PLUGIN_QEMU_H
#define BENCH_PLUGIN_QEMU_H

#include <stddef.h>
#include <stdint.h>

#define QEMU_API	7

struct qemu_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_scoreboard;

/* A counter of each virtual processor. */
struct qemu_counter {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
};

enum qemu_op { QEMU_ADD };
enum qemu_registers { QEMU_NO_REGISTERS };

struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t bytes);
uint64_t qemu_plugin_u64_sum(struct qemu_counter counter);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t plugin,
					   void (*translated)(struct qemu_plugin_tb *block, void *self),
					   void *self);
void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_plugin_tb *block, enum qemu_op op,
						       struct qemu_counter counter, uint64_t value);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
					    void (*executed)(unsigned int processor, void *self),
					    enum qemu_registers registers, void *self);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction, void *data, size_t bytes);

#endif /* BENCH_PLUGIN_QEMU_H */
