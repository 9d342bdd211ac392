#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lab with what it cannot do: one line that says what is wrong, a status of its own,
# and nothing left behind, neither processes nor mounts nor files.
#
# usage: wrong-use.sh: exit status 0 if all is as it should be

set -euo pipefail

LAB=$(realpath -- "${BASH_SOURCE[0]%/*}/../../lab/lab")
RUN=$(realpath -- "${BASH_SOURCE[0]%/*}/../run")
readonly LAB RUN
FAULTS=0
SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/iosm-wrong.XXXXXXXX")
trap 'leave' EXIT

leave()
{
	local status=$?

	trap - EXIT
	! mountpoint -q "$SCRATCH/small" || umount "$SCRATCH/small"
	rm -rf -- "$SCRATCH"
	exit "$status"
}

fault()
{
	echo "$*"
	FAULTS=$((FAULTS + 1))
}

# refused STATUS PATTERN WORDS...: the lab says PATTERN in one line of its own and ends
# with STATUS
refused()
{
	local wanted=$1 pattern=$2 status=0
	shift 2

	timeout 120 "$LAB" "$@" >"$SCRATCH/out" 2>"$SCRATCH/err" </dev/null || status=$?
	(( status == wanted )) ||
		fault "lab $*: status $status, not $wanted: $(cat "$SCRATCH/err")"
	[[ $(grep -c 'error:' "$SCRATCH/err") == 1 ]] ||
		fault "lab $*: not one line of error: $(cat "$SCRATCH/err")"
	grep -qE "error: .*$pattern" "$SCRATCH/err" ||
		fault "lab $*: no '$pattern' in: $(cat "$SCRATCH/err")"
	! grep -q '\.sh:[0-9]' "$SCRATCH/err" ||
		fault "lab $*: speaks of its own lines: $(cat "$SCRATCH/err")"
	nothing_left "lab $*"
}

# nothing_left WHO: what is told apart from other labs' by the temporary folder
nothing_left()
{
	local _

	# A killed emulator's memory takes its time.
	for _ in {1..50}; do
		left_nothing && return
		sleep 0.1
	done
	fault "$1: leaves: $(ls -A "$SCRATCH/tmp"; pgrep -af -- "$SCRATCH/tmp"; grep -F "$SCRATCH/tmp" /proc/mounts)"
}

left_nothing()
{
	[[ -z $(ls -A "$SCRATCH/tmp") ]] && ! pgrep -f -- "$SCRATCH/tmp" >/dev/null &&
		! grep -qF "$SCRATCH/tmp" /proc/mounts
}

script()
{
	printf '#!/bin/sh\n%s\n' "$1" >"$SCRATCH/scripts/$2"
	chmod +x "$SCRATCH/scripts/$2"
}

wrong_words()
{
	refused 2 "which command"
	refused 2 "unknown command 'walk'" walk
	refused 2 "unknown option --fast" run --fast
	refused 2 "run needs a SCRIPT" run
	refused 2 "unknown kernel '2.4': there are .*6\.12" run --kernel 2.4 "$SCRATCH/scripts/true"
	refused 2 "no script $SCRATCH/none" run "$SCRATCH/none"
	refused 2 "cannot read the script" run "$SCRATCH/scripts"
	refused 2 "needs a number" run --timeout soon "$SCRATCH/scripts/true"
	refused 2 "needs a value" run --kernel
	refused 2 "no such file" run --driver "$SCRATCH/none.ko" "$SCRATCH/scripts/true"
	refused 2 "not 'theirs'" run --driver theirs "$SCRATCH/scripts/true"
	refused 2 "NAME=VALUE" run --env wrong "$SCRATCH/scripts/true"
	refused 2 "no such file" run --plugin "$SCRATCH/none.so" "$SCRATCH/scripts/true"
	refused 125 "QEMU did not start the machine: .*plugin" run --driver none \
		--plugin "$SCRATCH/scripts/true" "$SCRATCH/scripts/true"
	refused 2 "belongs behind" run --modem-control "$SCRATCH/none" "$SCRATCH/scripts/true"
	refused 125 "cannot make the folder" run --logs "$SCRATCH/scripts/true" "$SCRATCH/scripts/true"
	[[ $(wc -l <"$SCRATCH/err") == 1 ]] || fault "lab run --logs FILE: more than one line"
	refused 125 "no modem socket" run --modem-socket "$SCRATCH/none" "$SCRATCH/scripts/true"
	refused 97 "virtual modem 0 ended at its start" run --modem "--no-such-option" "$SCRATCH/scripts/true"
}

