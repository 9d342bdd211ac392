# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the lab says, and the exit statuses it says it with. A script in the
# guest has 0..95 for itself; what the lab adds lies above.

# shellcheck disable=SC2034 # used by the files that source this one
readonly EXIT_USAGE=2 \
	EXIT_NO_VERDICT=96 \
	EXIT_MODEM_DIED=97 \
	EXIT_BREACHES=98 \
	EXIT_SPLAT=99 \
	EXIT_TIMEOUT=124 \
	EXIT_LAB=125 \
	EXIT_INTERRUPTED=130

# Lines of the lab itself go to stderr, so that stdout is the guest's alone; to
# the stderr the lab was started with, for a trap runs under the redirections
# of the function that it interrupts.
exec {REPORT}>&2

say()
{
	printf 'lab: %s\n' "$*" >&"$REPORT"
}

# die [STATUS] TEXT: one line that says what is wrong, and out. Called in a
# subshell it ends that; the caller's "|| exit" carries the status on.
die()
{
	local status=$EXIT_LAB

	if [[ $1 =~ ^[0-9]+$ ]]; then
		status=$1
		shift
	fi
	printf 'lab: error: %s\n' "$*" >&"$REPORT"
	exit "$status"
}

usage_error()
{
	die "$EXIT_USAGE" "$* (see lab/lab --help)"
}
