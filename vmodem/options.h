/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of vmodem. */
#ifndef VMODEM_OPTIONS_H
#define VMODEM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"

#define VMODEM_VERSION "0.1"

#define OPTIONS_SHAPES	16

struct options {
	const char *socket;
	const char *control;		/* NULL: none */
	const char *trace;		/* NULL: none */
	const char *pcap;		/* NULL: none */
	const char *carrier;		/* NULL: echo */
	const char *shape[OPTIONS_SHAPES];	/* what is left is NULL */
	const char *connected;		/* NULL: no session */
	uint16_t device_id;
	bool aggregation;
	bool credits;
	uint32_t ul_padding;
	bool sleep_loses_power;
	bool instant;
	struct fault_chaos chaos;
	uint32_t boot_time_ms;
	uint32_t boot_stage;		/* enum iosm_exec_stage */
	const char *flash;		/* NULL: in memory */
	uint32_t dump_bytes;
	uint32_t sleep_idle_ms;
	uint32_t sim_time_ms, register_time_ms;
	uint32_t connect_time_ms;
	int sim;			/* enum sim_state */
	int registration;		/* enum network_register_state that the network offers */
	bool fcc_lock;
	bool started;			/* an XMM7360 does not wait for its host's calls */
	uint16_t mbim_version;		/* as MBIM codes it; 0: the default */
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_DONE,		/* --help or --version was printed */
	OPTIONS_WRONG,		/* one line was said on standard error */
};

enum options_result options_parse(struct options *options, int argc, char **argv);

#endif /* VMODEM_OPTIONS_H */
