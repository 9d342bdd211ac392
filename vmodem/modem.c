// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts the parts together: what the transport delivers goes to the part that owns it. */
#include "modem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "control.h"
#include "dma.h"
#include "fault.h"
#include "record.h"
#include "vfiouser.h"

bool modem_may_touch(const struct modem *modem)
{
	return boot_running(modem) && dma_allowed(modem->dma) && !dma_canceled(modem->dma) &&
	       !modem->power.hung && !modem->sleep.host_asleep && !modem->sleep.forced;
}

/* ---- what the transport delivers ---- */

static void config_read(struct modem *modem, uint32_t offset, void *data, uint32_t len)
{
	if (modem->power.link_down) {
		memset(data, 0xff, len);
		return;
	}
	pciconf_read(&modem->conf, offset, data, len);
	fault_config(modem->fault, offset, data, len);
}

static void config_write(struct modem *modem, uint32_t offset, const void *data, uint32_t len)
{
	unsigned int effects;

	if (modem->power.link_down)
		return;
	effects = pciconf_write(&modem->conf, offset, data, len);
	if (effects & PCICONF_EFFECT_POWER)
		record_event(modem->record, "pci", "power_state", "\"state\":%u",
			     pciconf_power_state(&modem->conf));
	if (effects & PCICONF_EFFECT_FLR)
		power_reset(modem, "function level reset");
	else if (effects & PCICONF_EFFECT_POWER && !pciconf_power_state(&modem->conf) &&
		 power_awake(modem))
		return;
	else if (effects)
		power_update(modem);
}

static void function_read(void *self, unsigned int region, uint32_t offset, void *data,
			  uint32_t len)
{
	if (region == VFIOUSER_REGION_CONFIG)
		config_read(self, offset, data, len);
	else
		regs_read(self, region, offset, data, len);
}

static void function_write(void *self, unsigned int region, uint32_t offset, const void *data,
			   uint32_t len)
{
	if (region == VFIOUSER_REGION_CONFIG)
		config_write(self, offset, data, len);
	else
		regs_write(self, region, offset, data, len);
}

static void function_set_eventfd(void *self, unsigned int index, unsigned int vector, int eventfd)
{
	struct modem *modem = self;

	if (index == VFIOUSER_IRQ_MSI)
		irq_set_eventfd(&modem->irq, vector, eventfd);
	else
		irq_keep_error_fd(&modem->irq, index == VFIOUSER_IRQ_ERR, eventfd);
}

static void function_trigger(void *self, unsigned int index, unsigned int vector)
{
	struct modem *modem = self;

	if (index == VFIOUSER_IRQ_MSI)
		irq_raise(&modem->irq, vector);
}

static void function_reset(void *self)
{
	struct modem *modem = self;

	if (modem->power.reset_ignored) {
		record_event(modem->record, "boot", "reset_ignored", NULL);
		return;
	}
	if (modem->power.link_stuck)
		modem->power.link_stuck = modem->power.link_down = false;
	power_reset(modem, "vfio-user reset");
}

static void function_connected(void *self)
{
	struct modem *modem = self;

	modem->connected = true;
}

static void function_disconnected(void *self)
{
	struct modem *modem = self;

	modem->connected = false;
	modem->power.link_down = modem->power.link_stuck = false;
	modem->power.link_muted = modem->power.off = false;
	power_cycle(modem, "disconnected");
	for (unsigned int vector = 0; vector < IRQ_VECTORS; vector++)
		irq_set_eventfd(&modem->irq, vector, -1);
	irq_keep_error_fd(&modem->irq, true, -1);
}

static void function_settle(void *self)
{
	power_settle(self);
}

void modem_function(struct modem *modem, struct vfiouser_function *function)
{
	*function = (struct vfiouser_function){
		.self = modem,
		.region_size = {
			[VFIOUSER_REGION_BAR0] = REGS_BAR0_SIZE,
			[VFIOUSER_REGION_BAR2] = REGS_BAR2_SIZE,
			[VFIOUSER_REGION_CONFIG] = PCICONF_SIZE,
		},
		.irq_count = {
			[VFIOUSER_IRQ_MSI] = IRQ_VECTORS,
			[VFIOUSER_IRQ_ERR] = 1,
			[VFIOUSER_IRQ_REQ] = 1,
		},
		.read = function_read,
		.write = function_write,
		.set_eventfd = function_set_eventfd,
		.trigger = function_trigger,
		.reset = function_reset,
		.connected = function_connected,
		.disconnected = function_disconnected,
		.settle = function_settle,
	};
}

int modem_serve(struct modem *modem, const char *path)
{
	struct vfiouser_function function;

	modem_function(modem, &function);
	modem->server = vfiouser_listen(modem->loop, modem->record, modem->dma, &function, path);
	return modem->server ? 0 : -errno;
}

