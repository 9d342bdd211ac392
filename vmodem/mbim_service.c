// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which services and commands there are. DEVICE_SERVICES is answered from the same
 * tables, so that the modem offers exactly what it answers.
 */
#include <string.h>

#include "mbim_internal.h"

const struct mbim_service *const mbim_services[MBIM_SERVICES] = {
	[MBIM_SERVICE_BASIC] = &mbim_basic_service,
	[MBIM_SERVICE_EXT] = &mbim_ext_service,
	[MBIM_SERVICE_SMS] = &mbim_sms_service,
	[MBIM_SERVICE_USSD] = &mbim_ussd_service,
	[MBIM_SERVICE_PHONEBOOK] = &mbim_phonebook_service,
	[MBIM_SERVICE_STK] = &mbim_stk_service,
	[MBIM_SERVICE_AUTH] = &mbim_auth_service,
	[MBIM_SERVICE_UICC] = &mbim_uicc_service,
	[MBIM_SERVICE_FIRMWARE_ID] = &mbim_firmware_id_service,
	[MBIM_SERVICE_HOST_SHUTDOWN] = &mbim_host_shutdown_service,
	[MBIM_SERVICE_SAR] = &mbim_sar_service,
	[MBIM_SERVICE_VOICE] = &mbim_voice_service,
	[MBIM_SERVICE_INTEL_FIRMWARE] = &mbim_intel_firmware_service,
	[MBIM_SERVICE_INTEL_THERMAL] = &mbim_intel_thermal_service,
	[MBIM_SERVICE_INTEL_AUTHENTICATION] = &mbim_intel_authentication_service,
	[MBIM_SERVICE_INTEL_TOOLS] = &mbim_intel_tools_service,
};

int mbim_service_index(const struct mbim *mbim, const uint8_t *uuid)
{
	for (int i = 0; i < MBIM_SERVICES; i++)
		if (!memcmp(mbim_services[i]->uuid, uuid, MBIM_UUID))
			return mbim->hidden & 1u << i ? -1 : i;
	return -1;
}

const struct mbim_cid *mbim_find_cid(const struct mbim *mbim, const struct mbim_service *service,
				     uint32_t cid)
{
	for (size_t i = 0; i < service->count; i++) {
		const struct mbim_cid *found = &service->cids[i];

		if (found->cid == cid)
			return !found->offered || found->offered(mbim) ? found : NULL;
	}
	return NULL;
}
