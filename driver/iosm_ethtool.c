// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool: driver information and the counters of the device. The counters belong
 * to the modem, so every link shows the same ones.
 */
#include <linux/ethtool.h>

#include "iosm.h"
#include "iosm_netdev.h"
#include "iosm_run.h"

static const char iosm_ethtool_names[][ETH_GSTRING_LEN] = {
#define IOSM_COUNTER_NAME(name) #name,
	IOSM_COUNTERS(IOSM_COUNTER_NAME)
#undef IOSM_COUNTER_NAME
};

static_assert(ARRAY_SIZE(iosm_ethtool_names) == IOSM_COUNTER_COUNT);

static struct iosm_dev *iosm_ethtool_device(struct net_device *netdev)
{
	return iosm_netdev_session(netdev)->run->iosm;
}

static void iosm_ethtool_get_drvinfo(struct net_device *netdev,
				     struct ethtool_drvinfo *info)
{
	struct iosm_dev *iosm = iosm_ethtool_device(netdev);

	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->bus_info, pci_name(iosm->pdev), sizeof(info->bus_info));
}

static int iosm_ethtool_get_sset_count(struct net_device *netdev, int sset)
{
	return sset == ETH_SS_STATS ? IOSM_COUNTER_COUNT : -EOPNOTSUPP;
}

static void iosm_ethtool_get_strings(struct net_device *netdev, u32 sset,
				     u8 *data)
{
	if (sset == ETH_SS_STATS)
		memcpy(data, iosm_ethtool_names, sizeof(iosm_ethtool_names));
}

static void iosm_ethtool_get_stats(struct net_device *netdev,
				   struct ethtool_stats *stats, u64 *data)
{
	struct iosm_dev *iosm = iosm_ethtool_device(netdev);
	unsigned int i;

	for (i = 0; i < IOSM_COUNTER_COUNT; i++)
		data[i] = atomic_long_read(&iosm->counters[i]);
}

const struct ethtool_ops iosm_ethtool_ops = {
	.get_drvinfo = iosm_ethtool_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = iosm_ethtool_get_sset_count,
	.get_strings = iosm_ethtool_get_strings,
	.get_ethtool_stats = iosm_ethtool_get_stats,
};
