// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service MS Basic Connect Extensions (MBIM document, 3.11).
 */
#include "mbim_internal.h"

#define CELLS			2	/* the serving one and a neighbour */

static bool versions_offered(const struct mbim *mbim)
{
	return mbim->own_version > MBIM_EX_1;
}

/* The version of the answer is in force from this answer on (rule 7). */
static uint32_t query_version(struct mbim *mbim, const struct mbim_command *command,
			      struct mbim_reader *in, struct mbim_bytes *out)
{
	uint16_t release = mbim_get_u16(in);
	uint16_t asked = mbim_get_u16(in);
	struct mbim_struct answer;

	(void)command;
	if (in->status || release < MBIM_RELEASE || asked < MBIM_EX_1)
		return MBIM_STATUS_INVALID_PARAMETERS;
	/* There are no layouts between two releases. */
	mbim->version = asked < mbim->own_version ? asked & 0xff00 : mbim->own_version;
	mbim_begin(&answer, out, 4);
	mbim_put_u16(&answer, MBIM_RELEASE);
	mbim_put_u16(&answer, mbim->version);
	return MBIM_STATUS_NONE;
}

static uint32_t query_sys_caps(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out)
{
	struct mbim_struct caps;

	(void)mbim;
	(void)command;
	(void)in;
	mbim_begin(&caps, out, 20);
	mbim_put_u32(&caps, 1);		/* executors */
	mbim_put_u32(&caps, 1);		/* slots */
	mbim_put_u32(&caps, 1);		/* concurrency */
	mbim_put_u64(&caps, 0x1234);	/* any id */
	return MBIM_STATUS_NONE;
}

/* --- cells --------------------------------------------------------------- */

static void put_cell(struct mbim_struct *element, const struct network_cell *cell)
{
	mbim_put_string(element, cell->provider->id);
	mbim_put_u32(element, cell->cell_id);
	mbim_put_u32(element, cell->earfcn);
	mbim_put_u32(element, cell->physical_id);
	mbim_put_u32(element, cell->tac);
	mbim_put_u32(element, (uint32_t)cell->rsrp_dbm);
	mbim_put_u32(element, (uint32_t)cell->rsrq_db);
}

static void put_serving(struct mbim_struct *info, const struct network_cell *cell)
{
	struct mbim_struct element;

	mbim_begin_element(info, &element, 36);
	put_cell(&element, cell);
	mbim_put_u32(&element, MBIM_UNKNOWN);	/* timing advance */
	mbim_end_element(&element);
}

/* A count, and behind it the elements, each with its own strings. */
static void put_neighbours(struct mbim_struct *info, const struct network_cell *cells, size_t count)
{
	struct mbim_struct list, element;

	mbim_begin_element(info, &list, 4);
	mbim_put_u32(&list, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		mbim_begin(&element, info->bytes, 32);
		put_cell(&element, &cells[i]);
	}
	mbim_end_element(&list);
}

static void put_nothing(struct mbim_struct *info)
{
	mbim_put_u64(info, 0);
}

/*
 * Never a success without any cell (rule 12). Only LTE cells are modelled, so that on
 * other radio access there is nothing to tell.
 */
static uint32_t query_base_stations(struct mbim *mbim, const struct mbim_command *command,
				    struct mbim_reader *in, struct mbim_bytes *out)
{
	bool v3 = mbim->version >= MBIM_EX_3;
	struct network_cell cells[CELLS];
	size_t count = network_cells(mbim->network, cells, CELLS);
	uint32_t classes = network_registration(mbim->network)->available_classes;
	struct mbim_struct info;
	uint32_t max_lte;

	(void)command;
	for (int i = 0; i < 3; i++)
		mbim_get_u32(in);
	max_lte = mbim_get_u32(in);
	if (in->status)
		return in->status;
	if (!count)
		return MBIM_STATUS_NOT_REGISTERED;
	if (!(classes & NETWORK_LTE))
		return MBIM_STATUS_FAILURE;
	if (count - 1 > max_lte)
		count = max_lte + 1;
	mbim_begin(&info, out, v3 ? 96 : 76);
	mbim_put_u32(&info, NETWORK_LTE);
	if (v3)
		mbim_put_u32(&info, 0);
	for (int i = 0; i < 3; i++)
		put_nothing(&info);
	put_serving(&info, &cells[0]);
	for (int i = 0; i < 3; i++)
		put_nothing(&info);
	if (count > 1)
		put_neighbours(&info, cells + 1, count - 1);
	return MBIM_STATUS_NONE;
}

/* --- table --------------------------------------------------------------- */

static bool v3_offered(const struct mbim *mbim)
{
	return mbim->own_version >= MBIM_EX_3;
}

static const struct mbim_cid cids[] = {
	{ MBIM_EXT_PROVISIONED_CONTEXTS, mbim_query_contexts_v2, mbim_set_context_v2, NULL },
	{ MBIM_EXT_LTE_ATTACH_CONFIGURATION, mbim_query_attach_config, mbim_set_attach_config,
	  NULL },
	{ MBIM_EXT_LTE_ATTACH_INFO, mbim_query_attach_info, NULL, NULL },
	{ MBIM_EXT_SYS_CAPS, query_sys_caps, NULL, NULL },
	{ MBIM_EXT_DEVICE_CAPS, mbim_query_ext_device_caps, NULL, NULL },
	{ MBIM_EXT_SLOT_MAPPINGS, mbim_query_slot_mappings, mbim_set_slot_mappings, NULL },
	{ MBIM_EXT_SLOT_INFO, mbim_query_slot, NULL, NULL },
	{ MBIM_EXT_PCO, mbim_query_pco, NULL, NULL },
	{ MBIM_EXT_DEVICE_RESET, NULL, mbim_set_device_reset, NULL },
	{ MBIM_EXT_BASE_STATIONS_INFO, query_base_stations, NULL, NULL },
	{ MBIM_EXT_LOCATION_INFO, mbim_query_location, NULL, NULL },
	{ MBIM_EXT_VERSION, query_version, NULL, versions_offered },
	{ MBIM_EXT_MODEM_CONFIGURATION, mbim_query_configuration, NULL, v3_offered },
	{ MBIM_EXT_REGISTRATION_PARAMETERS, mbim_query_parameters, mbim_set_parameters, v3_offered },
	{ MBIM_EXT_WAKE_REASON, mbim_query_wake_reason, NULL, v3_offered },
};

const struct mbim_service mbim_ext_service = {
	.name = "ms-basic-connect-extensions",
	.uuid = { 0x3d, 0x01, 0xdc, 0xc5, 0xfe, 0xf5, 0x4d, 0x05,
		  0x0d, 0x3a, 0xbe, 0xf7, 0x05, 0x8e, 0x9a, 0xaf },
	.cids = cids,
	.count = sizeof(cids) / sizeof(cids[0]),
	.notifying = 1u << MBIM_EXT_PROVISIONED_CONTEXTS | 1u << MBIM_EXT_LTE_ATTACH_CONFIGURATION |
		     1u << MBIM_EXT_LTE_ATTACH_INFO | 1u << MBIM_EXT_SLOT_INFO |
		     1u << MBIM_EXT_PCO | 1u << MBIM_EXT_LOCATION_INFO |
		     1u << MBIM_EXT_MODEM_CONFIGURATION,
};
