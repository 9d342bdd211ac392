# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# From the stack's call of the driver to the driver's doorbell, by one clock: ftrace.

defer trace_off
trace_functions "$(doorbell_function)" || exit
echo 1 >"$TRACING/events/net/net_dev_start_xmit/enable"
echo >"$TRACING/trace"
ping -n -q -c $((20 * WINDOW)) -i 0.05 -I "$LINK" "$(gateway4 0)" >/dev/null
echo 0 >"$TRACING/tracing_on"
echo "@samples share" "$(awk -v device="dev=$LINK " '
	{
		for (i = 1; i < 7 && $i !~ /^[0-9]+\.[0-9]+:$/; i++)
			;
		at = $i + 0
	}
	/net_dev_start_xmit: / && index($0, device) { from = at; next }
	/(iosm_mmio_ring|ipc_doorbell_fire) <-/ && from { printf "%.0f ", (at - from) * 1e6; from = 0 }
' "$TRACING/trace")"
echo 1 >"$TRACING/tracing_on"
trace_off
