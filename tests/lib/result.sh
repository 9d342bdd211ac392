# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Results: a line for people on stdout, one word for the count in a file. Several
# machines report at the same time; each line is one write.

result_init()
{
	trap 'trap "" USR1; printf "tests: error: cannot write to %s, is it full?\n" "$SCRATCH" >&2; exit 1' USR1
	: >"$SCRATCH/results"
}

# result pass|fail|skip NAME SECONDS [REASON]: then, for a failure, its details on stdin
result()
{
	local verdict=$1 name=$2 seconds=$3 reason=${4:-} word details=''

	case $verdict in
	pass) word="ok  " ;;
	fail)
		word="FAIL"
		details=$(sed 's/^/       /')
		;;
	skip) word="skip" ;;
	esac
	printf '%s %s%s%s%s\n' "$word" "$name" "${seconds:+ ($seconds s)}" \
		"${reason:+ # $reason}" "${details:+
$details}"
	{ echo "$verdict $name" >>"$SCRATCH/results"; } 2>/dev/null || result_lost
}

# result_lost: without its word in the file a failure would not count. Whichever process
# sees it, the first one says so and ends all.
result_lost()
{
	kill -USR1 $$
	exit 1
}

result_count()
{
	grep -c "^$1 " "$SCRATCH/results" || :
}

# result_summary: the counting line; returns 1 if a test failed or there was none
result_summary()
{
	local passed failed skipped

	passed=$(result_count pass)
	failed=$(result_count fail)
	skipped=$(result_count skip)
	if (( failed )); then
		printf 'failed:\n'
		sed -n 's/^fail /  /p' "$SCRATCH/results"
	fi
	printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	(( failed == 0 && passed + skipped > 0 ))
}

# result_command NAME COMMAND...: a test that passes when the command succeeds; exit
# status 77 means that it cannot be run here, with the reason as last line
result_command()
{
	local name=$1 start=$SECONDS status=0 log=$LOGS/${1//\//-}.log
	shift

	# shellcheck disable=SC2053 # a pattern
	[[ $name == $FILTER ]] || return 0
	run_child "$@" >"$log" 2>&1 </dev/null || status=$?
	case $status in
	0) result pass "$name" $((SECONDS - start)) </dev/null ;;
	77) result skip "$name" $((SECONDS - start)) "$(tail -n 1 "$log")" </dev/null ;;
	*) result fail "$name" $((SECONDS - start)) "exit status $status" < <(tail -n 40 "$log") ;;
	esac
}
