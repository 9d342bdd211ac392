// SPDX-License-Identifier: GPL-2.0-or-later
/* Carriers by name. */
#include "carrier.h"

#include <errno.h>
#include <string.h>

#include "carrier_echo.h"
#include "carrier_flood.h"
#include "carrier_nat.h"
#include "carrier_tun.h"
#include "control.h"
#include "settings.h"

static int make_echo(struct carrier *carrier, const struct carrier_config *config, char *settings,
		     char *error, size_t size)
{
	if (settings)
		return settings_error(error, size, "echo has no settings");
	*carrier = carrier_echo_new(config->loop, config->record, config->downlink);
	return carrier->self ? 0 : -ENOMEM;
}

static const struct {
	const char *name;
	int (*make)(struct carrier *carrier, const struct carrier_config *config, char *settings,
		    char *error, size_t size);
} makers[] = {
	{ "echo", make_echo },
	{ "flood", carrier_flood_make },
	{ "sink", carrier_sink_make },
	{ "tun", carrier_tun_make },
	{ "nat", carrier_nat_make },
};

int carrier_make(struct carrier *carrier, const struct carrier_config *config, const char *spec,
		 char *error, size_t size)
{
	char copy[256], *settings = copy, *name;

	if (strlen(spec) >= sizeof(copy))
		return settings_error(error, size, "that is too long");
	strcpy(copy, spec);
	name = strsep(&settings, ",");
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		int result;

		if (strcmp(makers[i].name, name))
			continue;
		*error = '\0';
		result = makers[i].make(carrier, config, settings, error, size);
		if (result && !*error)
			settings_error(error, size, "%s", strerror(-result));
		return result;
	}
	return settings_error(error, size, "no such carrier: %s", name);
}

static int command_carrier(void *self, struct control_reply *reply, int argc, char **argv)
{
	const struct carrier *carrier = self;

	(void)argv;
	if (argc != 1)
		return control_fail(reply, "usage: carrier");
	control_line(reply, "carrier %s", carrier->ops->name);
	if (carrier->ops->show)
		carrier->ops->show(carrier->self, reply);
	return 0;
}

void carrier_control(const struct carrier *carrier, struct control *control)
{
	control_register(control, "carrier", ": where packets end up, and what it counts",
			 command_carrier, (void *)carrier);
}
