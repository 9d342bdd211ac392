#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# start-qemu.sh OPTION...: runs inside the tree, in the run's folder. The job
# becomes an archive behind the kernel's initramfs, then QEMU takes over. When the
# machine is switched on for the second time all that is there.

set -eu

if [ -e job ]; then
	(cd job && find . | cpio -o -H newc --quiet -R 0:0) >job.cpio
	cat /lab/kernel/initramfs.cpio job.cpio >initrd
	rm -r job job.cpio
	for table in table*.asl; do
		[ ! -e "$table" ] || iasl -vs -p "${table%.asl}" "$table" >&2
	done
fi
exec qemu-system-x86_64 "$@"
