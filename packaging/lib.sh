# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What install and uninstall share: DKMS' idea of us, which module a kernel
# would load, and the copies of it that an initramfs holds.

readonly MODULE=iosm

say()
{
	printf 'iosm: %s\n' "$*"
}

die()
{
	printf 'iosm: error: %s\n' "$*" >&2
	exit 1
}

# become_root PROGRAM ARGUMENT...
become_root()
{
	(( EUID == 0 )) && return
	command -v sudo >/dev/null || die "this needs root: run ${1##*/} as root"
	say "this needs root: going on with sudo"
	exec sudo -- "$@"
}

# "VERSION KERNEL STATE" of each of ours that DKMS knows; KERNEL is "-" where it
# is only added. Both of dkms' formats:
#   iosm/1.0, 6.12.1-amd64, x86_64: installed (...)    iosm/1.0: added
#   iosm, 1.0, 6.1.0-amd64, x86_64: installed          iosm, 1.0: added
dkms_status()
{
	command -v dkms >/dev/null || return 0
	dkms status -m "$MODULE" 2>/dev/null | sed -nE \
		-e "s!^$MODULE(/|, )([^,:]+), ([^,]+), [^:]+: *([a-z]+).*!\2 \3 \4!p" -e t \
		-e "s!^$MODULE(/|, )([^,:]+): *([a-z]+).*!\2 - \3!p"
}

dkms_versions()
{
	dkms_status | cut -d' ' -f1 | sort -u
}

# dkms_remove VERSION: from all kernels, and the sources that install put there
dkms_remove()
{
	dkms remove "$MODULE/$1" --all >/dev/null 2>&1 || :
	! dkms_versions | grep -qxF -e "$1" || die "DKMS does not remove $MODULE/$1"
	rm -rf -- "/usr/src/$MODULE-$1"
}

# module_path KERNEL: the file that modprobe would load, or nothing
module_path()
{
	modinfo -k "$1" -n "$MODULE" 2>/dev/null || :
}

# initramfs_refresh KERNEL: an initramfs with a copy of the module gets the
# current one.
initramfs_refresh()
{
	local image=/boot/initrd.img-$1

	if command -v update-initramfs >/dev/null && [[ -e $image ]]; then
		lsinitramfs "$image" 2>/dev/null | grep "/$MODULE\.ko" >/dev/null || return 0
		say "the initramfs of $1 holds the module: making it again"
		update-initramfs -u -k "$1" >/dev/null || die "update-initramfs failed for $1"
		return
	fi
	image=/boot/initramfs-$1.img
	if command -v dracut >/dev/null && [[ -e $image ]]; then
		lsinitrd "$image" 2>/dev/null | grep "/$MODULE\.ko" >/dev/null || return 0
		say "the initramfs of $1 holds the module: making it again"
		dracut --force "$image" "$1" >/dev/null 2>&1 || die "dracut failed for $1"
	fi
}

# loaded_is FILE: is the module that runs the one in the file?
loaded_is()
{
	[[ $(cat "/sys/module/$MODULE/srcversion" 2>/dev/null) == "$(modinfo -F srcversion "$1")" ]]
}
