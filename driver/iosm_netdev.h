/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Network devices of the WWAN links.
 */
#ifndef IOSM_NETDEV_H
#define IOSM_NETDEV_H

#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>
#include <linux/wwan.h>

struct iosm_run;
struct iosm_session;

/**
 * struct iosm_netdev_counters - one direction of one device
 * @syncp: for readers on 32-bit machines
 * @packets: delivered
 * @bytes: delivered
 * @drops: not delivered
 *
 * Written by the poll (downlink) or under the transmit lock (uplink).
 */
struct iosm_netdev_counters {
	struct u64_stats_sync syncp;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t drops;
};

/**
 * struct iosm_netdev - private part of a network device
 * @session: MBIM session with the id of the link
 * @rx: downlink
 * @tx: uplink
 * @tx_drops: packets refused; any context
 */
struct iosm_netdev {
	struct iosm_session *session;
	struct iosm_netdev_counters rx;
	struct iosm_netdev_counters tx;
	atomic_long_t tx_drops;
};

static inline struct iosm_netdev *iosm_netdev_priv(struct net_device *netdev)
{
	return wwan_netdev_drvpriv(netdev);
}

static inline struct iosm_session *
iosm_netdev_session(struct net_device *netdev)
{
	return iosm_netdev_priv(netdev)->session;
}

static inline void iosm_netdev_count(struct iosm_netdev_counters *counters,
				     u32 bytes)
{
	u64_stats_update_begin(&counters->syncp);
	u64_stats_inc(&counters->packets);
	u64_stats_add(&counters->bytes, bytes);
	u64_stats_update_end(&counters->syncp);
}

static inline void iosm_netdev_count_rx(struct net_device *netdev, u32 bytes)
{
	iosm_netdev_count(&iosm_netdev_priv(netdev)->rx, bytes);
}

static inline void iosm_netdev_count_rx_drop(struct net_device *netdev)
{
	struct iosm_netdev_counters *rx = &iosm_netdev_priv(netdev)->rx;

	u64_stats_update_begin(&rx->syncp);
	u64_stats_inc(&rx->drops);
	u64_stats_update_end(&rx->syncp);
}

static inline void iosm_netdev_count_tx(struct net_device *netdev, u32 bytes)
{
	iosm_netdev_count(&iosm_netdev_priv(netdev)->tx, bytes);
}

static inline void iosm_netdev_count_tx_drop(struct net_device *netdev)
{
	atomic_long_inc(&iosm_netdev_priv(netdev)->tx_drops);
}

int iosm_netdev_register(struct iosm_run *run);
void iosm_netdev_unregister(struct iosm_run *run);

extern const struct ethtool_ops iosm_ethtool_ops;

#endif /* IOSM_NETDEV_H */
