#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A modem that stops without a word is found out when it is asked for something, and is
# reset.
#
# modem: lite
# limit: 120
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
flood_starts

links_open "0 3"
event "silent death under traffic"
read -r start _ </proc/uptime
modem stage hang
works_again "0 3" 25
read -r end _ </proc/uptime
within_time $((${end%.*} - ${start%.*})) 20 "seconds until a modem that died under traffic works again"

flood_ends
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
