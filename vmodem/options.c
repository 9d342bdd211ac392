// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../driver/iosm_wire.h"
#include "boot.h"
#include "coredump.h"
#include "mux.h"
#include "network.h"

static const char help[] =
"usage: vmodem --socket PATH [OPTION...]\n"
"\n"
"A virtual XMM7560 or XMM7360 modem: a vfio-user PCIe device for QEMU 10.1 and later.\n"
"\n"
"Sockets (--help sockets):\n"
"  --socket PATH       listen here for QEMU's vfio-user-pci device\n"
"  --control PATH      listen here for run-time commands (\"help\" lists them)\n"
"\n"
"The modem (--help modem):\n"
"  --model NAME        xmm7560 (default) or xmm7360\n"
"  --mux DIALECT       lite or aggregation; default: lite for xmm7560,\n"
"                      aggregation for xmm7360\n"
"  --credits           control the uplink by credits\n"
"  --ul-padding BYTES  head padding that uplink packets shall have (default 16)\n"
"  --boot-time MS      stay in the boot stage that long after each reset (default 0)\n"
"  --boot-stage STAGE  rom, psi, ebl, run (default), crash or cd-ready: the stage after\n"
"                      each reset; in rom it waits for an image from the host\n"
"  --flash FILE        keep the flash memory in FILE (default: in memory)\n"
"  --dump-size BYTES   RAM in the core dump after a crash (default 1 MiB)\n"
"  --instant           answer from within the doorbell, without any delay\n"
"  --sleep-idle MS     ask to sleep after that idle time (default 100; 0: never)\n"
"  --sleep-loses-power lose all state when the host puts the modem from D3hot into D0,\n"
"                      as on laptops that cut its power in suspend\n"
"  --started           xmm7360: SIM, AT and IP work without the RPC calls that real\n"
"                      ones wait for; --connected implies it\n"
"  --mbim-version V    highest MBIMEx release offered: 1.0, 2.0 (default) or 3.0\n"
"\n"
"The network (--help network):\n"
"  --connected LIST    sessions that are connected without any client asking,\n"
"                      like 0,3,6, or all\n"
"  --register-time MS  how long the search for a network takes (default 0)\n"
"  --connect-time MS   how long a session takes to connect (default 0)\n"
"  --sim-time MS       how long a SIM card takes to start (default 0)\n"
"  --sim STATE         ready (default), absent, pin (1234), puk (12345678), blocked,\n"
"                      failed, not-activated or no-profile\n"
"  --fcc-lock          the radio stays off until it is unlocked as on a laptop\n"
"  --registration R    what the network offers: home (default), roaming, partner,\n"
"                      searching, deregistered or denied\n"
"  --roaming           the same as --registration roaming\n"
"  --carrier NAME[,KEY=VALUE...]  where IP packets end up:\n"
"                      echo (default): every address answers\n"
"                      flood[,rate=BITS/S|max][,size=BYTES][,session=N]: sends packets\n"
"                      sink: takes packets\n"
"                      tun[,netns=NAME]: devices in a network namespace, for root only\n"
"                      nat: the machine's network, needs no rights\n"
"  --shape KEY=VALUE[,KEY=VALUE...]  the paths of the sessions; may be repeated:\n"
"                      session=N|all, rate=BITS/S, queue=PACKETS, hold=MS,\n"
"                      delay=MS, jitter=MS, loss=PERCENT, seed=N; up-rate, down-delay... for one direction\n"
"\n"
"Faults (--help faults):\n"
"  --chaos SEED        spoil what the modem gives the host, by chance but reproducibly\n"
"  --chaos-rate N      of 1000 values, how many (default 20)\n"
"  --chaos-weights L   which, like header=50,interrupt=0; none,size=1: only sizes\n"
"\n"
"Records (--help records):\n"
"  --trace FILE        write every protocol event as a line of JSON\n"
"  --pcap FILE         capture IP packets and MBIM messages for Wireshark\n"
"\n"
"  --help [TOPIC], --version\n"
"\n"
"Ends on SIGTERM or SIGINT: exit status 0, or 3 when the checker saw the host breach\n"
"the protocol. 2: wrong options or a busy socket.\n";

