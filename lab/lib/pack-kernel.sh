#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pack-kernel.sh RELEASE BOOT-MODULES PLAIN-MODULES: runs inside the tree, in a
# folder with modules/RELEASE; makes modules.erofs and initramfs.cpio there.

set -eu

release=$1
boot=$2
plain=$3
modules=modules/$release

for dir in $plain; do
	for path in "$modules"/kernel/$dir; do
		[ -e "$path" ] || continue
		find "$path" -name '*.ko.xz' -exec unxz {} +
	done
done

# depmod wants lib/modules below its base.
mkdir -p base/lib
mv modules base/lib/
depmod -b base "$release"

# The initramfs has just what reaches the images, in the order to load it in.
mkdir -p initramfs/bin initramfs/modules initramfs/proc initramfs/sys initramfs/dev
cp /usr/bin/busybox initramfs/bin/
ln -s busybox initramfs/bin/sh
for module in $boot; do
	modprobe -d base -S "$release" --show-depends "$module"
done | sed -n 's/^insmod //p' | awk '!seen[$1]++ { print $1 }' >list
while read -r path; do
	name=${path##*/}
	case $name in
	*.xz) unxz <"$path" >"initramfs/modules/${name%.xz}" ;;
	*) cp "$path" "initramfs/modules/" ;;
	esac
	echo "${name%.xz}"
done <list >initramfs/modules/order
(cd initramfs && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >initramfs.cpio

mkfs.erofs --quiet -T0 --all-root modules.erofs base/lib/modules
rm -r base initramfs list
