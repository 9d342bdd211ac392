// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The SIM for the host: SUBSCRIBER_READY_STATUS, PIN and PIN_LIST.
 */
#include <errno.h>

#include "mbim_internal.h"

#define READY_NOT_INITIALIZED	0
#define READY_INITIALIZED	1
#define READY_NOT_INSERTED	2
#define READY_BAD_SIM		3
#define READY_FAILURE		4
#define READY_NOT_ACTIVATED	5
#define READY_DEVICE_LOCKED	6
#define READY_NO_ESIM_PROFILE	7

#define SIM_FLAGS_REMOVABLE	0x6	/* known, and removable */
#define SIM_FLAGS_ESIM		0x3	/* an eSIM, known not to be removable */

#define PIN_TYPE_NONE		0
#define PIN_TYPE_PIN1		2
#define PIN_TYPE_PUK1		11

#define PIN_ENTER		0
#define PIN_ENABLE		1
#define PIN_DISABLE		2
#define PIN_CHANGE		3

static uint32_t ready_state(enum sim_state state)
{
	switch (state) {
	case SIM_READY:
		return READY_INITIALIZED;
	case SIM_ABSENT:
		return READY_NOT_INSERTED;
	case SIM_BLOCKED:
		return READY_BAD_SIM;
	case SIM_STARTING:
		return READY_NOT_INITIALIZED;
	case SIM_FAILED:
		return READY_FAILURE;
	case SIM_NOT_ACTIVATED:
		return READY_NOT_ACTIVATED;
	case SIM_NO_PROFILE:
		return READY_NO_ESIM_PROFILE;
	default:
		return READY_DEVICE_LOCKED;
	}
}

void mbim_encode_subscriber(struct mbim *mbim, struct mbim_bytes *out, unsigned int session)
{
	const struct sim *sim = network_sim(mbim->network);
	enum sim_state state = sim_state(sim);
	bool ready = sim_readable(sim);
	bool flags = mbim->version >= MBIM_EX_3;
	bool number = ready && sim->number[0];
	struct mbim_struct status;

	(void)session;
	mbim_begin(&status, out, 28 + (flags ? 4 : 0) + (number ? 8 : 0));
	mbim_put_u32(&status, ready_state(state));
	if (flags)
		mbim_put_u32(&status, sim->euicc ? SIM_FLAGS_ESIM : SIM_FLAGS_REMOVABLE);
	mbim_put_string(&status, ready ? sim->imsi : "");
	mbim_put_string(&status, ready ? sim->iccid : "");
	mbim_put_u32(&status, 0);
	mbim_put_u32(&status, number);
	if (number)
		mbim_put_string(&status, sim->number);
}

uint32_t mbim_query_subscriber(struct mbim *mbim, const struct mbim_command *command,
			       struct mbim_reader *in, struct mbim_bytes *out)
{
	(void)command;
	(void)in;
	mbim_encode_subscriber(mbim, out, 0);
	return MBIM_STATUS_NONE;
}

static void encode_pin(const struct sim *sim, struct mbim_bytes *out)
{
	enum sim_state state = sim_state(sim);
	bool puk = state == SIM_PUK_NEEDED || state == SIM_BLOCKED;
	struct mbim_struct pin;

	mbim_begin(&pin, out, 12);
	if (state == SIM_NO_PROFILE) {
		mbim_put_u32(&pin, PIN_TYPE_NONE);
		mbim_put_u32(&pin, 0);
		mbim_put_u32(&pin, MBIM_UNKNOWN);
		return;
	}
	/* Unlocked it is still PIN1 with its attempts, as real units answer (field notes). */
	mbim_put_u32(&pin, puk ? PIN_TYPE_PUK1 : PIN_TYPE_PIN1);
	mbim_put_u32(&pin, !sim_readable(sim));
	mbim_put_u32(&pin, puk ? sim->puk_attempts : sim->pin_attempts);
}

uint32_t mbim_query_pin(struct mbim *mbim, const struct mbim_command *command,
			struct mbim_reader *in, struct mbim_bytes *out)
{
	const struct sim *sim = network_sim(mbim->network);

