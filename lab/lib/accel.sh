# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# KVM or TCG. That /dev/kvm exists says little: a nested or broken one can hang
# a kernel where it stands. So KVM must have a processor for it, and must have
# run this guest kernel up to the panic that it comes to without an init.

readonly ACCEL_PROBE_SECONDS=30

# accel_choose: prints the options of QEMU. Uses KERNEL; a PLUGIN wants the translator.
accel_choose()
{
	if [[ -z $PLUGIN ]] && accel_has_kvm; then
		printf '%s\n' -accel kvm -cpu host
	else
		# Enough for Debian's user space, and nothing that costs a
		# translator time: no fifth level of page tables, no protection
		# keys, no vector units wider than the translator's own.
		printf '%s\n' -accel tcg,thread=multi -cpu Nehalem-v1,+rdrand
	fi
}

accel_has_kvm()
{
	local known

	grep -qwE 'vmx|svm' /proc/cpuinfo && [[ -r /dev/kvm && -w /dev/kvm ]] || return 1

	# One probe for a boot of this machine and a guest kernel.
	known=$CACHE/kvm-$(sha256sum /proc/sys/kernel/random/boot_id \
		"$KERNEL/release" | sha256sum | cut -c1-12)
	if [[ ! -e $known ]]; then
		rm -f "$CACHE"/kvm-*
		if accel_probe -accel kvm -cpu host; then
			echo yes >"$known"
		else
			say "KVM does not boot a guest here, using emulation"
			echo no >"$known"
		fi
	fi
	[[ $(<"$known") == yes ]]
}

# accel_probe OPTION...: does a machine with these get to the panic in time?
accel_probe()
{
	root_enter "$ROOT" ro "$KERNEL" /lab/kernel -- / \
		timeout -s KILL "$ACCEL_PROBE_SECONDS" \
		qemu-system-x86_64 "$@" -machine q35 -m 256 -nodefaults -no-user-config \
			-display none -no-reboot -kernel /lab/kernel/vmlinuz \
			-append "panic=-1 quiet" </dev/null >/dev/null 2>&1
}
