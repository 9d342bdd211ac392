// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts put together as the options say, one loop, clean end. */
#include "program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "at.h"
#include "capture.h"
#include "check.h"
#include "control.h"
#include "coredump.h"
#include "flash.h"
#include "flash_store.h"
#include "identity.h"
#include "loop.h"
#include "mbim.h"
#include "modem.h"
#include "mux.h"
#include "network.h"
#include "record.h"
#include "rpc.h"
#include "shaper.h"

#define ERASE_TIME_MS	30

static int fail(const char *what, const char *name, int error)
{
	if (error == EADDRINUSE)
		fprintf(stderr, "vmodem: %s %s: another process listens there\n", what, name);
	else if (error == EEXIST)
		fprintf(stderr, "vmodem: %s %s: the file exists and is no socket\n", what, name);
	else if (error == EBUSY)
		fprintf(stderr, "vmodem: %s %s: another modem uses it\n", what, name);
	else
		fprintf(stderr, "vmodem: %s %s: %s\n", what, name, strerror(error));
	return PROGRAM_WRONG;
}

static void signal_ready(struct loop_fd *watch, uint32_t events)
{
	(void)events;
	loop_stop(watch->loop);
}

static int watch_signals(struct program *program)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	program->signals = (struct loop_fd){ .fd = -1, .ready = signal_ready };
	return loop_fd_watch(program->loop, &program->signals, fd, EPOLLIN);
}

static void restarted(void *self)
{
	struct program *program = self;

	network_reset(program->network);
}

/*
 * Real modems answer, drop off the bus and come back some seconds later (MBIM document,
 * 3.14 and section 7).
 */
#define REBOOT_ANSWER_US	200000
#define REBOOT_AWAY_US		2000000

static void reboot_expired(struct loop_timer *timer)
{
	struct program *program = timer->owner;

	program->rebooting = !program->rebooting;
	if (!program->rebooting && program->reboot_how == MBIM_RESTART_LOADER)
		boot_load_once(program->modem);
	power_set_link(program->modem, !program->rebooting);
	if (program->rebooting && program->reboot_how != MBIM_RESTART_OFF)
		loop_timer_arm(timer, REBOOT_AWAY_US);
	else
		program->rebooting = false;
}

static void reboot(void *self, enum mbim_restart how)
{
	struct program *program = self;

	if (program->reboot.armed)
		return;
	program->reboot_how = how;
	loop_timer_arm(&program->reboot, REBOOT_ANSWER_US);
}

static void reboot_plain(void *self)
{
	reboot(self, MBIM_RESTART);
}

static void power_off(void *self)
{
	reboot(self, MBIM_RESTART_OFF);
}

/*
 * Real ones die of a session without the services behind it. Owners have seen this stage
 * only, never that of a crash without a dump (field notes).
 */
static bool session_too_early(void *self)
{
	struct program *program = self;

	if (!network_waiting(program->network))
		return false;
	boot_crash_soon(program->modem, IOSM_STAGE_CD_READY, "session");
	return true;
}

static uint32_t capabilities(const struct options *options)
{
	uint32_t word = 0;

	if (options->aggregation)
		word |= IOSM_CAP_UL_AGGREGATION | IOSM_CAP_DL_AGGREGATION;
	if (options->credits)
		word |= IOSM_CAP_UL_CREDITS;
	return word;
}

static int fail_value(const char *option, const char *value, const char *why)
{
	fprintf(stderr, "vmodem: %s %s: %s; try --help\n", option, value, why);
	return PROGRAM_WRONG;
}

static int shape(struct shaper *shaper, const struct options *options)
{
	char error[160];

	for (unsigned int i = 0; i < OPTIONS_SHAPES && options->shape[i]; i++)
		if (shaper_set(shaper, options->shape[i], error, sizeof(error)))
			return fail_value("--shape", options->shape[i], error);
	return 0;
}

static int make_carrier(struct program *program)
{
	const char *spec = program->options.carrier ? program->options.carrier : "echo";
	struct shaper *shaper = shaper_new(program->loop, program->control,
					   network_downlink(program->network));
	struct carrier_config config = {
		.loop = program->loop, .record = program->record, .control = program->control,
	};
	struct carrier shaped;
	char error[160];
	int result;

	if (!shaper)
		return fail("starting", "the shaper", ENOMEM);
	config.downlink = shaper_downlink(shaper);
	result = shape(shaper, &program->options);
	if (!result && carrier_make(&program->carrier, &config, spec, error, sizeof(error)))
		result = fail_value("--carrier", spec, error);
	shaped = shaper_carrier(shaper, program->carrier);
	if (result) {
		shaped.ops->free(shaped.self);
		return result;
	}
	carrier_control(&program->carrier, program->control);
	network_set_carrier(program->network, shaped);
	return 0;
}

