# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Builds driver/ for a guest kernel. Kbuild writes beside the sources, and the
# checkout is to stay clean, so a copy in the cache is built: one for each
# checkout and kernel, where make finds what it has built before.

DRIVER_KO=			# set by driver_build

# What was built for checkouts that are no more.
driver_sweep()
{
	local file gone

	for file in "$CACHE"/driver-*/checkout; do
		[[ ! -s $file || -d $(<"$file") ]] && continue
		# A new checkout of that name may begin to build at the same time.
		gone=$(mktemp -d "$CACHE/gone.XXXXXXXX")
		mv -T -- "${file%/*}" "$gone" 2>/dev/null || :
		rm -rf -- "$gone"
	done
}

# driver_build KERNEL-NAME [MAKE-ARGUMENT...]: after kernel_have. With arguments
# all is built anew: a warning is only printed where something is compiled. Always
# with W=1, so that what was looked at for warnings need not be built again.
driver_build()
{
	local name=$1 dir fd key
	shift

	[[ -f $CHECKOUT/driver/Makefile ]] ||
		die "there is no driver/Makefile in $CHECKOUT: --driver ours needs one"
	key=$(sha256sum <<<"$CHECKOUT" | cut -c1-12)
	dir=$CACHE/driver-$key/${KERNEL##*/}
	driver_sweep
	mkdir -p "$dir"
	# Whole or not at all: another lab may be sweeping.
	[[ -s $CACHE/driver-$key/checkout ]] || {
		echo "$CHECKOUT" >"$CACHE/driver-$key/checkout.$$"
		mv -T -- "$CACHE/driver-$key/checkout.$$" "$CACHE/driver-$key/checkout"
	}
	exec {fd}>"$dir.lock"
	lock "$fd" exclusive "the driver for kernel $name"
	(( $# )) && rm -rf -- "$dir" && mkdir "$dir"

	root_enter "$ROOT" rw "$dir" /build ro "$CHECKOUT/driver" /driver -- /build \
		rsync -rc --delete --exclude='.*' --exclude='*.o' --exclude='*.ko' \
			--exclude='*.mod' --exclude='*.mod.c' --exclude='*.order' \
			--exclude='*.symvers' /driver/ /build/ >&2 ||
		die "cannot copy driver/ to $dir"
	# Under the checkout's own name, which the compiler's messages then show.
	root_enter "$ROOT" rw "$dir" "$CHECKOUT/driver" ro "$KERNEL/src" /usr/src \
			-- "$CHECKOUT/driver" \
		make --no-print-directory -j"$(nproc)" KDIR=/usr/src/build W=1 \
			"$@" >"$dir.log" 2>&1 </dev/null || {
		cat "$dir.log" >&2
		die "driver/ does not build for kernel $name"
	}
	DRIVER_KO=$dir/iosm.ko
	DRIVER_LOG=$dir.log
	[[ -f $DRIVER_KO ]] || die "driver/ built without an error but made no iosm.ko"
	# A run keeps a module of its own: the next lab may build here meanwhile.
	if [[ -n $RUN ]]; then
		cp "$DRIVER_KO" "$RUN/iosm.ko"
		DRIVER_KO=$RUN/iosm.ko
	fi
	exec {fd}>&-
}
