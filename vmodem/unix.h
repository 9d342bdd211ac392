/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listening Unix stream sockets that leave no trouble behind. */
#ifndef VMODEM_UNIX_H
#define VMODEM_UNIX_H

/**
 * unix_listen() - listen at @path.
 *
 * A socket file that nobody listens on any more is replaced; anything else in its place is
 * left alone. Returns a non-blocking descriptor or a negative errno: -EADDRINUSE when a
 * live process listens there, -EEXIST when the file is no socket.
 */
int unix_listen(const char *path);

/** unix_close() - close the descriptor and remove the socket file. */
void unix_close(int fd, const char *path);

#endif /* VMODEM_UNIX_H */
