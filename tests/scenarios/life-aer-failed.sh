#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A fatal bus error from which the bus cannot recover, as the modem has lost its link, which
# comes back when the bus has given up. Before Linux 6.18 nobody tells the driver: it waits
# for the bus until 180 s after the error. The next error is one as any other.
#
# modem-full: lite
# limit: 480

. "${0%/*}/lib.sh"
. "${0%/*}/lib-life.sh"
need_program uevents
use_modem
modem_up
port=$(basename "$(realpath "$PCI/..")")
[ -d "/sys/bus/pci_express/devices/$port:pcie002" ] || skip "nobody handles the errors of port $port"
uevents_listen
links_open "0 3"

seconds()
{
	cut -d. -f1 /proc/uptime
}

given_up()
{
	dmesg_since | grep -q 'AER: device recovery failed'
}

: >events.txt
mark
modem link down
start=$(seconds)
check "error MALF_TLP, which is fatal" inject MALF_TLP
wait_for 10 "ports and links are gone" modem_absent
# It resets the link twice, and waits for the modem each time.
wait_for 170 "the bus cannot recover" given_up
modem link up
if kernel_before 6.18; then
	run_again 60
	within $(($(seconds) - start)) 178 $((200 * ${SLOW:-1})) "seconds after the error"
else
	run_again 20
fi
links_open "0 3"
check "data flows" data "0 3" --count 50

mark
event "fatal bus error after one that was never over"
check "error MALF_TLP, which is fatal" inject MALF_TLP
works_again "0 3"
unlike "$(dmesg_since)" "iosm $ADDRESS: run of the modem ends" "the modem was held down for the bus"
check "data flows" data "0 3" --count 50
done_testing
