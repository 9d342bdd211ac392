/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CHECK_RULE(id, number, text): numbers are permanent, new rules go to the end of
 * their group. 1-19 registers and boot, 20-39 message ring, 40-59 pipes, 60-69
 * sleep, 70-99 mux, 100-119 ports.
 */
CHECK_RULE(DMA_OUTSIDE_MAP, 1, "the host gave an address that is not mapped for DMA")

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