	(void)command;
	(void)in;
	if (sim_state(sim) == SIM_ABSENT)
		return MBIM_STATUS_SIM_NOT_INSERTED;
	if (sim_state(sim) == SIM_STARTING)
		return MBIM_STATUS_NOT_INITIALIZED;
	if (sim_state(sim) == SIM_FAILED)
		return MBIM_STATUS_BAD_SIM;
	encode_pin(sim, out);
	return MBIM_STATUS_NONE;
}

static int do_pin(struct sim *sim, uint32_t type, uint32_t operation, const char *pin,
		  const char *new_pin)
{
	if (type == PIN_TYPE_PUK1)
		return sim_enter_puk(sim, pin, new_pin);
	switch (operation) {
	case PIN_ENTER:
		return sim_enter_pin(sim, pin);
	case PIN_ENABLE:
	case PIN_DISABLE:
		return sim_enable_pin(sim, pin, operation == PIN_ENABLE);
	default:
		return sim_change_pin(sim, pin, new_pin);
	}
}

/* Why the SIM's state forbids an operation. */
static uint32_t forbidden(const struct sim *sim, uint32_t operation, struct mbim_bytes *out)
{
	switch (sim_state(sim)) {
	case SIM_READY:
	case SIM_NOT_ACTIVATED:
		return operation == PIN_ENABLE ? MBIM_STATUS_OPERATION_NOT_ALLOWED :
						 MBIM_STATUS_PIN_DISABLED;
	case SIM_PIN_NEEDED:
		return MBIM_STATUS_PIN_REQUIRED;
	case SIM_STARTING:
		return MBIM_STATUS_NOT_INITIALIZED;
	default:
		/* The buffer tells that the PUK is asked for now. */
		encode_pin(sim, out);
		return MBIM_STATUS_FAILURE;
	}
}

uint32_t mbim_set_pin(struct mbim *mbim, const struct mbim_command *command,
		      struct mbim_reader *in, struct mbim_bytes *out)
{
	struct sim *sim = network_sim(mbim->network);
	uint32_t type = mbim_get_u32(in);
	uint32_t operation = mbim_get_u32(in);
	char pin[MBIM_PIN_SIZE], new_pin[MBIM_PIN_SIZE];

	(void)command;
	mbim_get_string(in, pin, sizeof(pin), MBIM_PIN_BYTES);
	mbim_get_string(in, new_pin, sizeof(new_pin), MBIM_PIN_BYTES);
	if (in->status)
		return in->status;
	if (operation > PIN_CHANGE || (type == PIN_TYPE_PUK1 && operation != PIN_ENTER))
		return MBIM_STATUS_INVALID_PARAMETERS;
	if (type != PIN_TYPE_PIN1 && type != PIN_TYPE_PUK1)
		return MBIM_STATUS_NO_DEVICE_SUPPORT;
	switch (do_pin(sim, type, operation, pin, new_pin)) {
	case 0:
		encode_pin(sim, out);
		return MBIM_STATUS_NONE;
	case -EACCES:
		encode_pin(sim, out);
		return MBIM_STATUS_FAILURE;
	case -ENOMEDIUM:
		return mbim_card_status(mbim);
	case -EPERM:
		return forbidden(sim, operation, out);
	default:
		return MBIM_STATUS_INVALID_PARAMETERS;
	}
}

static void put_pin_description(struct mbim_struct *list, uint32_t mode)
{
	mbim_put_u32(list, mode);
	mbim_put_u32(list, 1);		/* numeric */
	mbim_put_u32(list, SIM_PIN_MIN);
	mbim_put_u32(list, SIM_PIN_MAX);
}

uint32_t mbim_query_pin_list(struct mbim *mbim, const struct mbim_command *command,
			     struct mbim_reader *in, struct mbim_bytes *out)
{
	const struct sim *sim = network_sim(mbim->network);
	struct mbim_struct list;

	(void)command;
	(void)in;
	if (sim_state(sim) == SIM_ABSENT || sim_state(sim) == SIM_NO_PROFILE)
		return MBIM_STATUS_SIM_NOT_INSERTED;
	if (sim_state(sim) == SIM_FAILED)
		return MBIM_STATUS_BAD_SIM;
	mbim_begin(&list, out, 160);
	put_pin_description(&list, sim->pin_enabled ? 1 : 2);
	put_pin_description(&list, 1);	/* PIN2 is always asked for */
	return MBIM_STATUS_NONE;
}
