/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The RPC channel of the XMM7360 (MBIM document, appendix A).
 */
#ifndef VMODEM_RPC_H
#define VMODEM_RPC_H

struct channel_protocol;
struct control;
struct loop;
struct network;
struct record;
struct rpc;

struct rpc_config {
	struct loop *loop;
	struct record *record;
	struct control *control;	/* NULL: no control commands */
	struct network *network;
};

/** rpc_new() - returns NULL with errno set when there is no memory. */
struct rpc *rpc_new(const struct rpc_config *config);
void rpc_free(struct rpc *rpc);

/** rpc_protocol() - for the channel; its self is the struct rpc. */
const struct channel_protocol *rpc_protocol(void);

#endif /* VMODEM_RPC_H */
