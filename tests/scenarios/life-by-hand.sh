#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# With devlink's "auto_recover" off a crashed modem is left as it is, for who wants to look at
# it. "devlink health recover" is worth one reset: there is no second one if that did not
# help, and none for the next crash. A modem that its user switched off and on is tried again.
#
# modem: lite
# limit: 240
# kernels: one

. "${0%/*}/lib.sh"
need_program port_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off

health()
{
	devlink health "$@" "pci/$ADDRESS" reporter fw
}

resets()
{
	dmesg_since | grep -c "iosm $ADDRESS: modem was reset"
}

failed()
{
	health show | grep -q 'state error'
}

# left_alone RESETS: a test: the modem has crashed, and that is all since so many resets. The
# driver's own pause before another one is a second.
left_alone()
{
	wait_for 5 "the crash is noticed" uevent_seen CD_READY
	wait_for 5 "ports and links are gone" modem_absent
	wait_for 5 "devlink says that it failed" failed
	sleep 3
	is "$(resets)" "$1" "resets until then, and none more"
	like "$(health diagnose)" 'core dump ready' "devlink says how it failed"
	: >events.txt
}

check "auto_recover is switched off" devlink health set "pci/$ADDRESS" reporter fw auto_recover false
defer devlink health set "pci/$ADDRESS" reporter fw auto_recover true
: >events.txt
mark
modem boot-stage cd-ready
defer modem boot-stage run
modem stage cd-ready
left_alone 0
check "recovery by hand, which does not help" health recover
left_alone 1
modem boot-stage run
check "recovery by hand, which does" health recover
run_again
is "$(resets)" 2 "a reset for each"
like "$(health show)" 'state healthy' "devlink says that it is well"

modem stage cd-ready
left_alone 2
check "recovery by hand" health recover
run_again
is "$(resets)" 3 "a reset for that"
# Who may not reset it may still switch it off and on, as rfkill does.
modem stage hang
port_echo "$AT0" cycle 1 >/dev/null 2>&1
wait_for 30 "devlink says that a silent modem failed" failed
modem power off
wait_for 30 "the driver sees it switched off" uevent_seen CD_READY_LINK_DOWN
modem power on
run_again 40
is "$(resets)" 3 "no reset for that"
check "auto_recover is switched on" devlink health set "pci/$ADDRESS" reporter fw auto_recover true
modem stage cd-ready
run_again
is "$(resets)" 4 "and one that nobody had to ask for"
like "$(health show)" 'state healthy' "devlink says that it is well"
links_open "0 3"
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
