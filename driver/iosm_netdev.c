// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network devices: what the WWAN core and the network stack ask of a link. The
 * link id is the MBIM session id.
 */
#include "iosm_netdev.h"

#include <linux/if_arp.h>
#include <linux/user_namespace.h>
#include <net/ip_tunnels.h>

#include "iosm.h"
#include "iosm_gso.h"
#include "iosm_run.h"

#define IOSM_NETDEV_DEFAULT_LINK	0
#define IOSM_NETDEV_QUEUE_LENGTH	1000

/*
 * Byte queue limits start at nothing and grow when the modem runs dry. A few packets
 * from the first completion on: fewer stand in the qdisc in no time, where fq_codel takes
 * them for a bad queue. More would stay below it for ever: at 5 Mbit/s this is 7 ms.
 */
#define IOSM_NETDEV_MIN_QUEUED_BYTES	4096

/* Nobody wakes it again: the session has forgotten the device. */
static void iosm_netdev_quiet(struct net_device *netdev)
{
	netif_carrier_off(netdev);
	netif_tx_disable(netdev);
}

static int iosm_netdev_open(struct net_device *netdev)
{
	int err;

	netif_carrier_off(netdev);
	netdev_reset_queue(netdev);
	netif_start_queue(netdev);
	err = iosm_session_up(iosm_netdev_session(netdev), netdev);
	if (err)
		iosm_netdev_quiet(netdev);
	return err;
}

static int iosm_netdev_stop(struct net_device *netdev)
{
	iosm_session_down(iosm_netdev_session(netdev));
	iosm_netdev_quiet(netdev);
	return 0;
}

static void iosm_netdev_read(const struct iosm_netdev_counters *counters,
			     u64 *packets, u64 *bytes, u64 *drops)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&counters->syncp);
		*packets = u64_stats_read(&counters->packets);
		*bytes = u64_stats_read(&counters->bytes);
		*drops = u64_stats_read(&counters->drops);
	} while (u64_stats_fetch_retry(&counters->syncp, start));
}

static void iosm_netdev_get_stats64(struct net_device *netdev,
				    struct rtnl_link_stats64 *stats)
{
	struct iosm_netdev *priv = iosm_netdev_priv(netdev);
	u64 tx_drops;

	iosm_netdev_read(&priv->rx, &stats->rx_packets, &stats->rx_bytes,
			 &stats->rx_dropped);
	iosm_netdev_read(&priv->tx, &stats->tx_packets, &stats->tx_bytes,
			 &tx_drops);
	stats->tx_dropped = atomic_long_read(&priv->tx_drops);
}

/* The driver segments what it can place as a whole, the stack does the rest. */
static netdev_features_t iosm_netdev_features_check(struct sk_buff *skb,
						    struct net_device *netdev,
						    netdev_features_t features)
{
	struct iosm_gso gso;

	if (!skb_is_gso(skb))
		return features;
	if (!iosm_gso_begin(&gso, skb) ||
	    iosm_gso_segments(&gso) > IOSM_GSO_MAX_SEGMENTS)
		features &= ~NETIF_F_GSO_MASK;
	return features;
}

static const struct net_device_ops iosm_netdev_ops = {
	.ndo_features_check = iosm_netdev_features_check,
	.ndo_open = iosm_netdev_open,
	.ndo_stop = iosm_netdev_stop,
	.ndo_start_xmit = iosm_tx_xmit,
	.ndo_get_stats64 = iosm_netdev_get_stats64,
};

static void iosm_netdev_setup(struct net_device *netdev)
{
	netdev->netdev_ops = &iosm_netdev_ops;
	netdev->ethtool_ops = &iosm_ethtool_ops;
	netdev->needs_free_netdev = true;
	netdev->type = ARPHRD_NONE;
	netdev->flags = IFF_POINTOPOINT | IFF_NOARP;
	netdev->hard_header_len = 0;
	netdev->addr_len = 0;
	netdev->mtu = ETH_DATA_LEN;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->tx_queue_len = IOSM_NETDEV_QUEUE_LENGTH;
	netdev->priv_flags |= IFF_DISABLE_NETPOLL;
	netdev->header_ops = &ip_tunnel_header_ops;
	/* Packets are copied into blocks: fragments, segments, checksums come along. */
	netdev->features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_FRAGLIST |
			   NETIF_F_HIGHDMA | NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_TSO_ECN |
			   NETIF_F_GSO_UDP_L4;
	netdev->hw_features = netdev->features;
	netif_set_tso_max_size(netdev, IOSM_GSO_MAX_BYTES);
	netif_set_tso_max_segs(netdev, IOSM_GSO_MAX_SEGMENTS);
}

