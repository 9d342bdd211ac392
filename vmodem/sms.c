// SPDX-License-Identifier: GPL-2.0-or-later
#include "sms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "hex.h"
#include "loop.h"
#include "network.h"
#include "record.h"

#define WAITING_MAX	64		/* messages at the centre */
#define CENTRE		"+15550000000"	/* the test network's service centre */

/* A message on its way to the modem. */
struct waiting {
	struct waiting *next;
	bool flash;
	size_t len;
	uint8_t pdu[SMS_PDU_MAX];
};

struct sms {
	struct network *network;
	struct record *record;
	struct network_observer observer;
	struct sms_observer *observers;
	struct sms_message store[SMS_STORE_SIZE];
	char centre[SMS_NUMBER_SIZE];
	uint8_t reference;		/* of the last message sent */
	uint8_t text_reference;		/* of the last long text */
	bool full_told;
	bool silent_centre;		/* control command: it does not answer */

	struct waiting *waiting;
	unsigned int waiting_count;
	struct loop_timer timer;	/* the next delivery */
};

/* --- store ------------------------------------------------------------------ */

int sms_ready(const struct sms *sms)
{
	switch (sim_state(network_sim(sms->network))) {
	case SIM_READY:
	case SIM_NOT_ACTIVATED:
		return 0;
	case SIM_ABSENT:
	case SIM_NO_PROFILE:
		return -ENOMEDIUM;
	case SIM_FAILED:
		return -EIO;
	case SIM_STARTING:
		return -EAGAIN;
	default:
		return -EACCES;
	}
}

const struct sms_message *sms_get(const struct sms *sms, unsigned int index)
{
	if (!index || index > SMS_STORE_SIZE || !sms->store[index - 1].used)
		return NULL;
	return &sms->store[index - 1];
}

void sms_mark_read(struct sms *sms, unsigned int index)
{
	if (sms_get(sms, index) && sms->store[index - 1].status == SMS_NEW)
		sms->store[index - 1].status = SMS_OLD;
}

static void deliver_soon(struct sms *sms)
{
	if (sms->waiting)
		loop_timer_arm(&sms->timer, 0);
}

int sms_delete(struct sms *sms, unsigned int index)
{
	if (!sms_get(sms, index))
		return -ENOENT;
	sms->store[index - 1].used = false;
	sms->full_told = false;
	deliver_soon(sms);
	return 0;
}

unsigned int sms_used(const struct sms *sms)
{
	unsigned int used = 0;

	for (unsigned int i = 0; i < SMS_STORE_SIZE; i++)
		used += sms->store[i].used;
	return used;
}

int sms_write(struct sms *sms, enum sms_status status, const uint8_t *pdu, size_t len,
	      unsigned int *index)
{
	if (!len || len > SMS_PDU_MAX)
		return -EINVAL;
	for (unsigned int i = 0; i < SMS_STORE_SIZE; i++) {
		struct sms_message *message = &sms->store[i];

		if (message->used)
			continue;
		message->used = true;
		message->status = status;
		message->len = len;
		memcpy(message->pdu, pdu, len);
		*index = i + 1;
		return 0;
	}
	return -ENOSPC;
}

const char *sms_centre(const struct sms *sms)
{
	return sms->centre;
}

int sms_set_centre(struct sms *sms, const char *number)
{
	struct sms_address address;

	if (*number && !sms_address_set(&address, number))
		return -EINVAL;
	snprintf(sms->centre, sizeof(sms->centre), "%s", number);
	return 0;
}

/* --- from the network --------------------------------------------------------- */

static void tell_full(struct sms *sms)
{
	if (sms->full_told)
		return;
	sms->full_told = true;
	for (struct sms_observer *o = sms->observers; o; o = o->next)
		if (o->full)
			o->full(o->self);
}

