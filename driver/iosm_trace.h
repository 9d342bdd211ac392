/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: one for every step of the protocol.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM iosm

#if !defined(IOSM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define IOSM_TRACE_H

#include <linux/pci.h>
#include <linux/tracepoint.h>

#include "iosm.h"

/* Longest names; arrays, as the string macros differ between kernels. */
#define IOSM_TRACE_DEVICE	24
#define IOSM_TRACE_WHAT		24

TRACE_EVENT(iosm_doorbell,
	TP_PROTO(struct iosm_dev *iosm, unsigned int doorbell, u32 value),
	TP_ARGS(iosm, doorbell, value),
	TP_STRUCT__entry(
		__array(char, device, IOSM_TRACE_DEVICE)
		__field(unsigned int, doorbell)
		__field(u32, value)
	),
	TP_fast_assign(
		strscpy(__entry->device, pci_name(iosm->pdev),
			IOSM_TRACE_DEVICE);
		__entry->doorbell = doorbell;
		__entry->value = value;
	),
	TP_printk("%s doorbell=%u value=%#x", __entry->device,
		  __entry->doorbell, __entry->value)
);

TRACE_DEFINE_ENUM(IOSM_STATE_DOWN);
TRACE_DEFINE_ENUM(IOSM_STATE_ROM);
TRACE_DEFINE_ENUM(IOSM_STATE_STARTING);
TRACE_DEFINE_ENUM(IOSM_STATE_RUNNING);
TRACE_DEFINE_ENUM(IOSM_STATE_FLASHING);
TRACE_DEFINE_ENUM(IOSM_STATE_CRASHED);
TRACE_DEFINE_ENUM(IOSM_STATE_DUMP_READY);
TRACE_DEFINE_ENUM(IOSM_STATE_GONE);

TRACE_EVENT(iosm_state,
	TP_PROTO(struct iosm_dev *iosm, enum iosm_state state),
	TP_ARGS(iosm, state),
	TP_STRUCT__entry(
		__array(char, device, IOSM_TRACE_DEVICE)
		__field(unsigned int, state)
	),
	TP_fast_assign(
		strscpy(__entry->device, pci_name(iosm->pdev),
			IOSM_TRACE_DEVICE);
		__entry->state = state;
	),
	TP_printk("%s %s", __entry->device,
		  __print_symbolic(__entry->state,
				   { IOSM_STATE_DOWN, "down" },
				   { IOSM_STATE_ROM, "rom" },
				   { IOSM_STATE_STARTING, "starting" },
				   { IOSM_STATE_RUNNING, "running" },
				   { IOSM_STATE_FLASHING, "flashing" },
				   { IOSM_STATE_CRASHED, "crashed" },
				   { IOSM_STATE_DUMP_READY, "dump-ready" },
				   { IOSM_STATE_GONE, "gone" }))
);

TRACE_EVENT(iosm_msg,
	TP_PROTO(struct iosm_dev *iosm, const char *what, int result),
	TP_ARGS(iosm, what, result),
	TP_STRUCT__entry(
		__array(char, device, IOSM_TRACE_DEVICE)
		__array(char, what, IOSM_TRACE_WHAT)
		__field(int, result)
	),
	TP_fast_assign(
		strscpy(__entry->device, pci_name(iosm->pdev),
			IOSM_TRACE_DEVICE);
		strscpy(__entry->what, what, IOSM_TRACE_WHAT);
		__entry->result = result;
	),
	TP_printk("%s %s: %d", __entry->device, __entry->what,
		  __entry->result)
);

/* A block or a control message changes hands. */
DECLARE_EVENT_CLASS(iosm_transfer,
	TP_PROTO(struct iosm_dev *iosm, u8 pipe, u32 bytes),
	TP_ARGS(iosm, pipe, bytes),
	TP_STRUCT__entry(
		__array(char, device, IOSM_TRACE_DEVICE)
		__field(u8, pipe)
		__field(u32, bytes)
	),
	TP_fast_assign(
		strscpy(__entry->device, pci_name(iosm->pdev),
			IOSM_TRACE_DEVICE);
		__entry->pipe = pipe;
		__entry->bytes = bytes;
	),
	TP_printk("%s pipe=%u bytes=%u", __entry->device, __entry->pipe,
		  __entry->bytes)
);

