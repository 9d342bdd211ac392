#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ModemManager and the SIM: taken out, put back, locked, a wrong PIN, the right one.
#
# root: mm
# root: mm12
# modem: mbimex2
# modem: mbimex3
# limit: 300

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_mm
defer modem sim insert
mm_registered

old=$(mm_path)
check "the SIM is taken out" modem sim remove
wait_for "$MM_SECONDS" "the modem is another" mm_new "$old"
wait_for "$MM_SECONDS" "and failed" mm_in failed
is "$(mm_value modem.generic.state-failed-reason)" sim-missing "for want of a SIM"
old=$(mm_path)
check "the SIM is put back" modem sim insert
wait_for "$MM_SECONDS" "the modem is another again" mm_new "$old"
wait_for "$MM_SECONDS" "with a SIM" mm_in disabled enabled registered
mm_registered

old=$(mm_path)
check "a SIM comes that asks for its PIN" modem sim remove
wait_for "$MM_SECONDS" "the modem is another" mm_new "$old"
old=$(mm_path)
modem sim insert
modem sim lock
wait_for "$MM_SECONDS" "and locked" mm_in locked
is "$(mm_value modem.generic.unlock-required)" sim-pin "it wants the PIN"
sim=$(mm_value modem.generic.sim)
check_fails "a wrong PIN is refused" '[Ii]ncorrect|[Ff]ail' mmcli -i "$sim" --pin=9999
like "$(mm_list modem.generic.unlock-retries)" 'sim-pin \(2\)' "two tries are left"
check "the right one is taken" mmcli -i "$sim" --pin=1234
wait_for "$MM_SECONDS" "the modem is ready" mm_in disabled enabled registered
mm_registered
done_testing
