/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Wire layouts of the Intel XMM7560/XMM7360 shared-memory IPC.
 *
 * Registers, shared-memory structures and mux blocks exactly as the modem sees
 * them: layouts and constants, no logic. Everything is little endian. The file
 * includes nothing but <linux/types.h>, so that user space (the virtual modem,
 * the unit tests, the fuzzers) compiles the very same words.
 */
#ifndef IOSM_WIRE_H
#define IOSM_WIRE_H

#include <linux/types.h>

#define IOSM_PCI_VENDOR_ID		0x8086
#define IOSM_PCI_DEVICE_XMM7560		0x7560
#define IOSM_PCI_DEVICE_XMM7360		0x7360

/* BAR0: doorbells, one 32-bit write register each. */
#define IOSM_BAR_DOORBELL		0
#define IOSM_DOORBELL_REG(n)		(0x10 + (n) * 0x20)
#define IOSM_DOORBELL_HP		0	/* look at the head indices */
#define IOSM_DOORBELL_IPC		1	/* request an IPC status */
#define IOSM_DOORBELL_SLEEP		2	/* device sleep handshake */
#define IOSM_DOORBELL_BAR_MIN		0x54	/* bytes that must exist */

/* Values of the head doorbell: who rang. The device treats all alike. */
enum iosm_hp_ident {
	IOSM_HP_MSG		= 0,	/* a message was put on the ring */
	IOSM_HP_WAKE		= 1,	/* held back while the device slept */
	IOSM_HP_UL_SESSION	= 3,	/* uplink data while a session opens */
	IOSM_HP_UL_DATA		= 4,	/* uplink data of the IP channel */
	IOSM_HP_DL_REFILL	= 5,	/* downlink buffers of the IP channel */
	IOSM_HP_UL_CTRL		= 6,	/* uplink data of a control channel */
	IOSM_HP_DL_CTRL_REFILL	= 7,	/* downlink buffers of a control channel */
	IOSM_HP_DL_DATA_INIT	= 8,	/* first buffers of the IP channel */
	IOSM_HP_DL_CTRL_INIT	= 9,	/* first buffers of a control channel */
};

/* Head doorbell in stage BOOT: an image waits at the PSI address. */
#define IOSM_HP_BOOT_IMAGE		0xfeedb007u

/* BAR2: scratchpad. 64-bit registers are only 4-byte aligned. */
#define IOSM_BAR_SCRATCHPAD		2
#define IOSM_SCRATCH_STAGE		0x00	/* u32, enum iosm_exec_stage */
#define IOSM_SCRATCH_CHIP_INFO		0x04	/* IOSM_CHIP_INFO_SIZE bytes */
#define IOSM_SCRATCH_ROM_EXIT		0x40	/* u32, enum iosm_rom_exit */
#define IOSM_SCRATCH_PSI_ADDR		0x54	/* u64 bus address */
#define IOSM_SCRATCH_PSI_SIZE		0x5c	/* u32 bytes */
#define IOSM_SCRATCH_IPC_STATUS		0x60	/* u32, enum iosm_ipc_status */
#define IOSM_SCRATCH_CONTEXT		0x64	/* u64 bus address */
#define IOSM_SCRATCH_WINDOW_BASE	0x6c	/* u64, 0: addresses unchecked */
#define IOSM_SCRATCH_WINDOW_END		0x74	/* u64, 0: addresses unchecked */
#define IOSM_SCRATCH_VERSION		0xf0	/* u32 */
#define IOSM_SCRATCH_CAPABILITIES	0xf4	/* u32, valid from version 0x100 */
#define IOSM_SCRATCH_BAR_MIN		0xf8	/* bytes that must exist */

#define IOSM_CHIP_INFO_SIZE		60
#define IOSM_CHIP_INFO_VERSION		0	/* u8 */
#define IOSM_CHIP_INFO_LENGTH		1	/* u8, bytes behind this one */

#define IOSM_VERSION_WITH_CAPS		0x0100u
#define IOSM_CAP_UL_AGGREGATION		(1u << 8)
#define IOSM_CAP_DL_AGGREGATION		(1u << 9)
#define IOSM_CAP_UL_CREDITS		(1u << 21)

