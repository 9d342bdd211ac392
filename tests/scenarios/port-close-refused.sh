#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A modem that refuses to close a pipe may still use its memory: it is told again when the
# port is opened next. One that refuses again is started anew, and the port works. One that
# refuses to open a pipe again and again may have it open, and is told to close it.
#
# modem-once: lite
# driver: ours

. "${0%/*}/lib.sh"
need_program port_echo uevents
use_modem
modem_up
modem at-echo 0 on
defer modem at-echo 0 off
uevents_listen

refused()
{
	dmesg_since | grep -c 'modem refused to close pipe 4 '
}

mark
modem refuse-message close 1
check "the port works, and closes" port_echo "$AT0" cycle 1
is "$(refused)" 1 "the modem has refused to close it"
check "it opens again, and works" port_echo "$AT0" cycle 3
is "$(refused)" 1 "nothing more was refused"
is "$(grep "$ADDRESS.*IOSM" events.txt)" "" "the run has gone on"

modem refuse-message close 1
check "it closes" port_echo "$AT0" cycle 1
modem refuse-message close 1
event "refused twice"
check_fails "the next open fails" '^open EIO' port_echo "$AT0" one 10
run_again
modem at-echo 0 on
check "the port works in the new run" port_echo "$AT0" cycle 3

mark
defer modem fault off
modem fault message-status 2
check_fails "an open whose answer goes wrong fails" '^open EIO' port_echo "$AT0" one 10
check_fails "so does the next, as the pipe is open" '^open EIO' port_echo "$AT0" one 10
like "$(dmesg_since)" 'modem refused to open pipe 4 ' "the modem refused it"
check "the pipe is closed, and opens" port_echo "$AT0" cycle 3

for _n in 1 2 3; do
	modem refuse-message open 1
	check_fails "the modem refuses to open a pipe" '^open EIO' port_echo "$AT0" one 10
done
check "it opens when the modem does not refuse any more" port_echo "$AT0" cycle 3
done_testing
