/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CHECK_RULE(id, number, text): numbers are permanent, new rules go to the end of
 * their group. 1-19 registers and boot, 20-39 message ring, 40-59 pipes, 60-69
 * sleep, 70-99 mux, 100-119 ports, 120-139 boot loaders.
 */

/* Registers and boot: host interface, sections 2 to 4 and 10. */
CHECK_RULE(DMA_OUTSIDE_MAP, 1, "the host gave an address that is not mapped for DMA")
CHECK_RULE(REG_UNKNOWN, 2, "a register that does not exist was accessed")
CHECK_RULE(REG_WIDTH, 3, "a register was accessed with a wrong width or alignment")
CHECK_RULE(REG_DIRECTION, 4, "a read-only register was written or a write-only one read")
CHECK_RULE(REG_OFF, 5, "a register was accessed in D3hot or with memory space off")
CHECK_RULE(BOOT_DOORBELL, 6, "doorbell 0 or 2 was rung in the boot stage")
CHECK_RULE(BOOT_IPC, 7, "an IPC status was requested in the boot stage")
CHECK_RULE(IPC_VALUE, 8, "doorbell 1 was rung with an unknown IPC status")
CHECK_RULE(IPC_ORDER, 9, "the requested IPC status does not follow the present one")
CHECK_RULE(IPC_NO_CONTEXT, 10, "running was requested without a context address")
CHECK_RULE(IPC_CONTEXT, 11, "the context block is malformed")
CHECK_RULE(IPC_NO_MASTER, 12, "running was requested with bus mastering off")
CHECK_RULE(HP_NOT_RUNNING, 13, "doorbell 0 was rung while the IPC was not running")
CHECK_RULE(HP_IDENTIFIER, 14, "doorbell 0 was rung with an identifier above 9")
CHECK_RULE(IPC_WINDOW, 15, "the host memory window ends before it begins")
CHECK_RULE(IPC_CONTEXT_RESERVED, 16, "the reserved bytes of the context block are not zero")

/* Message ring: host interface, section 5. */
CHECK_RULE(MSG_HEAD_RANGE, 20, "the message head is not an index of the ring")
CHECK_RULE(MSG_HEAD_MOVE, 21, "the message head moved backwards or over the tail")
CHECK_RULE(MSG_TYPE, 22, "a message has an unknown type")
CHECK_RULE(MSG_RESERVED, 23, "reserved bytes of a message are not zero")
CHECK_RULE(MSG_STATUS, 24, "a fresh message carries a completion status")
CHECK_RULE(MSG_PIPE, 25, "a message names a pipe that does not exist")
CHECK_RULE(MSG_OPEN_TWICE, 26, "an open pipe was opened again")
CHECK_RULE(MSG_CLOSE_CLOSED, 27, "a pipe was closed or aborted that is not open")
CHECK_RULE(MSG_OPEN_ENTRIES, 28, "a pipe was opened with fewer than 2 descriptors")
CHECK_RULE(MSG_OPEN_RING, 29, "the address of a descriptor ring is 0 or not aligned")
CHECK_RULE(MSG_OPEN_HEAD, 30, "a pipe was opened while its head was not 0")
CHECK_RULE(MSG_SLEEP, 31, "a sleep message has an unknown target or state")
CHECK_RULE(MSG_FEATURE, 32, "a feature message sets unknown bits")
CHECK_RULE(MSG_HOST_ASLEEP, 33, "a message other than \"left sleep\" came from a host that sleeps")
CHECK_RULE(MSG_HOST_SLEEP, 34, "the host entered sleep twice, or left a sleep that it had not entered")
CHECK_RULE(MSG_OPEN_OVERLAP, 35, "a descriptor ring overlaps that of another open pipe")
CHECK_RULE(MSG_OPEN_STAGE, 36, "a pipe was opened that the boot loader does not have")

/* Pipes: host interface, section 6. */
CHECK_RULE(PIPE_HEAD_RANGE, 40, "the head of a pipe is not an index of its ring")
CHECK_RULE(PIPE_HEAD_MOVE, 41, "the head of a pipe moved backwards or over the tail")
CHECK_RULE(TD_SIZE, 42, "a descriptor's size is 0 or above 1 MiB")
CHECK_RULE(TD_STATUS, 43, "a fresh descriptor carries a completion status")
CHECK_RULE(TD_FOLLOWING, 44, "a descriptor announces following ones or sets reserved bytes")
CHECK_RULE(TD_ADDRESS, 45, "a descriptor's buffer address is 0")
CHECK_RULE(PIPE_TAIL_WRITTEN, 46, "the host wrote the tail of an open pipe")

