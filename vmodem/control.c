// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clients are few and patient: an answer is built whole, then sent; what a client does
 * not take at once waits in its buffer, and it is heard again when that is empty.
 */
#include "control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "record.h"
#include "unix.h"

#define COMMANDS_MAX	128
#define WORDS_MAX	32
#define LINE_MAX_BYTES	4096
#define CLIENTS_MAX	32

struct command {
	const char *name, *help;
	control_command run;
	void *self;
};

struct control_reply {
	char *text;
	size_t len, size;
	char error[256];
};

struct client {
	struct control *control;
	struct client *next;
	struct loop_fd watch;
	char line[LINE_MAX_BYTES];
	size_t line_len;
	struct control_reply out;
	bool ended;
};

struct control {
	struct loop *loop;
	struct record *record;
	char *path;
	struct loop_fd listener;
	struct client *clients;
	unsigned int client_count;
	struct command commands[COMMANDS_MAX];
	unsigned int count;
};

/* ---- answers ---- */

static void append(struct control_reply *reply, const char *text, size_t len)
{
	if (reply->len + len > reply->size) {
		size_t size = (reply->len + len) * 2;
		char *grown = realloc(reply->text, size);

		if (!grown)
			return;
		reply->text = grown;
		reply->size = size;
	}
	memcpy(reply->text + reply->len, text, len);
	reply->len += len;
}

void control_line(struct control_reply *reply, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	if (len < 0)
		return;
	if ((size_t)len > sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len] = '\n';
	append(reply, line, (size_t)len + 1);
}

int control_fail(struct control_reply *reply, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reply->error, sizeof(reply->error), format, arguments);
	va_end(arguments);
	return -EINVAL;
}

_Bool control_number(struct control_reply *reply, const char *word, uint64_t max, uint64_t *value)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end || errno || number > max) {
		control_fail(reply, "not a number up to %llu: %s", (unsigned long long)max, word);
		return false;
	}
	*value = number;
	return true;
}

/* ---- commands ---- */

void control_register(struct control *control, const char *name, const char *help,
		      control_command run, void *self)
{
	if (!control || control->count == COMMANDS_MAX)
		return;
	control->commands[control->count++] = (struct command){ name, help, run, self };
}

static int command_help(void *self, struct control_reply *reply, int argc, char **argv)
{
	struct control *control = self;

	(void)argc;
	(void)argv;
	for (unsigned int i = 0; i < control->count; i++) {
		const struct command *command = &control->commands[i];

		control_line(reply, "%s%s%s", command->name, *command->help == ':' ? "" : " ",
			     command->help);
	}
	return 0;
}

