// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cells and signal as Intel's commands tell them, which clients beside ModemManager ask for
 * (MBIM document, section 7). No document has their layouts: they are those that owners
 * show of both models. Only LTE cells are modelled; on other access there is nothing to tell.
 */
#include <stdio.h>

#include "at_internal.h"

#define CELLS		2	/* the serving one and a neighbour */
#define CARRIERS	5	/* that the command can name */
#define ACCESS_LTE	3
#define BAND_LTE	100	/* in +XACT and here: plus the band */
#define BANDWIDTH_20	5	/* MHz: 0 is 1.4, then 3, 5, 10, 15 and 20 */
#define UPLINK_OFFSET	18000	/* of the channels of paired bands (TS 36.101, 5.7.3) */
#define UNKNOWN		255

static size_t lte_cells(const struct at *at, struct network_cell *cells)
{
	if (!(network_registration(at->network)->available_classes & NETWORK_LTE))
		return 0;
	return network_cells(at->network, cells, CELLS);
}

static int coded(int value, int offset, int factor, int max)
{
	if (value == NETWORK_UNKNOWN)
		return UNKNOWN;
	value = (value + offset) * factor;
	return value < 0 ? 0 : value > max ? max : value;
}

static int rsrp_of(int dbm)
{
	return coded(dbm, 141, 1, 97);
}

static int rsrq_of(int db)
{
	return coded(db, 20, 2, 34);
}

static int snr_of(const struct network_signal *signal)
{
	return signal->snr_half_db == NETWORK_UNKNOWN ? UNKNOWN : signal->snr_half_db;
}

/* --- +XCCINFO: where the modem camps ---------------------------------------------- */

/* The location and routing areas are those of other access. */
static void tell_cell(struct at *at, const char *before, const struct network_cell *cell)
{
	const char *id = cell->provider->id;

	at_info(at, "+XCCINFO: %s%.3s,%s,\"%08X\",%u,%u,\"FFFF\",1,\"FF\",\"%04X\",0,0,0,0,0,0,0,0",
		before, id, id + 3, cell->cell_id, ACCESS_LTE, BAND_LTE + cell->band, cell->tac);
}

void at_report_cell(struct at *at)
{
	struct network_cell cells[CELLS];

	if (!at->cell_reports || !lte_cells(at, cells))
		return;
	tell_cell(at, "", &cells[0]);
	at_flush(at);
}

static int run_cell(struct at *at, struct at_command *command)
{
	struct network_cell cells[CELLS];
	unsigned int on;

	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+XCCINFO: (0,1)");
		return AT_OK;
	case AT_READ:
		if (lte_cells(at, cells))
			tell_cell(at, at->cell_reports ? "1," : "0,", &cells[0]);
		return AT_OK;
	case AT_SET:
		if (!at_argument_number(&command->arguments, 2, 1, &on))
			return AT_BAD_PARAMETERS;
		at->cell_reports = on;
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

/* --- +XLEC: carriers that are aggregated -------------------------------------------- */

/*
 * Their number, the bandwidth of each, and bands: the XMM7360 tells only the first
 * carrier's, the XMM7560 has five places.
 */
static void tell_carriers(struct at *at)
{
	struct network_cell cells[CELLS];
	unsigned int count = 0;
	char text[80];
	size_t used;

	if (lte_cells(at, cells))
		count = 1 + network_secondary_cells(at->network);
	used = (size_t)snprintf(text, sizeof(text), "0,%u", count);
	for (unsigned int i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",%u", BANDWIDTH_20);
	if (count)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",BAND_LTE_%u",
					 cells[0].band);
	for (unsigned int i = 1; count && !at->xmm7360 && i < CARRIERS; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",%u",
					 i < count ? cells[0].band : 0);
	at_info(at, "+XLEC: %s", text);
}

static int run_carriers(struct at *at, struct at_command *command)
{
	switch (command->kind) {
	case AT_TEST:
		at_info(at, "+XLEC: (0)");
		return AT_OK;
	case AT_READ:
		tell_carriers(at);
		return AT_OK;
	default:
		return AT_ERROR;
	}
}

/* --- +XMCI: what was measured --------------------------------------------------------- */

static void tell_serving(struct at *at, const struct network_cell *cell)
{
	const struct network_signal signal = network_signal(at->network);
	const char *id = cell->provider->id;

	at_info(at, "+XMCI: 4,%.3s,%s,\"0x%04X\",\"0x%08X\",\"0x%04X\",\"0x%08X\",\"0x%08X\","
		"\"0xFFFFFFFF\",%d,%d,%d,\"0x00000000\",\"0x00000000\"", id, id + 3, cell->tac,
		cell->cell_id, cell->physical_id, cell->earfcn, cell->earfcn + UPLINK_OFFSET,
		rsrp_of(cell->rsrp_dbm), rsrq_of(cell->rsrq_db), snr_of(&signal));
}

static void tell_neighbour(struct at *at, const struct network_cell *cell)
{
	at_info(at, "+XMCI: 5,000,000,\"0xFFFE\",\"0xFFFFFFFF\",\"0x%04X\",\"0x%08X\",\"0xFFFFFFFF\","
		"\"0xFFFFFFFF\",%d,%d,255,\"0x7FFFFFFF\",\"0x00000000\"", cell->physical_id,
		cell->earfcn, rsrp_of(cell->rsrp_dbm), rsrq_of(cell->rsrq_db));
}

static int run_measure(struct at *at, struct at_command *command)
{
	struct network_cell cells[CELLS];
	unsigned int mode;
	size_t count;

	if (command->kind == AT_TEST) {
		at_info(at, "+XMCI: (0,1)");
		return AT_OK;
	}
	if (command->kind != AT_SET)
		return AT_ERROR;
	if (!at_argument_number(&command->arguments, 2, 1, &mode))
		return AT_BAD_PARAMETERS;
	count = lte_cells(at, cells);
	for (size_t i = 0; i < count; i++)
		if (i)
			tell_neighbour(at, &cells[i]);
		else
			tell_serving(at, &cells[i]);
	return AT_OK;
}

/* --- +XCESQ: signal ------------------------------------------------------------------- */

/* The XMM7560 has four more places. */
static int run_signal(struct at *at, struct at_command *command)
{
	struct network_signal signal = network_signal(at->network);

	if (command->kind == AT_TEST) {
		at_info(at, "+XCESQ: (0-1)");
		return AT_OK;
	}
	if (command->kind == AT_SET)
		return AT_OK;
	at_info(at, "+XCESQ: 0,99,99,255,255,%d,%d,%d%s", rsrq_of(signal.rsrq_db),
		rsrp_of(signal.rsrp_dbm), snr_of(&signal), at->xmm7360 ? "" : ",255,255,255,255");
	return AT_OK;
}

const struct at_entry at_cell_commands[] = {
	{ "+XCCINFO", run_cell },
	{ "+XLEC", run_carriers },
	{ "+XMCI", run_measure },
	{ "+XCESQ", run_signal },
	{ NULL, NULL },
};