# A socket where nobody listens, as one that was left, one that says nothing, and that of a
# modem that another lab's machine has.
wrong_sockets()
{
	local silent

	refused 125 "nobody serves the modem socket" run --modem-socket "$SCRATCH/left.sock" "$SCRATCH/scripts/true"
	perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die; sleep' \
		"$SCRATCH/silent.sock" &
	silent=$!
	until [[ -S $SCRATCH/silent.sock ]]; do
		kill -0 "$silent"
		sleep 0.1
	done
	refused 125 "socket .* is busy, or not" run --modem-socket "$SCRATCH/silent.sock" "$SCRATCH/scripts/true"
	kill "$silent"
	wait "$silent" || :
	mkdir "$SCRATCH/other"
	TMPDIR=$SCRATCH/other start_waiting
	refused 125 "socket .* is busy, or not" run \
		--modem-socket "$(find "$SCRATCH/other" -type s -name vfio)" "$SCRATCH/scripts/true"
	kill -TERM "$WAITING"
	wait "$WAITING" || :
}

# A result that cannot be kept would not count.
full_results()
{
	local status=0

	dd if=/dev/zero of="$SCRATCH/small/full" 2>/dev/null || :
	TMPDIR=$SCRATCH/small "$RUN" --level quick --filter lab/splat --logs "$SCRATCH/logs" \
		>"$SCRATCH/out" 2>"$SCRATCH/err" </dev/null || status=$?
	[[ $status == 1 && $(<"$SCRATCH/err") == "tests: error: cannot write to "*"is it full?" ]] ||
		fault "tests/run without space: status $status: $(cat "$SCRATCH/err")"
}

no_space()
{
	mkdir "$SCRATCH/small"
	mount -t tmpfs -o size=1m small "$SCRATCH/small"
	IOSM_LAB_CACHE=$SCRATCH/small refused 125 "MiB free" prepare --kernel 6.12
	full_results
	umount "$SCRATCH/small"
	: >"$SCRATCH/file"
	IOSM_LAB_CACHE=$SCRATCH/file/cache refused 125 "cannot write to the cache folder" prepare
}

# start_waiting: a lab in a session of its own, up to where its script waits; sets WAITING
start_waiting()
{
	local _

	: >"$SCRATCH/out"
	# What a shell starts in the background ignores SIGINT, and could never hear it.
	env --default-signal=INT setsid "$LAB" run --modem "" "$SCRATCH/scripts/wait" \
		>"$SCRATCH/out" 2>"$SCRATCH/err" </dev/null &
	WAITING=$!
	for _ in {1..1200}; do
		! grep -q waiting "$SCRATCH/out" || return 0
		kill -0 "$WAITING" 2>/dev/null || break
		sleep 0.1
	done
	fault "the script does not begin: $(cat "$SCRATCH/err")"
}

# Ctrl-C goes to all of the terminal's processes, a service manager's TERM to the lab only.
interrupted()
{
	local how=$1 status=0

	start_waiting
	case $how in
	INT) kill -INT -- "-$WAITING" ;;
	*) kill -s "$how" "$WAITING" ;;
	esac
	wait "$WAITING" || status=$?
	(( status == 130 )) || fault "SIG$how: status $status, not 130: $(cat "$SCRATCH/err")"
	grep -q 'lab: interrupted' "$SCRATCH/err" || fault "SIG$how: says nothing: $(cat "$SCRATCH/err")"
	nothing_left "SIG$how"
}

# A lab that was killed leaves its folder; the next one takes it away.
killed()
{
	local _

	start_waiting
	kill -KILL "$WAITING"
	wait "$WAITING" 2>/dev/null || :
	# Its children see that it is gone, and then nothing holds the folder.
	for _ in {1..20}; do
		"$LAB" in-root true
		left_nothing && return
		sleep 0.1
	done
	nothing_left "after SIGKILL and another lab"
}

mkdir "$SCRATCH/tmp" "$SCRATCH/scripts"
script "exit 0" "true"
script "echo waiting; exec sleep 600" "wait"
export TMPDIR=$SCRATCH/tmp
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die' "$SCRATCH/left.sock"
# What is built once on a new machine takes longer than a refusal may.
"$LAB" run --modem "--no-such-option" "$SCRATCH/scripts/true" || :
wrong_words
wrong_sockets
no_space
for how in INT TERM HUP; do
	interrupted "$how"
done
killed
(( FAULTS == 0 ))