static bool is_xmm7560(const struct program *program)
{
	return program->options.device_id == IOSM_PCI_DEVICE_XMM7560;
}

static int make_network(struct program *program)
{
	const struct network_config network = {
		.loop = program->loop,
		.record = program->record,
		.control = program->control,
		.capture = program->capture,
		.connected = program->options.connected,
		.sim = (enum sim_state)program->options.sim,
		.coverage = (enum network_register_state)program->options.registration,
		.coverage_set = true,
		.coverage_cause = program->options.registration == NETWORK_DENIED ?
				  NETWORK_CAUSE_NOT_ALLOWED : 0,
		.fcc_lock = program->options.fcc_lock,
		.waits = !is_xmm7560(program) && !program->options.started &&
			 !program->options.connected,
		.sim_ms = program->options.sim_time_ms,
		.register_ms = program->options.register_time_ms,
		.connect_ms = program->options.connect_time_ms,
	};
	struct mux_config mux = {
		.loop = program->loop,
		.record = program->record,
		.check = program->check,
		.control = program->control,
		.aggregation = program->options.aggregation,
		.credits = program->options.credits,
		.dies = session_too_early,
		.dies_self = program,
	};

	program->network = network_new(&network);
	if (!program->network && errno == EINVAL)
		return fail("--connected", program->options.connected, EINVAL);
	mux.network = program->network;
	program->mux = program->network ? mux_new(&mux) : NULL;
	if (!program->mux)
		return fail("starting", "the network", errno);
	mux_set_ul_padding(program->mux, program->options.ul_padding);
	network_set_downlink(program->network, mux_downlink(program->mux));
	return make_carrier(program);
}

/* The firmware's version is that of the flash memory, now and after it was written anew. */
static int make_flash(struct program *program)
{
	struct flash_config flash = {
		.loop = program->loop,
		.record = program->record,
		.check = program->check,
		.control = program->control,
		.dump = &program->dump,
		.erase_ms = program->options.instant ? 0 : ERASE_TIME_MS,
	};
	const char *path = program->options.flash;

	program->identity = is_xmm7560(program) ? identity_xmm7560 : identity_xmm7360;
	program->store = flash_store_open(path, program->identity.firmware);
	if (!program->store && errno == EINVAL) {
		fprintf(stderr, "vmodem: --flash %s: no flash memory of a modem; name another file, a new one is made\n",
			path);
		return PROGRAM_WRONG;
	}
	if (!program->store)
		return fail("--flash", path ? path : "in memory", errno);
	program->identity.firmware = flash_store_version(program->store);
	flash.store = program->store;
	program->flash = flash_new(&flash);
	return program->flash ? 0 : fail("starting", "the flash memory", errno);
}

static int make_at(struct program *program)
{
	static const unsigned int channels[PROGRAM_AT_PORTS] = { IOSM_CHANNEL_AT0, IOSM_CHANNEL_AT1 };
	struct at_config at = {
		.loop = program->loop,
		.record = program->record,
		.control = program->control,
		.network = program->network,
		.identity = &program->identity,
		.xmm7360 = !is_xmm7560(program),
		.restart = reboot_plain,
		.power_off = power_off,
		.restart_self = program,
	};

	for (unsigned int i = 0; i < PROGRAM_AT_PORTS; i++) {
		at.port = i;
		at.first = program->at[0];
		program->at[i] = at_new(&at);
		if (!program->at[i])
			return fail("starting", "the AT ports", errno);
		modem_attach(program->modem, channels[i], at_protocol(), program->at[i]);
	}
	return 0;
}

static int make_mbim(struct program *program)
{
	const struct mbim_config mbim = {
		.loop = program->loop,
		.record = program->record,
		.check = program->check,
		.control = program->control,
		.network = program->network,
		.identity = &program->identity,
		.version = program->options.mbim_version,
		.restart = reboot,
		.restart_self = program,
	};

	program->mbim = mbim_new(&mbim);
	if (!program->mbim)
		return fail("starting", "MBIM", errno);
	modem_attach(program->modem, IOSM_CHANNEL_MBIM, mbim_protocol(), program->mbim);
	return 0;
}

