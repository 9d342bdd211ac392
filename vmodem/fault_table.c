// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every fault by its name. The D numbers are those of docs/faults.md: what became of a
 * driver that believed the value.
 */
#include <stddef.h>

#include "../driver/iosm_wire.h"
#include "fault_internal.h"
#include "mbim_wire.h"

/* Power management control and status, see pciconf.c. */
#define PMCSR	0x44

/* A 32-bit word in host memory, or some bits of it. */
#define WORD(n, c, w, type, member, s, b, u, h) \
	{ .name = n, .class = c, .point = FAULT_AT_WORD, .what = w, \
	  .offset = offsetof(type, member), .bytes = 4, .shift = s, .bits = b, .usual = u, .help = h }
/* An index: the word is the whole structure. */
#define INDEX(n, w, u, h) \
	{ .name = n, .class = FAULT_INDEX, .point = FAULT_AT_WORD, .what = w, .bytes = 4, \
	  .usual = u, .help = h }
/* A member of a header in a mux block. */
#define HEADER(n, i, type, member, u, h) \
	{ .name = n, .class = FAULT_HEADER, .point = FAULT_AT_HEADER, .id = i, \
	  .offset = offsetof(type, member), .bytes = sizeof(((type *)NULL)->member), \
	  .usual = u, .help = h }
/* A word at a fixed place of each message of a channel. */
#define MESSAGE(n, channel, o, u, h) \
	{ .name = n, .class = FAULT_HEADER, .point = FAULT_AT_MESSAGE, \
	  .id = IOSM_PIPE_DL(channel), .offset = o, .bytes = 4, .usual = u, .help = h }
#define DOWNLINK(n, i, u, h) \
	{ .name = n, .class = FAULT_DOWNLINK, .point = FAULT_AT_DOWNLINK, .id = i, .bytes = 4, \
	  .usual = u, .help = h }
#define REGISTER(n, o, b, u, h) \
	{ .name = n, .class = FAULT_REGISTER, .point = FAULT_AT_REGISTER, .offset = o, \
	  .bytes = b, .usual = u, .help = h }
#define CONFIG(n, o, u, h) \
	{ .name = n, .class = FAULT_REGISTER, .point = FAULT_AT_CONFIG, .offset = o, .bytes = 4, \
	  .usual = u, .help = h }
#define INTERRUPT(n, u, h) \
	{ .name = n, .class = FAULT_INTERRUPT, .point = FAULT_AT_INTERRUPT, .bytes = 4, \
	  .usual = u, .help = h }
#define DOORBELL(n, i, u, h) \
	{ .name = n, .class = FAULT_DOORBELL, .point = FAULT_AT_DOORBELL, .id = i, .bytes = 4, \
	  .usual = u, .help = h }
#define COMMAND(n, w, h) { .name = n, .point = FAULT_AT_COMMAND, .what = w, .help = h }

