# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Scenarios in machines. All scenarios of one kernel, driver and kind of machine share a
# boot, and the modems that they need are all in it. tests/guest/suite.sh runs them there
# and says what happens in lines that are read here as they come.

readonly GUEST=$BUILD/guest
readonly BOOT_SPARE=180		# seconds of a boot that are no scenario's
readonly HANG_SECONDS=90	# after its limit a scenario is ended; so long may that take

# machine_kinds [DRIVER KERNEL]: those that the plan has, for these, once each
machine_kinds()
{
	local words instance

	for instance in "${INSTANCES[@]}"; do
		read -ra words <<<"$instance"
		! (( $# )) || plan_concerns "$@" "${words[@]:5:2}" || continue
		echo "${words[0]}"
	done | sort -ru
}

# Every other kind is the name of a guest's root.
machine_kind_is_root()
{
	[[ ! $1 =~ ^(plain|iommu|disk|kexec)$ ]]
}

machine_run_all()
{
	local kernel driver kind share boots=() boot running=0

	if (( ${#INSTANCES[@]} == 0 )); then
		peer_run
		return
	fi
	mkdir -p "$CHECKOUT/build" "$GUEST"
	result_command_quiet "guest/build" in_root make --no-print-directory -s \
		-C "$TESTS/guest" "BUILD=$GUEST" || return 0
	machine_prepare
	# The long ones first, so that the last does not run alone for long.
	boots=(peer)
	for kind in $(machine_kinds); do
		for driver in "${DRIVERS[@]}"; do
			for kernel in "${KERNELS[@]}"; do
				for share in $(machine_shares "$driver" "$kernel" "$kind"); do
					boots+=("$kernel $driver $kind $share")
				done
			done
		done
	done
	for boot in "${boots[@]}"; do
		(( running < JOBS )) || machine_wait
		case $boot in
		peer)
			( trap - EXIT ALRM; peer_run ) &
			;;
		*)
			# shellcheck disable=SC2086 # four words
			machine_boot $boot &
			;;
		esac
		MACHINES[$!]=$boot
		CHILDREN+=("$!")
		running=$((running + 1))
	done
	while (( running )); do
		machine_wait
	done
}

declare -A MACHINES=()		# what runs in which process

# machine_wait: for the next one to end; what went wrong in it but in no test is a failure
machine_wait()
{
	local pid status=0

	wait -n -p pid "${!MACHINES[@]}" || status=$?
	(( status == 0 )) ||
		result fail "${MACHINES[$pid]} runner" "" "exit status $status" </dev/null
	unset "MACHINES[$pid]"
	running=$((running - 1))
}

# A failure here concerns all scenarios, a success is no test.
result_command_quiet()
{
	local name=$1 log=$LOGS/${1//\//-}.log
	shift

	run_child "$@" >"$log" 2>&1 </dev/null && return
	result fail "$name" "" "exit status $?" < <(tail -n 40 "$log")
	return 1
}

# What every machine needs is made once, not by two labs that wait for each other, and
# not in the time of a boot.
machine_prepare()
{
	local kernel kind words=()

	for kernel in "${KERNELS[@]}"; do
		words+=(--kernel "$kernel")
	done
	for kind in $(machine_kinds); do
		machine_kind_is_root "$kind" && words+=(--root "$kind")
	done
	result_command_quiet "lab/prepare" "$CHECKOUT/lab/lab" prepare "${words[@]}" || exit 1
	[[ " ${DRIVERS[*]} " == *" ours "* ]] || return 0
	for kernel in "${KERNELS[@]}"; do
		result_command_quiet "lab/build-driver-$kernel" "$CHECKOUT/lab/lab" \
			build-driver --kernel "$kernel" || exit 1
	done
}

# machine_slow KERNEL: how many times as long everything may take
machine_slow()
{
	if [[ -n $SLOW ]]; then
		echo "$SLOW"
	elif [[ $1 == sanitizer ]]; then
		echo 4
	else
		echo 1
	fi
}

# machine_shares DRIVER KERNEL KIND: where one machine would take much longer than the others,
# two share its scenarios; "0/1" is all, "1/2" every second one
machine_shares()
{
	machine_kinds "$1" "$2" | grep -qx "$3" || return 0
	if [[ $2 == sanitizer || ( $2 == "$ONE_KERNEL" && -z $KERNELS_NAMED ) ]] && [[ $3 == plain ]]; then
		echo 0/2 1/2
	else
		echo 0/1
	fi
}

# machine_boot KERNEL DRIVER KIND SHARE: all scenarios of it. A machine that dies takes the
# scenario that ran with it; those behind it get another machine.
machine_boot()
{
	local kernel=$1 driver=$2 kind=$3 share=${4%/*} shares=${4#*/} number=0
	local prefix="$1 $2" where=$1-$2-$3 slow
	local -A index=() pending=() limits=() job=()
	local words name options=() order=() how lab MODEM_ORDER=() modem

	trap - EXIT ALRM
	trap 'kill -TERM "$lab" 2>/dev/null; wait "$lab" 2>/dev/null; exit 130' INT TERM HUP
	slow=$(machine_slow "$kernel")
	[[ $kind == plain ]] || prefix+=" $kind"
	(( shares == 1 )) || where+=-$share
	while read -ra words; do
		[[ ${words[0]} == "$kind" ]] || continue
		plan_concerns "$driver" "$kernel" "${words[@]:5:2}" || continue
		(( number++ % shares == share )) || continue
		name=${words[1]}
		how=$(exception "$driver" "$kernel" "$name")
		if [[ $how == "not run|"* ]]; then
			result skip "$prefix $name" "" "not run, known: ${how#*|}" </dev/null
			continue
		fi
		machine_modems "${words[4]}"
		limits[$name]=$((words[3] * slow))
		job[$name]="$name:${words[2]}:${limits[$name]}:$MODEM_NUMBERS"
		pending[$name]=1
		order+=("$name")
	done < <(printf '%s\n' "${INSTANCES[@]}")
	for modem in "${MODEM_ORDER[@]}"; do
		options+=(--modem "$(plan_modem "$modem")")
	done
	case $kind in
	iommu) options+=(--iommu --acpi-table "$TESTS/platform.asl") ;;
	disk) options+=(--disk 1024) ;;
	kexec) options+=(--kexec) ;;
	esac
	! machine_kind_is_root "$kind" || options+=(--root "$kind")
	number=1
	while (( ${#pending[@]} )); do
		machine_round "$where$( (( number == 1 )) || echo "-$number")"
		number=$((number + 1))
	done
}

# machine_round WHERE: one machine with what is pending; what ran is no more
machine_round()
{
	local where=$1 name limit=$((BOOT_SPARE * slow)) jobs=() status=0 RUNNING='' HUNG='' EXCUSED=''

	for name in "${order[@]}"; do
		[[ -n ${pending[$name]:-} ]] || continue
		jobs+=("${job[$name]}")
		limit=$((limit + limits[$name]))
	done
	rm -rf -- "${LOGS:?}/$where"
	mkdir -p "$LOGS/$where"
	mkfifo "$SCRATCH/$where"
	"$CHECKOUT/lab/lab" run --kernel "$kernel" --driver "$driver" --keep-going \
		--timeout "$limit" --logs "$LOGS/$where" "${options[@]}" \
		--copy "$TESTS/scenarios" --copy "$GUEST" --env "SLOW=$slow" "${ENVIRONMENT[@]}" \
		"$TESTS/guest/suite.sh" "${jobs[@]}" \
		>"$SCRATCH/$where" 2>"$LOGS/$where/lab.log" </dev/null &
	lab=$!
	machine_read "$prefix" "$kernel" "$driver" "$where" <"$SCRATCH/$where"
	wait "$lab" || status=$?
	machine_end "$prefix" "$where" "$status"
}

# machine_modems NAME[+NAME...]: sets MODEM_NUMBERS, adds to MODEM_ORDER what is new
machine_modems()
{
	local modem

	MODEM_NUMBERS=
	for modem in ${1//+/ }; do
		if [[ -z ${index[$modem]:-} ]]; then
			index[$modem]=${#MODEM_ORDER[@]}
			MODEM_ORDER+=("$modem")
		fi
		MODEM_NUMBERS+=${MODEM_NUMBERS:+,}${index[$modem]}
	done
}

# machine_read PREFIX KERNEL DRIVER WHERE: the guest's lines, each test's result as it ends
machine_read()
{
	local line name='' text='' breaches='' word deadline=$((SECONDS + BOOT_SPARE * slow)) left status=0

	# A machine that only spins would take the time of all that is left.
	while true; do
		left=$((deadline - SECONDS))
		IFS= read -r -t "$((left > 0 ? left : 1))" line || status=$?
		(( status == 0 )) || break
		printf '%s\n' "$line" >>"$LOGS/$4/output"
		case $line in
		"@begin "*)
			name=${line#@begin }
			text='' breaches=''
			deadline=$((SECONDS + limits[$name] + HANG_SECONDS * slow))
			;;
		"@breach "*)
			read -ra word <<<"$line"
			breach_known "$3" "${word[2]}" || breaches+="${line#@}"$'\n'
			;;
		"@end "*)
			read -ra word <<<"$line"
			machine_judge "$1" "$2" "$3" "$4" "${word[1]}" "${word[2]}" "${word[3]}" \
				"$text" "$breaches"
			unset "pending[${word[1]}]"
			name=
			deadline=$((SECONDS + HANG_SECONDS * slow))
			;;
		*)
			text+=$line$'\n'
			;;
		esac
	done
	RUNNING=$name
	# Above 128: the time was over. Else the lab closed its end.
	(( status <= 128 )) || {
		HUNG=1
		kill -TERM "$lab" 2>/dev/null || :
	}
}

# What the console says between the two marks of a scenario.
machine_splats()
{
	local console=$LOGS/$1/console.log name=$2 _

	for _ in {1..20}; do
		grep -aqF "lab: @end $name" "$console" && break
		sleep 0.1
	done
	awk -v begin="lab: @begin $name" -v end="lab: @end $name" '
		index($0, end) && substr($0, index($0, end)) ~ (end "\r?$") { exit }
		on
		index($0, begin) && substr($0, index($0, begin)) ~ (begin "\r?$") { on = 1 }
	' "$console" >"$SCRATCH/$1.segment"
	splat_report "$SCRATCH/$1.segment"
}

# machine_judge PREFIX KERNEL DRIVER WHERE NAME STATUS SECONDS TEXT BREACHES
machine_judge()
{
	local name=$5 status=$6 text=$8 trouble='' splats how reason verdict

	if [[ $text == *"1..0 # SKIP"* && $status == 0 ]]; then
		reason=${text##*# SKIP }
		result skip "$1 $name" "$7" "${reason%%$'\n'*}" </dev/null
		return
	fi
	trouble=$(tap_trouble "$status" <<<"$text")
	splats=$(machine_splats "$4" "$name")
	[[ -z $splats ]] || trouble+=$'\n'"the kernel complains:"$'\n'"$splats"
	[[ -z $9 ]] || trouble+=$'\n'"the modem's checker complains:"$'\n'"$9"
	how=$(exception "$3" "$2" "$name")
	verdict=pass
	[[ -z $trouble ]] || verdict=fail
	case $verdict:$how in
	pass: | "pass:may fail|"* | "pass:may splat|"*)
		result pass "$1 $name" "$7" </dev/null
		;;
	fail:)
		result fail "$1 $name" "$7" <<<"${trouble#$'\n'}"
		;;
	"fail:fails|"* | "fail:may fail|"* | "fail:may splat|"*)
		if [[ -n $splats && $how != "may splat|"* ]]; then
			result fail "$1 $name" "$7" <<<"${trouble#$'\n'}"
			return
		fi
		EXCUSED=1
		result skip "$1 $name" "$7" "fails as known: ${how#*|}" </dev/null
		;;
	"pass:fails|"*)
		result fail "$1 $name" "$7" <<<"it passes, but docs/intree-exceptions.md says it fails: ${how#*|}"
		;;
	esac
}

