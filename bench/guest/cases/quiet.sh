# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Nothing to do: interrupts, doorbells, processor time, and every call into the driver.

asleep()
{
	modem_is sleep asleep
}

# A watchdog may still look once at what was sent last.
settled()
{
	echo >"$TRACING/trace"
	sleep 1
	! grep -q '<-' "$TRACING/trace"
}

until_true 10 asleep
trace_functions ':mod:iosm' || exit
until_true 10 settled
before=$(bus_events)
read -r from _ </proc/uptime
sleep $((2 * WINDOW))
read -r to _ </proc/uptime
calls=$(grep -c '<-' "$TRACING/trace")
grep '<-' "$TRACING/trace" | head -n 20
trace_off
value events $(($(bus_events) - before))
value calls "$calls"
echo "@span quiet $from $to 1"