const struct fault_kind fault_kinds[] = {
	/* Indexes: 0xffff lies outside every ring. */
	INDEX("message-tail", "message tail", "0xffff", "tail of the message ring (D1, D14, D33)"),
	INDEX("pipe-tail", "pipe tail", "0xffff", "tail of a pipe (D2, D15)"),

	/* Descriptors. */
	WORD("td-size", FAULT_SIZE, "descriptor", struct iosm_wire_td, size_status, 0,
	     IOSM_TD_STATUS_SHIFT, "0xffffff", "bytes transferred (D3, D100)"),
	WORD("td-status", FAULT_STATUS, "descriptor", struct iosm_wire_td, size_status,
	     IOSM_TD_STATUS_SHIFT, 8, "5", "status of a transfer (D53)"),
	WORD("td-address", FAULT_ADDRESS, "descriptor", struct iosm_wire_td, address, 0, 0,
	     "0xdead0000", "the buffer's address, low half (D2)"),
	{ .name = "td-address-high", .class = FAULT_ADDRESS, .point = FAULT_AT_WORD,
	  .what = "descriptor", .offset = offsetof(struct iosm_wire_td, address) + 4, .bytes = 4,
	  .usual = "0xdead", .help = "the same, high half (D2)" },
	WORD("td-following", FAULT_ADDRESS, "descriptor", struct iosm_wire_td, following, 0, 0,
	     "1", "descriptors that continue the transfer (D53)"),

	/* Messages. */
	WORD("message-status", FAULT_STATUS, "message status", union iosm_wire_msg, common.status,
	     0, 0, "2", "completion status of a message (D1, D34)"),
	WORD("message-ring", FAULT_ADDRESS, "message status", union iosm_wire_msg, open.ring, 0, 0,
	     "0xdead0000", "the host's own words in a message: address of a ring"),
	WORD("message-type", FAULT_ADDRESS, "message status", union iosm_wire_msg, open.entries, 0,
	     0, "0", "the same: entries, pipe and type (D1)"),

	/* Device information. */
	WORD("info-stage", FAULT_INFO, "device info", struct iosm_wire_device_info, stage, 0, 0,
	     "0xfeedb007", "execution stage in host memory; the usual one is BOOT (D10)"),
	WORD("info-ipc", FAULT_INFO, "device info", struct iosm_wire_device_info, ipc_status, 0, 0,
	     "0", "IPC status in host memory (D9, D72)"),
	WORD("info-sleep", FAULT_SLEEP, "device info", struct iosm_wire_device_info, sleep, 0, 0,
	     "0xffffffff", "sleep notification (D30, D31, D99)"),

	/* Mux: blocks with tables. */
	HEADER("adbh-signature", IOSM_MUX_ADBH, struct iosm_wire_adbh, signature, "random",
	       "signature of a data block (D16)"),
	HEADER("adbh-sequence", IOSM_MUX_ADBH, struct iosm_wire_adbh, sequence, "+7",
	       "sequence number of a data block"),
	HEADER("adbh-length", IOSM_MUX_ADBH, struct iosm_wire_adbh, block_length, "0xffffffff",
	       "length of a data block (D16)"),
	HEADER("adbh-first", IOSM_MUX_ADBH, struct iosm_wire_adbh, first_table, "0xfffffff0",
	       "where its first table stands (D16)"),
	HEADER("adth-signature", IOSM_MUX_ADTH, struct iosm_wire_adth, signature, "random",
	       "signature of a datagram table (D16)"),
	HEADER("adth-length", IOSM_MUX_ADTH, struct iosm_wire_adth, table_length, "0xffff",
	       "length of a datagram table (D17)"),
	HEADER("adth-session", IOSM_MUX_ADTH, struct iosm_wire_adth, session, "255",
	       "session of a datagram table (D38)"),
	HEADER("adth-hint", IOSM_MUX_ADTH, struct iosm_wire_adth, ip_hint, "255",
	       "IP version of a datagram table (D100)"),
	HEADER("adth-next", IOSM_MUX_ADTH, struct iosm_wire_adth, next_table, "16",
	       "the next table; 16 makes a chain that never ends (D16)"),
	HEADER("datagram-index", FAULT_DATAGRAM, struct iosm_wire_datagram, index, "0xfffffff0",
	       "where a datagram stands (D16, D17)"),
	HEADER("datagram-length", FAULT_DATAGRAM, struct iosm_wire_datagram, length, "0xffff",
	       "length of a datagram (D16, D17)"),
	HEADER("datagram-class", FAULT_DATAGRAM, struct iosm_wire_datagram, service_class, "255",
	       "service class of a datagram"),

	/* Mux: single datagrams. */
	HEADER("adgh-signature", IOSM_MUX_ADGH, struct iosm_wire_adgh, signature, "random",
	       "signature of a single datagram (D16)"),
	HEADER("adgh-length", IOSM_MUX_ADGH, struct iosm_wire_adgh, length, "4",
	       "length of a single datagram; 4 is less than its header (D16)"),
	HEADER("adgh-session", IOSM_MUX_ADGH, struct iosm_wire_adgh, session, "255",
	       "session of a single datagram (D38)"),
	HEADER("adgh-hint", IOSM_MUX_ADGH, struct iosm_wire_adgh, ip_hint, "255",
	       "IP version of a single datagram"),
	HEADER("adgh-class", IOSM_MUX_ADGH, struct iosm_wire_adgh, service_class, "255",
	       "service class of a single datagram"),
	HEADER("adgh-next", IOSM_MUX_ADGH, struct iosm_wire_adgh, next_count, "255",
	       "how many of the session follow"),

	/* Mux: commands. */
	HEADER("acbh-signature", IOSM_MUX_ACBH, struct iosm_wire_acbh, signature, "random",
	       "signature of a command block (D16)"),
	HEADER("acbh-sequence", IOSM_MUX_ACBH, struct iosm_wire_acbh, sequence, "+7",
	       "sequence number of a command block"),
	HEADER("acbh-length", IOSM_MUX_ACBH, struct iosm_wire_acbh, block_length, "0xffffffff",
	       "length of a command block (D16)"),
	HEADER("acbh-first", IOSM_MUX_ACBH, struct iosm_wire_acbh, first_command, "0xfffffff0",
	       "where its command stands (D16, D51)"),
	HEADER("cmdh-signature", FAULT_COMMAND_LITE, struct iosm_wire_cmdh_lite, signature,
	       "random", "signature of a command (D16)"),
	HEADER("cmdh-signature", FAULT_COMMAND_AGGREGATION, struct iosm_wire_cmdh_aggr, signature,
	       "random", NULL),
	HEADER("cmdh-length", FAULT_COMMAND_LITE, struct iosm_wire_cmdh_lite, length, "16",
	       "length of a command; the usual one leaves no parameters (D16, D52)"),
	HEADER("cmdh-length", FAULT_COMMAND_AGGREGATION, struct iosm_wire_cmdh_aggr, length, "20",
	       NULL),
	HEADER("cmdh-session", FAULT_COMMAND_LITE, struct iosm_wire_cmdh_lite, session, "255",
	       "session of a command (D43)"),
	HEADER("cmdh-session", FAULT_COMMAND_AGGREGATION, struct iosm_wire_cmdh_aggr, session,
	       "255", NULL),
	HEADER("cmdh-command", FAULT_COMMAND_LITE, struct iosm_wire_cmdh_lite, command, "0xff",
	       "number of a command (D43, D52)"),
	HEADER("cmdh-command", FAULT_COMMAND_AGGREGATION, struct iosm_wire_cmdh_aggr, command,
	       "0xff", NULL),
	HEADER("cmdh-transaction", FAULT_COMMAND_LITE, struct iosm_wire_cmdh_lite, transaction,
	       "+1", "transaction of a command (D43)"),
	HEADER("cmdh-transaction", FAULT_COMMAND_AGGREGATION, struct iosm_wire_cmdh_aggr,
	       transaction, "+1", NULL),
	HEADER("cmdh-next", FAULT_COMMAND_AGGREGATION, struct iosm_wire_cmdh_aggr, next_command,
	       "16", "the next command; 16 makes a chain that never ends (D16)"),
	HEADER("open-code", FAULT_OPEN_RESPONSE, struct iosm_wire_open_session_resp, code, "1",
	       "result of opening a session (D43)"),
	HEADER("open-flow", FAULT_OPEN_RESPONSE, struct iosm_wire_open_session_resp, flow_ctl, "1",
	       "whether a session starts stopped"),
	HEADER("open-hints", FAULT_OPEN_RESPONSE, struct iosm_wire_open_session_resp, ip_hints,
	       "255", "whether IP versions are hinted at in a session"),
	HEADER("open-padding", FAULT_OPEN_RESPONSE, struct iosm_wire_open_session_resp, ul_head_pad,
	       "0x7fffffff", "uplink head padding of a session (D4)"),
	HEADER("close-code", FAULT_CLOSE_RESPONSE, struct iosm_wire_close_session_resp, code, "1",
	       "result of closing a session (D43)"),
	HEADER("flow-mask", FAULT_FLOW, struct iosm_wire_flow_ctl, mask, "0xffffffff",
	       "mask of a flow control command, state in a link status report (D52)"),
	HEADER("credit-signature", IOSM_MUX_FCTH, struct iosm_wire_value_table, signature,
	       "random", "signature of a credit table (D16)"),
	HEADER("credit-length", IOSM_MUX_FCTH, struct iosm_wire_value_table, length, "16",
	       "length of a credit table (D16)"),
	HEADER("credit-session", IOSM_MUX_FCTH, struct iosm_wire_value_table, session, "255",
	       "session of a credit table"),
	HEADER("credit-width", IOSM_MUX_FCTH, struct iosm_wire_value_table, value_length, "255",
	       "bytes of the value in it; 4 is right (D16)"),
	HEADER("credit-value", IOSM_MUX_FCTH, struct iosm_wire_value_table, value, "0xffffffff",
	       "credits granted (D41)"),

	/* MBIM and RPC. */
	MESSAGE("mbim-type", IOSM_CHANNEL_MBIM, 0, "random", "type of an MBIM message"),
	MESSAGE("mbim-length", IOSM_CHANNEL_MBIM, 4, "0xffffffff", "length of an MBIM message"),
	MESSAGE("mbim-transaction", IOSM_CHANNEL_MBIM, 8, "+1", "its transaction"),
	MESSAGE("mbim-fragments", IOSM_CHANNEL_MBIM, MBIM_HEADER, "2",
		"its number of fragments; in the answer to an OPEN or CLOSE, the status"),
	MESSAGE("mbim-fragment", IOSM_CHANNEL_MBIM, MBIM_HEADER + 4, "9", "which fragment it is"),
	MESSAGE("mbim-service", IOSM_CHANNEL_MBIM, MBIM_FRAGMENT_HEADER, "random",
		"the service's first word"),
	MESSAGE("mbim-cid", IOSM_CHANNEL_MBIM, MBIM_FRAGMENT_HEADER + MBIM_UUID, "0xff",
		"the command's number"),
	MESSAGE("mbim-status", IOSM_CHANNEL_MBIM, MBIM_FRAGMENT_HEADER + MBIM_UUID + 4, "2",
		"status of an answer; in an indication, the length of its information"),
	MESSAGE("mbim-info-length", IOSM_CHANNEL_MBIM, MBIM_COMMAND_HEADER - 4, "0xffffffff",
		"length of an answer's information"),
	MESSAGE("rpc-length", IOSM_CHANNEL_RPC, 0, "0xffffffff", "length of an RPC frame"),

	{ .name = "data", .class = FAULT_DATA, .point = FAULT_AT_DATA, .bytes = 4,
	  .usual = "random", .help = "a word of any downlink buffer: offset=BYTES, pipe=PIPE" },

	/* Whole messages, of any channel. */
	DOWNLINK("downlink-lost", FAULT_DELIVER_NOT, "lost",
		 "a message does not go out: packet, command, MBIM, AT, RPC, of a boot loader; or with late= late (D43, D90)"),
	DOWNLINK("downlink-twice", FAULT_DELIVER_TWICE, "0", "a message comes twice, the second time late= later (D43, D90)"),
	DOWNLINK("downlink-parts", FAULT_DELIVER_PARTS, "0",
		 "a message comes in two descriptors, the first one of status 1 (D53)"),

	/* Registers; count by reads. */
	REGISTER("reg-stage", IOSM_SCRATCH_STAGE, 4, "0xfeedb007",
		 "execution stage; the usual one is BOOT (D11, D12)"),
	REGISTER("reg-chip-info", IOSM_SCRATCH_CHIP_INFO, 4, "0xffffffff",
		 "version and length of the chip information (D12)"),
	REGISTER("reg-chip-data", IOSM_SCRATCH_CHIP_INFO + 4, 4, "random",
		 "what the chip information says, its third to sixth byte"),
	REGISTER("reg-rom-exit", IOSM_SCRATCH_ROM_EXIT, 4, "0", "exit code of the boot ROM (D74)"),
	REGISTER("reg-ipc", IOSM_SCRATCH_IPC_STATUS, 4, "0", "IPC status (D36, D55, D72)"),
	REGISTER("reg-version", IOSM_SCRATCH_VERSION, 4, "0", "IPC version (D9)"),
	REGISTER("reg-capabilities", IOSM_SCRATCH_CAPABILITIES, 4, "0xffffffff", "capabilities (D9)"),
	REGISTER("reg-all", 0, 0, "0xffffffff", "the whole scratchpad, as after a lost link (D50)"),

	CONFIG("config", 0, "lost", "a word of configuration space: offset=BYTES; not by chance (D73)"),
	CONFIG("config-id", 0, "lost", "vendor and device, as of one that was removed (D50)"),
	CONFIG("config-power", PMCSR, "^3", "power state and PME status (D30, D71)"),

	/* Interrupts. "random" raises another vector. */
	INTERRUPT("interrupt", "lost", "an interrupt: lost, another vector, or with late= late (D32)"),
	INTERRUPT("interrupt-twice", "0", "each interrupt comes twice, the second one late= later"),

	/* Doorbells. */
	DOORBELL("doorbell-head", IOSM_DOORBELL_HP, "lost",
		 "the device does not hear of new heads or of an image, or with late= late (D46, D74)"),
	DOORBELL("doorbell-ipc", IOSM_DOORBELL_IPC, "lost",
		 "it does not hear a request for an IPC status, or with late= late (D8, D55)"),
	DOORBELL("doorbell-sleep", IOSM_DOORBELL_SLEEP, "lost",
		 "it does not hear the sleep handshake, or with late= late (D30, D31, D99)"),

	/* What other commands do. */
	COMMAND("crash", "stage crash",
		"[MS]: the firmware crashes; after MS it has a dump ready (D10, D35)"),
	COMMAND("crash-at", "crash-at",
		"open|sleep|wake|off: it crashes when the host opens a pipe, goes to sleep, is back (D35)"),
	COMMAND("dump-ready", "stage cd-ready", "it crashes and has a dump ready (D35)"),
	COMMAND("hang", "stage hang", "it stops answering (D1, D55)"),
	COMMAND("power-lost", "reset", "it loses power and starts again (D10, D35, D54, D87)"),
	COMMAND("sleep-loses-power", "sleep-loses-power",
		"on|off: the same whenever the host takes it from D3hot to D0 (D30, D35, D54)"),
	COMMAND("reset-ignored", "reset-ignored", "on|off: a reset of the device changes nothing (D36)"),
	COMMAND("boot-stage", "boot-stage",
		"rom|psi|ebl|run|crash|cd-ready: where each reset leads (D10, D11, D55, D80)"),
	COMMAND("slow-boot", "boot-time", "MS: it stays that long in stage BOOT after each reset (D55)"),
	COMMAND("link-down", "link down", "the link is lost, all reads are all ones (D35, D50, D72)"),
	COMMAND("link-mute", "link mute", "the same, but all state is kept until \"link up\" (D50)"),
	COMMAND("link-up", "link up", "it comes back, as after power-on"),
	COMMAND("power-off", "power off", "it has no power, all reads are all ones (D50)"),
	COMMAND("power-on", "power on", "it has, and starts"),
	COMMAND("power-stuck", "power stuck", "it can't leave D3hot (D30, D50)"),
	COMMAND("power-free", "power free", "it can"),
	COMMAND("message-lost", "hold-message",
		"open|close|sleep|feature [N]: the Nth message from now is not answered "
		"(D1, D34, D37, D44, D105)"),
	COMMAND("message-refused", "refuse-message",
		"open|close|sleep|feature [N]: the Nth message from now is not performed and "
		"answered with an error (D30, D44)"),
	COMMAND("message-late", "late-message", "MS: messages are answered that much later (D1)"),
	COMMAND("pipe-stopped", "stop-pipe",
		"PIPE [go]: a pipe is not served (D20, D29, D47, D48, D49, D76)"),
	COMMAND("buffers-unseen", "poll off",
		"downlink buffers are looked for only when the host rings (D46, D47)"),
	COMMAND("buffers-seen", "poll on", "as ever, without a doorbell, too"),
	COMMAND("session-answer", "mux-fault", "open|close ...: see mux-fault in help (D43)"),
	COMMAND("block", "dl-raw", "HEX: bytes as a downlink block (D16)"),
	COMMAND("block-poke", "dl-poke", "OFFSET HEX: bytes in the next data block (D16, D17)"),
	COMMAND("psi-greeting", "flash-fault psi-greeting",
		"[WORD [TIMES]]: the PSI's first message is no acknowledgement"),
	COMMAND("psi-mute", "flash-fault psi-mute", "[0 TIMES]: there is no first message (D74)"),
	COMMAND("psi-refused", "flash-fault psi-refused",
		"[0 TIMES]: an answer to a step of loading the EBL says no (D74)"),
	COMMAND("psi-silent", "flash-fault psi-silent", "[0 TIMES]: that answer does not come (D74, D75)"),
	COMMAND("ebl-config", "flash-fault ebl-config",
		"[BYTE [TIMES]]: what the configuration block of the EBL is full of (D86)"),
	COMMAND("ebl-silent", "flash-fault ebl-silent", "[0 TIMES]: a pack gets no answer (D90)"),
	COMMAND("ebl-pack", "flash-fault ebl-pack", "[ID [TIMES]]: an answer is one to this pack (D90)"),
	COMMAND("ebl-length", "flash-fault ebl-length",
		"[BYTES [TIMES]]: an answer says that it is so long (D90)"),
	COMMAND("ebl-checksum", "flash-fault ebl-checksum",
		"[DIFFERENCE [TIMES]]: the checksum of an answer is wrong (D90)"),
	COMMAND("ebl-error", "flash-fault ebl-error",
		"[CLASS<<16|CODE [TIMES]]: an answer is an error (D84)"),
	COMMAND("ebl-table-size", "flash-fault ebl-table-size",
		"[BYTES [TIMES]]: how long the table of software ids is said to be (D90)"),
	COMMAND("ebl-table", "flash-fault ebl-table",
		"[BYTE [TIMES]]: what that table is full of, without an end of its names (D81)"),
	COMMAND("erase-state", "flash-fault erase-state",
		"[STATE [TIMES]]: what erasing is said to have come to; 2 failed, 0 goes on (D83)"),
	COMMAND("erase-slow", "flash erase-time", "MS: erasing takes that long (D83)"),
	COMMAND("dump-silent", "flash-fault dump-silent",
		"[0 TIMES]: the list of the core dump's files does not come (D78)"),
	COMMAND("dump-count", "flash-fault dump-count", "[FILES [TIMES]]: files in that list (D78)"),
	COMMAND("dump-size", "flash-fault dump-size",
		"[BYTES [TIMES]]: how long each of them is said to be (D77, D78)"),
	COMMAND("dump-name", "flash-fault dump-name",
		"[BYTE [TIMES]]: what their names are full of, without an end (D81)"),
	COMMAND("dump-short", "flash-fault dump-short",
		"[BYTES [TIMES]]: a file of the core dump ends after so many (D77, D78)"),
	COMMAND("mbim-lost", "mbim-silent", "COUNT: MBIM commands stay unanswered"),
	COMMAND("mbim-late", "mbim-delay", "MS: MBIM answers are held back"),
	COMMAND("bearer-lost", "disconnect", "SESSION [CAUSE]: the network takes a bearer down"),
	COMMAND("connect-refused", "refuse-connect", "CAUSE: the network refuses bearers; 0: no more"),
	COMMAND("flow-stopped", "flow",
		"SESSION stop|go: the modem stops a session's uplink (D19, D21, D29, D41)"),
	COMMAND("credits-withheld", "credit-window",
		"BYTES: what grants top a session up to; 0: no more grants (D40, D41)"),
	COMMAND("link-report", "link-status", "SESSION: a report of a session's link (D52)"),
	COMMAND("sleep-now", "sleep now", "the device asks to sleep at once (D73)"),
	COMMAND("wake-now", "wake", "it wakes up at once, or takes its request back"),
};

const unsigned int fault_kind_count = sizeof(fault_kinds) / sizeof(fault_kinds[0]);
