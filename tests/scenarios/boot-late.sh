#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A modem that boots 20 s after the driver was bound: the driver waits, without ports
# and links, and is there when the modem is.
#
# modem: lite

. "${0%/*}/lib.sh"
need_program udp_echo uevents
use_modem
modem_up
uevents >events.txt &
defer kill $!
defer rm -f events.txt events.txt.ready
wait_for 5 "uevents are listened to" test -e events.txt.ready || bail "no uevents"

unbind
modem boot-time 20000
defer modem boot-time 0
function_reset
is "$(modem status | sed -n 's/^stage //p')" boot "the modem boots"
read -r start _ </proc/uptime
check "the driver binds to a modem that boots" bind
read -r bound _ </proc/uptime
within_time $((${bound%.*} - ${start%.*})) 5 "seconds for that"
wait_for 3 "uevent ROM_READY" grep -q "$ADDRESS.*IOSM_EVENT=ROM_READY" events.txt
check "there is no port and no link yet" modem_absent
modem boot-time 0
wait_for 30 "ports and link are there" modem_complete
read -r end _ </proc/uptime
within $((${end%.*} - ${start%.*})) 18 $((24 * ${SLOW:-1})) "seconds after the reset"
modem_up
wait_for 3 "uevent MDM_READY" grep -q "$ADDRESS.*IOSM_EVENT=MDM_READY" events.txt
links_open "0 2"
check "data flows" udp_echo --count 100 "$LINK=0" "$WWAN-2=2"
done_testing
