# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The job: what the guest is to do, as the files that guest/init reads. It is a
# second archive behind the kernel's initramfs, so it needs no disk.

readonly JOB_COPY_MIB=64	# of a script's own folder; --copy has no limit

# A word for any shell.
job_quote()
{
	printf "'%s' " "${1//\'/\'\\\'\'}"
}

# job_make SHELL SCRIPT [ARGUMENT...]: fills $RUN/job. SHELL is 1 for an
# interactive shell, which has no script.
job_make()
{
	local shell=$1 script=$2 job=$RUN/job name=shell word rows=24 columns=80
	shift 2

	mkdir -p "$job/job/files"
	cp "$LAB/guest/init" "$job/init"
	cp "$LAB/guest/init" "$job/job/init"
	cp -r "$LAB/guest/bin" "$job/job/bin"
	[[ -z $DRIVER_KO ]] || cp "$DRIVER_KO" "$job/job/driver.ko"
	if [[ -n $script ]]; then
		name=${script##*/}
		job_copy_script "$script" "$job/job/files"
	fi
	for word in "${COPY[@]}"; do
		cp -rL -- "$word" "$job/job/files/" || die "cannot copy $word into the guest"
	done
	for word in "$@"; do
		job_quote "$word"
	done >"$job/job/arguments"
	for word in "${ENVIRONMENT[@]}"; do
		printf 'export %s=%s\n' "${word%%=*}" "$(job_quote "${word#*=}")"
	done >"$job/job/environment"
	(( ! shell )) || read -r rows columns < <(stty size)
	cat >"$job/job/settings" <<-EOF
		JOB_SHELL=$shell
		JOB_SCRIPT=$(job_quote "$name")
		JOB_DRIVER=$DRIVER_HOW
		JOB_DRIVER_NAME=$(job_quote "$DRIVER")
		JOB_ROOT=${GUEST_ROOT_NAMES[0]:-}
		JOB_KERNEL=$(job_quote "$KERNEL_NAME")
		JOB_MODEMS=${#MODEM_SOCKET[@]}
		JOB_HOSTNAME=lab-${KERNEL_NAME//./-}
		JOB_LOGLEVEL=$LOGLEVEL
		JOB_TERM=$(job_quote "${TERM:-dumb}")
		JOB_ROWS=$((rows ? rows : 24))
		JOB_COLUMNS=$((columns ? columns : 80))
	EOF
}

# A script is read with what lies beside it: libraries, data.
job_copy_script()
{
	local script=$1 files=$2 dir mib

	if [[ ! -f $script ]]; then
		# A pipe: /dev/stdin, <(...)
		cat -- "$script" >"$files/${script##*/}"
		return
	fi
	dir=$(dirname -- "$script")
	# What cannot be read, as a link that leads nowhere, is not counted.
	mib=$({ du -smLx -- "$dir" 2>/dev/null || :; } | cut -f1)
	if (( ${mib:-0} <= JOB_COPY_MIB )) && [[ $(realpath "$dir") != / ]]; then
		# Sockets, pipes and what cannot be read are of no use there.
		(cd "$dir" && find -L . -type f -readable -print0 2>/dev/null |
			tar -c -h --null -T - 2>/dev/null) | tar -x -C "$files" || :
	fi
	cp -L -- "$script" "$files/"
}
