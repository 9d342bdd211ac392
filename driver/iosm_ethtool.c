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
	[IOSM_CNT_INTERRUPTS] = "interrupts",
	[IOSM_CNT_DOORBELLS] = "doorbells",
	[IOSM_CNT_WAKE_REQUESTS] = "wake_requests",
	[IOSM_CNT_DEVICE_SLEEPS] = "device_sleeps",
	[IOSM_CNT_MSG_TIMEOUTS] = "msg_timeouts",
	[IOSM_CNT_MSG_ERRORS] = "msg_errors",
	[IOSM_CNT_MSG_LATE] = "msg_late",
	[IOSM_CNT_RING_VIOLATIONS] = "ring_violations",
	[IOSM_CNT_UL_BLOCKS] = "ul_blocks",
	[IOSM_CNT_UL_COMMANDS] = "ul_commands",
	[IOSM_CNT_UL_DROP_NOT_IP] = "ul_drop_not_ip",
	[IOSM_CNT_UL_DROP_OVERSIZE] = "ul_drop_oversize",
	[IOSM_CNT_UL_DROP_NO_SESSION] = "ul_drop_no_session",
	[IOSM_CNT_UL_DROP_NO_COMMAND_BUFFER] = "ul_drop_no_command_buffer",
	[IOSM_CNT_DL_BLOCKS] = "dl_blocks",
	[IOSM_CNT_DL_COMMANDS] = "dl_commands",
	[IOSM_CNT_DL_BAD_BLOCK] = "dl_bad_block",
	[IOSM_CNT_DL_BAD_TABLE] = "dl_bad_table",
	[IOSM_CNT_DL_BAD_DATAGRAM] = "dl_bad_datagram",
	[IOSM_CNT_DL_BAD_STATUS] = "dl_bad_status",
	[IOSM_CNT_DL_BAD_COMMAND] = "dl_bad_command",
	[IOSM_CNT_DL_UNEXPECTED_ANSWER] = "dl_unexpected_answer",
	[IOSM_CNT_DL_DROP_NO_SESSION] = "dl_drop_no_session",
	[IOSM_CNT_DL_DROP_NOT_IP] = "dl_drop_not_ip",
	[IOSM_CNT_DL_DROP_NO_MEMORY] = "dl_drop_no_memory",
	[IOSM_CNT_PORT_BAD_MESSAGE] = "port_bad_message",
	[IOSM_CNT_PORT_NO_MEMORY] = "port_no_memory",
};

static_assert(ARRAY_SIZE(iosm_ethtool_names) == IOSM_COUNTERS);

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
	return sset == ETH_SS_STATS ? IOSM_COUNTERS : -EOPNOTSUPP;
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

	for (i = 0; i < IOSM_COUNTERS; i++)
		data[i] = atomic_long_read(&iosm->counters[i]);
}

const struct ethtool_ops iosm_ethtool_ops = {
	.get_drvinfo = iosm_ethtool_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_sset_count = iosm_ethtool_get_sset_count,
	.get_strings = iosm_ethtool_get_strings,
	.get_ethtool_stats = iosm_ethtool_get_stats,
};
