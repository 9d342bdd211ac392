#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Errors of the PCI Express bus: a correctable one and a non-fatal one change nothing, a
# fatal one costs a reset of the link, after which the modem is back by itself. One that
# comes while no driver is bound leaves a function without BARs to the next.
#
# modem: lite
# kernels: one

. "${0%/*}/lib.sh"
. "${0%/*}/lib-life.sh"
need_program udp_echo uevents
use_modem
modem_up
port=$(basename "$(realpath "$PCI/..")")
[ -d "/sys/bus/pci_express/devices/$port:pcie002" ] || skip "nobody handles the errors of port $port"
uevents_listen
links_open "0 3"

flood_starts
: >events.txt
# reported SEVERITY: by the port, in the kernel's words since the mark
reported()
{
	dmesg_since | grep -qE "pcieport $port: .*severity=$1"
}

dealt_with()
{
	dmesg_since | grep -q 'AER: device recovery'
}

mark
check "error RCVR" inject RCVR
wait_for 5 "the bus has reported a correctable one" reported Correct
mark
check "error COMP_ABORT" inject COMP_ABORT
wait_for 5 "the bus has reported one that is not, and not fatal" reported "Uncorrect[a-z]* [(]Non-Fatal"
wait_for 10 "and is done with it" dealt_with
check "data flows" data "0 3" --count 20
is "$(grep "$ADDRESS.*IOSM" events.txt)" "" "user space heard of nothing"

mark
event "fatal bus error"
check "error MALF_TLP, which is fatal" inject MALF_TLP
works_again "0 3"
flood_ends
check "data flows" data "0 3" --count 50

unbind
mark
check "error MALF_TLP while no driver is bound" inject MALF_TLP
wait_for 10 "the bus is done with it" dealt_with
bind
modem_up
links_open "0 3"
check "data flows" data "0 3" --count 50
done_testing