/* A function that has left the bus answers every read with all ones. */
#define IOSM_ALL_ONES			0xffffffffu

enum iosm_exec_stage {
	IOSM_STAGE_BOOT		= 0xfeedb007u,
	IOSM_STAGE_PSI		= 0xfeedbeefu,
	IOSM_STAGE_EBL		= 0xfeedcafeu,
	IOSM_STAGE_RUN		= 0x600df00du,
	IOSM_STAGE_CRASH	= 0x8badf00du,
	IOSM_STAGE_CD_READY	= 0xbadc0dedu,
};

enum iosm_ipc_status {
	IOSM_IPC_UNINIT		= 0,
	IOSM_IPC_INIT		= 1,
	IOSM_IPC_RUNNING	= 2,
	IOSM_IPC_RECOVERY	= 3,
	IOSM_IPC_ERROR		= 4,
};

enum iosm_rom_exit {
	IOSM_ROM_EXIT_OPEN_EXT	= 0x01,	/* success */
	IOSM_ROM_EXIT_OPEN_MEM	= 0x02,
	IOSM_ROM_EXIT_CERT_EXT	= 0x10,	/* success */
	IOSM_ROM_EXIT_CERT_MEM	= 0x20,
	IOSM_ROM_EXIT_FAILED	= 0xff,
};

/* Sleep doorbell (host to device) and sleep notification (device to host). */
enum iosm_sleep_request {
	IOSM_SLEEP_ACK_ACTIVE	= 0,
	IOSM_SLEEP_ACK_SLEEP	= 1,
	IOSM_SLEEP_WAKE		= 2,
	IOSM_SLEEP_FORCE_SLEEP	= 7,
	IOSM_SLEEP_FORCE_ACTIVE	= 8,
};

enum iosm_sleep_notification {
	IOSM_DEVICE_ACTIVE	= 0,
	IOSM_DEVICE_WANTS_SLEEP	= 1,
};

/* Context info: the only address the device is told in a register. */
struct iosm_wire_context {
	__le64 device_info;
	__le64 heads;
	__le64 tails;
	__le64 msg_head;
	__le64 msg_tail;
	__le64 msg_ring;
	__le16 msg_entries;
	__u8 msg_vector;
	__u8 device_info_vector;
	__le32 reserved;
};

struct iosm_wire_device_info {
	__le32 stage;		/* enum iosm_exec_stage */
	__le32 ipc_status;	/* enum iosm_ipc_status */
	__le32 sleep;		/* enum iosm_sleep_notification */
};

#define IOSM_PIPES			24
#define IOSM_MSG_ENTRIES		128

enum iosm_msg_type {
	IOSM_MSG_OPEN_PIPE	= 0x01,
	IOSM_MSG_CLOSE_PIPE	= 0x02,
	IOSM_MSG_ABORT_PIPE	= 0x03,
	IOSM_MSG_SLEEP		= 0x04,
	IOSM_MSG_FEATURE_SET	= 0xf0,
};

enum iosm_msg_status {
	IOSM_MSG_PENDING	= 0,
	IOSM_MSG_SUCCESS	= 1,
	IOSM_MSG_ERROR		= 2,
};

enum iosm_msg_sleep_target {
	IOSM_MSG_SLEEP_HOST	= 0,
	IOSM_MSG_SLEEP_DEVICE	= 1,
};

enum iosm_msg_sleep_host_state {
	IOSM_MSG_HOST_ENTERS_SLEEP	= 0,
	IOSM_MSG_HOST_LEFT_SLEEP	= 1,
};

enum iosm_msg_sleep_device_state {
	IOSM_MSG_DEVICE_MAY_SLEEP	= 0,	/* with the sleep handshake */
	IOSM_MSG_DEVICE_STAYS_AWAKE	= 1,
	IOSM_MSG_DEVICE_SLEEPS_ALONE	= 2,	/* without the handshake */
};

/* Feature set: a crash is signalled through the execution stage. */
#define IOSM_MSG_FEATURE_CRASH_INBAND	0x80

