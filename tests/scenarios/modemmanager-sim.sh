#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ModemManager and the SIM: taken out, put back, locked, a wrong PIN, the right one; then the
# PIN changed, switched off and on, blocked, and unblocked by the PUK.
#
# root: mm
# root: mm12
# modem: mbimex2
# modem: mbimex3
# limit: 420

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

sim=$(mm_value modem.generic.sim)
check "the PIN is changed" mmcli -i "$sim" --change-pin=4321 --pin=1234
check_fails "the old one does no more" '[Ii]ncorrect|[Ff]ail' mmcli -i "$sim" --disable-pin --pin=1234
check "the new one switches it off" mmcli -i "$sim" --disable-pin --pin=4321
check "and on" mmcli -i "$sim" --enable-pin --pin=4321

# Another PIN than the modem's own would be in the way of those that follow.
defer modem sim swap
old=$(mm_path)
check "the modem restarts" function_reset
wait_for "$MM_SECONDS" "ModemManager has a new modem" mm_new "$old"
wait_for "$MM_SECONDS" "which is locked" mm_in locked
sim=$(mm_value modem.generic.sim)
for left in 2 1; do
	check_fails "a wrong PIN" '[Ii]ncorrect|[Ff]ail' mmcli -i "$sim" --pin=9999
	like "$(mm_list modem.generic.unlock-retries)" "sim-pin \\($left\\)" "$left left"
done
check_fails "the last wrong PIN" '[Pp][Uu][Kk]|[Ii]ncorrect|[Ff]ail' mmcli -i "$sim" --pin=9999
wait_for 30 "it wants the PUK" mm_is modem.generic.unlock-required sim-puk
# ModemManager makes another SIM object when the lock is another one.
sim=$(mm_value modem.generic.sim)
check_fails "a wrong PUK is refused" '[Ii]ncorrect|[Ff]ail' \
	mmcli -i "$sim" --puk=87654321 --pin=1234
like "$(mm_list modem.generic.unlock-retries)" 'sim-puk \(9\)' "nine tries are left"
sim=$(mm_value modem.generic.sim)
check "the right one is taken" mmcli -i "$sim" --puk=12345678 --pin=1234
wait_for "$MM_SECONDS" "the modem is ready" mm_in disabled enabled registered
mm_registered
done_testing
