// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of the service Basic Connect (MBIM document, 3.1).
 */
#include "mbim_internal.h"

static const struct mbim_cid cids[] = {
	{ MBIM_BASIC_DEVICE_CAPS, mbim_query_device_caps, NULL, NULL },
	{ MBIM_BASIC_SUBSCRIBER_READY_STATUS, mbim_query_subscriber, NULL, NULL },
	{ MBIM_BASIC_RADIO_STATE, mbim_query_radio, mbim_set_radio, NULL },
	{ MBIM_BASIC_PIN, mbim_query_pin, mbim_set_pin, NULL },
	{ MBIM_BASIC_PIN_LIST, mbim_query_pin_list, NULL, NULL },
	{ MBIM_BASIC_HOME_PROVIDER, mbim_query_home_provider, mbim_set_home_provider, NULL },
	{ MBIM_BASIC_PREFERRED_PROVIDERS, mbim_query_preferred, mbim_set_preferred, NULL },
	{ MBIM_BASIC_VISIBLE_PROVIDERS, mbim_query_visible, NULL, NULL },
	{ MBIM_BASIC_REGISTER_STATE, mbim_query_register, mbim_set_register, NULL },
	{ MBIM_BASIC_PACKET_SERVICE, mbim_query_packet_service, mbim_set_packet_service, NULL },
	{ MBIM_BASIC_SIGNAL_STATE, mbim_query_signal, mbim_set_signal, NULL },
	{ MBIM_BASIC_CONNECT, mbim_query_connect, mbim_set_connect, NULL },
	{ MBIM_BASIC_PROVISIONED_CONTEXTS, mbim_query_contexts, mbim_set_context, NULL },
	{ MBIM_BASIC_SERVICE_ACTIVATION, NULL, mbim_set_service_activation, NULL },
	{ MBIM_BASIC_IP_CONFIGURATION, mbim_query_ip, NULL, NULL },
	{ MBIM_BASIC_DEVICE_SERVICES, mbim_query_device_services, NULL, NULL },
	{ MBIM_BASIC_SUBSCRIBE_LIST, NULL, mbim_set_subscribe_list, NULL },
	{ MBIM_BASIC_PACKET_STATISTICS, mbim_query_statistics, NULL, NULL },
	{ MBIM_BASIC_NETWORK_IDLE_HINT, mbim_query_idle_hint, mbim_set_idle_hint, NULL },
	{ MBIM_BASIC_EMERGENCY_MODE, mbim_query_emergency, NULL, NULL },
	{ MBIM_BASIC_IP_PACKET_FILTERS, mbim_query_filters, mbim_set_filters, NULL },
};

#define NOTIFYING (1u << MBIM_BASIC_SUBSCRIBER_READY_STATUS | 1u << MBIM_BASIC_RADIO_STATE | \
		   1u << MBIM_BASIC_PREFERRED_PROVIDERS | 1u << MBIM_BASIC_REGISTER_STATE | \
		   1u << MBIM_BASIC_PACKET_SERVICE | 1u << MBIM_BASIC_SIGNAL_STATE | \
		   1u << MBIM_BASIC_CONNECT | 1u << MBIM_BASIC_PROVISIONED_CONTEXTS | \
		   1u << MBIM_BASIC_IP_CONFIGURATION | 1u << MBIM_BASIC_EMERGENCY_MODE)

const struct mbim_service mbim_basic_service = {
	.name = "basic-connect",
	.uuid = { 0xa2, 0x89, 0xcc, 0x33, 0xbc, 0xbb, 0x8b, 0x4f,
		  0xb6, 0xb0, 0x13, 0x3e, 0xc2, 0xaa, 0xe6, 0xdf },
	.cids = cids,
	.count = sizeof(cids) / sizeof(cids[0]),
	.notifying = NOTIFYING,
	.standard = NOTIFYING,
};
