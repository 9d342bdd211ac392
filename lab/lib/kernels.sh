# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The guest kernels. One cache item for each name in lab/kernels:
#
#   vmlinuz          what QEMU boots
#   release          its release, as of uname -r
#   initramfs.cpio   busybox and the modules that reach the images
#   modules.erofs    lib/modules of that kernel
#   src/             headers, as /usr/src of who builds a module
#
# Debian's packages are unpacked, not installed: their dependencies (an
# initramfs generator above all) are of no use here.

readonly KERNEL_FORMAT=1	# raise it when kernel_make changes what it makes
readonly KERNEL_MIB=1536
readonly KERNEL_SOURCE_MIB=6144

# What the initramfs loads before it has the images (guest/init does it).
readonly KERNEL_BOOT_MODULES="virtio_pci virtio_blk virtio_console erofs overlay"

# Unpacked in the image, where each is loaded often and xz is slow to emulate.
readonly KERNEL_PLAIN_MODULES="drivers/net/wwan drivers/net/veth* \
	drivers/net/dummy* drivers/net/tun* drivers/gnss drivers/misc/lkdtm \
	drivers/pci net/core net/netlink net/packet net/sched net/ipv4 net/ipv6 \
	net/devlink net/psample lib crypto"

KERNEL=				# the item's folder, set by kernel_have
KERNEL_RELEASE=

# kernel_line NAME: its line of lab/kernels, without comment
kernel_line()
{
	sed 's/#.*//' "$LAB/kernels" | awk -v name="$1" '$1 == name'
}

kernel_names()
{
	sed 's/#.*//' "$LAB/kernels" | awk 'NF { printf "%s%s", sep, $1; sep = ", " }'
}

# An apt of our own over the tree's sources: the names come from the archive as
# it is now, not as it was when the tree was made.
kernel_apt_prepare()
{
	local dir=$CACHE/apt key=$ROOT/tree/usr/share/keyrings/debian-archive-keyring

	[[ -e $key.gpg ]] && key+=.gpg || key+=.pgp
	mkdir -p "$dir"/{lists/partial,archives/partial}
	: >"$dir/status"
	sed -E "s|^deb (\[[^]]*\] )?|deb [signed-by=$key] |" \
		"$ROOT/tree/etc/apt/sources.list" >"$dir/sources.list"
	{
		root_apt_options
		cat <<-EOF
			Dir::State "$dir";
			Dir::State::Lists "$dir/lists";
			Dir::State::status "$dir/status";
			Dir::Cache "$dir";
			Dir::Etc::SourceList "$dir/sources.list";
			Dir::Etc::SourceParts "/dev/null";
			Dir::Etc::Preferences "/dev/null";
			Dir::Etc::PreferencesParts "/dev/null";
			APT::Architecture "amd64";
			APT::Architectures { "amd64"; };
			APT::Sandbox::User "root";
		EOF
	} >"$dir/apt.conf"
	APT_CONFIG=$dir/apt.conf attend apt-get update -qq >&2 ||
		die "cannot read the archive's package lists"
}

# kernel_fetch FOLDER PACKAGE/SUITE...
kernel_fetch()
{
	local folder=$1

	shift
	mkdir -p "$folder"
	APT_CONFIG=$CACHE/apt/apt.conf attend \
		env -C "$folder" apt-get download -qq "$@" >&2 ||
		die "cannot fetch $*"
}

# kernel_packages VERSION: of all builds of that version the newest, each
# package that a machine with that kernel and its headers has.
kernel_packages()
{
	local version=$1 names release

	names=$(APT_CONFIG=$CACHE/apt/apt.conf apt-cache pkgnames linux-)
	release=$(grep -E "^linux-image-${version//./\\.}\.[0-9.]+(-[0-9]+|\+deb[0-9]+|~[^-]*)?-amd64$" \
		<<<"$names" | sed 's/^linux-image-//' | sort -V | tail -n 1)
	[[ -n $release ]] || return 1
	KERNEL_RELEASE=$release
	grep -xF -e "linux-image-$release" -e "linux-modules-$release" \
		-e "linux-binary-$release" -e "linux-base-$release" \
		-e "linux-headers-$release" -e "linux-headers-${release%-amd64}-common" \
		-e "linux-kbuild-${release%-amd64}" -e "linux-kbuild-$version" <<<"$names"
}

