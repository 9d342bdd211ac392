# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The driver with a modem that is not ours: tests/secondmodem. One machine, on the first
# of the kernels; its full set of steps is for `tests/secondmodem/run`.

readonly PEER=peer/secondmodem

# peer_wanted: it says nothing about other drivers than ours, and --once is for scenarios
peer_wanted()
{
	[[ -z $ONCE && " ${DRIVERS[*]} " == *" ours "* && ( $LEVEL == vm || $LEVEL == full ) ]]
}

peer_run()
{
	local slow

	peer_wanted || return 0
	slow=$(machine_slow "${KERNELS[0]}")
	mkdir -p "$CHECKOUT/build"
	result_command "$PEER" "$TESTS/secondmodem/run" --kernel "${KERNELS[0]}" \
		--timeout $((600 * slow)) --lab "--env SLOW=$slow" \
		--logs "$LOGS/secondmodem" links at sleep crash
}
