# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Eight sessions at once; then seven of them alone, twice seven beside one that the modem has
# stopped, and again seven alone, so that a machine that gets slower or faster is neither's gain.

all="0 1 2 3 4 5 6 7"
# others: what all but session 3 got, of the counts that blast printed
others()
{
	awk '$1 == "@flows" { for (i = 2; i <= NF; i++) if (i != 5 || NF != 9) sum += $i } END { print sum }' "$1"
}

flows()
{
	for _session in $1; do
		echo "$(link_name "$_session")=$_session"
	done
}

# shellcheck disable=SC2046 # lists
seven()
{
	blast udp "$WINDOW" 1400 $(flows "0 1 2 4 5 6 7") >>seven.out
}

# beside_stopped: session 3's program ends when it is let go, the others before that
# shellcheck disable=SC2046
beside_stopped()
{
	modem flow 3 stop >/dev/null
	blast udp "$WINDOW" 1400 $(flows "$all") >>eight.out &
	sleep $((WINDOW + 2))
	modem flow 3 go >/dev/null
	wait
}

links "$all" || exit
rm -f seven.out eight.out
# shellcheck disable=SC2046
blast udp "$WINDOW" 1400 $(flows "$all") | grep -v '^@sent'
seven
beside_stopped
beside_stopped
seven
value beside_stopped "$(echo "$(others eight.out) $(others seven.out)" | awk '{ print $1 / $2 }')"
unlink "$all"
