#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# known.sh: in the guest of bench/check-profile: cases whose instructions are known.

cd "${0%/*}" || exit
# shellcheck source=measure.sh
. ./measure.sh

PROFILE=1
symbols '!$4'
for way in loop call both; do
	count=50000000
	[ $way != call ] || count=300000
	echo "@begin 1 ours known $way"
	say_now
	load/known $way $count
	status=$?
	symbols '$4'
	echo "@end $status"
done
