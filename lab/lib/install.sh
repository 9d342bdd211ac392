#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# install.sh PACKAGE...: gets them from this machine's apt, as root. Labs and tests
# that start together on a new machine may lack the same: one at a time, as apt
# refuses who comes second.

set -eu

exec 9</var/cache/apt
flock 9

get()
{
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@" 9<&-
}

get install -y --no-install-recommends "$@" >/dev/null 2>&1 && exit
{
	get update
	get install -y --no-install-recommends "$@"
} >&2
