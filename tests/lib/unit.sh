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

unit_run()
{
	mkdir -p "$CHECKOUT/build"
	unit_folder unit
	unit_folder host
}