/*
 * The WWAN core numbers devices and default links apart from each other, so the
 * numbers cross when several modems start at once. Clients take the link that is
 * named like the device for its default one.
 */
static void iosm_netdev_name_default(struct net_device *netdev)
{
	const char *name = dev_name(netdev->dev.parent);

	if (!strcmp(netdev->name, "wwan%d") &&
	    !netdev_name_in_use(dev_net(netdev), name))
		strscpy(netdev->name, name, IFNAMSIZ);
}

static int iosm_netdev_newlink(void *ctxt, struct net_device *netdev, u32 link,
			       struct netlink_ext_ack *extack)
{
	struct iosm_netdev *priv = iosm_netdev_priv(netdev);
	struct iosm_run *run = ctxt;
	int err;

	/*
	 * The WWAN core shows its operations before it has stored their context and
	 * before it makes its own link, for which nobody wants to hear of errors. It
	 * warns of a user who was faster.
	 */
	if (!run || (extack && !run->mux.offered))
		return -ENODEV;
	run->mux.offered = true;
	/*
	 * The WWAN core finds the modem by a name that is valid in every namespace. Who may
	 * administrate one of his own only must not get a session for it; rtnetlink has
	 * checked that he may administrate that of the link.
	 */
	if (dev_net(netdev)->user_ns != &init_user_ns) {
		NL_SET_ERR_MSG_MOD(extack, "the modem is not of this user namespace");
		return -EPERM;
	}
	if (link >= IOSM_MUX_SESSIONS) {
		NL_SET_ERR_MSG_MOD(extack, "linkid is an MBIM session id: 0 to 7");
		return -EINVAL;
	}
	if (run->mux.links[link]) {
		NL_SET_ERR_MSG_MOD(extack, "linkid is in use");
		return -EBUSY;
	}

	/* What was asked for was checked before the limit was known. */
	netdev->max_mtu = iosm_tx_max_mtu(run);
	if (netdev->mtu > netdev->max_mtu) {
		NL_SET_ERR_MSG_MOD(extack, "MTU is larger than a block of the modem");
		return -EINVAL;
	}

	/* Credits are spent packet by packet. */
	if (iosm_tx_counts_credits(run)) {
		netdev->hw_features &= ~NETIF_F_GSO_MASK;
		netdev->features &= ~NETIF_F_GSO_MASK;
	}

	priv->session = &run->mux.sessions[link];
	u64_stats_init(&priv->rx.syncp);
	u64_stats_init(&priv->tx.syncp);
	netif_carrier_off(netdev);
	if (link == IOSM_NETDEV_DEFAULT_LINK)
		iosm_netdev_name_default(netdev);
	/* One uplink for all: more queues would only be stopped one by one. */
	err = netif_set_real_num_tx_queues(netdev, 1);
	if (err)
		return err;
	netdev_queue_set_dql_min_limit(netdev_get_tx_queue(netdev, 0),
				       IOSM_NETDEV_MIN_QUEUED_BYTES);
	err = register_netdevice(netdev);
	if (!err)
		run->mux.links[link] = netdev;
	return err;
}

static void iosm_netdev_dellink(void *ctxt, struct net_device *netdev,
				struct list_head *head)
{
	struct iosm_run *run = ctxt;

	run->mux.links[iosm_netdev_session(netdev)->id] = NULL;
	unregister_netdevice_queue(netdev, head);
}

static const struct wwan_ops iosm_netdev_wwan_ops = {
	.priv_size = sizeof(struct iosm_netdev),
	.setup = iosm_netdev_setup,
	.newlink = iosm_netdev_newlink,
	.dellink = iosm_netdev_dellink,
};

/**
 * iosm_netdev_register() - offer links, make the default one
 * @run: running run
 *
 * Context: Life worker, may sleep; takes RTNL.
 * Return: 0 or an errno of the WWAN core.
 */
int iosm_netdev_register(struct iosm_run *run)
{
	int err;

	err = wwan_register_ops(iosm_device(run->iosm), &iosm_netdev_wwan_ops,
				run, IOSM_NETDEV_DEFAULT_LINK);
	run->mux.registered = !err;
	if (err)
		return err;
	/* The core makes do without its own link when memory is short. */
	rtnl_lock();
	run->mux.offered = true;
	rtnl_unlock();
	return 0;
}

/**
 * iosm_netdev_unregister() - delete all links
 * @run: run; nothing is done if it has none
 *
 * Context: Life worker, may sleep; takes RTNL.
 */
void iosm_netdev_unregister(struct iosm_run *run)
{
	if (!run->mux.registered)
		return;
	run->mux.registered = false;
	wwan_unregister_ops(iosm_device(run->iosm));
}
