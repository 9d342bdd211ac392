/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the faults share; everybody else uses fault.h. */
#ifndef VMODEM_FAULT_INTERNAL_H
#define VMODEM_FAULT_INTERNAL_H

#include "fault.h"
#include "loop.h"

#define FAULT_ARMED_MAX		32
#define FAULT_LATE_MAX		64
#define FAULT_BELLS_MAX		16
#define FAULT_PLACES_MAX	128
#define FAULT_ALWAYS		UINT32_MAX
#define FAULT_DELAY_US		20000	/* at most, by chance, until what is late */

/* Where a fault takes effect. */
enum fault_point {
	FAULT_AT_WORD,		/* a word that the device stores in host memory */
	FAULT_AT_HEADER,	/* a member of a mux header in a downlink buffer */
	FAULT_AT_MESSAGE,	/* a member of a message in one pipe's downlink buffer */
	FAULT_AT_DATA,		/* any bytes of a downlink buffer */
	FAULT_AT_DOWNLINK,	/* a whole downlink message */
	FAULT_AT_REGISTER,	/* a scratchpad register that is read */
	FAULT_AT_CONFIG,	/* a word of configuration space that is read */
	FAULT_AT_INTERRUPT,
	FAULT_AT_DOORBELL,
	FAULT_AT_COMMAND,	/* another control command does it */
};

/* Places in a mux block that have no signature of their own. */
enum {
	FAULT_DATAGRAM = 1,	/* an entry of a datagram table */
	FAULT_COMMAND_LITE,
	FAULT_COMMAND_AGGREGATION,
	FAULT_OPEN_RESPONSE,	/* the parameters of each command */
	FAULT_CLOSE_RESPONSE,
	FAULT_FLOW,
};

/* One name of "fault"; a name may have several rows, for several layouts. */
struct fault_kind {
	const char *name;
	enum fault_class class;
	enum fault_point point;
	const char *what;	/* word: the structure as dma_write() names it; command: its words */
	uint32_t id;		/* header: signature or place; message: pipe; doorbell: number;
				 * downlink: enum fault_delivery */
	uint16_t offset;	/* of the member, from the start of its structure */
	uint8_t bytes;		/* of the member: 1, 2, 4; 0: all there is */
	uint8_t shift;		/* word: the member's lowest bit ... */
	uint8_t bits;		/* ... and its width; 0: @bytes say it */
	const char *usual;	/* the change when none is given */
	const char *help;
};

extern const struct fault_kind fault_kinds[];
extern const unsigned int fault_kind_count;

enum fault_op { FAULT_SET, FAULT_ADD, FAULT_FLIP, FAULT_RANDOM, FAULT_LOST };

struct fault_change {
	enum fault_op op;
	uint32_t value;
};

struct fault_armed {
	const struct fault_kind *kind;	/* NULL: free */
	struct fault_change change;
	uint32_t times;			/* how often still; FAULT_ALWAYS */
	uint32_t after;			/* let so many pass first */
	uint32_t late_us;		/* right at first, wrong so much later */
	int pipe;			/* only that one; -1: any */
	uint32_t offset;		/* of FAULT_AT_DATA and FAULT_AT_CONFIG */
};

/* A word that is going to be changed. */
struct fault_late {
	uint64_t due_us;
	uint64_t address;
	uint64_t base;			/* of its descriptor or message */
	const char *what;
	const struct fault_kind *kind;
	int pipe;			/* whose buffer it lies in, or -1 */
	uint8_t data[4];
	uint8_t len;			/* 0: free */
};

/* A doorbell that the device hears late. */
struct fault_bell {
	uint64_t due_us;		/* 0: free */
	unsigned int number;
	uint32_t value;
};

struct fault {
	struct modem *modem;
	struct fault_chaos chaos;
	uint64_t state;			/* of the generator */
	struct loop_timer chaos_timer;
	struct fault_armed armed[FAULT_ARMED_MAX];
	unsigned int armed_count;
	struct fault_late late[FAULT_LATE_MAX];
	struct loop_timer late_timer;
	uint32_t late_irqs;		/* vectors to raise when irq_timer expires */
	struct loop_timer irq_timer;
	struct fault_bell bells[FAULT_BELLS_MAX];
	struct loop_timer bell_timer;
	struct fault_message *messages;	/* downlink messages that are late, the first one first */
	size_t message_bytes;
	struct loop_timer message_timer;
	uint64_t applied;
	bool writing;			/* the fault's own access passes unchanged */
};