/* Returns false when it has to wait. */
static bool deliver(struct sms *sms, const struct waiting *message)
{
	unsigned int index;

	if (message->flash) {
		for (struct sms_observer *o = sms->observers; o; o = o->next)
			if (o->flash)
				o->flash(o->self, message->pdu, message->len);
		return true;
	}
	if (sms_write(sms, SMS_NEW, message->pdu, message->len, &index)) {
		tell_full(sms);
		return false;
	}
	record_event(sms->record, "network", "sms", "\"index\":%u,\"bytes\":%zu", index,
		     message->len);
	for (struct sms_observer *o = sms->observers; o; o = o->next)
		if (o->stored)
			o->stored(o->self, index);
	return true;
}

static void timer_expired(struct loop_timer *timer)
{
	struct sms *sms = timer->owner;

	while (sms->waiting && network_registered(sms->network) && !sms_ready(sms)) {
		struct waiting *message = sms->waiting;

		if (!deliver(sms, message))
			return;
		sms->waiting = message->next;
		sms->waiting_count--;
		free(message);
	}
}

static struct waiting *enqueue(struct sms *sms)
{
	struct waiting **link = &sms->waiting;
	struct waiting *message;

	if (sms->waiting_count == WAITING_MAX)
		return NULL;
	message = calloc(1, sizeof(*message));
	if (!message)
		return NULL;
	while (*link)
		link = &(*link)->next;
	*link = message;
	sms->waiting_count++;
	deliver_soon(sms);
	return message;
}

static int bring(struct sms *sms, const struct sms_address *from, const struct sms_submit *content)
{
	struct waiting *message = enqueue(sms);

	if (!message)
		return -ENOSPC;
	message->flash = sms_is_flash(content->coding);
	message->len = sms_build_deliver(message->pdu, CENTRE, from, content);
	return 0;
}

static void bring_report(struct sms *sms, const struct sms_submit *content)
{
	struct waiting *message = enqueue(sms);

	if (message)
		message->len = sms_build_report(message->pdu, CENTRE, content);
}

/* --- to the network ----------------------------------------------------------- */

static bool same_number(const char *a, const char *b)
{
	return !strcmp(a + (*a == '+'), b + (*b == '+'));
}

static int submit_allowed(const struct sms *sms, const struct sms_submit *submit)
{
	int err = network_usable(sms->network);

	if (err)
		return err;
	if (!network_registered(sms->network))
		return -ENOLINK;
	if (submit->default_centre && !sms->centre[0])
		return -EDESTADDRREQ;
	return sms->silent_centre ? -ETIMEDOUT : 0;
}

int sms_submit(struct sms *sms, const uint8_t *pdu, size_t len, uint8_t *reference)
{
	const char *own = network_sim(sms->network)->number;
	struct sms_submit submit;
	struct sms_address from;
	char to[SMS_NUMBER_SIZE];
	int err;

	if (!sms_parse_submit(&submit, pdu, len))
		return -EINVAL;
	err = submit_allowed(sms, &submit);
	if (err)
		return err;
	submit.reference = ++sms->reference;
	*reference = submit.reference;
	sms_address_format(&submit.to, to);
	record_event(sms->record, "network", "sms_sent", "\"to\":\"%s\",\"reference\":%u", to,
		     submit.reference);
	if (same_number(to, own) && sms_address_set(&from, own))
		bring(sms, &from, &submit);
	if (submit.status_report)
		bring_report(sms, &submit);
	return 0;
}

/* --- control ------------------------------------------------------------------ */

/* The words of a text with blanks between, which is how the text arrived but for their number. */
static void join_words(char *text, size_t size, int count, char **words)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "", words[i]);
}

