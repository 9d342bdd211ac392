#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Suspend to RAM in earnest with a modem that keeps its power: nothing goes away. QEMU
# resets every device for it, which the modem is told to ignore.
#
# modem: lite
# kernels: one

. "${0%/*}/lib.sh"
need_program udp_echo uevents
grep -q deep /sys/power/mem_sleep || skip "this machine has no suspend to RAM"
use_modem
modem_up
alone
uevents_listen
modem at-echo 0 on
defer modem at-echo 0 off
links_open "0 3"
flood_starts
exec 7<>"$AT0" || bail "the port does not open"
check "the port answers" port_answers
resets=$(counter resets)
modem reset-ignored on
defer modem reset-ignored off
mark
event "suspend to RAM, state kept"
check "the system sleeps until the alarm rings" suspend_to_ram
woken
data_flows "0 3"
check "the port that was open answers" port_answers
is "$(counter resets)" "$resets" "the modem was not reset"
is "$(grep "$ADDRESS" events.txt)" "" "user space heard of nothing"
unlike "$(dmesg_since)" "iosm $ADDRESS: [^P]" "no word in the kernel's log"
flood_ends
check "data flows" data "0 3" --count 50
done_testing