/* One entry of the message ring; the type at 0x0b selects the member. */
union iosm_wire_msg {
	struct {
		__u8 specific[11];
		__u8 type;		/* enum iosm_msg_type */
		__le32 reserved[2];
		__le32 status;		/* enum iosm_msg_status */
	} common;
	struct {
		__le64 ring;
		__le16 entries;
		__u8 pipe;
		__u8 type;
		__le32 vector;
		__le32 accumulation_us;
		__le32 status;
	} open;
	struct {
		__le64 reserved0;
		__le16 reserved1;
		__u8 pipe;
		__u8 type;
		__le32 reserved2[2];
		__le32 status;
	} close;			/* and abort */
	struct {
		__le64 reserved0;
		__u8 target;		/* enum iosm_msg_sleep_target */
		__u8 state;
		__u8 reserved1;
		__u8 type;
		__le32 reserved2[2];
		__le32 status;
	} sleep;
	struct {
		__le64 reserved0;
		__le16 reserved1;
		__u8 features;
		__u8 type;
		__le32 reserved2[2];
		__le32 status;
	} feature;
};

/* Transfer descriptor. */
struct iosm_wire_td {
	__le64 address;
	__le32 size_status;	/* bits 0..23 bytes, 24..31 enum iosm_td_status */
	__le32 following;	/* byte 0: descriptors that continue the transfer */
};

#define IOSM_TD_SIZE_MASK		0x00ffffffu
#define IOSM_TD_STATUS_SHIFT		24

enum iosm_td_status {
	IOSM_TD_UNUSED		= 0,
	IOSM_TD_PARTIAL		= 1,
	IOSM_TD_END		= 2,
	IOSM_TD_OVERFLOW	= 3,
	IOSM_TD_ABORTED		= 4,
	IOSM_TD_ERROR		= 5,
};

/* Channels; each owns an uplink and a downlink pipe. */
enum iosm_channel_id {
	IOSM_CHANNEL_IP		= 0,
	IOSM_CHANNEL_RPC	= 1,
	IOSM_CHANNEL_AT0	= 2,
	IOSM_CHANNEL_TRACE	= 3,
	IOSM_CHANNEL_AT1	= 4,
	IOSM_CHANNEL_LOOPBACK	= 5,
	IOSM_CHANNEL_MBIM	= 6,
};

#define IOSM_CHANNELS			7
#define IOSM_PIPE_UL(channel)		((channel) * 2)
#define IOSM_PIPE_DL(channel)		((channel) * 2 + 1)

/* The flash channel lives on the pipes of the IP channel in boot stages. */
#define IOSM_PIPE_FLASH_UL		0
#define IOSM_PIPE_FLASH_DL		1

/* Mux: signatures stand in memory as readable ASCII. */
#define IOSM_MUX_SESSIONS		8

#define IOSM_MUX_ADBH			0x48424441u	/* aggregated data block */
#define IOSM_MUX_ADTH			0x48544441u	/* datagram table */
#define IOSM_MUX_ADGH			0x48474441u	/* single datagram */
#define IOSM_MUX_ACBH			0x48424341u	/* aggregated command block */
#define IOSM_MUX_CMDH			0x48444d43u	/* command */
#define IOSM_MUX_QLTH			0x48544c51u	/* queue levels */
#define IOSM_MUX_FCTH			0x48544346u	/* flow credits */

/* Every index is a byte offset from the start of the block; 0 ends a chain. */
struct iosm_wire_adbh {
	__le32 signature;
	__le16 reserved;
	__le16 sequence;
	__le32 block_length;
	__le32 first_table;
};

struct iosm_wire_adth {
	__le32 signature;
	__le16 table_length;	/* 16 + 8 per datagram */
	__u8 session;
	__u8 ip_hint;		/* 0: IPv4, 1: IPv6, optional */
	__le32 next_table;
	__le32 reserved;
	/* struct iosm_wire_datagram entries follow */
};

struct iosm_wire_datagram {
	__le32 index;		/* of the head padding */
	__le16 length;		/* head padding and packet */
	__u8 service_class;
	__u8 reserved;
};

struct iosm_wire_adgh {
	__le32 signature;
	__le16 length;		/* 16, head padding and packet */
	__u8 session;
	__u8 ip_hint;
	__u8 service_class;
	__u8 next_count;	/* blocks of this session that follow in the burst */
	__u8 reserved[6];
};

