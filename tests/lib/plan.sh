# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Which tests there are. A scenario says in its header what it needs:
#
#	# modem: NAME		one of tests/modems; a line for each modem to run it on,
#	#			with NAME + NAME for a scenario that needs both at once
#	# modem-once: NAME	the same on ONE_KERNEL only, unless kernels are named
#	# iommu: NAME		as modem-once, in a machine with an IOMMU
#	# iommu-full: NAME	as modem-full, in such a machine
#	# disk: NAME		as modem-once, in a machine with an empty disk to hibernate on
#	# kexec: NAME		as modem-once, in a machine that has its kernel to start anew
#	# root: NAME		in a guest with this root (lab/roots) instead of the usual one; a
#	#			line for each. Such scenarios are those of --level mm
#	# limit: SECONDS	default 120
#	# kernels: one		makes modem-once of each modem: it takes long, or no kernel makes
#	#			a difference to it
#	# driver: NAME		only with that one, ours or intree; default: with both
#
# An instance of a scenario is the line
#
#	MACHINE NAME SCENARIO LIMIT MODEM[+MODEM...] DRIVER|all one|full|all

INSTANCES=()

header()
{
	sed -n '/^[^#]/q; /^$/q; s/^# '"$1"': *//p' "$2"
}

# plan_modem NAME: its options
plan_modem()
{
	sed -n "s/^$1[[:space:]][[:space:]]*//p" "$TESTS/modems"
}

# plan_add MACHINE SCENARIO PATH MODEMS KERNELS
plan_add()
{
	local modems=${4// /} modem limit drivers

	for modem in ${modems//+/ }; do
		[[ -n $(plan_modem "$modem") ]] || usage_error "$3: no such modem: $modem"
	done
	limit=${LIMIT:-$(header limit "$3")}
	# shellcheck disable=SC2053 # a pattern
	[[ $2/$modems == $FILTER ]] || return 0
	drivers=$(header driver "$3")
	INSTANCES+=("$1 $2/$modems $2 ${limit:-120} $modems ${drivers:-all} ${5:-all}")
}

# plan_modems PATH: a line for each: on which kernels, and its name
plan_modems()
{
	local kernels

	kernels=$(header kernels "$1")
	header modem "$1" | sed "s/^/${kernels:-all} /"
	header modem-once "$1" | sed 's/^/one /'
	header modem-full "$1" | sed 's/^/full /'
}

# plan_machine MACHINE PATH: the same, for a machine of that kind
plan_machine()
{
	header "$1" "$2" | sed 's/^/one /'
	header "$1-full" "$2" | sed 's/^/full /'
}

# plan_once: reads the lines of a scenario's modems; all of them, or with --once the first, and
# the last in every second call, so that all modems have their share
plan_once()
{
	if [[ -z $ONCE ]]; then
		cat
	elif (( $1 % 2 )); then
		sed -n 1p
	else
		sed -n '$p'
	fi
}

plan_make()
{
	local path scenario kernels modems machine roots number=0

	for path in "$TESTS"/scenarios/*.sh; do
		scenario=$(basename "$path" .sh)
		[[ $scenario != lib && $scenario != lib-* ]] || continue
		roots=$(header root "$path")
		if [[ $LEVEL == mm ]]; then
			[[ -n $roots ]] || continue
		else
			[[ -z $roots ]] || continue
		fi
		while read -r kernels modems; do
			for machine in ${roots:-plain}; do
				plan_add "$machine" "$scenario" "$path" "$modems" "$kernels"
			done
		done < <(plan_modems "$path" | plan_once $((number++)))
		for machine in iommu disk kexec; do
			[[ -z $ONCE || $machine != iommu ]] || continue
			while read -r kernels modems; do
				plan_add "$machine" "$scenario" "$path" "$modems" "$kernels"
			done < <(plan_machine "$machine" "$path")
		done
	done
}

# plan_concerns DRIVER KERNEL DRIVERS KERNELS: is an instance with those last words for them?
plan_concerns()
{
	[[ $3 == all || $3 == "$1" ]] || return
	[[ $4 == all || -n $KERNELS_NAMED || ( $4 == one && $2 == "$ONE_KERNEL" ) ]]
}

# plan_wanted_any FOLDER: does the filter leave anything of it?
plan_wanted_any()
{
	local name

	for name in build $(unit_programs "$1"); do
		# shellcheck disable=SC2053 # a pattern
		[[ $1/${name#test_} == $FILTER ]] && return
	done
	return 1
}

# plan_list_quick: those without a machine
plan_list_quick()
{
	local folder name

	for folder in unit host; do
		for name in build $(unit_programs "$folder"); do
			echo "$folder/${name#test_}"
		done
	done
	static_list
	printf '%s\n' "$SPLAT" "$WRONG_USE"
}

plan_list()
{
	local name kernel driver instance words

	if [[ $LEVEL =~ ^(quick|full)$ ]]; then
		while read -r name; do
			# shellcheck disable=SC2053 # a pattern
			[[ $name != $FILTER ]] || echo "$name"
		done < <(plan_list_quick)
	fi
	[[ $LEVEL != quick ]] || return 0
	# shellcheck disable=SC2053 # a pattern
	! peer_wanted || [[ $PEER != $FILTER ]] || echo "$PEER"
	for driver in "${DRIVERS[@]}"; do
		for kernel in "${KERNELS[@]}"; do
			for instance in "${INSTANCES[@]}"; do
				read -ra words <<<"$instance"
				plan_concerns "$driver" "$kernel" "${words[@]:5:2}" || continue
				echo "$kernel $driver ${words[0]} ${words[1]}"
			done
		done
	done
}

# ---- exceptions of the in-tree driver ----
#
# docs/intree-exceptions.md has them as rows of a table:
#
#	| SCENARIO GLOB | KERNELS or all | fails, may fail, may splat or not run | DEFECTS | what |
#
# and its breaches of the protocol as rows that begin with the checker's rule:
#
#	| C84 | DEFECTS | what |

readonly EXCEPTIONS=$CHECKOUT/docs/intree-exceptions.md

# exception DRIVER KERNEL NAME: prints "HOW|DEFECTS" of the first row that fits
exception()
{
	local glob kernels how defects kernel

	[[ $1 == intree && -e $EXCEPTIONS ]] || return 0
	while IFS='|' read -r glob kernels how defects; do
		# shellcheck disable=SC2053 # a pattern
		[[ $3 == $glob ]] || continue
		for kernel in ${kernels//,/ }; do
			if [[ $kernel == all || $kernel == "$2" ]]; then
				printf '%s|%s\n' "$how" "$defects"
				return
			fi
		done
	done < <(sed -nE 's/^\| *`([^`]+)` *\| *([^|]*[^| ]) *\| *(fails|may fail|may splat|not run) *\| *([^|]*[^| ]) *\|.*/\1|\2|\3|\4/p' "$EXCEPTIONS")
}

# breach_known DRIVER RULE
breach_known()
{
	[[ $1 == intree && -e $EXCEPTIONS ]] && grep -qE "^\| *$2 *\|" "$EXCEPTIONS"
}
