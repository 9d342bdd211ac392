#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench.sh ROUNDS SECONDS GROUP...: runs in the guest. A GROUP is NAME:MODEM:CASES, where CASES
# are files of the folder cases, with commas, and "CASE@DRIVER" is for that driver only. Each
# group is measured with both drivers in turn, ROUNDS times, all in this one boot. The runner
# on the other side reads lines that begin with @:
#
#	@turn DRIVER GROUP		its module is loaded next
#	@begin ROUND DRIVER GROUP CASE
#	@value NAME VALUE
#	@samples NAME VALUE...
#	@flows COUNT...			what each flow got, in the span that follows
#	@span NAME FROM TO COUNT	what was done, by the clock of /proc/uptime
#	@now SECONDS			that clock, when nothing else happens
#	@symbol ADDRESS NAME [MODULE]	with PROFILE=1: a function of the kernel, or of a module in this case
#	@end STATUS
#	@done				all groups

cd "${0%/*}" || exit
# shellcheck source=../../tests/scenarios/lib.sh
. ./lib.sh
# shellcheck source=measure.sh
. ./measure.sh
# shellcheck disable=SC2034 # the library's: this is no test
TEST_DONE=1
PATH=$PWD/load:$PATH
ROUNDS=$1
# shellcheck disable=SC2034 # for the cases
WINDOW=$2
shift 2

# for_driver DRIVER CASE: does the plan want it?
for_driver()
{
	case $2 in
	*@*) [ "${2#*@}" = "$1" ] ;;
	esac
}

run_cases()
{
	for case in $(echo "$1" | tr , ' '); do
		for_driver "$LAB_DRIVER" "$case" || continue
		echo "@begin $round $LAB_DRIVER $group ${case%@*}"
		say_now
		# shellcheck source=/dev/null
		(. "./cases/${case%@*}.sh")
		_status=$?
		symbols '$4'
		echo "@end $_status"
	done
}

run_group()
{
	# shellcheck disable=SC2034 # MODEMS is for measure.sh
	IFS=: read -r group MODEMS cases <<-EOT
		$1
	EOT
	for round in $(seq "$ROUNDS"); do
		for LAB_DRIVER in ours intree; do
			echo "@turn $LAB_DRIVER $group"
			if driver_up; then
				run_cases "$cases"
			else
				echo "@begin $round $LAB_DRIVER $group driver"
				dmesg | tail -n 5
				echo "@end 1"
			fi
			driver_down
		done
	done
}

export LAB_DRIVER=ours
prepare
driver_down
for word in "$@"; do
	run_group "$word"
done
echo @done
