#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A register says something else for once while the modem starts. In a dialect that the
# modem does not speak nothing would ever be answered: the driver starts it once more.
#
# modem: lite
# modem-full: aggregation

. "${0%/*}/lib.sh"
need_program uevents udp_echo
use_modem
modem_up
uevents_listen
defer modem fault off

for lie in "reg-version 0" "reg-capabilities 0xff" "reg-capabilities ^1"; do
	event "$lie"
	mark
	unbind
	# shellcheck disable=SC2086 # two words
	modem fault $lie
	bind
	run_again
	like "$(dmesg_since)" "$ADDRESS: modem did not start" "it was not believed ($lie)"
	links_open 0
	data_flows 0
done
done_testing
