#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# enter.sh TREE [ro|rw SOURCE TARGET]... -- DIRECTORY COMMAND...: run COMMAND with
# the tree as its root. Runs as the first process of private mount and PID
# namespaces (jail() in cache.sh), so nothing of this is seen outside.
#
# The root is a tmpfs that holds the tree's /usr and /etc read-only: a mount
# point for any path of the host can be made in it, and nobody can change the
# tree, which several labs share.

set -eu

tree=$1
shift
root=${tree%/*}/mnt

mount -t tmpfs -o mode=755,size=75% lab "$root"
mkdir "$root"/{usr,etc,proc,dev,run,tmp,var,root,sys}
mkdir "$root"/var/tmp
chmod 1777 "$root/tmp" "$root/var/tmp"
ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root"
for dir in usr etc; do
	mount --bind "$tree/$dir" "$root/$dir"
	mount -o remount,bind,ro "$root/$dir"
done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"

while [[ $1 != -- ]]; do
	case $3 in
	/usr/src) ;;
	/usr/* | /etc/*)
		echo "lab: error: $3 cannot be shown in the tree, which has its own /usr and /etc" >&2
		exit 125
		;;
	esac
	if [[ -d $2 ]]; then
		mkdir -p "$root$3"
	else
		mkdir -p "$root${3%/*}"
		: >"$root$3"
	fi
	mount --bind "$2" "$root$3"
	[[ $1 == ro ]] && mount -o remount,bind,ro "$root$3"
	shift 3
done
directory=$2
shift 2

# This shell stays as the first process: one that is made that by exec would
# lose the default action of every signal, abort(3) included.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root TMPDIR=/tmp LC_ALL=C.UTF-8
trap : INT
chroot "$root" /usr/bin/env -C "$directory" -- "$@" && status=0 || status=$?
exit "$status"