void modem_attach(struct modem *modem, unsigned int id, const struct channel_protocol *protocol,
		  void *self)
{
	modem->pipes.channel[id].protocol = protocol;
	modem->pipes.channel[id].self = self;
}

void modem_attach_loader(struct modem *modem, const struct channel_protocol *protocol, void *self)
{
	modem->pipes.loader = protocol;
	modem->pipes.loader_self = self;
}

/* ---- commands ---- */

static int command_status(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;

	(void)argv;
	if (argc != 1)
		return control_fail(reply, "usage: status");
	control_line(reply, "model %s", modem->config.device_id == IOSM_PCI_DEVICE_XMM7360 ?
		     "xmm7360" : "xmm7560");
	control_line(reply, "mux %s", modem->config.capabilities & IOSM_CAP_DL_AGGREGATION ?
		     "aggregation" : "lite");
	control_line(reply, "client %s", modem->connected ? "connected" : "none");
	control_line(reply, "link %s", modem->power.link_down ? "down" : "up");
	if (modem->power.off)
		control_line(reply, "power off");
	else
		control_line(reply, "power D%u", pciconf_power_state(&modem->conf));
	control_line(reply, "bus-master %s", pciconf_bus_master(&modem->conf) ? "on" : "off");
	control_line(reply, "msi %s", pciconf_msi_enabled(&modem->conf) ? "on" : "off");
	control_line(reply, "stage %s%s", boot_stage_name(modem->boot.stage),
		     modem->power.hung ? " hung" : "");
	control_line(reply, "ipc %u", modem->boot.ipc_status);
	control_line(reply, "sleep %s%s", sleep_state_name(modem),
		     modem->sleep.permitted ? "" : " not-permitted");
	return 0;
}

static void counter(struct control_reply *reply, const char *name, uint64_t value)
{
	control_line(reply, "%s %llu", name, (unsigned long long)value);
}

static int command_counters(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct modem *modem = self;
	uint64_t refused = 0;

	(void)argv;
	if (argc != 1)
		return control_fail(reply, "usage: counters");
	for (unsigned int id = 0; id < PIPE_CHANNELS; id++)
		refused += modem->pipes.channel[id].refused;
	counter(reply, "resets", modem->power.resets);
	counter(reply, "cut_off", modem->power.cut_off);
	counter(reply, "doorbell0", modem->regs.doorbells[0]);
	counter(reply, "doorbell1", modem->regs.doorbells[1]);
	counter(reply, "doorbell2", modem->regs.doorbells[2]);
	counter(reply, "interrupts", modem->irq.sent);
	counter(reply, "messages", modem->ring.received);
	counter(reply, "sleeps", modem->sleep.sleeps);
	counter(reply, "host_sleeps", modem->sleep.host_sleeps);
	counter(reply, "wakes_by_host", modem->sleep.wakes_by_host);
	counter(reply, "wakes_by_device", modem->sleep.wakes_by_device);
	counter(reply, "sleeps_withdrawn", modem->sleep.withdrawn);
	counter(reply, "downlink_refused", refused);
	counter(reply, "dma_windows", dma_windows(modem->dma));
	counter(reply, "breaches", check_total(modem->check));
	return 0;
}

static void add_commands(struct modem *modem, struct control *control)
{
	control_register(control, "status", ": the modem's state", command_status, modem);
	control_register(control, "counters", ": what was counted since the start",
			 command_counters, modem);
	check_control(modem->check, control);
	power_control(modem, control);
	boot_control(modem, control);
	sleep_control(modem, control);
	ring_control(modem, control);
	pipes_control(modem, control);
	fault_control(modem->fault, control);
}

struct modem *modem_new(const struct modem_config *config)
{
	struct modem *modem = calloc(1, sizeof(*modem));

	if (!modem)
		return NULL;
	modem->config = *config;
	modem->loop = config->loop;
	modem->record = config->record;
	modem->check = config->check;
	modem->dma = dma_new(config->record, config->check);
	if (!modem->dma) {
		free(modem);
		errno = ENOMEM;
		return NULL;
	}
	pciconf_init(&modem->conf, config->device_id);
	irq_init(&modem->irq, config->loop, config->record, config->instant);
	power_init(modem);
	boot_init(modem);
	sleep_init(modem);
	ring_init(modem);
	pipes_init(modem);
	modem->fault = fault_new(modem, &config->chaos);
	if (!modem->fault) {
		modem_free(modem);
		errno = ENOMEM;
		return NULL;
	}
	add_commands(modem, config->control);
	boot_power_on(modem);
	return modem;
}

void modem_free(struct modem *modem)
{
	if (!modem)
		return;
	vfiouser_free(modem->server);
	boot_power_off(modem);
	pipes_destroy(modem);
	ring_destroy(modem);
	power_destroy(modem);
	fault_free(modem->fault);
	irq_destroy(&modem->irq);
	dma_free(modem->dma);
	free(modem);
}
