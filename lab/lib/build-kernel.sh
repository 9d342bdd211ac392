#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# build-kernel.sh FRAGMENT: runs inside the tree, in a folder with the unpacked
# package in files/; makes vmlinuz, release, modules/ and src/ there.

set -eu

fragment=$1
jobs=$(nproc)

mkdir -p src/linux
archive=$(echo files/usr/src/linux-source-*.tar.xz)
name=$(basename "$archive" .tar.xz)
# What no x86 machine without screen and sound builds is half of the source; the
# Kconfig files of all are needed nevertheless.
tar -x --strip-components=1 -C src/linux -f "$archive" --anchored \
	--exclude="$name/Documentation/*.rst" --exclude="$name/Documentation/*.yaml" \
	--exclude="$name/tools/testing/*" --exclude="$name/arch/[a-wyz]*.[chS]" \
	--exclude="$name/arch/[a-wyz]*.dts*" --exclude="$name/drivers/gpu/*.[ch]" \
	--exclude="$name/drivers/media/*.[ch]" --exclude="$name/drivers/staging/*.[ch]" \
	--exclude="$name/sound/*.[ch]"
rm -r files
cd src/linux

make -s KCONFIG_ALLCONFIG="$fragment" allnoconfig
lost=$(grep -E '^(# )?CONFIG_' "$fragment" | grep -vxF -f .config || :)
if [ -n "$lost" ]; then
	echo "sanitizer.config: not in the final configuration:"
	# An option that is off may also be one that is not there.
	echo "$lost" | grep -v '^# ' && exit 1
fi
make -s -j"$jobs" bzImage modules
make -s kernelrelease >../../release
make -s INSTALL_MOD_PATH=../.. INSTALL_MOD_STRIP=1 DEPMOD=true modules_install
mv ../../lib/modules ../../modules
rmdir ../../lib
cp arch/x86/boot/bzImage ../../vmlinuz

# Left is what builds a module: headers, scripts and their tools.
find . -path ./scripts -prune -o -path ./tools -prune -o -path ./include -prune -o \
	-path ./arch/x86/include -prune -o -type f \
	! -name 'Makefile*' ! -name 'Kbuild*' ! -name 'Kconfig*' ! -name .config \
	! -name Module.symvers ! -name module.lds -exec rm -f {} +
find tools -name '*.[coa]' -delete
find . -type d -empty -delete
ln -s linux ../build