/* Queue level table inside an aggregated data block; one level each. */
struct iosm_wire_qlth {
	__le32 signature;
	__le16 table_length;
	__u8 session;
	__u8 reserved0;
	__le32 next_table;
	__le32 reserved1;
	__le32 level_bytes;
};

/* Generic table, a block of its own: Lite QLTH (uplink), FCTH (downlink). */
struct iosm_wire_value_table {
	__le32 signature;
	__le16 length;
	__u8 session;
	__u8 value_length;	/* 4 */
	__le32 reserved[2];
	__le32 value;		/* QLTH: queued bytes, FCTH: credits added */
};

struct iosm_wire_acbh {
	__le32 signature;
	__le16 reserved;
	__le16 sequence;
	__le32 block_length;
	__le32 first_command;
};

struct iosm_wire_cmdh_lite {
	__le32 signature;
	__le16 length;		/* header and parameters */
	__u8 session;
	__u8 reserved;
	__le32 command;
	__le32 transaction;
	/* parameters follow */
};

struct iosm_wire_cmdh_aggr {
	__le32 signature;
	__le16 length;		/* header and parameters */
	__u8 session;
	__u8 reserved;
	__le32 next_command;
	__le32 command;
	__le32 transaction;
	/* parameters follow */
};

/* Command numbers that both dialects share. */
enum iosm_mux_command {
	IOSM_MUX_OPEN_SESSION		= 1,
	IOSM_MUX_OPEN_SESSION_RESP	= 2,
	IOSM_MUX_CLOSE_SESSION		= 3,
	IOSM_MUX_CLOSE_SESSION_RESP	= 4,
};

enum iosm_mux_command_lite {
	IOSM_MUX_LITE_FLOW_CTL		= 5,
	IOSM_MUX_LITE_FLOW_CTL_ACK	= 6,
	IOSM_MUX_LITE_LINK_STATUS	= 7,
	IOSM_MUX_LITE_LINK_STATUS_RESP	= 8,
};

enum iosm_mux_command_aggr {
	IOSM_MUX_AGGR_FLOW_CTL_STOP	= 5,
	IOSM_MUX_AGGR_FLOW_CTL_GO	= 6,
	IOSM_MUX_AGGR_FLOW_CTL_ACK	= 7,
	IOSM_MUX_AGGR_LINK_STATUS	= 8,
	IOSM_MUX_AGGR_LINK_STATUS_RESP	= 9,
};

struct iosm_wire_open_session {
	__u8 flow_ctl;		/* 0: flow allowed, 1: stopped */
	__u8 ip_hints;
	__le16 reserved;
	__le32 dl_head_pad;
};

struct iosm_wire_open_session_resp {
	__le32 code;		/* 0: success */
	__u8 flow_ctl;
	__u8 ip_hints;
	__le16 reserved;
	__le32 ul_head_pad;
};

struct iosm_wire_close_session_resp {
	__le32 code;
};

struct iosm_wire_flow_ctl {
	__le32 mask;
};

#define IOSM_MUX_FLOW_STOP_ALL		0xffffffffu
#define IOSM_MUX_FLOW_GO		0u

struct iosm_wire_link_status_resp {
	__le32 code;		/* 0: success */
};

