# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The cache folder and everything that must not outlive the lab: locks,
# temporary folders, child processes.
#
# An item of the cache is a folder KIND-KEY, where KEY is a hash of all that
# went into it. It is built under a temporary name and renamed when complete,
# so a folder of that name is always whole. Who uses an item holds a shared
# lock on it, who builds or removes it an exclusive one. The locks are flock(2)
# locks: the kernel drops them with their process, a stale one cannot exist.

CACHE=${IOSM_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/iosm-lab}
readonly CACHE
readonly CACHE_KEEP=2		# items of one kind that stay besides the newest

declare -A CHILDREN=()		# process ids; who has waited for one unsets it
SCRATCH=()
TERMINAL_STATE=

# Every way out passes here. The children are killed first, so that nothing
# writes into a folder while it is removed.
cache_clean_up()
{
	local status=$? pid

	set +e
	LEAVING=1
	trap - EXIT
	trap '' INT TERM HUP
	for pid in "${!CHILDREN[@]}"; do
		kill -KILL "$pid" 2>/dev/null
	done
	for pid in "${!CHILDREN[@]}"; do
		wait "$pid" 2>/dev/null
	done
	[[ -n $TERMINAL_STATE ]] && stty "$TERMINAL_STATE"
	# The last of a killed jail may still be on its way out.
	for pid in {1..50}; do
		(( ${#SCRATCH[@]} == 0 )) && break
		rm -rf -- "${SCRATCH[@]}" 2>/dev/null && break
		sleep 0.1
	done
	exit "$status"
}

cache_interrupted()
{
	printf '\n' >&"$REPORT"
	say "interrupted"
	exit "$EXIT_INTERRUPTED"
}

cache_init()
{
	trap cache_clean_up EXIT
	trap cache_interrupted INT TERM HUP
	mkdir -p "$CACHE/locks" 2>/dev/null && [[ -w $CACHE ]] ||
		die "cannot write to the cache folder $CACHE (IOSM_LAB_CACHE names another)"
	scratch_sweep
}

# attend COMMAND...: run it to its end as a child that dies with us. Bash runs
# a trap only between two commands but interrupts a wait for it: a signal to
# the lab is acted upon at once, however long the command would take.
attend()
{
	local pid status=0

	setpriv --pdeathsig KILL "$@" <&0 &
	pid=$!
	CHILDREN[$pid]=1
	reap "$pid" || status=$?
	return "$status"
}

# reap PID: wait for a child; its number may be another's afterwards.
reap()
{
	local status=0

	wait "$1" 2>/dev/null || status=$?
	unset "CHILDREN[$1]"
	return "$status"
}

# jail COMMAND...: the same in mount and PID namespaces of its own. No mount
# can outlive it and no grandchild can escape it.
JAIL=(unshare --mount --pid --fork --kill-child=KILL --)
jail()
{
	attend "${JAIL[@]}" "$@"
}

# scratch VARIABLE: a temporary folder with a short name (a Unix socket's path
# has at most 107 bytes), locked so that a later lab can tell a left one (after
# SIGKILL) from one in use.
scratch()
{
	local -n scratch_dir=$1
	local fd new

	new=$(mktemp -d "${TMPDIR:-/tmp}/iosm-new.XXXXXXXX") ||
		die "cannot make a folder in ${TMPDIR:-/tmp}"
	scratch_dir=${new/iosm-new./iosm-lab.}
	SCRATCH+=("$new" "$scratch_dir")
	exec {fd}>"$new/lock"
	flock -x "$fd"
	# Under this name another lab may look for its lock, so not before now.
	mv -T -- "$new" "$scratch_dir"
}

scratch_sweep()
{
	local dir

	for dir in "${TMPDIR:-/tmp}"/iosm-lab.????????; do
		[[ -O $dir && -f $dir/lock ]] || continue
		flock -n -x "$dir/lock" rm -rf -- "$dir" || :
	done
}

# lock FD shared|exclusive WHAT
lock()
{
	local how=--exclusive

	[[ $2 == shared ]] && how=--shared
	flock -n $how "$1" && return
	say "waiting for another lab that works on $3"
	attend flock $how "$1" || die "cannot lock $3"
}

# need_space MIB FOLDER WHAT
need_space()
{
	local free

	free=$(df -Pk "$2" | awk 'NR == 2 { print int($4 / 1024) }')
	(( free >= $1 )) ||
		die "$3 needs $1 MiB free in $2, which has $free MiB"
}

# cache_item KIND KEY MIB WHAT MAKER [ARG...]: have the item, building it with
# MAKER ARG... FOLDER if need be; ITEM is its folder, held until the lab ends.
cache_item()
{
	local kind=$1 key=$2 mib=$3 what=$4 fd start
	shift 4

	ITEM=$CACHE/$kind-$key
	exec {fd}>>"$CACHE/locks/$kind-$key"
	while lock "$fd" shared "$what"; [[ ! -d $ITEM ]]; do
		lock "$fd" exclusive "$what"
		[[ -d $ITEM ]] && continue
		cache_sweep "$fd"
		need_space "$mib" "$CACHE" "$what"
		say "making $what (once; kept in $CACHE)"
		start=$SECONDS
		local new=$CACHE/new.$kind-$key
		rm -rf -- "$new"
		SCRATCH+=("$new")
		mkdir "$new"
		"$@" "$new"
		mv -T -- "$new" "$ITEM"
		say "made $what in $((SECONDS - start)) s"
		cache_prune "$kind" "$ITEM"
	done
	touch "$ITEM"
}

# Builds that were cut off by SIGKILL or a power loss. Ours is known by its lock.
cache_sweep()
{
	local dir name

	for dir in "$CACHE"/new.*; do
		name=${dir##*/new.}
		[[ -d $dir && ! $CACHE/locks/$name -ef /proc/self/fd/$1 ]] || continue
		flock -n -x "$CACHE/locks/$name" rm -rf -- "$dir" || :
	done
}

# Items that a changed recipe has left behind, oldest use first.
cache_prune()
{
	local dir name age=0

	while read -r dir; do
		[[ $dir == "$2" ]] && continue
		(( age++ < CACHE_KEEP )) && continue
		name=${dir##*/}
		flock -n -x "$CACHE/locks/$name" rm -rf -- "$dir" || :
	done < <(ls -1dt "$CACHE/$1"-* 2>/dev/null)
}
