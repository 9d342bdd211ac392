#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A modem that stops without a word is found out when it is asked for something, and is
# reset. "auto_recover" of devlink says whether that may be; "devlink health recover" does
# it by hand.
#
# modem: lite
# limit: 240
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
udp_echo --flood "$LINK=0" "$WWAN-3=3" >flood 2>&1 &
flood=$!
defer rm -f flood
defer kill $flood

health()
{
	devlink health "$@" "pci/$ADDRESS" reporter fw
}

resets()
{
	dmesg_since | grep -c "iosm $ADDRESS: modem was reset"
}

links_open "0 3"
mark
event "silent death under traffic"
read -r start _ </proc/uptime
modem stage hang
works_again "0 3" 25
read -r end _ </proc/uptime
within_time $((${end%.*} - ${start%.*})) 20 "seconds until a modem that died under traffic works again"

# Not to be touched: who looks at a crash wants it as it is.
check "auto_recover is switched off" devlink health set "pci/$ADDRESS" reporter fw auto_recover false
defer devlink health set "pci/$ADDRESS" reporter fw auto_recover true
: >events.txt
mark
modem stage cd-ready
wait_for 5 "the crash is noticed" uevent_seen CD_READY
wait_for 5 "ports and links are gone" modem_absent
sleep 3
is "$(resets)" 0 "it is left alone"
like "$(health show)" 'state error' "devlink says that it failed"
like "$(health diagnose)" 'core dump ready' "and how"
check "recovery by hand" health recover
run_again
like "$(health show)" 'state healthy' "devlink says that it is well"
check "auto_recover is switched on" devlink health set "pci/$ADDRESS" reporter fw auto_recover true
links_open "0 3"
kill $flood
wait $flood
report $? "nothing wrong came in that time" || diag "$(cat flood)"
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