static int make_rpc(struct program *program)
{
	const struct rpc_config rpc = {
		.loop = program->loop,
		.record = program->record,
		.control = program->control,
		.network = program->network,
	};

	program->rpc = rpc_new(&rpc);
	if (!program->rpc)
		return fail("starting", "RPC", errno);
	modem_attach(program->modem, IOSM_CHANNEL_RPC, rpc_protocol(), program->rpc);
	return 0;
}

/* Section 7: which channels a product has. */
static int make_channels(struct program *program)
{
	int result;

	modem_attach(program->modem, IOSM_CHANNEL_IP, mux_protocol(), program->mux);
	modem_attach_loader(program->modem, flash_protocol(), program->flash);
	flash_set_stage(program->flash, boot_loader_stage(program->modem));
	loop_timer_init(program->loop, &program->reboot, reboot_expired, program);
	result = make_at(program);
	if (result)
		return result;
	return is_xmm7560(program) ? make_mbim(program) : make_rpc(program);
}

static int make_modem(struct program *program)
{
	const struct modem_config modem = {
		.loop = program->loop,
		.record = program->record,
		.check = program->check,
		.control = program->control,
		.capture = program->capture,
		.device_id = program->options.device_id,
		.capabilities = capabilities(&program->options),
		.boot_time_ms = program->options.boot_time_ms,
		.boot_stage = program->options.boot_stage,
		.dump_bytes = program->options.dump_bytes,
		.store = program->store,
		.dump = &program->dump,
		.identity = &program->identity,
		.sleep_idle_ms = program->options.sleep_idle_ms,
		.sleep_loses_power = program->options.sleep_loses_power,
		.instant = program->options.instant,
		.chaos = program->options.chaos,
		.restarted = restarted,
		.restarted_self = program,
	};

	program->modem = modem_new(&modem);
	if (!program->modem)
		return fail("starting", "the modem", errno);
	return make_channels(program);
}

static int make_capture(struct program *program)
{
	const char *path = program->options.pcap;
	int result;

	program->capture = capture_new(program->loop, program->record, program->control);
	if (!program->capture)
		return fail("starting", "the capture", ENOMEM);
	result = path ? capture_start(program->capture, path) : 0;
	return result ? fail("--pcap", path, -result) : 0;
}

static int make_tools(struct program *program)
{
	program->loop = loop_new();
	if (!program->loop)
		return fail("starting", "the loop", errno);
	program->record = record_open(program->options.trace);
	if (!program->record)
		return fail("--trace", program->options.trace, errno);
	if (program->quiet)
		record_hush(program->record);
	if (program->clock_us) {
		loop_set_clock(program->loop, program->clock_us);
		record_set_clock(program->record, program->clock_us);
	}
	program->check = check_new(program->record);
	program->control = control_new(program->loop, program->record);
	if (!program->check || !program->control)
		return fail("starting", "the checker", ENOMEM);
	record_control(program->record, program->control);
	return make_capture(program);
}

static int listen_all(struct program *program)
{
	const struct options *options = &program->options;
	int result = modem_serve(program->modem, options->socket);

	if (result)
		return fail("--socket", options->socket, -result);
	result = options->control ? control_listen(program->control, options->control) : 0;
	if (result)
		return fail("--control", options->control, -result);
	result = watch_signals(program);
	return result ? fail("starting", "signals", -result) : 0;
}

void program_unmake(struct program *program)
{
	loop_timer_cancel(&program->reboot);
	modem_free(program->modem);
	for (unsigned int i = PROGRAM_AT_PORTS; i--;)
		at_free(program->at[i]);
	mbim_free(program->mbim);
	rpc_free(program->rpc);
	flash_free(program->flash);
	flash_store_close(program->store);
	mux_free(program->mux);
	network_free(program->network);
	capture_free(program->capture);
	control_free(program->control);
	check_free(program->check);
	record_close(program->record);
	if (program->signals.loop) {
		int fd = program->signals.fd;

		loop_fd_forget(&program->signals);
		close(fd);
	}
	loop_free(program->loop);
}

static int finish(struct program *program)
{
	uint64_t breaches = check_total(program->check);

	record_say(program->record, "checker: %llu breaches", (unsigned long long)breaches);
	return breaches ? PROGRAM_BREACHES : EXIT_SUCCESS;
}

int program_make(struct program *program)
{
	int result = make_tools(program);

	if (!result)
		result = make_network(program);
	if (!result)
		result = make_flash(program);
	if (!result)
		result = make_modem(program);
	return result;
}

int program_run(struct program *program)
{
	int result = listen_all(program);

	if (result)
		return result;
	result = loop_run(program->loop);
	if (result)
		return fail("running", "the loop", -result);
	return finish(program);
}