/* One value on its way out, as a hook sees it. */
struct fault_value {
	const struct fault_kind *kind;
	const char *name;	/* for the trace */
	uint8_t *data;		/* of the member, when it lies in what is being written */
	uint64_t address;	/* of the member in host memory; 0: in none */
	uint64_t base;		/* of its structure */
	unsigned int bytes;
	int pipe;		/* whose buffer it lies in, or -1 */
};

/* fault.c */
/** fault_apply() - do @change; returns false when the whole value is lost. */
bool fault_apply(struct fault *fault, const struct fault_value *value,
		 struct fault_change change, uint32_t late_us);
/** fault_update() - hooks cost nothing while no fault is armed: call after any change to that. */
void fault_update(struct fault *fault);
/** fault_now() - change a word in host memory and interrupt. Returns false when there is none to change. */
bool fault_now(struct fault *fault, const struct fault_kind *kind, int pipe,
	       struct fault_change change);
/** fault_forget_buffers() - nothing in a buffer of this pipe changes any more. */
void fault_forget_buffers(struct fault *fault, unsigned int pipe);
/** fault_due() - whether the armed fault's turn has come; its last turn disarms it. */
bool fault_due(struct fault *fault, struct fault_armed *armed);
/** fault_tell() - count and record that a fault took effect. */
void fault_tell(struct fault *fault, const struct fault_value *value, const char *how,
		uint32_t before, uint32_t after);

/* fault_event.c */
void fault_event_init(struct fault *fault);
/** fault_event_forget() - no interrupt and no doorbell comes late any more. */
void fault_event_forget(struct fault *fault);
/** fault_filter_irq() - for irq_set_filter(). */
bool fault_filter_irq(void *self, unsigned int *vector);
/** fault_raise() - an interrupt that no filter sees. */
void fault_raise(struct fault *fault, unsigned int vector);
/** fault_any_kind() - one of those at @point, by chance; NULL: none has any weight. */
const struct fault_kind *fault_any_kind(struct fault *fault, enum fault_point point,
					uint32_t offset, uint32_t len);

/* fault_message.c */
void fault_message_init(struct fault *fault);
/** fault_message_forget() - no downlink message comes late any more. */
void fault_message_forget(struct fault *fault);

/* fault_place.c */
struct fault_place {
	uint32_t id;
	uint32_t at;
};

/** fault_places() - the headers in one of the modem's own mux blocks. Returns how many. */
unsigned int fault_places(const uint8_t *block, size_t len, struct fault_place *places,
			  unsigned int max);
/** fault_base() - where the structure @what starts when the device writes at @address. */
uint64_t fault_base(const struct modem *modem, const char *what, uint64_t address);
/** fault_pipe() - the pipe that a write of @what at @address serves, -1: none. */
int fault_pipe(const struct modem *modem, const char *what, uint64_t address);
/** fault_word() - where the structure of @kind stands now in host memory; 0: nowhere. */
uint64_t fault_word(const struct modem *modem, const struct fault_kind *kind, unsigned int pipe);
/** fault_offered() - whether the host has taken the descriptor or message back since. */
bool fault_offered(struct modem *modem, const char *what, uint64_t base);

/* fault_chaos.c */
void fault_chaos_start(struct fault *fault);
/** fault_draw() - a number below @limit; any for 0. */
uint32_t fault_draw(struct fault *fault, uint32_t limit);
/** fault_strike() - whether chaos spoils something now. */
bool fault_strike(struct fault *fault);
/** fault_choose() - one of @kinds by weight; NULL: none has any. */
const struct fault_kind *fault_choose(struct fault *fault, const struct fault_kind *const *kinds,
				      unsigned int count);
struct fault_change fault_any_change(struct fault *fault);
/** fault_any_delay() - 0 for a change at once, else microseconds. */
uint32_t fault_any_delay(struct fault *fault, const struct fault_kind *kind);
/** fault_lateness() - 0 as often as not, else microseconds until an event comes. */
uint32_t fault_lateness(struct fault *fault);

#endif /* VMODEM_FAULT_INTERNAL_H */
