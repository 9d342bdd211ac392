# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Nothing to do: interrupts, doorbells, processor time, and every call into the driver.

asleep()
{
	modem_is sleep asleep
}

memory=$((FREE_BEFORE - $(free_kib)))
value memory_kib "$memory"
until_true 10 asleep
trace_functions ':mod:iosm' || exit
before=$(bus_events)
read -r from _ </proc/uptime
sleep $((2 * WINDOW))
read -r to _ </proc/uptime
calls=$(grep -c '<-' "$TRACING/trace")
trace_off
value events $(($(bus_events) - before))
value calls "$calls"
echo "@span quiet $from $to 1"
