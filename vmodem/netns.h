/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Named network namespaces, as "ip netns" makes and finds them: files in /run/netns. */
#ifndef VMODEM_NETNS_H
#define VMODEM_NETNS_H

#include <stdbool.h>

/** netns_name_valid() - whether @name can be that of a namespace. */
bool netns_name_valid(const char *name);

/**
 * netns_open() - a descriptor of the namespace @name, which is made if there is none.
 * @made: set when it was made; who made it calls netns_remove()
 *
 * Returns a negative errno when that fails: -EPERM or -EACCES without the rights of root.
 */
int netns_open(const char *name, bool *made);
void netns_remove(const char *name);

/**
 * netns_enter() - this thread is in the namespace @fd until netns_leave().
 *
 * Returns a descriptor for netns_leave(), or a negative errno.
 */
int netns_enter(int fd);
/** netns_leave() - back, and close @back. A thread that can't go back ends the program. */
void netns_leave(int back);

#endif /* VMODEM_NETNS_H */