/* _Static_assert needs no header, in the kernel or in user space. */
#define IOSM_WIRE_SIZE(type, size) \
	_Static_assert(sizeof(type) == (size), #type " has the wrong size")
#define IOSM_WIRE_OFFSET(type, member, offset) \
	_Static_assert(__builtin_offsetof(type, member) == (offset), \
		       #type "." #member " stands at the wrong offset")

IOSM_WIRE_SIZE(struct iosm_wire_context, 56);
IOSM_WIRE_OFFSET(struct iosm_wire_context, msg_entries, 0x30);
IOSM_WIRE_OFFSET(struct iosm_wire_context, device_info_vector, 0x33);
IOSM_WIRE_SIZE(struct iosm_wire_device_info, 12);
IOSM_WIRE_SIZE(union iosm_wire_msg, 24);
IOSM_WIRE_OFFSET(union iosm_wire_msg, common.type, 0x0b);
IOSM_WIRE_OFFSET(union iosm_wire_msg, common.status, 0x14);
IOSM_WIRE_OFFSET(union iosm_wire_msg, open.entries, 0x08);
IOSM_WIRE_OFFSET(union iosm_wire_msg, open.pipe, 0x0a);
IOSM_WIRE_OFFSET(union iosm_wire_msg, open.type, 0x0b);
IOSM_WIRE_OFFSET(union iosm_wire_msg, open.vector, 0x0c);
IOSM_WIRE_OFFSET(union iosm_wire_msg, open.accumulation_us, 0x10);
IOSM_WIRE_OFFSET(union iosm_wire_msg, open.status, 0x14);
IOSM_WIRE_OFFSET(union iosm_wire_msg, close.pipe, 0x0a);
IOSM_WIRE_OFFSET(union iosm_wire_msg, close.type, 0x0b);
IOSM_WIRE_OFFSET(union iosm_wire_msg, close.status, 0x14);
IOSM_WIRE_OFFSET(union iosm_wire_msg, sleep.target, 0x08);
IOSM_WIRE_OFFSET(union iosm_wire_msg, sleep.state, 0x09);
IOSM_WIRE_OFFSET(union iosm_wire_msg, sleep.type, 0x0b);
IOSM_WIRE_OFFSET(union iosm_wire_msg, sleep.status, 0x14);
IOSM_WIRE_OFFSET(union iosm_wire_msg, feature.features, 0x0a);
IOSM_WIRE_OFFSET(union iosm_wire_msg, feature.type, 0x0b);
IOSM_WIRE_OFFSET(union iosm_wire_msg, feature.status, 0x14);
IOSM_WIRE_SIZE(struct iosm_wire_td, 16);
IOSM_WIRE_OFFSET(struct iosm_wire_td, size_status, 0x08);
IOSM_WIRE_SIZE(struct iosm_wire_adbh, 16);
IOSM_WIRE_OFFSET(struct iosm_wire_adbh, sequence, 0x06);
IOSM_WIRE_OFFSET(struct iosm_wire_adbh, first_table, 0x0c);
IOSM_WIRE_SIZE(struct iosm_wire_adth, 16);
IOSM_WIRE_OFFSET(struct iosm_wire_adth, session, 0x06);
IOSM_WIRE_OFFSET(struct iosm_wire_adth, next_table, 0x08);
IOSM_WIRE_SIZE(struct iosm_wire_datagram, 8);
IOSM_WIRE_OFFSET(struct iosm_wire_datagram, service_class, 0x06);
IOSM_WIRE_SIZE(struct iosm_wire_adgh, 16);
IOSM_WIRE_OFFSET(struct iosm_wire_adgh, session, 0x06);
IOSM_WIRE_OFFSET(struct iosm_wire_adgh, next_count, 0x09);
IOSM_WIRE_SIZE(struct iosm_wire_qlth, 20);
IOSM_WIRE_OFFSET(struct iosm_wire_qlth, next_table, 0x08);
IOSM_WIRE_OFFSET(struct iosm_wire_qlth, level_bytes, 0x10);
IOSM_WIRE_SIZE(struct iosm_wire_value_table, 20);
IOSM_WIRE_OFFSET(struct iosm_wire_value_table, value_length, 0x07);
IOSM_WIRE_OFFSET(struct iosm_wire_value_table, value, 0x10);
IOSM_WIRE_SIZE(struct iosm_wire_acbh, 16);
IOSM_WIRE_OFFSET(struct iosm_wire_acbh, first_command, 0x0c);
IOSM_WIRE_SIZE(struct iosm_wire_cmdh_lite, 16);
IOSM_WIRE_OFFSET(struct iosm_wire_cmdh_lite, command, 0x08);
IOSM_WIRE_SIZE(struct iosm_wire_cmdh_aggr, 20);
IOSM_WIRE_OFFSET(struct iosm_wire_cmdh_aggr, command, 0x0c);
IOSM_WIRE_SIZE(struct iosm_wire_open_session, 8);
IOSM_WIRE_SIZE(struct iosm_wire_open_session_resp, 12);
IOSM_WIRE_OFFSET(struct iosm_wire_open_session_resp, ul_head_pad, 8);

#endif /* IOSM_WIRE_H */
