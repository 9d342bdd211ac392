#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# suite.sh NAME:SCENARIO:LIMIT:MODEMS...: runs in the guest, scenario after scenario in
# one boot. For each it says what happened in lines that the runner on the other side
# reads; MODEMS are the numbers of the modems for it, with commas.
#
#	@begin NAME
#	...			what the scenario prints
#	@breach MODEM RULE COUNT TEXT
#	@end NAME STATUS SECONDS
#
# The kernel's log gets a line at each begin and end, so that a splat on the console
# can be told to belong to a scenario.

cd "${0%/*}" || exit
# shellcheck source=../scenarios/lib.sh
. ./scenarios/lib.sh
# shellcheck disable=SC2034 # the library's: this is no test itself
TEST_DONE=1

# breaches MODEM...
breaches()
{
	for _modem in "$@"; do
		modemctl -n "$_modem" breaches | sed -n "s/^C/$_modem C/p"
	done
}

# new_breaches MODEM...: what there was not before. What a scenario's other modems count is
# told with one that has them, or with the last: asking takes a second on a busy machine.
new_breaches()
{
	breaches "$@" >breaches.after
	awk 'FILENAME == "breaches.before" { before[$1 " " $2] = $3; next }
		$3 > before[$1 " " $2] + 0 {
			count = $3 - before[$1 " " $2]
			$3 = count
			print "@breach " $0
		}' breaches.before breaches.after
	awk -v asked=" $* " '!index(asked, " " $1 " ")' breaches.before >>breaches.after
	mv breaches.after breaches.before
}

# After a scenario that failed nobody knows what is left: start afresh.
start_afresh()
{
	pkill -9 -x mbimcli
	timeout 60 rmmod iosm
	for ADDRESS in $(modem_addresses); do
		echo 1 >"/sys/bus/pci/devices/$ADDRESS/reset"
	done
	[ -d /sys/module/iosm ] || timeout 60 sh -c '. ./scenarios/lib.sh; TEST_DONE=1; load_driver'
}

all=
for port in /dev/virtio-ports/org.iosm.modem*; do
	all="$all ${port##*modem}"
done
# shellcheck disable=SC2086 # a list
breaches $all >breaches.before
left=$#
for job in "$@"; do
	IFS=: read -r name scenario limit modems <<-EOT
		$job
	EOT
	echo "@begin $name"
	echo "<3>lab: @begin $name" >/dev/kmsg
	read -r start _ </proc/uptime
	MODEMS=$(echo "$modems" | tr , ' ') timeout -k 5 "$limit" "./scenarios/$scenario.sh" 2>&1
	status=$?
	read -r end _ </proc/uptime
	left=$((left - 1))
	asked=$(echo "$modems" | tr , ' ')
	[ $left -gt 0 ] || asked=$all
	# shellcheck disable=SC2086 # a list
	new_breaches $asked
	[ "$status" -eq 0 ] || start_afresh
	echo "<3>lab: @end $name" >/dev/kmsg
	echo "@end $name $status $((${end%.*} - ${start%.*}))"
done
exit 0