static enum options_result wrong(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("vmodem: ", stderr);
	vfprintf(stderr, format, arguments);
	fputs("; try --help\n", stderr);
	va_end(arguments);
	return OPTIONS_WRONG;
}

/* @topic NULL: everything. A topic starts at its title and ends at the next empty line. */
static enum options_result show_help(const char *topic)
{
	char title[64];
	const char *start, *end;

	if (!topic || *topic == '-') {
		fputs(help, stdout);
		return OPTIONS_DONE;
	}
	snprintf(title, sizeof(title), "(--help %s):\n", topic);
	start = strstr(help, title);
	if (!start)
		return wrong("no such topic: %s", topic);
	start += strlen(title);
	end = strstr(start, "\n\n");
	fwrite(start, 1, (size_t)(end - start) + 1, stdout);
	if (!strcmp(topic, "faults"))
		fault_help(stdout);
	return OPTIONS_DONE;
}

static bool number(const char *text, uint32_t max, uint32_t *value)
{
	unsigned long long read;
	char *end;

	errno = 0;
	read = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || read > max)
		return false;
	*value = (uint32_t)read;
	return true;
}

static bool seed(const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

/* The position of @word among @count @words, -1 when it is none of them. */
static int word_of(const char *const *words, int count, const char *word)
{
	while (count-- && strcmp(words[count], word))
		;
	return count;
}

enum {
	OPT_SOCKET = 256, OPT_CONTROL, OPT_MODEL, OPT_MUX, OPT_CREDITS, OPT_UL_PADDING, OPT_BOOT_TIME,
	OPT_INSTANT, OPT_SLEEP_IDLE, OPT_CONNECTED, OPT_CARRIER, OPT_SHAPE, OPT_REGISTER_TIME, OPT_SIM_TIME,
	OPT_CONNECT_TIME, OPT_SIM, OPT_FCC_LOCK, OPT_REGISTRATION, OPT_ROAMING, OPT_STARTED, OPT_MBIM_VERSION,
	OPT_TRACE, OPT_CHAOS, OPT_CHAOS_RATE, OPT_CHAOS_WEIGHTS,
	OPT_SLEEP_LOSES_POWER, OPT_BOOT_STAGE, OPT_FLASH, OPT_DUMP_SIZE, OPT_PCAP, OPT_HELP,
	OPT_VERSION,
};

static const struct option table[] = {
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "model", required_argument, NULL, OPT_MODEL },
	{ "mux", required_argument, NULL, OPT_MUX },
	{ "credits", no_argument, NULL, OPT_CREDITS },
	{ "ul-padding", required_argument, NULL, OPT_UL_PADDING },
	{ "boot-time", required_argument, NULL, OPT_BOOT_TIME },
	{ "boot-stage", required_argument, NULL, OPT_BOOT_STAGE },
	{ "flash", required_argument, NULL, OPT_FLASH },
	{ "dump-size", required_argument, NULL, OPT_DUMP_SIZE },
	{ "instant", no_argument, NULL, OPT_INSTANT },
	{ "sleep-idle", required_argument, NULL, OPT_SLEEP_IDLE },
	{ "sleep-loses-power", no_argument, NULL, OPT_SLEEP_LOSES_POWER },
	{ "connected", required_argument, NULL, OPT_CONNECTED },
	{ "carrier", required_argument, NULL, OPT_CARRIER },
	{ "shape", required_argument, NULL, OPT_SHAPE },
	{ "register-time", required_argument, NULL, OPT_REGISTER_TIME },
	{ "sim-time", required_argument, NULL, OPT_SIM_TIME },
	{ "connect-time", required_argument, NULL, OPT_CONNECT_TIME },
	{ "sim", required_argument, NULL, OPT_SIM },
	{ "fcc-lock", no_argument, NULL, OPT_FCC_LOCK },
	{ "registration", required_argument, NULL, OPT_REGISTRATION },
	{ "roaming", no_argument, NULL, OPT_ROAMING },
	{ "started", no_argument, NULL, OPT_STARTED },
	{ "mbim-version", required_argument, NULL, OPT_MBIM_VERSION },
	{ "chaos", required_argument, NULL, OPT_CHAOS },
	{ "chaos-rate", required_argument, NULL, OPT_CHAOS_RATE },
	{ "chaos-weights", required_argument, NULL, OPT_CHAOS_WEIGHTS },
	{ "trace", required_argument, NULL, OPT_TRACE },
	{ "pcap", required_argument, NULL, OPT_PCAP },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static bool add_shape(struct options *options, const char *settings)
{
	for (unsigned int i = 0; i < OPTIONS_SHAPES; i++) {
		if (options->shape[i])
			continue;
		options->shape[i] = settings;
		return true;
	}
	return false;
}

#define DAY_MS 86400000

static enum options_result take(struct options *options, int option, const char **mux)
{
	switch (option) {
	case OPT_SOCKET:
		options->socket = optarg;
		break;
	case OPT_CONTROL:
		options->control = optarg;
		break;
	case OPT_MODEL:
		if (strcmp(optarg, "xmm7560") && strcmp(optarg, "xmm7360"))
			return wrong("no such model: %s", optarg);
		options->device_id = !strcmp(optarg, "xmm7360") ? IOSM_PCI_DEVICE_XMM7360 :
								  IOSM_PCI_DEVICE_XMM7560;
		break;
	case OPT_MUX:
		if (strcmp(optarg, "lite") && strcmp(optarg, "aggregation"))
			return wrong("no such mux dialect: %s", optarg);
		*mux = optarg;
		break;
	case OPT_CREDITS:
		options->credits = true;
		break;
	case OPT_UL_PADDING:
		if (!number(optarg, UINT32_MAX, &options->ul_padding))
			return wrong("--ul-padding takes a number of bytes, not %s", optarg);
		break;
	case OPT_BOOT_TIME:
		if (!number(optarg, DAY_MS, &options->boot_time_ms))
			return wrong("--boot-time takes milliseconds, not %s", optarg);
		break;
	case OPT_BOOT_STAGE:
		options->boot_stage = boot_stage_parse(optarg);
		if (!options->boot_stage)
			return wrong("no such boot stage: %s", optarg);
		break;
	case OPT_FLASH:
		options->flash = optarg;
		break;
	case OPT_DUMP_SIZE:
		if (!number(optarg, COREDUMP_RAM_MAX, &options->dump_bytes) ||
		    !options->dump_bytes)
			return wrong("--dump-size takes 1 to %u bytes, not %s", COREDUMP_RAM_MAX,
				     optarg);
		break;
	case OPT_INSTANT:
		options->instant = true;
		break;
	case OPT_SLEEP_IDLE:
		if (!number(optarg, DAY_MS, &options->sleep_idle_ms))
			return wrong("--sleep-idle takes milliseconds, not %s", optarg);
		break;
	case OPT_SLEEP_LOSES_POWER:
		options->sleep_loses_power = true;
		break;
	case OPT_CONNECTED:
		options->connected = optarg;
		break;
	case OPT_CARRIER:
		options->carrier = optarg;
		break;
	case OPT_SHAPE:
		if (!add_shape(options, optarg))
			return wrong("--shape can be given %u times", OPTIONS_SHAPES);
		break;
	case OPT_REGISTER_TIME:
		if (!number(optarg, DAY_MS, &options->register_time_ms))
			return wrong("--register-time takes milliseconds, not %s", optarg);
		break;
	case OPT_SIM_TIME:
		if (!number(optarg, DAY_MS, &options->sim_time_ms))
			return wrong("--sim-time takes milliseconds, not %s", optarg);
		break;
	case OPT_CONNECT_TIME:
		if (!number(optarg, DAY_MS, &options->connect_time_ms))
			return wrong("--connect-time takes milliseconds, not %s", optarg);
		break;
	case OPT_SIM:
		options->sim = word_of(sim_names, SIM_STATES_FOUND, optarg);
		if (options->sim < 0)
			return wrong("--sim is ready, absent, pin, puk, blocked, failed, not-activated or no-profile, not %s",
				     optarg);
		break;
	case OPT_FCC_LOCK:
		options->fcc_lock = true;
		break;
	case OPT_REGISTRATION:
		options->registration = word_of(network_register_names, NETWORK_REGISTER_STATES,
						optarg);
		if (options->registration < 0)
			return wrong("--registration knows no %s", optarg);
		break;
	case OPT_ROAMING:
		options->registration = NETWORK_ROAMING;
		break;
	case OPT_STARTED:
		options->started = true;
		break;
	case OPT_MBIM_VERSION:
		if (strlen(optarg) != 3 || strcmp(optarg + 1, ".0") || !strchr("123", optarg[0]))
			return wrong("--mbim-version is 1.0, 2.0 or 3.0, not %s", optarg);
		options->mbim_version = (uint16_t)((optarg[0] - '0') << 8);
		break;
	case OPT_CHAOS:
		if (!seed(optarg, &options->chaos.seed))
			return wrong("--chaos takes a number, not %s", optarg);
		options->chaos.on = true;
		break;
	case OPT_CHAOS_RATE:
		if (!number(optarg, 1000, &options->chaos.rate))
			return wrong("--chaos-rate takes 0 to 1000, not %s", optarg);
		break;
	case OPT_CHAOS_WEIGHTS:
		if (!fault_chaos_weights(&options->chaos, optarg))
			return wrong("--chaos-weights takes CLASS=N,..., not %s", optarg);
		break;
	case OPT_TRACE:
		options->trace = optarg;
		break;
	case OPT_PCAP:
		options->pcap = optarg;
		break;
	case OPT_VERSION:
		puts("vmodem " VMODEM_VERSION);
		return OPTIONS_DONE;
	}
	return OPTIONS_RUN;
}

enum options_result options_parse(struct options *options, int argc, char **argv)
{
	const char *mux = NULL;
	int option;

	*options = (struct options){
		.device_id = IOSM_PCI_DEVICE_XMM7560,
		.sleep_idle_ms = 100,
		.sim = SIM_READY,
		.registration = NETWORK_HOME,
		.boot_stage = IOSM_STAGE_RUN,
		.dump_bytes = 1 << 20,
		.ul_padding = MUX_UL_PADDING_DEFAULT,
	};
	fault_chaos_usual(&options->chaos);
	opterr = 0;
	for (;;) {
		enum options_result result;
		const char *word = argv[optind];

		option = getopt_long(argc, argv, ":", table, NULL);
		if (option == OPT_HELP)
			return show_help(argv[optind]);
		if (option == -1)
			break;
		if (option == ':')
			return wrong("%s needs a value", word);
		if (option == '?')
			return wrong("no such option: %s", word);
		result = take(options, option, &mux);
		if (result != OPTIONS_RUN)
			return result;
	}
	if (optind < argc)
		return wrong("no such option: %s", argv[optind]);
	if (!options->socket)
		return wrong("--socket PATH is missing");
	if (options->control && !strcmp(options->control, options->socket))
		return wrong("--socket and --control need two paths");
	/* What real hardware speaks: field notes, "Mux". */
	options->aggregation = mux ? !strcmp(mux, "aggregation") :
				     options->device_id == IOSM_PCI_DEVICE_XMM7360;
	return OPTIONS_RUN;
}
