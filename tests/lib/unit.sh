# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Tests in user space. They are built and run in the lab's Debian tree: it has the
# compiler, the sanitizers and libmbim whatever this machine has.

in_root()
{
	"$CHECKOUT/lab/lab" in-root --bind "$CHECKOUT/build" "$@"
}

unit_programs()
{
	local path

	for path in "$TESTS/$1"/test_*.c; do
		[[ ! -e $path ]] || basename "$path" .c
	done
}

# unit_make FOLDER TARGET...
unit_make()
{
	local folder=$1
	shift

	in_root make --no-print-directory -s -C "$TESTS/$folder" \
		"BUILD=$BUILD/$folder" "$@"
}

# unit_folder FOLDER: builds its programs, runs each as one test
unit_folder()
{
	local folder=$1 program

	[[ -n $(unit_programs "$folder") ]] || return 0
	plan_wanted_any "$folder" || return 0
	result_command "$folder/build" unit_make "$folder" -j"$(nproc)" all
	for program in $(unit_programs "$folder"); do
		result_command "$folder/${program#test_}" \
			unit_make "$folder" check "TESTS=$program"
	done
}

readonly UNIT_TIME=unit/time UNIT_SECONDS=30	# all of unit/ together, without building

# unit_time: what the programs took by prove's clock, those that were run just now
unit_time()
{
	local program logs=() ms limit=$((UNIT_SECONDS * ${SLOW:-1}))

	# shellcheck disable=SC2053 # a pattern
	[[ $UNIT_TIME == $FILTER ]] || return 0
	for program in $(unit_programs unit); do
		# shellcheck disable=SC2053 # a pattern
		[[ unit/${program#test_} == $FILTER ]] || {
			result skip "$UNIT_TIME" "" "not all of them ran" </dev/null
			return 0
		}
		logs+=("$LOGS/unit-${program#test_}.log")
	done
	ms=$(sed -nE 's/^\[.*\bok +([0-9]+) ms.*/\1/p' "${logs[@]}" | awk '{ sum += $1 } END { print sum + 0 }')
	if (( ms == 0 )); then
		result fail "$UNIT_TIME" "" <<<"no time in the logs of unit/"
	elif (( ms > limit * 1000 )); then
		result fail "$UNIT_TIME" $((ms / 1000)) <<<"the tests of unit/ took $ms ms of $limit s"
	else
		result pass "$UNIT_TIME" $((ms / 1000)) </dev/null
	fi
}

unit_run()
{
	mkdir -p "$CHECKOUT/build"
	unit_folder unit
	unit_time
	unit_folder host
}
