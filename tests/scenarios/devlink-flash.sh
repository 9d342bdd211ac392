#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the kernel's documentation of the in-tree driver describes (devlink/iosm): a modem
# in its boot ROM is given a PSI, an EBL and a firmware with "devlink dev flash", and runs
# that firmware after a reset; after a crash its dump is collected with "devlink region".
# The images are the test's own.
#
# driver: intree
# modem: flash

. "${0%/*}/lib.sh"
need_program fls_image
use_modem
defer rm -f /lib/firmware/vmodem-*
VERSION=18999.7001.00.09.09.09_T
DEV=pci/$ADDRESS

# reset_into STAGE: with the driver bound again
reset_into()
{
	modem boot-stage "$1"
	unbind
	function_reset
	bind
}

# flash NAME: OUTPUT is what devlink said
flash()
{
	check "devlink dev flash: $1" devlink dev flash "$DEV" file "vmodem-$1"
}

# region NAME: takes a snapshot and leaves its first bytes in the file NAME
region()
{
	_id=$(devlink region new "$DEV/$1" | sed -n 's/.*snapshot \([0-9]*\).*/\1/p')
	[ -n "$_id" ] || {
		fail "devlink region new: $1"
		return 1
	}
	devlink region read "$DEV/$1" snapshot "$_id" address 0 length 512 |
		sed 's/^[0-9a-f]* //' |
		python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' >"$1"
	defer rm -f "$1"
	pass "devlink region new and read: $1"
}

mkdir -p /lib/firmware
fls_image psi /lib/firmware/vmodem-psi psi-1
fls_image ebl /lib/firmware/vmodem-ebl ebl-1
fls_image pack /lib/firmware/vmodem-pack "$VERSION" 0x100000 1500000
fls_image region /lib/firmware/vmodem-region 0x100000 1500000
fls_image region /lib/firmware/vmodem-other 0x100000 1400000

reset_into rom
wait_for 5 "the device is in devlink's list" sh -c "devlink dev show | grep -q '$DEV'"
OLD=$(modem flash | sed -n 's/^firmware //p')
flash psi
flash ebl
like "$OUTPUT" 'SWID: [0-9a-f]+, RF_ENGINE_ID: [0-9a-f]+' "the EBL tells what is in the flash"
flash pack
check_fails "a region that does not belong to the pack" 'ailed' \
	devlink dev flash "$DEV" file vmodem-other
is "$(modem flash | sed -n 's/^bootable //p')" no "a half-written firmware could not boot"
flash pack
flash region
is "$(modem flash | sed -n 's/^firmware //p')" "$VERSION" "the firmware is in the flash"

reset_into run
modem_up
check "the new firmware answers MBIM" timeout 20 mbimcli -d "$MBIM" --query-device-caps
like "$OUTPUT" "Firmware info: '$VERSION'" "with its version, not with $OLD"

modem boot-stage rom
modem stage crash 100
wait_for 3 "the modem's dump is ready" modem_is stage cd-ready
unbind
function_reset
bind
wait_for 5 "the device is in devlink's list again" sh -c "devlink dev show | grep -q '$DEV'"
flash psi
like "$OUTPUT" 'report\.json' "the PSI offers the dump"
region report.json
like "$(tr -d '\0' <report.json)" "\"reason\":\"command\".*\"firmware\":\"$VERSION\"" \
	"the report says what crashed"
region cdd.log
like "$(tr -d '\0' <cdd.log)" 'crash 1: command' "so does the log"
region eeprom.bin
like "$(tr -d '\0' <eeprom.bin)" '^imei=8671910' "the EEPROM"
region bootcore_trace.bin
is "$(od -An -tx1 -j 16 -N 8 bootcore_trace.bin | tr -d ' ')" 1000008014000080 "the trace, byte by byte"
region bootcore_prev_trace.bin
is "$(modem flash | sed -n 's/^dump //p')" collected "with the last file the collection ends"
reset_into run
modem_up
done_testing