DEFINE_EVENT(iosm_transfer, iosm_uplink,
	TP_PROTO(struct iosm_dev *iosm, u8 pipe, u32 bytes),
	TP_ARGS(iosm, pipe, bytes)
);

DEFINE_EVENT(iosm_transfer, iosm_downlink,
	TP_PROTO(struct iosm_dev *iosm, u8 pipe, u32 bytes),
	TP_ARGS(iosm, pipe, bytes)
);

/* A packet enters or leaves a block. */
DECLARE_EVENT_CLASS(iosm_packet,
	TP_PROTO(struct iosm_dev *iosm, u8 session, u32 bytes),
	TP_ARGS(iosm, session, bytes),
	TP_STRUCT__entry(
		__array(char, device, IOSM_TRACE_DEVICE)
		__field(u8, session)
		__field(u32, bytes)
	),
	TP_fast_assign(
		strscpy(__entry->device, pci_name(iosm->pdev),
			IOSM_TRACE_DEVICE);
		__entry->session = session;
		__entry->bytes = bytes;
	),
	TP_printk("%s session=%u bytes=%u", __entry->device, __entry->session,
		  __entry->bytes)
);

DEFINE_EVENT(iosm_packet, iosm_packet_send,
	TP_PROTO(struct iosm_dev *iosm, u8 session, u32 bytes),
	TP_ARGS(iosm, session, bytes)
);

DEFINE_EVENT(iosm_packet, iosm_packet_receive,
	TP_PROTO(struct iosm_dev *iosm, u8 session, u32 bytes),
	TP_ARGS(iosm, session, bytes)
);

DEFINE_EVENT(iosm_packet, iosm_packet_park,
	TP_PROTO(struct iosm_dev *iosm, u8 session, u32 bytes),
	TP_ARGS(iosm, session, bytes)
);

/* A mux command, of the host or of the modem. */
DECLARE_EVENT_CLASS(iosm_mux,
	TP_PROTO(struct iosm_dev *iosm, u8 session, u32 type, u32 transaction),
	TP_ARGS(iosm, session, type, transaction),
	TP_STRUCT__entry(
		__array(char, device, IOSM_TRACE_DEVICE)
		__field(u8, session)
		__field(u32, type)
		__field(u32, transaction)
	),
	TP_fast_assign(
		strscpy(__entry->device, pci_name(iosm->pdev),
			IOSM_TRACE_DEVICE);
		__entry->session = session;
		__entry->type = type;
		__entry->transaction = transaction;
	),
	TP_printk("%s session=%u command=%u transaction=%u",
		  __entry->device, __entry->session, __entry->type,
		  __entry->transaction)
);

DEFINE_EVENT(iosm_mux, iosm_mux_send,
	TP_PROTO(struct iosm_dev *iosm, u8 session, u32 type, u32 transaction),
	TP_ARGS(iosm, session, type, transaction)
);

DEFINE_EVENT(iosm_mux, iosm_mux_receive,
	TP_PROTO(struct iosm_dev *iosm, u8 session, u32 type, u32 transaction),
	TP_ARGS(iosm, session, type, transaction)
);

TRACE_EVENT(iosm_sleep,
	TP_PROTO(struct iosm_dev *iosm, u32 notification),
	TP_ARGS(iosm, notification),
	TP_STRUCT__entry(
		__array(char, device, IOSM_TRACE_DEVICE)
		__field(u32, notification)
	),
	TP_fast_assign(
		strscpy(__entry->device, pci_name(iosm->pdev),
			IOSM_TRACE_DEVICE);
		__entry->notification = notification;
	),
	TP_printk("%s notification=%u", __entry->device,
		  __entry->notification)
);

#endif /* IOSM_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE iosm_trace
#include <trace/define_trace.h>
