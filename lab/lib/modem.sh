# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The virtual modems of a run: ours, started here, or a socket that somebody
# else serves. Of such a one nothing is known but the socket.

readonly MODEM_START_SECONDS=10
readonly MODEM_STOP_SECONDS=10

MODEM_SOCKET=()			# each modem's vfio-user socket
MODEM_CONTROL=()		# its control socket, or ""
MODEM_PID=()			# its process, or "" if it is not ours
MODEM_LOG=()
MODEM_WORDS=()			# and what it was started with

# Builds vmodem as the user who owns the checkout, whoever runs the lab.
modem_build()
{
	local dir=$CHECKOUT/vmodem fd log=$RUN/vmodem-build.log as=()

	[[ -f $dir/Makefile ]] || {
		[[ -x $dir/vmodem ]] && return
		die "there is no vmodem/Makefile in $CHECKOUT: --modem needs one"
	}
	modem_host_packages
	(( EUID == 0 )) && [[ $(stat -c %u "$dir") != 0 ]] &&
		as=(--reuid "$(stat -c %u "$dir")" --regid "$(stat -c %g "$dir")" --clear-groups)
	exec {fd}>>"$CACHE/locks/vmodem"
	lock "$fd" exclusive "the virtual modem"
	attend setpriv "${as[@]}" make -C "$dir" -j"$(nproc)" >"$log" 2>&1 </dev/null || {
		cat "$log" >&2
		die "vmodem/ does not build"
	}
	exec {fd}>&-
	[[ -x $dir/vmodem ]] || die "vmodem/ built without an error but made no vmodem"
}

modem_host_packages()
{
	local missing=()

	command -v make >/dev/null || missing+=(make)
	command -v cc >/dev/null || missing+=(gcc libc6-dev)
	command -v pkg-config >/dev/null || missing+=(pkgconf)
	# Older releases of the one do not bring the other, which it needs.
	pkg-config --exists slirp 2>/dev/null || missing+=(libslirp-dev libglib2.0-dev)
	[[ -e /usr/include/openssl/sha.h ]] || missing+=(libssl-dev)
	host_install "${missing[@]}"
}

# modem_start INDEX ARGUMENTS
modem_start()
{
	local index=$1 dir=$RUN/m$1 log=$LOGS/modem$1.log words
	local deadline=$((SECONDS + MODEM_START_SECONDS)) gone

	[[ -n ${MODEM_PID[index]:-} ]] || : >"$log"
	mkdir -p "$dir"
	MODEM_WORDS[index]=$2
	read -ra words <<<"$2"
	if [[ $2 != *--trace* && -n $KEEP_LOGS ]]; then
		"$CHECKOUT/vmodem/vmodem" --help 2>&1 | grep -q -e --trace &&
			words+=(--trace "$LOGS/modem$index.trace")
	fi
	# The modem alone holds the writing end: its end is the end of that file.
	exec {gone}> >(cat >/dev/null; echo "modem $index" >&"$EVENTS")
	setpriv --pdeathsig KILL "$CHECKOUT/vmodem/vmodem" --socket "$dir/vfio" \
		--control "$dir/control" "${words[@]}" \
		</dev/null >>"$log" 2>&1 {EVENTS}>&- &
	MODEM_PID[index]=$!
	CHILDREN[$!]=1
	exec {gone}>&-
	MODEM_LOG[index]=$log
	MODEM_SOCKET[index]=$dir/vfio
	MODEM_CONTROL[index]=$dir/control
	until [[ -S $dir/vfio && -S $dir/control ]]; do
		kill -0 "${MODEM_PID[index]}" 2>/dev/null || {
			tail -n 5 "$log" >&2
			die "$EXIT_MODEM_DIED" "the virtual modem $index ended at its start: vmodem $2"
		}
		(( SECONDS < deadline )) ||
			die "$EXIT_MODEM_DIED" "the virtual modem $index opens no socket within $MODEM_START_SECONDS s"
		sleep 0.02
	done
}

# modem_restart INDEX: after its process has died
modem_restart()
{
	reap "${MODEM_PID[$1]}" || :
	rm -f "${MODEM_SOCKET[$1]}" "${MODEM_CONTROL[$1]}"
	modem_start "$1" "${MODEM_WORDS[$1]}"
}

# modem_attach INDEX PATH [CONTROL]: somebody else's
modem_attach()
{
	[[ -e $2 ]] || die "there is no modem socket $2"
	[[ -S $2 ]] || die "$2 is not a socket"
	MODEM_PID[$1]=
	MODEM_LOG[$1]=
	MODEM_SOCKET[$1]=$(realpath -- "$2")
	MODEM_CONTROL[$1]=
	if [[ -n $3 ]]; then
		[[ -S $3 ]] || die "there is no modem control socket $3"
		MODEM_CONTROL[$1]=$(realpath -- "$3")
	fi
}

# modem_stop: ends ours and reads what their checkers say. Returns 0 if none
# complains; prints each breach.
modem_stop()
{
	local index pid breaches=0 status

	for index in "${!MODEM_PID[@]}"; do
		pid=${MODEM_PID[index]}
		[[ -n $pid ]] || continue
		kill -TERM "$pid" 2>/dev/null || :
		modem_wait "$index" && status=0 || status=$?
		# One that was killed before it could not say so in the end.
		(( status )) || ! grep -qa '^vmodem: breach ' "${MODEM_LOG[index]}" || status=3
		case $status in
		0)
			;;
		3)
			breaches=1
			say "modem $index: $(grep -a '^vmodem: checker: ' "${MODEM_LOG[index]}" | tail -n 1)"
			grep -a '^vmodem: breach ' "${MODEM_LOG[index]}" | head -n 50 >&2 || :
			;;
		*)
			tail -n 20 "${MODEM_LOG[index]}" >&2
			say "modem $index ended with status $status"
			return "$EXIT_MODEM_DIED"
			;;
		esac
	done
	(( breaches == 0 )) || return "$EXIT_BREACHES"
}

# A modem that does not heed SIGTERM is killed after a while.
modem_wait()
{
	local event deadline=$((SECONDS + MODEM_STOP_SECONDS))

	while event=; kill -0 "${MODEM_PID[$1]}" 2>/dev/null; do
		if (( SECONDS >= deadline )); then
			say "modem $1 does not end on SIGTERM"
			kill -KILL "${MODEM_PID[$1]}" 2>/dev/null || :
			break
		fi
		read -r -t 1 -u "$EVENTS" event || :
		[[ $event == "modem $1" ]] && break
	done
	reap "${MODEM_PID[$1]}"
}