kernel_make_package()
{
	local version=$1 suite=$2 out=$3 packages deb link

	kernel_apt_prepare
	# Not in a subshell of its own: it sets KERNEL_RELEASE.
	kernel_packages "$version" >"$out/packages" ||
		die "the archive has no kernel $version"
	mapfile -t packages < <(sed "s|\$|/$suite|" "$out/packages")
	kernel_fetch "$out/deb" "${packages[@]}"
	mkdir "$out/files"
	for deb in "$out"/deb/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -C "$out/files" -x --exclude './usr/share/doc/*' \
				--exclude '*/kernel/sound/*' \
				--exclude '*/kernel/drivers/gpu/*' \
				--exclude '*/kernel/drivers/media/*' ||
			die "cannot unpack ${deb##*/}"
	done
	rm -r "$out/deb"

	# From 7.3 on the image lies with its modules; /lib moved before that.
	mkdir -p "$out/modules"
	if [[ -d $out/files/usr/lib/modules ]]; then
		mv "$out/files/usr/lib/modules/$KERNEL_RELEASE" "$out/modules/"
	else
		mv "$out/files/lib/modules/$KERNEL_RELEASE" "$out/modules/"
	fi
	if [[ -e $out/files/boot/vmlinuz-$KERNEL_RELEASE ]]; then
		mv "$out/files/boot/vmlinuz-$KERNEL_RELEASE" "$out/vmlinuz"
	else
		mv "$out/modules/$KERNEL_RELEASE/vmlinuz" "$out/vmlinuz"
	fi

	# The headers lean on /usr/lib/linux-kbuild-*; with that beside them one
	# mount on /usr/src is enough.
	mv "$out/files/usr/src" "$out/src"
	rm -f "$out"/src/linux-kbuild-*
	mv "$out"/files/usr/lib/linux-kbuild-* "$out/src/"
	while read -r link; do
		ln -sfn "$(readlink "$link" | sed 's|.*/\(linux-kbuild-\)|../\1|')" "$link"
	done < <(find "$out/src" -type l -lname '*lib/linux-kbuild-*')
	rm -r "$out/files" "$out/packages"
	ln -s "linux-headers-$KERNEL_RELEASE" "$out/src/build"
	kernel_pack "$out"
}

# kernel_make_source VERSION SUITE OUT: Debian's source with sanitizer.config
kernel_make_source()
{
	local version=$1 suite=$2 out=$3

	kernel_apt_prepare
	kernel_fetch "$out/deb" "linux-source-$version/$suite"
	mkdir "$out/files"
	dpkg-deb --fsys-tarfile "$out"/deb/*.deb | tar -C "$out/files" -x ./usr/src ||
		die "cannot unpack linux-source-$version"
	rm -r "$out/deb"
	say "building kernel $version with sanitizers takes 10 minutes of two processors"
	root_enter "$ROOT" rw "$out" /out ro "$LAB" /lab/lab -- /out \
		nice -n 5 sh -eu /lab/lab/lib/build-kernel.sh /lab/lab/sanitizer.config \
			</dev/null >"$out/build.log" 2>&1 || {
		tail -n 20 "$out/build.log" >&2
		die "cannot build kernel $version with sanitizers"
	}
	KERNEL_RELEASE=$(<"$out/release")
	kernel_pack "$out"
}

# What every kernel needs besides its modules/RELEASE, vmlinuz and src: the
# module image and the initramfs.
kernel_pack()
{
	local out=$1

	echo "$KERNEL_RELEASE" >"$out/release"
	rm -f "$out/modules/$KERNEL_RELEASE"/{build,source}
	root_enter "$ROOT" rw "$out" /out ro "$LAB/lib" /lab/lib -- /out \
		sh -eu /lab/lib/pack-kernel.sh "$KERNEL_RELEASE" \
			"$KERNEL_BOOT_MODULES" "$KERNEL_PLAIN_MODULES" >&2 ||
		die "cannot pack the modules of kernel $KERNEL_RELEASE"
	rm -rf "$out/modules"
}

# kernel_have NAME: sets KERNEL and KERNEL_RELEASE
kernel_have()
{
	local line kind version suite key

	line=$(kernel_line "$1")
	[[ -n $line ]] || usage_error "unknown kernel '$1': there are $(kernel_names)"
	read -r _ kind version suite <<<"$line"
	root_have
	case $kind in
	package)
		key=$( { echo "$KERNEL_FORMAT $line"; cat "$LAB/lib/pack-kernel.sh"; } |
			sha256sum | cut -c1-12)
		cache_item "kernel-$1" "$key" "$KERNEL_MIB" "kernel $1" \
			kernel_make_package "$version" "$suite"
		;;
	source)
		key=$( { echo "$KERNEL_FORMAT $line"
			cat "$LAB"/lib/{pack,build}-kernel.sh "$LAB/sanitizer.config"; } |
			sha256sum | cut -c1-12)
		cache_item "kernel-$1" "$key" "$KERNEL_SOURCE_MIB" "kernel $1" \
			kernel_make_source "$version" "$suite"
		;;
	*)
		die "lab/kernels: '$kind' is no way to get a kernel"
		;;
	esac
	KERNEL=$ITEM
	KERNEL_RELEASE=$(<"$KERNEL/release")
}
