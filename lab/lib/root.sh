# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The Debian tree: QEMU, the compilers for the guests' kernels and the guests'
# user space come from it, whatever the host has. One cache item holds
#
#   tree/         the tree itself
#   mnt/          an empty folder to mount it on (enter.sh)
#   guest.erofs   its read-only image for the guests, without the compilers
#
# lab/roots names other user spaces for the guests. Such an item has only its
# guest.erofs; everything on this side stays as it is.

readonly ROOT_SUITE=trixie
readonly ROOT_MORE_SUITES="trixie-updates trixie-backports bookworm"
readonly ROOT_MIB=2560
readonly ROOT_FORMAT=1		# raise it when root_make changes what it makes

readonly GUEST_ROOT_MIB=1536
readonly GUEST_ROOT_FORMAT=1	# the same for guest_root_make

ROOT=				# the item's folder, set by root_have
GUEST_ROOT=			# where the guests' image is, set by guest_root_have

# root_packages [FILE]: without comments
root_packages()
{
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$LAB/${1:-root.packages}"
}

# The machine's own Debian mirror, if its apt knows one.
root_mirror()
{
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' \
			'Created-By: Packages' 2>/dev/null |
		sed -n 's/^Debian|Debian|\(https\?:.*\)/\1/p' | sed -n 1p
}

# What this machine's apt needs to reach a mirror, for the tree's apt.
root_apt_options()
{
	apt-config dump |
		grep -E '^Acquire::(Check-|Retries|[a-z]+::(Proxy|Timeout|CaInfo|Verify))' || :
}