static int command_text(struct sms *sms, struct control_reply *reply, int argc, char **argv,
			bool flash)
{
	struct sms_submit parts[SMS_PARTS_MAX];
	struct sms_address from;
	char text[4096];
	size_t count;

	if (argc < 3)
		return control_fail(reply, "expected FROM TEXT...");
	if (!sms_address_set(&from, argv[1]))
		return control_fail(reply, "%s is no number of up to %u digits", argv[1],
				    SMS_DIGITS_MAX);
	join_words(text, sizeof(text), argc - 2, argv + 2);
	count = sms_split(parts, text, flash, ++sms->text_reference);
	if (!count)
		return control_fail(reply, "the text takes more than %u messages", SMS_PARTS_MAX);
	for (size_t i = 0; i < count; i++)
		if (bring(sms, &from, &parts[i]))
			return control_fail(reply, "%u messages wait already", WAITING_MAX);
	return 0;
}

static int command_sms(void *self, struct control_reply *reply, int argc, char **argv)
{
	return command_text(self, reply, argc, argv, false);
}

static int command_flash(void *self, struct control_reply *reply, int argc, char **argv)
{
	return command_text(self, reply, argc, argv, true);
}

static int command_list(void *self, struct control_reply *reply, int argc, char **argv)
{
	static const char *const names[] = { "new", "old", "draft", "sent" };
	struct sms *sms = self;

	(void)argv;
	if (argc != 1)
		return control_fail(reply, "expected no argument");
	for (unsigned int index = 1; index <= SMS_STORE_SIZE; index++) {
		const struct sms_message *message = sms_get(sms, index);
		char hex[2 * SMS_PDU_MAX + 1];

		if (!message)
			continue;
		hex_write(hex, message->pdu, message->len);
		control_line(reply, "message %u: %s, %s", index, names[message->status], hex);
	}
	control_line(reply, "stored: %u of %u", sms_used(sms), SMS_STORE_SIZE);
	control_line(reply, "waiting: %u", sms->waiting_count);
	return 0;
}

static int command_centre(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct sms *sms = self;

	if (argc == 2 && !strcmp(argv[1], "silent"))
		sms->silent_centre = true;
	else if (argc == 2 && !strcmp(argv[1], "answering"))
		sms->silent_centre = false;
	else
		return control_fail(reply, "expected answering|silent");
	return 0;
}

/* --- life --------------------------------------------------------------------- */

static void changed(void *self, unsigned int changes, unsigned int session)
{
	(void)session;
	if (changes & (NETWORK_CHANGED_REGISTRATION | NETWORK_CHANGED_SIM))
		deliver_soon(self);
}

void sms_observe(struct sms *sms, struct sms_observer *observer)
{
	observer->next = sms->observers;
	sms->observers = observer;
}

void sms_unobserve(struct sms *sms, struct sms_observer *observer)
{
	struct sms_observer **link = &sms->observers;

	while (*link && *link != observer)
		link = &(*link)->next;
	if (*link)
		*link = observer->next;
}

struct sms *sms_new(struct network *network, struct loop *loop, struct record *record,
		    struct control *control)
{
	struct sms *sms = calloc(1, sizeof(*sms));

	if (!sms)
		return NULL;
	sms->network = network;
	sms->record = record;
	strcpy(sms->centre, CENTRE);
	loop_timer_init(loop, &sms->timer, timer_expired, sms);
	sms->observer.changed = changed;
	sms->observer.self = sms;
	network_observe(network, &sms->observer);
	control_register(control, "sms", "FROM TEXT...: a short message for the modem", command_sms,
			 sms);
	control_register(control, "sms-flash", "FROM TEXT...: one for the screen only (class 0)",
			 command_flash, sms);
	control_register(control, "sms-list", ": show the stored messages", command_list, sms);
	control_register(control, "sms-centre",
			 "answering|silent: whether the service centre takes messages",
			 command_centre, sms);
	return sms;
}

void sms_free(struct sms *sms)
{
	if (!sms)
		return;
	while (sms->waiting) {
		struct waiting *message = sms->waiting;

		sms->waiting = message->next;
		free(message);
	}
	loop_timer_cancel(&sms->timer);
	network_unobserve(sms->network, &sms->observer);
	free(sms);
}