static int split(char *line, char **words)
{
	int count = 0;
	char *rest;

	for (char *word = strtok_r(line, " \t\r", &rest); word && count < WORDS_MAX;
	     word = strtok_r(NULL, " \t\r", &rest))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

static int run(struct control *control, struct control_reply *reply, char **words, int count)
{
	for (unsigned int i = 0; i < control->count; i++) {
		struct command *command = &control->commands[i];

		if (!strcmp(command->name, words[0]))
			return command->run(command->self, reply, count, words);
	}
	return control_fail(reply, "no such command: %s", words[0]);
}

static int execute(struct control *control, struct control_reply *reply, char *line)
{
	char *words[WORDS_MAX + 1];
	int count = split(line, words), result;

	if (!count)
		return 0;
	reply->error[0] = '\0';
	record_event(control->record, "fault", "command", "\"words\":%d", count);
	result = run(control, reply, words, count);
	if (!result)
		control_line(reply, "ok");
	else
		control_line(reply, "error: %s", *reply->error ? reply->error : strerror(-result));
	return result;
}

int control_forward(struct control *control, struct control_reply *reply, char *line)
{
	char *words[WORDS_MAX + 1];
	int count = split(line, words);

	return count ? run(control, reply, words, count) : -EINVAL;
}

int control_execute(struct control *control, const char *line, char *answer, unsigned long size)
{
	struct control_reply reply = { 0 };
	char *copy = strdup(line);
	int result = -ENOMEM;

	if (copy)
		result = execute(control, &reply, copy);
	if (size)
		snprintf(answer, size, "%.*s", (int)reply.len, reply.text ? reply.text : "");
	free(copy);
	free(reply.text);
	return result;
}

/* ---- clients ---- */

static void drop(struct client *client)
{
	struct control *control = client->control;
	struct client **place = &control->clients;
	int fd = client->watch.fd;

	while (*place != client)
		place = &(*place)->next;
	*place = client->next;
	control->client_count--;
	loop_fd_forget(&client->watch);
	close(fd);
	free(client->out.text);
	free(client);
}

static void send_out(struct client *client)
{
	struct control_reply *out = &client->out;
	ssize_t sent;

	if (!out->len)
		return;
	sent = send(client->watch.fd, out->text, out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0) {
		client->ended |= errno != EAGAIN && errno != EINTR;
		return;
	}
	out->len -= (size_t)sent;
	memmove(out->text, out->text + sent, out->len);
}

static void take_lines(struct client *client)
{
	char *end;

	while (!client->out.len && (end = memchr(client->line, '\n', client->line_len))) {
		size_t used = (size_t)(end - client->line) + 1;

		*end = '\0';
		execute(client->control, &client->out, client->line);
		client->line_len -= used;
		memmove(client->line, client->line + used, client->line_len);
		send_out(client);
	}
}

static void receive(struct client *client)
{
	ssize_t count = recv(client->watch.fd, client->line + client->line_len,
			     sizeof(client->line) - client->line_len, MSG_DONTWAIT);

	if (count < 0) {
		client->ended |= errno != EAGAIN && errno != EINTR;
		return;
	}
	client->ended |= !count;
	client->line_len += (size_t)count;
	take_lines(client);
	if (client->line_len == sizeof(client->line) && !client->out.len) {
		control_line(&client->out, "error: the line is too long");
		send_out(client);
		client->ended = true;
	}
}

static void client_ready(struct loop_fd *watch, uint32_t events)
{
	struct client *client = watch->owner;

	if (client->out.len) {
		send_out(client);
		take_lines(client);
	}
	if (!client->out.len && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(client);
	if (client->ended)
		drop(client);
	else
		loop_fd_change(watch, client->out.len ? EPOLLOUT : EPOLLIN);
}

static void listener_ready(struct loop_fd *watch, uint32_t events)
{
	struct control *control = watch->owner;
	int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct client *client;

	(void)events;
	if (fd < 0)
		return;
	client = control->client_count < CLIENTS_MAX ? calloc(1, sizeof(*client)) : NULL;
	if (!client) {
		close(fd);
		return;
	}
	client->control = control;
	client->watch = (struct loop_fd){ .fd = -1, .ready = client_ready, .owner = client };
	if (loop_fd_watch(control->loop, &client->watch, fd, EPOLLIN)) {
		close(fd);
		free(client);
		return;
	}
	client->next = control->clients;
	control->clients = client;
	control->client_count++;
}

struct control *control_new(struct loop *loop, struct record *record)
{
	struct control *control = calloc(1, sizeof(*control));

	if (!control)
		return NULL;
	control->loop = loop;
	control->record = record;
	control->listener = (struct loop_fd){
		.fd = -1, .ready = listener_ready, .owner = control,
	};
	control_register(control, "help", ": every command", command_help, control);
	return control;
}

int control_listen(struct control *control, const char *path)
{
	int fd = unix_listen(path), result;

	if (fd < 0)
		return fd;
	control->path = strdup(path);
	result = control->path ? loop_fd_watch(control->loop, &control->listener, fd, EPOLLIN)
			       : -ENOMEM;
	if (result) {
		unix_close(fd, path);
		free(control->path);
		control->path = NULL;
	}
	return result;
}

void control_free(struct control *control)
{
	int fd;

	if (!control)
		return;
	while (control->clients)
		drop(control->clients);
	fd = control->listener.fd;
	loop_fd_forget(&control->listener);
	if (control->path)
		unix_close(fd, control->path);
	free(control->path);
	free(control);
}