# tap_trouble STATUS: reads TAP; prints what is wrong with it, nothing if it is well
tap_trouble()
{
	awk -v status="$1" '
		/^ok / { count++ }
		/^not ok / { count++; failed++; detail = 1; print; next }
		/^1\.\.[0-9]+/ { plan = substr($0, 4) + 0; planned = 1; next }
		/^# / && detail { print; next }
		/^# the scenario ended early/ { print }
		{ detail = 0; if ($0 !~ /^(ok |# )/) other = other $0 "\n" }
		END {
			if (planned && plan != count) {
				printf "%d results, but the plan says %d\n", count, plan
				failed++
			}
			if (!planned) {
				print "no plan: the scenario did not come to its end, status " status
				failed++
			}
			if (planned && !count) { print "no result"; failed++ }
			if (status && !failed) print "exit status " status
			if (failed) printf "%s", other
		}'
}

# machine_end PREFIX WHERE STATUS: of the lab. The scenario that ran when the machine ended
# has failed; if none ran, there is nothing to be had from another machine.
machine_end()
{
	local name why how=''

	case $3 in
	0) why="the machine ended" ;;
	96) why="the machine died" ;;
	97) why="a modem ended" ;;
	98) why="a modem's checker complains" ;;
	99) why="kernel splat" ;;
	124) why="time-out" ;;
	*) why="lab status $3" ;;
	esac
	[[ -z $HUNG ]] || why="the machine hung"
	if [[ -n $RUNNING ]]; then
		unset "pending[$RUNNING]"
		how=$(exception "$driver" "$kernel" "$RUNNING")
		# A machine that died, or stopped at a splat, is excused only where the row says so.
		[[ ! $3 =~ ^(96|99)$ || $how == "may splat|"* ]] || how=
		if [[ -n $how ]]; then
			EXCUSED=1
			result skip "$1 $RUNNING" "" "$why while it ran, as known: ${how#*|}" </dev/null
		else
			result fail "$1 $RUNNING" "" "$why while it ran" < <(tail -n 60 "$LOGS/$2/lab.log")
		fi
	else
		for name in "${!pending[@]}"; do
			result fail "$1 $name" "" "not run: $why before" </dev/null
		done
		pending=()
	fi
	if [[ $3 == 0 || -n $EXCUSED ]]; then
		result pass "$1 machine" "" </dev/null
	else
		result fail "$1 machine" "" "$why" < <(tail -n 60 "$LOGS/$2/lab.log")
	fi
}