/* Sleep: host interface, sections 11 and 12. */
CHECK_RULE(SLEEP_NOT_RUNNING, 60, "doorbell 2 was rung while the IPC was not running")
CHECK_RULE(SLEEP_VALUE, 61, "doorbell 2 was rung with an unknown value")
CHECK_RULE(SLEEP_ACK_UNASKED, 62, "the host acknowledged a sleep that was not announced")
CHECK_RULE(ACTIVE_ACK_UNASKED, 63, "the host acknowledged a wake-up that was not announced")
CHECK_RULE(HP_ASLEEP, 64, "doorbell 0 was rung while the device slept, without a wake-up request")
CHECK_RULE(HP_FORCED, 65, "doorbell 0 was rung after the host had forced the device to sleep")

/* Mux. The specification's mux document is the source of all of them. */
CHECK_RULE(MUX_SIGNATURE, 70, "a block or table carries an unknown signature")
CHECK_RULE(MUX_DIALECT, 71, "a block belongs to the other mux dialect")
CHECK_RULE(MUX_SHORT, 72, "a block ends before its header does")
CHECK_RULE(MUX_BLOCK_LENGTH, 73, "the length of a block is not the number of bytes transferred")
CHECK_RULE(MUX_INDEX, 74, "the index of a table or command lies outside the block")
CHECK_RULE(MUX_CHAIN, 75, "a chain of tables or commands does not lead forward")
CHECK_RULE(MUX_TABLE_LENGTH, 76, "the length of a datagram table does not fit its block or its entries")
CHECK_RULE(MUX_NO_TABLE, 77, "a data block has no table: its content is lost")
CHECK_RULE(MUX_DATAGRAM_RANGE, 78, "a datagram lies outside the block or is shorter than its head padding")
CHECK_RULE(MUX_OVERLAP, 79, "headers, tables or datagrams of a block overlap")
CHECK_RULE(MUX_SEQUENCE, 80, "the sequence number of a block does not follow the last one")
CHECK_RULE(MUX_STALE_BYTES, 81, "reserved, padding or alignment bytes are not zero: host memory leaks")
CHECK_RULE(MUX_CLOSED_DATA, 82, "a packet was sent on a session that is not open")
CHECK_RULE(MUX_CLOSED_COMMAND, 83, "a command needs an open session")
CHECK_RULE(MUX_OPEN_TWICE, 84, "an open session was opened again")
CHECK_RULE(MUX_SESSION_ID, 85, "a session id is above 7")
CHECK_RULE(MUX_NOT_IP, 86, "a datagram is neither IPv4 nor IPv6")
CHECK_RULE(MUX_IP_LENGTH, 87, "the length in an IP header differs from the datagram's")
CHECK_RULE(MUX_BLOCK_SIZE, 88, "a block is larger than the dialect's buffers")
CHECK_RULE(MUX_TRANSACTION, 89, "a transaction id was used again")
CHECK_RULE(MUX_FLOW_UNACKED, 90, "a flow control command was not acknowledged within 1 s")
CHECK_RULE(MUX_ACK_UNASKED, 91, "an answer names no command of the modem")
CHECK_RULE(MUX_STOPPED_DATA, 92, "a session sent on after it had acknowledged a stop")
CHECK_RULE(MUX_CREDITS, 93, "a session sent more bytes than it had credits")
CHECK_RULE(MUX_QUEUE_LEVEL, 94, "a queue level table is malformed")
CHECK_RULE(MUX_COMMAND_LENGTH_16, 95, "a command block's length covers only its header (hardware tolerates it)")
CHECK_RULE(MUX_COMMAND, 96, "a command is unknown or its parameters have the wrong length")
CHECK_RULE(MUX_ALIGNMENT, 97, "a table or command does not start on a 4-byte boundary")
CHECK_RULE(MUX_OPEN_PARAMETERS, 98, "an open session asks for something the format does not have")
CHECK_RULE(MUX_LINK_UNANSWERED, 99, "a link status report was not answered within 1 s")

/* Ports. */
CHECK_RULE(PORT_MBIM_LENGTH, 100, "a message to the MBIM port is not as long as it says: cut or joined on its way")

/* Boot loaders: the specification's boot document, sections 6 to 8. */
CHECK_RULE(FLASH_FRAME, 120, "a command to the PSI has a wrong size or check word")
CHECK_RULE(FLASH_COMMAND, 121, "a command to the PSI does not exist or its parameter is out of range")
CHECK_RULE(FLASH_LENGTH, 122, "a message to a boot loader has another length than announced")
CHECK_RULE(FLASH_CHECKSUM, 123, "the checksum of a pack is wrong")
CHECK_RULE(FLASH_PACK, 124, "a pack does not exist or its payload is malformed")
CHECK_RULE(FLASH_ORDER, 125, "a command or pack came when it may not come")
CHECK_RULE(FLASH_CONFIG, 126, "the configuration block came back with bytes that are wrong")
