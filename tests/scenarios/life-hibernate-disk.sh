#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Hibernation in earnest, under traffic: the image goes to a disk, the machine goes off and
# the modem loses its power; another start of the machine finds the image and goes on from
# it. Ports and links are back by themselves.
#
# disk: lite
# limit: 240

. "${0%/*}/lib.sh"
need_program udp_echo port_echo uevents
use_modem
modem_up
uevents_listen
modem at-echo 0 on
links_open "0 3"

disk=
for _path in /sys/block/vd*; do
	[ "$(cat "$_path/serial")" != disk ] || disk=${_path##*/}
done
[ -n "$disk" ] || skip "this machine has no disk"
check "the disk is made swap space" mkswap "/dev/$disk"
check "and used" swapon "/dev/$disk"
defer swapoff "/dev/$disk"
resets=$(counter resets)
flood_starts
exec 7<>"$AT0" || bail "the port does not open"
check "the port answers" port_answers

boot_before=$(cat /proc/sys/kernel/random/boot_id)
event "hibernation with an image on a disk"
check "the system hibernates, goes off and comes back" hibernate
woken
is "$(cat /proc/sys/kernel/random/boot_id)" "$boot_before" "it is the system that was there before"
works_again "0 3"
within $(($(counter resets) - resets)) 1 9 "resets of the modem in between"
check_fails "writing to the port that was open" . sh -c 'echo AT >&7'
exec 7<&-
flood_ends
modem at-echo 0 on
check "data flows" data "0 3" --count 50
check "a port works" port_echo "$AT0" cycle 3
done_testing
