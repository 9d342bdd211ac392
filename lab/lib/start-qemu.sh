#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# start-qemu.sh OPTION...: runs inside the tree, in the run's folder. The job
# becomes an archive behind the kernel's initramfs, then QEMU takes over.

set -eu

(cd job && find . | cpio -o -H newc --quiet -R 0:0) >job.cpio
cat /lab/kernel/initramfs.cpio job.cpio >initrd
rm -r job job.cpio
for table in table*.asl; do
	[ ! -e "$table" ] || iasl -vs -p "${table%.asl}" "$table" >&2
done
exec qemu-system-x86_64 "$@"
