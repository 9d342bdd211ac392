/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by at*.c only.
 */
#ifndef VMODEM_AT_INTERNAL_H
#define VMODEM_AT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "at.h"
#include "channel.h"
#include "identity.h"
#include "loop.h"
#include "network.h"
#include "sms.h"

#define AT_LINE_MAX	1024	/* characters of one command line */
#define AT_NAME_MAX	40
#define AT_MESSAGE_MAX	2048	/* the host's buffers on AT channels */
#define AT_QUEUE_BYTES	(1u << 20)
#define AT_REGISTER_KINDS 3	/* +CREG, +CGREG, +CEREG */

/* What a command comes to: 0 is OK, above it the code of a +CME ERROR (TS 27.007, 9.2). */
enum at_result {
	AT_OK			= 0,
	AT_NOT_ALLOWED		= 3,
	AT_NOT_SUPPORTED	= 4,
	AT_SIM_NOT_INSERTED	= 10,
	AT_SIM_PIN		= 11,
	AT_SIM_PUK		= 12,
	AT_SIM_FAILURE		= 13,
	AT_SIM_BUSY		= 14,
	AT_INCORRECT_PASSWORD	= 16,
	AT_MEMORY_FULL		= 20,
	AT_NO_NETWORK		= 30,
	AT_BAD_PARAMETERS	= 50,
	AT_GPRS_CAUSE		= 100,	/* plus the cause why no context was activated */
	AT_GPRS_UNSPECIFIED	= 148,
	AT_ERROR		= -1,
	AT_NO_CARRIER		= -2,
	AT_SILENT		= -3,	/* no result code at all */
};

/* Above all of them: the code of a +CMS ERROR (TS 27.005, 3.2.5). */
#define AT_CMS_BASE		1000
#define AT_CMS(code)		(AT_CMS_BASE + (code))

enum at_kind {
	AT_EXECUTE,		/* AT+X, and basic commands with their number */
	AT_READ,		/* AT+X? */
	AT_TEST,		/* AT+X=? */
	AT_SET,			/* AT+X=... */
};

/* One command of a line. */
struct at_command {
	char name[AT_NAME_MAX + 1];	/* upper case */
	enum at_kind kind;
	unsigned int number;		/* of a basic command, 0 if absent */
	char *arguments;		/* of AT_SET */
};

typedef int (*at_handler)(struct at *at, struct at_command *command);

struct at_entry {
	const char *name;
	at_handler run;
};

struct at {
	struct record *record;
	struct network *network;
	struct network_observer observer;
	struct sms_observer sms_observer;
	const struct identity *identity;
	bool xmm7360;
	unsigned int port;
	struct channel *channel;	/* NULL: the pipes are closed */
	struct sendq queue;
	bool raw_echo;			/* control command at-echo */
	bool silent;			/* control command at-silent */
	void (*restart)(void *self);
	void (*power_off)(void *self);
	void *restart_self;
	struct at *next;		/* port; the list is that of the first one */

	char line[AT_LINE_MAX + 1];
	size_t len;
	bool too_long;
	bool any_last;
	char last[AT_LINE_MAX + 1];	/* for A/ */

	char out[AT_MESSAGE_MAX];
	size_t out_len;

	/* Parameters, reset by ATZ and AT&F. */
	bool echo, quiet, verbose;
	unsigned int cme;		/* +CMEE */
	unsigned int reporting[AT_REGISTER_KINDS];
	unsigned int operator_format;
	unsigned int preferred_format;
	unsigned int last_state;	/* registration in the last report */
	unsigned int sms_service;	/* +CSMS */
	unsigned int indications[5];	/* +CNMI */

	unsigned int activating;	/* bit per session: what +CGACT waits for */
	bool ira;			/* +CSCS */
	bool cell_reports;		/* +XCCINFO */
	char supl[64];			/* +XLCSSLP; empty: the default */
	unsigned int supl_type, supl_port;
	struct loop_timer position_timer;	/* armed while positions are told */
	struct loop_timer stop_timer;

	/* What comes next is no command but goes here, up to ^Z; NULL: commands. */
	int (*prompt)(struct at *at, const char *text);
	unsigned int prompt_length;
	bool prompt_writes;
};

/** at_put() - bytes for the host; they leave with at_flush() or when a message is full. */
void at_put(struct at *at, const char *data, size_t len);
void at_flush(struct at *at);
/** at_info() - one line of information text. */
void at_info(struct at *at, const char *format, ...) __attribute__((format(printf, 2, 3)));
void at_defaults(struct at *at);

/** at_run() - do what stands behind "AT". Returns the result for the whole line. */
int at_run(struct at *at, char *body);

/**
 * at_argument() - cut the next argument off @*cursor.
 *
 * Returns it without quotes, "" for an empty one, NULL when there is none.
 */
char *at_argument(char **cursor);
/** at_argument_number() - the same for a number; @missing when empty or absent. */
bool at_argument_number(char **cursor, unsigned int missing, unsigned int max,
			unsigned int *value);

/** at_network_error() - the result for an error of network.h or sim.h. */
int at_network_error(const struct network *network, int error);

/** at_sim_blocks() - why the SIM answers nothing now, 0 when it does. */
int at_sim_blocks(const struct sim *sim);

/** at_finish() - the result of a command that was silent until now. */
void at_finish(struct at *at, int result);
/** at_context_changed() - the bearer of @session changed: answer who waits for it. */
void at_context_changed(struct at *at, unsigned int session);

/** at_report_registration() - unsolicited +CREG and its sisters, where asked for. */
void at_report_registration(struct at *at);

/** at_report_cell() - unsolicited +XCCINFO, where asked for. */
void at_report_cell(struct at *at);

void at_xmm_init(struct at *at, struct loop *loop);
/** at_xmm_stop() - no more positions. */
void at_xmm_stop(struct at *at);
/** at_sms_init() - tell of new messages where asked for. */
void at_sms_init(struct at *at);

/* Tables, each ended by an entry without a name. */
extern const struct at_entry at_basic_commands[];	/* at_basic.c: V.250, identity */
extern const struct at_entry at_network_commands[];	/* at_network.c: TS 27.007 */
extern const struct at_entry at_sim_commands[];		/* at_sim.c: TS 27.007 */
extern const struct at_entry at_xmm_commands[];		/* at_xmm.c: Intel's, and small ones */
extern const struct at_entry at_cell_commands[];	/* at_cell.c: Intel's about cells and signal */
extern const struct at_entry at_apn_commands[];		/* at_apn.c: TS 27.007 */
extern const struct at_entry at_context_commands[];	/* at_context.c: TS 27.007 */
extern const struct at_entry at_plmn_commands[];	/* at_plmn.c: TS 27.007 */
extern const struct at_entry at_sms_commands[];		/* at_sms.c: TS 27.005 */

/* All of them, in the order in which a name is looked for; NULL at the end. */
extern const struct at_entry *const at_tables[];

#endif /* VMODEM_AT_INTERNAL_H */