# host_install PACKAGE...: what this machine lacks.
host_install()
{
	(( $# )) || return 0
	command -v apt-get >/dev/null ||
		die "this machine lacks $* and has no apt-get to install them"
	say "installing on this machine: $*"
	attend "$LAB/lib/install.sh" "$@" ||
		die "cannot install $* on this machine"
}

# The host needs little: what makes the tree, and nothing that uses it.
root_host_packages()
{
	local -A package=([mmdebstrap]=mmdebstrap [setpriv]=util-linux
		[unshare]=mount [awk]=mawk)
	local command missing=()

	for command in "${!package[@]}"; do
		command -v "$command" >/dev/null || missing+=("${package[$command]}")
	done
	[[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] ||
		missing+=(debian-archive-keyring)
	host_install "${missing[@]}"
}

# root_bootstrap OUT SUITE PACKAGE,... [OPTION...]: makes OUT/tree by mmdebstrap
root_bootstrap()
{
	local out=$1 suite=$2 packages=$3 mirror dir options=()
	shift 3

	mirror=$(root_mirror)
	root_apt_options >"$out/apt.conf"
	for dir in doc man info locale; do
		options+=(--dpkgopt="path-exclude=/usr/share/$dir/*")
	done
	attend "${JAIL[@]:0:5}" --mount-proc -- \
		mmdebstrap --mode=root --variant=minbase --format=directory \
			--aptopt="$out/apt.conf" --aptopt='APT::Install-Recommends "false"' \
			--dpkgopt=force-unsafe-io "${options[@]}" "$@" \
			--include="$packages" "$suite" "$out/tree" \
			${mirror:+"$mirror"} >"$out/log" 2>&1 </dev/null || {
		grep -E '^(E|Err)[: ]' "$out/log" | tail -n 5 >&2
		die "cannot make the root tree (its suite $suite, mirror ${mirror:-of mmdebstrap})"
	}
	find "$out/tree/dev" -mindepth 1 -xdev -delete
	rm "$out/apt.conf"
}

root_make()
{
	local out=$1 packages

	packages=$(root_packages | sed 's|/.*||' | paste -sd,)
	mkdir "$out/mnt"

	# The other suites are lines like the first one that mmdebstrap wrote.
	cat >"$out/suites" <<-EOF
		set -eu
		list=\$1/etc/apt/sources.list
		first=\$(grep -m1 '^deb .* $ROOT_SUITE ' "\$list")
		for suite in $ROOT_MORE_SUITES; do
			grep -q "^deb .* \$suite " "\$list" ||
				echo "\$first" | sed "s/ $ROOT_SUITE / \$suite /" >>"\$list"
		done
		cp "$out/preferences" "\$1/etc/apt/preferences.d/lab"
	EOF
	{
		printf 'Package: *\nPin: release n=bookworm\nPin-Priority: 50\n'
		root_packages | sed -n \
			's|\(.*\)/\(.*\)|\nPackage: \1\nPin: release n=\2\nPin-Priority: 990|p'
	} >"$out/preferences"
	root_bootstrap "$out" "$ROOT_SUITE" "$packages" \
		--setup-hook="sh '$out/suites' \"\$1\""
	root_make_guest "$out" "$out" --all-root
	rm "$out/suites" "$out/preferences"
}

# The guests' image: not compressed, as unpacking costs more under emulation
# than reading does; without what only this side uses.
#
# root_make_guest ITEM OUT [OPTION...]: OUT/guest.erofs of OUT/tree, by the tools
# in the tree of ITEM
root_make_guest()
{
	local item=$1 out=$2 exclude=() path
	shift 2

	for path in boot dev lab mnt proc run sys tmp usr/include usr/src \
			usr/lib/gcc usr/libexec/gcc usr/lib/llvm.* usr/lib/modules \
			usr/share/qemu usr/share/seabios usr/lib/ipxe usr/share/doc \
			usr/lib/x86_64-linux-gnu/qemu 'usr/bin/qemu-.*' \
			'usr/bin/x86_64-linux-gnu-.*' 'usr/lib/x86_64-linux-gnu/.*\.a' \
			'usr/lib/x86_64-linux-gnu/libLLVM.*' \
			var/cache var/lib/apt var/lib/dpkg var/log; do
		exclude+=("--exclude-regex=^$path(/.*)?\$")
	done
	root_enter "$item" rw "$out" /out ro "$out/tree" /tree -- / \
		mkfs.erofs --quiet -T0 "$@" "${exclude[@]}" \
			/out/guest.erofs /tree >"$out/mkfs.log" 2>&1 || {
		cat "$out/mkfs.log" >&2
		die "cannot make the guests' image"
	}
}

# root_enter ITEM [ro|rw SOURCE TARGET]... -- DIRECTORY COMMAND...
root_enter()
{
	local item=$1

	shift
	jail "$BASH" "$LAB/lib/enter.sh" "$item/tree" "$@"
}

root_have()
{
	local key

	root_host_packages
	key=$( { root_packages; echo "$ROOT_FORMAT $ROOT_SUITE $ROOT_MORE_SUITES"; } |
		sha256sum | cut -c1-12)
	cache_item root "$key" "$ROOT_MIB" "the root tree" root_make
	ROOT=$ITEM
}

# guest_root_line NAME: its line of lab/roots, without comment
guest_root_line()
{
	sed 's/#.*//' "$LAB/roots" | awk -v name="$1" '$1 == name'
}

guest_root_names()
{
	sed 's/#.*//' "$LAB/roots" | awk 'NF { printf "%s%s", sep, $1; sep = ", " }'
}

# guest_root_make SUITE PACKAGES OUT. Its services run as their own users, so the
# files keep their owners.
guest_root_make()
{
	local suite=$1 packages out=$3

	packages=$(root_packages "$2" | paste -sd,)
	root_bootstrap "$out" "$suite" "$packages"
	root_make_guest "$ROOT" "$out"
	rm -rf -- "$out/tree"
}

# guest_root_have [NAME]: sets GUEST_ROOT; without a name it is the tree's own image
guest_root_have()
{
	local suite packages key

	root_have
	GUEST_ROOT=$ROOT
	[[ -n ${1:-} ]] || return 0
	read -r _ suite packages <<<"$(guest_root_line "$1")"
	key=$( { root_packages "$packages"; echo "$GUEST_ROOT_FORMAT $suite"; } |
		sha256sum | cut -c1-12)
	cache_item "guest-$1" "$key" "$GUEST_ROOT_MIB" "the guest's root $1" \
		guest_root_make "$suite" "$packages"
	GUEST_ROOT=$ITEM
}
