#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ModemManager finds the modem by its Intel plugin and knows all of it; it enables it, sees
# the network, and lets go of it again.
#
# root: mm
# root: mm12
# modem: mbimex2
# modem: mbimex1
# modem: mbimex3
# limit: 180

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_mm
is "$(mm_value modem.generic.plugin)" Intel "the plugin is Intel's"
is "$(mm_value modem.generic.drivers.value\\[1\\])" iosm "the driver is iosm"
is "$(mm_value modem.generic.primary-port)" "${MBIM#/dev/}" "the MBIM port is the primary one"
is "$(mm_list modem.generic.ports | LC_ALL=C sort | paste -sd,)" \
	"$LINK (net),${AT0#/dev/} (at),${AT1#/dev/} (at),${MBIM#/dev/} (mbim)" "it has all ports"
is "$(mm_value modem.generic.manufacturer)" Intel "the manufacturer is told"
is "$(mm_value modem.generic.model)" "MBIM [8086:7560]" "so is the model"
like "$(mm_value modem.generic.revision)" '^[0-9]+\.[0-9]+\.' "and the firmware"
like "$(mm_value modem.generic.equipment-identifier)" '^[0-9]{15}$' "and the IMEI"
sim=$(mm_value modem.generic.sim)
like "$sim" '/SIM/[0-9]+$' "there is a SIM"
text=$(mmcli -i "$sim" -K)
like "$text" 'sim.properties.imsi *: [0-9]{15}' "its IMSI is known"
like "$text" 'sim.properties.iccid *: [0-9]{19,20}' "and its ICCID"
like "$text" 'sim.properties.operator-name *: [^-]' "and whose it is"

mm_registered
is "$(mm_value modem.3gpp.registration-state)" home "it is in its home network"
like "$(mm_value modem.3gpp.operator-code)" '^[0-9]{5,6}$' "the operator has a code"
like "$(mm_value modem.3gpp.operator-name)" '^[^-]' "and a name"
is "$(mm_value modem.generic.power-state)" on "its power is on"
modem signal 20
defer modem signal 25
quality()
{
	_quality=$(mm_value modem.generic.signal-quality.value)
	[ "$_quality" -ge "$1" ] && [ "$_quality" -le "$2" ]
}
wait_for 15 "the signal is told" quality 55 75
modem signal 8
wait_for 45 "a weaker signal is told" quality 15 35

mm_do "it is disabled" --disable
wait_for 20 "it says so" mm_in disabled
mm_do "and enabled again" --enable
wait_for 60 "it registers again" mm_in registered
done_testing
