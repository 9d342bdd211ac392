#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A modem that does not come: one that stays in its boot stage is waited for without
# touching it, the system sleeps and the driver goes as if there were none; one that is
# dead again after each reset is left alone in the end, until somebody says otherwise.
#
# modem: lite
# limit: 240
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo uevents
use_modem
modem_up
uevents_listen

seconds()
{
	cut -d. -f1 /proc/uptime
}

resets()
{
	dmesg_since | grep -c "iosm $ADDRESS: modem was reset"
}

modem boot-time 3600000
defer modem boot-time 0
mark
function_reset
wait_for 10 "it boots" uevent_seen ROM_READY
boot_doorbells=$(counter doorbell0)
check "there is no port and no link" modem_absent
start=$(seconds)
check "the system sleeps" system_sleep s2idle devices
within_time $(($(seconds) - start)) 10 "seconds for that, and for waking up"
start=$(seconds)
unbind
within_time $(($(seconds) - start)) 5 "seconds until the driver has gone"
bind
is "$(modem status | sed -n 's/^stage //p')" boot "it still boots"
is "$(counter doorbell0)" "$boot_doorbells" "and nobody rang it"
is "$(resets)" 0 "or gave it a reset"
: >events.txt
modem boot-time 0
function_reset
run_again
links_open "0 3"
check "data flows" udp_echo --count 100 "$LINK=0" "$WWAN-3=3"

: >events.txt
mark
modem boot-stage cd-ready
defer modem boot-stage run
modem stage cd-ready
wait_for 90 "resets that do not help have an end" logged "iosm $ADDRESS: 6 resets did not help"
is "$(resets)" 6 "after six"
is "$(dmesg_since | sed -n "s/.*iosm $ADDRESS: modem was reset (\(.*\))/\1/p" | xargs)" \
	"function bus function bus function bus" "of the function first, of the bus when that did not help"
# Not before the pauses of 1, 2, 4, 8 and 16 s between them.
dmesg_since | sed -n "s/^.*\[ *\([0-9]*\)\..*iosm $ADDRESS: modem was reset.*/\1/p" >when
defer rm -f when
within $(($(tail -n 1 when) - $(head -n 1 when))) 30 $((40 * ${SLOW:-1})) "seconds from the first to the last"
like "$(devlink health show "pci/$ADDRESS" reporter fw)" 'state error' "devlink says that it failed"
check "the system sleeps" system_sleep s2idle devices
sleep 3
is "$(resets)" 6 "a modem given up stays so over a sleep of the system"
: >events.txt
modem boot-stage run
check "devlink health recover brings it back" devlink health recover "pci/$ADDRESS" reporter fw
run_again
links_open "0 3"
check "data flows" udp_echo --count 100 "$LINK=0" "$WWAN-3=3"
done_testing
