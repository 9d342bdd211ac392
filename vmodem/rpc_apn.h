/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PS_ATTACH_APN_CONFIG of the RPC channel (MBIM document, A.2): what the modem attaches with.
 */
#ifndef VMODEM_RPC_APN_H
#define VMODEM_RPC_APN_H

struct network;
struct rpc_call;

/** rpc_attach_apn() - take access point and credentials from the arguments of @call. */
void rpc_attach_apn(struct network *network, const struct rpc_call *call);

#endif /* VMODEM_RPC_APN_H */
