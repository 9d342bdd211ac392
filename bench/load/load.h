/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the load generators share: the network's addresses, time, complaints. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <netinet/in.h>
#include <stdint.h>

#define SESSIONS	8u
#define WARM_UP_S	0.4	/* before anything counts: queues have filled, TCP has started */

/* What the peer serves. */
#define PORT_DISCARD	9
#define PORT_TAKE	5001	/* TCP: reads and forgets */
#define PORT_GIVE	5002	/* TCP: sends without end */
#define PORT_ORDER	5003	/* UDP: sends what a struct order says, to who asked */

/* In network byte order. */
struct order {
	uint32_t packets;	/* 0: as many as fit into the time */
	uint32_t bytes;		/* of an IP packet */
	uint32_t kbit_s;	/* 0: as fast as it goes */
	uint32_t ms;		/* 0: until all packets are sent */
};

_Noreturn void die(const char *what);
_Noreturn void usage(const char *text);
double now_s(void);
double number(const char *text);

/* load_sessions() - ids from words; returns how many. */
unsigned int load_sessions(char **words, unsigned int ids[SESSIONS]);

struct sockaddr_in gateway(unsigned int session, uint16_t port);
struct sockaddr_in own(unsigned int session, uint16_t port);

/*
 * load_begin(), load_end() - what is measured is between them. Return the time, and mark the
 * place for who counts instructions; of several processes the first pair counts.
 */
double load_begin(void);
double load_end(void);

/* load_span() - tell the runner what was done from when to when. */
void load_span(const char *name, double from_s, double to_s, double count);

#endif /* BENCH_LOAD_H */
