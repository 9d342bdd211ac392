#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The FCC lock: the radio stays off, and ModemManager says so, until its unlock script has
# given the modem the right answer; after a restart of the modem it is locked again.
# The mbimcli of Debian 12 has no command for the lock yet.
#
# root: mm
# modem: fcc
# limit: 240

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"

readonly SCRIPT=/etc/ModemManager/fcc-unlock.d/8086:7560

# unlock_script: as distributions ship them. Its arguments: the modem's name on the bus,
# then its ports.
unlock_script()
{
	mkdir -p "${SCRIPT%/*}"
	cat >"$SCRIPT" <<-'EOF'
		#!/bin/sh
		echo "$*" >/run/unlock-arguments
		for port; do
			case $port in *mbim*) device=/dev/$port ;; esac
		done
		challenge=$(mbimcli -d "$device" -p --intel-query-fcc-lock |
			sed -n 's/.*Challenge: *//p')
		# The first word of SHA-256 over challenge and key, both little endian.
		bytes=
		for shift in 0 8 16 24; do
			bytes=$bytes$(printf '\\%03o' $((challenge >> shift & 255)))
		done
		digest=$(printf "$bytes\\075\\370\\307\\031" | sha256sum)
		response=$((0x$(echo "$digest" | sed 's/^\(..\)\(..\)\(..\)\(..\).*/\4\3\2\1/')))
		mbimcli -d "$device" -p --intel-set-fcc-lock="yes,$response"
	EOF
	chmod 755 "$SCRIPT"
}

rm -f "$SCRIPT"
use_mm
is "$(mm_value modem.generic.power-state)" low "the radio is off"
check_fails "without a script it cannot be enabled" '[Ii]nvalid transition|[Cc]ouldn.t enable|error' \
	mm --enable
is "$(mm_value modem.generic.power-state)" low "it stays off"
check "the modem says why" [ "$(modem network | sed -n 's/^fcc lock: //p')" = locked ]

defer rm -f "$SCRIPT"
unlock_script
mm_registered
is "$(mm_value modem.generic.power-state)" on "the script has unlocked it"
like "$(cat /run/unlock-arguments)" "/Modem/[0-9]+ .*${MBIM#/dev/}" "ModemManager had told it the ports"
check "the modem says so" [ "$(modem network | sed -n 's/^fcc lock: //p')" = unlocked ]

rm -f "$SCRIPT"
old=$(mm_path)
check "the modem restarts" function_reset
wait_for "$MM_SECONDS" "ModemManager has a new modem" mm_new "$old"
wait_for "$MM_SECONDS" "which is ready" mm_in disabled
is "$(mm_value modem.generic.power-state)" low "it is locked again"
unlock_script
mm_registered
done_testing
