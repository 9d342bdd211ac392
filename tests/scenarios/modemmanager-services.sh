#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What else ModemManager offers of this modem: scan, roaming and refusal, modes, signal, cells,
# time, USSD, profiles, the bearer it attaches with, positions.
#
# root: mm
# root: mm12
# modem: mbimex2
# modem: mbimex3
# limit: 240

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_mm
mm_registered

# ---- the network ----

text=$(mm --3gpp-scan --timeout=120 2>&1)
like "$text" '00101 - Test PLMN \(.*current\)' "a scan finds the network it is in"
like "$text" '00102 - Other PLMN \(.*available\)' "and another one"
like "$text" '00103 - Barred PLMN \(.*forbidden\)' "and one that it may not use"

defer modem registration home
modem registration roaming
wait_for 30 "roaming is told" mm_is modem.3gpp.registration-state roaming
is "$(mm_value modem.3gpp.operator-code)" 00102 "in another network"
modem registration denied 15
# In no data class: ModemManager, which keeps a state for each, says idle.
refused()
{
	mm_is modem.3gpp.registration-state idle || mm_is modem.3gpp.registration-state denied
}
wait_for 30 "a refusal ends the registration" refused
is "$(mm_value modem.3gpp.operator-code)" -- "there is no operator"
modem registration home
wait_for 60 "it is at home again" mm_is modem.3gpp.registration-state home

# modes NAME: a test
modes()
{
	mm_do "$1 only" "--set-allowed-modes=$1"
	like "$(mm_value modem.generic.current-modes)" "allowed: $1; preferred: none" "it says so"
}

modes 3g
wait_for 60 "it registers" mm_is modem.3gpp.registration-state home
like "$(mm_list modem.generic.access-technologies)" 'umts|hs' "with UMTS"
modes 4g
wait_for 60 "it registers" mm_is modem.3gpp.registration-state home
is "$(mm_list modem.generic.access-technologies)" lte "with LTE"
mm_do "both" "--set-allowed-modes=3g|4g" --set-preferred-mode=none
wait_for 60 "it is registered" mm_is modem.3gpp.registration-state home

modem signal 25 -90 -8 12
defer modem signal 24 -85 -9 13
mm_do "the signal is looked at" --signal-setup=2
signal_is()
{
	case $(mm_value modem.signal.lte.rsrp --signal-get) in
	-90* | -89*) ;;	# 1.24 takes the upper edge of the interval that MBIM tells
	*) return 1 ;;
	esac
}
wait_for 30 "its RSRP is the cell's" signal_is
like "$(mm --get-cell-info 2>&1)" 'physical ci: *(101|65|0*65)' "the serving cell is told"
like "$(mm --time 2>&1)" "[Cc]urrent: *$(date -u +%Y)" "so is the time"

# ---- USSD ----

like "$(mm '--3gpp-ussd-initiate=*100#' 2>&1)" 'balance is 10.00 EUR' "a short code has an answer"
like "$(mm '--3gpp-ussd-initiate=*101#' 2>&1)" '1 Balance' "another opens a menu"
like "$(mm --3gpp-ussd-respond=1 2>&1)" 'balance is' "which takes a choice"

# ---- access points ----

if mm --3gpp-profile-manager-list >/dev/null 2>&1; then
	like "$(mm --3gpp-profile-manager-list)" 'apn: internet' "there is a profile"
	mm_do "another is made" --3gpp-profile-manager-set=apn=corporate,ip-type=ipv4
	like "$(mm --3gpp-profile-manager-list)" 'apn: corporate' "it is listed"
fi
mm_do "the attach APN is changed" \
	--3gpp-set-initial-eps-bearer-settings=apn=attach.example,ip-type=ipv4v6
mm_registered
initial_is()
{
	mm_is modem.3gpp.eps.initial-bearer.settings.apn attach.example
}
wait_for 30 "it is told" initial_is

# ---- positions ----

position()
{
	mm --location-get 2>/dev/null | grep -q "$1"
}

mm_do "positions are switched on" --location-enable-gps-nmea --location-enable-gps-raw
wait_for 30 "NMEA comes" position '[$]GPGGA,'
wait_for 30 "and a position" position 'latitude'
mm_do "and off" --location-disable-gps-nmea --location-disable-gps-raw
done_testing
